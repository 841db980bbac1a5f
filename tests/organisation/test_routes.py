"""The walk: every route of the organisation, and every one of a session in a unit, asked as each role from each place.

What is allowed is written down here once more. It is not read from `roles.ALLOWED`: a change of that table which nobody
meant fails here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from redis import Redis
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from config import Settings
from tests.organisation.conftest import NOON
from tests.organisation.organised import PASSWORD, PLACES, Organised, organised
from tests.web.chair_browser import ChairBrowser
from tests.web.routes import every_request
from voting.app import create_app
from voting.domain.accounts import make_account
from voting.domain.house import House
from voting.domain.organisation.cycles import Cycle
from voting.domain.organisation.cycles import change_to as change_cycle
from voting.domain.organisation.officials import Official
from voting.domain.organisation.register import commit
from voting.protocol.codes import draw_uuid
from voting.storage.sealing import SealingKeys
from voting.storage.store import RedisStore
from voting.web.organisation.access import COMPETENCE, Competence

ACTS: Final = ("manage", "run", "count", "list", "read", "trace", "review")
SPECIFICATION: Final = {
    #                 manage  run  count  list  read  trace  review
    "administrator": ("OB", "--", "--", "OB", "OB", "OB", "--"),
    "chair":         ("--", "O-", "O-", "O-", "OB", "O-", "--"),
    "head_teller":   ("--", "--", "O-", "--", "OB", "--", "--"),
    "reviewer":      ("--", "--", "--", "--", "OB", "OB", "TB"),
    "reader":        ("--", "--", "--", "--", "OB", "--", "--"),
}  # fmt: skip
"""O: in the own unit, B: in those below it, T: in the own one if it is the unit at the top. Never beside or above."""

ABOVE: Final[dict[str, tuple[str, ...]]] = {
    "province": (),
    "north": ("province",),
    "south": ("province",),
    "village": ("north", "province"),
    "town": ("north", "province"),
    "harbour": ("south", "province"),
}
"""The tree of the tests, written out."""

STANDPOINTS: Final = ("province", "north", "village")
"""Where each role is held: at the top, in the middle, at a leaf."""

PAIRS: Final = (
    *(("north", "north"), ("north", "village"), ("north", "province"), ("north", "south")),
    *(("province", "province"), ("village", "town")),
)
"""(where a role is held, what is asked for): own, below, above, beside; the own unit at the top; a sibling."""

HEAD_TELLER: Final = frozenset(
    {
        "chair.page",
        *("chair.team", "chair.team_progress"),
        *("chair.handing", "chair.leave_left", "chair.enter_left"),
        *("chair.ask_paper", "chair.enter_paper", "chair.drop_paper"),
        *("chair.ask_minutes", "chair.keep_minutes", "chair.print_minutes", "chair.minutes_docx"),
        *("chair.person", "chair.person_docx"),
        *("chair.results_xlsx", "chair.results_csv", "chair.results_json", "chair.papers_zip"),
    }
)
"""The endpoints of a session that its unit's head teller may use, besides the chair: what the counting team writes down
and what it signs. Nothing that makes codes or links, or takes the session a step further."""

AT_THE_TOP: Final = frozenset({"organisation.change_settings"})
"""The endpoints for whoever has the role at the top: what they change is all units'."""

KEPT: Final = frozenset({"chair.delete"})
"""The endpoints that refuse the chair of a unit as well, once the session is published."""

NOBODY: Final = "nobody"


def allows(role: str, standpoint: str, act: str, place: str) -> bool:
    """Tell what the specification says of a role in a unit and an act in another one."""
    allowed = SPECIFICATION[role][ACTS.index(act)]
    if place == standpoint:
        return "O" in allowed or ("T" in allowed and not ABOVE[place])
    return standpoint in ABOVE[place] and "B" in allowed


@dataclass
class World:
    """The organisation with something of each kind in every place, and a signed-in browser for each account."""

    app: Flask
    organised: Organised
    client: Redis
    things: dict[str, dict[str, str]] = field(default_factory=dict)
    browsers: dict[str, ChairBrowser] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    kept: dict[bytes, bytes] = field(default_factory=dict)

    def sign_in(self, account: str) -> None:
        """Sign an account in and remember the token of its forms."""
        browser = ChairBrowser(self.app)
        assert browser.sign_in(account, PASSWORD).status_code == 303
        browser.get("/chair/password")
        self.browsers[account], self.tokens[account] = browser, browser.token()

    def ask(self, account: str, method: str, path: str, place: str) -> int:
        """Send a request as an account and give its status; a form with its valid token and the unit of the place."""
        client = self.browsers[account].client
        data = None
        if method == "POST":
            data = {"csrf_token": self.tokens[account], "unit": getattr(self.organised, place)}
        return client.open(path, method=method, data=data, headers={"Accept-Language": "en"}, buffered=True).status_code

    def remember(self) -> None:
        """Remember all that is stored, but for the counters of sign-ins."""
        self.kept = self.stored()

    def stored(self) -> dict[bytes, bytes]:
        """Read all that is stored, key by key."""
        names = [name for name in self.client.keys() if b"limits" not in name]
        pipeline = self.client.pipeline()
        for name in names:
            pipeline.dump(name)
        return dict(zip(names, pipeline.execute(), strict=True))

    def restore(self) -> None:
        """Bring back what was remembered, so that no request changes what the next one finds."""
        pipeline = self.client.pipeline()
        pipeline.flushall()
        for name, content in self.kept.items():
            pipeline.restore(name, 0, content)
        pipeline.execute()

    def path(self, rule: Rule, place: str, *, other: str = "", of: str = "") -> str:
        """Fill an address with what lies in a place. `other`: where all lies but what the argument `of` names."""
        values: dict[str, Any] = {}
        for name in rule.arguments:
            things = self.things[place if name == of or not other else other]
            converter = rule._converters[name]
            if isinstance(converter, AnyConverter):
                values[name] = min(converter.items)
            else:
                values[name] = 1 if isinstance(converter, IntegerConverter) else things.get(name, things["session"])
        built = rule.build(values, append_unknown=False)
        assert built, rule.rule
        return built[1]


@pytest.fixture(scope="module")
def world(running: RedisStore, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Build the organisation once for the whole walk."""
    running.connection.client.flushall()
    house = House(running, SealingKeys(["a sealing key for tests, long enough"]), lambda: NOON)
    made = organised(house)
    app = create_app(Settings.from_env({"VOTING_DATA": str(Path(tmp_path_factory.mktemp("settings")))}), house)
    # The page of a refusal is looked at in test_roles_pages.py. Here it would be drawn some thousand times.
    short = DictLoader({"organisation/not_competent.html": "{{ title }}"})
    app.jinja_loader = ChoiceLoader([short, *([app.jinja_loader] if app.jinja_loader else [])])
    world = World(app, made, running.connection.client)
    for place in PLACES:
        world.things[place] = _things(made, place)
    house.store.save_account(make_account(NOBODY, PASSWORD), new=True)
    accounts = [made.account(role, getattr(made, place)) for role in SPECIFICATION for place in (*STANDPOINTS, "south")]
    for account in (*accounts, NOBODY):
        world.sign_in(account)
    world.remember()
    return world


def _things(made: Organised, place: str) -> dict[str, str]:
    """Make an official, two cycles and a published session in a place, and a draft."""
    unit = getattr(made, place)
    people = made.register(unit, Official("", f"Nguyễn Văn {place.title()}", ""), Official("", "Trần Thị Bình", ""))
    cycles = {name: _cycle(name, place, owner, unit) for name, owner in (("own", unit), ("wide", made.province))}
    commit(made.house, [change_cycle(cycle) for cycle in cycles.values()], by="", act="cycle.make", unit=unit)
    published = made.published(unit, people[:1], [(1,)])
    draft = made.draft(unit, people)
    return {
        "unit": unit,
        "official": people[0].id,
        "other": people[1].id,
        "cycle": cycles["own"].id,
        "cycle-units": cycles["wide"].id,
        "session": published.uuid,
        "uuid": draft.uuid,
    }


def _cycle(name: str, place: str, owner: str, unit: str) -> Cycle:
    return Cycle(
        draw_uuid(),
        f"{name} {place}",
        owner,
        "yearly",
        2026,
        "2026-12-01",
        "2027-01-31",
        "absolute_majority",
        "classification",
        units=(unit,),
    )


@dataclass(frozen=True)
class Asked:
    """A request of an account in a place, and what the specification says to it."""

    account: str
    method: str
    rule: Rule
    place: str
    allowed: bool

    def __str__(self) -> str:
        return f"{self.account}: {self.method} {self.rule.rule} in {self.place}"


def competences(app: Flask) -> Iterator[tuple[str, Rule, Competence]]:
    """Yield (method, rule, what it asks for) for each route that asks for a role."""
    for method, rule in every_request(app):
        if competence := getattr(app.view_functions[rule.endpoint], COMPETENCE, None):
            yield method, rule, competence


def named(role: str, place: str) -> str:
    """Give the name of the account with this one role, as `Organised.account` makes it."""
    return f"{role.replace('_', '-')}.{place}"


def asked(world: World) -> Iterator[Asked]:
    """Yield every request of the walk through the organisation's own routes."""
    for method, rule, competence in competences(world.app):
        acts = [str(act) for act in competence.acts]
        for role in SPECIFICATION:
            for standpoint in STANDPOINTS:
                reached = [place for place in PLACES if any(allows(role, standpoint, act, place) for act in acts)]
                if rule.endpoint in AT_THE_TOP and standpoint != "province":
                    reached = []
                if competence.of == "anywhere":
                    yield Asked(named(role, standpoint), method, rule, standpoint, bool(reached))
                    continue
                for place in (place for held, place in PAIRS if held == standpoint):
                    yield Asked(named(role, standpoint), method, rule, place, place in reached)
        yield Asked(NOBODY, method, rule, "village", False)


def path_of(world: World, one: Asked) -> str:
    """Give the address of a request. Of a cycle that is asked for by its units, the one that lies at the top."""
    competence: Competence = getattr(world.app.view_functions[one.rule.endpoint], COMPETENCE)
    path = world.path(one.rule, one.place)
    things = world.things[one.place]
    return path.replace(things["cycle"], things["cycle-units"]) if competence.of == "cycle-units" else path


def test_every_route_of_the_organisation_declares_who_may_use_it(world: World) -> None:
    silent, misnamed = [], []
    for _, rule in every_request(world.app):
        if rule.endpoint.startswith("organisation."):
            competence = getattr(world.app.view_functions[rule.endpoint], COMPETENCE, None)
            if competence is None:
                silent.append(rule.rule)
            elif competence.argument and competence.argument not in rule.arguments:
                misnamed.append(rule.rule)
            elif not set(map(str, competence.acts)) <= set(ACTS):
                misnamed.append(rule.rule)
    assert silent == []
    assert misnamed == []
    assert HEAD_TELLER | AT_THE_TOP | KEPT <= set(world.app.view_functions)


def test_what_a_role_does_not_reach_is_refused_and_changes_nothing(world: World) -> None:
    world.restore()
    before = world.stored()
    walked = [one for one in asked(world) if not one.allowed]
    assert len(walked) > 1500
    statuses = {str(one): world.ask(one.account, one.method, path_of(world, one), one.place) for one in walked}
    assert {request: status for request, status in statuses.items() if status != 403} == {}
    assert world.stored() == before


def test_what_a_role_reaches_is_answered(world: World) -> None:
    world.restore()
    statuses: dict[str, int] = {}
    for one in asked(world):
        if one.allowed:
            statuses[str(one)] = status = world.ask(one.account, one.method, path_of(world, one), one.place)
            if one.method == "POST" and status < 400:
                world.restore()
    assert len(statuses) > 300
    assert {request: status for request, status in statuses.items() if is_unanswered(request, status)} == {}


def is_unanswered(request: str, status: int) -> bool:
    """Tell whether a request that is allowed led nowhere. An empty form may name nothing that there is."""
    return status in (401, 403) or status >= 500 or (status == 404 and ": GET " in request)


def test_an_address_that_mixes_the_own_unit_with_something_beside_it_is_refused(world: World) -> None:
    """A role in the unit that an address names is no role where the other things in the address lie."""
    world.restore()
    before = world.stored()
    statuses: dict[str, int] = {}
    for method, rule, competence in competences(world.app):
        others = {name for name in rule.arguments if name in world.things["north"]} - {competence.argument}
        if not competence.argument or not others:
            continue
        for role in SPECIFICATION:
            if any(allows(role, "north", str(act), "north") for act in competence.acts):
                path = world.path(rule, "north", other="south", of=competence.argument)
                statuses[f"{role}: {method} {rule.rule}"] = world.ask(named(role, "north"), method, path, "north")
    assert statuses
    assert {request: status for request, status in statuses.items() if status not in (403, 404)} == {}
    assert world.stored() == before


def test_a_stranger_is_led_to_the_sign_in(world: World) -> None:
    stranger = ChairBrowser(world.app)
    stranger.get("/chair/sign-in")
    token = {"csrf_token": stranger.token()}
    ways = [*competences(world.app), *((method, rule, None) for method, rule in session_routes(world.app))]
    led = {}
    for method, rule, _ in ways:
        answer = stranger.client.open(world.path(rule, "village"), method=method, data=token)
        led[f"{method} {rule.rule}"] = (answer.status_code, answer.location)
    assert {request: to for request, to in led.items() if to != (303, "/chair/sign-in")} == {}


# ---- the sessions of a unit


def session_routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Yield (method, rule) for each of the chair's routes that is about one session."""
    for method, rule in every_request(app):
        if rule.rule.startswith("/chair/sessions/<session:uuid>"):
            yield method, rule


@pytest.mark.parametrize("state", ["uuid", "session"], ids=["draft", "published"])
def test_a_session_of_a_unit_is_for_its_own_chair_alone(world: World, state: str) -> None:
    world.restore()
    before = world.stored()
    things = world.things["north"]
    routes = list(session_routes(world.app))
    assert len(routes) > 50
    # Whatever the state, the same line refuses: of a published session those are asked who come nearest.
    near = [named(role, "north") for role in SPECIFICATION] + [named("chair", "south"), NOBODY]
    refused, unlawful = [], []
    for method, rule in routes:
        path = world.path(rule, "north").replace(things["uuid"], things[state])
        for account in world.browsers if state == "uuid" else near:
            lawful = account == named("chair", "north") or (
                account == named("head_teller", "north") and rule.endpoint in HEAD_TELLER
            )
            if lawful:
                continue
            status = world.ask(account, method, path, "north")
            (refused if status == 403 else unlawful).append(f"{account}: {method} {rule.rule} {status}")
    assert unlawful == []
    assert refused
    assert world.stored() == before


@pytest.mark.parametrize("state", ["uuid", "session"], ids=["draft", "published"])
def test_the_chair_of_the_unit_runs_its_sessions(world: World, state: str) -> None:
    world.restore()
    things = world.things["north"]
    statuses: dict[str, int] = {}
    for method, rule in session_routes(world.app):
        path = world.path(rule, "north").replace(things["uuid"], things[state])
        if state == "session" and method == "POST" and rule.endpoint in KEPT:
            continue
        helpers = [named("head_teller", "north")] if rule.endpoint in HEAD_TELLER else []
        for account in (named("chair", "north"), *helpers):
            statuses[f"{account}: {method} {rule.rule}"] = status = world.ask(account, method, path, "north")
            if method == "POST" and status < 400:
                world.restore()
    assert {request: status for request, status in statuses.items() if status in (401, 403) or status >= 500} == {}
