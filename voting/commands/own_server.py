"""A `voting serve` of our own for the length of a simulation: a real process on a free port, ended by its id."""

import os
import re
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from voting.errors import MissingSetting

START_SECONDS: Final = 90.0
STOP_SECONDS: Final = 60.0
LOG: Final = "serve.log"
_ADDRESS: Final = re.compile(r"^Serving at (http://127\.0\.0\.1:\d+)/", re.MULTILINE)


def environment_for(data: Path) -> dict[str, str]:
    """Give the environment of a server that has nothing in common with others on this machine."""
    kept = {name: value for name, value in os.environ.items() if name != "REDIS_URL" and not name.startswith("VOTING_")}
    return kept | {"VOTING_DATA": str(data), "VOTING_HOST": "127.0.0.1", "VOTING_PORT": "0"}


@contextmanager
def served(environment: dict[str, str], folder: Path) -> Iterator[str]:
    """Run `voting serve` and give its address once it answers. What it prints goes to `serve.log` in the folder.

    Raises MissingSetting with its last line when it does not start.
    """
    command = [str(Path(sysconfig.get_path("scripts")) / "voting"), "serve"]
    log = folder / LOG
    with log.open("wb") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as process:
        try:
            yield _address(process, log)
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """Wait for the line that the server prints when it answers."""
    until = monotonic() + START_SECONDS
    while monotonic() < until:
        ended = process.poll() is not None
        if found := _ADDRESS.search(log.read_text("utf-8", "replace")):
            return found[1]
        if ended:
            break
        sleep(0.05)
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    raise MissingSetting(f"The server did not start: {lines[-1] if lines else 'it says nothing'} (see {log}).")
