"""Draw a paper of the meeting as .docx, in the layout of Vietnamese administrative papers (Decree 30/2020, annex I).

A4, margins 20 mm above and below, 30 mm left and 15 mm right, Times New Roman; number of the page at the top from the
second page on; names and numbers are put in as text, so nothing in them is read as a field, a formula or a markup.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Mm, Pt
from docx.table import Table as DocxTable
from docx.table import _Cell as Cell
from docx.table import _Row as DocxRow
from docx.text.paragraph import Paragraph as DocxParagraph

from voting.documents.minutes import (
    BLANK,
    Block,
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
from voting.domain.scales import Language

TYPEFACE: Final = "Times New Roman"
LANGUAGES: Final[dict[Language, str]] = {"vi": "vi-VN", "en": "en-GB"}
SHORT, LONG = Mm(210), Mm(297)
LEFT, RIGHT, EDGE = Mm(30), Mm(15), Mm(20)
BODY: Final = 13
HAND: Final = 58
"""The room for a signature, in points."""

_CENTRE: Final = WD_ALIGN_PARAGRAPH.CENTER
_LEFT: Final = WD_ALIGN_PARAGRAPH.LEFT


@dataclass(frozen=True)
class Look:
    """How a kind of paragraph looks; sizes and spaces in points. It becomes a style of the file."""

    size: float
    bold: bool = False
    italic: bool = False
    alignment: WD_ALIGN_PARAGRAPH = _CENTRE
    before: float = 0
    after: float = 0


LOOKS: Final = {
    "PaperHead": Look(12),
    "PaperHeadStrong": Look(12, bold=True),
    "PaperMotto": Look(13, bold=True),
    "PaperDate": Look(13, italic=True),
    "PaperTitle": Look(15, bold=True, before=16),
    "PaperSubject": Look(14, bold=True, after=10),
    "PaperNotice": Look(12, bold=True, alignment=_LEFT, before=6, after=6),
    "TableHead": Look(10, bold=True),
    "TableGroup": Look(11, bold=True, alignment=_LEFT),
    "TableText": Look(11, alignment=_LEFT),
    "TableTextMore": Look(10, alignment=_LEFT),
    "TableNumber": Look(11),
    "TableNumberMore": Look(10),
    "WideHead": Look(9, bold=True),
    "WideGroup": Look(10, bold=True, alignment=_LEFT),
    "WideText": Look(10, alignment=_LEFT),
    "WideTextMore": Look(9, alignment=_LEFT),
    "WideNumber": Look(10),
    "WideNumberMore": Look(9),
    "SignatureRole": Look(BODY, bold=True),
    "SignatureHint": Look(12, italic=True),
    "SignatureName": Look(BODY, bold=True, before=HAND, after=22),
}


def to_docx(paper: Paper, at: datetime) -> bytes:
    """Write a paper as the bytes of a .docx file. `at`: when it was made, which the file says of itself."""
    document = Document(io.BytesIO(_prepared(paper.language)))
    properties = document.core_properties
    properties.title, properties.created, properties.modified = f"{paper.title} {paper.subject}"[:255], at, at
    _draw_letterhead(document, paper.letterhead)
    _draw_title(document, paper)
    for block in paper.blocks:
        _draw(document, block)
    _draw_signatures(document, paper.signatures)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


# ---- the page


@cache
def _prepared(language: Language) -> bytes:
    """Make an empty document with page and styles. Kept: it takes longer than to fill one with a short paper."""
    document = Document()
    properties = document.core_properties
    properties.author = properties.comments = properties.last_modified_by = ""
    properties.language = LANGUAGES[language]
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = TYPEFACE, Pt(BODY)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:eastAsia", "w:cs", "w:hAnsi"):
        fonts.set(qn(script), TYPEFACE)
    _add(normal.element.get_or_add_rPr(), "w:lang", **{"w:val": LANGUAGES[language]})
    normal.paragraph_format.space_after = Pt(4)
    normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.line_spacing = 1.1
    for name, look in LOOKS.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.font.size = normal, Pt(look.size)
        style.font.bold, style.font.italic = look.bold, look.italic
        layout = style.paragraph_format
        layout.alignment, layout.line_spacing = look.alignment, 1.0
        layout.space_before, layout.space_after = Pt(look.before), Pt(look.after)
    section = document.sections[0]
    _lay(section, wide=False)
    # From the second page on, as the decree has it.
    section.different_first_page_header_footer = True
    _number_pages(section)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _lay(section: Section, *, wide: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (LONG, SHORT) if wide else (SHORT, LONG)
    section.left_margin, section.right_margin = (EDGE, RIGHT) if wide else (LEFT, RIGHT)
    section.top_margin = section.bottom_margin = EDGE
    section.header_distance = section.footer_distance = Mm(10)


def _number_pages(section: Section) -> None:
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = _CENTRE
    run = paragraph.add_run()
    for kind in ("begin", "separate", "end"):
        if kind == "separate":
            _add(run._r, "w:instrText").text = "PAGE"
        _add(run._r, "w:fldChar", **{"w:fldCharType": kind})


def _width(document: DocxDocument) -> int:
    section = document.sections[-1]
    return (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)


# ---- head and title


def _draw_letterhead(document: DocxDocument, head: Letterhead) -> None:
    width = _width(document)
    shares = (42, 58) if head.right else (55, 45)
    table = _bare_table(document, [width * share // 100 for share in shares], rows=1)
    left, right = table.rows[0].cells
    _stack(left, [(head.above, "PaperHead"), (head.organisation, "PaperHeadStrong")], rule=45)
    if head.number:
        _line(left.add_paragraph(), head.number, "PaperHead")
    _stack(right, [(head.right, "PaperHeadStrong"), (head.motto, "PaperMotto")], rule=62)
    if head.dateline:
        _line(right.add_paragraph(), head.dateline, "PaperDate")
    for cell in (left, right):
        if not cell.paragraphs[0].text and len(cell.paragraphs) > 1:
            cell._tc.remove(cell.paragraphs[0]._p)


def _stack(cell: Cell, lines: list[tuple[str, str]], *, rule: int) -> None:
    """Put lines under each other, leaving out the empty ones, and below them a rule of `rule` percent of the cell."""
    stacked = [(text, style) for text, style in lines if text]
    for place, (text, style) in enumerate(stacked):
        _line(cell.paragraphs[0] if not place else cell.add_paragraph(), text, style)
    if not stacked:
        return
    paragraph = cell.add_paragraph()
    # Of exactly this height: an empty line is as high as the type of the paper otherwise.
    paragraph.paragraph_format.line_spacing, paragraph.paragraph_format.space_after = Pt(4), Pt(3)
    indent = Length(int((cell.width or 0) * (100 - rule) / 200))
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = indent
    _add(_borders(paragraph), "w:top", **{"w:val": "single", "w:sz": "6", "w:space": "1", "w:color": "000000"})


def _line(paragraph: DocxParagraph, text: str, style: str) -> None:
    # By its identifier: to look a style up by its name takes most of the time of a long table.
    paragraph._p.style = style
    paragraph.add_run(text)


def _draw_title(document: DocxDocument, paper: Paper) -> None:
    _line(document.add_paragraph(), paper.title, "PaperTitle")
    _line(document.add_paragraph(), paper.subject, "PaperSubject")
    if paper.notice:
        _frame(document, paper.notice)


# ---- blocks


def _draw(document: DocxDocument, block: Block) -> None:
    match block:
        case Heading():
            _draw_heading(document, block)
        case Paragraph():
            _draw_paragraph(document, block)
        case Facts():
            for fact in block.facts:
                _draw_fact(document, fact)
        case Table():
            _draw_table(document, block)


def _draw_heading(document: DocxDocument, heading: Heading) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(heading.text)
    run.bold, run.italic = True, heading.level > 1
    paragraph.paragraph_format.space_before = Pt(10 if heading.level == 1 else 6)
    paragraph.paragraph_format.keep_with_next = True
    # For the navigation of a word processor and for screen readers.
    _add(paragraph._p.get_or_add_pPr(), "w:outlineLvl", **{"w:val": str(heading.level - 1)})


def _draw_paragraph(document: DocxDocument, block: Paragraph) -> None:
    if block.kind == "notice":
        _frame(document, block.text)
        return
    paragraph = document.add_paragraph()
    run = paragraph.add_run(block.text)
    run.italic = block.kind == "basis"
    if block.kind == "code":
        run.font.name, run.font.size = "Courier New", Pt(10)
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:cs"), "Courier New")
        paragraph.paragraph_format.left_indent = Mm(6)
    else:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Mm(10)


def _frame(document: DocxDocument, text: str) -> None:
    paragraph = document.add_paragraph()
    _line(paragraph, text, "PaperNotice")
    borders = _borders(paragraph)
    for side in ("w:top", "w:left", "w:bottom", "w:right"):
        _add(borders, side, **{"w:val": "single", "w:sz": "6", "w:space": "4", "w:color": "000000"})


def _draw_fact(document: DocxDocument, fact: Fact) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent = Mm(6)
    paragraph.paragraph_format.first_line_indent = Mm(-4)
    paragraph.add_run(f"- {fact.name}: ")
    # An enumeration below speaks for itself.
    paragraph.add_run(fact.value or ("" if fact.more else BLANK)).bold = bool(fact.value)
    for text in fact.more:
        line = document.add_paragraph(f"+ {text}")
        line.paragraph_format.left_indent = Mm(14)
        line.paragraph_format.first_line_indent = Mm(-4)


# ---- tables


def _draw_table(document: DocxDocument, table: Table) -> None:
    if table.is_wide:
        _begin_section(document, wide=True)
    caption = document.add_paragraph()
    caption.add_run(table.caption).italic = True
    caption.paragraph_format.keep_with_next = True
    kind = "Wide" if table.is_wide else "Table"
    widths = _widths([column.share for column in table.columns], _width(document))
    drawn = _bare_table(document, widths, rows=1)
    drawn.style = "Table Grid"
    _pad(drawn)
    head = drawn.rows[0]
    for cell, column in zip(head.cells, table.columns, strict=True):
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        _line(cell.paragraphs[0], column.title, f"{kind}Head")
    _set_in_row(head, "w:cantSplit")
    _set_in_row(head, "w:tblHeader")
    for row in table.rows:
        _draw_row(drawn, row, table, kind)
    document.add_paragraph().paragraph_format.space_after = Pt(0)
    if table.is_wide:
        _begin_section(document, wide=False)


def _draw_row(drawn: DocxTable, row: Row, table: Table, kind: str) -> None:
    added = drawn.add_row()  # type: ignore[no-untyped-call]
    cells = added.cells
    _set_in_row(added, "w:cantSplit")
    if row.heading:
        paragraph = cells[0].merge(cells[-1]).paragraphs[0]
        _line(paragraph, row.heading, f"{kind}Group")
        # A heading at the foot of a page would stand above nobody.
        paragraph.paragraph_format.keep_with_next = True
        return
    for cell, text, column in zip(cells, row.cells, table.columns, strict=True):
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        style = f"{kind}Number" if column.number else f"{kind}Text"
        first, *more = text.split("\n")
        _line(cell.paragraphs[0], first, style)
        for line in more:
            _line(cell.add_paragraph(), line, f"{style}More")


def _bare_table(document: DocxDocument, widths: list[int], *, rows: int) -> DocxTable:
    table: DocxTable = document.add_table(rows, len(widths))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Length(width)
        for cell in column.cells:
            cell.width = Length(width)
    return table


def _pad(table: DocxTable) -> None:
    """Give the cells of a table some room above and below, and less than usual beside."""
    margins = _add(table._tbl.tblPr, "w:tblCellMar")
    for side, width in (("top", 40), ("left", 70), ("bottom", 40), ("right", 70)):
        _add(margins, f"w:{side}", **{"w:w": str(width), "w:type": "dxa"})


def _widths(shares: list[int], width: int) -> list[int]:
    return [width * share // sum(shares) for share in shares]


def _begin_section(document: DocxDocument, *, wide: bool) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    _lay(section, wide=wide)


# ---- signatures


def _draw_signatures(document: DocxDocument, signatures: tuple[Signature, ...]) -> None:
    if not signatures:
        return
    width = _width(document)
    document.add_paragraph().paragraph_format.space_after = Pt(0)
    together = list(pairs(signatures))
    table = _bare_table(document, [width // 2, width // 2], rows=len(together))
    for row, pair in zip(table.rows, together, strict=True):
        _set_in_row(row, "w:cantSplit")
        for cell, signature in zip(row.cells, pair, strict=True):
            if signature:
                _sign(cell, signature)


def _sign(cell: Cell, signature: Signature) -> None:
    _line(cell.paragraphs[0], signature.role, "SignatureRole")
    _line(cell.add_paragraph(), signature.hint, "SignatureHint")
    _line(cell.add_paragraph(), signature.name or BLANK, "SignatureName")


# ---- what the library has no words for


def _borders(paragraph: DocxParagraph) -> Any:
    borders = OxmlElement("w:pBdr")
    # The schema wants it before these, and a strict reader refuses another order.
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
    return borders


def _set_in_row(row: DocxRow, tag: str) -> None:
    _add(row._tr.get_or_add_trPr(), tag)


def _add(parent: Any, tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(name), value)
    parent.append(element)
    return element
