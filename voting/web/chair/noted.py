"""What an account does with a session is written down in the journal: who, what, in which unit, in which minute.

The journal outlives the vote, and those who read it sit outside of the room. So it must not bring a person nearer to a
code or a ballot than the board does. The board has the ballots in order and no times (docs/adr/0010 and 0011), and
what happens at the door is occasioned by one person who stands there: a slip that is exchanged or made void, a
personal link that is made anew, somebody who is taken off the roster, a number of people present that grows by one. A
minute beside any of these would say when that person got a code, and the ballots after it are few. So from the moment
when codes are out until the close, only what concerns all voters alike is noted: the steps of the session, the
announced end, the links of the tellers (whose key opens no code), and what makes another draft. All the rest is not
noted at all, not even without the minute, since the order of the journal would tell the same.

Never noted, because they do not come here: acts of the desk, of tellers' devices and of phones, sign-ins, and whatever
the service does by itself. Of a form nothing is written down. The minutes of the journal are in the append-only file
while a vote runs, as the times of other sessions are, and tell whoever has the disk no more than these; the file is
written anew when the votes are counted.
"""

from typing import Final

from flask import Response, g, request

from voting.domain.organisation.register import note_act
from voting.domain.sessions import Session, State
from voting.errors import Refusal
from voting.web.access import signed_in
from voting.web.chair.blueprint import blueprint
from voting.web.journal import note_failed_task
from voting.web.site import house

CODES_ARE_OUT: Final = frozenset({State.READY, State.OPEN})
OF_ALL_VOTERS: Final = frozenset({"take", "announce", "make_links", "copy", "save_as_model"})
"""The routes whose acts are noted while codes are out."""

SHOWN_ONCE: Final = frozenset({"make", "make_links", "make_personal_links", "make_desk", "take_exchange"})
"""The routes that answer with a page when they have done something, which is shown once. All others lead on then."""

OF_NO_SESSION: Final = frozenset({"change_agenda"})
"""Routes that only look a session up."""


def take_in_hand(session: Session) -> None:
    """Remember which session this request is about, as it was before."""
    if "session_in_hand" not in g:
        g.session_in_hand = session


def name_act(name: str) -> None:
    """Say what a route did that can do several things; empty: nothing, so that nothing is noted."""
    g.act_on_session = name


@blueprint.after_request
def note(response: Response) -> Response:
    """Note what was done. When the journal cannot be written, what was done stays."""
    session: Session | None = g.get("session_in_hand")
    account = signed_in() if session is not None and request.method == "POST" else None
    if session is None or account is None or not (name := _done(session, response)):
        return response
    try:
        note_act(house(), account.name, f"session.{name}", unit=session.unit_id, about=session.uuid)
    except Refusal as error:
        note_failed_task("journal-failed", error)
    return response


def _done(session: Session, response: Response) -> str:
    """Name what a request has done with a session, empty for nothing that is noted."""
    route = (request.endpoint or "").rpartition(".")[2]
    if response.status_code >= 400 or route in OF_NO_SESSION:
        return ""
    if (response.status_code < 300) != (route in SHOWN_ONCE):
        return ""
    if session.state in CODES_ARE_OUT and route not in OF_ALL_VOTERS:
        return ""
    if route == "take":
        return str((request.view_args or {})["name"]) if _has_moved(session) else ""
    return str(g.get("act_on_session", route))


def _has_moved(session: Session) -> bool:
    """Tell whether a step was taken now, and not before by a first tap."""
    try:
        return house().store.session(session.uuid).state != session.state
    except Refusal:
        return False
