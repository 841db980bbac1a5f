"""Closed shapes of JSON values: exactly these fields, in this order, of these types.

Every function takes a value that `canonical.from_bytes` returned and `where`, the path of it in its document, and
raises `Malformed` with that path. `bool` is an `int` in Python, so types are compared, not tested with isinstance.
"""

import re
from typing import Any

from voting.errors import Malformed
from voting.protocol import group
from voting.protocol.group import Point, Scalar

# Heights and counts; every reader in JavaScript holds them exactly.
LARGEST_INTEGER = 2**53 - 1

# 43 characters hold 258 bits: the last one must not carry any of its two spare bits.
_BASE64_SHA256 = re.compile("[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]", re.ASCII)


def fields(value: object, where: str, *names: str, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """Check an object: `names` in this order, of which the `optional` ones may be absent; nothing else."""
    if type(value) is not dict:
        raise Malformed(f"{where}: not an object")
    if list(value) != [name for name in names if name in value or name not in optional]:
        raise Malformed(f"{where}: fields other than {', '.join(names)}, in this order")
    return value


def array(value: object, where: str, length: int | None = None) -> list[Any]:
    """Check an array, of exactly `length` entries if given."""
    if type(value) is not list:
        raise Malformed(f"{where}: not an array")
    if length is not None and len(value) != length:
        raise Malformed(f"{where}: not {length} entries")
    return value


def text(value: object, where: str) -> str:
    """Check a string."""
    if type(value) is not str:
        raise Malformed(f"{where}: not a string")
    return value


def literal(value: object, where: str, expected: str | int | bool) -> None:
    """Check that the value is the only one that the format allows here."""
    if type(value) is not type(expected) or value != expected:
        raise Malformed(f"{where}: not {expected!r}")


def integer(value: object, where: str, least: int = 0) -> int:
    """Check an integer from `least` to `LARGEST_INTEGER`."""
    if type(value) is not int:
        raise Malformed(f"{where}: not an integer")
    if not least <= value <= LARGEST_INTEGER:
        raise Malformed(f"{where}: below {least} or above {LARGEST_INTEGER}")
    return value


def sha256(value: object, where: str) -> str:
    """Check a hash: 64 lower-case hex digits."""
    if not group.is_point_text(text(value, where)):
        raise Malformed(f"{where}: not a hash of 64 hex digits")
    return str(value)


def base64_sha256(value: object, where: str) -> str:
    """Check a hash in unpadded, canonical Base64."""
    if _BASE64_SHA256.fullmatch(text(value, where)) is None:
        raise Malformed(f"{where}: not a hash in Base64")
    return str(value)


def scalar(value: object, where: str) -> Scalar:
    """Read a scalar written as a string in base 10."""
    try:
        return group.scalar_from_text(text(value, where))
    except Malformed as refusal:
        raise Malformed(f"{where}: {refusal}") from None


def point(value: object, where: str) -> Point:
    """Read a point and check that it is in the group and not the identity."""
    try:
        return group.point_from_hex(text(value, where))
    except Malformed as refusal:
        raise Malformed(f"{where}: {refusal}") from None


def point_or_identity(value: object, where: str) -> Point:
    """Read a point of an encrypted tally or its decryption, where the identity is legal."""
    try:
        return group.point_or_identity_from_hex(text(value, where))
    except Malformed as refusal:
        raise Malformed(f"{where}: {refusal}") from None
