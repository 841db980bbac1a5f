"""Personal data: the person gets all of it and nothing of others; an erasure leaves nothing but what is public."""

import html
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.organisation.conftest import NOON
from tests.organisation.organised import Organised, organised
from tests.organisation.past import is_found, unlike_any_other
from tests.running import embedded_store
from tests.web.chair_browser import ChairBrowser
from voting.domain.boards import archive_stream
from voting.domain.drafting import cancel_session, change_session
from voting.domain.house import House
from voting.domain.minutes import Minutes, record_minutes
from voting.domain.models import save_model
from voting.domain.organisation.duplicates import merge
from voting.domain.organisation.notices import answer_petition, enter_petition, make_notice, notice_for, notices_of
from voting.domain.organisation.officials import Official, change_official, register_of
from voting.domain.organisation.personal_data import erase, personal_data_of, traces_of
from voting.domain.organisation.register import journal_of
from voting.domain.organisation.reviews import record_review, reviews_of
from voting.domain.organisation.roles import Role
from voting.domain.results import public_result_of
from voting.domain.retention import delete_session
from voting.domain.sessions import Session
from voting.domain.sheets import make_sheet
from voting.errors import MalformedRegister, UnknownNotice, UnknownOfficial
from voting.storage import history
from voting.storage.sealing import SealingKeys

SignIn = Callable[[str, str], ChairBrowser]
AN, BINH = "Nguyễn Văn An — Chủ tịch", "Trần Thị Bình — Phó Chủ tịch"
PETITION, ANSWER = "Đề nghị xem lại mức xếp loại của tôi.", "Tập thể giữ nguyên mức đã xếp."
FIRST, SECOND = "Chưa hoàn thành chỉ tiêu thu.", "Đã bổ sung hồ sơ chứng minh."


def add_people(province: Organised) -> tuple[Official, Official]:
    an, binh = province.register(
        province.village,
        Official("", "Nguyễn Văn An", "", ("Chủ tịch",), "Lãnh đạo", "CB-0417", member=True),
        Official("", "Trần Thị Bình", "", ("Phó Chủ tịch",), number="CB-0999"),
    )
    return an, binh


def publish(
    province: Organised, *people: Official, petition: str = PETITION, answer: str = ANSWER, reason: str = SECOND
) -> Session:
    """Hold a vote, with two conclusions one after the other, a petition and its answer, and a note in the minutes."""
    house = province.house
    session = province.published(province.village, people, [(1, 2), (1, 3), (2, 3)], title="Xếp loại năm 2026")
    review = {"day": "2027-01-15", "unit": province.north, "by": "thẩm.định"}
    record_review(house, session.uuid, AN, level=3, reason=FIRST, **review)
    record_review(house, session.uuid, AN, level=2, reason=reason, **review)
    record_review(house, session.uuid, BINH, level=1, reason="Lý do về bà Bình.", **review)
    link = make_notice(house, session.uuid, AN, days=30, by="x")
    enter_petition(house, link, petition)
    answer_petition(house, session.uuid, AN, answer, by="x")
    make_notice(house, session.uuid, BINH, days=30, by="x")
    record_minutes(house, session.uuid, Minutes(notes=((AN, "Vắng có lý do"), (BINH, "Ghi chú khác"))), 0)
    return house.store.session(session.uuid)


@pytest.fixture
def an(province: Organised) -> Official:
    """Somebody with everything that can be kept of a person."""
    an, binh = add_people(province)
    publish(province, an, binh)
    return an


# ---- what is kept


def test_a_person_gets_all_that_is_kept(province: Organised, an: Official) -> None:
    change_official(province.house, an, by="x")
    data = personal_data_of(province.house, an.id)
    register = data["register"]
    assert (register["name"], register["positions"], register["number"]) == ("Nguyễn Văn An", ("Chủ tịch",), "CB-0417")
    assert register["unit"] == "Tỉnh Đông Hải › Huyện Bắc Sơn › Xã Bình An"
    session = data["sessions"][0]
    assert (session["title"], session["state"]) == ("Xếp loại năm 2026", "published")
    line = session["lines"][0]
    assert (line["line"], line["note"]) == (AN, "Vắng có lý do")
    assert [cell["votes"] for cell in line["result"]["votes"]] == [2, 1, 0, 0]
    assert line["result"]["collected"] == 3
    conclusion = data["conclusions"][0]
    assert (conclusion["level"], conclusion["reason"], conclusion["day"]) == (2, SECOND, "2027-01-15")
    assert [former["reason"] for former in conclusion["before"]] == [FIRST]
    notice = data["notices"][0]
    assert (notice["petition"], notice["answer"], notice["answered_by"]) == (PETITION, ANSWER, "x")
    assert notice["petitioned"] == "2027-01-15T08:00:00Z"


def test_of_others_on_the_same_sheet_there_is_nothing(province: Organised, an: Official) -> None:
    text = json.dumps(personal_data_of(province.house, an.id), ensure_ascii=False)
    assert not [word for word in ("Bình —", "Trần Thị", "CB-0999", "bà Bình", "Ghi chú khác") if word in text]


def test_where_people_are_chosen_there_are_the_own_votes_alone(province: Organised) -> None:
    an, binh = add_people(province)
    draft = province.draft(province.village, [an, binh], rule="count_only", codes=4)
    sheet = make_sheet([replace(one.line, group="") for one in (an, binh)], "choose", choose=1)
    province.hold(change_session(province.house, replace(draft, sheet=sheet)), [(1,), (1,), (2,)])
    lines = personal_data_of(province.house, an.id)["sessions"][0]["lines"]
    assert [cell["votes"] for cell in lines[0]["result"]["votes"]] == [2]
    assert "Trần Thị" not in json.dumps(lines, ensure_ascii=False)


def test_a_result_that_is_not_published_is_not_in_it(province: Organised) -> None:
    an, binh = add_people(province)
    draft = province.draft(province.village, [an, binh])
    data = personal_data_of(province.house, an.id)
    assert data["sessions"][0]["id"] == draft.uuid
    assert data["sessions"][0]["lines"] == [{"line": AN, "note": "", "result": None}]


def test_a_link_is_in_nothing_that_is_handed_out(province: Organised, an: Official) -> None:
    notice = next(one for one in notices_of(province.house).values() if one.official == an.id)
    assert notice.link not in json.dumps(personal_data_of(province.house, an.id))


def test_records_that_were_merged_are_one_person(province: Organised) -> None:
    an, binh = add_people(province)
    publish(province, an, binh)
    kept = province.register(province.town, Official("", "Nguyễn Văn An", "", ("Bí thư",)))[0]
    merge(province.house, kept.id, an.id, ("Bí thư", "Chủ tịch"), by="x")
    data = personal_data_of(province.house, kept.id)
    assert len(data["sessions"]) == len(data["conclusions"]) == len(data["notices"]) == 1
    erase(province.house, an.id, by="x")
    official = register_of(province.house).official(an.id)
    assert (official.id, official.name, official.erased) == (kept.id, "", True)


# ---- erasure


def test_an_erasure_takes_away_what_is_written_of_the_person(province: Organised, an: Official) -> None:
    house = province.house
    erase(house, an.id, by="người.quản.trị")
    official = register_of(house).officials[an.id]
    assert official == Official(an.id, "", province.village, left=True, erased=True)
    review = next(one for one in reviews_of(house).values() if one.title == AN)
    assert (review.level, review.reason, review.day) == (2, "", "2027-01-15")
    assert [(former.level, former.reason) for former in review.past] == [(3, "")]
    notice = next(one for one in notices_of(house).values() if one.title == AN)
    assert (notice.petition, notice.answer, notice.link) == ("", "", "")
    kept = str([house.store.organisation(kind).texts for kind in ("officials", "reviews", "notices", "links")])
    assert not [text for text in (PETITION, ANSWER, FIRST, SECOND, "CB-0417", "Lãnh đạo") if text in kept]
    entry = journal_of(house)[-1]
    assert (entry.by, entry.act, entry.unit, entry.about) == (
        *("người.quản.trị", "official.erase"),
        *(province.village, an.id),
    )


def test_an_erasure_touches_nobody_else_and_nothing_that_is_public(province: Organised, an: Official) -> None:
    house = province.house
    session = house.store.sessions()[0]
    archive, result = b"".join(archive_stream(house, session.uuid)), public_result_of(house, session.uuid)
    erase(house, an.id, by="x")
    assert b"".join(archive_stream(house, session.uuid)) == archive
    assert public_result_of(house, session.uuid) == result
    assert house.store.session(session.uuid) == session
    other = next(one for one in register_of(house).officials.values() if one.id != an.id)
    assert (other.name, other.number) == ("Trần Thị Bình", "CB-0999")
    assert [one.reason for one in reviews_of(house).values() if one.title == BINH] == ["Lý do về bà Bình."]
    assert all(one.link for one in notices_of(house).values() if one.title == BINH)


def test_the_link_of_an_erased_person_leads_nowhere(province: Organised, an: Official) -> None:
    session = province.house.store.sessions()[0]
    link = make_notice(province.house, session.uuid, AN, days=30, by="x")
    assert notice_for(province.house, link).title == AN
    erase(province.house, an.id, by="x")
    with pytest.raises(UnknownNotice):
        notice_for(province.house, link)


def test_as_long_as_a_list_that_is_not_public_names_the_person_nothing_is_erased(
    province: Organised, an: Official
) -> None:
    house = province.house
    draft = province.draft(province.village, [an])
    cancelled = province.draft(province.village, [an], title="Phiên hủy")
    cancel_session(house, cancelled.uuid)
    before = {kind: house.store.organisation(kind) for kind in ("officials", "reviews", "notices", "links")}
    for session in (draft, cancelled):
        with pytest.raises(MalformedRegister) as refused:
            erase(house, an.id, by="x")
        assert refused.value.field == "official"
        assert {kind: house.store.organisation(kind) for kind in before} == before
        delete_session(house, session.uuid)
    assert erase(house, an.id, by="x").erased


def test_an_erasure_twice_is_one_and_of_nobody_is_refused(province: Organised, an: Official) -> None:
    erase(province.house, an.id, by="x")
    before = journal_of(province.house)
    assert erase(province.house, an.id, by="x").erased
    assert journal_of(province.house) == before
    with pytest.raises(UnknownOfficial):
        erase(province.house, "11111111111111", by="x")
    with pytest.raises(MalformedRegister):
        change_official(province.house, an, by="x")


def test_what_was_erased_is_not_in_the_past_of_the_files(tmp_path: Path) -> None:
    name, post, petition, reason = (unlike_any_other() for _ in range(4))
    with embedded_store(tmp_path) as store:
        house = House(store, SealingKeys(["a sealing key for tests, long enough"]), lambda: NOON)
        province = organised(house)
        an, binh = add_people(province)
        session = publish(province, an, binh, petition=petition, reason=reason)
        # The name of later is on no board.
        later = change_official(house, replace(an, name=name, positions=(post,)), by="x")
        delete_session(house, province.draft(province.village, [later]).uuid)

        def found() -> list[bool]:
            return [is_found(tmp_path, text) for text in (name, post, petition, reason)]

        # Written anew the texts are packed, and found all the same.
        history.owe_rewrite(store.connection, "nothing")
        assert history.rewrite_if_owed(store.connection)
        assert found() == [True, True, True, True]
        erase(house, an.id, by="x")
        assert found() == [False, False, False, False]
        assert house.store.session(session.uuid).sheet.people[0].name == "Nguyễn Văn An"


# ---- the pages


def test_an_administrator_downloads_what_is_kept_and_nobody_else_does(
    signed_in: SignIn, province: Organised, an: Official
) -> None:
    path = f"/chair/officials/{an.id}/data"
    for place in ("province", "north", "village"):
        browser = signed_in(Role.ADMINISTRATOR, getattr(province, place))
        assert browser.get(path).status_code == 200
        answer = browser.get(f"{path}.json")
        assert answer.json["register"]["name"] == "Nguyễn Văn An"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "An" not in answer.headers["Content-Disposition"]
    others = [(role, province.village) for role in (Role.CHAIR, Role.HEAD_TELLER, Role.REVIEWER, Role.READER)]
    for role, unit in [*others, (Role.ADMINISTRATOR, province.town)]:
        browser = signed_in(role, unit)
        for each in (path, f"{path}.json", f"{path}.zip", f"/chair/officials/{an.id}/erase"):
            assert browser.get(each).status_code == 403
        assert browser.send(f"/chair/officials/{an.id}/erase", {"sure": "yes"}, on="/chair/").status_code == 403
    assert not register_of(province.house).officials[an.id].erased


def test_the_zip_says_in_both_languages_what_is_in_it(signed_in: SignIn, province: Organised, an: Official) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.village)
    answer = browser.get(f"/chair/officials/{an.id}/data.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert sorted(packed.namelist()) == ["README-en.txt", "README-vi.txt", "data.json"]
        assert json.loads(packed.read("data.json"))["notices"][0]["petition"] == PETITION
        assert "the service does not know it" in packed.read("README-en.txt").decode("utf-8-sig")
        assert "khiếu nại" in packed.read("README-vi.txt").decode("utf-8-sig")


def test_the_page_names_the_boards_that_cannot_be_unpublished_and_erases_only_when_ticked(
    signed_in: SignIn, province: Organised, an: Official
) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.village)
    path = f"/chair/officials/{an.id}/erase"
    session = province.house.store.sessions()[0]
    page = html.unescape(browser.get(path).text)
    assert "It cannot be unpublished there" in page
    assert f"/s/{session.uuid}" in page
    assert browser.send(path).status_code == 400
    assert not register_of(province.house).officials[an.id].erased
    assert browser.send(path, {"sure": "yes"}, on=path).status_code == 303
    assert register_of(province.house).officials[an.id].erased
    after = html.unescape(browser.get(f"/chair/officials/{an.id}/data").text)
    assert "Nguyễn Văn An" not in after
    assert session.title in after
    assert browser.get(path).status_code == 303
    assert json.loads(browser.get(f"/chair/officials/{an.id}/data.json").text)["register"]["name"] == ""


def test_the_page_says_which_lists_stand_in_the_way(signed_in: SignIn, province: Organised, an: Official) -> None:
    draft = province.draft(province.village, [an], title="Phiên đang soạn")
    browser = signed_in(Role.ADMINISTRATOR, province.village)
    path = f"/chair/officials/{an.id}/erase"
    page = html.unescape(browser.get(path).text)
    assert "Phiên đang soạn" in page
    assert "take the name off these lists first" in page
    assert 'name="sure"' not in page
    assert browser.send(path, {"sure": "yes"}, on="/chair/").status_code == 400
    assert not register_of(province.house).officials[an.id].erased
    assert province.house.store.session(draft.uuid) == draft


def test_the_page_names_chairs_whose_templates_have_a_line_of_that_name(
    signed_in: SignIn, province: Organised, an: Official
) -> None:
    session = province.house.store.sessions()[0]
    save_model(province.house, session.uuid, "Mẫu", chair="chair.of.the.template")
    assert [model.chair for model in traces_of(province.house, an.id).models] == ["chair.of.the.template"]
    page = signed_in(Role.ADMINISTRATOR, province.village).get(f"/chair/officials/{an.id}/erase").text
    assert "chair.of.the.template" in page


def test_the_page_of_a_person_leads_to_the_personal_data(signed_in: SignIn, province: Organised, an: Official) -> None:
    path = f"/chair/officials/{an.id}"
    assert f"{path}/data" in signed_in(Role.ADMINISTRATOR, province.village).get(path).text
    assert f"{path}/data" not in signed_in(Role.CHAIR, province.village).get(path).text
