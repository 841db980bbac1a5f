"""The steps of the procedure: which of them an occasion has, and what a unit enters of each.

A step that is left out is seen as left out, with the reason; the system forbids nothing of it.
"""

from dataclasses import replace
from typing import Final

from voting.domain.house import House
from voting.domain.organisation.cycles import STEPS, Cycle, Step, change_to, check_step, cycle_of
from voting.domain.organisation.register import commit
from voting.errors import ChangedMeanwhile, MalformedRegister, UnknownUnit

_TRIES: Final = 50

_ON_A_PROPOSAL: Final = ("collective", "appraisal", "ballot", "conclusion", "notice")

PROCEDURES: Final[dict[str, tuple[str, ...]]] = {
    "other": ("ballot", "conclusion", "notice"),
    "yearly": STEPS,
    "mid_term": STEPS,
    "end_of_term": STEPS,
    "appointment": _ON_A_PROPOSAL,
    "reappointment": STEPS,
    "nomination": _ON_A_PROPOSAL,
    "planning": _ON_A_PROPOSAL,
    "reward": STEPS,
    "discipline": STEPS,
}
"""The steps that are proposed for each occasion. The facts that were collected (RULES) name the steps in general alone:
who is proposed for a post is taken not to assess himself, and the organisation changes this as its own rules say."""


def planned_steps(occasion: str) -> tuple[Step, ...]:
    """Give the steps that are proposed for an occasion, without days."""
    return tuple(Step(kind) for kind in PROCEDURES[occasion])


def enter_step(house: House, cycle_id: str, unit: str, step: Step, *, by: str, before: Step | None = None) -> Cycle:
    """Enter what became of one step in one unit. What is as it was planned follows the plan when that changes.

    `before`: the step as it was read. Raises MalformedRegister naming the field, UnknownCycle, UnknownUnit when the
    cycle is not about the unit, ChangedMeanwhile when the step is not the one that was read.
    """
    checked = check_step(step)
    for _ in range(_TRIES):
        cycle = cycle_of(house, cycle_id)
        if unit not in cycle.units:
            raise UnknownUnit("The cycle is not about this unit.")
        now = {each.kind: each for each in cycle.steps_of(unit)}
        if step.kind not in now:
            raise MalformedRegister("The procedure of this cycle does not have this step.", "kind")
        if before is not None and now[step.kind] != before:
            raise ChangedMeanwhile("The step was changed in between. Read it again.")
        if checked == now[step.kind]:
            return cycle
        after = replace(cycle, progress=_with(cycle, unit, checked))
        try:
            commit(house, [change_to(after)], by=by, act="cycle.step", unit=unit, about=cycle.id)
        except ChangedMeanwhile:
            # All units of a cycle are in one record: this was another step, or another unit.
            continue
        return cycle_of(house, cycle_id)
    raise ChangedMeanwhile("The cycle is being changed by others. Try again.")


def _with(cycle: Cycle, unit: str, step: Step) -> tuple[tuple[str, tuple[Step, ...]], ...]:
    planned = next((each for each in cycle.steps if each.kind == step.kind), Step(step.kind))
    own = replace(
        step,
        due="" if step.due == planned.due else step.due,
        responsible="" if step.responsible == planned.responsible else step.responsible,
    )
    progress = dict(cycle.progress)
    entered = {each.kind: each for each in progress.get(unit, ())} | {step.kind: own}
    progress[unit] = tuple(entered[kind] for kind in STEPS if kind in entered)
    return tuple(progress.items())
