"""What was typed into the form of a cycle, before it is one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final, Self

from werkzeug.datastructures import MultiDict

from voting.domain.organisation.cycles import STEPS, Cycle, Step
from voting.domain.organisation.register import text_of
from voting.domain.scales import LANGUAGES

LONGEST_YEAR: Final = 4
PLAN: Final = ("name", "occasion", "year", "starts", "ends", "rule", "scale", "language", "blank", "units", "steps")
"""What the form changes of a cycle. What units enter meanwhile is no part of it."""


@dataclass(frozen=True)
class Entries:
    """The fields of the form, as texts. `unit`: that the cycle belongs to; `seen`: the mark of the plan that was read.

    `steps`: those of the procedure, in their order; the box of a step says whether it is left out.
    """

    name: str = ""
    unit: str = ""
    occasion: str = "yearly"
    year: str = ""
    starts: str = ""
    ends: str = ""
    rule: str = ""
    scale: str = ""
    language: str = "vi"
    blank: bool = False
    units: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    seen: str = ""

    @classmethod
    def of_form(cls, form: MultiDict[str, str]) -> Self:
        """Take the fields from a sent form."""
        texts = {
            name: form.get(name, "").strip()
            for name in ("name", "unit", "occasion", "year", "starts", "ends", "rule", "scale", "language", "seen")
        }
        kinds = form.getlist("steps")
        return cls(
            **texts,
            blank=form.get("blank") == "yes",
            units=tuple(form.getlist("units")),
            steps=tuple(step_of_form(form, kind) for kind in STEPS if kind in kinds),
        )

    @classmethod
    def of_cycle(cls, cycle: Cycle) -> Self:
        """Fill the form from a cycle."""
        return cls(
            cycle.name,
            cycle.unit,
            cycle.occasion,
            str(cycle.year),
            cycle.starts,
            cycle.ends,
            cycle.rule,
            cycle.scale,
            cycle.language,
            cycle.blank,
            cycle.units,
            cycle.steps,
            mark_of(cycle),
        )

    def to_cycle(self, before: Cycle | None = None) -> Cycle:
        """Give the cycle that was meant; the domain checks it. `before`: the one that is changed."""
        made = Cycle(
            id="",
            name=self.name,
            unit=self.unit,
            occasion=self.occasion,
            # What is no number lies outside of every range.
            year=int(self.year)
            if self.year.isascii() and self.year.isdigit() and len(self.year) <= LONGEST_YEAR
            else 0,
            starts=self.starts,
            ends=self.ends,
            rule=self.rule,
            scale=self.scale,
            language=next((known for known in LANGUAGES if known == self.language), LANGUAGES[0]),
            blank=self.blank,
            units=self.units,
            steps=self.steps,
        )
        return replace(before, **{name: getattr(made, name) for name in PLAN}) if before else made


def step_of_form(form: Mapping[str, str], kind: str) -> Step:
    """Take the fields of one step: each is named as `due-ballot`."""

    def typed(name: str) -> str:
        return form.get(f"{name}-{kind}", "").strip()

    return Step(kind, typed("due"), typed("done"), typed("responsible"), typed("note"), typed("skipped") == "yes")


def mark_of(cycle: Cycle) -> str:
    """Name the plan as it stands, so that a form does not undo what was changed since it was read."""
    return _hash(
        {name: getattr(cycle, name) for name in PLAN if name not in ("steps", "units")}
        | {"units": list(cycle.units), "steps": [mark_of_step(step) for step in cycle.steps]}
    )


def mark_of_step(step: Step) -> str:
    """Name a step as it stands."""
    return _hash(vars(step))


def _hash(value: Mapping[str, object]) -> str:
    return sha256(text_of(value).encode()).hexdigest()[:16]
