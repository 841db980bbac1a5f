"""An announced end is carried out by the service: at its time and no earlier, whatever the clock does meanwhile."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from voting.domain.casting import open_session
from voting.domain.counting import close_session, is_tallied
from voting.domain.deadlines import announce_end, take_back_end
from voting.domain.drafting import cancel_session, copy_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.retention import archive_session
from voting.domain.sessions import State
from voting.errors import NotRecorded
from voting.storage import keys
from voting.storage.store import RedisStore
from voting.web.closing import GRACE, RETENTION_EVERY, Closing
from voting.web.counts import Counts

pytestmark = pytest.mark.store

START = 1_800_000_000


class Time:
    """A clock that somebody may set, and the time that really passes."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.ahead = 0.0

    def clock(self) -> int:
        return int(START + self.passed + self.ahead)

    def wait(self, seconds: float) -> None:
        self.passed += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def timed(house: House, time: Time) -> House:
    return replace(house, clock=time.clock)


@pytest.fixture
def worker(timed: House, time: Time) -> Iterator[Callable[[], Closing]]:
    """Make the background of one more process."""
    yield lambda: Closing(timed, Counts(timed, lambda uuid: None), lambda uuid: None, lambda: time.passed)
    join_counts()


@pytest.fixture
def new_voting(house: House, voting_now) -> Callable[[], str]:
    """Open one more session."""

    def begin() -> str:
        uuid = copy_session(house, voting_now[0], chair="hoa").uuid
        make_codes(house, uuid)
        confirm_codes(house, uuid)
        open_session(house, uuid)
        return uuid

    return begin


def join_counts() -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("count"):
            thread.join(20)


def state(house: House, uuid: str) -> State:
    return house.store.session(uuid).state


def test_a_vote_is_closed_when_its_end_has_come_and_its_ballots_are_added_up(
    timed: House, time: Time, worker, voting_now, cast_ballot
) -> None:
    uuid, codes = voting_now
    own = worker()
    announce_end(timed, uuid, 3, itself=True)
    own.look()
    time.wait(179)
    own.look()
    cast_ballot(uuid, codes[0], 1, 2)
    assert state(timed, uuid) == State.OPEN
    time.wait(1)
    own.look()
    assert state(timed, uuid) == State.CLOSED
    join_counts()
    assert is_tallied(timed, uuid)
    assert timed.store.turnout(uuid).ballots == 1
    assert timed.store.closing() == {uuid}
    own.look()
    assert timed.store.closing() == frozenset()


def test_an_end_without_the_wish_is_only_announced(timed: House, time: Time, worker, voting_now) -> None:
    uuid, _ = voting_now
    own = worker()
    announce_end(timed, uuid, 3, itself=False)
    own.look()
    time.wait(600)
    own.look()
    assert state(timed, uuid) == State.OPEN


@pytest.mark.fault("R12")
@pytest.mark.parametrize("skew", [600, -600, 86400 * 400, -86400 * 400])
def test_a_clock_that_is_set_closes_nothing_early(timed: House, time: Time, worker, voting_now, skew: int) -> None:
    uuid, _ = voting_now
    own = worker()
    announce_end(timed, uuid, 5, itself=True)
    own.look()
    time.ahead = skew
    early = 0
    for _ in range(299):
        time.wait(1)
        own.look()
        early += state(timed, uuid) != State.OPEN
    print(f"R12: clock set by {skew} s, {early} state changes before the announced end")
    assert early == 0
    if skew < 0:
        # Everybody reads that there is time left: the chair may close, the service does not.
        time.wait(10)
        own.look()
        assert state(timed, uuid) == State.OPEN
        time.ahead = 0
    time.wait(1)
    own.look()
    assert state(timed, uuid) == State.CLOSED


def test_an_end_that_is_put_off_or_taken_back_is_not_carried_out(timed: House, time: Time, worker, voting_now) -> None:
    uuid, _ = voting_now
    own = worker()
    announce_end(timed, uuid, 1, itself=True)
    own.look()
    time.wait(59)
    announce_end(timed, uuid, 5, itself=True)
    time.wait(60)
    own.look()
    assert state(timed, uuid) == State.OPEN
    take_back_end(timed, uuid)
    time.wait(600)
    own.look()
    assert state(timed, uuid) == State.OPEN


def test_a_service_that_was_down_as_the_end_came_gives_phones_some_time(
    timed: House, time: Time, worker, voting_now
) -> None:
    uuid, _ = voting_now
    announce_end(timed, uuid, 1, itself=True)
    time.wait(3600)
    own = worker()
    own.look()
    time.wait(GRACE - 1)
    own.look()
    assert state(timed, uuid) == State.OPEN
    time.wait(1)
    own.look()
    assert state(timed, uuid) == State.CLOSED


def test_a_store_that_was_away_as_the_end_came_gives_phones_some_time(
    timed: House, time: Time, worker, voting_now, monkeypatch: pytest.MonkeyPatch
) -> None:
    uuid, _ = voting_now
    own = worker()
    announce_end(timed, uuid, 1, itself=True)
    own.look()
    time.wait(60)

    def away(_: RedisStore) -> frozenset[str]:
        own._ending.set()
        raise NotRecorded("The store cannot be reached.")

    with monkeypatch.context() as broken:
        broken.setattr(RedisStore, "closing", away)
        own._run()
    own.look()
    assert state(timed, uuid) == State.OPEN
    time.wait(GRACE)
    own.look()
    assert state(timed, uuid) == State.CLOSED


def test_of_many_workers_one_ends_the_ballots(timed: House, time: Time, worker, voting_now) -> None:
    uuid, _ = voting_now
    announce_end(timed, uuid, 1, itself=True)
    workers = [worker() for _ in range(8)]
    for one in workers:
        one.look()
    time.wait(60)
    threads = [threading.Thread(target=one.look) for one in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    join_counts()
    types = [record.split(b"\n")[0] for record in timed.store.records(uuid)]
    assert types == [b"Setup", b"EndBallots", b"EncryptedTally"]


def test_a_damaged_session_keeps_no_other_from_its_end(
    timed: House, time: Time, worker, voting_now, new_voting, capsys: pytest.CaptureFixture[str]
) -> None:
    uuid, _ = voting_now
    others = [new_voting() for _ in range(6)]
    own = worker()
    client = timed.store.connection.client
    for each in (uuid, *others):
        announce_end(timed, each, 1, itself=True)
    own.look()
    # One cannot be read, of another the ballots cannot be ended; whichever comes first.
    client.hset(keys.session(others[2]), "document", "{")
    client.delete(keys.board(others[4]))
    client.set(keys.board(others[4]), "no list")
    time.wait(60)
    own.look()
    whole = (uuid, others[0], others[1], others[3], others[5])
    assert [state(timed, each) for each in whole] == [State.CLOSED] * 5
    own.look()
    assert capsys.readouterr().err.count("closing-failed") == 1


@pytest.mark.parametrize("end", [close_session, cancel_session])
def test_what_the_chair_ended_before_is_left_alone(timed: House, time: Time, worker, voting_now, end) -> None:
    uuid, _ = voting_now
    own = worker()
    announce_end(timed, uuid, 1, itself=True)
    own.look()
    end(timed, uuid)
    before = list(timed.store.records(uuid))
    time.wait(120)
    own.look()
    assert list(timed.store.records(uuid)) == before
    assert timed.store.closing() == frozenset()


def test_archived_sessions_are_reduced_when_their_days_have_passed(
    timed: House, time: Time, worker, voting_now
) -> None:
    uuid, _ = voting_now
    cancel_session(timed, uuid)
    archive_session(timed, uuid, 30)
    own = worker()
    own.tidy()
    time.wait(30 * 86400 - 1)
    own.tidy()
    assert timed.store.session(uuid).reduced_at == 0
    time.wait(RETENTION_EVERY)
    own.tidy()
    assert timed.store.session(uuid).reduced_at == time.clock()
