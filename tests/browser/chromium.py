"""Where Chromium is and how it is started."""

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_program() -> str:
    """Find Chromium. Without one the tests are skipped, except in CI, where they must not be missing unnoticed."""
    found = os.environ.get("VOTING_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say(f"Chromium is needed: none of {', '.join(NAMES)} is installed, and VOTING_CHROMIUM names none")
    return found


def chromium_arguments() -> list[str]:
    """Give the arguments to start it with: no traffic of its own, and no sandbox for root, where it does not work."""
    return [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
