"""The organisation as browser tests see it: the one of `voting demo --organisation`, and where its pages show most."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from playwright.sync_api import Page

from voting.commands.demo_organisation import BOTH, OPEN, SHOWN, SKIPPED, UNREVIEWED, chair_of, organisation
from voting.commands.demo_people import DISTRICTS, UNITS
from voting.domain.accounts import make_account
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.organisation.cycles import Cycle, cycles_of, make_cycle
from voting.domain.organisation.keeping import Keeping, change_keeping, keeping_of
from voting.domain.organisation.notices import enter_petition, make_notice
from voting.domain.organisation.officials import change_official, register_of
from voting.domain.organisation.personal_data import erase
from voting.domain.organisation.procedure import planned_steps
from voting.domain.organisation.roles import Role, grant_role
from voting.domain.organisation.units import rename_unit, tree_of
from voting.domain.rulebook import rule_of
from voting.domain.sessions import Session
from voting.domain.sheets import make_sheet

PASSWORD = "a password for every role"
Place = Mapping[str, str]
"""What the parts of an address stand for: `unit`, `official`, `other`, `cycle`, `session`."""


@dataclass(frozen=True)
class Organised:
    """The organisation, and what its pages are asked for.

    `places`: by what shows there; `links`: (what the page shows, the secret of a personal link).
    """

    places: Mapping[str, Place]
    links: tuple[tuple[str, str], ...]


def furnished_organisation(house: House, account: str) -> Organised:
    """Make the organisation of the demo with what it lacks to fill all pages; the account has every role in it.

    Beside the demo there are a draft, a petition that waits, a cycle whose drafts are not made, people who have left,
    a unit with a past, and what is to be deleted by now.
    """
    tour = organisation(house)
    tree, register = tree_of(house), register_of(house)
    units = {unit.code: unit.id for unit in tree.units.values()}
    top = tree.root.id if tree.root else ""
    for role in (Role.ADMINISTRATOR, Role.REVIEWER):
        grant_role(house, account, top, role, by="")
    for sign, _ in (*DISTRICTS, *UNITS):
        grant_role(house, account, units[sign], Role.CHAIR, by="")
    newer, older = cycles_of(house)
    namesakes = sorted(one.id for one in register.officials.values() if one.name == "Nguyễn Văn Hòa")
    sessions = {sign: newer.session_of(units[sign]) for sign, _ in UNITS}
    shown = {"cycle": newer.id, "official": tour.official, "other": namesakes[0], "unit": units[SHOWN]}
    waiting = older.session_of(units[SHOWN])
    links = [
        ("waits", _notice(house, waiting, 1)),
        ("answered", _notice(house, sessions[SHOWN], _line_of(house, sessions[SHOWN], tour.official))),
        ("fresh", tour.link),
    ]
    enter_petition(house, links[0][1], "Đề nghị xem lại số hồ sơ được tính trong năm.")
    begun = _begun(house, top, (units[SHOWN], units[BOTH], units["TG"]))
    gone, erased = register.of([units["HG3"]])[:2]
    for one in (gone, erased):
        change_official(house, replace(one, left=True), by="")
    erase(house, erased.id, by="")
    change_keeping(house, keeping_of(house), Keeping(1, 1, 1), by="")
    rename_unit(house, units[UNREVIEWED], "Xã Vĩnh Hải Thượng", code=UNREVIEWED, by="")
    places = {
        "shown": shown | {"session": sessions[SHOWN]},
        "top": shown | {"unit": top, "session": sessions[SKIPPED], "official": namesakes[1]},
        "a step left out": shown | {"unit": units[SKIPPED], "session": sessions[SKIPPED]},
        "two records": shown | {"unit": units[BOTH], "session": sessions[BOTH]},
        "open": shown | {"unit": units[OPEN], "session": sessions[OPEN]},
        "not reviewed": shown | {"unit": units[UNREVIEWED], "session": sessions[UNREVIEWED]},
        "who has left": shown | {"session": sessions[SHOWN], "official": gone.id},
        "who is erased": shown | {"session": sessions[SHOWN], "official": erased.id},
        "a petition waits": shown | {"session": waiting, "cycle": older.id},
        "draft": shown | {"unit": units[BOTH], "session": _draft(house, units[BOTH]), "cycle": begun},
    }
    return Organised(places, tuple(links))


def _notice(house: House, uuid: str, line: int) -> str:
    title = house.store.session(uuid).sheet.people[line].title
    return make_notice(house, uuid, title, days=30, by=chair_of(SHOWN))


def _line_of(house: House, uuid: str, official: str) -> int:
    session = house.store.session(uuid)
    return [session.subject(person.title) for person in session.sheet.people].index(official)


def _begun(house: House, top: str, units: tuple[str, ...]) -> str:
    cycle = Cycle(
        id="",
        name="Lấy phiếu tín nhiệm giữa nhiệm kỳ",
        unit=top,
        occasion="mid_term",
        year=2026,
        starts="2026-06-01",
        ends="2026-06-30",
        rule="nq96_2023",
        scale="confidence",
        units=units,
        steps=planned_steps("mid_term"),
    )
    return make_cycle(house, cycle, by="").id


def _draft(house: House, unit: str) -> str:
    people = register_of(house).of([unit])
    sheet = make_sheet([each.line for each in people], "classification")
    subjects = tuple((each.line.title, each.id) for each in people)
    rule = rule_of("absolute_majority")
    draft = Session("", "Xếp loại quý I", sheet, unit_id=unit, subjects=subjects, rule=rule, codes=8)
    return create_session(house, draft).uuid


# ---- pictures


@dataclass(frozen=True)
class Pictured:
    """(name of the screen, its address), and (what a person's page shows, the secret of its link)."""

    screens: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]


def pictured(house: House, account: str) -> Pictured:
    """Furnish the organisation for an account that is made, and list what pictures are taken of."""
    house.store.save_account(make_account(account, PASSWORD), new=True)
    made = furnished_organisation(house, account)
    at = made.places
    screens = (
        ("sessions", "/chair/", "shown"),
        ("units", "/chair/units", "shown"),
        ("unit", "/chair/units/{unit}", "shown"),
        ("unit-top", "/chair/units/{unit}", "top"),
        ("units-import", "/chair/units/{unit}/import", "top"),
        ("register", "/chair/officials", "shown"),
        ("official", "/chair/officials/{official}", "shown"),
        ("official-new", "/chair/units/{unit}/officials/new", "shown"),
        ("official-edit", "/chair/officials/{official}/edit", "shown"),
        ("officials-import", "/chair/units/{unit}/officials/import", "top"),
        ("duplicates", "/chair/officials/duplicates", "shown"),
        ("duplicate", "/chair/officials/{official}/duplicate/{other}", "top"),
        ("sheet", "/chair/units/{unit}/sheet", "shown"),
        ("matching", "/chair/units/{unit}/sessions/{session}/subjects", "draft"),
        ("cycles", "/chair/cycles", "shown"),
        ("cycle", "/chair/cycles/{cycle}", "shown"),
        ("cycle-begun", "/chair/cycles/{cycle}", "draft"),
        ("cycle-new", "/chair/cycles/new", "shown"),
        ("cycle-edit", "/chair/cycles/{cycle}/edit", "shown"),
        ("cycle-unit", "/chair/cycles/{cycle}/units/{unit}", "a step left out"),
        ("cycle-unit-late", "/chair/cycles/{cycle}/units/{unit}", "open"),
        ("caps", "/chair/cycles/{cycle}/caps", "shown"),
        ("figures", "/chair/cycles/{cycle}/figures", "shown"),
        ("results", "/chair/results", "shown"),
        ("result", "/chair/results/{session}", "shown"),
        ("reviews", "/chair/results/{session}/reviews", "shown"),
        ("reviews-to-do", "/chair/results/{session}/reviews", "not reviewed"),
        ("notices", "/chair/results/{session}/notices", "shown"),
        ("notices-petition", "/chair/results/{session}/notices", "a petition waits"),
        ("years", "/chair/officials/{official}/years", "shown"),
        ("two-records-draft", "/chair/units/{unit}/sessions/{session}/records", "draft"),
        ("two-records", "/chair/units/{unit}/sessions/{session}/records", "two records"),
        ("two-records-print", "/chair/units/{unit}/sessions/{session}/records/print", "two records"),
        ("session-published", "/chair/sessions/{session}", "two records"),
        ("session-draft", "/chair/sessions/{session}", "draft"),
        ("journal", "/chair/journal", "shown"),
        ("settings", "/chair/settings", "shown"),
        ("settings-due", "/chair/settings/due", "shown"),
        ("person", "/chair/officials/{official}/data", "shown"),
        ("person-erase", "/chair/officials/{official}/erase", "who has left"),
    )
    return Pictured(tuple((screen, path.format(**at[place])) for screen, path, place in screens), made.links)


def signed_in_to_everything(page: Page, account: str) -> None:
    """Sign the account of `pictured` in."""
    page.goto("/chair/sign-in")
    page.locator("main [name=name]").fill(account)
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url("**/chair/")
