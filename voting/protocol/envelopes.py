"""Messages of the tellers: signed, encrypted, or both (PROTOCOL.md, "Threshold tellers (Pedersen)").

They pass through the server. What is signed it can read and cannot change; what is encrypted it can only pass on.
An envelope hides how it was made, not how long it is.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from voting.errors import BadProof, Malformed
from voting.protocol import canonical, group, proofs, schema
from voting.protocol.group import Point, Scalar
from voting.protocol.proofs import Proof

MAX_MESSAGE_BYTES: Final = 64 * 1024
_ALGORITHM = "AES-GCM"
_TAG_BYTES = 16
_DATA = re.compile("(?:[0-9a-f]{2})*", re.ASCII)


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A message and the signature over it. Build it with `sign`, or read it with `signed_from_value`."""

    message: str
    signature: Proof

    def to_value(self) -> dict[str, Any]:
        """Write the message as the format does."""
        return {"message": self.message, "signature": proofs.proof_to_value(self.signature)}

    def to_bytes(self) -> bytes:
        """Write the message as a document of its own."""
        return canonical.to_bytes(self.to_value())


# ---- signed


def sign(key: Scalar, message: str) -> SignedMessage:
    """Sign a message with a signing key."""
    return SignedMessage(message, sign_only(key, message))


def sign_only(key: Scalar, message: str) -> Proof:
    """Sign a message and give the signature alone, for those who have the message anyway."""
    return proofs.prove_knowledge(f"sigmsg|{message}|", key)


def signed_from_value(value: object, where: str) -> SignedMessage:
    """Read the form of a signed message. Raises `Malformed`; the signature is checked by `check_signed`."""
    parts = schema.fields(value, where, "message", "signature")
    message = schema.text(parts["message"], f"{where}.message")
    return SignedMessage(message, proofs.proof_from_value(parts["signature"], f"{where}.signature"))


def content(signed: SignedMessage, where: str) -> Any:
    """Read the canonical JSON that a message holds. Raises `Malformed`."""
    try:
        return canonical.from_bytes(canonical.encode(signed.message), limit=MAX_MESSAGE_BYTES)
    except Malformed as refusal:
        raise Malformed(f"{where}.message: {refusal}") from None


def check_signed(signed: SignedMessage, signer: Point, where: str) -> None:
    """Check the signature over a message. Raises `BadProof` naming `where`."""
    check_signature(signed.message, signer, signed.signature, where)


def check_signature(message: str, signer: Point, signature: Proof, where: str) -> None:
    """Check a signature that stands apart from its message. Raises `BadProof` naming `where`."""
    proofs.check_knowledge(f"sigmsg|{message}|", signer, signature, where)


# ---- encrypted


def encrypt(public_key: Point, text: str) -> bytes:
    """Encrypt a text for the holder of a decryption key, under a key of its own that is used once."""
    r, t = group.random_scalar(), group.random_scalar()
    alpha, element = group.power_of_generator(r), group.power_of_generator(t)
    data = AESGCM(_hashed("key", element)).encrypt(_hashed("iv", alpha), canonical.encode(text), None)
    return canonical.to_bytes(
        {
            "algorithm": _ALGORITHM,
            "alpha": group.point_to_hex(alpha),
            "beta": group.point_to_hex(group.add(group.multiply(public_key, r), element)),
            "data": data.hex(),
        }
    )


def check_encrypted(value: object, where: str) -> tuple[Point, Point, bytes]:
    """Read the form of an encrypted text: alpha, beta, data. Raises `Malformed`. Only its reader can check more."""
    parts = schema.fields(value, where, "algorithm", "alpha", "beta", "data")
    schema.literal(parts["algorithm"], f"{where}.algorithm", _ALGORITHM)
    data = schema.text(parts["data"], f"{where}.data")
    if _DATA.fullmatch(data) is None or not 2 * _TAG_BYTES <= len(data) <= 2 * MAX_MESSAGE_BYTES:
        raise Malformed(f"{where}.data: not lower-case hex of a permitted length")
    alpha, beta = (schema.point(parts[name], f"{where}.{name}") for name in ("alpha", "beta"))
    return alpha, beta, bytes.fromhex(data)


def decrypt(private_key: Scalar, raw: bytes) -> str:
    """Open an encrypted text. Raises `Malformed` for its form, `BadProof` when it was made for another or changed."""
    alpha, beta, data = check_encrypted(canonical.from_bytes(raw, limit=3 * MAX_MESSAGE_BYTES), "envelope")
    element = group.subtract(beta, group.multiply(alpha, private_key))
    try:
        return AESGCM(_hashed("key", element)).decrypt(_hashed("iv", alpha), data, None).decode()
    except InvalidTag:
        raise BadProof("the envelope does not open with this key", "envelope") from None
    except UnicodeDecodeError:
        raise Malformed("envelope: the text is not UTF-8") from None


# ---- both


def send(signing: Scalar, encryption_key: Point, text: str) -> Any:
    """Sign a text and encrypt it for one recipient; gives the JSON value of the envelope.

    The signature covers the recipient's key, so that the recipient cannot pass it on as if meant for somebody else.
    """
    recipient = group.point_to_hex(encryption_key)
    signed = sign(signing, canonical.to_bytes({"recipient": recipient, "message": text}).decode())
    raw = encrypt(encryption_key, signed.to_bytes().decode())
    return canonical.from_bytes(raw, limit=len(raw))


def receive(decryption: Scalar, verification_key: Point, value: object) -> str:
    """Open what `send` made, as its recipient. Raises `Malformed` or `BadProof` unless `verification_key` signed it."""
    text = decrypt(decryption, canonical.to_bytes(value))
    signed = signed_from_value(canonical.from_bytes(canonical.encode(text), limit=MAX_MESSAGE_BYTES), "envelope")
    check_signed(signed, verification_key, "envelope")
    parts = schema.fields(content(signed, "envelope"), "envelope.message", "recipient", "message")
    own = group.point_to_hex(group.power_of_generator(decryption))
    schema.literal(parts["recipient"], "envelope.message.recipient", own)
    return schema.text(parts["message"], "envelope.message.message")


def _hashed(purpose: str, element: Point) -> bytes:
    return hashlib.sha256(f"{purpose}|{group.point_to_hex(element)}".encode()).digest()
