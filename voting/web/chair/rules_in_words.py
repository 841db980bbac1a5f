"""A rule as a chair reads it: what percentages are of, what follows from the votes, and where that is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from voting.domain.rulebook import RULES
from voting.domain.rules import OWN, Cap, Condition, Quorum, Rule
from voting.domain.scales import scale_of
from voting.domain.sessions import Session
from voting.web.languages import N_, gettext, language
from voting.web.rule_words import FIGURE_WORDS, denominator_words

OPERATOR_WORDS: Final[dict[str, str]] = {
    ">": N_("more than %(share)s"),
    ">=": N_("at least %(share)s"),
    "=": N_("exactly %(share)s"),
}
BLANK_WORDS: Final[dict[str, str]] = {
    "invalid": N_("A line left blank is an invalid line."),
    "against": N_("A line left blank counts as a vote for the last level."),
    "excluded": N_("A line left blank is left out, like an abstention."),
}
DISCLOSURE_WORDS: Final[dict[str, str]] = {
    "public": N_("The result may be told to everybody."),
    "chair": N_("The result is told to the chair alone."),
    "withheld": N_("The result is not told to the room."),
}
CAP_BASE_WORDS: Final[dict[str, str]] = {
    "good_only": N_("those rated good"),
    "good_or_better": N_("those rated good or better"),
}


@dataclass(frozen=True)
class Offer:
    """A rule in the list of the form. `scales`: identifiers with spaces between them; empty: it fits every one."""

    id: str
    name: str
    citation: str
    denominator: str
    scales: str


@dataclass(frozen=True)
class OutcomeInWords:
    """What follows, when, and the article that says so."""

    words: str
    when: str
    article: str


@dataclass(frozen=True)
class RuleInWords:
    """A rule in the language of the request. `notes`: its other sentences (quorum, blank lines, cap, disclosure)."""

    name: str
    citation: str
    denominator: str
    outcomes: tuple[OutcomeInWords, ...]
    notes: tuple[str, ...]


def rules_offered(saved: Session | None) -> list[Offer]:
    """List the rules to choose from, counting alone first; and the draft's own, changed one."""
    shipped = list(RULES.values())
    if saved and saved.rule.id.startswith(OWN):
        shipped.append(saved.rule)
    words = language()
    return [
        Offer(
            rule.id,
            rule.names[words],
            rule.citation[words],
            denominator_words(rule),
            " ".join(rule.scales),
        )
        for rule in shipped
    ]


def rule_of_session(session: Session) -> RuleInWords:
    """Say what the rule of a session means."""
    rule, words, levels = session.rule, language(), levels_of(session)
    return RuleInWords(
        name=rule.names[words],
        citation=rule.citation[words],
        denominator=denominator_words(rule),
        outcomes=tuple(
            OutcomeInWords(
                outcome.words[words],
                "; ".join(condition_in_words(condition, levels) for condition in outcome.conditions),
                outcome.article[words],
            )
            for outcome in rule.outcomes
        ),
        notes=tuple(_notes(rule, session.sheet.blank, levels)),
    )


def condition_in_words(condition: Condition, levels: Sequence[str]) -> str:
    """Say when a condition holds. `levels`: the words of the scale, none where people are chosen."""
    named = " + ".join(f"“{levels[level - 1]}”" for level in condition.levels if level <= len(levels))
    share = share_in_words(condition.op, condition.share)
    if condition.kind == "highest":
        return gettext("%(levels)s has more votes than every other level", levels=named)
    if condition.kind == "nobody":
        return gettext("nobody has %(share)s", share=share)
    if condition.kind == "rank":
        if condition.tied:
            return gettext("tied over the last place") if condition.rank != 1 else gettext("tied over the first place")
        if not condition.rank:
            return gettext("among the first, as many as are to be chosen")
        return gettext("among the first %(rank)s by votes", rank=condition.rank)
    return gettext("%(levels)s: %(share)s", levels=named, share=share) if named else share


def share_in_words(op: str, share: tuple[int, int]) -> str:
    """Say `> 1/2` as `more than 1/2`."""
    return gettext(OPERATOR_WORDS[op], share=f"{share[0]}/{share[1]}")


def _notes(rule: Rule, blank: bool, levels: Sequence[str]) -> list[str]:
    notes = [_quorum(rule.quorum)] if rule.quorum else []
    if blank:
        notes.append(gettext(BLANK_WORDS[rule.blank]))
    if rule.cap and levels:
        notes.append(_cap(rule.cap, levels))
    return notes if rule.disclosure == "public" else [*notes, gettext(DISCLOSURE_WORDS[rule.disclosure])]


def _quorum(quorum: Quorum) -> str:
    return gettext(
        "It counts only when %(figure)s are %(share)s of %(of)s.",
        figure=gettext(FIGURE_WORDS[quorum.figure]),
        share=share_in_words(quorum.op, quorum.share),
        of=gettext(FIGURE_WORDS[quorum.of]),
    )


def _cap(cap: Cap, levels: Sequence[str]) -> str:
    return gettext(
        "In each group at most %(share)s of %(base)s may reach “%(level)s”: more is warned about, and no vote changed.",
        share=f"{cap.share[0]}/{cap.share[1]}",
        base=gettext(CAP_BASE_WORDS[cap.base]),
        level=levels[cap.level - 1],
    )


def levels_of(session: Session) -> Sequence[str]:
    """Give the levels of a session in the language of the request; none where people are chosen."""
    scale = scale_of(session.sheet.scale)
    if scale.chooses_people:
        return ()
    return session.sheet.labels if scale.has_own_labels else scale.labels[language()]
