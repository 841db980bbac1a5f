"""A result under a rule, as chair, room and programs see it: conclusions with their article, and whom it is told to."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.web.casting_ballots import cast_ballot
from tests.web.chair_browser import ChairBrowser
from voting.domain.attendance import Attendance, record_attendance
from voting.domain.casting import open_session
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.left_over import LeftOver, record_left_over
from voting.domain.rulebook import rule_of
from voting.domain.rules import COUNT_ONLY, Condition, Outcome, Rule
from voting.domain.sessions import Session, State
from voting.domain.sheets import Person, make_sheet

LOW = Outcome(
    "low",
    {"vi": "Quá nửa tín nhiệm thấp", "en": "More than half low"},
    {"vi": "Điều 17", "en": "Article 17"},
    (Condition("share", (3,)),),
    tone="bad",
    second_vote=True,
)
NONE = Outcome("none", {"vi": "Không có hệ quả", "en": "No consequence"}, {"vi": "", "en": ""}, tone="good")
RULE = Rule(
    "own_rule",
    {"vi": "Quy tắc thử", "en": "A rule for tests"},
    {"vi": "Điều 1", "en": "Article 1"},
    ("confidence",),
    outcomes=(LOW, NONE),
)
PEOPLE = (
    Person("Nguyễn Văn An", "Chủ tịch", "Ủy ban"),
    Person("Trần Thị Bình", "Phó Chủ tịch", "Ủy ban"),
    Person("Lê Văn Cường", "Chánh án", "Tòa án"),
)
Counted = Callable[..., str]


@pytest.fixture
def counted(house: House) -> Counted:
    """A counted session of the chair `hoa` with three ballots: An 1, 1, 2; Bình 3, 3, 1; Cường 1, 2, 2."""

    def make(rule: Rule = RULE, **entries: Any) -> str:
        draft = Session("", "Lấy phiếu", make_sheet(PEOPLE), codes=6, chair="hoa", rule=rule)
        uuid = create_session(house, replace(draft, **entries)).uuid
        codes = make_codes(house, uuid)
        confirm_codes(house, uuid)
        open_session(house, uuid)
        for code, levels in zip(codes, [(1, 3, 1), (1, 3, 2), (2, 1, 2)], strict=False):
            cast_ballot(house, uuid, code, *levels)
        close_session(house, uuid)
        count_session(house, uuid)
        return uuid

    return make


def test_chair_and_room_read_what_follows_under_the_headings_of_the_sheet(
    chair: ChairBrowser, visitor: ChairBrowser, house: House, counted: Counted
) -> None:
    uuid = counted()
    pages = [chair.get(f"/chair/sessions/{uuid}").text]
    publish_session(house, uuid)
    pages.append(visitor.get(f"/s/{uuid}").text)
    for text in pages:
        assert text.count('<span class="outcome-words">More than half low</span>') == 1
        assert text.count('<span class="outcome-words">No consequence</span>') == 2
        assert "Article 17" in text
        assert "A rule for tests" in text
        assert re.search(r"<h3[^>]*>Ủy ban</h3>.*Nguyễn Văn An.*<h3[^>]*>Tòa án</h3>.*Lê Văn Cường", text, re.S)
        assert "Percentages are of the ballots collected." in text


def test_a_program_reads_the_rule_the_figures_and_each_outcome(
    visitor: ChairBrowser, house: House, counted: Counted
) -> None:
    uuid = counted()
    publish_session(house, uuid)
    result = visitor.client.get(f"/api/sessions/{uuid}/result").json
    assert result["rule"]["id"] == "own_rule"
    assert result["figures"] == {
        "members": None,
        "convened": None,
        "present": None,
        "excused": None,
        "issued": result["figures"]["issued"],
        "collected": 3,
        "valid": 3,
    }
    assert [row["outcome"]["id"] for row in result["rows"]] == ["none", "low", "none"]
    assert result["rows"][1]["outcome"]["words"] == LOW.words
    assert [row["group"] for row in result["rows"]] == ["Ủy ban", "Ủy ban", "Tòa án"]
    assert result["paper"] is None
    assert "absences" not in str(result)


def test_a_percentage_of_a_figure_that_nobody_entered_is_a_dash_with_the_reason(
    chair: ChairBrowser, visitor: ChairBrowser, house: House, counted: Counted
) -> None:
    uuid = counted(replace(RULE, denominator="members"))
    text = chair.get(f"/chair/sessions/{uuid}").text
    assert "A figure of the meeting is missing, so there is no percentage." in text
    assert not re.search(r">\d+\.\d\d%<", text)
    publish_session(house, uuid)
    cells = visitor.client.get(f"/api/sessions/{uuid}/result").json["rows"][0]["cells"]
    assert [(cell["votes"], cell["hundredths"]) for cell in cells] == [(2, None), (1, None), (0, None)]
    assert "A figure of the meeting is missing" in visitor.get(f"/s/{uuid}").text


def test_the_board_sorts_within_the_headings_without_a_script(
    visitor: ChairBrowser, house: House, counted: Counted
) -> None:
    uuid = counted(COUNT_ONLY, sheet=make_sheet([Person("A"), Person("B"), Person("C")]))
    publish_session(house, uuid)

    def names(text: str) -> list[str]:
        return re.findall(r'<span class="chart-name"[^>]*>(\w)', text)

    assert names(visitor.get(f"/s/{uuid}").text) == ["A", "B", "C"]
    # Two, one and one of the best level; of the next one, none for B.
    text = visitor.get(f"/s/{uuid}?order=share").text
    assert names(text) == ["A", "C", "B"]
    assert re.findall(r"<h3>(\w)</h3>", text) == ["A", "C", "B"]


def test_a_chart_is_told_to_whoever_cannot_see_it(visitor: ChairBrowser, house: House, counted: Counted) -> None:
    uuid = counted()
    publish_session(house, uuid)
    text = visitor.get(f"/s/{uuid}").text
    assert "Nguyễn Văn An: High confidence 2 (66.67%), Confidence 1 (33.33%)" in text
    assert 'style="' not in text


@pytest.mark.parametrize("disclosure", ["chair", "withheld"])
def test_a_result_that_the_rule_keeps_from_the_room_is_published_only_when_the_chair_says_that_it_may(
    chair: ChairBrowser, house: House, counted: Counted, disclosure: str
) -> None:
    uuid = counted(replace(RULE, disclosure=disclosure))
    page = f"/chair/sessions/{uuid}"
    assert "The session stays counted" in chair.get(page).text
    question = chair.get(f"{page}/publish").text
    assert "A rule for tests: Article 1" in question
    refused = chair.send(f"{page}/publish")
    assert refused.status_code == 400
    assert 'id="allowed-error"' in refused.text
    assert house.store.session(uuid).state == State.COUNTED
    assert chair.send(f"{page}/publish", {"allowed": "yes"}).location == page
    assert house.store.session(uuid).state == State.PUBLISHED


def test_a_public_rule_asks_no_more_than_before(chair: ChairBrowser, house: House, counted: Counted) -> None:
    uuid = counted()
    page = f"/chair/sessions/{uuid}"
    assert 'name="allowed"' not in chair.get(f"{page}/publish").text
    assert chair.send(f"{page}/publish").location == page
    assert house.store.session(uuid).state == State.PUBLISHED


def looked_at(chair: ChairBrowser, page: str) -> str:
    text = html.unescape(chair.get(f"{page}/publish").text)
    return text.partition('id="look-at"')[2].partition("</section>")[0]


def test_before_publishing_the_chair_reads_what_cannot_be_entered_afterwards(
    chair: ChairBrowser, house: House, counted: Counted
) -> None:
    uuid = counted()
    page = f"/chair/sessions/{uuid}"
    told = looked_at(chair, page)
    assert "These figures are not entered: Members; Convened; Present. After publishing they cannot" in told
    assert "How many ballots were issued is not known" in told
    record_left_over(house, uuid, LeftOver(2), 0)
    record_attendance(house, uuid, Attendance(9, 8, 2, 1), 0)
    assert re.findall(r"<li>(.*?)</li>", looked_at(chair, page)) == ["Present: Fewer than the ballots issued: 4."]
    record_left_over(house, uuid, LeftOver(3), 1)
    record_attendance(house, uuid, Attendance(9, 8, 3, 1), 1)
    assert looked_at(chair, page) == ""


def test_before_publishing_the_chair_reads_the_warnings_of_the_count(
    chair: ChairBrowser, house: House, counted: Counted
) -> None:
    page = f"/chair/sessions/{counted(COUNT_ONLY)}"
    assert looked_at(chair, page) == ""
    page = f"/chair/sessions/{counted(replace(RULE, denominator='members'))}"
    assert "The rule needs figures that are not entered: all members." in looked_at(chair, page)


def test_unanimity_is_told_to_the_chair_by_the_group_and_stands_in_no_minutes(
    chair: ChairBrowser, house: House, counted: Counted
) -> None:
    people = [
        Person("An", "", "Ban A"),
        Person("Bình", "", "Ban A"),
        Person("Cúc", "", "Ban B"),
        Person("Dũng", "", "Ban B"),
    ]
    draft = Session("", "Bầu", make_sheet(people, "choose", choose=1), codes=6, chair="hoa", rule=rule_of("elect"))
    uuid = create_session(house, draft).uuid
    codes = make_codes(house, uuid)
    confirm_codes(house, uuid)
    open_session(house, uuid)
    for code, chosen in zip(codes, [(1, 1), (1, 2), (1, 2)], strict=False):
        cast_ballot(house, uuid, code, *chosen)
    close_session(house, uuid)
    count_session(house, uuid)
    page, words = f"/chair/sessions/{uuid}", "All who answered said the same"
    assert f"{words}, so each of their votes is known. Lines: Ban A." in chair.get(page).text
    assert f"{words}, so each of their votes is known. Lines: Ban A." in looked_at(chair, page)
    minutes = chair.get(f"{page}/minutes/print?lang=en").text
    assert words not in minutes
    assert "The rule needs figures that are not entered" in minutes


def test_one_button_makes_the_draft_of_the_second_vote(chair: ChairBrowser, house: House, counted: Counted) -> None:
    uuid = counted()
    page = f"/chair/sessions/{uuid}"
    assert "The rule proposes a second vote on: Trần Thị Bình." in chair.get(page).text
    answer = chair.send(f"{page}/second-vote")
    draft = house.store.session(answer.location.split("/")[-2])
    assert answer.location.endswith("/edit")
    assert (draft.state, draft.sheet.scale, draft.chair) == (State.DRAFT, "vote_of_confidence", "hoa")
    assert draft.sheet.people == (PEOPLE[1],)
    assert chair.get(answer.location).status_code == 200


def test_nobody_proposed_means_no_second_vote(
    chair: ChairBrowser, other_chair: ChairBrowser, house: House, counted: Counted
) -> None:
    uuid = counted(COUNT_ONLY)
    page = f"/chair/sessions/{uuid}"
    assert "second-vote" not in chair.get(page).text
    before = len(house.store.sessions())
    assert chair.send(f"{page}/second-vote", on="/chair/").status_code == 409
    assert other_chair.send(f"{page}/second-vote", on="/chair/").status_code == 404
    assert len(house.store.sessions()) == before
