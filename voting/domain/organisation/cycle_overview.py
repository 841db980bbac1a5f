"""Where each unit of a cycle has got to, what the system itself knows of its steps, and what is late."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from voting.domain.house import House
from voting.domain.organisation.concluded import PublishedVote, published_vote
from voting.domain.organisation.cycles import Cycle, Step
from voting.domain.organisation.notices import Notice, notices_of
from voting.domain.organisation.reviews import Review, reviews_of
from voting.domain.organisation.units import tree_of
from voting.domain.sessions import Session, State
from voting.errors import BoardDamaged, Malformed, UnknownSession

NOT_STARTED: Final = "not_started"
REVIEWED: Final = "reviewed"
UNREADABLE: Final = "unreadable"


@dataclass(frozen=True)
class Known:
    """What the system knows of a published vote: when it was published (seconds since 1970), how many people it is on,
    on how many of them the competent level has concluded, and to how many the result was made known.
    """

    published_at: int
    people: int
    reviewed: int
    informed: int


@dataclass(frozen=True)
class UnitProgress:
    """One unit of a cycle. `state`: NOT_STARTED, the State of its session, REVIEWED after it is published, UNREADABLE.

    `session`: None while there is none that can be read. `known`: once it is published. `late`: the kinds of the steps
    that should have been done.
    """

    unit: str
    state: str
    session: Session | None
    steps: tuple[Step, ...]
    known: Known | None
    late: tuple[str, ...]


def progress_of(house: House, cycle: Cycle, units: Collection[str], *, today: str) -> list[UnitProgress]:
    """Tell where some units of a cycle stand, in the order of the tree. `today`: as `2026-12-15`, where it is read.

    A session that cannot be read is told as such, and the others all the same.
    """
    tree, reviews, notices = tree_of(house), reviews_of(house), notices_of(house)
    within = tree.within(tree.root.id) if tree.root else []
    return [
        _of_unit(house, cycle, unit.id, reviews, notices, today)
        for unit in within
        if unit.id in cycle.units and unit.id in units
    ]


def _of_unit(
    house: House,
    cycle: Cycle,
    unit: str,
    reviews: Mapping[str, Review],
    notices: Mapping[str, Notice],
    today: str,
) -> UnitProgress:
    state, session, vote = _read(house, cycle.session_of(unit), reviews)
    known = _known(vote, notices) if vote else None
    steps = cycle.steps_of(unit)
    late = tuple(step.kind for step in steps if _is_late(step, cycle, known, today))
    if not any(step.kind == "ballot" for step in steps) and _is_late(Step("ballot"), cycle, known, today):
        # A cycle ends, whatever was planned.
        late = (*late, "ballot")
    return UnitProgress(unit, state, session, steps, known, late)


def _read(house: House, uuid: str, reviews: Mapping[str, Review]) -> tuple[str, Session | None, PublishedVote | None]:
    if not uuid:
        return NOT_STARTED, None, None
    session = None
    try:
        session = house.store.session(uuid)
        if session.state != State.PUBLISHED:
            return session.state, session, None
        vote = published_vote(house, uuid, reviews)
    except UnknownSession:
        return NOT_STARTED, None, None
    except (BoardDamaged, Malformed):
        return UNREADABLE, session, None
    return REVIEWED if vote.is_reviewed else State.PUBLISHED, session, vote


def _known(vote: PublishedVote, notices: Mapping[str, Notice]) -> Known:
    informed = sum(notice.session == vote.session.uuid and notice.made_at > 0 for notice in notices.values())
    reviewed = sum(line.review is not None for line in vote.lines)
    return Known(vote.session.published_at, len(vote.lines), reviewed, informed)


def _is_late(step: Step, cycle: Cycle, known: Known | None, today: str) -> bool:
    if step.skipped:
        return False
    if step.kind == "ballot":
        # Only the published result shows that it was held; what was entered does not.
        return known is None and min(step.due or cycle.ends, cycle.ends) < today
    done = bool(step.done)
    if known is not None and step.kind == "conclusion":
        done = done or known.reviewed >= known.people
    if known is not None and step.kind == "notice":
        done = done or known.informed >= known.people
    return bool(step.due) and step.due < today and not done
