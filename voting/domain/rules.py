"""The rule of a vote as data: which figure a percentage is of, and what follows from the votes, with the article cited.

A rule is one TOML file of `voting/rules/`, or a chair's changed copy of one. It is frozen with the session at `ready`.
All comparisons are of integers: `votes * q OP p * D` for the share p/q of the denominator D (docs/adr/0009).
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from voting.domain.scales import LANGUAGES, SCALES, Language, scale_of
from voting.domain.sheets import LONGEST_TEXT, MOST_LABELS, Sheet, tidy
from voting.errors import MalformedRule, MalformedSheet

Words = dict[Language, str]

OWN: Final = "own:"
"""How the identifier of a rule begins that was changed for one session; the rest is that of the original."""

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
KINDS: Final = ("share", "highest", "rank", "nobody")
TONES: Final = ("good", "bad", "plain")
FIGURES: Final = tuple(name for name in DENOMINATORS if name not in ("valid", "votes_cast"))
"""The figures that are of the whole meeting: those of a quorum. The other two differ from line to line."""

MOST_OUTCOMES: Final = 20
MOST_CONDITIONS: Final = 10
LARGEST_NUMBER: Final = 1000
"""Of the two that make a share."""
LONGEST_PASSAGE: Final = 600
"""In characters, of what follows and of where it is written; names are as long as any other text."""


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

    `tone`: `good`, `bad` or `plain`, for the eye; `second_vote`: the person is proposed for a vote of confidence;
    `level`: the level of the scale that the line is given, 0 for none (a cap counts these).
    """

    id: str
    words: Words
    article: Words
    conditions: tuple[Condition, ...] = ()
    tone: str = "plain"
    second_vote: bool = False
    level: int = 0


@dataclass(frozen=True)
class Quorum:
    """`figure` must be at least (`>=`) or more than (`>`) `share` of the figure `of`; both names of DENOMINATORS."""

    figure: str
    of: str
    op: str = ">="
    share: tuple[int, int] = (1, 2)


@dataclass(frozen=True)
class Cap:
    """At most floor(share × those in the base) may reach `level` within a group. It warns and never changes votes.

    `base`: those given the level below it (`good_only`), or that or a better one (`good_or_better`).
    """

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
    highest = max(
        (level for outcome in rule.outcomes for each in outcome.conditions for level in each.levels), default=0
    )
    if sheet.labels and highest > len(sheet.labels):
        raise MalformedRule(f"The rule {rule.id} speaks of a level {highest} that this sheet does not have.", "scales")


def rule_to_value(rule: Rule) -> dict[str, Any]:
    """Write a rule as the JSON value that is kept with a session and published.

    Its canonical bytes are committed to on the board, so what was once written must not change: a field that is added
    to a rule later stands here only when it differs from its default.
    """
    return asdict(rule)


def rule_from_value(value: object, file: str = "") -> Rule:
    """Read and check what `rule_to_value` wrote, or what a TOML file holds. Raises MalformedRule naming the field.

    Counting from 0: `outcomes[2].conditions[1].share`. Shares are `"2/3"` or `[2, 3]`.
    """
    rule, faults = read_rule(value)
    if faults:
        field, why = faults[0]
        raise MalformedRule(why, field, file)
    return rule


def read_rule(value: object) -> tuple[Rule, tuple[tuple[str, str], ...]]:
    """Give a rule with all that is wrong with it, as (field, reason); with faults it is of no use."""
    reading = _Reading()
    rule = reading.rule(value)
    if not reading.faults:
        reading.faults += _of_the_whole(rule)
    return rule, tuple(reading.faults)


# ---- reading: one table after the other, every fault with its place


_MISSING: Final = "This is missing."
_RULE_ID: Final = re.compile(rf"({OWN})?[a-z][a-z0-9_]{{0,39}}", re.ASCII)
_PLAIN_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_SHARE: Final = re.compile(r"([0-9]{1,4}) ?/ ?([0-9]{1,4})", re.ASCII)


class _Reading:
    """A rule while it is read. What cannot be meant becomes a fault, and reading goes on with a default."""

    def __init__(self) -> None:
        self.faults: list[tuple[str, str]] = []

    def rule(self, value: object) -> Rule:
        table = self.table(value, "", Rule, ("id", "names"))
        return Rule(
            id=self.identifier(table, "id", "", _RULE_ID),
            names=self.words(table, "names", "", LONGEST_TEXT),
            citation=self.words(table, "citation", "", LONGEST_PASSAGE, optional=True),
            scales=self.scales(table),
            denominator=self.choice(table, "denominator", "", DENOMINATORS, "collected"),
            quorum=self.quorum(table["quorum"]) if table.get("quorum") is not None else None,
            outcomes=tuple(
                self.outcome(each, f"outcomes[{i}]")
                for i, each in enumerate(self.array(table, "outcomes", "", MOST_OUTCOMES))
            ),
            cast_levels=self.levels(table, "cast_levels", ""),
            validity=self.choice(table, "validity", "", VALIDITIES, "line"),
            blank=self.choice(table, "blank", "", BLANKS, "invalid"),
            disclosure=self.choice(table, "disclosure", "", DISCLOSURES, "public"),
            cap=self.cap(table["cap"]) if table.get("cap") is not None else None,
            second_rule=self.identifier(table, "second_rule", "", _PLAIN_ID) if table.get("second_rule") else "",
        )

    def outcome(self, value: object, where: str) -> Outcome:
        table = self.table(value, where, Outcome, ("id", "words"))
        return Outcome(
            id=self.identifier(table, "id", where, _PLAIN_ID),
            words=self.words(table, "words", where, LONGEST_PASSAGE),
            article=self.words(table, "article", where, LONGEST_PASSAGE, optional=True),
            conditions=tuple(
                self.condition(each, f"{where}.conditions[{i}]")
                for i, each in enumerate(self.array(table, "conditions", where, MOST_CONDITIONS))
            ),
            tone=self.choice(table, "tone", where, TONES, "plain"),
            second_vote=self.truth(table, "second_vote", where),
            level=self.whole(table, "level", where),
        )

    def condition(self, value: object, where: str) -> Condition:
        table = self.table(value, where, Condition, ())
        kind = self.choice(table, "kind", where, KINDS, "share")
        # What decides must be said, not left to a default.
        for name in {"share": ("op", "share"), "nobody": ("share",), "rank": ("rank",)}.get(kind, ()):
            if name not in table:
                self.fault(where, name, _MISSING)
        condition = Condition(
            kind=kind,
            levels=self.levels(table, "levels", where),
            op=self.choice(table, "op", where, OPERATORS, ">"),
            share=self.share(table, "share", where) if "share" in table else (1, 2),
            rank=self.whole(table, "rank", where),
            tied=self.truth(table, "tied", where),
        )
        unused = {"share": ("rank", "tied"), "nobody": ("levels", "rank", "tied"), "rank": ("levels", "op", "share")}
        for name in unused.get(kind, ("op", "share", "rank", "tied")):
            if getattr(condition, name) != getattr(Condition(kind), name):
                self.fault(where, name, f"A condition of the kind {kind} does not use this.")
        return condition

    def quorum(self, value: object) -> Quorum:
        table = self.table(value, "quorum", Quorum, ("figure", "of", "op", "share"))
        quorum = Quorum(
            figure=self.choice(table, "figure", "quorum", FIGURES, "present"),
            of=self.choice(table, "of", "quorum", FIGURES, "convened"),
            op=self.choice(table, "op", "quorum", (">", ">="), ">="),
            share=self.share(table, "share", "quorum"),
        )
        if quorum.figure == quorum.of and not self.faults:
            self.fault("quorum", "of", "A figure cannot be a quorum of itself.")
        return quorum

    def cap(self, value: object) -> Cap:
        table = self.table(value, "cap", Cap, ("level", "share", "base"))
        return Cap(
            level=self.whole(table, "level", "cap"),
            share=self.share(table, "share", "cap"),
            base=self.choice(table, "base", "cap", CAP_BASES, "good_only"),
        )

    # -- single entries

    def fault(self, where: str, name: str, why: str) -> None:
        self.faults.append((f"{where}.{name}".strip("."), why))

    def table(self, value: object, where: str, kind: type, needed: Collection[str]) -> dict[str, Any]:
        """Give the entries of a table whose names are those of the fields of `kind`."""
        if not isinstance(value, dict):
            self.fault(where, "", "This must be a table.")
            return {}
        known = [field.name for field in fields(kind)]
        for name in value:
            if name not in known:
                self.fault(where, str(name)[:40], f"There is no entry of this name; there are: {', '.join(known)}.")
        for name in needed:
            if name not in value:
                self.fault(where, name, _MISSING)
        return value

    def array(self, table: dict[str, Any], name: str, where: str, most: int) -> tuple[Any, ...]:
        value = table.get(name, ())
        if not isinstance(value, (list, tuple)):
            self.fault(where, name, "This must be a list.")
            return ()
        if len(value) > most:
            self.fault(where, name, f"At most {most} are possible.")
        return tuple(value[:most])

    def identifier(self, table: dict[str, Any], name: str, where: str, form: re.Pattern[str]) -> str:
        value = table.get(name, "")
        if name in table and not (isinstance(value, str) and form.fullmatch(value)):
            self.fault(where, name, "This must be of small letters a to z, digits and _, at most 40.")
            return ""
        return str(value)

    def choice(self, table: dict[str, Any], name: str, where: str, choices: Collection[str], default: str) -> str:
        value = table.get(name, default)
        if not isinstance(value, str) or value not in choices:
            self.fault(where, name, f"This must be one of: {', '.join(choices)}.")
            return default
        return value

    def words(
        self, table: dict[str, Any], name: str, where: str, longest: int, *, optional: bool = False
    ) -> dict[Language, str]:
        """Give a text in every language: in none where it is `optional`, never in one alone."""
        given = table.get(name, {})
        if not isinstance(given, dict) or not all(isinstance(each, str) for each in given.values()):
            self.fault(where, name, f"This must hold a text for each of: {', '.join(LANGUAGES)}.")
            return {language: "" for language in LANGUAGES}
        place = f"{where}.{name}".strip(".")
        for language in given:
            if language not in LANGUAGES:
                self.fault(place, str(language)[:40], f"There is no such language; there are: {', '.join(LANGUAGES)}.")
        words: dict[Language, str] = {}
        for language in LANGUAGES:
            try:
                words[language] = tidy(given.get(language, ""), longest)
            except MalformedSheet as refusal:
                words[language] = "?"
                self.fault(place, language, f"{refusal}"[:1].upper() + f"{refusal}."[1:])
        if name in table and (any(words.values()) or not optional):
            for language in LANGUAGES:
                if not words[language]:
                    self.fault(place, language, "This text is missing.")
        return words

    def share(self, table: dict[str, Any], name: str, where: str) -> tuple[int, int]:
        given = table.get(name)
        if isinstance(given, str) and (found := _SHARE.fullmatch(given)):
            given = [int(found[1]), int(found[2])]
        if isinstance(given, (list, tuple)) and len(given) == 2 and all(type(each) is int for each in given):
            part, whole = given
            if 0 < part <= whole <= LARGEST_NUMBER:
                return part, whole
        if name in table:
            self.fault(where, name, 'This must be a fraction such as "1/2" or "2/3", more than 0 and at most "1/1".')
        return 1, 2

    def levels(self, table: dict[str, Any], name: str, where: str) -> tuple[int, ...]:
        given = self.array(table, name, where, MOST_LABELS)
        if not all(type(each) is int and each > 0 for each in given) or list(given) != sorted(set(given)):
            self.fault(where, name, "These must be the numbers of levels, from 1, each once and in their order.")
            return ()
        return given

    def scales(self, table: dict[str, Any]) -> tuple[str, ...]:
        given = self.array(table, "scales", "", len(SCALES))
        for i, each in enumerate(given):
            if not isinstance(each, str) or each not in SCALES:
                self.fault("", f"scales[{i}]", f"There is no such scale; there are: {', '.join(SCALES)}.")
            elif each in given[:i]:
                self.fault("", f"scales[{i}]", "This scale is there already.")
        return tuple(each for each in given if isinstance(each, str) and each in SCALES)

    def whole(self, table: dict[str, Any], name: str, where: str) -> int:
        value = table.get(name, 0)
        # `true` would pass for a number: bool is a kind of int.
        if type(value) is not int or not 0 <= value <= LARGEST_NUMBER:
            self.fault(where, name, "This must be a whole number.")
            return 0
        return value

    def truth(self, table: dict[str, Any], name: str, where: str) -> bool:
        value = table.get(name, False)
        if type(value) is not bool:
            self.fault(where, name, "This must be true or false.")
            return False
        return value


# ---- what only the whole rule shows


def _of_the_whole(rule: Rule) -> Iterator[tuple[str, str]]:
    chooses = "choose" in rule.scales
    if chooses and len(rule.scales) > 1:
        yield "scales", "A rule for choosing people is for no other scale."
    if not rule.scales and (rule.cast_levels or rule.cap or any(each.conditions for each in rule.outcomes)):
        yield "scales", "A rule that speaks of votes must name the scales that it is for."
        return
    levels = min(map(_levels_of, rule.scales), default=0)
    yield from _of_levels("cast_levels", rule.cast_levels, levels)
    if chooses and rule.blank == "against":
        yield "blank", "Where people are chosen, nobody can be voted against."
    for i, outcome in enumerate(rule.outcomes):
        where = f"outcomes[{i}]"
        if any(outcome.id == earlier.id for earlier in rule.outcomes[:i]):
            yield f"{where}.id", "Another outcome has this name already."
        if outcome.level > levels:
            yield f"{where}.level", f"The scale has {levels} levels."
        for j, condition in enumerate(outcome.conditions):
            yield from _of_condition(f"{where}.conditions[{j}]", condition, levels, chooses)
        if any(_always_first(earlier, outcome) for earlier in rule.outcomes[:i]):
            yield where, "This outcome can never apply: whenever it would, an earlier one does."
    yield from _of_cap(rule, levels)


def _of_condition(where: str, condition: Condition, levels: int, chooses: bool) -> Iterator[tuple[str, str]]:
    if condition.kind in ("rank", "nobody") and not chooses:
        yield f"{where}.kind", "This kind is for choosing people."
    elif not chooses and not condition.levels:
        yield f"{where}.levels", _MISSING
    yield from _of_levels(f"{where}.levels", condition.levels, levels)


def _of_levels(where: str, given: tuple[int, ...], levels: int) -> Iterator[tuple[str, str]]:
    if any(level > levels for level in given):
        yield where, f"The scale has {levels} levels."


def _of_cap(rule: Rule, levels: int) -> Iterator[tuple[str, str]]:
    if rule.cap is None:
        return
    if not 1 <= rule.cap.level < levels:
        yield "cap.level", "This must be a level that has another one below it."
    for level in (rule.cap.level, rule.cap.level + 1):
        if not any(outcome.level == level for outcome in rule.outcomes):
            yield "cap.level", f"No outcome gives the level {level}."


def _levels_of(scale: str) -> int:
    kind = scale_of(scale)
    return MOST_LABELS if kind.has_own_labels else len(kind.labels.get("vi", ()))


def _always_first(earlier: Outcome, later: Outcome) -> bool:
    """Tell whether the earlier outcome applies whenever the conditions of the later one hold."""
    return all(any(_implies(given, wanted) for given in later.conditions) for wanted in earlier.conditions)


def _implies(given: Condition, wanted: Condition) -> bool:
    if given == wanted:
        return True
    if not given.kind == wanted.kind == "share" or wanted.op == "=" or not set(given.levels) <= set(wanted.levels):
        return False
    difference = given.share[0] * wanted.share[1] - wanted.share[0] * given.share[1]
    return difference > 0 or (difference == 0 and (wanted.op == ">=" or given.op == ">"))
