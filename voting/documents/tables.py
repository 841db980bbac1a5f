"""Tables as files for other programs: CSV, XLSX and JSON.

A name may begin like a formula, and a spreadsheet program would run it: in CSV such a cell gets an apostrophe before
it, in XLSX every text is written as a text (FAULTS W5).
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from voting.domain.results import Cell, Result, Row

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet program may take for the beginning of a formula; the wide ones come from East Asian keyboards."""

_WIDEST, _NARROWEST = 60, 10
_NO_SHEET_NAME: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@dataclass(frozen=True)
class Percent:
    """A share in hundredths of a percent."""

    hundredths: int

    def __str__(self) -> str:
        return f"{self.hundredths // 100}.{self.hundredths % 100:02}"


Value = str | int | Percent | None


@dataclass(frozen=True)
class Table:
    """A table with the names of its columns. `name`: of the sheet in a workbook."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def to_csv(table: Table) -> bytes:
    """Write a table as CSV: UTF-8 with the mark that Excel needs to see it, commas, lines that end as RFC 4180 says."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(map(neutral, table.columns))
    writer.writerows([_in_csv(value) for value in row] for row in table.rows)
    return file.getvalue().encode("utf-8-sig")


def neutral(text: str) -> str:
    """Put an apostrophe before a text that would be run as a formula."""
    return f"'{text}" if text.startswith(_STARTS) else text


def _in_csv(value: Value) -> str:
    if value is None:
        return ""
    return neutral(value) if isinstance(value, str) else str(value)


def to_json(value: object) -> bytes:
    """Write a value as JSON that people can read too."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def to_xlsx(tables: Sequence[Table], at: datetime) -> bytes:
    """Write tables as the sheets of a workbook. `at`: when it was made, which the file says of itself."""
    book = Workbook()
    book.properties.creator, book.properties.created, book.properties.modified = "", at, at
    first = book.active
    assert first is not None  # noqa: S101  a new workbook has one sheet
    book.remove(first)
    for table in tables:
        _fill(book.create_sheet(table.name.translate(_NO_SHEET_NAME)[:31]), table)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _fill(sheet: Worksheet, table: Table) -> None:
    for column, title in enumerate(table.columns, 1):
        cell = _put(sheet, 1, column, title)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        longest = max(len(str(row[column - 1] or "")) for row in table.rows) if table.rows else 0
        wanted = max(longest, min(len(title), 14)) + 2
        sheet.column_dimensions[get_column_letter(column)].width = min(max(wanted, _NARROWEST), _WIDEST)
    for number, row in enumerate(table.rows, 2):
        for column, value in enumerate(row, 1):
            _put(sheet, number, column, value)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    # A sheet that was read from a file may have no such properties; a new one has.
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True  # type: ignore[union-attr]


def _put(sheet: Worksheet, row: int, column: int, value: Value) -> Any:
    cell: Any = sheet.cell(row, column)
    if isinstance(value, Percent):
        cell.value, cell.number_format = value.hundredths / 10_000, "0.00%"
    elif isinstance(value, str):
        cell.value = value
        # The library has guessed a formula or an error from the first sign; and so would Excel when the cell is edited.
        cell.data_type, cell.quotePrefix = "s", value.startswith(_STARTS)
        cell.alignment = Alignment(wrap_text=len(value) > _WIDEST, vertical="top")
    else:
        cell.value = value
    return cell


# ---- the result


RESULT_COLUMNS: Final = (
    *("group", "line", "name", "position", "level", "label", "votes", "electronic", "paper", "percent"),
    *("denominator", "blank", "invalid", "issued", "collected", "valid", "outcome", "conclusion", "article"),
)
"""The names of the fields of a result as CSV; programs rely on them."""


def result_table(result: Result, language: str) -> Table:
    """Lay a result out with one row for each level of each line, or for each candidate where people are chosen.

    `line` and `level` count from 1; `percent` is of `denominator` and empty where that is not known.
    """
    return Table("result", RESULT_COLUMNS, tuple(_records(result, language)))


def _records(result: Result, language: str) -> Iterator[tuple[Value, ...]]:
    line = 0
    for row in result.rows:
        line += 0 if row.choose else 1
        for place, cell in enumerate(row.cells, 1):
            line += 1 if row.choose else 0
            yield _record(result, row, cell, line, place, language)


def _record(result: Result, row: Row, cell: Cell, line: int, place: int, language: Any) -> tuple[Value, ...]:
    name, _, position = cell.label.partition(" — ") if row.choose else (row.name, "", row.position)
    outcome = cell.outcome if row.choose else row.outcome
    figures = result.figures
    return (
        *(row.group, line, name, position),
        *((None, "") if row.choose else (place, cell.label)),
        *(cell.votes, cell.electronic, cell.paper),
        None if cell.hundredths is None else Percent(cell.hundredths),
        *(row.denominator, row.blank, row.invalid, figures.issued, figures.collected, figures.valid),
        *((outcome.id, outcome.words[language], outcome.article[language]) if outcome else ("", "", "")),
    )
