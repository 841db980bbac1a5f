"""Those who send slowly or never close: they are waited for a while, and nobody else waits for them."""

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest

from tests.web.served import Served
from voting.domain.sessions import Session
from voting.web.patience import PATIENCE

# So many that no worker has a thread left, also when one of them took more than the other.
MANY = 80


@contextmanager
def lines(served: Served, sent: bytes) -> Iterator[list[socket.socket]]:
    """Open many connections that each send the same and then nothing."""
    with ExitStack() as stack:
        opened = [
            stack.enter_context(socket.create_connection(("127.0.0.1", served.port), 5 * PATIENCE)) for _ in range(MANY)
        ]
        for line in opened:
            line.sendall(sent)
        yield opened


def head_of(uuid: str, length: int) -> bytes:
    return f"POST /api/sessions/{uuid}/ballots HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n".encode()


def seconds_until_healthy(served: Served) -> float:
    began = time.monotonic()
    assert served.get("/healthz", until=began + 60) == b"ok\n"
    return time.monotonic() - began


def send_slowly(served: Served, uuid: str) -> bytes:
    """Send 100 KB in 5 s and give the answer."""
    with socket.create_connection(("127.0.0.1", served.port), 30) as line:
        line.sendall(head_of(uuid, 100_000))
        for _ in range(50):
            time.sleep(0.1)
            line.sendall(b" " * 2000)
        return line.recv(10_000)


@pytest.mark.fault("W7")
def test_uploads_that_stall_hold_the_service_up_for_a_moment_and_slow_ones_pass(served: Served, draft: Session):
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(send_slowly, served, draft.uuid)
        time.sleep(0.5)
        with lines(served, head_of(draft.uuid, 100) + b"{}") as stalled:
            waited = seconds_until_healthy(served)
            assert stalled[0].recv(10_000).startswith(b"HTTP/1.1 408 ")
        # The whole body came: what is said is about the session.
        assert slow.result().startswith(b"HTTP/1.1 423 ")
    print(f"W7: {MANY} stalled uploads, the next one waits {waited:.1f} s")
    # Twice: the kernel may have given one worker more of them than it has threads.
    assert waited < 2 * PATIENCE + 5
    assert served.log.read_text() == ""


@pytest.mark.fault("W7")
def test_many_who_never_close_hold_nobody_up(served: Served):
    with lines(served, b"GET /healthz HTTP/1.0\r\n\r\n"):
        assert seconds_until_healthy(served) < PATIENCE


def test_a_body_that_breaks_off_is_no_ballot_and_may_be_sent_again(served: Served, draft: Session):
    with socket.create_connection(("127.0.0.1", served.port), 10) as line:
        line.sendall(head_of(draft.uuid, 100) + b"{}")
        line.shutdown(socket.SHUT_WR)
        with line.makefile("rb") as answer:
            head, _, body = answer.read().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert json.loads(body)["error"] == "incomplete"
