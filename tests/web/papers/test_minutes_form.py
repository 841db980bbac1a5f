"""The form of the minutes: what it proposes, keeps and refuses."""

import re
from html import unescape

import pytest
from flask import Flask

from tests.web.chair_browser import ChairBrowser
from tests.web.papers.reading import address, words_of
from tests.web.whole_meeting import PEOPLE, TELLERS
from voting.domain.casting import open_session
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.minutes import Minutes, check_minutes, minutes_of, record_minutes
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.domain.tellers import Teller
from voting.errors import MalformedFigures
from voting.protocol.codes import draw_code
from voting.web.chair.faults import in_words
from voting.web.chair.minutes_form import REASONS


def fields_of(page: str) -> dict[str, str]:
    """Give the fields of the form of the minutes as a browser would send them."""
    found = {
        name: unescape(value) for name, value in re.findall(r'<input id="(\w+)" name="\w+"[^>]*? value="([^"]*)"', page)
    }
    found |= {
        name: unescape(text) for name, text in re.findall(r'<textarea id="(\w+)"[^>]*>\n([^<]*)</textarea>', page)
    }
    chosen = re.search(r'name="header" value="(\w+)" checked', page)
    assert chosen
    roles = re.findall(r'<select id="(role_\d)" name="\w+">.*?value="(\w+)" selected', page, re.DOTALL)
    return found | {"header": chosen[1]} | dict(roles)


def test_the_form_proposes_what_the_session_knows_and_keeps_what_is_typed(
    chair: ChairBrowser, house: House, fresh: Session
) -> None:
    page = address(fresh, "/minutes")
    fields = fields_of(chair.get(page).text)
    assert fields["organisation"] == "Hội đồng nhân dân tỉnh"
    assert fields["subject"] == "Lấy phiếu tín nhiệm giữa nhiệm kỳ"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", fields["started"])
    assert fields["started"] <= fields["ended"]
    typed = {
        **fields,
        "header": "party",
        "place": "Hội trường",
        "teller_1": "Lý Văn Sơn",
        "role_1": "head",
        "teller_2": "Mai Thị Thảo",
        "note_8": "Xin vắng",
        "copies": "3",
        "complaints": "Không có.\nĐã đọc lại.",
    }
    answer = chair.send(page, {**chair.hidden(), **typed})
    assert (answer.status_code, answer.location) == (303, page)
    kept, version = minutes_of(house, fresh.uuid)
    assert (kept.header, kept.place, kept.copies, version) == ("party", "Hội trường", 3, 1)
    assert [teller.name for teller in kept.team] == ["Lý Văn Sơn", "Mai Thị Thảo"]
    assert kept.notes == ((PEOPLE[7].title, "Xin vắng"),)
    assert fields_of(chair.get(page).text)["complaints"] == "Không có.\nĐã đọc lại."
    assert 'value="Xin vắng"' in chair.page.text


def test_the_form_is_there_after_the_publishing_and_names_the_tellers_of_the_session(
    chair: ChairBrowser, house: House, meeting: Session
) -> None:
    page = address(meeting, "/minutes")
    fields = fields_of(chair.get(page).text)
    assert "teller_1" not in fields
    assert all(teller.name in chair.page.text for teller in TELLERS)
    chair.send(page, {**chair.hidden(), **fields, "read_out": "2027-01-15T12:00"})
    assert minutes_of(house, meeting.uuid)[0].read_out == "2027-01-15T12:00"


def test_what_cannot_be_right_is_said_beside_its_field_and_nothing_typed_is_lost(
    chair: ChairBrowser, house: House, counted: Session
) -> None:
    page = address(counted, "/minutes")
    fields = fields_of(chair.get(page).text)
    wrong = {
        "place": "Phòng họp số 5",
        "started": "2026-11-25T10:00",
        "ended": "2026-11-25T09:00",
        "teller_1": PEOPLE[0].name,
        "void_reasons": f"Hủy {draw_code()}",
        "note_2": "x" * 501,
    }
    answer = chair.send(page, {**chair.hidden(), **fields, **wrong})
    assert answer.status_code == 400
    for field in ("ended", "team", "void_reasons", "note_2"):
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}-error"' in answer.text
        assert re.search(rf'id="{field}"', answer.text)
    assert "this is before the beginning" in answer.text
    assert "a ballot code must not stand here" in answer.text
    assert 'value="Phòng họp số 5"' in answer.text
    assert minutes_of(house, counted.uuid)[1] == 0
    words = chair.send(page, {**chair.hidden(), **fields, "copies": "three"}, on=page)
    assert words.status_code == 400
    assert 'id="copies-error"' in words.text
    assert 'value="three"' in words.text


def test_every_reason_of_the_minutes_is_told_in_vietnamese(app: Flask, counted: Session) -> None:
    wrong = Minutes(
        header="x", place="a\u202eb", started="x", copies=-1, team=(Teller(PEOPLE[0].name),), town=draw_code()
    )
    late = Minutes(started="2026-11-25T10:00", ended="2026-11-25T09:00", handover="x" * 501, complaints="x\n" * 51)
    with app.test_request_context("/chair/?lang=vi"):
        for minutes, faults in ((wrong, 6), (late, 3)):
            with pytest.raises(MalformedFigures) as refusal:
                check_minutes(counted, minutes)
            assert len(refusal.value.faults) == faults
            assert [reason for _, reason in refusal.value.faults if in_words(reason, REASONS) == reason] == []


def test_a_form_from_an_older_window_does_not_overwrite(chair: ChairBrowser, house: House, fresh: Session) -> None:
    page = address(fresh, "/minutes")
    fields = fields_of(chair.get(page).text)
    old = chair.hidden()
    record_minutes(house, fresh.uuid, Minutes(place="Elsewhere"), 0)
    assert chair.send(page, {**old, **fields, "place": "Here"}).status_code == 409
    for version in ("", "x", "99999999"):
        assert chair.send(page, {**fields, "version": version}, on=page).status_code == 409
    assert minutes_of(house, fresh.uuid)[0].place == "Elsewhere"


def test_minutes_that_were_damaged_in_the_store_are_refused_and_not_guessed(house: House, draft: Session) -> None:
    house.store.write_note(draft.uuid, "minutes", '{"place":"x"}', version=0, states=(draft.state,))
    with pytest.raises(MalformedFigures):
        minutes_of(house, draft.uuid)


def test_a_draft_shows_its_minutes_before_anything_is_ready(chair: ChairBrowser, house: House) -> None:
    session = create_session(house, Session("", "Bầu", make_sheet([Person("An")]), codes=3, chair="hoa"))
    assert "PREVIEW" in words_of(chair.get(address(session, "/minutes/print")).text)
    make_codes(house, session.uuid)
    confirm_codes(house, session.uuid)
    open_session(house, session.uuid)
    assert "Events on the board: 1" in words_of(chair.get(address(session, "/minutes/print")).text)
