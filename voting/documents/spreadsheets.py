"""Read people from a CSV or XLSX file or from pasted cells: one person, or motion, a row.

The number that comes with each person is that of its line in the file, so that a fault can be found there. Columns
are recognised by a header row in Vietnamese or English, else the first is the name and the second the position.
A third one, or in a typed text a line `# Heading` above them, names the group of posts that the people belong to.
"""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, NoReturn

from voting.documents.workbooks import is_workbook, workbook_rows
from voting.domain.sheets import Person, tidy
from voting.errors import MalformedSheet

MOST_BYTES: Final = 1024 * 1024
MOST_ROWS: Final = 1000
MOST_LINES: Final = 20_000  # empty ones included: some programs write them down to the last row that was ever touched
HEADER_WITHIN: Final = 20  # a sheet may carry its own title and the name of the office above the header row

_NAMES: Final = ("ho va ten", "ho ten", "ho, ten", "ho & ten", "full name")
_NAMES_ALONE: Final = frozenset({"ten", "name", "can bo", "person", "noi dung", "motion"})
# A name in two columns, family names and given name, is joined in the order in which they stand.
_FAMILY: Final = frozenset(
    {"ho", "ho dem", "ho va dem", "ho lot", "ho va ten dem", "ho ten dem", "ho va chu dem", "ho va ten lot"}
)
_PARTS: Final = frozenset({"last name", "family name", "surname", "first name", "given name"})
POSITIONS: Final = ("chuc vu", "chuc danh", "position", "title", "post", "job title")
_GROUPS: Final = frozenset({"nhom", "nhom chuc vu", "nhom chuc danh", "group", "post group", "position group"})
_NUMBERS: Final = frozenset({"stt", "tt", "so tt", "so thu tu", "no", "no.", "nr", "#"})

# Only where a line begins with it: a space before the sign keeps a name a name. A counting column may be headed `#`.
_HEADING: Final = re.compile(r"#(?! *[\t;,])(?P<words>[^\t]*)")

_SEPARATOR_LINE: Final = re.compile(r"sep=([;,\t])[\r\n]*", re.IGNORECASE)  # Excel's own way to say it

Row = tuple[int, list[str]]
NumberedPeople = tuple[tuple[int, Person], ...]


@dataclass(frozen=True)
class _Columns:
    names: tuple[int, ...]
    position: int | None
    group: int | None = None


Beside = tuple[tuple[str, ...], ...]
"""How the header of the column beside the name may begin, the kinds that are preferred first."""


def read_people(data: bytes, filename: str, beside: Beside = (POSITIONS,)) -> NumberedPeople:
    """Read (line number, Person) for each row of an uploaded file. Raises MalformedSheet naming the bad lines.

    XLSX, or CSV in UTF-8 or UTF-16, separated by semicolons, commas or tabs; at most 1 MB and 1,000 rows. What the
    bytes are decides, not the ending of `filename`, which serves for a clearer refusal alone.
    """
    return _people(read_rows(data, filename), beside)


def read_rows(data: bytes, filename: str) -> list[Row]:
    """Read (line number, cells) of each row that is not empty, for lists that have other columns.

    Raises MalformedSheet, as `read_people` says. Of a workbook no more than MOST_ROWS + 1, so that the caller sees when
    there are too many.
    """
    if len(data) > MOST_BYTES:
        _refuse("The file is larger than 1 MB.")
    if is_workbook(data):
        return workbook_rows(data, MOST_ROWS + 1)
    if filename.lower().endswith((".xlsx", ".xlsm", ".xls", ".ods", ".pdf", ".doc", ".docx")):
        _refuse("This is neither an .xlsx workbook nor a CSV file.")
    return _best_rows(_decode(data))


def header_of(rows: list[Row]) -> tuple[int, list[str], tuple[int, ...]] | None:
    """Find the header row: its index, its words without marks and capitals, and the columns that hold the name."""
    for index, (_, cells) in enumerate(rows[:HEADER_WITHIN]):
        words = [_plain(cell) for cell in cells]
        if columns := _from_header(words, ()):
            return index, words, columns.names
    return None


def read_pasted(text: str, beside: Beside = (POSITIONS,)) -> NumberedPeople:
    """Read people from cells pasted from a spreadsheet, or typed one a line, with or without headings.

    Raises MalformedSheet as `read_people`.
    """
    if len(text) > MOST_BYTES:
        _refuse("The text is longer than 1 MB.")
    body, headings = take_headings(text)
    return under_headings(_people(_best_rows(body, quotes_may_stray=True), beside), headings)


Headings = tuple[tuple[int, str], ...]


def take_headings(text: str) -> tuple[str, Headings]:
    """Take the lines `# Heading` out of a text, each as (line number, heading); the others keep their numbers.

    `#` alone ends a group: the lines below it have no heading. Raises MalformedSheet.
    """
    lines = text.split("\n")
    headings: list[tuple[int, str]] = []
    faults: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        if found := _HEADING.fullmatch(line):
            lines[number - 1] = ""
            try:
                headings.append((number, tidy(found["words"])))
            except MalformedSheet as refusal:
                faults.append((number, str(refusal)))
    if faults:
        raise MalformedSheet("A heading cannot be used.", tuple(faults))
    return "\n".join(lines), tuple(headings)


def under_headings(people: NumberedPeople, headings: Headings) -> NumberedPeople:
    """Give everybody the group of the last heading above; a group that a column names stays."""
    above = [(number, heading) for number, heading in reversed(headings)]
    return tuple(
        (line, replace(person, group=person.group or next((words for at, words in above if at < line), "")))
        for line, person in people
    )


def _decode(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        # Legacy Vietnamese encodings (windows-1258, TCVN3, VNI) cannot be told apart safely, and a wrong guess would
        # put a wrong name on a ballot.
        _refuse("The file is not text in UTF-8. In the spreadsheet program choose “CSV UTF-8” or save it as .xlsx.")
    if "\0" in text:
        _refuse("This is neither an .xlsx workbook nor a CSV file.")
    return text


def _best_rows(text: str, *, quotes_may_stray: bool = False) -> list[Row]:
    """Split a text at the separator that gives the most rows two cells or more; tabs win a tie, then semicolons."""
    lines = list(io.StringIO(text, newline=""))
    if len(lines) > MOST_LINES:
        _refuse(f"The file has more than {MOST_ROWS:,} rows.")
    if lines and (said := _SEPARATOR_LINE.fullmatch(lines[0])):
        return list(_split(["\n", *lines[1:]], said[1], quotes_may_stray))
    found: list[list[Row]] = []
    refusals: list[MalformedSheet] = []
    for separator in "\t;,":
        try:
            found.append(list(_split(lines, separator, quotes_may_stray)))
        except MalformedSheet as refusal:
            refusals.append(refusal)
    if not found:
        raise refusals[0]
    return max(found, key=lambda rows: (sum(_filled(cells) > 1 for _, cells in rows), -len(rows)))


def _filled(cells: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _split(lines: list[str], separator: str, quotes_may_stray: bool) -> Iterator[Row]:
    rows: list[Row] = []
    reader = csv.reader(lines, delimiter=separator, strict=True)
    start = 1
    try:
        for cells in reader:
            rows.append((start, cells))
            start = reader.line_num + 1
    except csv.Error:
        if not quotes_may_stray:
            reason = "the quotation marks do not match"
            raise MalformedSheet(f"line {start}: {reason}.", ((start, reason),)) from None
        rows = [(number, line.rstrip("\r\n").split(separator)) for number, line in enumerate(lines, 1)]
    for number, cells in rows:
        if _filled(cells):
            yield number, cells


def _people(rows: list[Row], beside: Beside) -> NumberedPeople:
    if len(rows) > MOST_ROWS:
        _refuse(f"The file has more than {MOST_ROWS:,} rows.")
    columns, body = _find_columns(rows, beside)
    people: list[tuple[int, Person]] = []
    faults: list[tuple[int, str]] = []
    seen: dict[str, int] = {}
    group = ""
    for number, cells in body:
        if not _filled(cells):
            continue
        try:
            # In a merged cell only the first row has the text.
            group = tidy(_cell(cells, columns.group)) or group if columns.group is not None else ""
            person = replace(_person(cells, columns), group=group)
        except MalformedSheet as refusal:
            faults.append((number, str(refusal)))
            continue
        first = seen.setdefault(person.title.casefold(), number)
        if first != number:
            faults.append((number, f"the same as line {first}"))
        people.append((number, person))
    if not people and not faults:
        faults.append((0, "nobody is on the sheet"))
    if faults:
        summary = "; ".join(f"line {number}: {why}" if number else why for number, why in faults[:5])
        raise MalformedSheet(f"The sheet cannot be used: {summary}.", tuple(faults))
    return tuple(people)


def _person(cells: list[str], columns: _Columns) -> Person:
    name = tidy(" ".join(_cell(cells, column) for column in columns.names))
    position = tidy(_cell(cells, columns.position)) if columns.position is not None else ""
    if not name:
        raise MalformedSheet("the name is missing")
    return Person(name, position)


def _cell(cells: list[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""


def _find_columns(rows: list[Row], beside: Beside) -> tuple[_Columns, list[Row]]:
    """Find the columns and the rows below the header; without a header, the first two columns that are not numbers."""
    for index, (_, cells) in enumerate(rows[:HEADER_WITHIN]):
        words = [_plain(cell) for cell in cells]
        if columns := _from_header(words, beside):
            body = [(number, _without_number(cells, words)) for number, cells in rows[index + 1 :]]
            return columns, body
    body = _without_counting(rows)
    wide = [number for number, cells in body if _filled(cells[2:])]
    if wide:
        reason = "more than two columns, and no header row says which holds the name"
        raise MalformedSheet(f"line {wide[0]}: {reason}.", tuple((number, reason) for number in wide))
    return _Columns((0,), 1), body


def _from_header(words: list[str], beside: Beside) -> _Columns | None:
    parts = tuple(i for i, word in enumerate(words) if word in _PARTS)
    family = tuple(i for i, word in enumerate(words) if word in _FAMILY)
    names = tuple(i for i, word in enumerate(words) if word in _NAMES_ALONE or word.startswith(_NAMES))
    if parts:
        names = parts
    elif family:
        names = tuple(sorted({family[0], *(i for i in names if words[i] == "ten")}))
    if not names:
        return None
    group = next((i for i, word in enumerate(words) if word in _GROUPS), None)
    others = [(i, word) for i, word in enumerate(words) if i != group and i not in names]
    position = next((i for kind in beside for i, word in others if word.startswith(kind)), None)
    return _Columns(names if parts or family else names[:1], position, group)


def _without_number(cells: list[str], words: list[str]) -> list[str]:
    """Empty the counting column, so that a row that was numbered and left empty is an empty row."""
    return ["" if i < len(words) and words[i] in _NUMBERS else cell for i, cell in enumerate(cells)]


def _without_counting(rows: list[Row]) -> list[Row]:
    """Drop the first column when it does nothing but count."""
    firsts = Counter(_cell(cells, 0).strip().rstrip(".").isdecimal() for _, cells in rows)
    return [(number, cells[1:]) for number, cells in rows] if firsts[True] and not firsts[False] else rows


def _plain(text: str) -> str:
    """Strip case, diacritics and spare spaces, so that `HỌ VÀ TÊN` and `Ho va ten` are one header."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split()).rstrip(":*")


def _refuse(message: str) -> NoReturn:
    raise MalformedSheet(message, ((0, message),)) from None
