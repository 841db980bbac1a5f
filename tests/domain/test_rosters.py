"""Who may claim: people are added and removed, and get links that are shown once."""

import pytest

from tests.domain.claiming_phone import ClaimingPhone, draft_for, make_ready, phones_of
from voting.domain import sessions
from voting.domain.casting import open_session
from voting.domain.counting import close_session
from voting.domain.house import House
from voting.domain.rosters import Attendee, add_attendees, make_claim_links, remove_attendee, roster_of
from voting.errors import ChangedMeanwhile, ClaimTaken, MalformedSheet, UnknownClaim, UnknownSession, WrongState

pytestmark = pytest.mark.store


@pytest.fixture
def uuid(house: House) -> str:
    """A draft with three attendees."""
    return draft_for(house, 3, pooled=3)


def names(house: House, uuid: str) -> list[str]:
    return [attendee.name for attendee in roster_of(house, uuid).attendees]


def test_people_are_listed_in_the_order_in_which_they_were_added(house: House, uuid: str) -> None:
    add_attendees(house, uuid, [Attendee("  Lê   Thị C ", " Phòng 3"), Attendee("An")])
    *_, third, fourth = roster_of(house, uuid).attendees
    assert names(house, uuid) == ["Đại biểu 001", "Đại biểu 002", "Đại biểu 003", "Lê Thị C", "An"]
    assert (third.note, third.id, fourth.id) == ("Phòng 3", 4, 5)
    assert not any(attendee.linked or attendee.claimed for attendee in roster_of(house, uuid).attendees)


@pytest.mark.parametrize(
    ("people", "faults"),
    [
        ([Attendee("")], ((1, "the name is missing"),)),
        ([Attendee("Mới"), Attendee("mới")], ((2, "the same as line 1"),)),
        ([Attendee("Mới"), Attendee("ĐẠI BIỂU 002", "a2@b.vn")], ((2, "on the roster already"),)),
        ([Attendee("Một\u202eHai")], ((1, "a text holds an invisible control character"),)),
        ([Attendee("n" * 201)], ((1, "a text is longer than 200 characters"),)),
        ([], ((0, "nobody is on the sheet"),)),
    ],
)
def test_a_list_with_a_fault_names_its_line_and_adds_nobody(
    house: House, uuid: str, people: list[Attendee], faults: tuple[tuple[int, str], ...]
) -> None:
    with pytest.raises(MalformedSheet) as refused:
        add_attendees(house, uuid, people)
    assert refused.value.lines == faults
    assert len(names(house, uuid)) == 3


def test_people_of_one_name_are_told_apart_by_their_note(house: House, uuid: str) -> None:
    assert add_attendees(house, uuid, [Attendee("An", "Phòng 1"), Attendee("An", "Phòng 2")]) == 2


def test_the_roster_has_an_end(house: House, uuid: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voting.domain.rosters.MOST_CODES", 4)
    assert sessions.MOST_CODES > 4
    with pytest.raises(MalformedSheet):
        add_attendees(house, uuid, [Attendee("Bốn"), Attendee("Năm")])
    add_attendees(house, uuid, [Attendee("Bốn")])


def test_two_lists_that_come_at_once_are_not_mixed(house: House, uuid: str) -> None:
    with pytest.raises(ChangedMeanwhile):
        house.store.add_attendees(uuid, ["{}"], last=2)
    assert len(names(house, uuid)) == 3


def test_whoever_was_removed_cannot_claim_and_a_new_number_is_nobody_s_old_one(house: House, uuid: str) -> None:
    gone = phones_of(house, uuid)[2]
    remove_attendee(house, uuid, 3)
    with pytest.raises(UnknownClaim):
        remove_attendee(house, uuid, 3)
    add_attendees(house, uuid, [Attendee("Đại biểu 003", "a3@b.vn")])
    assert [attendee.id for attendee in roster_of(house, uuid).attendees] == [1, 2, 4]
    make_ready(house, uuid)
    with pytest.raises(UnknownClaim):
        gone.claim(house)


def test_whoever_has_claimed_stays_on_the_roster_and_gets_no_other_link(house: House, uuid: str) -> None:
    make_ready(house, uuid)
    first, second, _ = phones_of(house, uuid)
    first.claim(house)
    with pytest.raises(ClaimTaken):
        remove_attendee(house, uuid, 1)
    made = make_claim_links(house, uuid, [1, 2, 77])
    assert [one.attendee.id for one in made] == [2]
    with pytest.raises(UnknownClaim):
        second.claim(house)
    ClaimingPhone(uuid, made[0].link).claim(house)
    assert [attendee.claimed for attendee in roster_of(house, uuid).attendees] == [True, True, False]
    assert roster_of(house, uuid).claimed == 2


def test_after_the_close_the_roster_can_only_be_read(house: House, uuid: str) -> None:
    make_ready(house, uuid)
    phones_of(house, uuid)[1].claim(house)
    open_session(house, uuid)
    close_session(house, uuid)
    for act in (
        lambda: add_attendees(house, uuid, [Attendee("Muộn")]),
        lambda: remove_attendee(house, uuid, 1),
        lambda: make_claim_links(house, uuid, [1]),
    ):
        with pytest.raises(WrongState):
            act()
    assert [attendee.claimed for attendee in roster_of(house, uuid).attendees] == [False, True, False]


def test_an_unknown_session_has_no_roster(house: House) -> None:
    with pytest.raises(UnknownSession):
        roster_of(house, "nosuchsession1")
