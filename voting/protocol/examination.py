"""Check many ballots, with all cores when there are many: the long part of verifying an archive."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TypeAlias

from voting.errors import BadProof, Refusal
from voting.protocol.ballots import check_ballot, parse_ballot
from voting.protocol.election import Election, parse_election
from voting.protocol.tally import EncryptedTally, encrypt_tally

Progress: TypeAlias = Callable[[int, int], None]

# Starting the other processes costs about as much as checking this many choices.
CHOICES_WORTH_A_POOL = 2000
CHUNK = 16


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of one ballot: its credential in hex if it could be read, the reason if it is refused."""

    credential: str | None
    refusal: str | None
    proof_failed: bool


@dataclass(frozen=True, slots=True)
class Examination:
    """One finding for each ballot, in order, and the encrypted tally of those that hold."""

    findings: tuple[Finding, ...]
    tally: EncryptedTally


def examine(raws: Sequence[bytes], election: Election, progress: Progress | None, processes: int | None) -> Examination:
    """Check every ballot, each by itself. `processes` as for `verify.verify_archive`."""
    chunks = [raws[start : start + CHUNK] for start in range(0, len(raws), CHUNK)]
    findings: dict[int, tuple[Finding, ...]] = {}
    total = encrypt_tally(election, ())
    done = 0
    for index, examination in _in_any_order(chunks, election, _workers(len(chunks), len(raws), election, processes)):
        findings[index] = examination.findings
        total = total.merge(examination.tally)
        done += len(examination.findings)
        if progress:
            progress(done, len(raws))
    return Examination(tuple(finding for index in sorted(findings) for finding in findings[index]), total)


def _workers(chunks: int, ballots: int, election: Election, processes: int | None) -> int:
    choices = ballots * sum(question.choices for question in election.questions)
    if choices < CHOICES_WORTH_A_POOL:
        return 1
    return min(processes or multiprocessing.cpu_count(), chunks)


def _in_any_order(
    chunks: Sequence[Sequence[bytes]], election: Election, workers: int
) -> Iterator[tuple[int, Examination]]:
    if workers == 1:
        for index, chunk in enumerate(chunks):
            yield index, _examine_chunk(chunk, election)
        return
    # "spawn" copies no thread, lock or secret of this process into the others.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        futures = {
            pool.submit(_examine_chunk_elsewhere, list(chunk), election.to_bytes()): index
            for index, chunk in enumerate(chunks)
        }
        for future in as_completed(futures):
            yield futures[future], future.result()


def _examine_chunk_elsewhere(raws: Sequence[bytes], election: bytes) -> Examination:
    return _examine_chunk(raws, parse_election(election))


def _examine_chunk(raws: Sequence[bytes], election: Election) -> Examination:
    findings = []
    valid = []
    for raw in raws:
        credential = None
        try:
            unchecked = parse_ballot(raw, election)
            credential = unchecked.credential
            valid.append(check_ballot(unchecked, election))
        except Refusal as refusal:
            findings.append(Finding(credential, str(refusal), isinstance(refusal, BadProof)))
        else:
            findings.append(Finding(credential, None, False))
    return Examination(tuple(findings), encrypt_tally(election, valid))
