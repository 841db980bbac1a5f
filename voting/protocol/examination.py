"""Check many ballots, with all cores when there are many: the long part of verifying an archive."""

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import connection
from threading import Thread
from typing import TypeAlias

from voting.errors import BadProof, Refusal
from voting.protocol.ballots import check_ballot, parse_ballot
from voting.protocol.election import Election, parse_election
from voting.protocol.tally import EncryptedTally, encrypt_tally

Progress: TypeAlias = Callable[[int, int], None]

# Starting the other processes costs about as much as checking this many choices.
CHOICES_WORTH_A_POOL = 2000
CHUNK = 16
# Ballots with many choices go in smaller parts: whoever gives up waits for those that have begun, half a second each.
CHOICES_IN_A_CHUNK = 200


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
    """Check every ballot, each by itself. `processes` as for `verify.verify_archive`.

    What `progress` raises ends it: what was not begun is left.
    """
    size = min(CHUNK, max(1, CHOICES_IN_A_CHUNK // _choices(election)))
    chunks = [raws[start : start + size] for start in range(0, len(raws), size)]
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


def _choices(election: Election) -> int:
    return sum(question.choices for question in election.questions)


def _workers(chunks: int, ballots: int, election: Election, processes: int | None) -> int:
    if ballots * _choices(election) < CHOICES_WORTH_A_POOL:
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
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_parent)
    try:
        under_way: dict[Future[Examination], int] = {}
        for index, chunk in enumerate(chunks):
            future = pool.submit(_examine_chunk_elsewhere, list(chunk), election.to_bytes())
            under_way[future] = index
            # No more than keeps everybody busy: a process that ends waits for all that it has handed out.
            while len(under_way) > workers:
                yield from _ended(under_way)
        while under_way:
            yield from _ended(under_way)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _ended(under_way: dict[Future[Examination], int]) -> list[tuple[int, Examination]]:
    """Wait for at least one part, and take out those that are done."""
    done, _ = wait(under_way, return_when=FIRST_COMPLETED)
    return [(under_way.pop(future), future.result()) for future in done]


def _end_with_parent() -> None:
    """Have this process end when the one that started it does, however it went: nobody else would tell it."""
    Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        # Its own work is worth nothing any more, and a thread cannot end a process in a milder way.
        signal.raise_signal(signal.SIGKILL)


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
