"""The API as phones, verifiers and scripts use it: from the first question to the published result."""

import hashlib
import json
import random
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes, void_code
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.errors import UnknownSession
from voting.protocol.canonical import base64_sha256
from voting.protocol.codes import draw_uuid, public_credential
from voting.protocol.group import point_to_hex
from voting.protocol.receipts import check_receipt
from voting.protocol.verify import verify_archive
from voting.web.figures import Figures

Ballots = Callable[..., bytes]
ENGLISH = {"Accept-Language": "en"}


def test_a_whole_vote_over_the_api(client: FlaskClient, house: House, voting_now, ballot_of: Ballots):
    uuid, codes = voting_now
    root = f"/api/sessions/{uuid}"
    assert client.get(root).json["state"] == "open"
    election = client.get(f"{root}/election").data
    assert json.loads(election)["uuid"] == uuid
    levels = [(1, 3), (1, 2), (2, 2)]
    receipts = [
        client.post(f"{root}/ballots", data=ballot_of(uuid, c, *v)).json for c, v in zip(codes, levels, strict=False)
    ]
    assert [receipt["height"] for receipt in receipts] == [1, 2, 3]
    for receipt in receipts:
        assert client.get(f"{root}/ballots/{quote(receipt['tracker'], safe='')}").json == {"height": receipt["height"]}
        assert client.get(f"{root}/ballots/{receipt['tracker']}").json == {"height": receipt["height"]}
    assert client.get(f"{root}/result").json["error"] == "not-published"
    close_session(house, uuid)
    count_session(house, uuid)
    assert client.get(f"{root}/result").status_code == 404
    publish_session(house, uuid)
    result = client.get(f"{root}/result").json
    assert result["ballots"] == 3
    assert [[cell["votes"] for cell in row["cells"]] for row in result["rows"]] == [[2, 1, 0], [0, 2, 1]]
    first = {"label": "Tín nhiệm cao", "votes": 2, "electronic": 2, "paper": 0, "hundredths": 6667, "outcome": None}
    assert result["rows"][0]["cells"][0] == first
    report = verify_archive(client.get(f"{root}/archive.bel").data)
    assert all(check.ok for check in report.checks)


def test_the_same_bytes_again_give_the_same_receipt(client: FlaskClient, voting_now, ballot_of: Ballots):
    uuid, codes = voting_now
    raw = ballot_of(uuid, codes[0], 1, 1)
    first = client.post(f"/api/sessions/{uuid}/ballots", data=raw)
    again = client.post(f"/api/sessions/{uuid}/ballots", data=raw)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.data == again.data
    other = client.post(f"/api/sessions/{uuid}/ballots", data=ballot_of(uuid, codes[0], 2, 2))
    assert (other.status_code, other.json["error"]) == (409, "code-used")


@pytest.mark.parametrize("kind", ["application/json", None, "application/x-www-form-urlencoded", "text/plain"])
def test_the_bytes_of_a_ballot_decide_and_not_what_they_are_called(
    client: FlaskClient, voting_now, ballot_of: Ballots, kind: str | None
):
    uuid, codes = voting_now
    answer = client.post(f"/api/sessions/{uuid}/ballots", data=ballot_of(uuid, codes[1], 3, 1), content_type=kind)
    assert answer.status_code == 201


def test_a_receipt_is_signed_by_the_key_that_the_session_shows(client: FlaskClient, voting_now, ballot_of: Ballots):
    uuid, codes = voting_now
    receipt = client.post(f"/api/sessions/{uuid}/ballots", data=ballot_of(uuid, codes[0], 1, 1)).json
    key = client.get(f"/api/sessions/{uuid}").json["receipt_key"]
    phi = base64_sha256(client.get(f"/api/sessions/{uuid}/election").data)
    check_receipt(key, receipt["signature"], uuid, phi, receipt["tracker"], receipt["height"])


def test_each_refusal_of_a_ballot_has_its_status(client: FlaskClient, house: House, draft: Session, ballot_of: Ballots):
    path = f"/api/sessions/{draft.uuid}/ballots"

    def refused(raw: bytes) -> tuple[int, str]:
        answer = client.post(path, data=raw)
        return answer.status_code, answer.json["error"]

    assert refused(b"{}") == (423, "not-open")
    codes = make_codes(house, draft.uuid)
    confirm_codes(house, draft.uuid)
    good = ballot_of(draft.uuid, codes[0], 1, 1)
    assert refused(good) == (423, "not-open")
    house.store.open(draft.uuid, 0)
    assert refused(b"") == (400, "malformed-ballot")
    assert refused(good[:-1]) == (400, "malformed-ballot")
    assert refused(good + b"\n") == (400, "malformed-ballot")
    assert refused(good.replace(draft.uuid.encode(), b"11111111111111")) == (400, "wrong-election")
    assert refused(b" " * (256 * 1024 + 1)) == (413, "too-large")
    assert "file" not in client.post(path, data=b" " * (256 * 1024 + 1), headers=ENGLISH).json["message"]
    void_code(house, draft.uuid, point_to_hex(public_credential(draft.uuid, codes[1])))
    assert refused(ballot_of(draft.uuid, codes[1], 1, 1)) == (403, "void-code")
    first, second = ballot_of(draft.uuid, codes[2], 1, 1), ballot_of(draft.uuid, codes[2], 2, 2)
    spliced = json.loads(first) | {"answers": json.loads(second)["answers"]}
    assert refused(json.dumps(spliced, separators=(",", ":")).encode()) == (400, "bad-proof")
    close_session(house, draft.uuid)
    assert refused(good) == (410, "closed")
    house.store.cancel(draft.uuid)
    assert refused(good) == (410, "cancelled")
    assert client.post("/api/sessions/11111111111111/ballots", data=good).json["error"] == "unknown-session"


def test_the_figures_of_a_session_are_small_cacheable_and_tell_no_choice(
    client: FlaskClient, voting_now, cast_ballot: Callable[..., None]
):
    uuid, codes = voting_now
    cast_ballot(uuid, codes[0], 1, 3)
    answer = client.get(f"/api/sessions/{uuid}")
    assert set(answer.json) >= {"uuid", "title", "state", "ballots", "codes", "closes_at", "people", "head", "height"}
    assert (answer.json["ballots"], answer.json["codes"], answer.json["spares"]) == (1, 6, 2)
    assert answer.json["people"][0] == {"name": "Nguyễn Văn An", "position": "Trưởng phòng", "group": ""}
    assert len(answer.data) < 2000
    assert "max-age=1" in answer.headers["Cache-Control"]
    same = client.get(f"/api/sessions/{uuid}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")


def test_many_phones_that_ask_at_once_cost_the_store_one_question(app: Flask, client: FlaskClient, voting_now):
    uuid, _ = voting_now
    store = app.extensions["voting"].house.store.connection.client
    before = store.info("stats")["total_commands_processed"]
    began = time.monotonic()
    for _ in range(200):
        assert client.get(f"/api/sessions/{uuid}").status_code == 200
    took = time.monotonic() - began
    asked = store.info("stats")["total_commands_processed"] - before
    print(f"R14: 200 polls in {took:.2f} s asked the store {asked} times")
    assert asked < 12 * (1 + took)


def test_a_draft_tells_a_stranger_its_state_and_nothing_of_what_it_is_about(
    app: Flask, client: FlaskClient, house: House
):
    sheet = make_sheet([Person("Somebody", "Something")], "own", labels=["Promote", "Dismiss"])
    draft = create_session(house, Session("", "A dismissal", sheet, "In secret", "Office 7", language="en", codes=7))
    told = []
    for state in ("draft", "cancelled"):
        figures = client.get(f"/api/sessions/{draft.uuid}").json
        assert (figures["uuid"], figures["state"], figures["mode"], figures["title"]) == (
            draft.uuid,
            state,
            "quick",
            "",
        )
        assert (figures["people"], figures["head"], figures["codes"], figures["ballots"]) == ([], None, 0, 0)
        told += [json.dumps(figures), client.get(f"/v/{draft.uuid}").text.partition("<noscript>")[0]]
        if state == "draft":
            house.store.cancel(draft.uuid)
        app.extensions["voting"].figures.forget(draft.uuid)
    for word in ("dismissal", "In secret", "Office 7", "Somebody", "Dismiss", '"own"'):
        assert not any(word in text for text in told), word


def test_what_a_draft_has_not_is_not_found(client: FlaskClient, draft: Session):
    for path in ("election", "archive.bel", "events", "result"):
        assert client.get(f"/api/sessions/{draft.uuid}/{path}").status_code == 404, path


def test_made_up_identifiers_do_not_push_out_the_figures_of_a_running_session(house: House, voting_now):
    uuid, codes = voting_now
    figures = Figures(house, now=lambda: 0.0)
    kept = figures.session_json(uuid)
    void_code(house, uuid, point_to_hex(public_credential(uuid, codes[0])))
    for _ in range(200):
        with pytest.raises(UnknownSession):
            figures.session_json(draw_uuid())
    assert figures.session_json(uuid) == kept


def test_the_figures_that_are_asked_for_stay_when_there_are_many_sessions(house: House, voting_now):
    uuid, codes = voting_now
    figures = Figures(house, now=lambda: 0.0)
    kept = figures.session_json(uuid)
    void_code(house, uuid, point_to_hex(public_credential(uuid, codes[0])))
    for number in range(100):
        figures.session_json(create_session(house, Session("", f"Other {number}", make_sheet([Person("An")]))).uuid)
        assert figures.session_json(uuid) == kept


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/api/sessions/no-uuid/ballots", "/api/sessions/1111111111111O", "/api/elsewhere"])
def test_what_the_api_does_not_have_is_not_found_by_any_method(client: FlaskClient, method: str, path: str):
    answer = client.open(path, method=method, data=b"{}")
    assert (answer.status_code, answer.json["error"]) == (404, "not-found")


def test_the_archive_is_a_file_whose_beginning_never_changes(
    client: FlaskClient, house: House, voting_now, cast_ballot: Callable[..., None]
):
    uuid, codes = voting_now
    path = f"/api/sessions/{uuid}/archive.bel"
    before = client.get(path)
    assert before.headers["Content-Disposition"] == f'attachment; filename="{uuid}.bel"'
    assert before.mimetype == "application/x-tar"
    assert before.headers["Cache-Control"] == "no-cache"
    for code in codes[:2]:
        cast_ballot(uuid, code, 1, 2)
    assert client.get(path, headers={"If-None-Match": before.headers["ETag"]}).status_code == 200
    close_session(house, uuid)
    after = client.get(path)
    assert after.data.startswith(before.data)
    count_session(house, uuid)
    assert client.get(path).data == after.data
    kept = client.get(path, headers={"If-None-Match": after.headers["ETag"]})
    assert (kept.status_code, kept.data) == (304, b"")
    publish_session(house, uuid)
    assert client.get(path).data.startswith(after.data)


def test_the_events_are_a_chain(client: FlaskClient, voting_now, cast_ballot: Callable[..., None]):
    uuid, codes = voting_now
    cast_ballot(uuid, codes[0], 1, 2)
    lines = client.get(f"/api/sessions/{uuid}/events").data.splitlines()
    events = [json.loads(line) for line in lines]
    assert [event["type"] for event in events] == ["Setup", "Ballot"]
    assert events[1]["parent"] == hashlib.sha256(lines[0]).hexdigest()
    time.sleep(1.05)
    figures = client.get(f"/api/sessions/{uuid}").json
    assert (figures["head"], figures["height"]) == (hashlib.sha256(lines[1]).hexdigest(), 1)


def test_a_phone_learns_whether_its_code_may_still_be_used(
    client: FlaskClient, house: House, voting_now, cast_ballot: Callable[..., None]
):
    uuid, codes = voting_now
    credentials = [point_to_hex(public_credential(uuid, code)) for code in codes]
    cast_ballot(uuid, codes[0], 1, 2)
    void_code(house, uuid, credentials[1])
    path = f"/api/sessions/{uuid}/credentials/"
    assert [client.get(path + credential).json["status"] for credential in credentials[:3]] == [
        "used",
        "void",
        "unused",
    ]
    for unknown in ("0" * 64, "short", "A" * 64):
        answer = client.get(path + unknown)
        assert (answer.status_code, answer.json["error"]) == (404, "unknown-code")


@pytest.mark.parametrize(
    "tracker", ["A" * 43, "/" * 43, "+" * 43, "A/B+" * 10 + "abc", "..", "short", "%2e%2e%2f", "A" * 44, "A" * 5000]
)
def test_an_unknown_tracker_is_not_found(client: FlaskClient, voting_now, tracker: str):
    uuid, _ = voting_now
    for spelt in (tracker, quote(tracker, safe="")):
        answer = client.get(f"/api/sessions/{uuid}/ballots/{spelt}")
        assert (answer.status_code, answer.json["error"]) == (404, "unknown-tracker")


# ---- hostile bodies


def _hostile(good: bytes) -> list[bytes]:
    """Give bodies that a parser may choke on, and 300 broken copies of a good ballot."""
    numbers = [b"9" * 200_000, b"-1", b"1e999", b"NaN", b"Infinity", b"0x10", b"1_0", "１２".encode()]
    bodies = [
        b"[" * 100_000,
        b'{"a":' * 40_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'"' + b"\\u0000" * 40_000 + b'"',
        b'"\\ud800"',
        b"\xff\xfe\x00",
        b"\x00" * 1000,
        b"null",
        b"true",
        b"[]",
        b'""',
        *numbers,
        *(b'{"election_uuid":' + number + b"}" for number in numbers),
        b"{" + b",".join(b'"k%d":1' % n for n in range(20_000)) + b"}",
        b"{" + b",".join([b'"answers":[]'] * 15_000) + b"}",
    ]
    rng = random.Random(7)
    for _ in range(300):
        broken = bytearray(good)
        for _ in range(rng.randint(1, 4)):
            place = rng.randrange(len(broken))
            match rng.randrange(3):
                case 0:
                    broken[place] = rng.randrange(256)
                case 1:
                    del broken[place : place + rng.randint(1, 40)]
                case _:
                    broken[place:place] = rng.choice([b"0", b'"', b"[", b"}", b"\\u0041", b"-", b" "])
        bodies.append(bytes(broken))
    return bodies


@pytest.mark.fault("W7")
def test_hostile_bodies_are_refused_quickly(client: FlaskClient, house: House, voting_now, ballot_of: Ballots):
    uuid, codes = voting_now
    good = ballot_of(uuid, codes[0], 1, 1)
    slowest, refused = 0.0, 0
    for body in _hostile(good):
        if body == good:
            continue
        began = time.thread_time()
        answer = client.post(f"/api/sessions/{uuid}/ballots", data=body)
        slowest = max(slowest, time.thread_time() - began)
        assert answer.status_code in (400, 403, 413), body[:60]
        assert answer.json["error"]
        refused += 1
    assert house.store.turnout(uuid).ballots == 0
    print(f"W7: {refused} hostile bodies refused, 0 server errors, slowest {slowest * 1000:.0f} ms of processor time")
    assert slowest < 0.1
