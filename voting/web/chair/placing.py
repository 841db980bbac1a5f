"""Which unit a session is made in: an account that runs the sessions of units chooses one of these.

Who has no such role makes sessions of its own, which belong to no unit, as before there was an organisation.
"""

from dataclasses import replace

from voting.domain.organisation.roles import Act
from voting.domain.organisation.units import Unit
from voting.domain.sessions import Session
from voting.web.access import this_chair
from voting.web.organisation.access import standing


def units_offered(saved: Session | None) -> list[Unit]:
    """List the units that can be chosen; for a draft of a cycle, which knows it by its unit, only that one."""
    units = standing().units(Act.RUN)
    if saved is not None and saved.cycle:
        return [unit for unit in units if unit.id == saved.unit_id]
    return units


def may_stay_own(saved: Session | None) -> bool:
    """Tell whether a session may belong to no unit: a draft that belonged to none before, or where none is offered."""
    return not units_offered(saved) or (saved is not None and not saved.unit_id)


def placed(session: Session, unit_id: str, saved: Session | None = None) -> Session:
    """Put a draft into the unit that was chosen; without a choice into the first. Raises NotCompetent for another.

    `saved`: as the draft was before.
    """
    units = units_offered(saved)
    if not unit_id and may_stay_own(saved):
        return replace(session, unit_id="", chair=session.chair or this_chair().name)
    unit_id = unit_id or units[0].id
    standing().require(Act.RUN, unit_id)
    if unit_id not in {unit.id for unit in units}:
        # Of a draft that was made for a cycle.
        unit_id = units[0].id
    # That one vote serves two records was reckoned for the staff of the unit that it belonged to.
    records = session.records if unit_id == session.unit_id else None
    return replace(session, unit_id=unit_id, unit=standing().tree.name(unit_id), chair="", records=records)
