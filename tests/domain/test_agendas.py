"""Agendas keep their order, two windows are told apart, and the room sees the vote that was opened last."""

from dataclasses import replace

import pytest

from voting.domain.agendas import (
    MOST_SESSIONS,
    add_session,
    agenda_of,
    agendas_of,
    current,
    delete_agenda,
    make_agenda,
    move_session,
    places_of,
    remove_session,
    rename_agenda,
    sessions_of,
)
from voting.domain.drafting import cancel_session, create_session
from voting.domain.house import House
from voting.domain.retention import delete_session
from voting.domain.sessions import Session, State
from voting.domain.sheets import Person, make_sheet
from voting.errors import ChangedMeanwhile, MalformedForm, NotFound

pytestmark = pytest.mark.store


def drafts(house: House, count: int) -> list[Session]:
    sheet = make_sheet([Person("An")])
    return [create_session(house, Session("", f"Vote {number}", sheet, chair="hoa")) for number in range(count)]


def titles(house: House, identifier: str) -> list[str]:
    return [session.title[-1] for session in sessions_of(house, agenda_of(house, identifier))]


def test_sessions_stand_in_the_order_that_the_chair_gave_them(house: House) -> None:
    agenda = make_agenda(house, "  Họp tháng 5 ", chair="hoa")
    assert agenda.name == "Họp tháng 5"
    sessions = drafts(house, 4)
    for session in [*sessions, sessions[0]]:
        agenda = add_session(house, agenda, session.uuid)
    assert titles(house, agenda.id) == ["0", "1", "2", "3"]
    agenda = move_session(house, agenda, sessions[3].uuid, -1)
    agenda = move_session(house, agenda, sessions[0].uuid, -1)
    agenda = move_session(house, agenda, sessions[2].uuid, 1)
    assert titles(house, agenda.id) == ["0", "1", "3", "2"]
    agenda = remove_session(house, agenda, sessions[1].uuid)
    assert titles(house, agenda.id) == ["0", "3", "2"]
    (place,) = places_of(house, sessions[3], chair="hoa")
    assert (place.number, place.size, place.next) == (2, 3, sessions[2])
    (last,) = places_of(house, sessions[2], chair="hoa")
    assert last.next is None
    assert places_of(house, sessions[3], chair="binh") == []
    rename_agenda(house, agenda, "Họp tháng 6")
    assert "Họp tháng 6" in {one.name for one in agendas_of(house, "hoa")}


def test_a_second_window_is_told(house: House) -> None:
    agenda = make_agenda(house, "Two windows", chair="hoa")
    first, second = drafts(house, 2)
    add_session(house, agenda, first.uuid)
    with pytest.raises(ChangedMeanwhile):
        add_session(house, agenda, second.uuid)
    with pytest.raises(ChangedMeanwhile):
        delete_agenda(house, agenda)
    assert titles(house, agenda.id) == ["0"]
    delete_agenda(house, agenda_of(house, agenda.id))
    with pytest.raises(NotFound):
        agenda_of(house, agenda.id)


def test_a_deleted_session_is_passed_over(house: House) -> None:
    agenda = make_agenda(house, "With a gap", chair="hoa")
    sessions = drafts(house, 3)
    for session in sessions:
        agenda = add_session(house, agenda, session.uuid)
    cancel_session(house, sessions[1].uuid)
    delete_session(house, sessions[1].uuid)
    assert titles(house, agenda.id) == ["0", "2"]
    (place,) = places_of(house, sessions[0], chair="hoa")
    assert (place.size, place.next) == (2, sessions[2])


def test_a_move_passes_over_a_session_that_is_no_longer_there(house: House) -> None:
    agenda = make_agenda(house, "Moves over a gap", chair="hoa")
    sessions = drafts(house, 3)
    for session in sessions:
        agenda = add_session(house, agenda, session.uuid)
    # As a deletion leaves it that broke off, or that of an earlier version.
    house.store.delete_session(sessions[1].uuid)
    agenda = move_session(house, agenda, sessions[2].uuid, -1)
    assert titles(house, agenda.id) == ["2", "0"]
    assert agenda.sessions == (sessions[2].uuid, sessions[0].uuid)


def test_deleted_sessions_take_no_place_of_those_that_an_agenda_can_hold(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voting.domain.agendas.MOST_SESSIONS", 2)
    agenda = make_agenda(house, "Full of gaps", chair="hoa")
    sessions = drafts(house, 3)
    for session in sessions[:2]:
        agenda = add_session(house, agenda, session.uuid)
    house.store.delete_session(sessions[0].uuid)
    agenda = add_session(house, agenda, sessions[2].uuid)
    assert titles(house, agenda.id) == ["1", "2"]


def test_a_deleted_session_leaves_no_trace_on_any_agenda(house: House) -> None:
    kept, gone = drafts(house, 2)
    names = {"hoa": make_agenda(house, "Of hoa", chair="hoa"), "binh": make_agenda(house, "Of binh", chair="binh")}
    for agenda in names.values():
        for session in (kept, gone):
            agenda = add_session(house, agenda, session.uuid)
    delete_session(house, gone.uuid)
    assert gone.uuid not in "".join(house.store.agendas().values())
    assert all(agenda_of(house, agenda.id).sessions == (kept.uuid,) for agenda in names.values())


def test_what_comes_next_is_no_cancelled_session(house: House) -> None:
    agenda = make_agenda(house, "One is cancelled", chair="hoa")
    first, cancelled, last = sessions = drafts(house, 3)
    for session in sessions:
        agenda = add_session(house, agenda, session.uuid)
    cancel_session(house, cancelled.uuid)
    (place,) = places_of(house, first, chair="hoa")
    assert (place.number, place.size, place.next) == (1, 3, last)
    cancel_session(house, last.uuid)
    (place,) = places_of(house, first, chair="hoa")
    assert place.next is None


def test_names_and_numbers_have_bounds(house: House) -> None:
    for name in ("", "  ", "x" * 201, "a\u202eb"):
        with pytest.raises(MalformedForm):
            make_agenda(house, name, chair="hoa")
    full = replace(
        make_agenda(house, "Full", chair="hoa"), sessions=tuple(one.uuid for one in drafts(house, MOST_SESSIONS))
    )
    with pytest.raises(MalformedForm):
        add_session(house, full, drafts(house, 1)[0].uuid)


def a_session(number: int, state: State = State.OPEN, opened_at: int = 0, ready_at: int = 1) -> Session:
    sheet = make_sheet([Person("An")])
    return Session(str(number), "", sheet, state=state, ready_at=ready_at, opened_at=opened_at)


def shown(*sessions: Session) -> str | None:
    now = current(sessions)
    return now.uuid if now else None


def test_the_room_sees_the_vote_that_was_opened_last() -> None:
    published, ready = a_session(1, State.PUBLISHED, 10), a_session(2, State.READY)
    assert shown() is None
    assert shown(a_session(1, State.DRAFT, ready_at=0)) is None
    assert shown(a_session(1, State.DRAFT, ready_at=0), ready, a_session(3, State.READY)) == "2"
    # A result stays until the next vote is opened.
    assert shown(published, ready) == "1"
    assert shown(published, a_session(2, State.OPEN, 20)) == "2"
    # The order of the agenda was not kept.
    assert shown(a_session(1, State.PUBLISHED, 30), a_session(2, State.PUBLISHED, 20), ready) == "1"
    # One result is withheld from the room: the vote after it is shown all the same.
    assert shown(a_session(1, State.COUNTED, 10), a_session(2, State.OPEN, 20)) == "2"
    assert shown(published, a_session(2, State.CANCELLED, 20)) == "1"
    assert shown(a_session(1, State.OPEN, 20), a_session(2, State.OPEN, 20)) == "2"
