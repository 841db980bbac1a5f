"""The settings: what is missing is named, what is made is made once and for this user alone, no secret is shown."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config import SECRETS_FILE, Settings
from voting.errors import MissingSetting

COOKIE, SEAL = "cookie" * 8, "sealing" * 8
SECRETS = {"VOTING_COOKIE_KEY": COOKIE, "VOTING_SEALING_KEY": SEAL}


def refused(env: dict[str, str]) -> str:
    with pytest.raises(MissingSetting) as refusal:
        Settings.from_env(env)
    return str(refusal.value)


def keep(data: Path, text: str, mode: int = 0o600) -> Path:
    file = data / SECRETS_FILE
    file.write_text(text)
    file.chmod(mode)
    return file


def test_the_first_start_makes_secrets_and_the_next_reads_them(tmp_path):
    data = tmp_path / "new" / "folder"
    first = Settings.from_env({"VOTING_DATA": str(data)})
    assert Settings.from_env({"VOTING_DATA": str(data)}) == first
    assert first.cookie_key not in first.sealing_keys
    assert stat.S_IMODE((data / SECRETS_FILE).stat().st_mode) == 0o600
    assert [file.name for file in data.iterdir()] == [SECRETS_FILE]
    assert Settings.from_env({"VOTING_DATA": str(tmp_path)}).cookie_key != first.cookie_key


def test_two_processes_that_start_at_once_read_the_same_secrets(tmp_path):
    code = "import sys; from config import Settings; sys.stdin.read(); s = Settings.from_env(); "
    command = [sys.executable, "-c", code + "print(s.cookie_key, s.sealing_keys)"]
    root, env = Path(__file__).parents[1], {"VOTING_DATA": str(tmp_path / "data")}
    gate, open_gate = os.pipe()
    starting = [
        subprocess.Popen(command, stdin=gate, stdout=subprocess.PIPE, text=True, cwd=root, env=env) for _ in range(4)
    ]
    os.close(gate)
    os.close(open_gate)
    said = {process.communicate(timeout=30)[0] for process in starting}
    assert len(said) == 1
    assert len(said.pop()) > 80


def test_the_environment_goes_before_the_file(tmp_path):
    made = Settings.from_env({"VOTING_DATA": str(tmp_path)})
    settings = Settings.from_env({"VOTING_DATA": str(tmp_path), "VOTING_SEALING_KEY": f"{SEAL},{COOKIE}"})
    assert settings.sealing_keys == (SEAL, COOKIE)
    assert settings.cookie_key == made.cookie_key


def test_with_all_secrets_in_the_environment_no_file_is_made_or_read(tmp_path):
    keep(tmp_path, "not even JSON")
    assert Settings.from_env(SECRETS | {"VOTING_DATA": str(tmp_path)}).cookie_key == COOKIE
    Settings.from_env(SECRETS | {"VOTING_DATA": str(tmp_path / "none")})
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("name", SECRETS)
def test_with_a_store_elsewhere_a_missing_secret_stops_the_start_and_none_is_made(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    env = {other: value for other, value in SECRETS.items() if other != name} | {"REDIS_URL": "redis://127.0.0.1"}
    assert refused(env).startswith(name)
    assert list(tmp_path.iterdir()) == []
    # A data folder that is named is a place to keep them.
    assert Settings.from_env(env | {"VOTING_DATA": str(tmp_path)}).redis_url


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("value", ["tooshort", "x" * 31, f"{'x' * 32},", f",{'x' * 32}", f"{'x' * 32},tiny"])
def test_a_secret_that_is_too_short_is_named_and_not_shown(name, value):
    words = refused(SECRETS | {name: value})
    assert words.startswith(name)
    assert value not in words


@pytest.mark.parametrize(
    "text", ["[]", "[1, 2]", "7", "null", '"text"', "", "{", "\x00", json.dumps(SECRETS)[:-1]], ids=repr
)
def test_a_file_that_is_no_object_is_named(text, tmp_path):
    file = keep(tmp_path, text)
    assert str(file) in refused({"VOTING_DATA": str(tmp_path)})


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("value", [5, None, [SEAL], {"a": SEAL}, True], ids=repr)
def test_a_secret_in_the_file_that_is_no_text_is_named(name, value, tmp_path):
    keep(tmp_path, json.dumps(SECRETS | {name: value}))
    words = refused({"VOTING_DATA": str(tmp_path)})
    assert words.startswith(name)
    assert SEAL not in words


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_that_the_file_does_not_hold_is_named(name, tmp_path):
    keep(tmp_path, json.dumps({other: value for other, value in SECRETS.items() if other != name}))
    assert refused({"VOTING_DATA": str(tmp_path)}).startswith(name)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_secrets_that_others_may_read_are_refused(mode, tmp_path):
    file = keep(tmp_path, json.dumps(SECRETS), mode)
    words = refused({"VOTING_DATA": str(tmp_path)})
    assert f"chmod 600 {file}" in words
    assert SEAL not in words
    file.chmod(0o600)
    assert Settings.from_env({"VOTING_DATA": str(tmp_path)}).cookie_key == COOKIE


def test_a_data_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "file").touch()
    for data in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/voting")):
        assert "VOTING_DATA" in refused({"VOTING_DATA": str(data)})


@pytest.mark.parametrize("port", ["-1", "65536", "http", "80.0", " 80", "٨٠", "9" * 5000])
def test_a_port_that_is_none_is_refused(port):
    assert refused(SECRETS | {"VOTING_PORT": port}).startswith("VOTING_PORT")


@pytest.mark.parametrize(("port", "number"), [("0", 0), ("65535", 65535), ("", 8080)])
def test_a_port_is_read(port, number):
    assert Settings.from_env(SECRETS | {"VOTING_PORT": port}).port == number


@pytest.mark.parametrize("name", ["VOTING_TLS_CERTIFICATE", "VOTING_TLS_KEY"])
def test_a_certificate_and_its_key_come_together(name):
    words = refused(SECRETS | {name: "file"})
    assert "VOTING_TLS_CERTIFICATE" in words
    assert "VOTING_TLS_KEY" in words


def test_https_is_known_by_certificate_or_public_address():
    pair = {"VOTING_TLS_CERTIFICATE": "a", "VOTING_TLS_KEY": "b"}
    assert Settings.from_env(SECRETS | pair).has_tls
    assert Settings.from_env(SECRETS | {"VOTING_PUBLIC_URL": "https://vote.example/"}).has_tls
    assert not Settings.from_env(SECRETS | {"VOTING_PUBLIC_URL": "http://vote.example"}).has_tls
    assert not Settings.from_env(SECRETS).has_tls


def test_an_address_without_a_scheme_is_refused():
    assert refused(SECRETS | {"VOTING_PUBLIC_URL": "vote.example"}).startswith("VOTING_PUBLIC_URL")


@pytest.mark.parametrize("name", ["VOTING_PLAIN_HTTP", "VOTING_UNSAFE_STORE"])
def test_a_consent_is_yes_or_no_and_never_guessed(name):
    assert refused(SECRETS | {name: "maybe"}).startswith(name)
    for word, meant in {"yes": True, "1": True, "TRUE": True, "no": False, "0": False, "": False}.items():
        settings = Settings.from_env(SECRETS | {name: word})
        assert {"VOTING_PLAIN_HTTP": settings.plain_http, "VOTING_UNSAFE_STORE": settings.unsafe_store}[name] is meant


def test_only_this_machine_is_reached_unless_told_otherwise():
    assert Settings.from_env(SECRETS).is_loopback
    assert not Settings.from_env(SECRETS | {"VOTING_HOST": "0.0.0.0"}).is_loopback  # noqa: S104  not listened on


def test_what_is_printed_shows_no_secret():
    shown = repr(Settings.from_env(SECRETS | {"REDIS_URL": "redis://user:password@host"}))
    assert not any(secret in shown for secret in (COOKIE, SEAL, "password", "user:"))
