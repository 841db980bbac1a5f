"""The commands on a store of their own: inside this process for speed, as real processes where signals matter."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from voting.cli import voting
from voting.storage.embedded import running_store

Run = Callable[..., Result]

SHEET = """\
title = "Lấy phiếu tín nhiệm"
codes = 3
spares = 1
[[people]]
name = "Nguyễn Văn An"
position = "Trưởng phòng"
[[people]]
name = "Trần Thị Bình"
"""


EVERY_ADDRESS = "0.0.0.0"  # noqa: S104  what the commands say to a service that other machines reach is tried with it


def bare_environment(data: Path) -> dict[str, str]:
    """The environment of a user who has set nothing but the data folder, and a free port."""
    own = {name: value for name, value in os.environ.items() if name != "REDIS_URL" and not name.startswith("VOTING_")}
    return own | {"VOTING_DATA": str(data), "VOTING_PORT": "0"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder whose embedded server runs, as beside `voting serve`."""
    folder = tmp_path_factory.mktemp("data")
    with running_store(folder):
        yield folder


@pytest.fixture
def run(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `voting …` in `tmp_path`; give its status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name == "REDIS_URL" or name.startswith("VOTING_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("VOTING_DATA", str(data))

    def run(*arguments: object, typed: str = "") -> Result:
        return CliRunner().invoke(voting, [str(argument) for argument in arguments], input=typed, prog_name="voting")

    return run


@pytest.fixture
def draft(run: Run, tmp_path: Path) -> str:
    """The UUID of a draft with two people, three codes and a spare one."""
    (tmp_path / "sheet.toml").write_text(SHEET, "utf-8")
    return run("session", "create", "--file", "sheet.toml").stdout.strip()
