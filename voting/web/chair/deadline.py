"""The announced end of an open vote: the chair sets it, puts it off, brings it forward or takes it back."""

from typing import Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from voting.domain.deadlines import announce_end, take_back_end
from voting.domain.sessions import State
from voting.errors import MalformedForm
from voting.web.access import chair_only
from voting.web.chair.blueprint import blueprint
from voting.web.chair.faults import faults_of
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
    return render_template("chair/deadline.html", session=session, faults=(), minutes=USUAL, itself=None)


@blueprint.post("/sessions/<session:uuid>/deadline")
@chair_only
def announce(uuid: str) -> Page:
    """Announce an end, or take the announced one back. Raises WrongState unless open."""
    session = own_session(uuid)
    minutes, itself = request.form.get("end", "").strip(), request.form.get("itself") == "yes"
    if request.form.get("wish") == "take-back":
        take_back_end(house(), uuid)
        flash(gettext("No end is announced any more: the vote stays open until you close it."), "ok")
    else:
        try:
            announce_end(house(), uuid, _number(minutes), itself=itself)
        except MalformedForm as refusal:
            faults = faults_of(refusal)
            page = render_template(
                "chair/deadline.html", session=session, faults=faults, minutes=minutes, itself=itself
            )
            return page, 400
        flash(gettext("The end is announced on every phone and on the projector."), "ok")
    site().figures.forget(uuid)
    return redirect(url_for("chair.page", uuid=uuid), 303)


def _number(text: str) -> int:
    # What is no number of minutes is refused like one that is too small.
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
