"""The server or a client is killed at any moment: what was acknowledged is on the board, exactly once."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Event

import pytest

from tests.running import connected, embedded_store, open_session, plain_ballot
from voting.errors import NotRecorded
from voting.storage.embedded import running_store

pytestmark = pytest.mark.store

CLIENTS = 12
ROUNDS = 20


@pytest.mark.fault("R1")
def test_a_killed_server_loses_no_acknowledged_ballot(tmp_path: Path) -> None:
    dice = Random(1)
    acknowledged: dict[str, dict[str, int]] = {}
    refused = 0
    with running_store(tmp_path) as server, connected(server.url) as store:
        for _ in range(ROUNDS):
            uuid, credentials = open_session(store, 1800)
            receipts = acknowledged[uuid] = {}
            stop = Event()

            def vote(part: list[str], uuid: str = uuid, receipts: dict[str, int] = receipts, stop: Event = stop) -> int:
                failures = 0
                for credential in part:
                    ballot = plain_ballot(credential, "x" * 3000)
                    while not stop.is_set():
                        try:
                            receipts[ballot[1]] = store.cast(uuid, *ballot).height
                            break
                        except NotRecorded:
                            failures += 1
                            time.sleep(0.01)
                return failures

            with ThreadPoolExecutor(CLIENTS) as threads:
                voters = [threads.submit(vote, credentials[number::CLIENTS]) for number in range(CLIENTS)]
                try:
                    time.sleep(dice.uniform(0.1, 0.25))
                    os.kill(server.pid, signal.SIGKILL)
                    while not server.ensure():
                        time.sleep(0.001)  # the signal has not arrived yet
                    time.sleep(0.05)
                finally:
                    stop.set()
            refused += sum(voter.result() for voter in voters)
    # Another start, from the files alone.
    with embedded_store(tmp_path) as store:
        for uuid, receipts in acknowledged.items():
            store.check_board(uuid)
            assert len(set(receipts.values())) == len(receipts)
            assert all(store.height_of(uuid, tracker) == height for tracker, height in receipts.items())
            # At most what was under way at the stop stands there without a receipt.
            assert 0 <= store.turnout(uuid).ballots - len(receipts) <= CLIENTS
    total = sum(map(len, acknowledged.values()))
    assert refused > 0
    assert total > 2000
    print(f"R1: {ROUNDS} kills, {total} acknowledged, {refused} refused and sent again, 0 lost, 0 double")


@pytest.mark.fault("R2")
def test_a_killed_client_leaves_no_code_without_its_ballot(tmp_path: Path) -> None:
    dice, kills = Random(2), 200
    with running_store(tmp_path) as server, connected(server.url) as store:
        uuid, credentials = open_session(store, 5000)
        for number in range(kills):
            child = os.fork()
            if child == 0:
                for credential in credentials[number * 25 : number * 25 + 25]:
                    store.cast(uuid, *plain_ballot(credential))
                os._exit(0)
            time.sleep(dice.uniform(0.002, 0.012))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        # The list of used codes and the ballots on the board are compared one by one.
        store.check_board(uuid)
        ballots = store.turnout(uuid).ballots
    assert 0 < ballots < 5000
    print(f"R2: {kills} killed clients, {ballots} ballots, 0 orphans")


def test_a_server_that_went_away_is_refused_and_served_again(tmp_path: Path) -> None:
    with running_store(tmp_path) as server, connected(server.url) as store:
        uuid, credentials = open_session(store)
        os.kill(server.pid, signal.SIGKILL)
        for question in (store.ping, store.sessions, lambda: store.cast(uuid, *plain_ballot(credentials[0]))):
            with pytest.raises(NotRecorded):
                question()
        assert server.ensure()
        assert not server.ensure()
        assert store.cast(uuid, *plain_ballot(credentials[0])).height == 1


def test_an_overloaded_server_is_a_refusal_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voting.storage.connection.ANSWER_SECONDS", 0.2)
    with running_store(tmp_path) as server, connected(server.url) as store:
        uuid, credentials = open_session(store)
        pid = server.pid
        os.kill(pid, signal.SIGSTOP)
        try:
            with pytest.raises(NotRecorded):
                store.cast(uuid, *plain_ballot(credentials[0]))
        finally:
            os.kill(pid, signal.SIGCONT)
        # It did arrive, and is found again instead of being refused.
        assert store.cast(uuid, *plain_ballot(credentials[0])).height == 1
        assert store.turnout(uuid).ballots == 1
