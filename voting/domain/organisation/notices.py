"""Notices: the result of one person, made known by a personal link, with what that person answers to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from voting.domain.house import House


@dataclass(frozen=True)
class Notice:
    """What was made known to one person of one published session. Times are seconds since 1970, 0 = not.

    `link`: SHA-256 of the secret in the link, empty when it was revoked; `expires_at`: when it ends by itself.
    `petition`: what the person asks to be looked at again (khiếu nại); `answer`: what the chair replied.
    """

    session: str
    title: str
    official: str = ""
    link: str = field(default="", repr=False)
    made_at: int = 0
    expires_at: int = 0
    acknowledged_at: int = 0
    petition: str = field(default="", repr=False)
    petitioned_at: int = 0
    answer: str = field(default="", repr=False)
    answered_by: str = ""
    answered_at: int = 0
    text: str = field(default="", repr=False, compare=False)

    @property
    def id(self) -> str:
        """Where it lies among the notices."""
        return notice_id(self.session, self.title)


def notice_id(session: str, title: str) -> str:
    """Name the place of the notice of one line of a session."""
    return f"{session}:{title}"


def notices_of(house: House) -> Mapping[str, Notice]:
    """Read all notices, by `notice_id`."""
    return {identifier: _read(text) for identifier, text in house.store.organisation("notices").texts.items()}


def _read(text: str) -> Notice:
    value: dict[str, Any] = json.loads(text)
    return Notice(text=text, **value)
