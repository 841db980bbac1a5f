"""A session as a client meets it over HTTP: one connection, as a phone has, and the same request again when unsure."""

import json
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from time import sleep
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

from voting.errors import NotRecorded
from voting.protocol.canonical import to_bytes

TRIES: Final = 8
PATIENCE: Final = 30.0  # seconds for one answer


class Deviation(Exception):
    """The server did something else than its interface says. The text holds no code, no key and no choice."""


class RemoteSession:
    """What a client knows of the server: the addresses below one session's. To be closed at the end.

    `device`: the secret by which a teller's device is known; it goes into a header, never into an address.
    """

    def __init__(self, base: str, uuid: str, device: str = "") -> None:
        parts = urlsplit(base)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
        self._path = f"{parts.path.rstrip('/')}/api/sessions/{uuid}"
        self._headers = {"Authorization": f"Bearer {device}"} if device else {}
        self.retries = 0

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def get(self, path: str) -> tuple[int, bytes]:
        """Give (status, body) of an address below the session's. Raises NotRecorded when there is no answer."""
        return self._ask("GET", path)

    def get_bytes(self, path: str) -> bytes:
        """Give what stands at an address. Raises Deviation when nothing does."""
        status, body = self.get(path)
        if status != 200:
            _deviate(f"GET {path or '/'} answered {status}")
        return body

    def get_json(self, path: str = "") -> dict[str, Any]:
        """Give the document at an address. Raises Deviation when it is not there."""
        return document(self.get_bytes(path))

    def post(self, path: str, body: bytes | dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Post bytes, or a value as JSON, until it is answered; the same bytes may be sent again (DESIGN, 503)."""
        status, answer = self._ask("POST", path, body if isinstance(body, bytes) else to_bytes(body))
        return status, document(answer)

    def _ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        for turn in range(TRIES):
            try:
                headers = self._headers | ({"Content-Type": "application/json"} if body is not None else {})
                self._connection.request(method, self._path + path, body, headers)
                response = self._connection.getresponse()
                answer = response.read()
                if response.status != 503:
                    return response.status, answer
            except (OSError, HTTPException):
                self._connection.close()
            self.retries += 1
            sleep(0.1 * 2**turn)
        raise NotRecorded(f"The server did not answer {TRIES} times in a row.")


def document(body: bytes) -> dict[str, Any]:
    """Read an answer. Raises Deviation when it is not a JSON object."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        _deviate("an answer is not a JSON object")
    return value


def _deviate(what: str) -> NoReturn:
    raise Deviation(what)
