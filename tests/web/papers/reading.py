"""Papers as text, for tests that look for words in them."""

import csv
import io
import re
from html import unescape

import docx

from voting.domain.sessions import Session


def address(session: Session, rest: str = "") -> str:
    return f"/chair/sessions/{session.uuid}{rest}"


def read_docx(raw: bytes) -> tuple[str, list[list[list[str]]]]:
    """Give all words of a file, and its tables as rows of texts."""
    document = docx.Document(io.BytesIO(raw))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    cells = [cell for table in tables for row in table for cell in row]
    return "\n".join([*paragraphs, *cells]), tables


def words_of(page: str) -> str:
    """Give what a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).split())


def rows_of_csv(raw: bytes) -> list[dict[str, str]]:
    """Give the rows of a CSV file by the names of its columns."""
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
