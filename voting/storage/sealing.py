"""Sealing of secrets that must lie in the store: AES-256-GCM under keys drawn from the settings."""

from collections.abc import Sequence
from secrets import token_bytes
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from voting.errors import MissingSetting, SealBroken

VERSION: Final = b"\x01"
"""Box = version (1 byte) + nonce (12 bytes) + ciphertext with tag (length of the secret + 16 bytes)."""

NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
_BROKEN: Final = (
    "A sealed secret does not open: VOTING_SEALING_KEY is another than it was made with, or it was changed."
)


class SealingKeys:
    """`voting.domain.ports.Sealer`: the first key seals, every key opens, so that keys can be rotated.

    Each class of purpose (`trustee` in `trustee|UUID`) has a key of its own by HKDF-SHA256; the whole purpose is
    authenticated with the box, so a box that is moved to another session does not open.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or not all(keys):
            raise MissingSetting("VOTING_SEALING_KEY is missing.")
        self._keys = tuple(key.encode() for key in keys)

    def __repr__(self) -> str:
        return f"SealingKeys({len(self._keys)} keys)"

    def seal(self, secret: bytes, purpose: str) -> bytes:
        """Seal bytes for one purpose, as `trustee|UUID`."""
        nonce = token_bytes(NONCE_BYTES)
        return VERSION + nonce + AESGCM(_derive(self._keys[0], purpose)).encrypt(nonce, secret, _bound(purpose))

    def unseal(self, box: bytes, purpose: str) -> bytes:
        """Open a box. Raises SealBroken when the key, the purpose or the bytes are not those it was made with."""
        return self._open(box, purpose)[1]

    def reseal(self, box: bytes, purpose: str) -> bytes:
        """Give the box as the first key seals it; the same bytes when that key opens it. Raises SealBroken."""
        key, secret = self._open(box, purpose)
        return box if key == self._keys[0] else self.seal(secret, purpose)

    def _open(self, box: bytes, purpose: str) -> tuple[bytes, bytes]:
        """Give (key, secret): the key that opens a box, and what is in it. Raises SealBroken."""
        if box[:1] != VERSION or len(box) < 1 + NONCE_BYTES + TAG_BYTES:
            raise SealBroken(_BROKEN)
        nonce, ciphertext = box[1 : 1 + NONCE_BYTES], box[1 + NONCE_BYTES :]
        for key in self._keys:
            try:
                return key, AESGCM(_derive(key, purpose)).decrypt(nonce, ciphertext, _bound(purpose))
            except InvalidTag:
                continue
        raise SealBroken(_BROKEN)

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """One for each key, 32 hex digits: tells keys apart and nothing about them."""
        return tuple(_derive(key, "fingerprint")[:16].hex() for key in self._keys)


def _derive(key: bytes, purpose: str) -> bytes:
    info = b"voting sealing v1|" + purpose.split("|", 1)[0].encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(key)


def _bound(purpose: str) -> bytes:
    return VERSION + purpose.encode()
