"""What a closed session is owed is done in the background: by one process at a time, and again when it broke off."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.web.casting_ballots import cast_ballot
from tests.web.devices import Device, hold_ceremony
from voting.domain.casting import open_session
from voting.domain.counting import close_session, is_tallied, take_decryption
from voting.domain.drafting import cancel_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.links import bound_device
from voting.domain.sessions import State
from voting.errors import BoardDamaged, NotRecorded
from voting.protocol.board import Record, record_to_line
from voting.storage import keys
from voting.storage.store import RedisStore
from voting.web import count_lease, counts
from voting.web.counts import Counts, last_failure


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Short pauses; at the end no count is left running."""
    monkeypatch.setattr(counts, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(count_lease, "LEASE_SECONDS", 1.0)
    monkeypatch.setattr(count_lease, "RENEWED_EVERY", 0.2)
    yield
    join_counts()


@pytest.fixture
def team(joined: list[Device], house: House) -> list[Device]:
    """The devices of three tellers whose session is open, with a ballot on the board."""
    uuid = joined[0].uuid
    hold_ceremony(joined)
    codes = make_codes(house, uuid)
    confirm_codes(house, uuid)
    open_session(house, uuid)
    cast_ballot(house, uuid, codes[0], 1, 3)
    return joined


@pytest.fixture
def due(team: list[Device], house: House) -> str:
    """A closed session that two tellers have decrypted and nobody counts."""
    uuid = team[0].uuid
    close_session(house, uuid)
    for device in team[:2]:
        take_decryption(house, uuid, bound_device(house, uuid, device.secret), device.partial_decryption(house))
    return uuid


def join_counts() -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("count"):
            thread.join(20)


def states(house: House, uuid: str) -> tuple[State, bool]:
    return house.store.session(uuid).state, is_tallied(house, uuid)


def counts_of(house: House) -> Counts:
    """Give the counts of one more process."""
    return Counts(house, lambda uuid: None)


def end_ballots(house: House, uuid: str) -> None:
    """Close, and break off before the tally is on the board."""
    house.store.close(uuid, record_to_line(Record("EndBallots", (), 0)), 0)


def test_a_waiting_device_has_a_close_finished_that_broke_off(team: list[Device], house: House):
    uuid = team[0].uuid
    assert team[0].view()["tallied"] is False
    end_ballots(house, uuid)
    assert team[0].view()["state"] == "closed"
    until = time.monotonic() + 10
    while not team[0].view()["tallied"]:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert states(house, uuid) == (State.CLOSED, True)
    assert [device.send_decryption(device.partial_decryption(house)).status_code for device in team[:2]] == [201, 201]
    join_counts()
    assert team[2].client.get(f"/api/sessions/{uuid}").json["state"] == "counted"


def test_at_its_start_a_process_takes_up_what_is_owed(due: str, house: House):
    counts_of(house).take_up()
    time.sleep(0.05)
    join_counts()
    join_counts()
    assert house.store.session(due).state == State.COUNTED


def test_a_session_that_owes_nothing_is_left_alone(team: list[Device], house: House):
    uuid = team[0].uuid
    close_session(house, uuid)
    before = house.store.connection.client.dump(keys.session(uuid))
    own = counts_of(house)
    own.resume(uuid)
    own.take_up()
    join_counts()
    assert house.store.connection.client.dump(keys.session(uuid)) == before
    assert states(house, uuid) == (State.CLOSED, True)


def test_a_store_that_is_away_for_a_moment_is_asked_again(due: str, house: House, monkeypatch: pytest.MonkeyPatch):
    right, failed = RedisStore.check_board, []

    def check_board(self: RedisStore, uuid: str) -> None:
        if len(failed) < 3:
            failed.append(uuid)
            raise NotRecorded("The store cannot be reached.")
        right(self, uuid)

    monkeypatch.setattr(RedisStore, "check_board", check_board)
    counts_of(house).begin(due)
    join_counts()
    assert len(failed) == 3
    assert house.store.session(due).state == State.COUNTED
    assert last_failure(house, due) == ""


def test_two_processes_do_not_count_at_once(due: str, house: House, monkeypatch: pytest.MonkeyPatch):
    right, at_it, most = counts.count_session, [0], [0, 0]

    def slow(*arguments: object) -> object:
        at_it[0] += 1
        most[:] = [max(most[0], at_it[0]), most[1] + 1]
        # Longer than the lease: it is renewed.
        time.sleep(1.5)
        try:
            return right(*arguments)
        finally:
            at_it[0] -= 1

    monkeypatch.setattr(counts, "count_session", slow)
    several = [counts_of(house) for _ in range(4)]
    for one in several:
        one.begin(due)
        one.resume(due)
    join_counts()
    assert most == [1, 1]
    assert house.store.session(due).state == State.COUNTED


def test_the_count_of_a_process_that_died_is_taken_over_when_its_lease_runs_out(due: str, house: House):
    assert house.store.lease_count(due, "the process that died", 0.7)
    counts_of(house).begin(due)
    time.sleep(0.3)
    assert house.store.session(due).state == State.CLOSED
    join_counts()
    assert house.store.session(due).state == State.COUNTED
    assert not house.store.connection.client.exists(keys.count_lease(due))


@pytest.mark.parametrize("how", ["cancelled", "stopped", "overtaken"])
def test_a_count_breaks_off_when_it_must(due: str, house: House, monkeypatch: pytest.MonkeyPatch, how: str):
    own, ends = counts_of(house), []

    def endless(house: House, uuid: str, progress: Callable[[int, int], None]) -> None:
        until = time.monotonic() + 10
        try:
            while time.monotonic() < until:
                progress(1, 2)
                time.sleep(0.01)
        finally:
            ends.append(time.monotonic())

    with monkeypatch.context() as patch:
        patch.setattr(counts, "count_session", endless)
        own.begin(due)
        time.sleep(0.2)
        began = time.monotonic()
        if how == "cancelled":
            cancel_session(house, due)
        elif how == "stopped":
            own.stop()
        else:
            house.store.connection.client.set(keys.count_lease(due), "another", px=10_000)
        while not ends and time.monotonic() < began + 5:
            time.sleep(0.02)
    assert ends[0] - began < 1
    own.stop()
    join_counts()
    assert last_failure(house, due) == ""


def test_a_count_that_the_board_forbids_is_not_begun_again_by_those_who_ask(
    due: str, house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    client, board = house.store.connection.client, keys.board(due)
    kept = client.lindex(board, 1)
    client.lset(board, 1, kept.replace(b'"response":"', b'"response":"1', 1))
    own, other = counts_of(house), counts_of(house)
    own.begin(due)
    join_counts()
    assert last_failure(house, due) == "board-damaged"
    for _ in range(3):
        other.resume(due)
        own.resume(due)
        join_counts()
    assert capsys.readouterr().err.count("count-failed") == 1
    client.lset(board, 1, kept)
    other.take_up()
    time.sleep(0.05)
    join_counts()
    assert house.store.session(due).state == State.COUNTED
    assert last_failure(house, due) == ""


def test_two_processes_that_are_asked_without_end_try_a_forbidden_count_once(
    due: str, house: House, monkeypatch: pytest.MonkeyPatch
):
    tried = []

    def slow(*_: object) -> None:
        tried.append(1)
        time.sleep(0.2)
        raise BoardDamaged("The board does not verify.")

    monkeypatch.setattr(counts, "count_session", slow)
    processes = counts_of(house), counts_of(house)
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        for process in processes:
            process.resume(due)
        time.sleep(0.02)
    join_counts()
    assert len(tried) == 1
    assert last_failure(house, due) == "board-damaged"


def test_why_a_count_failed_stays_to_be_read_while_it_is_tried_again(
    due: str, house: House, monkeypatch: pytest.MonkeyPatch
):
    house.store.lease_count(due, "another process", 1.0)
    house.store.end_count(due, "another process", "board-damaged")
    seen = []
    monkeypatch.setattr(counts, "count_session", lambda *_: seen.append(last_failure(house, due)))
    counts_of(house).begin(due)
    join_counts()
    assert seen == ["board-damaged"]
    assert last_failure(house, due) == ""


def test_a_fault_that_nobody_foresaw_is_tried_again_after_a_while(
    due: str, house: House, monkeypatch: pytest.MonkeyPatch
):
    clock = [0.0]
    own = Counts(house, lambda uuid: None, lambda: clock[0])

    def faulty(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(counts, "count_session", faulty)
        own.begin(due)
        join_counts()
    assert last_failure(house, due) == "fault"
    for clock[0], state in ((1.0, State.CLOSED), (counts.PATIENCE, State.COUNTED)):
        own.resume(due)
        join_counts()
        assert house.store.session(due).state == state
