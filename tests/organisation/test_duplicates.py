"""Records that may be one person: proposed in pairs, merged or set apart by a person, and votes keep finding them."""

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

import pytest

from tests.organisation.organised import Organised
from tests.web.chair_browser import ChairBrowser
from voting.domain.organisation.duplicates import (
    MOST_PAIRS,
    Distinct,
    distinct_of,
    merge,
    pairs_of,
    set_apart,
)
from voting.domain.organisation.officials import (
    Official,
    Register,
    canonical,
    change_official,
    officials_by_subject,
    register_of,
)
from voting.domain.organisation.register import journal_of
from voting.domain.organisation.roles import Role
from voting.errors import ChangedMeanwhile, MalformedRegister, UnknownOfficial

SignIn = Callable[[str, str], ChairBrowser]
NOBODY_APART = Distinct(frozenset(), "")


@pytest.fixture
def twins(province: Organised) -> tuple[Official, Official]:
    """Two records of one person, in two units."""
    one = Official("", "Nguyễn Văn An", "", ("Chủ tịch",), "Lãnh đạo")
    other = Official("", "Nguyen Van An", "", ("Bí thư", "Chủ tịch"), "", "CB01", True)
    return province.register(province.village, one)[0], province.register(province.town, other)[0]


def proposed(province: Organised, *units: str) -> list[set[str]]:
    register = register_of(province.house)
    pairs = pairs_of(register, units or register_units(province), distinct_of(province.house))
    return [set(pair.ids) for pair in pairs]


def register_units(province: Organised) -> tuple[str, ...]:
    return province.province, province.north, province.south, province.village, province.town, province.harbour


def test_pairs_of_one_name_or_number_are_proposed_within_the_units(
    province: Organised, twins: tuple[Official, Official]
) -> None:
    one, other = twins
    (harbour,) = province.register(province.harbour, Official("", "Nguyễn Văn Ân", ""))
    (numbered,) = province.register(province.village, Official("", "Somebody else", "", number="cb-01"))
    assert proposed(province) == [
        {other.id, numbered.id},
        *sorted(({one.id, other.id}, {one.id, harbour.id}, {other.id, harbour.id}), key=proposed(province).index),
    ]
    assert proposed(province, province.village, province.town) == [{other.id, numbered.id}, {one.id, other.id}]
    assert proposed(province, province.village) == []


def test_no_more_pairs_are_proposed_than_can_be_looked_at() -> None:
    people = {str(i): Official(str(i), "Nguyễn Văn An", "u") for i in range(20_000)}
    started = perf_counter()
    pairs = pairs_of(Register(people, 1, {}), ["u"], NOBODY_APART)
    assert len({pair.ids for pair in pairs}) == MOST_PAIRS
    assert perf_counter() - started < 10


def test_the_record_that_stays_has_the_chosen_posts_and_votes_find_the_person(
    province: Organised, twins: tuple[Official, Official]
) -> None:
    house = province.house
    one, other = twins
    before = province.draft(province.town, [other])
    kept = merge(house, one.id, other.id, ("Chủ tịch", "Bí thư"), by="minh")
    assert kept == replace(one, positions=("Chủ tịch", "Bí thư"), number="CB01", merged=(other.id,))
    register = register_of(house)
    assert register.officials == {kept.id: kept}
    assert canonical(register, other.id) == kept.id
    assert canonical(register, "somebody") == "somebody"
    assert house.store.session(before.uuid).subjects == ((other.line.title, other.id),)
    assert officials_by_subject(register, before) == {other.line.title: kept}
    entry = journal_of(house)[-1]
    assert (entry.by, entry.act, entry.unit, entry.about) == ("minh", "official.merge", province.village, one.id)


def test_a_person_merged_twice_is_found_by_every_former_identifier(
    province: Organised, twins: tuple[Official, Official]
) -> None:
    house = province.house
    one, other = twins
    (third,) = province.register(province.village, Official("", "Nguyễn Văn An", ""))
    merge(house, other.id, one.id, ("Bí thư",), by="x")
    kept = merge(house, third.id, other.id, ("Bí thư",), by="x")
    register = register_of(house)
    assert kept.merged == (other.id, one.id)
    assert {canonical(register, each) for each in (one.id, other.id, third.id)} == {third.id}
    assert register.official(one.id) == kept
    # And a later change keeps the former identifiers.
    change_official(house, replace(kept, name="Nguyễn Văn Anh"), by="x")
    assert register_of(house).official(one.id).name == "Nguyễn Văn Anh"


def test_two_records_are_merged_or_nothing_is_changed(province: Organised, twins: tuple[Official, Official]) -> None:
    house = province.house
    one, other = twins
    read = register_of(house)
    stored = house.store.organisation("officials")
    with pytest.raises(MalformedRegister, match="Neither record"):
        merge(house, one.id, other.id, ("Giám đốc",), by="x")
    for keep, drop in ((one.id, one.id), (one.id, "11111111111111"), ("11111111111111", one.id)):
        with pytest.raises(UnknownOfficial):
            merge(house, keep, drop, (), by="x")
    assert house.store.organisation("officials") == stored
    change_official(house, replace(other, group="Meanwhile"), by="x")
    with pytest.raises(ChangedMeanwhile):
        merge(house, one.id, other.id, (), by="x", register=read)
    assert register_of(house).officials.keys() == {one.id, other.id}
    change_official(house, replace(other, erased=True), by="x")
    with pytest.raises(MalformedRegister, match="erased"):
        merge(house, one.id, other.id, (), by="x")


def test_two_people_are_not_proposed_again_even_after_one_was_merged(
    province: Organised, twins: tuple[Official, Official]
) -> None:
    house = province.house
    one, other = twins
    set_apart(house, one.id, other.id, by="minh")
    set_apart(house, other.id, one.id, by="minh")
    assert proposed(province) == []
    assert [entry.act for entry in journal_of(house)].count("official.distinct") == 1
    (third,) = province.register(province.harbour, Official("", "Nguyễn Văn An", ""))
    assert len(proposed(province)) == 2
    merge(house, third.id, one.id, (), by="x")
    assert proposed(province) == []
    with pytest.raises(UnknownOfficial):
        set_apart(house, third.id, "11111111111111", by="x")


# ---- the pages


def test_a_pair_is_merged_as_the_person_chose(
    province: Organised, twins: tuple[Official, Official], signed_in: SignIn
) -> None:
    one, other = twins
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    path = f"/chair/officials/{one.id}/duplicate/{other.id}"
    listed = browser.get("/chair/officials/duplicates").text
    assert f"/chair/officials/{one.id}/duplicate/{other.id}" in listed or (
        f"/chair/officials/{other.id}/duplicate/{one.id}" in listed
    )
    page = browser.get(path).text
    assert "CB01" in page
    fields = {**browser.hidden(), "wish": "merge", "posts": ["0", "1"]}
    assert browser.send(path, fields).status_code == 400
    assert len(register_of(province.house).officials) == 2
    answer = browser.send(path, fields | {"keep": other.id})
    assert (answer.status_code, answer.location) == (303, f"/chair/officials/{other.id}")
    kept = register_of(province.house).official(one.id)
    assert kept == replace(other, positions=("Bí thư", "Chủ tịch"), merged=(one.id,))
    assert browser.get(f"/chair/officials/{one.id}").location == f"/chair/officials/{other.id}"
    assert browser.get(path).status_code == 404


def test_a_pair_that_was_changed_meanwhile_is_not_merged(
    province: Organised, twins: tuple[Official, Official], signed_in: SignIn
) -> None:
    one, other = twins
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    path = f"/chair/officials/{one.id}/duplicate/{other.id}"
    browser.get(path)
    fields = {**browser.hidden(), "wish": "merge", "keep": one.id}
    change_official(province.house, replace(other, positions=("Meanwhile",)), by="x")
    assert browser.send(path, fields).status_code == 409
    assert len(register_of(province.house).officials) == 2


def test_a_pair_is_set_apart_by_a_person(
    province: Organised, twins: tuple[Official, Official], signed_in: SignIn
) -> None:
    one, other = twins
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    path = f"/chair/officials/{one.id}/duplicate/{other.id}"
    assert browser.send(path, {"wish": "distinct"}, on=path).location == "/chair/officials/duplicates"
    assert "No two records look like one person." in browser.get("/chair/officials/duplicates").text
    assert len(register_of(province.house).officials) == 2


def test_nobody_merges_with_a_record_of_a_unit_that_is_not_managed(
    province: Organised, twins: tuple[Official, Official], signed_in: SignIn
) -> None:
    one, other = twins
    browser = signed_in(Role.ADMINISTRATOR, province.village)
    assert "duplicate/" not in browser.get("/chair/officials/duplicates").text
    for first, second in ((one, other), (other, one)):
        path = f"/chair/officials/{first.id}/duplicate/{second.id}"
        assert browser.get(path).status_code == 403
        for wish in ("merge", "distinct"):
            fields = {"wish": wish, "keep": one.id}
            assert browser.send(path, fields, on="/chair/").status_code == 403
    assert distinct_of(province.house).pairs == frozenset()
    assert len(register_of(province.house).officials) == 2
    assert signed_in(Role.CHAIR, province.village).get("/chair/officials/duplicates").status_code == 403
