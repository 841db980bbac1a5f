"""Receipts: the service's signed word that a ballot stands on the board (Ed25519, RFC 8032).

Not part of the Belenios format: a phone keeps its receipt, so that a board that lost the ballot can be shown to have
lost it (FAULTS R10, C8). A signature covers the UTF-8 bytes of the compact JSON
`{"type":"receipt","uuid":…,"election_hash":phi,"tracker":…,"height":n}`.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from voting.errors import BadProof, Malformed
from voting.protocol import canonical, group


def draw_receipt_key() -> bytes:
    """Draw a signing key, 32 secret bytes."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def receipt_public_key(key: bytes) -> str:
    """Give the public half of a signing key, 64 hex digits in the order of RFC 8032."""
    return Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw().hex()


def sign_receipt(key: bytes, uuid: str, election_hash: str, tracker: str, height: int) -> str:
    """Sign where a ballot stands, 128 hex digits. The same words give the same signature."""
    return Ed25519PrivateKey.from_private_bytes(key).sign(_words(uuid, election_hash, tracker, height)).hex()


def check_receipt(public_key: str, signature: str, uuid: str, election_hash: str, tracker: str, height: int) -> None:
    """Check a receipt against the session's public receipt key. Raises BadProof."""
    try:
        key, signed = bytes.fromhex(public_key), bytes.fromhex(signature)
        # Under a key of small order one signature passes for every receipt, and the library takes such keys.
        group.point_from_hex(key[::-1].hex())
        Ed25519PublicKey.from_public_bytes(key).verify(signed, _words(uuid, election_hash, tracker, height))
    except (InvalidSignature, ValueError, Malformed):
        raise BadProof("The receipt was not signed by this session.", "receipt") from None


def _words(uuid: str, election_hash: str, tracker: str, height: int) -> bytes:
    return canonical.to_bytes(
        {"type": "receipt", "uuid": uuid, "election_hash": election_hash, "tracker": tracker, "height": height}
    )
