"""The page on which the chair makes results known: a personal link for each person, and what they answered.

A link is in one answer, shown once, each on a sheet of its own; the store has its hash. Petitions are answered here.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask import session as cookie
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from voting.documents import qr
from voting.domain.organisation.concluded import PublishedVote, published_vote
from voting.domain.organisation.notices import (
    DAYS,
    LONGEST_TEXT,
    Notice,
    answer_petition,
    make_notices,
    notices_of_session,
    revoke_notice,
)
from voting.domain.organisation.roles import Act
from voting.domain.organisation.units import tree_of
from voting.domain.sheets import Person
from voting.errors import MalformedRegister, NotFound
from voting.web.access import this_chair
from voting.web.chair.faults import Fault
from voting.web.languages import gettext
from voting.web.organisation.access import competent, standing
from voting.web.organisation.blueprint import blueprint
from voting.web.organisation.faults import faults_of
from voting.web.site import base_address, house

Page = str | tuple[str, int] | AnyResponse
USUAL_DAYS: Final = 30

REMEMBERED: Final = 20
"""So many forms that have made links are remembered, in the chair's cookie, so that none of them makes any again."""


@dataclass(frozen=True)
class Told:
    """One person of the vote on the page. `number`: the place on the sheet, from 1; `notice`: None when none was made.

    `is_open`: whether the link leads to the result now.
    """

    number: int
    person: Person
    notice: Notice | None
    is_open: bool


@dataclass(frozen=True)
class Card:
    """What is handed to one person: the name, and the link with its QR code."""

    person: Person
    link: str = field(repr=False)
    address: str = field(repr=False)
    qr_svg: Markup = field(repr=False)


@blueprint.get("/results/<session:session>/notices")
@competent(Act.TRACE, of="session")
def notices(session: str) -> Page:
    """Show to whom the result was made known, until when, and what each person answered. Raises NotPublished."""
    return _page(published_vote(house(), session))


@blueprint.get("/results/<session:session>/notices/make")
@blueprint.get("/results/<session:session>/notices/revoke")
@blueprint.get("/results/<session:session>/notices/answer")
@competent(Act.TRACE, of="session")
def leave_notices(session: str) -> Page:
    """Lead back to the page from an address that forms are sent to; links are shown once."""
    return _to_page(session)


@blueprint.post("/results/<session:session>/notices/make")
@competent(Act.RUN, of="session")
def make_personal_notices(session: str) -> Page:
    """Make the links of those who have none, of all, or of one, and show them this one time."""
    vote = published_vote(house(), session)
    once = request.form.get("once", "")[:40]
    used = [*cookie.get("notices", ())]
    wanted = [] if not once or once in used else _wanted(_people(vote))
    if not wanted:
        # A page sent again must not make links worthless that were printed.
        flash(
            gettext("Links were made a moment ago and are shown once. If you did not see them, make them again."),
            "warning",
        )
        return _to_page(session)
    days = next((number for number in DAYS if str(number) == request.form.get("days")), 0)
    try:
        made = make_notices(house(), session, [each.person.title for each in wanted], days=days, by=this_chair().name)
    except MalformedRegister as refusal:
        return _page(vote, faults_of(refusal)), 400
    cookie["notices"] = [*used, once][-REMEMBERED:]
    known = notices_of_session(house(), session)
    response = Response(
        render_template(
            "organisation/notices_made.html",
            session=vote.session,
            unit=tree_of(house()).name(vote.session.unit_id),
            cards=[_card(each.person, secret) for each, secret in zip(wanted, made, strict=True)],
            until=known[wanted[0].person.title].expires_at,
            host=f"{base_address()}/r".partition("://")[2],
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/results/<session:session>/notices/revoke")
@competent(Act.RUN, of="session")
def revoke_personal_notice(session: str) -> Page:
    """End the link of one person; a second tap does no more."""
    told = _one_of(_people(published_vote(house(), session)))
    revoke_notice(house(), session, told.person.title, by=this_chair().name)
    flash(gettext("The link of %(name)s is worthless now.", name=told.person.name), "ok")
    return _to_page(session)


@blueprint.post("/results/<session:session>/notices/answer")
@competent(Act.RUN, of="session")
def answer(session: str) -> Page:
    """Answer a petition, or say beside the field why the answer cannot be kept."""
    vote = published_vote(house(), session)
    told, typed = _one_of(_people(vote)), request.form.get("answer", "")
    try:
        answer_petition(house(), session, told.person.title, typed, by=this_chair().name)
    except MalformedRegister as refusal:
        faults = tuple(Fault(f"answer-{told.number}", fault.words) for fault in faults_of(refusal))
        return _page(vote, faults, {told.number: typed}), 400
    flash(gettext("The answer is kept. %(name)s reads it with the personal link.", name=told.person.name), "ok")
    return _to_page(session)


def _page(vote: PublishedVote, faults: Sequence[Fault] = (), typed: dict[int, str] | None = None) -> str:
    people = _people(vote)
    return render_template(
        "organisation/notices.html",
        session=vote.session,
        unit=tree_of(house()).name(vote.session.unit_id),
        people=people,
        missing=sum(not told.is_open for told in people),
        made=sum(told.notice is not None for told in people),
        unanswered=sum(
            told.notice is not None and bool(told.notice.petition) and not told.notice.answer for told in people
        ),
        may_run=standing().may(Act.RUN, vote.session.unit_id),
        days=DAYS,
        usual_days=USUAL_DAYS,
        longest=LONGEST_TEXT,
        once=secrets.token_urlsafe(12),
        faults=faults,
        typed=typed or {},
    )


def _people(vote: PublishedVote) -> list[Told]:
    made, now = notices_of_session(house(), vote.session.uuid), house().clock()
    people = {person.title: person for person in vote.session.sheet.people}
    return [
        Told(number, people[line.title], notice, notice is not None and notice.is_open(now))
        for number, line in enumerate(vote.lines, 1)
        for notice in [made.get(line.title)]
    ]


def _wanted(people: Sequence[Told]) -> list[Told]:
    who = request.form.get("who", "")
    if who == "missing":
        return [told for told in people if not told.is_open]
    if who == "all":
        return [*people]
    return [_one_of(people)]


def _one_of(people: Sequence[Told]) -> Told:
    number = request.form.get("who", "")
    found = next((told for told in people if str(told.number) == number), None)
    if found is None:
        raise NotFound("There is no such line on the sheet.")
    return found


def _card(person: Person, secret: str) -> Card:
    address = f"{base_address()}/r#{secret}"
    picture = Markup(qr.svg(address))  # noqa: S704  our own drawing
    return Card(person, secret, address, picture)


def _to_page(session: str) -> AnyResponse:
    return redirect(url_for("organisation.notices", session=session), 303)
