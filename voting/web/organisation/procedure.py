"""The procedure in one unit of a cycle: what was entered of each step, beside what the system knows of it."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from voting.domain.organisation.cycle_overview import NOT_STARTED, progress_of
from voting.domain.organisation.cycles import Step, cycle_of
from voting.domain.organisation.procedure import enter_step
from voting.domain.organisation.roles import Act
from voting.domain.sessions import State
from voting.errors import ChangedMeanwhile, MalformedRegister
from voting.web.access import this_chair
from voting.web.chair.faults import Fault
from voting.web.chair.sessions import in_words
from voting.web.languages import gettext
from voting.web.organisation.access import competent
from voting.web.organisation.blueprint import blueprint
from voting.web.organisation.cycle_form import mark_of_step, step_of_form
from voting.web.organisation.cycle_words import PROGRESS_WORDS, STEP_WORDS, today
from voting.web.organisation.cycles import concerned_unit, link_to_session, may_enter
from voting.web.organisation.faults import faults_of
from voting.web.site import house

Page = str | tuple[str, int] | Response


@blueprint.get("/cycles/<session:cycle>/units/<session:unit>")
@competent(Act.MANAGE, Act.RUN, Act.REVIEW, of="unit")
def cycle_unit(cycle: str, unit: str) -> Page:
    """Show the steps of a unit. Raises UnknownCycle, UnknownUnit when the cycle is not about it."""
    return _page(cycle, unit)


@blueprint.post("/cycles/<session:cycle>/units/<session:unit>")
@competent(Act.MANAGE, Act.RUN, of="unit")
def save_step(cycle: str, unit: str) -> Page:
    """Enter what became of one step. Raises ChangedMeanwhile when it is not the one that the form showed."""
    found = cycle_of(house(), cycle)
    concerned_unit(found, unit)
    kind = request.form.get("kind", "")
    before = next((step for step in found.steps_of(unit) if step.kind == kind), None)
    if before is not None and request.form.get("seen", "") != mark_of_step(before):
        raise ChangedMeanwhile("The step was changed in between. Read it again.")
    typed = step_of_form(request.form, kind)
    try:
        enter_step(house(), cycle, unit, typed, by=this_chair().name, before=before)
    except MalformedRegister as refusal:
        faults = tuple(replace(fault, field=f"{fault.field}-{kind}") for fault in faults_of(refusal))
        return _page(cycle, unit, typed, faults), 400
    flash(gettext("Saved: %(step)s.", step=gettext(STEP_WORDS[kind])), "ok")
    return redirect(url_for("organisation.cycle_unit", cycle=cycle, unit=unit, _anchor=kind), 303)


def _page(cycle: str, unit: str, typed: Step | None = None, faults: tuple[Fault, ...] = ()) -> str:
    found = cycle_of(house(), cycle)
    place = concerned_unit(found, unit)
    (progress,) = progress_of(house(), found, [unit], today=today())
    can_enter = may_enter(unit)
    return render_template(
        "organisation/cycle_unit.html",
        cycle=found,
        unit=place,
        progress=progress,
        link=link_to_session(progress),
        steps=[
            (step, typed if typed and typed.kind == step.kind else step, mark_of_step(step)) for step in progress.steps
        ],
        open=typed.kind if typed else "",
        words=in_words(STEP_WORDS),
        states=in_words(PROGRESS_WORDS),
        today=today(),
        can_enter=can_enter,
        can_draft=can_enter and progress.state in (NOT_STARTED, State.CANCELLED),
        faults=faults,
    )
