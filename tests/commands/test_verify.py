"""`voting verify`: one line for each check, and a status that a script can rely on."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from voting.cli import voting

VECTORS = Path(__file__).parents[1] / "vectors"
GOOD = VECTORS / "single" / "cyuzb8XAcr1FSj.bel"


def verify(*arguments: object) -> Result:
    return CliRunner().invoke(voting, ["verify", *map(str, arguments)])


def test_every_check_of_a_good_archive_has_its_line() -> None:
    result = verify(GOOD)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert len(lines) >= 15
    assert all(line.startswith("ok    ") for line in lines)
    assert [line.split()[1] for line in lines][-1] == "result"
    assert result.stderr == ""


@pytest.mark.fault("C9")
def test_the_failed_check_is_named_with_its_record() -> None:
    result = verify(VECTORS / "tampered" / "ballot-signature-changed.bel")
    assert result.exit_code == 1
    (failed,) = [line for line in result.stdout.splitlines() if line.startswith("FAIL")]
    assert failed.split()[1] == "ballot-proofs"
    assert "height " in failed


def test_a_session_under_way_verifies_as_far_as_it_goes() -> None:
    result = verify(VECTORS / "single" / "open.bel.snapshot")
    assert result.exit_code == 0
    assert any(line.startswith("-     result") for line in result.stdout.splitlines())


def test_programs_get_the_same_as_json() -> None:
    document = json.loads(verify(GOOD, "--json").stdout)
    assert document["ok"] is True
    assert {check["ok"] for check in document["checks"]} == {True}
    failed = json.loads(verify(VECTORS / "tampered" / "tally-count-wrong.bel", "--json").stdout)
    assert failed["ok"] is False
    assert [check["name"] for check in failed["checks"] if check["ok"] is False] == ["tally-count"]


@pytest.mark.parametrize("content", [b"", b"not an archive", b"\0" * 4096])
def test_what_is_no_archive_has_a_status_of_its_own(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "x.bel"
    file.write_bytes(content)
    result = verify(file)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"voting: {file}: ")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    result = verify(tmp_path / "none.bel")
    assert (result.exit_code, result.stderr) == (2, f"voting: {tmp_path / 'none.bel'}: No such file or directory\n")
    folder = verify(tmp_path)
    assert (folder.exit_code, folder.stderr) == (2, f"voting: {tmp_path}: Is a directory\n")
