"""Draw a chart as content of a .docx: each bar is a table of one row, whose cells are as wide as the votes are many.

So it needs no picture and no library, can be read aloud, and is printed in black and white: a shade and a letter tell
the levels apart, and neighbours never have the same shade. What is too narrow for a text has none; its figure stands
in the table of the minutes and in the words that describe the bar.
"""

from typing import Final

from docx.document import Document as DocxDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell as Cell
from docx.text.paragraph import Paragraph as DocxParagraph
from docx.text.run import Run

from voting.documents.charts import KEYS, WHOLE, Bar, Chart, Piece
from voting.documents.docx_elements import (
    add,
    bare_table,
    describe_table,
    mark_row,
    paint_cell,
    set_margins,
    write_line,
)

_SHADES: Final = ("1F3864", "D5DCE8", "8EA1BF", "FFFFFF", "5B6B86", "EEEEEE", "A6A6A6", "3B3B3B", "C9D3E4", "787878")
"""By level; a dark one has white text."""

_DARK: Final = 0x90
_SIGN, _EDGES = Mm(2.1), Mm(1.2)
"""The room that a text of 10 points needs: for each of its signs, and beside it."""

_HEIGHT: Final = Pt(14)


def draw_chart(document: DocxDocument, chart: Chart, width: int) -> None:
    """Draw the legend and a bar for each line, under the headings of the sheet. `width`: of a full bar."""
    _draw_legend(document, chart)
    heading = ""
    for bar in chart.bars:
        if bar.group != heading:
            heading = bar.group
            group = document.add_paragraph()
            write_line(group, heading, "ChartGroup")
            group.paragraph_format.keep_with_next = True
        _draw_bar(document, bar, width, lettered=bool(chart.legend))


def _draw_legend(document: DocxDocument, chart: Chart) -> None:
    if chart.legend:
        _draw_keys(document.add_paragraph(), chart.legend)
    if chart.remark:
        remark = document.add_paragraph()
        remark.add_run(chart.remark).italic = True
        remark.paragraph_format.keep_with_next = True


def _draw_keys(legend: DocxParagraph, labels: tuple[str, ...]) -> None:
    for level, label in enumerate(labels):
        key = legend.add_run(f"\N{NO-BREAK SPACE}{KEYS[level]}\N{NO-BREAK SPACE}")
        key.bold = True
        _shade(key, _SHADES[level])
        # Its first word stays on the line of its letter.
        legend.add_run(f"\N{NO-BREAK SPACE}{label}      ")
    legend.paragraph_format.keep_with_next = True


def _draw_bar(document: DocxDocument, bar: Bar, width: int, *, lettered: bool) -> None:
    name = document.add_paragraph()
    write_line(name, bar.name, "ChartName")
    if bar.position:
        name.add_run(f" {bar.position}").bold = False
    name.paragraph_format.keep_with_next = True
    pieces = [piece for piece in bar.pieces if piece.size]
    sizes = [piece.size for piece in pieces]
    rest = WHOLE - sum(sizes)
    widths = [width * size // WHOLE for size in (*sizes, *([rest] if rest else []))]
    table = bare_table(document, widths, rows=1)
    set_margins(table, upright=0, beside=0)
    describe_table(table, bar.told)
    row = table.rows[0]
    row.height, row.height_rule = _HEIGHT, WD_ROW_HEIGHT_RULE.EXACTLY
    mark_row(row, "w:cantSplit")
    for cell, piece, room in zip(row.cells, pieces, widths, strict=False):
        _draw_piece(cell, piece, room, lettered=lettered)
    if rest:
        last = row.cells[-1]
        paint_cell(last, fill="", line="dotted")
        write_line(last.paragraphs[0], "", "ChartNumber")


def _draw_piece(cell: Cell, piece: Piece, room: int, *, lettered: bool) -> None:
    paint_cell(cell, fill=_SHADES[piece.level], line="single")
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    texts = (f"{KEYS[piece.level]}\N{NO-BREAK SPACE}{piece.votes}", piece.votes) if lettered else (piece.votes,)
    text = next((text for text in texts if len(text) * _SIGN + _EDGES <= room), "")
    write_line(cell.paragraphs[0], text, "ChartNumber")
    for run in cell.paragraphs[0].runs:
        run.font.color.rgb = _ink(_SHADES[piece.level])


def _shade(run: Run, shade: str) -> None:
    run.font.color.rgb = _ink(shade)
    properties = run._r.get_or_add_rPr()
    edge = {"w:val": "single", "w:sz": "4", "w:space": "0", "w:color": "000000"}
    add(properties, "w:bdr", **edge)
    add(properties, "w:shd", **{"w:val": "clear", "w:color": "auto", "w:fill": shade})


def _ink(shade: str) -> RGBColor:
    return RGBColor(0xFF, 0xFF, 0xFF) if int(shade[2:4], 16) < _DARK else RGBColor(0, 0, 0)
