"""`voting chair`: accounts with passwords that are shown once."""

from pathlib import Path

from tests.commands.conftest import Run
from tests.running import connected
from voting.domain.accounts import password_fits
from voting.storage.embedded import running_store


def fits(data: Path, name: str, password: str) -> bool:
    with running_store(data) as server, connected(server.url) as store:
        return password_fits(store.account(name), password)


def test_the_password_alone_is_on_stdout_and_signs_in(run: Run, data: Path) -> None:
    result = run("chair", "add", "Thu-Ky")
    assert result.exit_code == 0
    password = result.stdout.removesuffix("\n")
    assert fits(data, "thu-ky", password)
    assert password not in result.stderr
    listed = run("chair", "list").stdout
    assert "thu-ky  (has not signed in yet)" in listed
    assert password not in listed


def test_a_name_that_is_taken_keeps_its_password(run: Run, data: Path) -> None:
    password = run("chair", "add", "an").stdout.strip()
    again = run("chair", "add", "an")
    assert again.exit_code == 1
    assert again.stderr == "voting: There is a chair called 'an' already; --reset renews the password.\n"
    assert again.stdout == ""
    assert fits(data, "an", password)


def test_a_reset_replaces_the_password(run: Run, data: Path) -> None:
    before = run("chair", "add", "binh").stdout.strip()
    after = run("chair", "add", "--reset", "binh").stdout.strip()
    assert not fits(data, "binh", before)
    assert fits(data, "binh", after)


def test_unknown_and_unusable_names_are_refused(run: Run) -> None:
    unknown = run("chair", "add", "--reset", "nobody")
    assert (unknown.exit_code, unknown.stderr) == (1, "voting: There is no chair called 'nobody'.\n")
    bad = run("chair", "add", "Nguyễn Văn A")
    assert (bad.exit_code, bad.stderr) == (1, "voting: A name has 1 to 40 of: a-z, 0-9, dot, dash, underscore.\n")
    missing = run("chair", "add")
    assert missing.exit_code == 2
