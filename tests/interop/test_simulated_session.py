"""A session run over HTTP, from the first to the last step, in the hands of the reference; and its ballot in ours."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from config import Settings
from tests.asking import ask
from voting.commands.house import open_house
from voting.commands.own_server import environment_for, served
from voting.commands.simulate import simulate
from voting.domain.casting import open_session
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.drafting import create_session
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.results import result_of
from voting.domain.rulebook import RULES
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.protocol.archive import read_archive, write_archive

pytestmark = pytest.mark.interop


@pytest.mark.parametrize("blank", [False, True], ids=["every line answered", "lines left blank"])
def test_the_reference_verifies_a_simulated_session_and_each_of_its_ballots(
    blank: bool, board: Callable[[str, bytes], Any], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    sizes = ["--voters", "10", "--people", "2", "--levels", "3", "--seed", "1", "--claims", "4"]
    sizes += ["--blank"] if blank else []
    result = CliRunner().invoke(simulate, [*sizes, "--out", str(out)])
    assert result.exit_code == 0, result.output
    (file,) = out.glob("*.bel")
    raw = file.read_bytes()

    verified = board(file.stem, raw).election("verify")
    assert verified.returncode == 0, verified.stderr
    assert "all checks passed" in verified.stderr

    archive = read_archive(raw)
    empty = board(file.stem, b"".join(write_archive(archive.records[:1], archive.timestamp)))
    ballots = [record.documents[0] for record in archive.records if record.type == "Ballot"]
    for number, ballot in enumerate(ballots):
        (tmp_path / f"{number}.json").write_bytes(ballot)
        checked = empty.election("verify-ballot", "--ballot", tmp_path / f"{number}.json")
        assert checked.returncode == 0, checked.stderr
    assert len(ballots) == 10


def test_a_ballot_made_by_the_reference_is_accepted_and_counted_also_under_a_rule(
    board: Callable[[str, bytes], Any], tmp_path: Path
) -> None:
    environment = environment_for(tmp_path / "data")
    sheet = make_sheet([Person("Nguyễn Văn A", "Chủ tịch"), Person("Trần Thị B")])
    with served(environment, tmp_path) as base, open_house(Settings.from_env(environment)) as house:
        draft = Session("", "Lấy phiếu tín nhiệm", sheet, "Kỳ họp thứ 6", codes=1, rule=RULES["nq96_2023"])
        uuid = create_session(house, draft).uuid
        (code,) = make_codes(house, uuid)
        confirm_codes(house, uuid)
        open_session(house, uuid)
        address = f"{base}/api/sessions/{uuid}"
        place = board(uuid, ask(f"{address}/archive.bel")[1])

        (tmp_path / "code").write_text(code)
        (tmp_path / "choice").write_text(json.dumps([[0, 0, 1], [1, 0, 0]]))
        made = place.election("generate-ballot", "--privcred", tmp_path / "code", "--choice", tmp_path / "choice")
        assert made.returncode == 0, made.stderr
        assert ask(f"{address}/ballots", made.stdout.strip().encode())[0] == 201

        close_session(house, uuid)
        count_session(house, uuid)
        votes = [[cell.votes for cell in row.cells] for row in result_of(house, uuid).rows]
        publish_session(house, uuid)
        verified = board(uuid, ask(f"{address}/archive.bel")[1]).election("verify")
    assert votes == [[0, 0, 1], [1, 0, 0]]
    assert "all checks passed" in verified.stderr
