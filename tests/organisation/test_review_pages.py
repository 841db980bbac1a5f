"""The page of the conclusions: who reaches it, what it shows side by side, and that nothing is lost on it."""

import ast
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask

from tests.organisation.conftest import NOON
from tests.organisation.organised import Organised
from tests.web.chair_browser import ChairBrowser
from voting.domain.organisation import reviews, two_records
from voting.domain.organisation.officials import Official
from voting.domain.organisation.reviews import record_review, review_of, reviews_of
from voting.domain.organisation.roles import Role
from voting.domain.sessions import Session
from voting.errors import MalformedRegister
from voting.web.organisation.faults import faults_of

REFUSAL = MalformedRegister.__name__
SignIn = Callable[[str, str], ChairBrowser]
TODAY = datetime.fromtimestamp(NOON, UTC).astimezone().date().isoformat()
AN, BINH = "Nguyễn Văn An", "Trần Thị Bình"


@pytest.fixture
def vote(province: Organised) -> Session:
    """A published vote of a village: the first is proposed as excellent, the second as good."""
    people = province.register(province.village, Official("", AN, ""), Official("", BINH, ""))
    return province.published(province.village, people, [(1, 2), (1, 2), (2, 2)])


@pytest.fixture
def reviewer(signed_in: SignIn, province: Organised) -> ChairBrowser:
    """A reviewer of the district above."""
    return signed_in(Role.REVIEWER, province.north)


def page_of(vote: Session) -> str:
    return f"/chair/results/{vote.uuid}/reviews"


def pairs_on(page: str) -> list[tuple[str, str]]:
    """List what stands side by side on a page, as (proposal, conclusion)."""
    found = re.findall(r'<dl class="conclusion-pair.*?</dl>', page, re.DOTALL)
    values = [re.findall(r"<dd>(.*?)</dd>", pair, re.DOTALL) for pair in found]
    return [(words_of(proposal), words_of(conclusion)) for proposal, conclusion in values]


def words_of(fragment: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", fragment).split())


def test_proposal_and_conclusion_stand_side_by_side(vote: Session, reviewer: ChairBrowser) -> None:
    page = reviewer.get(page_of(vote))
    assert pairs_on(page.text) == [
        ("Excellent completion of duties", "no conclusion yet"),
        ("Good completion of duties", "no conclusion yet"),
    ]
    entries = {"level": "2", "reason": "Budget missed", "day": TODAY, "seen": "0"}
    answer = reviewer.send(f"{page_of(vote)}/1", entries)
    assert (answer.status_code, answer.location) == (303, f"{page_of(vote)}#line-1")
    page = reviewer.get(page_of(vote))
    (proposal, conclusion), second = pairs_on(page.text)
    assert proposal == "Excellent completion of duties"
    assert conclusion.startswith("Good completion of duties Reason: Budget missed Huyện Bắc Sơn, 15 Jan 2027")
    assert second == ("Good completion of duties", "no conclusion yet")
    assert page.text.count("conclusion-differs") == 1
    assert "Concluded on 1 of 2" in page.text


def test_all_remaining_lines_are_concluded_in_one_step(
    province: Organised, vote: Session, reviewer: ChairBrowser
) -> None:
    reviewer.get(page_of(vote))
    reviewer.send(f"{page_of(vote)}/1", {"level": "0", "reason": "No level this year", "day": TODAY, "seen": "0"})
    assert reviewer.send(page_of(vote), {"day": TODAY}).status_code == 303
    page = reviewer.get(page_of(vote)).text
    assert "Concluded as proposed for 1 line." in page
    assert "Conclude as proposed for all" not in page
    assert [conclusion.split(" Huyện")[0] for _, conclusion in pairs_on(page)] == [
        "No level this year",
        "Good completion of duties",
    ]
    assert {review.by for review in reviews_of(province.house).values()} == {"reviewer.north"}


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"level": ""}, "level", "Please choose a level."),
        ({"level": "²"}, "level", "Please choose a level."),
        ({"level": "9", "reason": "x"}, "level", "The level must be between 0 and 4."),
        ({"level": "3"}, "reason", "needs a reason"),
        ({"level": "0"}, "reason", "must be given in words"),
        ({"day": "2027-02-30"}, "day", "not a day of the calendar"),
        ({"day": "2026-12-31"}, "day", "before the publishing"),
        ({"day": "2027-12-31"}, "day", "in the future"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(
    province: Organised, vote: Session, reviewer: ChairBrowser, changed: dict[str, str], field: str, words: str
) -> None:
    entries = {"level": "2", "reason": "", "day": TODAY, "seen": "0"} | changed
    answer = reviewer.send(f"{page_of(vote)}/2", entries, on=page_of(vote))
    assert answer.status_code == 400
    errors = re.search(rf'id="{field}-2-error">(.*?)</ul>', answer.text, re.DOTALL)
    assert errors
    assert words in errors[1]
    assert f'href="#{field}-2"' in answer.text
    assert not reviews_of(province.house)


def test_what_was_typed_is_still_there_after_a_refusal(vote: Session, reviewer: ChairBrowser) -> None:
    entries = {"level": "3", "reason": "Half <b>of it", "day": "2027-02-30", "seen": "0"}
    answer = reviewer.send(f"{page_of(vote)}/1", entries, on=page_of(vote))
    assert "Half &lt;b&gt;of it</textarea>" in answer.text
    assert answer.text.count("<details open>") == 1


def test_nobody_replaces_a_conclusion_that_was_not_on_the_page(
    province: Organised, vote: Session, reviewer: ChairBrowser
) -> None:
    reviewer.get(page_of(vote))
    record_review(
        province.house, vote.uuid, AN, level=2, reason="First", day=TODAY, unit=province.province, by="another"
    )
    entries = {"level": "1", "reason": "", "day": TODAY}
    answer = reviewer.send(f"{page_of(vote)}/1", {**entries, "seen": "0"})
    assert (answer.status_code, "recorded in between" in answer.text) == (400, True)
    assert "Reason: First" in answer.text
    assert reviewer.send(f"{page_of(vote)}/1", {**entries, "seen": "1"}).status_code == 303
    review = review_of(province.house, vote.uuid, AN)
    assert review is not None
    assert [each.reason for each in review.past] == ["First"]
    assert "1 earlier conclusion" in reviewer.get(page_of(vote)).text


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        (Role.REVIEWER, "south"),
        (Role.REVIEWER, "town"),
        (Role.REVIEWER, "village"),
        (Role.ADMINISTRATOR, "province"),
        (Role.CHAIR, "north"),
        (Role.CHAIR, "village"),
        (Role.READER, "north"),
    ],
)
def test_nobody_else_concludes(province: Organised, vote: Session, signed_in: SignIn, role: str, unit: str) -> None:
    browser = signed_in(role, getattr(province, unit))
    assert browser.get(page_of(vote)).status_code == 403
    browser.get("/chair/password")
    entries = {"level": "1", "reason": "", "day": TODAY, "seen": "0"}
    assert browser.send(f"{page_of(vote)}/1", entries).status_code == 403
    browser.get("/chair/password")
    assert browser.send(page_of(vote), {"day": TODAY}).status_code == 403
    assert not reviews_of(province.house)


def test_before_the_publishing_there_is_nothing_to_conclude_on(
    province: Organised, vote: Session, reviewer: ChairBrowser
) -> None:
    draft = province.draft(province.village, province.people[province.village])
    assert reviewer.get(page_of(draft)).status_code == 404
    assert reviewer.get("/chair/results/11111111111111/reviews").status_code == 404
    entries = {"level": "1", "reason": "", "day": TODAY, "seen": "0"}
    assert reviewer.send(f"{page_of(vote)}/3", entries, on=page_of(vote)).status_code == 404


def test_the_page_speaks_vietnamese(vote: Session, reviewer: ChairBrowser) -> None:
    reviewer.get(page_of(vote))
    reviewer.send(f"{page_of(vote)}/1", {"level": "2", "reason": "Lý do", "day": TODAY, "seen": "0"})
    page = reviewer.get(f"{page_of(vote)}?lang=vi").text
    (proposal, conclusion), _ = pairs_on(page)
    assert proposal == "Hoàn thành xuất sắc nhiệm vụ"
    assert conclusion.startswith("Hoàn thành tốt nhiệm vụ Lý do: Lý do Huyện Bắc Sơn, 15/1/2027")


@pytest.mark.parametrize("module", [reviews, two_records], ids=lambda module: module.__name__)
def test_every_reason_can_be_told_in_vietnamese(app: Flask, module: ModuleType) -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text())
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and "MalformedRegister" in ast.dump(node.func)
    ]
    reasons = [_text_of(call.args[0]) for call in calls]
    assert len(reasons) > 3
    for reason in reasons:
        with app.test_request_context("/chair/?lang=vi"):
            (fault,) = faults_of(MalformedRegister(reason, "reason"), "reason")
        assert fault.words != reason, reason


def _text_of(node: ast.expr) -> str:
    """Give a text as it may be told, with 7 for each number; what is told of a text that was typed has its own test."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.JoinedStr)
    parts = [str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values]
    return "reason: a text is longer than 7 characters." if parts[0].endswith(": ") else "".join(parts)
