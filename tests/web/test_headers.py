"""The headers that protect, and the cookies that do not exist: on every route, errors and files included."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.chair_browser import ChairBrowser
from tests.web.conftest import PASSWORD, settings_with
from tests.web.routes import every_request, path_of
from voting.app import create_app
from voting.domain.house import House
from voting.web.access import declaration_of

BASELINE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
ELSEWHERE = ("/nothing", "/api/nothing", "/api/sessions/short", "/static/none.css", "/chair/nothing", "/v/x", "//")


@pytest.mark.fault("W10")
def test_every_answer_has_the_baseline(app: Flask, chair: ChairBrowser, client: FlaskClient, voting_now):
    uuid, _ = voting_now
    tried = 0
    for browser in (client, chair.client):
        for method, rule in every_request(app):
            _require_baseline(browser.open(path_of(rule, uuid), method=method), rule.rule)
            tried += 1
        for path in ELSEWHERE:
            for method in ("GET", "POST", "DELETE"):
                _require_baseline(browser.open(path, method=method), path)
                tried += 1
    print(f"W10: {tried} of {tried} answers have the baseline")


def _require_baseline(answer, path: str) -> None:
    for name, value in BASELINE.items():
        assert answer.headers.get(name) == value, (path, name)
    assert "Cache-Control" in answer.headers, path
    assert "Strict-Transport-Security" not in answer.headers, path
    assert "Server" not in answer.headers
    answer.close()


def test_a_page_is_kept_by_nobody(client: FlaskClient, chair: ChairBrowser, voting_now):
    uuid, _ = voting_now
    for browser, path in (
        (client, f"/v/{uuid}"),
        (client, f"/s/{uuid}"),
        (client, f"/t/{uuid}"),
        (client, f"/d/{uuid}"),
        (client, f"/api/sessions/{uuid}/desk"),
        (client, f"/api/sessions/{uuid}/tellers/me"),
        (chair.client, "/chair/"),
        (chair.client, f"/chair/sessions/{uuid}"),
        (client, f"/api/sessions/{uuid}/credentials/{'0' * 64}"),
        (client, "/nothing"),
    ):
        assert browser.get(path).headers["Cache-Control"] == "no-store", path


def test_a_file_is_asked_for_again_and_not_sent_again(client: FlaskClient):
    first = client.get("/static/css/site.css")
    assert first.headers["Cache-Control"] == "no-cache"
    second = client.get("/static/css/site.css", headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 304
    first.close()
    second.close()


@pytest.mark.fault("P4")
def test_no_voter_route_sets_or_reads_a_cookie(app: Flask, chair: ChairBrowser, voting_now):
    uuid, _ = voting_now
    for method, rule in every_request(app):
        if rule.rule.startswith("/chair"):
            continue
        # Also in the chair's own browser, which sends its cookie along.
        for browser in (app.test_client(), chair.client):
            for query in ("", "?lang=en"):
                answer = browser.open(path_of(rule, uuid) + query, method=method)
                assert "Set-Cookie" not in answer.headers, rule.rule
                assert "Cookie" not in answer.headers.get("Vary", ""), rule.rule
                answer.close()
        assert declaration_of(app, rule.endpoint) in ("public", "teller", "desk")


def test_the_chairs_cookie_is_for_this_host_alone_where_tls_is(tmp_path: Path, house: House):
    app = create_app(settings_with(tmp_path, VOTING_PUBLIC_URL="https://vote.example"), house)
    answer = app.test_client().get("/chair/sign-in", base_url="https://vote.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-voting=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_proxy_with_tls_is_believed_about_tls_alone(tmp_path: Path, house: House):
    app = create_app(settings_with(tmp_path, VOTING_PUBLIC_URL="https://vote.example"), house)
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "rebound.example"}
    assert app.test_client().get("/", base_url="http://vote.example", headers=headers).status_code == 200
    assert app.test_client().get("/", base_url="http://vote.example").status_code == 403


def test_without_tls_the_cookie_is_still_closed_to_scripts(app: Flask, chair: ChairBrowser):
    browser = ChairBrowser(app)
    cookie = browser.sign_in("hoa", PASSWORD).headers["Set-Cookie"]
    assert cookie.startswith("voting-chair=")
    assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
