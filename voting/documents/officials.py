"""Read the people of a register from a CSV or XLSX file: one person a row, the columns in any order, named by a header.

Which column holds what is told by the header row, in Vietnamese or English; columns that are not known are left out.
"""

from typing import Final

from voting.documents.spreadsheets import MOST_ROWS, POSITIONS, header_of, read_rows
from voting.domain.organisation.matching import Row
from voting.domain.search import folded
from voting.errors import MalformedRegister, MalformedSheet

_UNIT_CODES: Final = ("ma don vi", "ma co quan", "unit code")
_UNITS: Final = ("don vi", "co quan", "ten don vi", "phong", "unit", "department")
_GROUPS: Final = ("nhom", "group", "post group", "position group")
_NUMBERS: Final = (
    "ma so",
    "ma can bo",
    "ma cb",
    "ma nhan vien",
    "ma nv",
    "so hieu",
    "staff n",
    "personnel n",
    "employee n",
)
_NUMBERS_ALONE: Final = frozenset({"ma", "id", "number", "code"})
_MEMBERS: Final = ("dang vien", "la dang vien", "party")

_YES: Final = frozenset({"x", "co", "yes", "y", "1", "true", "✓", "✔"})
_NO: Final = frozenset({"", "khong", "no", "n", "0", "false", "-", "–"})


def read_officials(data: bytes, filename: str) -> tuple[Row, ...]:
    """Read each row of an uploaded file, with the number of its line. Several posts stand in several columns, or in one
    with a semicolon or a new line between them.

    Raises MalformedSheet for a file that cannot be read, MalformedRegister naming the bad lines.
    """
    rows = read_rows(data, filename)
    if len(rows) > MOST_ROWS:
        raise MalformedSheet(f"The file has more than {MOST_ROWS:,} rows.")
    found = header_of(rows)
    if found is None:
        raise MalformedRegister("No header row says which column holds the name.", "file")
    at, words, names = found
    columns = _Columns(words, names)
    read: list[Row] = []
    faults: list[tuple[int, str]] = []
    for number, cells in rows[at + 1 :]:
        filled = [cells[i].strip() if i < len(cells) else "" for i in range(max(len(words), len(cells)))]
        if not any(filled[i] for i in columns.known):
            continue  # a row that was numbered and left empty
        member = columns.member_of(filled)
        if member == "unclear":
            faults.append((number, "the column of Party members says neither yes nor no"))
            continue
        read.append(
            Row(
                number,
                " ".join(filled[i] for i in names if filled[i]),
                tuple(post for i in columns.positions for post in filled[i].replace("\n", ";").split(";")),
                next((filled[i] for i in columns.units if filled[i]), ""),
                next((filled[i] for i in columns.groups if filled[i]), ""),
                next((filled[i] for i in columns.numbers if filled[i]), ""),
                {"yes": True, "no": False}.get(member),
            )
        )
    if faults:
        summary = "; ".join(f"line {number}: {why}" for number, why in faults[:5])
        raise MalformedRegister(f"The list cannot be used: {summary}.", "file", tuple(faults))
    return tuple(read)


class _Columns:
    """Which columns hold what, by the plain words of the header."""

    def __init__(self, words: list[str], names: tuple[int, ...]) -> None:
        others = [(i, word) for i, word in enumerate(words) if i not in names]
        self.groups = [i for i, word in others if word.startswith(_GROUPS)]
        self.positions = [i for i, word in others if word.startswith(POSITIONS)]
        codes = [i for i, word in others if word.startswith(_UNIT_CODES)]
        self.units = codes + [i for i, word in others if i not in codes and word.startswith(_UNITS)]
        self.numbers = [i for i, word in others if word.startswith(_NUMBERS) or word in _NUMBERS_ALONE]
        self.members = [i for i, word in others if word.startswith(_MEMBERS) or word == "member"]
        self.known = (*names, *self.groups, *self.positions, *self.units, *self.numbers, *self.members)

    def member_of(self, cells: list[str]) -> str:
        """Give "yes", "no", "unclear", or nothing where there is no such column."""
        if not self.members:
            return ""
        said = _plain(cells[self.members[0]])
        return "yes" if said in _YES else "no" if said in _NO else "unclear"


def _plain(cell: str) -> str:
    return folded(cell).removesuffix(".0")
