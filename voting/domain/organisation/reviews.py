"""Reviews (thẩm định): what the competent level concludes on a person, beside what the vote proposes.

Nothing here changes a count or a proposal. A conclusion that takes the place of another keeps it in its history.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any, Final

from voting.domain.house import House
from voting.domain.organisation.register import commit, text_of
from voting.domain.organisation.roles import Role, Standing
from voting.domain.organisation.units import Tree, tree_of
from voting.domain.ports import Change
from voting.domain.results import public_result_of
from voting.domain.rules import Outcome
from voting.domain.scales import scale_of
from voting.domain.sessions import Session
from voting.domain.sheets import tidy
from voting.errors import ChangedMeanwhile, MalformedRegister, MalformedSheet

LONGEST_REASON: Final = 500
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_FIRST_TO_END, _FIRST_TO_BEGIN = timezone(-timedelta(hours=12)), timezone(timedelta(hours=14))
"""Between these a day begins and ends somewhere on Earth."""


@dataclass(frozen=True)
class Review:
    """One conclusion. `session`, `title`: the published line that it is about; `official`: of the register, if any.

    `level`: of the session's scale from 1, 0 = another conclusion, which the reason words. `unit`: of the competent
    level; `by`: the account; `day`: of the decision, as `2026-12-20`; `at`: when it was recorded, seconds since 1970.
    `past`: the conclusions that it took the place of, oldest first.
    """

    session: str
    title: str
    level: int
    reason: str
    day: str
    unit: str
    by: str
    at: int
    official: str = ""
    past: tuple["Review", ...] = ()
    text: str = field(default="", repr=False, compare=False)

    @property
    def id(self) -> str:
        """Where it lies among the reviews."""
        return review_id(self.session, self.title)


def review_id(session: str, title: str) -> str:
    """Name the place of the conclusion on one line of a session."""
    return f"{session}:{title}"


def reviews_of(house: House) -> Mapping[str, Review]:
    """Read all conclusions, by `review_id`."""
    return {identifier: _read(text) for identifier, text in house.store.organisation("reviews").texts.items()}


def review_of(house: House, session: str, title: str) -> Review | None:
    """Read the conclusion on one line of a session; None when there is none."""
    text = house.store.organisation_record("reviews", review_id(session, title))
    return _read(text) if text else None


def conclusions_on(review: Review | None) -> int:
    """Count the conclusions that there are on a line: the one that holds, and those before it."""
    return len(review.past) + 1 if review else 0


def levels_of(session: Session) -> int:
    """Tell how many levels a conclusion can name: those of the scale, and none where people are chosen."""
    return 0 if scale_of(session.sheet.scale).chooses_people else len(session.sheet.level_labels(session.language))


# ---- who concludes


def is_competent(tree: Tree, unit: str, on: str) -> bool:
    """Tell whether a unit concludes on the votes of another: it stands above that one, or is the unit at the top."""
    if unit == on:
        return unit in tree.units and not tree.unit(unit).parent
    return unit in tree.units and tree.is_above(unit, on)


def competent_unit(standing: Standing, on: str) -> str:
    """Give the unit as whose reviewer an account concludes on the votes of one, the nearest; empty when there is none.

    It is the level of the role, and so of the one who takes the decision, that stands beside the conclusion.
    """
    tree = standing.tree
    own = {
        grant.unit for grant in standing.grants if grant.role is Role.REVIEWER and is_competent(tree, grant.unit, on)
    }
    return max(own, key=tree.depth, default="")


# ---- acts


def record_review(
    house: House,
    uuid: str,
    title: str,
    *,
    level: int,
    reason: str,
    day: str,
    unit: str,
    by: str,
    zone: tzinfo | None = None,
    seen: int | None = None,
) -> Review:
    """Record what the competent level `unit` concludes on a line, or on a candidate, of a published vote.

    `reason`: needed for another conclusion and where the level is not the proposed one. `day`: from the publishing to
    today, as the clocks of `zone` have it; without one, of any place on Earth. `seen`: how many conclusions on the line
    were known to whoever concludes. The same conclusion again changes nothing. Raises MalformedRegister naming the
    field, NotPublished, UnknownSession, ChangedMeanwhile, also when there are others than were seen.
    """
    session, outcomes, tree = _reviewed(house, uuid, unit)
    if title not in outcomes:
        raise MalformedRegister("There is no such line in this vote.", "title")
    review = Review(uuid, title, level, reason, day, unit, by, house.clock(), session.subject(title))
    review = _checked(review, session, outcomes[title], zone)
    before = review_of(house, uuid, title)
    if seen is not None and seen != conclusions_on(before):
        raise ChangedMeanwhile("Another conclusion was recorded in between.")
    if before and _is_same(before, review):
        return before
    review = _after(before, review)
    _commit(house, session, [review], tree, before={title: before.text if before else ""}, by=by)
    return review


def conclude_as_proposed(
    house: House, uuid: str, *, day: str, unit: str, by: str, zone: tzinfo | None = None
) -> list[Review]:
    """Record what the vote proposes as the conclusion on every line that has none, all at once.

    Where the rule gives levels, a line without one (a tie, no majority) is left for a decision of its own. Where it
    gives none at all, its words become the conclusion. Raises as `record_review` does.
    """
    session, outcomes, tree = _reviewed(house, uuid, unit)
    known = reviews_of(house)
    reviews = []
    for title, outcome in outcomes.items():
        if review_id(uuid, title) not in known and can_be_adopted(session, outcome) and outcome:
            reason = "" if outcome.level else outcome.words[session.language]
            review = Review(uuid, title, outcome.level, reason, day, unit, by, house.clock(), session.subject(title))
            reviews.append(_checked(review, session, outcome, zone))
    if reviews:
        _commit(house, session, reviews, tree, before={}, by=by)
    return reviews


def can_be_adopted(session: Session, outcome: Outcome | None) -> bool:
    """Tell whether a vote proposes something for a line that can be concluded as it is."""
    if outcome is None:
        return False
    return outcome.level > 0 or not any(each.level for each in session.rule.outcomes)


# ---- checks


def _reviewed(house: House, uuid: str, unit: str) -> tuple[Session, dict[str, Outcome | None], Tree]:
    """Read a published vote of a unit, with what the rule concludes on each line and candidate, by title."""
    session = house.store.session(uuid)
    if not session.unit_id:
        raise MalformedRegister("This vote belongs to no unit of the organisation.", "session")
    outcomes: dict[str, Outcome | None] = {}
    for row in public_result_of(house, uuid).rows:
        outcomes |= {cell.label: cell.outcome for cell in row.cells} if row.choose else {row.title: row.outcome}
    tree = tree_of(house)
    if not is_competent(tree, unit, session.unit_id):
        raise MalformedRegister("Only a unit above that of the vote is competent to conclude on it.", "unit")
    return session, outcomes, tree


def _checked(review: Review, session: Session, outcome: Outcome | None, zone: tzinfo | None) -> Review:
    try:
        reason = tidy(review.reason, LONGEST_REASON)
    except MalformedSheet as refusal:
        raise MalformedRegister(f"reason: {refusal}.", "reason") from None
    levels = levels_of(session)
    if not 0 <= review.level <= levels:
        raise MalformedRegister(f"The level must be between 0 and {levels}.", "level")
    if not reason and not review.level:
        raise MalformedRegister("A conclusion that names no level must be given in words.", "reason")
    if not reason and review.level != (outcome.level if outcome else 0):
        raise MalformedRegister("A conclusion that is not what the vote proposes needs a reason.", "reason")
    _check_day(review, session, zone)
    return replace(review, reason=reason)


def _check_day(review: Review, session: Session, zone: tzinfo | None) -> None:
    try:
        day = date.fromisoformat(review.day) if _DAY.fullmatch(review.day) else None
    except ValueError:
        day = None
    if day is None:
        raise MalformedRegister("This is not a day of the calendar.", "day")
    if day < _day_of(session.published_at, zone or _FIRST_TO_END):
        raise MalformedRegister("That day lies before the publishing of the result.", "day")
    if day > _day_of(review.at, zone or _FIRST_TO_BEGIN):
        raise MalformedRegister("That day lies in the future.", "day")


def _day_of(seconds: int, zone: tzinfo) -> date:
    return datetime.fromtimestamp(seconds, UTC).astimezone(zone).date()


# ---- records


def _is_same(before: Review, review: Review) -> bool:
    return replace(before, by=review.by, at=review.at, official=review.official, past=()) == review


def _after(before: Review | None, review: Review) -> Review:
    return replace(review, past=(*before.past, replace(before, past=(), text=""))) if before else review


def _commit(
    house: House, session: Session, reviews: list[Review], tree: Tree, *, before: Mapping[str, str], by: str
) -> None:
    changes = [Change("reviews", each.id, before.get(each.title, ""), _text(each)) for each in reviews]
    # Of the session and not of the line: its title is a name, and the journal holds none.
    commit(
        house,
        changes,
        by=by,
        act="review.record",
        unit=session.unit_id,
        about=session.uuid,
        unchanged={"units": tree.version},
    )


def _text(review: Review) -> str:
    document = _document(review)
    return text_of(document | {"past": [_document(each) for each in review.past]} if review.past else document)


def _document(review: Review) -> dict[str, Any]:
    return {name: value for name, value in asdict(review).items() if name not in ("past", "text")}


def _read(text: str) -> Review:
    value: dict[str, Any] = json.loads(text)
    past = tuple(Review(**each) for each in value.pop("past", ()))
    return Review(past=past, text=text, **value)
