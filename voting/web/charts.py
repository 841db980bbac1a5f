"""Charts of a result: one stacked bar for each line, its levels told by pattern and number, never by colour alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from flask import Flask

from voting.domain.results import Cell, Row

WHOLE: Final = 10_000
"""The width of a bar, in hundredths of a percent."""

ROOM_FOR_A_NUMBER: Final = 700
"""A narrower piece of a bar has no room for its number."""

PATTERNS: Final = 10
"""As many fills as a scale can have levels."""


@dataclass(frozen=True)
class Piece:
    """One level of a bar: where it begins and how wide it is, as SVG writes percentages, and its place in the scale.

    `number` is drawn into it, empty where there is no room.
    """

    label: str
    votes: int
    hundredths: int | None
    level: int
    x: str
    width: str
    middle: str
    number: str


@dataclass(frozen=True)
class Bar:
    """One line: its pieces from the best level on. What is left of the bar went to no level."""

    name: str
    position: str
    group: str
    blank: int
    invalid: int
    pieces: tuple[Piece, ...]


def install(app: Flask) -> None:
    """Let templates ask for the bars of rows: `rows|bars(sort)`, and for sorted rows: `rows|by_share`."""
    app.jinja_env.filters["bars"] = bars_of
    app.jinja_env.filters["by_share"] = by_share


def bars_of(rows: Sequence[Row], sort: bool = False) -> tuple[Bar, ...]:
    """Draw rows as bars, in the order of the sheet or by the share of the best level, within each group.

    Where people are chosen each candidate is a bar of one piece.
    """
    bars: list[Bar] = []
    for row in by_share(rows) if sort else rows:
        if not row.choose:
            bars.append(Bar(row.name, row.position, row.group, row.blank, row.invalid, tuple(_pieces(row))))
            continue
        for cell in row.cells:
            name, _, position = cell.label.partition(" — ")
            bars.append(Bar(name, position, row.group, 0, 0, (_piece(cell, 0, 0, _base(row)),)))
    return tuple(bars)


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
    return Piece(
        label=cell.label,
        votes=cell.votes,
        hundredths=cell.hundredths,
        level=level % PATTERNS,
        x=_percent(x),
        width=_percent(width),
        middle=_percent(x + width // 2),
        number=str(cell.votes) if width >= ROOM_FOR_A_NUMBER else "",
    )


def _percent(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02}%"
