"""Every refusal has its answer, and no answer or log line says more than it should."""

import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.chair_browser import ChairBrowser
from voting.errors import Closed, NotRecorded, Refusal, TooMany
from voting.web.refusals import ANSWERS, answer_of

SECRET = "CODE-ON-A-SLIP"


def every_refusal(root: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    yield root
    for kind in root.__subclasses__():
        yield from every_refusal(kind)


def test_every_refusal_has_an_answer_of_its_own():
    assert {kind.__name__ for kind in every_refusal() if kind not in ANSWERS} == set()


def test_codes_are_stable_words_and_each_stands_once():
    codes = [answer.code for answer in ANSWERS.values()]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)
    fixed = {"MalformedBallot": 400, "UnknownCode": 403, "VoidCode": 403, "CodeUsed": 409, "Closed": 410}
    fixed |= {"NotOpenYet": 423, "TooLarge": 413, "NotRecorded": 503, "UnknownSession": 404}
    assert {kind.__name__: answer.status for kind, answer in ANSWERS.items() if kind.__name__ in fixed} == fixed


def test_a_ballot_for_a_cancelled_session_is_told_so():
    assert answer_of(Closed("", "cancelled")).code == "cancelled"
    assert answer_of(Closed("", "counted")).code == "closed"


@pytest.mark.parametrize("path", ["/api/nothing", "/api/sessions/short", "/api/sessions/1111111111111O", "/api"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_api_refuses_in_json(client: FlaskClient, path: str, language: str):
    answer = client.get(path, headers={"Accept-Language": language, "Accept": "text/html"})
    if path == "/api":
        answer = client.get("/api/")
    assert answer.status_code == 404
    assert answer.json["error"] == "not-found"
    assert set(answer.json) == {"error", "message"}


def test_the_api_refuses_a_wrong_method_in_json_and_names_the_right_one(client: FlaskClient, voting_now):
    uuid, _ = voting_now
    answer = client.delete(f"/api/sessions/{uuid}/ballots")
    assert (answer.status_code, answer.json["error"]) == (405, "method-not-allowed")
    assert "POST" in answer.headers["Allow"]


def test_a_page_refuses_in_the_language_of_the_person(client: FlaskClient):
    english = client.get("/nothing", headers={"Accept-Language": "en-GB,en;q=0.9"})
    vietnamese = client.get("/nothing", headers={"Accept-Language": "vi-VN,vi;q=0.9,en;q=0.5"})
    other = client.get("/nothing", headers={"Accept-Language": "fr"})
    assert "There is nothing at this address" in english.text
    assert "Không có gì ở địa chỉ này" in vietnamese.text
    assert "Không có gì ở địa chỉ này" in other.text
    assert "There is nothing" in client.get("/nothing?lang=en", headers={"Accept-Language": "vi"}).text
    assert "Accept-Language" in english.headers["Vary"]


def broken(app: Flask, endpoint: str, error: Exception) -> None:
    def view(**_: object) -> str:
        raise error

    app.view_functions[endpoint] = view


@pytest.mark.fault("W9")
def test_a_fault_tells_the_client_nothing_and_the_log_no_more_than_is_allowed(
    app: Flask, client: FlaskClient, capsys: pytest.CaptureFixture[str]
):
    uuid = "11111111111111"
    for endpoint in ("api.cast_ballot", "phone.page"):
        broken(app, endpoint, ValueError(f"cannot read {SECRET}\r\nforged: line"))
    headers = {"User-Agent": "canary-browser", "X-Forwarded-For": "203.0.113.77", "Accept-Language": "en"}
    posted = client.post(f"/api/sessions/{uuid}/ballots", data=f"body {SECRET}", headers=headers)
    page = client.get(f"/v/{uuid}?tracker=a-query", headers=headers)
    assert posted.status_code == page.status_code == 500
    assert posted.json["error"] == "fault"
    printed = capsys.readouterr()
    lines = [json.loads(line) for line in printed.err.splitlines()]
    assert [line["kind"] for line in lines] == ["ValueError", "ValueError"]
    assert lines[1]["route"] == "/v/<session:uuid>"
    assert lines[1]["number"] in page.text
    for text in (printed.out + printed.err, posted.text, page.text):
        for canary in (SECRET, "forged", "canary", "203.0.113.77", "127.0.0.1", "ValueError: "):
            assert canary not in text
    for canary in (uuid, "body", "a-query"):
        assert canary not in printed.err
    assert "Traceback" not in page.text
    assert "test_refusals.py" not in page.text


def test_a_refusals_own_text_is_not_sent(app: Flask, client: FlaskClient):
    broken(app, "api.session", NotRecorded(f"internal: {SECRET}"))
    answer = client.get("/api/sessions/11111111111111")
    assert (answer.status_code, answer.json["error"]) == (503, "not-recorded")
    assert answer.headers["Retry-After"] == "1"
    assert SECRET not in answer.text


def test_who_asks_too_often_is_told_how_long_to_wait(app: Flask, client: FlaskClient):
    broken(app, "landing.page", TooMany("", wait=90))
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "90")


def test_a_refusal_on_the_chairs_pages_leads_back_to_the_sessions(chair: ChairBrowser):
    page = chair.get("/chair/sessions/11111111111111")
    assert page.status_code == 404
    assert 'href="/chair/"' in page.text
    assert "slip" not in page.text.split("<main")[1]
