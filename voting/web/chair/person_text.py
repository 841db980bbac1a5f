"""The result sheet for one person who was evaluated: the own figures and what follows from them, nobody else's."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from voting.documents.minutes import Block, Column, Fact, Facts, Paper, Paragraph, Row, Signature, Table
from voting.domain.minutes import when
from voting.domain.organisation.notices import Notice
from voting.domain.results import Cell, Result
from voting.domain.scales import scale_of
from voting.domain.sessions import Session
from voting.errors import NotFound, NotPublished
from voting.web.chair.meeting import Meeting
from voting.web.chair.minutes_text import letterhead_of
from voting.web.chair.notice_record import notice_section
from voting.web.chair.result_tables import candidate_of, denominator_of_row, levels_in_words, outcome_in
from voting.web.chair.words import OCCASION_WORDS
from voting.web.languages import figure, gettext, language, long_moment, percentage
from voting.web.result_words import told

NONE: Final[Mapping[str, Notice]] = MappingProxyType({})


def person_paper(meeting: Meeting, number: int, notices: Mapping[str, Notice] = NONE) -> Paper:
    """Write the sheet of the person with this number on the list, from 1. Raises NotFound, NotPublished.

    `notices`: what was made known to whom, by the title of the line, as far as it may stand there.
    """
    session, result = meeting.session, meeting.result
    if not 1 <= number <= len(session.sheet.people):
        raise NotFound("There is no such line on the sheet.")
    if result is None:
        raise NotPublished("The session is not counted yet.")
    person = session.sheet.people[number - 1]
    about = [Fact(gettext("Motion") if _is_motion(session) else gettext("Full name"), person.name)]
    about += [Fact(gettext("Position"), person.position)] if person.position else []
    about += [Fact(gettext("Group"), person.group)] if person.group else []
    about += [
        Fact(gettext("Occasion"), gettext(OCCASION_WORDS[session.occasion])),
        Fact(gettext("Time of the vote"), _time(meeting)),
        Fact(gettext("Rule"), session.rule.names[language()]),
    ]
    return Paper(
        language=language(),
        letterhead=letterhead_of(meeting.minutes),
        title=gettext("RESULT SHEET"),
        subject=gettext("Re: %(subject)s", subject=meeting.minutes.subject),
        notice="",
        blocks=(
            Facts(tuple(about)),
            *_figures(meeting, result, number - 1),
            *notice_section(notices.get(person.title)),
        ),
        signatures=(Signature(gettext("Chair").upper(), gettext("(signature and full name)"), meeting.minutes.chair),),
    )


def _figures(meeting: Meeting, result: Result, number: int) -> tuple[Block, ...]:
    figures, row = result.figures, result.rows[0] if result.rows[0].choose else result.rows[number]
    cells: tuple[Cell, ...] = row.cells
    if row.choose:
        row, cell = candidate_of(result, number)
        cells = (cell,)
    outcome = outcome_in(result, number)
    note = meeting.minutes.note_of(meeting.session.sheet.people[number].title)
    facts = [
        Fact(gettext("Ballots issued"), _number(figures.issued)),
        Fact(gettext("Ballots collected"), _number(figures.collected)),
        Fact(gettext("Valid ballots"), _number(figures.valid)),
    ]
    follows = []
    if outcome:
        article = outcome.article[language()]
        follows.append(Fact(gettext("Conclusion"), outcome.words[language()], (article,) if article else ()))
    if note:
        follows.append(Fact(gettext("Note"), note))
    blocks: list[Block] = [Facts(tuple(facts)), _table(meeting, cells, row.blank, row.invalid)]
    blocks.append(Paragraph(denominator_of_row(meeting, row)))
    if follows:
        blocks.append(Facts(tuple(follows)))
    if result.paper:
        blocks.append(
            Paragraph(
                gettext(
                    "Ballots on paper are part of these figures. They were counted by hand and cannot be verified."
                ),
                "notice",
            )
        )
    blocks += [Paragraph(words, "notice") for words in told(result).late.values()]
    return tuple(blocks)


def _table(meeting: Meeting, cells: tuple[Cell, ...], blank: int, invalid: int) -> Table:
    chooses = scale_of(meeting.session.sheet.scale).chooses_people
    columns = (
        Column("" if chooses else gettext("Level"), 60),
        Column(gettext("Votes"), 25, number=True),
        Column(gettext("Percentage"), 25, number=True),
    )
    labels = [gettext("Votes for this person")] if chooses else levels_in_words(meeting.session)
    rows = [
        Row((label, figure(cell.votes), "–" if cell.hundredths is None else percentage(cell.hundredths)))
        for label, cell in zip(labels, cells, strict=True)
    ]
    # Where people are chosen, a blank ballot is one that chose nobody: it says nothing of this one.
    rows += [Row((gettext("Left blank"), figure(blank), "–"))] if blank and not chooses else []
    rows += [Row((gettext("Invalid"), figure(invalid), "–"))] if invalid and not chooses else []
    caption = gettext("Votes") if _is_motion(meeting.session) else gettext("Votes of this person")
    return Table(caption, columns, tuple(rows))


def _is_motion(session: Session) -> bool:
    return session.sheet.scale == "motion"


def _time(meeting: Meeting) -> str:
    at = when(meeting.minutes.started)
    return long_moment(at) if at else ""


def _number(number: int | None) -> str:
    return "–" if number is None else figure(number)
