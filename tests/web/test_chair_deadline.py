"""The chair announces when the vote ends: on the page of the session, and beside the field when it cannot be."""

import pytest
from flask.testing import FlaskClient

from tests.web.chair_browser import ChairBrowser
from tests.web.conftest import NOON
from voting.domain.counting import close_session
from voting.domain.house import House

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


@pytest.mark.parametrize("minutes", ["", "0", "-3", "x", "1441", "99999999", "2.5", "٣"])
def test_a_number_of_minutes_that_cannot_be_is_refused_beside_the_field(
    chair: ChairBrowser, house: House, voting_now: Voting, minutes: str
) -> None:
    uuid, _ = voting_now
    page = f"/chair/sessions/{uuid}/deadline"
    answer = chair.send(page, {"end": minutes, "itself": "yes"}, on=page)
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text
    assert "Enter between 1 and 1440 minutes." in answer.text
    assert house.store.session(uuid).closes_at == 0


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
