"""Published results of the units that an account may read: the list, and one of them with the conclusions beside it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from flask import current_app, render_template, request, url_for

from voting.domain.organisation.concluded import Concluded, PublishedVote, published_vote
from voting.domain.organisation.cycles import cycles_of
from voting.domain.organisation.officials import officials_by_subject, register_of
from voting.domain.organisation.roles import Act
from voting.domain.organisation.units import Unit
from voting.domain.search import LONGEST_SEARCH, holds
from voting.domain.sessions import Session, State
from voting.web.chair.words import OCCASION_WORDS
from voting.web.languages import N_, day, gettext, language
from voting.web.organisation.access import COMPETENCE, Competence, competent, standing
from voting.web.organisation.blueprint import blueprint
from voting.web.result_words import spoken, told
from voting.web.site import house

PER_PAGE: Final = 50
BESIDE: Final[tuple[tuple[str, str], ...]] = (
    ("organisation.reviews", N_("Conclusions of the competent level")),
    ("organisation.notices", N_("Making the result known")),
)
"""(endpoint, words) of the pages about one result that an account may have besides."""


@blueprint.get("/results")
@competent(Act.READ, of="anywhere")
def results() -> str:
    """List the published votes of the units that the account may read, the newest first, as they are searched."""
    tree, units = standing().tree, standing().units(Act.READ)
    readable = {unit.id for unit in units}
    stored, damaged = house().store.readable_sessions()
    published = sorted(_published(stored.values(), readable), key=lambda session: (-session.published_at, session.uuid))
    text, year = " ".join(request.args.get("q", "")[:LONGEST_SEARCH].split()), request.args.get("year", 0, int)
    unit = request.args.get("unit", "")
    within = {each.id for each in tree.within(unit)} if unit in readable else readable
    found = [
        session
        for session in published
        if session.unit_id in within and year in (0, _year_of(session)) and holds(session, text)
    ]
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(max(request.args.get("page", 1, int), 1), pages)
    return render_template(
        "organisation/results.html",
        sessions=found[(number - 1) * PER_PAGE : number * PER_PAGE],
        found=len(found),
        none_at_all=not published,
        unread=len(damaged),
        text=text,
        year=year,
        unit=unit if unit in readable else "",
        years=sorted({_year_of(session) for session in published}, reverse=True),
        units=[(each, _depth(each, readable)) for each in units],
        path=tree.path,
        day_of=day_of,
        occasions=OCCASION_WORDS,
        cycles=[cycle for cycle in cycles_of(house()) if not readable.isdisjoint(cycle.units)],
        page=number,
        pages=pages,
    )


@blueprint.get("/results/<session:session>")
@competent(Act.READ, of="session")
def result(session: str) -> str:
    """Show a published result and what the competent level concludes on each line. Raises NotPublished."""
    vote = published_vote(house(), session)
    shown = spoken(vote.result, vote.session)
    return render_template(
        "organisation/result.html",
        session=vote.session,
        result=shown,
        told=told(vote.result),
        groups=_groups(vote),
        levels=() if shown.rows[0].choose else vote.session.sheet.level_labels(language()),
        path=standing().tree.path(vote.session.unit_id),
        units={unit.id: unit.name for unit in standing().tree.units.values()},
        day=day_of(vote.session),
        occasion=gettext(OCCASION_WORDS[vote.session.occasion]),
        traced=_traced(vote.session),
        beside=list(_beside(vote.session)),
        sort=request.args.get("order") == "share",
    )


def day_of(session: Session) -> str:
    """Write the day on which a session was published, as the clock of this machine has it."""
    return day(datetime.fromtimestamp(session.published_at).astimezone().date().isoformat())


def _published(sessions: Iterable[Session], units: set[str]) -> Iterator[Session]:
    for session in sessions:
        if session.state == State.PUBLISHED and session.unit_id in units:
            yield session


def _year_of(session: Session) -> int:
    return datetime.fromtimestamp(session.published_at).astimezone().year


def _depth(unit: Unit, listed: set[str]) -> int:
    """Tell how far a unit is set in on a list that need not begin at the top of the tree."""
    return sum(1 for above in standing().tree.above(unit.id) if above.id in listed)


def _groups(vote: PublishedVote) -> list[tuple[str, list[Concluded]]]:
    divided: dict[str, list[Concluded]] = {}
    for line in vote.lines:
        divided.setdefault(line.row.group, []).append(line)
    return list(divided.items())


def _traced(session: Session) -> dict[str, str]:
    """Lead from a line to the results of its person over the years, where the account may see them."""
    officials = officials_by_subject(register_of(house()), session)
    return {
        title: url_for("organisation.years", official=official.id)
        for title, official in officials.items()
        if not official.erased and standing().may(Act.TRACE, official.unit)
    }


def _beside(session: Session) -> Iterator[tuple[str, str]]:
    """Yield (address, words) of the other pages about a result that the account may use."""
    for endpoint, words in BESIDE:
        competence: Competence = getattr(current_app.view_functions[endpoint], COMPETENCE)
        if any(standing().may(act, session.unit_id) for act in competence.acts):
            yield url_for(endpoint, session=session.uuid), gettext(words)
