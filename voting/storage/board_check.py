"""Read a stored board from its first byte and compare it with itself and with everything kept beside it (FAULTS R7)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from voting.domain.sessions import State
from voting.errors import BoardDamaged, Malformed
from voting.protocol.board import FOLLOWERS, Record, line_to_record, parse_setup_data
from voting.protocol.canonical import base64_sha256, sha256_hex
from voting.protocol.tally import parse_owned_partial_decryption, parse_sized_tally

_BALLOTS: Final = frozenset({"Setup", "Ballot"})
_COUNTING: Final = frozenset({"EndBallots", "EncryptedTally", "PartialDecryption"})
# The types that the last record may have; None stands for an empty board.
_LAST: Final[dict[State, frozenset[str | None]]] = {
    State.DRAFT: frozenset({None}),
    State.READY: frozenset({"Setup"}),
    State.OPEN: _BALLOTS,
    State.CLOSED: _COUNTING,
    State.COUNTED: frozenset({"Result"}),
    State.PUBLISHED: frozenset({"Result"}),
    State.CANCELLED: frozenset({None, "Result"}) | _BALLOTS | _COUNTING,
}


@dataclass(frozen=True)
class BoardSnapshot:
    """What stood beside the board at one moment: `void` codes, `length` of the board in records.

    `credentials`: credential → status; `trackers`: tracker → height in decimal digits.
    """

    state: State
    void: int
    length: int
    credentials: dict[str, str]
    trackers: dict[str, str]


def check_board(snapshot: BoardSnapshot, lines: Iterable[bytes]) -> None:
    """Check that the `snapshot.length` records in `lines` are whole and agree with the snapshot.

    Each record has its shape and its place in the order; what is named by a hash has that hash; each ballot's tracker
    is listed with that height and its credential is used, once; no tracker and no used credential is left over.
    Proofs are not checked here: they were when the ballot came, and its tracker commits to its bytes.
    Raises BoardDamaged with the first bad record.
    """
    last: str | None = None
    height = -1
    spent: set[str] = set()
    ballots: dict[str, str] = {}
    for height, line in enumerate(lines):
        record = line_to_record(line, height)
        if record.type not in FOLLOWERS[last]:
            raise BoardDamaged(f"Record {height} is a {record.type}, which cannot follow.", height)
        if record.type == "Ballot":
            tracker, credential = _check_ballot(record, snapshot)
            if credential in spent:
                raise BoardDamaged(f"Record {height} is a second ballot of one credential.", height)
            spent.add(credential)
            ballots[tracker] = str(height)
        else:
            _check_documents(record, snapshot, len(ballots))
        last = record.type
    if height + 1 != snapshot.length:
        raise BoardDamaged(f"The board ends before record {height + 1}.", height + 1)
    if last not in _LAST[snapshot.state]:
        raise BoardDamaged(
            f"A board that ends in {last} does not belong to a session that is {snapshot.state}.", height
        )
    _check_left_over(snapshot, ballots, spent)


def _check_ballot(record: Record, snapshot: BoardSnapshot) -> tuple[str, str]:
    """Give (tracker, credential) of a Ballot record that agrees with the snapshot."""
    (raw,) = record.documents
    tracker = base64_sha256(raw)
    if snapshot.trackers.get(tracker) != str(record.height):
        raise BoardDamaged(f"Record {record.height} has a tracker that is not listed there.", record.height)
    try:
        credential = json.loads(raw)["credential"]
    except (ValueError, TypeError, LookupError, RecursionError):
        raise BoardDamaged(f"Record {record.height} holds no ballot.", record.height) from None
    if not isinstance(credential, str) or snapshot.credentials.get(credential) != "used":
        raise BoardDamaged(f"Record {record.height} has a credential that is not marked as used.", record.height)
    return tracker, credential


def _check_documents(record: Record, snapshot: BoardSnapshot, ballots: int) -> None:
    """Check that the documents of a record have the hashes and the counts by which they are named."""
    documents = record.documents
    try:
        match record.type:
            case "Setup":
                holds = parse_setup_data(documents[3]) == tuple(map(sha256_hex, documents[:3]))
                listed = {entry.split(",", 1)[0] for entry in json.loads(documents[2])}
                holds = holds and listed == snapshot.credentials.keys()
            case "EncryptedTally":
                sized = parse_sized_tally(documents[1])
                holds = sized.encrypted_tally == sha256_hex(documents[0]) and sized.num_tallied == ballots
            case "PartialDecryption":
                holds = parse_owned_partial_decryption(documents[1])[1] == sha256_hex(documents[0])
            case _:
                holds = True
    except (Malformed, ValueError, TypeError, AttributeError):
        holds = False
    if not holds:
        raise BoardDamaged(f"Record {record.height} does not agree with itself.", record.height)


def _check_left_over(snapshot: BoardSnapshot, ballots: dict[str, str], spent: set[str]) -> None:
    """Check that nothing beside the board tells of a ballot that is not on it."""
    end = snapshot.length
    for tracker in snapshot.trackers.keys() - ballots.keys():
        place = snapshot.trackers[tracker]
        height = min(int(place), end) if place.isascii() and place.isdigit() else end
        raise BoardDamaged(f"A tracker is listed at height {place}, where its ballot does not stand.", height)
    statuses = snapshot.credentials.values()
    if any(status == "used" and name not in spent for name, status in snapshot.credentials.items()):
        raise BoardDamaged("A credential is marked as used and its ballot is not on the board.", end)
    if any(status not in ("unused", "used", "void") for status in statuses):
        raise BoardDamaged("A credential is neither unused nor used nor void.", end)
    if sum(status == "void" for status in statuses) != snapshot.void:
        raise BoardDamaged("The number of void codes is not that of the list.", end)
