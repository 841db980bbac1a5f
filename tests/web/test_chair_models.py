"""Templates on the chair's pages: saved from a session, used for a new draft, deleted, each chair's own."""

import re

import pytest

from tests.web.chair_browser import ChairBrowser
from voting.domain.house import House
from voting.domain.models import models_of
from voting.domain.sessions import Session, State

pytestmark = pytest.mark.store


def test_a_session_is_saved_used_and_deleted(chair: ChairBrowser, house: House, draft: Session) -> None:
    ask = f"/chair/sessions/{draft.uuid}/template"
    assert ask in chair.get(f"/chair/sessions/{draft.uuid}").text
    assert chair.send(ask, {"name": "Hằng năm"}, on=ask).location == "/chair/templates"
    assert "Hằng năm" in chair.get("/chair/templates").text
    (model,) = models_of(house, "hoa")
    used = chair.send(f"/chair/templates/{model.id}/use")
    made = re.fullmatch(r"/chair/sessions/(\w+)/edit", used.location)
    assert made
    session = house.store.session(made[1])
    assert (session.state, session.sheet, session.chair) == (State.DRAFT, draft.sheet, "hoa")
    assert draft.title in chair.get(used.location).text
    assert chair.send(f"/chair/templates/{model.id}/delete", on="/chair/templates").status_code == 303
    assert models_of(house, "hoa") == []
    assert "No template yet." in chair.get("/chair/templates").text


def test_a_name_twice_or_none_is_refused_beside_the_field(chair: ChairBrowser, house: House, draft: Session) -> None:
    ask = f"/chair/sessions/{draft.uuid}/template"
    chair.send(ask, {"name": "Mẫu A"}, on=ask)
    for name, words in (("mau a", "You have one of this name already."), (" ", "The name is missing.")):
        answer = chair.send(ask, {"name": name}, on=ask)
        assert answer.status_code == 400
        assert words in answer.text
        assert 'aria-invalid="true"' in answer.text
    assert len(models_of(house, "hoa")) == 1


def test_another_chair_does_not_reach_a_template(
    chair: ChairBrowser, other_chair: ChairBrowser, house: House, draft: Session
) -> None:
    ask = f"/chair/sessions/{draft.uuid}/template"
    chair.send(ask, {"name": "Of hoa"}, on=ask)
    (model,) = models_of(house, "hoa")
    assert "Of hoa" not in other_chair.get("/chair/templates").text
    before = len(house.store.sessions())
    for act in ("use", "delete"):
        assert other_chair.send(f"/chair/templates/{model.id}/{act}", on="/chair/").status_code == 404
    assert other_chair.send(ask, {"name": "Stolen"}, on="/chair/").status_code == 404
    assert models_of(house, "hoa") == [model]
    assert len(house.store.sessions()) == before
