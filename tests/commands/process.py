"""`voting …` as a real process that is waited for with a bound and ended by its id."""

import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

START_SECONDS = 60
STOP_SECONDS = 30


class Running:
    """A command under way. What it prints is in two files, so that no pipe fills up."""

    def __init__(self, environment: dict[str, str], folder: Path, *arguments: str) -> None:
        self.stdout, self.stderr = folder / "stdout", folder / "stderr"
        command = [str(Path(sysconfig.get_path("scripts")) / "voting"), *arguments]
        with self.stdout.open("wb") as out, self.stderr.open("wb") as err:
            self.process = subprocess.Popen(command, env=environment, cwd=folder, stdout=out, stderr=err)

    def wait_for(self, words: str) -> str:
        """Wait until the words were printed on standard output; give all of it."""
        until = monotonic() + START_SECONDS
        while monotonic() < until:
            ended = self.process.poll() is not None
            text = self.stdout.read_text("utf-8")
            if words in text:
                return text
            assert not ended, f"ended with {self.process.returncode}: {self.stderr.read_text('utf-8')}"
            sleep(0.05)
        raise AssertionError(f"{words!r} was not printed: {self.stderr.read_text('utf-8')}")

    def end(self, signal: int) -> int:
        """Send a signal and give the status."""
        self.process.send_signal(signal)
        return self.process.wait(STOP_SECONDS)


@contextmanager
def running(environment: dict[str, str], folder: Path, *arguments: str) -> Iterator[Running]:
    """Run `voting …` in a folder; it is killed at the end if it still runs."""
    command = Running(environment, folder, *arguments)
    try:
        yield command
    finally:
        if command.process.poll() is None:
            command.process.kill()
            command.process.wait()


def refused(environment: dict[str, str], folder: Path, *arguments: str) -> tuple[int, str]:
    """Run `voting …` to its end; give its status and what it says on standard error."""
    with running(environment, folder, *arguments) as command:
        status = command.process.wait(START_SECONDS)
        return status, command.stderr.read_text("utf-8")


def is_there(pid: int) -> bool:
    """Tell whether a process exists and is no zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def gone(pids: list[int], seconds: float = 10) -> bool:
    """Wait until none of the processes is there."""
    until = monotonic() + seconds
    while monotonic() < until and any(map(is_there, pids)):
        sleep(0.05)
    return not any(map(is_there, pids))


def descendants(pid: int) -> list[int]:
    """List the processes below one."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *descendants(child)]
    return found
