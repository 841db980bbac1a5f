"""The minutes: what the chair enters beside the figures, checked strictly, kept with the session."""

import json
from dataclasses import asdict, replace

import pytest

from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.drafting import cancel_session
from voting.domain.house import House
from voting.domain.minutes import (
    LONGEST_TEXT,
    MOST_LINES,
    Minutes,
    check_minutes,
    minutes_from_json,
    minutes_of,
    minutes_to_json,
    record_minutes,
    team_of,
    when,
)
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.domain.tellers import Teller
from voting.errors import ChangedMeanwhile, MalformedFigures, WrongState
from voting.protocol.codes import draw_code

SESSION = Session("", "Lấy phiếu", make_sheet([Person("An"), Person("Bình", "Phó phòng")]))
FULL = Minutes(
    header="party",
    organisation="Chi bộ Văn phòng",
    subject="Xếp loại đảng viên",
    legal_basis="Căn cứ Điều lệ Đảng;\nCăn cứ hướng dẫn;",
    started="2026-11-25T08:30",
    ended="2026-11-25T10:05",
    chair="Lê Thị Hoa",
    team=(Teller("Phạm Văn Dũng", "head"), Teller("Hoàng Thị Én")),
    notes=(("An", "Vắng mặt"),),
    copies=3,
)


def faults_of(minutes: Minutes, session: Session = SESSION) -> dict[str, str]:
    """Give what is wrong, by field."""
    with pytest.raises(MalformedFigures) as refusal:
        check_minutes(session, minutes)
    return dict(refusal.value.faults)


def test_empty_minutes_and_full_ones_are_taken() -> None:
    assert check_minutes(SESSION, Minutes()) == Minutes()
    assert check_minutes(SESSION, FULL) == FULL


def test_texts_are_tidied_and_empty_lines_and_notes_fall_away() -> None:
    typed = replace(FULL, chair="  Lê \t Thị  Hoa ", complaints="\n một \r\n\r\n hai\n", notes=(("An", "  "),))
    kept = check_minutes(SESSION, typed)
    assert (kept.chair, kept.complaints, kept.notes) == ("Lê Thị Hoa", "một\nhai", ())


def test_every_field_that_cannot_be_right_is_named_at_once() -> None:
    wrong = replace(
        FULL,
        header="royal",
        place="a\u202eb",
        handover="x" * (LONGEST_TEXT + 1),
        conclusion="\n".join("x" * (MOST_LINES + 1)),
        started="25/11/2026",
        read_out="2026-02-30T10:00",
        copies=1000,
        notes=(("An", "ok"), ("Bình — Phó phòng", "x" * (LONGEST_TEXT + 1))),
    )
    assert set(faults_of(wrong)) == {
        *("header", "place", "handover", "conclusion", "started", "read_out", "copies", "note_2"),
    }


def test_a_legal_basis_may_be_longer_than_a_name() -> None:
    assert check_minutes(SESSION, replace(FULL, legal_basis="x" * LONGEST_TEXT)).legal_basis == "x" * LONGEST_TEXT


@pytest.mark.parametrize("later", ["ended", "read_out"])
def test_nothing_ends_before_it_began(later: str) -> None:
    assert set(faults_of(replace(FULL, **{later: "2026-11-25T08:29"}))) == {later}
    check_minutes(SESSION, replace(FULL, **{later: "2026-11-25T08:30"}))


@pytest.mark.parametrize("text", ["2026-11-25", "2026-11-25T08:30:00", "2026-11-25 08:30", "2026-11-25T24:00", "x"])
def test_a_time_has_one_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"time|iso|hour"):
        when(text)
    assert set(faults_of(replace(FULL, started=text))) == {"started"}


@pytest.mark.fault("C10")
@pytest.mark.parametrize("field", ["void_reasons", "complaints", "handover", "place", "conclusion"])
def test_a_ballot_code_is_refused_in_every_text(field: str) -> None:
    code = draw_code()
    assert set(faults_of(replace(FULL, **{field: f"Phiếu {code} bị rách"}))) == {field}


def test_the_counting_team_is_that_of_the_session_where_it_has_tellers() -> None:
    tellers = (Teller("Vũ Thị Lan", "head"), Teller("Đỗ Văn Sơn"))
    with_tellers = replace(SESSION, tellers=tellers, threshold=2)
    kept = check_minutes(with_tellers, FULL)
    assert kept.team == ()
    assert team_of(with_tellers, kept) == tellers
    assert team_of(SESSION, FULL) == FULL.team


@pytest.mark.parametrize(
    "team",
    [
        (Teller("An"),),
        (Teller("Dũng", "head"), Teller("Én", "head")),
        (Teller("Dũng"), Teller("dũng")),
        (Teller("Dũng", "king"),),
        tuple(Teller(f"Teller {number}") for number in range(10)),
    ],
    ids=["stands on the sheet", "two heads", "twice", "no such role", "too many"],
)
def test_a_counting_team_that_cannot_be_is_refused(team: tuple[Teller, ...]) -> None:
    assert set(faults_of(replace(FULL, team=team))) == {"team"}


def test_minutes_come_back_from_json_as_they_were() -> None:
    assert minutes_from_json(minutes_to_json(FULL)) == FULL


@pytest.mark.parametrize(
    "change",
    [
        {"extra": ""},
        {"copies": True},
        {"copies": "3"},
        {"chair": 1},
        {"team": "x"},
        {"team": [{"name": "A"}]},
        {"team": [{"name": "A", "role": 1}]},
        {"notes": [["a"]]},
        {"notes": [["a", 1]]},
    ],
)
def test_json_of_another_shape_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(MalformedFigures):
        minutes_from_json(json.dumps(asdict(FULL) | change))
    with pytest.raises(MalformedFigures):
        minutes_from_json(json.dumps({name: value for name, value in asdict(FULL).items() if name != "town"}))


def test_they_are_kept_with_the_session_and_completed_after_the_publishing(house: House, voting_now) -> None:
    uuid, _ = voting_now
    assert minutes_of(house, uuid) == (Minutes(), 0)
    assert record_minutes(house, uuid, FULL, 0) == 1
    close_session(house, uuid)
    count_session(house, uuid)
    publish_session(house, uuid)
    complete = replace(FULL, read_out="2026-11-25T10:30", complaints="Không có.")
    assert record_minutes(house, uuid, complete, 1) == 2
    assert minutes_of(house, uuid) == (complete, 2)


def test_another_window_is_not_overwritten_and_a_cancelled_session_has_no_minutes(house: House, draft: Session) -> None:
    record_minutes(house, draft.uuid, FULL, 0)
    with pytest.raises(ChangedMeanwhile):
        record_minutes(house, draft.uuid, Minutes(), 0)
    cancel_session(house, draft.uuid)
    with pytest.raises(WrongState):
        record_minutes(house, draft.uuid, Minutes(), 1)
    assert minutes_of(house, draft.uuid)[0] == FULL
