"""What the room sees of an agenda: the list of its votes, and one projector page that follows the vote that is held."""

from flask import Blueprint, Response, render_template

from voting.domain.agendas import agenda_of, current, public_sessions_of
from voting.protocol.canonical import to_bytes
from voting.web.access import public
from voting.web.board import screen_page
from voting.web.site import house

blueprint = Blueprint("agenda", __name__)


@blueprint.get("/s/agenda/<session:identifier>")
@public
def page(identifier: str) -> str:
    """List the votes of an agenda; drafts are the chair's alone. Raises NotFound."""
    agenda = agenda_of(house(), identifier)
    sessions = public_sessions_of(house(), agenda)
    return render_template("screen/agenda.html", agenda=agenda, sessions=sessions, now=current(sessions))


@blueprint.get("/s/agenda/<session:identifier>/screen")
@public
def screen(identifier: str) -> str:
    """Show the projector's page of the vote that is held, or that one comes. Raises NotFound."""
    agenda = agenda_of(house(), identifier)
    now = current(public_sessions_of(house(), agenda))
    if now is None:
        return render_template("screen/waiting.html", agenda=agenda)
    return screen_page(now, agenda=agenda.id)


@blueprint.get("/api/agendas/<session:identifier>")
@public
def state(identifier: str) -> Response:
    """Tell which vote is held, `current`, null before the first is ready; and list those that the room may see."""
    agenda = agenda_of(house(), identifier)
    sessions = public_sessions_of(house(), agenda)
    now = current(sessions)
    answer = {
        "name": agenda.name,
        "current": now.uuid if now else None,
        "sessions": [{"uuid": one.uuid, "title": one.title, "state": str(one.state)} for one in sessions],
    }
    response = Response(to_bytes(answer), mimetype="application/json")
    response.headers["Cache-Control"] = "public, max-age=1"
    return response
