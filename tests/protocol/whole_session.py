"""Whole sessions for tests, made from the real parts: keys, codes, ballots, board, count."""

from collections.abc import Sequence
from dataclasses import dataclass

from voting.protocol import archive, ballots, board, canonical, codes, group, proofs, tally
from voting.protocol.board import Record
from voting.protocol.election import Election, Question
from voting.protocol.group import Scalar
from voting.protocol.pedersen import Certificate, Commitments, Pedersen, SignedMessage, VerificationKey
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


def make_tellers(threshold: int, size: int) -> tuple[Pedersen, list[Scalar]]:
    """Run the tellers' key ceremony in one place, and give the private share of each."""
    signing_keys = [group.random_scalar() for _ in range(size)]
    decryption_keys = [group.random_scalar() for _ in range(size)]
    polynomials = [[group.random_scalar() for _ in range(threshold)] for _ in range(size)]
    certificates = tuple(
        _certificate(sign, decrypt, size, threshold, index)
        for index, (sign, decrypt) in enumerate(zip(signing_keys, decryption_keys, strict=True), 1)
    )
    commitments = tuple(
        _commitments(sign, polynomial) for sign, polynomial in zip(signing_keys, polynomials, strict=True)
    )
    signatures = tuple(
        _signed(
            sign,
            "certs_sig|"
            + _text(
                {
                    "certs": [certificate.signed.to_value() for certificate in certificates],
                    "coefexps": [group.point_to_hex(point) for point in own.points],
                }
            ),
        ).signature
        for sign, own in zip(signing_keys, commitments, strict=True)
    )
    shares = [
        sum(coefficient * index**k for polynomial in polynomials for k, coefficient in enumerate(polynomial)) % group.Q
        for index in range(1, size + 1)
    ]
    keys = tuple(_verification_key(sign, share) for sign, share in zip(signing_keys, shares, strict=True))
    return Pedersen(threshold, certificates, commitments, signatures, keys), shares


def _certificate(sign: Scalar, decrypt: Scalar, size: int, threshold: int, index: int) -> Certificate:
    verification, encryption = group.power_of_generator(sign), group.power_of_generator(decrypt)
    message = {
        "context": {"group": "Ed25519", "size": size, "threshold": threshold, "index": index},
        "verification": group.point_to_hex(verification),
        "encryption": group.point_to_hex(encryption),
    }
    return Certificate(_signed(sign, _text(message)), verification, encryption)


def _commitments(sign: Scalar, polynomial: Sequence[Scalar]) -> Commitments:
    points = tuple(group.power_of_generator(coefficient) for coefficient in polynomial)
    return Commitments(_signed(sign, _text({"coefexps": [group.point_to_hex(point) for point in points]})), points)


def _verification_key(sign: Scalar, share: Scalar) -> VerificationKey:
    single = make_single(share)
    signature = _signed(sign, group.point_to_hex(single.public_key)).signature
    return VerificationKey(single.pok, single.public_key, signature)


def _signed(sign: Scalar, message: str) -> SignedMessage:
    return SignedMessage(message, proofs.prove_knowledge(f"sigmsg|{message}|", sign))


def _text(value: object) -> str:
    return canonical.to_bytes(value).decode()
