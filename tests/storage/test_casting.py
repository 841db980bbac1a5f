"""Casting under load: one ballot per code, one place per ballot, and nothing after the end."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier
from time import sleep

import pytest

from tests.running import connected, open_session, plain_ballot, plain_credentials, ready_session
from voting.errors import Closed, CodeUsed, NotOpenYet, Refusal, UnknownCode, UnknownSession, UnknownTracker, VoidCode
from voting.protocol.board import Chain, line_to_record, parse_event
from voting.storage.embedded import EmbeddedServer
from voting.storage.store import RedisStore

pytestmark = pytest.mark.store


def test_forty_threads_with_one_code_cast_one_ballot(store: RedisStore) -> None:
    uuid, (credential, *_) = open_session(store)
    barrier = Barrier(40)

    def cast(number: int) -> str:
        barrier.wait()
        try:
            store.cast(uuid, *plain_ballot(credential, str(number)))
        except CodeUsed:
            return "used"
        return "cast"

    with ThreadPoolExecutor(40) as threads:
        outcomes = Counter(threads.map(cast, range(40)))
    assert outcomes == {"cast": 1, "used": 39}
    assert store.turnout(uuid).ballots == 1
    store.check_board(uuid)


@pytest.mark.fault("R3")
def test_forty_threads_with_one_ballot_get_one_place(store: RedisStore) -> None:
    uuid, (credential, *_) = open_session(store)
    ballot = plain_ballot(credential)
    with ThreadPoolExecutor(40) as threads:
        places = list(threads.map(lambda _: store.cast(uuid, *ballot), range(40)))
    assert {place.height for place in places} == {1}
    assert Counter(place.repeated for place in places) == {False: 1, True: 39}
    assert store.turnout(uuid).records == 2
    print("R3: 40 identical casts, 1 record, 0 second ballots")


def test_a_thousand_casts_are_a_thousand_records_in_order(store: RedisStore) -> None:
    uuid, credentials = open_session(store, 1000)
    ballots = [plain_ballot(credential) for credential in credentials]
    with ThreadPoolExecutor(16) as threads:
        places = list(threads.map(lambda ballot: store.cast(uuid, *ballot), ballots))
    board = list(store.records(uuid))
    assert sorted(place.height for place in places) == list(range(1, 1001))
    assert all(board[place.height] == ballot[2] for place, ballot in zip(places, ballots, strict=True))
    assert all(store.height_of(uuid, ballot[1]) == place.height for place, ballot in zip(places, ballots, strict=True))
    store.check_board(uuid)
    chain = Chain()
    for height, line in enumerate(board):
        parent = chain.head
        event = parse_event(chain.append(line_to_record(line, height)))
        assert (event.parent, event.height) == (parent, height)
    assert chain.height == 1001


@pytest.mark.fault("R4")
def test_no_ballot_is_taken_after_the_end(store: RedisStore) -> None:
    rounds, receipts, dice = 200, 0, Random(4)
    for _ in range(rounds):
        uuid, credentials = open_session(store, 40)
        barrier = Barrier(9)

        def cast(part: list[str], uuid: str = uuid, barrier: Barrier = barrier) -> list[int]:
            barrier.wait()
            heights = []
            for credential in part:
                try:
                    heights.append(store.cast(uuid, *plain_ballot(credential)).height)
                except Closed:
                    break
            return heights

        def close(uuid: str = uuid, barrier: Barrier = barrier, pause: float = dice.uniform(0, 0.01)) -> bool:
            barrier.wait()
            sleep(pause)
            return store.close(uuid, b"EndBallots", 5)

        with ThreadPoolExecutor(9) as threads:
            voters = [threads.submit(cast, credentials[start : start + 5]) for start in range(0, 40, 5)]
            assert threads.submit(close).result()
        heights = sorted(height for voter in voters for height in voter.result())
        board = list(store.records(uuid))
        assert board[-1] == b"EndBallots"
        assert heights == list(range(1, len(board) - 1))
        store.check_board(uuid)
        receipts += len(heights)
    print(f"R4: {rounds} closes under load, {receipts} receipts, 0 after EndBallots")


@pytest.mark.fault("R5")
def test_a_hundred_closes_at_once_write_one_end(store: RedisStore) -> None:
    uuid, (credential, *_) = open_session(store)
    store.cast(uuid, *plain_ballot(credential))
    with ThreadPoolExecutor(32) as threads:
        outcomes = Counter(threads.map(lambda at: store.close(uuid, b"EndBallots", at + 1), range(100)))
    assert outcomes == {True: 1, False: 99}
    assert [record.split(b"\n")[0] for record in store.records(uuid)] == [b"Setup", b"Ballot", b"EndBallots"]
    print("R5: 100 parallel closes, 1 event")


def test_a_ballot_finds_its_place_again_after_the_close(store: RedisStore) -> None:
    uuid, (credential, *_) = open_session(store)
    ballot = plain_ballot(credential)
    first = store.cast(uuid, *ballot)
    store.close(uuid, b"EndBallots", 5)
    again = store.cast(uuid, *ballot)
    assert (first.height, first.repeated, again.height, again.repeated) == (1, False, 1, True)


def test_a_void_code_is_refused_and_counted(store: RedisStore) -> None:
    uuid, (first, second, *_) = open_session(store)
    store.void(uuid, first)
    with pytest.raises(VoidCode):
        store.cast(uuid, *plain_ballot(first))
    with pytest.raises(VoidCode):
        store.void(uuid, first)
    store.cast(uuid, *plain_ballot(second))
    with pytest.raises(CodeUsed):
        store.void(uuid, second)
    turnout = store.turnout(uuid)
    assert (turnout.codes, turnout.void, turnout.ballots) == (12, 1, 1)
    assert [store.credential_status(uuid, name) for name in (first, second)] == ["void", "used"]


def test_unknown_names_are_refused(store: RedisStore) -> None:
    uuid, _ = open_session(store, 3)
    stranger = plain_credentials(9)[8]
    asked: list[tuple[type[Refusal], object]] = [
        (UnknownCode, lambda: store.cast(uuid, *plain_ballot(stranger))),
        (UnknownCode, lambda: store.void(uuid, stranger)),
        (UnknownCode, lambda: store.credential_status(uuid, stranger)),
        (UnknownTracker, lambda: store.height_of(uuid, "x")),
        (UnknownSession, lambda: store.cast("nosuchsession1", *plain_ballot(stranger))),
        (UnknownSession, lambda: store.turnout("nosuchsession1")),
        (UnknownSession, lambda: store.session("nosuchsession1")),
        (UnknownSession, lambda: store.check_board("nosuchsession1")),
    ]
    for refusal, question in asked:
        with pytest.raises(refusal):
            question()
    assert store.turnout(uuid).records == 1


def test_a_ballot_before_the_opening_is_told_so(store: RedisStore) -> None:
    uuid, (credential, *_) = ready_session(store)
    with pytest.raises(NotOpenYet):
        store.cast(uuid, *plain_ballot(credential))
    assert store.credential_status(uuid, credential) == "unused"


def test_two_stores_on_one_server_see_the_same(store: RedisStore, server: EmbeddedServer) -> None:
    uuid, (credential, *_) = open_session(store)
    with connected(server.url) as other:
        other.cast(uuid, *plain_ballot(credential))
    assert store.credential_status(uuid, credential) == "used"
