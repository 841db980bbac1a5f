"""`voting organisation`: the tree, lists of units and roles, without a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.conftest import Run
from tests.running import connected
from voting.domain.accounts import password_fits
from voting.storage.embedded import running_store

LIST = """\
name,code,parent
Huyện Bắc Sơn,BS,
Huyện Nam Sơn,NS,
Xã Bình An,BA,BS
Phường Cảng,,Huyện Nam Sơn
"""


@pytest.fixture
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder of its own for each test."""
    folder = tmp_path_factory.mktemp("data")
    with running_store(folder):
        yield folder


@pytest.fixture
def begun(run: Run) -> Run:
    """An organisation with an administrator and a few units."""
    assert run("organisation", "begin", "Tỉnh Đông Hải", "--administrator", "minh").exit_code == 0
    Path("units.csv").write_text(LIST, "utf-8")
    assert run("organisation", "import", "units.csv").exit_code == 0
    return run


def test_the_first_administrator_gets_a_password_that_signs_in(run: Run, data: Path) -> None:
    result = run("organisation", "begin", "Tỉnh Đông Hải", "--administrator", "Minh")
    assert result.exit_code == 0
    password = result.stdout.removesuffix("\n")
    with running_store(data) as server, connected(server.url) as store:
        assert password_fits(store.account("minh"), password)
    assert run("organisation", "roles").stdout == "minh  administrator  Tỉnh Đông Hải\n"


def test_an_account_that_exists_keeps_its_password(run: Run, data: Path) -> None:
    password = run("chair", "add", "minh").stdout.strip()
    result = run("organisation", "begin", "Tỉnh Đông Hải", "--administrator", "minh")
    assert (result.exit_code, result.stdout) == (0, "")
    with running_store(data) as server, connected(server.url) as store:
        assert password_fits(store.account("minh"), password)


def test_there_is_one_organisation(begun: Run) -> None:
    again = begun("organisation", "begin", "Tỉnh khác", "--administrator", "lan")
    assert (again.exit_code, again.stderr) == (1, "voting: There is an organisation already: Tỉnh Đông Hải.\n")
    assert "lan" not in begun("chair", "list").stdout


def test_the_tree_is_printed_with_its_codes(begun: Run) -> None:
    assert begun("organisation", "units").stdout.splitlines() == [
        "Tỉnh Đông Hải",
        "  Huyện Bắc Sơn [BS]",
        "    Xã Bình An [BA]",
        "  Huyện Nam Sơn [NS]",
        "    Phường Cảng",
    ]


def test_a_preview_says_what_would_change_and_changes_nothing(begun: Run) -> None:
    before = begun("organisation", "units").stdout
    Path("more.csv").write_text("name;code;parent\nXã Bình Minh;BA;NS\nXã Mới;;BS\nHuyện Nam Sơn;NS;\n", "utf-8")
    preview = begun("organisation", "import", "more.csv", "--preview")
    assert preview.stdout.splitlines() == [
        "line 2: renamed, moved: Tỉnh Đông Hải › Huyện Bắc Sơn › Xã Bình An → "
        "Tỉnh Đông Hải › Huyện Nam Sơn › Xã Bình Minh",
        "line 3: new: Tỉnh Đông Hải › Huyện Bắc Sơn › Xã Mới",
    ]
    assert preview.stderr == "Would be added: 1, changed: 1, as before: 1.\n"
    assert begun("organisation", "units").stdout == before
    assert begun("organisation", "import", "more.csv").stdout == preview.stdout
    assert "    Xã Bình Minh [BA]" in begun("organisation", "units").stdout.splitlines()


def test_a_bad_list_is_refused_line_by_line(begun: Run) -> None:
    before = begun("organisation", "units").stdout
    Path("bad.csv").write_text("name;code;parent\nA;1;2\nB;2;1\nXã Mới;;Huyện Tây\n", "utf-8")
    result = begun("organisation", "import", "bad.csv")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1] == "voting: bad.csv cannot be used, and nothing was changed."
    assert "line 4: there is no unit of this code or name to belong to" in result.stderr
    assert begun("organisation", "units").stdout == before
    Path("bad.csv").write_text("A;1;2\n", "utf-8")
    assert "No header row" in begun("organisation", "import", "bad.csv").stderr


def test_a_list_for_one_unit_stays_within_it(begun: Run) -> None:
    Path("more.csv").write_text("name;code;parent\nXã Mới;;\nThôn 1;;NS\n", "utf-8")
    refused = begun("organisation", "import", "more.csv", "--below", "BS")
    assert "line 3: there is no unit of this code or name to belong to" in refused.stderr
    Path("more.csv").write_text("name;code;parent\nXã Mới;;\n", "utf-8")
    assert begun("organisation", "import", "more.csv", "--below", "Tỉnh Đông Hải > Huyện Bắc Sơn").exit_code == 0
    assert "    Xã Mới" in begun("organisation", "units").stdout.splitlines()


def test_roles_are_given_and_taken_back(begun: Run) -> None:
    begun("chair", "add", "lan")
    assert begun("organisation", "grant", "lan", "chair", "ba").exit_code == 0
    assert begun("organisation", "grant", "lan", "reviewer", "Huyện Nam Sơn").exit_code == 0
    assert begun("organisation", "roles").stdout.splitlines() == [
        "minh  administrator  Tỉnh Đông Hải",
        "lan   chair          Tỉnh Đông Hải › Huyện Bắc Sơn › Xã Bình An",
        "lan   reviewer       Tỉnh Đông Hải › Huyện Nam Sơn",
    ]
    assert begun("organisation", "revoke", "lan", "chair", "BA").exit_code == 0
    assert "chair" not in begun("organisation", "roles").stdout
    again = begun("organisation", "revoke", "lan", "chair", "BA")
    assert (again.exit_code, again.stderr) == (1, "voting: lan is not chair there.\n")


def test_roles_that_cannot_be_are_refused(begun: Run) -> None:
    last = begun("organisation", "revoke", "minh", "administrator", "Tỉnh Đông Hải")
    assert (last.exit_code, last.stderr) == (1, "voting: The last administrator at the top cannot be taken away.\n")
    assert begun("organisation", "grant", "nobody", "chair", "BA").stderr == (
        "voting: There is no account of this name.\n"
    )
    assert begun("organisation", "grant", "minh", "king", "BA").exit_code == 2
    assert "no unit of the code or path 'XX'" in begun("organisation", "grant", "minh", "chair", "XX").stderr


def test_without_an_organisation_the_way_to_begin_is_told(run: Run) -> None:
    for command in (("units",), ("roles",), ("grant", "minh", "chair", "BA")):
        assert "voting organisation begin" in run("organisation", *command).stderr
