"""What is entered or changed when the count is known is marked for good; what was there before is not."""

from collections.abc import Callable

import pytest

from voting.domain.attendance import Attendance, attendance_of, record_attendance
from voting.domain.counting import close_session, count_session
from voting.domain.exchanges import Exchange, Reason, Source
from voting.domain.handing import exchange_slip
from voting.domain.house import House
from voting.domain.late_figures import late_figures
from voting.domain.left_over import LeftOver, record_left_over
from voting.domain.results import result_of


@pytest.fixture
def closed(house: House, voting_now: tuple[str, tuple[str, ...]]) -> str:
    """A session of five slips, one of which was lost and replaced by another; two were left when they were counted."""
    uuid, _ = voting_now
    record_left_over(house, uuid, LeftOver(2), 0)
    record_attendance(house, uuid, Attendance(members=5, convened=4, present=3, absences="Mot nguoi om"), 0)
    exchange_slip(house, uuid, Exchange(Reason.LOST, Source.SLIP), "", seen=0)
    close_session(house, uuid)
    return uuid


def count(house: House, uuid: str) -> None:
    count_session(house, uuid)
    assert late_figures(house, uuid) == frozenset()


def test_figures_that_were_there_before_the_count_carry_no_mark(house: House, closed: str) -> None:
    record_attendance(house, closed, Attendance(members=5, convened=4, present=4), 1)
    record_left_over(house, closed, LeftOver(0), 1)
    count(house, closed)
    assert result_of(house, closed).late == frozenset()


def test_what_is_saved_again_as_it_was_or_mended_in_words_alone_is_not_late(house: House, closed: str) -> None:
    count(house, closed)
    record_attendance(house, closed, Attendance(5, 4, 3, absences="Một người ốm"), 1)
    # One of the two slips that lay there was handed over since: the page shows 1, and sends it.
    record_left_over(house, closed, LeftOver(1), 1)
    assert late_figures(house, closed) == frozenset()


@pytest.mark.parametrize("name", ["members", "convened", "present", "excused"])
def test_a_change_of_any_figure_of_the_attendance_is_late_also_when_it_is_taken_back(
    house: House, closed: str, name: str
) -> None:
    count(house, closed)
    before = attendance_of(house, closed)[0]
    changed = {"members": 6, "convened": 5, "present": 2, "excused": 1}[name]
    record_attendance(house, closed, Attendance(**{**vars(before), name: changed}), 1)
    record_attendance(house, closed, before, 2)
    assert late_figures(house, closed) == result_of(house, closed).late == {"attendance"}


@pytest.mark.parametrize("slips", [0, None])
def test_a_change_of_the_slips_left_over_is_late(house: House, closed: str, slips: int | None) -> None:
    count(house, closed)
    record_left_over(house, closed, LeftOver(slips), 1)
    assert result_of(house, closed).late == {"slips"}


def test_figures_that_are_first_entered_after_the_count_are_late(
    house: House, voting_now: tuple[str, tuple[str, ...]], ballot_of: Callable[..., bytes]
) -> None:
    uuid, _ = voting_now
    close_session(house, uuid)
    count(house, uuid)
    record_attendance(house, uuid, Attendance(), 0)
    assert late_figures(house, uuid) == frozenset()
    record_attendance(house, uuid, Attendance(members=5), 1)
    record_left_over(house, uuid, LeftOver(5), 0)
    assert late_figures(house, uuid) == {"attendance", "slips"}
