"""`voting demo`: everything that a newcomer needs is printed, works, and ends with Ctrl-C."""

import json
import re
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from config import Settings
from tests.asking import ask
from tests.commands.conftest import EVERY_ADDRESS, bare_environment
from tests.commands.process import descendants, gone, running
from tests.running import connected, open_session
from voting.cli import voting
from voting.commands import demo as demo_command
from voting.protocol.ballots import make_ballot
from voting.protocol.election import parse_election
from voting.storage import keys
from voting.storage.embedded import running_store
from voting.storage.sealing import SealingKeys

pytestmark = pytest.mark.store

BASE = r"(http://[\d.]+:\d+)"


@dataclass(frozen=True)
class Printed:
    """What the demo prints, taken apart."""

    base: str
    uuid: str
    codes: list[str]
    password: str


def read(text: str) -> Printed:
    links = re.findall(rf"{BASE}/v/(\w{{14}})#([\w-]{{25}})\n", text)
    ((base, uuid),) = {link[:2] for link in links}
    (password,) = re.findall(r"one-time password (\S+)\n", text)
    assert f"{base}/chair/" in text
    assert f"{base}/s/{uuid}/screen\n" in text
    assert f"{base}/s/{uuid}\n" in text
    return Printed(base, uuid, [link[2] for link in links], password)


def test_the_demo_is_ready_to_vote_in_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    environment = bare_environment(tmp_path / "data")
    with running(environment, tmp_path, "demo") as demo:
        printed = read(demo.wait_for("Ctrl-C stops."))
        assert len(set(printed.codes)) == 12
        _, document = ask(f"{printed.base}/api/sessions/{printed.uuid}")
        session = json.loads(document)
        assert (session["state"], session["codes"], len(session["people"])) == ("open", 12, 5)

        _, raw = ask(f"{printed.base}/api/sessions/{printed.uuid}/election")
        ballot = make_ballot(parse_election(raw), printed.codes[0], [[1, 0, 0]] * 5)
        status, receipt = ask(f"{printed.base}/api/sessions/{printed.uuid}/ballots", ballot)
        assert (status, json.loads(receipt)["height"]) == (201, 1)
        for path in (f"/v/{printed.uuid}", f"/s/{printed.uuid}", f"/s/{printed.uuid}/screen", "/chair/sign-in"):
            assert ask(printed.base + path)[0] == 200

        below = descendants(demo.process.pid)
        with running_store(tmp_path / "data") as store:
            below.append(store.pid)
        assert demo.end(signal.SIGINT) == 0
        assert gone(below)
        assert demo.stderr.read_text() == ""

    # The codes of the links are nowhere but on the terminal.
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert not any(code.encode() in kept for code in printed.codes)
    assert printed.password.encode() not in kept

    with running(environment, tmp_path, "demo") as demo:
        again = read(demo.wait_for("Ctrl-C stops."))
        assert again.uuid != printed.uuid
        assert again.password != printed.password
        assert json.loads(ask(f"{again.base}/api/sessions/{printed.uuid}")[1])["ballots"] == 1
        assert demo.end(signal.SIGTERM) == 0


def test_another_port_is_taken_when_the_usual_one_is_not_free(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        environment = bare_environment(tmp_path / "data") | {"VOTING_PORT": str(port)}
        with running(environment, tmp_path, "demo") as demo:
            printed = read(demo.wait_for("Ctrl-C stops."))
            assert not printed.base.endswith(f":{port}")
            assert ask(f"{printed.base}/healthz")[0] == 200
            assert demo.end(signal.SIGINT) == 0


@pytest.mark.fault("P8")
def test_on_the_network_there_is_a_code_to_scan_and_a_warning(tmp_path: Path) -> None:
    environment = bare_environment(tmp_path / "data") | {"VOTING_HOST": EVERY_ADDRESS}
    with running(environment, tmp_path, "demo") as demo:
        text = demo.wait_for("Ctrl-C stops.")
        assert "WARNING: plain HTTP" in text
        assert text.count("█▀") > 10
        printed = read(text)
        host, port = printed.base.removeprefix("http://").rsplit(":", 1)
        assert host != environment["VOTING_HOST"]
        # As a phone on the network asks for it.
        page = f"http://127.0.0.1:{port}/v/{printed.uuid}"
        assert b"This connection is not encrypted" in ask(page, Host=host, Accept_Language="en")[1]
        assert demo.end(signal.SIGINT) == 0


@pytest.mark.fault("R7")
def test_nothing_is_served_beside_a_damaged_board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = bare_environment(tmp_path / "data")
    with running_store(tmp_path / "data") as server, connected(server.url) as store:
        store.check_seal(SealingKeys(Settings.from_env(environment).sealing_keys))
        uuid, _ = open_session(store)
        store.connection.client.rpush(keys.board(uuid), b"Ballot\n{}")
    served: list[object] = []
    web_server = demo_command.web_server
    monkeypatch.setattr(demo_command, "web_server", lambda *these: served.append(these) or web_server(*these))
    answer = CliRunner().invoke(voting, ["demo"], env=environment, prog_name="voting")
    assert answer.exit_code == 1
    assert answer.stderr.startswith(f"voting: Session {uuid}: ")
    assert served == []
