"""The register's pages: the list, one person, and the form of a person.

The organisation's own numbers and who is a Party member are shown to administrators alone, and leave these pages for
nothing else: no session, no message, no address of a page.
"""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from voting.domain.organisation.officials import (
    MOST_POSTS,
    Official,
    Register,
    add_official,
    change_official,
    found_among,
    register_of,
)
from voting.domain.organisation.roles import Act
from voting.domain.organisation.units import Unit
from voting.domain.search import LONGEST_SEARCH
from voting.errors import ChangedMeanwhile, MalformedRegister, NotCompetent
from voting.web.access import this_chair
from voting.web.chair.faults import Fault
from voting.web.languages import N_, gettext
from voting.web.organisation.access import competent, standing
from voting.web.organisation.blueprint import blueprint
from voting.web.organisation.faults import faults_of
from voting.web.site import house

Page = str | tuple[str, int] | Response
PER_PAGE: Final = 50

LINKS: Final[tuple[tuple[str, str, Act], ...]] = (
    ("organisation.years", N_("Over the years"), Act.TRACE),
    ("organisation.personal_data", N_("Personal data: copy and erasure"), Act.MANAGE),
)
"""What the page of a person leads to: (endpoint with the argument `official`, msgid, act in the person's unit)."""


@dataclass(frozen=True)
class Entries:
    """The fields of the form of a person, as they came. `positions`: one a line; `seen`: the record that was read."""

    name: str = ""
    positions: str = ""
    unit: str = ""
    group: str = ""
    number: str = ""
    member: bool = False
    left: bool = False
    seen: str = ""

    def official(self, before: Official) -> Official:
        """Put the entries into a record."""
        return replace(
            before,
            name=self.name,
            positions=tuple(self.positions.splitlines()),
            unit=self.unit,
            group=self.group,
            number=self.number,
            member=self.member,
            left=self.left,
        )


@blueprint.get("/officials")
@competent(Act.LIST, of="anywhere")
def officials() -> Page:
    """List who belongs to the units that the account may know of; `q` looks for words, `unit` and `who` filter."""
    own = standing()
    units = own.units(Act.LIST)
    chosen = request.args.get("unit", "")
    reached = {unit.id for unit in units}
    asked = {chosen} & reached or reached
    looked_for = " ".join(request.args.get("q", "")[:LONGEST_SEARCH].split())
    left = request.args.get("who") == "left"
    register = register_of(house())
    found = found_among(register.of(asked, left=left), looked_for)
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(max(request.args.get("page", 1, int), 1), pages)
    managed = own.units(Act.MANAGE)
    return render_template(
        "organisation/officials.html",
        shown=found[(number - 1) * PER_PAGE : number * PER_PAGE],
        found=len(found),
        none_at_all=not found and not register.of(reached),
        looked_for=looked_for,
        left=left,
        unit=chosen if chosen in reached else "",
        units=in_tree(units),
        paths={unit.id: own.tree.path(unit.id) for unit in units},
        managed={unit.id for unit in managed},
        add_to=next((unit for unit in managed if unit.id == chosen), managed[0] if managed else None),
        run=own.units(Act.RUN),
        page=number,
        pages=pages,
    )


@blueprint.get("/officials/<session:official>")
@competent(Act.LIST, of="official")
def official(official: str) -> Page:
    """Show one person: posts, unit, and where more about the person is found."""
    person, own = register_of(house()).official(official), standing()
    if person.id != official:
        return redirect(url_for("organisation.official", official=person.id), 303)
    return render_template(
        "organisation/official.html",
        person=person,
        path=own.tree.path(person.unit),
        manages=own.may(Act.MANAGE, person.unit),
        links=[
            (url_for(endpoint, official=person.id), gettext(words))
            for endpoint, words, act in LINKS
            if own.may(act, person.unit)
        ],
    )


@blueprint.get("/units/<session:unit>/officials/new")
@competent(Act.MANAGE, of="unit")
def new_official(unit: str) -> Page:
    """Show an empty form."""
    return _form(Entries(unit=unit), unit)


@blueprint.post("/units/<session:unit>/officials/new")
@competent(Act.MANAGE, of="unit")
def create_official(unit: str) -> Page:
    """Put somebody into the register."""
    entries = _sent()
    _require_managed(entries.unit)
    try:
        added = add_official(house(), entries.official(Official("", "", "")), by=this_chair().name)
    except MalformedRegister as refusal:
        return _form(entries, unit, faults=faults_of(refusal, "name")), 400
    flash(gettext("The person is in the register."), "ok")
    return redirect(url_for("organisation.official", official=added.id), 303)


@blueprint.get("/officials/<session:official>/edit")
@competent(Act.MANAGE, of="official")
def edit_official(official: str) -> Page:
    """Show the form of a person."""
    register = register_of(house())
    person = register.official(official)
    entries = Entries(
        person.name,
        "\n".join(person.positions),
        person.unit,
        person.group,
        person.number,
        person.member,
        person.left,
        seal_of(register, person),
    )
    return _form(entries, person.unit, person)


@blueprint.post("/officials/<session:official>/edit")
@competent(Act.MANAGE, of="official")
def save_official(official: str) -> Page:
    """Save what was changed of a person; to a unit that the account does not manage nobody is moved."""
    register, entries = register_of(house()), _sent()
    person = register.official(official)
    _require_managed(entries.unit)
    if entries.seen != seal_of(register, person):
        raise ChangedMeanwhile("The record was changed in between.")
    try:
        change_official(house(), entries.official(person), by=this_chair().name, register=register)
    except MalformedRegister as refusal:
        return _form(entries, person.unit, person, faults_of(refusal, "name")), 400
    flash(gettext("The entries are saved."), "ok")
    return redirect(url_for("organisation.official", official=person.id), 303)


def in_tree(units: list[Unit]) -> list[tuple[str, str]]:
    """List units for a choice as (identifier, name), those that belong to others set in."""
    tree = standing().tree
    least = min((tree.depth(unit.id) for unit in units), default=0)
    return [(unit.id, "\N{EM SPACE}" * (tree.depth(unit.id) - least) + unit.name) for unit in units]


def groups_known() -> list[str]:
    """List the groups of similar duties in the units that the account manages."""
    managed = {unit.id for unit in standing().units(Act.MANAGE)}
    return sorted({one.group for one in register_of(house()).officials.values() if one.group and one.unit in managed})


def seal_of(register: Register, person: Official) -> str:
    """Mark a record as it was read, so that a form cannot overwrite what it did not show."""
    return sha256(register.texts[person.id].encode()).hexdigest()[:16]


def _require_managed(unit: str) -> None:
    if not standing().may(Act.MANAGE, unit):
        raise NotCompetent("Nobody can be put into a unit that your role does not reach.")


def _sent() -> Entries:
    form = request.form
    texts = {name: form.get(name, "") for name in ("name", "positions", "unit", "group", "number", "seen")}
    return Entries(**texts, member=form.get("member") == "yes", left=form.get("left") == "yes")


def _form(entries: Entries, unit: str, person: Official | None = None, faults: tuple[Fault, ...] = ()) -> str:
    values: dict[str, Any] = {"person": person, "entries": entries, "faults": faults, "most_posts": MOST_POSTS}
    return render_template(
        "organisation/official_form.html",
        unit=unit,
        units=in_tree(standing().units(Act.MANAGE)),
        groups=groups_known(),
        **values,
    )
