"""The page of the roster: who gets a code by a personal link, the links, and who has claimed.

A link is in one answer, shown once, and nowhere else; the store has its hash. Which code anybody got is not known here.
"""

import secrets
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, stream_template, url_for
from flask import session as cookie
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from voting.documents import qr
from voting.documents.rosters import mail_merge, read_pasted_roster, read_roster
from voting.domain.rosters import (
    LISTED,
    Attendee,
    PersonalLink,
    Roster,
    add_attendees,
    make_claim_links,
    remove_attendee,
    roster_of,
)
from voting.domain.search import folded
from voting.domain.sessions import Session, State
from voting.errors import ClaimTaken, MalformedSheet, UnknownClaim
from voting.protocol.passes import sign_of_key
from voting.web.access import chair_only
from voting.web.chair.blueprint import blueprint
from voting.web.chair.drafts import MOST_UPLOADED
from voting.web.chair.faults import Fault, faults_of
from voting.web.chair.noted import name_act
from voting.web.chair.ownership import own_session
from voting.web.chair.sessions import reaches_phones
from voting.web.languages import gettext
from voting.web.site import base_address, house

Page = str | tuple[str, int] | AnyResponse
MOST_SHOWN: Final = 200
"""So many people are listed on the page at once; the others are found by searching."""

REMEMBERED: Final = 20
"""So many forms that have made links are remembered, in the chair's cookie, so that none of them makes any again."""


@blueprint.url_value_preprocessor
def take_larger_rosters(endpoint: str | None, _: dict[str, Any] | None) -> None:
    """Let the form that carries a roster be larger than a ballot; before its token is looked for, in the body."""
    if endpoint == "chair.add_people":
        request.max_content_length = request.max_form_memory_size = MOST_UPLOADED


@dataclass(frozen=True)
class Badge:
    """What is handed to one attendee: the name, and the link with its QR code."""

    name: str
    link: str = field(repr=False)
    qr_svg: Markup = field(repr=False)


@blueprint.get("/sessions/<session:uuid>/roster")
@chair_only
def roster(uuid: str) -> Page:
    """Show who is on the roster and who has claimed; `q` looks for a name or a note."""
    return _page(own_session(uuid), ())


@blueprint.post("/sessions/<session:uuid>/roster")
@chair_only
def add_people(uuid: str) -> Page:
    """Add people to the roster: typed, pasted, or from a file."""
    session, typed, file = own_session(uuid), request.form.get("people", ""), request.files.get("file")
    uploaded = file is not None and bool(file.filename)
    try:
        # Read as it is: with a file the typed lines stay in the form, so that none is lost unseen.
        numbered = read_roster(file.read(), file.filename or "") if file and uploaded else read_pasted_roster(typed)
        people = [Attendee(person.name, person.position) for _, person in numbered]
    except MalformedSheet as refusal:
        return _page(session, faults_of(refusal, "file" if uploaded else "people"), typed), 400
    try:
        count = add_attendees(house(), uuid, people)
    except MalformedSheet as refusal:
        lines = tuple((numbered[number - 1][0] if number else 0, reason) for number, reason in refusal.lines)
        located = MalformedSheet(str(refusal), lines)
        return _page(session, faults_of(located, "file" if uploaded else "people"), typed), 400
    flash(gettext("People added: %(count)s. They get their links below.", count=count), "ok")
    return _to_roster(uuid)


def _page(session: Session, faults: tuple[Fault, ...], typed: str = "") -> str:
    roster, record = roster_of(house(), session.uuid), house().store.handing(session.uuid)
    looked_for = request.args.get("q", "")[:MOST_SHOWN]
    found = _found(roster, looked_for)
    drawn = record.drawn.get("claims", 0)
    in_pool = session.pooled if session.state == State.DRAFT else record.in_pool
    return render_template(
        "chair/roster.html",
        session=session,
        roster=roster,
        shown=found[:MOST_SHOWN],
        found=len(found),
        looked_for=looked_for,
        drawn=drawn,
        in_pool=in_pool,
        scarce=session.state in LISTED and in_pool < len(roster.attendees) - drawn,
        may_change=session.state in LISTED,
        typed=typed,
        key_digits=sign_of_key(session.uuid, session.pass_key) if session.pass_key else "",
        once=secrets.token_urlsafe(12),
        unreachable=not reaches_phones(),
        faults=faults,
    )


def _found(roster: Roster, looked_for: str) -> list[Attendee]:
    words = folded(looked_for).split()
    return [
        attendee
        for attendee in roster.attendees
        if all(word in folded(f"{attendee.name} {attendee.note}") for word in words)
    ]


@blueprint.get("/sessions/<session:uuid>/roster/remove")
@blueprint.get("/sessions/<session:uuid>/roster/links")
@chair_only
def leave_roster(uuid: str) -> Page:
    """Lead back to the roster from an address that forms are sent to; links are shown once."""
    return _to_roster(own_session(uuid).uuid)


@blueprint.post("/sessions/<session:uuid>/roster/remove")
@chair_only
def remove_person(uuid: str) -> Page:
    """Take somebody off the roster who has not claimed; a second tap does no more."""
    own_session(uuid)
    try:
        remove_attendee(house(), uuid, _number(request.form.get("attendee", "")))
    except UnknownClaim:
        name_act("")
        return _to_roster(uuid)
    except ClaimTaken:
        flash(gettext("This person has received a code in the meantime and stays on the list."), "warning")
        return _to_roster(uuid)
    flash(gettext("The person is removed; the link is worthless."), "ok")
    return _to_roster(uuid)


@blueprint.post("/sessions/<session:uuid>/roster/links")
@chair_only
def make_personal_links(uuid: str) -> AnyResponse:
    """Make the links of those who have none, of all who have not claimed, or of one, and show them this one time."""
    session = own_session(uuid)
    once = request.form.get("once", "")[:40]
    used = [*cookie.get("links", ())]
    made = () if not once or once in used else make_claim_links(house(), uuid, _wanted(roster_of(house(), uuid)))
    if not made:
        # A page sent again must not make links worthless that were printed or sent.
        flash(
            gettext("Links were made a moment ago and are shown once. If you did not see them, make them again."),
            "warning",
        )
        return _to_roster(uuid)
    cookie["links"] = [*used, once][-REMEMBERED:]
    address = f"{base_address()}/c/{uuid}"
    response = Response(
        stream_template(
            "chair/roster_links.html",
            session=session,
            count=len(made),
            badges=_badges(made, address),
            rows=_rows(made, address),
            csv=_as_data(mail_merge(_header(), _rows(made, address))),
            host=address.partition("://")[2],
        )
    )
    response.headers["Cache-Control"] = "no-store"
    # A proxy that collects the answer first would make the page wait.
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _wanted(roster: Roster) -> list[int]:
    who = request.form.get("who", "")
    if who == "missing":
        return [attendee.id for attendee in roster.unlinked]
    if who == "unclaimed":
        return [attendee.id for attendee in roster.unclaimed]
    return [_number(who)]


def _badges(made: Iterable[PersonalLink], address: str) -> Iterator[Badge]:
    for one in made:
        picture = Markup(qr.svg(f"{address}#{one.link}"))  # noqa: S704  our own drawing
        yield Badge(one.attendee.name, one.link, picture)


def _rows(made: Iterable[PersonalLink], address: str) -> list[tuple[str, str, str]]:
    return [(one.attendee.name, one.attendee.note, f"{address}#{one.link}") for one in made]


def _header() -> tuple[str, str, str]:
    return gettext("Full name"), gettext("Note"), gettext("Personal link")


def _as_data(content: bytes) -> str:
    """Put a file into the page itself: it is offered without being kept anywhere, or asked for a second time."""
    return f"data:text/csv;charset=utf-8;base64,{b64encode(content).decode()}"


def _number(text: str) -> int:
    """Read the number of an attendee; that of nobody when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _to_roster(uuid: str) -> AnyResponse:
    return redirect(url_for("chair.roster", uuid=uuid), 303)
