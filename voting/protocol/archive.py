"""The public archive, `UUID.bel`: an old-style tar, byte for byte as the reference writes it (PROTOCOL.md).

It grows at its end only: `write_header`, then `write_record` for each record of the board, in order.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from voting.errors import Malformed, MalformedArchive
from voting.protocol import canonical, schema
from voting.protocol.board import DOCUMENTS, Chain, Record, event_bytes, parse_event

HEADER_NAME = "BELENIOS"
DATA_SUFFIX = ".data.json"
EVENT_SUFFIX = ".event.json"
BLOCK = 512
# Eleven octal digits, the widest number that the header holds.
_LARGEST_NUMBER = 8**11 - 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive, as it stands there; nothing about it was checked."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that is well-formed and reproducible; what its documents say was not checked."""

    timestamp: int
    records: tuple[Record, ...]


# ---- writing


def write_header(timestamp: int) -> bytes:
    """Write the first file; `timestamp` is in seconds since 1970 and stays that of the archive for ever."""
    return write_entry(HEADER_NAME, header_bytes(timestamp), timestamp)


def write_record(record: Record, parent: str | None, timestamp: int) -> bytes:
    """Write a record's documents and its event; `parent` is the head of the chain before it (`Chain.head`)."""
    parts = [
        write_entry(canonical.sha256_hex(document) + DATA_SUFFIX, document, timestamp) for document in record.documents
    ]
    event = event_bytes(parent, record.height, record.type, record.payload)
    parts.append(write_entry(canonical.sha256_hex(event) + EVENT_SUFFIX, event, timestamp))
    return b"".join(parts)


def write_archive(records: Iterable[Record], timestamp: int) -> Iterator[bytes]:
    """Write a whole archive, piece by piece: the header, then one piece for each record."""
    yield write_header(timestamp)
    chain = Chain()
    for record in records:
        yield write_record(record, chain.head, timestamp)
        chain.append(record)


def header_bytes(timestamp: int) -> bytes:
    """Write the content of the first file."""
    return canonical.to_bytes({"version": 1, "timestamp": str(timestamp)})


def write_entry(name: str, content: bytes, timestamp: int) -> bytes:
    """Write one file: its tar header, its content, zeros up to the next block."""
    header = bytearray(BLOCK)
    fields = (
        (0, name.encode("ascii")),
        (100, b"0000644"),
        (108, b"0000000"),
        (116, b"0000000"),
        (124, b"%011o" % len(content)),
        (136, b"%011o" % timestamp),
        (148, b" " * 8),
        (156, b"0"),
    )
    for offset, value in fields:
        header[offset : offset + len(value)] = value
    # The checksum is taken with its own field full of spaces.
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + content + bytes(-len(content) % BLOCK)


# ---- reading


def read_archive(raw: bytes) -> Archive:
    """Read an archive into its records. Raises `MalformedArchive` unless writing them again gives the same bytes."""
    first, *files = split_archive(raw)
    timestamp = parse_header(first)
    records: list[Record] = []
    documents: list[bytes] = []
    for entry in files:
        if entry.name.endswith(DATA_SUFFIX):
            documents.append(entry.content)
            continue
        event = parse_event(entry.content)
        if len(documents) != DOCUMENTS[event.type]:
            raise MalformedArchive(f"event {len(records)} brings {len(documents)} documents")
        records.append(Record(event.type, tuple(documents), len(records)))
        documents = []
    if b"".join(write_archive(records, timestamp)) != raw:
        raise MalformedArchive("not reproducible: written again, the archive differs")
    return Archive(timestamp, tuple(records))


def split_archive(raw: bytes) -> tuple[Entry, ...]:
    """Cut an archive into its files, the first of them the header's.

    Raises `MalformedArchive` when it cannot be cut. Names, hashes and the rest of the tar headers are not checked here.
    """
    entries: list[Entry] = []
    offset = 0
    while offset < len(raw):
        block = raw[offset : offset + BLOCK]
        # An ordinary tar ends in empty blocks, this one does not: it can be read, but is not reproducible.
        if not any(block) and not any(raw[offset:]):
            break
        name, size = _name(block), block[124:135]
        if len(block) < BLOCK or not name or not size.isdigit() or any(digit > ord("7") for digit in size):
            raise MalformedArchive(f"no file can be read at byte {offset}")
        start = offset + BLOCK
        end = start + int(size, 8)
        if end > len(raw):
            raise MalformedArchive(f"the file at byte {offset} is cut off")
        entries.append(Entry(name, raw[start:end]))
        offset = end + -(end - start) % BLOCK
    if not entries or entries[0].name != HEADER_NAME:
        raise MalformedArchive(f"the first file is not {HEADER_NAME}")
    return tuple(entries)


def parse_header(entry: Entry) -> int:
    """Read the timestamp of the first file, in seconds since 1970. Raises `MalformedArchive`."""
    try:
        parts = schema.fields(canonical.from_bytes(entry.content, limit=BLOCK), HEADER_NAME, "version", "timestamp")
        schema.literal(parts["version"], f"{HEADER_NAME}.version", 1)
        timestamp = schema.scalar(parts["timestamp"], f"{HEADER_NAME}.timestamp")
        if timestamp > _LARGEST_NUMBER:
            raise Malformed(f"{HEADER_NAME}.timestamp: too large")
    except Malformed as refusal:
        raise MalformedArchive(str(refusal)) from None
    return timestamp


def _name(block: bytes) -> str:
    name = block[:100].rstrip(b"\0")
    return name.decode("ascii") if name.isascii() and b"\0" not in name else ""
