"""How a bad message of a key ceremony is received, and a last teller that does not keep to its hash."""

import json

from teller_faults import BadMessage, resigned, text
from whole_session import Ceremony

from voting.protocol import canonical, ceremony, envelopes, group, pedersen, proofs, rounds
from voting.protocol.ceremony import KeyMessage, Reveal
from voting.protocol.group import Point, Scalar


def check_message(held: Ceremony, bad: BadMessage) -> None:
    """Check a message as the service does when it comes."""
    round, index, message = held.round, bad.index, bad.message
    if bad.step == "certificate":
        ceremony.check_certificate(round, index, message, dict(enumerate(held.certificates, 1)))
    elif bad.step == "commitment":
        ceremony.check_commitment(round, index, message, held.certificates)
    elif isinstance(message, Reveal):
        ceremony.check_reveal(round, index, message.public, held.certificates, held.commitments[index - 1])
        ceremony.check_parcels(round, index, message.parcels, held.certificates, held.commitments)
    else:
        message = ceremony.parse_key(message.to_bytes())
        ceremony.check_verification_key(round, index, message.verification_key, held.certificates, held.publics)


def receive_message(held: Ceremony, bad: BadMessage, by: int) -> KeyMessage:
    """Take part as the teller `by` when a bad message was passed on to it in the place of the good one."""
    lists = [list(given) for given in (held.certificates, held.commitments, held.publics, held.parcels_for(by))]
    place = bad.index - 1
    if isinstance(bad.message, Reveal):
        lists[2][place] = bad.message.public
        lists[3] = [*lists[3][:place], *bad.message.parcels[by - 1 : by], *lists[3][place + 1 :]]
    else:
        lists["certificate" != bad.step][place] = bad.message
    return ceremony.make_key(held.round, by, held.keys[by - 1], *lists)


def public_part(held: Ceremony, points: tuple[Point, ...]) -> bytes:
    """Let the last teller reveal other commitments than those it has hashed, everything rightly signed."""
    keys = held.keys[-1]
    signed = envelopes.sign(keys.signing, text({"coefexps": [group.point_to_hex(point) for point in points]}))
    own = pedersen.Commitments(signed, points)
    message = pedersen.group_message(rounds.read_roll(held.round, held.certificates).certificates, own)
    signature = proofs.proof_to_value(envelopes.sign_only(keys.signing, message))
    return text({"coefexps": signed.to_value(), "signature": signature}).encode()


def commitment_to(held: Ceremony, public: bytes) -> bytes:
    """Let the last teller hash what it is going to reveal after all."""
    digest = canonical.sha256_hex(json.loads(public)["coefexps"]["message"].encode())
    return resigned(held.keys[-1], held.commitments[-1], lambda m: {**m, "coefexps": digest})


def reveal_instead(held: Ceremony, coefficients: list[Scalar]) -> Reveal:
    """Let the last teller reveal other coefficients than those it has hashed, with the shares that belong to them."""
    keys = held.keys[-1]
    public = public_part(held, tuple(group.power_of_generator(coefficient) for coefficient in coefficients))
    parcels = []
    for j, good in enumerate(held.reveals[-1].parcels, 1):
        share = sum(coefficient * j**k for k, coefficient in enumerate(coefficients)) % group.Q
        envelope = envelopes.send(keys.signing, held.keys[j - 1].encryption_key, str(share))
        parcels.append(resigned(keys, good, lambda m, e=envelope: {**m, "share": e}))
    return Reveal(public, tuple(parcels))
