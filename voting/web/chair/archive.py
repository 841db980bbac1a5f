"""Putting a session away that is over, and deleting of it what only the meeting needed, or everything."""

from typing import Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from voting.domain.organisation.keeping import delete_whole
from voting.domain.retention import (
    KEEP_DAYS,
    archive_session,
    is_deletable,
    is_over,
    reduce_session,
    take_out_of_archive,
)
from voting.domain.sessions import Session, State
from voting.errors import MalformedForm, NotCompetent, WrongState
from voting.web.access import chair_only, this_chair
from voting.web.chair.blueprint import blueprint
from voting.web.chair.faults import Fault, faults_of
from voting.web.chair.noted import name_act
from voting.web.chair.ownership import own_session
from voting.web.languages import N_, gettext
from voting.web.site import house, site

Page = str | tuple[str, int] | Response

_DONE: Final = {
    "archive": N_("The session is in the archive. You find it again with the filter of your list."),
    "take-out": N_("The session is on your list again."),
    "reduce": N_("Keys, links and lists of people of this session are deleted. Its board and its figures stay."),
}


@blueprint.get("/sessions/<session:uuid>/archive")
@chair_only
def ask_archive(uuid: str) -> Page:
    """Show what can be done with a session that is over; of another one, its page."""
    session = own_session(uuid)
    if not is_over(session):
        return redirect(url_for("chair.page", uuid=uuid), 303)
    return _page(session)


@blueprint.post("/sessions/<session:uuid>/archive")
@chair_only
def archive(uuid: str) -> Page:
    """Put a session away, take it back, or delete what only the meeting needed. Raises WrongState."""
    session, wish = own_session(uuid), request.form.get("wish", "archive")
    try:
        match wish:
            case "take-out":
                take_out_of_archive(house(), uuid)
            case "reduce" if request.form.get("sure") != "yes":
                fault = Fault("sure", gettext("Please confirm that this goes."))
                return _page(session, (fault,)), 400
            case "reduce":
                reduce_session(house(), uuid)
            case _:
                wish = "archive"
                archive_session(house(), uuid, _days(request.form.get("keep_days", "0")))
    except MalformedForm as refusal:
        return _page(session, faults_of(refusal)), 400
    site().figures.forget(uuid)
    name_act(wish.replace("-", "_"))
    flash(gettext(_DONE[wish]), "ok")
    return redirect(url_for("chair.page" if wish == "take-out" else "chair.ask_archive", uuid=uuid), 303)


@blueprint.get("/sessions/<session:uuid>/delete")
@chair_only
def ask_delete(uuid: str) -> Page:
    """Ask before everything of a session is deleted, and name what that is."""
    session = own_session(uuid)
    if not is_deletable(session) or not _may_delete(session):
        return redirect(url_for("chair.page", uuid=uuid), 303)
    return _delete_page(session)


@blueprint.post("/sessions/<session:uuid>/delete")
@chair_only
def delete(uuid: str) -> Page:
    """Delete everything of a session; only when that was ticked. Raises WrongState."""
    session = own_session(uuid)
    if not is_deletable(session):
        raise WrongState("Only a draft, or a session that is published or cancelled, can be deleted.", session.state)
    if not _may_delete(session):
        raise NotCompetent("Published sessions of a unit are deleted as the settings of the organisation say.")
    if request.form.get("sure") != "yes":
        return _delete_page(session, (Fault("sure", gettext("Please confirm that everything goes.")),)), 400
    delete_whole(house(), uuid, by=this_chair().name)
    name_act("")
    site().figures.forget(uuid)
    flash(gettext("The session “%(title)s” is deleted.", title=session.title), "ok")
    return redirect(url_for("chair.overview"), 303)


def _may_delete(session: Session) -> bool:
    """Tell whether it is for the chair to delete a session: one that a unit has published, it is not."""
    return not (session.unit_id and session.state == State.PUBLISHED)


def _page(session: Session, faults: tuple[Fault, ...] = ()) -> str:
    return render_template(
        "chair/archive.html", session=session, days=KEEP_DAYS, may_delete=_may_delete(session), faults=faults
    )


def _delete_page(session: Session, faults: tuple[Fault, ...] = ()) -> str:
    return render_template(
        "chair/delete.html",
        session=session,
        ballots=house().store.turnout(session.uuid).ballots,
        slips_made=bool(house().store.held_credentials(session.uuid)),
        faults=faults,
    )


def _days(text: str) -> int:
    return int(text) if text in map(str, KEEP_DAYS) else -1
