"""The page of one session: where it stands and the one step that comes next."""

from typing import Any, Final

from flask import render_template, request

from voting.domain.agendas import places_of
from voting.domain.attendance import STATES as ATTENDANCE_STATES
from voting.domain.attendance import attendance_of
from voting.domain.counting import is_tallied
from voting.domain.organisation.roles import Act
from voting.domain.paper import FEW as FEW_ON_PAPER
from voting.domain.paper import paper_of
from voting.domain.results import result_of
from voting.domain.retention import is_over
from voting.domain.scales import scale_of
from voting.domain.second_vote import concerned
from voting.domain.sessions import Session, State
from voting.domain.warnings import FEW
from voting.web.access import chair_only, this_chair
from voting.web.chair.attendance import attendance_doubts
from voting.web.chair.batches import batch_of
from voting.web.chair.blueprint import blueprint
from voting.web.chair.ownership import is_own, own_session, unit_of
from voting.web.chair.progress import progress_of
from voting.web.chair.reckoning import reckoning_of
from voting.web.chair.rules_in_words import rule_of_session
from voting.web.chair.warnings import warnings_in_words
from voting.web.chair.words import OCCASION_WORDS, STATE_WORDS, WAY
from voting.web.disclosure import withholding_of
from voting.web.languages import N_, gettext, language
from voting.web.result_words import spoken, told
from voting.web.site import base_address, house

LOOPBACK_ADDRESSES: Final = ("http://127.0.0.1", "http://localhost", "http://[::1]")


@blueprint.get("/sessions/<session:uuid>")
@chair_only
def page(uuid: str) -> str:
    """Show a session to its chair. Raises UnknownSession, also for that of another chair."""
    session = own_session(uuid, Act.COUNT)
    may_run = is_own(session)
    turnout = house().store.turnout(uuid)
    slips_made = bool(house().store.held_credentials(uuid)) if session.state == State.DRAFT else False
    progress = progress_of(session) if session.tellers else None
    counted = session.state in (State.COUNTED, State.PUBLISHED)
    return render_template(
        "chair/session.html",
        session=session,
        may_run=may_run,
        unit=unit_of(session),
        turnout=turnout,
        reckoning=reckoning_of(session) if session.state != State.DRAFT else None,
        slips_made=slips_made,
        batch=batch_of(session),
        **_result_on_page(session, counted=counted),
        is_over=is_over(session),
        places=places_of(house(), session, chair=this_chair().name),
        states=in_words(STATE_WORDS),
        occasions=in_words(OCCASION_WORDS),
        progress=progress,
        tallied=progress.tallied if progress else is_tallied(house(), session.uuid),
        way=way_of(session, slips_made=slips_made, key_made=progress is None or progress.complete),
        levels=session.sheet.level_labels(session.language),
        scale=scale_of(session.sheet.scale).names[language()],
        warnings=warnings_in_words(session),
        attendance=attendance_of(house(), uuid)[0],
        attendance_changes=may_run and session.state in ATTENDANCE_STATES,
        attendance_doubts=attendance_doubts(session),
        rule=rule_of_session(session),
        few=session.codes < FEW,
        unreachable=not reaches_phones(),
        base=base_address(),
        now=house().clock(),
    )


def _result_on_page(session: Session, *, counted: bool) -> dict[str, Any]:
    """Give what the page needs to show the result, and the paper ballots before and beside it."""
    paper, _ = paper_of(house(), session.uuid) if session.is_setup else (None, 0)
    result = spoken(result_of(house(), session.uuid), session) if counted else None
    return {
        "result": result,
        "told": told(result) if result else None,
        "sort": request.args.get("order") == "share",
        "paper_entered": paper,
        "few_on_paper": FEW_ON_PAPER,
        "proposed": [person.name for person in concerned(session, result)] if result else [],
        "withheld": withholding_of(session),
    }


def way_of(session: Session, *, slips_made: bool, key_made: bool) -> list[tuple[str, str]]:
    """List the stations of a session as (words, "done" | "now" | "ahead"); nothing for a cancelled one."""
    if session.state == State.CANCELLED:
        return []
    way = dict(WAY) if session.printed else {**dict(WAY), "slips": N_("Make the codes")}
    stations = [(place, gettext(words)) for place, words in way.items() if place != "tellers" or session.tellers]
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
