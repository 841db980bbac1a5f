"""A closed board as a teller must see it before decrypting: the whole archive verified, the own key found in it.

Nothing is decrypted before `EndBallots`, and nothing but the sum of all ballots (docs/adr/0008, "the count").
"""

from dataclasses import dataclass, field

from voting.errors import BadProof, MalformedArchive, TallyMismatch, WrongState
from voting.protocol import archive, canonical, ceremony, group, tally
from voting.protocol.board import Chain, Record
from voting.protocol.ceremony import TellerKeys
from voting.protocol.election import Election, parse_election
from voting.protocol.examination import Progress
from voting.protocol.group import Scalar
from voting.protocol.pedersen import Pedersen
from voting.protocol.report import Report
from voting.protocol.tally import EncryptedTally
from voting.protocol.trustees import parse_trustees
from voting.protocol.verify import verify_archive

LAST_BEFORE_DECRYPTION = "tally-count"
"""The checks after this one have nothing to look at before anybody has decrypted."""


@dataclass(frozen=True, slots=True)
class TellersOfBoard:
    """The tellers' key as the board has it, and the place in it of the one who looks: `index`, from 1."""

    election: Election
    pedersen: Pedersen
    index: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ClosedBoard:
    """A verified board with its tally. `head` is the hash of the last event, `tally_hash` that of the tally."""

    tellers: TellersOfBoard
    ballots: int
    height: int
    head: str
    tally: EncryptedTally = field(repr=False)

    @property
    def tally_hash(self) -> str:
        """Give the SHA-256 of the encrypted tally, by which a second, different one is told."""
        return canonical.sha256_hex(self.tally.to_bytes())

    def decrypt(self, share: Scalar) -> bytes:
        """Decrypt the tally in part. Raises `BadProof` when this is not the share that the board knows."""
        if group.power_of_generator(share) != self.tellers.pedersen.keys[self.tellers.index - 1]:
            raise BadProof("the box does not hold the share of this teller", "box")
        return tally.partial_decryption(self.tellers.election, self.tally, share)


def tellers_of_board(records: tuple[Record, ...], uuid: str, keys: TellerKeys) -> TellersOfBoard:
    """Find the own key among the tellers' on a board. Raises `MalformedArchive`, `BadProof`."""
    if not records or records[0].type != "Setup":
        raise MalformedArchive("there is no Setup event")
    election, trustees = parse_election(records[0].documents[0]), parse_trustees(records[0].documents[1])
    if election.uuid != uuid:
        raise BadProof("the board is that of another session", "election")
    trustees.check()
    if election.public_key != trustees.public_key:
        raise BadProof("the key of the election is not the product of the trustees' keys", "election")
    for entry in trustees.entries:
        if isinstance(entry, Pedersen):
            for index, certificate in enumerate(entry.certificates, 1):
                if certificate.verification == keys.verification_key:
                    return TellersOfBoard(election, entry, index, ceremony.fingerprint(uuid, entry))
    raise BadProof("this key is not among the tellers' keys on the board", "trustees")


def closed_board(
    raw: bytes, uuid: str, keys: TellerKeys, progress: Progress | None = None, processes: int | None = None
) -> ClosedBoard:
    """Verify an archive with every check there is, and give what may be decrypted.

    Raises `WrongState` before `EndBallots` and after the first decryption, `TallyMismatch` naming the first check that
    does not hold, `MalformedArchive`, `BadProof`.
    """
    records = archive.read_archive(raw).records
    types = [record.type for record in records]
    if "EndBallots" not in types:
        raise WrongState("The vote is not closed: the board has no end yet.", "open")
    if "PartialDecryption" in types:
        raise WrongState("The ballots are counted already; there is nothing left to decrypt.", "counted")
    _require_all(verify_archive(raw, progress, processes))
    tellers = tellers_of_board(records, uuid, keys)
    chain = Chain()
    for record in records:
        chain.append(record)
    encrypted = tally.parse_tally(records[-1].documents[0], tellers.election)
    return ClosedBoard(tellers, types.count("Ballot"), len(records) - 1, chain.head or "", encrypted)


def _require_all(report: Report) -> None:
    """Refuse a board on which a check fails, or could not be made although it has something to look at."""
    names = [check.name for check in report.checks]
    last = names.index(LAST_BEFORE_DECRYPTION)
    for place, check in enumerate(report.checks):
        # What is not reached is not known to hold, and would be as good a hiding place as what fails.
        if check.ok is False or (check.ok is None and place <= last):
            raise TallyMismatch(f"The archive does not verify ({check.name}): {check.detail}.")
