"""Runs the tests of the browser's logic with Node's own runner, so that one command runs every test."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def node() -> str:
    """Find Node: on the path, or the one that a wheel put beside Python."""
    found = shutil.which("node") or shutil.which("node", path=ROOT / ".venv" / "bin")
    if found is None:
        pytest.fail("Node is needed: `make node_modules/done` fetches it")
    return found


def test_the_browser_logic_passes_its_own_tests() -> None:
    tests = sorted(map(str, (ROOT / "tests" / "browser" / "js").glob("*.test.js")))
    assert tests
    run = subprocess.run(
        [node(), "--test", "--test-timeout=120000", *tests], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if run.returncode != 0:
        pytest.fail(run.stdout[-20_000:] + run.stderr, pytrace=False)


def test_the_bundle_is_built_without_a_word() -> None:
    run = subprocess.run([node(), "voting/browser/build.mjs"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert (ROOT / "voting/web/static/build/worker.js").stat().st_size > 0
