"""Finding a session among many: by words in it, by its state, by its year. Vietnamese may be typed without marks."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from voting.domain.sessions import Session

LONGEST_SEARCH: Final = 200
ARCHIVED: Final = "archived"
"""Asked for in place of a state: the sessions that were put away, in whatever state."""


@dataclass(frozen=True)
class Search:
    """What is looked for. `state`: empty for any that is not archived; `year`: 0 for any."""

    text: str = ""
    state: str = ""
    year: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return self == Search()


def folded(text: str) -> str:
    """Write a text as it is compared: without marks and capitals, `đ` as `d`."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def find(sessions: Iterable[Session], search: Search, year_of: Callable[[Session], int]) -> list[Session]:
    """Give the sessions that are looked for, in their order. All words must occur, in any place and any part."""
    return [
        session
        for session in sessions
        if _is_in_state(session, search.state)
        and (not search.year or year_of(session) == search.year)
        and holds(session, search.text)
    ]


def holds(session: Session, text: str) -> bool:
    """Tell whether all words of a text occur in a session, in any place and any part; nothing occurs in each."""
    words = folded(text[:LONGEST_SEARCH]).split()
    return not words or _has(session, words)


def _is_in_state(session: Session, state: str) -> bool:
    if state == ARCHIVED or not state:
        return bool(session.archived_at) == (state == ARCHIVED)
    return session.state == state and not session.archived_at


def _has(session: Session, words: list[str]) -> bool:
    lines = ((person.name, person.position, person.group) for person in session.sheet.people)
    text = folded(" ".join((session.title, session.unit, session.description, *(" ".join(line) for line in lines))))
    return all(word in text for word in words)
