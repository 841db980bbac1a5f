"""What tests of several folders need: belenios-tool, the reference that we did not write."""

import os
import subprocess
from pathlib import Path

import pytest

import voting.documents  # noqa: F401  before any test imports openpyxl, whose parser it chooses

TOOL = Path(__file__).parent / "interop" / "belenios-tool"


@pytest.fixture(scope="session")
def reference() -> Path:
    """Have the tool, or say why not: on a developer's machine the test is skipped, in CI it fails."""
    run = subprocess.run([TOOL, "--version"], capture_output=True, text=True, check=False)
    if run.returncode:
        reason = f"belenios-tool could not be had: {run.stderr.strip()[-200:]}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        # It is downloaded at its first use, and is not ours: whoever is offline can still run all the rest.
        pytest.skip(reason)
    return TOOL
