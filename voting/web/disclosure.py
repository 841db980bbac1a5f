"""Whom a rule lets see the result: some keep it from the room, and then a session stays counted."""

from dataclasses import dataclass
from typing import Final

from voting.domain.sessions import Session
from voting.web.languages import N_, gettext, language

_WORDS: Final = {
    "chair": N_("By the rule of this session the result is told to the chair alone, who reports it."),
    "withheld": N_("By the rule of this session the result is not announced in the room."),
}


@dataclass(frozen=True)
class Withholding:
    """That a rule keeps the result from the public: in a sentence, by which rule, and the article that says so."""

    words: str
    rule: str
    citation: str


def withholding_of(session: Session) -> Withholding | None:
    """Say how the rule of a session keeps its result from the public; None when it does not."""
    words = _WORDS.get(session.rule.disclosure)
    if words is None:
        return None
    return Withholding(gettext(words), session.rule.names[language()], session.rule.citation[language()])
