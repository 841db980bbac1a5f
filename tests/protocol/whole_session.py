"""Whole sessions for tests, made from the real parts: keys, codes, ballots, board, count."""

from collections.abc import Sequence
from dataclasses import dataclass

from voting.protocol import archive, ballots, board, ceremony, codes, group, rounds, tally
from voting.protocol.board import Record
from voting.protocol.ceremony import KeyMessage, Reveal, Round, TellerKeys
from voting.protocol.election import Election, Question
from voting.protocol.group import Scalar
from voting.protocol.pedersen import Pedersen
from voting.protocol.trustees import Trustees, draw_private_key, make_single

TIMESTAMP = 1_795_528_054


@dataclass(frozen=True)
class WholeSession:
    """A session from setup to result. `keys[i]` is the private key of owner `i + 1`; `codes[i]` cast `ballots[i]`."""

    election: Election
    trustees: Trustees
    keys: tuple[Scalar, ...]
    codes: tuple[str, ...]
    records: tuple[Record, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def archive(self) -> bytes:
        return write(self.records)

    @property
    def ballots(self) -> tuple[bytes, ...]:
        return tuple(record.documents[0] for record in self.records if record.type == "Ballot")

    def until(self, last_type: str) -> tuple[Record, ...]:
        """Give the records up to the last one of a type: the board as it stood then."""
        types = [record.type for record in self.records]
        return self.records[: len(types) - types[::-1].index(last_type)]


def write(records: Sequence[Record]) -> bytes:
    return b"".join(archive.write_archive(records, TIMESTAMP))


def make_session(
    questions: Sequence[Question],
    votes: Sequence[Sequence[Sequence[int]]],
    *,
    spares: int = 1,
    tellers: tuple[int, int] | None = None,
    decrypting: Sequence[int] = (1,),
) -> WholeSession:
    """Hold a session. `tellers` is (threshold, size) of tellers beside the server; `decrypting` lists the owners."""
    keys = [draw_private_key()]
    entries: list = [make_single(keys[0])]
    if tellers:
        pedersen, shares = make_tellers(*tellers)
        entries.append(pedersen)
        keys += shares
    trustees = Trustees(tuple(entries))
    uuid = codes.draw_uuid()
    election = Election(uuid, "Lấy phiếu", 'Kỳ "họp" \\ 1', trustees.public_key, tuple(questions))
    drawn = tuple(codes.draw_code() for _ in range(len(votes) + spares))
    credentials = [group.point_to_hex(codes.public_credential(uuid, code)) for code in drawn]
    records = [board.setup_record(election.to_bytes(), trustees.to_bytes(), codes.credentials_to_bytes(credentials))]

    def append(record_type: str, *documents: bytes) -> None:
        records.append(Record(record_type, documents, len(records)))

    for code, choices in zip(drawn, votes, strict=False):
        append("Ballot", ballots.make_ballot(election, code, choices))
    append("EndBallots")
    opened = [ballots.open_ballot(record.documents[0], election) for record in records if record.type == "Ballot"]
    encrypted = tally.encrypt_tally(election, opened)
    append("EncryptedTally", encrypted.to_bytes(), tally.sized_tally(encrypted, len(votes)))
    decryptions = {}
    for owner in decrypting:
        partial = tally.partial_decryption(election, encrypted, keys[owner - 1])
        append("PartialDecryption", partial, tally.owned_partial_decryption(owner, partial))
        decryptions[owner] = tally.check_partial_decryption(partial, election, encrypted, trustees.keys[owner - 1])
    counts = tally.result(trustees, encrypted, decryptions, len(votes))
    append("Result", tally.result_to_bytes(counts))
    return WholeSession(election, trustees, tuple(keys), drawn, tuple(records), counts)


@dataclass(frozen=True)
class Ceremony:
    """A round that went well: what every teller said in each step, and what stays with it alone."""

    round: Round
    keys: tuple[TellerKeys, ...]
    certificates: tuple[bytes, ...]
    commitments: tuple[bytes, ...]
    reveals: tuple[Reveal, ...]
    messages: tuple[KeyMessage, ...]
    pedersen: Pedersen

    @property
    def publics(self) -> tuple[bytes, ...]:
        return tuple(reveal.public for reveal in self.reveals)

    @property
    def shares(self) -> list[Scalar]:
        """Open every box with the seed of its teller."""
        return [
            ceremony.open_box(self.round, index, keys, message.box)
            for index, (keys, message) in enumerate(zip(self.keys, self.messages, strict=True), 1)
        ]

    @property
    def polynomials(self) -> list[tuple[Scalar, ...]]:
        """Derive the secret coefficients of every teller."""
        roll = rounds.read_roll(self.round, self.certificates)
        return [ceremony.polynomial(roll, keys) for keys in self.keys]

    def parcels_for(self, index: int) -> tuple[bytes, ...]:
        return tuple(reveal.parcels[index - 1] for reveal in self.reveals)


def hold_ceremony(threshold: int, size: int, *, uuid: str = "", number: int = 1, seeds: Sequence[str] = ()) -> Ceremony:
    """Run a round of the key ceremony in one place; every message is checked as the service and the devices do."""
    round = Round(uuid or codes.draw_uuid(), number, size, threshold)
    indices = range(1, size + 1)
    keys = tuple(TellerKeys.of(seed) for seed in (seeds or [ceremony.draw_seed() for _ in indices]))
    certificates = tuple(ceremony.make_certificate(round, i, keys[i - 1]) for i in indices)
    commitments = tuple(ceremony.make_commitment(round, i, keys[i - 1], certificates) for i in indices)
    reveals = tuple(ceremony.make_reveal(round, i, keys[i - 1], certificates, commitments) for i in indices)
    publics = tuple(reveal.public for reveal in reveals)
    messages = tuple(
        ceremony.make_key(
            round,
            i,
            keys[i - 1],
            certificates,
            commitments,
            publics,
            [reveal.parcels[i - 1] for reveal in reveals],
        )
        for i in indices
    )
    pedersen = ceremony.assemble(round, certificates, publics, [message.verification_key for message in messages])
    return Ceremony(round, keys, certificates, commitments, reveals, messages, pedersen)


def make_tellers(threshold: int, size: int) -> tuple[Pedersen, list[Scalar]]:
    """Hold a ceremony, and give the private share of each teller."""
    held = hold_ceremony(threshold, size)
    return held.pedersen, held.shares
