"""Measures how long a teller waits: `python -m tests.browser.measure_verification` prints the figures.

An archive of 100 ballots of 20 people x 3 levels, closed and tallied, with the server's key and 2 of 3 tellers, is
verified in Chromium by the real worker, under the headers that the service sends, on one core and on two; beside it by
`voting verify`'s own code on the same archive. The bundle must have been built (`make setup`).
"""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.bare_page import POLICY, served
from tests.browser.chromium import chromium_arguments, chromium_program
from tests.protocol.whole_session import make_session, write
from voting.protocol.election import Question
from voting.protocol.verify import verify_archive

WORKER = Path(__file__).parents[2] / "voting" / "web" / "static" / "build" / "teller-worker.js"
BALLOTS, PEOPLE, LEVELS = 100, 20, 3
RUNS = 3
CACHED = Path(tempfile.gettempdir()) / f"voting-measured-{BALLOTS}-{PEOPLE}-{LEVELS}.bel"

# Fetches the archive and has the worker verify it; tells how long that took in milliseconds, and when progress came.
DRIVER = """
async () => {
  const archive = new Uint8Array(await (await fetch("/archive.bel")).arrayBuffer());
  const uuid = /"uuid":"([1-9A-Za-z]{14})"/.exec(new TextDecoder("latin1").decode(archive))[1];
  const worker = new Worker("/static/build/teller-worker.js");
  const began = performance.now();
  const progress = [];
  const answer = await new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message || "the worker did not start"));
    worker.onmessage = ({ data }) => {
      if (data.type === "progress") progress.push(performance.now() - began);
      else if (data.type === "error") reject(new Error(`${data.code} ${data.where}`));
      else resolve(data.answer);
    };
    worker.postMessage({ type: "verify", archive, uuid }, [archive.buffer]);
  });
  const took = performance.now() - began;
  worker.terminate();
  return { cores: navigator.hardwareConcurrency, took, progress, ballots: answer.ballots };
}
"""


@dataclass(frozen=True)
class Verified:
    """One verification: how long it took and when the first ballots were reported, in milliseconds."""

    cores: int
    took: float
    first_progress: float


def archive_to_measure() -> bytes:
    """Give the archive, made once and then kept in the folder of temporary files."""
    if not CACHED.exists():
        questions = [Question(f"Person {i + 1}", ("High", "Medium", "Low"), 1, 1) for i in range(PEOPLE)]
        votes = [
            [[int(level == (voter + line) % LEVELS) for level in range(LEVELS)] for line in range(PEOPLE)]
            for voter in range(BALLOTS)
        ]
        session = make_session(questions, votes, tellers=(2, 3), decrypting=(1, 2, 3))
        part = CACHED.with_suffix(".part")
        part.write_bytes(write(session.until("EncryptedTally")))
        part.rename(CACHED)
    return CACHED.read_bytes()


@contextmanager
def on_cores(cores: set[int]) -> Iterator[None]:
    """Keep this process, and those that it starts, on some cores: the browser then starts as many workers."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def verify_in_chromium(archive: bytes, runs: int) -> list[Verified]:
    """Verify an archive in a fresh page, `runs` times."""
    found = []
    files = {"/archive.bel": archive, "/static/build/teller-worker.js": WORKER.read_bytes()}
    with served(files, f"{POLICY}; connect-src 'self'") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=chromium_arguments())
        try:
            for _ in range(runs):
                page = browser.new_page()
                page.goto(address)
                seen = page.evaluate(DRIVER)
                page.close()
                assert seen["ballots"] == BALLOTS
                assert len(seen["progress"]) > BALLOTS / 4
                found.append(Verified(int(seen["cores"]), float(seen["took"]), float(seen["progress"][0])))
        finally:
            browser.close()
    return found


def verify_in_python(archive: bytes, processes: int, runs: int) -> list[float]:
    """Verify it with the code of `voting verify`; gives milliseconds."""
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        assert verify_archive(archive, processes=processes).ok
        took.append(1000 * (time.perf_counter() - began))
    return took


def say(what: str, milliseconds: Sequence[float]) -> None:
    """Print the median and the best of some runs in seconds."""
    print(f"{what:<42}{statistics.median(milliseconds) / 1000:7.1f} s   best {min(milliseconds) / 1000:.1f} s")


def main() -> None:
    """Print the figures."""
    archive = archive_to_measure()
    print(f"{BALLOTS} ballots of {PEOPLE} x {LEVELS}: {len(archive):,} bytes; medians of {RUNS}")
    available = sorted(os.sched_getaffinity(0))
    for count in (1, 2):
        if len(available) < count:
            continue
        with on_cores(set(available[:count])):
            seen = verify_in_chromium(archive, RUNS)
            say(f"Chromium, {seen[0].cores} worker{'s' * (count > 1)}", [run.took for run in seen])
            say("  first progress after", [run.first_progress for run in seen])
            say(f"Python, {count} process{'es' * (count > 1)}", verify_in_python(archive, count, RUNS))


if __name__ == "__main__":
    main()
