"""A session that cannot be read: the pages about other votes are shown, and say that something is missing."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from tests.organisation.organised import Organised
from tests.organisation.test_cycles import planned
from tests.web.chair_browser import ChairBrowser
from voting.domain.organisation.cycles import Cycle, change_to, cycle_of, make_cycle
from voting.domain.organisation.notices import make_notice
from voting.domain.organisation.officials import Official
from voting.domain.organisation.register import commit
from voting.domain.organisation.roles import Role
from voting.domain.sessions import Session
from voting.storage import keys
from voting.storage.store import RedisStore

SignIn = Callable[[str, str], ChairBrowser]
AN = "Nguyễn Văn An"


@pytest.fixture
def an(province: Organised) -> Official:
    (one,) = province.register(province.village, Official("", AN, "", ("Chủ tịch",)))
    return one


@pytest.fixture
def whole(province: Organised, an: Official) -> Session:
    return province.published(province.village, [an], [(1,)] * 5, title="A vote that is whole")


@pytest.fixture
def other(province: Organised) -> Session:
    """A published vote of the town on somebody else."""
    (cuong,) = province.register(province.town, Official("", "Lê Văn Cường", ""))
    return province.published(province.town, [cuong], [(2,)] * 5, title="A vote that is damaged")


@pytest.fixture
def cycle(province: Organised, whole: Session, other: Session) -> Cycle:
    house = province.house
    made = make_cycle(house, planned(province), by="x")
    sessions = ((province.village, whole.uuid), (province.town, other.uuid))
    after = replace(made, sessions=sessions, made=(whole.uuid, other.uuid))
    commit(house, [change_to(after)], by="x", act="cycle.draft", unit=made.unit, about=made.id)
    return cycle_of(house, made.id)


def damage(running: RedisStore, session: Session, what: str) -> None:
    if what == "board":
        running.connection.client.lset(keys.board(session.uuid), -1, b"Result\n{}")
    else:
        running.connection.client.hset(keys.session(session.uuid), "document", what.encode("latin-1"))


@pytest.mark.parametrize("what", ["{", "[]", "\xff"])
def test_the_results_and_the_years_of_others_are_shown_and_say_that_one_is_missing(
    running: RedisStore, province: Organised, an: Official, whole: Session, other: Session, signed_in: SignIn, what: str
) -> None:
    browser = signed_in(Role.REVIEWER, province.north)
    paths = ("/chair/results", f"/chair/officials/{an.id}/years")
    assert not [path for path in paths if "cannot be read" in browser.get(path).text]
    damage(running, other, what)
    for path in paths:
        answer = browser.get(path)
        assert answer.status_code == 200
        assert whole.title in answer.text
        assert other.title not in answer.text
        assert "1 stored vote cannot be read" in answer.text


def test_a_persons_link_opens_although_the_vote_of_others_is_damaged(
    running: RedisStore, province: Organised, whole: Session, other: Session, app: Flask
) -> None:
    secret = make_notice(province.house, whole.uuid, whole.sheet.people[0].title, days=7, by="x")
    damage(running, other, "{")
    answer = app.test_client().post("/r", data={"secret": secret})
    assert answer.status_code == 200
    assert AN in answer.text


@pytest.mark.parametrize("what", ["{", "board"])
def test_the_figures_of_a_cycle_name_the_unit_whose_vote_cannot_be_read_and_count_the_others(
    running: RedisStore, province: Organised, other: Session, cycle: Cycle, signed_in: SignIn, what: str
) -> None:
    damage(running, other, what)
    browser = signed_in(Role.READER, province.province)
    page = browser.get(f"/chair/cycles/{cycle.id}/figures")
    assert page.status_code == 200
    assert "cannot be read, and is not in these figures: Thị trấn Bắc Sơn." in page.text
    assert "Xã Bình An" in page.text
    assert browser.get(f"/chair/cycles/{cycle.id}/figures.xlsx").status_code == 200
    # Whoever cannot read that unit learns nothing of it.
    assert (
        "cannot be read" not in signed_in(Role.READER, province.village).get(f"/chair/cycles/{cycle.id}/figures").text
    )
