"""The rules that are shipped: one TOML file each in `voting/rules/`, read and checked when this module is loaded."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from voting.domain.rules import Rule, read_rule, rule_from_value
from voting.errors import MalformedRule

FOLDER: Final = files("voting") / "rules"

# The order in which they are offered.
_ORDER: Final = (
    "count_only",
    "nq96_2023",
    "nq85_2014",
    "nq35_2012",
    "qd96_2023",
    "qd262_2014",
    "second_vote",
    "second_vote_of_members",
    "absolute_majority",
    "plurality",
    "cumulative_from_top",
    "approve",
    "nominate",
    "elect",
    "motion_majority",
    "motion_two_thirds",
    "works_council",
)


def rule_of(identifier: str) -> Rule:
    """Find a shipped rule. Raises MalformedRule with the identifiers there are."""
    try:
        return RULES[identifier]
    except KeyError:
        raise MalformedRule(f"There is no rule {identifier[:40]!r}; there are: {', '.join(RULES)}.", "rule") from None


def rules_for(scale: str) -> tuple[Rule, ...]:
    """List the shipped rules that fit a scale, in the order in which they are offered."""
    return tuple(rule for rule in RULES.values() if not rule.scales or scale in rule.scales)


def text_of(identifier: str) -> str:
    """Give the TOML text of a shipped rule, to be copied and changed. Raises MalformedRule."""
    return (FOLDER / f"{rule_of(identifier).id}.toml").read_text("utf-8")


def faults_of_text(text: str) -> tuple[tuple[str, str], ...]:
    """List all that is wrong with the TOML text of a rule, as (field, reason); nothing when it can be used."""
    try:
        rule, faults = read_rule(_parse(text, ""))
    except MalformedRule as refusal:
        return (("", str(refusal)),)
    return (*faults, *_unknown_second(rule, RULES))


def rule_from_text(text: str, file: str) -> Rule:
    """Read and check the TOML text of a rule. Raises MalformedRule naming file and field."""
    return rule_from_table(_parse(text, file), file)


def rule_from_table(value: object, file: str = "") -> Rule:
    """Read and check a rule that is not shipped; the second one that it names must be. Raises MalformedRule."""
    rule = rule_from_value(value, file)
    for field, why in _unknown_second(rule, RULES):
        raise MalformedRule(why, field, file)
    return rule


def borrowed_names(rule: Rule) -> tuple[str, ...]:
    """List the fields in which a session's own rule has the name of a shipped one, as if that had applied."""
    shipped = {name.casefold() for known in RULES.values() for name in known.names.values()}
    return tuple(f"names.{language}" for language, name in rule.names.items() if name.casefold() in shipped)


def _parse(text: str, file: str) -> dict[str, Any]:
    try:
        # The line end keeps the parser from calling the last line "end of document".
        return tomllib.loads(text + "\n")
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "the nesting is too deep"
        raise MalformedRule(f"This is not TOML: {reason}.", "", file) from None


def _unknown_second(rule: Rule, known: Collection[str]) -> Iterator[tuple[str, str]]:
    if rule.second_rule and rule.second_rule not in known:
        yield "second_rule", f"There is no rule of this name; there are: {', '.join(known)}."


def _read(identifier: str) -> Rule:
    file = f"{identifier}.toml"
    rule = rule_from_value(_parse((FOLDER / file).read_text("utf-8"), file), file)
    for field, why in _unknown_second(rule, _ORDER):
        raise MalformedRule(why, field, file)
    return rule


RULES: Final[Mapping[str, Rule]] = MappingProxyType({identifier: _read(identifier) for identifier in _ORDER})
