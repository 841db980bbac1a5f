"""Published results, as the levels above read them: their own and those below, and nothing before it is published."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.organisation.organised import Organised
from tests.web.chair_browser import ChairBrowser
from voting.domain.casting import open_session
from voting.domain.counting import close_session, count_session
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.organisation.officials import Official
from voting.domain.organisation.reviews import record_review
from voting.domain.organisation.roles import Role
from voting.domain.retention import archive_session
from voting.domain.sessions import Session
from voting.web.organisation import results

SECRET = "A title that is told to nobody before"


@pytest.fixture
def an(province: Organised) -> Official:
    (one,) = province.register(province.village, Official("", "Nguyễn Văn An", "", ("Chủ tịch",)))
    return one


def counted(province: Organised, an: Official) -> Session:
    """Count a session and do not publish it."""
    draft = province.draft(province.village, [an], title=SECRET, codes=3)
    make_codes(province.house, draft.uuid)
    confirm_codes(province.house, draft.uuid)
    open_session(province.house, draft.uuid)
    close_session(province.house, draft.uuid)
    return count_session(province.house, draft.uuid)


def titles(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/chair/results/\w+">([^<]+)</a></h2>', page)


def test_what_is_not_published_is_neither_listed_nor_shown_nor_named(
    province: Organised, an: Official, signed_in: Callable[[str, str], ChairBrowser]
) -> None:
    draft, kept = province.draft(province.village, [an], title=SECRET), counted(province, an)
    province.published(province.village, [an], [(1,)] * 2, title="A published one")
    for role, unit in (
        (Role.READER, province.province),
        (Role.REVIEWER, province.north),
        (Role.CHAIR, province.village),
    ):
        browser = signed_in(role, unit)
        page = browser.get("/chair/results").text
        assert titles(page) == ["A published one"]
        assert SECRET not in page
        for session in (draft, kept):
            answer = browser.get(f"/chair/results/{session.uuid}")
            assert answer.status_code == 404
            assert SECRET not in answer.text
        assert SECRET not in browser.get(f"/chair/results?q={SECRET}").text.replace(f'value="{SECRET}"', "")


@pytest.mark.parametrize(
    ("role", "place", "expected"),
    [
        (Role.READER, "province", {"village", "town", "harbour"}),
        (Role.REVIEWER, "north", {"village", "town"}),
        (Role.HEAD_TELLER, "village", {"village"}),
        (Role.READER, "south", {"harbour"}),
    ],
)
def test_a_role_reads_its_unit_and_all_below_and_nothing_beside(
    province: Organised,
    an: Official,
    signed_in: Callable[[str, str], ChairBrowser],
    role: str,
    place: str,
    expected: set[str],
) -> None:
    held = {
        name: province.published(getattr(province, name), [an], [(1,)] * 2, title=name)
        for name in ("village", "town", "harbour")
    }
    browser = signed_in(role, getattr(province, place))
    assert set(titles(browser.get("/chair/results").text)) == expected
    for name, session in held.items():
        answer = browser.get(f"/chair/results/{session.uuid}")
        assert answer.status_code == (200 if name in expected else 403)
    # To ask for a unit outside is to ask for nothing special.
    assert set(titles(browser.get(f"/chair/results?unit={province.harbour}").text)) <= expected


def test_results_are_found_by_unit_year_and_words_without_marks_and_in_the_archive_too(
    province: Organised, an: Official, signed_in: Callable[[str, str], ChairBrowser]
) -> None:
    old = replace(province, house=replace(province.house, clock=lambda: 1_735_000_000))
    (binh,) = province.register(province.harbour, Official("", "Trần Thị Bình", ""))
    first = old.published(province.village, [an], [(1,)] * 2, title="Old")
    province.published(province.harbour, [binh], [(1,)] * 2, title="New")
    archive_session(province.house, first.uuid)
    browser = signed_in(Role.READER, province.province)

    def found(query: str) -> list[str]:
        return titles(browser.get(f"/chair/results?{query}").text)

    assert found("") == ["New", "Old"]
    assert found(f"unit={province.north}") == ["Old"]
    assert found(f"unit={province.south}") == ["New"]
    assert found("year=2024") == ["Old"]
    assert found("q=tran+thi+binh") == ["New"]
    assert found("q=nguyen&year=2027") == []
    assert found("unit=nonsense&year=x&page=99") == ["New", "Old"]


def test_a_long_list_comes_in_pages(
    province: Organised,
    an: Official,
    signed_in: Callable[[str, str], ChairBrowser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(results, "PER_PAGE", 2)
    for name in "abc":
        province.published(province.village, [an], [(1,)] * 2, title=name)
    browser = signed_in(Role.READER, province.north)
    first = browser.get("/chair/results?q=an").text
    assert len(titles(first)) == 2
    assert 'rel="next" href="/chair/results?q=an&amp;page=2"' in first
    second = browser.get("/chair/results?q=an&page=2").text
    assert {*titles(first), *titles(second)} == {"a", "b", "c"}


def test_the_conclusion_stands_beside_the_proposal_and_takes_the_place_of_nothing(
    province: Organised, an: Official, signed_in: Callable[[str, str], ChairBrowser]
) -> None:
    session = province.published(province.village, [an], [(1,)] * 2 + [(2,)])
    record_review(
        province.house,
        session.uuid,
        an.line.title,
        level=2,
        reason="As the inspection says",
        day="2027-01-15",
        unit=province.north,
        by="x",
    )
    page = signed_in(Role.READER, province.province).get(f"/chair/results/{session.uuid}").text
    pair = page[page.index('class="conclusion-pair') :]
    assert pair.index("Excellent completion of duties") < pair.index("<strong>Good completion of duties</strong>")
    assert "As the inspection says" in pair
    assert "66.67%" in page


def test_a_result_is_only_read_here_and_leads_to_what_the_account_may_do(
    province: Organised, an: Official, signed_in: Callable[[str, str], ChairBrowser]
) -> None:
    session = province.published(province.village, [an], [(1,)] * 2)
    reader = signed_in(Role.READER, province.north).get(f"/chair/results/{session.uuid}").text
    main = reader[reader.index("<main") :]
    assert "<form" not in main
    assert f'href="/s/{session.uuid}"' in main
    assert f"/chair/results/{session.uuid}/reviews" not in main
    assert f"/chair/officials/{an.id}/years" not in main
    reviewer = signed_in(Role.REVIEWER, province.north).get(f"/chair/results/{session.uuid}").text
    assert f"/chair/results/{session.uuid}/reviews" in reviewer
    assert f"/chair/officials/{an.id}/years" in reviewer


def test_a_session_outside_of_all_units_is_no_result_of_the_organisation(
    province: Organised, an: Official, signed_in: Callable[[str, str], ChairBrowser]
) -> None:
    session = province.published("", [an], [(1,)] * 2, title="Somebody's own")
    browser = signed_in(Role.ADMINISTRATOR, province.province)
    assert titles(browser.get("/chair/results").text) == []
    assert browser.get(f"/chair/results/{session.uuid}").status_code == 403
