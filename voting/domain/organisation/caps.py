"""The cap over a cycle: whether more people reach the best level than the rule allows, in each unit and each group.

The texts can be read in two ways, so each figure is there for both: the share is of those at the level below (good
only), or of those at that level or a better one (good or better). It warns and never changes a vote or a conclusion.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from voting.domain.organisation.concluded import Concluded, PublishedVote
from voting.domain.rules import Cap
from voting.domain.search import folded

SCALE: Final = "classification"


@dataclass(frozen=True)
class Allowance:
    """How many may reach the capped level: floor(share × `base`)."""

    base: int
    allowed: int
    reached: int

    @property
    def is_exceeded(self) -> bool:
        """Whether more have reached it."""
        return self.reached > self.allowed


@dataclass(frozen=True)
class Tally:
    """Who has reached the capped level, by name, and what is allowed in each reading of the base.

    `unknown`: for how many there is no level yet, so that neither figure is final.
    """

    reached: tuple[str, ...]
    unknown: int
    good_only: Allowance
    good_or_better: Allowance

    @property
    def is_exceeded(self) -> bool:
        """Whether it is exceeded in any reading."""
        return self.good_only.is_exceeded or self.good_or_better.is_exceeded


@dataclass(frozen=True)
class CapCheck:
    """The cap in one unit, or in one group of similar duties over all units of the cycle; `name`: which.

    `name` is the identifier of a unit, or the words of a group, empty for the people without one. `cap`: of the rule,
    with the reading that it takes itself. `people`: each once, by the last vote on them. `concluded`: by the level that
    holds, the reviewed one first; `proposed`: by the votes alone.
    """

    kind: Literal["unit", "group"]
    name: str
    cap: Cap
    people: int
    concluded: Tally
    proposed: Tally


@dataclass(frozen=True)
class _People:
    groups: Mapping[str, str]
    aliases: Mapping[str, str]

    def who(self, line: Concluded) -> str:
        """Name a person: by the register, or of nobody there by the line, which is then somebody of its own."""
        return self.aliases.get(line.official, line.official) or f"{line.session.uuid}:{line.title}"

    def group(self, line: Concluded) -> str:
        """Give the heading that was voted under, which is public and stays, before that of the register now."""
        return line.row.group or self.groups.get(self.who(line), "")


def is_capped(vote: PublishedVote) -> bool:
    """Tell whether a vote is one that the cap is about: a classification by a rule that has a cap."""
    return vote.session.sheet.scale == SCALE and vote.session.rule.cap is not None


def caps_of(
    votes: Sequence[PublishedVote],
    units: Sequence[str],
    groups: Mapping[str, str],
    aliases: Mapping[str, str] | None = None,
) -> list[CapCheck]:
    """Check the cap over the published votes of a cycle: first in each of the `units`, then in each group.

    `groups`: identifier of the register → group of similar duties, for people whose line stood under no heading;
    `aliases`: identifier that was merged away → the one that was kept. Votes under different caps are not added up:
    there is a check for each cap.
    """
    known = _People(groups, aliases or {})
    lines = [line for vote in votes if is_capped(vote) and vote.session.unit_id in units for line in vote.lines]
    checks: list[CapCheck] = []
    for unit in units:
        checks += _checks("unit", unit, [line for line in lines if line.session.unit_id == unit], known)
    named = {known.group(line) for line in lines}
    # Those without a group are told last, and not at all where nobody has one: that would be the whole cycle.
    for group in sorted(named, key=lambda name: (not name, folded(name))) if any(named) else ():
        checks += _checks("group", group, [line for line in lines if known.group(line) == group], known)
    return checks


def _checks(kind: Literal["unit", "group"], name: str, lines: Iterable[Concluded], known: _People) -> list[CapCheck]:
    by_cap: dict[tuple[int, tuple[int, int]], tuple[Cap, dict[str, Concluded]]] = {}
    for line in sorted(lines, key=lambda line: line.session.published_at):
        if cap := line.session.rule.cap:
            by_cap.setdefault((cap.level, cap.share), (cap, {}))[1][known.who(line)] = line
    return [
        CapCheck(
            kind,
            name,
            cap,
            len(people),
            _tally(cap, [(line, _level(line)) for line in people.values()]),
            _tally(cap, [(line, line.proposed or None) for line in people.values()]),
        )
        for cap, people in by_cap.values()
    ]


def _level(line: Concluded) -> int | None:
    """Give the level that holds; 0 for a conclusion on none, None while there is neither level nor conclusion."""
    return line.level if line.review else line.proposed or None


def _tally(cap: Cap, people: Sequence[tuple[Concluded, int | None]]) -> Tally:
    levels = [level for _, level in people]
    reached = tuple(line.row.name for line, level in people if level == cap.level)
    below = levels.count(cap.level + 1)
    better = sum(1 for level in levels if level and level <= cap.level)
    return Tally(
        reached,
        levels.count(None),
        _allowance(cap, below, len(reached)),
        _allowance(cap, below + better, len(reached)),
    )


def _allowance(cap: Cap, base: int, reached: int) -> Allowance:
    part, parts = cap.share
    return Allowance(base, part * base // parts, reached)
