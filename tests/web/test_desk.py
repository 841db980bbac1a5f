"""The desk at the door as its device meets it: who is let in, what it is given once, and what stays nowhere."""

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.chair_browser import codes_on
from tests.web.devices import refused
from voting.domain.casting import cast, open_session
from voting.domain.counting import close_session
from voting.domain.desks import make_desk_link
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.sessions import Session
from voting.protocol.canonical import to_bytes
from voting.protocol.ceremony import draw_seed
from voting.web.limits import BY_SESSION, DRAWS


@dataclass
class Tablet:
    """The device of a desk."""

    client: FlaskClient
    uuid: str
    link: str = field(repr=False)
    secret: str = field(default_factory=draw_seed, repr=False)

    @property
    def root(self) -> str:
        return f"/api/sessions/{self.uuid}/desk"

    def claim(self, **other: Any) -> TestResponse:
        body = {"link": self.link, "device": self.secret} | other
        return self.client.post(self.root, data=to_bytes(body), headers={"Accept-Language": "en"})

    def ask(self, path: str = "", value: Any = None, method: str = "POST", **head: str) -> TestResponse:
        """Send a request as this device; `head` takes the place of its secret."""
        head = head or {"Authorization": f"Bearer {self.secret}"}
        body = b"" if value is None else to_bytes(value)
        return self.client.open(self.root + path, method=method, data=body, headers=head)

    def look(self) -> Any:
        return self.ask(method="GET").json

    def next(self) -> str:
        answer = self.ask("/next")
        assert answer.status_code == 201, answer.text
        return str(answer.json["code"])


@pytest.fixture
def pooled(house: House, draft: Session) -> str:
    """A ready session of eight codes, five of them in the pool."""
    uuid = create_session(house, replace(draft, uuid="", pooled=5)).uuid
    make_codes(house, uuid)
    confirm_codes(house, uuid)
    return uuid


@pytest.fixture
def tablet(house: House, app: Flask, pooled: str) -> Tablet:
    tablet = Tablet(app.test_client(), pooled, make_desk_link(house, pooled))
    assert tablet.claim().status_code == 201
    return tablet


def test_the_page_of_a_desk_says_nothing_of_a_draft(client: FlaskClient, house: House, draft: Session, pooled: str):
    assert draft.title not in client.get(f"/d/{draft.uuid}").text
    page = client.get(f"/d/{pooled}")
    assert draft.title in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert client.get("/d/11111111111111").status_code == 404


def test_both_languages_ask_the_person_to_scan(client: FlaskClient, pooled: str):
    for language in ("vi", "en"):
        page = client.get(f"/d/{pooled}?lang={language}").text
        assert "Quét mã này bằng điện thoại của quý vị" in page
        assert "Scan this code with your phone" in page
    assert "Show a code" in client.get(f"/d/{pooled}?lang=en").text
    assert "Hiện một mã" in client.get(f"/d/{pooled}?lang=vi").text


def test_a_link_is_claimed_once_and_again_by_the_same_device(tablet: Tablet):
    assert tablet.claim().status_code == 200
    assert refused(tablet.claim(device=draw_seed())) == (409, "link-taken")
    assert tablet.look() == {"state": "ready", "left": 5}
    for link in ("1111-1111-1111", "", "x" * 300, "ổ khóa"):
        assert refused(tablet.claim(link=link)) == (401, "unknown-desk"), link
    assert refused(tablet.claim(device="short")) == (400, "malformed-form")
    for body in (b"", b"[]", b'{"link":"1"}', b"{" * 900, b'{"link":1,"device":2}'):
        assert tablet.client.post(tablet.root, data=body).status_code == 400, body
    assert tablet.client.post(tablet.root, data=b"x" * 2000).status_code == 413


def test_each_code_is_given_once_with_the_way_to_the_vote(tablet: Tablet, house: House, ballot_of):
    answers = [tablet.ask("/next") for _ in range(5)]
    codes = [answer.json["code"] for answer in answers]
    assert len(set(codes)) == 5
    assert [answer.json["left"] for answer in answers] == [4, 3, 2, 1, 0]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        size, path = answer.json["qr"]["size"], answer.json["qr"]["path"]
        assert size > 20
        assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", path)
    assert refused(tablet.ask("/next")) == (409, "pool-empty")
    assert tablet.look()["left"] == 0
    open_session(house, tablet.uuid)
    for code in codes:
        assert not cast(house, tablet.uuid, ballot_of(tablet.uuid, code, 1, 2)).repeated


def test_the_qr_code_leads_to_the_vote_with_this_code(tablet: Tablet):
    from voting.documents import qr

    answer = tablet.ask("/next").json
    expected = qr.outline(f"http://localhost/v/{tablet.uuid}#{answer['code']}")
    assert (answer["qr"]["size"], answer["qr"]["path"]) == expected


def test_nobody_without_the_secret_of_the_desk_gets_a_code(tablet: Tablet, chair, house: House):
    heads = [
        {"Authorization": tablet.secret},
        {"Authorization": f"Basic {tablet.secret}"},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {tablet.secret}1"},
        {"Authorization": f"Bearer {tablet.link}"},
        {"Authorization": "Bearer ổ"},
        {"Cookie": f"device={tablet.secret}"},
    ]
    for head in heads:
        for method, path in (("GET", ""), ("POST", "/next"), ("POST", "/untaken")):
            assert refused(tablet.ask(path, method=method, **head)) == (401, "unknown-desk"), (head, path)
    signed_in = chair.client.post(f"{tablet.root}/next")
    assert refused(signed_in) == (401, "unknown-desk")
    assert tablet.client.get(f"{tablet.root}/next").status_code == 405, "no address that is only loaded draws a code"
    assert house.store.handing(tablet.uuid).drawn == {}


def test_a_new_link_ends_the_desk_before_it(tablet: Tablet, house: House):
    link = make_desk_link(house, tablet.uuid)
    assert refused(tablet.ask("/next")) == (401, "unknown-desk")
    assert refused(tablet.claim()) == (401, "unknown-desk")
    other = Tablet(tablet.client, tablet.uuid, link)
    assert other.claim().status_code == 201
    assert other.next()


def test_a_code_that_nobody_took_is_void(tablet: Tablet, house: House, ballot_of, client: FlaskClient):
    code, taken = tablet.next(), tablet.next()
    assert tablet.ask("/untaken", {"code": code}).status_code == 200
    assert refused(tablet.ask("/untaken", {"code": code})) == (403, "void-code")
    open_session(house, tablet.uuid)
    cast(house, tablet.uuid, ballot_of(tablet.uuid, taken, 1, 1))
    assert refused(tablet.ask("/untaken", {"code": taken})) == (409, "code-used")
    assert refused(tablet.ask("/untaken", {"code": "1" * 22})) == (403, "unknown-code")
    assert refused(tablet.ask("/untaken", {"code": "x"})) == (400, "malformed-code")
    answer = client.post(f"/api/sessions/{tablet.uuid}/ballots", data=ballot_of(tablet.uuid, code, 1, 1))
    assert refused(answer) == (403, "void-code")
    assert client.get(f"/api/sessions/{tablet.uuid}").json["void"] == 1
    assert house.store.handing(tablet.uuid).untaken == 1


def test_a_desk_draws_nothing_before_and_after_the_vote(house: House, app: Flask, draft: Session):
    uuid = create_session(house, replace(draft, uuid="", pooled=5)).uuid
    tablet = Tablet(app.test_client(), uuid, make_desk_link(house, uuid))
    assert tablet.claim().status_code == 201
    assert tablet.look() == {"state": "draft", "left": 0}
    assert refused(tablet.ask("/next")) == (409, "wrong-state")
    make_codes(house, uuid)
    confirm_codes(house, uuid)
    open_session(house, uuid)
    code = tablet.next()
    close_session(house, uuid)
    assert refused(tablet.ask("/next")) == (409, "wrong-state")
    assert refused(tablet.ask("/untaken", {"code": code})) == (409, "wrong-state")
    assert tablet.look() == {"state": "closed", "left": 0}


def test_a_device_that_runs_wild_does_not_empty_the_pool(house: House, app: Flask, draft: Session):
    uuid = create_session(house, replace(draft, uuid="", codes=DRAWS + 20, pooled=DRAWS + 20)).uuid
    make_codes(house, uuid)
    confirm_codes(house, uuid)
    tablet = Tablet(app.test_client(), uuid, make_desk_link(house, uuid))
    tablet.claim()
    statuses = [tablet.ask("/next").status_code for _ in range(DRAWS + 5)]
    assert statuses == [201] * DRAWS + [429] * 5
    assert tablet.look()["left"] == 20
    store = house.store.connection.client
    assert not [key for key in store.keys("voting:limits*") if b"draw" in key], (
        "when codes are drawn is written nowhere"
    )


@pytest.mark.fault("W3")
def test_guesses_of_the_link_hit_nothing_and_do_not_keep_the_desk_out(house: House, app: Flask, pooled: str):
    tablet = Tablet(app.test_client(), pooled, make_desk_link(house, pooled))
    statuses = [
        tablet.claim(link=f"{number + 1111:012d}".replace("0", "z"), device=draw_seed()).status_code
        for number in range(200)
    ]
    print(f"W3: {sum(status < 300 for status in statuses)} hits in 200 guesses of the link of a desk")
    assert set(statuses) == {401, 429}
    assert statuses.index(429) == BY_SESSION.amount
    assert tablet.claim().status_code == 201


@pytest.mark.fault("P1")
def test_a_code_of_the_desk_is_in_no_log_and_in_no_key_of_the_store(
    tablet: Tablet, house: House, capfd: pytest.CaptureFixture[str]
):
    code = tablet.next()
    tablet.ask("/untaken", {"code": code})
    client = house.store.connection.client
    places = b"".join(client.dump(key) or b"" for key in client.scan_iter("*"))
    printed = capfd.readouterr()
    places += (printed.out + printed.err).encode()
    for secret in (code, code.replace("-", ""), tablet.link, tablet.link.replace("-", ""), tablet.secret):
        assert secret.encode() not in places


def test_the_public_figures_do_not_tell_of_the_pool(tablet: Tablet, client: FlaskClient):
    tablet.next()
    figures = client.get(f"/api/sessions/{tablet.uuid}").json
    assert (figures["codes"], figures["spares"], figures["void"]) == (6, 2, 0)
    assert not {"pooled", "drawn", "left", "desk"} & figures.keys()
    assert not codes_on(json.dumps(figures))
