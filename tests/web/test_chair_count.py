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
from voting.domain.links import bound_device
from voting.domain.sessions import Session, State
from voting.protocol.board import Record, line_to_record, record_to_line
from voting.storage import keys
from voting.web import counts


@pytest.fixture
def opened(house: House, teller_draft: Session, devices: list[Device]) -> Session:
    """An open session with two ballots, whose tellers have their key."""
    uuid = teller_draft.uuid
    for device in devices:
        device.claim()
    hold_ceremony(devices)
    codes = make_codes(house, uuid)
    confirm_codes(house, uuid)
    open_session(house, uuid)
    for code in codes[:2]:
        cast_ballot(house, uuid, code, 1, 3)
    return house.store.session(uuid)


@pytest.fixture
def closed(house: House, opened: Session) -> Session:
    """The same, closed."""
    return close_session(house, opened.uuid)


def break_off_close(house: House, uuid: str) -> None:
    """Close a session as a process that dies before the ballots are added up."""
    house.store.close(uuid, record_to_line(Record("EndBallots", (), 0)), house.clock())


def last_record(house: House, uuid: str) -> str:
    return line_to_record(next(house.store.records(uuid, -1, -1)), 0).type


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
    for device in (devices[0], devices[2]):
        bound = bound_device(house, closed.uuid, device.secret)
        take_decryption(house, closed.uuid, bound, device.partial_decryption(house))
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


# ---- a close that broke off


def offered(chair: ChairBrowser, page: str) -> list[str]:
    return re.findall(rf'href="{page}/(count|publish|close|open|ready)"', chair.get(page).text)


def test_a_close_that_broke_off_is_finished_by_the_one_step_that_is_offered(
    chair: ChairBrowser, house: House, opened: Session, devices: list[Device]
) -> None:
    page = page_of(opened)
    break_off_close(house, opened.uuid)
    assert offered(chair, page) == ["close"]
    assert "Finish closing" in chair.page.text
    mark = re.search(r'data-mark="([^"]+)"', chair.page.text)[1]
    assert chair.get(f"{page}/count").location == page
    assert "Finish closing the vote?" in chair.get(f"{page}/close").text
    assert chair.send(f"{page}/close", chair.hidden()).location == page
    assert last_record(house, opened.uuid) == "EncryptedTally"
    assert "its ballots are added up." in main_of(chair, opened)
    assert offered(chair, page) == []
    assert chair.get(f"{page}/close").location == page
    assert chair.get(f"{page}/tellers/progress").json["mark"] != mark
    for device in devices[:2]:
        assert device.send_decryption(device.partial_decryption(house)).status_code == 201


def test_tellers_are_not_asked_to_count_what_is_not_added_up_yet(
    chair: ChairBrowser, house: House, opened: Session
) -> None:
    break_off_close(house, opened.uuid)
    for path in ("", "/tellers"):
        text = chair.get(page_of(opened) + path).text
        assert "Still needed" not in text
        assert "decrypted yet" not in text
        assert "checks the board" not in text
    told = chair.get(f"{page_of(opened)}/tellers/progress").json
    assert told["words"] == "The vote is closed and its ballots are being added up. The tellers decrypt after that."


def test_a_close_that_broke_off_goes_on_while_the_chair_s_page_is_open(
    chair: ChairBrowser, house: House, opened: Session
) -> None:
    break_off_close(house, opened.uuid)
    until = monotonic() + 20
    while last_record(house, opened.uuid) == "EndBallots" and monotonic() < until:
        chair.get(f"{page_of(opened)}/tellers/progress")
        sleep(0.05)
    assert last_record(house, opened.uuid) == "EncryptedTally"
    assert "Still needed: 2 of the tellers below" in main_of(chair, opened)


# ---- a count that failed


@pytest.mark.fault("R7")
def test_a_count_that_was_refused_is_told_and_no_count_is_promised(
    chair: ChairBrowser, house: House, closed: Session, devices: list[Device]
) -> None:
    page = page_of(closed)
    assert devices[0].send_decryption(devices[0].partial_decryption(house)).status_code == 201
    last = devices[2].partial_decryption(house)
    board = keys.board(closed.uuid)
    client = house.store.connection.client
    client.lset(board, 1, client.lindex(board, 2))
    mark = chair.get(f"{page}/tellers/progress").json["mark"]
    assert devices[2].send_decryption(last).status_code == 201
    until = monotonic() + 20
    while not counts.last_failure(house, closed.uuid) and monotonic() < until:
        sleep(0.05)
    told = chair.get(f"{page}/tellers/progress").json
    assert told["mark"] != mark
    assert "damaged or was changed, so the count was refused" in told["words"]
    text = main_of(chair, closed)
    assert "The key stays shut." in text
    assert "compare the board with a backup" in text
    assert "runs by itself" not in text
    assert "is being counted" not in text
    assert offered(chair, page) == ["count"]
    assert house.store.session(closed.uuid).state == State.CLOSED
    print("R7: the board is damaged: the count is refused, and the chair's page says so and what to do")


@pytest.mark.parametrize(("code", "words"), [("fault", "tried again by itself"), ("store-unsafe", "count here")])
def test_a_count_that_failed_for_another_reason_is_told_too(
    chair: ChairBrowser, house: House, closed: Session, code: str, words: str
) -> None:
    assert house.store.lease_count(closed.uuid, "somebody", 5)
    house.store.end_count(closed.uuid, "somebody", code)
    text = main_of(chair, closed)
    assert "The count was begun and did not end well" in text
    assert words in text
    assert "Nothing is lost" in text
