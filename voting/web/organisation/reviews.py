"""The conclusions of the competent level on a published vote: line by line, or all the rest as the vote proposes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from voting.domain.organisation.concluded import Concluded, PublishedVote, published_vote
from voting.domain.organisation.reviews import (
    LONGEST_REASON,
    can_be_adopted,
    competent_unit,
    conclude_as_proposed,
    conclusions_on,
    levels_of,
    record_review,
)
from voting.domain.organisation.roles import Act
from voting.errors import MalformedRegister, NotFound
from voting.web.access import this_chair
from voting.web.chair.faults import Fault
from voting.web.languages import gettext, language, ngettext
from voting.web.organisation.access import competent, standing
from voting.web.organisation.blueprint import blueprint
from voting.web.organisation.faults import faults_of
from voting.web.result_words import told
from voting.web.site import house

Page = str | tuple[str, int] | Response


@dataclass(frozen=True)
class Typed:
    """What stands in the form of a line: of the conclusion that there is, of the proposal, or as it was sent.

    `seen`: how many conclusions on the line the page showed, so that none takes the place of one that nobody saw.
    """

    level: str
    reason: str
    day: str
    seen: str = ""


@blueprint.get("/results/<session:session>/reviews")
@competent(Act.REVIEW, of="session")
def reviews(session: str) -> Page:
    """Show every line of a published vote with what it proposes and what is concluded. Raises NotPublished."""
    return _page(published_vote(house(), session))


@blueprint.post("/results/<session:session>/reviews")
@competent(Act.REVIEW, of="session")
def adopt(session: str) -> Page:
    """Conclude on all remaining lines as the vote proposes."""
    day = request.form.get("day", "").strip()
    vote = published_vote(house(), session)
    try:
        done = conclude_as_proposed(house(), session, day=day, unit=_unit_of(vote), by=this_chair().name, zone=_zone())
    except MalformedRegister as refusal:
        return _page(vote, faults_of(refusal, "day"), day=day), 400
    flash(
        ngettext("Concluded as proposed for %(num)s line.", "Concluded as proposed for %(num)s lines.", len(done)),
        "ok",
    )
    return redirect(url_for("organisation.reviews", session=session), 303)


@blueprint.post("/results/<session:session>/reviews/<int:number>")
@competent(Act.REVIEW, of="session")
def review(session: str, number: int) -> Page:
    """Record the conclusion on one line, by its number from 1. Raises NotFound."""
    vote = published_vote(house(), session)
    if not 1 <= number <= len(vote.lines):
        raise NotFound("There is no such line on the sheet.")
    line = vote.lines[number - 1]
    typed = Typed(*(request.form.get(name, "").strip() for name in ("level", "reason", "day", "seen")))
    faults = _faults(line, typed)
    if not faults:
        try:
            record_review(
                house(),
                session,
                line.title,
                level=int(typed.level),
                reason=typed.reason,
                day=typed.day,
                unit=_unit_of(vote),
                by=this_chair().name,
                zone=_zone(),
                seen=int(typed.seen),
            )
        except MalformedRegister as refusal:
            faults = faults_of(refusal, "level")
    if faults:
        shown = tuple(Fault(f"{_field(fault)}-{number}", fault.words) for fault in faults)
        return _page(vote, shown, {number: typed}), 400
    flash(gettext("The conclusion is recorded."), "ok")
    return redirect(url_for("organisation.reviews", session=session, _anchor=f"line-{number}"), 303)


def _faults(line: Concluded, typed: Typed) -> tuple[Fault, ...]:
    if typed.seen != _conclusions_on(line):
        words = gettext(
            "Another conclusion was recorded in between; it is shown here. Save again to put yours in its place."
        )
        return (Fault("level", words),)
    if not (typed.level.isascii() and typed.level.isdigit() and len(typed.level) < 3):
        return (Fault("level", gettext("Please choose a level.")),)
    return ()


def _field(fault: Fault) -> str:
    return fault.field if fault.field in ("level", "reason", "day") else "level"


def _conclusions_on(line: Concluded) -> str:
    return str(conclusions_on(line.review))


def _page(
    vote: PublishedVote, faults: tuple[Fault, ...] = (), typed: Mapping[int, Typed] | None = None, *, day: str = ""
) -> str:
    session, tree, today = vote.session, standing().tree, _day_of(house().clock())
    levels = session.sheet.level_labels(language())[: levels_of(session)]
    typed = typed or {}
    return render_template(
        "organisation/reviews.html",
        session=session,
        vote=vote,
        told=told(vote.result),
        levels=levels,
        path=tree.path(session.unit_id),
        units={unit.id: unit.name for unit in tree.units.values()},
        competent=tree.name(_unit_of(vote)),
        # What somebody else has recorded in between is on this page: the next try has seen it.
        forms=[
            replace(typed.get(number) or _proposed(line, today), seen=_conclusions_on(line))
            for number, line in enumerate(vote.lines, 1)
        ],
        open_forms=frozenset(typed),
        done=sum(1 for line in vote.lines if line.review),
        adoptable=sum(1 for line in vote.lines if not line.review and can_be_adopted(session, line.outcome)),
        first_day=_day_of(session.published_at),
        today=today,
        day=day or today,
        longest=LONGEST_REASON,
        faults=faults,
    )


def _proposed(line: Concluded, today: str) -> Typed:
    if line.review:
        return Typed(str(line.review.level), line.review.reason, line.review.day)
    return Typed(str(line.proposed or ""), "", today)


def _unit_of(vote: PublishedVote) -> str:
    return competent_unit(standing(), vote.session.unit_id)


def _zone() -> tzinfo | None:
    return datetime.fromtimestamp(house().clock()).astimezone().tzinfo


def _day_of(seconds: int) -> str:
    return datetime.fromtimestamp(seconds).astimezone().date().isoformat()
