"""Who may use what: declared for every route, and held on every route."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.chair_browser import ChairBrowser
from tests.web.conftest import ONE_TIME, PASSWORD, PEOPLE, settings_with
from tests.web.routes import every_request, path_of
from voting.app import create_app
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.sessions import Session, State
from voting.domain.sheets import make_sheet
from voting.storage.store import RedisStore
from voting.web.access import declaration_of, require_declarations

EVERYWHERE = "0.0.0.0"  # noqa: S104  nothing listens in these tests


def test_every_route_says_who_may_use_it(app: Flask):
    for rule in app.url_map.iter_rules():
        assert declaration_of(app, rule.endpoint) in ("public", "chair", "newcomer", "teller", "desk"), rule.rule


def test_an_application_with_a_silent_route_does_not_start(app: Flask):
    app.view_functions["api.result"] = lambda uuid: ""
    with pytest.raises(RuntimeError, match="/api/sessions/<session:uuid>/result"):
        require_declarations(app)


def test_only_sign_in_is_public_among_the_chairs_pages(app: Flask):
    public = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/chair") and declaration_of(app, rule.endpoint) == "public"
    }
    assert public == {"/chair/sign-in"}


def test_a_stranger_reaches_nothing_of_a_chair_or_a_teller(app: Flask, client: FlaskClient, voting_now):
    uuid, _ = voting_now
    token = ChairBrowser(app)
    token.get("/chair/sign-in")
    for method, rule in every_request(app):
        if declaration_of(app, rule.endpoint) == "public":
            continue
        answer = token.client.open(path_of(rule, uuid), method=method, data={"csrf_token": token.token()})
        if (device := declaration_of(app, rule.endpoint)) in ("teller", "desk"):
            code = {"teller": "unknown-device", "desk": "unknown-desk"}[device]
            assert (answer.status_code, answer.json["error"]) == (401, code), rule.rule
            continue
        assert (answer.status_code, answer.location) == (303, "/chair/sign-in"), rule.rule


def test_a_chair_does_not_find_the_session_of_another(app: Flask, house: House, chair: ChairBrowser):
    other = create_session(house, Session("", "Phiên của người khác", make_sheet(PEOPLE), chair="minh"))
    page = f"/chair/sessions/{other.uuid}"
    assert "Phiên của người khác" not in chair.get("/chair/").text
    token = {"csrf_token": chair.token()}
    for path in ("", "/edit", "/ready", "/open", "/close", "/count", "/publish", "/cancel", "/void", "/slips"):
        assert chair.get(page + path).status_code == 404, path
    for path in ("/edit", "/copy", "/ready", "/open", "/close", "/count", "/publish", "/cancel", "/void", "/slips"):
        assert chair.client.post(page + path, data=token).status_code == 404, path
    assert house.store.session(other.uuid) == other


def test_a_one_time_password_opens_nothing_but_the_choice_of_another(app: Flask, store: RedisStore, draft: Session):
    browser = ChairBrowser(app)
    assert browser.sign_in("newcomer", ONE_TIME).location == "/chair/password"
    for path in ("/chair/", "/chair/sessions/new", f"/chair/sessions/{draft.uuid}"):
        assert browser.get(path).location == "/chair/password"
    answer = browser.send(
        "/chair/password", {"new": "another long one", "again": "another long one"}, on="/chair/password"
    )
    assert answer.location == "/chair/"
    assert browser.get("/chair/").status_code == 200
    assert not store.account("newcomer").one_time


def test_a_password_change_ends_the_other_sign_ins(app: Flask, chair: ChairBrowser):
    other = ChairBrowser(app)
    other.sign_in("hoa", PASSWORD)
    assert other.get("/chair/").status_code == 200
    fields = {"old": PASSWORD, "new": "changed in a hurry", "again": "changed in a hurry"}
    assert chair.send("/chair/password", fields, on="/chair/password").status_code == 303
    assert chair.get("/chair/").status_code == 200
    assert other.get("/chair/").location == "/chair/sign-in"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"old": "a wrong one, long", "new": "n" * 12, "again": "n" * 12}, "not your present password"),
        ({"old": PASSWORD, "new": "n" * 12, "again": "m" * 12}, "differ"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "10 to 200 characters"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "old password"),
    ],
)
def test_a_password_is_not_changed_by(chair: ChairBrowser, store: RedisStore, fields: dict[str, str], words: str):
    before = store.account("hoa")
    answer = chair.send("/chair/password", fields, on="/chair/password")
    assert answer.status_code == 400
    assert words in answer.text
    assert store.account("hoa") == before


def test_signing_in_begins_a_new_session(app: Flask, store: RedisStore):
    browser = ChairBrowser(app)
    browser.get("/chair/sign-in")
    planted = browser.token()
    browser.sign_in("hoa", PASSWORD)
    browser.get("/chair/")
    with browser.client.session_transaction("/chair/") as session:
        session_token = session["csrf_token"]
    assert session_token not in planted
    answer = browser.client.post("/chair/sign-out", data={"csrf_token": planted})
    assert answer.status_code == 400


def test_who_signs_out_is_a_stranger_again(chair: ChairBrowser):
    assert chair.send("/chair/sign-out", on="/chair/").location == "/chair/sign-in"
    assert chair.get("/chair/").location == "/chair/sign-in"


@pytest.mark.fault("P8")
def test_plain_http_between_machines_is_refused(app: Flask, voting_now):
    uuid, _ = voting_now
    client = app.test_client()
    for path in ("/", f"/v/{uuid}", f"/api/sessions/{uuid}", "/chair/sign-in", "/static/css/site.css"):
        answer = client.get(path, base_url="http://voting.test")
        assert answer.status_code in (400, 403), path


@pytest.mark.fault("P8")
def test_plain_http_that_the_operator_allowed_carries_a_warning(tmp_path: Path, house: House):
    settings = settings_with(tmp_path, VOTING_HOST=EVERYWHERE, VOTING_PLAIN_HTTP="yes")
    client = create_app(settings, house).test_client()
    for path in ("/", "/chair/sign-in"):
        page = client.get(path, base_url="http://192.168.1.20:8080", headers={"Accept-Language": "en"})
        assert page.status_code == 200
        assert "This connection is not encrypted" in page.text
    assert "not encrypted" not in client.get("/", headers={"Accept-Language": "en"}).text


def test_plain_http_on_every_address_is_refused_unless_allowed(tmp_path: Path, house: House):
    client = create_app(settings_with(tmp_path, VOTING_HOST=EVERYWHERE), house).test_client()
    refused = client.get("/chair/sign-in", base_url="http://192.168.1.20:8080", headers={"Accept-Language": "en"})
    assert refused.status_code == 403
    assert "VOTING_PLAIN_HTTP" in refused.text
    assert client.get("/healthz", base_url="http://192.168.1.20:8080").status_code == 200
    assert client.get("/", base_url="https://192.168.1.20:8080").status_code == 200


def test_a_strangers_name_for_this_machine_is_refused(tmp_path: Path, house: House, client: FlaskClient):
    assert client.get("/", base_url="http://rebound.example").status_code == 400
    everywhere = create_app(settings_with(tmp_path, VOTING_HOST=EVERYWHERE, VOTING_PLAIN_HTTP="yes"), house)
    assert everywhere.test_client().get("/", base_url="http://rebound.example").status_code == 400
    named = {"VOTING_HOST": EVERYWHERE, "VOTING_PLAIN_HTTP": "yes", "VOTING_TRUSTED_HOSTS": "meeting.example"}
    ours = create_app(settings_with(tmp_path, **named), house)
    assert ours.test_client().get("/", base_url="http://meeting.example:8080").status_code == 200


def test_a_cancelled_draft_and_a_draft_are_not_shown_to_the_room(client: FlaskClient, house: House, draft: Session):
    assert client.get(f"/s/{draft.uuid}").status_code == 404
    house.store.cancel(draft.uuid)
    assert house.store.session(draft.uuid).state == State.CANCELLED
    assert client.get(f"/s/{draft.uuid}/screen").status_code == 404


def test_the_health_check_answers_whatever_name_it_is_asked_by(tmp_path: Path, house: House, client: FlaskClient):
    everywhere = create_app(settings_with(tmp_path, VOTING_HOST=EVERYWHERE), house)
    for browser in (client, everywhere.test_client()):
        assert browser.get("/healthz", base_url="http://balancer.example").status_code == 200
        assert browser.get("/", base_url="http://balancer.example").status_code == 400


def test_a_number_that_is_not_the_services_own_is_refused_where_it_does_not_listen(client: FlaskClient):
    answer = client.get("/", base_url="https://192.168.1.20")
    assert (answer.status_code, "foreign-host" in answer.text) == (400, True)


def test_a_chair_stays_signed_in_when_the_network_changes(chair: ChairBrowser):
    for address in ("192.0.2.7", "2001:db8::7"):
        answer = chair.client.get("/chair/", environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == 200
