"""Every public page says who can open what, and never more than holds."""

import html
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from tests.web.chair_browser import ChairBrowser
from tests.web.conftest import PEOPLE, TELLERS
from tests.web.devices import Device, hold_ceremony
from voting.domain.ceremony import teller_fingerprint
from voting.domain.drafting import change_session, create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.links import make_link
from voting.domain.sessions import Session
from voting.domain.sheets import make_sheet
from voting.domain.tellers import Teller

TOGETHER = "unless they act together against the rules"
TRUSTED = "must be trusted"


def words_of(page: str) -> str:
    """Give what a page says, without what it tells its scripts."""
    text = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())


def ready_with(house: House, client: FlaskClient, tellers: Sequence[Teller], threshold: int) -> str:
    """Bring a session with tellers to the state ready."""
    session = Session("", "Lấy phiếu", make_sheet(PEOPLE), codes=6, chair="hoa", tellers=tuple(tellers))
    uuid = create_session(house, replace(session, threshold=threshold)).uuid
    devices = [Device(client, uuid, make_link(house, uuid, index)) for index in range(1, len(tellers) + 1)]
    for device in devices:
        device.claim()
    hold_ceremony(devices)
    make_codes(house, uuid)
    confirm_codes(house, uuid)
    return uuid


@pytest.mark.parametrize(
    ("size", "threshold", "english", "vietnamese"),
    [
        (3, 2, "any 2 of the 3 tellers and the server", "ít nhất 2 trong 3 thành viên tổ kiểm phiếu cùng với máy chủ"),
        (2, 2, "all 2 tellers and the server", "đủ cả 2 thành viên tổ kiểm phiếu cùng với máy chủ"),
        (2, 1, "any one of the 2 tellers and the server", "ít nhất 1 trong 2 thành viên tổ kiểm phiếu"),
        (1, 1, "the one teller and the server", "người kiểm phiếu duy nhất cùng với máy chủ"),
    ],
)
def test_pages_of_a_session_with_tellers_say_how_many_it_takes(
    client: FlaskClient, house: House, size: int, threshold: int, english: str, vietnamese: str
):
    uuid = ready_with(house, client, TELLERS[:size], threshold)
    for path in (f"/v/{uuid}", f"/s/{uuid}", f"/s/{uuid}/screen", "/"):
        told = words_of(client.get(f"{path}?lang=en").text)
        assert english in told, path
        assert TRUSTED not in told, path
        assert vietnamese in words_of(client.get(f"{path}?lang=vi").text), path
    for path in (f"/v/{uuid}", f"/s/{uuid}", "/"):
        assert TOGETHER in words_of(client.get(f"{path}?lang=en").text), path
        assert "trừ khi những bên này cùng nhau làm trái quy định" in words_of(client.get(f"{path}?lang=vi").text)


def test_the_board_shows_the_fingerprint_of_the_tellers_key_and_no_name_of_them(client: FlaskClient, house: House):
    uuid = ready_with(house, client, TELLERS, 2)
    for path in (f"/s/{uuid}", f"/v/{uuid}", f"/s/{uuid}/screen", "/", f"/api/sessions/{uuid}"):
        told = client.get(f"{path}?lang=en" if "api" not in path else path).text
        assert not any(teller.name in told for teller in TELLERS), path
    assert teller_fingerprint(house, uuid) in words_of(client.get(f"/s/{uuid}?lang=en").text)


def test_pages_of_a_session_in_quick_mode_say_who_must_be_trusted(client: FlaskClient, voting_now):
    uuid, _ = voting_now
    for path in (f"/v/{uuid}", f"/s/{uuid}", f"/s/{uuid}/screen", "/"):
        told = words_of(client.get(f"{path}?lang=en").text)
        assert TRUSTED in told, path
        assert "any 2 of" not in told
        assert "Fingerprint of the tellers' key" not in told
        assert "cần tin cậy đơn vị vận hành" in words_of(client.get(f"{path}?lang=vi").text), path
    assert client.get(f"/api/sessions/{uuid}").json["tellers"] is None


def test_the_first_page_says_of_each_vote_what_holds_for_it(client: FlaskClient, house: House, voting_now):
    ready_with(house, client, TELLERS, 2)
    told = words_of(client.get("/?lang=en").text)
    assert TRUSTED in told
    assert "any 2 of the 3 tellers" in told
    assert told.count("Lấy phiếu:") == 2


def test_a_phone_that_waits_for_a_draft_promises_nothing(client: FlaskClient, teller_draft: Session, house: House):
    told = words_of(client.get(f"/v/{teller_draft.uuid}?lang=en").text)
    assert "The public board says who holds the key" in told
    assert TOGETHER not in told
    figures = client.get(f"/api/sessions/{teller_draft.uuid}").json
    assert (figures["mode"], figures["tellers"]) == ("tellers", {"size": 3, "threshold": 2})


@pytest.mark.parametrize(
    ("size", "threshold", "english", "vietnamese"),
    [
        (3, 2, "it takes 2 of the 3 tellers and the server", "phải có 2 trong 3 thành viên tổ kiểm phiếu và máy chủ"),
        (2, 2, "it takes all 2 tellers and the server", "phải có đủ 2 thành viên tổ kiểm phiếu và máy chủ"),
        (1, 1, "it takes the teller and the server", "phải có người kiểm phiếu và máy chủ"),
        (0, 0, "the server's key alone counts", "khóa kiểm phiếu do máy chủ giữ"),
    ],
)
def test_every_slip_says_in_both_languages_who_opens_the_ballots(
    chair: ChairBrowser, house: House, client: FlaskClient, size: int, threshold: int, english: str, vietnamese: str
):
    session = Session("", "Lấy phiếu", make_sheet(PEOPLE), codes=6, chair="hoa", tellers=TELLERS[:size])
    uuid = create_session(house, replace(session, threshold=threshold)).uuid
    devices = [Device(client, uuid, make_link(house, uuid, index)) for index in range(1, size + 1)]
    for device in devices:
        device.claim()
    hold_ceremony(devices)
    chair.get(f"/chair/sessions/{uuid}")
    page = chair.send(f"/chair/sessions/{uuid}/slips", chair.hidden()).text
    slips = re.findall(r'<article class="slip">.*?</article>', page, re.DOTALL)
    assert len(slips) == 6
    for slip in slips:
        assert english in words_of(slip)
        assert vietnamese in words_of(slip)
        assert ("operator must be trusted" in words_of(slip)) == (size == 0)


def test_a_change_of_the_tellers_changes_what_is_told(house: House, client: FlaskClient, teller_draft: Session):
    change_session(house, replace(house.store.session(teller_draft.uuid), tellers=(), threshold=0))
    assert client.get(f"/api/sessions/{teller_draft.uuid}").json["mode"] == "quick"
