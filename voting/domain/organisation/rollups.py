"""Roll-ups: what came out of the votes of one cycle, added up for units and for all that lies below them.

There are two kinds of figures.

- People at each level, and the turnout: sums of what is published for each person and each vote (the conclusion, the
  ballots issued and collected). Nothing of it is kept back.
- Votes added up by unit and by group of similar duties: no law publishes these, so no figure comes from fewer than
  FEWEST ballots. A vote of fewer enters no sum at all: what is withheld could otherwise be found by subtracting the
  other parts from their total. Hiding a second part would not be enough: the votes of a cycle are published one after
  another, so the page of yesterday has the missing part; and another account sees another part of the tree. A total
  therefore is of the votes that may be shown, and says how many it leaves out.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from voting.domain.house import House
from voting.domain.organisation.concluded import PublishedVote, vote_of
from voting.domain.organisation.cycles import Cycle
from voting.domain.organisation.reviews import reviews_of
from voting.domain.organisation.units import Tree, Unit, tree_of
from voting.domain.results import hundredths_of
from voting.domain.rules import Outcome
from voting.domain.scales import scale_of
from voting.domain.sessions import State
from voting.errors import BoardDamaged, Malformed, UnknownSession

_Of = TypeVar("_Of", int, str)

FEWEST: Final = 5
"""Ballots that a figure must come from, in a breakdown that no law publishes."""


@dataclass(frozen=True)
class Counted:
    """What is added up of one published vote.

    `held`: the level of each person that holds, 0 for none; `proposed`: the one that the vote proposed; `outcomes`:
    what the rule concludes of each, by its identifier. `reviewed`: on how many people the competent level has
    concluded. `votes`: (group of similar duties, votes at each level).
    """

    unit: str
    collected: int
    issued: int | None
    convened: int | None
    held: tuple[int, ...]
    proposed: tuple[int, ...]
    outcomes: tuple[str, ...]
    reviewed: int
    votes: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Levels:
    """How many people are at each level, best first, or have each outcome, and how many are at none."""

    at: tuple[int, ...]
    without: int

    @property
    def concluded(self) -> int:
        """How many have a level: what the shares are of."""
        return sum(self.at)

    @property
    def people(self) -> int:
        """How many there are."""
        return self.concluded + self.without

    def hundredths(self, level: int) -> int | None:
        """Give the share of a level, from 0, among those who have one; None when nobody has."""
        return hundredths_of(self.at[level], self.concluded) if self.concluded else None


@dataclass(frozen=True)
class Share:
    """The ballots collected of another figure. `votes`: in how many votes it is known; only these are in it."""

    collected: int
    of: int
    votes: int

    @property
    def hundredths(self) -> int | None:
        """Give it in hundredths of a percent; None of nothing."""
        return hundredths_of(self.collected, self.of) if self.of else None


@dataclass(frozen=True)
class Votes:
    """The votes at each level, of one group or, with `group` None, of all.

    `left_out`: how many units are not in it because their votes may not be shown; `at`: None when that leaves none.
    """

    group: str | None
    at: tuple[int, ...] | None
    left_out: int

    @property
    def total(self) -> int | None:
        """How many they are."""
        return None if self.at is None else sum(self.at)


@dataclass(frozen=True)
class Line:
    """The figures of one unit or, where it is `whole`, of the unit with all below it. `depth`: how far it is set in.

    `concerned`: how many units of the cycle are in it, of which `published` have published their vote.
    """

    unit: Unit
    depth: int
    whole: bool
    concerned: int
    published: int
    collected: int
    issued: Share
    convened: Share
    held: Levels
    proposed: Levels
    outcomes: Levels
    reviewed: int
    votes: tuple[Votes, ...]


@dataclass(frozen=True)
class Rollup:
    """The figures of one cycle for the units that somebody may see.

    `labels`: the levels of an own scale; `levels`: how many there are, none where people are chosen. `groups`: of
    similar duties, none where there is one alone. `outcomes`: what the rules can conclude, in the order of
    `Line.outcomes`. `apart`: units whose vote was held on other levels than the cycle's, so that nothing of it can be
    added; `unread`: those whose vote cannot be read.
    """

    scale: str
    labels: tuple[str, ...]
    levels: int
    groups: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    lines: tuple[Line, ...]
    apart: tuple[Unit, ...]
    unread: tuple[Unit, ...] = ()

    @property
    def gives_levels(self) -> bool:
        """Tell whether there is a level to show: a rule proposes one, or the competent level has concluded on one."""
        return any(line.held.concluded or line.proposed.concluded for line in self.lines)


def rollup_of(house: House, cycle: Cycle, readable: Collection[str]) -> Rollup:
    """Add up the published votes of a cycle in those of its units that are `readable`, each with all below it."""
    tree, reviews = tree_of(house), reviews_of(house)
    concerned = [unit for unit in dict.fromkeys(cycle.units) if unit in readable and unit in tree.units]
    sessions, damaged = house.store.readable_sessions([cycle.session_of(unit) for unit in concerned])
    votes: dict[str, PublishedVote] = {}
    unread: list[str] = []
    for unit in concerned:
        uuid = cycle.session_of(unit)
        session = sessions.get(uuid)
        try:
            if session and session.unit_id == unit and session.state == State.PUBLISHED:
                votes[unit] = vote_of(house, session, reviews)
        except (BoardDamaged, Malformed):
            damaged |= {uuid}
        except UnknownSession:
            # It was deleted just now.
            continue
        if uuid in damaged:
            unread.append(unit)
    labels = _labels(cycle, votes.values())
    same = {unit: vote for unit, vote in votes.items() if _is_on(vote, cycle.scale, labels)}
    levels = len(labels or scale_of(cycle.scale).labels.get("vi", ()))
    outcomes = {each.id: each for vote in same.values() for each in vote.session.rule.outcomes}
    counted = {unit: counted_of(unit, vote) for unit, vote in same.items()}
    return Rollup(
        scale=cycle.scale,
        labels=labels,
        levels=levels,
        groups=_groups(counted.values()),
        outcomes=tuple(outcomes.values()),
        lines=tuple(lines_of(tree, concerned, readable, counted, levels, tuple(outcomes))),
        apart=tuple(tree.unit(unit) for unit in votes if unit not in same),
        unread=tuple(map(tree.unit, unread)),
    )


def counted_of(unit: str, vote: PublishedVote) -> Counted:
    """Take of a published vote what is added up."""
    figures, votes = vote.result.figures, dict[str, tuple[int, ...]]()
    for row in vote.result.rows:
        if not row.choose:
            before = votes.get(row.group, (0,) * len(row.cells))
            votes[row.group] = tuple(a + cell.votes for a, cell in zip(before, row.cells, strict=True))
    return Counted(
        unit=unit,
        collected=vote.result.collected,
        issued=figures.issued,
        convened=figures.convened,
        held=tuple(line.level for line in vote.lines),
        proposed=tuple(line.proposed for line in vote.lines),
        outcomes=tuple(line.outcome.id if line.outcome else "" for line in vote.lines),
        reviewed=sum(1 for line in vote.lines if line.review),
        votes=tuple(votes.items()),
    )


def lines_of(
    tree: Tree,
    concerned: Collection[str],
    readable: Collection[str],
    counted: Mapping[str, Counted],
    levels: int,
    outcomes: Sequence[str] = (),
) -> Iterator[Line]:
    """Yield the lines in the order of the tree, a unit with all below it before its parts.

    `concerned`: the units of the cycle that are shown; `counted`: what was published of them; `levels`: how many there
    are; `outcomes`: the identifiers of what the rules can conclude.
    """
    groups = _groups(counted.values())
    below: dict[str, list[str]] = {}
    for unit in concerned:
        for upper in tree.above(unit):
            below.setdefault(upper.id, []).append(unit)

    def line(unit: Unit, depth: int, parts: Sequence[str], *, whole: bool) -> Line:
        published = [counted[part] for part in parts if part in counted]
        return Line(
            unit=unit,
            depth=depth,
            whole=whole,
            concerned=len(parts),
            published=len(published),
            collected=sum(each.collected for each in published),
            issued=_share((each.collected, each.issued) for each in published),
            convened=_share((each.collected, each.convened) for each in published),
            held=_counts((level for each in published for level in each.held), range(1, levels + 1)),
            proposed=_counts((level for each in published for level in each.proposed), range(1, levels + 1)),
            outcomes=_counts((outcome for each in published for outcome in each.outcomes), outcomes),
            reviewed=sum(each.reviewed for each in published),
            votes=tuple(_votes(published, groups)) if levels else (),
        )

    def walk(unit: Unit, depth: int) -> Iterator[Line]:
        own = [unit.id] if unit.id in concerned else []
        if unit.id in below and unit.id in readable:
            yield line(unit, depth, own + below[unit.id], whole=True)
            depth += 1
        if own:
            yield line(unit, depth, own, whole=False)
        if unit.id in below:
            for child in tree.children(unit.id):
                yield from walk(child, depth)

    if tree.root:
        yield from walk(tree.root, 0)


def _groups(counted: Iterable[Counted]) -> tuple[str, ...]:
    """List the groups of similar duties; there is none where all stand under one heading."""
    found = sorted({group for each in counted for group, _ in each.votes})
    return tuple(found) if len(found) > 1 else ()


def _counts(given: Iterable[_Of], kinds: Iterable[_Of]) -> Levels:
    counts = Counter(given)
    at = tuple(counts[kind] for kind in kinds)
    return Levels(at, counts.total() - sum(at))


def _share(pairs: Iterable[tuple[int, int | None]]) -> Share:
    known = [(collected, of) for collected, of in pairs if of is not None]
    return Share(sum(collected for collected, _ in known), sum(of for _, of in known), len(known))


def _votes(published: Sequence[Counted], groups: Sequence[str]) -> Iterator[Votes]:
    """Add up the votes of all groups together, then of each group; see the head of this module."""
    for group in (None, *groups):
        among = [(each, votes) for each in published if (votes := _votes_in(each, group))]
        if among:
            shown = [votes for each, votes in among if each.collected >= FEWEST]
            at = tuple(map(sum, zip(*shown, strict=True))) if shown else None
            yield Votes(group, at, len(among) - len(shown))


def _votes_in(counted: Counted, group: str | None) -> tuple[int, ...]:
    """Give the votes of one group, or of all; nothing where there is no such group in the unit."""
    found = [votes for heading, votes in counted.votes if group is None or heading == group]
    return tuple(map(sum, zip(*found, strict=True)))


def _labels(cycle: Cycle, votes: Iterable[PublishedVote]) -> tuple[str, ...]:
    """Give the levels of an own scale: those that most units have voted on."""
    own = Counter(vote.session.sheet.labels for vote in votes if vote.session.sheet.scale == cycle.scale)
    return own.most_common(1)[0][0] if own else ()


def _is_on(vote: PublishedVote, scale: str, labels: tuple[str, ...]) -> bool:
    return (vote.session.sheet.scale, vote.session.sheet.labels) == (scale, labels)
