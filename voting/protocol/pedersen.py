"""Threshold tellers: any `threshold` of them decrypt, fewer cannot (PROTOCOL.md, "Threshold tellers (Pedersen)").

This file reads and checks what the tellers' key ceremony published, and combines their decryptions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voting.errors import BadProof, Malformed
from voting.protocol import canonical, envelopes, group, proofs, schema
from voting.protocol.envelopes import SignedMessage
from voting.protocol.group import Point
from voting.protocol.proofs import Proof

MAX_TELLERS = 100


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

    def to_value(self) -> dict[str, Any]:
        """Write the key as the format does."""
        return {
            "pok": proofs.proof_to_value(self.pok),
            "public_key": group.point_to_hex(self.public_key),
            "signature": proofs.proof_to_value(self.signature),
        }


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
                "verification_keys": [key.to_value() for key in self.verification_keys],
            },
        ]

    def check(self, where: str) -> None:
        """Check every signature, key and proof of the ceremony. Raises `BadProof` naming the teller's part."""
        self.check_certificates(where)
        self.check_commitments(where)
        self.check_group_signatures(where)
        self.check_keys(where)
        self.check_key_proofs(where)
        self.check_key_signatures(where)

    def check_certificates(self, where: str) -> None:
        """Check that every teller signed its own public keys and that no two signed with one. Raises `BadProof`."""
        check_certificates(self.certificates, f"{where}.certs")

    def check_commitments(self, where: str) -> None:
        """Check that every teller signed its commitments. Raises `BadProof`."""
        for i, commitments in enumerate(self.commitments):
            envelopes.check_signed(commitments.signed, self._signer(i), f"{where}.coefexps[{i}]")

    def check_group_signatures(self, where: str) -> None:
        """Check that every teller signed all certificates together with its own commitments. Raises `BadProof`."""
        for i, signature in enumerate(self.signatures):
            message = group_message(self.certificates, self.commitments[i])
            envelopes.check_signature(message, self._signer(i), signature, f"{where}.signatures[{i}]")

    def check_keys(self, where: str) -> None:
        """Check that every verification key follows from the commitments of all. Raises `BadProof`."""
        for i, key in enumerate(self.verification_keys):
            check_key(key, self.commitments, i + 1, f"{where}.verification_keys[{i}]")

    def check_key_proofs(self, where: str) -> None:
        """Check that somebody knows the share behind every verification key. Raises `BadProof`."""
        for i, key in enumerate(self.verification_keys):
            check_key_proof(key, f"{where}.verification_keys[{i}]")

    def check_key_signatures(self, where: str) -> None:
        """Check that every teller signed its own verification key. Raises `BadProof`."""
        for i, key in enumerate(self.verification_keys):
            check_key_signature(key, self._signer(i), f"{where}.verification_keys[{i}]")

    def _signer(self, i: int) -> Point:
        return self.certificates[i].verification

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


# ---- what holds between the parts


def check_certificates(certificates: Sequence[Certificate], where: str) -> None:
    """Check that each certificate is signed by itself and that no earlier one has its verification key.

    Two tellers with one signing key are one teller. Raises `BadProof` naming the later one, who knows that key. An
    encryption key can be copied by anybody, which harms the copier alone; to refuse it would blame whoever comes later.
    """
    seen: set[Point] = set()
    for i, certificate in enumerate(certificates):
        envelopes.check_signed(certificate.signed, certificate.verification, f"{where}[{i}]")
        if certificate.verification in seen:
            raise BadProof(f"{where}[{i}] has the key of another teller", f"{where}[{i}]")
        seen.add(certificate.verification)


def group_message(certificates: Sequence[Certificate], own: Commitments) -> str:
    """Write what a teller signs to say that it saw these certificates when it committed itself."""
    parts = {
        "certs": [certificate.signed.to_value() for certificate in certificates],
        "coefexps": [group.point_to_hex(point) for point in own.points],
    }
    return f"certs_sig|{canonical.to_bytes(parts).decode()}"


def committed_power(commitments: Sequence[Commitments], index: int) -> Point:
    """Compute `prod_i prod_k A_ik^(index^k)`, `g` to the sum of the committed polynomials at `index` (Horner)."""
    power = group.IDENTITY
    for coefficients in reversed(list(zip(*(own.points for own in commitments), strict=True))):
        power = group.add(group.multiply(power, index), group.product(coefficients))
    return power


def check_key(key: VerificationKey, commitments: Sequence[Commitments], index: int, where: str) -> None:
    """Check that a verification key follows from the commitments of all. Raises `BadProof`."""
    if key.public_key != committed_power(commitments, index):
        raise BadProof(f"{where}.public_key does not follow from the commitments", f"{where}.public_key")


def check_key_proof(key: VerificationKey, where: str) -> None:
    """Check that somebody knows the share behind a verification key. Raises `BadProof`."""
    text = group.point_to_hex(key.public_key)
    proofs.check_knowledge(f"pok|Ed25519|{text}|", key.public_key, key.pok, f"{where}.pok")


def check_key_signature(key: VerificationKey, signer: Point, where: str) -> None:
    """Check that a teller signed its verification key. Raises `BadProof`."""
    envelopes.check_signature(group.point_to_hex(key.public_key), signer, key.signature, f"{where}.signature")


# ---- reading


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
            certificate_from_value(entry, f"{where}.certs[{i}]", size, threshold, i + 1)
            for i, entry in enumerate(listed["certs"])
        ),
        commitments=tuple(
            commitments_from_value(entry, f"{where}.coefexps[{i}]", threshold)
            for i, entry in enumerate(listed["coefexps"])
        ),
        signatures=tuple(
            proofs.proof_from_value(entry, f"{where}.signatures[{i}]") for i, entry in enumerate(listed["signatures"])
        ),
        verification_keys=tuple(
            verification_key_from_value(entry, f"{where}.verification_keys[{i}]")
            for i, entry in enumerate(listed["verification_keys"])
        ),
    )


def certificate_from_value(value: object, where: str, size: int, threshold: int, index: int) -> Certificate:
    """Read a certificate for a place in a group of tellers. Raises `Malformed`; its signature is not checked here."""
    signed = envelopes.signed_from_value(value, where)
    message = envelopes.content(signed, where)
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


def commitments_from_value(value: object, where: str, threshold: int) -> Commitments:
    """Read the commitments of a teller. Raises `Malformed`; their signature is not checked here."""
    signed = envelopes.signed_from_value(value, where)
    message = envelopes.content(signed, where)
    parts = schema.fields(message, f"{where}.message", "coefexps")
    points = schema.array(parts["coefexps"], f"{where}.message.coefexps", threshold)
    return Commitments(
        signed,
        tuple(schema.point(point, f"{where}.message.coefexps[{k}]") for k, point in enumerate(points)),
    )


def verification_key_from_value(value: object, where: str) -> VerificationKey:
    """Read a verification key. Raises `Malformed`; what it says is not checked here."""
    parts = schema.fields(value, where, "pok", "public_key", "signature")
    return VerificationKey(
        proofs.proof_from_value(parts["pok"], f"{where}.pok"),
        schema.point(parts["public_key"], f"{where}.public_key"),
        proofs.proof_from_value(parts["signature"], f"{where}.signature"),
    )


def _lagrange(index: int, chosen: list[int]) -> int:
    """Compute `prod k/(k-i) mod q` over the other chosen indices `k`."""
    weight = 1
    for k in chosen:
        if k != index:
            weight = weight * k * pow(k - index, -1, group.Q) % group.Q
    return weight
