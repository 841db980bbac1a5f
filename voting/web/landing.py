"""The first page: which votes are running, and a place to type a code. The code goes from there to the phone page."""

from flask import Blueprint, render_template

from voting.domain.sessions import State
from voting.web.access import public
from voting.web.site import house

blueprint = Blueprint("landing", __name__)
RUNNING = frozenset({State.READY, State.OPEN})


@blueprint.get("/")
@public
def page() -> str:
    """Show the sessions that are ready or open."""
    sessions = [session for session in house().store.sessions() if session.state in RUNNING]
    return render_template("landing/landing.html", sessions=sessions)
