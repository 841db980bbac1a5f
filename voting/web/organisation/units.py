"""The units that an account manages: the tree, and each unit with its names, its place and what belongs to it."""

from collections import Counter
from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from voting.domain.accounts import Account
from voting.domain.organisation.accounts import may_renew
from voting.domain.organisation.officials import register_of
from voting.domain.organisation.roles import Act, Grant, Role, grants_of
from voting.domain.organisation.units import Unit, add_unit, move_unit, remove_unit, rename_unit
from voting.errors import MalformedRegister
from voting.web.access import this_chair
from voting.web.chair.faults import Fault
from voting.web.languages import gettext
from voting.web.organisation.access import competent, standing
from voting.web.organisation.blueprint import blueprint
from voting.web.organisation.faults import faults_of
from voting.web.organisation.role_words import role_words, roles_offered
from voting.web.site import house

Page = str | tuple[str, int] | Response

ADDED = {"name": "new_name", "code": "new_code", "parent": "new_name"}
"""The fields of the form for a unit below, as the page has the name and the code of the unit itself as well."""


@dataclass(frozen=True)
class Branch:
    """A unit of the tree as the page lists it, with the branches below. `roles`: (words, account names)."""

    unit: Unit
    people: int
    roles: tuple[tuple[str, tuple[str, ...]], ...]
    branches: tuple["Branch", ...]


@blueprint.get("/units")
@competent(Act.MANAGE, of="anywhere")
def units() -> Page:
    """Show the part of the tree that the account manages."""
    tree = standing().tree
    own = {unit.id for unit in standing().units(Act.MANAGE)}
    tops = [unit for unit in standing().units(Act.MANAGE) if unit.parent not in own]
    people, roles = _people(), _roles()
    return render_template(
        "organisation/units.html",
        tops=[(tree.unit(top.parent) if top.parent else None, _branch(top, people, roles)) for top in tops],
        tree=tree,
    )


def _branch(unit: Unit, people: Counter[str], roles: dict[str, list[Grant]]) -> Branch:
    granted = roles.get(unit.id, [])
    held = [role for role in Role if any(each.role is role for each in granted)]
    named = [(role_words(role), tuple(sorted(each.account for each in granted if each.role is role))) for role in held]
    below = tuple(_branch(child, people, roles) for child in standing().tree.children(unit.id))
    return Branch(unit, people[unit.id], tuple(named), below)


def _people() -> Counter[str]:
    return Counter(one.unit for one in register_of(house()).officials.values() if not one.left and not one.erased)


def _roles() -> dict[str, list[Grant]]:
    found: dict[str, list[Grant]] = {}
    for grant in grants_of(house()):
        found.setdefault(grant.unit, []).append(grant)
    return found


# ---- one unit


@blueprint.get("/units/<session:unit>")
@competent(Act.MANAGE, of="unit")
def unit(unit: str) -> Page:
    """Show a unit: its names and places so far, who has a role in it, and the forms that change it."""
    return unit_page(unit)


def unit_page(identifier: str, faults: tuple[Fault, ...] = (), entries: dict[str, str] | None = None) -> str:
    """Show the page of a unit. `entries`: what was typed into the form that is refused, by field."""
    own, grants = standing(), [*grants_of(house())]
    tree = own.tree
    unit = tree.unit(identifier)
    within = {each.id for each in tree.within(identifier)}
    managed = own.units(Act.MANAGE)
    places = managed if own.may(Act.MANAGE, unit.parent) else []
    here = sorted((grant for grant in grants if grant.unit == identifier), key=_by_role)
    accounts: dict[str, Account | None] = {grant.account: house().store.account(grant.account) for grant in here}
    renewable = {
        name
        for name, account in accounts.items()
        if may_renew(own, account, (grant for grant in grants if grant.account == name))
    }
    return render_template(
        "organisation/unit.html",
        unit=unit,
        tree=tree,
        above=[*tree.above(identifier)][::-1],
        managed={each.id for each in managed},
        people=_people()[identifier],
        children=tree.children(identifier),
        parents=[(each.id, tree.path(each.id)) for each in places if each.id not in within and each.id != unit.parent],
        grants=[(grant, role_words(grant.role), accounts[grant.account]) for grant in here],
        renewable=renewable,
        own_name=own.account,
        roles=roles_offered(),
        entries={"name": unit.name, "code": unit.code, **(entries or {})},
        faults=faults,
    )


def _by_role(grant: Grant) -> tuple[int, str]:
    return [*Role].index(grant.role), grant.account


@blueprint.get("/units/<session:unit>/rename")
@blueprint.get("/units/<session:unit>/add")
@blueprint.get("/units/<session:unit>/move")
@blueprint.get("/units/<session:unit>/remove")
@competent(Act.MANAGE, of="unit")
def leave_unit(unit: str) -> Page:
    """Lead back to a unit from an address that forms are sent to, as the choice of a language does."""
    return to_unit(unit)


@blueprint.post("/units/<session:unit>/rename")
@competent(Act.MANAGE, of="unit")
def rename(unit: str) -> Page:
    """Give a unit another name or code."""
    entries = {"name": request.form.get("name", ""), "code": request.form.get("code", "")}
    try:
        rename_unit(house(), unit, entries["name"], code=entries["code"], by=this_chair().name)
    except MalformedRegister as refusal:
        return unit_page(unit, faults_of(refusal, "name"), entries), 400
    flash(gettext("Saved. The name that was is kept in the history."), "ok")
    return to_unit(unit)


@blueprint.post("/units/<session:unit>/add")
@competent(Act.MANAGE, of="unit")
def add_below(unit: str) -> Page:
    """Add a unit below this one."""
    entries = {"new_name": request.form.get("new_name", ""), "new_code": request.form.get("new_code", "")}
    try:
        added = add_unit(house(), entries["new_name"], parent=unit, code=entries["new_code"], by=this_chair().name)
    except MalformedRegister as refusal:
        faults = tuple(replace(fault, field=ADDED.get(fault.field, "new_name")) for fault in faults_of(refusal))
        return unit_page(unit, faults, entries), 400
    flash(gettext("“%(name)s” is added.", name=added.name), "ok")
    return to_unit(unit)


@blueprint.post("/units/<session:unit>/move")
@competent(Act.MANAGE, of="unit")
def move(unit: str) -> Page:
    """Put a unit under another one. The account manages that, and what it belonged to. Raises NotCompetent."""
    parent = request.form.get("parent", "")
    if not parent:
        return unit_page(unit, (Fault("parent", gettext("Choose the unit that it shall belong to.")),)), 400
    if above := standing().tree.unit(unit).parent:
        # Nobody takes a unit, even the own one, out of what others manage and read.
        standing().require(Act.MANAGE, above)
    standing().require(Act.MANAGE, parent)
    try:
        moved = move_unit(house(), unit, parent, by=this_chair().name)
    except MalformedRegister as refusal:
        return unit_page(unit, faults_of(refusal, "parent")), 400
    flash(
        gettext("“%(name)s” now belongs to “%(parent)s”.", name=moved.name, parent=standing().tree.name(parent)), "ok"
    )
    return to_unit(unit)


@blueprint.post("/units/<session:unit>/remove")
@competent(Act.MANAGE, of="unit")
def remove(unit: str) -> Page:
    """Remove a unit that nothing belongs to."""
    name = standing().tree.name(unit)
    if request.form.get("sure") != "yes":
        return unit_page(unit, (Fault("sure", gettext("Please tick that the unit shall go.")),)), 400
    try:
        remove_unit(house(), unit, by=this_chair().name)
    except MalformedRegister as refusal:
        return unit_page(unit, tuple(replace(fault, field="sure") for fault in faults_of(refusal))), 400
    flash(gettext("“%(name)s” is removed.", name=name), "ok")
    return redirect(url_for("organisation.units"), 303)


def to_unit(unit: str) -> Response:
    """Lead to the page of a unit."""
    return redirect(url_for("organisation.unit", unit=unit), 303)
