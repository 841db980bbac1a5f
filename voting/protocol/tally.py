"""From checked ballots to the result: one aggregate, decrypted once (PROTOCOL.md, "Encryption and proofs").

Nothing here decrypts a single ballot: `partial_decryption` takes the tally of all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from voting.errors import Malformed, MalformedArchive, TallyMismatch
from voting.protocol import canonical, encryption, group, proofs, schema
from voting.protocol.ballots import Ballot
from voting.protocol.election import Election
from voting.protocol.encryption import Ciphertext
from voting.protocol.group import Point, Scalar
from voting.protocol.proofs import Proof
from voting.protocol.trustees import Trustees

MAX_TALLY_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class EncryptedTally:
    """One ciphertext for each choice of each question: the sums over the ballots, encrypted."""

    questions: tuple[tuple[Ciphertext, ...], ...]

    def to_bytes(self) -> bytes:
        """Write the document."""
        return canonical.to_bytes(
            [[encryption.ciphertext_to_value(cell) for cell in question] for question in self.questions]
        )

    def merge(self, other: "EncryptedTally") -> "EncryptedTally":
        """Compose with the tally of other ballots of the same election."""
        return EncryptedTally(
            tuple(
                tuple(encryption.product(pair) for pair in zip(mine, theirs, strict=True))
                for mine, theirs in zip(self.questions, other.questions, strict=True)
            )
        )


@dataclass(frozen=True, slots=True)
class SizedTally:
    """How many ballots are in the encrypted tally, and the SHA-256 of it."""

    num_tallied: int
    total_weight: int
    encrypted_tally: str


@dataclass(frozen=True, slots=True)
class PartialDecryption:
    """The factors of one owner, question by question, with the proof of each."""

    factors: tuple[tuple[Point, ...], ...]
    proofs: tuple[tuple[Proof, ...], ...]


# ---- the encrypted tally


def encrypt_tally(election: Election, ballots: Iterable[Ballot]) -> EncryptedTally:
    """Compose the checked ballots into one encrypted tally; of none, every cell is the identity."""
    cells = [[Ciphertext(group.IDENTITY, group.IDENTITY)] * question.choices for question in election.questions]
    for ballot in ballots:
        for totals, answer in zip(cells, ballot.answers, strict=True):
            totals[:] = [encryption.product(pair) for pair in zip(totals, answer, strict=True)]
    return EncryptedTally(tuple(tuple(totals) for totals in cells))


def parse_tally(raw: bytes, election: Election) -> EncryptedTally:
    """Read an encrypted tally of this election. Raises `MalformedArchive`."""
    try:
        value = schema.array(
            canonical.from_bytes(raw, limit=MAX_TALLY_BYTES), "encrypted_tally", len(election.questions)
        )
        return EncryptedTally(
            tuple(
                tuple(
                    encryption.tallied_ciphertext(cell, f"encrypted_tally[{i}][{j}]")
                    for j, cell in enumerate(schema.array(cells, f"encrypted_tally[{i}]", question.choices))
                )
                for i, (cells, question) in enumerate(zip(value, election.questions, strict=True))
            )
        )
    except Malformed as refusal:
        raise MalformedArchive(str(refusal)) from None


def sized_tally(encrypted: EncryptedTally, ballots: int) -> bytes:
    """Write the document that binds the encrypted tally to the number of ballots in it."""
    return canonical.to_bytes(
        {
            "num_tallied": ballots,
            "total_weight": ballots,
            "encrypted_tally": canonical.sha256_hex(encrypted.to_bytes()),
        }
    )


def parse_sized_tally(raw: bytes) -> SizedTally:
    """Read what `sized_tally` wrote. Raises `MalformedArchive`."""
    try:
        names = ("num_tallied", "total_weight", "encrypted_tally")
        parts = schema.fields(canonical.from_bytes(raw, limit=1024), "sized_encrypted_tally", *names)
        return SizedTally(
            schema.integer(parts["num_tallied"], "num_tallied"),
            schema.integer(parts["total_weight"], "total_weight"),
            schema.sha256(parts["encrypted_tally"], "encrypted_tally"),
        )
    except Malformed as refusal:
        raise MalformedArchive(str(refusal)) from None


# ---- partial decryptions


def partial_decryption(election: Election, tally: EncryptedTally, private_key: Scalar) -> bytes:
    """Decrypt the tally in part, with the key of one owner, and prove it. To be done once, after `EndBallots`."""
    pairs = [
        [proofs.prove_decryption(election.fingerprint, private_key, cell.alpha) for cell in question]
        for question in tally.questions
    ]
    return canonical.to_bytes(
        {
            "decryption_factors": [[group.point_to_hex(factor) for factor, _ in row] for row in pairs],
            "decryption_proofs": [[proofs.proof_to_value(proof) for _, proof in row] for row in pairs],
        }
    )


def owned_partial_decryption(owner: int, partial: bytes) -> bytes:
    """Write the document that says whose partial decryption it is; owners are numbered from 1."""
    return canonical.to_bytes({"owner": owner, "payload": canonical.sha256_hex(partial)})


def parse_owned_partial_decryption(raw: bytes) -> tuple[int, str]:
    """Read (owner, SHA-256 of the partial decryption). Raises `MalformedArchive`."""
    try:
        parts = schema.fields(canonical.from_bytes(raw, limit=1024), "owned_partial_decryption", "owner", "payload")
        return schema.integer(parts["owner"], "owner", 1), schema.sha256(parts["payload"], "payload")
    except Malformed as refusal:
        raise MalformedArchive(str(refusal)) from None


def check_partial_decryption(
    raw: bytes, election: Election, tally: EncryptedTally, public_key: Point
) -> PartialDecryption:
    """Read a partial decryption and check every proof against the owner's key.

    Raises `MalformedArchive`, or `BadProof` naming the cell.
    """
    try:
        decryption = _partial_decryption(raw, election)
    except Malformed as refusal:
        raise MalformedArchive(str(refusal)) from None
    for i, (cells, factors, listed) in enumerate(
        zip(tally.questions, decryption.factors, decryption.proofs, strict=True)
    ):
        for j, (cell, factor, proof) in enumerate(zip(cells, factors, listed, strict=True)):
            proofs.check_decryption(
                election.fingerprint, public_key, cell.alpha, factor, proof, f"decryption_proofs[{i}][{j}]"
            )
    return decryption


def _partial_decryption(raw: bytes, election: Election) -> PartialDecryption:
    names = ("decryption_factors", "decryption_proofs")
    parts = schema.fields(canonical.from_bytes(raw, limit=MAX_TALLY_BYTES), "partial_decryption", *names)
    factors, listed = (
        [
            schema.array(row, f"{name}[{i}]", question.choices)
            for i, (row, question) in enumerate(
                zip(schema.array(parts[name], name, len(election.questions)), election.questions, strict=True)
            )
        ]
        for name in names
    )
    return PartialDecryption(
        tuple(
            tuple(schema.point_or_identity(factor, f"decryption_factors[{i}][{j}]") for j, factor in enumerate(row))
            for i, row in enumerate(factors)
        ),
        tuple(
            tuple(proofs.proof_from_value(proof, f"decryption_proofs[{i}][{j}]") for j, proof in enumerate(row))
            for i, row in enumerate(listed)
        ),
    )


# ---- the result


def result(
    trustees: Trustees, tally: EncryptedTally, decryptions: Mapping[int, PartialDecryption], ballots: int
) -> tuple[tuple[int, ...], ...]:
    """Count: the votes for each choice of each question, from the checked decryptions by owner.

    Raises `TallyMismatch` when owners are missing or a count is above the number of `ballots`.
    """
    combined = trustees.combine(
        {
            owner: tuple(factor for row in decryption.factors for factor in row)
            for owner, decryption in decryptions.items()
        }
    )
    factors = iter(combined)
    try:
        return tuple(
            tuple(group.discrete_logarithm(group.subtract(cell.beta, next(factors)), ballots) for cell in question)
            for question in tally.questions
        )
    except Malformed:
        raise TallyMismatch("a decrypted count is above the number of ballots") from None


def result_to_bytes(counts: Sequence[Sequence[int]]) -> bytes:
    """Write the result document."""
    return canonical.to_bytes({"result": [list(row) for row in counts]})


def parse_result(raw: bytes, election: Election) -> tuple[tuple[int, ...], ...]:
    """Read the result document of this election. Raises `MalformedArchive`."""
    try:
        parts = schema.fields(canonical.from_bytes(raw, limit=MAX_TALLY_BYTES), "result", "result")
        rows = schema.array(parts["result"], "result", len(election.questions))
        return tuple(
            tuple(
                schema.integer(count, f"result[{i}][{j}]")
                for j, count in enumerate(schema.array(row, f"result[{i}]", question.choices))
            )
            for i, (row, question) in enumerate(zip(rows, election.questions, strict=True))
        )
    except Malformed as refusal:
        raise MalformedArchive(str(refusal)) from None
