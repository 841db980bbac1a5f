"""The steps of the procedure, what is late, and where each unit of a cycle has got to."""

from dataclasses import replace

import pytest

from tests.organisation.organised import Organised
from tests.organisation.test_cycles import planned
from voting.domain.drafting import cancel_session
from voting.domain.house import House
from voting.domain.organisation.concluded import published_vote
from voting.domain.organisation.cycle_drafts import make_drafts
from voting.domain.organisation.cycle_overview import NOT_STARTED, REVIEWED, UNREADABLE, progress_of
from voting.domain.organisation.cycles import STEPS, Cycle, Step, change_cycle, change_to, cycle_of, make_cycle
from voting.domain.organisation.notices import make_notice
from voting.domain.organisation.officials import Official
from voting.domain.organisation.procedure import PROCEDURES, enter_step, planned_steps
from voting.domain.organisation.register import commit, journal_of
from voting.domain.organisation.reviews import conclude_as_proposed
from voting.domain.sessions import OCCASIONS, State
from voting.errors import ChangedMeanwhile, MalformedRegister, UnknownUnit
from voting.storage import keys
from voting.storage.store import RedisStore

END = "2026-12-31"
AFTER = "2027-01-01"


def made(province: Organised, **entries: object) -> Cycle:
    return make_cycle(province.house, planned(province, **entries), by="x")


def with_session(house: House, cycle: Cycle, unit: str, uuid: str) -> Cycle:
    """Give a cycle in which a unit has a session that was held elsewhere."""
    after = replace(cycle_of(house, cycle.id), sessions=((unit, uuid),), made=(uuid,))
    commit(house, [change_to(after)], by="x", act="cycle.draft", unit=cycle.unit, about=cycle.id)
    return cycle_of(house, cycle.id)


def published(province: Organised, cycle: Cycle) -> Cycle:
    """Publish the vote of the village on two people."""
    people = province.register(province.village, Official("", "Nguyễn Văn An", ""), Official("", "Trần Thị Bình", ""))
    session = province.published(province.village, people, [(2, 1), (2, 2), (2, 2)], cycle=cycle.id)
    return with_session(province.house, cycle, province.village, session.uuid)


def state_of(house: House, cycle: Cycle, unit: str, today: str = "2026-12-01") -> str:
    (row,) = progress_of(house, cycle_of(house, cycle.id), [unit], today=today)
    return row.state


def late_in(house: House, cycle: Cycle, unit: str, today: str) -> tuple[str, ...]:
    (row,) = progress_of(house, cycle_of(house, cycle.id), [unit], today=today)
    return row.late


# ---- the steps


def test_every_occasion_has_a_procedure_in_the_fixed_order_with_a_ballot() -> None:
    assert set(PROCEDURES) == set(OCCASIONS)
    for occasion in OCCASIONS:
        kinds = [step.kind for step in planned_steps(occasion)]
        assert kinds == [kind for kind in STEPS if kind in kinds]
        assert "ballot" in kinds


def test_what_a_unit_enters_stands_beside_the_plan_and_touches_no_other_unit(province: Organised) -> None:
    house = province.house
    cycle = made(province, steps=(Step("appraisal", "2026-12-10", responsible="Ban Tổ chức"), Step("ballot")))
    enter_step(
        house, cycle.id, province.village, Step("appraisal", "2026-12-10", "2026-12-09", "Ban Tổ chức"), by="minh"
    )
    now = cycle_of(house, cycle.id)
    assert now.steps_of(province.village)[0] == Step("appraisal", "2026-12-10", "2026-12-09", "Ban Tổ chức")
    assert now.steps_of(province.village)[1] == Step("ballot")
    assert now.steps_of(province.town) == cycle.steps == now.steps
    entry = journal_of(house)[-1]
    assert (entry.by, entry.act, entry.unit, entry.about) == ("minh", "cycle.step", province.village, cycle.id)
    assert "Ban Tổ chức" not in str(house.store.journal())


def test_what_a_unit_left_as_planned_follows_the_plan(province: Organised) -> None:
    house = province.house
    cycle = made(province, steps=(Step("appraisal", "2026-12-10"), Step("ballot", "2026-12-20")))
    enter_step(house, cycle.id, province.village, Step("appraisal", "2026-12-10", "2026-12-09"), by="x")
    enter_step(house, cycle.id, province.village, Step("ballot", "2026-12-18"), by="x")
    read = cycle_of(house, cycle.id)
    change_cycle(house, replace(read, steps=(Step("appraisal", "2026-12-15"), Step("ballot", "2026-12-25"))), by="x")
    appraisal, ballot = cycle_of(house, cycle.id).steps_of(province.village)
    assert (appraisal.due, appraisal.done, ballot.due) == ("2026-12-15", "2026-12-09", "2026-12-18")


@pytest.mark.parametrize(
    ("field", "step"),
    [
        ("kind", Step("dance")),
        ("kind", Step("self_assessment")),
        ("done", Step("ballot", done="yesterday")),
        ("due", Step("ballot", due="2026-13-01")),
        ("note", Step("ballot", skipped=True)),
        ("note", Step("ballot", note="x" * 201)),
        ("responsible", Step("ballot", responsible="7mXkP-3qRtWz-9bNcV-4hJsDf")),
    ],
)
def test_an_entry_that_cannot_be_meant_is_refused_by_its_field(province: Organised, field: str, step: Step) -> None:
    cycle = made(province, steps=planned_steps("planning"))
    with pytest.raises(MalformedRegister) as refused:
        enter_step(province.house, cycle.id, province.village, step, by="x")
    assert refused.value.field == field
    assert cycle_of(province.house, cycle.id) == cycle


def test_a_step_of_a_unit_that_the_cycle_is_not_about_is_refused(province: Organised) -> None:
    cycle = made(province)
    with pytest.raises(UnknownUnit):
        enter_step(province.house, cycle.id, province.harbour, Step("ballot"), by="x")


def test_nobody_overwrites_what_was_entered_in_between(province: Organised) -> None:
    house = province.house
    cycle = made(province)
    read = cycle.steps_of(province.village)[0]
    enter_step(house, cycle.id, province.village, Step(read.kind, done="2026-12-05"), by="x", before=read)
    with pytest.raises(ChangedMeanwhile):
        enter_step(house, cycle.id, province.village, Step(read.kind, done="2026-12-06"), by="y", before=read)
    # Another unit, or another step, is nobody's business.
    enter_step(house, cycle.id, province.town, Step(read.kind, done="2026-12-06"), by="y", before=read)
    assert cycle_of(house, cycle.id).steps_of(province.village)[0].done == "2026-12-05"


# ---- where a unit stands


def test_the_state_of_a_unit_is_that_of_its_session_until_all_is_concluded(province: Organised) -> None:
    house = province.house
    cycle = made(province)
    assert state_of(house, cycle, province.village) == NOT_STARTED
    province.register(province.town, Official("", "Lê Văn Cường", ""))
    (draft,) = make_drafts(house, cycle.id, by="x").sessions
    assert state_of(house, cycle, province.town) == State.DRAFT
    cancel_session(house, draft.uuid)
    assert state_of(house, cycle, province.town) == State.CANCELLED
    cycle = published(province, cycle)
    assert state_of(house, cycle, province.village) == State.PUBLISHED
    (row,) = progress_of(house, cycle, [province.village], today=END)
    assert row.known is not None
    assert (row.known.people, row.known.reviewed, row.known.informed) == (2, 0, 0)
    uuid = cycle.session_of(province.village)
    conclude_as_proposed(house, uuid, day="2027-01-15", unit=province.north, by="x")
    make_notice(house, uuid, published_vote(house, uuid).lines[0].title, days=30, by="x")
    (row,) = progress_of(house, cycle, [province.village], today=END)
    assert row.state == REVIEWED
    assert row.known is not None
    assert (row.known.people, row.known.reviewed, row.known.informed) == (2, 2, 1)


def test_a_session_that_cannot_be_read_leaves_the_others_on_the_page(province: Organised, running: RedisStore) -> None:
    house = province.house
    cycle = published(province, made(province))
    uuid = cycle.session_of(province.village)
    running.connection.client.hset(keys.session(uuid), "document", b"{")
    rows = progress_of(house, cycle, cycle.units, today=AFTER)
    assert {row.unit: row.state for row in rows} == {province.town: NOT_STARTED, province.village: UNREADABLE}
    assert all("ballot" in row.late for row in rows)


def test_the_overview_reads_no_result_for_there_may_be_hundreds(
    province: Organised, running: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle = published(province, made(province))

    def too_slow(*_: object) -> None:
        raise AssertionError("a result was read")

    monkeypatch.setattr("voting.domain.organisation.concluded.public_result_of", too_slow)
    monkeypatch.setattr(running, "session", too_slow)
    rows = progress_of(province.house, cycle, cycle.units, today=END)
    assert {row.state for row in rows} == {NOT_STARTED, State.PUBLISHED}


def test_only_the_units_that_are_asked_for_are_told(province: Organised) -> None:
    cycle = made(province)
    rows = progress_of(province.house, cycle, [province.town, province.harbour], today=END)
    assert [row.unit for row in rows] == [province.town]


# ---- what is late


def test_a_day_is_late_when_it_has_passed_and_not_before(province: Organised) -> None:
    house = province.house
    cycle = made(province, steps=(Step("appraisal", "2026-12-10"), Step("ballot", "2026-12-20"), Step("notice")))
    assert late_in(house, cycle, province.village, "2026-12-10") == ()
    assert late_in(house, cycle, province.village, "2026-12-11") == ("appraisal",)
    assert late_in(house, cycle, province.village, "2026-12-21") == ("appraisal", "ballot")
    enter_step(house, cycle.id, province.village, Step("appraisal", done="2026-12-30"), by="x")
    assert late_in(house, cycle, province.village, "2026-12-31") == ("ballot",)
    assert late_in(house, cycle, province.town, "2026-12-31") == ("appraisal", "ballot")


@pytest.mark.parametrize("steps", [(), (Step("ballot"),), (Step("ballot", "2027-06-01"),)])
def test_the_end_of_the_cycle_makes_a_vote_late_that_is_not_published(
    province: Organised, steps: tuple[Step, ...]
) -> None:
    cycle = made(province, steps=steps)
    assert late_in(province.house, cycle, province.village, END) == ()
    assert late_in(province.house, cycle, province.village, AFTER) == ("ballot",)


def test_a_ballot_that_was_only_entered_is_not_held(province: Organised) -> None:
    cycle = made(province)
    enter_step(province.house, cycle.id, province.village, Step("ballot", done="2026-12-15"), by="x")
    assert late_in(province.house, cycle, province.village, AFTER) == ("ballot",)


def test_what_is_left_out_is_never_late(province: Organised) -> None:
    house = province.house
    left_out = Step("conclusion", "2026-12-20", note="Do cấp trên kết luận chung", skipped=True)
    cycle = made(province, steps=(Step("ballot"), left_out))
    assert late_in(house, cycle, province.village, END) == ()
    enter_step(house, cycle.id, province.village, Step("ballot", note="Không đủ người", skipped=True), by="x")
    assert late_in(house, cycle, province.village, AFTER) == ()
    assert late_in(house, cycle, province.town, AFTER) == ("ballot",)


def test_what_the_system_knows_to_be_done_is_not_late(province: Organised) -> None:
    house = province.house
    steps = (Step("ballot", "2026-12-10"), Step("conclusion", "2026-12-20"), Step("notice", "2026-12-20"))
    cycle = published(province, made(province, steps=steps))
    assert late_in(house, cycle, province.village, AFTER) == ("conclusion", "notice")
    uuid = cycle.session_of(province.village)
    conclude_as_proposed(house, uuid, day="2027-01-15", unit=province.north, by="x")
    assert late_in(house, cycle, province.village, AFTER) == ("notice",)
    for line in published_vote(house, uuid).lines:
        make_notice(house, uuid, line.title, days=30, by="x")
    assert late_in(house, cycle, province.village, AFTER) == ()
