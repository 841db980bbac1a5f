"""The page of handing out codes: the reconciliation, the slips left over, the desk at the door, and exchanges.

A link of the desk and a code out of the pool are in one answer each, shown once, and nowhere else.
"""

import secrets
from dataclasses import dataclass, field
from typing import Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask import session as cookie
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from voting.documents import qr
from voting.domain.desks import make_desk_link
from voting.domain.exchanges import Exchange, Source, make_exchange
from voting.domain.handing import WITH_POOL, Drawn, exchange_slip
from voting.domain.left_over import STATES, LeftOver, left_over_of, record_left_over
from voting.domain.organisation.roles import Act
from voting.domain.sessions import Session, State
from voting.errors import (
    ChangedMeanwhile,
    CodeUsed,
    MalformedCode,
    MalformedFigures,
    MalformedForm,
    PoolEmpty,
    UnknownCode,
    VoidCode,
)
from voting.web.access import chair_only
from voting.web.chair.blueprint import blueprint
from voting.web.chair.faults import Fault, faults_of, in_words
from voting.web.chair.ownership import is_own, own_session
from voting.web.chair.reckoning import REASON_WORDS, reckoning_of
from voting.web.chair.sessions import reaches_phones
from voting.web.languages import gettext
from voting.web.refusals import answer_of
from voting.web.site import base_address, house, site

Page = str | tuple[str, int] | AnyResponse
DESK: Final = frozenset({State.DRAFT, State.READY, State.OPEN})
"""The states in which the desk can be given a link."""

REMEMBERED: Final = 20
"""So many forms that have made a link are remembered, in the chair's cookie, so that none of them makes another."""

_OF_THE_CODE: Final = (MalformedCode, UnknownCode, VoidCode, CodeUsed)


@dataclass(frozen=True)
class Entries:
    """The form of an exchange as it was sent, the code left out: it is typed again when something was wrong."""

    reason: str = ""
    source: str = ""
    remark: str = ""
    code: str = field(default="", repr=False)

    @classmethod
    def sent(cls) -> "Entries":
        """Read the form of this request. A whole address may be pasted; the code is what follows the #."""
        form = request.form
        code = form.get("code", "").rpartition("#")[2].strip()
        return cls(form.get("reason", ""), form.get("source", ""), form.get("remark", ""), code)


@blueprint.get("/sessions/<session:uuid>/handing")
@chair_only
def handing(uuid: str) -> Page:
    """Show where the codes of a session are."""
    session = own_session(uuid, Act.COUNT)
    return _page(session, ())


def _page(session: Session, faults: tuple[Fault, ...], typed: str | None = None) -> str:
    _, version = left_over_of(house(), session)
    record, reckoning = house().store.handing(session.uuid), reckoning_of(session)
    left_over, may_run = reckoning.figures.left_over, is_own(session)
    return render_template(
        "chair/handing.html",
        session=session,
        reckoning=reckoning,
        reasons=REASON_WORDS,
        left_over=typed if typed is not None else "" if left_over is None else str(left_over),
        version=version,
        may_enter=session.state in STATES and session.printed > 0,
        may_run=may_run,
        may_link=may_run and session.state in DESK and session.pooled > 0,
        may_exchange=may_run and session.state in WITH_POOL,
        has_link=record.has_link,
        has_desk=record.has_desk,
        once=secrets.token_urlsafe(12),
        unreachable=not reaches_phones(),
        faults=faults,
    )


# ---- the slips left over


@blueprint.get("/sessions/<session:uuid>/handing/left")
@chair_only
def leave_left(uuid: str) -> Page:
    """Lead back from the address that the form is sent to."""
    return _to_handing(own_session(uuid, Act.COUNT).uuid)


@blueprint.post("/sessions/<session:uuid>/handing/left")
@chair_only
def enter_left(uuid: str) -> Page:
    """Keep how many slips lie on the table; an empty field takes it back."""
    session = own_session(uuid, Act.COUNT)
    typed, version = request.form.get("left_over", "").strip(), request.form.get("version", "")
    try:
        record_left_over(house(), uuid, LeftOver(_whole(typed)), _seen(version))
    except MalformedFigures as refusal:
        words = " ".join(in_words(reason) for _, reason in refusal.faults)
        return _page(session, (Fault("left_over", words),), typed), 400
    flash(gettext("The number of slips left over is saved."), "ok")
    return _to_handing(uuid)


def _whole(typed: str) -> int | None:
    """Read a whole number of at most nine digits, None for nothing. Raises MalformedFigures."""
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise MalformedFigures("This is no number.", (("left_over", "a whole number in digits"),))
    return int(typed)


def _seen(text: str) -> int:
    """Read which state of things the page of a form showed; none there ever was when it is not a number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


# ---- the desk


@blueprint.get("/sessions/<session:uuid>/handing/desk")
@chair_only
def leave_desk(uuid: str) -> Page:
    """Lead back from the link of the desk: it is shown once."""
    return _to_handing(own_session(uuid).uuid)


@blueprint.post("/sessions/<session:uuid>/handing/desk")
@chair_only
def make_desk(uuid: str) -> Page:
    """Make the link of the desk and show it this one time; the one before and its device end."""
    session = own_session(uuid)
    once = request.form.get("once", "")[:40]
    used = [*cookie.get("links", ())]
    if not once or once in used:
        # A page sent again must not end the desk that was opened with its link.
        flash(
            gettext("A link was made a moment ago and is shown once. If you did not see it, make it again."), "warning"
        )
        return _to_handing(uuid)
    link = make_desk_link(house(), uuid)
    cookie["links"] = [*used, once][-REMEMBERED:]
    base = base_address()
    address = f"{base}/d/{uuid}#{link}"
    page = render_template(
        "chair/desk_link.html",
        session=session,
        link=link,
        address=address,
        qr_svg=Markup(qr.svg(address)),  # noqa: S704  our own drawing
        host=f"{base.partition('://')[2]}/d/{uuid}",
    )
    return _kept_by_nobody(page)


# ---- exchanges


@blueprint.get("/sessions/<session:uuid>/handing/exchange")
@chair_only
def ask_exchange(uuid: str) -> Page:
    """Ask which slip is exchanged, why, and for what."""
    session = own_session(uuid)
    if session.state not in WITH_POOL:
        return _to_handing(uuid)
    return _exchange_page(session, Entries(source="slip" if session.printed else "pool"), ())


@blueprint.post("/sessions/<session:uuid>/handing/exchange")
@chair_only
def take_exchange(uuid: str) -> Page:
    """Exchange a slip. A code out of the pool is shown on the answer, this one time.

    The typed code is turned into its public credential and kept nowhere.
    """
    session, entries, seen = own_session(uuid), Entries.sent(), request.form.get("seen", "")
    try:
        exchange = make_exchange(entries.reason, entries.source, entries.remark)
        faults = _contradiction(exchange, entries)
        if faults:
            return _exchange_page(session, entries, faults), 400
        drawn = exchange_slip(house(), uuid, exchange, entries.code, seen=_seen(seen))
    except MalformedForm as refusal:
        faults = faults_of(refusal)
    except _OF_THE_CODE as refusal:
        faults = (Fault("code", _why_not(refusal, entries.source)),)
    except PoolEmpty as refusal:
        faults = (Fault("source", _why_not(refusal, entries.source)),)
    except ChangedMeanwhile:
        flash(_in_between(exchange.source), "warning")
        return _to_handing(uuid)
    else:
        site().figures.forget(uuid)
        return _handed_over(session, exchange, drawn)
    return _exchange_page(session, entries, faults), 400


def _contradiction(exchange: Exchange, entries: Entries) -> tuple[Fault, ...]:
    if exchange.lost and entries.code:
        return (
            Fault(
                "code", gettext("A slip whose code is known is not lost: choose another reason, or leave this empty.")
            ),
        )
    return ()


def _in_between(source: Source) -> str:
    """Say what to do when another exchange, or this very one, was made since the page of a lost slip was loaded."""
    if source == Source.SLIP:
        return gettext(
            "An exchange was made in between, so nothing was done now. If it was this one, hand over a spare slip; if "
            "not, send the form again."
        )
    return gettext(
        "An exchange was made in between, so nothing was done now. A new code is shown once: if you did not see one "
        "for this slip, send the form again."
    )


def _why_not(refusal: MalformedCode | UnknownCode | VoidCode | CodeUsed | PoolEmpty, source: str) -> str:
    words = [f"{gettext(answer_of(refusal).title)}."]
    if isinstance(refusal, CodeUsed):
        words.append(gettext("That ballot counts, so its holder has voted."))
    if isinstance(refusal, VoidCode):
        # Perhaps a second tap, or an answer that was lost.
        words.append(
            gettext("If you exchanged it just now, hand over a spare slip.")
            if source == Source.SLIP
            else gettext("If you exchanged it just now and did not see the new code, exchange it once more as lost.")
        )
    return " ".join([*words, gettext("Nothing was handed out.")])


def _handed_over(session: Session, exchange: Exchange, drawn: Drawn | None) -> Page:
    if drawn is None:
        words = [] if exchange.lost else [gettext("The old slip is void.")]
        flash(" ".join([*words, gettext("It is noted. Hand over one of the spare slips now.")]), "ok")
        return _to_handing(session.uuid)
    base = base_address()
    picture = Markup(qr.svg(f"{base}/v/{session.uuid}#{drawn.code}"))  # noqa: S704  our own drawing
    page = render_template(
        "chair/exchanged.html",
        session=session,
        exchange=exchange,
        code=drawn.code,
        left=drawn.left,
        qr_svg=picture,
        host=base.partition("://")[2],
    )
    return _kept_by_nobody(page)


def _exchange_page(session: Session, entries: Entries, faults: tuple[Fault, ...]) -> str:
    record = house().store.handing(session.uuid)
    return render_template(
        "chair/exchange.html",
        session=session,
        reasons=REASON_WORDS,
        entries=entries,
        left=record.in_pool,
        seen=len(record.exchanges),
        faults=faults,
    )


def _kept_by_nobody(page: str) -> Response:
    return Response(page, headers={"Cache-Control": "no-store"})


def _to_handing(uuid: str) -> AnyResponse:
    return redirect(url_for("chair.handing", uuid=uuid), 303)
