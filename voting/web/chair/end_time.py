"""When a vote is to end, as a chair writes it: in so many minutes, or at a time of the day by the clock here."""

import re
from datetime import datetime, timedelta
from typing import Final

from voting.domain.deadlines import LONGEST
from voting.errors import MalformedForm

FIELD: Final = "end"

_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3])\s?[:h]\s?([0-5][0-9])", re.ASCII)
_AHEAD: Final = 12
"""In hours. A time of the day that is further away has passed, most likely: who writes 9:30 at 10:00 has mistyped."""


def read_end(text: str, now: int) -> int:
    """Read `15` or `10:30` (also `10h30`) as seconds since 1970. Raises MalformedForm for `end`."""
    if text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= LONGEST:
        return now + 60 * int(text)
    found = _TIME.fullmatch(text)
    if found is None:
        raise MalformedForm(f"Enter between 1 and {LONGEST} minutes, or a time of the day in hours and minutes.", FIELD)
    # Without a time zone, so that the day after begins at midnight by that clock, also when it is put forward.
    today = datetime.fromtimestamp(now).replace(hour=int(found[1]), minute=int(found[2]), second=0)
    for day in (today, today + timedelta(days=1)):
        if 0 < (at := int(day.timestamp())) - now <= _AHEAD * 60 * 60:
            return at
    raise MalformedForm(f"That time has passed, or is more than {_AHEAD} hours ahead: then enter minutes.", FIELD)
