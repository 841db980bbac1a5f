"""What holds for the repository as a whole."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_imports_only_point_down():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_folder_has_a_floor():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    floors = {name.strip() for layer in contracts[0]["layers"] for name in layer.split("|")}
    modules = {f"voting.{path.stem}" for path in (ROOT / "voting").glob("*.py") if path.stem != "__init__"}
    folders = {f"voting.{path.parent.name}" for path in (ROOT / "voting").glob("*/__init__.py")}
    assert modules | folders == floors


def test_the_lock_files_name_no_registry():
    locks = [*(ROOT / "requirements").glob("*.txt"), ROOT / "package-lock.json"]
    for lock in locks:
        assert "://" not in "".join(line for line in lock.read_text().splitlines() if '"url"' not in line), (
            f"{lock.name} names an address"
        )
