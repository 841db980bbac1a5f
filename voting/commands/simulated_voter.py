"""A voter as the server meets one: reads the election, encrypts, posts the ballot, checks the receipt.

Runs in processes of its own, so that encrypting uses every core. What goes in are codes and choices; what comes out is
what a voter may show: the receipt.
"""

import json
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from time import sleep
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

from voting.errors import NotRecorded
from voting.protocol.ballots import make_ballot
from voting.protocol.canonical import base64_sha256
from voting.protocol.election import Election, parse_election
from voting.protocol.receipts import check_receipt

TRIES: Final = 8
PATIENCE: Final = 30.0  # seconds for one answer


class Deviation(Exception):
    """The server did something else than its interface says. The text holds no code and no choice."""


@dataclass(frozen=True)
class Intent:
    """What one voter will do. `taps`: how often the same ballot is posted; `second`: another ballot, same code."""

    code: str
    choices: tuple[tuple[int, ...], ...]
    taps: int = 1
    second: bool = False

    def __repr__(self) -> str:
        return "Intent(…)"


@dataclass(frozen=True)
class Outcome:
    """The receipt that a voter went home with, and how often it took a further try."""

    tracker: str
    height: int
    retries: int


class Server:
    """What a voter knows of the server: one connection, as a phone has, to be closed at the end."""

    def __init__(self, base: str, uuid: str) -> None:
        parts = urlsplit(base)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
        self._path = f"{parts.path.rstrip('/')}/api/sessions/{uuid}"
        self.retries = 0

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def get(self, path: str) -> tuple[int, bytes]:
        """Give (status, body) of an address below the session's."""
        return self._ask("GET", path)

    def get_bytes(self, path: str) -> bytes:
        """Give what stands at an address. Raises Deviation when nothing does."""
        status, body = self.get(path)
        if status != 200:
            _deviate(f"GET {path or '/'} answered {status}")
        return body

    def get_json(self, path: str = "") -> dict[str, Any]:
        """Give the document at an address. Raises Deviation when it is not there."""
        return _document(self.get_bytes(path))

    def cast(self, ballot: bytes) -> tuple[int, dict[str, Any]]:
        """Post a ballot until it is answered; the same bytes may be sent again (DESIGN, 503)."""
        status, body = self._ask("POST", "/ballots", ballot)
        return status, _document(body)

    def _ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        for turn in range(TRIES):
            try:
                self._connection.request(method, self._path + path, body)
                response = self._connection.getresponse()
                answer = response.read()
                if response.status != 503:
                    return response.status, answer
            except (OSError, HTTPException):
                self._connection.close()
            self.retries += 1
            sleep(0.1 * 2**turn)
        raise NotRecorded(f"The server did not answer {TRIES} times in a row.")


@dataclass(frozen=True)
class _Room:
    base: str
    election: Election
    receipt_key: str


_rooms: list[_Room] = []


def enter(base: str, uuid: str) -> None:
    """Come in: read the election that ballots are made for. Once in each process, before `vote`."""
    with closing(Server(base, uuid)) as server:
        election = parse_election(server.get_bytes("/election"))
        _rooms[:] = [_Room(base, election, server.get_json()["receipt_key"])]


def vote(intent: Intent) -> Outcome:
    """Cast the ballot of one voter and check every answer. Raises Deviation, BadProof, NotRecorded."""
    (room,) = _rooms
    election = room.election
    ballot = make_ballot(election, intent.code, intent.choices)
    with closing(Server(room.base, election.uuid)) as server:
        status, receipt = server.cast(ballot)
        # After a lost answer the same bytes are known already.
        if status != 201 and not (status == 200 and server.retries):
            _deviate(f"a ballot was answered {status} {receipt.get('error', '')}")
        tracker, height = receipt["tracker"], receipt["height"]
        if tracker != base64_sha256(ballot):
            _deviate("a receipt names another ballot")
        signature = receipt["signature"]
        check_receipt(room.receipt_key, signature, election.uuid, election.fingerprint, tracker, height)
        for _ in range(intent.taps - 1):
            if server.cast(ballot) != (200, receipt):
                _deviate("the same ballot again was not answered with the same receipt")
        if intent.second:
            status, answer = server.cast(make_ballot(election, intent.code, intent.choices))
            if (status, answer.get("error")) != (409, "code-used"):
                _deviate(f"a second ballot of one code was answered {status}")
        return Outcome(tracker, height, server.retries)


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        _deviate("an answer is not a JSON object")
    return document


def _deviate(what: str) -> NoReturn:
    raise Deviation(what)
