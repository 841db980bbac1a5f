"""Who was convened and who came: kept by version, and refused when the figures contradict each other."""

import pytest

from voting.domain.attendance import (
    Attendance,
    attendance_from_json,
    attendance_of,
    attendance_to_json,
    check_attendance,
    fewer_than_ballots,
    record_attendance,
)
from voting.domain.drafting import cancel_session
from voting.domain.house import House
from voting.domain.sessions import Session
from voting.errors import ChangedMeanwhile, MalformedFigures, WrongState


def faults(attendance: Attendance) -> dict[str, str]:
    with pytest.raises(MalformedFigures) as refusal:
        check_attendance(attendance)
    return dict(refusal.value.faults)


def test_figures_that_agree_are_taken_as_they_are() -> None:
    full = Attendance(members=58, convened=56, present=53, excused=3, absences="Hai người ốm\nMột người đi công tác")
    assert check_attendance(full) == full
    assert fewer_than_ballots(full, issued=53, collected=52) == ()
    assert full.absent == 3


def test_a_form_that_is_partly_empty_is_no_fault() -> None:
    assert check_attendance(Attendance()) == Attendance()
    assert check_attendance(Attendance(present=40)) == Attendance(present=40)
    assert fewer_than_ballots(Attendance(present=40), issued=38) == ()
    assert fewer_than_ballots(Attendance(), issued=38) == ()
    assert Attendance(present=40).absent is None
    assert check_attendance(Attendance(excused=3)) == Attendance(excused=3)


def test_all_may_be_there_and_nobody_may_be_missing() -> None:
    everybody = Attendance(members=12, convened=12, present=12, excused=0)
    assert check_attendance(everybody).absent == 0
    assert fewer_than_ballots(everybody, issued=12, collected=12) == ()


@pytest.mark.parametrize(
    ("attendance", "fault"),
    [
        (Attendance(members=50, convened=51), {"convened": "more than members, 50"}),
        (Attendance(convened=50, present=51), {"present": "more than convened, 50"}),
        (Attendance(members=50, present=51), {"present": "more than members, 50"}),
        (Attendance(convened=50, present=48, excused=3), {"excused": "more than absent, 2"}),
        (Attendance(convened=50, excused=51), {"excused": "more than convened, 50"}),
        (
            Attendance(members=50, convened=52, present=53),
            {"convened": "more than members, 50", "present": "more than convened, 52"},
        ),
    ],
)
def test_more_people_than_there_can_be_are_refused_beside_their_figure(
    attendance: Attendance, fault: dict[str, str]
) -> None:
    assert faults(attendance) == fault


@pytest.mark.parametrize(
    ("attendance", "issued", "collected", "doubt"),
    [
        (Attendance(present=40), 41, None, ("present", "fewer than issued, 41")),
        (Attendance(present=40), None, 41, ("present", "fewer than collected, 41")),
        (Attendance(convened=40), 41, 39, ("convened", "fewer than issued, 41")),
        (Attendance(members=60, convened=50, present=40), 39, 41, ("present", "fewer than collected, 41")),
        (Attendance(present=40), 41, 41, ("present", "fewer than issued, 41")),
    ],
)
def test_fewer_people_than_slips_or_ballots_are_told_and_never_refused(
    attendance: Attendance, issued: int | None, collected: int | None, doubt: tuple[str, str]
) -> None:
    assert fewer_than_ballots(attendance, issued, collected) == (doubt,)
    assert check_attendance(attendance) == attendance


def test_what_the_chair_did_not_enter_is_never_blamed_on_a_figure() -> None:
    # More ballots than slips is a matter of the reconciliation, not of this form.
    assert fewer_than_ballots(Attendance(present=50), issued=40, collected=41) == ()


def test_a_figure_below_nothing_or_beyond_any_body_is_refused() -> None:
    assert faults(Attendance(members=-1)) == {"members": "between 0 and 999999 people"}
    assert faults(Attendance(present=1_000_000)) == {"present": "between 0 and 999999 people"}


def test_reasons_of_absence_are_tidied_line_by_line_and_cannot_hide_signs() -> None:
    typed = Attendance(absences="  Nguyễn  Văn An: ốm \r\n\r\nTrần Thị Bình: đi công tác")
    assert check_attendance(typed).absences == "Nguyễn Văn An: ốm\nTrần Thị Bình: đi công tác"
    assert faults(Attendance(absences="An\u202e: ốm")) == {"absences": "a text holds an invisible control character"}
    assert faults(Attendance(absences="x\n" * 101)) == {"absences": "more than 100 lines"}


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        '{"members":1,"convened":1,"present":1,"excused":0,"absences":"","more":1}',
        '{"members":true,"convened":1,"present":1,"excused":0,"absences":""}',
        '{"members":"1","convened":1,"present":1,"excused":0,"absences":""}',
        '{"members":1.0,"convened":1,"present":1,"excused":0,"absences":""}',
        '{"members":1,"convened":1,"present":1,"excused":0,"absences":null}',
    ],
)
def test_a_note_that_is_no_attendance_is_refused(text: str) -> None:
    with pytest.raises(MalformedFigures):
        attendance_from_json(text)


def test_a_note_is_read_as_it_was_written() -> None:
    full = Attendance(58, 56, 53, None, "Hai người ốm\nMột người đi công tác")
    assert attendance_from_json(attendance_to_json(full)) == full


@pytest.mark.store
def test_an_attendance_comes_back_with_its_version(house: House, draft: Session) -> None:
    assert attendance_of(house, draft.uuid) == (Attendance(), 0)
    assert record_attendance(house, draft.uuid, Attendance(convened=4), 0) == 1
    assert record_attendance(house, draft.uuid, Attendance(convened=4, present=3), 1) == 2
    assert attendance_of(house, draft.uuid) == (Attendance(convened=4, present=3), 2)


@pytest.mark.store
def test_the_second_of_two_windows_is_told_and_the_first_figures_stay(house: House, draft: Session) -> None:
    record_attendance(house, draft.uuid, Attendance(convened=4), 0)
    with pytest.raises(ChangedMeanwhile):
        record_attendance(house, draft.uuid, Attendance(convened=5), 0)
    assert attendance_of(house, draft.uuid) == (Attendance(convened=4), 1)


@pytest.mark.store
def test_figures_that_contradict_each_other_are_not_kept(house: House, draft: Session) -> None:
    with pytest.raises(MalformedFigures):
        record_attendance(house, draft.uuid, Attendance(convened=4, present=5), 0)
    assert attendance_of(house, draft.uuid) == (Attendance(), 0)


@pytest.mark.store
def test_a_cancelled_session_keeps_the_attendance_it_has(house: House, draft: Session) -> None:
    cancel_session(house, draft.uuid)
    with pytest.raises(WrongState):
        record_attendance(house, draft.uuid, Attendance(convened=4), 0)
