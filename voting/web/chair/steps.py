"""The steps of a session, each confirmed on a page of its own that says what cannot be undone; and voiding a slip."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from voting.domain.casting import open_session
from voting.domain.counting import close_session, count_session, is_tallied, publish_session
from voting.domain.deadlines import open_with_end
from voting.domain.drafting import cancel_session
from voting.domain.handing import reconciliation_of
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, void_code
from voting.domain.paper import FEW as FEW_ON_PAPER
from voting.domain.paper import paper_of
from voting.domain.sessions import NEXT, Session, State
from voting.errors import CodeUsed, MalformedCode, MalformedForm, Refusal, UnknownCode, VoidCode, WrongState
from voting.protocol.codes import parse_code, public_credential
from voting.protocol.group import point_to_hex
from voting.web.access import chair_only
from voting.web.chair.batches import batch_of, require_same_batch
from voting.web.chair.before_publishing import before_counting, before_publishing
from voting.web.chair.blueprint import blueprint
from voting.web.chair.end_time import FIELD, read_end
from voting.web.chair.faults import Fault, faults_of
from voting.web.chair.ownership import own_session
from voting.web.chair.progress import key_is_made, progress_of, progress_with_digits
from voting.web.chair.reckoning import reckoning_of
from voting.web.chair.warnings import warnings_in_words
from voting.web.chair.words import COUNT_WITH_TELLERS, FINISH_CLOSING, READY_WITHOUT_SLIPS, STEP_WORDS, StepWords
from voting.web.disclosure import withholding_of
from voting.web.languages import gettext
from voting.web.refusals import answer_of
from voting.web.site import house, site

Page = str | tuple[str, int] | Response
End = tuple[str, bool]
"""The end of a vote as a chair writes it, and whether the service closes it then."""
NO_END: Final[End] = ("", False)


@dataclass(frozen=True)
class Step:
    """A step: where it leads and the act of the domain that takes it."""

    to: State
    act: Callable[[House, str], Any]
    words: StepWords
    danger: bool = False


STEPS: Final[dict[str, Step]] = {
    "ready": Step(State.READY, confirm_codes, STEP_WORDS["ready"]),
    "open": Step(State.OPEN, open_session, STEP_WORDS["open"]),
    "close": Step(State.CLOSED, close_session, STEP_WORDS["close"]),
    "count": Step(State.COUNTED, count_session, STEP_WORDS["count"]),
    "publish": Step(State.PUBLISHED, publish_session, STEP_WORDS["publish"]),
    "cancel": Step(State.CANCELLED, cancel_session, STEP_WORDS["cancel"], danger=True),
}
_ROUTE: Final = f"/sessions/<session:uuid>/<any({', '.join(STEPS)}):name>"


@blueprint.get(_ROUTE)
@chair_only
def confirm(uuid: str, name: str) -> Page:
    """Ask before a step. A step that does not come now leads back to the page of the session."""
    session, step = own_session(uuid), STEPS[name]
    if not _comes_now(session, step):
        return _to_page(uuid)
    digits = ""
    if session.tellers and step.to == State.READY:
        progress, digits = progress_with_digits(session)
        if not progress.complete:
            return _to_page(uuid)
    return _page(session, step, name, digits)


@blueprint.post(_ROUTE)
@chair_only
def take(uuid: str, name: str) -> Page:
    """Take a step. One that was taken already (a second tap) leads to the page of the session as well."""
    session, step = own_session(uuid), STEPS[name]
    act, words = step.act, _words(session, step)
    finishes = _finishes_closing(session, step)
    if step.to == State.PUBLISHED and session.state == State.COUNTED and not _is_allowed(session):
        return _ask_again(session, step, name), 400
    if step.to == State.READY:
        # Named one by one, so that slips made between this line and the act are not confirmed in their place.
        act = partial(confirm_codes, credentials=require_same_batch(session, request.form.get("batch", "")))
    if step.to == State.OPEN and (end := _end_wished()) != NO_END:
        act = partial(_open_with_end, end=end)
    try:
        act(house(), uuid)
    except MalformedForm as refusal:
        if step.to != State.OPEN:
            raise
        return _page(session, step, name, faults=faults_of(refusal)), 400
    except WrongState:
        if own_session(uuid).state != step.to:
            raise
    else:
        if session.state != step.to or finishes:
            flash(gettext(words.done), "ok")
    site().figures.forget(uuid)
    return _to_page(uuid)


def _said_beforehand(session: Session, step: Step) -> dict[str, Any]:
    """Give what must be said before a step that cannot be undone.

    Before the count: which figures are missing. Before a result is made public: what the rule says to that, and how few
    voted on paper.
    """
    if step.to != State.PUBLISHED:
        look_at = before_counting(session) if step.to == State.COUNTED and session.state == State.CLOSED else []
        return {"withheld": None, "few_on_paper": 0, "look_at": look_at}
    paper, _ = paper_of(house(), session.uuid)
    few = paper.collected if paper and paper.collected < FEW_ON_PAPER else 0
    return {
        "withheld": withholding_of(session),
        "few_on_paper": few,
        "look_at": before_publishing(session) if session.state == State.COUNTED else [],
    }


def _is_allowed(session: Session) -> bool:
    """Tell whether the rule lets everybody see the result, or the chair has said that it does all the same."""
    return withholding_of(session) is None or request.form.get("allowed") == "yes"


def _end_wished() -> End:
    return request.form.get(FIELD, "").strip(), request.form.get("itself") == "yes"


def _open_with_end(house: House, uuid: str, *, end: End) -> Session:
    text, itself = end
    return open_with_end(house, uuid, read_end(text, house.clock()), itself=itself)


def _at_opening(step: Step) -> dict[str, Any]:
    """Give what the page of the opening needs for the end that can be announced with it."""
    if step.to != State.OPEN:
        return {}
    text, itself = _end_wished()
    return {"now": house().clock(), "end": text, "itself": itself}


def _ask_again(session: Session, step: Step, name: str) -> str:
    words = gettext("Please confirm that your rule allows it, or leave the session counted.")
    return _page(session, step, name, faults=(Fault("allowed", words),))


def _page(session: Session, step: Step, name: str, digits: str = "", faults: tuple[Fault, ...] = ()) -> str:
    return render_template(
        "chair/confirm.html",
        session=session,
        step=step,
        words=_words(session, step),
        name=name,
        turnout=house().store.turnout(session.uuid),
        reckoning=reckoning_of(session) if name in ("close", "count") else None,
        warnings=warnings_in_words(session) if step.to == State.OPEN else [],
        batch=batch_of(session),
        fingerprint=digits,
        faults=faults,
        **_said_beforehand(session, step),
        **_at_opening(step),
    )


@blueprint.get("/sessions/<session:uuid>/void")
@chair_only
def ask_void(uuid: str) -> Page:
    """Ask for the code of a slip that must not be used any more."""
    session = own_session(uuid)
    if session.state not in (State.READY, State.OPEN):
        return _to_page(uuid)
    return _void_page(session)


@blueprint.post("/sessions/<session:uuid>/void")
@chair_only
def void(uuid: str) -> Page:
    """Void a code that was not used. The typed code is turned into its public credential here and kept nowhere."""
    session, found = own_session(uuid), request.form.get("found", "")
    if found not in ("yes", "no") and reconciliation_of(house(), uuid).lost:
        # To say it later is not possible: nothing tells then which void code was that of the lost slip.
        return _void_page(session, Fault("found", gettext("Please say whether this slip had been noted as lost."))), 400
    try:
        credential = point_to_hex(public_credential(uuid, parse_code(_typed_code())))
        void_code(house(), uuid, credential, found=found == "yes")
    except (MalformedCode, UnknownCode, VoidCode, CodeUsed) as refusal:
        return _void_page(session, _fault_of(refusal)), 400
    site().figures.forget(uuid)
    flash(gettext("The slip is void. Its code cannot be used any more."), "ok")
    return _to_page(uuid)


def _void_page(session: Session, *faults: Fault) -> str:
    lost = reconciliation_of(house(), session.uuid).lost
    found = request.form.get("found", "")
    return render_template("chair/void.html", session=session, faults=faults, lost=lost, found=found)


def _typed_code() -> str:
    # The whole address of the slip may be pasted; the code is what follows the #.
    return request.form.get("code", "").rpartition("#")[2]


def _comes_now(session: Session, step: Step) -> bool:
    if _finishes_closing(session, step):
        return True
    if step.to not in NEXT[session.state]:
        return False
    if step.to == State.READY:
        return key_is_made(session)
    if step.to == State.COUNTED and session.tellers:
        progress = progress_of(session)
        return progress.tallied and progress.is_enough
    return step.to != State.COUNTED or is_tallied(house(), session.uuid)


def _finishes_closing(session: Session, step: Step) -> bool:
    """Tell whether the step is the close of a session whose close broke off before the ballots were added up."""
    return step.to == session.state == State.CLOSED and not is_tallied(house(), session.uuid)


def _words(session: Session, step: Step) -> StepWords:
    if step.to == session.state == State.CLOSED:
        return FINISH_CLOSING
    if step.to == State.READY and not session.printed:
        return READY_WITHOUT_SLIPS
    return COUNT_WITH_TELLERS if step.to == State.COUNTED and session.tellers else step.words


def _fault_of(refusal: Refusal) -> Fault:
    answer = answer_of(refusal)
    return Fault("code", f"{gettext(answer.title)}. {gettext(answer.advice)}")


def _to_page(uuid: str) -> Response:
    return redirect(url_for("chair.page", uuid=uuid), 303)
