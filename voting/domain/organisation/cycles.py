"""Cycles (đợt đánh giá): the votes of one occasion and year in many units, by one procedure."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Final

from voting.domain.exchanges import holds_code
from voting.domain.house import House
from voting.domain.organisation.register import Kind, commit, text_of
from voting.domain.organisation.units import Tree, tree_of
from voting.domain.ports import Change
from voting.domain.rulebook import rule_of
from voting.domain.rules import check_rule_fits
from voting.domain.scales import LANGUAGES, SCALES, Language
from voting.domain.sessions import OCCASIONS
from voting.domain.sheets import LONGEST_TEXT, Sheet, tidy
from voting.errors import (
    BoardDamaged,
    ChangedMeanwhile,
    MalformedRegister,
    MalformedRule,
    MalformedSheet,
    UnknownCycle,
    UnknownSession,
)
from voting.protocol.codes import draw_uuid

STEPS: Final = ("self_assessment", "collective", "appraisal", "ballot", "conclusion", "notice")
"""The steps of the procedure: self-assessment, comments of the collective, appraisal, ballot, conclusion, notice."""

YEARS: Final = (1990, 2100)
LONGEST_NAME: Final = 100
"""It stands before the name of a unit in the title of each session."""

LEVEL_SCALES: Final = tuple(
    scale.id for scale in SCALES.values() if scale.labels and not scale.chooses_people and scale.id != "motion"
)
"""The scales that give each person a level."""


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
    `steps`: the procedure as it was planned; `progress`: (unit, the steps of which something was entered there).
    `sessions`: (unit, UUID of its session), kept before the session is made, so that no unit gets two; `made`: those of
    these UUIDs whose session is known to have been made, so that one which is missing was deleted.
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
    language: Language = "vi"
    blank: bool = False
    units: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    progress: tuple[tuple[str, tuple[Step, ...]], ...] = ()
    sessions: tuple[tuple[str, str], ...] = ()
    made: tuple[str, ...] = ()
    text: str = field(default="", repr=False, compare=False)

    def session_of(self, unit: str) -> str:
        """Give the UUID of the session of a unit, empty when none was made."""
        return dict(self.sessions).get(unit, "")

    def steps_of(self, unit: str) -> tuple[Step, ...]:
        """Give the steps of a unit: what was entered, and as it was planned where nothing was."""
        entered: Mapping[str, Step] = {step.kind: step for step in dict(self.progress).get(unit, ())}
        planned = {step.kind: step for step in self.steps}
        return tuple(
            _over(planned.get(kind, Step(kind)), entered[kind]) if kind in entered else planned[kind]
            for kind in STEPS
            if kind in entered or kind in planned
        )


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


# ---- acts


def make_cycle(house: House, cycle: Cycle, *, by: str) -> Cycle:
    """Keep a new cycle under an identifier that is drawn. Raises MalformedRegister naming the field."""
    tree = tree_of(house)
    blank = replace(cycle, id=draw_uuid(), progress=(), sessions=(), made=(), text="")
    checked = _check(tree, blank, new=frozenset(cycle.units))
    _commit(house, checked, tree, by=by, act="cycle.make")
    return cycle_of(house, checked.id)


def change_cycle(house: House, cycle: Cycle, *, by: str) -> Cycle:
    """Change the plan of a cycle: name, year, dates, steps, units; once a unit has a session, nothing that it was made
    with.

    Raises MalformedRegister naming the field, UnknownCycle, ChangedMeanwhile when it is not the one that was read.
    """
    tree, before = tree_of(house), cycle_of(house, cycle.id)
    if cycle.text != before.text:
        raise ChangedMeanwhile("The cycle was changed in between. Read it again.")
    after = replace(
        cycle, unit=before.unit, progress=before.progress, sessions=before.sessions, made=before.made, text=before.text
    )
    held = units_with_session(house, before)
    if held:
        for name in ("occasion", "rule", "scale", "language", "blank"):
            if getattr(after, name) != getattr(before, name):
                raise MalformedRegister("The drafts are made already, so this stays.", name)
    if not held <= set(after.units):
        raise MalformedRegister("A unit that has a session stays in the cycle.", "units")
    # Of a unit that was moved elsewhere since, what was planned stays; of one that is taken out, nothing.
    kept = tuple((unit, uuid) for unit, uuid in before.sessions if unit in after.units)
    after = replace(after, sessions=kept, progress=tuple(each for each in before.progress if each[0] in after.units))
    checked = _check(tree, after, new=frozenset(after.units) - frozenset(before.units))
    if checked != before:
        _commit(house, checked, tree, by=by, act="cycle.change")
    return cycle_of(house, cycle.id)


def remove_cycle(house: House, identifier: str, *, by: str) -> None:
    """Remove a cycle in which no unit has a session.

    Raises MalformedRegister, UnknownCycle, ChangedMeanwhile.
    """
    cycle = cycle_of(house, identifier)
    if has_session(house, cycle):
        raise MalformedRegister("Sessions belong to this cycle.", "cycle")
    gone = Change("cycles", cycle.id, cycle.text, "")
    commit(house, [gone], by=by, act="cycle.remove", unit=cycle.unit, about=cycle.id)


def check_step(step: Step) -> Step:
    """Give a step with tidied texts. Raises MalformedRegister naming the field."""
    if step.kind not in STEPS:
        raise MalformedRegister("There is no such step.", "kind")
    for name in ("due", "done"):
        if getattr(step, name):
            check_day(getattr(step, name), name)
    responsible, note = (_tidied(getattr(step, name), name) for name in ("responsible", "note"))
    if holds_code(responsible) or holds_code(note):
        raise MalformedRegister("A ballot code must not stand here.", "note" if holds_code(note) else "responsible")
    if step.skipped and not note:
        raise MalformedRegister("Say in the note why the step is left out.", "note")
    return replace(step, responsible=responsible, note=note)


def check_day(text: str, field: str) -> None:
    """Refuse what is not a day as `2026-12-15`. Raises MalformedRegister."""
    with suppress(ValueError):
        # It would take `20261215` and weeks as well, which do not sort as days do.
        if date.fromisoformat(text).isoformat() == text:
            return
    raise MalformedRegister("This is not a day of the calendar.", field)


def units_with_session(house: House, cycle: Cycle) -> frozenset[str]:
    """Give the units whose session was made, or is being made just now; not those whose session was deleted."""
    return frozenset(unit for unit, uuid in cycle.sessions if uuid not in cycle.made or is_stored(house, uuid))


def has_session(house: House, cycle: Cycle) -> bool:
    """Tell whether any unit has a session, as `units_with_session` has it."""
    return any(uuid not in cycle.made or is_stored(house, uuid) for _, uuid in cycle.sessions)


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
    value["made"] = tuple(value.get("made", ()))
    return Cycle(id=identifier, text=text, **value)


def _commit(house: House, cycle: Cycle, tree: Tree, *, by: str, act: str) -> None:
    # A unit that is removed or moved at the same moment must not be left in it.
    unchanged: dict[Kind, int] = {"units": tree.version}
    commit(house, [change_to(cycle)], by=by, act=act, unit=cycle.unit, about=cycle.id, unchanged=unchanged)


def is_stored(house: House, uuid: str) -> bool:
    """Tell whether there is a session of this identifier, readable or not."""
    try:
        house.store.session(uuid)
    except UnknownSession:
        return False
    except BoardDamaged:
        # It is there, whatever it says.
        return True
    return True


def _over(planned: Step, entered: Step) -> Step:
    return replace(entered, due=entered.due or planned.due, responsible=entered.responsible or planned.responsible)


def _check(tree: Tree, cycle: Cycle, *, new: frozenset[str]) -> Cycle:
    """Give a cycle with tidied texts. `new`: the units that it did not concern before. Raises MalformedRegister."""
    name = _tidied(cycle.name, "name", LONGEST_NAME)
    if not name:
        raise MalformedRegister("The name is missing.", "name")
    if cycle.occasion not in OCCASIONS:
        raise MalformedRegister("There is no such occasion.", "occasion")
    if not YEARS[0] <= cycle.year <= YEARS[1]:
        raise MalformedRegister(f"The year must lie between {YEARS[0]} and {YEARS[1]}.", "year")
    check_day(cycle.starts, "starts")
    check_day(cycle.ends, "ends")
    if cycle.starts > cycle.ends:
        raise MalformedRegister("The end lies before the start: the dates are reversed.", "ends")
    if cycle.language not in LANGUAGES:
        raise MalformedRegister("The language must be vi or en.", "language")
    if cycle.scale not in LEVEL_SCALES:
        raise MalformedRegister("This way of voting gives nobody a level.", "scale")
    if not cycle.rule:
        raise MalformedRegister("Choose a rule.", "rule")
    try:
        check_rule_fits(rule_of(cycle.rule), Sheet((), cycle.scale))
    except MalformedRule:
        raise MalformedRegister("There is no such rule for this way of voting.", "rule") from None
    within = {unit.id for unit in tree.within(cycle.unit)}
    units = tuple(dict.fromkeys(cycle.units))
    if not units:
        raise MalformedRegister("At least one unit is needed.", "units")
    if not new <= tree.units.keys():
        raise MalformedRegister("There is no such unit.", "units")
    if not new <= within:
        raise MalformedRegister("A unit lies outside of the one that the cycle belongs to.", "units")
    return replace(cycle, name=name, units=units, steps=_check_steps(cycle.steps))


def _check_steps(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Check the plan of the procedure: each kind once, in the order of STEPS. Fields are named as `note-ballot`."""
    kinds = [step.kind for step in steps]
    if kinds != [kind for kind in STEPS if kind in kinds]:
        raise MalformedRegister("The steps are not in their order, each once.", "steps")
    checked = []
    for step in steps:
        try:
            checked.append(check_step(step))
        except MalformedRegister as refusal:
            place = f"{refusal.field}-{step.kind}"
            raise MalformedRegister(str(refusal).replace(f"{refusal.field}: ", f"{place}: ", 1), place) from None
    return tuple(checked)


def _tidied(text: str, field: str, longest: int = LONGEST_TEXT) -> str:
    try:
        return tidy(text, longest)
    except MalformedSheet as refusal:
        raise MalformedRegister(f"{field}: {refusal}.", field) from None
