"""Sessions within a unit: its chair runs them, its head teller writes down what was counted, and nobody else does."""

import html
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from tests.organisation.organised import Organised
from tests.web.chair_browser import ChairBrowser
from tests.web.draft_form import CONFIDENCE, NEW, saved
from tests.web.routes import every_request, path_of
from voting.domain.casting import open_session
from voting.domain.counting import close_session
from voting.domain.drafting import create_session
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.left_over import left_over_of
from voting.domain.minutes import minutes_of
from voting.domain.organisation.officials import Official
from voting.domain.organisation.roles import Role, grant_role, grants_of, revoke_role
from voting.domain.organisation.two_records import serve_both
from voting.domain.sessions import Session, State
from voting.domain.sheets import Person, make_sheet

SignIn = Callable[[str, str], ChairBrowser]

HEAD_TELLER_MAY = frozenset(
    {
        *("chair.page", "chair.team", "chair.team_progress", "chair.handing", "chair.leave_left", "chair.enter_left"),
        *("chair.ask_paper", "chair.enter_paper", "chair.drop_paper"),
        *("chair.ask_minutes", "chair.keep_minutes", "chair.print_minutes", "chair.minutes_docx"),
        *("chair.person", "chair.person_docx", "chair.results_xlsx", "chair.results_csv", "chair.results_json"),
        "chair.papers_zip",
    }
)
"""Of the routes of a session, those on which the counting team writes down or takes along what it has counted."""


def session_in(province: Organised, unit: str, state: State = State.DRAFT) -> Session:
    people = [Official("An", "Nguyễn Văn An", unit), Official("Binh", "Trần Thị Bình", unit)]
    uuid = province.draft(unit, people, title="Lấy phiếu ở xã", codes=6).uuid
    if state != State.DRAFT:
        make_codes(province.house, uuid)
        confirm_codes(province.house, uuid)
    if state in (State.OPEN, State.CLOSED):
        open_session(province.house, uuid)
    if state == State.CLOSED:
        close_session(province.house, uuid)
    return province.house.store.session(uuid)


def of_a_session(app: Flask) -> list[tuple[str, str, str]]:
    """List (method, endpoint, path with the place of the session) of every route of the chair about a session."""
    return [
        (method, rule.endpoint, path_of(rule, "SESSIONSESSION"))
        for method, rule in every_request(app)
        if rule.rule.startswith("/chair/sessions/<session:uuid>")
    ]


# ---- making one


def test_a_chair_makes_sessions_in_the_own_unit(signed_in: SignIn, province: Organised) -> None:
    chair = signed_in(Role.CHAIR, province.village)
    form = chair.get(NEW).text
    assert re.findall(r'<option value="([^"]*)"[^>]*>Xã Bình An</option>', form) == [province.village]
    assert "None: a session of my own" not in form
    session = saved(province.house, chair.send(NEW, CONFIDENCE).location)
    assert (session.unit_id, session.unit, session.chair) == (province.village, "Xã Bình An", "")
    # By way of the preview, as with a file.
    fields = CONFIDENCE | {"unit_id": province.village, "wish": "preview", "unit": "Something else"}
    assert chair.send(NEW, fields, on=NEW).status_code == 200
    session = saved(province.house, chair.send(NEW, chair.kept_entries() | {"wish": "save"}).location)
    assert (session.unit_id, session.unit) == (province.village, "Xã Bình An")


def test_a_chair_of_two_units_chooses_one_and_can_change_it_while_it_is_a_draft(
    signed_in: SignIn, province: Organised
) -> None:
    chair = signed_in(Role.CHAIR, province.village)
    grant_role(province.house, "chair.village", province.town, Role.CHAIR, by="")
    session = saved(province.house, chair.send(NEW, CONFIDENCE | {"unit_id": province.village}, on=NEW).location)
    assert session.unit_id == province.village
    edit = f"/chair/sessions/{session.uuid}/edit"
    assert f'<option value="{province.village}" selected>' in chair.get(edit).text
    assert chair.send(edit, CONFIDENCE | {"unit_id": province.town, "version": "0"}).status_code == 303
    session = province.house.store.session(session.uuid)
    assert (session.unit_id, session.unit) == (province.town, "Thị trấn Bắc Sơn")


def test_a_draft_that_comes_into_another_unit_serves_one_record_again(signed_in: SignIn, province: Organised) -> None:
    chair = signed_in(Role.CHAIR, province.village)
    grant_role(province.house, "chair.village", province.town, Role.CHAIR, by="")
    (an,) = province.register(province.village, Official("", "An", "", member=True))
    draft = serve_both(province.house, province.draft(province.village, [an]), "Khoản 3 Điều 5", by="x")
    edit = f"/chair/sessions/{draft.uuid}/edit"
    fields = CONFIDENCE | {"scale": "classification", "rule": "absolute_majority", "people": "An"}
    for version, unit, is_kept in ((1, province.village, True), (2, province.town, False)):
        entries = fields | {"unit_id": unit, "version": str(version)}
        assert chair.send(edit, entries, on=edit).status_code == 303
        session = province.house.store.session(draft.uuid)
        assert (session.unit_id, session.records is not None) == (unit, is_kept)


def test_no_session_is_made_in_or_moved_to_a_unit_that_the_role_does_not_reach(
    signed_in: SignIn, province: Organised
) -> None:
    chair = signed_in(Role.CHAIR, province.village)
    own = saved(province.house, chair.send(NEW, CONFIDENCE, on=NEW).location)
    before = province.house.store.sessions()
    for unit in (province.town, province.north, province.harbour, "11111111111111"):
        answer = chair.send(NEW, CONFIDENCE | {"unit_id": unit}, on=NEW)
        assert answer.status_code == 403
        assert "your role does not reach" in html.unescape(answer.text)
        edit = f"/chair/sessions/{own.uuid}/edit"
        assert chair.send(edit, CONFIDENCE | {"unit_id": unit}, on=edit).status_code == 403
    assert province.house.store.sessions() == before


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.READER, Role.HEAD_TELLER])
def test_an_account_that_runs_no_sessions_of_a_unit_makes_its_own(
    signed_in: SignIn, province: Organised, role: Role
) -> None:
    browser = signed_in(role, province.village)
    assert 'name="unit_id"' not in browser.get(NEW).text
    session = saved(province.house, browser.send(NEW, CONFIDENCE | {"unit": "Chi bộ 1"}).location)
    assert (session.unit_id, session.unit) == ("", "Chi bộ 1")
    assert session.chair == province.account(role, province.village)
    assert browser.send(NEW, CONFIDENCE | {"unit_id": province.village}, on=NEW).status_code == 403


def test_a_draft_from_before_the_role_stays_the_chairs_own_until_a_unit_is_chosen(
    signed_in: SignIn, province: Organised
) -> None:
    browser = signed_in(Role.READER, province.village)
    account = province.account(Role.READER, province.village)
    session = saved(province.house, browser.send(NEW, CONFIDENCE, on=NEW).location)
    grant_role(province.house, account, province.village, Role.CHAIR, by="")
    edit = f"/chair/sessions/{session.uuid}/edit"
    assert "None: a session of my own" in browser.get(edit).text
    assert browser.send(edit, CONFIDENCE | {"unit_id": ""}).status_code == 303
    assert province.house.store.session(session.uuid).chair == account
    browser.send(edit, CONFIDENCE | {"unit_id": province.village, "version": "1"}, on=edit)
    after = province.house.store.session(session.uuid)
    assert (after.unit_id, after.chair) == (province.village, "")


def test_a_draft_of_a_cycle_stays_in_the_unit_by_which_the_cycle_knows_it(
    signed_in: SignIn, province: Organised
) -> None:
    chair = signed_in(Role.CHAIR, province.village)
    grant_role(province.house, "chair.village", province.town, Role.CHAIR, by="")
    draft = session_in(province, province.village)
    cycle = create_session(province.house, replace(draft, uuid="", cycle="CYCLECYCLECYCL"))
    edit = f"/chair/sessions/{cycle.uuid}/edit"
    assert province.town not in chair.get(edit).text
    assert chair.send(edit, CONFIDENCE | {"unit_id": province.town, "version": "0"}).status_code == 303
    assert province.house.store.session(cycle.uuid).unit_id == province.village


def test_copies_and_drafts_from_templates_come_into_the_unit(signed_in: SignIn, province: Organised) -> None:
    chair = signed_in(Role.CHAIR, province.village)
    session = session_in(province, province.village)
    page = f"/chair/sessions/{session.uuid}"
    copied = chair.send(f"{page}/copy", on=page).location.split("/")[-2]
    assert province.house.store.session(copied).unit_id == province.village
    chair.send(f"{page}/template", {"name": "Mẫu"}, on=f"{page}/template")
    model = re.search(r"/chair/templates/(\w+)/use", chair.get("/chair/templates").text)
    assert model
    made = chair.send(model[0]).location.split("/")[-2]
    draft = province.house.store.session(made)
    assert (draft.unit_id, draft.unit, draft.chair) == (province.village, "Xã Bình An", "")


def test_the_sessions_of_the_unit_can_be_put_on_an_agenda_and_leave_with_the_role(
    signed_in: SignIn, province: Organised
) -> None:
    chair = signed_in(Role.CHAIR, province.village)
    session, other = session_in(province, province.village), session_in(province, province.town)
    agenda = chair.send("/chair/agendas", {"name": "Họp xã"}, on="/chair/agendas").location
    page = chair.get(agenda).text
    assert session.uuid in page
    assert other.uuid not in page
    assert chair.send(agenda, {"wish": "add", "session": session.uuid}).status_code == 303
    assert chair.send(agenda, {"wish": "add", "session": other.uuid}, on=agenda).status_code == 403
    revoke_role(province.house, next(one for one in grants_of(province.house) if one.account == "chair.village"), by="")
    # Still a draft: nobody but the unit may know of it.
    assert session.uuid not in chair.get(agenda).text


# ---- who reaches it


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.CHAIR, "town"),
        (Role.CHAIR, "north"),
        (Role.HEAD_TELLER, "town"),
        (Role.ADMINISTRATOR, "village"),
        (Role.REVIEWER, "north"),
        (Role.READER, "village"),
    ],
)
def test_a_chair_of_another_unit_and_every_other_role_is_refused_clearly(
    app: Flask, signed_in: SignIn, province: Organised, role: Role, place: str
) -> None:
    session = session_in(province, province.village, State.CLOSED)
    browser = signed_in(role, getattr(province, place))
    for method, endpoint, path in of_a_session(app):
        path = path.replace("SESSIONSESSION", session.uuid)
        answer = browser.get(path) if method == "GET" else browser.send(path, on="/chair/")
        assert answer.status_code == 403, (method, endpoint)
        assert session.title not in html.unescape(answer.text)
    assert session.title not in html.unescape(browser.get("/chair/?state=closed").text)
    assert province.house.store.session(session.uuid) == session


@pytest.mark.parametrize("state", [State.DRAFT, State.READY, State.OPEN, State.CLOSED])
def test_a_head_teller_reaches_what_the_counting_team_writes_down_and_nothing_else(
    app: Flask, signed_in: SignIn, province: Organised, state: State
) -> None:
    session = session_in(province, province.village, state)
    teller = signed_in(Role.HEAD_TELLER, province.village)
    seen = set()
    for method, endpoint, path in of_a_session(app):
        path = path.replace("SESSIONSESSION", session.uuid)
        answer = teller.get(path) if method == "GET" else teller.send(path, {"version": "0"}, on="/chair/")
        assert (answer.status_code != 403) == (endpoint in HEAD_TELLER_MAY), (method, endpoint, answer.status_code)
        seen.add(endpoint)
    assert seen >= HEAD_TELLER_MAY
    assert province.house.store.session(session.uuid) == session


@pytest.mark.parametrize("state", [State.DRAFT, State.READY, State.OPEN, State.CLOSED])
def test_the_pages_of_a_head_teller_lead_nowhere_that_is_refused(
    signed_in: SignIn, province: Organised, state: State
) -> None:
    session = session_in(province, province.village, state)
    teller = signed_in(Role.HEAD_TELLER, province.village)
    page = f"/chair/sessions/{session.uuid}"
    assert "For the counting team" in teller.get(page).text
    for shown in (page, f"{page}/handing", f"{page}/minutes"):
        text = teller.get(shown).text
        forms = [path for path in re.findall(r'action="([^"]*)"', text) if "/sessions/" in path]
        assert {path.removeprefix(page) for path in forms} <= {"/handing/left", "/minutes"}
        for path in {path for path in re.findall(r'href="([^"#]*)', text) if "/chair/sessions/" in path}:
            assert teller.get(html.unescape(path)).status_code in (200, 303), path


def test_a_head_teller_enters_the_slips_left_over_the_paper_ballots_and_the_minutes(
    signed_in: SignIn, province: Organised
) -> None:
    session = session_in(province, province.village, State.CLOSED)
    teller = signed_in(Role.HEAD_TELLER, province.village)
    page = f"/chair/sessions/{session.uuid}"
    assert teller.send(f"{page}/handing/left", {"left_over": "2", "version": "0"}, on=page).status_code == 303
    tally = {"issued": "2", "collected": "2", "signers": "Lê Văn Cường\nPhạm Thị Dung", "version": "0"}
    tally |= {"line_1_1": "2", "line_2_1": "1", "line_2_2": "1"}
    assert teller.send(f"{page}/paper", tally, on=f"{page}/paper").status_code == 303
    assert "Issued 2, collected 2" in teller.get(page).text
    teller.get(f"{page}/minutes")
    answer = teller.send(f"{page}/minutes", teller.hidden() | {"header": "national", "conclusion": "Đúng quy định."})
    assert answer.status_code == 303
    left_over, _ = left_over_of(province.house, province.house.store.session(session.uuid))
    assert left_over.slips == 2
    assert minutes_of(province.house, session.uuid)[0].conclusion == "Đúng quy định."


def test_the_list_has_the_sessions_of_the_unit_for_its_chair_and_its_head_teller(
    signed_in: SignIn, province: Organised
) -> None:
    session = session_in(province, province.village)
    for role in (Role.CHAIR, Role.HEAD_TELLER):
        page = html.unescape(signed_in(role, province.village).get("/chair/").text)
        assert session.title in page
        # By the name that the unit has now: none was typed.
        assert "Xã Bình An" in page
    assert session.title not in html.unescape(signed_in(Role.CHAIR, province.town).get("/chair/").text)


def test_what_a_unit_has_published_is_not_deleted_by_its_chair(signed_in: SignIn, province: Organised) -> None:
    people = province.register(province.village, Official("", "Nguyễn Văn An", ""))
    session = province.published(province.village, people, [(1,), (1,), (2,)])
    chair = signed_in(Role.CHAIR, province.village)
    page = f"/chair/sessions/{session.uuid}"
    archive = html.unescape(chair.get(f"{page}/archive").text)
    assert f"{page}/delete" not in archive
    assert "the settings of the organisation say" in archive
    assert chair.get(f"{page}/delete").status_code == 303
    assert chair.send(f"{page}/delete", {"sure": "yes"}, on=f"{page}/archive").status_code == 403
    assert province.house.store.session(session.uuid).state == State.PUBLISHED
    draft = session_in(province, province.village)
    assert chair.send(f"/chair/sessions/{draft.uuid}/delete", {"sure": "yes"}, on="/chair/").status_code == 303


def test_before_the_names_become_public_the_page_says_that_it_is_for_good(
    signed_in: SignIn, province: Organised
) -> None:
    chair = signed_in(Role.CHAIR, province.village)
    session = create_session(
        province.house, Session("", "Lấy phiếu", make_sheet([Person("Nguyễn Văn An")]), unit_id=province.village)
    )
    page = f"/chair/sessions/{session.uuid}"
    chair.get(page)
    assert chair.send(f"{page}/slips", chair.hidden()).status_code == 200
    assert "becomes public for good" in html.unescape(chair.get(f"{page}/ready").text)
