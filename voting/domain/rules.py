"""The rule of a vote as data: which figure a percentage is of, and what follows from the votes, with the article cited.

A rule is one TOML file of `voting/rules/`, or a chair's changed copy of one. It is frozen with the session at `ready`.
All comparisons are of integers: `votes * q OP p * D` for the share p/q of the denominator D (RULES).
"""

from dataclasses import asdict, dataclass
from typing import Any, Final

from voting.domain.scales import Language
from voting.domain.sheets import Sheet
from voting.errors import MalformedRule

Words = dict[Language, str]

DENOMINATORS: Final = (
    "members",
    "convened",
    "convened_less_excused",
    "present",
    "issued",
    "collected",
    "valid",
    "votes_cast",
)
BLANKS: Final = ("invalid", "against", "excluded")
DISCLOSURES: Final = ("public", "chair", "withheld")
VALIDITIES: Final = ("line", "ballot")
CAP_BASES: Final = ("good_only", "good_or_better")
OPERATORS: Final = (">", ">=", "=")


@dataclass(frozen=True)
class Condition:
    """One comparison. Kinds: `share`: the votes of `levels` together OP `share` of the denominator; `highest`: these
    votes are more than those of every other single level; `rank`: the place of a candidate among the others is at most
    `rank`, 0 = the number to choose, and is `tied` over that border or not; `nobody`: no candidate has more than
    `share`.

    `levels` count from 1, best first; on a sheet where people are chosen there are none: the votes are the candidate's.
    """

    kind: str
    levels: tuple[int, ...] = ()
    op: str = ">"
    share: tuple[int, int] = (1, 2)
    rank: int = 0
    tied: bool = False


@dataclass(frozen=True)
class Outcome:
    """What follows when all `conditions` hold; without any it always does. `words` with the article that says so.

    `tone`: `good`, `bad` or `plain`, for the eye; `second_vote`: the person is proposed for a vote of confidence.
    """

    id: str
    words: Words
    article: Words
    conditions: tuple[Condition, ...] = ()
    tone: str = "plain"
    second_vote: bool = False


@dataclass(frozen=True)
class Quorum:
    """`figure` must be at least (`>=`) or more than (`>`) `share` of the figure `of`; both names of DENOMINATORS."""

    figure: str
    of: str
    op: str = ">="
    share: tuple[int, int] = (1, 2)


@dataclass(frozen=True)
class Cap:
    """At most floor(share × those in the base) may reach `level` within a group. It warns and never changes votes."""

    level: int
    share: tuple[int, int]
    base: str


@dataclass(frozen=True)
class Rule:
    """A checked rule. `scales`: identifiers of the scales that it fits, none = every one.

    `cast_levels`: the levels whose votes make up `votes_cast`. `blank`: a line left blank is an `invalid` line, counts
    `against` (as a vote for the last level), or is `excluded` like an abstention. `disclosure`: to whom the result is
    told. `second_rule`: the rule of the second vote that a `second_vote` outcome proposes.
    """

    id: str
    names: Words
    citation: Words
    scales: tuple[str, ...] = ()
    denominator: str = "collected"
    quorum: Quorum | None = None
    outcomes: tuple[Outcome, ...] = ()
    cast_levels: tuple[int, ...] = ()
    validity: str = "line"
    blank: str = "invalid"
    disclosure: str = "public"
    cap: Cap | None = None
    second_rule: str = ""


COUNT_ONLY: Final = Rule(
    "count_only",
    {"vi": "Chỉ kiểm phiếu, không kết luận", "en": "Count only, no conclusion"},
    {"vi": "", "en": ""},
)


def check_rule_fits(rule: Rule, sheet: Sheet) -> None:
    """Refuse a rule that was not made for the scale of a sheet. Raises MalformedRule."""
    if rule.scales and sheet.scale not in rule.scales:
        raise MalformedRule(f"The rule {rule.id} is not for this scale.", "scales")


def rule_to_value(rule: Rule) -> dict[str, Any]:
    """Write a rule as the JSON value that is kept with a session and published."""
    return asdict(rule)


def rule_from_value(value: dict[str, Any]) -> Rule:
    """Read and check what `rule_to_value` wrote, or what a TOML file holds. Raises MalformedRule naming the field."""
    value = dict(value)
    quorum, cap = value.pop("quorum", None), value.pop("cap", None)
    outcomes = tuple(
        Outcome(**{**each, "conditions": tuple(_condition(c) for c in each.get("conditions", ()))})
        for each in value.pop("outcomes", ())
    )
    return Rule(
        **{name: tuple(given) if isinstance(given, list) else given for name, given in value.items()},
        quorum=Quorum(**{**quorum, "share": tuple(quorum["share"])}) if quorum else None,
        cap=Cap(**{**cap, "share": tuple(cap["share"])}) if cap else None,
        outcomes=outcomes,
    )


def _condition(value: dict[str, Any]) -> Condition:
    return Condition(**{name: tuple(given) if isinstance(given, list) else given for name, given in value.items()})
