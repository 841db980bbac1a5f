"""Guessing, forging and planting at the sign-in; and who is not limited."""

import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.chair_browser import ChairBrowser
from tests.web.conftest import PASSWORD
from voting.domain.house import House
from voting.protocol.codes import draw_code, public_credential
from voting.protocol.group import point_to_hex
from voting.storage.store import RedisStore
from voting.web.limits import BY_ALL, BY_NAME

WRONG = "a wrong password"


@pytest.mark.fault("W3")
def test_guessing_a_password_is_stopped_also_for_the_right_one(visitor: ChairBrowser):
    answers = [visitor.sign_in("hoa", WRONG).status_code for _ in range(BY_NAME[0].amount)]
    assert set(answers) == {401}
    limited = visitor.sign_in("hoa", PASSWORD)
    assert limited.status_code == 429
    assert int(limited.headers["Retry-After"]) >= 60
    assert "Please wait" in limited.text
    assert visitor.get("/chair/").location == "/chair/sign-in"
    # Another chair is not locked out by it.
    assert visitor.sign_in("binh", PASSWORD).status_code == 303


def test_who_is_signed_in_stays_so_while_somebody_guesses(chair: ChairBrowser, app: Flask):
    stranger = ChairBrowser(app)
    for _ in range(BY_NAME[0].amount + 1):
        last = stranger.sign_in("hoa", WRONG)
    assert last.status_code == 429
    assert chair.get("/chair/").status_code == 200


def test_tries_with_many_other_names_keep_no_chair_out(visitor: ChairBrowser, app: Flask):
    limits = app.extensions["voting"].sign_in_limits
    for number in range(300):
        limits.count_try(f"guess-{number}")
    assert visitor.sign_in("hoa", PASSWORD).status_code == 303


@pytest.mark.fault("W3")
def test_a_flood_of_names_is_stopped_before_it_takes_the_processor(visitor: ChairBrowser, app: Flask):
    limits = app.extensions["voting"].sign_in_limits
    for number in range(BY_ALL[0].amount):
        limits.count_try(f"guess-{number}")
    assert visitor.sign_in("hoa", PASSWORD).status_code == 429


def test_the_right_password_takes_the_tries_back(visitor: ChairBrowser):
    for _ in range(2):
        for _ in range(BY_NAME[0].amount - 1):
            assert visitor.sign_in("hoa", WRONG).status_code == 401
        assert visitor.sign_in("hoa", PASSWORD).status_code == 303
        visitor.send("/chair/sign-out", on="/chair/")


@pytest.mark.fault("P4")
def test_no_name_and_no_address_of_a_try_is_in_the_store(visitor: ChairBrowser, store: RedisStore):
    visitor.sign_in("somebody-else", WRONG)
    keys = [key for key in store.connection.client.scan_iter("*") if key.startswith(b"voting:limits")]
    assert keys
    for key in keys:
        assert b"somebody" not in key
        assert b"127.0.0.1" not in key
        assert 0 < store.connection.client.ttl(key) <= 3600


def test_limits_that_cannot_be_counted_stop_nobody(app: Flask, visitor: ChairBrowser, monkeypatch: pytest.MonkeyPatch):
    limits = app.extensions["voting"].sign_in_limits

    def refuse(*_: object) -> bool:
        raise ConnectionError("the store is gone")

    monkeypatch.setattr(limits._tally.limiter, "hit", refuse)
    monkeypatch.setattr(limits._tally.limiter, "clear", refuse)
    assert visitor.sign_in("hoa", PASSWORD).status_code == 303


@pytest.mark.fault("W3")
def test_guesses_of_codes_hit_nothing_and_lock_nobody_out(
    client: FlaskClient, voting_now, ballot_of: Callable[..., bytes]
):
    uuid, codes = voting_now
    # Any point will do as a guess: what is tried is that guessing finds nothing and stops nobody.
    guesses = [point_to_hex(public_credential(uuid, draw_code())) for _ in range(20)]
    began = time.monotonic()
    hits = 0
    for number in range(2000):
        guess = guesses[number % 20] if number < 20 else f"{number:064x}"
        hits += client.get(f"/api/sessions/{uuid}/credentials/{guess}").status_code != 404
    locked_out = 0
    for _ in range(300):
        for path in (f"/v/{uuid}", f"/api/sessions/{uuid}"):
            locked_out += client.get(path).status_code != 200
    stranger = ballot_of(uuid, draw_code(), 1, 1)
    for _ in range(20):
        answer = client.post(f"/api/sessions/{uuid}/ballots", data=stranger)
        assert (answer.status_code, answer.json["error"]) == (403, "unknown-code")
    assert client.post(f"/api/sessions/{uuid}/ballots", data=ballot_of(uuid, codes[0], 1, 2)).status_code == 201
    print(f"W3: {hits} hits in 2020 guesses, {locked_out} of 300 locked out, {time.monotonic() - began:.1f} s")
    assert (hits, locked_out) == (0, 0)


@pytest.mark.fault("W2")
def test_a_form_that_another_site_sends_is_refused(chair: ChairBrowser, house: House, draft):
    chair.get("/chair/")
    path = f"/chair/sessions/{draft.uuid}/cancel"
    for site in ("cross-site", "same-site"):
        answer = chair.client.post(path, data={"csrf_token": chair.token()}, headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 400
    assert house.store.session(draft.uuid).state == "draft"
    sent = chair.client.post(path, data={"csrf_token": chair.token()}, headers={"Sec-Fetch-Site": "same-origin"})
    assert sent.status_code == 303


def test_a_copied_session_is_worth_nothing_once_the_password_is_changed(chair: ChairBrowser, app: Flask):
    cookie = chair.client.get_cookie("voting-chair")
    assert cookie is not None
    elsewhere = app.test_client()
    elsewhere.set_cookie("voting-chair", cookie.value)
    fields = {"old": PASSWORD, "new": "changed in a hurry", "again": "changed in a hurry"}
    assert chair.send("/chair/password", fields, on="/chair/password").status_code == 303
    assert elsewhere.get("/chair/").status_code == 303


def test_the_chosen_language_of_a_chair_is_kept(chair: ChairBrowser):
    chair.get("/chair/?lang=vi")
    assert '<html lang="vi">' in chair.get("/chair/").text
    assert '<html lang="en">' in chair.get("/chair/?lang=en").text
