"""Over the years: all published results of one person, compared only inside one scale and rule, and judged nowhere."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.organisation.organised import Organised
from tests.web.chair_browser import ChairBrowser
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.organisation.officials import Official, register_of
from voting.domain.organisation.register import commit
from voting.domain.organisation.reviews import record_review
from voting.domain.organisation.roles import Role
from voting.domain.organisation.units import rename_unit
from voting.domain.organisation.years import years_of
from voting.domain.results import public_result_of
from voting.domain.rulebook import rule_of
from voting.domain.sessions import Session
from voting.domain.sheets import make_sheet
from voting.errors import UnknownOfficial

AN = "Nguyễn Văn An"
BINH = "Trần Thị Bình"


def at(province: Organised, seconds: int) -> Organised:
    """Give the same organisation at another moment."""
    return replace(province, house=replace(province.house, clock=lambda: seconds))


def changed(house: House, official: Official) -> None:
    commit(house, [register_of(house).change_to(official)], by="", act="official.change", unit=official.unit)


@pytest.fixture
def an(province: Organised) -> Official:
    (one,) = province.register(province.village, Official("", AN, "", ("Chủ tịch",)))
    return one


def test_results_stand_beside_each_other_inside_one_scale_and_rule_alone(province: Organised, an: Official) -> None:
    held = [
        at(province, 1_700_000_000).published(province.village, [an], [(1,)] * 3, occasion="yearly"),
        at(province, 1_735_000_000).published(province.village, [an], [(2,)] * 3, occasion="end_of_term"),
        at(province, 1_760_000_000).published(province.village, [an], [(1,)] * 3, rule="plurality"),
        at(province, 1_790_000_000).published(province.village, [an], [(1,)] * 3, scale="confidence", rule="nq96_2023"),
    ]
    series = years_of(province.house, an.id)
    assert [(each.scale, each.rule.id) for each in series] == [
        ("confidence", "nq96_2023"),
        ("classification", "plurality"),
        ("classification", "absolute_majority"),
    ]
    first, second = series[2].results
    assert (first.session.uuid, second.session.uuid) == (held[0].uuid, held[1].uuid)
    assert (first.proposed, second.proposed) == (1, 2)
    assert [cell.votes for cell in second.row.cells] == [0, 3, 0, 0]
    assert [cell.hundredths for cell in second.row.cells] == [0, 10000, 0, 0]


def test_the_same_rule_with_another_threshold_is_another_rule(province: Organised, an: Official) -> None:
    province.published(province.village, [an], [(1,)] * 2)
    draft = province.draft(province.village, [an], codes=3)
    changed_rule = replace(rule_of("absolute_majority"), denominator="convened")
    other = create_session(province.house, replace(draft, uuid="", rule=changed_rule))
    province.hold(other, [(1,)] * 2)
    assert [len(each.results) for each in years_of(province.house, an.id)] == [1, 1]


def test_what_is_not_published_is_in_no_series(province: Organised, an: Official) -> None:
    province.draft(province.village, [an])
    assert years_of(province.house, an.id) == ()


def test_the_results_of_a_merged_record_belong_to_the_one_that_was_kept(province: Organised, an: Official) -> None:
    (double,) = province.register(province.town, Official("", "Nguyễn Văn Ân", ""))
    province.published(province.town, [double], [(2,)] * 2)
    province.published(province.village, [an], [(1,)] * 2)
    commit(
        province.house,
        [
            register_of(province.house).change_to(replace(an, merged=(double.id,))),
            replace(register_of(province.house).change_to(double), after=""),
        ],
        by="",
        act="official.merge",
        unit=an.unit,
    )
    for identifier in (an.id, double.id):
        (series,) = years_of(province.house, identifier)
        assert {line.session.unit_id for line in series.results} == {province.village, province.town}


def test_of_an_erased_person_nothing_but_the_place_is_left(
    province: Organised, an: Official, signed_in: Callable[[str, str], ChairBrowser]
) -> None:
    province.published(province.village, [an], [(1,)] * 2, title="The vote of that year")
    changed(province.house, Official(an.id, "", an.unit, erased=True))
    assert years_of(province.house, an.id) == ()
    page = signed_in(Role.ADMINISTRATOR, province.village).get(f"/chair/officials/{an.id}/years")
    assert page.status_code == 200
    assert "personal data of this person were erased" in page.text
    assert "The vote of that year" not in page.text
    assert AN not in page.text


def test_nobody_of_that_identifier_is_refused(province: Organised) -> None:
    with pytest.raises(UnknownOfficial):
        years_of(province.house, "11111111111111")


def test_only_the_sessions_of_this_person_are_read(
    province: Organised, an: Official, monkeypatch: pytest.MonkeyPatch
) -> None:
    (binh,) = province.register(province.village, Official("", BINH, ""))
    mine = province.published(province.village, [an], [(1,)] * 2)
    province.published(province.village, [binh], [(1,)] * 2)
    province.draft(province.village, [an])
    read: list[str] = []

    def counting(house: House, uuid: str) -> object:
        read.append(uuid)
        return public_result_of(house, uuid)

    monkeypatch.setattr("voting.domain.organisation.concluded.public_result_of", counting)
    years_of(province.house, an.id)
    assert read == [mine.uuid]


# ---- the page


def test_the_competent_level_of_the_present_unit_sees_all_results_also_those_from_before(
    province: Organised, an: Official, signed_in: Callable[[str, str], ChairBrowser]
) -> None:
    before = at(province, 1_735_000_000).published(province.harbour, [an], [(2,)] * 2, title="In the harbour")
    now = province.published(province.village, [an], [(1,)] * 2, title="In the village")
    rename_unit(province.house, province.harbour, "Phường Cảng Mới", by="x")
    browser = signed_in(Role.REVIEWER, province.north)
    page = browser.get(f"/chair/officials/{an.id}/years").text
    assert "In the harbour" in page
    assert "In the village" in page
    # The unit is called as it was called then; its result leads to the public board, the own one to the page inside.
    assert "Phường Cảng<" in page
    assert f'href="/s/{before.uuid}"' in page
    assert f'href="/chair/results/{now.uuid}"' in page
    assert browser.get(f"/chair/results/{before.uuid}").status_code == 403
    for role, unit in ((Role.REVIEWER, province.south), (Role.CHAIR, province.harbour), (Role.READER, province.north)):
        assert signed_in(role, unit).get(f"/chair/officials/{an.id}/years").status_code == 403


def test_the_page_shows_votes_shares_the_proposal_and_the_conclusion_beside_it(
    province: Organised, an: Official, signed_in: Callable[[str, str], ChairBrowser]
) -> None:
    session = province.published(province.village, [an], [(1,)] * 2 + [(2,)], occasion="yearly")
    record_review(
        province.house,
        session.uuid,
        an.line.title,
        level=2,
        reason="Theo quy định",
        day="2027-01-15",
        unit=province.north,
        by="x",
    )
    browser = signed_in(Role.CHAIR, province.village)
    page = browser.get(f"/chair/officials/{an.id}/years?lang=vi").text
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    for words in ("66,67", "33,33", "Hoàn thành xuất sắc nhiệm vụ", "<strong>Hoàn thành tốt nhiệm vụ</strong>"):
        assert words in row
    assert "15/1/2027" in row
    # The chart is told in words, and each level has a pattern of its own.
    assert "Hoàn thành xuất sắc nhiệm vụ 2 (66,67" in page
    assert page.count('<rect class="chart-fill-0" x=') == page.count('<rect class="chart-fill-1" x=') == 1
    assert "Không so sánh giữa các bảng khác nhau" in page


def test_nothing_on_the_page_judges_the_order_of_results(
    province: Organised, an: Official, signed_in: Callable[[str, str], ChairBrowser]
) -> None:
    for seconds, level in ((1_700_000_000, 3), (1_735_000_000, 2), (1_760_000_000, 1)):
        at(province, seconds).published(province.village, [an], [(level,)] * 2)
    page = signed_in(Role.CHAIR, province.village).get(f"/chair/officials/{an.id}/years").text
    main = page[page.index("<main") :]
    assert not re.search(r"improv|better|worse|trend|declin|predict|polyline|<path|[↑↓↗↘▲▼]", main, re.IGNORECASE)
    bars = re.findall(r'<li class="chart-line">', main)
    assert len(bars) == 3


def test_the_others_who_could_be_chosen_are_not_on_the_page_of_one(
    province: Organised, an: Official, signed_in: Callable[[str, str], ChairBrowser]
) -> None:
    (binh,) = province.register(province.village, Official("", BINH, ""))
    sheet = make_sheet([an.line, binh.line], "choose", choose=1)
    subjects = ((an.line.title, an.id), (binh.line.title, binh.id))
    draft = create_session(
        province.house,
        Session("", "Who goes", sheet, unit_id=province.village, subjects=subjects, rule=rule_of("elect"), codes=4),
    )
    chosen = province.hold(draft, [])
    assert chosen.published_at
    page = signed_in(Role.CHAIR, province.village).get(f"/chair/officials/{an.id}/years").text
    assert "Who goes" in page
    assert BINH not in page
