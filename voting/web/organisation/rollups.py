"""The figures of a cycle: tables that the page and the workbook hold alike, and a chart of the units."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from flask import Response, render_template

from voting.documents.charts import Chart
from voting.documents.filenames import disposition
from voting.documents.tables import Percent, Table, Value, to_xlsx
from voting.domain.organisation.cycles import Cycle, cycle_of
from voting.domain.organisation.roles import Act
from voting.domain.organisation.rollups import FEWEST, Levels, Line, Rollup, Share, Votes, rollup_of
from voting.domain.results import Cell, Row, hundredths_of
from voting.domain.scales import scale_of
from voting.web.chair.paperwork import XLSX
from voting.web.chair.words import OCCASION_WORDS
from voting.web.charts import chart_of
from voting.web.languages import figure, gettext, language, of_a_paper, percentage
from voting.web.organisation.access import competent, standing
from voting.web.organisation.blueprint import blueprint
from voting.web.site import house

WITHHELD: Final = "—"
"""Stands for a figure that comes from too few ballots; one that is not known is left empty."""


@dataclass(frozen=True)
class Column:
    """A column after that of the units. `is_share`: the percentages of the figures in the column before it."""

    words: str
    is_share: bool = False
    is_text: bool = False


@dataclass(frozen=True)
class Shown:
    """A row. `depth`: how far the unit is set in; `whole`: it is a sum over the unit and all below it."""

    unit: str
    depth: int
    whole: bool
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Figures:
    """One table, with what must be known to read it."""

    name: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[Shown, ...]

    @property
    def table(self) -> Table:
        """The table as a sheet of the workbook."""
        return Table(
            self.name,
            (gettext("Unit"), *(column.words for column in self.columns)),
            tuple((row.unit, *row.values) for row in self.rows),
        )

    @property
    def heads(self) -> list[Column]:
        """The columns on the page, where a percentage stands below its figure."""
        return [column for column in self.columns if not column.is_share]

    def cells(self, row: Shown) -> list[tuple[str, str]]:
        """List the cells of a row on the page, as (figure, percentage); the second is empty where there is none."""
        found: list[tuple[str, str]] = []
        for column, value in zip(self.columns, row.values, strict=True):
            if column.is_share:
                found[-1] = (found[-1][0], "" if value is None else _in_words(value))
            else:
                found.append((_in_words(value), ""))
        return found


@blueprint.get("/cycles/<session:cycle>/figures")
@competent(Act.READ, of="cycle-units")
def figures(cycle: str) -> str:
    """Show the figures of a cycle for the units that the account may read."""
    found = cycle_of(house(), cycle)
    rollup = _rollup(found)
    return render_template(
        "organisation/rollup.html",
        cycle=found,
        scale=scale_of(found.scale).names[language()],
        occasion=gettext(OCCASION_WORDS[found.occasion]),
        tables=list(tables_of(rollup)),
        chart=_chart(rollup),
        apart=[unit.name for unit in rollup.apart],
        unread=[unit.name for unit in rollup.unread],
        withheld=WITHHELD,
    )


@blueprint.get("/cycles/<session:cycle>/figures.xlsx")
@competent(Act.READ, of="cycle-units")
@of_a_paper
def figures_xlsx(cycle: str) -> Response:
    """Give the same figures as a workbook, with the notes on a sheet of their own."""
    found, at = cycle_of(house(), cycle), datetime.fromtimestamp(house().clock())
    rollup = _rollup(found)
    tables = list(tables_of(rollup))
    unread = ", ".join(unit.name for unit in rollup.unread)
    notes = Table(
        gettext("Notes"),
        (gettext("Table"), gettext("Note")),
        (
            (gettext("Cycle"), found.name),
            *((each.name, each.note) for each in tables),
            *([(gettext("Cannot be read"), unread)] if unread else ()),
        ),
    )
    response = Response(to_xlsx([*(each.table for each in tables), notes], at), mimetype=XLSX)
    response.headers["Content-Disposition"] = disposition(" ".join((gettext("Figures"), found.name)), "xlsx")
    return response


def _rollup(cycle: Cycle) -> Rollup:
    return rollup_of(house(), cycle, {unit.id for unit in standing().units(Act.READ)})


# ---- tables


def tables_of(rollup: Rollup) -> Iterator[Figures]:
    """Yield the tables of a cycle that have anything to show, in the language of the request."""
    if not any(line.published for line in rollup.lines):
        return
    levels = _levels(rollup)
    outcomes = [outcome.words[language()] for outcome in rollup.outcomes]
    if rollup.gives_levels:
        yield _held(rollup, levels)
    if any(line.proposed.concluded for line in rollup.lines):
        yield _people(
            rollup,
            gettext("Proposed by the votes"),
            gettext(
                "What the votes propose by their rule, before any conclusion of the competent level. Percentages are "
                "of the people for whom a level is proposed."
            ),
            levels,
            lambda line: line.proposed,
        )
    elif outcomes:
        yield _people(
            rollup,
            gettext("Concluded by the rule"),
            gettext(
                "What the rule of the votes concludes. Percentages are of the people on whom it concludes anything."
            ),
            outcomes,
            lambda line: line.outcomes,
        )
    yield _turnout(rollup)
    if levels:
        yield _votes(rollup, levels)


def _held(rollup: Rollup, levels: Sequence[str]) -> Figures:
    people = _people(
        rollup,
        gettext("People at each level"),
        gettext(
            "The level that holds: what the competent level has concluded, and where it has not yet, what the vote "
            "proposes. Percentages are of the people who have a level."
        ),
        levels,
        lambda line: line.held,
    )
    reviewed = [line.reviewed if line.published else None for line in rollup.lines]
    return replace(
        people,
        columns=(*people.columns, Column(gettext("Reviewed"))),
        rows=tuple(
            replace(row, values=(*row.values, number)) for row, number in zip(people.rows, reviewed, strict=True)
        ),
    )


def _people(rollup: Rollup, name: str, note: str, words: Sequence[str], levels_of: Callable[[Line], Levels]) -> Figures:
    def values(line: Line) -> Iterator[Value]:
        yield from (line.concerned, line.published)
        if not line.published:
            yield from (None,) * (2 + 2 * len(words))
            return
        levels = levels_of(line)
        yield levels.people
        for level, number in enumerate(levels.at):
            yield from (number, _percent(levels.hundredths(level)))
        yield levels.without

    columns = [Column(gettext("Units in the cycle")), Column(gettext("Votes published")), Column(gettext("People"))]
    columns += _with_shares(words)
    columns += [Column(gettext("Without any"))]
    return Figures(name, note, tuple(columns), tuple(_row(line, values(line)) for line in rollup.lines))


def _turnout(rollup: Rollup) -> Figures:
    partly = any(share.votes < line.published for line in rollup.lines for share in (line.issued, line.convened))

    def share_of(share: Share) -> Iterator[Value]:
        yield share.of if share.votes else None
        yield from (share.collected if share.votes else None, _percent(share.hundredths))
        if partly:
            yield share.votes

    def values(line: Line) -> Iterator[Value]:
        yield from (line.published, line.collected if line.published else None)
        yield from (*share_of(line.issued), *share_of(line.convened))

    known = [Column(gettext("Known in votes"))] if partly else []
    columns = [Column(gettext("Votes published")), Column(gettext("Ballots collected"))]
    columns += [Column(gettext("Ballots issued")), *_with_shares([gettext("Collected of those issued")]), *known]
    columns += [Column(gettext("Convened")), *_with_shares([gettext("Collected of those convened")]), *known]
    note = gettext(
        "As published with each result. Where a figure was not entered for every vote, it and its percentage are of "
        "the votes in which it is known."
    )
    rows = tuple(_row(line, values(line)) for line in rollup.lines)
    return Figures(gettext("Taking part"), note, tuple(columns), rows)


def _votes(rollup: Rollup, levels: Sequence[str]) -> Figures:
    def values(votes: Votes) -> Iterator[Value]:
        if rollup.groups:
            yield gettext("all groups") if votes.group is None else votes.group or gettext("without a group")
        for level in range(len(levels)):
            if votes.at is None:
                yield from (WITHHELD, None)
            else:
                yield from (votes.at[level], Percent(hundredths_of(votes.at[level], sum(votes.at))))
        yield WITHHELD if votes.at is None else sum(votes.at)
        yield votes.left_out

    columns = [Column(gettext("Group of similar duties"), is_text=True)] if rollup.groups else []
    columns += _with_shares(levels)
    columns += [Column(gettext("Votes together")), Column(gettext("Units left out"))]
    note = gettext(
        "The votes on all people added up; percentages are of the votes of the row. What comes from fewer than "
        "%(fewest)s ballots is not shown (%(sign)s), and is in no sum of this table, so that it cannot be found by "
        "subtracting. The last column says how many units a row leaves out for that reason.",
        fewest=FEWEST,
        sign=WITHHELD,
    )
    rows = tuple(_row(line, values(votes)) for line in rollup.lines for votes in line.votes)
    return Figures(gettext("Votes added up"), note, tuple(columns), rows)


def _row(line: Line, values: Iterator[Value]) -> Shown:
    return Shown(_name(line), line.depth, line.whole, tuple(values))


def _name(line: Line) -> str:
    return gettext("%(unit)s, with all below it", unit=line.unit.name) if line.whole else line.unit.name


def _with_shares(words: Sequence[str]) -> list[Column]:
    return [column for each in words for column in (Column(each), Column(f"{each} (%)", is_share=True))]


def _percent(hundredths: int | None) -> Percent | None:
    return None if hundredths is None else Percent(hundredths)


def _in_words(value: Value) -> str:
    if isinstance(value, Percent):
        return percentage(value.hundredths)
    return "" if value is None else figure(value) if isinstance(value, int) else value


def _levels(rollup: Rollup) -> tuple[str, ...]:
    return rollup.labels or scale_of(rollup.scale).labels.get(language(), ())


# ---- chart


def _chart(rollup: Rollup) -> Chart | None:
    """Draw the people of each unit as one bar: by the level that holds or, where no rule gives one, by its outcome."""
    if rollup.gives_levels:
        words: Sequence[str] = _levels(rollup)
        rest = gettext("What is left of a bar: people without a level.")
    else:
        words = [outcome.words[language()] for outcome in rollup.outcomes]
        rest = gettext("What is left of a bar: people on whom the rule concludes nothing.")
    rows = []
    for line in rollup.lines:
        levels = line.held if rollup.gives_levels else line.outcomes
        if words and levels.people:
            cells = tuple(
                Cell(word, number, number, 0, levels.hundredths(level))
                for level, (word, number) in enumerate(zip(words, levels.at, strict=True))
            )
            rows.append(Row(_name(line), _name(line), "", "", 0, 0, cells, None, levels.people))
    if not rows:
        return None
    chart = chart_of(rows)
    return replace(chart, remark=rest if chart.remark else "")
