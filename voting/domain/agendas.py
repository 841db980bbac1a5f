"""Agendas: the sessions of one meeting in their order, under a name, and which of them the room should see now."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from voting.domain.house import House
from voting.domain.models import tidy_name
from voting.domain.search import folded
from voting.domain.sessions import Session, State
from voting.errors import ChangedMeanwhile, MalformedForm, NotFound
from voting.protocol.codes import draw_uuid

MOST_AGENDAS: Final = 200
"""Of one chair."""
MOST_SESSIONS: Final = 50


@dataclass(frozen=True)
class Agenda:
    """An agenda. `sessions`: UUIDs in order; `text`: as it stands in the store, empty for a new one."""

    id: str
    name: str
    chair: str
    sessions: tuple[str, ...] = ()
    text: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True)
class Place:
    """Where a session stands on an agenda, from 1, and what comes after it; one that was cancelled does not come."""

    agenda: Agenda
    number: int
    size: int
    next: Session | None


def make_agenda(house: House, name: str, *, chair: str) -> Agenda:
    """Make an empty agenda of a chair. Raises MalformedForm."""
    if len(agendas_of(house, chair)) >= MOST_AGENDAS:
        raise MalformedForm(f"At most {MOST_AGENDAS} can be kept.", "name")
    return _save(house, Agenda(draw_uuid(), tidy_name(name), chair))


def rename_agenda(house: House, agenda: Agenda, name: str) -> Agenda:
    """Give an agenda another name. Raises MalformedForm, ChangedMeanwhile."""
    return _save(house, replace(agenda, name=tidy_name(name)))


def add_session(house: House, agenda: Agenda, uuid: str) -> Agenda:
    """Put a session at the end of an agenda; one that stands there stays. Raises MalformedForm, ChangedMeanwhile."""
    agenda = _without_deleted(house, agenda)
    if uuid in agenda.sessions:
        return agenda
    if len(agenda.sessions) >= MOST_SESSIONS:
        raise MalformedForm(f"At most {MOST_SESSIONS} can be kept.", "session")
    return _save(house, replace(agenda, sessions=(*agenda.sessions, uuid)))


def move_session(house: House, agenda: Agenda, uuid: str, by: int) -> Agenda:
    """Move a session up (-1) or down (1); at the end it stays. Raises ChangedMeanwhile."""
    # One that is deleted is seen by nobody: a move must not be spent on it.
    agenda = _without_deleted(house, agenda)
    order = list(agenda.sessions)
    if uuid not in order:
        return agenda
    at = order.index(uuid)
    to = min(max(at + by, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    return _save(house, replace(agenda, sessions=tuple(order))) if to != at else agenda


def remove_session(house: House, agenda: Agenda, uuid: str) -> Agenda:
    """Take a session off an agenda; the session itself stays. Raises ChangedMeanwhile."""
    return _save(house, replace(agenda, sessions=tuple(one for one in agenda.sessions if one != uuid)))


def forget_session(house: House, uuid: str) -> None:
    """Take a session that is deleted off every agenda, whoever's it is."""
    for identifier, text in house.store.agendas().items():
        agenda = _read(identifier, text)
        if uuid in agenda.sessions:
            try:
                remove_session(house, agenda, uuid)
            except ChangedMeanwhile:
                # It is passed over there, and goes with the next change.
                continue


def delete_agenda(house: House, agenda: Agenda) -> None:
    """Delete an agenda; its sessions stay. Raises ChangedMeanwhile."""
    house.store.swap_agenda(agenda.id, agenda.text, "")


def agendas_of(house: House, chair: str) -> list[Agenda]:
    """List the agendas of a chair by name."""
    agendas = (_read(identifier, text) for identifier, text in house.store.agendas().items())
    return sorted((agenda for agenda in agendas if agenda.chair == chair), key=lambda agenda: folded(agenda.name))


def agenda_of(house: House, identifier: str) -> Agenda:
    """Give one agenda. Raises NotFound."""
    text = house.store.agenda(identifier)
    if not text:
        raise NotFound("There is no such agenda.")
    return _read(identifier, text)


def sessions_of(house: House, agenda: Agenda) -> list[Session]:
    """Read the sessions of an agenda in order; those that were deleted, or cannot be read, are passed over."""
    found, _ = house.store.readable_sessions(agenda.sessions)
    return list(found.values())


def public_sessions_of(house: House, agenda: Agenda) -> list[Session]:
    """Read those sessions of an agenda that the room may see: a draft is the chair's alone."""
    return [session for session in sessions_of(house, agenda) if session.is_setup]


def current(sessions: Sequence[Session]) -> Session | None:
    """Choose the session that the room should see: the one opened last, so that a result stays until the next vote.

    Before the first is opened, the first that is ready. A cancelled one is passed over.
    """
    there = [session for session in sessions if session.is_setup and session.state != State.CANCELLED]
    opened = [session for session in there if session.opened_at]
    # Of two opened in the same second, the one that stands later.
    return max(reversed(opened), key=lambda session: session.opened_at) if opened else next(iter(there), None)


def places_of(house: House, session: Session, *, chair: str) -> list[Place]:
    """Give where a session stands on the agendas of a chair."""
    places = []
    for agenda in agendas_of(house, chair):
        if session.uuid not in agenda.sessions:
            continue
        order = sessions_of(house, agenda)
        number = next((number for number, one in enumerate(order, 1) if one.uuid == session.uuid), 0)
        if not number:
            continue
        to_come = (one for one in order[number:] if one.state != State.CANCELLED)
        places.append(Place(agenda, number, len(order), next(to_come, None)))
    return places


def _without_deleted(house: House, agenda: Agenda) -> Agenda:
    found, damaged = house.store.readable_sessions(agenda.sessions)
    return replace(agenda, sessions=tuple(uuid for uuid in agenda.sessions if uuid in found or uuid in damaged))


def _save(house: House, agenda: Agenda) -> Agenda:
    value: dict[str, Any] = {name: part for name, part in asdict(agenda).items() if name not in ("id", "text")}
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    house.store.swap_agenda(agenda.id, agenda.text, text)
    return replace(agenda, text=text)


def _read(identifier: str, text: str) -> Agenda:
    value = json.loads(text)
    return Agenda(identifier, value["name"], value["chair"], tuple(value["sessions"]), text)
