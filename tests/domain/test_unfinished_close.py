"""A close that broke off between the end of the ballots and the tally is finished by whoever comes next (FAULTS R5)."""

import os
import signal
from pathlib import Path

import pytest

from tests.domain.conftest import NOON
from tests.domain.counting_team import draft_with_tellers, gather, take_steps
from tests.running import connected
from voting.domain.casting import open_session
from voting.domain.counting import close_session, finish_close, is_due, is_tallied
from voting.domain.drafting import cancel_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.sessions import State
from voting.errors import NotRecorded, WrongState
from voting.protocol.board import Record, line_to_record, record_to_line
from voting.storage.embedded import running_store
from voting.storage.sealing import SealingKeys
from voting.storage.store import RedisStore


def end_ballots(house: House, uuid: str) -> None:
    """Do the first half of a close."""
    house.store.close(uuid, record_to_line(Record("EndBallots", (), 0)), NOON)


def types(house: House, uuid: str) -> list[str]:
    return [line_to_record(line, height).type for height, line in enumerate(house.store.records(uuid))]


@pytest.mark.parametrize("finish", [finish_close, close_session])
def test_a_close_that_broke_off_is_finished_once(house, voting_now, finish):
    uuid, _ = voting_now
    with pytest.raises(WrongState):
        finish_close(house, uuid)
    assert not is_tallied(house, uuid)
    end_ballots(house, uuid)
    assert (is_tallied(house, uuid), is_due(house, uuid)) == (False, True)
    for _ in range(3):
        finish(house, uuid)
        assert types(house, uuid) == ["Setup", "EndBallots", "EncryptedTally"]
        assert (is_tallied(house, uuid), is_due(house, uuid)) == (True, False)


def test_a_cancelled_session_owes_no_tally(house, voting_now):
    uuid, _ = voting_now
    end_ballots(house, uuid)
    cancel_session(house, uuid)
    assert not is_due(house, uuid)
    with pytest.raises(WrongState):
        finish_close(house, uuid)


@pytest.mark.fault("R5")
def test_a_store_that_is_killed_in_the_middle_of_a_close_loses_no_step_of_it(tmp_path: Path, monkeypatch):
    with running_store(tmp_path) as server, connected(server.url) as store:
        house = House(store, SealingKeys(["a sealing key for tests, long enough"]), lambda: NOON)
        session = draft_with_tellers(house)
        uuid, team = session.uuid, gather(house, session)
        take_steps(team)
        make_codes(house, uuid)
        confirm_codes(house, uuid)
        open_session(house, uuid)
        right = RedisStore.close

        def killed(self: RedisStore, *arguments: object, **more: object) -> bool:
            done = right(self, *arguments, **more)
            os.kill(server.pid, signal.SIGKILL)
            return done

        with monkeypatch.context() as patch:
            patch.setattr(RedisStore, "close", killed)
            with pytest.raises(NotRecorded):
                close_session(house, uuid)
        assert server.ensure()
        assert house.store.session(uuid).state == State.CLOSED
        assert team[0].view().state == "closed"
        assert not is_tallied(house, uuid)
        finish_close(house, uuid)
        assert types(house, uuid)[-2:] == ["EndBallots", "EncryptedTally"]
        assert team[0].decrypt().present == 1
    print("R5: 1 of 1 closes that a kill broke off was finished")
