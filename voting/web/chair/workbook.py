"""The result as a workbook for people: one sheet with a row for each line, one with the figures of the meeting."""

from collections.abc import Iterator

from voting.documents.tables import Percent, Table, Value
from voting.domain.results import Cell, Result
from voting.domain.scales import scale_of
from voting.web.chair.meeting import Meeting
from voting.web.chair.minutes_text import who_counts
from voting.web.chair.result_tables import candidate_of, denominators, levels_in_words, outcome_in
from voting.web.languages import gettext, language
from voting.web.result_words import told


def workbook_of(meeting: Meeting) -> tuple[Table, Table]:
    """Lay out a counted session; `meeting.result` must be there."""
    assert meeting.result  # noqa: S101  whoever asks has seen to it
    return _lines(meeting, meeting.result), _figures(meeting, meeting.result)


def _lines(meeting: Meeting, result: Result) -> Table:
    session = meeting.session
    chooses = scale_of(session.sheet.scale).chooses_people
    labels = [gettext("Votes")] if chooses else list(levels_in_words(session))
    columns = [gettext("No."), gettext("Group"), gettext("Full name"), gettext("Position")]
    for label in labels:
        columns += [label, f"{label} (%)"]
    if result.paper:
        columns += [gettext("%(level)s, on paper", level=label) for label in labels]
    columns += [] if chooses else [gettext("Left blank"), gettext("Invalid")]
    columns += [gettext("Percentages are of"), gettext("Conclusion"), gettext("Article"), gettext("Note")]
    rows = tuple(tuple(_line(meeting, result, number, chooses)) for number in range(len(session.sheet.people)))
    return Table(gettext("Result"), tuple(columns), rows)


def _line(meeting: Meeting, result: Result, number: int, chooses: bool) -> Iterator[Value]:
    person, words = meeting.session.sheet.people[number], language()
    row = candidate_of(result, number)[0] if chooses else result.rows[number]
    cells: tuple[Cell, ...] = (candidate_of(result, number)[1],) if chooses else row.cells
    outcome = outcome_in(result, number)
    yield from (number + 1, person.group, person.name, person.position)
    for cell in cells:
        yield cell.votes
        yield None if cell.hundredths is None else Percent(cell.hundredths)
    if result.paper:
        yield from (cell.paper for cell in cells)
    if not chooses:
        yield from (row.blank, row.invalid)
    yield row.denominator
    yield from (outcome.words[words], outcome.article[words]) if outcome else ("", "")
    yield meeting.minutes.note_of(person.title)


def _figures(meeting: Meeting, result: Result) -> Table:
    session, figures, codes, words = meeting.session, result.figures, meeting.reckoning.figures, language()
    rows: tuple[tuple[Value, ...], ...] = (
        (gettext("Title"), session.title),
        (gettext("Unit"), session.unit),
        (gettext("Members"), figures.members),
        (gettext("Convened"), figures.convened),
        (gettext("Present"), figures.present),
        (gettext("Excused"), figures.excused),
        (gettext("Ballots issued"), figures.issued),
        (gettext("Ballots collected"), figures.collected),
        (gettext("Of these from phones"), result.ballots),
        (gettext("Of these on paper"), result.paper.collected if result.paper else 0),
        (gettext("Valid ballots"), figures.valid),
        (gettext("Ballot codes"), codes.codes),
        (gettext("Void codes"), codes.void),
        (gettext("Rule"), session.rule.names[words]),
        (gettext("Legal basis"), session.rule.citation[words]),
        (gettext("Percentages"), denominators(meeting)),
        *((gettext("Note"), words) for words in told(result).late.values()),
        (gettext("Who can count"), who_counts(session)),
        (gettext("Fingerprint of the board"), meeting.head.hash if meeting.head else ""),
        (gettext("Identifier"), session.uuid),
    )
    return Table(gettext("Figures"), (gettext("Figure"), gettext("Value")), rows)
