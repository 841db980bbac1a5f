"""The announced end of an open vote: with enough notice, taken back, and never closing a vote that has another one."""

import pytest

from tests.running import open_session, plain_ballot
from tests.storage.test_acts import in_state
from voting.domain.sessions import State
from voting.errors import ChangedMeanwhile, MalformedForm
from voting.storage.store import RedisStore

pytestmark = pytest.mark.store

NOW = 10_000


def announce(store: RedisStore, uuid: str, at: int, *, itself: bool = True, now: int = NOW) -> None:
    store.set_deadline(uuid, at, itself=itself, now=now, notice=30, notice_before=60)


def test_an_end_needs_notice_and_more_of_it_when_it_is_brought_forward(store: RedisStore) -> None:
    uuid, _ = open_session(store)
    for at, first in ((NOW - 1, True), (NOW + 29, True)):
        with pytest.raises(MalformedForm):
            announce(store, uuid, at)
        assert store.session(uuid).closes_at == 0, first
    announce(store, uuid, NOW + 30)
    announce(store, uuid, NOW + 300)
    with pytest.raises(MalformedForm):
        announce(store, uuid, NOW + 59)
    announce(store, uuid, NOW + 60)
    session = store.session(uuid)
    assert (session.closes_at, session.closes_itself) == (NOW + 60, True)
    # It has passed and nobody closed: the next one is a first one again.
    announce(store, uuid, NOW + 100, itself=False, now=NOW + 70)
    assert store.session(uuid).closes_itself is False
    announce(store, uuid, 0, itself=False)
    assert (store.session(uuid).closes_at, store.session(uuid).closes_itself) == (0, False)


def test_only_the_end_that_is_announced_now_closes_the_vote(store: RedisStore) -> None:
    uuid, credentials = open_session(store)
    announce(store, uuid, NOW + 60)
    announce(store, uuid, NOW + 120)
    with pytest.raises(ChangedMeanwhile):
        store.close(uuid, b"EndBallots", 1, deadline=NOW + 60)
    announce(store, uuid, NOW + 120, itself=False)
    with pytest.raises(ChangedMeanwhile):
        store.close(uuid, b"EndBallots", 1, deadline=NOW + 120)
    store.cast(uuid, *plain_ballot(credentials[0]))
    announce(store, uuid, NOW + 120)
    assert store.close(uuid, b"EndBallots", 1, deadline=NOW + 120)
    assert not store.close(uuid, b"EndBallots", 1, deadline=NOW + 120)
    assert [record.split(b"\n")[0] for record in store.records(uuid)] == [b"Setup", b"Ballot", b"EndBallots"]


def test_a_vote_is_on_the_list_from_before_its_end_is_set_until_it_is_forgotten(store: RedisStore) -> None:
    first, second = open_session(store)[0], open_session(store)[0]
    announce(store, first, NOW + 60)
    announce(store, second, NOW + 60, itself=False)
    with pytest.raises(MalformedForm):
        announce(store, second, NOW + 1)
    assert store.closing() == {first, second}
    store.forget_closing(second)
    assert store.closing() == {first}


def test_an_end_from_the_draft_does_not_close_anything(store: RedisStore) -> None:
    uuid = in_state(store, State.OPEN)
    with pytest.raises(ChangedMeanwhile):
        store.close(uuid, b"EndBallots", 1, deadline=NOW)
    assert store.session(uuid).state == State.OPEN
