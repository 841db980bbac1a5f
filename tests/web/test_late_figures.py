"""Attendance and slips left over that are changed when the count is known: everybody who reads the result is told."""

import html
import io
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pytest

from tests.web.chair_browser import ChairBrowser
from voting.domain.attendance import Attendance, record_attendance
from voting.domain.casting import open_session
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.left_over import LeftOver, record_left_over
from voting.domain.rulebook import RULES
from voting.domain.sessions import Session

ATTENDANCE = "The figures of the attendance were entered or changed when the count was known already."
SLIPS = "The number of slips left over was entered or changed when the count was known already."
BEFORE = "Enter them before the count"
AFTER = "what is entered or changed now is marked as such, for everybody"


@pytest.fixture
def closed(house: House, voting_now: tuple[str, tuple[str, ...]], cast_ballot: Callable[..., None]) -> str:
    uuid, codes = voting_now
    cast_ballot(uuid, codes[0], 1, 3)
    record_attendance(house, uuid, Attendance(members=6, convened=6, present=5), 0)
    record_left_over(house, uuid, LeftOver(3), 0)
    close_session(house, uuid)
    return uuid


def test_a_change_after_the_count_is_told_on_every_page_with_the_result(
    chair: ChairBrowser, visitor: ChairBrowser, house: House, closed: str
) -> None:
    page = f"/chair/sessions/{closed}"
    assert BEFORE in chair.get(f"{page}/attendance").text
    assert BEFORE in chair.get(f"{page}/handing").text
    count_session(house, closed)
    places = (page, f"{page}/publish", f"{page}/minutes/print?lang=en")
    for place in places:
        assert "when the count was known" not in chair.get(place).text
    assert AFTER in chair.get(f"{page}/attendance").text
    chair.get(f"{page}/attendance")
    typed = {**chair.hidden(), "members": "6", "convened": "6", "present": "4", "excused": "", "absences": ""}
    assert chair.send(f"{page}/attendance", typed).status_code == 303
    for place in (page, f"{page}/minutes/print?lang=en"):
        assert (ATTENDANCE in chair.get(place).text, SLIPS in chair.get(place).text) == (True, False)
    chair.get(f"{page}/handing")
    assert chair.send(f"{page}/handing/left", {**chair.hidden(), "left_over": "2"}).status_code == 303
    publish_session(house, closed)
    for text in (
        chair.get(page).text,
        chair.get(f"{page}/minutes/print?lang=en").text,
        visitor.get(f"/s/{closed}").text,
    ):
        assert ATTENDANCE in text
        assert SLIPS in text
    assert visitor.client.get(f"/api/sessions/{closed}/result").json["late"] == ["attendance", "slips"]
    assert "khi đã biết kết quả kiểm phiếu" in html.unescape(chair.get(f"{page}/minutes/print?lang=vi").text)


def figures_in_workbook(chair: ChairBrowser, uuid: str) -> list[object]:
    book = openpyxl.load_workbook(io.BytesIO(chair.get(f"/chair/sessions/{uuid}/results.xlsx?lang=en").data))
    return [row[1].value for row in book.worksheets[1].iter_rows(min_row=2)]


def test_the_workbook_and_the_sheets_of_persons_tell_it_too(chair: ChairBrowser, house: House, closed: str) -> None:
    count_session(house, closed)
    sheet = f"/chair/sessions/{closed}/person/1?lang=en"
    assert ATTENDANCE not in figures_in_workbook(chair, closed)
    assert ATTENDANCE not in chair.get(sheet).text
    record_attendance(house, closed, Attendance(members=6, convened=6, present=4), 1)
    assert ATTENDANCE in figures_in_workbook(chair, closed)
    assert SLIPS not in figures_in_workbook(chair, closed)
    assert ATTENDANCE in chair.get(sheet).text
    record_left_over(house, closed, LeftOver(2), 1)
    assert {ATTENDANCE, SLIPS} <= set(figures_in_workbook(chair, closed))


def test_figures_that_stood_before_the_count_carry_no_mark(
    chair: ChairBrowser, visitor: ChairBrowser, house: House, closed: str
) -> None:
    page = f"/chair/sessions/{closed}"
    count_session(house, closed)
    chair.get(f"{page}/handing")
    assert chair.send(f"{page}/handing/left", {**chair.hidden(), "left_over": "3"}).status_code == 303
    publish_session(house, closed)
    for text in (chair.get(page).text, chair.get(f"{page}/minutes/print").text, visitor.get(f"/s/{closed}").text):
        assert "when the count was known" not in text
    assert visitor.client.get(f"/api/sessions/{closed}/result").json["late"] == []


def test_before_the_count_the_chair_is_told_which_figures_are_missing(
    chair: ChairBrowser, house: House, draft: Session
) -> None:
    uuid = create_session(house, replace(draft, uuid="", rule=RULES["nq96_2023"])).uuid
    make_codes(house, uuid)
    confirm_codes(house, uuid)
    open_session(house, uuid)
    close_session(house, uuid)
    page = f"/chair/sessions/{uuid}/count"
    assert f"not entered: Members; Convened; Present; Slips left over. {BEFORE}" in chair.get(page).text
    record_attendance(house, uuid, Attendance(members=6, convened=6, present=5), 0)
    assert f"not entered: Slips left over. {BEFORE}" in chair.get(page).text
    record_left_over(house, uuid, LeftOver(8), 0)
    assert "not entered" not in chair.get(page).text
    count_session(house, uuid)
    assert chair.get(page).location == f"/chair/sessions/{uuid}"
