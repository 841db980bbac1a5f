"""What was destroyed is not found in the past of the files either, however many acts, processes and crashes meet."""

import logging
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import randbytes

import pytest
import redis

from tests.running import connected, embedded_store, foreign_server, open_session
from tests.storage.test_embedded import holds
from tests.storage.test_safety import SAFE
from voting.domain.sessions import State
from voting.storage import history, keys
from voting.storage.embedded import running_store
from voting.storage.store import RedisStore

pytestmark = pytest.mark.store


def fill(store: RedisStore, megabytes: int) -> None:
    """Make a rewrite take its time."""
    for number in range(megabytes):
        store.connection.client.set(f"ballast:{number}", randbytes(1 << 20))


def boxed_session(store: RedisStore) -> tuple[str, bytes]:
    """Give an open session and its trustee box, which looks random: a file holds it as it is, or not at all."""
    (uuid, _), box = open_session(store), randbytes(80)
    store.connection.client.hset(keys.boxes(uuid), "trustee", box)
    return uuid, box


@pytest.mark.parametrize("at_once", [1, 6])
def test_of_six_sessions_cancelled_close_together_no_key_stays_in_a_file(tmp_path: Path, at_once: int) -> None:
    with running_store(tmp_path) as server, connected(server.url) as store:
        fill(store, 20)
        uuids, boxes = zip(*(boxed_session(store) for _ in range(6)), strict=True)
        assert all(holds(tmp_path, box) for box in boxes)
        with ThreadPoolExecutor(at_once) as threads:
            list(threads.map(store.cancel, uuids))
        until = time.monotonic() + 10
        while any(holds(tmp_path, box) for box in boxes) and time.monotonic() < until:
            server.ensure()
            time.sleep(0.1)
        assert not any(holds(tmp_path, box) for box in boxes)
        assert not store.connection.client.exists(keys.HISTORY_DUE)


def test_a_rewrite_that_began_before_the_act_does_not_count(tmp_path: Path) -> None:
    with embedded_store(tmp_path) as store:
        fill(store, 40)
        uuid, box = boxed_session(store)
        store.connection.client.bgrewriteaof()
        store.cancel(uuid)
    assert not holds(tmp_path, box)


@pytest.mark.parametrize("how", ["closes", "crashes"])
def test_an_act_that_could_not_wait_leaves_the_rewrite_to_whoever_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    with running_store(tmp_path) as server, connected(server.url) as store:
        uuid, box = boxed_session(store)
        with monkeypatch.context() as patch:
            patch.setattr(RedisStore, "settle_history", lambda self: None)
            store.cancel(uuid)
        assert store.connection.client.smembers(keys.HISTORY_DUE) == {uuid.encode()}
        assert holds(tmp_path, box)
        if how == "crashes":
            os.kill(server.pid, signal.SIGKILL)
            assert server.ensure()
            server.ensure()
            assert not holds(tmp_path, box)
    assert not holds(tmp_path, box)


def test_a_store_that_is_opened_has_the_rewrite_made_that_another_process_owed(tmp_path: Path) -> None:
    with foreign_server(tmp_path, *SAFE) as (url, _):
        with connected(url) as store:
            uuid, box = boxed_session(store)
            history.owe_rewrite(store.connection, uuid)
            store.connection.client.hdel(keys.boxes(uuid), "trustee")
            assert holds(tmp_path, box)
        with connected(url) as store:
            assert store.warnings == ()
            assert not store.connection.client.exists(keys.HISTORY_DUE)
    assert not holds(tmp_path, box)


def test_a_server_that_forbids_the_rewrite_is_named_and_the_act_is_done(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with foreign_server(tmp_path, *SAFE) as (url, _):
        with redis.Redis.from_url(url) as client:
            client.execute_command("ACL", "SETUSER", "vote", "on", ">secret", "~*", "+@all", "-bgrewriteaof")
        limited = url.replace("unix://", "unix://vote@") + "?password=secret"
        with connected(limited) as store:
            assert store.warnings == ()
            uuids = [open_session(store)[0] for _ in range(2)]
            with caplog.at_level(logging.WARNING):
                for uuid in uuids:
                    store.cancel(uuid)
            assert [store.session(uuid).state for uuid in uuids] == [State.CANCELLED] * 2
            assert [record.getMessage() for record in caplog.records] == [f"The store is unsafe: {history.FORBIDDEN}."]
        with connected(limited) as store:
            assert store.warnings == (history.FORBIDDEN,)
        with connected(url) as store:
            assert store.warnings == ()
