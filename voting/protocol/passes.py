"""Passes: one party signs a token that it cannot see, and knows its own signature again (docs/adr/0011).

A blind signature that its maker alone checks, as an oblivious pseudorandom function does it. The phone draws a token
`t` and a scalar `r`; the session has a pass key `K = g^k`, the same for everybody.

    P = H(uuid, t)      B = P^r             the phone sends B, with its claim
    E = B^k             and a proof that E and K have one exponent
    N = E^(1/r) = P^k   the phone sends (t, N), later and without its claim

For every pass there is an `r` that fits every claim, so nobody can tell which claim a pass comes from. The proof keeps
the service from marking people with keys of their own. The same in voting/browser/protocol/passes.js.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final

from voting.errors import Malformed
from voting.protocol import group
from voting.protocol.group import Point, Scalar
from voting.protocol.proofs import Proof, check_same_exponent, prove_same_exponent

MOST_TRIES: Final = 256
"""Every second digest is a point, so the chance that none of so many is one is 2^-256."""

SIGN_DIGITS: Final = 32
"""Hex digits of a key's sign: two keys with one sign take 2^64 tries, made for one session alone."""

_TOKEN: Final = re.compile("[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True)
class BlindPass:
    """The answer to a claim: `E`, and the proof that it was made with the session's pass key."""

    signed: Point
    proof: Proof


def draw_pass_key() -> Scalar:
    """Draw the pass key of a session."""
    return group.random_scalar()


def pass_public_key(key: Scalar) -> str:
    """Give the public part of a pass key, as phones read it."""
    return group.point_to_hex(group.power_of_generator(key))


def hash_of_key(uuid: str, public_key: str) -> str:
    """Give what names a pass key on the board: 64 hex digits."""
    return hashlib.sha256(f"pass-key|{uuid}|{public_key}".encode()).hexdigest()


def sign_of_key(uuid: str, public_key: str) -> str:
    """Give what people compare of a pass key. A hash: a key and its inverse differ in one digit, 0… and 8… say."""
    return hash_of_key(uuid, public_key)[:SIGN_DIGITS]


def require_token(text: str) -> None:
    """Check that a token is 64 lower-case hex digits. Raises Malformed."""
    if not _TOKEN.fullmatch(text):
        raise Malformed("token: not 64 lower-case hex digits")


def token_to_point(uuid: str, token: str) -> Point:
    """Hash a token of one session to a point of which nobody knows the logarithm. Raises Malformed."""
    require_token(token)
    for counter in range(MOST_TRIES):
        point = group.point_from_digest(hashlib.sha256(f"pass-token|{uuid}|{token}|{counter}".encode()).digest())
        if point is not None:
            return point
    raise Malformed("token: no digest of it is a point")


def blind_token(uuid: str, token: str, blinding: Scalar) -> Point:
    """Hide a token behind a scalar that is not zero: what goes with the claim. Raises Malformed."""
    return group.multiply(token_to_point(uuid, token), blinding)


def sign_blindly(uuid: str, key: Scalar, blinded: Point) -> BlindPass:
    """Answer a claim. `blinded` was checked when it came in: another point would betray something of the key."""
    signed = group.multiply(blinded, key)
    return BlindPass(signed, prove_same_exponent(_statement(uuid, pass_public_key(key), blinded, signed), key, blinded))


def unblind(uuid: str, public_key: Point, blinded: Point, answer: BlindPass, blinding: Scalar) -> Point:
    """Check the answer to a claim and take the pass `N` out of it. Raises BadProof."""
    statement = _statement(uuid, group.point_to_hex(public_key), blinded, answer.signed)
    check_same_exponent(statement, public_key, blinded, answer.signed, answer.proof, "pass")
    return group.multiply(answer.signed, group.scalar_invert(blinding))


def is_pass(uuid: str, key: Scalar, token: str, signed: Point) -> bool:
    """Tell whether a token was signed with this key, for this session. Raises Malformed for what is no token."""
    return hmac.compare_digest(group.multiply(token_to_point(uuid, token), key), signed)


def token_hash(uuid: str, token: str) -> str:
    """Give the form in which a token that was redeemed is kept."""
    return hashlib.sha256(f"pass|{uuid}|{token}".encode()).hexdigest()


def _statement(uuid: str, public_key: str, blinded: Point, signed: Point) -> str:
    return f"pass|{uuid}|{public_key}|{group.point_to_hex(blinded)},{group.point_to_hex(signed)}|"
