"""The pages of cycles: who sees which of them, and what a form of them does."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.organisation.organised import Organised
from tests.organisation.test_cycles import planned
from tests.organisation.test_procedure import published
from tests.web.chair_browser import ChairBrowser
from voting.domain.drafting import cancel_session
from voting.domain.organisation.cycle_drafts import make_drafts
from voting.domain.organisation.cycles import Cycle, Step, cycle_of, cycles_of, make_cycle
from voting.domain.organisation.officials import Official
from voting.domain.organisation.procedure import enter_step
from voting.domain.organisation.roles import Role, grant_role
from voting.domain.organisation.units import move_unit
from voting.domain.sessions import State
from voting.storage import keys
from voting.storage.store import RedisStore

SignIn = Callable[[str, str], ChairBrowser]

FORM = {
    "name": "Đánh giá năm 2027",
    "occasion": "yearly",
    "year": "2027",
    "starts": "2027-01-01",
    "ends": "2027-01-31",
    "rule": "absolute_majority",
    "scale": "classification",
    "language": "vi",
    "steps": "ballot",
    "due-ballot": "2027-01-20",
    "responsible-ballot": "Tổ kiểm phiếu",
}


@pytest.fixture
def peopled(province: Organised) -> Organised:
    """The organisation, with somebody in the village and in the town."""
    province.register(province.village, Official("", "Nguyễn Văn An", ""))
    province.register(province.town, Official("", "Lê Văn Cường", ""))
    return province


@pytest.fixture
def cycle(peopled: Organised) -> Cycle:
    """A cycle of the province in the village, the town and the harbour, of which nobody is in the register."""
    return make_cycle(peopled.house, planned(peopled, units=(peopled.village, peopled.town, peopled.harbour)), by="x")


def path(cycle: Cycle, *parts: str) -> str:
    return "/".join(("/chair/cycles", cycle.id, *parts))


def test_an_administrator_makes_a_cycle_with_its_procedure(peopled: Organised, signed_in: SignIn) -> None:
    browser = signed_in(Role.ADMINISTRATOR, peopled.province)
    page = browser.get("/chair/cycles/new").text
    # Whoever has people in the register is chosen beforehand.
    for unit, chosen in ((peopled.village, True), (peopled.harbour, False)):
        assert (f'value="{unit}" checked' in page) is chosen
    answer = browser.send("/chair/cycles/new", {**FORM, "unit": peopled.province, "units": peopled.village})
    (made,) = cycles_of(peopled.house)
    assert answer.location == path(made)
    assert (made.name, made.year, made.units) == ("Đánh giá năm 2027", 2027, (peopled.village,))
    assert made.steps == (Step("ballot", "2027-01-20", responsible="Tổ kiểm phiếu"),)
    assert made.name in browser.get("/chair/cycles").text


def test_no_rule_is_chosen_before_the_administrator_chooses_one(province: Organised, signed_in: SignIn) -> None:
    page = signed_in(Role.ADMINISTRATOR, province.province).get("/chair/cycles/new").text
    rules = re.findall(r'<input type="radio" name="rule"[^>]*>', page)
    assert len(rules) > 5
    assert not [rule for rule in rules if "checked" in rule]


def test_the_procedure_that_is_proposed_follows_the_occasion(province: Organised, signed_in: SignIn) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.province)
    assert "Self-assessment" in browser.get("/chair/cycles/new?occasion=yearly").text
    assert "Self-assessment" not in browser.get("/chair/cycles/new?occasion=appointment").text
    assert browser.get("/chair/cycles/new?occasion=birthday").status_code == 200


@pytest.mark.parametrize(
    ("field", "change", "words"),
    [
        ("ends", {"ends": "2026-12-31"}, "the dates are reversed"),
        ("starts", {"starts": "soon"}, "not a day"),
        ("year", {"year": "twenty"}, "between 1990 and 2100"),
        ("year", {"year": "²"}, "between 1990 and 2100"),
        ("name", {"name": ""}, "The name is missing."),
        ("units", {"units": ""}, "There is no such unit."),
        ("rule", {"rule": "nq96_2023"}, "no such rule"),
        ("rule", {"rule": ""}, "Choose a rule."),
        ("note-ballot", {"skipped-ballot": "yes"}, "why the step is left out"),
        ("note-ballot", {"note-ballot": "x" * 201}, "longer than 200"),
    ],
)
def test_a_form_that_cannot_be_meant_says_so_beside_the_field_and_keeps_what_was_typed(
    peopled: Organised, signed_in: SignIn, field: str, change: dict[str, str], words: str
) -> None:
    browser = signed_in(Role.ADMINISTRATOR, peopled.province)
    browser.get("/chair/cycles/new")
    fields = {**FORM, "unit": peopled.province, "units": peopled.village, **change}
    answer = browser.send("/chair/cycles/new", fields)
    assert answer.status_code == 400
    beside = re.search(rf'id="{field}-error">(.*?)</ul>', answer.text, re.DOTALL)
    assert beside is not None
    assert words in beside[1]
    assert "Tổ kiểm phiếu" in answer.text
    assert cycles_of(peopled.house) == []


def test_a_cycle_cannot_be_put_where_the_account_manages_nothing(peopled: Organised, signed_in: SignIn) -> None:
    browser = signed_in(Role.ADMINISTRATOR, peopled.north)
    browser.get("/chair/cycles/new")
    above = browser.send("/chair/cycles/new", {**FORM, "unit": peopled.province, "units": peopled.village})
    assert above.status_code == 403
    browser.get("/chair/cycles/new")
    beside = browser.send("/chair/cycles/new", {**FORM, "unit": peopled.north, "units": peopled.harbour})
    assert beside.status_code == 400
    assert cycles_of(peopled.house) == []


@pytest.mark.parametrize(
    ("role", "place", "seen"),
    [
        (Role.ADMINISTRATOR, "province", {"village", "town", "harbour"}),
        (Role.ADMINISTRATOR, "north", {"village", "town"}),
        (Role.REVIEWER, "north", {"village", "town"}),
        (Role.CHAIR, "village", {"village"}),
        (Role.CHAIR, "north", None),
        (Role.CHAIR, "province", None),
        (Role.READER, "province", None),
        (Role.HEAD_TELLER, "village", None),
        (Role.REVIEWER, "village", None),
    ],
)
def test_the_overview_shows_to_each_role_the_units_that_it_reaches(
    peopled: Organised, cycle: Cycle, signed_in: SignIn, role: str, place: str, seen: set[str] | None
) -> None:
    browser = signed_in(role, getattr(peopled, place))
    answer = browser.get(path(cycle))
    if seen is None:
        assert answer.status_code == 403
        assert cycle.id not in browser.get("/chair/cycles").text
        return
    assert answer.status_code == 200
    assert {name for name in ("village", "town", "harbour") if getattr(peopled, name) in answer.text} == seen
    assert cycle.id in browser.get("/chair/cycles").text
    assert ("/edit" in answer.text) is (place == "province")


def test_who_only_reads_results_of_a_unit_is_not_told_how_far_its_vote_has_got(
    peopled: Organised, cycle: Cycle, signed_in: SignIn
) -> None:
    make_drafts(peopled.house, cycle.id, by="x")
    browser = signed_in(Role.CHAIR, peopled.village)
    # The same account also reads the published results of the whole province.
    grant_role(peopled.house, "chair.village", peopled.province, Role.READER, by="")
    page = browser.get(path(cycle))
    assert page.status_code == 200
    assert peopled.village in page.text
    assert peopled.town not in page.text
    assert browser.get(path(cycle, "units", peopled.town)).status_code == 403


def test_only_who_manages_the_unit_of_the_cycle_changes_it(peopled: Organised, cycle: Cycle, signed_in: SignIn) -> None:
    for role, place in ((Role.ADMINISTRATOR, peopled.north), (Role.CHAIR, peopled.village)):
        browser = signed_in(role, place)
        assert browser.get(path(cycle, "edit")).status_code == 403
        browser.get(path(cycle))
        for act in ("edit", "delete", "drafts"):
            assert browser.send(path(cycle, act), {}, on="/chair/password").status_code == 403
    assert cycle_of(peopled.house, cycle.id) == cycle
    assert signed_in(Role.ADMINISTRATOR, peopled.province).get(path(cycle, "edit")).status_code == 200


def test_one_step_makes_the_drafts_and_names_who_has_nobody(
    peopled: Organised, cycle: Cycle, signed_in: SignIn
) -> None:
    browser = signed_in(Role.ADMINISTRATOR, peopled.province)
    assert browser.send(path(cycle, "drafts"), on=path(cycle)).status_code == 303
    page = browser.get(path(cycle)).text
    assert "2 drafts were made." in page
    assert "Nobody is in the register of: Phường Cảng." in page
    assert [unit for unit, _ in cycle_of(peopled.house, cycle.id).sessions] == [peopled.village, peopled.town]
    # An administrator does not run the sessions of others.
    assert "/chair/sessions/" not in page
    own = signed_in(Role.CHAIR, peopled.village).get(path(cycle)).text
    assert f"/chair/sessions/{cycle_of(peopled.house, cycle.id).session_of(peopled.village)}" in own


def test_a_form_that_was_opened_before_another_change_does_not_undo_it(
    peopled: Organised, cycle: Cycle, signed_in: SignIn
) -> None:
    browser = signed_in(Role.ADMINISTRATOR, peopled.province)
    browser.get(path(cycle, "edit"))
    seen = browser.hidden()["seen"]
    fields = {**FORM, "unit": peopled.province, "units": peopled.village, "seen": seen}
    # What a unit enters meanwhile does not stand in its way.
    enter_step(peopled.house, cycle.id, peopled.village, Step("ballot", done="2026-12-05"), by="y")
    assert browser.send(path(cycle, "edit"), {**fields, "name": "First"}).status_code == 303
    assert cycle_of(peopled.house, cycle.id).steps_of(peopled.village)[0].done == "2026-12-05"
    assert browser.send(path(cycle, "edit"), {**fields, "name": "Second"}).status_code == 409
    assert cycle_of(peopled.house, cycle.id).name == "First"


def test_a_cycle_with_sessions_stays_and_one_without_is_removed(
    peopled: Organised, cycle: Cycle, signed_in: SignIn
) -> None:
    browser = signed_in(Role.ADMINISTRATOR, peopled.province)
    make_drafts(peopled.house, cycle.id, by="x")
    assert "/delete" not in browser.get(path(cycle)).text
    browser.send(path(cycle, "delete"), on=path(cycle))
    assert "Sessions belong to this cycle." in browser.get(path(cycle)).text
    other = make_cycle(peopled.house, planned(peopled, name="Empty"), by="x")
    assert browser.send(path(other, "delete"), on=path(other)).location == "/chair/cycles"
    assert [each.id for each in cycles_of(peopled.house)] == [cycle.id]


def test_the_form_keeps_what_the_drafts_were_made_with(peopled: Organised, cycle: Cycle, signed_in: SignIn) -> None:
    browser = signed_in(Role.ADMINISTRATOR, peopled.province)
    make_drafts(peopled.house, cycle.id, by="x")
    page = browser.get(path(cycle, "edit")).text
    assert f'value="{peopled.village}" checked disabled' in page
    fields = {**FORM, **browser.hidden(), "name": "Tên khác", "units": peopled.village, "steps": "ballot"}
    assert browser.send(path(cycle, "edit"), {**fields, "scale": "confidence"}).status_code == 400
    browser.get(path(cycle, "edit"))
    answer = browser.client.post(
        path(cycle, "edit"),
        data={**fields, "csrf_token": browser.token(), "units": [peopled.village, peopled.town]},
    )
    assert answer.status_code == 303
    changed = cycle_of(peopled.house, cycle.id)
    assert (changed.name, changed.units, changed.scale) == ("Tên khác", (peopled.village, peopled.town), cycle.scale)


def test_a_cancelled_session_is_replaced_by_a_button_of_its_unit(
    peopled: Organised, cycle: Cycle, signed_in: SignIn
) -> None:
    make_drafts(peopled.house, cycle.id, by="x")
    gone = cycle_of(peopled.house, cycle.id).session_of(peopled.village)
    cancel_session(peopled.house, gone)
    draft = path(cycle, "units", peopled.village, "draft")
    reviewer = signed_in(Role.REVIEWER, peopled.north)
    assert draft not in reviewer.get(path(cycle)).text
    assert reviewer.send(draft, on="/chair/password").status_code == 403
    chair = signed_in(Role.CHAIR, peopled.village)
    assert draft in chair.get(path(cycle)).text
    assert chair.send(draft).status_code == 303
    now = peopled.house.store.session(cycle_of(peopled.house, cycle.id).session_of(peopled.village))
    assert (now.uuid != gone, now.state, now.unit_id) == (True, State.DRAFT, peopled.village)
    assert draft not in chair.get(path(cycle)).text


def test_only_what_is_late_is_shown_when_that_is_asked_for(peopled: Organised, signed_in: SignIn) -> None:
    # It is 15 January 2027.
    steps = (Step("appraisal", "2027-01-14"), Step("ballot", "2027-01-15"))
    cycle = make_cycle(peopled.house, planned(peopled, ends="2027-01-31", steps=steps), by="x")
    enter_step(peopled.house, cycle.id, peopled.town, Step("appraisal", done="2027-01-10"), by="x")
    browser = signed_in(Role.ADMINISTRATOR, peopled.province)
    everything, late = browser.get(path(cycle)).text, browser.get(path(cycle) + "?show=late").text
    assert peopled.town in everything
    assert peopled.village in everything
    assert peopled.village in late
    assert peopled.town not in late
    enter_step(peopled.house, cycle.id, peopled.village, Step("appraisal", done="2027-01-15"), by="x")
    assert "Nothing is late." in browser.get(path(cycle) + "?show=late").text


def test_a_session_that_cannot_be_read_is_told_and_the_others_are_shown(
    peopled: Organised, cycle: Cycle, signed_in: SignIn, running: RedisStore
) -> None:
    make_drafts(peopled.house, cycle.id, by="x")
    broken = cycle_of(peopled.house, cycle.id).session_of(peopled.village)
    browser = signed_in(Role.ADMINISTRATOR, peopled.province)
    chair = signed_in(Role.CHAIR, peopled.village)
    running.connection.client.hset(keys.session(broken), "document", b"{")
    for each in (browser, chair):
        answer = each.get(path(cycle))
        assert answer.status_code == 200
        assert "Cannot be read" in answer.text
    assert "Draft" in browser.get(path(cycle)).text
    assert browser.get(path(cycle, "units", peopled.village)).status_code == 200
    assert browser.get(path(cycle, "edit")).status_code == 200
    assert browser.send(path(cycle, "drafts"), on=path(cycle)).status_code == 303
    assert cycle_of(peopled.house, cycle.id).session_of(peopled.village) == broken


# ---- the steps of a unit


def test_a_chair_enters_the_steps_of_the_own_unit_and_of_no_other(
    peopled: Organised, cycle: Cycle, signed_in: SignIn
) -> None:
    browser = signed_in(Role.CHAIR, peopled.village)
    own = path(cycle, "units", peopled.village)
    browser.get(own)
    fields = {"kind": "appraisal", "seen": seen_on(browser, "appraisal"), "done-appraisal": "2026-12-09"}
    answer = browser.send(own, fields)
    assert answer.location == f"{own}#appraisal"
    assert "Done on 9 Dec 2026" in browser.get(own).text
    other = path(cycle, "units", peopled.town)
    assert browser.get(other).status_code == 403
    assert browser.send(other, fields, on=own).status_code == 403
    # The form that was opened before does not undo it.
    assert browser.send(own, {**fields, "done-appraisal": "2026-12-10"}, on=own).status_code == 409
    assert cycle_of(peopled.house, cycle.id).steps_of(peopled.town) == cycle.steps


def test_a_reviewer_reads_the_steps_and_enters_none(peopled: Organised, cycle: Cycle, signed_in: SignIn) -> None:
    browser = signed_in(Role.REVIEWER, peopled.north)
    page = browser.get(path(cycle, "units", peopled.village))
    assert page.status_code == 200
    assert 'name="kind"' not in page.text
    fields = {"kind": "appraisal", "done-appraisal": "2026-12-09"}
    answer = browser.send(path(cycle, "units", peopled.village), fields, on="/chair/password")
    assert answer.status_code == 403


def test_a_step_that_is_left_out_needs_a_reason_and_is_seen_with_it(
    peopled: Organised, cycle: Cycle, signed_in: SignIn
) -> None:
    browser = signed_in(Role.CHAIR, peopled.village)
    own = path(cycle, "units", peopled.village)
    browser.get(own)
    fields = {"kind": "collective", "seen": seen_on(browser, "collective"), "skipped-collective": "yes"}
    refused = browser.send(own, fields)
    assert refused.status_code == 400
    assert 'id="note-collective-error"' in refused.text
    assert browser.send(own, {**fields, "note-collective": "Chỉ có <một> người"}).status_code == 303
    page = browser.get(own).text
    assert "Left out" in page
    assert "Chỉ có &lt;một&gt; người" in page


@pytest.mark.parametrize("kind", ["", "dance", "<script>"])
def test_a_step_that_there_is_not_is_refused(peopled: Organised, cycle: Cycle, signed_in: SignIn, kind: str) -> None:
    browser = signed_in(Role.CHAIR, peopled.village)
    own = path(cycle, "units", peopled.village)
    answer = browser.send(own, {"kind": kind}, on=own)
    assert answer.status_code == 400
    assert "<script>" not in answer.text
    assert cycle_of(peopled.house, cycle.id) == cycle


def test_a_unit_that_the_cycle_is_not_about_has_no_page_in_it(
    peopled: Organised, cycle: Cycle, signed_in: SignIn
) -> None:
    browser = signed_in(Role.ADMINISTRATOR, peopled.province)
    assert browser.get(path(cycle, "units", peopled.south)).status_code == 404
    for act in ((), ("draft",)):
        assert browser.send(path(cycle, "units", peopled.south, *act), on=path(cycle)).status_code == 404
    assert browser.get("/chair/cycles/11111111111111").status_code == 404


def test_the_page_says_what_the_system_knows_beside_what_was_entered(
    peopled: Organised, cycle: Cycle, signed_in: SignIn, app: Flask
) -> None:
    cycle = published(peopled, cycle)
    enter_step(peopled.house, cycle.id, peopled.village, Step("ballot", done="2026-12-15"), by="x")
    page = signed_in(Role.REVIEWER, peopled.north).get(path(cycle, "units", peopled.village)).text
    assert "Done on 15 Dec 2026" in page
    assert "Published at" in page
    assert "Concluded on 0 of 2 people" in page
    assert "Made known to 0 of 2 people" in page
    assert (f"/chair/results/{cycle.session_of(peopled.village)}" in page) is (
        "organisation.result" in app.view_functions
    )


def test_a_unit_that_was_moved_away_is_shown_to_its_new_level_and_not_to_the_former(
    peopled: Organised, signed_in: SignIn
) -> None:
    house = peopled.house
    cycle = make_cycle(house, planned(peopled, unit=peopled.north), by="x")
    move_unit(house, peopled.village, peopled.south, by="x")
    page = signed_in(Role.ADMINISTRATOR, peopled.north).get(path(cycle)).text
    assert peopled.town in page
    assert peopled.village not in page


def seen_on(browser: ChairBrowser, kind: str) -> str:
    """Give the mark of a step on the page that was loaded last."""
    assert browser.page is not None
    found = re.search(
        rf'name="kind" value="{kind}">\s*<input type="hidden" name="seen" value="(\w+)"', browser.page.text
    )
    assert found is not None
    return found[1]
