"""The page that ties the lines of a draft to the register, where they were typed or came from a file."""

from flask import flash, redirect, render_template, request, url_for

from voting.domain.organisation.matching import proposals, tie_lines
from voting.domain.organisation.officials import officials_by_subject, register_of
from voting.domain.organisation.roles import Act
from voting.domain.sessions import Session, State
from voting.errors import ChangedMeanwhile, MalformedRegister, UnknownSession, WrongState
from voting.web.access import this_chair
from voting.web.chair.faults import Fault
from voting.web.languages import gettext
from voting.web.organisation.access import competent, standing
from voting.web.organisation.blueprint import blueprint
from voting.web.organisation.faults import faults_of
from voting.web.organisation.officials import Page
from voting.web.site import house


@blueprint.get("/units/<session:unit>/sessions/<session:session>/subjects")
@competent(Act.RUN, of="unit")
def subjects(unit: str, session: str) -> Page:
    """Show who of the register stands on each line, or who is proposed; it can be changed while this is a draft."""
    return _page(_of_unit(unit, session), {})


@blueprint.post("/units/<session:unit>/sessions/<session:session>/subjects")
@competent(Act.RUN, of="unit")
def tie_subjects(unit: str, session: str) -> Page:
    """Save who stands on which line."""
    draft = _of_unit(unit, session)
    if draft.state != State.DRAFT:
        raise WrongState("Only a draft can be changed.", draft.state)
    if request.form.get("version") != str(draft.version):
        raise ChangedMeanwhile("The draft was changed in between.")
    chosen = {
        person.title: request.form.get(f"line_{number}", "") for number, person in enumerate(draft.sheet.people, 1)
    }
    try:
        tie_lines(house(), draft, chosen, by=this_chair().name)
    except MalformedRegister as refusal:
        faults = tuple(Fault(f"line_{fault.line}", fault.words) for fault in faults_of(refusal, "lines"))
        return _page(draft, chosen, faults), 400
    flash(gettext("It is saved who stands on which line."), "ok")
    return redirect(url_for("chair.page", uuid=draft.uuid), 303)


def _of_unit(unit: str, uuid: str) -> Session:
    session = house().store.session(uuid)
    if session.unit_id != unit:
        raise UnknownSession("There is no such session in this unit.")
    return session


def _page(session: Session, sent: dict[str, str], faults: tuple[Fault, ...] = ()) -> str:
    register = register_of(house())
    may_change = session.state == State.DRAFT
    return render_template(
        "organisation/matching.html",
        session=session,
        unit=standing().tree.unit(session.unit_id),
        lines=proposals(register, session),
        people=register.of([session.unit_id]),
        tied=officials_by_subject(register, session),
        sent=sent,
        may_change=may_change,
        slips_made=may_change and bool(house().store.held_credentials(session.uuid)),
        faults=faults,
    )
