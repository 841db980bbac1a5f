"""How long the server waits for who sends or takes slowly: gunicorn alone would wait for ever, in one of few threads.

A connection that is over its time is shut for reading, which ends a TLS handshake, a head or a body under way alike
and never an answer. A body that broke off so is answered 408 (`refusals.py`).
"""

import socket
from contextlib import suppress
from time import monotonic
from typing import Any, Final

from gunicorn import util
from gunicorn.workers.gthread import ThreadWorker

PATIENCE: Final = 10.0
"""In seconds: for the handshake and head of a request together, and for its body beside what SLOWEST grants."""
SLOWEST: Final = 16 * 1024
"""In bytes a second: a body may take so long that it comes at this pace."""
LONGEST: Final = 60.0
"""In seconds: for any body, and for each piece of an answer to be taken."""


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's worker with threads, each lent to a connection for a bounded time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._until: dict[Any, float] = {}

    def handle(self, conn: Any) -> Any:
        """Serve what a connection asks, in a thread of the pool."""
        self._until[conn] = monotonic() + PATIENCE
        try:
            kept = super().handle(conn)
        finally:
            del self._until[conn]
        if kept is False:
            _linger(conn.sock)
        return kept

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Serve a request whose head has come."""
        length = sum(int(value) for name, value in req.headers if name == "CONTENT-LENGTH")
        self._until[conn] = monotonic() + min(PATIENCE + length / SLOWEST, LONGEST)
        conn.sock.settimeout(LONGEST)
        try:
            return super().handle_request(req, conn)
        except TimeoutError:
            return False

    def notify(self) -> None:
        """Give the sign of life of the main loop, at least every second, and shut what is over its time."""
        super().notify()
        now = monotonic()
        for conn, until in self._until.copy().items():
            if now > until:
                _stop_reading(conn.sock)


def _linger(sock: socket.socket) -> None:
    """Half-close and wait a moment for the other side to close.

    gunicorn does so as well, but in the loop that serves everybody: a few who never close would hold all others up.
    After this nothing is left to wait for.
    """
    with suppress(OSError):
        util.close_graceful(socket.fromfd(sock.fileno(), sock.family, sock.type))
    _stop_reading(sock)


def _stop_reading(sock: socket.socket) -> None:
    with suppress(OSError):
        # Not sock.shutdown(): that of a TLS socket goes on in plain text.
        socket.socket.shutdown(sock, socket.SHUT_RD)
