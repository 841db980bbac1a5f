"""A way to the service that keeps every byte that goes up it: what no browser's own tools can overlook."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CHUNK = 65536


@dataclass
class Wire:
    """`address` stands for the service's; `sent` holds what was sent to it, connection by connection."""

    address: str
    sent: list[bytearray] = field(default_factory=list)

    @property
    def bytes_sent(self) -> bytes:
        """Everything that was sent so far."""
        return b"\n".join(bytes(connection) for connection in self.sent)


@contextmanager
def recorded(address: str) -> Iterator[Wire]:
    """Listen on a free port of loopback and pass everything on to `address`, keeping what goes there."""
    there = urlsplit(address)
    open_lines: list[socket.socket] = []
    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wire = Wire(f"http://127.0.0.1:{listener.getsockname()[1]}")

        def accept() -> None:
            while True:
                try:
                    near, _ = listener.accept()
                    far = socket.create_connection((there.hostname, there.port))
                except OSError:
                    return
                kept = bytearray()
                wire.sent.append(kept)
                open_lines.extend((near, far))
                for pair in ((near, far, kept), (far, near, None)):
                    thread = threading.Thread(target=_carry, args=pair)
                    threads.append(thread)
                    thread.start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield wire
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for line in open_lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join()
            for line in open_lines:
                line.close()


def _carry(source: socket.socket, target: socket.socket, kept: bytearray | None) -> None:
    with suppress(OSError):
        while piece := source.recv(CHUNK):
            if kept is not None:
                kept += piece
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
