"""`voting serve` takes up what a closed session is owed, and is not held up at its end by a count."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest

from config import Settings
from tests.commands.conftest import bare_environment
from tests.commands.process import descendants, gone, running
from tests.domain.counting_team import Device, draft_with_tellers, gather, take_steps
from tests.running import connected
from voting.domain.casting import cast, election_of, open_session
from voting.domain.counting import close_session, is_tallied
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.sessions import Session, State
from voting.domain.sheets import Person, make_sheet
from voting.domain.tellers import Teller
from voting.protocol.ballots import make_ballot
from voting.protocol.board import Record, record_to_line
from voting.storage import keys
from voting.storage.embedded import running_store
from voting.storage.sealing import SealingKeys
from voting.storage.store import RedisStore

pytestmark = pytest.mark.store


def house_on(store: RedisStore, environment: dict[str, str]) -> House:
    """Give the house that `voting serve` will open."""
    seal = SealingKeys(Settings.from_env(environment).sealing_keys)
    store.check_seal(seal)
    return House(store, seal, lambda: 1_800_000_000)


def opened(house: House, session: Session, ballots: int) -> tuple[str, list[Device]]:
    """Open a session that tellers count, with so many ballots on the board; give its UUID and the devices."""
    uuid, team = session.uuid, gather(house, session)
    take_steps(team)
    codes = make_codes(house, uuid)
    confirm_codes(house, uuid)
    open_session(house, uuid)
    election = election_of(house, uuid)
    for code in codes[:ballots]:
        choices = [[int(place == 1) for place in range(question.choices)] for question in election.questions]
        cast(house, uuid, make_ballot(election, code, choices))
    return uuid, team


def until(condition: Callable[[], bool], seconds: float) -> bool:
    end = monotonic() + seconds
    while not condition():
        if monotonic() > end:
            return False
        sleep(0.05)
    return True


@pytest.mark.fault("R5")
def test_a_service_that_starts_finishes_the_close_and_the_count_that_a_kill_broke_off(tmp_path: Path) -> None:
    environment = bare_environment(tmp_path / "data")
    with running_store(tmp_path / "data") as server, connected(server.url) as store:
        house = house_on(store, environment)
        (half, late), (due, team) = (opened(house, draft_with_tellers(house), 1) for _ in range(2))
        with running(environment, tmp_path, "serve") as serve:
            serve.wait_for("Serving at")
            below = descendants(serve.process.pid)
            serve.process.kill()
            serve.process.wait()
            assert gone(below)
        # As a kill leaves them: one without its tally, one that has all it needs and is not counted.
        store.close(half, record_to_line(Record("EndBallots", (), 0)), 7)
        close_session(house, due)
        for device in team[:2]:
            device.decrypt()
        assert not is_tallied(house, half)
        assert store.session(due).state == State.CLOSED
        with running(environment, tmp_path, "serve") as serve:
            serve.wait_for("Serving at")
            # Nobody asks: neither a page of the chair nor a device.
            finished = until(lambda: is_tallied(house, half) and store.session(due).state == State.COUNTED, 20)
            assert serve.end(signal.SIGTERM) == 0
            assert serve.stderr.read_text() == ""
        assert finished, (is_tallied(house, half), store.session(due).state)
        assert late[0].decrypt().present == 1
        ends = sum(line == b"EndBallots" for line in store.records(half))
        print(f"R5: 2 of 2 ends of sessions that a kill broke off were finished; {ends} EndBallots")
        assert ends == 1


def test_a_count_under_way_neither_holds_up_the_end_nor_outlives_a_killed_worker(tmp_path: Path) -> None:
    environment = bare_environment(tmp_path / "data")
    people = tuple(Person(f"Đại biểu {number}") for number in range(25))
    with running_store(tmp_path / "data") as server, connected(server.url) as store:
        house = house_on(store, environment)
        session = Session("", "Long", make_sheet(people, blank=True), codes=24, tellers=(Teller("Thu"),), threshold=1)
        uuid, team = opened(house, create_session(house, session), 24)
        close_session(house, uuid)
        team[0].decrypt()
        with running(environment, tmp_path, "serve") as serve:
            serve.wait_for("Serving at")
            worker_that_counts(serve.process.pid)
            began = monotonic()
            assert serve.end(signal.SIGTERM) == 0
            assert monotonic() - began < 10
            assert serve.stderr.read_text() == ""
        assert store.session(uuid).state == State.CLOSED
        # Nobody waits for the lease of the one that was told to end.
        assert not store.connection.client.exists(keys.count_lease(uuid))
        with running(environment, tmp_path, "serve") as serve:
            serve.wait_for("Serving at")
            counting = worker_that_counts(serve.process.pid)
            below = descendants(counting)
            os.kill(counting, signal.SIGKILL)
            assert gone([counting, *below], 5)
            assert serve.end(signal.SIGTERM) == 0
        assert store.session(uuid).state == State.CLOSED


def worker_that_counts(serve: int) -> int:
    """Wait for a worker that has started processes to check ballots with."""
    found: list[int] = []

    def look() -> bool:
        found[:] = [one for one in descendants(serve) if sum(map(is_checking, descendants(one))) >= 2]
        return bool(found)

    assert until(look, 30), "nobody counts"
    # The web server and its arbiter are above it.
    return found[-1]


def is_checking(pid: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
