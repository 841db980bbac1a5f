"""Drafts that two people edit at once, the list of sessions, and chair accounts."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.running import plain_credentials, plain_session, plain_setup
from voting.domain.accounts import Account
from voting.domain.ports import Store
from voting.domain.sessions import LIVE_FIELDS, State
from voting.errors import BoardDamaged, ChangedMeanwhile
from voting.storage import keys
from voting.storage.store import RedisStore

pytestmark = pytest.mark.store


def test_the_store_is_what_the_domain_asks_for(store: RedisStore) -> None:
    asked: Store = store
    assert asked.sessions() == ()


def test_a_session_comes_back_as_it_was_saved(store: RedisStore) -> None:
    session = replace(plain_session("Phiên họp “A” \\ 1"), unit="Chi bộ 3", created_at=5, chair="an")
    store.add_session(session)
    assert store.session(session.uuid) == session
    saved = store.save_draft(replace(session, title="Đã đổi"))
    assert saved == replace(session, title="Đã đổi", version=1) == store.session(session.uuid)


def test_the_second_of_two_editors_is_told(store: RedisStore) -> None:
    session = plain_session()
    store.add_session(session)
    store.save_draft(replace(session, title="First"))
    with pytest.raises(ChangedMeanwhile):
        store.save_draft(replace(session, title="Second"))
    assert store.session(session.uuid).title == "First"


def test_a_taken_identifier_is_refused_and_the_session_kept(store: RedisStore) -> None:
    session = replace(plain_session("First"), created_at=5)
    store.add_session(session)
    with pytest.raises(ChangedMeanwhile):
        store.add_session(replace(session, title="Second", created_at=9))
    assert store.sessions() == (session,)


def test_sessions_are_listed_newest_first(store: RedisStore) -> None:
    for at in (3, 1, 2):
        store.add_session(replace(plain_session(str(at)), created_at=at))
    assert [session.title for session in store.sessions()] == ["3", "2", "1"]


def test_an_entry_whose_session_was_never_written_is_passed_over(store: RedisStore) -> None:
    store.connection.client.zadd(keys.SESSIONS, {"halfwaycrashed": 1})
    store.add_session(plain_session("Whole"))
    assert [session.title for session in store.sessions()] == ["Whole"]


def test_held_slips_are_replaced_by_the_next_and_belong_to_one_version(store: RedisStore) -> None:
    session = plain_session()
    store.add_session(session)
    assert store.held_credentials(session.uuid) == ()
    store.hold_credentials(session.uuid, 0, plain_credentials(5000))
    assert store.held_credentials(session.uuid) == tuple(sorted(plain_credentials(5000)))
    store.hold_credentials(session.uuid, 0, ["b", "a"])
    assert store.held_credentials(session.uuid) == ("a", "b")
    store.save_draft(session)
    assert store.held_credentials(session.uuid) == ()
    with pytest.raises(ChangedMeanwhile):
        store.hold_credentials(session.uuid, 0, ["c"])
    assert store.held_credentials(session.uuid) == ()


def test_a_draft_that_changed_is_not_made_ready(store: RedisStore) -> None:
    session, credentials = plain_session(), plain_credentials(3)
    store.add_session(session)
    saved = store.save_draft(session)
    store.hold_credentials(session.uuid, saved.version, credentials)
    boxes = {"trustee_box": b"t", "receipt_box": b"r", "receipt_key": "k", "at": 4}
    with pytest.raises(ChangedMeanwhile):
        store.make_ready(session, setup=plain_setup(credentials), credentials=credentials, **boxes)
    store.make_ready(saved, setup=plain_setup(credentials), credentials=credentials, **boxes)
    ready = store.session(session.uuid)
    assert (ready.state, ready.ready_at, ready.receipt_key, ready.version) == (State.READY, 4, "k", 1)
    assert store.held_credentials(session.uuid) == ()


@pytest.mark.parametrize("count", [0, 2, 4])
def test_only_the_slips_made_last_are_made_ready(store: RedisStore, count: int) -> None:
    session, credentials = plain_session(), plain_credentials(3)
    store.add_session(session)
    boxes = {"trustee_box": b"t", "receipt_box": b"r", "receipt_key": "k", "at": 4}
    for others in (plain_credentials(count), ["a", *credentials[1:]]):
        store.hold_credentials(session.uuid, 0, others)
        with pytest.raises(ChangedMeanwhile):
            store.make_ready(session, setup=plain_setup(credentials), credentials=credentials, **boxes)
        assert store.held_credentials(session.uuid) == tuple(sorted(others))
        assert store.session(session.uuid).state == State.DRAFT
        assert list(store.records(session.uuid)) == []


@pytest.mark.parametrize("credentials", [[], ["a", "a"]])
def test_missing_and_doubled_credentials_are_no_list(store: RedisStore, credentials: list[str]) -> None:
    session = plain_session()
    store.add_session(session)
    with pytest.raises(ValueError, match="missing or doubled"):
        store.make_ready(
            session, setup=b"", credentials=credentials, trustee_box=b"", receipt_box=b"", receipt_key="", at=0
        )


@pytest.mark.parametrize("field", ["document", *sorted(LIVE_FIELDS - {"receipt_key"})])
def test_a_stored_session_that_cannot_be_read_is_damage(store: RedisStore, field: str) -> None:
    session = plain_session()
    store.add_session(session)
    store.connection.client.hset(keys.session(session.uuid), field, b"\xff")
    with pytest.raises(BoardDamaged):
        store.session(session.uuid)


def test_accounts_are_kept_by_name(store: RedisStore) -> None:
    an, binh = Account("an", "$argon2id$1"), Account("binh", "$argon2id$2", one_time=True, generation=3)
    store.save_account(binh, new=True)
    store.save_account(an, new=True)
    assert store.account("an") == an
    assert store.account("nobody") is None
    assert store.accounts() == (an, binh)
    changed = replace(an, generation=1)
    store.save_account(changed, new=False)
    assert store.account("an") == changed


def test_of_two_who_take_one_name_at_once_one_gets_it(store: RedisStore) -> None:
    def take(number: int) -> str:
        try:
            store.save_account(Account("an", str(number)), new=True)
        except ChangedMeanwhile:
            return "taken"
        return "got"

    with ThreadPoolExecutor(16) as threads:
        assert Counter(threads.map(take, range(16))) == {"got": 1, "taken": 15}
