"""Who of the register stands on which line of a draft: proposed, corrected by the chair, and kept."""

import html
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.organisation.organised import Organised
from tests.web.chair_browser import ChairBrowser
from voting.domain.drafting import change_session, create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.organisation.matching import proposals, tie_lines
from voting.domain.organisation.officials import Official, change_official, officials_by_subject, register_of
from voting.domain.organisation.register import journal_of
from voting.domain.organisation.roles import Role
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.errors import MalformedRegister, WrongState

SignIn = Callable[[str, str], ChairBrowser]


def draft_of(house: House, unit: str, *lines: str, scale: str = "classification") -> Session:
    people = [Person(*line.split(" — ")) for line in lines]
    return create_session(house, Session("", "Xếp loại", make_sheet(people, scale), unit_id=unit, codes=5))


def test_lines_are_proposed_by_title_then_by_name_and_never_one_person_twice(province: Organised) -> None:
    an, binh, chi, *_ = province.register(
        province.village,
        Official("", "Nguyễn Văn An", "", ("Chủ tịch",)),
        Official("", "Trần Thị Bình", "", ("Kế toán",)),
        Official("", "Lê Chi", "", ("Văn thư",)),
        Official("", "Phạm Dũng", "", ("Công an",)),
        Official("", "Phạm Dũng", "", ("Địa chính",)),
    )
    province.register(province.town, Official("", "Vũ Giang", ""))
    draft = draft_of(
        province.house,
        province.village,
        *("Nguyễn Văn An — Chủ tịch", "Nguyen Van An — Khác", "tran thi binh", "Phạm Dũng", "Vũ Giang", "Lê Chi — A"),
    )
    found = proposals(register_of(province.house), draft)
    assert [line.proposed for line in found] == [an.id, "", binh.id, "", "", chi.id]
    assert [line.tied for line in found] == [""] * 6


def test_lines_are_tied_to_people_of_the_unit_each_once(province: Organised) -> None:
    house = province.house
    an, binh = province.register(province.village, Official("", "An", ""), Official("", "Bình", ""))
    (other,) = province.register(province.town, Official("", "Chi", ""))
    draft = draft_of(house, province.village, "An", "Bình", "Chi")
    with pytest.raises(MalformedRegister) as refused:
        tie_lines(house, draft, {"An": an.id, "Bình": an.id, "Chi": other.id}, by="minh")
    assert refused.value.lines == ((2, "the same person as in line 1"), (3, "nobody of this unit was chosen"))
    assert house.store.session(draft.uuid).subjects == ()
    saved = tie_lines(house, draft, {"An": an.id, "Bình": binh.id, "Chi": ""}, by="minh")
    assert house.store.session(draft.uuid).subjects == (("An", an.id), ("Bình", binh.id))
    assert officials_by_subject(register_of(house), saved) == {"An": an, "Bình": binh}
    entry = journal_of(house)[-1]
    assert (entry.by, entry.act, entry.unit, entry.about) == ("minh", "session.subjects", province.village, draft.uuid)
    # Nothing that changes: the slips stay what they are.
    version = house.store.session(draft.uuid).version
    tie_lines(house, house.store.session(draft.uuid), {"An": an.id, "Bình": binh.id}, by="minh")
    assert house.store.session(draft.uuid).version == version
    assert journal_of(house)[-1] == entry


def test_whoever_moved_away_stays_on_the_line(province: Organised) -> None:
    house = province.house
    (an,) = province.register(province.village, Official("", "An", ""))
    draft = province.draft(province.village, [an])
    change_official(house, replace(an, unit=province.harbour), by="x")
    (line,) = proposals(register_of(house), draft)
    assert (line.tied, line.proposed) == (an.id, an.id)
    assert tie_lines(house, draft, {"An": an.id}, by="x").subjects == (("An", an.id),)


def test_only_a_draft_is_tied(province: Organised) -> None:
    house = province.house
    (an,) = province.register(province.village, Official("", "An", ""))
    draft = draft_of(house, province.village, "An")
    make_codes(house, draft.uuid)
    confirm_codes(house, draft.uuid)
    with pytest.raises(WrongState):
        tie_lines(house, house.store.session(draft.uuid), {"An": an.id}, by="x")
    assert house.store.session(draft.uuid).subjects == ()


def test_the_chair_corrects_what_is_proposed(province: Organised, signed_in: SignIn) -> None:
    house = province.house
    an, binh = province.register(province.village, Official("", "An", ""), Official("", "Bình", ""))
    draft = draft_of(house, province.village, "An", "Bình B.")
    browser = signed_in(Role.CHAIR, province.village)
    path = f"/chair/units/{province.village}/sessions/{draft.uuid}/subjects"
    assert path in html.unescape(browser.get(f"/chair/sessions/{draft.uuid}").text)
    page = browser.get(path).text
    assert f'<option value="{an.id}" selected>' in page
    assert f'<option value="{binh.id}" selected>' not in page
    version = browser.hidden()["version"]
    fields = {"version": version, "line_1": an.id, "line_2": an.id}
    answer = browser.send(path, fields)
    assert answer.status_code == 400
    assert 'id="line_2-error"' in answer.text
    answer = browser.send(path, fields | {"line_2": binh.id})
    assert (answer.status_code, answer.location) == (303, f"/chair/sessions/{draft.uuid}")
    assert house.store.session(draft.uuid).subjects == (("An", an.id), ("Bình B.", binh.id))
    stale = browser.send(path, fields, on=path)
    assert stale.status_code == 409
    change_session(house, replace(house.store.session(draft.uuid), title="Another title"))
    assert house.store.session(draft.uuid).subjects == (("An", an.id), ("Bình B.", binh.id))


def test_slips_that_would_become_worthless_are_told(province: Organised, signed_in: SignIn) -> None:
    draft = draft_of(province.house, province.village, "An")
    browser = signed_in(Role.CHAIR, province.village)
    path = f"/chair/units/{province.village}/sessions/{draft.uuid}/subjects"
    assert "Slips were already made" not in browser.get(path).text
    make_codes(province.house, draft.uuid)
    assert "Slips were already made" in browser.get(path).text
    confirm_codes(province.house, draft.uuid)
    page = browser.get(path).text
    assert "The session is no draft any more" in page
    assert "<select" not in page
    assert browser.send(path, {"version": "1", "line_1": ""}, on="/chair/").status_code == 409


def test_a_session_of_another_unit_is_not_reached_through_the_own_one(province: Organised, signed_in: SignIn) -> None:
    draft = draft_of(province.house, province.town, "An")
    browser = signed_in(Role.CHAIR, province.village)
    for unit, status in ((province.village, 404), (province.town, 403)):
        path = f"/chair/units/{unit}/sessions/{draft.uuid}/subjects"
        assert browser.get(path).status_code == status
        assert browser.send(path, {"version": "1"}, on="/chair/").status_code == status
