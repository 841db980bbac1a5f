"""What a result says in words: what its percentages are of, by which rule, whether there was a quorum, and warnings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from voting.domain.results import Result, Row
from voting.domain.rules import COUNT_ONLY, DENOMINATORS
from voting.domain.sessions import Session
from voting.web.languages import N_, gettext, language
from voting.web.rule_words import denominator_words, warning_words

FIGURE_WORDS: Final[dict[str, str]] = {
    "members": N_("Members"),
    "convened": N_("Convened"),
    "present": N_("Present"),
    "excused": N_("Excused"),
    "issued": N_("Ballots issued"),
    "collected": N_("Ballots collected"),
    "valid": N_("Valid ballots"),
}


_LATE: Final[dict[str, str]] = {
    "attendance": N_("The figures of the attendance were entered or changed when the count was known already."),
    "slips": N_("The number of slips left over was entered or changed when the count was known already."),
    "paper": N_(
        "The figures of the paper ballots were entered or changed when the count of the phones' ballots was known "
        "already."
    ),
}
_REMOVED: Final = N_(
    "Figures of paper ballots had been entered, and were removed when the count of the phones' ballots was known."
)


@dataclass(frozen=True)
class Told:
    """The words beside the rows of a result. `rule` and `citation` are empty when no rule was chosen.

    `quorum`: empty when the rule asks for none. `figures`: (words, number or None while it is missing). `late`: that
    figures were entered, changed or removed late, by the kind of their note. Of the `warnings`, `unanimous` are for the
    chair alone; the `remarks` are all others, which the minutes have as well.
    """

    collected: str
    basis: str
    rule: str
    citation: str
    quorum: str
    figures: tuple[tuple[str, int | None], ...]
    late: dict[str, str]
    warnings: tuple[str, ...]
    remarks: tuple[str, ...]


def told(result: Result) -> Told:
    """Say a result in the language of this request."""
    rule = result.rule
    # Where people are chosen, a row is a group of them.
    names = [row.group or row.name if row.choose else row.name for row in result.rows]
    words = [(warning.kind, warning_words(warning, names)) for warning in result.warnings]
    chosen = rule.id != COUNT_ONLY.id
    return Told(
        collected=_collected(result),
        basis=denominator_words(rule),
        rule=rule.names[language()] if chosen else "",
        citation=rule.citation[language()] if chosen else "",
        quorum=_quorum(result),
        figures=tuple((gettext(words), getattr(result.figures, name)) for name, words in FIGURE_WORDS.items())
        if chosen
        else (),
        late=_late(result),
        warnings=tuple(told for _, told in words),
        remarks=tuple(told for kind, told in words if kind != "unanimous"),
    )


def spoken(result: Result, session: Session) -> Result:
    """Give a result with the words of a standard scale in the language of this request; a chair's own words stay."""
    labels = session.sheet.level_labels(language())
    return replace(result, rows=tuple(_spoken_row(row, labels) for row in result.rows))


def _spoken_row(row: Row, labels: Sequence[str]) -> Row:
    if not row.choose:
        cells = zip(row.cells, labels, strict=True)
        return replace(row, cells=tuple(replace(cell, label=label) for cell, label in cells))
    name = gettext("Choose up to %(most)s", most=row.choose)
    return replace(row, name=name, title=f"{row.group}: {name}" if row.group else name)


def words_for_scripts() -> dict[str, Any]:
    """Give what the phone and the projector need to say a result that they read from the API."""
    return {
        "denominators": {name: denominator_words(replace(COUNT_ONLY, denominator=name)) for name in DENOMINATORS},
        "collected": gettext("Ballots collected: {ballots}."),
        "both": gettext("Ballots collected: {ballots}: from phones {phones}, on paper {paper}."),
        "unverified": gettext("Not cryptographically verified"),
        "onpaper": gettext("of these on paper: {votes}"),
        "signed": gettext("Counted by hand and signed off by {names}."),
        **{f"late{kind}": gettext(words) for kind, words in _LATE.items()},
        "removed": gettext(_REMOVED),
        "blank": gettext("Left blank"),
        "invalid": gettext("Invalid"),
        "missing": gettext("A figure of the meeting is missing, so there is no percentage."),
        "quorum": gettext("The quorum was reached."),
        "noquorum": gettext("The quorum was not reached."),
        "unknownquorum": gettext("Whether there was a quorum cannot be said: a figure of the meeting is missing."),
    }


def _collected(result: Result) -> str:
    if result.paper is None:
        return gettext("Ballots collected: %(ballots)s.", ballots=result.collected)
    return gettext(
        "Ballots collected: %(ballots)s: from phones %(phones)s, on paper %(paper)s.",
        ballots=result.collected,
        phones=result.ballots,
        paper=result.paper.collected,
    )


def _late(result: Result) -> dict[str, str]:
    removed = {} if result.paper else {"paper": _REMOVED}
    return {kind: gettext(words) for kind, words in (_LATE | removed).items() if kind in result.late}


def _quorum(result: Result) -> str:
    if result.rule.quorum is None:
        return ""
    if result.quorum is None:
        return gettext("Whether there was a quorum cannot be said: a figure of the meeting is missing.")
    return gettext("The quorum was reached.") if result.quorum else gettext("The quorum was not reached.")
