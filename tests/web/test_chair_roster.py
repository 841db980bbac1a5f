"""The chair's page of the roster: adding and finding people, links that are shown once, who has claimed."""

import base64
import csv
import html
import io
import re

import pytest

from tests.documents.test_spreadsheets import workbook
from tests.domain.claiming_phone import ClaimingPhone, make_ready
from tests.web.chair_browser import ChairBrowser
from tests.web.conftest import PEOPLE
from voting.domain.casting import open_session
from voting.domain.counting import close_session
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.rosters import roster_of
from voting.domain.sessions import Session
from voting.domain.sheets import make_sheet
from voting.protocol.passes import sign_of_key

_LINK = re.compile(r"\b[1-9A-HJ-NP-Za-km-z]{4}-[1-9A-HJ-NP-Za-km-z]{4}-[1-9A-HJ-NP-Za-km-z]{4}\b")
_CSV = re.compile(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"')


@pytest.fixture
def uuid(house: House) -> str:
    """A draft of the chair `hoa` with three codes that are not printed."""
    draft = Session("", "Lấy phiếu", make_sheet(PEOPLE), codes=5, pooled=3, chair="hoa")
    return create_session(house, draft).uuid


@pytest.fixture
def page(uuid: str) -> str:
    return f"/chair/sessions/{uuid}/roster"


def links_on(text: str) -> list[str]:
    return list(dict.fromkeys(_LINK.findall(text)))


def add(chair: ChairBrowser, page: str, people: str) -> None:
    assert chair.send(page, {"people": people}, on=page).status_code == 303


def make_links(chair: ChairBrowser, page: str, who: str = "missing"):
    chair.get(page)
    once = chair.hidden()["once"]
    return chair.send(f"{page}/links", {"who": who, "once": once}), once


def test_pasted_people_and_those_of_a_file_are_added(chair: ChairBrowser, house: House, uuid: str, page: str):
    add(chair, page, "Lê An\tan@b.vn\nTrần Bình")
    file = workbook(("STT", "Họ và tên", "Chức vụ", "Email"), (1, "Đỗ Cường", "GĐ", "cuong@b.vn"))
    answer = chair.send(page, {"people": "", "file": (io.BytesIO(file), "ds.xlsx")}, on=page)
    assert answer.status_code == 303
    assert [(one.name, one.note) for one in roster_of(house, uuid).attendees] == [
        ("Lê An", "an@b.vn"),
        ("Trần Bình", ""),
        ("Đỗ Cường", "cuong@b.vn"),
    ]
    assert "Đỗ Cường" in chair.get(page).text


def test_a_fault_is_told_at_its_field_and_line_and_what_was_typed_stays(
    chair: ChairBrowser, house: House, uuid: str, page: str
):
    add(chair, page, "Lê An")
    answer = chair.send(page, {"people": "Trần Bình\n\nlê an"}, on=page)
    assert answer.status_code == 400
    assert "Line 3: on the roster already" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Trần Bình\n\nlê an" in html.unescape(answer.text)
    answer = chair.send(page, {"people": "An", "file": (io.BytesIO(b"\x00\x01"), "ds.csv")}, on=page)
    assert answer.status_code == 400
    assert 'id="file-error"' in answer.text
    assert len(roster_of(house, uuid).attendees) == 1


def test_links_are_shown_once_as_badges_as_a_table_and_as_csv(chair: ChairBrowser, house: House, uuid: str, page: str):
    add(chair, page, "Lê An\tan@b.vn\n=HYPERLINK(1)\t+84\n")
    answer, once = make_links(chair, page)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    links = links_on(answer.text)
    assert len(links) == 2
    assert answer.text.count("badge-card") == 2
    found = _CSV.search(answer.text)
    assert found
    rows = list(csv.reader(io.StringIO(base64.b64decode(found[1]).decode("utf-8-sig"), newline="")))
    assert [row[:2] for row in rows] == [["Full name", "Note"], ["Lê An", "an@b.vn"], ["'=HYPERLINK(1)", "'+84"]]
    assert [row[2] for row in rows[1:]] == [f"http://localhost/c/{uuid}#{link}" for link in links]
    again = chair.send(f"{page}/links", {"who": "unclaimed", "once": once}, on=page)
    assert again.status_code == 303
    assert "shown once" in chair.get(page).text
    assert not links_on(chair.page.text if chair.page else "")
    make_ready(house, uuid)
    for link in links:
        ClaimingPhone(uuid, link).claim(house)


def test_a_new_link_ends_the_old_one_but_not_a_claim(chair: ChairBrowser, house: House, uuid: str, page: str):
    add(chair, page, "An\nBình\nCường")
    make_ready(house, uuid)
    first, *_ = links_on(make_links(chair, page)[0].text)
    ClaimingPhone(uuid, first).claim(house)
    answer, _ = make_links(chair, page, "1")
    assert answer.status_code == 303
    assert not links_on(make_links(chair, page, "missing")[0].text)
    anew = links_on(make_links(chair, page, "unclaimed")[0].text)
    assert len(anew) == 2
    only = links_on(make_links(chair, page, "3")[0].text)
    assert len(only) == 1
    ClaimingPhone(uuid, only[0]).claim(house)
    assert roster_of(house, uuid).claimed == 2


def test_the_chairs_page_shows_of_the_pass_key_what_phones_show(
    chair: ChairBrowser, house: House, uuid: str, page: str
):
    make_ready(house, uuid)
    key = house.store.session(uuid).pass_key
    shown = re.search(r"the same on every phone: <span[^>]*>([0-9a-f ]+)</span>", chair.get(page).text)
    assert shown
    assert shown[1].replace(" ", "") == sign_of_key(uuid, key)


def test_the_chair_sees_who_has_claimed_and_no_code(chair: ChairBrowser, house: House, uuid: str, page: str):
    add(chair, page, "An\nBình\nCường\nDũng")
    make_ready(house, uuid)
    phones = [ClaimingPhone(uuid, link) for link in links_on(make_links(chair, page)[0].text)]
    phones[1].claim(house)
    text = chair.get(page).text
    assert re.search(r"Bình</th>\s*<td></td>\s*<td>received</td>", text)
    assert text.count("not yet received") == 3
    assert "Codes that are not printed: 3; people on the roster who have not got theirs: 4" in text
    open_session(house, uuid)
    code = phones[1].redeem(house)
    shown = chair.get(page).text
    assert code not in shown
    assert re.search(r"Codes given out for it</dt><dd>1</dd>", shown)
    assert re.search(r"Codes left in the pool</dt><dd>2</dd>", shown)
    close_session(house, uuid)
    after = chair.get(page).text
    assert re.search(r"Have claimed</dt><dd>1</dd>", after)
    assert "Add to the roster" not in after
    assert chair.send(page, {"people": "Muộn"}, on="/chair/password").status_code == 409


def test_people_are_found_without_marks_and_removed(chair: ChairBrowser, house: House, uuid: str, page: str):
    add(chair, page, "Đỗ Cường\tphong1@b.vn\nTrần Bình\tphong2@b.vn")
    text = chair.get(f"{page}?q=do+cuong").text
    assert "Đỗ Cường" in text
    assert "Trần Bình" not in text
    assert "Trần Bình" in chair.get(f"{page}?q=PHONG2").text
    for _ in range(2):
        assert chair.send(f"{page}/remove", {"attendee": "1"}, on=page).status_code == 303
    assert [one.name for one in roster_of(house, uuid).attendees] == ["Trần Bình"]


def test_nobody_but_the_chair_reaches_the_roster(
    visitor: ChairBrowser, other_chair: ChairBrowser, chair: ChairBrowser, house: House, uuid: str, page: str
):
    add(chair, page, "An")
    assert visitor.get(page).status_code == 303
    assert other_chair.get(page).status_code == 404
    for path in (page, f"{page}/links", f"{page}/remove"):
        answer = other_chair.send(
            path, {"people": "X", "who": "missing", "once": "1", "attendee": "1"}, on="/chair/password"
        )
        assert answer.status_code == 404
    assert len(roster_of(house, uuid).attendees) == 1
    assert not roster_of(house, uuid).attendees[0].linked


@pytest.mark.fault("W1")
def test_a_name_is_never_markup(chair: ChairBrowser, page: str):
    add(chair, page, '<script>alert(1)</script>\t"><img src=x>')
    for text in (chair.get(page).text, make_links(chair, page)[0].text):
        assert "<script>alert" not in text
        assert "<img" not in text


def test_a_session_whose_codes_are_all_printed_says_so(chair: ChairBrowser, draft: Session):
    assert "every code is printed" in chair.get(f"/chair/sessions/{draft.uuid}/roster").text


def test_the_addresses_that_forms_go_to_lead_back(chair: ChairBrowser, page: str):
    for act in ("links", "remove"):
        assert chair.get(f"{page}/{act}").location == page
