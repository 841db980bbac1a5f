"""Rosters as offices have them, and a table of links that no spreadsheet program computes with."""

import csv
import io

import openpyxl
import pytest

from tests.documents.test_spreadsheets import workbook
from voting.documents.rosters import mail_merge, read_pasted_roster, read_roster
from voting.documents.spreadsheets import read_people
from voting.domain.sheets import Person
from voting.errors import MalformedSheet

AN = Person("Nguyễn Văn An", "an@b.vn")
BINH = Person("Trần Thị Bình", "binh@b.vn")
ROWS = (
    ("STT", "Họ và tên", "Chức vụ", "Email"),
    (1, *("Nguyễn Văn An", "GĐ", "an@b.vn")),
    (2, *("Trần Thị Bình", "PGĐ", "binh@b.vn")),
)


@pytest.mark.parametrize(
    "data",
    [
        workbook(*ROWS),
        "\r\n".join(";".join(map(str, row)) for row in ROWS).encode(),
        "Thư điện tử,Họ tên\nan@b.vn,Nguyễn Văn An\nbinh@b.vn,Trần Thị Bình\n".encode(),
        "Nguyễn Văn An\tan@b.vn\nTrần Thị Bình\tbinh@b.vn\n".encode("utf-16"),
    ],
)
def test_names_and_addresses_are_found_whatever_stands_beside_them(data: bytes) -> None:
    assert [person for _, person in read_roster(data, "ds.csv")] == [AN, BINH]


def test_without_an_address_another_note_is_taken() -> None:
    assert read_roster("Họ tên;Đơn vị\nAn;Phòng 1\n".encode(), "ds.csv") == ((2, Person("An", "Phòng 1")),)
    assert read_roster("Họ tên;Chức vụ\nAn;Giám đốc\n".encode(), "ds.csv") == ((2, Person("An", "Giám đốc")),)


def test_a_sheet_of_people_to_vote_on_is_still_read_by_its_positions() -> None:
    assert [person for _, person in read_people(workbook(*ROWS), "ds.xlsx")] == [
        Person("Nguyễn Văn An", "GĐ"),
        Person("Trần Thị Bình", "PGĐ"),
    ]


def test_pasted_lines_are_read_and_a_bad_one_is_named() -> None:
    assert read_pasted_roster("An, a@b.vn\nBình\n") == ((1, Person("An", "a@b.vn")), (2, Person("Bình")))
    with pytest.raises(MalformedSheet) as refused:
        read_pasted_roster("An\nan")
    assert refused.value.lines == ((2, "the same as line 1"),)


@pytest.mark.fault("W5")
def test_no_cell_of_the_mail_merge_is_a_formula() -> None:
    evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "\u00a0=1", "%0a", "|x", '"=1+1"', "=1\n=2"]
    rows = [(text, text, "https://x/c/u#AAAA-BBBB-CCCC") for text in evil]
    raw = mail_merge(("Họ và tên", "Ghi chú", "Liên kết"), rows)
    assert raw.startswith(b"\xef\xbb\xbf")
    header, *read = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert header == ["Họ và tên", "Ghi chú", "Liên kết"]
    assert len(read) == len(evil)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in read:
        sheet.append(row)
    formulas = [cell.value for cells in sheet.iter_rows() for cell in cells if cell.data_type == "f"]
    print(f"W5: {len(formulas)} formula cells of {3 * len(read)}")
    assert formulas == []
    for name, _, link in read:
        assert not name.lstrip().startswith(("=", "+", "-", "@"))
        assert link == "https://x/c/u#AAAA-BBBB-CCCC"


def test_names_and_links_come_back_from_the_table_as_they_were() -> None:
    rows = [("Nguyễn “Văn” An, Jr", "a;b", "https://x/c/u#1"), ('O"Brien', "", "https://x/c/u#2")]
    read = list(csv.reader(io.StringIO(mail_merge(("n", "m", "l"), rows).decode("utf-8-sig"), newline="")))
    assert [tuple(row) for row in read[1:]] == rows
