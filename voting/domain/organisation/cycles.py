"""Cycles (đợt đánh giá): the votes of one occasion and year in many units, and where each of them has got to."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from voting.domain.house import House
from voting.domain.organisation.register import text_of
from voting.domain.ports import Change
from voting.errors import UnknownCycle

STEPS: Final = ("self_assessment", "collective", "appraisal", "ballot", "conclusion", "notice")
"""The steps of the procedure: self-assessment, comments of the collective, appraisal, ballot, conclusion, notice."""


@dataclass(frozen=True)
class Step:
    """One step of the procedure in a cycle or, with what was entered there, in one unit of it.

    `due` and `done`: days as `2026-12-15`, empty = none. A step is `skipped` for a reason, which the note gives.
    """

    kind: str
    due: str = ""
    done: str = ""
    responsible: str = ""
    note: str = ""
    skipped: bool = False


@dataclass(frozen=True)
class Cycle:
    """One cycle. `unit`: whose administrators made it; `units`: the units concerned, each within that one.

    `starts`, `ends`: days as `2026-12-01`. `rule`, `scale`, `blank`, `language`: what all drafts are made with.
    `steps`: the procedure as it was planned; `progress`: (unit, its steps) where something was entered.
    `sessions`: (unit, UUID of its session), kept before the session is made, so that no unit gets two.
    """

    id: str
    name: str
    unit: str
    occasion: str
    year: int
    starts: str
    ends: str
    rule: str
    scale: str
    language: str = "vi"
    blank: bool = False
    units: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    progress: tuple[tuple[str, tuple[Step, ...]], ...] = ()
    sessions: tuple[tuple[str, str], ...] = ()
    text: str = field(default="", repr=False, compare=False)

    def session_of(self, unit: str) -> str:
        """Give the UUID of the session of a unit, empty when none was made."""
        return dict(self.sessions).get(unit, "")

    def steps_of(self, unit: str) -> tuple[Step, ...]:
        """Give the steps of a unit: as they were planned, where nothing was entered."""
        entered: Mapping[str, tuple[Step, ...]] = dict(self.progress)
        return entered.get(unit, self.steps)


def cycles_of(house: House) -> list[Cycle]:
    """List all cycles, the newest year first."""
    cycles = [_read(identifier, text) for identifier, text in house.store.organisation("cycles").texts.items()]
    return sorted(cycles, key=lambda cycle: (-cycle.year, cycle.starts, cycle.name))


def cycle_of(house: House, identifier: str) -> Cycle:
    """Read one cycle. Raises UnknownCycle."""
    text = house.store.organisation_record("cycles", identifier)
    if not text:
        raise UnknownCycle("There is no such cycle.")
    return _read(identifier, text)


def change_to(cycle: Cycle) -> Change:
    """Give the change that puts a cycle in place of the one that was read, which `text` remembers."""
    document = {name: value for name, value in asdict(cycle).items() if name not in ("id", "text")}
    return Change("cycles", cycle.id, cycle.text, text_of(document))


def _read(identifier: str, text: str) -> Cycle:
    value: dict[str, Any] = json.loads(text)
    value["units"] = tuple(value["units"])
    value["steps"] = tuple(Step(**step) for step in value["steps"])
    value["progress"] = tuple((unit, tuple(Step(**step) for step in steps)) for unit, steps in value["progress"])
    value["sessions"] = tuple((unit, uuid) for unit, uuid in value["sessions"])
    return Cycle(id=identifier, text=text, **value)
