"""An agenda on the chair's pages and in the room: order, what comes next, and one projector page that moves on."""

import re

import pytest
from flask.testing import FlaskClient

from tests.web.chair_browser import ChairBrowser
from tests.web.conftest import PEOPLE
from voting.domain.agendas import Agenda, agenda_of, agendas_of
from voting.domain.casting import open_session
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.sessions import Session
from voting.domain.sheets import make_sheet

pytestmark = pytest.mark.store


@pytest.fixture
def votes(house: House) -> list[str]:
    sheet = make_sheet(PEOPLE)
    titles = ("First vote", "Second vote", "Third vote")
    return [create_session(house, Session("", title, sheet, codes=5, chair="hoa")).uuid for title in titles]


@pytest.fixture
def agenda(chair: ChairBrowser, house: House, votes: list[str]) -> Agenda:
    assert chair.send("/chair/agendas", {"name": "Họp tháng 5"}, on="/chair/agendas").status_code == 303
    (made,) = agendas_of(house, "hoa")
    for uuid in votes:
        assert chair.send(f"/chair/agendas/{made.id}", {"wish": "add", "session": uuid}).status_code == 303
    return agenda_of(house, made.id)


def make_ready(house: House, uuid: str) -> None:
    make_codes(house, uuid)
    confirm_codes(house, uuid)


def publish(house: House, uuid: str) -> None:
    close_session(house, uuid)
    count_session(house, uuid)
    publish_session(house, uuid)


def test_the_chair_orders_the_sessions_and_sees_what_comes_next(
    chair: ChairBrowser, house: House, agenda: Agenda, votes: list[str]
) -> None:
    page = f"/chair/agendas/{agenda.id}"
    assert agenda.sessions == tuple(votes)
    shown = chair.get(f"/chair/sessions/{votes[1]}").text
    assert "2 of 3" in shown
    assert re.search(rf'next:\s*<a href="/chair/sessions/{votes[2]}">Third vote</a>', shown)
    chair.send(page, {"wish": f"up:{votes[2]}"}, on=page)
    assert agenda_of(house, agenda.id).sessions == (votes[0], votes[2], votes[1])
    chair.send(page, {"wish": f"remove:{votes[0]}"}, on=page)
    assert agenda_of(house, agenda.id).sessions == (votes[2], votes[1])
    chair.send(page, {"wish": "rename", "name": "Họp tháng 6"}, on=page)
    assert agenda_of(house, agenda.id).name == "Họp tháng 6"
    for wish in ("nonsense", "up:nothing", "", "up"):
        assert chair.send(page, {"wish": wish}, on=page).status_code == 303
    refused = chair.send(page, {"wish": "rename", "name": " "}, on=page)
    assert (refused.status_code, "The name is missing." in refused.text) == (400, True)
    assert agenda_of(house, agenda.id).sessions == (votes[2], votes[1])
    assert chair.send(f"{page}/delete", on=page).location == "/chair/agendas"
    assert agendas_of(house, "hoa") == []
    assert house.store.session(votes[0]).title == "First vote"


def test_another_chairs_agenda_and_sessions_are_out_of_reach(
    other_chair: ChairBrowser, chair: ChairBrowser, house: House, agenda: Agenda, votes: list[str]
) -> None:
    page = f"/chair/agendas/{agenda.id}"
    assert other_chair.get(page).status_code == 404
    for path in (page, f"{page}/delete"):
        assert other_chair.send(path, {"wish": f"remove:{votes[0]}"}, on="/chair/").status_code == 404
    assert agenda_of(house, agenda.id) == agenda
    other_chair.send("/chair/agendas", {"name": "Of binh"}, on="/chair/agendas")
    (own,) = agendas_of(house, "binh")
    added = other_chair.send(f"/chair/agendas/{own.id}", {"wish": "add", "session": votes[0]}, on="/chair/")
    assert added.status_code == 404
    assert "First vote" not in other_chair.get(f"/chair/agendas/{own.id}").text
    assert agenda_of(house, own.id).sessions == ()


def test_the_room_sees_no_draft_and_the_projector_follows_the_vote_that_is_held(
    client: FlaskClient, house: House, agenda: Agenda, votes: list[str]
) -> None:
    def now() -> str | None:
        answer = client.get(f"/api/agendas/{agenda.id}").json
        screen = client.get(f"/s/agenda/{agenda.id}/screen?lang=en").text
        on_screen = re.search(r'id="screen" data-uuid="(\w+)"', screen)
        assert answer["current"] == (on_screen[1] if on_screen else None)
        if on_screen:
            assert f'data-agenda="/api/agendas/{agenda.id}' in screen
        else:
            assert '<meta http-equiv="refresh" content="5">' in screen
        return answer["current"]

    listed = client.get(f"/s/agenda/{agenda.id}").text
    assert "Họp tháng 5" in listed
    assert "First vote" not in listed
    assert client.get(f"/api/agendas/{agenda.id}").json["sessions"] == []
    assert now() is None
    for uuid in votes[:2]:
        make_ready(house, uuid)
    assert now() == votes[0]
    open_session(house, votes[0])
    publish(house, votes[0])
    # The result stays while the next vote is only ready.
    assert now() == votes[0]
    open_session(house, votes[1])
    assert now() == votes[1]
    listed = client.get(f"/s/agenda/{agenda.id}?lang=en").text
    assert "Published" in listed
    assert "Open now" in listed
    assert "Third vote" not in listed


def test_a_session_that_is_over_leads_to_the_next(
    chair: ChairBrowser, house: House, agenda: Agenda, votes: list[str]
) -> None:
    make_ready(house, votes[0])
    open_session(house, votes[0])
    button = f'class="button button-primary" href="/chair/sessions/{votes[1]}"'
    assert button not in chair.get(f"/chair/sessions/{votes[0]}").text
    publish(house, votes[0])
    assert button in chair.get(f"/chair/sessions/{votes[0]}").text
    for uuid in votes[1:]:
        house.store.cancel(uuid)
    assert "button button-primary" not in chair.get(f"/chair/sessions/{votes[2]}").text


def test_an_agenda_is_not_deleted_by_one_tap_and_a_move_leads_back_to_its_session(
    chair: ChairBrowser, house: House, agenda: Agenda, votes: list[str]
) -> None:
    page = f"/chair/agendas/{agenda.id}"
    shown = chair.get(page).text
    assert re.search(rf'<details>\s*<summary>.*?</summary>\s*<form method="post" action="{page}/delete">', shown, re.S)
    assert chair.send(page, {"wish": f"down:{votes[0]}"}).location == f"{page}#{votes[0]}"
    assert f'<li id="{votes[0]}">' in chair.get(page).text
    assert chair.send(page, {"wish": f"remove:{votes[0]}"}).location == page


def test_an_unknown_agenda_is_not_found(client: FlaskClient) -> None:
    for path in ("/s/agenda/{}", "/s/agenda/{}/screen", "/api/agendas/{}"):
        assert client.get(path.format("AAAAAAAAAAAAAA")).status_code == 404
        assert client.get(path.format("x")).status_code == 404
