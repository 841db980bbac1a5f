"""Cycles: their plan, the drafts of all units in one step, and where each unit has got to."""

from collections.abc import Callable
from dataclasses import replace
from threading import Barrier, Thread

import pytest

from tests.organisation.organised import Organised
from voting.domain.drafting import cancel_session, copy_session
from voting.domain.house import House
from voting.domain.organisation.cycle_drafts import make_again, make_drafts
from voting.domain.organisation.cycles import (
    Cycle,
    Step,
    change_cycle,
    change_to,
    cycle_of,
    cycles_of,
    make_cycle,
    remove_cycle,
)
from voting.domain.organisation.officials import Official
from voting.domain.organisation.procedure import planned_steps
from voting.domain.organisation.register import commit, journal_of
from voting.domain.organisation.units import add_unit, move_unit, remove_unit
from voting.domain.retention import delete_session
from voting.domain.sessions import Session, State
from voting.errors import ChangedMeanwhile, MalformedRegister, UnknownCycle, UnknownSession, UnknownUnit
from voting.storage.store import RedisStore


def planned(province: Organised, **entries: object) -> Cycle:
    """Give the entries of a cycle of the province in the units of the north."""
    defaults: dict[str, object] = {
        "name": "Đánh giá năm 2026",
        "unit": province.province,
        "occasion": "yearly",
        "year": 2026,
        "starts": "2026-12-01",
        "ends": "2026-12-31",
        "rule": "absolute_majority",
        "scale": "classification",
        "units": (province.village, province.town),
        "steps": planned_steps("yearly"),
    }
    return Cycle(id="", **{**defaults, **entries})


@pytest.fixture
def peopled(province: Organised) -> Organised:
    """The organisation, with two people in the village and one in the town."""
    province.register(
        province.village,
        Official("", "Nguyễn Văn An", "", ("Chủ tịch", "Bí thư"), "Lãnh đạo"),
        Official("", "Trần Thị Bình", "", ("Kế toán",), "Chuyên môn"),
    )
    province.register(province.town, Official("", "Lê Văn Cường", "", ("Chủ tịch",)))
    return province


def sessions_of(house: House, cycle: Cycle) -> list[Session]:
    return [session for session in house.store.sessions() if session.cycle == cycle.id]


# ---- the plan


@pytest.mark.parametrize(
    ("field", "entries"),
    [
        ("name", {"name": "  "}),
        ("name", {"name": "x" * 101}),
        ("name", {"name": "a\u202eb"}),
        ("year", {"year": 1989}),
        ("year", {"year": 2101}),
        ("occasion", {"occasion": "birthday"}),
        ("starts", {"starts": "1.12.2026"}),
        ("starts", {"starts": "20261201"}),
        ("ends", {"ends": ""}),
        ("ends", {"ends": "2026-02-30"}),
        ("ends", {"ends": "2026-11-30"}),
        ("rule", {"rule": "nq96_2023"}),
        ("rule", {"rule": "no such rule"}),
        ("scale", {"scale": "choose", "rule": "count_only"}),
        ("scale", {"scale": "own", "rule": "count_only"}),
        ("scale", {"scale": "motion", "rule": "count_only"}),
        ("language", {"language": "fr"}),
        ("units", {"units": ()}),
        ("units", {"units": ("11111111111111",)}),
        ("steps", {"steps": (Step("notice"), Step("ballot"))}),
        ("steps", {"steps": (Step("ballot"), Step("ballot"))}),
        ("due-ballot", {"steps": (Step("ballot", due="soon"),)}),
        ("note-ballot", {"steps": (Step("ballot", skipped=True),)}),
        ("note-ballot", {"steps": (Step("ballot", note="7mXkP-3qRtWz-9bNcV-4hJsDf"),)}),
    ],
)
def test_a_plan_that_cannot_be_meant_is_refused_by_its_field(
    province: Organised, field: str, entries: dict[str, object]
) -> None:
    with pytest.raises(MalformedRegister) as refused:
        make_cycle(province.house, planned(province, **entries), by="x")
    assert refused.value.field == field
    assert cycles_of(province.house) == []
    assert not any(entry.act.startswith("cycle") for entry in journal_of(province.house))


def test_a_cycle_concerns_no_unit_outside_of_its_own(province: Organised) -> None:
    for units in ((province.harbour,), (province.village, province.province)):
        with pytest.raises(MalformedRegister) as refused:
            make_cycle(province.house, planned(province, unit=province.north, units=units), by="x")
        assert refused.value.field == "units"
    made = make_cycle(province.house, planned(province, unit=province.north, units=(province.north,)), by="x")
    assert cycle_of(province.house, made.id) == made


def test_what_a_chair_could_smuggle_into_a_new_cycle_is_left_out(province: Organised) -> None:
    made = make_cycle(province.house, planned(province, sessions=((province.village, "1" * 14),), made=("x",)), by="x")
    assert (made.sessions, made.made, made.progress) == ((), (), ())


def test_a_change_of_what_was_not_read_is_refused(province: Organised) -> None:
    house = province.house
    read = make_cycle(house, planned(province), by="x")
    change_cycle(house, replace(read, name="Another name"), by="x")
    with pytest.raises(ChangedMeanwhile):
        change_cycle(house, replace(read, name="A third name"), by="y")
    assert cycle_of(house, read.id).name == "Another name"


def test_what_the_sessions_were_made_with_stays(peopled: Organised) -> None:
    house = peopled.house
    cycle = make_cycle(house, planned(peopled), by="x")
    cycle = change_cycle(house, replace(cycle, scale="confidence", rule="nq96_2023"), by="x")
    make_drafts(house, cycle.id, by="x")
    cycle = cycle_of(house, cycle.id)
    changes: list[dict[str, object]] = [
        {"scale": "classification"},
        {"rule": "count_only"},
        {"blank": True},
        {"language": "en"},
        {"occasion": "planning"},
    ]
    for change in changes:
        with pytest.raises(MalformedRegister) as refused:
            change_cycle(house, replace(cycle, **change), by="x")
        assert refused.value.field in change
    with pytest.raises(MalformedRegister) as taken_out:
        change_cycle(house, replace(cycle, units=(peopled.town,)), by="x")
    assert taken_out.value.field == "units"
    later = change_cycle(house, replace(cycle, name="Tên khác", ends="2027-01-15", year=2027), by="x")
    assert (later.name, later.ends, later.sessions) == ("Tên khác", "2027-01-15", cycle.sessions)


def test_a_cycle_with_sessions_stays_and_one_whose_drafts_were_deleted_can_go(peopled: Organised) -> None:
    house = peopled.house
    cycle = make_cycle(house, planned(peopled), by="x")
    made = make_drafts(house, cycle.id, by="x")
    with pytest.raises(MalformedRegister):
        remove_cycle(house, cycle.id, by="x")
    for session in made.sessions:
        delete_session(house, session.uuid)
    changed = change_cycle(house, replace(cycle_of(house, cycle.id), units=(peopled.town,)), by="x")
    assert [unit for unit, _ in changed.sessions] == [peopled.town]
    remove_cycle(house, cycle.id, by="x")
    with pytest.raises(UnknownCycle):
        cycle_of(house, cycle.id)


# ---- the drafts


def test_one_step_makes_the_drafts_of_all_units_from_the_register(peopled: Organised) -> None:
    house = peopled.house
    cycle = make_cycle(house, planned(peopled, blank=True, language="en"), by="x")
    made = make_drafts(house, cycle.id, by="x")
    assert (len(made.sessions), made.skipped, made.refused) == (2, (), ())
    village = house.store.session(cycle_of(house, cycle.id).session_of(peopled.village))
    assert village.title == "Đánh giá năm 2026 — Xã Bình An"
    assert (village.unit, village.unit_id, village.cycle) == ("Xã Bình An", peopled.village, cycle.id)
    assert (village.chair, village.state, village.codes) == ("", State.DRAFT, 5)
    assert (village.occasion, village.rule.id, village.sheet.scale) == ("yearly", "absolute_majority", "classification")
    assert (village.sheet.blank, village.language) == (True, "en")
    assert [(person.title, person.group) for person in village.sheet.people] == [
        ("Nguyễn Văn An — Chủ tịch, Bí thư", "Lãnh đạo"),
        ("Trần Thị Bình — Kế toán", "Chuyên môn"),
    ]
    assert {village.subject(person.title) for person in village.sheet.people} == {
        official.id for official in peopled.people[peopled.village]
    }
    acts = [(entry.act, entry.by, entry.about) for entry in journal_of(house) if entry.act.startswith("cycle")]
    assert acts == [("cycle.make", "x", cycle.id), ("cycle.draft", "x", cycle.id)]


def test_again_makes_only_what_is_missing(peopled: Organised) -> None:
    house = peopled.house
    cycle = make_cycle(house, planned(peopled), by="x")
    first = make_drafts(house, cycle.id, by="x")
    assert make_drafts(house, cycle.id, by="x").sessions == ()
    change_cycle(house, replace(cycle_of(house, cycle.id), units=(*cycle.units, peopled.harbour)), by="x")
    peopled.register(peopled.harbour, Official("", "Phạm Văn Dũng", ""))
    second = make_drafts(house, cycle.id, by="x")
    assert [session.unit_id for session in second.sessions] == [peopled.harbour]
    assert {each.uuid for each in sessions_of(house, cycle)} == {e.uuid for e in (*first.sessions, *second.sessions)}


def test_a_unit_without_people_and_one_whose_list_is_no_sheet_are_named_and_stop_nobody(peopled: Organised) -> None:
    house = peopled.house
    peopled.register(peopled.north, Official("", "Đỗ Văn Em", ""), Official("", "Đỗ Văn Em", ""))
    units = (peopled.north, peopled.village, peopled.harbour)
    cycle = make_cycle(house, planned(peopled, units=units), by="x")
    made = make_drafts(house, cycle.id, by="x")
    assert [session.unit_id for session in made.sessions] == [peopled.village]
    assert made.skipped == (peopled.harbour,)
    assert [unit for unit, _ in made.refused] == [peopled.north]
    # No session was made for them, so they can still be taken out.
    change_cycle(house, replace(cycle_of(house, cycle.id), units=(peopled.village,)), by="x")


def test_a_crash_after_the_identifiers_were_kept_is_made_good_under_the_same_ones(peopled: Organised) -> None:
    house = peopled.house
    cycle = make_cycle(house, planned(peopled), by="x")
    kept = replace(cycle, sessions=((peopled.village, "4" * 14),))
    commit(house, [change_to(kept)], by="x", act="cycle.draft", unit=cycle.unit, about=cycle.id)
    make_drafts(house, cycle.id, by="x")
    assert house.store.session("4" * 14).unit_id == peopled.village
    assert len(sessions_of(house, cycle)) == 2


def test_a_deleted_draft_is_replaced_under_another_identifier(peopled: Organised) -> None:
    house = peopled.house
    cycle = make_cycle(house, planned(peopled), by="x")
    make_drafts(house, cycle.id, by="x")
    gone = cycle_of(house, cycle.id).session_of(peopled.village)
    delete_session(house, gone)
    made = make_drafts(house, cycle.id, by="x")
    assert [session.unit_id for session in made.sessions] == [peopled.village]
    assert made.sessions[0].uuid != gone
    with pytest.raises(UnknownSession):
        house.store.session(gone)


def test_a_cancelled_session_is_replaced_only_when_that_is_asked_for(peopled: Organised) -> None:
    house = peopled.house
    cycle = make_cycle(house, planned(peopled), by="x")
    make_drafts(house, cycle.id, by="x")
    gone = cycle_of(house, cycle.id).session_of(peopled.village)
    cancel_session(house, gone)
    assert make_drafts(house, cycle.id, by="x").sessions == ()
    made = make_again(house, cycle.id, peopled.village, by="x")
    assert [session.unit_id for session in made.sessions] == [peopled.village]
    assert cycle_of(house, cycle.id).session_of(peopled.village) == made.sessions[0].uuid != gone
    assert make_again(house, cycle.id, peopled.village, by="x").sessions == ()
    assert house.store.session(gone).state == State.CANCELLED
    with pytest.raises(UnknownUnit):
        make_again(house, cycle.id, peopled.harbour, by="x")


@pytest.mark.parametrize("act", [make_drafts, lambda house, cycle, by: make_again(house, cycle, BUSY[0], by=by)])
def test_requests_at_the_same_moment_never_give_a_unit_two_sessions(
    peopled: Organised, act: Callable[..., object]
) -> None:
    house, together, faults = peopled.house, Barrier(6), list[BaseException]()
    BUSY[:] = [peopled.village]
    cycle = make_cycle(house, planned(peopled), by="x")

    def request() -> None:
        together.wait()
        try:
            act(house, cycle.id, by="x")
        except BaseException as fault:
            faults.append(fault)

    for _ in range(4):
        before = {session.uuid for session in sessions_of(house, cycle) if session.state != State.CANCELLED}
        for uuid in before:
            cancel_session(house, uuid) if act is not make_drafts else delete_session(house, uuid)
        threads = [Thread(target=request) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []
        now = [session for session in sessions_of(house, cycle) if session.state != State.CANCELLED]
        units = [session.unit_id for session in now]
        assert sorted(units) == sorted(set(units)) != []
        assert {session.uuid for session in now} <= {uuid for _, uuid in cycle_of(house, cycle.id).sessions}
        assert before.isdisjoint(session.uuid for session in now)


BUSY: list[str] = []


class Overtaken(RedisStore):
    """A store whose first draft is put in only after something else has happened."""

    before: Callable[[], object] | None = None

    def add_session(self, session: Session) -> None:
        act, self.before = self.before, None
        if act is not None:
            act()
        super().add_session(session)


def test_a_request_that_was_overtaken_leaves_no_second_session(peopled: Organised, running: RedisStore) -> None:
    house = peopled.house
    cycle = make_cycle(house, planned(peopled, units=(peopled.village,)), by="x")
    store = Overtaken(running.connection)

    def make_delete_and_make_again() -> None:
        (first,) = make_drafts(house, cycle.id, by="y").sessions
        delete_session(house, first.uuid)
        make_drafts(house, cycle.id, by="y")

    store.before = make_delete_and_make_again
    assert make_drafts(replace(house, store=store), cycle.id, by="x").sessions == ()
    (session,) = sessions_of(house, cycle)
    assert cycle_of(house, cycle.id).session_of(peopled.village) == session.uuid


def test_a_copy_does_not_belong_to_the_cycle(peopled: Organised) -> None:
    house = peopled.house
    cycle = make_cycle(house, planned(peopled), by="x")
    draft = make_drafts(house, cycle.id, by="x").sessions[0]
    assert copy_session(house, draft.uuid, chair="").cycle == ""
    assert cycle_of(house, cycle.id).session_of(draft.unit_id) == draft.uuid


def test_a_unit_that_was_moved_elsewhere_gets_no_draft_of_the_former_level(peopled: Organised) -> None:
    house = peopled.house
    cycle = make_cycle(house, planned(peopled, unit=peopled.north), by="x")
    move_unit(house, peopled.village, peopled.south, by="x")
    made = make_drafts(house, cycle.id, by="x")
    assert [session.unit_id for session in made.sessions] == [peopled.town]
    assert [unit for unit, _ in made.refused] == [peopled.village]
    # The rest of the plan can be changed all the same.
    changed = change_cycle(house, replace(cycle_of(house, cycle.id), name="Tên khác"), by="x")
    assert peopled.village in changed.units


def test_a_unit_that_a_cycle_is_about_is_not_removed(province: Organised) -> None:
    empty = add_unit(province.house, "Xã Mới", parent=province.south, by="x")
    make_cycle(province.house, planned(province, units=(empty.id,)), by="x")
    with pytest.raises(MalformedRegister):
        remove_unit(province.house, empty.id, by="x")
