"""The reconciliation of a session's codes in words, for every page of the chair that shows it."""

from dataclasses import dataclass
from typing import Final

from voting.domain.exchanges import Reason
from voting.domain.handing import reconciliation_of
from voting.domain.reconciliation import Disagreement, Reconciliation
from voting.domain.sessions import Session
from voting.web.languages import N_, gettext, ngettext
from voting.web.site import house

REASON_WORDS: Final[dict[str, str]] = {
    Reason.DAMAGED: N_("Torn, wet or written on"),
    Reason.UNREADABLE: N_("The code cannot be read by a phone"),
    Reason.OTHER: N_("Another reason, with the slip at hand"),
    Reason.LOST: N_("Lost: nobody knows its code"),
}

_FAULTS: Final[dict[str, str]] = {
    "codes": N_(
        "The list on the board has another number of codes (%(found)s) than were made (%(expected)s). Tell the person "
        "who runs this service, and do not rely on this vote before it is explained."
    ),
    "pool": N_(
        "Codes that were not printed: %(expected)s; of these accounted for as drawn or left: %(found)s. Tell the "
        "person who runs this service: codes may have got out of the pool that nobody was given."
    ),
    "left_over": N_(
        "The slips left over and the void codes are %(found)s together, but only %(expected)s were printed or drawn. "
        "Please count the slips on the table again; void slips do not belong to them."
    ),
    "cast": N_(
        "There are more ballots (%(found)s) than codes that can have been handed out and not been voided "
        "(%(expected)s). Please count the slips on the table again. If it stays so, more ballots were cast than "
        "persons got a code: say so in the minutes."
    ),
}


@dataclass(frozen=True)
class Reckoning:
    """What a page shows: the figures, what does not hold, and what else must be known of them, in words."""

    figures: Reconciliation
    faults: tuple[str, ...]
    lost: str
    equation: str


def reckoning_of(session: Session) -> Reckoning:
    """Give the reconciliation of a session as it stands, in the language of this request."""
    figures = reconciliation_of(house(), session.uuid)
    return Reckoning(figures, fault_words(figures), lost_words(figures), equation_of(figures))


def fault_words(figures: Reconciliation) -> tuple[str, ...]:
    """Say what does not hold, each in one sentence or two; nothing when all of it does."""
    return tuple(map(_in_words, figures.faults))


def _in_words(fault: Disagreement) -> str:
    return gettext(_FAULTS[fault.kind], found=fault.found, expected=fault.expected)


def lost_words(figures: Reconciliation) -> str:
    """Say what lost slips mean for the result; empty when none is."""
    if not figures.lost:
        return ""
    return ngettext(
        "%(num)s lost slip could not be voided: up to %(num)s more ballot than persons is possible.",
        "%(num)s lost slips could not be voided: up to %(num)s more ballots than persons are possible.",
        figures.lost,
    )


def recovered_words(figures: Reconciliation) -> str:
    """Say how many lost slips were found again; empty when none was."""
    if not figures.recovered:
        return ""
    return ngettext(
        "%(num)s lost slip was found again and is void.",
        "%(num)s lost slips were found again and are void.",
        figures.recovered,
    )


def equation_of(figures: Reconciliation) -> str:
    """Write the reconciliation as one line: where every code is. Without the slips left over, how far it is known."""
    if figures.handed_out is None:
        return ngettext(
            "%(num)s code = %(cast)s cast + %(unused)s unused + %(void)s void",
            "%(num)s codes = %(cast)s cast + %(unused)s unused + %(void)s void",
            figures.codes,
            cast=figures.cast,
            unused=figures.codes - figures.cast - figures.void,
            void=figures.void,
        )
    return ngettext(
        "%(num)s code = %(handed)s handed out + %(spare)s spare + %(void)s void",
        "%(num)s codes = %(handed)s handed out + %(spare)s spare + %(void)s void",
        figures.codes,
        handed=figures.handed_out,
        spare=figures.spare,
        void=figures.void,
    )
