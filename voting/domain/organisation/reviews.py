"""Reviews (thẩm định): what the competent level concludes on a person, beside what the vote proposes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from voting.domain.house import House


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


def _read(text: str) -> Review:
    value: dict[str, Any] = json.loads(text)
    past = tuple(Review(**each) for each in value.pop("past", ()))
    return Review(past=past, text=text, **value)
