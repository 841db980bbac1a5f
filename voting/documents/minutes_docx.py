"""Draw a paper of the meeting as .docx, in the layout of Vietnamese administrative papers (Decree 30/2020, annex I).

A4, margins 20 mm above and below, 30 mm left and 15 mm right, Times New Roman; number of the page at the top from the
second page on; names and numbers are put in as text, so nothing in them is read as a field, a formula or a markup.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Mm, Pt
from docx.table import Table as DocxTable
from docx.table import _Cell as Cell
from docx.text.paragraph import Paragraph as DocxParagraph

from voting.documents.chart_docx import draw_chart
from voting.documents.charts import Chart
from voting.documents.docx_elements import add, add_before, bare_table, borders_of, mark_row, set_margins, write_line
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

_AFTER_PAGE_NUMBERS: Final = ("w:cols", "w:formProt", "w:vAlign", "w:noEndnote", "w:titlePg", "w:docGrid")
"""What the schema wants behind the numbering of pages, of what a section says of itself."""


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
    "ChartGroup": Look(12, bold=True, alignment=_LEFT, before=8, after=1),
    "ChartName": Look(11, bold=True, alignment=_LEFT, before=4, after=1),
    "ChartNumber": Look(10, bold=True),
    "SignatureRole": Look(BODY, bold=True),
    "SignatureHint": Look(12, italic=True),
    "SignatureName": Look(BODY, bold=True, before=HAND, after=22),
}


def to_docx(paper: Paper, at: datetime) -> bytes:
    """Write a paper as the bytes of a .docx file. `at`: when it was made, which the file says of itself."""
    return bind((paper,), at)


def bind(papers: Sequence[Paper], at: datetime) -> bytes:
    """Write papers that belong together as one .docx: each has its own head and pages of its own, counted from 1."""
    first = papers[0]
    document = Document(io.BytesIO(_prepared(first.language)))
    properties = document.core_properties
    properties.title, properties.created, properties.modified = f"{first.title} {first.subject}"[:255], at, at
    for place, paper in enumerate(papers):
        if place:
            _begin_paper(document)
        _draw_whole(document, paper)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _draw_whole(document: DocxDocument, paper: Paper) -> None:
    _draw_letterhead(document, paper.letterhead)
    _draw_title(document, paper)
    for block in paper.blocks:
        _draw(document, block)
    _draw_signatures(document, paper.signatures)
    _draw_annex(document, paper.annex)


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
    add(normal.element.get_or_add_rPr(), "w:lang", **{"w:val": LANGUAGES[language]})
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
            add(run._r, "w:instrText").text = "PAGE"
        add(run._r, "w:fldChar", **{"w:fldCharType": kind})


def _width(document: DocxDocument) -> int:
    section = document.sections[-1]
    return (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)


# ---- head and title


def _draw_letterhead(document: DocxDocument, head: Letterhead) -> None:
    width = _width(document)
    shares = (42, 58) if head.right else (55, 45)
    table = bare_table(document, [width * share // 100 for share in shares], rows=1)
    left, right = table.rows[0].cells
    _stack(left, [(head.above, "PaperHead"), (head.organisation, "PaperHeadStrong")], rule=45)
    if head.number:
        write_line(left.add_paragraph(), head.number, "PaperHead")
    _stack(right, [(head.right, "PaperHeadStrong"), (head.motto, "PaperMotto")], rule=62)
    if head.dateline:
        write_line(right.add_paragraph(), head.dateline, "PaperDate")
    for cell in (left, right):
        if not cell.paragraphs[0].text and len(cell.paragraphs) > 1:
            cell._tc.remove(cell.paragraphs[0]._p)


def _stack(cell: Cell, lines: list[tuple[str, str]], *, rule: int) -> None:
    """Put lines under each other, leaving out the empty ones, and below them a rule of `rule` percent of the cell."""
    stacked = [(text, style) for text, style in lines if text]
    for place, (text, style) in enumerate(stacked):
        write_line(cell.paragraphs[0] if not place else cell.add_paragraph(), text, style)
    if not stacked:
        return
    paragraph = cell.add_paragraph()
    # Of exactly this height: an empty line is as high as the type of the paper otherwise.
    paragraph.paragraph_format.line_spacing, paragraph.paragraph_format.space_after = Pt(4), Pt(3)
    indent = Length(int((cell.width or 0) * (100 - rule) / 200))
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = indent
    add(borders_of(paragraph), "w:top", **{"w:val": "single", "w:sz": "6", "w:space": "1", "w:color": "000000"})


def _draw_title(document: DocxDocument, paper: Paper) -> None:
    write_line(document.add_paragraph(), paper.title, "PaperTitle")
    write_line(document.add_paragraph(), paper.subject, "PaperSubject")
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
        case Chart():
            draw_chart(document, block, _width(document))


def _draw_heading(document: DocxDocument, heading: Heading) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(heading.text)
    run.bold, run.italic = True, heading.level > 1
    paragraph.paragraph_format.space_before = Pt(10 if heading.level == 1 else 6)
    paragraph.paragraph_format.keep_with_next = True
    # For the navigation of a word processor and for screen readers.
    add(paragraph._p.get_or_add_pPr(), "w:outlineLvl", **{"w:val": str(heading.level - 1)})


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
    write_line(paragraph, text, "PaperNotice")
    borders = borders_of(paragraph)
    for side in ("w:top", "w:left", "w:bottom", "w:right"):
        add(borders, side, **{"w:val": "single", "w:sz": "6", "w:space": "4", "w:color": "000000"})


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
    widths = [int(Mm(width / 10)) for width in table.widths]
    drawn = bare_table(document, widths, rows=1)
    drawn.style = "Table Grid"
    set_margins(drawn, upright=40, beside=70)
    head = drawn.rows[0]
    for cell, column in zip(head.cells, table.columns, strict=True):
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        write_line(cell.paragraphs[0], column.title, f"{kind}Head")
    mark_row(head, "w:cantSplit")
    mark_row(head, "w:tblHeader")
    for row in table.rows:
        _draw_row(drawn, row, table, kind)
    document.add_paragraph().paragraph_format.space_after = Pt(0)
    if table.is_wide:
        _begin_section(document, wide=False)


def _draw_row(drawn: DocxTable, row: Row, table: Table, kind: str) -> None:
    added = drawn.add_row()  # type: ignore[no-untyped-call]  # python-docx says no type here
    cells = added.cells
    mark_row(added, "w:cantSplit")
    if row.heading:
        paragraph = cells[0].merge(cells[-1]).paragraphs[0]
        write_line(paragraph, row.heading, f"{kind}Group")
        # A heading at the foot of a page would stand above nobody.
        paragraph.paragraph_format.keep_with_next = True
        return
    for cell, text, column in zip(cells, row.cells, table.columns, strict=True):
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        style = f"{kind}Number" if column.number else f"{kind}Text"
        first, *more = text.split("\n")
        write_line(cell.paragraphs[0], first, style)
        for line in more:
            write_line(cell.add_paragraph(), line, f"{style}More")


def _begin_section(document: DocxDocument, *, wide: bool) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    # A new section is made like the one before it, but goes on with its page numbers.
    for start in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(start)
    _lay(section, wide=wide)


def _begin_paper(document: DocxDocument) -> None:
    _begin_section(document, wide=False)
    section = document.sections[-1]
    section.different_first_page_header_footer = True
    add_before(section._sectPr, _AFTER_PAGE_NUMBERS, "w:pgNumType", **{"w:start": "1"})


# ---- signatures


def _draw_signatures(document: DocxDocument, signatures: tuple[Signature, ...]) -> None:
    if not signatures:
        return
    width = _width(document)
    gap = document.add_paragraph()
    gap.paragraph_format.space_after, gap.paragraph_format.keep_with_next = Pt(0), True
    together = list(pairs(signatures))
    table = bare_table(document, [width // 2, width // 2], rows=len(together))
    for row, pair in zip(table.rows, together, strict=True):
        mark_row(row, "w:cantSplit")
        for cell, signature in zip(row.cells, pair, strict=True):
            if signature:
                _sign(cell, signature)
    # Nobody signs a page on which nothing else stands: the signatures stay together, and with the words before them.
    for row in table.rows[:-1]:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True
    for paragraph in _last_of_body(document, gap):
        paragraph.paragraph_format.keep_with_next = True


def _last_of_body(document: DocxDocument, gap: DocxParagraph) -> list[DocxParagraph]:
    """Give the paragraph right before a gap; none where a table stands there."""
    before = gap._p.getprevious()
    return [paragraph for paragraph in document.paragraphs if paragraph._p is before]


def _sign(cell: Cell, signature: Signature) -> None:
    write_line(cell.paragraphs[0], signature.role, "SignatureRole")
    write_line(cell.add_paragraph(), signature.hint, "SignatureHint")
    write_line(cell.add_paragraph(), signature.name or BLANK, "SignatureName")


def _draw_annex(document: DocxDocument, blocks: tuple[Block, ...]) -> None:
    before = len(document.paragraphs)
    for block in blocks:
        _draw(document, block)
    if blocks:
        document.paragraphs[before].paragraph_format.page_break_before = True
