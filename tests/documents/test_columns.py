"""The widths of a table on paper: no word of a head and no figure is cut, however many columns there are."""

import pytest

from voting.documents.columns import LANDSCAPE, PORTRAIT, divide, width_of
from voting.documents.minutes import Column, Row, Table

LEVELS = {
    3: ("High confidence", "Confidence", "Low confidence"),
    4: ("Excellent completion of duties", "Good completion of duties", "Completion of duties", "Duties not completed"),
    5: ("Rất hài lòng", "Hài lòng", "Bình thường", "Không hài lòng", "Rất không hài lòng"),
}


def table_of(levels: tuple[str, ...], *more: str, figure: str = "1.234\n100,00 %") -> Table:
    titles = ("No.", "Full name, position", *levels, *more)
    columns = tuple(Column(title, 40 if place == 1 else 15, number=place != 1) for place, title in enumerate(titles))
    cells = ("1", "Nguyễn Thị Hương Giang\nPhó Chủ tịch Ủy ban nhân dân", *([figure] * (len(titles) - 2)))
    return Table("", columns, (Row(heading="a heading that is longer than any column of them all " * 3), Row(cells)))


@pytest.mark.parametrize("levels", LEVELS.values(), ids=LEVELS)
@pytest.mark.parametrize("more", [(), ("Blank", "Invalid"), ("Blank", "Invalid", "Out of", "Conclusion, note")])
def test_every_word_of_a_head_and_every_figure_fits_into_its_column(
    levels: tuple[str, ...], more: tuple[str, ...]
) -> None:
    table = table_of(levels, *more)
    head, text = (9, 10) if table.is_wide else (10, 11)
    for column, width in zip(table.columns, table.widths, strict=True):
        for word in column.title.split():
            assert width_of(word, head, bold=True) < width, (column.title, width)
        if column.number:
            assert width_of("100,00 %", text) < width
    assert sum(table.widths) <= (LANDSCAPE if table.is_wide else PORTRAIT)
    # A name still stands on a line of its own or two.
    assert table.widths[1] > 300


def test_a_table_is_laid_across_only_where_upright_it_would_be_cut() -> None:
    assert not table_of(LEVELS[3], "Blank", "Invalid").is_wide
    assert table_of(LEVELS[5], "Blank", "Invalid", "Out of").is_wide
    assert not table_of(tuple("abcdefgh"), figure="1").is_wide


def test_widths_are_estimated_no_narrower_than_the_typeface_is() -> None:
    # By the metrics of Times, in thousandths of an em.
    for word, thousandths in (("Confidence", 4610), ("0", 500), ("W", 944), ("MINUTES", 4444), ("nghiệm", 3000)):
        assert width_of(word, 10) >= thousandths / 1000 * 10 * 254 / 72 * 0.97


@pytest.mark.parametrize("word", ["x" * 200, "W" * 90])
def test_a_word_of_absurd_length_leaves_room_for_the_others(word: str) -> None:
    table = table_of((word, "b", "c"), figure="12")
    assert min(table.widths[2:]) > 60
    assert sum(table.widths) <= PORTRAIT


def test_a_width_is_divided_by_shares_where_there_is_room() -> None:
    assert divide(1000, [1, 3], [10, 10]) == [250, 750]
    assert divide(1000, [1, 9], [200, 10]) == [200, 800]
    assert divide(100, [1, 1], [100, 300]) == [25, 75]
