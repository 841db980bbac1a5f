"""Who can decrypt: single trustees (the server's key) and groups of tellers with a threshold.

Owners of decryptions are numbered from 1 across all entries, in order: a single trustee is one owner, a `Pedersen`
entry as many as it has tellers.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from voting.errors import Malformed, MalformedArchive, TallyMismatch
from voting.protocol import canonical, group, proofs, schema
from voting.protocol.group import Point, Scalar
from voting.protocol.pedersen import Pedersen, pedersen_from_value
from voting.protocol.proofs import Proof

MAX_TRUSTEES_BYTES = 4 * 1024 * 1024
MAX_ENTRIES = 100


@dataclass(frozen=True, slots=True)
class Single:
    """A trustee that alone holds its key, without which nothing is decrypted."""

    pok: Proof
    public_key: Point

    @property
    def keys(self) -> tuple[Point, ...]:
        """List the keys that decryptions are checked against: its own."""
        return (self.public_key,)

    def to_value(self) -> list[Any]:
        """Write the entry as the format does."""
        key = {"pok": proofs.proof_to_value(self.pok), "public_key": group.point_to_hex(self.public_key)}
        return ["Single", key]

    def check(self, where: str) -> None:
        """Check that somebody knows the private key. Raises `BadProof`."""
        text = group.point_to_hex(self.public_key)
        proofs.check_knowledge(f"pok|Ed25519|{text}|", self.public_key, self.pok, f"{where}.pok")

    @property
    def threshold(self) -> int:
        """Say how many of `keys` must decrypt."""
        return 1

    def combine(self, powers: Mapping[int, tuple[Point, ...]]) -> tuple[Point, ...]:
        """Give the decryption factors of the one owner."""
        return powers[1]


Entry: TypeAlias = Single | Pedersen


@dataclass(frozen=True, slots=True)
class Trustees:
    """All entries, in order. Build it, or read it with `parse_trustees`; only `check` checks what it says."""

    entries: tuple[Entry, ...]

    @property
    def public_key(self) -> Point:
        """Compose the key of the election from the entries' keys."""
        return group.product(entry.public_key for entry in self.entries)

    @property
    def keys(self) -> tuple[Point, ...]:
        """List the key of every owner; owner `i` has `keys[i - 1]`."""
        return tuple(key for entry in self.entries for key in entry.keys)

    @property
    def singles(self) -> tuple[tuple[str, Single], ...]:
        """List those who hold a key alone, each with its place in the document."""
        return tuple((where, entry) for where, entry in self._placed() if isinstance(entry, Single))

    @property
    def tellers(self) -> tuple[tuple[str, Pedersen], ...]:
        """List the groups of tellers, each with its place in the document."""
        return tuple((where, entry) for where, entry in self._placed() if isinstance(entry, Pedersen))

    def to_bytes(self) -> bytes:
        """Write the document."""
        return canonical.to_bytes([entry.to_value() for entry in self.entries])

    def check(self) -> None:
        """Check every proof and signature. Raises `BadProof` naming the entry."""
        for where, entry in self._placed():
            entry.check(where)

    def check_enough(self, owners: Collection[int]) -> None:
        """Check that the `owners` who decrypted are enough for every entry. Raises `TallyMismatch`."""
        for i, (entry, own) in enumerate(self._owned()):
            decrypted = sum(owner in owners for owner in own)
            if decrypted < entry.threshold:
                raise TallyMismatch(f"trustees[{i}]: {decrypted} decrypted, {entry.threshold} are needed")

    def combine(self, decryptions: Mapping[int, tuple[Point, ...]]) -> tuple[Point, ...]:
        """Multiply what the entries contribute, from the factors of each owner that decrypted (checked before).

        Raises `TallyMismatch` when an entry has too few.
        """
        self.check_enough(decryptions)
        contributions = [
            entry.combine({index: decryptions[owner] for index, owner in enumerate(own, 1) if owner in decryptions})
            for entry, own in self._owned()
        ]
        return tuple(group.product(factors) for factors in zip(*contributions, strict=True))

    def _placed(self) -> Iterator[tuple[str, Entry]]:
        return ((f"trustees[{i}]", entry) for i, entry in enumerate(self.entries))

    def _owned(self) -> Iterator[tuple[Entry, range]]:
        first = 1
        for entry in self.entries:
            own = range(first, first + len(entry.keys))
            yield entry, own
            first = own.stop


def draw_private_key() -> Scalar:
    """Draw the private key of a single trustee."""
    return group.random_scalar()


def make_single(private_key: Scalar) -> Single:
    """Publish the key of a single trustee, with the proof that its private key is known."""
    public_key = group.power_of_generator(private_key)
    return Single(proofs.prove_knowledge(f"pok|Ed25519|{group.point_to_hex(public_key)}|", private_key), public_key)


def parse_trustees(raw: bytes) -> Trustees:
    """Read the document of the trustees. Raises `MalformedArchive`; proofs are checked by `Trustees.check`."""
    try:
        entries = schema.array(canonical.from_bytes(raw, limit=MAX_TRUSTEES_BYTES), "trustees")
        if not 0 < len(entries) <= MAX_ENTRIES:
            raise Malformed(f"trustees: not 1 to {MAX_ENTRIES} entries")
        return Trustees(tuple(_entry(entry, f"trustees[{i}]") for i, entry in enumerate(entries)))
    except Malformed as refusal:
        raise MalformedArchive(str(refusal)) from None


def _entry(value: object, where: str) -> Entry:
    kind, body = schema.array(value, where, 2)
    if kind == "Single":
        parts = schema.fields(body, where, "pok", "public_key")
        return Single(
            proofs.proof_from_value(parts["pok"], f"{where}.pok"),
            schema.point(parts["public_key"], f"{where}.public_key"),
        )
    if kind == "Pedersen":
        return pedersen_from_value(body, where)
    raise Malformed(f"{where}: neither Single nor Pedersen")
