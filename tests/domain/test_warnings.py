"""What the chair is told before the opening: names that are mixed up, figures that are missing, votes that betray."""

from dataclasses import replace

import pytest

from voting.domain.attendance import Attendance
from voting.domain.rules import Quorum, Rule
from voting.domain.sessions import Session
from voting.domain.sheets import Person, Sheet, make_sheet
from voting.domain.tellers import Teller
from voting.domain.warnings import warnings_of

TELLERS = (Teller("Lê Thị Cúc", "head"), Teller("Phạm Văn Dũng"))
PEOPLE = (Person("Nguyễn Văn An", "Trưởng phòng"), Person("Trần Thị Bình", "Phó phòng"))
NOTHING = Attendance()
WORDS = {"vi": "", "en": ""}


def told(session: Session, attendance: Attendance = NOTHING) -> list[tuple[str, tuple[int, ...]]]:
    return [(warning.kind, warning.lines) for warning in warnings_of(session, attendance)]


def session_of(*people: Person, scale: str = "confidence") -> Session:
    return Session("", "Trial", make_sheet(people, scale), codes=12, tellers=TELLERS)


def named(*names: str) -> Session:
    return session_of(*(Person(name, f"Post {'abcdefgh'[place]}") for place, name in enumerate(names)))


def test_a_session_in_order_has_no_warning() -> None:
    assert told(session_of(*PEOPLE), Attendance(members=12, convened=12, present=12)) == []


def test_fewer_than_five_codes_are_warned_about_and_five_are_not() -> None:
    assert told(replace(session_of(*PEOPLE), codes=4)) == [("few_codes", ())]
    assert told(replace(session_of(*PEOPLE), codes=5)) == []


def test_a_confidence_vote_that_the_server_alone_can_open_is_warned_about() -> None:
    assert told(replace(session_of(*PEOPLE), tellers=())) == [("quick_confidence", ())]
    assert told(replace(session_of(*PEOPLE, scale="vote_of_confidence"), tellers=())) == [("quick_confidence", ())]
    assert told(replace(session_of(*PEOPLE, scale="motion"), tellers=())) == []


@pytest.mark.parametrize("name", ["lê thị cúc", "LE THI CUC", "Lê-Thị  Cúc", "Lê Thị Сúс"])
def test_a_teller_on_the_sheet_is_found_in_every_spelling(name: str) -> None:
    assert told(session_of(*PEOPLE, Person(name, "Kế toán"))) == [("teller_on_sheet", (3,))]


@pytest.mark.parametrize(
    "other",
    [
        "NGUYỄN VĂN AN",
        "Nguyen Van An",
        "Nguyễn Văn Ân",
        "Nguyễn-Văn-An",
        "NguyễnVăn An",
        "Nguyễn Văn An.",
        "Nguyễn Văn Аn",
        "Νguyễn Văn An",
        "Ｎguyễn Văn An",
    ],
    ids=["case", "diacritics", "another name", "hyphens", "spaces", "dot", "Cyrillic", "Greek", "wide"],
)
def test_names_that_look_alike_are_found_whatever_their_posts(other: str) -> None:
    assert told(named("Nguyễn Văn An", "Trần Thị Bình", other)) == [("alike", (1, 3))]


def test_one_person_with_two_posts_is_found() -> None:
    assert told(named("Nguyễn Văn An", "Nguyễn Văn An")) == [("alike", (1, 2))]


def test_one_person_in_two_groups_is_found() -> None:
    people = (Person("Nguyễn Văn An", "Chủ tịch", "Ủy ban"), Person("Nguyễn Văn An", "Bí thư", "Đảng ủy"))
    assert told(session_of(*people)) == [("alike", (1, 2))]


def test_the_two_letters_d_of_two_keyboards_are_one() -> None:
    assert told(named("Đỗ Thị Én", "Ðỗ Thị Én")) == [("alike", (1, 2))]


def test_names_of_different_people_are_not_alike() -> None:
    assert told(named("Nguyễn Văn An", "Nguyễn Văn Bình", "Trần Văn An", "Nguyễn Thị An", "An Nguyễn Văn")) == []


@pytest.mark.parametrize("other", ["Nguyễn Văn Anh", "Nguyễn Vă An", "Nguyễn Vân Em", "Nguyễn Văn Na", "Nguyễn Văn Ai"])
def test_a_spelling_mistake_beside_the_same_post_is_found(other: str) -> None:
    one, same, else_ = Person("Nguyễn Văn An", "Phó phòng"), Person(other, "PHÓ PHÒNG"), Person(other, "Kế toán")
    expected = [] if other == "Nguyễn Vân Em" else [("near", (1, 2))]
    assert told(session_of(one, same)) == expected
    assert told(session_of(one, else_)) == []


def test_all_lines_that_hang_together_are_one_warning() -> None:
    names = ("Trần Thị Lan", "Trần Thị Loan", "Trần Thị Hoan", "Vũ Văn Giang")
    assert told(session_of(*(Person(name, "Đại biểu") for name in names))) == [("near", (1, 2, 3))]


def test_numbered_names_and_motions_without_a_post_are_not_near() -> None:
    numbered = (Person(f"Candidate {number}", "Member") for number in range(1, 13))
    assert told(session_of(*numbered)) == []
    assert told(session_of(Person("Approve the plan A"), Person("Approve the plan B"), scale="motion")) == []


@pytest.mark.parametrize(
    ("denominator", "missing"),
    [
        ("members", ["members_missing"]),
        ("convened", ["convened_missing"]),
        ("convened_less_excused", ["convened_missing", "excused_missing"]),
        ("present", ["present_missing"]),
        ("issued", []),
        ("collected", []),
        ("valid", []),
        ("votes_cast", []),
    ],
)
def test_a_figure_that_the_rule_counts_of_is_asked_for(denominator: str, missing: list[str]) -> None:
    session = replace(session_of(*PEOPLE), rule=Rule("r", WORDS, WORDS, denominator=denominator))
    assert told(session) == [(kind, ()) for kind in missing]
    assert told(session, Attendance(20, 15, 13, 2)) == []


def test_the_figures_of_the_quorum_are_asked_for_once() -> None:
    rule = Rule("r", WORDS, WORDS, denominator="present", quorum=Quorum("present", "convened"))
    assert told(replace(session_of(*PEOPLE), rule=rule)) == [("present_missing", ()), ("convened_missing", ())]


@pytest.mark.parametrize(
    ("attendance", "kind"),
    [
        (Attendance(members=11, convened=10, present=9), "more_codes_than_members"),
        (Attendance(members=12, convened=11, present=9), "more_codes_than_convened"),
        (Attendance(members=12, convened=12, present=11), "more_codes_than_present"),
        (Attendance(present=0), "more_codes_than_present"),
    ],
)
def test_more_codes_than_people_are_told_once(attendance: Attendance, kind: str) -> None:
    assert told(session_of(*PEOPLE), attendance) == [(kind, ())]


def test_a_sheet_of_a_hundred_lines_is_looked_through() -> None:
    people = tuple(Person(f"{a}{b} Văn {b}{a}", "Đại biểu") for a in "ABCDEGHKLM" for b in "NPQRSTUVXY")
    assert told(replace(session_of(*PEOPLE), sheet=Sheet(people))) == []
