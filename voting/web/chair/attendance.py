"""The page of the attendance: who belongs to the body, was convened, came. Typed by the chair, in parts if need be."""

from collections.abc import Mapping
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from voting.domain.attendance import (
    FIGURES,
    MOST_PEOPLE,
    STATES,
    Attendance,
    attendance_of,
    fewer_than_ballots,
    record_attendance,
)
from voting.domain.handing import reconciliation_of
from voting.domain.paper import paper_of
from voting.domain.sessions import Session, State
from voting.errors import MalformedFigures
from voting.web.access import chair_only
from voting.web.chair.blueprint import blueprint
from voting.web.chair.faults import Fault, in_words
from voting.web.chair.ownership import own_session
from voting.web.languages import N_, gettext
from voting.web.site import house

Page = str | tuple[str, int] | Response

DISAGREEMENTS: Final[dict[str, str]] = {
    "more than members": N_("At most %(figure)s, the number of members."),
    "more than convened": N_("At most %(figure)s, the number of people convened."),
    "more than absent": N_("At most %(figure)s, the number of people absent."),
}
"""What does not hold among the figures, by the reason of the domain; `attendance.js` says it by the same words."""

DOUBTS: Final[dict[str, str]] = {
    "fewer than issued": N_("Fewer than the ballots issued: %(figure)s."),
    "fewer than collected": N_("Fewer than the ballots collected: %(figure)s."),
}
"""What is told and kept all the same."""

_ADVICE: Final = N_("Please check the figures; if they are right, say why in the minutes.")

_FIGURE_WORDS: Final = {"members": N_("Members"), "convened": N_("Convened"), "present": N_("Present")}
_WITH_BALLOTS: Final = frozenset({State.OPEN, State.CLOSED, State.COUNTED, State.PUBLISHED})


@blueprint.get("/sessions/<session:uuid>/attendance")
@chair_only
def attendance(uuid: str) -> Page:
    """Show the attendance as a form."""
    session = own_session(uuid)
    if session.state not in STATES:
        return redirect(url_for("chair.page", uuid=uuid), 303)
    kept, version = attendance_of(house(), uuid)
    typed = {name: "" if getattr(kept, name) is None else str(getattr(kept, name)) for name in FIGURES}
    return _form(session, {**typed, "absences": kept.absences, "version": str(version)})


@blueprint.post("/sessions/<session:uuid>/attendance")
@chair_only
def keep_attendance(uuid: str) -> Page:
    """Keep what was typed, or show beside the fields what does not hold."""
    session = own_session(uuid)
    faults: list[Fault] = []
    typed = _typed_in(request.form, faults)
    if not faults:
        version = request.form.get("version", "", type=str)
        try:
            record_attendance(house(), uuid, typed, int(version) if version.isdecimal() and len(version) < 10 else 0)
        except MalformedFigures as refusal:
            faults = [Fault(name, _words(reason)) for name, reason in refusal.faults]
    if faults:
        return _form(session, request.form, tuple(faults)), 400
    flash(gettext("The attendance is saved."), "ok")
    return redirect(url_for("chair.page", uuid=uuid), 303)


def known_ballots(session: Session) -> tuple[int | None, int | None]:
    """Give how many ballots were issued and collected, on phones and on paper, where there cannot be fewer people.

    `issued` is that of the result. Not where a slip is lost: whoever finds it can vote with it. Not of codes that were
    drawn: one may have reached nobody.
    """
    if session.state == State.DRAFT:
        return None, None
    codes, (paper, _) = reconciliation_of(house(), session.uuid), paper_of(house(), session.uuid)
    is_known = codes.issued is not None and not codes.drawn_in_all
    issued = (codes.issued or 0) + (paper.issued if paper else 0) if is_known else None
    is_floor = session.state in _WITH_BALLOTS and not codes.lost
    collected = codes.cast + (paper.collected if paper else 0) if is_floor else None
    return issued, collected


def attendance_doubts(session: Session) -> list[str]:
    """Say, in the language of this request, where the attendance is smaller than the ballots."""
    doubts = fewer_than_ballots(attendance_of(house(), session.uuid)[0], *known_ballots(session))
    return [f"{gettext(_FIGURE_WORDS[name])}: {_doubt(reason)}" for name, reason in doubts]


def _form(session: Session, typed: Mapping[str, str], faults: tuple[Fault, ...] = ()) -> str:
    issued, collected = known_ballots(session)
    return render_template(
        "chair/attendance.html",
        session=session,
        typed=typed,
        absent=_absent(typed),
        issued=issued,
        collected=collected,
        doubts={
            name: f"{_doubt(reason)} {gettext(_ADVICE)}"
            for name, reason in fewer_than_ballots(_typed_in(typed, []), issued, collected)
        },
        most=MOST_PEOPLE,
        words={reason: gettext(message) for reason, message in DISAGREEMENTS.items()}
        | {reason: f"{gettext(message)} {gettext(_ADVICE)}" for reason, message in DOUBTS.items()},
        faults=faults,
    )


def _figure(form: Mapping[str, str], name: str, faults: list[Fault]) -> int | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_PEOPLE)):
        return int(text)
    faults.append(
        Fault(name, gettext("Please enter a number between %(least)s and %(most)s.", least=0, most=MOST_PEOPLE))
    )
    return None


def _typed_in(form: Mapping[str, str], faults: list[Fault]) -> Attendance:
    members, convened, present, excused = (_figure(form, name, faults) for name in FIGURES)
    return Attendance(members, convened, present, excused, form.get("absences", ""))


def _absent(typed: Mapping[str, str]) -> int | None:
    absent = _typed_in(typed, []).absent
    return absent if absent is not None and absent >= 0 else None


def _words(reason: str) -> str:
    kind, _, figure = reason.rpartition(", ")
    return gettext(DISAGREEMENTS[kind], figure=figure) if kind in DISAGREEMENTS else in_words(reason)


def _doubt(reason: str) -> str:
    kind, _, figure = reason.rpartition(", ")
    return gettext(DOUBTS[kind], figure=figure)
