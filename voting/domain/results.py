"""The result in rows that people read: counts, and percentages from integers alone (RULES, "What to get right")."""

from dataclasses import dataclass

from voting.domain.elections import election_of
from voting.domain.house import House
from voting.domain.scales import scale_of
from voting.domain.sessions import Session, State
from voting.errors import BoardDamaged, NotPublished
from voting.protocol.board import line_to_record
from voting.protocol.tally import parse_result


@dataclass(frozen=True)
class Cell:
    """One level of one line: its word, its votes, and its share of the ballots in hundredths of a percent."""

    label: str
    votes: int
    hundredths: int


@dataclass(frozen=True)
class Row:
    """One line of the sheet. `blank` is the number of ballots that left the line without an answer."""

    title: str
    name: str
    position: str
    blank: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Result:
    """The count of a session. Percentages are of `ballots`, the ballots collected."""

    ballots: int
    rows: tuple[Row, ...]


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
    election = election_of(house, uuid)
    counts = parse_result(last.documents[0], election)
    ballots = house.store.turnout(uuid).ballots
    people = () if scale_of(session.sheet.scale).chooses_people else session.sheet.people
    rows = []
    for i, (question, numbers) in enumerate(zip(election.questions, counts, strict=True)):
        blank, votes = (numbers[0], numbers[1:]) if question.blank else (0, numbers)
        cells = tuple(
            Cell(label, n, hundredths_of(n, ballots)) for label, n in zip(question.answers, votes, strict=True)
        )
        name, position = (people[i].name, people[i].position) if people else (question.text, "")
        rows.append(Row(question.text, name, position, blank, cells))
    return Result(ballots, tuple(rows))
