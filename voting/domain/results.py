"""The result in rows that people read: phones and paper together, percentages from integers, what the rule says."""

from dataclasses import dataclass, replace

from voting.domain.attendance import attendance_of
from voting.domain.conclusions import Conclusion, Warning, conclude, denominator_of
from voting.domain.elections import election_of
from voting.domain.figures import Figures, Line
from voting.domain.handing import reconciliation_of
from voting.domain.house import House
from voting.domain.late_figures import late_figures
from voting.domain.paper import PaperLine, PaperTally, paper_of
from voting.domain.rules import Outcome, Rule
from voting.domain.scales import scale_of
from voting.domain.sessions import Session, State
from voting.errors import BoardDamaged, NotPublished
from voting.protocol.board import line_to_record
from voting.protocol.election import Question
from voting.protocol.tally import parse_result


@dataclass(frozen=True)
class Cell:
    """One level of one line, or one candidate: its word and its votes, those of phones and those on paper.

    `hundredths` of a percent of the row's denominator, None while that is missing, and of a level that is no part of
    it: abstentions are no share of the votes cast. `outcome`: of a candidate.
    """

    label: str
    votes: int
    electronic: int
    paper: int
    hundredths: int | None
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Row:
    """One line of the sheet; where people are chosen, one list of candidates, of whom `choose` may be chosen.

    `blank`: ballots that left the line without an answer; `invalid`: paper ballots that spoiled it. `denominator`: what
    the percentages are of, None while a figure of the meeting is missing.
    """

    title: str
    name: str
    position: str
    group: str
    blank: int
    invalid: int
    cells: tuple[Cell, ...]
    outcome: Outcome | None
    denominator: int | None
    choose: int = 0


@dataclass(frozen=True)
class Result:
    """The count of a session and what its rule concludes.

    `ballots`: from phones, verified by the board; `paper`: what the tellers counted by hand, verified by nobody;
    `collected`: both together. `quorum`: whether it was reached, None where the rule asks for none or a figure is
    missing. The warnings never change a vote. `late`: which figures, as the kinds of their notes, were entered, changed
    or removed when the count of the phones was known.
    """

    ballots: int
    paper: PaperTally | None
    collected: int
    figures: Figures
    rule: Rule
    rows: tuple[Row, ...]
    quorum: bool | None
    warnings: tuple[Warning, ...]
    late: frozenset[str] = frozenset()

    @property
    def groups(self) -> tuple[tuple[str, tuple[Row, ...]], ...]:
        """List the rows under the headings of the sheet, as (heading, rows)."""
        divided: dict[str, list[Row]] = {}
        for row in self.rows:
            divided.setdefault(row.group, []).append(row)
        return tuple((heading, tuple(rows)) for heading, rows in divided.items())

    @property
    def has_blanks(self) -> bool:
        """Tell whether any line was left blank."""
        return any(row.blank for row in self.rows)

    @property
    def has_invalid_lines(self) -> bool:
        """Tell whether any line was spoiled."""
        return any(row.invalid for row in self.rows)

    @property
    def lacks_figures(self) -> bool:
        """Tell whether a percentage is missing because a figure of the meeting is."""
        return any(row.denominator is None for row in self.rows)

    @property
    def concludes(self) -> bool:
        """Tell whether the rule says what follows from the votes."""
        return bool(self.rule.outcomes)


def hundredths_of(votes: int, whole: int) -> int:
    """Give the share in hundredths of a percent, rounded half up: 19 of 47 is 4043, for 40.43 %. 0 of 0 is 0."""
    return (20_000 * votes + whole) // (2 * whole) if whole else 0


def result_of(house: House, uuid: str) -> Result:
    """Give the result of a counted or published session, for its chair. Raises NotPublished before the count."""
    session = house.store.session(uuid)
    if session.state not in (State.COUNTED, State.PUBLISHED):
        raise NotPublished("The session is not counted yet.")
    return _read(house, session)


def public_result_of(house: House, uuid: str) -> Result:
    """Give the result of a published session, for anyone. Raises NotPublished before."""
    session = house.store.session(uuid)
    if session.state != State.PUBLISHED:
        raise NotPublished("The result is not published.")
    return _read(house, session)


def _read(house: House, session: Session) -> Result:
    uuid = session.uuid
    last = line_to_record(next(house.store.records(uuid, -1, -1)), 0)
    if last.type != "Result":
        raise BoardDamaged("The board does not end with the result.")
    questions = election_of(house, uuid).questions
    counts = parse_result(last.documents[0], election_of(house, uuid))
    phones = tuple(
        PaperLine(tuple(numbers[1:]), numbers[0]) if question.blank else PaperLine(tuple(numbers))
        for question, numbers in zip(questions, counts, strict=True)
    )
    paper, _ = paper_of(house, uuid)
    ballots = house.store.turnout(uuid).ballots
    figures = figures_of(house, session, ballots, paper)
    result = concluded(session, questions, phones, paper, figures, ballots)
    return replace(result, late=late_figures(house, uuid))


def figures_of(house: House, session: Session, ballots: int, paper: PaperTally | None) -> Figures:
    """Put together what a percentage can be of: the attendance, the ballots handed out and those that came back."""
    attendance, _ = attendance_of(house, session.uuid)
    issued = reconciliation_of(house, session.uuid).issued
    on_paper = (paper.issued, paper.collected, paper.valid) if paper else (0, 0, 0)
    return Figures(
        members=attendance.members,
        convened=attendance.convened,
        present=attendance.present,
        excused=attendance.excused,
        issued=None if issued is None else issued + on_paper[0],
        collected=ballots + on_paper[1],
        valid=ballots + on_paper[2],
    )


def concluded(
    session: Session,
    questions: tuple[Question, ...],
    phones: tuple[PaperLine, ...],
    paper: PaperTally | None,
    figures: Figures,
    ballots: int,
) -> Result:
    """Add the counts of phones and paper line by line, and say what the rule of the session concludes from them."""
    none = tuple(PaperLine((0,) * len(line.votes)) for line in phones)
    by_hand = paper.lines if paper else none
    lines = tuple(
        Line(
            tuple(a + b for a, b in zip(on_phones.votes, on_paper.votes, strict=True)),
            on_phones.blank + on_paper.blank,
            on_paper.invalid,
        )
        for on_phones, on_paper in zip(phones, by_hand, strict=True)
    )
    headings = _headings(session)
    conclusion = conclude(session.rule, figures, lines, groups=headings, choose=session.sheet.choose)
    rows = tuple(
        _row(
            session,
            i,
            question,
            line,
            phones[i],
            conclusion,
            denominator_of(session.rule, figures, line, choose=_choose(session, i)),
        )
        for i, (question, line) in enumerate(zip(questions, lines, strict=True))
    )
    collected = ballots + (paper.collected if paper else 0)
    return Result(ballots, paper, collected, figures, session.rule, rows, conclusion.quorum, conclusion.warnings)


def _headings(session: Session) -> tuple[str, ...]:
    """Give the heading of each question."""
    if scale_of(session.sheet.scale).chooses_people:
        return tuple(heading for heading, _ in session.sheet.groups)
    return tuple(person.group for person in session.sheet.people)


def _choose(session: Session, index: int) -> int:
    """Give how many may be chosen on a line, 0 where people are not chosen."""
    return session.sheet.choose[index] if session.sheet.choose else 0


def _row(
    session: Session,
    index: int,
    question: Question,
    line: Line,
    phones: PaperLine,
    conclusion: Conclusion,
    denominator: int | None,
) -> Row:
    chooses = scale_of(session.sheet.scale).chooses_people
    outcomes = conclusion.outcomes[index]
    group = _headings(session)[index]
    outside = frozenset[int]()
    if session.rule.denominator == "votes_cast" and session.rule.cast_levels and not chooses:
        outside = frozenset(range(1, len(line.votes) + 1)) - frozenset(session.rule.cast_levels)
    cells = tuple(
        Cell(
            label,
            votes,
            electronic,
            votes - electronic,
            None if denominator is None or place + 1 in outside else hundredths_of(votes, denominator),
            outcomes[place] if chooses and outcomes else None,
        )
        for place, (label, votes, electronic) in enumerate(zip(question.answers, line.votes, phones.votes, strict=True))
    )
    person = None if chooses else session.sheet.people[index]
    return Row(
        title=question.text,
        name=person.name if person else question.text.removeprefix(f"{group}: "),
        position=person.position if person else "",
        group=group,
        blank=line.blank,
        invalid=line.invalid,
        cells=cells,
        outcome=outcomes[0] if outcomes and not chooses else None,
        denominator=denominator,
        choose=_choose(session, index),
    )
