"""Sessions from the command line: what goes to which stream and file, and how each mistake is answered."""

import json
import os
import re
import stat
from pathlib import Path

import pytest

from config import Settings
from tests.commands.conftest import SHEET, Run
from tests.commands.counting_team import NAMES
from tests.commands.counting_team import SHEET as SHEET_WITH_TELLERS
from voting.commands.code_file import written_codes
from voting.commands.house import open_house
from voting.domain.drafting import change_session
from voting.errors import NotRecorded
from voting.protocol.board import Record, record_to_line
from voting.protocol.codes import is_uuid, parse_code


@pytest.fixture
def with_tellers(run: Run, tmp_path: Path) -> str:
    """The UUID of a draft with three tellers, two of whom count."""
    (tmp_path / "tellers.toml").write_text(SHEET_WITH_TELLERS, "utf-8")
    return run("session", "create", "--file", "tellers.toml").stdout.strip()


def test_create_prints_the_uuid_alone_on_the_last_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sheet.toml").write_text(SHEET, "utf-8")
    made = run("session", "create", "--file", "sheet.toml")
    assert made.exit_code == 0
    assert is_uuid(made.stdout.splitlines()[-1])
    assert made.stdout.count("\n") == 1
    assert "2 lines, 3 codes and 1 spare" in made.stderr


def test_a_whole_session_runs_from_the_sheet_to_the_published_result(run: Run, draft: str) -> None:
    assert run("session", "issue", draft, "--codes", "codes.txt").exit_code == 0
    for command, state in [("open", "open"), ("close", "closed"), ("count", "counted"), ("publish", "published")]:
        assert run("session", command, draft).exit_code == 0
        assert json.loads(run("session", "show", draft, "--json").stdout)["state"] == state
    shown = run("session", "show", draft).stdout
    assert "Nguyễn Văn An — Trưởng phòng      0  0,00 %" in shown
    assert f"{draft}  published" in run("session", "list").stdout
    assert draft in [entry["uuid"] for entry in json.loads(run("session", "list", "--json").stdout)]


@pytest.mark.parametrize(("rule", "told"), [("qd96_2023", "to the chair alone"), ("nominate", "not told to the room")])
def test_a_result_that_the_rule_keeps_from_the_room_is_published_only_on_purpose(
    run: Run, tmp_path: Path, rule: str, told: str
) -> None:
    scale = 'scale = "choose"\nchoose = 1\n' if rule == "nominate" else ""
    (tmp_path / "sheet.toml").write_text(f'rule = "{rule}"\n{scale}{SHEET}', "utf-8")
    uuid = run("session", "create", "--file", "sheet.toml").stdout.strip()
    run("session", "issue", uuid, "--codes", "codes.txt")
    for command in ("open", "close", "count"):
        assert run("session", command, uuid).exit_code == 0
    refused = run("session", "publish", uuid)
    assert refused.exit_code == 1
    assert told in refused.stderr
    assert "--although-withheld" in refused.stderr
    assert json.loads(run("session", "show", uuid, "--json").stdout)["state"] == "counted"
    assert run("session", "publish", uuid, "--although-withheld").exit_code == 0
    assert json.loads(run("session", "show", uuid, "--json").stdout)["state"] == "published"


def test_codes_of_the_pool_are_told_of_and_written_nowhere(run: Run, tmp_path: Path) -> None:
    for pooled in (4, 3):
        (tmp_path / "pooled.toml").write_text(f"pooled = {pooled}\n{SHEET}", "utf-8")
        uuid = run("session", "create", "--file", "pooled.toml").stdout.strip()
        issued = run("session", "issue", uuid)
        assert issued.exit_code == 0, issued.stderr
        assert len(issued.stdout.splitlines()) == 4 - pooled
        assert f"{pooled} codes are not printed" in issued.stderr


def test_a_close_that_broke_off_is_shown_and_finished_by_the_same_command(run: Run, draft: str) -> None:
    for command in ("issue", "open"):
        assert run("session", command, draft).exit_code == 0
    with open_house(Settings.from_env()) as house:
        # As a process that died before the ballots were added up.
        house.store.close(draft, record_to_line(Record("EndBallots", (), 0)), house.clock())
    unfinished = f"close        not finished: voting session close {draft}\n"
    assert unfinished in run("session", "show", draft).stdout
    assert run("session", "close", draft).exit_code == 0
    assert unfinished not in run("session", "show", draft).stdout
    assert run("session", "count", draft).exit_code == 0


def test_codes_go_to_a_file_for_this_user_alone_and_nowhere_else(run: Run, draft: str, tmp_path: Path) -> None:
    before = os.umask(0)  # the mode must not depend on it
    try:
        issued = run("session", "issue", draft, "--codes", "codes.txt")
    finally:
        os.umask(before)
    file = tmp_path / "codes.txt"
    codes = file.read_text("ascii").splitlines()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [parse_code(code) for code in codes] == codes
    assert len(set(codes)) == 4
    assert issued.stdout == f"4 codes of session {draft}\n"
    assert not any(code in issued.output for code in codes)
    assert json.loads(run("session", "show", draft, "--json").stdout)["state"] == "ready"


def test_a_file_that_exists_is_not_overwritten_and_the_session_stays_a_draft(
    run: Run, draft: str, tmp_path: Path
) -> None:
    (tmp_path / "codes.txt").write_text("of another session\n")
    issued = run("session", "issue", draft, "--codes", "codes.txt")
    assert issued.exit_code == 1
    assert issued.stderr == "voting: codes.txt exists already and is not overwritten. Name another file.\n"
    assert (tmp_path / "codes.txt").read_text() == "of another session\n"
    assert json.loads(run("session", "show", draft, "--json").stdout)["state"] == "draft"


@pytest.mark.parametrize("path", ["/dev/full", "missing/codes.txt", "/proc/codes.txt"])
def test_codes_that_cannot_be_written_leave_a_draft(run: Run, draft: str, path: str) -> None:
    issued = run("session", "issue", draft, "--codes", path)
    assert issued.exit_code == 1
    assert issued.stderr.startswith(f"voting: {path} ")
    assert json.loads(run("session", "show", draft, "--json").stdout)["state"] == "draft"
    assert run("session", "issue", draft).exit_code == 0


def test_a_file_of_codes_does_not_outlive_the_draft_it_was_made_for(
    run: Run, draft: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.fsync

    def change_the_draft_meanwhile(descriptor: int) -> None:
        write(descriptor)
        monkeypatch.setattr(os, "fsync", write)
        with open_house(Settings.from_env()) as house:
            change_session(house, house.store.session(draft))

    monkeypatch.setattr(os, "fsync", change_the_draft_meanwhile)
    issued = run("session", "issue", draft, "--codes", "codes.txt")
    assert issued.exit_code == 1
    assert issued.stderr == "voting: Somebody else changed this in between. Read it again.\n"
    assert not (tmp_path / "codes.txt").exists()


def test_a_file_of_codes_stays_when_nobody_knows_whether_they_count(tmp_path: Path) -> None:
    file = tmp_path / "codes.txt"
    with pytest.raises(NotRecorded, match="The codes are kept in"), written_codes(file, ("hpjNv-RYwLSC-YaYyd-4ugoXy",)):
        raise NotRecorded("The store did not answer in time.")
    assert file.read_text() == "hpjNv-RYwLSC-YaYyd-4ugoXy\n"


def test_without_a_file_the_codes_alone_are_on_standard_output(run: Run, draft: str) -> None:
    issued = run("session", "issue", draft, "--count", "5")
    codes = issued.stdout.splitlines()
    assert [parse_code(code) for code in codes] == codes
    assert len(codes) == 6  # the spare one stays
    assert json.loads(run("session", "show", draft, "--json").stdout)["codes"] == 5


def test_links_carry_the_code_behind_the_sign_that_browsers_do_not_send(run: Run, draft: str) -> None:
    assert run("session", "issue", draft, "--links", "vote.example").stderr == (
        "voting: BASE must begin with http:// or https://.\n"
    )
    links = run("session", "issue", draft, "--links", "https://vote.example/").stdout.splitlines()
    assert all(link.startswith(f"https://vote.example/v/{draft}#") for link in links)
    assert len(links) == 4


def test_a_void_code_is_read_from_standard_input_as_code_or_as_link(run: Run, draft: str) -> None:
    codes = run("session", "issue", draft).stdout.splitlines()
    assert run("session", "void", draft, typed=f"{codes[0]}\n").exit_code == 0
    assert run("session", "void", draft, typed=f"https://vote.example/v/{draft}#{codes[1]}").exit_code == 0
    assert json.loads(run("session", "show", draft, "--json").stdout)["void"] == 2
    again = run("session", "void", draft, typed=codes[0])
    assert (again.exit_code, codes[0] in again.output) == (1, False)
    unknown = run("session", "void", draft, typed="hpjNv-RYwLSC-YaYyd-4ugoXy")
    assert unknown.stderr == "voting: This code is not on the list of this vote.\n"
    assert run("session", "void", draft, typed="12345").exit_code == 1
    assert run("session", "void", draft, codes[2]).exit_code == 2  # an argument can be read by others
    assert run("session", "void", draft, "--found", typed=codes[2]).stderr == "The code is void.\n"


def test_each_step_is_refused_in_plain_words_when_it_comes_too_early(run: Run, draft: str) -> None:
    for command in ("open", "close", "count", "publish"):
        refused = run("session", command, draft)
        assert refused.exit_code == 1
        assert refused.stderr.startswith("voting: A session that is draft cannot become ")
    assert run("session", "cancel", draft).exit_code == 0
    assert (
        run("session", "issue", draft).stderr == "voting: The session is cancelled: codes are made once, for a draft.\n"
    )


def test_links_of_tellers_go_to_a_file_for_this_user_alone_and_nowhere_else(
    run: Run, with_tellers: str, tmp_path: Path
) -> None:
    made = run("session", "tellers", with_tellers, "--links", "links.txt", "--base", "https://vote.example/")
    assert (made.exit_code, made.stdout) == (0, f"3 links of session {with_tellers}\n")
    file = tmp_path / "links.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = [line.split("  ") for line in file.read_text("utf-8").splitlines()]
    assert [name for name, _, _ in lines] == list(NAMES)
    assert all(address == f"https://vote.example/t/{with_tellers}#{text}" for _, address, text in lines)
    assert not any(text in made.output for _, _, text in lines)
    log = b"".join(path.read_bytes() for path in Path(os.environ["VOTING_DATA"]).rglob("*") if path.is_file())
    assert not any(text.encode() in log or text.replace("-", "").encode() in log for _, _, text in lines)


def test_a_link_can_be_made_again_for_one_teller_and_without_an_address(
    run: Run, with_tellers: str, tmp_path: Path
) -> None:
    made = run("session", "tellers", with_tellers, "--links", "links.txt", "--index", 2)
    assert made.stdout == f"1 links of session {with_tellers}\n"
    (line,) = (tmp_path / "links.txt").read_text("utf-8").splitlines()
    assert re.fullmatch(rf"{NAMES[1]}  (\w{{4}}-){{2}}\w{{4}}", line)
    shown = json.loads(run("session", "show", with_tellers, "--json").stdout)["tellers"]
    assert [teller["linked"] for teller in shown] == [False, True, False]


def test_mistakes_with_links_change_nothing(run: Run, with_tellers: str, draft: str, tmp_path: Path) -> None:
    (tmp_path / "links.txt").write_text("of another session\n")
    for words, why in {
        (with_tellers, "--links", "links.txt"): "links.txt exists already and is not overwritten. Name another file.",
        (with_tellers, "--links", "new.txt", "--index", 4): "There are 3 tellers; --index goes from 1.",
        (with_tellers, "--links", "new.txt", "--base", "vote.example"): "BASE must begin with http:// or https://.",
        (draft, "--links", "new.txt"): "This session has no tellers: the server's key alone counts (quick mode).",
    }.items():
        refused = run("session", "tellers", *words)
        assert (refused.exit_code, refused.stderr) == (1, f"voting: {why}\n")
    assert (tmp_path / "links.txt").read_text() == "of another session\n"
    assert not (tmp_path / "new.txt").exists()
    assert not any(
        teller["linked"] for teller in json.loads(run("session", "show", with_tellers, "--json").stdout)["tellers"]
    )


def test_codes_are_not_issued_before_the_tellers_have_made_their_key(
    run: Run, with_tellers: str, tmp_path: Path
) -> None:
    for words in ((), ("--codes", "codes.txt"), ("--count", 5)):
        refused = run("session", "issue", with_tellers, *words)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "key" in refused.stderr
    assert not (tmp_path / "codes.txt").exists()
    assert json.loads(run("session", "show", with_tellers, "--json").stdout)["state"] == "draft"


def test_the_mode_and_the_tellers_are_shown(run: Run, with_tellers: str, draft: str) -> None:
    shown = run("session", "show", with_tellers).stdout
    assert "mode         tellers: any 2 of 3 count, together with the server\n" in shown
    assert f"teller       {NAMES[0]} (head): has no link yet\n" in shown
    assert "mode         quick: the server's key alone counts\n" in run("session", "show", draft).stdout
    listed = run("session", "list").stdout
    assert f"{with_tellers}  draft  2 of 3" in re.sub(" +", "  ", listed).replace("2  of  3", "2 of 3")
    document = json.loads(run("session", "show", with_tellers, "--json").stdout)
    assert (document["mode"], document["threshold"], document["fingerprint"]) == ("tellers", 2, None)
    assert document["tellers"][0] == {
        "name": NAMES[0],
        "role": "head",
        "linked": False,
        "joined": False,
        "steps": [],
        "decrypted": False,
    }
    quick = json.loads(run("session", "show", draft, "--json").stdout)
    assert (quick["mode"], quick["tellers"], quick["fingerprint"]) == ("quick", [], None)


@pytest.mark.parametrize("uuid", ["12345678901234", "x", "../../etc/passwd", "{}*", ""])
@pytest.mark.parametrize("command", ["issue", "open", "void", "close", "count", "publish", "show", "cancel"])
def test_an_unknown_session_is_said_to_be_unknown(run: Run, command: str, uuid: str) -> None:
    refused = run("session", command, uuid, typed="hpjNv-RYwLSC-YaYyd-4ugoXy")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("voting: There is no ")
    assert refused.stdout == ""
