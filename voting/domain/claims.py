"""Claiming a code by phone, in two acts that nothing stored connects (docs/adr/0011).

A claim says who, by a personal link, and gets a blind signature; a pass gives the code, and says nothing of who. A
claim counts once: only the phone that made it is answered again. A pass counts once: it leads to the same code again.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from voting.domain.house import House
from voting.domain.issuing import code_purpose, pass_purpose
from voting.domain.links import hash_of, read_link
from voting.domain.sessions import State
from voting.errors import BadPass, Closed, NotOpenYet, PoolEmpty, UnknownClaim, UnknownLink, WrongState
from voting.protocol import group, passes
from voting.protocol.group import Scalar
from voting.protocol.passes import BlindPass


@dataclass(frozen=True)
class ClaimAnswer:
    """The blind signature for a claim. `repeated`: it was made before, by this phone."""

    blind_pass: BlindPass
    repeated: bool = False


@dataclass(frozen=True)
class ClaimedCode:
    """The code that a pass leads to. `repeated`: it was given out before, for this pass."""

    code: str = field(repr=False)
    repeated: bool = False


def claim(house: House, uuid: str, link: str, blinded: str) -> ClaimAnswer:
    """Sign what the phone of an attendee has blinded, a point in hex, and note that the attendee has claimed.

    Raises Malformed when it is no point of the group, UnknownClaim, ClaimTaken when another phone was first, NotOpenYet
    while the session is a draft, Closed, PoolEmpty when this session never had codes that are not printed.
    """
    point = group.point_from_hex(blinded)
    try:
        typed = read_link(link)
    except UnknownLink as refusal:
        raise UnknownClaim(str(refusal)) from None
    # Before the claim counts: one that could not be answered must not be used up.
    key = _pass_key(house, uuid, {State.READY, State.OPEN})
    is_new = house.store.claim_pass(uuid, hash_of("claim", uuid, typed), hash_of("blinded", uuid, blinded))
    return ClaimAnswer(passes.sign_blindly(uuid, key, point), repeated=not is_new)


def redeem(house: House, uuid: str, token: str, signed: str) -> ClaimedCode:
    """Give a random code of the pool for a pass: its token and the signature, a point in hex. Again: the same code.

    Only while the vote is open: whoever claimed before then gets the code among all others. Raises Malformed, BadPass,
    PoolEmpty (the pass stays good), NotOpenYet, Closed, SealBroken.
    """
    point = group.point_from_hex(signed)
    passes.require_token(token)
    if not passes.is_pass(uuid, _pass_key(house, uuid, {State.OPEN}), token, point):
        raise BadPass("This pass was not made for this session.")
    box, is_new = house.store.redeem(uuid, passes.token_hash(uuid, token))
    return ClaimedCode(house.sealer.unseal(box, code_purpose(uuid)).decode(), repeated=not is_new)


def _pass_key(house: House, uuid: str, states: Collection[State]) -> Scalar:
    """Open the pass key, in one of these states. Raises NotOpenYet, Closed, PoolEmpty when there never was a pool."""
    session = house.store.session(uuid)
    if session.state not in states and session.state in (State.DRAFT, State.READY):
        raise NotOpenYet("The time for this has not come yet.", session.state)
    if session.state not in states:
        raise Closed("The vote is closed: no code is given out any more.", session.state)
    if not session.pass_key:
        raise PoolEmpty("All codes of this session are on printed slips.")
    try:
        box = house.store.pass_box(uuid)
    except WrongState:
        raise Closed("The vote was closed just now.", house.store.session(uuid).state) from None
    return int(house.sealer.unseal(box, pass_purpose(uuid)))
