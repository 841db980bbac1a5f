"""Over the years: all published results of one person, wherever the person was at that time.

Votes are put beside each other only where one scale and one rule hold for both; nothing is concluded from their order.
"""

from dataclasses import dataclass, replace
from typing import Final

from voting.domain.house import House
from voting.domain.organisation.concluded import Concluded, vote_of
from voting.domain.organisation.officials import Official, register_of
from voting.domain.organisation.reviews import reviews_of
from voting.domain.organisation.units import Tree
from voting.domain.rule_commitment import rule_bytes
from voting.domain.rules import Rule
from voting.domain.sessions import Session, State
from voting.errors import BoardDamaged, Malformed, UnknownSession

_Kind = tuple[str, tuple[str, ...], int, bytes]
_NOBODY: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class Series:
    """The results of one person on one scale and under one rule, oldest first.

    `labels`: the levels of an own scale. `choose`: how many may be chosen, 0 where people are not: one of three is not
    compared with five of eight. A result knows its session: the day, the occasion and the unit of that time.
    """

    scale: str
    labels: tuple[str, ...]
    choose: int
    rule: Rule
    results: tuple[Concluded, ...]


def years_of(house: House, official: str) -> tuple[Series, ...]:
    """Give the published results of one person, the series with the newest result first. Raises UnknownOfficial.

    Of a person whose data were erased there are none.
    """
    return years_and_unread(house, official)[0]


def years_and_unread(house: House, official: str) -> tuple[tuple[Series, ...], int]:
    """Give them, and how many stored votes could not be read: one of these may be about the person. As `years_of`."""
    identifiers = _identifiers(register_of(house).official(official))
    sessions, damaged = house.store.readable_sessions()
    unread = len(damaged)
    about = [session for session in sessions.values() if _is_about(session, identifiers)]
    reviews = reviews_of(house) if about else {}
    series: dict[_Kind, Series] = {}
    # The newest is read first: so the series come in the order of their newest results.
    for session in sorted(about, key=lambda session: (-session.published_at, session.uuid)):
        try:
            lines = vote_of(house, session, reviews).lines
        except (BoardDamaged, Malformed):
            unread += 1
            continue
        except UnknownSession:
            # It was deleted just now.
            continue
        for line in reversed(lines):
            if line.official in identifiers:
                sheet, kind = session.sheet, _kind(line)
                before = series.get(kind, Series(sheet.scale, sheet.labels, line.row.choose, session.rule, ()))
                series[kind] = replace(before, results=(line, *before.results))
    return tuple(series.values()), unread if identifiers else 0


def unit_then(tree: Tree, session: Session) -> str:
    """Give the name of the unit of a session when it was published: as the session has it, else as the unit had it."""
    unit = tree.units.get(session.unit_id)
    if session.unit or unit is None:
        return session.unit
    return next((past.name for past in unit.past if session.published_at < past.until), unit.name)


def _identifiers(person: Official) -> frozenset[str]:
    """Give what the person was called in the register, now and before entries were merged."""
    return _NOBODY if person.erased else frozenset({person.id, *person.merged})


def _is_about(session: Session, identifiers: frozenset[str]) -> bool:
    return session.state == State.PUBLISHED and any(subject in identifiers for _, subject in session.subjects)


def _kind(line: Concluded) -> _Kind:
    sheet = line.session.sheet
    return sheet.scale, sheet.labels, line.row.choose, rule_bytes(line.session.rule)
