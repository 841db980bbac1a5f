"""The cap over a cycle: it counts what is published, in both readings, and changes nothing."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from tests.organisation.organised import Organised
from tests.web.chair_browser import ChairBrowser
from voting.domain.drafting import change_session
from voting.domain.organisation.caps import CapCheck, Tally, caps_of
from voting.domain.organisation.concluded import published_vote
from voting.domain.organisation.cycles import Cycle, change_to
from voting.domain.organisation.duplicates import merge
from voting.domain.organisation.officials import Official, register_of
from voting.domain.organisation.register import commit
from voting.domain.organisation.reviews import record_review
from voting.domain.organisation.roles import Role
from voting.domain.results import public_result_of
from voting.domain.rules import OWN, Cap
from voting.domain.sessions import Session
from voting.protocol.codes import draw_uuid

TODAY = "2027-01-15"
SignIn = Callable[[str, str], ChairBrowser]


def people_of(province: Organised, unit: str, *groups: str) -> list[Official]:
    """Register one person for each group, named after unit and place."""
    place = "V" if unit == province.village else "T"
    return province.register(unit, *(Official("", f"{place} {i}", "", (), group) for i, group in enumerate(groups)))


def checks_of(province: Organised, *votes: Session) -> dict[tuple[str, str], CapCheck]:
    read = [published_vote(province.house, vote.uuid) for vote in votes]
    register = register_of(province.house)
    groups = {each.id: each.group for each in register.officials.values()}
    checks = caps_of(read, (province.village, province.town), groups, register.aliases)
    return {(check.kind, check.name): check for check in checks}


def figures(tally: Tally) -> tuple[int, tuple[int, int, bool], tuple[int, int, bool]]:
    """Give (reached, good only, good or better), each reading as (base, allowed, exceeded)."""
    readings = [(each.base, each.allowed, each.is_exceeded) for each in (tally.good_only, tally.good_or_better)]
    return (len(tally.reached), readings[0], readings[1])


def review(province: Organised, vote: Session, title: str, level: int, reason: str = "Lý do") -> None:
    record_review(
        province.house, vote.uuid, title, level=level, reason=reason, day=TODAY, unit=province.north, by="reviewer"
    )


def test_the_two_readings_of_the_base_differ(province: Organised) -> None:
    people = people_of(province, province.village, *[""] * 5)
    vote = province.published(province.village, people, [(1, 2, 2, 2, 2)])
    check = checks_of(province, vote)["unit", province.village]
    assert check.people == 5
    assert check.proposed.reached == ("V 0",)
    assert figures(check.proposed) == (1, (4, 0, True), (5, 1, False))
    assert figures(check.concluded) == figures(check.proposed)


def test_a_fifth_is_rounded_down_and_never_up(province: Organised) -> None:
    people = people_of(province, province.village, *[""] * 12)
    vote = province.published(province.village, people, [(1, 1, 1, *[2] * 9)])
    check = checks_of(province, vote)["unit", province.village]
    assert figures(check.proposed) == (3, (9, 1, True), (12, 2, True))


def test_a_conclusion_counts_in_place_of_the_proposal(province: Organised) -> None:
    people = people_of(province, province.village, *[""] * 6)
    vote = province.published(province.village, people, [(1, 1, 2, 2, 2, 2)])
    review(province, vote, "V 0", 2)
    check = checks_of(province, vote)["unit", province.village]
    assert figures(check.proposed) == (2, (4, 0, True), (6, 1, True))
    assert check.concluded.reached == ("V 1",)
    assert figures(check.concluded) == (1, (5, 1, False), (6, 1, False))


def test_who_has_no_level_yet_is_counted_and_told(province: Organised) -> None:
    people = people_of(province, province.village, *[""] * 3)
    vote = province.published(province.village, people, [(1, 2, 1), (1, 2, 2)])
    check = checks_of(province, vote)["unit", province.village]
    assert (check.proposed.unknown, check.concluded.unknown) == (1, 1)
    review(province, vote, "V 2", 0, "Không xếp loại")
    check = checks_of(province, vote)["unit", province.village]
    # A conclusion on no level is a conclusion; what the vote proposes has not changed.
    assert (check.proposed.unknown, check.concluded.unknown) == (1, 0)
    assert figures(check.concluded) == (1, (1, 0, True), (2, 0, True))


def test_a_group_is_counted_over_all_units(province: Organised) -> None:
    village = people_of(province, province.village, "Leaders", "Staff", "Staff")
    town = people_of(province, province.town, "Leaders", "Staff")
    votes = [
        province.published(province.village, village, [(1, 2, 2)]),
        province.published(province.town, town, [(1, 2)]),
    ]
    checks = checks_of(province, *votes)
    assert list(checks) == [
        ("unit", province.village),
        ("unit", province.town),
        ("group", "Leaders"),
        ("group", "Staff"),
    ]
    assert (checks["group", "Leaders"].people, checks["group", "Leaders"].proposed.reached) == (2, ("V 0", "T 0"))
    assert (checks["group", "Staff"].people, checks["group", "Staff"].proposed.reached) == (3, ())


def test_a_group_of_the_register_counts_where_the_sheet_had_no_heading(province: Organised) -> None:
    people = people_of(province, province.village, "", "")
    vote = province.published(province.village, people, [(1, 2)])
    assert [kind for kind, _ in checks_of(province, vote)] == ["unit"]
    register = register_of(province.house)
    moved = register.change_to(replace(register.officials[people[0].id], group="Leaders"))
    commit(province.house, [moved], by="x", act="official.change", unit=province.village)
    checks = checks_of(province, vote)
    assert list(checks)[1:] == [("group", "Leaders"), ("group", "")]
    assert checks["group", "Leaders"].proposed.reached == ("V 0",)


def test_a_person_who_is_voted_on_twice_counts_once(province: Organised) -> None:
    people = people_of(province, province.village, *[""] * 3)
    first = province.published(province.village, people, [(1, 2, 1), (1, 2, 2)])
    again = province.published(province.village, people[2:], [(1,), (1,)])
    assert again.published_at >= first.published_at
    check = checks_of(province, first, again)["unit", province.village]
    assert (check.people, check.proposed.reached, check.proposed.unknown) == (3, ("V 0", "V 2"), 0)


def test_merged_records_are_one_person(province: Organised) -> None:
    people = people_of(province, province.village, "", "")
    first = province.published(province.village, people[:1], [(1,)])
    again = province.published(province.village, people[1:], [(2,)])
    assert checks_of(province, first, again)["unit", province.village].people == 2
    merge(province.house, people[0].id, people[1].id, (), by="x")
    check = checks_of(province, first, again)["unit", province.village]
    assert (check.people, check.proposed.reached) == (1, ())


def test_other_votes_have_no_cap(province: Organised) -> None:
    people = people_of(province, province.village, "", "")
    confidence = province.published(province.village, people, [(1, 2)], scale="confidence", rule="nq96_2023")
    no_rule = province.published(province.village, people, [(1, 2)], rule="count_only")
    assert checks_of(province, confidence, no_rule) == {}


def test_checking_changes_nothing(province: Organised) -> None:
    people = people_of(province, province.village, "", "")
    vote = province.published(province.village, people, [(1, 1)])
    before = public_result_of(province.house, vote.uuid), province.house.store.organisation("reviews")
    assert checks_of(province, vote)["unit", province.village].proposed.is_exceeded
    assert (public_result_of(province.house, vote.uuid), province.house.store.organisation("reviews")) == before


# ---- the page


@pytest.fixture
def cycle(province: Organised) -> Cycle:
    """A cycle of the province in the two units of the north, of which the village has published its result."""
    people = people_of(province, province.village, "Leaders", "Staff", "Staff", "Staff", "Staff")
    vote = province.published(province.village, people, [(1, 2, 2, 2, 2)])
    return kept(province, (province.village, province.town), ((province.village, vote.uuid),))


def kept(province: Organised, units: Sequence[str], sessions: Sequence[tuple[str, str]]) -> Cycle:
    entries = ("yearly", 2026, "2026-12-01", "2026-12-31", "absolute_majority", "classification")
    made = Cycle(draw_uuid(), "Đợt 2026", province.province, *entries, "vi", False, tuple(units))
    made = replace(made, sessions=tuple(sessions))
    commit(province.house, [change_to(made)], by="x", act="cycle.make", unit=province.province)
    return made


def rows_on(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.REVIEWER])
def test_the_page_warns_in_both_readings(province: Organised, cycle: Cycle, signed_in: SignIn, role: str) -> None:
    browser = signed_in(role, province.province)
    assert f'href="/chair/cycles/{cycle.id}/caps"' in browser.get(f"/chair/cycles/{cycle.id}").text
    page = browser.get(f"/chair/cycles/{cycle.id}/caps")
    rows = rows_on(page.text)
    assert rows[1] == [
        *("Xã Bình An", "5", "as concluded so far V 0", "1", "0 allowed (of 4) exceeded", "1 allowed (of 5)", "0"),
    ]
    assert ["Leaders", "1", "as concluded so far V 0", "1", "0 allowed (of 0) exceeded"] in [row[:5] for row in rows]
    assert "At most 1/5 as many people as are rated “Good completion of duties”" in page.text
    assert "The figures are not final: the result is not published yet in Thị trấn Bắc Sơn." in page.text


def test_where_a_chair_changed_the_cap_both_are_said_and_told_apart(
    province: Organised, cycle: Cycle, signed_in: SignIn
) -> None:
    draft = province.draft(province.town, people_of(province, province.town, "Staff"), codes=5)
    cap = Cap(1, (1, 4), "good_or_better")
    rule = replace(draft.rule, id=f"{OWN}absolute_majority", cap=cap)
    vote = province.hold(change_session(province.house, replace(draft, rule=rule)), [(2,)] * 4)
    sessions = ((province.village, cycle.session_of(province.village)), (province.town, vote.uuid))
    made = kept(province, (province.village, province.town), sessions)
    page = signed_in(Role.REVIEWER, province.province).get(f"/chair/cycles/{made.id}/caps").text
    assert page.count("as many people as are rated") == 2
    assert "At most 1/4 as many" in page
    assert re.search(r"<strong>Good only</strong>,\s*<strong>Good or better</strong>\.", page)
    assert {row[0] for row in rows_on(page)} >= {"Xã Bình An 1/5", "Thị trấn Bắc Sơn 1/4", "Staff 1/5", "Staff 1/4"}


def test_units_without_a_session_are_missing_and_none_is_told_of_a_vote_that_runs(
    province: Organised, signed_in: SignIn
) -> None:
    draft = province.draft(province.town, people_of(province, province.town, ""))
    made = kept(province, (province.village, province.town), ((province.town, draft.uuid), (province.village, "gone")))
    page = signed_in(Role.REVIEWER, province.province).get(f"/chair/cycles/{made.id}/caps").text
    assert "not published yet in Xã Bình An, Thị trấn Bắc Sơn." in page
    assert "No vote of this cycle to which the cap applies is published yet." in page


@pytest.mark.parametrize(
    ("role", "unit"),
    [(Role.ADMINISTRATOR, "north"), (Role.REVIEWER, "north"), (Role.CHAIR, "village"), (Role.READER, "province")],
)
def test_the_cap_of_a_cycle_is_for_the_level_that_made_it(
    province: Organised, cycle: Cycle, signed_in: SignIn, role: str, unit: str
) -> None:
    browser = signed_in(role, getattr(province, unit))
    assert browser.get(f"/chair/cycles/{cycle.id}/caps").status_code == 403
    assert f"/chair/cycles/{cycle.id}/caps" not in browser.get(f"/chair/cycles/{cycle.id}").text
    assert browser.get("/chair/cycles/11111111111111/caps").status_code in (403, 404)
