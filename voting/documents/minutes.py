"""What a paper of the meeting consists of: one structure from which the .docx and the page to print are both made.

It holds words that are ready to be read, in one language; how they look is decided by who draws it (Decree 30/2020
for Vietnamese administrative papers: A4, two columns at the head, a serif type).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from voting.documents.charts import Chart
from voting.documents.columns import LANDSCAPE, PORTRAIT, divide, least_width
from voting.domain.scales import Language

BLANK: Final = "…" * 12
"""A place to be filled in by hand."""

BLANK_LINE: Final = "…" * 32
"""A whole line of it."""


@dataclass(frozen=True)
class Letterhead:
    """The head of the first page: the organisation at the left, the state or the Party at the right.

    `above`: the organisation that it belongs to. `motto`: under the name at the right. Any of them may be empty.
    """

    above: str
    organisation: str
    number: str
    right: str
    motto: str
    dateline: str


@dataclass(frozen=True)
class Heading:
    """The heading of a section, or within one (`level` 2)."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """One paragraph. `kind`: `basis` of law, `notice` that something is missing or not verified, `code` to be typed."""

    text: str
    kind: Literal["plain", "basis", "notice", "code"] = "plain"


@dataclass(frozen=True)
class Fact:
    """A named value; an empty one leaves a place to be filled in by hand. `more`: further lines under it."""

    name: str
    value: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """Named values, one under the other."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table. `share`: its width beside the others; `number`: right for figures, which are centred."""

    title: str
    share: int
    number: bool = False


@dataclass(frozen=True)
class Row:
    """A row: a text for each column, where a line feed divides two lines; or one `heading` across all of them."""

    cells: tuple[str, ...] = ()
    heading: str = ""


@dataclass(frozen=True)
class Table:
    """A table whose head is repeated on every page; no row is split. `caption`: what it shows."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def is_wide(self) -> bool:
        """Whether it needs a page laid across: upright, a word or a figure would not fit into its column."""
        return sum(self._least(wide=False)) > PORTRAIT

    @property
    def widths(self) -> list[int]:
        """Give how wide the columns are, in tenths of a millimetre on the page it stands on."""
        wide = self.is_wide
        return divide(
            LANDSCAPE if wide else PORTRAIT, [column.share for column in self.columns], self._least(wide=wide)
        )

    def _least(self, *, wide: bool) -> list[float]:
        lines = [row.cells for row in self.rows if not row.heading]
        return [
            least_width(column.title, [cells[place] for cells in lines], number=column.number, wide=wide)
            for place, column in enumerate(self.columns)
        ]


@dataclass(frozen=True)
class Signature:
    """Who signs: the role, the hint under it, and the name under the room for the hand."""

    role: str
    hint: str
    name: str


Block = Heading | Paragraph | Facts | Table | Chart


@dataclass(frozen=True)
class Paper:
    """A whole paper. `notice`: what must be seen before anything else, as that this is not the final one.

    `annex`: what stands on pages of its own after the signatures.
    """

    language: Language
    letterhead: Letterhead
    title: str
    subject: str
    notice: str
    blocks: tuple[Block, ...]
    signatures: tuple[Signature, ...]
    annex: tuple[Block, ...] = ()

    def texts(self) -> Iterator[str]:
        """Yield every text in reading order."""
        head = self.letterhead
        yield from (head.above, head.organisation, head.number, head.right, head.motto, head.dateline)
        yield from (self.title, self.subject, self.notice)
        for block in self.blocks:
            yield from _texts(block)
        for signature in self.signatures:
            yield from (signature.role, signature.hint, signature.name)
        for block in self.annex:
            yield from _texts(block)


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Heading() | Paragraph():
            yield block.text
        case Facts():
            for fact in block.facts:
                yield from (fact.name, fact.value, *fact.more)
        case Table():
            yield block.caption
            yield from (column.title for column in block.columns)
            for row in block.rows:
                yield from (row.heading, *row.cells)
        case Chart():
            yield from (*block.legend, block.remark)
            for bar in block.bars:
                yield from (bar.name, bar.position)


def pairs(signatures: tuple[Signature, ...]) -> Iterator[tuple[Signature | None, Signature | None]]:
    """Yield the signatures two by two, as they stand beside each other; a single one stands at the right."""
    if len(signatures) == 1:
        yield None, signatures[0]
        return
    for place in range(0, len(signatures), 2):
        beside = signatures[place + 1 : place + 2]
        yield signatures[place], beside[0] if beside else None
