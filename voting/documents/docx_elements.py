"""What python-docx has no words for: elements of the file, each at the place where the schema wants it.

A strict reader refuses another order (ISO/IEC 29500-1, 17.3.1.26 and 17.4).
"""

from typing import Any, Final

from docx.document import Document as DocxDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length
from docx.table import Table as DocxTable
from docx.table import _Cell as Cell
from docx.table import _Row as DocxRow
from docx.text.paragraph import Paragraph as DocxParagraph

_AFTER_MARGINS: Final = ("w:tblLook", "w:tblCaption", "w:tblDescription")
_AFTER_BORDERS: Final = ("w:shd", "w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign", "w:hideMark")


def add(parent: Any, tag: str, **attributes: str) -> Any:
    """Put a new element behind all others of its parent, and give it back."""
    element = _made(tag, attributes)
    parent.append(element)
    return element


def add_before(parent: Any, successors: tuple[str, ...], tag: str, **attributes: str) -> Any:
    """Put a new element before the first of its successors, and give it back."""
    element = _made(tag, attributes)
    parent.insert_element_before(element, *successors)
    return element


def _made(tag: str, attributes: dict[str, str]) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(name), value)
    return element


def write_line(paragraph: DocxParagraph, text: str, style: str) -> None:
    """Write a text in a style of the file."""
    # By its identifier: to look a style up by its name takes most of the time of a long table.
    paragraph._p.style = style
    paragraph.add_run(text)


def borders_of(paragraph: DocxParagraph) -> Any:
    """Give a paragraph room for borders."""
    return add_before(paragraph._p.get_or_add_pPr(), ("w:shd", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"), "w:pBdr")


def mark_row(row: DocxRow, tag: str) -> None:
    """Say something of a row: that it is not split, that it is a head."""
    add(row._tr.get_or_add_trPr(), tag)


def bare_table(document: DocxDocument, widths: list[int], *, rows: int) -> DocxTable:
    """Add a table without borders, its columns of exactly these widths."""
    table: DocxTable = document.add_table(rows, len(widths))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Length(width)
        for cell in column.cells:
            cell.width = Length(width)
    return table


def set_margins(table: DocxTable, *, upright: int, beside: int) -> None:
    """Set the room within the cells of a table, in twentieths of a point."""
    margins = add_before(table._tbl.tblPr, _AFTER_MARGINS, "w:tblCellMar")
    for side, width in (("top", upright), ("left", beside), ("bottom", upright), ("right", beside)):
        add(margins, f"w:{side}", **{"w:w": str(width), "w:type": "dxa"})


def describe_table(table: DocxTable, text: str) -> None:
    """Say in words what a table shows, for those who cannot see it."""
    add(table._tbl.tblPr, "w:tblDescription", **{"w:val": text})


def paint_cell(cell: Cell, *, fill: str, line: str) -> None:
    """Give a cell a colour and a frame. `fill`: RRGGBB, empty for none; `line`: its kind, as the schema calls it."""
    properties = cell._tc.get_or_add_tcPr()
    borders = add_before(properties, _AFTER_BORDERS, "w:tcBorders")
    for side in ("top", "left", "bottom", "right"):
        add(borders, f"w:{side}", **{"w:val": line, "w:sz": "6", "w:space": "0", "w:color": "000000"})
    if fill:
        add_before(properties, _AFTER_BORDERS[1:], "w:shd", **{"w:val": "clear", "w:color": "auto", "w:fill": fill})
