"""`python -m voting.commands.lock`: write the lock files anew from what the project asks for, or check that they fit.

The files in `requirements/` pin every package by version and hash, for every platform. What is pinned stays as long as
it fits, so that a release by somebody else never fails a check here.
"""

import shutil
import subprocess
import sys
import tempfile
from difflib import unified_diff
from pathlib import Path
from typing import Final

import click

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = "requirements"
# Lock file → what it is compiled from.
LOCKS: Final = {
    "run.txt": ("pyproject.toml",),
    "dev.txt": ("pyproject.toml", "--group", "dev"),
    "node.txt": ("requirements/node.in",),
}
# Nothing of the machine that compiles gets into a file: no index, no path, no platform.
_OPTIONS: Final = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--quiet",
)
_UNREACHABLE: Final = ("error sending request", "Failed to fetch", "dns error", "Could not connect", "offline")


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; status 1 when a lock file does not fit.")
@click.option("--upgrade", is_flag=True, help="Take the newest versions that fit instead of those pinned.")
def lock(check: bool, upgrade: bool) -> None:
    """Compile the lock files from pyproject.toml and requirements/node.in."""
    with tempfile.TemporaryDirectory() as folder:
        changed = [name for name in LOCKS if _compile(name, Path(folder), upgrade=upgrade)]
        if not check:
            for name in changed:
                shutil.copyfile(Path(folder) / name, ROOT / FOLDER / name)
                click.echo(f"{FOLDER}/{name} is written.")
            return
        for name in changed:
            click.echo(f"{FOLDER}/{name} does not fit {LOCKS[name][0]}:", err=True)
            click.echo(_difference(ROOT / FOLDER / name, Path(folder) / name), err=True)
    if changed:
        raise click.ClickException("run `python -m voting.commands.lock` and commit what it writes.")


def _compile(name: str, folder: Path, *, upgrade: bool) -> bool:
    """Compile one lock file into `folder`, beginning with its pins, and tell whether it differs."""
    uv = Path(sys.executable).with_name("uv")
    if not uv.exists():
        raise click.ClickException("uv is not there; `make dev` installs it.")
    known, fresh = ROOT / FOLDER / name, folder / name
    if known.exists() and not upgrade:
        shutil.copyfile(known, fresh)
    command = [str(uv), "pip", "compile", *LOCKS[name], "--output-file", str(fresh), *_OPTIONS]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode:
        if any(sign in run.stderr for sign in _UNREACHABLE):
            raise click.ClickException(f"the package index cannot be reached, so {name} could not be compiled.")
        raise click.ClickException(f"{name} cannot be compiled:\n{run.stderr.strip()}")
    return not known.exists() or fresh.read_bytes() != known.read_bytes()


def _difference(known: Path, fresh: Path) -> str:
    """Name what would be added and removed, without the hashes."""
    before, after = (
        [line.rstrip("\\ \n") for line in file.read_text().splitlines() if not line.startswith(" ")]
        if file.exists()
        else []
        for file in (known, fresh)
    )
    lines = [
        line for line in unified_diff(before, after, n=0, lineterm="") if line[0] in "+-" and line[1:2] not in "+-"
    ]
    return "\n".join(f"  {line}" for line in lines) or "  the same versions with other hashes"


if __name__ == "__main__":
    lock(prog_name="python -m voting.commands.lock")
