"""The lock files: checked from what they pin, with plain words when something does not fit or cannot be asked."""

import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from voting.commands import lock

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the files that the locks are made of and are kept in."""
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(lock.lock, arguments)
    if "cannot be reached" in result.output and not os.environ.get("CI"):
        # Locks are made from what the index says: without it nothing of this can be tried, and all else can.
        pytest.skip("the package index cannot be reached")
    return result


def test_a_dependency_that_is_not_locked_is_named_and_then_locked(project: Path) -> None:
    pyproject = project / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace('"click>=8.3",', '"click>=8.3", "pygments>=2",'))
    before = (project / "requirements" / "run.txt").read_bytes()
    result = run("--check")
    assert result.exit_code == 1
    assert "requirements/run.txt does not fit pyproject.toml" in result.output
    assert "+pygments==" in result.output
    assert (project / "requirements" / "run.txt").read_bytes() == before
    assert run().exit_code == 0
    assert run("--check").exit_code == 0


def test_a_pin_that_is_not_asked_for_is_named(project: Path) -> None:
    file = project / "requirements" / "node.txt"
    file.write_text(file.read_text() + "leftover==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    result = run("--check")
    assert result.exit_code == 1
    assert "-leftover==1.0" in result.output


def test_locks_name_no_index_and_no_path(project: Path) -> None:
    for file in (project / "requirements").glob("*.txt"):
        assert "://" not in file.read_text()
        assert "--index" not in file.read_text()
        assert "--find-links" not in file.read_text()


def test_an_unreachable_index_is_said_and_fails(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    result = CliRunner().invoke(lock.lock, ["--check"])
    assert result.exit_code == 1
    assert result.output == "Error: the package index cannot be reached, so run.txt could not be compiled.\n"
