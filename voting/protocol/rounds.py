"""A round of the key ceremony and what all can read and check of it (docs/adr/0008). `ceremony.py` makes the messages.

Indices of tellers count from 1. Refusals name the part: `certificates[0]` belongs to the teller with index 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from voting.errors import BadProof, Malformed
from voting.protocol import canonical, codes, envelopes, pedersen, proofs, schema
from voting.protocol.envelopes import MAX_MESSAGE_BYTES
from voting.protocol.pedersen import MAX_TELLERS, Certificate, Commitments, VerificationKey
from voting.protocol.proofs import Proof

MAX_REVEAL_BYTES: Final = 512 * 1024


@dataclass(frozen=True, slots=True)
class Round:
    """One attempt at a key: its number in the session, from 1, and `threshold` of `size` tellers."""

    uuid: str
    number: int
    size: int
    threshold: int

    def __post_init__(self) -> None:
        if not codes.is_uuid(self.uuid) or self.number < 1 or not 1 <= self.threshold <= self.size <= MAX_TELLERS:
            raise Malformed("this cannot be a round of a ceremony")

    def all_of(self, messages: Sequence[bytes], where: str) -> Sequence[bytes]:
        """Give the messages back. Raises `Malformed` unless there is one of each teller."""
        if len(messages) != self.size:
            raise Malformed(f"{where}: not {self.size} messages")
        return messages


@dataclass(frozen=True, slots=True)
class Reveal:
    """What all may read, as it goes into the archive, and one parcel for each teller, in order."""

    public: bytes
    parcels: tuple[bytes, ...]

    def to_bytes(self) -> bytes:
        """Write the message of the step."""
        parcels = [document(parcel, "parcel") for parcel in self.parcels]
        return canonical.to_bytes({**document(self.public, "reveal"), "parcels": parcels})


@dataclass(frozen=True, slots=True)
class KeyMessage:
    """The verification key, as it goes into the archive, and the box in which the teller keeps its share."""

    verification_key: bytes
    box: bytes

    def to_bytes(self) -> bytes:
        """Write the message of the step."""
        key, box = document(self.verification_key, "verification_key"), document(self.box, "box")
        return canonical.to_bytes({"verification_key": key, "box": box})


def parse_reveal(raw: bytes) -> Reveal:
    """Take the message of the step `reveal` apart. Raises `Malformed`; nothing else is checked."""
    value = canonical.from_bytes(raw, limit=MAX_REVEAL_BYTES)
    parts = schema.fields(value, "reveal", "coefexps", "signature", "parcels")
    parcels = schema.array(parts.pop("parcels"), "reveal.parcels")
    return Reveal(canonical.to_bytes(parts), tuple(canonical.to_bytes(parcel) for parcel in parcels))


def parse_key(raw: bytes) -> KeyMessage:
    """Take the message of the step `key` apart. Raises `Malformed`; of the box no more than its form can be checked."""
    parts = schema.fields(document(raw, "key"), "key", "verification_key", "box")
    envelopes.check_encrypted(parts["box"], "key.box")
    return KeyMessage(canonical.to_bytes(parts["verification_key"]), canonical.to_bytes(parts["box"]))


@dataclass(frozen=True, slots=True)
class Roll:
    """The certificates of a round, checked: who signs what, and what every later message is bound to."""

    round: Round
    certificates: tuple[Certificate, ...]
    digest: str

    @property
    def bound(self) -> dict[str, str | int]:
        """Give the fields with which a commitment says to which round and to which certificates it belongs."""
        return {"uuid": self.round.uuid, "round": self.round.number, "certificates": self.digest}

    def bound_to(self, commitments: Sequence[bytes]) -> dict[str, str | int]:
        """Give the fields with which a parcel says to which round it belongs and which commitments stood before it.

        So no commitment can be exchanged for another once somebody has revealed.
        """
        return {"uuid": self.round.uuid, "round": self.round.number, "commitments": list_digest(commitments)}

    def of(self, index: int) -> Certificate:
        """Give the certificate of a teller. Raises `Malformed` when there is none of that index."""
        if not 1 <= index <= self.round.size:
            raise Malformed(f"there is no teller {index}")
        return self.certificates[index - 1]

    def committed_hash(self, index: int, raw: bytes, where: str) -> str:
        """Check the commitment of a teller; gives the hash in it. Raises `Malformed` or `BadProof`."""
        parts = self._signed_parts(index, document(raw, where), where, self.bound, "coefexps")
        return schema.sha256(parts["coefexps"], f"{where}.message.coefexps")

    def revealed(self, index: int, raw: bytes, where: str) -> tuple[Commitments, Proof]:
        """Check both signatures of the public part of a reveal. Raises `Malformed` or `BadProof`."""
        parts = schema.fields(document(raw, where), where, "coefexps", "signature")
        own = pedersen.commitments_from_value(parts["coefexps"], f"{where}.coefexps", self.round.threshold)
        signature = proofs.proof_from_value(parts["signature"], f"{where}.signature")
        signer = self.of(index).verification
        envelopes.check_signed(own.signed, signer, f"{where}.coefexps")
        message = pedersen.group_message(self.certificates, own)
        envelopes.check_signature(message, signer, signature, f"{where}.signature")
        return own, signature

    def revealed_as_committed(self, index: int, raw: bytes, digest: str, where: str) -> Commitments:
        """Check the public part of a reveal, and that it is what was committed to by its hash."""
        own, _ = self.revealed(index, raw, where)
        if canonical.sha256_hex(own.signed.message.encode()) != digest:
            raise BadProof(f"{where} is not what was committed to", f"{where}.coefexps")
        return own

    def parcel(self, sender: int, recipient: int, raw: bytes, commitments: Sequence[bytes], where: str) -> Any:
        """Check all of a parcel that can be seen from outside; gives the encrypted share."""
        bound = self.bound_to(commitments)
        parts = self._signed_parts(sender, document(raw, where), where, bound, "recipient", "share")
        schema.literal(parts["recipient"], f"{where}.message.recipient", recipient)
        envelopes.check_encrypted(parts["share"], f"{where}.message.share")
        return parts["share"]

    def _signed_parts(
        self, index: int, value: object, where: str, bound: Mapping[str, str | int], *names: str
    ) -> dict[str, Any]:
        signed = envelopes.signed_from_value(value, where)
        envelopes.check_signed(signed, self.of(index).verification, where)
        parts = schema.fields(envelopes.content(signed, where), f"{where}.message", *bound, *names)
        for name, only in bound.items():
            schema.literal(parts[name], f"{where}.message.{name}", only)
        return parts


def read_roll(round: Round, certificates: Sequence[bytes]) -> Roll:
    """Check the certificates of all tellers, in order. Raises `Malformed` or `BadProof` naming the first bad one."""
    read = tuple(
        certificate(round, index, raw, f"certificates[{index - 1}]")
        for index, raw in enumerate(round.all_of(certificates, "certificates"), 1)
    )
    pedersen.check_certificates(read, "certificates")
    return Roll(round, read, list_digest(certificates))


def list_digest(messages: Sequence[bytes]) -> str:
    """Hash the JSON list of documents, given by their bytes, to 64 hex digits."""
    return canonical.sha256_hex(b"[" + b",".join(messages) + b"]")


def certificate(round: Round, index: int, raw: bytes, where: str) -> Certificate:
    """Read the form of a certificate; its signature is checked with all the others. Raises `Malformed`."""
    return pedersen.certificate_from_value(document(raw, where), where, round.size, round.threshold, index)


def verification_key(raw: bytes, where: str) -> VerificationKey:
    """Read the form of a verification key. Raises `Malformed`."""
    return pedersen.verification_key_from_value(document(raw, where), where)


def document(raw: bytes, where: str) -> Any:
    """Read the canonical JSON of a part of a message. Raises `Malformed` naming `where`."""
    try:
        return canonical.from_bytes(raw, limit=2 * MAX_MESSAGE_BYTES)
    except Malformed as refusal:
        raise Malformed(f"{where}: {refusal}") from None
