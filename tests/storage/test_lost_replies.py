"""Answers of the store that get lost on the way: what may be sent again is, and what may not is refused as unsure."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from urllib.parse import unquote

import pytest

from tests.running import connected, open_session, plain_ballot, ready_session
from voting.domain.sessions import State
from voting.errors import NotRecorded
from voting.storage.embedded import EmbeddedServer
from voting.storage.store import RedisStore

pytestmark = pytest.mark.store


class LossyProxy:
    """Forwards connections to a server's socket; in a `share` of cases the connection breaks instead of an answer."""

    def __init__(self, path: Path, server: str) -> None:
        self.path, self.server = path, server
        self.dice, self.share, self.lost = Random(3), 0.0, 0
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(64)
        self.threads: list[threading.Thread] = []
        self._start(self._accept)

    def _start(self, run: object, *arguments: socket.socket) -> None:
        thread = threading.Thread(target=run, args=arguments)
        self.threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                self._start(self._forward, self.listener.accept()[0])

    def _forward(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(self.server)
            while request := client.recv(1 << 20):
                server.sendall(request)
                answer = server.recv(1 << 20)
                if self.dice.random() < self.share:
                    self.lost += 1
                    return
                client.sendall(answer)


@pytest.fixture
def proxy(server: EmbeddedServer, store: RedisStore, tmp_path: Path) -> Iterator[LossyProxy]:
    """A proxy before the emptied server."""
    proxy = LossyProxy(tmp_path / "proxy", unquote(server.url.removeprefix("unix://")))
    yield proxy
    proxy.listener.shutdown(socket.SHUT_RDWR)
    proxy.listener.close()
    for thread in proxy.threads:
        thread.join(10)


@contextmanager
def through(proxy: LossyProxy) -> Iterator[RedisStore]:
    with connected(f"unix://{proxy.path}") as store:
        yield store


@pytest.mark.fault("R3")
def test_ballots_whose_answers_are_lost_are_sent_again_and_stand_once(proxy: LossyProxy, store: RedisStore) -> None:
    uuid, credentials = open_session(store, 400)
    with through(proxy) as lossy:
        proxy.share = 0.3

        def cast(credential: str) -> tuple[str, int]:
            ballot = plain_ballot(credential)
            while True:
                with suppress(NotRecorded):
                    return ballot[1], lossy.cast(uuid, *ballot).height

        with ThreadPoolExecutor(8) as threads:
            receipts = dict(threads.map(cast, credentials))
        proxy.share = 0.0
    assert proxy.lost > 50
    assert sorted(receipts.values()) == list(range(1, 401))
    assert all(store.height_of(uuid, tracker) == height for tracker, height in receipts.items())
    assert store.turnout(uuid).ballots == 400
    store.check_board(uuid)
    print(f"R3: 400 ballots, {proxy.lost} answers lost, 400 receipts, 0 second ballots")


def test_an_act_that_may_not_be_repeated_is_refused_as_unsure(proxy: LossyProxy, store: RedisStore) -> None:
    uuid, _ = ready_session(store)
    with through(proxy) as lossy:
        lossy.turnout(uuid)
        proxy.share = 1.0
        # Sent twice, it would be refused as already open, and the chair would not know who had opened it.
        with pytest.raises(NotRecorded):
            lossy.open(uuid, 5)
        assert proxy.lost == 1
        assert store.session(uuid).state == State.OPEN
        with pytest.raises(NotRecorded):
            lossy.turnout(uuid)
        assert proxy.lost == 3
        proxy.share = 0.0
