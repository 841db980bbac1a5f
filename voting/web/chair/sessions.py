"""The chair's list of sessions, and the page of one: where it stands and the one step that comes next."""

from typing import Final

from flask import render_template

from voting.domain.counting import is_tallied
from voting.domain.results import result_of
from voting.domain.scales import scale_of
from voting.domain.sessions import Session, State
from voting.web.access import chair_only, this_chair
from voting.web.chair.batches import batch_of
from voting.web.chair.blueprint import blueprint
from voting.web.chair.ownership import is_own, own_session
from voting.web.chair.progress import progress_of
from voting.web.chair.words import OCCASION_WORDS, STATE_WORDS, WAY
from voting.web.languages import gettext, language
from voting.web.site import base_address, house

FEW: Final = 5
"""Below this number of codes a unanimous result tells how each one voted (RULES, "Small rolls")."""

LOOPBACK_ADDRESSES: Final = ("http://127.0.0.1", "http://localhost", "http://[::1]")


@blueprint.get("/")
@chair_only
def overview() -> str:
    """List the chair's own sessions, newest first."""
    name = this_chair().name
    own = [session for session in house().store.sessions() if is_own(session)]
    return render_template("chair/overview.html", sessions=own, states=in_words(STATE_WORDS), name=name)


@blueprint.get("/sessions/<session:uuid>")
@chair_only
def page(uuid: str) -> str:
    """Show a session to its chair. Raises UnknownSession, also for that of another chair."""
    session = own_session(uuid)
    turnout = house().store.turnout(uuid)
    slips_made = bool(house().store.held_credentials(uuid)) if session.state == State.DRAFT else False
    progress = progress_of(session) if session.tellers else None
    counted = session.state in (State.COUNTED, State.PUBLISHED)
    return render_template(
        "chair/session.html",
        session=session,
        turnout=turnout,
        slips_made=slips_made,
        batch=batch_of(session),
        result=result_of(house(), uuid) if counted else None,
        states=in_words(STATE_WORDS),
        occasions=in_words(OCCASION_WORDS),
        progress=progress,
        tallied=progress.tallied if progress else is_tallied(house(), session.uuid),
        way=way_of(session, slips_made=slips_made, key_made=progress is None or progress.complete),
        levels=session.sheet.level_labels(session.language),
        scale=scale_of(session.sheet.scale).names[language()],
        few=session.codes < FEW,
        unreachable=not reaches_phones(),
        base=base_address(),
    )


def way_of(session: Session, *, slips_made: bool, key_made: bool) -> list[tuple[str, str]]:
    """List the stations of a session as (words, "done" | "now" | "ahead"); nothing for a cancelled one."""
    if session.state == State.CANCELLED:
        return []
    stations = [(place, gettext(words)) for place, words in WAY if place != "tellers" or session.tellers]
    at: str = session.state
    if session.state == State.DRAFT and (session.tellers or slips_made):
        at = "slips" if key_made else "tellers"
    now = [place for place, _ in stations].index(at)
    return [(words, "done" if i < now else "now" if i == now else "ahead") for i, (_, words) in enumerate(stations)]


def reaches_phones() -> bool:
    """Tell whether the address of this page is more than this computer's own, so that links to it work on phones."""
    return not base_address().startswith(LOOPBACK_ADDRESSES)


def in_words(table: dict[str, str]) -> dict[str, str]:
    """Translate the values of a table of msgids."""
    return {key: gettext(message) for key, message in table.items()}
