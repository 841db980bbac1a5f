"""The QR codes of links: what a phone's camera sees, on paper and on a terminal."""

import re

import pytest
from defusedxml.ElementTree import fromstring

from voting.documents import qr
from voting.errors import TooLarge

LINK = "https://vote.example.org/v/abcdefghijkmno#kF3sV-9aXw2c-QmT7d-uZ4hRb"


def modules_of_svg(text: str) -> list[list[bool]]:
    """Rebuild the modules from the bars of the path, as a renderer would."""
    size = int(re.findall(r'viewBox="0 0 (\d+) \1"', text)[0])
    rows = [[False] * size for _ in range(size)]
    bars = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", text)
    for x, y, width, back in bars:
        assert width == back
        for column in range(int(x), int(x) + int(width)):
            rows[int(y)][column] = True
    return rows


def modules_of_terminal(text: str) -> list[list[bool]]:
    upper = {"█": (False, False), "▀": (False, True), "▄": (True, False), " ": (True, True)}
    rows = []
    for line in text.split("\n"):
        for half in (0, 1):
            rows.append([upper[character][half] for character in line])
    return rows[: len(rows[0])]  # an odd number of rows is filled up with a light one


def payload(modules: list[list[bool]]) -> bytes:
    """Read the bytes of a version 5 code of level M without correction, by the steps of ISO/IEC 18004."""
    size = len(modules)
    assert size == 37
    # Format bits beside the upper left finder: two for the level, three for the mask, under a fixed mask.
    bits = [modules[8][x] for x in (0, 1, 2, 3, 4)]
    level_and_mask = int("".join("01"[bit] for bit in bits), 2) ^ 0b10101
    assert level_and_mask >> 3 == 0b00, "error correction M"
    mask = (
        lambda y, x: (y + x) % 2,
        lambda y, x: y % 2,
        lambda y, x: x % 3,
        lambda y, x: (y + x) % 3,
        lambda y, x: (y // 2 + x // 3) % 2,
        lambda y, x: y * x % 2 + y * x % 3,
        lambda y, x: (y * x % 2 + y * x % 3) % 2,
        lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
    )[level_and_mask & 7]

    def is_function(y: int, x: int) -> bool:
        finder = (y < 9 and (x < 9 or x >= size - 8)) or (y >= size - 8 and x < 9)
        return finder or 6 in (x, y) or (28 <= y <= 32 and 28 <= x <= 32)

    stream = []
    upwards = True
    for right in (*range(size - 1, 6, -2), *range(5, 0, -2)):
        for y in range(size - 1, -1, -1) if upwards else range(size):
            for x in (right, right - 1):
                if not is_function(y, x):
                    stream.append(modules[y][x] ^ (mask(y, x) == 0))
        upwards = not upwards
    words = [int("".join("01"[bit] for bit in stream[i : i + 8]), 2) for i in range(0, 86 * 8, 8)]
    data = words[0::2] + words[1::2]  # two blocks of 43 words, interleaved
    text = "".join(f"{word:08b}" for word in data)
    assert text[:4] == "0100", "byte mode"
    length = int(text[4:12], 2)
    return bytes(int(text[12 + 8 * i : 20 + 8 * i], 2) for i in range(length))


def trimmed(modules: list[list[bool]]) -> list[list[bool]]:
    return [row[4:-4] for row in modules[4:-4]]


def test_the_code_on_a_slip_reads_as_the_link() -> None:
    assert payload(trimmed(modules_of_svg(qr.svg(LINK)))) == LINK.encode()


def test_the_code_on_a_terminal_reads_as_the_link() -> None:
    assert payload(trimmed(modules_of_terminal(qr.terminal(LINK, colours=False)))) == LINK.encode()


def test_a_quiet_zone_of_four_modules_surrounds_the_code() -> None:
    modules = modules_of_svg(qr.svg(LINK))
    edges = modules[:4] + modules[-4:] + [row[:4] + row[-4:] for row in modules]
    assert not any(any(row) for row in edges)


def test_the_svg_is_well_formed_and_has_no_inline_style() -> None:
    drawing = qr.svg(LINK, 'Mã "QR" <script>')
    root = fromstring(drawing)
    assert root.get("aria-label") == 'Mã "QR" <script>'
    assert root.get("role") == "img"
    assert "style" not in drawing
    assert "<script" not in drawing
    assert len(root.findall("{*}path")) == 1


def test_the_svg_does_not_spell_the_link_out() -> None:
    assert "kF3sV" not in qr.svg(LINK)


def test_a_light_terminal_shows_dark_on_light_too() -> None:
    lines = qr.terminal(LINK).split("\n")
    assert all(line.startswith("\x1b[97;40m") and line.endswith("\x1b[0m") for line in lines)


@pytest.mark.parametrize("draw", [qr.svg, qr.terminal])
def test_a_text_that_no_code_holds_is_refused(draw: object) -> None:
    with pytest.raises(TooLarge):
        draw("x" * 3000)
