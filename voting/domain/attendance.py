"""Attendance: how many belong to the body, were convened, came, and were excused; entered by the chair, printed in the
minutes and used as denominators (RULES, "What to get right").

A figure that is not known yet is None: then nothing is compared with it.
"""

import json
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any, Final

from voting.domain.house import House
from voting.domain.late_figures import keep_figures
from voting.domain.sessions import State
from voting.domain.sheets import tidy
from voting.errors import MalformedFigures, MalformedSheet

KIND: Final = "attendance"
STATES: Final = frozenset(State) - {State.PUBLISHED, State.CANCELLED}
"""The states in which it may be recorded: the archive of a published session is complete."""

MOST_PEOPLE: Final = 999_999
MOST_LINES: Final = 100
FIGURES: Final = ("members", "convened", "present", "excused")


@dataclass(frozen=True)
class Attendance:
    """`excused`: absent with leave, some of those convened. `absences`: the reasons, one or more lines of text."""

    members: int | None = None
    convened: int | None = None
    present: int | None = None
    excused: int | None = None
    absences: str = ""

    @property
    def absent(self) -> int | None:
        """How many of those convened did not come; None while one of the two figures is missing."""
        return None if self.convened is None or self.present is None else self.convened - self.present


def check_attendance(attendance: Attendance) -> Attendance:
    """Give the attendance back with tidied reasons.

    What must hold, among the figures that are known: members >= convened >= present, and excused <= convened - present.
    Raises MalformedFigures naming every figure that does not.
    """
    faults = [
        (name, f"between 0 and {MOST_PEOPLE} people")
        for name in FIGURES
        if (figure := getattr(attendance, name)) is not None and not 0 <= figure <= MOST_PEOPLE
    ]
    if not faults:
        faults = _disagreements(attendance)
    absences = _tidied(attendance.absences, faults)
    if faults:
        summary = "; ".join(f"{name}: {reason}" for name, reason in faults)
        raise MalformedFigures(f"The attendance does not agree with itself: {summary}.", tuple(faults))
    return replace(attendance, absences=absences)


def fewer_than_ballots(
    attendance: Attendance, issued: int | None = None, collected: int | None = None
) -> tuple[tuple[str, str], ...]:
    """List which figure is smaller than the ballots issued or collected, where these are known, as (figure, reason).

    That must not be, and yet it may be what was found: a slip was taken from the table, or somebody left. So it is told
    and never refused, else a wrong number of people would have to be entered before the minutes can be written.
    """
    people = [(name, figure) for name, figure in _chain(attendance) if figure is not None]
    ballots = [(name, figure) for name, figure in (("issued", issued), ("collected", collected)) if figure is not None]
    if not people or not ballots:
        return ()
    (upper, fewest), (lower, most) = people[-1], max(ballots, key=lambda ballot: ballot[1])
    return ((upper, f"fewer than {lower}, {most}"),) if fewest < most else ()


def _chain(attendance: Attendance) -> tuple[tuple[str, int | None], ...]:
    """Give the figures of which none can be more than the one before it."""
    return (("members", attendance.members), ("convened", attendance.convened), ("present", attendance.present))


def _disagreements(attendance: Attendance) -> list[tuple[str, str]]:
    """Compare each figure with the nearest known one above it; the lower one is at fault."""
    known = [(name, figure) for name, figure in _chain(attendance) if figure is not None]
    faults = [
        (lower, f"more than {upper}, {more}") for (upper, more), (lower, fewer) in pairwise(known) if fewer > more
    ]
    faulty = {name for name, _ in faults}
    if attendance.excused is not None and not faulty & {"convened", "present"}:
        room = attendance.absent if attendance.absent is not None else attendance.convened
        if room is not None and attendance.excused > room:
            upper = "absent" if attendance.absent is not None else "convened"
            faults.append(("excused", f"more than {upper}, {room}"))
    return faults


def _tidied(text: str, faults: list[tuple[str, str]]) -> str:
    try:
        lines = [line for line in map(tidy, text.splitlines()) if line]
    except MalformedSheet as refusal:
        faults.append(("absences", str(refusal)))
        return ""
    if len(lines) > MOST_LINES:
        faults.append(("absences", f"more than {MOST_LINES} lines"))
    return "\n".join(lines)


def attendance_to_json(attendance: Attendance) -> str:
    """Write an attendance as compact JSON."""
    return json.dumps(asdict(attendance), ensure_ascii=False, separators=(",", ":"))


def attendance_from_json(text: str) -> Attendance:
    """Read what `attendance_to_json` wrote, strictly. Raises MalformedFigures."""
    value: Any = json.loads(text)
    if not isinstance(value, dict) or set(value) != {*FIGURES, "absences"}:
        raise MalformedFigures("This is no attendance.")
    # `true` would pass for a number: bool is a kind of int.
    if not all(value[name] is None or type(value[name]) is int for name in FIGURES):
        raise MalformedFigures("A figure of an attendance is no whole number.")
    if not isinstance(value["absences"], str):
        raise MalformedFigures("The reasons of absence are no text.")
    return Attendance(**value)


def attendance_of(house: House, uuid: str) -> tuple[Attendance, int]:
    """Read the attendance of a session and its version; an empty one of version 0 when none was recorded."""
    note = house.store.notes(uuid).get(KIND)
    return (Attendance(), 0) if note is None else (attendance_from_json(note.text), note.version)


def record_attendance(house: House, uuid: str, attendance: Attendance, version: int) -> int:
    """Check and keep an attendance in place of the version that was read; gives the new version.

    Raises MalformedFigures, ChangedMeanwhile when another window was first, WrongState after publishing.
    """
    checked, before = check_attendance(attendance), attendance_of(house, uuid)[0]
    # Nothing is counted of the reasons: a slip of the pen in them can be mended without a mark.
    changes = any(getattr(checked, name) != getattr(before, name) for name in FIGURES)
    text, session = attendance_to_json(checked), house.store.session(uuid)
    return keep_figures(house, session, KIND, text, version=version, states=STATES, changes=changes)
