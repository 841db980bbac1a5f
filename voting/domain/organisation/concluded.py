"""What came out for each person of a published vote: the proposal of the vote, and beside it the conclusion on it.

Reviews, caps, notices, years and roll-ups all read this, and nothing else, of a vote.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final

from voting.domain.house import House
from voting.domain.organisation.reviews import Review, review_id, reviews_of
from voting.domain.results import Cell, Result, Row, public_result_of
from voting.domain.rules import Outcome
from voting.domain.sessions import Session

_MOST_KEPT: Final = 1000
_Key = tuple[str, int, int]
_results: dict[_Key, Result] = {}
_lock: Final = Lock()


@dataclass(frozen=True)
class Concluded:
    """One person of a published vote. `title`: as on the sheet; `official`: of the register, empty when of nobody.

    `row`: the line, or where people are chosen the list that the person stands on, then with `cell`. `outcome`: what
    the rule concludes from the votes, the proposal; `review`: what the competent level concluded, None while it has
    not.
    """

    session: Session
    title: str
    official: str
    row: Row
    cell: Cell | None
    outcome: Outcome | None
    review: Review | None

    @property
    def proposed(self) -> int:
        """The level that the vote proposes, from 1; 0 where the rule gives none."""
        return self.outcome.level if self.outcome else 0

    @property
    def level(self) -> int:
        """The level that holds: the reviewed one, else the proposed one; 0 where there is none."""
        return self.review.level if self.review else self.proposed

    @property
    def differs(self) -> bool:
        """Whether the competent level concluded otherwise than the vote proposes."""
        return self.review is not None and self.review.level != self.proposed


@dataclass(frozen=True)
class PublishedVote:
    """A published session, its result, and what came out for each person, in the order of the sheet."""

    session: Session
    result: Result
    lines: tuple[Concluded, ...]

    @property
    def is_reviewed(self) -> bool:
        """Whether the competent level has concluded on every person."""
        return bool(self.lines) and all(line.review for line in self.lines)


def published_vote(house: House, uuid: str, reviews: Mapping[str, Review] | None = None) -> PublishedVote:
    """Read a published session with the conclusions on it. Raises NotPublished, UnknownSession.

    `reviews`: those of `reviews_of`, for a caller that reads many sessions.
    """
    return vote_of(house, house.store.session(uuid), reviews_of(house) if reviews is None else reviews)


def vote_of(house: House, session: Session, reviews: Mapping[str, Review]) -> PublishedVote:
    """Put together a published session that was read already, as `published_vote` does. Raises NotPublished."""
    uuid, result = session.uuid, _result_of(house, session)
    lines: list[Concluded] = []
    for row in result.rows:
        candidates = row.cells if row.choose else (None,)
        for cell in candidates:
            title, outcome = (cell.label, cell.outcome) if cell else (row.title, row.outcome)
            review = reviews.get(review_id(uuid, title))
            lines.append(Concluded(session, title, session.subject(title), row, cell, outcome, review))
    return PublishedVote(session, result, tuple(lines))


def _result_of(house: House, session: Session) -> Result:
    """Give the result of a published session: nothing of it changes, and the pages of a cycle ask for hundreds."""
    key = (session.uuid, session.published_at, session.reduced_at)
    with _lock:
        found = _results.get(key)
    if found is None:
        found = public_result_of(house, session.uuid)
        with _lock:
            _results[key] = found
            while len(_results) > _MOST_KEPT:
                del _results[next(iter(_results))]
    return found
