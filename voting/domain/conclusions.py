"""What follows from the votes under a rule. Integers alone are compared, so that no rounding can ever decide.

`votes OP p/q of D` is `votes * q OP p * D`. What cannot be known, because a figure is missing or disagrees with the
others, is not concluded: the outcome is None, and a warning says why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import eq, ge, gt
from typing import Final

from voting.domain.figures import Figures, Line, disagreements
from voting.domain.rules import Condition, Outcome, Rule

_COMPARE: Final = {">": gt, ">=": ge, "=": eq}


@dataclass(frozen=True)
class Warning:
    """What the chair must know beside the outcomes. `lines` count from 1; where people are chosen, a line is a group.

    `unanimous`: on these lines all who answered said the same, so each of their votes is known. `cap_exceeded`: more
    lines of a group than `allowed` have `reached` the capped level. `quorum_missed`: `figure` of `of`.
    `figure_missing`: the names in `detail` were not entered. `figures_disagree`: the first figure in `detail` must not
    be smaller than the second.
    """

    kind: str
    lines: tuple[int, ...] = ()
    detail: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Conclusion:
    """What follows for each line. `quorum`: None when the rule has none, or it cannot be known.

    `outcomes`: one for each line, or one for each candidate of a line; None where nothing can be concluded.
    """

    quorum: bool | None
    outcomes: tuple[tuple[Outcome | None, ...], ...]
    warnings: tuple[Warning, ...]


def denominator_of(rule: Rule, figures: Figures, line: Line | None = None, *, choose: int = 0) -> int | None:
    """Give what the percentages of a line are of; None while it cannot be known.

    `valid` and `votes_cast` differ from line to line and need the line; `valid` without one is that of the ballots.
    """
    figures, _ = _credible(rule, figures, _chooses(rule, choose))
    if rule.denominator == "votes_cast":
        return None if line is None else _cast(rule, figures, line, _chooses(rule, choose))
    if rule.denominator == "valid":
        if line is None or rule.validity == "ballot":
            return figures.valid
        return _valid(rule, figures, line, _chooses(rule, choose))
    number: int | None = getattr(figures, rule.denominator)
    return number


def conclude(
    rule: Rule, figures: Figures, lines: Sequence[Line], *, groups: Sequence[str] = (), choose: Sequence[int] = ()
) -> Conclusion:
    """Conclude on every line. `groups`: the heading of each line, one group when empty.

    `choose`: how many may be chosen on each line where people are; empty on levels.
    """
    numbers = choose or (0,) * len(lines)
    chooses = any(_chooses(rule, number) for number in numbers)
    everywhere = tuple(range(1, len(lines) + 1))
    warnings = list(_unanimity(figures, lines, chooses))
    figures, doubts = _credible(rule, figures, chooses)
    warnings += (Warning(kind, everywhere, detail) for kind, detail in doubts)
    quorum = _quorum(rule, figures)
    if quorum is False and rule.quorum:
        both = (rule.quorum.figure, rule.quorum.of)
        warnings.append(Warning("quorum_missed", everywhere, {name: getattr(figures, name) for name in both}))
    possible = rule.quorum is None or quorum is True
    outcomes = tuple(
        tuple(_outcome(rule, figures, line, place, number) if possible else None for place in _places(line, chooses))
        for line, number in zip(lines, numbers, strict=True)
    )
    return Conclusion(quorum, outcomes, (*warnings, *_beyond_cap(rule, outcomes, groups)))


# ---- one line


def _places(line: Line, chooses: bool) -> range:
    """List what there is to conclude on: the candidates of a line, or the line itself, as place −1."""
    return range(len(line.votes)) if chooses else range(-1, 0)


def _outcome(rule: Rule, figures: Figures, line: Line, place: int, choose: int) -> Outcome | None:
    """Give the first outcome whose conditions all hold; None when this turns on a denominator that nobody knows."""
    whole = denominator_of(rule, figures, line, choose=choose)
    for outcome in rule.outcomes:
        answers = [_holds(each, rule, line, place, whole, choose) for each in outcome.conditions]
        if all(answers):
            return outcome
        if False not in answers:
            return None
    return None


def _holds(condition: Condition, rule: Rule, line: Line, place: int, whole: int | None, choose: int) -> bool | None:
    """Tell whether a condition holds; None when that turns on an unknown denominator."""
    votes = _counted(rule, line, place >= 0)
    own = votes[place] if place >= 0 else sum(votes[level - 1] for level in condition.levels)
    if condition.kind == "highest":
        others = [n for i, n in enumerate(votes) if i != place and (place >= 0 or i + 1 not in condition.levels)]
        return all(own > other for other in others)
    if condition.kind == "rank":
        last = condition.rank or choose
        better, as_many = sum(other > own for other in votes), sum(other == own for other in votes)
        return better < last < better + as_many if condition.tied else better + as_many <= last
    if whole is None:
        return None
    if condition.kind == "nobody":
        return not any(_is_share(condition, other, whole) for other in votes)
    return _is_share(condition, own, whole)


def _is_share(condition: Condition, votes: int, whole: int) -> bool:
    """Compare without dividing. Of nothing there is no share: two thirds of no votes at all carry no motion."""
    part, parts = condition.share
    return whole > 0 and _COMPARE[condition.op](votes * parts, part * whole)


def _counted(rule: Rule, line: Line, chooses: bool) -> tuple[int, ...]:
    """Give the votes as they count: a blank line is a vote for the last level where the rule says so."""
    if chooses or rule.blank != "against" or not line.votes:
        return line.votes
    return (*line.votes[:-1], line.votes[-1] + line.blank)


def _valid(rule: Rule, figures: Figures, line: Line, chooses: bool) -> int | None:
    # Where several may be chosen, votes are not ballots: these follow from the whole.
    return _answering(figures, line) if chooses else sum(_counted(rule, line, chooses))


def _cast(rule: Rule, figures: Figures, line: Line, chooses: bool) -> int | None:
    if chooses:
        return _answering(figures, line)
    votes = _counted(rule, line, chooses)
    return sum(n for level, n in enumerate(votes, 1) if not rule.cast_levels or level in rule.cast_levels)


def _answering(figures: Figures, line: Line) -> int | None:
    """Count the ballots that name somebody on a line where people are chosen."""
    ballots = figures.collected if figures.valid is None else figures.valid
    return None if ballots is None else ballots - line.blank - line.invalid


def _chooses(rule: Rule, choose: int) -> bool:
    return choose > 0 or "choose" in rule.scales


# ---- the whole meeting


def _credible(rule: Rule, figures: Figures, chooses: bool) -> tuple[Figures, list[tuple[str, dict[str, int]]]]:
    """Give the figures without those that cannot be, and what is to be warned of among those that the rule needs."""
    needed = dict.fromkeys(_needed(rule, figures, chooses))
    doubts: list[tuple[str, dict[str, int]]] = []
    credible = figures
    if missing := [name for name in needed if getattr(figures, name) is None]:
        doubts.append(("figure_missing", dict.fromkeys(missing, 0)))
    for smaller, larger in disagreements(figures):
        name = "excused" if smaller == "convened_less_excused" else smaller
        # More ballots handed out than people present is for the reconciliation: it makes no percentage wrong.
        if name in needed and larger != "issued":
            doubts.append(("figures_disagree", {each: getattr(figures, each) for each in (smaller, larger)}))
            credible = replace(credible, **{name: None})
    return credible, doubts


def _needed(rule: Rule, figures: Figures, chooses: bool) -> Iterator[str]:
    named = [rule.denominator, *((rule.quorum.figure, rule.quorum.of) if rule.quorum else ())]
    for name in named:
        if name == "convened_less_excused":
            yield from ("convened", "excused")
        elif name not in ("valid", "votes_cast"):
            yield name
        elif name == "valid" and rule.validity == "ballot":
            yield "valid"
        elif chooses and figures.valid is None:
            yield "collected"


def _quorum(rule: Rule, figures: Figures) -> bool | None:
    if rule.quorum is None:
        return None
    there: int | None = getattr(figures, rule.quorum.figure)
    of: int | None = getattr(figures, rule.quorum.of)
    if there is None or of is None:
        return None
    part, parts = rule.quorum.share
    return bool(_COMPARE[rule.quorum.op](there * parts, part * of))


def _unanimity(figures: Figures, lines: Sequence[Line], chooses: bool) -> Iterator[Warning]:
    """Warn of lines on which all who answered said the same: whoever knows who voted knows each of these votes."""
    told = tuple(number for number, line in enumerate(lines, 1) if _tells_all(figures, line, chooses))
    if told:
        yield Warning("unanimous", told)


def _tells_all(figures: Figures, line: Line, chooses: bool) -> bool:
    answering = _answering(figures, line) if chooses else sum(line.votes)
    most = max(line.votes, default=0)
    return most > 0 and most == answering


def _beyond_cap(rule: Rule, outcomes: Sequence[tuple[Outcome | None, ...]], groups: Sequence[str]) -> Iterator[Warning]:
    cap = rule.cap
    if cap is None:
        return
    by_group: dict[str, list[tuple[int, int | None]]] = {}
    for number, (heading, (outcome, *_)) in enumerate(zip(groups or [""] * len(outcomes), outcomes, strict=True), 1):
        by_group.setdefault(heading, []).append((number, outcome.level if outcome else None))
    for given in by_group.values():
        levels = [level for _, level in given]
        if None in levels:
            continue  # how many there are is not known
        base = levels.count(cap.level + 1)
        if cap.base == "good_or_better":
            base += sum(1 for level in levels if level and level <= cap.level)
        part, parts = cap.share
        allowed = part * base // parts
        reached = tuple(number for number, level in given if level == cap.level)
        if len(reached) > allowed:
            yield Warning("cap_exceeded", reached, {"reached": len(reached), "allowed": allowed, "base": base})
