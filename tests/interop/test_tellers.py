"""Sessions whose tellers held the key, in the hands of the reference."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.commands.counting_team import Service
from voting.commands.own_server import environment_for, served
from voting.commands.remote_session import RemoteSession
from voting.commands.simulate import simulate

pytestmark = pytest.mark.interop


def test_the_reference_verifies_what_three_key_files_made_and_two_of_them_counted(
    board: Callable[[str, bytes], Any], tmp_path: Path
) -> None:
    environment = environment_for(tmp_path / "data")
    with served(environment, tmp_path) as base:
        service = Service(base, environment, tmp_path)
        uuid = service.with_key()
        service.open(uuid)
        service.close(uuid)
        service.key(uuid, 2).unlink()
        for index in (3, 1):
            assert service.count(service.key(uuid, index)).exit_code == 0
        for command in ("count", "publish"):
            assert service.run("session", command, uuid).exit_code == 0
        remote = RemoteSession(base, uuid)
        archive = remote.get_bytes("/archive.bel")
        remote.close()
    verified = board(uuid, archive).election("verify")
    assert verified.returncode == 0, verified.stderr
    assert "all checks passed" in verified.stderr


@pytest.mark.parametrize(("tellers", "threshold"), [(1, 1), (5, 3)])
def test_the_reference_verifies_a_simulated_session_with_tellers(
    tellers: int, threshold: int, board: Callable[[str, bytes], Any], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    sizes = ["--voters", "4", "--people", "2", "--tellers", str(tellers), "--threshold", str(threshold)]
    result = CliRunner().invoke(simulate, [*sizes, "--out", str(out)])
    assert result.exit_code == 0, result.output
    (file,) = out.glob("*.bel")
    verified = board(file.stem, file.read_bytes()).election("verify")
    assert verified.returncode == 0, verified.stderr
    assert "all checks passed" in verified.stderr
