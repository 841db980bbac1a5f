"""What percentages are of, and what to know beside a conclusion, in the language of the request."""

from collections.abc import Sequence
from typing import Final

from voting.domain.conclusions import Warning
from voting.domain.rules import Rule
from voting.web.languages import N_, gettext

FIGURE_WORDS: Final[dict[str, str]] = {
    "members": N_("all members"),
    "convened": N_("those convened"),
    "convened_less_excused": N_("those convened less those excused"),
    "present": N_("those present"),
    "issued": N_("the ballots issued"),
    "collected": N_("the ballots collected"),
    "valid": N_("the valid ballots"),
    "votes_cast": N_("the votes cast, without blanks and abstentions"),
}
_EXCUSED: Final = N_("those excused")


def denominator_words(rule: Rule) -> str:
    """Say what the percentages of a rule are of; it stands wherever one does."""
    return gettext("Percentages are of %(figure)s.", figure=gettext(FIGURE_WORDS[rule.denominator]))


def warning_words(warning: Warning, names: Sequence[str]) -> str:
    """Say a warning. `names`: of all lines of the sheet, or of its groups where people are chosen."""
    listed = "; ".join(names[line - 1] for line in warning.lines)
    figures = [(gettext(FIGURE_WORDS.get(name, _EXCUSED)), number) for name, number in warning.detail.items()]
    match warning.kind:
        case "unanimous":
            return gettext(
                "All who answered said the same, so each of their votes is known. Lines: %(names)s.", names=listed
            )
        case "cap_exceeded":
            return gettext(
                "%(reached)s reach the highest level, and the rule allows %(allowed)s: %(names)s. No vote was changed.",
                reached=warning.detail["reached"],
                allowed=warning.detail["allowed"],
                names=listed,
            )
        case "figure_missing":
            return gettext(
                "The rule needs figures that are not entered: %(figures)s. What depends on them is not concluded.",
                figures="; ".join(words for words, _ in figures),
            )
    (first, number), (second, other) = figures
    places = {"first": first, "number": number, "second": second, "other": other}
    if warning.kind == "quorum_missed":
        return gettext(
            "The quorum was not reached (%(first)s: %(number)s; %(second)s: %(other)s), "
            "so nothing follows from the votes.",
            **places,
        )
    return gettext(
        "Figures disagree: %(first)s (%(number)s) cannot be fewer than %(second)s (%(other)s). "
        "What depends on the first is not concluded.",
        **places,
    )
