"""Casting: what is checked, in which order, before a ballot is on the board.

Cheap refusals come first; the proofs are checked outside the store; the store's script decides alone, in one act,
whether the ballot is recorded. Nothing of who cast it, or when, is kept.
"""

from dataclasses import dataclass

from voting.domain.elections import election_of, receipt_key_of
from voting.domain.house import House
from voting.domain.sessions import Session, State, require_step
from voting.errors import Closed, CodeUsed, NotOpenYet, UnknownTracker, VoidCode
from voting.protocol.ballots import check_ballot, parse_ballot
from voting.protocol.board import Record, record_to_line
from voting.protocol.canonical import base64_sha256
from voting.protocol.receipts import sign_receipt

_BEFORE = frozenset({State.DRAFT, State.READY})


@dataclass(frozen=True)
class Receipt:
    """Where a ballot stands, signed. `repeated`: the same bytes stood there before."""

    tracker: str
    height: int
    signature: str
    repeated: bool = False


def open_session(house: House, uuid: str) -> Session:
    """Ready → open: from now on ballots are taken. Raises WrongState."""
    require_step(house.store.session(uuid).state, State.OPEN)
    house.store.check_board(uuid)
    house.store.open(uuid, house.clock())
    return house.store.session(uuid)


def cast(house: House, uuid: str, raw: bytes) -> Receipt:
    """Put a ballot on the board and sign its receipt; the same bytes again give the same receipt, in every state.

    Raises UnknownSession, NotOpenYet, Closed, MalformedBallot, WrongElection, UnknownCode, VoidCode, CodeUsed,
    BadProof, SealBroken, NotRecorded; then nothing was recorded, or (NotRecorded) it is safe to send the same bytes
    again.
    """
    state = house.store.turnout(uuid).state
    if state in _BEFORE:
        raise NotOpenYet("The session is not open yet.", state)
    tracker = base64_sha256(raw)
    try:
        return _receipt(house, uuid, tracker, house.store.height_of(uuid, tracker), repeated=True)
    except UnknownTracker:
        if state != State.OPEN:
            raise Closed("The session has ended.", state) from None
    election = election_of(house, uuid)
    unchecked = parse_ballot(raw, election)
    _require_unused(house, uuid, unchecked.credential)
    # Asked for first: a ballot is never recorded for which no receipt could be signed.
    receipt_key_of(house, uuid)
    ballot = check_ballot(unchecked, election)
    # The height is the store's to give; it does not stand in the stored line.
    record = record_to_line(Record("Ballot", (ballot.raw,), 0))
    appended = house.store.cast(uuid, ballot.credential, ballot.tracker, record)
    return _receipt(house, uuid, ballot.tracker, appended.height, repeated=appended.repeated)


def _require_unused(house: House, uuid: str, credential: str) -> None:
    # The script asks again; asked here so that a stranger cannot make us check proofs.
    status = house.store.credential_status(uuid, credential)
    if status == "void":
        raise VoidCode("This code was declared void.")
    if status == "used":
        raise CodeUsed("Another ballot was already cast with this code.")


def _receipt(house: House, uuid: str, tracker: str, height: int, *, repeated: bool) -> Receipt:
    phi = election_of(house, uuid).fingerprint
    return Receipt(tracker, height, sign_receipt(receipt_key_of(house, uuid), uuid, phi, tracker, height), repeated)
