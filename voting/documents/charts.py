"""A chart of stacked bars as values: what the page draws as SVG and the .docx as a row of cells."""

from dataclasses import dataclass
from typing import Final

WHOLE: Final = 10_000
"""The width of a bar, in hundredths of a percent."""

KEYS: Final = "ABCDEFGHIJ"
"""The letters that stand for the levels in print, where a shade alone would not tell them apart."""

_EDGES, _SIGN = 300, 200
"""The room that a number needs in a bar of a page: beside it, and for each of its signs."""


@dataclass(frozen=True)
class Piece:
    """One level of a bar: its place in the scale, where it begins and how wide it is, in hundredths of a percent.

    `votes`: their number as it is read.
    """

    level: int
    begin: int
    size: int
    votes: str

    @property
    def number(self) -> str:
        """What is drawn into it on a page: the votes, or nothing where a phone would have no room for them."""
        return self.votes if self.size >= _EDGES + _SIGN * len(self.votes) else ""

    @property
    def x(self) -> str:
        """Where it begins, as SVG writes percentages."""
        return _percent(self.begin)

    @property
    def width(self) -> str:
        """How wide it is, as SVG writes percentages."""
        return _percent(self.size)

    @property
    def middle(self) -> str:
        """Where its number stands, as SVG writes percentages."""
        return _percent(self.begin + self.size // 2)


@dataclass(frozen=True)
class Bar:
    """One line: its pieces from the best level on. What is left of the bar went to no level.

    `told`: the whole of it in words, for those who cannot see it.
    """

    name: str
    position: str
    group: str
    pieces: tuple[Piece, ...]
    told: str


@dataclass(frozen=True)
class Chart:
    """The bars of a result. `legend`: the levels, empty where each bar is of one piece.

    `remark`: what the bars leave open, empty where they do not.
    """

    legend: tuple[str, ...]
    bars: tuple[Bar, ...]
    remark: str = ""


def _percent(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02}%"
