"""The two records of one vote in words: that of all officials, and that of the Party members among them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from voting.documents.minutes import BLANK, Block, Column, Fact, Facts, Paper, Paragraph, Row, Signature, Table
from voting.domain.minutes import when
from voting.domain.organisation.concluded import Concluded, PublishedVote, published_vote
from voting.domain.organisation.officials import officials_by_subject, register_of
from voting.domain.organisation.units import tree_of
from voting.domain.results import hundredths_of
from voting.domain.sessions import Session, TwoRecords
from voting.web.chair.meeting import Meeting, meeting_of
from voting.web.chair.minutes_text import letterhead_of
from voting.web.chair.words import OCCASION_WORDS
from voting.web.languages import day, figure, gettext, language, long_moment, percentage
from voting.web.result_words import told
from voting.web.rule_words import denominator_words
from voting.web.site import house


def record_papers(session: Session, records: TwoRecords, unit: str) -> tuple[Paper, Paper]:
    """Write both records of a published vote. `unit`: its name. Raises NotPublished.

    On the second one are those who are Party members by the register, as it is when the paper is made.
    """
    vote, meeting = published_vote(house(), session.uuid), meeting_of(session)
    people = officials_by_subject(register_of(house()), session)
    members = [line for line in vote.lines if line.title in people and people[line.title].member]
    # The number is that of the minutes; these papers get their own, by hand.
    entered = replace(meeting.minutes, number="", organisation=meeting.minutes.organisation or unit)
    cell = gettext("Party organisation: %(place)s", place=BLANK)
    of_the_party = replace(entered, header="party", organisation_above="", organisation=cell)
    hint = gettext("(signature and full name)")
    secretary = Signature(gettext("Secretary of the meeting").upper(), hint, entered.secretary)
    first = Paper(
        language=language(),
        letterhead=letterhead_of(entered),
        title=gettext("RECORD 1: CLASSIFICATION AS OFFICIAL OR PUBLIC EMPLOYEE"),
        subject=gettext("Re: %(subject)s", subject=entered.subject),
        notice="",
        blocks=tuple(_blocks(1, vote, meeting, records, unit, vote.lines)),
        signatures=(secretary, Signature(gettext("Chair").upper(), hint, entered.chair)),
    )
    second = replace(
        first,
        letterhead=letterhead_of(of_the_party),
        title=gettext("RECORD 2: CLASSIFICATION AS PARTY MEMBER"),
        blocks=(
            *_who_is_left_out(len(vote.lines) - len(people), members),
            *_blocks(2, vote, meeting, records, unit, members),
        ),
        signatures=(secretary, Signature(gettext("For the Party organisation").upper(), hint, "")),
    )
    return first, second


def _blocks(
    number: int, vote: PublishedVote, meeting: Meeting, records: TwoRecords, unit: str, lines: Sequence[Concluded]
) -> Iterator[Block]:
    session, figures = vote.session, vote.result.figures
    yield Paragraph(gettext("Basis: %(citation)s", citation=records.citation), "basis")
    yield Paragraph(
        gettext(
            "One secret ballot served the classification as official or public employee and that as Party member: of "
            "%(staff)s active staff of the unit, %(members)s were Party members, that is %(members)s of %(staff)s, "
            "%(share)s, and at least 80%% are needed. Both records give the figures of this one ballot.",
            members=records.members,
            staff=records.staff,
            share=percentage(hundredths_of(records.members, records.staff)),
        )
    )
    at = when(meeting.minutes.started)
    citation = session.rule.citation[language()]
    yield Facts(
        (
            Fact(gettext("Unit"), unit),
            Fact(gettext("Occasion"), gettext(OCCASION_WORDS[session.occasion])),
            Fact(gettext("Time of the vote"), long_moment(at) if at else ""),
            Fact(gettext("Rule"), session.rule.names[language()], (citation,) if citation else ()),
            Fact(gettext("Ballots issued"), _number(figures.issued)),
            Fact(gettext("Ballots collected"), _number(figures.collected)),
            Fact(gettext("Valid ballots"), _number(figures.valid)),
            Fact(gettext("Public board"), meeting.board),
        )
    )
    if lines:
        yield _votes(number, vote, lines)
        yield Paragraph(denominator_words(session.rule))
    if vote.result.paper:
        yield Paragraph(
            gettext("Ballots on paper are part of these figures. They were counted by hand and cannot be verified."),
            "notice",
        )
    yield from (Paragraph(words, "notice") for words in told(vote.result).late.values())
    if lines:
        yield _conclusions(number, vote, lines)
    # Whoever signs does so below a line of text and never on a page of its own.
    done = sum(1 for line in lines if line.review)
    yield Paragraph(
        gettext(
            "Persons on this record: %(all)s. The competent level has concluded on %(done)s of them.",
            all=len(lines),
            done=done,
        )
    )


def _votes(record: int, vote: PublishedVote, lines: Sequence[Concluded]) -> Table:
    blank, invalid = any(line.row.blank for line in lines), any(line.row.invalid for line in lines)
    columns = [Column(gettext("No."), 13, number=True), Column(gettext("Full name and position"), 40)]
    columns += [Column(label, 21, number=True) for label in vote.session.sheet.level_labels(language())]
    columns += [Column(gettext("Blank"), 14, number=True)] if blank else []
    columns += [Column(gettext("Invalid"), 14, number=True)] if invalid else []
    rows = []
    for number, line in enumerate(lines, 1):
        cells = [str(number), _named(line)]
        cells += [
            f"{figure(cell.votes)}\n{'–' if cell.hundredths is None else percentage(cell.hundredths)}"
            for cell in line.row.cells
        ]
        cells += [figure(line.row.blank)] if blank else []
        cells += [figure(line.row.invalid)] if invalid else []
        rows.append(Row(tuple(cells)))
    return Table(gettext("Record %(record)s: votes and percentages", record=record), tuple(columns), tuple(rows))


def _conclusions(record: int, vote: PublishedVote, lines: Sequence[Concluded]) -> Table:
    levels = vote.session.sheet.level_labels(language())
    units = {unit.id: unit.name for unit in tree_of(house()).units.values()}
    columns = (
        Column(gettext("No."), 13, number=True),
        Column(gettext("Full name"), 44),
        Column(gettext("The vote proposes"), 44),
        Column(gettext("The competent level concludes"), 64),
    )
    rows = (
        Row((str(number), line.row.name, _proposal(line, levels), _conclusion(line, levels, units)))
        for number, line in enumerate(lines, 1)
    )
    return Table(gettext("Record %(record)s: proposals and conclusions", record=record), columns, tuple(rows))


def _named(line: Concluded) -> str:
    return "\n".join(filter(None, (line.row.name, line.row.position)))


def _proposal(line: Concluded, levels: Sequence[str]) -> str:
    if line.outcome is None:
        return gettext("no conclusion")
    if 1 <= line.outcome.level <= len(levels):
        return levels[line.outcome.level - 1]
    return line.outcome.words[language()]


def _conclusion(line: Concluded, levels: Sequence[str], units: dict[str, str]) -> str:
    """Say what is concluded, or leave a place for it: the paper may be signed before the level above has decided."""
    review = line.review
    if review is None:
        return BLANK
    words = [levels[review.level - 1]] if 1 <= review.level <= len(levels) else []
    where = ", ".join(filter(None, (units.get(review.unit, ""), day(review.day))))
    return "\n".join((*words, *filter(None, (review.reason,)), where))


def _who_is_left_out(unknown: int, members: Sequence[Concluded]) -> Iterator[Block]:
    if not members:
        yield Paragraph(gettext("Nobody on the list is a Party member by the register."))
    if unknown:
        yield Paragraph(
            gettext("Not tied to the register, and so on Record 1 alone: %(count)s.", count=unknown), "notice"
        )


def _number(number: int | None) -> str:
    return "" if number is None else figure(number)
