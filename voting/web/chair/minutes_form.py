"""The form of the minutes: texts as they were typed, the counting team row by row, a note for each line."""

from dataclasses import dataclass
from typing import Final

from werkzeug.datastructures import MultiDict

from voting.domain.minutes import LINES, TIMES, Minutes
from voting.domain.sessions import Session
from voting.domain.tellers import MOST_TELLERS, Teller
from voting.web.chair import faults
from voting.web.languages import N_

TEXTS: Final = (
    *("organisation_above", "organisation", "number", "town", "subject", "place"),
    *("chair", "chair_position", "secretary", "secretary_position", "elected_by"),
)
REASONS: Final = (
    *faults.REASONS,
    N_("there is no such header"),
    N_("between %(first)s and %(second)s copies"),
    N_("a date and a time are needed"),
    N_("this is before the beginning"),
    N_("a ballot code must not stand here"),
)
"""Why the domain refuses an entry of the minutes."""

FIRST_ROWS: Final = 3
"""So many rows for tellers are shown at once."""

_LONGEST_NUMBER: Final = 4


@dataclass(frozen=True)
class Entries:
    """The form as it was typed: `minutes` with all of it but `copies`, which may be no number."""

    minutes: Minutes
    copies: str
    version: str

    @classmethod
    def of_minutes(cls, minutes: Minutes, version: int) -> "Entries":
        """Fill the form from what was kept."""
        return cls(minutes, str(minutes.copies or ""), str(version))

    @classmethod
    def of_form(cls, form: MultiDict[str, str], session: Session) -> "Entries":
        """Take the fields from a sent form."""
        rows = (
            (form.get(f"teller_{row}", ""), form.get(f"role_{row}", "member")) for row in range(1, MOST_TELLERS + 1)
        )
        notes = ((person.title, form.get(f"note_{n}", "")) for n, person in enumerate(session.sheet.people, 1))
        copies = form.get("copies", "").strip()
        minutes = Minutes(
            header=form.get("header", ""),
            **{name: form.get(name, "") for name in (*TEXTS, *TIMES, *LINES)},
            team=tuple(Teller(name, role) for name, role in rows if name.strip()),
            notes=tuple(notes),
            copies=int(copies) if _is_number(copies) else 0,
        )
        return cls(minutes, copies, form.get("version", ""))

    @property
    def copies_are_a_number(self) -> bool:
        """Whether the field of the copies can be read; it may be empty."""
        return not self.copies or _is_number(self.copies)

    @property
    def seen(self) -> int:
        """Which version the page of the form showed; none there ever was when it is not a number."""
        return int(self.version) if _is_number(self.version) else -1


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
