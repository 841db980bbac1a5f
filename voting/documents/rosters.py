"""Rosters in and personal links out: CSV or XLSX with names and addresses, and a CSV file for a mail merge."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from voting.documents.spreadsheets import POSITIONS, NumberedPeople, read_pasted, read_people

_NOTES: Final = (
    ("email", "e-mail", "mail", "thu dien tu", "dia chi email", "dia chi thu", "dia chi e-mail"),
    ("dien thoai", "so dien thoai", "phone", "mobile", "sdt"),
    ("ghi chu", "note", "don vi", "unit", "phong", "to "),
    POSITIONS,
)
"""What the chair needs beside a name to give somebody a link: the first of these columns that a list has."""

# A cell that begins with one of these is a formula to a spreadsheet program (FAULTS W5).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def read_roster(data: bytes, filename: str) -> NumberedPeople:
    """Read (line number, Person) from an uploaded file; the position is the note. Raises MalformedSheet."""
    return read_people(data, filename, _NOTES)


def read_pasted_roster(text: str) -> NumberedPeople:
    """Read (line number, Person) from typed or pasted lines; the position is the note. Raises MalformedSheet."""
    return read_pasted(text, _NOTES)


def mail_merge(header: tuple[str, str, str], rows: Iterable[tuple[str, str, str]]) -> bytes:
    """Write (name, note, link) as CSV, as spreadsheet programs and mail merges read it: UTF-8 with a mark, commas."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_as_text(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _as_text(cell: str) -> str:
    """Put an apostrophe before what a program would compute."""
    return f"'{cell}" if cell.lstrip(" \u00a0\u3000").startswith(_FORMULA) or cell.startswith(_FORMULA) else cell
