"""What lasts beyond a meeting: archived sessions, what is deleted of them and what stays, the texts of the chairs."""

import inspect
from dataclasses import replace

import pytest

from tests.running import open_session, plain_ballot, plain_session
from tests.storage.test_acts import in_state, stored
from voting.domain.sessions import State
from voting.errors import ChangedMeanwhile, UnknownSession, WrongState
from voting.storage import keys
from voting.storage.store import RedisStore

pytestmark = pytest.mark.store


def test_every_key_of_a_session_is_deleted_with_it_and_each_belongs_to_one_of_two_kinds() -> None:
    functions = [function for _, function in inspect.getmembers(keys, inspect.isfunction)]
    of_one = [function("UUID") for function in functions if list(inspect.signature(function).parameters) == ["uuid"]]
    named = {name for name in of_one if isinstance(name, str)}
    assert set(keys.of_session("UUID")) == named
    stay = {keys.session, keys.notes, keys.credentials, keys.trackers, keys.board, keys.handing}
    assert set(keys.of_the_meeting("UUID")) == named - {name("UUID") for name in stay}


@pytest.mark.parametrize("state", [State.PUBLISHED, State.CANCELLED])
def test_a_deleted_session_leaves_nothing(store: RedisStore, state: State) -> None:
    other = in_state(store, State.PUBLISHED)
    uuid = in_state(store, state)
    for key in keys.of_session(uuid):
        if not store.connection.client.exists(key):
            store.connection.client.hset(key, "Nguyễn Văn An", "1")
    before = stored(store, other)
    store.delete_session(uuid)
    assert stored(store, uuid) == {}
    assert uuid not in {session.uuid for session in store.sessions()}
    assert store.connection.client.zscore(keys.SESSIONS, uuid) is None
    assert store.connection.client.smembers(keys.HISTORY_DUE) == set()
    assert stored(store, other) == before
    with pytest.raises(UnknownSession):
        store.delete_session(uuid)


def test_a_deletion_that_broke_off_is_finished_by_the_next(store: RedisStore) -> None:
    uuid = in_state(store, State.PUBLISHED)
    store.connection.client.delete(*keys.of_session(uuid))
    with pytest.raises(UnknownSession):
        store.delete_session(uuid)
    assert store.connection.client.zscore(keys.SESSIONS, uuid) is None


def test_a_reduced_session_keeps_its_board_and_figures_and_loses_what_the_meeting_needed(store: RedisStore) -> None:
    uuid, credentials = open_session(store)
    store.cast(uuid, *plain_ballot(credentials[0]))
    store.void(uuid, credentials[1])
    store.write_note(uuid, "minutes", "{}", version=0, states={State.OPEN})
    store.put_desk_link(uuid, "ab" * 32)
    store.cancel(uuid)
    for key in keys.of_the_meeting(uuid):
        store.connection.client.delete(key)
        store.connection.client.hset(key, "Nguyễn Văn An", "1")
    store.connection.client.hset(keys.handing(uuid), "drawn:desk", 2)
    board, figures = list(store.records(uuid)), store.turnout(uuid)
    store.reduce(uuid, 77)
    assert (list(store.records(uuid)), store.turnout(uuid)) == (board, figures)
    assert "minutes" in store.notes(uuid)
    assert store.session(uuid).reduced_at == 77
    assert store.connection.client.exists(*keys.of_the_meeting(uuid)) == 0
    assert store.connection.client.hgetall(keys.handing(uuid)) == {b"drawn:desk": b"2"}
    store.check_board(uuid)


def test_what_is_no_longer_due_is_not_deleted(store: RedisStore) -> None:
    uuid = in_state(store, State.PUBLISHED)
    store.archive(uuid, 100, 30)
    for due in ((100, 90), (99, 30)):
        with pytest.raises(ChangedMeanwhile):
            store.reduce(uuid, 200, due=due)
    store.archive(uuid, 0, 0)
    with pytest.raises(ChangedMeanwhile):
        store.reduce(uuid, 200, due=(100, 30))
    assert store.receipt_box(uuid)
    store.archive(uuid, 100, 30)
    store.reduce(uuid, 200, due=(100, 30))
    with pytest.raises(WrongState):
        store.receipt_box(uuid)


def test_an_archived_session_comes_back_as_it_was(store: RedisStore) -> None:
    uuid = in_state(store, State.PUBLISHED)
    before = store.session(uuid)
    store.archive(uuid, 100, 30)
    assert store.session(uuid) == replace(before, archived_at=100, keep_days=30)
    store.archive(uuid, 0, 0)
    assert store.session(uuid) == before


def test_a_text_of_two_windows_is_changed_by_the_first_alone(store: RedisStore) -> None:
    store.swap_agenda("a", "", "one")
    with pytest.raises(ChangedMeanwhile):
        store.swap_agenda("a", "", "two")
    store.swap_agenda("a", "one", "two")
    store.swap_model("a", "", "a model")
    assert (store.agenda("a"), store.agendas(), store.models()) == ("two", {"a": "two"}, {"a": "a model"})
    store.swap_agenda("a", "two", "")
    assert (store.agenda("a"), store.agendas()) == ("", {})


def test_a_session_saved_by_an_earlier_version_can_still_be_read(store: RedisStore) -> None:
    session = plain_session("From before")
    store.add_session(session)
    client = store.connection.client
    text = client.hget(keys.session(session.uuid), "document").decode()
    client.hset(keys.session(session.uuid), "document", text[:-1] + ',"closes_at":0}')
    assert store.session(session.uuid) == session
