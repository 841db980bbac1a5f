"""The announced end of an open vote: the chair sets it, puts it off, brings it forward or takes it back."""

from typing import Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from voting.domain.deadlines import announce_end_at, take_back_end
from voting.domain.sessions import Session, State
from voting.errors import MalformedForm
from voting.web.access import chair_only
from voting.web.chair.blueprint import blueprint
from voting.web.chair.end_time import FIELD, read_end
from voting.web.chair.faults import Fault, faults_of
from voting.web.chair.ownership import own_session
from voting.web.languages import gettext
from voting.web.site import house, site

Page = str | tuple[str, int] | Response

USUAL: Final = "5"
"""Minutes that the empty form proposes."""


@blueprint.get("/sessions/<session:uuid>/deadline")
@chair_only
def ask_end(uuid: str) -> Page:
    """Show the form; of a session that is not open, its page."""
    session = own_session(uuid)
    if session.state != State.OPEN:
        return redirect(url_for("chair.page", uuid=uuid), 303)
    return _page(session, USUAL, itself=session.closes_itself)


@blueprint.post("/sessions/<session:uuid>/deadline")
@chair_only
def announce(uuid: str) -> Page:
    """Announce an end, or take the announced one back. Raises WrongState unless open."""
    session = own_session(uuid)
    end, itself = request.form.get(FIELD, "").strip(), request.form.get("itself") == "yes"
    if request.form.get("wish") == "take-back":
        take_back_end(house(), uuid)
        flash(gettext("No end is announced any more: the vote stays open until you close it."), "ok")
    else:
        try:
            announce_end_at(house(), uuid, read_end(end, house().clock()), itself=itself)
        except MalformedForm as refusal:
            return _page(session, end, faults_of(refusal), itself=itself), 400
        flash(gettext("The end is announced on every phone and on the projector."), "ok")
    site().figures.forget(uuid)
    return redirect(url_for("chair.page", uuid=uuid), 303)


def _page(session: Session, end: str, faults: tuple[Fault, ...] = (), *, itself: bool) -> str:
    return render_template(
        "chair/deadline.html", session=session, faults=faults, end=end, itself=itself, now=house().clock()
    )
