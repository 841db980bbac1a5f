"""The application as gunicorn serves it, over a real socket; and the voter's pages as they come."""

import json
import socket
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.chair_browser import ChairBrowser
from tests.web.conftest import settings_with
from tests.web.served import Served
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.web.serving import gunicorn_options


def test_two_workers_serve_without_a_log_of_who_came(served: Served, draft: Session):
    assert json.loads(served.get(f"/api/sessions/{draft.uuid}"))["state"] == "draft"
    for path in (f"/v/{draft.uuid}", "/", "/chair/sign-in", "/static/css/site.css"):
        assert served.get(path)
    with socket.create_connection(("127.0.0.1", served.port), 5) as line:
        line.sendall(b"NOT HTTP AT ALL\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 400")
    text = served.log.read_text()
    for canary in (draft.uuid, "127.0.0.1", "Python-urllib"):
        assert canary not in text


@pytest.mark.fault("W7")
def test_a_body_without_a_length_is_measured_while_it_comes(served: Served, draft: Session):
    connection = HTTPConnection("127.0.0.1", served.port, timeout=5)
    try:
        pieces = (b" " * 60_000 for _ in range(10))
        connection.request("POST", f"/api/sessions/{draft.uuid}/ballots", body=pieces, encode_chunked=True)
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["error"]) == (413, "too-large")
    finally:
        connection.close()


def test_the_server_keeps_no_access_log_and_opens_no_control_socket(tmp_path: Path):
    options = gunicorn_options(settings_with(tmp_path, VOTING_HOST="::1", VOTING_PORT="9999"))
    assert options["bind"] == ["[::1]:9999"]
    assert options["accesslog"] is None
    assert options["control_socket_disable"] is True
    assert options["loglevel"] == "error"
    assert "certfile" not in options


def test_tls_of_our_own_is_handed_to_the_server(tmp_path: Path):
    tls = {"VOTING_TLS_CERTIFICATE": "/tls/c.pem", "VOTING_TLS_KEY": "/tls/k.pem"}
    options = gunicorn_options(settings_with(tmp_path, **tls))
    assert (options["certfile"], options["keyfile"]) == ("/tls/c.pem", "/tls/k.pem")


def test_health_follows_the_store(client: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch):
    assert client.get("/healthz").status_code == 200
    # The server itself is told to answer nobody for a moment, as a store that hangs does.
    monkeypatch.setattr(house.store.connection.client.connection_pool, "timeout", 0.2)
    taken = []
    pool = house.store.connection.client.connection_pool
    try:
        while len(taken) < pool.max_connections:
            taken.append(pool.get_connection())
        assert client.get("/healthz").status_code == 503
    finally:
        for connection in taken:
            pool.release(connection)
    assert client.get("/healthz").status_code == 200


def test_the_first_page_lists_what_runs_and_nothing_else(client: FlaskClient, house: House, voting_now):
    uuid, _ = voting_now
    assert "Lấy phiếu" in client.get("/").text
    house.store.cancel(uuid)
    assert uuid not in client.get("/").text


def test_links_of_voters_carry_the_language(client: FlaskClient, voting_now):
    uuid, _ = voting_now
    page = client.get(f"/s/{uuid}?lang=en&tracker=abc").text
    assert f'href="/s/{uuid}?tracker=abc&amp;lang=vi"' in page
    assert 'href="/?lang=en"' in page


def test_the_board_finds_a_tracker_and_shows_no_result_before_it_is_published(
    client: FlaskClient, voting_now, cast_ballot: Callable[..., None]
):
    uuid, codes = voting_now
    cast_ballot(uuid, codes[0], 1, 2)
    tracker = json.loads(client.get(f"/api/sessions/{uuid}/events").data.splitlines()[1])["payload"]
    assert tracker
    page = client.get(f"/s/{uuid}?lang=en&tracker=nonsense").text
    assert "No ballot on the board has this tracker" in page
    assert "%" not in page.split('id="list-heading"')[0].split('id="board"')[1].replace("100%", "")


def test_the_projector_shows_the_short_address(client: FlaskClient, voting_now):
    uuid, _ = voting_now
    page = client.get(f"/s/{uuid}/screen?lang=en").text
    assert ">localhost<" in page
    assert "<svg" in page


@pytest.mark.fault("W1")
def test_script_in_names_is_shown_as_text_to_voters(client: FlaskClient, chair: ChairBrowser, house: House):
    script = "</script><script>alert(1)</script>"
    sheet = make_sheet([Person(script, script)], "own", labels=[script, "B"])
    session = create_session(house, Session("", script, sheet, description=script, unit=script, codes=5, chair="hoa"))
    make_codes(house, session.uuid)
    confirm_codes(house, session.uuid)
    for path in (f"/v/{session.uuid}", f"/s/{session.uuid}", f"/s/{session.uuid}/screen", "/"):
        assert "<script>alert" not in client.get(path).text, path
    assert client.get(f"/api/sessions/{session.uuid}").mimetype == "application/json"
