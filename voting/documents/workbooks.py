"""Read the rows of an uploaded XLSX workbook without trusting it (FAULTS W6).

An XLSX file is a zip of XML. Its directory is checked first, then every entry is inflated under a limit, because a
directory may lie; only then does openpyxl see it, with defusedxml underneath, which refuses entities.
"""

import io
import threading
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Final, NoReturn

import openpyxl

from voting.errors import MalformedSheet

MOST_INFLATED: Final = 20 * 1024 * 1024  # bytes, all entries together
MOST_ENTRIES: Final = 1000
MOST_TAGS: Final = 200_000  # openings and closings in all XML entries; 1,000 rows of 20 columns have about 160,000
MOST_COLUMNS: Final = 50
_LAST_ROW: Final = 1_048_576  # of the format: a row may claim any number, and those before it are made up on the way
_EMPTY_ROW: Final = (None,) * MOST_COLUMNS
_OLD_FORMAT: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
if openpyxl.LXML or not openpyxl.DEFUSEDXML:
    # Somebody imported openpyxl first: uploads would be read by a parser that follows what they name.
    raise ImportError("voting.documents must be imported before openpyxl")
# One workbook at a time: it bounds the memory of many uploads, and `catch_warnings` is one for all threads.
_reading: Final = threading.Lock()


def is_workbook(data: bytes) -> bool:
    """Tell whether the bytes begin as a workbook, old or new, of whatever name."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLD_FORMAT))


def workbook_rows(data: bytes, most: int) -> list[tuple[int, list[str]]]:
    """Read (row number, cells as text) of the first `most` filled rows of the first visible sheet.

    Formulas give the value that was saved with them; a text that begins with = + - or @ is a text. Raises
    MalformedSheet.
    """
    if data.startswith(_OLD_FORMAT):
        if _ENCRYPTED in data:
            _refuse("The workbook is protected by a password; save it without one.")
        _refuse("This is a workbook of the old kind (.xls); save it as .xlsx.")
    _check_entries(data)
    with _reading, warnings.catch_warnings():
        # openpyxl warns about what it leaves out (drop-down lists, themes); nothing of that is read here.
        warnings.simplefilter("ignore")
        try:
            return list(islice(_rows(data), most))
        except MalformedSheet:
            raise
        except Exception:
            # openpyxl has no exception of its own: a broken part shows as anything from KeyError to ParseError.
            _refuse("The workbook cannot be read: it is damaged, or not an .xlsx file.")


def _rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), None)
        if sheet is None:
            _refuse("The workbook has no visible sheet.")
        rows = sheet.iter_rows(max_row=_LAST_ROW, max_col=MOST_COLUMNS, values_only=True)
        for number, cells in enumerate(rows, 1):
            if cells != _EMPTY_ROW:
                yield number, ["" if cell is None else str(cell) for cell in cells]
    finally:
        book.close()


def _check_entries(data: bytes) -> None:
    inflated = tags = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_INFLATED:
                _refuse_size()
            if any(entry.flag_bits & 1 for entry in entries):
                _refuse("The workbook is protected by a password; save it without one.")
            if "xl/workbook.xml" not in archive.namelist():
                _refuse("This is not an .xlsx workbook; save it as .xlsx or CSV.")
            for entry in entries:
                with archive.open(entry) as content:
                    while part := content.read(65536):
                        inflated += len(part)
                        tags += part.count(b"<")
                        if inflated > MOST_INFLATED or tags > MOST_TAGS:
                            _refuse_size()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError):
        _refuse("The workbook cannot be read: it is damaged, or not an .xlsx file.")


def _refuse_size() -> NoReturn:
    _refuse("The workbook holds too much; copy the two columns of names and positions into a new one.")


def _refuse(message: str) -> NoReturn:
    raise MalformedSheet(message, ((0, message),)) from None
