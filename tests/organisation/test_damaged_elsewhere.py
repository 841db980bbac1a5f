"""A session that cannot be read, on the pages that go through all of them: nothing is guessed from what is missing."""

import html
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from tests.organisation.conftest import NOON
from tests.organisation.organised import Organised
from tests.organisation.test_cycles import planned
from tests.organisation.test_damaged import damage
from tests.web.chair_browser import ChairBrowser
from voting.domain.agendas import add_session, agenda_of, make_agenda, move_session
from voting.domain.casting import open_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.organisation.cycles import change_to, make_cycle
from voting.domain.organisation.keeping import Keeping, change_keeping, due_for, keeping_of
from voting.domain.organisation.notices import answer_petition, enter_petition, make_notice
from voting.domain.organisation.officials import Official, register_of
from voting.domain.organisation.personal_data import erase, personal_data_of
from voting.domain.organisation.register import commit, journal_of
from voting.domain.organisation.roles import Role, standing_of
from voting.domain.organisation.units import add_unit, tree_of
from voting.domain.retention import archive_session, carry_out
from voting.domain.sessions import Session
from voting.errors import MalformedRegister
from voting.storage.store import RedisStore

SignIn = Callable[[str, str], ChairBrowser]
ONE_IS_MISSING = "1 stored vote cannot be read"
_YEAR = 366 * 24 * 60 * 60


@pytest.fixture
def an(province: Organised) -> Official:
    return province.register(province.village, Official("", "Nguyễn Văn An", "", ("Chủ tịch",)))[0]


@pytest.fixture
def whole(province: Organised, an: Official) -> Session:
    return province.published(province.village, [an], [(1,)] * 5, title="A vote that is whole")


@pytest.fixture
def other(province: Organised) -> Session:
    """A published vote of the town on somebody else."""
    (cuong,) = province.register(province.town, Official("", "Lê Văn Cường", ""))
    return province.published(province.town, [cuong], [(2,)] * 5, title="A vote that is damaged")


def later(house: House, years: int) -> House:
    return House(house.store, house.sealer, lambda: NOON + years * _YEAR)


def test_the_list_of_a_chair_says_that_one_is_missing_and_shows_the_others(
    running: RedisStore, province: Organised, whole: Session, other: Session, signed_in: SignIn
) -> None:
    chair = signed_in(Role.CHAIR, province.village)
    assert ONE_IS_MISSING not in chair.get("/chair/").text
    damage(running, other, "{")
    page = chair.get("/chair/")
    assert page.status_code == 200
    assert whole.title in page.text
    assert ONE_IS_MISSING in page.text
    assert chair.get(f"/chair/sessions/{whole.uuid}").status_code == 200


def test_the_first_page_shows_the_votes_that_run(
    running: RedisStore, province: Organised, an: Official, other: Session, app: Flask
) -> None:
    draft = province.draft(province.village, [an], title="A vote that runs", codes=5)
    make_codes(province.house, draft.uuid)
    confirm_codes(province.house, draft.uuid)
    open_session(province.house, draft.uuid)
    damage(running, other, "{")
    page = app.test_client().get("/")
    assert page.status_code == 200
    assert draft.title in page.text


def test_a_session_that_cannot_be_read_stays_on_its_agenda(
    running: RedisStore, province: Organised, an: Official, whole: Session, other: Session, signed_in: SignIn
) -> None:
    house, chair = province.house, signed_in(Role.CHAIR, province.village)
    second = province.draft(province.village, [an], title="A draft")
    agenda = make_agenda(house, "Hội nghị", chair=province.account(Role.CHAIR, province.village))
    for session in (whole, other):
        agenda = add_session(house, agenda, session.uuid)
    damage(running, other, "{")
    page = chair.get(f"/chair/agendas/{agenda.id}")
    assert page.status_code == 200
    assert whole.title in page.text
    assert ONE_IS_MISSING in page.text
    add_session(house, agenda, second.uuid)
    move_session(house, agenda_of(house, agenda.id), second.uuid, -1)
    assert sorted(agenda_of(house, agenda.id).sessions) == sorted((whole.uuid, other.uuid, second.uuid))
    assert chair.get(f"/chair/sessions/{whole.uuid}").status_code == 200


def test_of_a_session_that_cannot_be_read_nothing_is_proposed_to_be_deleted(
    running: RedisStore, province: Organised, whole: Session, other: Session, signed_in: SignIn
) -> None:
    house = province.house
    for session in (whole, other):
        title = session.sheet.people[0].title
        enter_petition(house, make_notice(house, session.uuid, title, days=7, by="x"), "Xin xem lại.")
        answer_petition(house, session.uuid, title, "Giữ nguyên.", by="x")
    change_keeping(house, keeping_of(house), Keeping(session_years=1, notice_days=1), by="x")
    administrator = standing_of(house, province.account(Role.ADMINISTRATOR, province.province))
    future = later(house, 3)
    assert len(due_for(future, administrator).notices) == 2
    damage(running, other, "{")
    due = due_for(future, administrator)
    assert [session.uuid for session in due.sessions] == [whole.uuid]
    assert [notice.session for notice in due.notices] == [whole.uuid]
    assert due.unread == 1
    browser = signed_in(Role.ADMINISTRATOR, province.province)
    for path in ("/chair/settings", "/chair/settings/due"):
        page = browser.get(path)
        assert page.status_code == 200
        assert ONE_IS_MISSING in page.text
    assert browser.get("/chair/journal").status_code == 200


@pytest.mark.parametrize("what", ["{", "board"])
def test_the_cap_is_counted_without_the_vote_that_cannot_be_read_and_names_its_unit(
    running: RedisStore, province: Organised, whole: Session, other: Session, signed_in: SignIn, what: str
) -> None:
    house = province.house
    made = make_cycle(house, planned(province), by="x")
    value = {
        "sessions": ((province.village, whole.uuid), (province.town, other.uuid)),
        "made": (whole.uuid, other.uuid),
    }
    commit(house, [change_to(replace(made, **value))], by="x", act="cycle.draft", unit=made.unit, about=made.id)
    damage(running, other, what)
    page = signed_in(Role.ADMINISTRATOR, province.province).get(f"/chair/cycles/{made.id}/caps")
    assert page.status_code == 200
    text = html.unescape(page.text)
    assert "cannot be read, and is not in these figures: Thị trấn Bắc Sơn." in text
    assert "the result is not published yet in" not in text


def test_while_a_session_cannot_be_read_nobody_is_erased_and_the_copy_says_so(
    running: RedisStore, province: Organised, an: Official, whole: Session, other: Session, signed_in: SignIn
) -> None:
    browser, path = signed_in(Role.ADMINISTRATOR, province.province), f"/chair/officials/{an.id}"
    damage(running, other, "{")
    assert ONE_IS_MISSING in browser.get(f"{path}/data").text
    assert browser.get(f"{path}/data.json").json["unread_sessions"] == 1
    page = browser.get(f"{path}/erase").text
    assert ONE_IS_MISSING in page
    assert 'name="sure"' not in page
    refused = browser.send(f"{path}/erase", {"sure": "yes"}, on="/chair/")
    assert refused.status_code == 400
    assert "the person may stand on its list" in refused.text
    with pytest.raises(MalformedRegister):
        erase(province.house, an.id, by="x")
    assert register_of(province.house).officials[an.id] == an
    assert not [entry for entry in journal_of(province.house) if entry.act == "official.erase"]


def test_the_copy_of_a_person_has_all_the_rest_when_one_board_is_damaged(
    running: RedisStore, province: Organised, an: Official, whole: Session
) -> None:
    second = province.published(province.village, [an], [(2,)] * 5, title="Another")
    damage(running, second, "board")
    found = {session["title"]: session for session in personal_data_of(province.house, an.id)["sessions"]}
    assert found[whole.title]["lines"][0]["result"]["collected"] == 5
    assert found["Another"]["unread"]
    assert found["Another"]["lines"][0]["result"] is None


def test_what_archived_sessions_owe_is_carried_out_beside_one_that_cannot_be_read(
    running: RedisStore, province: Organised, whole: Session, other: Session
) -> None:
    archive_session(province.house, whole.uuid, 30)
    damage(running, other, "{")
    assert carry_out(later(province.house, 1)) == 1


def test_while_a_session_cannot_be_read_no_unit_is_removed(
    running: RedisStore, province: Organised, other: Session, signed_in: SignIn
) -> None:
    empty = add_unit(province.house, "Xã Trống", parent=province.south, by="x").id
    browser = signed_in(Role.ADMINISTRATOR, province.province)
    damage(running, other, "{")
    refused = browser.send(f"/chair/units/{empty}/remove", {"sure": "yes"}, on=f"/chair/units/{empty}")
    assert refused.status_code == 400
    assert "A stored vote cannot be read, and may belong to this unit." in refused.text
    assert empty in tree_of(province.house).units
