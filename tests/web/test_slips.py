"""The slips: shown once, complete, and forgotten."""

import hashlib
import re

import pytest

from tests.web.chair_browser import ChairBrowser, codes_on
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes
from voting.domain.sessions import Session, State
from voting.domain.sheets import Person, make_sheet
from voting.protocol.codes import credentials_to_bytes, public_credential
from voting.protocol.group import point_to_hex


@pytest.fixture
def page(house: House) -> str:
    """The address of a draft with nine slips, two of them spare."""
    session = Session("", "Bầu Ban chấp hành", make_sheet([Person("An")]), codes=7, spares=2, chair="hoa")
    return f"/chair/sessions/{create_session(house, session).uuid}"


def make_slips(chair: ChairBrowser, page: str) -> str:
    chair.get(page)
    return chair.send(f"{page}/slips", chair.hidden()).text


def mark_on(text: str) -> str:
    found = re.search(r"\b(?:batch|sign) ([0-9A-F]{4})\b", text)
    assert found, "no batch mark"
    return found[1]


def test_each_slip_has_its_own_code_number_title_address_and_instruction(chair: ChairBrowser, page: str) -> None:
    text = make_slips(chair, page)
    codes = codes_on(text)
    assert len(codes) == 9
    assert text.count("<svg ") == 9
    assert [int(number) for number in re.findall(r"№\s*(\d+)", text)] == list(range(1, 10))
    slips = re.findall(r'<article class="slip">.*?</article>', text, re.DOTALL)
    assert len(slips) == 9
    for slip in slips:
        assert "Bầu Ban chấp hành" in slip
        assert "localhost" in slip
        assert 'lang="vi"' in slip
        assert 'lang="en"' in slip
        assert "server" in slip
    assert len([slip for slip in slips if "Dự phòng" in slip]) == 2


def test_eight_slips_stand_on_a_page(chair: ChairBrowser, page: str) -> None:
    sheets = make_slips(chair, page).split('class="slip-page"')[1:]
    assert [len(codes_on(sheet)) for sheet in sheets] == [8, 1]


def test_slips_are_kept_by_no_cache_and_shown_once(chair: ChairBrowser, page: str) -> None:
    chair.get(page)
    answer = chair.send(f"{page}/slips", chair.hidden())
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert chair.get(f"{page}/slips").location == page
    codes = codes_on(answer.text)
    for path in (page, f"{page}/ready", "/chair/", f"{page}/edit"):
        shown = chair.get(path).text
        assert not codes_on(shown), path
        assert not any(code in shown for code in codes)


@pytest.mark.fault("C10")
def test_no_code_is_in_the_store_the_cookie_or_the_log(
    chair: ChairBrowser, house: House, page: str, capfd: pytest.CaptureFixture[str]
) -> None:
    codes = codes_on(make_slips(chair, page))
    chair.send(f"{page}/ready", chair.hidden(), on=f"{page}/ready")
    client = house.store.connection.client
    places = b"".join(client.dump(key) or b"" for key in client.scan_iter("*"))
    for key in client.scan_iter("*"):
        if client.type(key) == b"list":
            places += b"".join(client.lrange(key, 0, -1))
    cookie = chair.client.get_cookie("voting-chair")
    assert cookie is not None
    printed = capfd.readouterr()
    places += (cookie.value + printed.out + printed.err).encode()
    found = [code for code in codes if code.encode() in places or code.replace("-", "").encode() in places]
    print(f"C10: {len(found)} of {len(codes)} codes in {len(places)} bytes of store, cookie and log")
    assert found == []


def test_the_codes_of_the_slips_are_those_that_vote(chair: ChairBrowser, house: House, page: str) -> None:
    uuid = page.rsplit("/", 1)[1]
    codes = codes_on(make_slips(chair, page))
    expected = sorted(point_to_hex(public_credential(uuid, code)) for code in codes)
    assert list(house.store.held_credentials(uuid)) == expected


def test_the_batch_mark_tells_two_batches_apart_and_is_that_of_the_board(
    chair: ChairBrowser, house: House, page: str
) -> None:
    uuid = page.rsplit("/", 1)[1]
    first = mark_on(make_slips(chair, page))
    assert mark_on(chair.get(page).text) == first
    second = mark_on(make_slips(chair, page))
    assert first != second
    assert mark_on(chair.get(f"{page}/ready").text) == second
    credentials = credentials_to_bytes(house.store.held_credentials(uuid))
    assert hashlib.sha256(credentials).hexdigest()[:4].upper() == second
    confirm_codes(house, uuid)
    assert mark_on(chair.get(page).text) == second


def test_reloading_the_page_of_slips_does_not_make_the_printed_ones_worthless(
    chair: ChairBrowser, house: House, page: str
) -> None:
    uuid = page.rsplit("/", 1)[1]
    chair.get(page)
    sent = {"csrf_token": chair.token(), **chair.hidden()}
    assert codes_on(chair.send(f"{page}/slips", sent).text)
    held = house.store.held_credentials(uuid)
    again = chair.send(f"{page}/slips", sent, on=page)
    assert not codes_on(again.text)
    assert house.store.held_credentials(uuid) == held


def test_slips_of_an_old_batch_are_not_confirmed_by_a_page_that_is_left_open(
    chair: ChairBrowser, house: House, page: str
) -> None:
    uuid = page.rsplit("/", 1)[1]
    make_slips(chair, page)
    chair.get(f"{page}/ready")
    old = chair.hidden()
    make_slips(chair, page)
    assert chair.send(f"{page}/ready", old, on=page).status_code == 409
    assert house.store.session(uuid).state == State.DRAFT


def test_slips_cannot_be_made_once_the_session_is_ready(chair: ChairBrowser, house: House, page: str) -> None:
    make_slips(chair, page)
    confirm_codes(house, page.rsplit("/", 1)[1])
    answer = chair.send(f"{page}/slips", on="/chair/")
    assert answer.status_code == 409
    assert not codes_on(answer.text)
