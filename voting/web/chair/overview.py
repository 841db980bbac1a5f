"""The chair's list of sessions: newest first, searched and filtered by a plain form, fifty on a page."""

from datetime import datetime
from typing import Final

from flask import render_template, request

from voting.domain.organisation.roles import Act
from voting.domain.search import ARCHIVED, LONGEST_SEARCH, Search, find
from voting.domain.sessions import Session, State
from voting.web.access import chair_only
from voting.web.chair.blueprint import blueprint
from voting.web.chair.ownership import is_own, unit_of
from voting.web.chair.sessions import in_words
from voting.web.chair.words import STATE_WORDS
from voting.web.languages import gettext
from voting.web.site import house

PER_PAGE: Final = 50


@blueprint.get("/")
@chair_only
def overview() -> str:
    """List the chair's own sessions, and those of which a role lets it count; the archive only when it is asked for."""
    stored, damaged = house().store.readable_sessions()
    own = [session for session in stored.values() if is_own(session, Act.COUNT)]
    search = _asked_for()
    found = find(own, search, _year_of)
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(max(request.args.get("page", 1, int), 1), pages)
    return render_template(
        "chair/overview.html",
        sessions=found[(number - 1) * PER_PAGE : number * PER_PAGE],
        found=len(found),
        none_at_all=not own,
        unread=len(damaged),
        search=search,
        years=sorted({_year_of(session) for session in own}, reverse=True),
        states=in_words(STATE_WORDS),
        unit_of=unit_of,
        choices=[*in_words(STATE_WORDS).items(), (ARCHIVED, gettext("In the archive"))],
        page=number,
        pages=pages,
    )


def _asked_for() -> Search:
    state = request.args.get("state", "")
    return Search(
        text=" ".join(request.args.get("q", "")[:LONGEST_SEARCH].split()),
        state=state if state in (*State, ARCHIVED) else "",
        year=request.args.get("year", 0, int),
    )


def _year_of(session: Session) -> int:
    # As the clock of this machine shows it beside the session.
    return datetime.fromtimestamp(session.created_at).astimezone().year
