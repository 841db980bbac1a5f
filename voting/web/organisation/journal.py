"""The journal: who did what, in which unit, in which minute. Everybody reads of the units that the own role reaches."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from flask import render_template, request, url_for

from voting.domain.organisation.cycles import cycles_of
from voting.domain.organisation.keeping import is_at_top
from voting.domain.organisation.officials import Register, canonical, register_of
from voting.domain.organisation.register import Entry, journal_backwards
from voting.domain.organisation.roles import Act
from voting.domain.sessions import Session
from voting.web.chair.ownership import is_own
from voting.web.languages import gettext
from voting.web.organisation.access import competent, standing
from voting.web.organisation.act_words import OF_THE_PERSON, act_words
from voting.web.organisation.blueprint import blueprint
from voting.web.site import house

PER_PAGE: Final = 50
MOST_PAGES: Final = 100_000
NOWHERE: Final = "none"
"""Asked for in place of a unit: what belongs to none, such as the own sessions of accounts without roles."""

_LONGEST: Final = 100


@dataclass(frozen=True)
class Line:
    """An entry in words. `about`: what it was done to, as it is called now; `address`: of its page, if there is one."""

    minute: int
    by: str
    words: str
    unit: str
    about: str
    address: str


@blueprint.get("/journal")
@competent(Act.MANAGE, of="anywhere")
def journal() -> str:
    """Show the entries of the units that the account manages, newest first; `unit` and `account` filter."""
    own = standing()
    units = own.units(Act.MANAGE)
    known = {unit.id for unit in units}
    unit, account = request.args.get("unit", ""), request.args.get("account", "")[:_LONGEST].strip()
    if unit not in known and not (unit == NOWHERE and is_at_top(own)):
        unit = ""
    number = min(max(request.args.get("page", 1, int), 1), MOST_PAGES)
    wanted = {each.id for each in own.tree.within(unit)} if unit in known else known
    found = (entry for entry in _readable(known) if _is_wanted(entry, unit, wanted, account))
    # One more than is shown tells whether there is a page after this one.
    shown = list(islice(found, (number - 1) * PER_PAGE, number * PER_PAGE + 1))
    return render_template(
        "organisation/journal.html",
        lines=_in_words(shown[:PER_PAGE]),
        units=[(each.id, own.tree.path(each.id)) for each in units],
        unit=unit,
        account=account,
        nowhere=NOWHERE if is_at_top(own) else "",
        page=number,
        is_last=len(shown) <= PER_PAGE,
    )


def _readable(units: set[str]) -> Iterator[Entry]:
    """Yield what the account may read: of its units, and of no unit or of removed ones at the top."""
    own = standing()
    at_top = is_at_top(own)
    for entry in journal_backwards(house()):
        if entry.unit in units or (at_top and entry.unit not in own.tree.units):
            yield entry


def _is_wanted(entry: Entry, unit: str, units: set[str], account: str) -> bool:
    if account and entry.by != account:
        return False
    return (not entry.unit) if unit == NOWHERE else not unit or entry.unit in units


def _in_words(entries: list[Entry]) -> list[Line]:
    tree, register = standing().tree, register_of(house())
    sessions, _ = house().store.readable_sessions()
    cycles = {cycle.id: cycle.name for cycle in cycles_of(house())}

    def about(entry: Entry) -> tuple[str, str]:
        kind = entry.act.partition(".")[0]
        if entry.about in sessions:
            return _session(sessions[entry.about])
        if entry.about in cycles:
            return cycles[entry.about], ""
        if kind == "official":
            return _person(register, entry.about)
        return (entry.about, "") if kind in ("account", "role") else (tree.name(entry.about), "")

    return [
        Line(entry.minute, _who(entry), act_words(entry.act), tree.name(entry.unit), *about(entry)) for entry in entries
    ]


def _session(session: Session) -> tuple[str, str]:
    if is_own(session, Act.COUNT):
        return session.title, url_for("chair.page", uuid=session.uuid)
    # What an account without roles votes on is its own affair.
    return session.title if standing().may(Act.MANAGE, session.unit_id) else "", ""


def _person(register: Register, identifier: str) -> tuple[str, str]:
    official = register.officials.get(canonical(register, identifier))
    if official is None or official.erased or not standing().may(Act.LIST, official.unit):
        return "", ""
    return official.name, url_for("organisation.official", official=official.id)


def _who(entry: Entry) -> str:
    if entry.by:
        return entry.by
    return gettext("the person concerned") if entry.act in OF_THE_PERSON else gettext("on the server")
