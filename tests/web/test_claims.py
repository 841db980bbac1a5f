"""Claiming over the API: two requests, each of which can be lost, repeated, forged and guessed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from tests.domain.claiming_phone import ClaimingPhone, make_ready, phones_of
from tests.web.claiming_phone import Caller
from tests.web.conftest import PEOPLE
from tests.web.devices import refused
from voting.domain.casting import open_session
from voting.domain.counting import close_session
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.rosters import Attendee, add_attendees
from voting.domain.sessions import Session
from voting.domain.sheets import make_sheet
from voting.protocol.ceremony import draw_seed
from voting.storage.store import RedisStore
from voting.web.limits import BY_SESSION


@pytest.fixture
def uuid(house: House) -> str:
    """A draft of the chair `hoa` with three attendees and three codes that are not printed."""
    draft = Session("", "Lấy phiếu", make_sheet(PEOPLE), codes=5, pooled=3, chair="hoa")
    uuid = create_session(house, draft).uuid
    add_attendees(house, uuid, [Attendee("Lê An", "an@b.vn"), Attendee("Trần Bình"), Attendee("Đỗ Cường")])
    return uuid


@pytest.fixture
def callers(house: House, client: FlaskClient, uuid: str) -> list[Caller]:
    """The phones of the three; the session is ready."""
    make_ready(house, uuid)
    return [Caller(client, phone) for phone in phones_of(house, uuid)]


def test_a_claim_and_then_a_pass_give_a_code_that_votes(
    house: House, client: FlaskClient, callers: list[Caller], ballot_of: Callable[..., bytes]
):
    caller = callers[0]
    uuid = caller.phone.uuid
    first, again = caller.claim(), caller.claim()
    assert (first.status_code, again.status_code) == (201, 200)
    assert list(first.json) == ["signed", "proof"]
    assert first.json["signed"] == again.json["signed"]
    assert refused(caller.redeem()) == (423, "not-open")
    open_session(house, uuid)
    given, once_more = caller.redeem(), caller.redeem()
    assert (given.status_code, once_more.status_code) == (201, 200)
    assert given.json == once_more.json
    for answer in (first, given):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
    ballot = ballot_of(uuid, given.json["code"], 1, 2)
    assert client.post(f"/api/sessions/{uuid}/ballots", data=ballot).status_code == 201


def test_another_phone_with_the_link_is_refused(house: House, callers: list[Caller]):
    callers[0].claim()
    thief = Caller(callers[0].client, ClaimingPhone(callers[0].phone.uuid, callers[0].phone.link))
    answer = thief.claim()
    assert refused(answer) == (409, "claim-taken")
    assert callers[0].phone.link not in answer.text


def test_wrong_links_and_links_elsewhere_are_refused(callers: list[Caller], voting_now):
    caller = callers[0]
    for link in ("", "1111-1111-1111", "x" * 400, "ổ khóa"):
        assert refused(caller.claim(link=link)) == (403, "unknown-claim"), link
    elsewhere = Caller(caller.client, replace(caller.phone, uuid=voting_now[0]))
    # There all codes are printed, so it is not even looked for.
    assert refused(elsewhere.claim()) == (409, "pool-empty")
    nowhere = Caller(caller.client, replace(caller.phone, uuid="11111111111111"))
    assert refused(nowhere.claim()) == (404, "unknown-session")


@pytest.mark.fault("W7")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"link":1,"blinded":2}',
        b'{"blinded":"","link":""}',
        b'{"link":"a","link":"a"}',
        b"\xff",
    ],
)
def test_a_body_of_another_shape_is_malformed(client: FlaskClient, callers: list[Caller], body: bytes):
    for path in ("claims", "passes"):
        assert refused(client.post(f"{callers[0].root}/{path}", data=body)) == (400, "malformed"), path
    assert client.post(f"{callers[0].root}/claims", data=b"x" * 2000).status_code == 413


def test_forged_passes_are_refused_and_after_many_the_program_is_told_to_wait(house: House, callers: list[Caller]):
    for caller in callers[:2]:
        caller.claim()
    open_session(house, callers[0].phone.uuid)
    assert refused(callers[0].redeem(signed=callers[1].phone.signed)) == (400, "bad-pass")
    assert refused(callers[0].redeem(token="0" * 64)) == (400, "bad-pass")
    assert refused(callers[0].redeem(signed="0" * 64)) == (400, "malformed")
    statuses = [callers[0].redeem(token=f"{number:064x}").status_code for number in range(BY_SESSION.amount + 5)]
    assert set(statuses) == {400, 429}
    assert callers[0].redeem().status_code == 201
    assert callers[1].redeem().status_code == 201


@pytest.mark.fault("W3")
def test_guesses_of_claim_links_hit_nothing_and_keep_no_attendee_out(callers: list[Caller]):
    guesses = 200
    statuses = []
    for number in range(guesses):
        link = f"{number + 1111:012d}".replace("0", "z")
        statuses.append(Caller(callers[0].client, ClaimingPhone(callers[0].phone.uuid, link)).claim().status_code)
    assert set(statuses) == {403, 429}
    locked_out = sum(caller.claim().status_code != 201 for caller in callers)
    print(f"W3: 0 hits in {guesses} guesses of claim links, {locked_out} of 3 attendees locked out")
    assert locked_out == 0


def test_after_the_close_nothing_is_given_out(house: House, callers: list[Caller]):
    uuid = callers[0].phone.uuid
    for caller in callers[:2]:
        caller.claim()
    open_session(house, uuid)
    callers[0].redeem()
    close_session(house, uuid)
    assert refused(callers[0].redeem()) == (410, "closed")
    assert refused(callers[1].redeem()) == (410, "closed")
    assert refused(callers[2].claim()) == (410, "closed")


def test_of_a_draft_neither_title_nor_key_is_told(client: FlaskClient, house: House, uuid: str):
    caller = Caller(client, phones_of(house, uuid)[0])
    assert refused(caller.claim()) == (423, "not-open")
    assert client.get(f"/api/sessions/{uuid}").json["pass_key"] is None
    assert "Lấy phiếu" not in client.get(f"/c/{uuid}").text
    make_ready(house, uuid)
    assert "Lấy phiếu" in client.get(f"/c/{uuid}").text


def test_the_page_is_the_same_for_everybody_and_sets_no_cookie(client: FlaskClient, callers: list[Caller]):
    pages = [client.get(f"/c/{callers[0].phone.uuid}", headers={"Accept-Language": "vi"}) for _ in range(2)]
    assert pages[0].data == pages[1].data
    assert "Bấm vào đây để nhận mã" in pages[0].text
    assert not any("Set-Cookie" in page.headers for page in pages)
    assert client.get("/c/11111111111111").status_code == 404


def test_nothing_that_is_counted_says_when_somebody_claimed(house: House, store: RedisStore, callers: list[Caller]):
    """A counter that went up with every claim would stand in the append-only file beside it."""
    before = set(store.connection.client.keys("*"))
    for caller in callers:
        caller.claim()
    open_session(house, callers[0].phone.uuid)
    for caller in callers:
        caller.redeem()
    new = {key.decode().rpartition(":")[2] for key in set(store.connection.client.keys("*")) - before}
    assert new == {"passes", "handing"}


@pytest.mark.fault("P1")
def test_neither_link_nor_pass_nor_code_is_in_the_log(
    house: House, callers: list[Caller], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    caplog.set_level("DEBUG")
    caller = callers[0]
    caller.claim()
    caller.claim(link=draw_seed()[:12])
    open_session(house, caller.phone.uuid)
    code = caller.redeem().json["code"]
    caller.redeem(token="1" * 64)
    told = "".join(capfd.readouterr()) + caplog.text
    secrets = (code, caller.phone.link, caller.phone.token, caller.phone.signed, caller.phone.blinded, "Lê An")
    assert not [secret for secret in secrets if secret in told]
