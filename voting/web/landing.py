"""The first page: which votes are running, and a place to type a code. The code goes from there to the phone page."""

from flask import Blueprint, render_template

from voting.domain.sessions import Session, State
from voting.web.access import public
from voting.web.site import house

blueprint = Blueprint("landing", __name__)
RUNNING = frozenset({State.READY, State.OPEN})


@blueprint.get("/")
@public
def page() -> str:
    """Show the sessions that are ready or open, and who can open what in them."""
    stored, _ = house().store.readable_sessions()
    sessions = [session for session in stored.values() if session.state in RUNNING]
    return render_template("landing/landing.html", sessions=sessions, modes=_modes(sessions))


def _modes(sessions: list[Session]) -> list[tuple[Session, list[str]]]:
    # What is said of one session would be wrong for another with other tellers.
    alike: dict[tuple[int, int], list[Session]] = {}
    for session in sessions:
        alike.setdefault((session.threshold, len(session.tellers)), []).append(session)
    return [(group[0], [session.title for session in group]) for group in alike.values()]
