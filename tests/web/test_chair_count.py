"""After the close, where tellers hold the key: who has decrypted, what is missing, and the count that follows."""

import re
from html import unescape
from time import monotonic, sleep

import pytest

from tests.web.casting_ballots import cast_ballot
from tests.web.chair_browser import ChairBrowser
from tests.web.devices import Device, hold_ceremony
from voting.domain.casting import open_session
from voting.domain.counting import close_session, take_decryption
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.sessions import Session, State


@pytest.fixture
def closed(house: House, teller_draft: Session, devices: list[Device]) -> Session:
    """A closed session with two ballots, whose tellers have their key."""
    uuid = teller_draft.uuid
    for device in devices:
        device.claim()
    hold_ceremony(devices)
    codes = make_codes(house, uuid)
    confirm_codes(house, uuid)
    open_session(house, uuid)
    for code in codes[:2]:
        cast_ballot(house, uuid, code, 1, 3)
    return close_session(house, uuid)


def page_of(session: Session) -> str:
    return f"/chair/sessions/{session.uuid}"


def main_of(chair: ChairBrowser, session: Session) -> str:
    """Give what the page of a session says, without its marks."""
    text = chair.get(page_of(session)).text
    return " ".join(re.sub(r"<[^>]+>", " ", text.partition("<main")[2]).split())


@pytest.mark.fault("C6")
def test_too_few_tellers_are_told_in_clear_words_and_nothing_is_counted(
    chair: ChairBrowser, house: House, closed: Session, devices: list[Device]
) -> None:
    assert devices[0].send_decryption(devices[0].partial_decryption(house)).status_code == 201
    text = main_of(chair, closed)
    assert "1 of 2 tellers have decrypted" in text
    assert "Still needed: 1 of the tellers below" in text
    assert re.search(r"Lê Thị Cúc Head teller Has decrypted", text)
    assert re.search(r"Phạm Văn Dũng Secretary Has not decrypted yet", text)
    assert "Nothing is lost" in text
    page = page_of(closed)
    assert chair.get(f"{page}/tellers/progress").json["words"] == "1 of 2 tellers have decrypted."
    assert f'href="{page}/count"' not in chair.get(page).text
    assert chair.get(f"{page}/count").location == page
    assert chair.send(f"{page}/count", on=page).status_code == 409
    assert house.store.session(closed.uuid).state == State.CLOSED
    print("C6: 1 of 2 decryptions: the count is refused, the page names who is missing and says that nothing is lost")


@pytest.mark.fault("P2")
def test_nothing_of_the_result_is_shown_while_decryptions_are_missing(
    chair: ChairBrowser, house: House, closed: Session, devices: list[Device]
) -> None:
    devices[0].send_decryption(devices[0].partial_decryption(house))
    for path in ("", "/tellers", "/tellers/progress"):
        assert "100.00%" not in chair.get(page_of(closed) + path).text
    assert "100.00%" not in main_of(chair, closed)


def test_the_count_begins_by_itself_and_the_open_page_notices(
    chair: ChairBrowser, house: House, closed: Session, devices: list[Device]
) -> None:
    mark = chair.get(f"{page_of(closed)}/tellers/progress").json["mark"]
    for device in (devices[0], devices[2]):
        assert device.send_decryption(device.partial_decryption(house)).status_code == 201
    until = monotonic() + 20
    while house.store.session(closed.uuid).state != State.COUNTED and monotonic() < until:
        sleep(0.05)
    assert chair.get(f"{page_of(closed)}/tellers/progress").json["mark"] != mark
    assert "100.00%" in main_of(chair, closed)
    assert chair.get(f"{page_of(closed)}/tellers").status_code == 200


def test_the_chair_can_count_when_the_count_did_not_begin_by_itself(
    chair: ChairBrowser, house: House, closed: Session, devices: list[Device]
) -> None:
    page = page_of(closed)
    # As after a crash between the last decryption and the count: nobody was told to begin it.
    for index in (1, 3):
        take_decryption(house, closed.uuid, index, devices[index - 1].partial_decryption(house))
    text = chair.get(page).text
    assert re.findall(rf'href="{page}/(count|publish|close|open|ready)"', text) == ["count"]
    question = unescape(chair.get(f"{page}/count").text)
    assert "what the tellers decrypted and the server's own part are put together" in question
    assert chair.send(f"{page}/count", chair.hidden()).location == page
    assert house.store.session(closed.uuid).state == State.COUNTED
    assert "100.00%" in main_of(chair, closed)


def test_a_lost_phone_gets_a_new_link_after_the_close_too(
    chair: ChairBrowser, house: House, closed: Session, devices: list[Device]
) -> None:
    team = f"{page_of(closed)}/tellers"
    assert "New link" in chair.get(team).text
    assert "Has not decrypted yet" in chair.page.text
    assert "/tellers/replace" not in chair.page.text
