"""The chair announces when the vote ends: on the page of the session, and beside the field when it cannot be."""

import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from tests.web.chair_browser import ChairBrowser
from tests.web.conftest import NOON
from voting.domain.counting import close_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.sessions import Session, State

pytestmark = pytest.mark.store

Voting = tuple[str, tuple[str, ...]]


def test_an_end_is_announced_put_off_and_taken_back(
    chair: ChairBrowser, client: FlaskClient, house: House, voting_now: Voting
) -> None:
    uuid, _ = voting_now
    page = f"/chair/sessions/{uuid}"
    chair.get(page)
    assert chair.send(f"{page}/deadline", {"wish": "announce", "end": "5", "itself": "yes"}).location == page
    told = client.get(f"/api/sessions/{uuid}").json
    assert (told["closes_at"], told["closes_itself"]) == (NOON + 300, True)
    assert "the vote closes by itself at" in chair.get(page).text
    chair.send(f"{page}/deadline", {"wish": "announce", "end": "20"})
    told = client.get(f"/api/sessions/{uuid}").json
    assert (told["closes_at"], told["closes_itself"]) == (NOON + 1200, False)
    assert "you close the vote at about" in chair.get(page).text
    chair.send(f"{page}/deadline", {"wish": "take-back"})
    assert client.get(f"/api/sessions/{uuid}").json["closes_at"] == 0
    assert "Announced:" not in chair.get(page).text


@pytest.mark.parametrize(
    "minutes", ["", "0", "-3", "x", "1441", "99999999", "2.5", "٣", "24:00", "9:60", "9:5", "1:2:3", ":30"]
)
def test_a_number_of_minutes_that_cannot_be_is_refused_beside_the_field(
    chair: ChairBrowser, house: House, voting_now: Voting, minutes: str
) -> None:
    uuid, _ = voting_now
    page = f"/chair/sessions/{uuid}/deadline"
    answer = chair.send(page, {"end": minutes, "itself": "yes"}, on=page)
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text
    assert "Enter between 1 and 1440 minutes, or a time of the day in hours and minutes." in answer.text
    assert house.store.session(uuid).closes_at == 0


def in_minutes(minutes: int) -> str:
    """Write a time as the clock of this machine shows it."""
    return datetime.fromtimestamp(NOON + 60 * minutes).astimezone().strftime("%H:%M")


@pytest.mark.parametrize("sign", [":", "h"])
def test_an_end_is_announced_as_a_time_of_the_day(
    chair: ChairBrowser, house: House, voting_now: Voting, sign: str
) -> None:
    uuid, _ = voting_now
    page = f"/chair/sessions/{uuid}/deadline"
    asked = chair.get(page).text
    assert f"{datetime.fromtimestamp(NOON).astimezone():%H:%M}" in asked
    assert chair.send(page, {"end": re.sub("^0", "", in_minutes(90)).replace(":", sign)}).status_code == 303
    assert house.store.session(uuid).closes_at == NOON - NOON % 60 + 90 * 60
    # Over midnight, wherever this machine stands, but no further than half a day.
    assert chair.send(page, {"end": in_minutes(12 * 60)}, on=page).status_code == 303
    assert house.store.session(uuid).closes_at == NOON - NOON % 60 + 12 * 3600
    for passed in (0, -1, -60, 12 * 60 + 1):
        refused = chair.send(page, {"end": in_minutes(passed)}, on=page)
        # Neither may be said alone: an end at 21:00 that is entered at 8:00 has not passed.
        words = "That time has passed, or is more than 12 hours ahead: then enter minutes."
        assert (refused.status_code, words in refused.text) == (400, True), passed
    assert house.store.session(uuid).closes_at == NOON - NOON % 60 + 12 * 3600


def test_a_vote_is_opened_with_its_end(chair: ChairBrowser, client: FlaskClient, house: House, draft: Session) -> None:
    make_codes(house, draft.uuid)
    confirm_codes(house, draft.uuid)
    page = f"/chair/sessions/{draft.uuid}"
    assert 'name="end"' in chair.get(f"{page}/open").text
    for end in ("0", "x", "1441", "24:00", in_minutes(0)):
        refused = chair.send(f"{page}/open", {"end": end, "itself": "yes"})
        assert refused.status_code == 400
        assert 'aria-invalid="true"' in refused.text
        assert re.search(rf'name="end"[^>]*value="{end}"', refused.text)
        assert re.search(r'name="itself"[^>]* checked', refused.text)
        assert house.store.session(draft.uuid).state == State.READY
    assert chair.send(f"{page}/open", {"end": " 15 ", "itself": "yes"}).location == page
    told = client.get(f"/api/sessions/{draft.uuid}").json
    assert (told["state"], told["closes_at"], told["closes_itself"]) == ("open", NOON + 900, True)
    assert house.store.closing() == {draft.uuid}
    # A second tap changes nothing.
    assert chair.send(f"{page}/open", {"end": "30"}, on=page).location == page
    assert client.get(f"/api/sessions/{draft.uuid}").json["closes_at"] == NOON + 900


@pytest.mark.parametrize("form", [{}, {"end": ""}, {"end": "  "}])
def test_a_vote_is_opened_without_an_end_as_well(
    chair: ChairBrowser, house: House, draft: Session, form: dict[str, str]
) -> None:
    make_codes(house, draft.uuid)
    confirm_codes(house, draft.uuid)
    page = f"/chair/sessions/{draft.uuid}"
    assert chair.send(f"{page}/open", form, on=f"{page}/open").status_code == 303
    session = house.store.session(draft.uuid)
    assert (session.state, session.closes_at) == (State.OPEN, 0)


def test_closing_by_itself_needs_an_end(chair: ChairBrowser, house: House, draft: Session) -> None:
    make_codes(house, draft.uuid)
    confirm_codes(house, draft.uuid)
    page = f"/chair/sessions/{draft.uuid}/open"
    refused = chair.send(page, {"end": "", "itself": "yes"}, on=page)
    assert (refused.status_code, 'aria-invalid="true"' in refused.text) == (400, True)
    assert house.store.session(draft.uuid).state == State.READY


def test_a_vote_that_is_not_open_has_no_announced_end(chair: ChairBrowser, house: House, voting_now: Voting) -> None:
    uuid, _ = voting_now
    close_session(house, uuid)
    page = f"/chair/sessions/{uuid}"
    assert chair.get(f"{page}/deadline").location == page
    chair.get(page)
    assert chair.send(f"{page}/deadline", {"end": "5"}).status_code == 409
    assert house.store.session(uuid).closes_at == 0


def test_another_chair_announces_nothing(other_chair: ChairBrowser, house: House, voting_now: Voting) -> None:
    uuid, _ = voting_now
    assert other_chair.get(f"/chair/sessions/{uuid}/deadline").status_code == 404
    assert other_chair.send(f"/chair/sessions/{uuid}/deadline", {"end": "5"}, on="/chair/").status_code == 404
    assert house.store.session(uuid).closes_at == 0
