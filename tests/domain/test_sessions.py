import json
from dataclasses import replace

import pytest

from voting.domain.sessions import (
    LIVE_FIELDS,
    NEXT,
    Session,
    State,
    check_session,
    require_step,
    session_from_json,
    session_to_json,
)
from voting.domain.sheets import Person, make_sheet
from voting.domain.tellers import Teller, smallest_majority
from voting.errors import MalformedForm, MalformedSheet, WrongState

DRAFT = Session("u" * 14, "Lấy phiếu tín nhiệm", make_sheet([Person("Nguyễn Văn A", "Chủ tịch")], blank=True))
ORDER = [State.DRAFT, State.READY, State.OPEN, State.CLOSED, State.COUNTED, State.PUBLISHED]


def test_the_way_from_draft_to_published_has_no_shortcut_and_no_way_back():
    for i, now in enumerate(ORDER):
        for j, to in enumerate(ORDER):
            if j == i + 1:
                require_step(now, to)
            else:
                with pytest.raises(WrongState):
                    require_step(now, to)


def test_a_session_can_be_cancelled_until_it_is_published():
    assert [state for state in State if State.CANCELLED in NEXT[state]] == ORDER[:-1]
    assert NEXT[State.CANCELLED] == frozenset()


def test_what_is_stored_reads_back_the_same():
    live = {name: getattr(DRAFT, name) for name in LIVE_FIELDS}
    assert session_from_json(session_to_json(DRAFT), live) == DRAFT


def test_a_number_to_choose_that_was_stored_for_the_whole_sheet_still_reads():
    live = {name: getattr(DRAFT, name) for name in LIVE_FIELDS}
    one_number = replace(DRAFT, sheet=make_sheet([Person("A"), Person("B")], "choose", choose=2))
    grouped = [Person(name, group=group) for group in ("Board", "Audit") for name in (f"A of {group}", f"B of {group}")]
    two_groups = replace(DRAFT, sheet=make_sheet(grouped, "choose", choose=2))
    for session, stored in ((one_number, 2), (two_groups, 2), (DRAFT, 0)):
        document = json.loads(session_to_json(session))
        document["sheet"]["choose"] = stored
        assert session_from_json(json.dumps(document), live) == session


def test_the_stored_document_leaves_the_state_to_the_scripts():
    assert not any(f'"{name}"' in session_to_json(DRAFT) for name in LIVE_FIELDS)


def test_a_sheet_whose_ballot_no_phone_could_send_is_refused():
    people = [Person(f"Person {number}") for number in range(100)]
    check_session(replace(DRAFT, sheet=make_sheet(people)))
    with pytest.raises(MalformedSheet):
        check_session(replace(DRAFT, sheet=make_sheet(people, "classification", blank=True)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "  "),
        ("title", "x" * 201),
        ("description", "a\u202eb"),
        ("unit", "\x07"),
        ("occasion", "birthday"),
        ("language", "fr"),
        ("codes", 0),
        ("codes", 5001),
        ("spares", -1),
        ("spares", 4999),
    ],
)
def test_a_bad_field_is_refused_by_name(field, value):
    with pytest.raises(MalformedForm) as refusal:
        check_session(replace(DRAFT, **{field: value}))
    assert refusal.value.field in (field, "codes")


def test_a_session_that_was_saved_before_there_were_a_pool_and_rules_still_loads():
    session = Session("1" * 14, "Bầu cử", make_sheet([Person("An")]), codes=4, spares=1)
    document = json.loads(session_to_json(session))
    del document["pooled"], document["rule"], document["sheet"]["people"][0]["group"]
    read = session_from_json(json.dumps(document), {})
    assert read == session
    assert (read.printed, read.pooled, read.rule.id) == (5, 0, "count_only")


def test_a_session_that_was_saved_before_there_were_tellers_still_loads():
    session = Session("1" * 14, "Bầu cử", make_sheet([Person("An")]))
    document = json.loads(session_to_json(session))
    del document["tellers"], document["threshold"]
    read = session_from_json(json.dumps(document), {})
    assert read == session
    assert read.mode == "quick"


def test_tellers_are_read_as_they_were_written():
    tellers = (Teller("Hoàng Văn Minh", "head"), Teller("Lê Thị Thu"))
    session = check_session(Session("1" * 14, "Bầu cử", make_sheet([Person("An")]), tellers=tellers))
    assert (session.threshold, session.mode) == (2, "tellers")
    assert session_from_json(session_to_json(session), {}) == session


@pytest.mark.parametrize(
    ("tellers", "threshold", "field"),
    [
        ([Teller(f"Người {number}") for number in range(10)], 0, "tellers"),
        ([Teller("Thu"), Teller("thu")], 0, "tellers"),
        ([Teller("Minh", "head"), Teller("Thu", "head")], 0, "tellers"),
        ([Teller(" ")], 0, "tellers"),
        ([Teller("Thu\u202e")], 0, "tellers"),
        ([Teller("Thu", "chief")], 0, "tellers"),
        ([Teller("an")], 0, "tellers"),
        ([Teller("Thu")], 2, "threshold"),
        ([Teller("Thu")], -1, "threshold"),
    ],
)
def test_tellers_that_cannot_be_are_refused_by_field(tellers, threshold, field):
    with pytest.raises(MalformedForm) as refused:
        check_session(Session("", "x", make_sheet([Person("An")]), tellers=tuple(tellers), threshold=threshold))
    assert refused.value.field == field


@pytest.mark.parametrize(("size", "majority"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (9, 5)])
def test_the_smallest_majority_is_more_than_half(size, majority):
    assert smallest_majority(size) == majority
