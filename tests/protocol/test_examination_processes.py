"""The processes that check ballots beside the one that counts: they end with it, however it ends, and at once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.commands.process import descendants, gone
from tests.protocol.whole_session import WholeSession
from voting.protocol.examination import examine

# The same ballot again and again: each is checked by itself, and together they take much longer than the test.
COUNT = """
import signal, sys
from pathlib import Path
from threading import Event, Thread
from voting.protocol.election import parse_election
from voting.protocol.examination import examine

class BrokenOff(Exception):
    pass

def progress(done, total):
    if not said.is_set():
        said.set()
        print("counting", flush=True)
    if ending.is_set():
        raise BrokenOff

def count():
    try:
        examine([ballot] * 20_000, election, progress, 2)
    except BrokenOff:
        print("broken off", flush=True)

if __name__ == "__main__":
    election = parse_election(Path(sys.argv[1]).read_bytes())
    ballot = Path(sys.argv[2]).read_bytes()
    said, ending, told = Event(), Event(), Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    thread = Thread(target=count, daemon=True)
    thread.start()
    while not told.wait(0.05):
        pass
    ending.set()
"""
ROOT = Path(__file__).parents[2]


@contextmanager
def counting(folder: Path, session: WholeSession) -> Iterator[subprocess.Popen[str]]:
    """Run a process that counts in a thread; it is killed at the end if it still runs."""
    files = {"count.py": COUNT.encode(), "election": session.election.to_bytes(), "ballot": session.ballots[0]}
    for name, raw in files.items():
        (folder / name).write_bytes(raw)
    command = [sys.executable, *(str(folder / name) for name in files)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "counting\n"
            yield process
        finally:
            process.kill()


def test_a_killed_count_leaves_no_process_behind(tmp_path: Path, small_session: WholeSession) -> None:
    with counting(tmp_path, small_session) as process:
        below = descendants(process.pid)
        assert len(below) >= 2
        process.kill()
        process.wait()
        assert gone(below, 5), "a process that checks ballots has outlived the count"


def test_a_count_that_is_told_to_end_ends_soon(tmp_path: Path, small_session: WholeSession) -> None:
    with counting(tmp_path, small_session) as process:
        below = descendants(process.pid)
        began = monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert monotonic() - began < 4
        assert gone(below, 5)


def test_what_progress_raises_ends_an_examination_and_its_processes(small_session: WholeSession) -> None:
    before, done = set(descendants(os.getpid())), []

    def progress(one: int, total: int) -> None:
        done.append(one)
        raise InterruptedError

    began = monotonic()
    with pytest.raises(InterruptedError):
        examine([small_session.ballots[0]] * 20_000, small_session.election, progress, 2)
    assert monotonic() - began < 10
    assert len(done) == 1
    until = monotonic() + 5
    # What tracks shared resources for this process stays, once it was started.
    while len(set(descendants(os.getpid())) - before) > 1 and monotonic() < until:
        sleep(0.05)
    assert len(set(descendants(os.getpid())) - before) <= 1
