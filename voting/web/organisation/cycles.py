"""Cycles: their list, the plan of one, the drafts of all its units in one step, and where each unit has got to."""

from datetime import datetime
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from voting.domain.organisation.cycle_drafts import Made, make_again, make_drafts
from voting.domain.organisation.cycle_overview import NOT_STARTED, UnitProgress, progress_of
from voting.domain.organisation.cycles import (
    LEVEL_SCALES,
    LONGEST_NAME,
    YEARS,
    Cycle,
    change_cycle,
    cycle_of,
    cycles_of,
    has_session,
    make_cycle,
    remove_cycle,
    units_with_session,
)
from voting.domain.organisation.officials import register_of
from voting.domain.organisation.procedure import PROCEDURES, planned_steps
from voting.domain.organisation.roles import Act
from voting.domain.organisation.units import Unit
from voting.domain.scales import SCALES
from voting.domain.sessions import OCCASIONS, State
from voting.errors import ChangedMeanwhile, MalformedRegister, UnknownUnit
from voting.web.access import this_chair
from voting.web.chair.faults import Fault
from voting.web.chair.rules_in_words import rules_offered
from voting.web.chair.sessions import in_words
from voting.web.chair.words import OCCASION_WORDS
from voting.web.languages import gettext, language, ngettext
from voting.web.organisation.access import competent, standing
from voting.web.organisation.blueprint import blueprint
from voting.web.organisation.cycle_form import Entries, mark_of
from voting.web.organisation.cycle_words import PROGRESS_WORDS, STEP_WORDS, today
from voting.web.organisation.faults import faults_of
from voting.web.site import house

Page = str | tuple[str, int] | Response

SEEING: Final = (Act.MANAGE, Act.RUN, Act.REVIEW)


@blueprint.get("/cycles")
@competent(*SEEING, of="anywhere")
def cycles() -> Page:
    """List the cycles that concern a unit of this account."""
    own = standing()
    rows = [cycle for cycle in cycles_of(house()) if any(own.may(act, unit) for act in SEEING for unit in cycle.units)]
    return render_template(
        "organisation/cycles.html",
        rows=rows,
        tree=own.tree,
        occasions=in_words(OCCASION_WORDS),
        may_make=own.may_anywhere(Act.MANAGE),
    )


@blueprint.get("/cycles/<session:cycle>")
@competent(*SEEING, of="cycle-units")
def cycle(cycle: str) -> Page:
    """Show where each unit has got to, as far as the account may see the steps of the unit."""
    found, own = cycle_of(house(), cycle), standing()
    seen = [unit for unit in found.units if any(own.may(act, unit) for act in SEEING)]
    rows = progress_of(house(), found, seen, today=today())
    may_manage = own.may(Act.MANAGE, found.unit)
    late_only = request.args.get("show") == "late"
    late = [row for row in rows if row.late]
    return render_template(
        "organisation/cycle.html",
        cycle=found,
        tree=own.tree,
        rows=late if late_only else rows,
        size=len(rows),
        late=len(late),
        late_only=late_only,
        counts=[(state, sum(row.state == state for row in rows)) for state in PROGRESS_WORDS],
        links={row.unit: link_to_session(row) for row in rows},
        renewable={row.unit for row in rows if row.state == State.CANCELLED and may_enter(row.unit)},
        missing=sum(row.state == NOT_STARTED for row in rows),
        may_manage=may_manage,
        sees_caps=any(own.may(act, found.unit) for act in (Act.MANAGE, Act.REVIEW)),
        has_sessions=may_manage and has_session(house(), found),
        states=in_words(PROGRESS_WORDS),
        steps=in_words(STEP_WORDS),
        occasions=in_words(OCCASION_WORDS),
        scale=SCALES[found.scale].names[language()],
        rule=next((offer.name for offer in rules_offered(None) if offer.id == found.rule), found.rule),
    )


@blueprint.get("/cycles/new")
@competent(Act.MANAGE, of="anywhere")
def new_cycle() -> Page:
    """Show the form of a new cycle, with the procedure that is proposed for its occasion."""
    tops = _tops()
    occasion = request.args.get("occasion", "yearly")
    occasion = occasion if occasion in OCCASIONS else "yearly"
    people = {official.unit for official in register_of(house()).officials.values() if not official.left}
    entries = Entries(
        unit=tops[0].id,
        occasion=occasion,
        year=str(datetime.fromtimestamp(house().clock()).astimezone().year),
        scale="classification",
        language=language(),
        units=tuple(unit.id for unit in standing().tree.within(tops[0].id) if unit.id in people),
        steps=planned_steps(occasion),
    )
    return _form(entries, None)


@blueprint.post("/cycles/new")
@competent(Act.MANAGE, of="anywhere")
def create_cycle() -> Page:
    """Make a cycle. Raises NotCompetent for a unit in which the account may not."""
    entries = Entries.of_form(request.form)
    standing().require(Act.MANAGE, entries.unit)
    try:
        made = make_cycle(house(), entries.to_cycle(), by=this_chair().name)
    except MalformedRegister as refusal:
        return _form(entries, None, faults_of(refusal)), 400
    flash(gettext("The cycle is made. The drafts of its units are made when you say so."), "ok")
    return redirect(url_for("organisation.cycle", cycle=made.id), 303)


@blueprint.get("/cycles/<session:cycle>/edit")
@competent(Act.MANAGE, of="cycle")
def edit_cycle(cycle: str) -> Page:
    """Show the form of a cycle."""
    found = cycle_of(house(), cycle)
    return _form(Entries.of_cycle(found), found)


@blueprint.post("/cycles/<session:cycle>/edit")
@competent(Act.MANAGE, of="cycle")
def save_cycle(cycle: str) -> Page:
    """Change the plan of a cycle. Raises ChangedMeanwhile when it is not the one that the form showed."""
    entries, before = Entries.of_form(request.form), cycle_of(house(), cycle)
    if entries.seen != mark_of(before):
        raise ChangedMeanwhile("The cycle was changed in between. Read it again.")
    try:
        change_cycle(house(), entries.to_cycle(before), by=this_chair().name)
    except MalformedRegister as refusal:
        return _form(entries, before, faults_of(refusal)), 400
    flash(gettext("The cycle is changed."), "ok")
    return redirect(url_for("organisation.cycle", cycle=cycle), 303)


@blueprint.post("/cycles/<session:cycle>/delete")
@competent(Act.MANAGE, of="cycle")
def delete_cycle(cycle: str) -> Page:
    """Remove a cycle in which no unit has a session."""
    name = cycle_of(house(), cycle).name
    try:
        remove_cycle(house(), cycle, by=this_chair().name)
    except MalformedRegister as refusal:
        flash(faults_of(refusal)[0].words, "warning")
        return redirect(url_for("organisation.cycle", cycle=cycle), 303)
    flash(gettext("The cycle “%(name)s” is removed.", name=name), "ok")
    return redirect(url_for("organisation.cycles"), 303)


@blueprint.post("/cycles/<session:cycle>/drafts")
@competent(Act.MANAGE, of="cycle")
def draft_cycle(cycle: str) -> Page:
    """Make the drafts of all units that have none."""
    tell(make_drafts(house(), cycle, by=this_chair().name))
    return redirect(url_for("organisation.cycle", cycle=cycle), 303)


@blueprint.post("/cycles/<session:cycle>/units/<session:unit>/draft")
@competent(Act.MANAGE, Act.RUN, of="unit")
def draft_unit(cycle: str, unit: str) -> Page:
    """Make the draft of one unit, also in place of a session that was cancelled. Raises UnknownUnit."""
    tell(make_again(house(), cycle, unit, by=this_chair().name))
    return redirect(url_for("organisation.cycle_unit", cycle=cycle, unit=unit), 303)


def tell(made: Made) -> None:
    """Say on the next page what was made, and of which units nothing could be."""
    tree = standing().tree
    number = len(made.sessions)
    flash(ngettext("%(num)s draft was made.", "%(num)s drafts were made.", number), "ok" if number else "warning")
    if made.skipped:
        names = ", ".join(tree.name(unit) for unit in made.skipped)
        flash(gettext("Nobody is in the register of: %(units)s.", units=names), "warning")
    for unit, refusal in made.refused:
        why = "; ".join(fault.words for fault in faults_of(refusal))
        flash(gettext("No draft for %(unit)s: %(reason)s", unit=tree.name(unit), reason=why), "warning")


def may_enter(unit: str) -> bool:
    """Tell whether the account may enter what became of the steps of a unit, and make its draft."""
    return standing().may(Act.RUN, unit) or standing().may(Act.MANAGE, unit)


def link_to_session(row: UnitProgress) -> str:
    """Give where the account can look at the session of a unit; empty where it may not."""
    if row.session is None:
        return ""
    if standing().may(Act.RUN, row.unit):
        return url_for("chair.page", uuid=row.session.uuid)
    if row.known is not None and standing().may(Act.READ, row.unit):
        return url_for("organisation.result", session=row.session.uuid)
    return ""


def concerned_unit(found: Cycle, unit: str) -> Unit:
    """Give a unit that a cycle is about. Raises UnknownUnit."""
    if unit not in found.units:
        raise UnknownUnit("The cycle is not about this unit.")
    return standing().tree.unit(unit)


def _tops() -> list[Unit]:
    """List the units that the account manages and none above which it does."""
    managed = standing().units(Act.MANAGE)
    within = {unit.id for unit in managed}
    return [unit for unit in managed if unit.parent not in within]


def _branch(unit: Unit) -> dict[str, Any]:
    return {"unit": unit, "below": [_branch(child) for child in standing().tree.children(unit.id)]}


def _form(entries: Entries, saved: Cycle | None, faults: tuple[Fault, ...] = ()) -> str:
    tree = standing().tree
    tops = [tree.unit(saved.unit)] if saved else _tops()
    shown = {unit.id for top in tops for unit in tree.within(top.id)}
    scales = [(scale, SCALES[scale].names[language()]) for scale in LEVEL_SCALES]
    rules = [
        offer for offer in rules_offered(None) if not offer.scales or set(offer.scales.split()) & set(LEVEL_SCALES)
    ]
    return render_template(
        "organisation/cycle_edit.html",
        entries=entries,
        saved=saved,
        held=units_with_session(house(), saved) if saved else frozenset(),
        tops=tops,
        branches=[_branch(top) for top in tops],
        elsewhere=[tree.unit(unit) for unit in (saved.units if saved else ()) if unit not in shown],
        steps=in_words(STEP_WORDS),
        occasions=[(occasion, gettext(OCCASION_WORDS[occasion])) for occasion in PROCEDURES],
        occasion=gettext(OCCASION_WORDS.get(entries.occasion, OCCASION_WORDS["other"])),
        scales=scales,
        rules=rules,
        years=YEARS,
        longest_name=LONGEST_NAME,
        faults=faults,
    )
