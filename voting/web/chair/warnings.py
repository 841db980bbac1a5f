"""The warnings before the opening in words, on the session's page and where the opening is confirmed."""

from typing import Final

from voting.domain.attendance import Attendance, attendance_of
from voting.domain.sessions import Session, State
from voting.domain.warnings import SessionWarning, warnings_of
from voting.web.languages import N_, gettext
from voting.web.site import house

_BEFORE_OPENING: Final = frozenset({State.DRAFT, State.READY})

_WORDS: Final[dict[str, str]] = {
    "few_codes": N_(
        "With fewer than 5 codes the result can betray how somebody voted: when all agree, every vote is known."
    ),
    "quick_confidence": N_(
        "This is a confidence vote, and the server's key alone opens the ballots (quick mode). For a vote on people "
        "let tellers hold the key."
    ),
    "teller_on_sheet": N_(
        "%(names)s: a teller has this name, or one that looks the same. Nobody who is voted on can be a teller."
    ),
    "alike": N_(
        "Lines %(lines)s have names that look the same: %(names)s. One person entered twice, or two people who may be "
        "mixed up?"
    ),
    "near": N_("Lines %(lines)s have the same position and almost the same name: %(names)s. Is one of them misspelt?"),
    "members_missing": N_("The rule counts with the number of all members, and it is not entered yet."),
    "convened_missing": N_("The rule counts with the number of people convened, and it is not entered yet."),
    "present_missing": N_("The rule counts with the number of people present, and it is not entered yet."),
    "excused_missing": N_("The rule counts with the number of people excused, and it is not entered yet."),
    "more_codes_than_members": N_("More codes for voters (%(codes)s) than members (%(people)s)."),
    "more_codes_than_convened": N_("More codes for voters (%(codes)s) than people convened (%(people)s)."),
    "more_codes_than_present": N_("More codes for voters (%(codes)s) than people present (%(people)s)."),
}


def warnings_in_words(session: Session) -> list[str]:
    """Say, in the language of this request, what to look at before the vote is opened; nothing once it was."""
    if session.state not in _BEFORE_OPENING:
        return []
    attendance, _ = attendance_of(house(), session.uuid)
    return [_in_words(session, attendance, warning) for warning in warnings_of(session, attendance)]


def _in_words(session: Session, attendance: Attendance, warning: SessionWarning) -> str:
    people = getattr(attendance, warning.kind.rpartition("_than_")[2], None)
    return gettext(
        _WORDS[warning.kind],
        lines=", ".join(map(str, warning.lines)),
        names=", ".join(session.sheet.people[line - 1].name for line in warning.lines),
        codes=session.codes,
        people=people,
    )
