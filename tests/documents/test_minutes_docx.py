"""The .docx of a paper, opened again: all of its words, the layout of an official paper, and nothing but text."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.table import Table as DocxTable
from lxml import etree

from voting.documents.minutes import (
    BLANK,
    Column,
    Fact,
    Facts,
    Heading,
    Letterhead,
    Paper,
    Paragraph,
    Row,
    Signature,
    Table,
    pairs,
)
from voting.documents.minutes_docx import to_docx

AT = datetime(2026, 11, 25, 10, 5)
HEAD = Letterhead(
    "TỈNH BÌNH AN", "HỘI ĐỒNG NHÂN DÂN", "Số: 12", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập", "Bình An, ngày 05"
)
TABLE = Table(
    "Số phiếu và tỷ lệ",
    (Column("STT", 10, number=True), Column("Họ và tên", 60), Column("Tín nhiệm cao", 30, number=True)),
    (
        Row(heading="Nhóm một"),
        Row(("1", "Nguyễn Văn An\nChủ tịch", "19\n40,43 %")),
        Row(("2", "Trần Thị Bình\nPhó chủ tịch", "2\n4,26 %")),
    ),
)
PAPER = Paper(
    "vi",
    HEAD,
    "BIÊN BẢN KIỂM PHIẾU",
    "Về việc lấy phiếu",
    "BẢN XEM TRƯỚC",
    (
        Paragraph("Căn cứ Luật;", "basis"),
        Heading("I. NỘI DUNG"),
        Facts((Fact("Có mặt", "47"), Fact("Địa điểm", ""), Fact("Vắng mặt", "2", ("Ông A: ốm", "Bà B: công tác")))),
        TABLE,
        Paragraph("voting verify X.bel", "code"),
        Paragraph("Phiếu giấy không thể kiểm chứng.", "notice"),
        Paragraph("Biên bản được công bố."),
    ),
    (
        Signature("THƯ KÝ", "(Ký)", "Tạ Thị Xuân"),
        Signature("CHỦ TỌA", "(Ký)", ""),
        Signature("TỔ TRƯỞNG", "(Ký)", "Sơn"),
    ),
)


def opened(paper: Paper) -> Document:
    return docx.Document(io.BytesIO(to_docx(paper, AT)))


def words_in(document: Document) -> str:
    """Give every paragraph of the file in reading order, those in cells too."""
    return "\n".join(
        "".join(text.text or "" for text in paragraph.iter(qn("w:t")))
        for paragraph in document.element.body.iter(qn("w:p"))
    )


def cells_of(table: DocxTable) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def tables_of_votes(document: Document) -> Iterator[DocxTable]:
    yield from (table for table in document.tables if table.style is not None and table.style.name == "Table Grid")


def test_every_word_of_a_paper_is_in_the_file_in_the_order_of_the_paper() -> None:
    told = words_in(opened(PAPER))
    place = 0
    # The left column of the head comes first in the file as well; a line feed divides the lines of a cell.
    for text in filter(None, "\n".join(PAPER.texts()).split("\n")):
        found = told.find(text, place)
        assert found >= 0, text
        place = found
    assert f"Địa điểm: {BLANK}" in told


def test_the_table_has_every_figure_in_its_row() -> None:
    (table,) = tables_of_votes(opened(PAPER))
    assert cells_of(table) == [
        ["STT", "Họ và tên", "Tín nhiệm cao"],
        ["Nhóm một"] * 3,
        ["1", "Nguyễn Văn An\nChủ tịch", "19\n40,43 %"],
        ["2", "Trần Thị Bình\nPhó chủ tịch", "2\n4,26 %"],
    ]


def test_the_head_of_a_table_is_repeated_and_no_row_is_split() -> None:
    (table,) = tables_of_votes(opened(PAPER))
    marks = [{child.tag for child in row._tr.get_or_add_trPr()} for row in table.rows]
    assert [qn("w:tblHeader") in row for row in marks] == [True, False, False, False]
    assert all(qn("w:cantSplit") in row for row in marks)


def test_it_is_laid_out_as_an_official_paper() -> None:
    document = opened(PAPER)
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert [round(edge.mm) for edge in (section.left_margin, section.right_margin, section.top_margin)] == [30, 15, 20]
    assert section.different_first_page_header_footer
    assert "PAGE" in etree.tostring(section.header._element).decode()
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert document.core_properties.language == "vi-VN"
    assert document.core_properties.author == ""
    left, right = document.tables[0].rows[0].cells
    assert [p.text for p in left.paragraphs if p.text] == ["TỈNH BÌNH AN", "HỘI ĐỒNG NHÂN DÂN", "Số: 12"]
    assert [p.text for p in right.paragraphs if p.text] == [
        *("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập", "Bình An, ngày 05"),
    ]


def test_a_table_of_many_columns_stands_on_a_page_laid_across_and_what_follows_does_not() -> None:
    columns = tuple(Column(f"Mức {number}", 20, number=True) for number in range(12))
    wide = Table("Nhiều mức", columns, (Row(tuple(f"{number}\n{number},00 %" for number in range(88, 100))),))
    document = opened(replace(PAPER, blocks=(Paragraph("before"), wide, Paragraph("after"))))
    assert [section.orientation for section in document.sections] == [
        *(WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT),
    ]
    assert document.sections[1].page_width > document.sections[1].page_height


def test_a_hundred_people_with_four_levels_are_all_there() -> None:
    levels = (Column(f"Mức {level}", 21, number=True) for level in range(1, 5))
    columns = (Column("STT", 11, number=True), Column("Họ và tên", 40), *levels)
    rows = tuple(
        Row((str(n), f"Người {n}", *(f"{n * level}\n{n},{level:02} %" for level in range(1, 5)))) for n in range(1, 101)
    )
    (table,) = tables_of_votes(opened(replace(PAPER, blocks=(Table("", columns, rows),))))
    assert cells_of(table)[1:] == [list(row.cells) for row in rows]


@pytest.mark.fault("W1")
@pytest.mark.parametrize(
    "name",
    [
        "<w:p/>&lt;]]>",
        '"/><script>alert(1)</script>',
        "=cmd|' /C calc'!A0",
        "{ DDEAUTO c:\\windows\\system32\\cmd.exe }",
        "Nguyễn Văn Ấ\u0302n 😀 漢字",
        "${7*7}{{7*7}}",
    ],
)
def test_a_hostile_name_is_text_and_nothing_else(name: str) -> None:
    hostile = replace(
        PAPER,
        letterhead=replace(HEAD, organisation=name),
        subject=name,
        blocks=(
            Facts((Fact(name, name, (name,)),)),
            Table(name, TABLE.columns, (Row(("1", name, name)), Row(heading=name))),
        ),
        signatures=(Signature(name, name, name),),
    )
    raw = to_docx(hostile, AT)
    document = docx.Document(io.BytesIO(raw))
    assert words_in(document).count(name) == 12
    (table,) = tables_of_votes(document)
    assert cells_of(table)[1] == ["1", name, name]
    with zipfile.ZipFile(io.BytesIO(raw)) as files:
        body = etree.fromstring(files.read("word/document.xml"))
        assert not [part for part in files.namelist() if "vba" in part.lower() or "embeddings" in part]
    assert not list(body.iter(qn("w:instrText"), qn("w:fldSimple"), qn("w:hyperlink"), qn("w:object")))
    # All of it in runs that the schema knows, where nothing else can stand.
    assert {element.tag.split("}")[0] for element in body.iter()} == {"{" + body.nsmap["w"]}


def test_properties_of_a_paragraph_stand_in_the_order_of_the_schema() -> None:
    order = ["pStyle", "keepNext", "pBdr", "spacing", "ind", "jc", "outlineLvl", "rPr", "sectPr"]
    for properties in opened(PAPER).element.body.iter(qn("w:pPr")):
        names = [etree.QName(child).localname for child in properties]
        assert names == sorted(names, key=order.index), names


def test_a_single_signature_stands_at_the_right_and_others_two_by_two() -> None:
    one, two, three = PAPER.signatures
    assert list(pairs((one,))) == [(None, one)]
    assert list(pairs((one, two, three))) == [(one, two), (three, None)]
    signed = opened(replace(PAPER, blocks=())).tables[-1]
    assert [[cell.paragraphs[0].text for cell in row.cells] for row in signed.rows] == [
        ["THƯ KÝ", "CHỦ TỌA"],
        ["TỔ TRƯỞNG", ""],
    ]
    assert signed.rows[0].cells[1].paragraphs[-1].text == BLANK


def test_the_same_paper_twice_is_drawn_alike() -> None:
    first, second = (docx.Document(io.BytesIO(to_docx(PAPER, AT))).element.body for _ in range(2))
    assert etree.tostring(first) == etree.tostring(second)
