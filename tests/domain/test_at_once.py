"""Acts that meet: a second tap, another process, keys that do not open, slips made again at the wrong moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Lock

import pytest

from voting.domain import boards, counting
from voting.domain.boards import public_head
from voting.domain.casting import cast, election_of
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.drafting import change_session
from voting.domain.issuing import confirm_codes, credentials_of, make_codes
from voting.domain.results import public_result_of
from voting.domain.sessions import State
from voting.errors import BoardDamaged, ChangedMeanwhile, NotFound, SealBroken, UnknownSession, WrongState
from voting.storage import keys
from voting.storage.sealing import SealingKeys

STEPS = [(close_session, State.CLOSED), (count_session, State.COUNTED), (publish_session, State.PUBLISHED)]


def test_every_step_taken_twice_at_once_succeeds_twice(house, voting_now, ballot_of):
    uuid, codes = voting_now
    for code in codes[:3]:
        cast(house, uuid, ballot_of(uuid, code, 1, 2))
    for step, state in STEPS:
        with ThreadPoolExecutor(4) as threads:
            reached = list(threads.map(lambda _, step=step: step(house, uuid).state, range(4)))
        assert reached == [state] * 4
    assert len(list(house.store.records(uuid))) == 8


class Beside:
    """A store on which another process takes a step just before each of the acts that are named."""

    def __init__(self, store: object, acts: tuple[str, ...], meanwhile: Callable[[], object]) -> None:
        self._store, self._acts, self._meanwhile = store, acts, meanwhile

    def __getattr__(self, name: str) -> object:
        if name in self._acts:
            self._meanwhile()
        return getattr(self._store, name)


@pytest.mark.parametrize("act", ["check_board", "trustee_box", "append"])
def test_a_count_that_another_process_finished_first_is_a_count(house, voting_now, ballot_of, act, monkeypatch):
    uuid, codes = voting_now
    cast(house, uuid, ballot_of(uuid, codes[0], 1, 2))
    close_session(house, uuid)
    counted = []

    def other_process() -> None:
        if not counted:
            counted.append(uuid)
            # The lock is for this process alone.
            monkeypatch.setattr(counting, "_one_count", lambda uuid: Lock())
            count_session(house, uuid)

    assert count_session(replace(house, store=Beside(house.store, (act,), other_process)), uuid).state == State.COUNTED
    assert counted


@pytest.mark.parametrize(("step", "act", "state"), [(close_session, "close", 1), (publish_session, "publish", 3)])
def test_a_step_that_another_process_took_first_is_taken(house, voting_now, step, act, state):
    uuid, _ = voting_now
    for before, _ in STEPS[: state - 1]:
        before(house, uuid)
    beside = replace(house, store=Beside(house.store, (act,), lambda: step(house, uuid)))
    assert step(beside, uuid).state == STEPS[state - 1][1]


def test_a_second_tap_waits_and_starts_no_count_of_its_own(house, voting_now, ballot_of, monkeypatch):
    uuid, codes = voting_now
    cast(house, uuid, ballot_of(uuid, codes[0], 1, 2))
    close_session(house, uuid)
    verified, together = [], Barrier(3)
    verify = counting.verify_archive

    def verify_slowly(*arguments: object) -> object:
        verified.append(uuid)
        return verify(*arguments)

    def tap(_: int) -> State:
        together.wait()
        return count_session(house, uuid).state

    monkeypatch.setattr(counting, "verify_archive", verify_slowly)
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(tap, range(3))) == [State.COUNTED] * 3
    assert verified == [uuid]


def test_a_cancelled_session_is_still_refused_in_the_middle_of_a_count(house, voting_now):
    uuid, _ = voting_now
    close_session(house, uuid)
    beside = replace(house, store=Beside(house.store, ("trustee_box",), lambda: house.store.cancel(uuid)))
    with pytest.raises(WrongState):
        count_session(beside, uuid)


# ---- what is on the board can be receipted, and what is published follows from it


def test_no_ballot_is_recorded_for_which_no_receipt_can_be_signed(house, voting_now, ballot_of):
    uuid, codes = voting_now
    raw = ballot_of(uuid, codes[0], 1, 2)
    stranger = replace(house, sealer=SealingKeys(["quite another sealing key, long enough"]))
    with pytest.raises(SealBroken):
        cast(stranger, uuid, raw)
    assert house.store.turnout(uuid).ballots == 0
    assert not cast(house, uuid, raw).repeated


@pytest.mark.fault("R7")
@pytest.mark.parametrize("altered", [b'{"result":[[0,0,1,0],[0,0,1,0]]}', b'{"result":[[0,1,0,0]]}', b"{}", None])
def test_a_result_that_does_not_follow_from_its_decryption_is_not_published(house, voting_now, ballot_of, altered):
    uuid, codes = voting_now
    cast(house, uuid, ballot_of(uuid, codes[0], 1, 2))
    close_session(house, uuid)
    count_session(house, uuid)
    client, honest = house.store.connection.client, list(house.store.records(uuid))
    if altered is None:
        client.rpop(keys.board(uuid))
    else:
        client.lset(keys.board(uuid), -1, b"Result\n" + altered)
    with pytest.raises(BoardDamaged):
        publish_session(house, uuid)
    assert house.store.session(uuid).state == State.COUNTED
    client.delete(keys.board(uuid))
    client.rpush(keys.board(uuid), *honest)
    publish_session(house, uuid)
    assert [row.cells[0].votes for row in public_result_of(house, uuid).rows] == [1, 0]


# ---- slips


def test_only_the_slips_in_hand_are_confirmed(house, draft):
    lost, kept = make_codes(house, draft.uuid), make_codes(house, draft.uuid)
    with pytest.raises(ChangedMeanwhile):
        confirm_codes(house, draft.uuid, credentials_of(draft.uuid, lost))
    assert house.store.session(draft.uuid).state == State.DRAFT
    confirm_codes(house, draft.uuid, credentials_of(draft.uuid, kept))
    assert house.store.credential_status(draft.uuid, credentials_of(draft.uuid, kept[:1])[0]) == "unused"


@pytest.mark.parametrize("meanwhile", ["slips", "draft"])
def test_slips_made_or_a_draft_changed_during_the_confirmation_stop_it(house, draft, meanwhile):
    make_codes(house, draft.uuid)
    acts = {
        "slips": lambda: make_codes(house, draft.uuid),
        "draft": lambda: change_session(house, replace(draft, title="Another")),
    }
    beside = replace(house, store=Beside(house.store, ("make_ready",), acts[meanwhile]))
    with pytest.raises(ChangedMeanwhile):
        confirm_codes(beside, draft.uuid)
    assert house.store.session(draft.uuid).state == State.DRAFT


# ---- what is kept at hand


def test_names_that_somebody_made_up_do_not_push_a_board_out(house, voting_now, monkeypatch):
    uuid, _ = voting_now
    head = public_head(house, uuid)
    for number in range(40):
        with pytest.raises(UnknownSession):
            public_head(house, f"{number:014}")
    election = election_of(house, uuid)
    read_from = []
    records = house.store.records

    def watched(name: str, first: int = 0, last: int = -1) -> object:
        read_from.append(first)
        return records(name, first, last)

    monkeypatch.setattr(house.store, "records", watched)
    assert public_head(house, uuid) == head
    assert read_from == [1]
    assert election_of(house, uuid) is election


def test_the_board_that_was_not_asked_for_the_longest_is_let_go_first(house, voting_now, monkeypatch):
    uuid, _ = voting_now
    monkeypatch.setattr(boards, "_MOST_KEPT", 2)
    monkeypatch.setattr(boards, "_ledgers", {"x" * 14: boards._Ledger(), "y" * 14: boards._Ledger()})
    public_head(house, uuid)
    boards._ledgers["z" * 14] = boards._Ledger()
    public_head(house, uuid)
    assert list(boards._ledgers) == ["z" * 14, uuid]


def test_a_draft_has_no_board_and_none_is_kept(house, draft):
    with pytest.raises(NotFound):
        public_head(house, draft.uuid)
    assert draft.uuid not in boards._ledgers
