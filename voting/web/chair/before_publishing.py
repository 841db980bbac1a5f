"""What the chair should look at before the count and before a result is made public: what cannot be mended after it."""

from typing import Final

from voting.domain.attendance import attendance_of
from voting.domain.handing import reconciliation_of
from voting.domain.results import result_of
from voting.domain.rules import COUNT_ONLY
from voting.domain.sessions import Session
from voting.web.chair.attendance import attendance_doubts
from voting.web.languages import N_, gettext
from voting.web.result_words import FIGURE_WORDS, told
from voting.web.site import house

_OF_THE_MEETING: Final = ("members", "convened", "present")
_FINAL: Final = N_("After publishing they cannot be entered any more.")
_MARKED: Final = N_(
    "Enter them before the count: what is entered or changed when the count is known is marked as such, for everybody."
)


def before_counting(session: Session) -> list[str]:
    """List, in the language of this request, the figures that are not entered. The count marks what comes after it."""
    if session.rule.id == COUNT_ONLY.id:
        return []
    attendance, _ = attendance_of(house(), session.uuid)
    missing = [gettext(FIGURE_WORDS[name]) for name in _OF_THE_MEETING if getattr(attendance, name) is None]
    if reconciliation_of(house(), session.uuid).issued is None:
        missing.append(gettext("Slips left over"))
    if not missing:
        return []
    listed = gettext("These figures are not entered: %(figures)s.", figures="; ".join(missing))
    return [f"{listed} {gettext(_MARKED)}"]


def before_publishing(session: Session) -> list[str]:
    """List it in the language of this request. A rule that concludes nothing asks for no figures."""
    result = result_of(house(), session.uuid)
    words = [*told(result).warnings, *attendance_doubts(session)]
    if session.rule.id == COUNT_ONLY.id:
        return words
    figures = result.figures
    missing = [gettext(FIGURE_WORDS[name]) for name in _OF_THE_MEETING if getattr(figures, name) is None]
    if missing:
        # How many were absent, and whether there was a quorum, stands in every published record of such a vote.
        listed = gettext("These figures are not entered: %(figures)s.", figures="; ".join(missing))
        words.append(f"{listed} {gettext(_FINAL)}")
    if figures.issued is None:
        words.append(
            gettext(
                "How many ballots were issued is not known: the number of slips left over is not stated. "
                "After publishing it cannot be entered any more."
            )
        )
    return words
