"""The drafts of a cycle: one step makes the sessions of all units concerned, and none of them gets two.

The identifier of a session is kept in the cycle before the session is made. Whoever comes to one that is kept and not
made yet, because another request is at it or broke off, makes it under the same identifier, which only one can.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.organisation.cycles import Cycle, change_to, cycle_of, is_stored
from voting.domain.organisation.officials import Official, register_of
from voting.domain.organisation.register import commit
from voting.domain.organisation.units import Tree, Unit, tree_of
from voting.domain.rulebook import rule_of
from voting.domain.sessions import Session, State, check_session
from voting.domain.sheets import LONGEST_TEXT, Person, make_sheet, tidy
from voting.domain.warnings import FEW
from voting.errors import (
    BoardDamaged,
    ChangedMeanwhile,
    MalformedForm,
    MalformedRegister,
    MalformedSheet,
    UnknownSession,
    UnknownUnit,
    WrongState,
)
from voting.protocol.codes import draw_uuid

_TRIES: Final = 50

Unusable = MalformedSheet | MalformedForm | MalformedRegister


@dataclass(frozen=True)
class Made:
    """What one step made. `skipped`: the units of which nobody is in the register; `refused`: those whose list cannot
    become a sheet, with what is wrong with it.
    """

    sessions: tuple[Session, ...] = ()
    skipped: tuple[str, ...] = ()
    refused: tuple[tuple[str, Unusable], ...] = ()


def make_drafts(house: House, cycle_id: str, *, by: str) -> Made:
    """Make the session of every unit concerned that has none, as a draft; again: only what is missing.

    A unit whose session was deleted gets another one; one whose session was cancelled does not: see `make_again`.
    Raises UnknownCycle, ChangedMeanwhile.
    """
    return _make(house, cycle_id, None, by=by)


def make_again(house: House, cycle_id: str, unit: str, *, by: str) -> Made:
    """Make the session of one unit concerned, also where one was cancelled. Raises UnknownCycle, UnknownUnit."""
    return _make(house, cycle_id, unit, by=by)


def _make(house: House, cycle_id: str, unit: str | None, *, by: str) -> Made:
    for _ in range(_TRIES):
        cycle = cycle_of(house, cycle_id)
        if unit is not None and unit not in cycle.units:
            raise UnknownUnit("The cycle is not about this unit.")
        drafts, made = _plan(house, cycle, cycle.units if unit is None else (unit,), renew=unit is not None)
        try:
            _reserve(house, cycle, drafts, by=by)
        except ChangedMeanwhile:
            # Another unit entered something, or somebody else presses the same button.
            continue
        created = [session for draft in drafts if (session := _create(house, draft))]
        withdrawn = _confirm(house, cycle.id, created)
        return replace(made, sessions=tuple(session for session in created if session.uuid not in withdrawn))
    raise ChangedMeanwhile("The cycle is being changed by others. Try again.")


def _plan(house: House, cycle: Cycle, units: Iterable[str], *, renew: bool) -> tuple[list[Session], Made]:
    """Give the drafts that are missing, with identifiers, and the units of which none can be made."""
    tree, register = tree_of(house), register_of(house)
    drafts: list[Session] = []
    skipped: list[str] = []
    refused: list[tuple[str, Unusable]] = []
    for unit in units:
        uuid = _identifier(house, cycle, unit, renew=renew)
        if not uuid:
            continue
        people = register.of([unit])
        if not people:
            skipped.append(unit)
            continue
        try:
            drafts.append(_draft(cycle, _concerned(tree, cycle, unit), people, uuid))
        except (MalformedSheet, MalformedForm, MalformedRegister) as refusal:
            refused.append((unit, refusal))
    return drafts, Made((), tuple(skipped), tuple(refused))


def _identifier(house: House, cycle: Cycle, unit: str, *, renew: bool) -> str:
    """Give the identifier under which the session of a unit is to be made; empty when it has one."""
    uuid = cycle.session_of(unit)
    if not uuid:
        return draw_uuid()
    try:
        session = house.store.session(uuid)
    except BoardDamaged:
        return ""
    except UnknownSession:
        # Phones, receipts and slips may know the one that was deleted.
        return draw_uuid() if uuid in cycle.made else uuid
    return draw_uuid() if renew and session.state == State.CANCELLED else ""


def _concerned(tree: Tree, cycle: Cycle, unit: str) -> Unit:
    """Give a unit in which whoever made the cycle may act; it may have been moved elsewhere since."""
    if unit != cycle.unit and not tree.is_above(cycle.unit, unit):
        raise MalformedRegister("A unit lies outside of the one that the cycle belongs to.", "units")
    return tree.unit(unit)


def _draft(cycle: Cycle, unit: Unit, people: list[Official], uuid: str) -> Session:
    """Make the draft of a unit as plain values. Raises MalformedSheet, MalformedForm, MalformedRule."""
    sheet = make_sheet([official.line for official in people], cycle.scale, blank=cycle.blank)
    subjects = tuple((_as_on_sheet(official.line).title, official.id) for official in people)
    return check_session(
        Session(
            uuid,
            f"{cycle.name} — {unit.name}"[:LONGEST_TEXT].rstrip(),
            sheet,
            unit=unit.name,
            occasion=cycle.occasion,
            language=cycle.language,
            # The chair knows how many will vote.
            codes=max(FEW, len(people)),
            rule=rule_of(cycle.rule),
            unit_id=unit.id,
            cycle=cycle.id,
            subjects=subjects,
        )
    )


def _as_on_sheet(line: Person) -> Person:
    return Person(tidy(line.name), tidy(line.position), tidy(line.group))


def _reserve(house: House, cycle: Cycle, drafts: list[Session], *, by: str) -> None:
    """Keep the identifiers in the cycle. Raises ChangedMeanwhile."""
    sessions = {**dict(cycle.sessions), **{draft.unit_id: draft.uuid for draft in drafts}}
    after = replace(cycle, sessions=tuple(sessions.items()))
    if after != cycle:
        commit(house, [change_to(after)], by=by, act="cycle.draft", unit=cycle.unit, about=cycle.id)


def _create(house: House, draft: Session) -> Session | None:
    """Make a session, None when another request was quicker."""
    try:
        return create_session(house, draft)
    except ChangedMeanwhile:
        return None


def _confirm(house: House, cycle_id: str, created: list[Session]) -> frozenset[str]:
    """Note which sessions there are, so that one which is missing later was deleted.

    What was created here after the cycle had given its unit another session is taken away again; gives these.
    """
    for _ in range(_TRIES):
        cycle = cycle_of(house, cycle_id)
        uuids = [uuid for _, uuid in cycle.sessions]
        after = replace(cycle, made=tuple(uuid for uuid in uuids if uuid in cycle.made or is_stored(house, uuid)))
        try:
            if after != cycle:
                # The making stands in the journal already.
                house.store.change_organisation([change_to(after)])
        except ChangedMeanwhile:
            continue
        stray = frozenset(session.uuid for session in created) - frozenset(uuids)
        for uuid in stray:
            with suppress(UnknownSession, WrongState):
                house.store.delete_session(uuid)
        return stray
    # The next one notes it.
    return frozenset()
