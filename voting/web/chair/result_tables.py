"""The result as it stands in the minutes: the table of all lines, what of it came on paper, and what is concluded."""

from collections.abc import Iterator, Sequence
from typing import Final

from voting.documents.minutes import Column, Fact, Row, Table
from voting.domain.results import Cell, Result
from voting.domain.results import Row as ResultRow
from voting.domain.rules import Outcome
from voting.domain.scales import scale_of
from voting.domain.sessions import Session
from voting.domain.sheets import Person
from voting.web.chair.meeting import Meeting
from voting.web.languages import figure, gettext, language, percentage
from voting.web.rule_words import denominator_words

LONGEST_IN_COLUMN: Final = 40
"""A conclusion of more signs does not fit into the last column."""


def denominators(meeting: Meeting) -> str:
    """Say what the percentages are of, and how many that are when it is the same for every line."""
    words = denominator_words(meeting.session.rule)
    found = _denominators(meeting)
    if len(found) == 1 and (only := found.pop()) is not None:
        return gettext("%(words)s That is %(number)s.", words=words, number=only)
    if found == {None}:
        return gettext("%(words)s That figure is not entered, so there are no percentages.", words=words)
    return words


def denominator_of_row(meeting: Meeting, row: ResultRow) -> str:
    """Say what the percentages of one line are of."""
    words = denominator_words(meeting.session.rule)
    if row.denominator is None:
        return gettext("%(words)s That figure is not entered, so there are no percentages.", words=words)
    return gettext("%(words)s That is %(number)s.", words=words, number=row.denominator)


def _denominators(meeting: Meeting) -> set[int | None]:
    return {row.denominator for row in meeting.result.rows} if meeting.result else set()


def result_table(meeting: Meeting) -> Table:
    """Lay out every line with votes and percentages; before the count the list with empty places."""
    session = meeting.session
    if scale_of(session.sheet.scale).chooses_people:
        return _table_of_candidates(meeting)
    labels = levels_in_words(session)
    rows = meeting.result.rows if meeting.result else ()
    varies = len(_denominators(meeting)) > 1
    columns = [Column(gettext("No."), 13, number=True), Column(_name_title(session), 40)]
    columns += [Column(label, 21, number=True) for label in labels]
    # On paper a line may have been left blank although the phones ask for every answer.
    blank = session.sheet.blank or any(row.blank for row in rows)
    invalid = any(row.invalid for row in rows) or meeting.paper is not None
    notes = notes_of_lines(meeting)
    noted = any(notes) or not meeting.is_final
    columns += [Column(gettext("Blank"), 16, number=True)] if blank else []
    columns += [Column(gettext("Invalid"), 15, number=True)] if invalid else []
    columns += [Column(gettext("Out of"), 12, number=True)] if varies else []
    columns += [Column(_note_title(meeting), 34)] if noted else []
    lines = []
    for number, person in enumerate(session.sheet.people):
        row = rows[number] if rows else None
        cells = [str(number + 1), _named(person)]
        cells += [_share(cell) for cell in row.cells] if row else [""] * len(labels)
        cells += [figure(row.blank) if row else ""] if blank else []
        cells += [figure(row.invalid) if row else ""] if invalid else []
        cells += [_number(row.denominator) if row else ""] if varies else []
        cells += [notes[number]] if noted else []
        lines.append(Row(tuple(cells)))
    return Table(_caption(meeting), tuple(columns), tuple(_under_headings(session, lines)))


def levels_in_words(session: Session) -> Sequence[str]:
    """Give the words of the levels in the language of the paper; own ones are as they were voted on."""
    scale = scale_of(session.sheet.scale)
    return session.sheet.labels if scale.has_own_labels else scale.labels[language()]


def candidate_of(result: Result, number: int) -> tuple[ResultRow, Cell]:
    """Find a candidate by the number on the sheet, from 0."""
    found = [(row, cell) for row in result.rows for cell in row.cells]
    return found[number]


def _table_of_candidates(meeting: Meeting) -> Table:
    session, result = meeting.session, meeting.result
    columns = (
        Column(gettext("No."), 13, number=True),
        Column(gettext("Full name"), 60),
        Column(gettext("Votes"), 20, number=True),
        Column(gettext("Percentage"), 25, number=True),
        Column(_note_title(meeting), 50),
    )
    notes, lines = notes_of_lines(meeting), []
    for number, person in enumerate(session.sheet.people):
        votes = share = ""
        if result:
            cell = candidate_of(result, number)[1]
            votes, share = figure(cell.votes), "–" if cell.hundredths is None else percentage(cell.hundredths)
        lines.append(Row((str(number + 1), _named(person), votes, share, notes[number])))
    return Table(_caption(meeting), columns, tuple(_under_headings(session, lines, _rest_of_groups(result))))


def _rest_of_groups(result: Result | None) -> dict[str, str]:
    """Say of each group how many ballots chose nobody in it."""
    return {
        row.group: gettext("Left blank: %(blank)s; invalid: %(invalid)s", blank=row.blank, invalid=row.invalid)
        for row in (result.rows if result else ())
        if row.blank or row.invalid
    }


def _under_headings(session: Session, lines: list[Row], rests: dict[str, str] | None = None) -> Iterator[Row]:
    begin = 0
    for heading, people in session.sheet.groups:
        if heading:
            yield Row(heading=heading)
        yield from lines[begin : begin + len(people)]
        if rest := (rests or {}).get(heading):
            yield Row(heading=rest)
        begin += len(people)


def notes_of_lines(meeting: Meeting) -> list[str]:
    """Give what stands in the last column beside each line: what follows for it, and what the chair noted.

    Conclusions that are too long for a column stand there by their number in the section of conclusions.
    """
    found = _concluded(meeting)
    too_long = any(len(words) > LONGEST_IN_COLUMN for words, _ in found)
    numbers = {number: place for place, lines in enumerate(found.values(), 1) for number in lines}
    notes = []
    for number, person in enumerate(meeting.session.sheet.people):
        outcome = outcome_of(meeting, number)
        words = outcome.words[language()] if outcome else ""
        told = f"({numbers[number]})" if words and too_long else words
        notes.append("\n".join(filter(None, (told, meeting.minutes.note_of(person.title)))))
    return notes


def outcome_of(meeting: Meeting, number: int) -> Outcome | None:
    """Give what follows for a line of the sheet, by number from 0."""
    return outcome_in(meeting.result, number) if meeting.result else None


def outcome_in(result: Result, number: int) -> Outcome | None:
    """Give what follows for a line or a candidate, by number from 0."""
    if result.rows[0].choose:
        return candidate_of(result, number)[1].outcome
    return result.rows[number].outcome


def conclusions(meeting: Meeting) -> tuple[Fact, ...]:
    """List who each conclusion is about, with its article, in the order in which they first appear."""
    people = meeting.session.sheet.people
    return tuple(
        Fact(
            f"({place}) {words} [{article}]" if article else f"({place}) {words}",
            "",
            ("; ".join(f"{number + 1}. {people[number].name}" for number in lines),),
        )
        for place, ((words, article), lines) in enumerate(_concluded(meeting).items(), 1)
    )


def _concluded(meeting: Meeting) -> dict[tuple[str, str], list[int]]:
    """List the lines, by number from 0, that each conclusion with its article is about."""
    words = language()
    found: dict[tuple[str, str], list[int]] = {}
    for number in range(len(meeting.session.sheet.people)):
        if outcome := outcome_of(meeting, number):
            found.setdefault((outcome.words[words], outcome.article[words]), []).append(number)
    return found


def paper_table(meeting: Meeting) -> Table | None:
    """Lay out which votes came from phones and which on paper; None without paper ballots."""
    result, session = meeting.result, meeting.session
    if result is None or result.paper is None:
        return None
    chooses = scale_of(session.sheet.scale).chooses_people
    labels = (gettext("Votes"),) if chooses else levels_in_words(session)
    columns = (
        Column(gettext("No."), 13, number=True),
        Column(_name_title(session), 48),
        *(Column(label, 22, number=True) for label in labels),
    )
    lines = []
    for number, person in enumerate(session.sheet.people):
        cells = (candidate_of(result, number)[1],) if chooses else result.rows[number].cells
        parts = (f"{figure(cell.electronic)} + {figure(cell.paper)}" for cell in cells)
        lines.append(Row((str(number + 1), _named(person), *parts)))
    caption = gettext("Of these from phones + on paper (counted by hand, not verifiable)")
    return Table(caption, columns, tuple(_under_headings(session, lines)))


def _caption(meeting: Meeting) -> str:
    if scale_of(meeting.session.sheet.scale).chooses_people:
        return gettext("Votes and percentage of each person")
    return gettext("Votes and percentage of each level, line by line")


def _name_title(session: Session) -> str:
    return gettext("Motion") if session.sheet.scale == "motion" else gettext("Full name, position")


def _note_title(meeting: Meeting) -> str:
    if any(len(words) > LONGEST_IN_COLUMN for words, _ in _concluded(meeting)):
        return gettext("Conclusion (number in section VI), note")
    return gettext("Conclusion, note")


def _named(person: Person) -> str:
    return f"{person.name}\n{person.position}" if person.position else person.name


def _share(cell: Cell) -> str:
    votes = figure(cell.votes)
    return votes if cell.hundredths is None else f"{votes}\n{percentage(cell.hundredths)}"


def _number(number: int | None) -> str:
    return "–" if number is None else figure(number)
