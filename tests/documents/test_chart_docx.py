"""The chart in a .docx: a table for each bar, as wide as the votes are many, told by letters and in words."""

import io
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table
from lxml import etree

from voting.documents.charts import KEYS, Bar, Chart, Piece
from voting.documents.minutes import Column, Heading, Letterhead, Paper, Paragraph, Row
from voting.documents.minutes import Table as PaperTable
from voting.documents.minutes_docx import to_docx

AN = Bar(
    "An",
    "Chủ tịch",
    "Nhóm một",
    (Piece(0, 0, 6000, "60"), Piece(1, 6000, 150, "1"), Piece(2, 6150, 2850, "28")),
    "An: 60, 1, 28",
)
BINH = Bar("Bình", "", "Nhóm một", (Piece(1, 0, 10000, "1.234"),), "Bình: 0, 1.234, 0")
CUC = Bar("Cúc", "", "Nhóm hai", (), "Cúc: 0, 0, 0")
CHART = Chart(("Cao", "Vừa", "Thấp"), (AN, BINH, CUC), "Phần còn lại")
PAPER = Paper(
    "vi",
    Letterhead("", "Hội đồng", "", "", "", ""),
    "BIÊN BẢN",
    "Về việc",
    "",
    (Paragraph("x"), PaperTable("", (Column("a", 1), Column("b", 1, number=True)), (Row(("1", "2")),))),
    (),
    (Heading("Biểu đồ"), CHART),
)


def opened(paper: Paper = PAPER) -> Document:
    return docx.Document(io.BytesIO(to_docx(paper, datetime(2026, 11, 25))))


def bars(document: Document) -> list[Table]:
    return [table for table in document.tables if table._tbl.tblPr.find(qn("w:tblDescription")) is not None]


def texts(bar: Table) -> list[str]:
    return [cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in bar.rows[0].cells]


def test_a_bar_is_as_wide_as_the_page_and_its_pieces_as_the_votes_are_many() -> None:
    an, binh, cuc = bars(opened())
    widths = [cell.width for cell in an.rows[0].cells]
    assert [round(100 * width / sum(widths), 1) for width in widths] == [60.0, 1.5, 28.5, 10.0]
    for bar in (binh, cuc):
        (only,) = bar.rows[0].cells
        assert only.width == pytest.approx(sum(widths), abs=2000)


def test_letters_tell_the_levels_and_what_is_too_narrow_for_its_number_has_none() -> None:
    assert [texts(bar) for bar in bars(opened())] == [["A 60", "", "C 28", ""], ["B 1.234"], [""]]
    legend = next(p.text for p in opened().paragraphs if "Cao" in p.text)
    assert legend.replace("\N{NO-BREAK SPACE}", " ").split() == ["A", "Cao", "B", "Vừa", "C", "Thấp"]


def test_neighbours_differ_in_print_without_colours_and_every_text_is_seen_on_its_ground() -> None:
    levels = tuple(Piece(level, level * 1000, 1000, "9") for level in range(len(KEYS)))
    chart = Chart(tuple(KEYS), (Bar("An", "", "", levels, ""),))
    (bar,) = bars(opened(replace(PAPER, annex=(chart,))))
    greys = []
    for cell in bar.rows[0].cells:
        shade = cell._tc.tcPr.find(qn("w:shd")).get(qn("w:fill"))
        red, green, blue = (int(shade[place : place + 2], 16) for place in (0, 2, 4))
        grey = 0.3 * red + 0.59 * green + 0.11 * blue
        ink = 255 if str(cell.paragraphs[0].runs[0].font.color.rgb) == "FFFFFF" else 0
        assert abs(grey - ink) > 110
        greys.append(grey)
    assert all(abs(one - next_) > 40 for one, next_ in pairwise(greys))


def test_each_bar_says_in_words_what_it_shows_under_the_heading_of_its_sheet() -> None:
    document = opened()
    told = [bar._tbl.tblPr.find(qn("w:tblDescription")).get(qn("w:val")) for bar in bars(document)]
    assert told == [bar.told for bar in CHART.bars]
    names = [p.text for p in document.paragraphs if p.text]
    assert names[names.index("Phần còn lại") + 1 :] == ["Nhóm một", "An Chủ tịch", "Bình", "Nhóm hai", "Cúc"]


def test_the_chart_begins_a_page_and_a_name_stays_with_its_bar() -> None:
    document = opened()
    heading = next(p for p in document.paragraphs if p.text == "Biểu đồ")
    assert heading.paragraph_format.page_break_before
    for name in ("Nhóm một", "An Chủ tịch", "Cúc"):
        assert next(p for p in document.paragraphs if p.text == name).paragraph_format.keep_with_next


def test_candidates_have_bars_without_letters_and_no_legend() -> None:
    chart = Chart((), (Bar("An", "", "", (Piece(0, 0, 5000, "7"),), "An: 7"),))
    document = opened(replace(PAPER, annex=(chart,)))
    assert texts(bars(document)[0]) == ["7", ""]


@pytest.mark.parametrize(
    ("element", "order"),
    [
        ("w:tblPr", ["tblStyle", "tblW", "jc", "tblInd", "tblLayout", "tblCellMar", "tblLook", "tblDescription"]),
        ("w:tcPr", ["tcW", "gridSpan", "tcBorders", "shd", "vAlign"]),
        ("w:rPr", ["rFonts", "b", "i", "color", "sz", "bdr", "shd"]),
    ],
)
def test_properties_stand_in_the_order_of_the_schema(element: str, order: list[str]) -> None:
    for properties in opened().element.body.iter(qn(element)):
        names = [etree.QName(child).localname for child in properties]
        assert names == sorted(names, key=order.index), names
