"""Ballot codes and the credentials that follow from them (PROTOCOL.md, "Codes").

A code is on a slip and in one pocket. The service keeps public credentials only: nothing here stores or prints a code.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable

from voting.errors import Malformed, MalformedArchive, MalformedCode
from voting.protocol import canonical, group, schema
from voting.protocol.group import Point, Scalar

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
CODE_LENGTH = 22
UUID_LENGTH = 14
MAX_CREDENTIALS_BYTES = 32 * 1024 * 1024

_UUID = re.compile(f"[{BASE58}]{{{UUID_LENGTH}}}", re.ASCII)
_CODE = re.compile(f"[{BASE58}]{{{CODE_LENGTH}}}", re.ASCII)


def draw_code() -> str:
    """Draw a code of 128 bits, as `XXXXX-XXXXXX-XXXXX-XXXXXX`."""
    return _grouped(_draw(CODE_LENGTH))


def parse_code(text: str) -> str:
    """Read a typed or scanned code: spaces and hyphens may stand anywhere, the case of letters counts.

    Returns it as `XXXXX-XXXXXX-XXXXX-XXXXXX`. Raises `MalformedCode`, whose text does not repeat the code.
    """
    characters = "".join(text.split()).replace("-", "")
    if _CODE.fullmatch(characters) is None:
        raise MalformedCode("a code has 22 letters and digits, without 0, O, I and l")
    return _grouped(characters)


def draw_uuid() -> str:
    """Draw the identifier of a session, 14 Base58 characters."""
    return _draw(UUID_LENGTH)


def is_uuid(text: str) -> bool:
    """Tell whether `text` has the form of a session's identifier."""
    return _UUID.fullmatch(text) is not None


def private_credential(uuid: str, code: str) -> Scalar:
    """Derive the secret credential of a code, as `parse_code` gives it, in the session `uuid`."""
    digest = b"".join(hashlib.sha256(f"derive_credential|{uuid}|{half}|{code}".encode()).digest() for half in (0, 1))
    return group.scalar_from_digest(digest)


def public_credential(uuid: str, code: str) -> Point:
    """Derive the public credential of a code, the only form of it that the service keeps."""
    return group.power_of_generator(private_credential(uuid, code))


def credentials_to_bytes(credentials: Iterable[str]) -> bytes:
    """Write the list of public credentials (hex), sorted so that it does not tell the order of the slips."""
    return canonical.to_bytes(sorted(credentials))


def parse_credentials(raw: bytes) -> tuple[str, ...]:
    """Read the list of public credentials, each checked to be a point of the group and to stand once.

    Entries of belenios-tool, `POINT,WEIGHT,ID`, are read too, of weight 1. Raises `MalformedArchive`.
    """
    try:
        entries = schema.array(canonical.from_bytes(raw, limit=MAX_CREDENTIALS_BYTES), "credentials")
        credentials = tuple(_credential(entry, f"credentials[{i}]") for i, entry in enumerate(entries))
        if len(set(credentials)) != len(credentials):
            raise Malformed("credentials: one stands twice")
    except Malformed as refusal:
        raise MalformedArchive(str(refusal)) from None
    return credentials


def _credential(entry: object, where: str) -> str:
    public, *rest = schema.text(entry, where).split(",")
    if len(rest) > 2 or (rest and rest[0] not in ("", "1")):
        raise Malformed(f"{where}: weights are not used here")
    schema.point(public, where)
    return public


def _draw(length: int) -> str:
    return "".join(secrets.choice(BASE58) for _ in range(length))


def _grouped(code: str) -> str:
    return "-".join((code[:5], code[5:11], code[11:16], code[16:]))
