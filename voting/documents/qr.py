"""QR codes of links, as inline SVG for pages and slips and as text for a terminal.

Error correction M: a slip is printed at 4 cm and handled, but not torn. Nothing is kept between two calls.
"""

from html import escape
from itertools import groupby
from typing import Final

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError

from voting.errors import TooLarge

QUIET_ZONE: Final = 4  # modules of empty border that the QR standard (ISO/IEC 18004) asks for
_UPPER: Final = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}


def svg(text: str, label: str = "QR", *, quiet_zone: int = QUIET_ZONE) -> str:
    """Draw a text as an inline SVG of one path, one unit per module; the page's CSS gives it its size.

    Black on its own white ground, so that it is read in dark mode too. `label` is what a screen reader says; it must
    not hold the code. Colours are attributes, for `style-src 'self'`. Raises TooLarge when the text does not fit.
    """
    modules = _modules(text, quiet_zone)
    size = len(modules)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" aria-label="{escape(label)}"'
        ' shape-rendering="crispEdges">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path fill="#000" d="{_path(modules)}"/></svg>'
    )


def outline(text: str, *, quiet_zone: int = QUIET_ZONE) -> tuple[int, str]:
    """Give (size, path) of a text, one unit per module, for a page that draws the SVG itself. Raises TooLarge."""
    modules = _modules(text, quiet_zone)
    return len(modules), _path(modules)


def terminal(text: str, *, colours: bool = True) -> str:
    """Draw a text with half-block characters, two rows of modules a line, for phones to scan from a screen.

    With `colours`, white on black is set by escape codes, so that a light terminal shows it right as well; without,
    it is right on dark terminals, and most phones read it reversed too. Raises TooLarge when the text does not fit.
    """
    modules = _modules(text, QUIET_ZONE)
    if len(modules) % 2:
        modules.append([False] * len(modules))
    lines = []
    for upper, lower in zip(modules[::2], modules[1::2], strict=True):
        line = "".join(_UPPER[pair] for pair in zip(upper, lower, strict=True))
        lines.append(f"\x1b[97;40m{line}\x1b[0m" if colours else line)
    return "\n".join(lines)


def _modules(text: str, quiet_zone: int) -> list[list[bool]]:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=quiet_zone)
    code.add_data(text.encode())
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError):
        raise TooLarge("The text is too long for a QR code.") from None
    return [[bool(module) for module in row] for row in code.get_matrix()]


def _path(modules: list[list[bool]]) -> str:
    """Join the dark modules of a row to bars: a move and a bar of height 1 for each."""
    bars: list[str] = []
    for y, row in enumerate(modules):
        x = 0
        for dark, run in groupby(row):
            width = len(list(run))
            if dark:
                bars.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return "".join(bars)
