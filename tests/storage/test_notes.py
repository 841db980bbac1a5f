"""What the chair records around the vote: kept by version, in its states alone, gone with nothing else."""

import pytest

from tests.running import plain_session
from voting.domain.ports import Note
from voting.domain.sessions import State
from voting.errors import ChangedMeanwhile, UnknownSession, WrongState
from voting.storage.store import RedisStore

pytestmark = pytest.mark.store


def test_a_note_comes_back_and_kinds_do_not_mix(store: RedisStore) -> None:
    session = plain_session()
    store.add_session(session)
    assert store.notes(session.uuid) == {}
    store.write_note(session.uuid, "attendance", '{"present":40}', version=0, states={State.DRAFT})
    store.write_note(session.uuid, "minutes", '{"place":"Hội trường"}', version=0, states={State.DRAFT})
    store.write_note(session.uuid, "attendance", '{"present":41}', version=1, states={State.DRAFT})
    assert store.notes(session.uuid) == {
        "attendance": Note('{"present":41}', 2),
        "minutes": Note('{"place":"Hội trường"}', 1),
    }


def test_a_note_that_was_late_once_stays_so(store: RedisStore) -> None:
    session = plain_session()
    store.add_session(session)
    store.write_note(session.uuid, "slips", "1", version=0, states={State.DRAFT})
    assert not store.notes(session.uuid)["slips"].late
    store.write_note(session.uuid, "slips", "2", version=1, states={State.DRAFT}, late=True)
    store.write_note(session.uuid, "slips", "1", version=2, states={State.DRAFT})
    store.write_note(session.uuid, "paper", "1", version=0, states={State.DRAFT})
    assert store.notes(session.uuid) == {"slips": Note("1", 3, late=True), "paper": Note("1", 1)}


def test_the_second_of_two_windows_is_told_and_the_first_note_stays(store: RedisStore) -> None:
    session = plain_session()
    store.add_session(session)
    store.write_note(session.uuid, "attendance", "1", version=0, states={State.DRAFT})
    with pytest.raises(ChangedMeanwhile):
        store.write_note(session.uuid, "attendance", "2", version=0, states={State.DRAFT})
    assert store.notes(session.uuid)["attendance"] == Note("1", 1)


def test_a_note_belongs_to_its_states_and_to_a_session(store: RedisStore) -> None:
    session = plain_session()
    store.add_session(session)
    with pytest.raises(WrongState):
        store.write_note(session.uuid, "paper", "1", version=0, states={State.CLOSED, State.COUNTED})
    with pytest.raises(UnknownSession):
        store.write_note("no-such-session", "paper", "1", version=0, states=set(State))
    assert store.notes(session.uuid) == {}
