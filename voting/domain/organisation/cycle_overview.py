"""Where each unit of a cycle has got to, what the system itself knows of its steps, and what is late."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from voting.domain.house import House
from voting.domain.organisation.cycles import Cycle, Step
from voting.domain.organisation.notices import notices_of
from voting.domain.organisation.reviews import Review, review_id, reviews_of
from voting.domain.organisation.units import tree_of
from voting.domain.sessions import Session, State

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

    A session that cannot be read is told as such, and the others all the same. No result is read for it: of hundreds of
    units that takes seconds.
    """
    tree, reviews, notices = tree_of(house), reviews_of(house), notices_of(house)
    within = tree.within(tree.root.id) if tree.root else []
    rows = [unit.id for unit in within if unit.id in cycle.units and unit.id in units]
    sessions, damaged = house.store.readable_sessions([cycle.session_of(unit) for unit in rows])
    informed = Counter(notice.session for notice in notices.values() if notice.made_at)
    found = []
    for unit in rows:
        uuid = cycle.session_of(unit)
        session = sessions.get(uuid)
        known = _known(session, reviews, informed) if session and session.state == State.PUBLISHED else None
        state = UNREADABLE if uuid in damaged else _state_of(session, known)
        found.append(_of_unit(cycle, unit, state, session, known, today))
    return found


def _of_unit(
    cycle: Cycle, unit: str, state: str, session: Session | None, known: Known | None, today: str
) -> UnitProgress:
    steps = cycle.steps_of(unit)
    late = tuple(step.kind for step in steps if _is_late(step, cycle, known, today))
    if not any(step.kind == "ballot" for step in steps) and _is_late(Step("ballot"), cycle, known, today):
        # A cycle ends, whatever was planned.
        late = (*late, "ballot")
    return UnitProgress(unit, state, session, steps, known, late)


def _state_of(session: Session | None, known: Known | None) -> str:
    if session is None:
        return NOT_STARTED
    return REVIEWED if known and known.reviewed >= known.people else session.state


def _known(session: Session, reviews: Mapping[str, Review], informed: Mapping[str, int]) -> Known:
    people = session.sheet.people
    reviewed = sum(review_id(session.uuid, person.title) in reviews for person in people)
    return Known(session.published_at, len(people), reviewed, informed.get(session.uuid, 0))


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
