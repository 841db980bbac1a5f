"""Check a whole archive and say, check by named check, what holds (FAULTS.md, C9).

Nothing is taken from the archive that is not recomputed: names, chain, keys, proofs, tally, result. A check that
fails does not stop those that do not build on it, so the report shows how far the damage goes.
"""

from collections.abc import Callable, Iterator

from voting.protocol import board, ceremony, codes, election, examination, tally, trustees
from voting.protocol.archive_checks import ArchiveChecks
from voting.protocol.election import Election
from voting.protocol.examination import Examination, Finding, Progress
from voting.protocol.pedersen import Pedersen
from voting.protocol.report import Check, Failed, NothingToCheck, Report, failing_at
from voting.protocol.tally import EncryptedTally, PartialDecryption
from voting.protocol.trustees import Trustees

__all__ = ["Check", "Report", "verify_archive"]


def verify_archive(raw: bytes, progress: Progress | None = None, processes: int | None = None) -> Report:
    """Verify an archive. Raises `MalformedArchive` when it cannot even be cut into files.

    `progress(done, total)` is called as ballots are checked; `processes` is how many processes share that work, all
    cores when `None`. An archive without a result verifies as far as it goes, and the report says so.
    """
    return _Verification(raw, progress, processes).report()


class _Verification(ArchiveChecks):
    """All checks, and what they read on the way."""

    def __init__(self, raw: bytes, progress: Progress | None, processes: int | None) -> None:
        super().__init__(raw)
        self.progress = progress
        self.processes = processes
        self.setup: tuple[bytes, bytes, bytes]
        self.election: Election
        self.trustees: Trustees
        self.credentials: frozenset[str]
        self.heights: list[int]
        self.examination: Examination
        self.tally: EncryptedTally
        self.decryptions: dict[int, PartialDecryption]

    def report(self) -> Report:
        self.check_archive()
        self.check("setup-hashes", self._setup_hashes)
        self.check("election", self._election)
        self.check("credentials", self._credentials)
        self.check("trustees", self._trustees)
        self._check_tellers()
        self.check("election-key", self._election_key)
        self.check("ballot-format", self._ballot_format)
        self.check("ballot-credentials", self._ballot_credentials)
        self.check("one-ballot-per-credential", self._one_ballot_per_credential)
        self.check("ballot-proofs", self._ballot_proofs)
        self.check("tally", self._tally)
        self.check("tally-count", self._tally_count)
        self.check("partial-decryptions", self._partial_decryptions)
        self.check("enough-decryptions", self._enough_decryptions)
        self.check("result", self._result)
        return Report(tuple(self.made))

    # ---- the setup

    def _setup_hashes(self) -> str:
        self.need("event-chain")
        setup = next((event for event in self.events if event.type == "Setup"), None)
        if setup is None:
            raise Failed("there is no Setup event")
        record = f"height {self.events.index(setup)}"
        with failing_at(record):
            hashes = board.parse_setup_data(self.document(setup.payload, record))
        election_raw, trustees_raw, credentials_raw = (self.document(digest, record) for digest in hashes)
        self.setup = election_raw, trustees_raw, credentials_raw
        self.settle("setup-hashes")
        return "the setup names election, trustees and credentials by their hashes"

    def _election(self) -> str:
        self.need("setup-hashes")
        with failing_at("election"):
            self.election = election.parse_election(self.setup[0])
        self.settle("election")
        return (
            f"{self.election.uuid}, {len(self.election.questions)} questions, fingerprint {self.election.fingerprint}"
        )

    def _credentials(self) -> str:
        self.need("setup-hashes")
        with failing_at("credentials"):
            self.credentials = frozenset(codes.parse_credentials(self.setup[2]))
        self.settle("credentials")
        return f"{len(self.credentials)} credentials, no two the same"

    def _trustees(self) -> str:
        self.need("setup-hashes")
        with failing_at("trustees"):
            self.trustees = trustees.parse_trustees(self.setup[1])
            self.settle("trustees")
            for where, single in self.trustees.singles:
                single.check(where)
        return f"{len(self.trustees.keys)} keys; whoever holds one alone has proved to know it"

    def _check_tellers(self) -> None:
        """Make the checks of the tellers' key ceremony; without tellers there is nothing to say of them."""
        if self.has("trustees") and not self.trustees.tellers:
            return
        self.check("teller-certificates", self._teller_certificates)
        self.check("teller-commitments", self._teller_commitments)
        self.check("teller-group-signatures", self._teller_group_signatures)
        self.check("teller-keys", self._teller_keys)
        self.check("teller-key-proofs", self._teller_key_proofs)
        self.check("teller-key-signatures", self._teller_key_signatures)

    def _teller_certificates(self) -> str:
        self._all_tellers(Pedersen.check_certificates)
        counted = (f"any {entry.threshold} of {len(entry.keys)}" for _, entry in self.trustees.tellers)
        return f"{' and '.join(counted)} tellers can count; each signed its own public keys, no two the same"

    def _teller_commitments(self) -> str:
        self._all_tellers(Pedersen.check_commitments)
        return "every teller signed the commitments to its part of the key"

    def _teller_group_signatures(self) -> str:
        self._all_tellers(Pedersen.check_group_signatures)
        return "every teller signed that it took part with exactly these others"

    def _teller_keys(self) -> str:
        self._all_tellers(Pedersen.check_keys)
        return "the key of every teller follows from the commitments of all"

    def _teller_key_proofs(self) -> str:
        self._all_tellers(Pedersen.check_key_proofs)
        return "every teller proved to know the share of its key"

    def _teller_key_signatures(self) -> str:
        self._all_tellers(Pedersen.check_key_signatures)
        return "every teller signed its key"

    def _all_tellers(self, check: Callable[[Pedersen, str], None]) -> None:
        self.need("trustees")
        with failing_at("trustees"):
            for where, entry in self.trustees.tellers:
                check(entry, where)

    def _election_key(self) -> str:
        self.need("election", "trustees")
        if self.election.public_key != self.trustees.public_key:
            raise Failed("the key of the election is not the product of the trustees' keys", "election")
        said = [ceremony.fingerprint(self.election.uuid, entry) for _, entry in self.trustees.tellers]
        known = f"; the tellers know it as {', '.join(said)}" if said else ""
        return f"the key of the election is the product of the trustees' keys{known}"

    # ---- the ballots

    def _ballot_format(self) -> str:
        self.need("election")
        self.heights = [height for height, event in enumerate(self.events) if event.type == "Ballot"]
        raws = [self.document(self.events[height].payload, f"height {height}") for height in self.heights]
        self.examination = examination.examine(raws, self.election, self.progress, self.processes)
        self.settle("ballot-format")
        for height, finding in self._findings():
            if finding.refusal and not finding.proof_failed:
                raise Failed(finding.refusal, f"height {height}")
        return f"{len(raws)} ballots, every byte as the format says"

    def _ballot_credentials(self) -> str:
        self.need("credentials", "ballot-format")
        for height, finding in self._findings():
            if finding.credential is not None and finding.credential not in self.credentials:
                raise Failed("the credential of a ballot is not on the list", f"height {height}")
        return "every ballot's credential is on the list"

    def _one_ballot_per_credential(self) -> str:
        self.need("ballot-format")
        seen: dict[str, int] = {}
        for height, finding in self._findings():
            if finding.credential is None:
                continue
            if finding.credential in seen:
                raise Failed(
                    f"a ballot of the credential that voted at height {seen[finding.credential]}",
                    f"height {height}",
                )
            seen[finding.credential] = height
        return "no credential has two ballots"

    def _ballot_proofs(self) -> str:
        self.need("ballot-format")
        for height, finding in self._findings():
            if finding.proof_failed:
                raise Failed(str(finding.refusal), f"height {height}")
        return "every signature and every proof holds"

    # ---- the count

    def _tally(self) -> str:
        self.need("election")
        event, record = self.only("EncryptedTally", "the ballots have not been tallied yet")
        with failing_at(record):
            sized = tally.parse_sized_tally(self.document(event.payload, record))
            self.tally = tally.parse_tally(self.document(sized.encrypted_tally, record), self.election)
        self.settle("tally")
        self.need("ballot-format")
        if any(finding.refusal for finding in self.examination.findings):
            raise NothingToCheck("not compared because ballots are refused")
        if self.examination.tally != self.tally:
            raise Failed("the encrypted tally is not the product of the ballots", record)
        return "the encrypted tally is the product of the ballots"

    def _tally_count(self) -> str:
        self.need("event-chain")
        event, record = self.only("EncryptedTally", "the ballots have not been tallied yet")
        with failing_at(record):
            sized = tally.parse_sized_tally(self.document(event.payload, record))
        count = self.count("Ballot")
        if (sized.num_tallied, sized.total_weight) != (count, count):
            raise Failed(
                f"the tally says {sized.num_tallied} ballots of weight {sized.total_weight}, the board has {count}",
                record,
            )
        return f"the tally is of {count} ballots, each of weight 1"

    def _partial_decryptions(self) -> str:
        self.need("event-chain")
        if not self.count("PartialDecryption") and not self.count("Result"):
            raise NothingToCheck("nobody has decrypted yet")
        self.need("tally", "trustees")
        keys = self.trustees.keys
        decryptions: dict[int, PartialDecryption] = {}
        for height, event in enumerate(self.events):
            if event.type != "PartialDecryption":
                continue
            record = f"height {height}"
            with failing_at(record):
                owner, digest = tally.parse_owned_partial_decryption(self.document(event.payload, record))
            if owner > len(keys):
                raise Failed(f"owner {owner} is none of the {len(keys)} trustees", record)
            if owner in decryptions:
                raise Failed(f"owner {owner} decrypted twice", record)
            with failing_at(record):
                decryptions[owner] = tally.check_partial_decryption(
                    self.document(digest, record), self.election, self.tally, keys[owner - 1]
                )
        self.decryptions = decryptions
        self.settle("partial-decryptions")
        return f"of owners {', '.join(map(str, sorted(decryptions)))}, every proof holds"

    def _enough_decryptions(self) -> str:
        self.need("event-chain")
        _, record = self.only("Result", "there is no result yet")
        self.need("partial-decryptions")
        with failing_at(record):
            self.trustees.check_enough(self.decryptions)
        self.settle("enough-decryptions")
        needed = (f"{entry.threshold} of {len(entry.keys)}" for entry in self.trustees.entries)
        return f"{len(self.decryptions)} owners decrypted; needed were {' and '.join(needed)}"

    def _result(self) -> str:
        self.need("event-chain")
        event, record = self.only("Result", "there is no result yet")
        self.need("enough-decryptions")
        with failing_at(record):
            published = tally.parse_result(self.document(event.payload, record), self.election)
            counts = tally.result(self.trustees, self.tally, self.decryptions, self.count("Ballot"))
        if published != counts:
            raise Failed("the result is not what the decryptions give", record)
        return "the result is what the decryptions give"

    def _findings(self) -> Iterator[tuple[int, Finding]]:
        return zip(self.heights, self.examination.findings, strict=True)
