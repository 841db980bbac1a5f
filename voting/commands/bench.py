"""`voting bench`: how long the work on a ballot takes here, as ratios to belenios-tool on the same ballots.

These are figures to read, not bars to pass: machines are noisy, so each figure is a median of paired runs (ours,
theirs, ours, theirs …) in processor time, and what counts is the ratio.
"""

import resource
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import process_time

import click

from voting.protocol.archive import write_archive
from voting.protocol.ballots import make_ballot, open_ballot
from voting.protocol.board import Record, setup_record
from voting.protocol.codes import credentials_to_bytes, draw_code, draw_uuid, public_credential
from voting.protocol.election import Election, Question
from voting.protocol.group import point_to_hex
from voting.protocol.tally import encrypt_tally
from voting.protocol.trustees import Trustees, draw_private_key, make_single


@click.command()
@click.option("--ballots", default=10, show_default=True, type=click.IntRange(1, 1000), help="Ballots in each run.")
@click.option("--people", default=20, show_default=True, type=click.IntRange(1, 100), help="Lines of the sheet.")
@click.option("--levels", default=3, show_default=True, type=click.IntRange(2, 10), help="Levels of each line.")
@click.option("--runs", default=5, show_default=True, type=click.IntRange(1, 100), help="Paired runs.")
@click.option(
    "--reference",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="belenios-tool 3.x, to measure against in the same runs.",
)
def bench(ballots: int, people: int, levels: int, runs: int, reference: Path | None) -> None:
    """Measure the work on ballots here.

    Verifying, making and adding up, beside belenios-tool when it is given.
    """
    election, codes, setup = _election(people, levels, ballots)
    line = [[int(level == 0) for level in range(levels)]] * people
    raws = [make_ballot(election, code, line) for code in codes]
    opened = [open_ballot(raw, election) for raw in raws]
    click.echo(f"{ballots} ballots of {people} lines × {levels} levels, {len(raws[0])} bytes each; {runs} paired runs")
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / f"{election.uuid}.bel"
        records = [setup, *(Record("Ballot", (raw,), height) for height, raw in enumerate(raws, 1))]
        archive.write_bytes(b"".join(write_archive(records[:1], 1_800_000_000)))
        theirs = _verify_ballots(reference, Path(folder), raws) if reference else None
        _report("verify a ballot", lambda: [open_ballot(raw, election) for raw in raws], theirs, ballots, runs)
        _report("make a ballot", lambda: [make_ballot(election, code, line) for code in codes], None, ballots, runs)
        _report("add a ballot to the tally", lambda: encrypt_tally(election, opened), None, ballots, runs)


def _election(people: int, levels: int, ballots: int) -> tuple[Election, tuple[str, ...], Record]:
    trustees = Trustees((make_single(draw_private_key()),))
    answers = tuple(f"Level {level + 1}" for level in range(levels))
    questions = tuple(Question(f"Person {person + 1}", answers, 1, 1) for person in range(people))
    election = Election(draw_uuid(), "Bench", "", trustees.public_key, questions)
    codes = tuple(draw_code() for _ in range(ballots))
    credentials = (point_to_hex(public_credential(election.uuid, code)) for code in codes)
    return election, codes, setup_record(election.to_bytes(), trustees.to_bytes(), credentials_to_bytes(credentials))


def _verify_ballots(reference: Path, folder: Path, raws: Sequence[bytes]) -> Callable[[], object]:
    ballots = folder / "ballots"
    ballots.mkdir()
    files = [ballots / f"{number}.json" for number in range(len(raws))]
    for file, raw in zip(files, raws, strict=True):
        file.write_bytes(raw)

    def verify() -> None:
        for file in files:
            command = [str(reference), "election", "verify-ballot", "--dir", str(folder), "--ballot", str(file)]
            subprocess.run(command, check=True, capture_output=True)

    return verify


def _report(what: str, ours: Callable[[], object], theirs: Callable[[], object] | None, each: int, runs: int) -> None:
    own, other, ratios = [], [], []
    for _ in range(runs):
        own.append(_seconds(ours) / each)
        if theirs:
            other.append(_seconds(theirs) / each)
            ratios.append(own[-1] / other[-1])
    text = f"{what:<28} {1000 * median(own):8.2f} ms   {1 / median(own):7.1f} per second on one core"
    if other:
        text += f"   belenios-tool {1000 * median(other):8.2f} ms   ratio {median(ratios):.2f}"
    click.echo(text)


def _seconds(work: Callable[[], object]) -> float:
    """Processor time of this process and of those that it started and waited for."""
    before = process_time() + _children()
    work()
    return process_time() + _children() - before


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
