"""The fixed part of a session, kept at hand: its election and its receipt key do not change once it is ready."""

from threading import Lock
from typing import Final, TypeVar

from voting.domain.house import House
from voting.domain.issuing import receipt_purpose
from voting.errors import BoardDamaged, WrongState
from voting.protocol.board import line_to_record
from voting.protocol.election import Election, parse_election

Kept = TypeVar("Kept")
_MOST_KEPT: Final = 32
_elections: dict[str, tuple[bytes, Election]] = {}
_receipt_keys: dict[str, bytes] = {}
_lock: Final = Lock()


def election_of(house: House, uuid: str) -> Election:
    """Give the election of a session. Raises WrongState before it is ready, UnknownSession."""
    return _setup(house, uuid)[1]


def election_bytes(house: House, uuid: str) -> bytes:
    """Give the exact bytes of the election, to which ballots commit.

    Raises WrongState before it is ready, UnknownSession, also of one that was deleted since it was kept here.
    """
    house.store.session(uuid)
    return _setup(house, uuid)[0]


def receipt_key_of(house: House, uuid: str) -> bytes:
    """Give the key that signs the receipts of a session. Raises SealBroken, UnknownSession."""
    key = _recall(_receipt_keys, uuid)
    if key is None:
        key = house.sealer.unseal(house.store.receipt_box(uuid), receipt_purpose(uuid))
        _keep(_receipt_keys, uuid, key)
    return key


def _setup(house: House, uuid: str) -> tuple[bytes, Election]:
    found = _recall(_elections, uuid)
    if found is None:
        state = house.store.session(uuid).state
        first = next(house.store.records(uuid, 0, 0), None)
        if first is None:
            raise WrongState("The session is not ready yet.", state)
        record = line_to_record(first, 0)
        if record.type != "Setup":
            raise BoardDamaged("The board does not begin with the Setup event.", 0)
        raw = record.documents[0]
        found = raw, parse_election(raw)
        _keep(_elections, uuid, found)
    return found


def _recall(shelf: dict[str, Kept], uuid: str) -> Kept | None:
    """Give what is kept of a session, and have it stand last: the one not asked for the longest goes first."""
    with _lock:
        found = shelf.pop(uuid, None)
        if found is not None:
            shelf[uuid] = found
        return found


def _keep(shelf: dict[str, Kept], uuid: str, value: Kept) -> None:
    with _lock:
        shelf[uuid] = value
        while len(shelf) > _MOST_KEPT:
            del shelf[next(iter(shelf))]
