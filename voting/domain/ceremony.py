"""The key ceremony as the service runs it: messages in their order, checked when they come; the first bad one stops it.

The service relays and keeps, and holds no secret of it: a round can be begun anew at any time while the session is a
draft. What is right and what is a fault, `voting/protocol/ceremony.py` says; whose turn it is, the store's script.
"""

import json
import re
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from voting.domain.ceremony_state import (
    Ceremony,
    Fault,
    Place,
    all_of,
    ceremony_in,
    ceremony_of,
    pedersen_of,
    round_of,
    teller_fingerprint,
)
from voting.domain.counting import is_tallied
from voting.domain.house import House
from voting.domain.links import BoundDevice
from voting.domain.ports import CeremonyRecord
from voting.domain.sessions import Session, State, check_session
from voting.domain.tellers import MOST_TELLERS, Teller
from voting.errors import (
    BadMessage,
    BadProof,
    CeremonyStopped,
    ChangedMeanwhile,
    Malformed,
    NotFound,
    UnknownDevice,
    WrongState,
)
from voting.protocol import ceremony as protocol
from voting.protocol.ceremony import STEPS

__all__ = [
    "Ceremony",
    "Fault",
    "Place",
    "accuse",
    "ceremony_of",
    "pedersen_of",
    "replace_teller",
    "restart_ceremony",
    "take_message",
    "teller_fingerprint",
    "teller_view",
]

_INDEX: Final = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class _Message:
    """A message taken apart: what all may read, and what only its recipients can."""

    public: bytes
    parcels: tuple[bytes, ...] = field(default=(), repr=False)
    box: bytes = field(default=b"", repr=False)


# ---- what a teller's device says


def take_message(house: House, uuid: str, device: BoundDevice, round: int, step: str, raw: bytes) -> bool:
    """Check and keep a teller's message of a step; False when the same stood there.

    A bad one is not kept: its sender is named as the fault of the round, and BadMessage is raised. What is only out of
    order blames nobody: ChangedMeanwhile when the round is another, when it is not the turn of this step, or when
    another message of it stands there. Raises CeremonyStopped, WrongState, NotFound, UnknownSession; UnknownDevice when
    the device was let go, which then neither says nor stops anything.
    """
    index = device.index
    if step not in STEPS:
        raise NotFound("The ceremony has no such step.")
    for _ in range(MOST_TELLERS):
        record = house.store.ceremony(uuid)
        _require_round(record, index, round)
        stands = index in record.messages[step]
        if not stands:
            _require_turn(record, step)
        message = _checked(house, record, device, step, raw, again=stands)
        try:
            return house.store.take_message(
                uuid,
                index,
                device=device.hash,
                round=round,
                step=step,
                size=len(record.session.tellers),
                message=message.public,
                parcels=message.parcels,
                box=message.box,
                # A certificate is checked beside those of the others: a double that came in between must be seen.
                beside=len(record.messages[step]) if step == "certificate" and not stands else None,
            )
        except ChangedMeanwhile:
            if stands:
                raise
    raise ChangedMeanwhile("The others are too quick. Send it again.")


def _require_round(record: CeremonyRecord, index: int, round: int) -> None:
    session = record.session
    if session.state != State.DRAFT:
        raise WrongState("The key is made while the session is a draft.", session.state)
    if not 1 <= index <= len(session.tellers):
        raise NotFound("There is no such teller.")
    if round != record.round:
        raise ChangedMeanwhile("Another round of the ceremony is under way.")


def _require_turn(record: CeremonyRecord, step: str) -> None:
    if record.fault:
        raise CeremonyStopped("This round was stopped by a bad message; the chair begins another one.")
    if ceremony_in(record).step != step:
        raise ChangedMeanwhile("It is not the turn of this step.")


def _checked(
    house: House, record: CeremonyRecord, device: BoundDevice, step: str, raw: bytes, *, again: bool
) -> _Message:
    """Take a message apart and check it, but for one that stands already, where only the same bytes matter."""
    try:
        message = _taken_apart(step, raw)
        if not again:
            _check(record, device.index, step, message)
    except (Malformed, BadProof) as refusal:
        if again:
            raise ChangedMeanwhile("Another message of this step stands there.") from None
        reason = _reason(refusal)
        _stop(house, record, device, Fault(step, device.index, 0, reason))
        raise BadMessage(f"This is not the message of the step {step} ({reason}).") from None
    return message


def _taken_apart(step: str, raw: bytes) -> _Message:
    if step == "reveal":
        reveal = protocol.parse_reveal(raw)
        return _Message(reveal.public, parcels=reveal.parcels)
    if step == "key":
        key = protocol.parse_key(raw)
        return _Message(key.verification_key, box=key.box)
    return _Message(raw)


def _check(record: CeremonyRecord, index: int, step: str, message: _Message) -> None:
    round, certificates = round_of(record), all_of(record, "certificate")
    match step:
        case "certificate":
            protocol.check_certificate(round, index, message.public, record.messages["certificate"])
        case "commitment":
            protocol.check_commitment(round, index, message.public, certificates)
        case "reveal":
            commitment = record.messages["commitment"][index]
            protocol.check_reveal(round, index, message.public, certificates, commitment)
            protocol.check_parcels(round, index, message.parcels, certificates, all_of(record, "commitment"))
        case _:
            protocol.check_verification_key(round, index, message.public, certificates, all_of(record, "reveal"))


def _reason(refusal: Malformed | BadProof) -> str:
    """Give a stable word for a refusal, without a text that could be the sender's."""
    if isinstance(refusal, BadProof):
        return _INDEX.sub("", refusal.where)
    return "malformed"


def accuse(house: House, uuid: str, device: BoundDevice, round: int, against: int) -> None:
    """Stop a round because a teller says that the parcel which it got from `against` is bad. Again: no change.

    Nobody else can see it, so both are named. Raises ChangedMeanwhile unless it is the accuser's turn to make its key
    from the parcels, BadMessage when there is no such teller, CeremonyStopped by something else, WrongState,
    UnknownDevice when the device was let go.
    """
    index = device.index
    record = house.store.ceremony(uuid)
    _require_round(record, index, round)
    if not 1 <= against <= len(record.session.tellers):
        raise BadMessage("There is no such teller to accuse.")
    fault = Fault("reveal", against, index, "share")
    if ceremony_in(record).fault == fault:
        return
    _require_turn(record, "key")
    if index in record.messages["key"]:
        raise ChangedMeanwhile("This teller's key is made of the parcels already.")
    _stop(house, record, device, fault)


def _stop(house: House, record: CeremonyRecord, device: BoundDevice, fault: Fault) -> None:
    text = json.dumps(asdict(fault), separators=(",", ":"))
    house.store.stop_ceremony(record.session.uuid, device.index, device=device.hash, round=record.round, fault=text)


def teller_view(house: House, uuid: str, index: int) -> dict[str, Any]:
    """Give what the device of a teller reads (docs/architecture.md): what all have said, and what is for it alone.

    A step's messages are shown when all of it are in, so that nobody's can depend on another's. Raises UnknownDevice
    when the session has no such teller any more, UnknownSession.
    """
    record = house.store.ceremony(uuid)
    session, ceremony = record.session, ceremony_in(record)
    if not 1 <= index <= len(session.tellers):
        raise UnknownDevice("This device is not that of a teller of this vote.")
    teller, place = session.tellers[index - 1], ceremony.places[index - 1]
    size = len(session.tellers)
    with_parcels = ceremony.step == "key" and len(record.parcels) == size
    return {
        "uuid": uuid,
        "title": session.title,
        "language": session.language,
        "state": session.state.value,
        "round": record.round,
        "size": size,
        "threshold": session.threshold,
        "index": index,
        "name": teller.name,
        "role": teller.role,
        "tellers": [
            {
                "name": other.name,
                "role": other.role,
                "joined": at.joined,
                "steps": len(at.steps),
                "decrypted": at.decrypted,
            }
            for other, at in zip(session.tellers, ceremony.places, strict=True)
        ],
        "step": ceremony.step,
        "tallied": is_tallied(house, uuid),
        "fault": asdict(ceremony.fault) if ceremony.fault else None,
        "certificates": _shown(record, "certificate"),
        "commitments": _shown(record, "commitment"),
        "reveals": _shown(record, "reveal"),
        "parcels": [record.parcels[sender][index - 1].decode() for sender in sorted(record.parcels) if with_parcels],
        "keys": _shown(record, "key"),
        "posted": [step for step in STEPS if step in place.steps],
        "box": record.boxes[index].decode() if index in record.boxes else None,
    }


def _shown(record: CeremonyRecord, step: str) -> list[str]:
    return [raw.decode() for raw in all_of(record, step)]


# ---- what the chair does


def restart_ceremony(house: House, uuid: str) -> Session:
    """Begin the next round: what was said is worthless, and so are slips made before. Links and devices stay.

    Raises NotFound in quick mode, WrongState when it is no draft, ChangedMeanwhile, UnknownSession.
    """
    session = house.store.session(uuid)
    if not session.tellers:
        raise NotFound("This session has no tellers.")
    return house.store.save_draft(session, restart=True)


def replace_teller(house: House, uuid: str, index: int, teller: Teller) -> Session:
    """Put another person in the place of a teller and begin the next round; the link of that place ends.

    Raises MalformedForm, NotFound when there is no such teller, WrongState when it is no draft, ChangedMeanwhile.
    """
    session = house.store.session(uuid)
    if not 1 <= index <= len(session.tellers):
        raise NotFound("There is no such teller.")
    tellers = (*session.tellers[: index - 1], teller, *session.tellers[index:])
    return house.store.save_draft(check_session(replace(session, tellers=tellers)), restart=True, unlink=(index,))
