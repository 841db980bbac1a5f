"""The page of one person: the own result of a published vote, opened with a personal link, and what can be answered.

The link's secret stands behind the # of the address and comes here in the body of a form alone: no cookie, and nothing
in an address, a log or a history. Whatever is wrong with it, the answer is the same. Nobody else's line is in the page.
"""

from dataclasses import dataclass, replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from voting.domain.organisation.concluded import Concluded, PublishedVote
from voting.domain.organisation.notices import (
    LONGEST_TEXT,
    Notice,
    acknowledge,
    enter_petition,
    line_of,
    notice_for,
)
from voting.domain.organisation.units import Tree, tree_of
from voting.domain.organisation.years import years_of
from voting.domain.results import Result, Row
from voting.domain.scales import scale_of
from voting.domain.sessions import Session
from voting.domain.sheets import Person
from voting.errors import MalformedRegister, UnknownNotice, UnknownOfficial
from voting.web.access import public
from voting.web.chair.faults import Fault
from voting.web.chair.words import OCCASION_WORDS
from voting.web.languages import gettext, language
from voting.web.organisation.faults import faults_of
from voting.web.organisation.years import SeriesInWords, in_words
from voting.web.result_words import spoken, told
from voting.web.rule_words import denominator_words
from voting.web.site import house, site

Page = str | tuple[str, int] | AnyResponse

blueprint = Blueprint("notice", __name__)


@dataclass(frozen=True)
class OwnResult:
    """What the page shows of a published vote: this one person's line, and what is true of the vote as a whole.

    `row`: the line, or where people are chosen the votes for this person alone; its words are those of the request.
    `units`: the name of the unit that concluded. `years`: all published results of the person, empty while this is the
    only one.
    """

    session: Session
    person: Person
    line: Concluded
    row: Row
    occasion: str
    unit: str
    rule: str
    citation: str
    quorum: str
    basis: str
    late: tuple[str, ...]
    figures: tuple[tuple[str, int | None], ...]
    has_paper: bool
    levels: tuple[str, ...]
    units: dict[str, str]
    years: tuple[SeriesInWords, ...]


@blueprint.get("/r")
@public
def page() -> str:
    """Show the page that takes the secret out of the address, or asks for it."""
    return render_template("notice/arrive.html")


@blueprint.post("/r")
@public
def show() -> Page:
    """Show the result of the person whose link it is."""
    try:
        return _sheet(notice_for(house(), _secret()))
    except UnknownNotice:
        return _refused()


@blueprint.get("/r/acknowledge")
@blueprint.get("/r/petition")
@public
def leave() -> AnyResponse:
    """Lead back from an address that forms are sent to."""
    return redirect(url_for("notice.page"), 303)


@blueprint.post("/r/acknowledge")
@public
def take_acknowledgement() -> Page:
    """Note that the person has read the result."""
    try:
        return _sheet(acknowledge(house(), _secret()), done="acknowledged")
    except UnknownNotice:
        return _refused()


@blueprint.post("/r/petition")
@public
def take_petition() -> Page:
    """Keep the petition of the person, or say beside the field why it cannot be kept."""
    typed = request.form.get("petition", "")
    try:
        return _sheet(enter_petition(house(), _secret(), typed), done="petition")
    except UnknownNotice:
        return _refused()
    except MalformedRegister as refusal:
        return _sheet(notice_for(house(), _secret()), faults=faults_of(refusal), typed=typed), 400


def _secret() -> str:
    return request.form.get("secret", "")


def _refused() -> Page:
    # After the look-up: a limit that came first would keep the right links out as well.
    site().notice_limits.count_failure()
    return render_template("notice/arrive.html", refused=True), 404


def _sheet(notice: Notice, *, done: str = "", faults: tuple[Fault, ...] = (), typed: str = "") -> str:
    vote, line = line_of(house(), notice)
    return render_template(
        "notice/sheet.html",
        own=_own_result(vote, line),
        notice=notice,
        secret=_secret(),
        done=done,
        faults=faults,
        typed=typed,
        longest=LONGEST_TEXT,
    )


def _own_result(vote: PublishedVote, line: Concluded) -> OwnResult:
    session, result = vote.session, spoken(vote.result, vote.session)
    row, words, tree = _own_row(vote, line, result), told(result), tree_of(house())
    return OwnResult(
        session=session,
        person=next(person for person in session.sheet.people if person.title == line.title),
        line=line,
        row=row,
        occasion=gettext(OCCASION_WORDS[session.occasion]),
        unit=tree.name(session.unit_id) or session.unit,
        rule=words.rule,
        citation=words.citation,
        quorum=words.quorum,
        basis=_basis(session, row),
        late=tuple(words.late.values()),
        # Warnings and remarks stay away: they name others.
        figures=tuple((name, number) for name, number in words.figures if number is not None),
        has_paper=result.paper is not None,
        levels=() if scale_of(session.sheet.scale).chooses_people else session.sheet.level_labels(language()),
        units={line.review.unit: tree.name(line.review.unit)} if line.review else {},
        years=_years(line.official, tree),
    )


def _years(official: str, tree: Tree) -> tuple[SeriesInWords, ...]:
    try:
        series = years_of(house(), official) if official else ()
    except UnknownOfficial:
        return ()
    return in_words(series, tree) if sum(len(each.results) for each in series) > 1 else ()


def _own_row(vote: PublishedVote, line: Concluded, result: Result) -> Row:
    row = result.rows[vote.result.rows.index(line.row)]
    if line.cell is None:
        return replace(row, name=gettext("Votes at each level"), position="", group="", outcome=None)
    cell = replace(line.cell, label=gettext("Votes for this person"), outcome=None)
    # A ballot that chose nobody says nothing of this one.
    return replace(
        row, title=line.title, name=gettext("Votes"), group="", cells=(cell,), blank=0, invalid=0, outcome=None
    )


def _basis(session: Session, row: Row) -> str:
    words = denominator_words(session.rule)
    if row.denominator is None:
        return gettext("%(words)s That figure is not entered, so there are no percentages.", words=words)
    return gettext("%(words)s That is %(number)s.", words=words, number=row.denominator)
