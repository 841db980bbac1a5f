"""Threshold tellers: any `threshold` of them decrypt, fewer cannot (PROTOCOL.md, "Threshold tellers (Pedersen)").

This file reads and checks what the tellers' key ceremony published, and combines their decryptions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from voting.errors import BadProof, Malformed
from voting.protocol import canonical, group, proofs, schema
from voting.protocol.group import Point
from voting.protocol.proofs import Proof

MAX_TELLERS = 100
_MESSAGE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A message and the signature over it."""

    message: str
    signature: Proof

    def to_value(self) -> dict[str, Any]:
        """Write the message as the format does."""
        return {"message": self.message, "signature": proofs.proof_to_value(self.signature)}


@dataclass(frozen=True, slots=True)
class Certificate:
    """A teller's two public keys, signed by itself."""

    signed: SignedMessage
    verification: Point
    encryption: Point


@dataclass(frozen=True, slots=True)
class Commitments:
    """A teller's commitments to the coefficients of its polynomial, signed: `threshold` points, `g^a0` first."""

    signed: SignedMessage
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """What a teller's decryptions are checked against, with its proof and its teller's signature."""

    pok: Proof
    public_key: Point
    signature: Proof


@dataclass(frozen=True, slots=True)
class Pedersen:
    """The tellers, in order: entry `j` of each tuple belongs to the teller with index `j + 1`."""

    threshold: int
    certificates: tuple[Certificate, ...]
    commitments: tuple[Commitments, ...]
    signatures: tuple[Proof, ...]
    verification_keys: tuple[VerificationKey, ...]

    @property
    def public_key(self) -> Point:
        """Compose the tellers' first commitments: their share of the election's key."""
        return group.product(commitments.points[0] for commitments in self.commitments)

    @property
    def keys(self) -> tuple[Point, ...]:
        """List the keys that decryptions are checked against, one for each teller."""
        return tuple(key.public_key for key in self.verification_keys)

    def to_value(self) -> list[Any]:
        """Write the entry as the format does."""
        return [
            "Pedersen",
            {
                "threshold": self.threshold,
                "certs": [certificate.signed.to_value() for certificate in self.certificates],
                "coefexps": [commitments.signed.to_value() for commitments in self.commitments],
                "signatures": [proofs.proof_to_value(signature) for signature in self.signatures],
                "verification_keys": [
                    {
                        "pok": proofs.proof_to_value(key.pok),
                        "public_key": group.point_to_hex(key.public_key),
                        "signature": proofs.proof_to_value(key.signature),
                    }
                    for key in self.verification_keys
                ],
            },
        ]

    def check(self, where: str) -> None:
        """Check every signature, key and proof of the ceremony. Raises `BadProof` naming the teller's part."""
        certificates = [certificate.signed.to_value() for certificate in self.certificates]
        for i, certificate in enumerate(self.certificates):
            signer = certificate.verification
            _check_signed(certificate.signed, signer, f"{where}.certs[{i}]")
            _check_signed(self.commitments[i].signed, signer, f"{where}.coefexps[{i}]")
            group_message = canonical.to_bytes(
                {
                    "certs": certificates,
                    "coefexps": [group.point_to_hex(point) for point in self.commitments[i].points],
                }
            ).decode()
            _check_signature(f"certs_sig|{group_message}", signer, self.signatures[i], f"{where}.signatures[{i}]")
        for j, key in enumerate(self.verification_keys):
            self._check_verification_key(j, key, f"{where}.verification_keys[{j}]")

    def combine(self, powers: Mapping[int, tuple[Point, ...]]) -> tuple[Point, ...]:
        """Combine decryption factors, given by index of the teller (from 1), with Lagrange over exactly `threshold`.

        There must be that many; of more, the lowest indices are taken, and any others would give the same.
        """
        chosen = sorted(powers)[: self.threshold]
        weights = [_lagrange(index, chosen) for index in chosen]
        return tuple(
            group.product(group.multiply(factor, weight) for factor, weight in zip(factors, weights, strict=True))
            for factors in zip(*(powers[index] for index in chosen), strict=True)
        )

    def _check_verification_key(self, j: int, key: VerificationKey, where: str) -> None:
        if key.public_key != self._key_from_commitments(j + 1):
            raise BadProof(f"{where}.public_key does not follow from the commitments", f"{where}.public_key")
        text = group.point_to_hex(key.public_key)
        proofs.check_knowledge(f"pok|Ed25519|{text}|", key.public_key, key.pok, f"{where}.pok")
        _check_signature(text, self.certificates[j].verification, key.signature, f"{where}.signature")

    def _key_from_commitments(self, index: int) -> Point:
        """Compute `prod_i prod_k A_ik^(index^k)`, by Horner's rule over the sum of the polynomials."""
        key = group.IDENTITY
        for k in reversed(range(self.threshold)):
            coefficient = group.product(commitments.points[k] for commitments in self.commitments)
            key = group.add(group.multiply(key, index), coefficient)
        return key


def pedersen_from_value(value: object, where: str) -> Pedersen:
    """Read the second half of a `Pedersen` entry. Raises `Malformed`; what it says is checked by `Pedersen.check`."""
    names = ("threshold", "certs", "coefexps", "signatures", "verification_keys")
    parts = schema.fields(value, where, *names)
    size = len(schema.array(parts["certs"], f"{where}.certs"))
    threshold = schema.integer(parts["threshold"], f"{where}.threshold", 1)
    if not threshold <= size <= MAX_TELLERS:
        raise Malformed(f"{where}.threshold: more than there are tellers, or too many tellers")
    listed = {name: schema.array(parts[name], f"{where}.{name}", size) for name in names[1:]}
    return Pedersen(
        threshold=threshold,
        certificates=tuple(
            _certificate(entry, f"{where}.certs[{i}]", size, threshold, i + 1)
            for i, entry in enumerate(listed["certs"])
        ),
        commitments=tuple(
            _commitments(entry, f"{where}.coefexps[{i}]", threshold) for i, entry in enumerate(listed["coefexps"])
        ),
        signatures=tuple(
            proofs.proof_from_value(entry, f"{where}.signatures[{i}]") for i, entry in enumerate(listed["signatures"])
        ),
        verification_keys=tuple(
            _verification_key(entry, f"{where}.verification_keys[{i}]")
            for i, entry in enumerate(listed["verification_keys"])
        ),
    )


def _signed(value: object, where: str) -> tuple[SignedMessage, Any]:
    parts = schema.fields(value, where, "message", "signature")
    message = schema.text(parts["message"], f"{where}.message")
    signature = proofs.proof_from_value(parts["signature"], f"{where}.signature")
    try:
        content = canonical.from_bytes(canonical.encode(message), limit=_MESSAGE_BYTES)
    except Malformed as refusal:
        raise Malformed(f"{where}.message: {refusal}") from None
    return SignedMessage(message, signature), content


def _certificate(value: object, where: str, size: int, threshold: int, index: int) -> Certificate:
    signed, message = _signed(value, where)
    parts = schema.fields(message, f"{where}.message", "context", "verification", "encryption")
    context = schema.fields(parts["context"], f"{where}.message.context", "group", "size", "threshold", "index")
    expected: dict[str, str | int] = {"group": "Ed25519", "size": size, "threshold": threshold, "index": index}
    for name, only in expected.items():
        schema.literal(context[name], f"{where}.message.context.{name}", only)
    return Certificate(
        signed,
        schema.point(parts["verification"], f"{where}.message.verification"),
        schema.point(parts["encryption"], f"{where}.message.encryption"),
    )


def _commitments(value: object, where: str, threshold: int) -> Commitments:
    signed, message = _signed(value, where)
    parts = schema.fields(message, f"{where}.message", "coefexps")
    points = schema.array(parts["coefexps"], f"{where}.message.coefexps", threshold)
    return Commitments(
        signed,
        tuple(schema.point(point, f"{where}.message.coefexps[{k}]") for k, point in enumerate(points)),
    )


def _verification_key(value: object, where: str) -> VerificationKey:
    parts = schema.fields(value, where, "pok", "public_key", "signature")
    return VerificationKey(
        proofs.proof_from_value(parts["pok"], f"{where}.pok"),
        schema.point(parts["public_key"], f"{where}.public_key"),
        proofs.proof_from_value(parts["signature"], f"{where}.signature"),
    )


def _check_signed(signed: SignedMessage, signer: Point, where: str) -> None:
    _check_signature(signed.message, signer, signed.signature, where)


def _check_signature(message: str, signer: Point, signature: Proof, where: str) -> None:
    proofs.check_knowledge(f"sigmsg|{message}|", signer, signature, where)


def _lagrange(index: int, chosen: list[int]) -> int:
    """Compute `prod k/(k-i) mod q` over the other chosen indices `k`."""
    weight = 1
    for k in chosen:
        if k != index:
            weight = weight * k * pow(k - index, -1, group.Q) % group.Q
    return weight
