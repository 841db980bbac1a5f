"""Records of the organisation: an act changes all of them with its entry in the journal, or none."""

import pytest
from redis.exceptions import ResponseError

from voting.domain.ports import Change
from voting.errors import ChangedMeanwhile, Refusal
from voting.storage import keys
from voting.storage.store import RedisStore

pytestmark = pytest.mark.store


def test_several_kinds_change_together_with_one_entry(store: RedisStore) -> None:
    store.change_organisation(
        [Change("units", "a", "", "1"), Change("units", "b", "", "2"), Change("roles", "c", "", "3")], entry="made"
    )
    assert dict(store.organisation("units").texts) == {"a": "1", "b": "2"}
    assert store.organisation_record("roles", "c") == "3"
    assert (store.organisation("units").version, store.organisation("roles").version) == (1, 1)
    assert store.journal() == ("made",)
    store.change_organisation([Change("units", "a", "1", "")], entry="removed")
    assert dict(store.organisation("units").texts) == {"b": "2"}
    assert store.organisation("units").version == 2


@pytest.mark.parametrize(
    ("changes", "unchanged"),
    [
        ([Change("units", "new", "", "x"), Change("units", "a", "not this", "y")], {}),
        ([Change("units", "new", "", "x"), Change("roles", "c", "", "y")], {}),
        ([Change("units", "new", "", "x"), Change("units", "nobody", "was here", "")], {}),
        ([Change("roles", "new", "", "x")], {"units": 0}),
        ([Change("roles", "new", "", "x")], {"roles": 1, "settings": 1}),
    ],
)
def test_one_record_that_is_not_as_it_was_read_stops_all(
    store: RedisStore, changes: list[Change], unchanged: dict[str, int]
) -> None:
    store.change_organisation([Change("units", "a", "", "1"), Change("roles", "c", "", "3")])
    before = {kind: store.organisation(kind) for kind in ("units", "roles", "settings")}
    with pytest.raises(ChangedMeanwhile):
        store.change_organisation(changes, unchanged=unchanged, entry="never")
    assert {kind: store.organisation(kind) for kind in before} == before
    assert store.journal() == ()


@pytest.mark.parametrize("broken", [keys.JOURNAL, keys.organisation("units"), keys.organisation("roles")])
def test_a_key_that_is_not_what_it_should_be_stops_all(store: RedisStore, broken: str) -> None:
    store.connection.client.set(broken, "a string")
    with pytest.raises((Refusal, ResponseError)):
        store.change_organisation([Change("units", "a", "", "1"), Change("roles", "c", "", "2")], entry="never")
    assert set(store.connection.client.keys("voting:{organisation}:*")) == {broken.encode()}


def test_the_version_of_a_kind_is_no_record(store: RedisStore) -> None:
    store.change_organisation([Change("units", "a", "", "1")])
    assert store.organisation_record("units", "#version") == ""
    assert "#version" not in store.organisation("units").texts


def test_the_oldest_entries_go_only_as_they_were_read(store: RedisStore) -> None:
    for number in range(1, 5):
        store.change_organisation((), entry=f"entry {number}")
    for count, last in ((2, "entry 3"), (5, "entry 4"), (2, "")):
        with pytest.raises(ChangedMeanwhile):
            store.trim_journal(count, last, entry="never")
    assert store.journal_length() == 4
    store.trim_journal(3, "entry 3", entry="trimmed")
    assert store.journal() == ("entry 4", "trimmed")


def test_a_journal_of_a_wrong_type_is_not_trimmed(store: RedisStore) -> None:
    store.connection.client.set(keys.JOURNAL, "a string")
    with pytest.raises((Refusal, ResponseError)):
        store.trim_journal(1, "a string", entry="never")
    assert store.connection.client.get(keys.JOURNAL) == b"a string"
