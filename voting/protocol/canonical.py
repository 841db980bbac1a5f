"""Canonical JSON: one value, one sequence of bytes (docs/adr/0002).

Documents are hashed and signed as bytes, so two spellings of one value would be two documents. What we read is
parsed, written again and compared: any other spelling is refused, and with it every place to hide a mark in.
"""

import base64
import hashlib
import json
from typing import Any, NoReturn

from voting.errors import Malformed, TooLarge

# The deepest document of the format (trustees) has eight levels.
MAX_DEPTH = 12
# Objects and arrays are dear to parse. In long documents each takes more than 16 bytes; the rest allows for short ones
# and for braces in texts.
MAX_CONTAINERS = 4096
BYTES_PER_CONTAINER = 16


def to_bytes(value: object) -> bytes:
    """Write a value as compact JSON, fields in the order given, printable characters as themselves.

    Raises `Malformed` on a lone surrogate, which UTF-8 cannot hold.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # The reference escapes DEL as well, which can stand inside strings only.
    return encode(text.replace("\x7f", "\\u007f"))


def encode(text: str) -> bytes:
    """Write text as UTF-8. Raises `Malformed` on a lone surrogate, which UTF-8 cannot hold."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Malformed("holds a lone surrogate") from None


def from_bytes(raw: bytes, *, limit: int) -> Any:
    """Read canonical JSON of at most `limit` bytes, in time linear in its length.

    Raises `TooLarge`, or `Malformed` on anything that `to_bytes` would not have written: bad UTF-8, spaces, escapes of
    printable characters, floats, NaN, deep nesting. Of a field that stands twice the parser keeps one, so the bytes
    written again differ: duplicates need no look of their own.
    """
    if len(raw) > limit:
        raise TooLarge(f"more than {limit} bytes")
    if raw.count(b"{") + raw.count(b"[") > MAX_CONTAINERS + len(raw) // BYTES_PER_CONTAINER:
        raise Malformed("more objects and arrays than any document has")
    try:
        value = _DECODER.decode(raw.decode())
    except RecursionError:
        raise Malformed("nested too deeply") from None
    except ValueError:
        raise Malformed("not JSON in UTF-8") from None
    _check_depth(value)
    if to_bytes(value) != raw:
        raise Malformed("not in canonical form")
    return value


def sha256_hex(raw: bytes) -> str:
    """Hash exact bytes to 64 lower-case hex digits."""
    return hashlib.sha256(raw).hexdigest()


def base64_sha256(raw: bytes) -> str:
    """Hash exact bytes to 43 characters of Base64 without padding."""
    return base64.b64encode(hashlib.sha256(raw).digest()).rstrip(b"=").decode()


def _no_such_number(text: str) -> NoReturn:
    raise Malformed("a number is not an integer")


def _check_depth(value: object) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        below: list[object] = []
        for node in level:
            if type(node) is list:
                below.extend(node)
            elif type(node) is dict:
                below.extend(node.values())
        if not below:
            return
        level = below
    raise Malformed("nested too deeply")


_DECODER = json.JSONDecoder(
    parse_float=_no_such_number,
    parse_constant=_no_such_number,
)
