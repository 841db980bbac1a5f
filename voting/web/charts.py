"""Charts of a result: one stacked bar for each line, its levels told by pattern and number, never by colour alone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from flask import Flask

from voting.documents.charts import WHOLE, Bar, Chart, Piece
from voting.domain.results import Cell, Row
from voting.web.languages import figure, gettext, percentage

PATTERNS: Final = 10
"""As many fills as a scale can have levels."""


def install(app: Flask) -> None:
    """Let templates ask for the chart of rows: `rows|chart(sort)`, and for sorted rows: `rows|by_share`."""
    app.jinja_env.filters["chart"] = chart_of
    app.jinja_env.filters["by_share"] = by_share


def chart_of(rows: Sequence[Row], sort: bool = False) -> Chart:
    """Draw rows as bars, in the order of the sheet or by the share of the best level, within each group.

    Where people are chosen each candidate is a bar of one piece.
    """
    legend = () if not rows or rows[0].choose else tuple(cell.label for cell in rows[0].cells)
    bars: list[Bar] = []
    for row in by_share(rows) if sort else rows:
        if not row.choose:
            bars.append(Bar(row.name, row.position, row.group, tuple(_pieces(row)), _told(row)))
            continue
        for cell in row.cells:
            name, _, position = cell.label.partition(" — ")
            bars.append(
                Bar(name, position, row.group, (_piece(cell, 0, 0, _base(row)),), f"{name}: {_votes_in_words(cell)}")
            )
    # Of candidates nobody takes the rest of a bar for anything: one ballot may choose several, or none.
    rest = any(_base(row) > sum(cell.votes for cell in row.cells) for row in rows if not row.choose)
    remark = (
        gettext("What is left of a bar is blank or invalid, or belongs to people who did not vote.") if rest else ""
    )
    return Chart(legend, tuple(bars), remark)


def charts_for_wall(rows: Sequence[Row]) -> tuple[tuple[str, Chart], ...]:
    """Give the charts that follow the lines of a result on the wall, as (heading, chart); nothing for a single bar.

    In the order of the sheet, unless people are chosen: then the lines are these bars; and by votes, unless that is the
    order of the sheet.
    """
    listed, sorted_ = chart_of(rows), chart_of(rows, sort=True)
    if len(listed.bars) < 2:
        return ()
    charts = [] if rows[0].choose else [(gettext("In the order of the sheet"), listed)]
    if rows[0].choose or sorted_.bars != listed.bars:
        charts.append((gettext("Most votes first"), sorted_))
    return tuple(charts)


def by_share(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Put the rows of each group in order: the largest share of the best level first, then of the next."""
    order = list(dict.fromkeys(row.group for row in rows))
    return tuple(sorted(map(_sorted_cells, rows), key=lambda row: (order.index(row.group), _shares(row))))


def _sorted_cells(row: Row) -> Row:
    if not row.choose:
        return row
    return replace(row, cells=tuple(sorted(row.cells, key=lambda cell: -cell.votes)))


def _shares(row: Row) -> tuple[Fraction, ...]:
    return () if row.choose else tuple(-Fraction(cell.votes, _base(row)) for cell in row.cells)


def _base(row: Row) -> int:
    """Give what a full bar stands for: the denominator; what was counted, where that is missing or smaller."""
    counted = [cell.votes for cell in row.cells]
    most = max(counted, default=0) if row.choose else sum(counted) + row.blank + row.invalid
    return max(row.denominator or 0, most, 1)


def _pieces(row: Row) -> Iterator[Piece]:
    base, begin = _base(row), 0
    for level, cell in enumerate(row.cells):
        if cell.votes:
            yield _piece(cell, level, begin, base)
        begin += cell.votes


def _piece(cell: Cell, level: int, begin: int, base: int) -> Piece:
    x, width = WHOLE * begin // base, WHOLE * (begin + cell.votes) // base - WHOLE * begin // base
    return Piece(level % PATTERNS, x, width, figure(cell.votes))


def _told(row: Row) -> str:
    parts = [f"{cell.label} {_votes_in_words(cell)}" for cell in row.cells]
    rest = ((gettext("Left blank"), row.blank), (gettext("Invalid"), row.invalid))
    parts += [f"{words} {figure(number)}" for words, number in rest if number]
    return f"{row.name}: {', '.join(parts)}"


def _votes_in_words(cell: Cell) -> str:
    votes = figure(cell.votes)
    return votes if cell.hundredths is None else f"{votes} ({percentage(cell.hundredths)})"
