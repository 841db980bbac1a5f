"""The chair's list is searched, filtered and paged by a form that needs no script."""

import re
from dataclasses import replace
from datetime import datetime

import pytest

from tests.web.chair_browser import ChairBrowser
from voting.domain.drafting import cancel_session, create_session
from voting.domain.house import House
from voting.domain.retention import archive_session
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.web.chair.overview import PER_PAGE

pytestmark = pytest.mark.store

_TITLE = re.compile(r'<h2><a href="/chair/sessions/\w+">([^<]*)</a></h2>')


def make(
    house: House, title: str, *, name: str = "Lê An", chair: str = "hoa", year: int = 2026, **more: str
) -> Session:
    then = replace(house, clock=lambda: int(datetime(year, 6, 15).timestamp()))
    return create_session(then, Session("", title, make_sheet([Person(name)]), codes=5, chair=chair, **more))


def listed(chair: ChairBrowser, query: str = "") -> list[str]:
    answer = chair.get(f"/chair/?{query}")
    assert answer.status_code == 200
    return _TITLE.findall(answer.text)


def test_a_session_is_found_by_title_unit_and_name_without_marks(chair: ChairBrowser, house: House) -> None:
    make(house, "Lấy phiếu tín nhiệm", unit="Chi bộ 3")
    make(house, "Bầu ban chấp hành", name="Đặng Thị Hương")
    assert listed(chair, "q=tin+nhiem") == ["Lấy phiếu tín nhiệm"]
    assert listed(chair, "q=chi+bo") == ["Lấy phiếu tín nhiệm"]
    assert listed(chair, "q=dang+huong") == ["Bầu ban chấp hành"]
    assert listed(chair, "q=nobody") == []
    assert "0 sessions found" in chair.get("/chair/?q=nobody").text


def test_another_chairs_session_is_not_found(chair: ChairBrowser, house: House) -> None:
    make(house, "Of hoa")
    make(house, "Of binh", chair="binh")
    assert listed(chair, "q=of") == ["Of hoa"]


def test_years_and_states_filter_together(chair: ChairBrowser, house: House) -> None:
    make(house, "Old", year=2024)
    cancel_session(house, make(house, "Given up").uuid)
    make(house, "New")
    assert listed(chair, "year=2024") == ["Old"]
    assert listed(chair, "year=2026&state=cancelled") == ["Given up"]
    assert listed(chair, "state=draft&year=2026") == ["New"]
    page = chair.get("/chair/?year=2024").text
    assert '<option value="2024" selected>2024</option>' in page
    assert set(listed(chair, "year=&state=&q=")) == {"Old", "Given up", "New"}


@pytest.mark.parametrize(
    "query", ["year=x", "state=nothing", "page=x", "page=-5", "page=99", "year=-1", "q=" + "a" * 999]
)
def test_what_cannot_be_asked_for_breaks_nothing(chair: ChairBrowser, house: House, query: str) -> None:
    make(house, "Only one")
    assert chair.get(f"/chair/?{query}").status_code == 200


def test_an_archived_session_is_listed_only_when_it_is_asked_for(chair: ChairBrowser, house: House) -> None:
    session = make(house, "Put away")
    cancel_session(house, session.uuid)
    archive_session(house, session.uuid)
    assert listed(chair) == []
    assert "All your sessions are in the archive." in chair.get("/chair/").text
    assert listed(chair, "state=archived") == ["Put away"]
    assert listed(chair, "state=cancelled") == []


def test_fifty_sessions_stand_on_a_page_and_the_filter_stays_on_the_next(chair: ChairBrowser, house: House) -> None:
    for number in range(PER_PAGE + 2):
        make(house, f"Vote {number}")
    assert PER_PAGE == 50
    first = listed(chair, "q=vote")
    (following,) = re.findall(r'rel="next" href="([^"]*)"', chair.get("/chair/?q=vote").text)
    second = listed(chair, following.partition("?")[2].replace("&amp;", "&"))
    assert "q=vote" in following
    assert (len(first), len(second)) == (50, 2)
    assert len({*first, *second}) == 52


def test_what_was_searched_for_is_text_on_the_page(chair: ChairBrowser, house: House) -> None:
    make(house, "Only one")
    page = chair.get("/chair/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
