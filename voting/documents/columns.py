"""How wide the columns of a table on paper are: by their shares, but never narrower than their longest word.

A word that is cut inside, as `Confiden-ce` in the head of a column, looks careless on a signed paper. Widths of words
are estimated from the proportions of Times New Roman, a little generously: the typeface may be a substitute.
"""

from collections.abc import Sequence
from typing import Final

PORTRAIT, LANDSCAPE = 1650, 2620
"""Between the margins of A4 upright and laid across, in tenths of a millimetre."""

UPRIGHT_TYPE, ACROSS_TYPE = (10, 11), (9, 10)
"""The sizes of type in head and rows, in points."""

_TENTHS: Final = 25.4 * 10 / 72
"""A point, in tenths of a millimetre."""

_BESIDE: Final = 30
"""The room beside the text of a cell, in tenths of a millimetre."""

_TEXT: Final = 360
"""A column of longer texts is so wide: a name with its position then takes two or three lines."""

_LONGEST: Final = 300
"""No single word in the head of a column makes it wider than so much: a longer one is cut after all."""

_NARROW: Final = frozenset("iljtfrI.,:;'()[]!|/ \N{NO-BREAK SPACE}")
_WIDE: Final = frozenset("mwMW%—…@")


def width_of(text: str, points: float, *, bold: bool = False) -> float:
    """Estimate the width of a text on one line, in tenths of a millimetre."""
    ems = sum(0.32 if sign in _NARROW else 0.95 if sign in _WIDE else 0.74 if sign.isupper() else 0.51 for sign in text)
    return ems * points * _TENTHS * (1.06 if bold else 1)


def least_width(title: str, cells: Sequence[str], *, number: bool, wide: bool) -> float:
    """Give how narrow a column may be: no word of its head and, of figures, no figure is cut."""
    head, text = ACROSS_TYPE if wide else UPRIGHT_TYPE
    words = [min(width_of(word, head, bold=True), _LONGEST) for word in title.split(" ")]
    kept = [line for cell in cells for line in cell.split("\n")]
    lines = [width_of(line, text) for line in kept]
    return max(*words, *(lines if number else (min(line, _TEXT) for line in lines))) + _BESIDE


def divide(width: int, shares: Sequence[int], least: Sequence[float]) -> list[int]:
    """Divide a width by shares, so that none is below its least one; where all of them are too wide, by those."""
    if sum(least) >= width:
        return [int(width * one / sum(least)) for one in least]
    fixed: set[int] = set()
    while True:
        free = [place for place in range(len(shares)) if place not in fixed]
        room = width - sum(least[place] for place in fixed)
        whole = sum(shares[place] for place in free)
        short = {place for place in free if room * shares[place] / whole < least[place]}
        if not short:
            return [
                int(least[place] if place in fixed else room * shares[place] / whole) for place in range(len(shares))
            ]
        fixed |= short
