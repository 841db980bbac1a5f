"""`voting rules …`: the rules that are shipped, and whether one that was copied and changed can be used."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from voting.commands.ordered import OrderedGroup
from voting.domain.rulebook import RULES, faults_of_text, rule_of, text_of
from voting.domain.rules import Condition, Outcome, Rule
from voting.domain.scales import LANGUAGES, SCALES, Language

MOST_BYTES: Final = 256 * 1024

_FIGURES: Final = {
    "members": "all members",
    "convened": "those convened",
    "convened_less_excused": "those convened less those excused",
    "present": "those present",
    "issued": "the ballots issued",
    "collected": "the ballots collected",
    "valid": "the valid ballots",
    "votes_cast": "the votes cast",
}
_OPERATORS: Final = {">": "more than", ">=": "at least", "=": "exactly"}
_BLANKS: Final = {
    "invalid": "a line left blank is an invalid line",
    "against": "a line left blank counts as a vote for the last level",
    "excluded": "a line left blank is left out, like an abstention",
}
DISCLOSURES: Final = {
    "public": "told to everybody",
    "chair": "told to the chair alone",
    "withheld": "not told to the room",
}
_CAP_BASES: Final = {"good_only": "those one level below", "good_or_better": "those at most one level below"}

_language = click.option("--lang", type=click.Choice(LANGUAGES), default="en", help="Of names, outcomes and sources.")


@click.group(cls=OrderedGroup)
def rules() -> None:
    """List, show and check the rules that say what follows from the votes."""


@rules.command("list")
@_language
def list_(lang: Language) -> None:
    """List the rules that are shipped: identifier, what percentages are of, name."""
    ids, figures = max(map(len, RULES)), max(len(_FIGURES[rule.denominator]) for rule in RULES.values())
    for rule in RULES.values():
        click.echo(f"{rule.id:<{ids}}  {_FIGURES[rule.denominator]:<{figures}}  {rule.names[lang]}")


@rules.command()
@click.argument("identifier", metavar="ID")
@_language
@click.option("--toml", is_flag=True, help="Print the file, to be copied and changed.")
def show(identifier: str, lang: Language, toml: bool) -> None:
    """Show a rule: what percentages are of, and what follows from the votes."""
    rule = rule_of(identifier)
    click.echo(text_of(identifier).rstrip("\n") if toml else "\n".join(_lines(rule, lang)))


@rules.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def check(ctx: click.Context, file: Path) -> None:
    """Check a rule in a TOML file, and say all that must be changed.

    \b
    Status 0: the rule can be used
           1: it cannot, or FILE cannot be read
    """
    faults = _faults(file)
    for field, why in faults:
        click.echo(f"{file}: {field}: {why}" if field else f"{file}: {why}")
    if not faults:
        click.echo(f"{file}: the rule can be used")
    ctx.exit(1 if faults else 0)


def _faults(file: Path) -> tuple[tuple[str, str], ...]:
    with file.open("rb") as opened:
        raw = opened.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        return (("", f"The file is larger than {MOST_BYTES // 1024} KB."),)
    try:
        return faults_of_text(raw.decode())
    except UnicodeDecodeError:
        return (("", "The file is not text in UTF-8."),)


# ---- a rule in words


def _lines(rule: Rule, lang: Language) -> Iterator[str]:
    yield f"{rule.names[lang]} ({rule.id})"
    if rule.citation[lang]:
        yield f"  {rule.citation[lang]}"
    yield ""
    yield f"For:             {', '.join(SCALES[scale].names[lang] for scale in rule.scales) or 'every scale'}"
    yield f"Percentages:     of {_FIGURES[rule.denominator]}"
    if rule.cast_levels:
        yield f"Votes cast:      {_levels(rule, rule.cast_levels, lang)}"
    if rule.quorum:
        share = _share(rule.quorum.op, rule.quorum.share)
        yield f"Quorum:          {_FIGURES[rule.quorum.figure]} are {share} of {_FIGURES[rule.quorum.of]}"
    yield f"Blank lines:     {_BLANKS[rule.blank]}"
    yield f"Result:          {DISCLOSURES[rule.disclosure]}"
    if rule.cap:
        level, (part, parts) = _levels(rule, (rule.cap.level,), lang), rule.cap.share
        yield f"Cap:             {level}: at most {part}/{parts} of {_CAP_BASES[rule.cap.base]}, by group: it warns"
    if rule.second_rule:
        yield f"Second vote:     {rule.second_rule}"
    if rule.outcomes:
        yield from ("", "What follows: the first of these that holds")
    for number, outcome in enumerate(rule.outcomes, 1):
        yield from _of_outcome(rule, number, outcome, lang)


def _of_outcome(rule: Rule, number: int, outcome: Outcome, lang: Language) -> Iterator[str]:
    yield f"{number:>3}. {outcome.words[lang]}"
    when = " and ".join(_condition(rule, condition, lang) for condition in outcome.conditions)
    yield f"     when {when}" if when else "     otherwise"
    if outcome.article[lang]:
        yield f"     {outcome.article[lang]}"


def _condition(rule: Rule, condition: Condition, lang: Language) -> str:
    share = f"{_share(condition.op, condition.share)} of {_FIGURES[rule.denominator]}"
    whose = _levels(rule, condition.levels, lang) if condition.levels else "the candidate"
    match condition.kind:
        case "highest":
            return f"{whose}: more votes than every other"
        case "nobody":
            return f"nobody has {share}"
        case "rank":
            if condition.tied:
                return f"tied over place {condition.rank}" if condition.rank else "tied over the last place"
            return f"among the first {condition.rank or 'as many as are to be chosen'}"
    return f"{whose}: {share}"


def _levels(rule: Rule, levels: tuple[int, ...], lang: Language) -> str:
    labels = SCALES[rule.scales[0]].labels.get(lang, ()) if rule.scales else ()
    return " + ".join(f"“{labels[level - 1]}”" if level <= len(labels) else f"level {level}" for level in levels)


def _share(op: str, share: tuple[int, int]) -> str:
    return f"{_OPERATORS[op]} {share[0]}/{share[1]}"
