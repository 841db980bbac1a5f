"""The pages that put a session away and delete it: only its chair's, only when it is over, and named before it goes."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.web.chair_browser import ChairBrowser
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.house import House
from voting.domain.issuing import make_codes
from voting.domain.sessions import Session, State
from voting.errors import UnknownSession
from voting.protocol.verify import verify_archive
from voting.storage import keys

pytestmark = pytest.mark.store

Voting = tuple[str, tuple[str, ...]]


@pytest.fixture
def published(house: House, voting_now: Voting, cast_ballot: Callable[..., None]) -> str:
    uuid, codes = voting_now
    cast_ballot(uuid, codes[0], 1, 2)
    close_session(house, uuid)
    count_session(house, uuid)
    publish_session(house, uuid)
    return uuid


def test_an_archived_session_can_still_be_seen_downloaded_and_verified(
    chair: ChairBrowser, client: FlaskClient, house: House, published: str
) -> None:
    page = f"/chair/sessions/{published}"
    assert f"{page}/archive" in chair.get(page).text
    assert chair.send(f"{page}/archive", {"keep_days": "90"}, on=f"{page}/archive").status_code == 303
    session = house.store.session(published)
    assert (session.archived_at > 0, session.keep_days) == (True, 90)
    refused = chair.send(f"{page}/archive", {"wish": "reduce"}, on=f"{page}/archive")
    assert refused.status_code == 400
    assert "Please confirm that this goes." in refused.text
    assert house.store.session(published).reduced_at == 0
    assert chair.send(f"{page}/archive", {"wish": "reduce", "sure": "yes"}).status_code == 303
    assert house.store.session(published).reduced_at > 0
    assert chair.get(page).status_code == 200
    assert chair.get(f"{page}/archive").status_code == 200
    for path in (f"/s/{published}", f"/s/{published}/screen", f"/api/sessions/{published}", f"/v/{published}"):
        assert client.get(path).status_code == 200, path
    assert client.get(f"/api/sessions/{published}/result").status_code == 200
    assert verify_archive(client.get(f"/api/sessions/{published}/archive.bel").data).failures == ()
    assert chair.send(f"{page}/archive", {"wish": "take-out"}, on=f"{page}/archive").status_code == 303
    assert house.store.session(published).archived_at == 0


def test_everything_is_deleted_only_after_it_was_named_and_ticked(
    chair: ChairBrowser, client: FlaskClient, house: House, published: str
) -> None:
    page = f"/chair/sessions/{published}"
    every = [
        f"/api/sessions/{published}{part}" for part in ("", "/archive.bel", "/election", "/rule", "/events", "/result")
    ]
    every += [f"/s/{published}", f"/s/{published}/screen", f"/v/{published}", f"/v/{published}/shared"]
    for path in every:
        assert client.get(path).status_code == 200, path
    asked = chair.get(f"{page}/delete").text
    assert "all encrypted ballots (1)" in asked
    assert "the published result" in asked
    refused = chair.send(f"{page}/delete")
    assert refused.status_code == 400
    assert "Please confirm that everything goes." in refused.text
    assert house.store.session(published).state == State.PUBLISHED
    assert chair.send(f"{page}/delete", {"sure": "yes"}).location == "/chair/"
    assert "is deleted." in chair.get("/chair/").text
    with pytest.raises(UnknownSession):
        house.store.session(published)
    for path in every:
        assert client.get(path).status_code == 404, path
    assert [key for key in house.store.connection.client.keys("*") if published.encode() in key] == []
    assert house.store.connection.client.smembers(keys.HISTORY_DUE) == set()


@pytest.mark.parametrize("state", [State.OPEN, State.CLOSED, State.COUNTED])
def test_a_session_that_is_not_over_cannot_be_put_away_or_deleted(
    chair: ChairBrowser, house: House, voting_now: Voting, state: State
) -> None:
    uuid, _ = voting_now
    if state != State.OPEN:
        close_session(house, uuid)
    if state == State.COUNTED:
        count_session(house, uuid)
    page = f"/chair/sessions/{uuid}"
    assert f"{page}/archive" not in chair.get(page).text
    for path in ("archive", "delete"):
        assert chair.get(f"{page}/{path}").location == page
    chair.get(page)
    for wish in ("archive", "reduce", "take-out"):
        assert chair.send(f"{page}/archive", {"wish": wish, "sure": "yes"}).status_code == 409
        chair.get(page)
    assert chair.send(f"{page}/delete", {"sure": "yes"}).status_code == 409
    session = house.store.session(uuid)
    assert (session.state, session.archived_at, session.reduced_at) == (state, 0, 0)


def test_another_chair_can_neither_see_nor_use_these_pages(
    other_chair: ChairBrowser, house: House, published: str
) -> None:
    for path in ("archive", "delete"):
        assert other_chair.get(f"/chair/sessions/{published}/{path}").status_code == 404
        answer = other_chair.send(f"/chair/sessions/{published}/{path}", {"sure": "yes"}, on="/chair/")
        assert answer.status_code == 404
    assert house.store.session(published).archived_at == 0


def test_days_that_the_form_does_not_offer_are_refused_beside_the_field(
    chair: ChairBrowser, house: House, published: str
) -> None:
    page = f"/chair/sessions/{published}/archive"
    answer = chair.send(page, {"keep_days": "7"}, on=page)
    assert answer.status_code == 400
    assert "There is no such number of days." in answer.text
    assert house.store.session(published).archived_at == 0


def test_a_draft_is_deleted_from_its_page_after_it_was_ticked(
    chair: ChairBrowser, house: House, draft: Session
) -> None:
    page = f"/chair/sessions/{draft.uuid}"
    make_codes(house, draft.uuid)
    shown = chair.get(page).text
    assert f"{page}/delete" in shown
    assert f"{page}/cancel" not in shown
    asked = chair.get(f"{page}/delete").text
    assert "Delete this draft?" in asked
    assert "destroy the slips" in asked
    for never in ("encrypted ballots", "Receipts", "archive.bel"):
        assert never not in asked
    assert chair.send(f"{page}/delete").status_code == 400
    assert chair.send(f"{page}/delete", {"sure": "yes"}).location == "/chair/"
    assert chair.get(page).status_code == 404
    assert [key for key in house.store.connection.client.keys("*") if draft.uuid.encode() in key] == []


@pytest.mark.parametrize("wish", ["archive", "reduce", "take-out"])
def test_a_draft_is_not_archived(chair: ChairBrowser, house: House, draft: Session, wish: str) -> None:
    page = f"/chair/sessions/{draft.uuid}"
    assert chair.get(f"{page}/archive").location == page
    answer = chair.send(f"{page}/archive", {"wish": wish, "sure": "yes"}, on=page)
    assert (answer.status_code, house.store.session(draft.uuid).archived_at) == (409, 0)
