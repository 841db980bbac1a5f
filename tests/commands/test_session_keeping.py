"""Archiving and deleting from the command line: only what is over, and everything only when it is said."""

import json

from config import Settings
from tests.commands.conftest import Run
from voting.commands.house import open_house
from voting.storage import keys


def over(run: Run, draft: str) -> None:
    for command in ("issue", "open", "close", "count", "publish"):
        assert run("session", command, draft).exit_code == 0


def test_a_session_that_is_not_over_is_neither_archived_nor_deleted(run: Run, draft: str) -> None:
    assert run("session", "issue", draft).exit_code == 0
    assert run("session", "open", draft).exit_code == 0
    for command in (("archive",), ("delete", "--yes"), ("delete", "--everything", "--yes")):
        assert run("session", *command, draft).exit_code == 1
    shown = json.loads(run("session", "show", draft, "--json").stdout)
    assert shown["state"] == "open"


def test_what_is_deleted_first_leaves_the_board_and_then_everything_goes(run: Run, draft: str) -> None:
    over(run, draft)
    assert run("session", "archive", draft, "--keep-days", "30").exit_code == 0
    assert run("session", "archive", draft, "--keep-days", "31").exit_code == 2
    with open_house(Settings.from_env()) as house:
        session = house.store.session(draft)
        assert (session.archived_at > 0, session.keep_days) == (True, 30)
    shown = run("session", "show", draft).stdout
    assert run("session", "delete", draft, "--yes").exit_code == 0
    assert run("session", "show", draft).stdout == shown
    assert run("session", "delete", draft, "--everything", "--yes").exit_code == 0
    assert run("session", "show", draft).exit_code == 1
    assert draft not in run("session", "list").stdout
    with open_house(Settings.from_env()) as house:
        assert house.store.connection.client.exists(*keys.of_session(draft)) == 0


def test_a_draft_is_deleted_only_as_a_whole(run: Run, draft: str) -> None:
    assert run("session", "delete", draft, "--yes").exit_code == 1
    assert run("session", "show", draft).exit_code == 0
    assert run("session", "delete", draft, "--everything", "--yes").exit_code == 0
    assert run("session", "show", draft).exit_code == 1


def test_a_session_that_cannot_be_read_is_named_beside_the_list_of_the_others(run: Run, draft: str) -> None:
    other = run("session", "create", "--file", "sheet.toml").stdout.strip()
    with open_house(Settings.from_env()) as house:
        kept = house.store.connection.client.hget(keys.session(other), "document")
        house.store.connection.client.hset(keys.session(other), "document", "{")
        try:
            for options in ((), ("--json",)):
                listed = run("session", "list", *options)
                assert listed.exit_code == 0
                assert draft in listed.stdout
                assert other not in listed.stdout
                assert other in listed.stderr
        finally:
            house.store.connection.client.hset(keys.session(other), "document", kept)
