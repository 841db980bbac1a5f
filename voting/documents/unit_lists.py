"""Read a list of units from a CSV or XLSX file: a unit a row, under a header row that says what the columns hold."""

from typing import Final

from voting.documents.spreadsheets import HEADER_WITHIN, MOST_ROWS, read_rows
from voting.domain.organisation.unit_import import UnitRow
from voting.domain.search import folded
from voting.errors import MalformedRegister, MalformedSheet

_NAMES: Final = ("ten don vi", "ten", "don vi", "co quan, don vi", "to chuc", "name", "unit", "unit name")
_CODES: Final = ("ma don vi", "ma so", "ma", "ky hieu", "ma dinh danh", "code", "unit code")
_PARENTS: Final = (
    *("don vi cap tren", "cap tren", "truc thuoc", "thuoc don vi", "thuoc", "don vi cha", "ma don vi cap tren"),
    *("don vi quan ly", "parent", "parent code", "parent unit", "belongs to", "unit above"),
)


def read_units(data: bytes, filename: str) -> tuple[UnitRow, ...]:
    """Read the rows of an uploaded file, with the numbers of their lines.

    Raises MalformedSheet for a file that cannot be read, is larger than 1 MB or has more than 1,000 rows, and
    MalformedRegister for one without a header.
    """
    rows = read_rows(data, filename)
    if len(rows) > MOST_ROWS:
        reason = f"The file has more than {MOST_ROWS:,} rows."
        raise MalformedSheet(reason, ((0, reason),))
    for index, (_, cells) in enumerate(rows[:HEADER_WITHIN]):
        words = [" ".join(folded(cell).split()).rstrip(":* ") for cell in cells]
        name = _place(words, _NAMES)
        if name is not None:
            code, parent = _place(words, _CODES), _place(words, _PARENTS)
            return tuple(
                UnitRow(number, _cell(cells, name), _cell(cells, code), _cell(cells, parent))
                for number, cells in rows[index + 1 :]
                if any(_cell(cells, column).strip() for column in (name, code, parent))
            )
    raise MalformedRegister("No header row says which column holds the name.", "file")


def _place(words: list[str], kinds: tuple[str, ...]) -> int | None:
    return next((words.index(kind) for kind in kinds if kind in words), None)


def _cell(cells: list[str], column: int | None) -> str:
    return cells[column] if column is not None and column < len(cells) else ""
