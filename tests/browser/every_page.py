"""Sessions in every state with something on every page, and the list of all pages, from the application itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from flask import Flask
from werkzeug.routing import AnyConverter, Rule

from config import Settings
from tests.browser.meeting import PEOPLE, TITLE, Meeting
from tests.browser.organisation import Organised, Place, furnished_organisation
from tests.domain.counting_team import NAMES, gather, take_steps
from voting.app import create_app
from voting.domain.agendas import add_session, make_agenda
from voting.domain.attendance import Attendance, record_attendance
from voting.domain.drafting import cancel_session, create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.models import save_model
from voting.domain.rosters import Attendee, add_attendees
from voting.domain.rulebook import rule_of
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.domain.tellers import Teller

GROUPED = (
    *(replace(person, group="Ủy ban nhân dân") for person in PEOPLE),
    Person("Phạm Quỳnh", "Chánh án", "Tòa án"),
)
# What a page shows only when it is asked for.
QUERIES = {
    "board.page": (f"tracker={'A' * 43}", "tracker=A", "order=share"),
    "chair.page": ("order=share",),
    "chair.overview": ("q=nothing+like+this", "state=published"),
    "chair.roster": ("q=Lan", "q=nobody"),
    "chair.ask_replace": ("teller=1",),
    "organisation.cycle": ("show=late",),
    "organisation.new_cycle": ("occasion=appointment",),
    "organisation.officials": ("q=Hoa", "q=nobody+at+all", "who=left"),
    "organisation.result": ("order=share",),
    "organisation.results": ("q=Thuong", "q=nothing+like+this"),
}
STATES = ("draft", "ready", "open", "closed", "counted", "published", "cancelled", "team", "counting", "choose")


@dataclass(frozen=True)
class Hall:
    """The sessions of one chair by what they show, an agenda with some of them, and the organisation around others."""

    sessions: Mapping[str, Meeting]
    agenda: str
    organisation: Organised


def furnished(house: House, address: str, chair: str) -> Hall:
    """Make a session in every state, with groups, a rule, attendance, a pool, a roster, tellers; and an organisation.

    The account of the chair must be there: it has every role in the organisation.
    """
    made: dict[str, Meeting] = {}
    for state in STATES[:7]:
        sheet = make_sheet(GROUPED, blank=True)
        own = {"spares": 2, "pooled": 4, "unit": "Sở Nội vụ", "rule": rule_of("nq96_2023"), "chair": chair}
        uuid = create_session(house, Session("", f"{TITLE}: {state}", sheet, codes=12, **own)).uuid
        add_attendees(house, uuid, [Attendee("Lê Thị Thu", "thu@b.vn"), Attendee("Vũ Thị Lan")])
        record_attendance(house, uuid, Attendance(12, 12, 10, 1, "Ốm: 01"), 0)
        made[state] = _brought(house, Meeting(house, address, uuid, ()), state)
    save_model(house, made["draft"].uuid, "Mẫu hằng năm", chair=chair)
    for name in ("team", "counting"):
        made[name] = _with_tellers(house, address, name, chair)
    made["choose"] = _choice(house, address, chair)
    agenda = make_agenda(house, "Kỳ họp thứ tám", chair=chair)
    for state in ("ready", "open", "published"):
        agenda = add_session(house, agenda, made[state].uuid)
    around = furnished_organisation(house, chair)
    for state in ("draft", "two records"):
        made[f"{state} of a unit"] = Meeting(house, address, around.places[state]["session"], ())
    return Hall(made, agenda.id, around)


def _brought(house: House, held: Meeting, state: str) -> Meeting:
    """Take a draft to a state, with two ballots cast on the way."""
    if state == "draft":
        return held
    if state == "cancelled":
        cancel_session(house, held.uuid)
        return held
    held = replace(held, codes=make_codes(house, held.uuid))
    confirm_codes(house, held.uuid)
    if state != "ready":
        held.open()
        _vote(held)
    for each, step in (("closed", held.close), ("counted", held.count), ("published", held.publish)):
        if state not in ("ready", "open"):
            step()
        if each == state:
            break
    return held


def _vote(held: Meeting) -> None:
    # A leading 0 or 1 says whether the line is blank; the second ballot leaves the first line so.
    held.cast_choices(0, [[0, 0, 0, 1]] * len(GROUPED))
    held.cast_choices(1, [[1, 0, 0, 0]] + [[0, 0, 0, 1]] * (len(GROUPED) - 1))


def _with_tellers(house: House, address: str, state: str, chair: str) -> Meeting:
    team = tuple(Teller(name, "head" if not number else "member") for number, name in enumerate(NAMES[:3]))
    draft = Session("", f"{TITLE}: {state}", make_sheet(PEOPLE), codes=6, tellers=team, threshold=2, chair=chair)
    held = Meeting(house, address, create_session(house, draft).uuid, ())
    devices = gather(house, house.store.session(held.uuid))
    if state == "team":
        devices[0].move()
        return held
    take_steps(devices)
    held = replace(held, codes=make_codes(house, held.uuid))
    confirm_codes(house, held.uuid)
    held.open()
    held.cast(0, 1, 1, 1)
    held.close()
    devices[0].decrypt()
    return held


def _choice(house: House, address: str, chair: str) -> Meeting:
    people = tuple(replace(person, group="" if number < 2 else "Ban kiểm soát") for number, person in enumerate(PEOPLE))
    sheet = make_sheet((*people, Person("Vũ Thị Lan", "", "Ban kiểm soát")), "choose", choose=1)
    draft = Session("", f"{TITLE}: choose", sheet, codes=6, rule=rule_of("elect"), chair=chair)
    held = Meeting(house, address, create_session(house, draft).uuid, ())
    held = replace(held, codes=make_codes(house, held.uuid))
    confirm_codes(house, held.uuid)
    held.open()
    held.cast_choices(0, [[1, 0], [0, 1]])
    for step in (held.close, held.count, held.publish):
        step()
    return held


def application(settings: Settings, house: House) -> Flask:
    """The application, to ask for its routes."""
    return create_app(settings, house)


def pages(app: Flask, hall: Hall) -> Iterator[tuple[str, str, str]]:
    """Yield (endpoint, state, address) of all that can be asked for by GET and may be a page, in every state.

    Routes that serve several pages are several endpoints here: `chair.confirm open`, `chair.confirm close`.
    """
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule.startswith(("/api/", "/static/")):
            continue
        seen: set[str] = set()
        for state, values in _asked_for(rule, hall):
            for endpoint, path in _addresses(rule, values):
                if path not in seen:
                    yield endpoint, state, path
                seen.add(path)


def _asked_for(rule: Rule, hall: Hall) -> Iterator[tuple[str, Place]]:
    """Yield (state, what the parts of the address stand for)."""
    if rule.endpoint.startswith("organisation."):
        yield from hall.organisation.places.items()
        return
    is_agenda = rule.endpoint.partition(".")[2] in ("agenda", "change_agenda") or rule.endpoint.startswith("agenda.")
    for state, held in hall.sessions.items():
        identifier = hall.agenda if is_agenda else held.uuid
        yield state, {"uuid": identifier, "identifier": identifier}


def _addresses(rule: Rule, values: Place) -> Iterator[tuple[str, str]]:
    choices: dict[str, object] = {name: 1 if name == "number" else values.get(name) for name in rule.arguments}
    for name, converter in rule._converters.items():
        if isinstance(converter, AnyConverter):
            choices[name] = sorted(converter.items)
    names = list(choices)
    for combination in product(*([it] if not isinstance(it, list) else it for it in choices.values())):
        built = rule.build(dict(zip(names, combination, strict=True)), append_unknown=False)
        assert built, rule.rule
        kind = " ".join(
            chosen for chosen, it in zip(combination, choices.values(), strict=True) if isinstance(it, list)
        )
        for query in ("", *QUERIES.get(rule.endpoint, ())):
            yield f"{rule.endpoint} {kind}".rstrip(), f"{built[1]}?{query}".rstrip("?")
