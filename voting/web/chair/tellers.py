"""The page of the counting team: links, the progress of the key ceremony, replacing a teller, beginning anew.

A link is in one answer, shown once, and nowhere else; the store has its hash.
"""

import secrets
from dataclasses import dataclass, field, replace
from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask import session as cookie
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from voting.documents import qr
from voting.domain.ceremony import replace_teller, restart_ceremony
from voting.domain.links import make_link
from voting.domain.organisation.roles import Act
from voting.domain.sessions import Session, State
from voting.domain.tellers import Teller
from voting.errors import ChangedMeanwhile, MalformedForm, NotFound
from voting.web.access import chair_only
from voting.web.chair.blueprint import blueprint
from voting.web.chair.faults import Fault, faults_of
from voting.web.chair.noted import name_act
from voting.web.chair.ownership import is_own, own_session
from voting.web.chair.progress import Progress, go_on, progress_of, progress_with_digits
from voting.web.chair.sessions import reaches_phones
from voting.web.chair.words import ROLE_WORDS
from voting.web.languages import gettext
from voting.web.site import base_address, house

Page = str | tuple[str, int] | AnyResponse
LINKED: Final = frozenset({State.DRAFT, State.READY, State.OPEN, State.CLOSED})
"""The states in which a teller can be given a link."""

REMEMBERED: Final = 20
"""So many forms that have made links are remembered, in the chair's cookie, so that none of them makes any again."""


@dataclass(frozen=True)
class Card:
    """What is handed to one teller: name, role, and the link with its QR code."""

    name: str
    role: str
    link: str = field(repr=False)
    address: str = field(repr=False)
    qr_svg: Markup = field(repr=False)


@blueprint.get("/sessions/<session:uuid>/tellers")
@chair_only
def team(uuid: str) -> Page:
    """Show the counting team. A session in quick mode has none."""
    session = own_session(uuid, Act.COUNT)
    if not session.tellers:
        return redirect(url_for("chair.page", uuid=uuid), 303)
    progress, digits = progress_with_digits(session)
    return render_template(
        "chair/tellers.html",
        session=session,
        progress=progress,
        fingerprint=digits if progress.complete else "",
        is_draft=session.state == State.DRAFT,
        is_under_way=session.state in LINKED,
        may_run=is_own(session),
        may_link=is_own(session) and session.state in LINKED,
        once=secrets.token_urlsafe(12),
        unreachable=not reaches_phones(),
    )


@blueprint.get("/sessions/<session:uuid>/tellers/progress")
@chair_only
def team_progress(uuid: str) -> dict[str, Any]:
    """Give what the page asks for again and again; what is due after the close goes on with it."""
    session = own_session(uuid, Act.COUNT)
    if not session.tellers:
        raise NotFound("This session has no tellers.")
    progress = progress_of(session)
    go_on(session, progress)
    return progress.to_value()


@blueprint.get("/sessions/<session:uuid>/tellers/links")
@chair_only
def leave_links(uuid: str) -> Page:
    """Lead back to the counting team: links are shown once."""
    own_session(uuid)
    return _to_team(uuid)


@blueprint.post("/sessions/<session:uuid>/tellers/links")
@chair_only
def make_links(uuid: str) -> AnyResponse:
    """Make the link of one teller, or several, and show them this one time.

    `teller` is an index, `missing` for those who have none, or `unopened` for all whose link nobody has opened.
    """
    session = own_session(uuid)
    progress = _seen_progress(session)
    once = request.form.get("once", "")[:40]
    used = [*cookie.get("links", ())]
    indices = _wanted(progress)
    if not once or once in used or not indices:
        # A page sent again must not make links worthless that were printed, or that a device has opened.
        flash(
            gettext("Links were made a moment ago and are shown once. If you did not see them, make them again."),
            "warning",
        )
        return _to_team(uuid)
    cookie["links"] = [*used, once][-REMEMBERED:]
    base = base_address()
    cards = [_card(session, index, make_link(house(), uuid, index), f"{base}/t/{uuid}") for index in indices]
    address = f"{base.partition('://')[2]}/t/{uuid}"
    page = render_template("chair/links.html", session=session, cards=cards, address=address)
    return Response(page, headers={"Cache-Control": "no-store"})


def _wanted(progress: Progress) -> list[int]:
    """Give the tellers whose links the form asks for; nobody when these were made since its page was loaded."""
    teller = request.form.get("teller", "")
    if teller == "missing":
        return [row.index for row in progress.unlinked]
    if teller == "unopened":
        return [row.index for row in progress.unopened]
    row = progress.rows[_index(progress, teller) - 1]
    return [row.index] if not row.linked or request.form.get("again") == "yes" else []


def _card(session: Session, index: int, link: str, address: str) -> Card:
    teller = session.tellers[index - 1]
    full = f"{address}#{link}"
    picture = Markup(qr.svg(full))  # noqa: S704  our own drawing
    return Card(teller.name, gettext(ROLE_WORDS[teller.role]), link, full, picture)


@blueprint.get("/sessions/<session:uuid>/tellers/replace")
@chair_only
def ask_replace(uuid: str) -> Page:
    """Ask who takes the place of a teller, and say that the ceremony begins anew."""
    session = own_session(uuid)
    if session.state != State.DRAFT or not session.tellers:
        return _to_team(uuid)
    progress = progress_of(session)
    index = _index(progress, request.args.get("teller", ""))
    return _replace_page(session, progress, index, Teller("", session.tellers[index - 1].role), ())


@blueprint.post("/sessions/<session:uuid>/tellers/replace")
@chair_only
def take_replace(uuid: str) -> Page:
    """Replace a teller: the next round of the ceremony begins, and slips made before are worthless."""
    session = own_session(uuid)
    progress = _seen_progress(session)
    index = _index(progress, request.form.get("teller", ""))
    teller = Teller(request.form.get("name", ""), request.form.get("role", ""))
    try:
        replace_teller(house(), uuid, index, teller)
    except MalformedForm as refusal:
        faults = tuple(replace(fault, field="name") for fault in faults_of(refusal))
        return _replace_page(session, progress, index, teller, faults), 400
    flash(gettext("The teller is replaced. Make a link for the new one; the others keep theirs."), "ok")
    return _to_team(uuid)


def _replace_page(session: Session, progress: Progress, index: int, teller: Teller, faults: tuple[Fault, ...]) -> str:
    return render_template(
        "chair/replace.html",
        session=session,
        progress=progress,
        index=index,
        teller=teller,
        roles=[(name, gettext(words)) for name, words in ROLE_WORDS.items()],
        faults=faults,
    )


@blueprint.get("/sessions/<session:uuid>/tellers/restart")
@chair_only
def ask_restart(uuid: str) -> Page:
    """Ask before the ceremony begins anew."""
    session = own_session(uuid)
    if session.state != State.DRAFT or not session.tellers:
        return _to_team(uuid)
    return render_template("chair/restart.html", session=session, progress=progress_of(session))


@blueprint.post("/sessions/<session:uuid>/tellers/restart")
@chair_only
def take_restart(uuid: str) -> Page:
    """Begin the next round of the ceremony; a second tap begins no further one."""
    session = own_session(uuid)
    try:
        _seen_progress(session)
    except ChangedMeanwhile:
        name_act("")
        return _to_team(uuid)
    restart_ceremony(house(), uuid)
    flash(
        gettext("The ceremony begins anew. Links and devices stay as they are; the tellers open their page again."),
        "ok",
    )
    return _to_team(uuid)


def _seen_progress(session: Session) -> Progress:
    """Give the progress of a form's session. Raises ChangedMeanwhile when its page showed another round."""
    if not session.tellers:
        raise NotFound("This session has no tellers.")
    progress = progress_of(session)
    if request.form.get("round") != str(progress.round):
        raise ChangedMeanwhile("The ceremony has begun anew in between.")
    return progress


def _index(progress: Progress, text: str) -> int:
    """Read the index of a teller. Raises NotFound."""
    for row in progress.rows:
        if text == str(row.index):
            return row.index
    raise NotFound("There is no such teller.")


def _to_team(uuid: str) -> AnyResponse:
    return redirect(url_for("chair.team", uuid=uuid), 303)
