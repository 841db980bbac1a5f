"""The public board of a session: what anyone may see now, as events and as the archive that others verify.

Before publishing, the partial decryptions and the result are held back: from them the result could be read. What was
shown once stays as it was; the rest follows after it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from voting.domain.house import House
from voting.domain.sessions import Session, State
from voting.errors import NotFound
from voting.protocol.archive import write_archive
from voting.protocol.board import Chain, Record, line_to_record
from voting.protocol.canonical import base64_sha256

_HELD_BACK: Final = frozenset({"PartialDecryption", "Result"})
_MOST_KEPT: Final = 32


@dataclass(frozen=True)
class Head:
    """The last public event: its height and its hash (64 hex digits), which binds all that came before."""

    height: int
    hash: str


@dataclass
class _Ledger:
    """The events seen so far, so that a poll reads only what is new; boards only grow."""

    chain: Chain = field(default_factory=Chain)
    lines: list[bytes] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    trackers: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)


_ledgers: dict[str, _Ledger] = {}
_lock: Final = Lock()


def public_records(house: House, uuid: str, first: int = 0) -> Iterator[Record]:
    """Yield the public records from height `first` on. Raises UnknownSession, NotFound before the session is ready."""
    return _read(house, uuid, first, all_of_it=_with_board(house, uuid).state == State.PUBLISHED)


def _with_board(house: House, uuid: str) -> Session:
    session = house.store.session(uuid)
    if not session.is_setup:
        raise NotFound("The board begins when the session is ready.")
    return session


def _read(house: House, uuid: str, first: int, *, all_of_it: bool) -> Iterator[Record]:
    for height, line in enumerate(house.store.records(uuid, first), first):
        record = line_to_record(line, height)
        if record.type in _HELD_BACK and not all_of_it:
            return
        yield record


def archive_stream(house: House, uuid: str) -> Iterator[bytes]:
    """Yield the public archive (`UUID.bel`) piece by piece; what was served stays a prefix."""
    records = public_records(house, uuid)
    return write_archive(records, house.store.session(uuid).ready_at)


def public_head(house: House, uuid: str) -> Head:
    """Give the last public event. Raises UnknownSession, NotFound before the session is ready."""
    ledger = _up_to_date(house, uuid)
    with ledger.lock:
        return Head(len(ledger.hashes) - 1, ledger.hashes[-1])


def event_lines(house: House, uuid: str) -> list[bytes]:
    """Give every public event, exact bytes, one for each record. Raises as `public_head`."""
    ledger = _up_to_date(house, uuid)
    with ledger.lock:
        return list(ledger.lines)


def tracker_list(house: House, uuid: str) -> list[str]:
    """Give the trackers of the ballots in board order; the first stands at height 1. Raises as `public_head`."""
    ledger = _up_to_date(house, uuid)
    with ledger.lock:
        return list(ledger.trackers)


def _up_to_date(house: House, uuid: str) -> _Ledger:
    if uuid not in _ledgers:
        # Asked before anything is kept: names that somebody made up must not push out the boards in use.
        _with_board(house, uuid)
    with _lock:
        # The one used last stands last.
        ledger = _ledgers[uuid] = _ledgers.pop(uuid) if uuid in _ledgers else _Ledger()
        while len(_ledgers) > _MOST_KEPT:
            del _ledgers[next(iter(_ledgers))]
    with ledger.lock:
        for record in public_records(house, uuid, len(ledger.hashes)):
            event = ledger.chain.append(record)
            ledger.lines.append(event)
            ledger.hashes.append(ledger.chain.head or "")
            if record.type == "Ballot":
                ledger.trackers.append(base64_sha256(record.documents[0]))
    return ledger
