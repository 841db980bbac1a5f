"""Agendas: a chair brings the sessions of one meeting into an order; projector and phones follow it."""

from typing import Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from voting.domain.agendas import (
    Agenda,
    add_session,
    agenda_of,
    agendas_of,
    current,
    delete_agenda,
    make_agenda,
    move_session,
    remove_session,
    rename_agenda,
    sessions_of,
)
from voting.errors import MalformedForm, NotFound
from voting.web.access import chair_only, this_chair
from voting.web.chair.blueprint import blueprint
from voting.web.chair.faults import Fault, faults_of
from voting.web.chair.ownership import is_own, own_session
from voting.web.chair.sessions import in_words
from voting.web.chair.words import STATE_WORDS
from voting.web.languages import gettext
from voting.web.site import house

Page = str | tuple[str, int] | Response

_BY: Final = {"up": -1, "down": 1}


@blueprint.get("/agendas")
@chair_only
def agendas() -> Page:
    """List the chair's agendas, with the form for a new one."""
    return _list("")


@blueprint.post("/agendas")
@chair_only
def create_agenda() -> Page:
    """Make an empty agenda."""
    name = request.form.get("name", "")
    try:
        agenda = make_agenda(house(), name, chair=this_chair().name)
    except MalformedForm as refusal:
        return _list(name, faults_of(refusal)), 400
    return _to_agenda(agenda)


@blueprint.get("/agendas/<session:uuid>")
@chair_only
def agenda(uuid: str) -> Page:
    """Show an agenda with its sessions. Raises NotFound, also for another chair's."""
    return _page(_own(uuid))


@blueprint.post("/agendas/<session:uuid>")
@chair_only
def change_agenda(uuid: str) -> Page:
    """Rename an agenda, or add, move or take off a session. Raises ChangedMeanwhile, NotFound."""
    own = _own(uuid)
    wish, _, session = request.form.get("wish", "").partition(":")
    try:
        if wish == "rename":
            rename_agenda(house(), own, request.form.get("name", ""))
        elif wish == "add":
            add_session(house(), own, own_session(request.form.get("session", "")).uuid)
        elif wish in _BY and session in own.sessions:
            move_session(house(), own, session, _BY[wish])
            # Back to where the chair was, in a list that may be long.
            return _to_agenda(own, session)
        elif wish == "remove":
            remove_session(house(), own, session)
    except MalformedForm as refusal:
        return _page(own, faults_of(refusal)), 400
    return _to_agenda(own)


@blueprint.post("/agendas/<session:uuid>/delete")
@chair_only
def remove_agenda(uuid: str) -> Page:
    """Delete an agenda; its sessions stay. Raises ChangedMeanwhile, NotFound."""
    own = _own(uuid)
    delete_agenda(house(), own)
    flash(gettext("The agenda “%(name)s” is deleted. Its sessions stay.", name=own.name), "ok")
    return redirect(url_for("chair.agendas"), 303)


def _own(identifier: str) -> Agenda:
    found = agenda_of(house(), identifier)
    if found.chair != this_chair().name:
        raise NotFound("There is no such agenda.")
    return found


def _list(name: str, faults: tuple[Fault, ...] = ()) -> str:
    rows = agendas_of(house(), this_chair().name)
    return render_template("chair/agendas.html", rows=rows, name=name, faults=faults)


def _page(own: Agenda, faults: tuple[Fault, ...] = ()) -> str:
    # A role that was taken back since then no longer shows a draft; what is ready stands on the public agenda.
    sessions = [session for session in sessions_of(house(), own) if session.is_setup or is_own(session)]
    stored, damaged = house().store.readable_sessions()
    now = current(sessions)
    others = [
        session
        for session in stored.values()
        if is_own(session) and session.uuid not in own.sessions and not session.archived_at
    ]
    return render_template(
        "chair/agenda.html",
        agenda=own,
        sessions=sessions,
        shown_now=now.uuid if now else "",
        others=others,
        unread=len(damaged),
        states=in_words(STATE_WORDS),
        faults=faults,
    )


def _to_agenda(own: Agenda, session: str | None = None) -> Response:
    return redirect(url_for("chair.agenda", uuid=own.id, _anchor=session), 303)
