"""The `voting` command as a whole: its help, its statuses, and what it says when something goes wrong."""

import os
import subprocess
import sysconfig
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.commands.conftest import SHEET, Run, bare_environment
from tests.running import foreign_server
from voting import cli
from voting.errors import Refusal

VOTING = str(Path(sysconfig.get_path("scripts")) / "voting")


def test_the_installed_command_tells_its_version_and_its_commands() -> None:
    version = subprocess.run([VOTING, "--version"], capture_output=True, text=True, check=True).stdout
    assert version == "voting, version 0.1.0\n"
    text = subprocess.run([VOTING, "--help"], capture_output=True, text=True, check=True).stdout
    commands = [line.split()[0] for line in text.partition("Commands:\n")[2].splitlines()]
    assert commands == "demo serve chair organisation session rules teller verify simulate bench".split()


def walk(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    below = command.commands.items() if isinstance(command, click.Group) else ()
    return [path, *(found for name, child in below for found in walk(child, (*path, name)))]


@pytest.mark.parametrize("path", walk(cli.voting), ids=" ".join)
def test_every_command_and_option_is_explained(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(cli.voting, [*path, "--help"])
    assert shown.exit_code == 0
    command: click.Command = cli.voting
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    assert command.help
    for option in command.params:
        assert not isinstance(option, click.Option) or option.help, option.name


def test_wrong_usage_has_status_2(run: Run) -> None:
    for words in (["nonsense"], ["session", "nonsense"], ["session", "show"], ["verify"], ["chair", "add", "--x"]):
        assert run(*words).exit_code == 2


def test_a_fault_of_the_program_shows_its_place_and_nothing_of_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "hpjNv-RYwLSC-YaYyd-4ugoXy"

    @click.command()
    def faulty() -> None:
        raise KeyError(secret)

    monkeypatch.setitem(cli.voting.commands, "faulty", faulty)
    result = CliRunner().invoke(cli.voting, ["faulty"])
    assert result.exit_code == 1
    assert result.stderr.startswith("voting: a fault in the program itself: KeyError in test_cli.py, line ")
    assert secret not in result.output


@pytest.mark.parametrize("refusal", Refusal.__subclasses__())
def test_every_kind_of_refusal_is_one_line_and_status_1(
    refusal: type[Refusal], monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command()
    def refusing() -> None:
        raise refusal("It cannot be.")

    monkeypatch.setitem(cli.voting.commands, "refusing", refusing)
    result = CliRunner().invoke(cli.voting, ["refusing"])
    assert (result.exit_code, result.stderr) == (1, "voting: It cannot be.\n")


def test_a_data_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for data in (tmp_path / "file", tmp_path / "file" / "below"):
        done = subprocess.run(
            [VOTING, "session", "list"], env=bare_environment(data), capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert done.stderr.startswith("voting: ")
        assert done.stderr.count("\n") == 1


@pytest.mark.store
def test_another_sealing_key_than_that_of_the_store_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("session", "list").exit_code == 0
    monkeypatch.setenv("VOTING_SEALING_KEY", "another key of thirty-two characters or more")
    refused = run("session", "list")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("voting: VOTING_SEALING_KEY is not the key that this store was used with")


@pytest.mark.store
def test_an_unsafe_store_is_used_only_when_that_is_meant_and_then_warned_of(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sheet.toml").write_text(SHEET, "utf-8")
    with foreign_server(tmp_path) as (url, _):
        monkeypatch.setenv("REDIS_URL", url)
        refused = run("session", "create", "--file", "sheet.toml")
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "appendonly is 'no' and must be 'yes'" in refused.stderr
        monkeypatch.setenv("VOTING_UNSAFE_STORE", "yes")
        made = run("session", "create", "--file", "sheet.toml")
        assert made.exit_code == 0
        assert "voting: warning: the store is unsafe: appendonly is 'no'" in made.stderr


def test_a_store_that_does_not_answer_is_said(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", f"unix://{tmp_path}/nobody")
    refused = run("session", "list")
    assert (refused.exit_code, refused.stderr) == (
        1,
        "voting: The store cannot be reached. It is safe to try again.\n",
    )


def test_a_reader_that_leaves_early_causes_no_complaint(run: Run, data: Path, draft: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as out:
        done = subprocess.run(
            [VOTING, "session", "list"], env=bare_environment(data), stdout=out, stderr=subprocess.PIPE, check=False
        )
    assert done.stderr == b""
