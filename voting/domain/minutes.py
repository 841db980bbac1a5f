"""The minutes of a count (biên bản kiểm phiếu): what a person enters beside what the vote itself says.

All of it may stay empty: then it is taken from the session where that knows it, and left to be written by hand where
not. It may be completed after the publishing too: read-out, complaints and handover come last.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from voting.domain.exchanges import holds_code
from voting.domain.house import House
from voting.domain.sessions import Session, State
from voting.domain.sheets import tidy
from voting.domain.tellers import Teller, check_tellers
from voting.errors import MalformedFigures, MalformedForm, MalformedSheet

KIND: Final = "minutes"
STATES: Final = frozenset(State) - {State.CANCELLED}
"""The states in which they may be written."""

HEADERS: Final = ("national", "party", "organisation")
"""What stands at the top right: name and motto of the state, the Party's name, or nothing."""

LONGEST_TEXT: Final = 500
MOST_LINES: Final = 50
MOST_COPIES: Final = 999

_TEXTS: Final = (
    *("organisation_above", "organisation", "number", "town", "subject", "place"),
    *("chair", "chair_position", "secretary", "secretary_position", "elected_by"),
)
LINES: Final = ("legal_basis", "void_reasons", "conclusion", "complaints", "handover")
"""The fields of several lines."""
TIMES: Final = ("started", "ended", "read_out")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)

Faults = list[tuple[str, str]]


@dataclass(frozen=True)
class Minutes:
    """What was entered. Times are those of the clock on the wall, as `2026-11-25T08:30`, empty = not entered.

    `organisation_above`: the one that the organisation belongs to; `number`: of the document; `town`: for the line of
    place and date. `team`: the counting team of a session without tellers, who are named by the session itself.
    `notes`: (title of a line of the sheet, what is to be noted beside it). `copies`: 0 = not entered.
    """

    header: str = "national"
    organisation_above: str = ""
    organisation: str = ""
    number: str = ""
    town: str = ""
    subject: str = ""
    legal_basis: str = ""
    place: str = ""
    started: str = ""
    ended: str = ""
    chair: str = ""
    chair_position: str = ""
    secretary: str = ""
    secretary_position: str = ""
    elected_by: str = ""
    team: tuple[Teller, ...] = ()
    void_reasons: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    conclusion: str = ""
    complaints: str = ""
    read_out: str = ""
    copies: int = 0
    handover: str = ""

    def note_of(self, title: str) -> str:
        """Give what is noted beside a line of the sheet."""
        return next((text for line, text in self.notes if line == title), "")


def when(text: str) -> datetime | None:
    """Read a time; None for an empty one. Raises ValueError for what is no time."""
    if not text:
        return None
    if not _TIME.fullmatch(text):
        raise ValueError("not a time")
    return datetime.fromisoformat(text)


def check_minutes(session: Session, minutes: Minutes) -> Minutes:
    """Give the minutes back with tidied texts. Raises MalformedFigures naming every field that cannot be right."""
    faults: Faults = []
    texts: dict[str, Any] = {name: _text(getattr(minutes, name), name, faults) for name in _TEXTS}
    texts |= {name: _lines(getattr(minutes, name), name, faults) for name in LINES}
    notes = tuple(
        (title, text)
        for number, (title, typed) in enumerate(minutes.notes, 1)
        if (text := _text(typed, f"note_{number}", faults))
    )
    if minutes.header not in HEADERS:
        faults.append(("header", "there is no such header"))
    if not 0 <= minutes.copies <= MOST_COPIES:
        faults.append(("copies", f"between 0 and {MOST_COPIES} copies"))
    _check_times(minutes, faults)
    team = _checked_team(session, minutes.team, faults)
    if faults:
        summary = "; ".join(f"{name}: {reason}" for name, reason in faults)
        raise MalformedFigures(f"The minutes cannot be kept: {summary}.", tuple(faults))
    return replace(minutes, **texts, notes=notes, team=team)


def _text(typed: str, name: str, faults: Faults) -> str:
    try:
        text = tidy(typed, LONGEST_TEXT)
    except MalformedSheet as refusal:
        faults.append((name, str(refusal)))
        return ""
    if holds_code(text):
        # Who reads the minutes could vote with it, or tell whose ballot is whose.
        faults.append((name, "a ballot code must not stand here"))
    return text


def _lines(typed: str, name: str, faults: Faults) -> str:
    found: Faults = []
    lines = [line for line in (_text(line, name, found) for line in typed.splitlines()) if line]
    if len(lines) > MOST_LINES:
        found.append((name, f"more than {MOST_LINES} lines"))
    faults += dict.fromkeys(found)
    return "\n".join(lines)


def _check_times(minutes: Minutes, faults: Faults) -> None:
    times: dict[str, datetime] = {}
    for name in TIMES:
        try:
            if moment := when(getattr(minutes, name)):
                times[name] = moment
        except ValueError:
            faults.append((name, "a date and a time are needed"))
    for later, earlier in (("ended", "started"), ("read_out", "started")):
        if later in times and earlier in times and times[later] < times[earlier]:
            faults.append((later, "this is before the beginning"))


def _checked_team(session: Session, team: Sequence[Teller], faults: Faults) -> tuple[Teller, ...]:
    if session.tellers:
        return ()
    try:
        return check_tellers(team, 0, session.sheet)[0]
    except MalformedForm as refusal:
        faults.append(("team", str(refusal).removeprefix("tellers: ")))
        return ()


def team_of(session: Session, minutes: Minutes) -> tuple[Teller, ...]:
    """Give the counting team: the tellers of the session, else those that were entered."""
    return session.tellers or minutes.team


def minutes_to_json(minutes: Minutes) -> str:
    """Write minutes as compact JSON."""
    return json.dumps(asdict(minutes), ensure_ascii=False, separators=(",", ":"))


def minutes_from_json(text: str) -> Minutes:
    """Read what `minutes_to_json` wrote, strictly. Raises MalformedFigures."""
    value: Any = json.loads(text)
    if not isinstance(value, dict) or set(value) != {field.name for field in fields(Minutes)}:
        raise MalformedFigures("These are no minutes.")
    team, notes, copies = value.pop("team"), value.pop("notes"), value.pop("copies")
    if not all(isinstance(each, str) for each in value.values()):
        raise MalformedFigures("A text of the minutes is none.")
    # `true` would pass for a number: bool is a kind of int.
    if type(copies) is not int or not (isinstance(team, list) and isinstance(notes, list)):
        raise MalformedFigures("A list or number of the minutes is none.")
    if not all(isinstance(each, dict) and set(each) == {"name", "role"} and _are_texts(each.values()) for each in team):
        raise MalformedFigures("A teller of the minutes is none.")
    if not all(isinstance(each, list) and len(each) == 2 and _are_texts(each) for each in notes):
        raise MalformedFigures("A note of the minutes is none.")
    return Minutes(
        **value,
        team=tuple(Teller(**each) for each in team),
        notes=tuple((title, note) for title, note in notes),
        copies=copies,
    )


def _are_texts(values: Any) -> bool:
    return all(isinstance(each, str) for each in values)


def minutes_of(house: House, uuid: str) -> tuple[Minutes, int]:
    """Read what was entered for the minutes of a session, and its version; empty ones of version 0 when nothing was."""
    note = house.store.notes(uuid).get(KIND)
    return (Minutes(), 0) if note is None else (minutes_from_json(note.text), note.version)


def record_minutes(house: House, uuid: str, minutes: Minutes, version: int) -> int:
    """Check and keep minutes in place of the version that was read; gives the new version.

    Raises MalformedFigures, ChangedMeanwhile when another window was first, WrongState when the session was cancelled.
    """
    checked = check_minutes(house.store.session(uuid), minutes)
    return house.store.write_note(uuid, KIND, minutes_to_json(checked), version=version, states=STATES).version
