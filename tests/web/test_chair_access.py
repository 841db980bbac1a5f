"""Who gets in, and what stays closed to those who do not."""

import pytest
from flask import Flask

from tests.web.chair_browser import ChairBrowser
from tests.web.conftest import PASSWORD
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.sessions import Session, State
from voting.domain.sheets import Person, make_sheet

STEPS = ("ready", "open", "close", "count", "publish", "cancel")


@pytest.fixture
def draft(house: House) -> Session:
    return create_session(house, Session("", "Of hoa alone", make_sheet([Person("An")]), codes=5, chair="hoa"))


def test_a_wrong_password_and_an_unknown_name_are_refused_alike(visitor: ChairBrowser) -> None:
    wrong = visitor.sign_in("hoa", "not the password")
    unknown = visitor.sign_in("nobody", "not the password")
    assert wrong.status_code == unknown.status_code == 401
    assert "Name and password do not belong together." in wrong.text
    assert "Name and password do not belong together." in unknown.text
    assert "not the password" not in wrong.text


def test_a_page_of_the_chair_leads_a_stranger_to_the_sign_in(visitor: ChairBrowser, draft: Session) -> None:
    for path in ("/chair/", "/chair/sessions/new", f"/chair/sessions/{draft.uuid}"):
        assert visitor.get(path).location == "/chair/sign-in"


def test_signing_out_ends_the_session(chair: ChairBrowser) -> None:
    chair.send("/chair/sign-out", on="/chair/")
    assert chair.get("/chair/").location == "/chair/sign-in"


def test_another_chairs_session_cannot_be_seen_or_touched(
    other_chair: ChairBrowser, house: House, draft: Session
) -> None:
    page = f"/chair/sessions/{draft.uuid}"
    assert "Of hoa alone" not in other_chair.get("/chair/").text
    for path in (page, f"{page}/edit", f"{page}/void", f"{page}/slips", *(f"{page}/{step}" for step in STEPS)):
        assert other_chair.get(path).status_code == 404, path
    for path in ("edit", "void", "slips", "copy", *STEPS):
        assert other_chair.send(f"{page}/{path}", on="/chair/").status_code == 404, path
    assert house.store.session(draft.uuid) == draft
    assert house.store.held_credentials(draft.uuid) == ()


def test_a_session_of_the_command_line_is_open_to_every_chair(chair: ChairBrowser, house: House) -> None:
    session = create_session(house, Session("", "Made on the command line", make_sheet([Person("An")]), codes=5))
    assert "Made on the command line" in chair.get("/chair/").text
    assert chair.get(f"/chair/sessions/{session.uuid}").status_code == 200


@pytest.mark.fault("W2")
def test_a_form_without_its_token_changes_nothing(chair: ChairBrowser, house: House, draft: Session) -> None:
    page = f"/chair/sessions/{draft.uuid}"
    before = house.store.sessions()
    refused = 0
    paths = [f"{page}/{name}" for name in ("edit", "void", "slips", "copy", *STEPS)]
    for path in (*paths, "/chair/sessions/new", "/chair/password", "/chair/sign-out"):
        for fields in ({}, {"csrf_token": "made-up"}):
            answer = chair.client.post(path, data={"title": "Forged", "people": "X", "codes": "9", **fields})
            assert answer.status_code == 400, path
            refused += 1
    assert house.store.sessions() == before
    assert house.store.session(draft.uuid).state == State.DRAFT
    assert house.store.held_credentials(draft.uuid) == ()
    assert chair.get("/chair/").status_code == 200
    print(f"W2: {refused} forged forms, 0 state changes")


def test_a_replaced_password_ends_the_other_sign_ins(app: Flask, chair: ChairBrowser) -> None:
    elsewhere = ChairBrowser(app)
    elsewhere.sign_in("hoa", PASSWORD)
    fields = {"old": PASSWORD, "new": "another long password", "again": "another long password"}
    assert chair.send("/chair/password", fields, on="/chair/password").status_code == 303
    assert chair.get("/chair/").status_code == 200
    assert elsewhere.get("/chair/").location == "/chair/sign-in"
