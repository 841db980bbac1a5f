"""What a teller's device does next in the key ceremony, from its seed and what the service tells (docs/adr/0008).

One pure function, the same as in the browser: the service is believed in nothing. Whatever is posted was made from
messages that all hold. The seed is all that a device has to keep; one that can also keeps under which commitments it
revealed, so that it never does under others.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from voting.errors import BadProof, Malformed
from voting.protocol import ceremony, group
from voting.protocol.ceremony import BadParcel, TellerKeys
from voting.protocol.rounds import list_digest
from voting.protocol.teller_view import DONE, View


@dataclass(frozen=True, slots=True)
class Memory:
    """The hash of the list of commitments under which a device revealed in a round, kept before the reveal is sent."""

    round: int
    commitments: str


@dataclass(frozen=True, slots=True)
class Post:
    """Send the own message of a step, once `memory`, if there is one, is kept."""

    step: str
    body: bytes = field(repr=False)
    memory: Memory | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Ask again later: others have to come first, or the round was stopped."""


@dataclass(frozen=True, slots=True)
class Accuse:
    """Say that the parcel of teller `against` does not hold the share that it is committed to."""

    against: int


@dataclass(frozen=True, slots=True)
class Lying:
    """Stop: `where` does not hold, although the service should have refused it or has changed it since."""

    where: str


@dataclass(frozen=True, slots=True)
class Done:
    """The key is made and the own part in it is safe. `fingerprint` is to be compared aloud."""

    fingerprint: str


Move: TypeAlias = Post | Wait | Accuse | Lying | Done


def advance(seed: str, view: View, memory: Memory | None = None) -> Move:
    """Decide the next move, given what a former one said to keep. Raises `Malformed` when the seed is none."""
    keys = TellerKeys.of(seed)
    if view.fault:
        return Wait()
    try:
        now = _remembered(view, memory)
        if view.step == DONE:
            return _done(keys, view)
        # Made in any case: whoever waits finds out as well when what was passed on does not hold.
        body = _MESSAGES[view.step](keys, view)
    except BadParcel as bad:
        return Accuse(bad.sender)
    except (Malformed, BadProof) as refusal:
        return Lying(str(refusal))
    if view.step in view.posted:
        return Wait()
    return Post(view.step, body, now if view.step == "reveal" else None)


def _remembered(view: View, memory: Memory | None) -> Memory:
    now = Memory(view.round.number, list_digest(view.commitments))
    if memory is None or memory.round < now.round:
        return now
    if memory.round > now.round:
        # In an earlier round this device may have revealed under other commitments than those shown now.
        raise BadProof("round: an earlier one than this teller took part in", "round")
    if view.step in _REVEALING and memory != now:
        raise BadProof("commitments: not those under which this teller revealed", "commitments")
    return now


def _done(keys: TellerKeys, view: View) -> Done:
    said = (
        view.round.all_of(listed, name)
        for listed, name in ((view.reveals, "reveals"), (view.commitments, "commitments"))
    )
    for index, (raw, commitment) in enumerate(zip(*said, strict=True), 1):
        ceremony.check_reveal(view.round, index, raw, view.certificates, commitment)
    pedersen = ceremony.assemble(view.round, view.certificates, view.reveals, view.keys)
    if pedersen.certificates[view.index - 1].verification != keys.verification_key:
        raise BadProof("the certificate of this teller was made with another key", "certificate")
    if view.box is None:
        raise Malformed("box: the service does not keep this teller's share")
    share = ceremony.open_box(view.round, view.index, keys, view.box)
    if group.power_of_generator(share) != pedersen.keys[view.index - 1]:
        raise BadProof("the box does not hold this teller's share", "box")
    return Done(ceremony.fingerprint(view.round.uuid, pedersen))


_REVEALING: Final = frozenset({"reveal", "key", DONE})
_MESSAGES: Final[dict[str, Callable[[TellerKeys, View], bytes]]] = {
    "certificate": lambda keys, view: ceremony.make_certificate(view.round, view.index, keys),
    "commitment": lambda keys, view: ceremony.make_commitment(view.round, view.index, keys, view.certificates),
    "reveal": lambda keys, view: ceremony.make_reveal(
        view.round, view.index, keys, view.certificates, view.commitments
    ).to_bytes(),
    "key": lambda keys, view: ceremony.make_key(
        view.round, view.index, keys, view.certificates, view.commitments, view.reveals, view.parcels
    ).to_bytes(),
}
