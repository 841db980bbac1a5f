"""The journal: who did what, where, in which minute; nothing that was typed, and nothing that happens at the door."""

import ast
import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.organisation.conftest import NOON
from tests.organisation.organised import PASSWORD, Organised
from tests.web.chair_browser import ChairBrowser, codes_on
from tests.web.draft_form import CONFIDENCE, NEW, saved
from tests.web.routes import every_request
from voting.domain.accounts import make_account
from voting.domain.house import House
from voting.domain.organisation.officials import Official
from voting.domain.organisation.register import Entry, journal_of, note_act
from voting.domain.organisation.roles import Role, grant_role
from voting.domain.organisation.units import rename_unit
from voting.domain.sessions import Session, State
from voting.storage import keys
from voting.web.chair.noted import OF_NO_SESSION
from voting.web.chair.steps import STEPS
from voting.web.organisation.act_words import ACT_WORDS
from voting.web.organisation.journal import PER_PAGE

SignIn = Callable[[str, str], ChairBrowser]
JOURNAL = "/chair/journal"
VOTING = Path(__file__).parents[2] / "voting"


def of_sessions(house: House) -> list[str]:
    return [entry.act for entry in journal_of(house) if entry.act.startswith("session.")]


def new_session(chair: ChairBrowser, house: House, **fields: str) -> Session:
    return saved(house, chair.send(NEW, CONFIDENCE | fields, on=NEW).location)


def made_ready(chair: ChairBrowser, session: Session) -> list[str]:
    """Make the slips and go on; gives the codes."""
    page = f"/chair/sessions/{session.uuid}"
    chair.get(page)
    codes = codes_on(chair.send(f"{page}/slips", chair.hidden()).text)
    chair.get(f"{page}/ready")
    assert chair.send(f"{page}/ready", chair.hidden()).status_code == 303
    return codes


def rows_of(page: str) -> list[str]:
    """Give the entries of the journal as plain texts."""
    body = page.partition('<ul class="plain stack"')[2].partition("</ul>")[0].partition(">")[2]
    return [" ".join(html.unescape(re.sub("<[^>]+>", " ", row)).split()) for row in body.split("</li>") if row.strip()]


# ---- what is noted


def test_the_steps_of_a_session_are_noted_with_account_unit_and_minute(signed_in: SignIn, province: Organised) -> None:
    chair = signed_in(Role.CHAIR, province.village)
    session = new_session(chair, province.house)
    page = f"/chair/sessions/{session.uuid}"
    made_ready(chair, session)
    for step in ("open", "close", "count", "publish"):
        assert chair.send(f"{page}/{step}", on=f"{page}/{step}").status_code == 303
    steps = ["create", "make", "ready", "open", "close", "count", "publish"]
    assert of_sessions(province.house) == [f"session.{step}" for step in steps]
    entry = journal_of(province.house)[-1]
    assert entry == Entry(NOON // 60 * 60, "chair.village", "session.publish", province.village, session.uuid)


def test_nothing_of_a_form_is_in_the_journal(signed_in: SignIn, province: Organised) -> None:
    chair = signed_in(Role.CHAIR, province.village)
    session = new_session(chair, province.house, title="Tên rất riêng", people="Người Được Đánh Giá; Chức vụ lạ")
    edit = f"/chair/sessions/{session.uuid}/edit"
    chair.send(edit, CONFIDENCE | {"title": "Tên khác", "version": "0"}, on=edit)
    codes = made_ready(chair, session)
    journal = "".join(province.house.store.journal())
    assert of_sessions(province.house) == ["session.create", "session.change", "session.make", "session.ready"]
    assert not [typed for typed in ("Tên", "Người", "Chức vụ", *codes) if typed in journal]


def test_what_happens_at_the_door_while_codes_are_out_is_not_noted(signed_in: SignIn, province: Organised) -> None:
    house, chair = province.house, signed_in(Role.CHAIR, province.village)
    session = new_session(chair, house, codes="12", spares="4", pooled="6")
    page = f"/chair/sessions/{session.uuid}"
    codes = made_ready(chair, session)

    def at_the_door(first: str, second: str) -> None:
        assert chair.send(f"{page}/void", {"code": first, "found": "no"}, on=f"{page}/void").status_code == 303
        spoiled = {"reason": "damaged", "source": "pool", "code": second, "seen": "0"}
        assert chair.send(f"{page}/handing/exchange", spoiled, on=f"{page}/handing/exchange").status_code == 200
        assert chair.send(f"{page}/roster", {"people": f"Người {first}"}, on=f"{page}/roster").status_code == 303
        chair.get(f"{page}/roster")
        links = chair.hidden() | {"who": "missing"}
        assert chair.send(f"{page}/roster/links", links).status_code == 200
        assert chair.send(f"{page}/roster/remove", {"attendee": "1"}, on=f"{page}/roster").status_code == 303
        chair.get(f"{page}/handing")
        assert chair.send(f"{page}/handing/desk", chair.hidden()).status_code == 200
        chair.get(f"{page}/handing")
        assert chair.send(f"{page}/handing/left", chair.hidden() | {"left_over": "1"}).status_code == 303
        chair.get(f"{page}/attendance")
        assert chair.send(f"{page}/attendance", chair.hidden() | {"present": "9"}).status_code == 303

    before = len(journal_of(house))
    at_the_door(codes[0], codes[1])
    assert len(journal_of(house)) == before
    assert chair.send(f"{page}/open", on=f"{page}/open").status_code == 303
    at_the_door(codes[2], codes[3])
    assert chair.send(f"{page}/deadline", {"end": "5"}, on=f"{page}/deadline").status_code == 303
    assert chair.send(f"{page}/close", on=f"{page}/close").status_code == 303
    chair.get(f"{page}/handing")
    assert chair.send(f"{page}/handing/left", chair.hidden() | {"left_over": "2"}).status_code == 303
    noted = [entry.act for entry in journal_of(house)[before:]]
    assert noted == ["session.open", "session.announce", "session.close", "session.enter_left"]


def test_an_act_that_did_not_happen_is_not_noted(signed_in: SignIn, province: Organised) -> None:
    house, chair = province.house, signed_in(Role.CHAIR, province.village)
    assert chair.send(NEW, CONFIDENCE | {"wish": "preview"}, on=NEW).status_code == 200
    assert chair.send(NEW, CONFIDENCE | {"title": ""}, on=NEW).status_code == 400
    session = new_session(chair, house)
    page = f"/chair/sessions/{session.uuid}"
    for fields in ({"wish": "preview"}, {"wish": "back"}):
        assert chair.send(f"{page}/edit", CONFIDENCE | fields, on=f"{page}/edit").status_code == 200
    assert chair.send(f"{page}/edit", CONFIDENCE | {"version": "7"}, on=f"{page}/edit").status_code == 409
    assert chair.send(f"{page}/close", on=page).status_code == 409
    assert chair.send(f"{page}/delete", on=f"{page}/delete").status_code == 400
    signed_in(Role.CHAIR, province.town).send(f"{page}/copy", on="/chair/")
    ChairBrowser(chair.client.application).send(f"{page}/copy", on="/chair/sign-in")
    assert of_sessions(house) == ["session.create"]
    chair.send(f"{page}/cancel", on=f"{page}/cancel")
    # A second tap.
    assert chair.send(f"{page}/cancel", on="/chair/").status_code == 303
    assert of_sessions(house) == ["session.create", "session.cancel"]


def test_what_is_done_in_the_archive_is_told_apart(signed_in: SignIn, province: Organised) -> None:
    house, chair = province.house, signed_in(Role.CHAIR, province.village)
    session = new_session(chair, house)
    page = f"/chair/sessions/{session.uuid}"
    chair.send(f"{page}/cancel", on=f"{page}/cancel")
    for wish in ("archive", "take-out", "reduce"):
        chair.send(f"{page}/archive", {"wish": wish, "sure": "yes"}, on=f"{page}/archive")
    chair.send(f"{page}/delete", {"sure": "yes"}, on=f"{page}/delete")
    entries = journal_of(house)[-4:]
    assert [entry.act for entry in entries] == [f"session.{act}" for act in ("archive", "take_out", "reduce", "delete")]
    # Of what is gone, the unit and the identifier remain.
    assert {(entry.unit, entry.about) for entry in entries} == {(province.village, session.uuid)}


@pytest.mark.parametrize("in_a_unit", [True, False])
def test_an_act_stays_done_when_the_journal_cannot_be_written(
    signed_in: SignIn, province: Organised, capsys: pytest.CaptureFixture[str], in_a_unit: bool
) -> None:
    browser = signed_in(Role.CHAIR if in_a_unit else Role.READER, province.village)
    province.house.store.connection.client.delete(keys.JOURNAL)
    province.house.store.connection.client.set(keys.JOURNAL, "not a list")
    session = new_session(browser, province.house, title="Tên rất riêng")
    assert session.state == State.DRAFT
    log = capsys.readouterr().err
    assert "journal-failed" in log
    assert session.uuid not in log
    assert "Tên" not in log


def test_an_account_without_roles_is_noted_without_a_unit(app: Flask, house: House) -> None:
    house.store.save_account(make_account("mai", PASSWORD), new=True)
    mai = ChairBrowser(app)
    mai.sign_in("mai", PASSWORD)
    session = new_session(mai, house)
    assert journal_of(house) == [Entry(NOON // 60 * 60, "mai", "session.create", "", session.uuid)]
    assert mai.get(JOURNAL).status_code == 403


def test_sign_ins_and_passwords_are_not_noted(signed_in: SignIn, province: Organised) -> None:
    before = journal_of(province.house)
    browser = signed_in(Role.ADMINISTRATOR, province.province)
    browser.send("/chair/sign-out", on="/chair/")
    assert browser.sign_in("administrator.province", "a wrong password").status_code != 303
    assert journal_of(province.house) == before


# ---- the page


def test_everybody_reads_of_the_units_that_the_own_role_reaches(signed_in: SignIn, province: Organised) -> None:
    house = province.house
    for place in ("village", "harbour", "province"):
        unit = getattr(province, place)
        rename_unit(house, unit, f"Đơn vị {place}", by=f"by-{place}")
    note_act(house, "by-nobody", "session.create", about="11111111111111")

    def read_by(place: str) -> set[str]:
        browser = signed_in(Role.ADMINISTRATOR, getattr(province, place))
        found = browser.get(JOURNAL).text + browser.get(f"{JOURNAL}?unit={province.harbour}").text
        found += browser.get(f"{JOURNAL}?unit=none").text
        return {by for by in ("by-village", "by-harbour", "by-province", "by-nobody") if by in found}

    assert read_by("province") == {"by-village", "by-harbour", "by-province", "by-nobody"}
    assert read_by("north") == {"by-village"}
    assert read_by("village") == {"by-village"}
    for role in (Role.CHAIR, Role.HEAD_TELLER, Role.REVIEWER, Role.READER):
        assert signed_in(role, province.village).get(JOURNAL).status_code == 403


def test_the_newest_act_stands_first_in_words_with_what_it_was_done_to(signed_in: SignIn, province: Organised) -> None:
    chair, top = signed_in(Role.CHAIR, province.village), signed_in(Role.ADMINISTRATOR, province.province)
    new_session(chair, province.house, title="Lấy phiếu ở xã")
    official = province.register(province.village, Official("", "Nguyễn Văn An", ""))[0]
    note_act(province.house, "x", "official.change", unit=province.village, about=official.id)
    rows = rows_of(top.get(JOURNAL).text)
    assert rows[0].startswith("Changed the entries of a person Nguyễn Văn An ")
    assert rows[0].endswith(" · x · Xã Bình An")
    made = next(row for row in rows if row.startswith("Made a session Lấy phiếu ở xã "))
    assert made.endswith(" · chair.village · Xã Bình An")
    top.language = "vi"
    assert rows_of(top.get(JOURNAL).text)[0].startswith("Sửa thông tin cán bộ Nguyễn Văn An ")


def test_the_title_of_a_session_outside_of_the_organisation_is_nobody_elses(
    app: Flask, signed_in: SignIn, province: Organised
) -> None:
    province.house.store.save_account(make_account("mai", PASSWORD), new=True)
    mai = ChairBrowser(app)
    mai.sign_in("mai", PASSWORD)
    new_session(mai, province.house, title="Việc riêng của Mai")
    page = html.unescape(signed_in(Role.ADMINISTRATOR, province.province).get(f"{JOURNAL}?unit=none").text)
    assert "Việc riêng" not in page
    assert re.match(r"Made a session \d+ Jan 2027", rows_of(page)[0])
    assert rows_of(page)[0].endswith(" · mai")


def test_filters_and_pages_find_an_entry_among_many(signed_in: SignIn, province: Organised) -> None:
    house, top = province.house, signed_in(Role.ADMINISTRATOR, province.province)
    for number in range(2 * PER_PAGE):
        note_act(house, f"a{number}", "cycle.step", unit=province.village)
    note_act(house, "seldom", "cycle.step", unit=province.harbour)
    for number in range(PER_PAGE):
        note_act(house, f"b{number}", "cycle.step", unit=province.village)

    def accounts(query: str) -> list[str]:
        return [
            found[1]
            for row in rows_of(top.get(f"{JOURNAL}?{query}").text)
            if (found := re.search(r" · ([ab]\d+|seldom) · ", row))
        ]

    assert accounts("") == [f"b{number}" for number in reversed(range(PER_PAGE))]
    assert accounts("page=2")[:2] == ["seldom", f"a{2 * PER_PAGE - 1}"]
    assert accounts(f"unit={province.south}") == ["seldom"]
    assert accounts("account=seldom") == ["seldom"]
    assert accounts(f"account=seldom&unit={province.north}") == []
    assert accounts(f"unit={province.north}&page=3") == [f"a{number}" for number in reversed(range(PER_PAGE))]
    for query in ("page=0", "page=-4", "page=x", "unit=nonsense", "unit=" + "9" * 3000):
        assert accounts(query) == accounts("")
    assert accounts("page=99999999") == []


def test_a_page_far_beyond_the_end_is_empty(signed_in: SignIn, province: Organised) -> None:
    page = signed_in(Role.ADMINISTRATOR, province.province).get(f"{JOURNAL}?page={10**30}")
    assert page.status_code == 200
    assert rows_of(page.text) == []


def test_an_act_that_this_version_does_not_know_is_shown_as_it_stands(signed_in: SignIn, province: Organised) -> None:
    note_act(province.house, "x", "<b>later.act</b>", unit=province.village, about="<i>")
    page = signed_in(Role.ADMINISTRATOR, province.village).get(JOURNAL).text
    assert "&lt;b&gt;later.act&lt;/b&gt;" in page
    assert "<b>later" not in page


def test_a_chair_of_a_renamed_unit_is_found_under_the_name_of_now(signed_in: SignIn, province: Organised) -> None:
    grant_role(province.house, "administrator.province", province.village, Role.CHAIR, by="")
    new_session(signed_in(Role.ADMINISTRATOR, province.province), province.house)
    rename_unit(province.house, province.village, "Xã Bình Minh", by="x")
    page = signed_in(Role.ADMINISTRATOR, province.province).get(JOURNAL).text
    assert rows_of(page)[1].endswith("Xã Bình Minh")


# ---- the table of words


def named_acts() -> Iterator[str]:
    """Yield every act that the code names, as `unit.add`."""
    for path in [*(VOTING / "domain/organisation").glob("*.py"), *(VOTING / "web").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if re.fullmatch(
                    r"(unit|account|role|official|cycle|review|notice|settings|journal)\.[a-z_]+", node.value
                ):
                    yield node.value


def test_every_act_has_words(app: Flask) -> None:
    templates = {"notice.page", "notice.print"} | {rule.endpoint for rule in app.url_map.iter_rules()}
    assert sorted(set(named_acts()) - templates - ACT_WORDS.keys()) == []
    endpoints = {
        rule.endpoint.removeprefix("chair.")
        for method, rule in every_request(app)
        if method == "POST" and rule.endpoint.startswith("chair.") and "/sessions/" in rule.rule
    }
    # They are never noted: they happen while codes are out, and only then.
    at_the_door = {"void", "take_exchange"}
    acts = (endpoints - {"take"} - at_the_door - OF_NO_SESSION) | STEPS.keys() | {"use_model", "take_out", "reduce"}
    assert sorted(acts - {name.removeprefix("session.") for name in ACT_WORDS}) == []
    assert not {f"session.{name}" for name in at_the_door} & ACT_WORDS.keys()
