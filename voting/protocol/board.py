"""The board: an append-only list of events, each with the documents that it brings (docs/architecture.md).

An event names the hash of the one before it, so the hash of the newest event commits to everything before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from voting.errors import BoardDamaged, Malformed, MalformedArchive
from voting.protocol import canonical, schema

# How many documents an event of each type brings; the last of them is its payload.
DOCUMENTS = {
    "Setup": 4,
    "Ballot": 1,
    "EndBallots": 0,
    "EncryptedTally": 2,
    "PartialDecryption": 2,
    "Result": 1,
}
# Which types may follow which: the one order that an archive can have.
FOLLOWERS: dict[str | None, tuple[str, ...]] = {
    None: ("Setup",),
    "Setup": ("Ballot", "EndBallots"),
    "Ballot": ("Ballot", "EndBallots"),
    "EndBallots": ("EncryptedTally",),
    "EncryptedTally": ("PartialDecryption",),
    "PartialDecryption": ("PartialDecryption", "Result"),
    "Result": (),
}
_EVENT_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Record:
    """One event with what it brings: `documents` in archive order, `height` its index on the board."""

    type: str
    documents: tuple[bytes, ...]
    height: int

    @property
    def payload(self) -> str | None:
        """Hash the document that the event names, its last; `None` when it brings none."""
        return canonical.sha256_hex(self.documents[-1]) if self.documents else None


@dataclass(frozen=True, slots=True)
class Event:
    """An event as the archive holds it."""

    parent: str | None
    height: int
    type: str
    payload: str | None


# ---- events and their chain


def event_bytes(parent: str | None, height: int, type: str, payload: str | None) -> bytes:
    """Write an event. `parent` is the SHA-256 of the event before, `payload` of the document; in hex, or absent."""
    value: dict[str, Any] = {} if parent is None else {"parent": parent}
    value |= {"height": height, "type": type}
    if payload is not None:
        value["payload"] = payload
    return canonical.to_bytes(value)


def parse_event(raw: bytes) -> Event:
    """Read an event of a known type. Raises `MalformedArchive`; whether it fits the chain is for the caller."""
    try:
        names = ("parent", "height", "type", "payload")
        parts = schema.fields(
            canonical.from_bytes(raw, limit=_EVENT_BYTES), "event", *names, optional=("parent", "payload")
        )
        event_type = schema.text(parts["type"], "event.type")
        if event_type not in DOCUMENTS:
            raise Malformed("event.type: unknown")
        return Event(
            parent=schema.sha256(parts["parent"], "event.parent") if "parent" in parts else None,
            height=schema.integer(parts["height"], "event.height"),
            type=event_type,
            payload=schema.sha256(parts["payload"], "event.payload") if "payload" in parts else None,
        )
    except Malformed as refusal:
        raise MalformedArchive(str(refusal)) from None


class Chain:
    """Fold records into their chain of events. `head` is the hash of the newest, `height` that of the next."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self.head: str | None = None
        self.height = 0
        for record in records:
            self.append(record)

    def append(self, record: Record) -> bytes:
        """Take the next record and return its event. Raises `BoardDamaged` when its height is not the next."""
        if record.height != self.height:
            raise BoardDamaged(f"record {record.height} stands at height {self.height}", self.height)
        event = event_bytes(self.head, record.height, record.type, record.payload)
        self.head = canonical.sha256_hex(event)
        self.height += 1
        return event


# ---- what the Setup event brings


def setup_record(election: bytes, trustees: bytes, credentials: bytes) -> Record:
    """Bind the three documents of the setup by their hashes into the first record of a board."""
    setup_data = canonical.to_bytes(
        {
            "election": canonical.sha256_hex(election),
            "trustees": canonical.sha256_hex(trustees),
            "credentials": canonical.sha256_hex(credentials),
        }
    )
    return Record("Setup", (election, trustees, credentials, setup_data), 0)


def parse_setup_data(raw: bytes) -> tuple[str, str, str]:
    """Read the hashes of (election, trustees, credentials). Raises `MalformedArchive`."""
    names = ("election", "trustees", "credentials")
    try:
        parts = schema.fields(canonical.from_bytes(raw, limit=_EVENT_BYTES), "setup_data", *names)
        election, trustees, credentials = (schema.sha256(parts[name], f"setup_data.{name}") for name in names)
    except Malformed as refusal:
        raise MalformedArchive(str(refusal)) from None
    return election, trustees, credentials


# ---- records as the store keeps them


def record_to_line(record: Record) -> bytes:
    """Write a record as `TYPE LF document LF document …`. Raises `Malformed` when that could not be read back."""
    if DOCUMENTS.get(record.type) != len(record.documents):
        raise Malformed(f"a record of type {record.type} with {len(record.documents)} documents")
    if any(b"\n" in document for document in record.documents):
        raise Malformed("a document holds a raw line feed")
    return b"\n".join((record.type.encode(), *record.documents))


def line_to_record(line: bytes, height: int) -> Record:
    """Read what `record_to_line` wrote; `height` is its index in the list. Raises `BoardDamaged`."""
    name, *documents = line.split(b"\n")
    record_type = name.decode("ascii", "replace")
    if DOCUMENTS.get(record_type) != len(documents):
        raise BoardDamaged(f"record {height} is of no known shape", height)
    return Record(record_type, tuple(documents), height)
