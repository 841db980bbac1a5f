"""`voting serve` as a real process: starts when it should, says why when not, leaves nothing behind."""

import json
import os
import re
import signal
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from config import Settings
from tests.asking import ask
from tests.commands.conftest import EVERY_ADDRESS, SHEET, bare_environment
from tests.commands.process import descendants, gone, refused, running
from tests.running import connected, foreign_server, open_session
from voting.storage import keys
from voting.storage.embedded import running_store
from voting.storage.sealing import SealingKeys

pytestmark = pytest.mark.store


def get(address: str) -> bytes:
    status, body = ask(address)
    assert status == 200
    return body


def address_in(text: str) -> str:
    (address,) = re.findall(r"Serving at (http://127\.0\.0\.1:\d+)/", text)
    return str(address)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_the_printed_address_answers_and_a_signal_ends_everything(number: int, tmp_path: Path) -> None:
    with running(bare_environment(tmp_path / "data"), tmp_path, "serve") as serve:
        address = address_in(serve.wait_for("Serving at"))
        assert get(f"{address}/healthz") == b"ok\n"
        below = descendants(serve.process.pid)
        assert len(below) >= 2  # the web server, its workers
        with running_store(tmp_path / "data") as store:
            below.append(store.pid)
        assert serve.end(number) == 0
        assert gone(below)
        with pytest.raises(ConnectionRefusedError):
            get(address)
        assert serve.stderr.read_text() == ""


def test_commands_work_on_the_store_of_a_running_service(tmp_path: Path) -> None:
    environment = bare_environment(tmp_path / "data")
    (tmp_path / "sheet.toml").write_text(SHEET, "utf-8")
    with running(environment, tmp_path, "serve") as serve:
        address = address_in(serve.wait_for("Serving at"))
        (tmp_path / "c").mkdir()
        with running(environment, tmp_path / "c", "session", "create", "--file", str(tmp_path / "sheet.toml")) as made:
            assert made.process.wait(60) == 0
            uuid = made.stdout.read_text().strip()
        assert json.loads(get(f"{address}/api/sessions/{uuid}"))["state"] == "draft"
        assert serve.end(signal.SIGTERM) == 0


def test_a_store_that_died_is_started_again_with_what_it_held(tmp_path: Path) -> None:
    environment = bare_environment(tmp_path / "data")
    (tmp_path / "sheet.toml").write_text(SHEET, "utf-8")
    with running(environment, tmp_path, "serve") as serve:
        address = address_in(serve.wait_for("Serving at"))
        (tmp_path / "c").mkdir()
        with running(environment, tmp_path / "c", "session", "create", "--file", str(tmp_path / "sheet.toml")) as made:
            assert made.process.wait(60) == 0
            uuid = made.stdout.read_text().strip()
        with running_store(tmp_path / "data") as store:
            os.kill(store.pid, signal.SIGKILL)
        until = monotonic() + 20
        while "started again" not in serve.stderr.read_text() and monotonic() < until:
            sleep(0.05)
        assert get(f"{address}/healthz") == b"ok\n"
        assert json.loads(get(f"{address}/api/sessions/{uuid}"))["state"] == "draft"
        assert serve.end(signal.SIGTERM) == 0
        assert "the store had ended and was started again" in serve.stderr.read_text()


def test_a_killed_service_gives_its_port_free_and_can_be_started_again(tmp_path: Path) -> None:
    environment = bare_environment(tmp_path / "data")
    with running(environment, tmp_path, "serve") as serve:
        address = address_in(serve.wait_for("Serving at"))
        below = descendants(serve.process.pid)
        serve.process.kill()
        serve.process.wait()
        assert gone(below)
    environment["VOTING_PORT"] = address.rpartition(":")[2]
    with running(environment, tmp_path, "serve") as serve:
        assert address_in(serve.wait_for("Serving at")) == address
        assert serve.end(signal.SIGTERM) == 0


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        environment = bare_environment(tmp_path / "data") | {"VOTING_PORT": str(port)}
        assert refused(environment, tmp_path, "serve") == (
            1,
            f"voting: 127.0.0.1, port {port} is taken by another program. Set VOTING_PORT to another port.\n",
        )


@pytest.mark.fault("P8")
def test_other_machines_are_not_served_over_plain_http_unless_that_is_meant(tmp_path: Path) -> None:
    environment = bare_environment(tmp_path / "data") | {"VOTING_HOST": EVERY_ADDRESS}
    status, words = refused(environment, tmp_path, "serve")
    assert status == 1
    assert words.startswith("voting: VOTING_HOST is 0.0.0.0: phones would be served without TLS")
    assert words.count("\n") == 1
    with running(environment | {"VOTING_PLAIN_HTTP": "yes"}, tmp_path, "serve") as serve:
        serve.wait_for("Serving at http://")
        assert serve.end(signal.SIGTERM) == 0


def test_a_certificate_of_its_own_makes_the_service_speak_tls(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    environment = bare_environment(tmp_path / "data") | {
        "VOTING_HOST": EVERY_ADDRESS,
        "VOTING_TLS_CERTIFICATE": str(certificate),
        "VOTING_TLS_KEY": str(key),
    }
    with running(environment, tmp_path, "serve") as serve:
        (port,) = re.findall(r"Serving at https://[\d.]+:(\d+)/", serve.wait_for("Serving at"))
        trusting = ssl.create_default_context(cafile=certificate)
        with urlopen(f"https://localhost:{port}/healthz", timeout=10, context=trusting) as answer:
            assert answer.headers["Strict-Transport-Security"]
        assert serve.end(signal.SIGTERM) == 0


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for localhost and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return folder / "certificate.pem", folder / "key.pem"


def test_a_web_server_that_ended_at_once_is_not_started_for_ever(tmp_path: Path) -> None:
    with running(bare_environment(tmp_path / "data"), tmp_path, "serve") as serve:
        serve.wait_for("Serving at")
        (web, *_) = descendants(serve.process.pid)
        os.kill(web, signal.SIGKILL)
        assert serve.process.wait(30) == 1
        # Around it there may be what a worker says that was still starting when the store was taken from it.
        assert "voting: The web server ended by itself; what it says stands above.\n" in serve.stderr.read_text()


def test_a_store_that_could_lose_a_ballot_is_refused(tmp_path: Path) -> None:
    with foreign_server(tmp_path, "--appendonly", "yes", "--appendfsync", "everysec") as (url, _):
        environment = bare_environment(tmp_path / "data") | {"REDIS_URL": url}
        status, words = refused(environment, tmp_path, "serve")
    assert status == 1
    assert "appendfsync is 'everysec' and must be 'always'" in words
    assert "Traceback" not in words


@pytest.mark.fault("R7")
def test_a_damaged_board_is_named_and_only_without_it_the_service_starts(tmp_path: Path) -> None:
    data, environment = tmp_path / "data", bare_environment(tmp_path / "data")
    with running_store(data) as server, connected(server.url) as store:
        seal = SealingKeys(Settings.from_env(environment).sealing_keys)
        store.check_seal(seal)
        uuid, _ = open_session(store)
        store.connection.client.rpush(keys.board(uuid), b"Ballot\n{}")
    status, words = refused(environment, tmp_path, "serve")
    assert status == 1
    assert words.startswith(f"voting: Session {uuid}: ")
    assert f"`voting session cancel {uuid}`" in words
    assert refused(environment, tmp_path, "session", "cancel", uuid)[0] == 0
    with running(environment, tmp_path, "serve") as serve:
        serve.wait_for("Serving at")
        assert serve.end(signal.SIGTERM) == 0


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"VOTING_PORT": "http"}, "VOTING_PORT must be a number between 0 and 65535."),
        ({"VOTING_HOST": "no.such.host.invalid"}, "VOTING_HOST is 'no.such.host.invalid', which is no address"),
        ({"VOTING_SEALING_KEY": "short"}, "VOTING_SEALING_KEY is missing or shorter than 32 characters."),
        ({"REDIS_URL": "http://x", "VOTING_SEALING_KEY": "k" * 32, "VOTING_COOKIE_KEY": "k" * 32}, "REDIS_URL must"),
        ({"VOTING_TLS_CERTIFICATE": "a", "VOTING_TLS_KEY": "b"}, "cannot be read as a certificate and its key"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_an_unusable_setting_is_named(setting: dict[str, str], words: str, tmp_path: Path) -> None:
    environment = bare_environment(tmp_path / "data") | setting
    if "VOTING_HOST" in setting:
        environment["VOTING_PLAIN_HTTP"] = "yes"
    status, said = refused(environment, tmp_path, "serve")
    assert status == 1
    assert said.startswith("voting: ")
    assert words in said
    assert said.count("\n") == 1
