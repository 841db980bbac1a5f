"""Where a key ceremony stands, as read from what the store keeps: rounds, places of the tellers, the finished key."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from voting.domain.house import House
from voting.domain.ports import CeremonyRecord
from voting.errors import BadProof, BoardDamaged, Malformed, TellersNotReady
from voting.protocol import ceremony as protocol
from voting.protocol.board import line_to_record
from voting.protocol.ceremony import STEPS, Round
from voting.protocol.pedersen import Pedersen
from voting.protocol.trustees import parse_trustees

DONE: Final = "done"


@dataclass(frozen=True)
class Fault:
    """What stopped a round: the message of a step of teller `against`, found bad by teller `by`, 0 = the service.

    `reason` is a short word of ours, or the path of the bad part in the message: `malformed`, `share`,
    `reveal.coefexps`, `verification_key.pok`, …
    """

    step: str
    against: int
    by: int
    reason: str

    def is_sound(self, tellers: int) -> bool:
        """Tell whether the parts are of their kinds, and name tellers of a team of this size."""
        texts = isinstance(self.step, str) and isinstance(self.reason, str)
        indices = isinstance(self.against, int) and isinstance(self.by, int)
        return texts and indices and 1 <= self.against <= tellers and 0 <= self.by <= tellers


@dataclass(frozen=True)
class Place:
    """How far one teller is: has a link, has opened it, has sent the messages of `steps`, has decrypted the tally.

    Links, devices and decryptions are known until the count; later the board tells whose decryptions were used.
    """

    linked: bool
    joined: bool
    steps: frozenset[str]
    decrypted: bool


@dataclass(frozen=True)
class Ceremony:
    """A round of the key ceremony; `places` has one entry for each teller, none in quick mode."""

    round: int
    fault: Fault | None
    places: tuple[Place, ...]

    @property
    def step(self) -> str:
        """The step that is under way: the first that not all have sent, `done` after the last."""
        return next((step for step in STEPS if any(step not in place.steps for place in self.places)), DONE)

    @property
    def complete(self) -> bool:
        """Whether the tellers have made their key: all messages are in, and nobody is blamed."""
        return bool(self.places) and self.fault is None and self.step == DONE


def ceremony_of(house: House, uuid: str) -> Ceremony:
    """Tell how far the tellers of a session are. Raises UnknownSession."""
    return ceremony_in(house.store.ceremony(uuid))


def ceremony_in(record: CeremonyRecord) -> Ceremony:
    """Read the ceremony from what is kept of it."""
    session = record.session
    places = []
    for index in range(1, len(session.tellers) + 1):
        # From ready on the board has what was said; that it stands there says that all of it was.
        steps = STEPS if session.is_setup else [step for step in STEPS if index in record.messages[step]]
        places.append(
            Place(index in record.linked, index in record.joined, frozenset(steps), index in record.decrypted)
        )
    return Ceremony(record.round, _fault_in(record), tuple(places))


def _fault_in(record: CeremonyRecord) -> Fault | None:
    """Read what stopped the round. Raises BoardDamaged when what is kept of it cannot be read."""
    if not record.fault:
        return None
    try:
        fault = Fault(**json.loads(record.fault))
    except (ValueError, TypeError, RecursionError):
        fault = None
    if fault is None or not fault.is_sound(len(record.session.tellers)):
        raise BoardDamaged("What is kept of the fault in the key ceremony cannot be read; it must begin anew.")
    return fault


def pedersen_of(house: House, uuid: str) -> Pedersen | None:
    """Give the tellers' part of the key, checked: of the finished ceremony or, from ready on, of the board.

    None in quick mode and before the ceremony is complete. Raises BoardDamaged, UnknownSession.
    """
    record = house.store.ceremony(uuid)
    if not record.session.tellers:
        return None
    if record.session.is_setup:
        setup = line_to_record(next(house.store.records(uuid, 0, 0), b""), 0)
        return _on_board(setup.documents[1]) if setup.type == "Setup" else None
    return made_key(record)


def made_key(record: CeremonyRecord) -> Pedersen | None:
    """Put the key together that the tellers of a draft have made; None when they have not. Raises BoardDamaged."""
    if not ceremony_in(record).complete:
        return None
    said = [tuple(all_of(record, step)) for step in ("certificate", "reveal", "key")]
    try:
        return _assembled(round_of(record), *said)
    except (Malformed, BadProof):
        raise BoardDamaged("What is kept of the key ceremony does not hold any more; it must begin anew.") from None


def teller_fingerprint(house: House, uuid: str) -> str:
    """Give the digits that the tellers compare aloud. Raises TellersNotReady while there is no key of theirs."""
    pedersen = pedersen_of(house, uuid)
    if pedersen is None:
        raise TellersNotReady("The tellers have not made their key.")
    return protocol.fingerprint(uuid, pedersen)


@lru_cache(maxsize=32)
def _assembled(
    round: Round, certificates: tuple[bytes, ...], reveals: tuple[bytes, ...], keys: tuple[bytes, ...]
) -> Pedersen:
    return protocol.assemble(round, certificates, reveals, keys)


@lru_cache(maxsize=32)
def _on_board(trustees: bytes) -> Pedersen | None:
    try:
        entries = parse_trustees(trustees).entries
    except Malformed:
        raise BoardDamaged("The trustees on the board cannot be read.") from None
    return next((entry for entry in entries if isinstance(entry, Pedersen)), None)


def all_of(record: CeremonyRecord, step: str) -> list[bytes]:
    """Give the messages of a step in the order of the tellers, none before all are in."""
    said = record.messages[step]
    return [said[index] for index in sorted(said)] if len(said) == len(record.session.tellers) else []


def round_of(record: CeremonyRecord) -> Round:
    """Give the round as the protocol knows it."""
    session = record.session
    return Round(session.uuid, record.round, len(session.tellers), session.threshold)
