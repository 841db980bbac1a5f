"""The group of the vote: the prime-order subgroup of Ed25519, written multiplicatively as PROTOCOL.md does.

The only file that calls libsodium (docs/adr/0003). A `Point` is 32 bytes in libsodium's order and was checked when
it came in; a `Scalar` is an integer with `0 <= x < Q`. Arithmetic on scalars that may be secret goes through
libsodium as well. libsodium refuses the identity and zero scalars, so these are answered here.
"""

import hashlib
import math
import re
import secrets
from collections.abc import Iterable
from typing import NewType, TypeAlias

from nacl import bindings

from voting.errors import Malformed

Point = NewType("Point", bytes)
Scalar: TypeAlias = int

Q: Scalar = 2**252 + 27742317777372353535851937790883648493
IDENTITY = Point(b"\x01" + bytes(31))
GENERATOR = Point(bindings.crypto_scalarmult_ed25519_base_noclamp(b"\x01" + bytes(31)))

_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)
_IDENTITY_HEX = "0" * 63 + "1"
_SCALAR_TEXT = re.compile(r"0|[1-9][0-9]{0,75}", re.ASCII)
_FIELD = 2**255 - 19
_ALL_BUT_SIGN = 2**255 - 1


# ---- points in and out


def is_point_text(text: str) -> bool:
    """Tell whether `text` has the form of a point, 64 lower-case hex digits; whether it is one, it does not say."""
    return _HEX.fullmatch(text) is not None


def point_from_hex(text: str) -> Point:
    """Read a point that came from outside: 64 lower-case hex digits, one big-endian number.

    Raises `Malformed` unless it is canonical, on the curve, in the prime-order subgroup and not the identity.
    """
    if _HEX.fullmatch(text) is None:
        raise Malformed("not 64 lower-case hex digits")
    point = bytes.fromhex(text)[::-1]
    if not bindings.crypto_core_ed25519_is_valid_point(point):
        raise Malformed("not a point of the group")
    return Point(point)


def point_or_identity_from_hex(text: str) -> Point:
    """Read a point of an encrypted tally or its decryption, where the identity is legal; else as `point_from_hex`."""
    return IDENTITY if text == _IDENTITY_HEX else point_from_hex(text)


def point_from_digest(digest: bytes) -> Point | None:
    """Read 32 bytes as the encoding of a point of the whole curve and raise it to the power 8, into the group.

    None when they are no canonical encoding of a point, or of one of small order: the caller tries another digest.
    """
    if int.from_bytes(digest, "little") & _ALL_BUT_SIGN >= _FIELD:
        return None
    try:
        power = bindings.crypto_core_ed25519_add(digest, digest)
    except RuntimeError:
        return None
    for _ in range(2):
        power = bindings.crypto_core_ed25519_add(power, power)
    return None if power == IDENTITY else Point(power)


def point_to_hex(point: Point) -> str:
    """Write a point as 64 lower-case hex digits, one big-endian number."""
    return point[::-1].hex()


# ---- the group


def add(left: Point, right: Point) -> Point:
    """Compose two points (the product, in the notation of PROTOCOL.md)."""
    return Point(bindings.crypto_core_ed25519_add(left, right))


def subtract(left: Point, right: Point) -> Point:
    """Compose a point with the inverse of another (the quotient)."""
    return Point(bindings.crypto_core_ed25519_sub(left, right))


def product(points: Iterable[Point]) -> Point:
    """Compose all the points; of none, the identity."""
    total = IDENTITY
    for point in points:
        total = point if total == IDENTITY else add(total, point)
    return total


def multiply(point: Point, k: Scalar) -> Point:
    """Raise a point to the power `k`, `0 <= k < Q`."""
    if k == 0 or point == IDENTITY:
        return IDENTITY
    return Point(bindings.crypto_scalarmult_ed25519_noclamp(k.to_bytes(32, "little"), point))


def power_of_generator(k: Scalar) -> Point:
    """Raise the generator to the power `k`, `0 <= k < Q`: several times quicker than `multiply`."""
    if k == 0:
        return IDENTITY
    return Point(bindings.crypto_scalarmult_ed25519_base_noclamp(k.to_bytes(32, "little")))


def commitment(response: Scalar, public: Point, challenge: Scalar) -> Point:
    """Compute `g^response * public^challenge`, what the checker of a proof rebuilds."""
    return add(power_of_generator(response), multiply(public, challenge))


def commitment_on(base: Point, response: Scalar, public: Point, challenge: Scalar) -> Point:
    """Compute `base^response * public^challenge`, the same on another base than the generator."""
    return add(multiply(base, response), multiply(public, challenge))


def discrete_logarithm(point: Point, limit: int) -> int:
    """Find `n` with `g^n == point` and `0 <= n <= limit`, in about `2 * sqrt(limit)` steps.

    Raises `Malformed` when there is none. For counts, never for secrets.
    """
    if point == IDENTITY:
        return 0
    stride = math.isqrt(max(limit, 0)) + 1
    steps: dict[Point, int] = {}
    step = IDENTITY
    for n in range(stride):
        steps[step] = n
        step = add(step, GENERATOR)
    giant, rest = power_of_generator(stride), point
    for turn in range(stride):
        if rest in steps:
            n = turn * stride + steps[rest]
            if n <= limit:
                return n
            break
        rest = subtract(rest, giant)
    raise Malformed("no number up to the limit is encrypted here")


# ---- scalars


def random_scalar() -> Scalar:
    """Draw a scalar, uniform in `1 <= x < Q`, from the operating system's generator."""
    while True:
        drawn = _reduce(secrets.token_bytes(64))
        if drawn:
            return drawn


def scalar_from_text(text: str) -> Scalar:
    """Read a scalar that came from outside: base 10, no sign, no leading zero. Raises `Malformed` unless below `Q`."""
    if _SCALAR_TEXT.fullmatch(text) is None:
        raise Malformed("not a number in base 10 as the format writes it")
    value = int(text)
    if value >= Q:
        raise Malformed("not below the order of the group")
    return value


def scalar_from_digest(digest: bytes) -> Scalar:
    """Read 32 to 64 bytes as one big-endian number, modulo `Q`."""
    return _reduce(digest[::-1].ljust(64, b"\0"))


def hash_to_scalar(text: str) -> Scalar:
    """Hash as `H` of PROTOCOL.md: SHA-256 of the UTF-8 text, as a big-endian number, modulo `Q`."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()) % Q


def scalar_add(left: Scalar, right: Scalar) -> Scalar:
    """Add modulo `Q`, in time that does not depend on the numbers."""
    return _int(bindings.crypto_core_ed25519_scalar_add(_bytes(left), _bytes(right)))


def scalar_subtract(left: Scalar, right: Scalar) -> Scalar:
    """Subtract modulo `Q`, in time that does not depend on the numbers."""
    return _int(bindings.crypto_core_ed25519_scalar_sub(_bytes(left), _bytes(right)))


def scalar_invert(value: Scalar) -> Scalar:
    """Invert modulo `Q`, in time that does not depend on the number, which is not zero."""
    return _int(bindings.crypto_core_ed25519_scalar_invert(_bytes(value)))


def scalar_multiply(left: Scalar, right: Scalar) -> Scalar:
    """Multiply modulo `Q`, in time that does not depend on the numbers."""
    return _int(bindings.crypto_core_ed25519_scalar_mul(_bytes(left), _bytes(right)))


def _reduce(number: bytes) -> Scalar:
    return _int(bindings.crypto_core_ed25519_scalar_reduce(number))


def _bytes(value: Scalar) -> bytes:
    return value.to_bytes(32, "little")


def _int(value: bytes) -> Scalar:
    return int.from_bytes(value, "little")
