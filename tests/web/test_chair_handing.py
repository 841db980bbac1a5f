"""The chair hands out codes: the desk's link, exchanges, slips left over, and what the reconciliation says."""

import re
from dataclasses import replace

import pytest

from tests.web.chair_browser import ChairBrowser, codes_on
from voting.domain.casting import cast, open_session
from voting.domain.counting import close_session
from voting.domain.desks import bound_desk, claim_desk
from voting.domain.drafting import create_session
from voting.domain.handing import credential_of, draw_at_desk, reconciliation_of
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.sessions import Session, State
from voting.protocol.ceremony import draw_seed

_LINK = re.compile(r"\b[1-9A-HJ-NP-Za-km-z]{4}(?:-[1-9A-HJ-NP-Za-km-z]{4}){2}\b(?!-)")


@pytest.fixture
def uuid(house: House, draft: Session) -> str:
    """A draft of eight codes, five of them in the pool."""
    return create_session(house, replace(draft, uuid="", pooled=5)).uuid


@pytest.fixture
def slips(house: House, uuid: str) -> tuple[str, ...]:
    """The codes of the three printed slips; the session is open."""
    codes = make_codes(house, uuid)
    confirm_codes(house, uuid)
    open_session(house, uuid)
    return codes


@pytest.fixture
def page(uuid: str, slips: tuple[str, ...]) -> str:
    return f"/chair/sessions/{uuid}/handing"


def exchange(chair: ChairBrowser, page: str, **fields: str):
    """Fill in the form of an exchange and send it."""
    chair.get(f"{page}/exchange")
    return chair.send(
        f"{page}/exchange", {**chair.hidden(), "reason": "damaged", "source": "pool", "code": "", **fields}
    )


# ---- slips


def test_only_the_codes_that_are_not_in_the_pool_are_printed(chair: ChairBrowser, house: House, uuid: str):
    page = f"/chair/sessions/{uuid}"
    assert "Make 3 slips" in chair.get(page).text
    text = chair.send(f"{page}/slips", chair.hidden()).text
    assert len(codes_on(text)) == 3
    assert re.findall(r"№ (\d+ / \d+)<", text) == ["1 / 3", "2 / 3", "3 / 3"]
    assert "Dự phòng" not in text
    assert "Not printed, and kept sealed until the close: 5 codes." in text
    asked = chair.get(f"{page}/ready").text
    assert "There must be 3 slips" in asked
    assert ", 0 of them spare" in asked
    assert "Not printed, and kept sealed until the close: 5 codes." in asked
    chair.send(f"{page}/ready", chair.hidden())
    assert house.store.session(uuid).state == State.READY


def test_a_session_without_slips_takes_the_same_step_with_its_own_words(
    chair: ChairBrowser, house: House, draft: Session
):
    uuid = create_session(house, replace(draft, uuid="", pooled=8)).uuid
    page = f"/chair/sessions/{uuid}"
    assert "Make the codes" in chair.get(page).text
    made = chair.send(f"{page}/slips", chair.hidden())
    assert "There are no slips to print" in made.text
    assert codes_on(made.text) == []
    assert "slips are printed" not in made.text
    shown = chair.get(page).text
    assert "There are no slips to print" in shown
    assert "Something went wrong with printing" not in shown
    asked = chair.get(f"{page}/ready").text
    assert "Prepare the vote without slips?" in asked
    assert "There must be" not in asked
    chair.send(f"{page}/ready", chair.hidden())
    assert house.store.session(uuid).state == State.READY
    shown = chair.get(page).text
    assert "Hand out the slips" not in shown
    assert "8 codes = 0 handed out + 8 spare + 0 void" in shown


# ---- the desk


def test_the_link_of_the_desk_is_shown_once(chair: ChairBrowser, house: House, uuid: str, page: str):
    chair.get(page)
    sent = {"csrf_token": chair.token(), **chair.hidden()}
    answer = chair.send(f"{page}/desk", sent)
    (link,) = {found for found in _LINK.findall(answer.text)}
    assert answer.headers["Cache-Control"] == "no-store"
    tablet = draw_seed()
    assert claim_desk(house, uuid, link, tablet)
    assert chair.get(f"{page}/desk").location == page
    again = chair.send(f"{page}/desk", sent, on=page)
    assert again.status_code == 303, "a page sent again makes no link"
    assert bound_desk(house, uuid, tablet)
    shown = chair.get(page).text
    assert "A device is at work as the desk." in shown
    assert link not in shown
    assert _LINK.findall(shown) == []


def test_a_session_without_a_pool_has_no_desk(chair: ChairBrowser, voting_now):
    uuid, _ = voting_now
    shown = chair.get(f"/chair/sessions/{uuid}/handing").text
    assert "every code is printed" in shown
    assert "/handing/desk" not in shown


# ---- exchanges


def test_a_spoiled_slip_is_exchanged_for_a_code_that_is_shown_once(
    chair: ChairBrowser, house: House, uuid: str, page: str, slips, ballot_of
):
    answer = exchange(chair, page, code=f"https://vote.example/v/{uuid}#{slips[0]}", remark="rách ở mép")
    (code,) = codes_on(answer.text)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<svg " in answer.text
    assert code not in slips
    assert house.store.credential_status(uuid, credential_of(uuid, slips[0])) == "void"
    cast(house, uuid, ballot_of(uuid, code, 1, 1))
    shown = chair.get(page).text
    assert "rách ở mép" in shown
    assert codes_on(shown) == []
    assert "8 codes = 1 cast + 6 unused + 1 void" in shown


def test_an_exchange_sent_twice_hands_out_one_code(chair: ChairBrowser, house: House, uuid: str, page: str):
    chair.get(f"{page}/exchange")
    sent = {"csrf_token": chair.token(), **chair.hidden(), "reason": "lost", "source": "pool", "code": ""}
    assert len(codes_on(chair.send(f"{page}/exchange", sent).text)) == 1
    assert chair.send(f"{page}/exchange", sent, on=page).status_code == 303
    assert "exchange was made in between" in chair.get(page).text
    figures = reconciliation_of(house, uuid)
    assert (figures.drawn["exchange"], figures.lost) == (1, 1)
    sent |= {"source": "slip"}
    assert chair.send(f"{page}/exchange", sent, on=page).status_code == 303
    assert "If it was this one, hand over a spare slip" in chair.get(page).text


@pytest.mark.parametrize(
    ("source", "words"),
    [("pool", "did not see the new code, exchange it once more as lost"), ("slip", "hand over a spare slip")],
)
def test_a_page_that_is_older_than_another_exchange_still_exchanges_its_own_slip_and_once(
    chair: ChairBrowser, house: House, uuid: str, page: str, slips, source: str, words: str
):
    """Nobody is told to call a slip lost that lies on the table: its code would stay good beside the new one."""
    chair.get(f"{page}/exchange")
    old = {**chair.hidden(), "reason": "damaged", "source": source}
    exchange(chair, page, code=slips[0])
    done = chair.send(f"{page}/exchange", {**old, "code": slips[1]}, on=f"{page}/exchange")
    assert done.status_code == (200 if source == "pool" else 303)
    again = chair.send(f"{page}/exchange", {**old, "code": slips[1]}, on=f"{page}/exchange")
    assert again.status_code == 400
    assert again.text.count(words) == 2
    figures = reconciliation_of(house, uuid)
    assert (figures.returned, figures.void, figures.lost) == (2, 2, 0)


def test_nothing_is_handed_over_for_a_slip_that_has_voted(
    chair: ChairBrowser, house: House, uuid: str, page: str, slips, ballot_of
):
    cast(house, uuid, ballot_of(uuid, slips[0], 1, 1))
    answer = exchange(chair, page, code=slips[0], remark="còn nguyên")
    assert answer.status_code == 400
    assert "A ballot was already cast with this code. That ballot counts" in answer.text
    assert "Nothing was handed out." in answer.text
    assert slips[0] not in answer.text, "the typed code is not sent back"
    assert 'value="còn nguyên"' in answer.text
    assert reconciliation_of(house, uuid).exchanges == ()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"code": "1" * 22}, "does not belong to this vote"),
        ({"code": ""}, "not a ballot code"),
        ({"code": "", "reason": ""}, "The reason is missing"),
        ({"reason": "lost", "source": "bank"}, "where the new code comes from"),
        ({"reason": "lost", "code": "X" * 22}, "is not lost"),
        ({"reason": "lost", "remark": "x" * 201}, "longer than 200 characters"),
        ({"reason": "lost", "remark": "mã 11111-222222-33333-444444"}, "must not stand in the remark"),
    ],
)
def test_an_exchange_is_refused_beside_its_field(
    chair: ChairBrowser, house: House, uuid: str, page: str, fields: dict[str, str], words: str
):
    answer = exchange(chair, page, **fields)
    assert answer.status_code == 400
    assert answer.text.count(words) == 2, "in the summary and beside the field"
    figures = reconciliation_of(house, uuid)
    assert (figures.exchanges, figures.void, figures.drawn_in_all) == ((), 0, 0)


def test_an_empty_pool_is_told_and_a_spare_slip_helps(chair: ChairBrowser, house: House, uuid: str, page: str, slips):
    for _ in range(5):
        house.store.draw(uuid, "claims")
    answer = exchange(chair, page, code=slips[0])
    assert answer.text.count("There is no code left to give out") == 2
    assert house.store.credential_status(uuid, credential_of(uuid, slips[0])) == "unused"
    assert exchange(chair, page, code=slips[0], source="slip").location == page
    assert "The old slip is void. It is noted. Hand over one of the spare slips now." in chair.get(page).text


def test_a_lost_slip_is_told_as_one_ballot_more_than_persons(chair: ChairBrowser, page: str):
    exchange(chair, page, reason="lost", source="slip")
    words = "1 lost slip could not be voided: up to 1 more ballot than persons is possible."
    assert words in chair.get(page).text
    exchange(chair, page, reason="lost", source="pool")
    assert "2 lost slips could not be voided: up to 2 more ballots" in chair.get(page.removesuffix("/handing")).text


def test_a_lost_slip_that_is_found_is_voided_as_such(
    chair: ChairBrowser, house: House, uuid: str, page: str, slips: tuple[str, ...]
):
    session_page = page.removesuffix("/handing")
    assert "noted as lost" not in chair.get(f"{session_page}/void").text
    exchange(chair, page, reason="lost", source="slip")
    form = chair.get(f"{session_page}/void")
    assert "Slips noted as lost: 1." in form.text
    refused = chair.send(f"{session_page}/void", {**chair.hidden(), "code": slips[0]})
    assert refused.status_code == 400
    assert refused.text.count("Please say whether this slip had been noted as lost.") == 2
    assert slips[0] not in refused.text
    assert house.store.turnout(uuid).void == 0, "nothing was done before it was said"
    assert chair.send(f"{session_page}/void", {**chair.hidden(), "code": slips[0], "found": "yes"}).status_code == 303
    for path in (page, session_page):
        assert "could not be voided" not in chair.get(path).text, path
    assert re.search(r"lost and found again</th><td[^>]*>1<", chair.get(page).text)
    minutes = chair.get(f"{session_page}/minutes/print?lang=en").text
    assert "1 lost slip was found again and is void." in minutes
    assert "could not be voided" not in minutes


def test_slips_are_not_exchanged_before_and_after_the_vote(
    chair: ChairBrowser, house: House, uuid: str, draft: Session, page: str, slips
):
    chair.get(f"{page}/exchange")
    sent = {"csrf_token": chair.token(), **chair.hidden(), "reason": "damaged", "source": "slip", "code": slips[0]}
    close_session(house, uuid)
    assert chair.send(f"{page}/exchange", sent).status_code == 409
    assert chair.get(f"{page}/exchange").location == page
    before = f"/chair/sessions/{draft.uuid}/handing"
    assert chair.get(f"{before}/exchange").location == before


# ---- the slips left over, and the reconciliation


def test_the_slips_left_over_close_the_reconciliation(
    chair: ChairBrowser, house: House, uuid: str, page: str, slips, ballot_of
):
    tablet = draw_seed()
    chair.get(page)
    (link,) = set(_LINK.findall(chair.send(f"{page}/desk", chair.hidden()).text))
    claim_desk(house, uuid, link, tablet)
    drawn = draw_at_desk(house, uuid, bound_desk(house, uuid, tablet)).code
    for code in (slips[0], drawn):
        cast(house, uuid, ballot_of(uuid, code, 1, 2))
    session_page = page.removesuffix("/handing")
    asked = chair.get(f"{session_page}/close").text
    assert "8 codes = 2 cast + 6 unused + 0 void" in asked
    assert "not stated" in asked
    chair.send(f"{session_page}/close", chair.hidden())
    assert "at most 4" in chair.get(page).text
    chair.send(f"{page}/left", {**chair.hidden(), "left_over": "2"})
    for path in (page, session_page, f"{session_page}/count"):
        text = chair.get(path).text
        assert "8 codes = 2 handed out + 6 spare + 0 void" in text, path
        assert "not stated" not in text, path
        assert 'notice-danger" role="alert"' not in text, path


def test_a_slip_handed_over_in_exchange_is_taken_off_those_left_over(chair: ChairBrowser, page: str, slips):
    chair.get(page)
    chair.send(f"{page}/left", {**chair.hidden(), "left_over": "2"})
    exchange(chair, page, code=slips[0], source="slip")
    shown = chair.get(page).text
    assert re.search(r'id="left_over"[^>]*value="1"', shown)
    assert "8 codes = 1 handed out + 6 spare + 1 void" in shown
    assert 'notice-danger" role="alert"' not in shown


def test_what_does_not_hold_is_said_and_stops_nothing(
    chair: ChairBrowser, house: House, uuid: str, page: str, slips, ballot_of
):
    for code in slips:
        cast(house, uuid, ballot_of(uuid, code, 1, 1))
    chair.get(page)
    chair.send(f"{page}/left", {**chair.hidden(), "left_over": "1"})
    session_page = page.removesuffix("/handing")
    words = "There are more ballots (3) than codes that can have been handed out"
    for path in (page, session_page, f"{session_page}/close"):
        assert words in chair.get(path).text, path
    chair.send(f"{session_page}/close", chair.hidden())
    assert words in chair.get(f"{session_page}/count").text
    chair.send(f"{session_page}/count", chair.hidden())
    assert house.store.session(uuid).state == State.COUNTED


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("4", "between 0 and 3 slips"),
        ("-1", "a whole number"),
        ("two", "a whole number"),
        ("9" * 5000, "a whole number"),
    ],
)
def test_a_number_of_slips_that_cannot_be_is_refused(chair: ChairBrowser, page: str, typed: str, words: str):
    chair.get(page)
    answer = chair.send(f"{page}/left", {**chair.hidden(), "left_over": typed})
    assert answer.status_code == 400
    assert answer.text.count(words) == 2


def test_a_number_entered_in_another_window_is_not_overwritten(chair: ChairBrowser, page: str):
    chair.get(page)
    old = chair.hidden()
    assert chair.send(f"{page}/left", {**old, "left_over": "2"}).status_code == 303
    assert chair.send(f"{page}/left", {**old, "left_over": "1"}, on=page).status_code == 409
    assert chair.send(f"{page}/left", {"left_over": "1", "version": "many"}, on=page).status_code == 409
    chair.get(page)
    assert chair.send(f"{page}/left", {**chair.hidden(), "left_over": ""}).status_code == 303
    assert "not stated" in chair.get(page).text


# ---- who may


def test_another_chair_reaches_none_of_it(other_chair: ChairBrowser, house: House, uuid: str, page: str):
    for path in (page, f"{page}/exchange", f"{page}/desk", f"{page}/left"):
        assert other_chair.get(path).status_code == 404, path
    for path in ("exchange", "desk", "left"):
        assert other_chair.send(f"{page}/{path}", on="/chair/").status_code == 404, path
    record = house.store.handing(uuid)
    assert (record.drawn, record.exchanges, record.has_link) == ({}, (), False)


@pytest.mark.fault("W2")
def test_a_form_without_its_token_hands_out_nothing(chair: ChairBrowser, house: House, uuid: str, page: str):
    for path in ("exchange", "desk", "left"):
        fields = {"reason": "lost", "source": "pool", "seen": "0", "once": "x", "left_over": "1", "version": "0"}
        assert chair.client.post(f"{page}/{path}", data=fields).status_code == 400, path
    record = house.store.handing(uuid)
    assert (record.drawn, record.exchanges, record.has_link) == ({}, (), False)
