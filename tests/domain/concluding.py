"""What tests ask of a conclusion."""

from voting.domain.conclusions import Conclusion, Warning, conclude
from voting.domain.figures import Figures, Line
from voting.domain.rulebook import RULES
from voting.domain.rules import Rule


def meeting(people: int, collected: int | None = None) -> Figures:
    """A meeting to which all members came; ballots from all of them, or from `collected`."""
    ballots = people if collected is None else collected
    return Figures(people, people, people, 0, ballots, ballots, ballots)


def outcome_of(rule: Rule | str, figures: Figures, *votes: int, blank: int = 0, invalid: int = 0) -> str | None:
    rule = RULES[rule] if isinstance(rule, str) else rule
    ((outcome,),) = conclude(rule, figures, [Line(votes, blank, invalid)]).outcomes
    return outcome.id if outcome else None


def chosen(rule: Rule | str, figures: Figures, votes: tuple[int, ...], choose: int) -> list[str | None]:
    rule = RULES[rule] if isinstance(rule, str) else rule
    (outcomes,) = conclude(rule, figures, [Line(votes)], choose=[choose]).outcomes
    return [outcome.id if outcome else None for outcome in outcomes]


def kinds(conclusion: Conclusion) -> list[tuple[str, tuple[int, ...]]]:
    return [(warning.kind, warning.lines) for warning in conclusion.warnings]


def exceeded(rule: Rule, lines: list[Line], groups: list[str] | None = None) -> list[Warning]:
    conclusion = conclude(rule, meeting(10), lines, groups=groups or [])
    return [warning for warning in conclusion.warnings if warning.kind == "cap_exceeded"]
