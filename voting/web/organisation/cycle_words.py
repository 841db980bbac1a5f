"""Words of the pages of cycles that belong to values, and the day that it is where they are read."""

from datetime import datetime
from typing import Final

from voting.domain.organisation.cycle_overview import NOT_STARTED, REVIEWED, UNREADABLE
from voting.web.chair.words import STATE_WORDS
from voting.web.languages import N_
from voting.web.site import house

STEP_WORDS: Final[dict[str, str]] = {
    "self_assessment": N_("Self-assessment"),
    "collective": N_("Comments of the collective"),
    "appraisal": N_("Appraisal"),
    "ballot": N_("Secret ballot"),
    "conclusion": N_("Conclusion"),
    "notice": N_("Notice of the result"),
}
PROGRESS_WORDS: Final[dict[str, str]] = {
    NOT_STARTED: N_("Not started"),
    **STATE_WORDS,
    REVIEWED: N_("Published and reviewed"),
    UNREADABLE: N_("Cannot be read"),
}


def today() -> str:
    """Give the day as `2026-12-15`, as the clock of this machine has it."""
    return datetime.fromtimestamp(house().clock()).astimezone().date().isoformat()
