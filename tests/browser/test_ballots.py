"""Ballots that are filled in in unusual ways: blank lines, choosing a few of many, no network, no touch, no mouse."""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.meeting import MakeMeeting, Phone, Visitors, get

pytestmark = pytest.mark.browser


def test_a_blank_line_needs_a_yes_of_its_own(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting(blank=True)
    phone = visitors.phone("en-GB")
    phone.scan(held.link(0))
    phone.arrive("voting")
    phone.choose(0, 0)
    phone.choose(1, 1)
    phone.page.locator('[data-line="1"] .line-clear').tap()
    assert phone.chosen() == [("line-0", "0")]
    phone.review()
    phone.arrive("reviewing")
    assert "Left blank: 2" in phone.words()

    phone.cast()
    expect(phone.page.locator("#blanks-error")).to_be_visible()
    assert held.ballots == 0
    phone.page.locator("label:has(#blanks-confirm)").tap()
    phone.cast()
    phone.tracker()
    held.close()
    held.count()
    held.publish()
    rows = json.loads(get(f"{held.address}/api/sessions/{held.uuid}/result")[1])["rows"]
    assert [(row["blank"], [cell["votes"] for cell in row["cells"]]) for row in rows] == [
        (0, [1, 0, 0]),
        (1, [0, 0, 0]),
        (1, [0, 0, 0]),
    ]


def test_a_line_that_must_be_answered_is_shown_instead_of_the_review(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting()
    phone = visitors.phone("vi-VN")
    phone.scan(held.link(0))
    phone.arrive("voting")
    phone.choose(0, 0)
    phone.choose(2, 0)
    expect(phone.page.locator("#progress-words")).to_contain_text("2/3")
    phone.review()
    expect(phone.page.locator("#sheet-error")).to_be_visible()
    expect(phone.page.locator('[data-line="1"] input').first).to_be_focused()
    phone.choose(1, 0)
    phone.review()
    phone.arrive("reviewing")


def test_no_more_than_k_people_can_be_chosen(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting(scale="choose", choose=2, blank=True)
    phone = visitors.phone("en-GB")
    phone.scan(held.link(0))
    phone.arrive("voting")
    boxes = phone.page.locator("#sheet input")
    expect(boxes).to_have_count(3)
    phone.choose(0, 0)
    phone.choose(0, 2)
    expect(boxes.nth(1)).to_be_disabled()
    phone.page.locator("label:has([value='1'])").first.tap(force=True)
    assert [value for _, value in phone.chosen()] == ["0", "2"]
    phone.choose(0, 2)
    phone.choose(0, 1)
    phone.review()
    phone.arrive("reviewing")
    phone.cast()
    phone.tracker()

    nobody = visitors.phone("en-GB")
    nobody.scan(held.link(1))
    nobody.arrive("voting")
    nobody.review()
    nobody.arrive("reviewing")
    assert "nobody is chosen" in nobody.words()
    nobody.page.locator("label:has(#blanks-confirm)").tap()
    nobody.cast()
    nobody.tracker()
    held.close()
    held.count()
    held.publish()
    (row,) = json.loads(get(f"{held.address}/api/sessions/{held.uuid}/result")[1])["rows"]
    assert ([cell["votes"] for cell in row["cells"]], row["blank"]) == ([1, 1, 0], 1)


def test_a_ballot_that_meets_no_network_is_sent_by_itself_when_it_is_back(
    visitors: Visitors, meeting: MakeMeeting
) -> None:
    held = meeting()
    phone = visitors.phone("en-GB")
    phone.scan(held.link(0))
    phone.fill_in(0, 1, 2)
    phone.context.set_offline(True)
    phone.cast()
    phone.arrive("sending")
    expect(phone.page.locator("#retrying")).to_be_visible(timeout=10_000)
    assert "sends the same ballot again by itself" in phone.words()
    assert held.ballots == 0
    phone.context.set_offline(False)
    tracker = phone.tracker()
    assert held.ballots == 1
    assert held.house.store.height_of(held.uuid, tracker) == 1


def test_a_ballot_on_its_way_survives_a_reload(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting()
    phone = visitors.phone("vi-VN")
    phone.scan(held.link(0))
    phone.fill_in(2, 1, 0)

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    phone.page.route("**/ballots", lose_the_answer)
    phone.cast()
    expect(phone.page.locator("#retrying")).to_be_visible(timeout=10_000)
    assert held.ballots == 1
    phone.page.on("dialog", lambda dialog: dialog.accept())
    phone.page.unroute_all()
    phone.page.reload()
    phone.tracker()
    assert held.ballots == 1
    expect(phone.page.locator("#alarm")).to_be_hidden()


def test_a_whole_vote_needs_nothing_but_the_keyboard(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting()
    page = visitors.desk("en-GB")
    phone = Phone(page)
    phone.scan(held.link(0))
    phone.arrive("voting")
    for line in range(3):
        _tab_to(page, f'[name="line-{line}"]')
        page.keyboard.press("Space")
        for _ in range(line):
            page.keyboard.press("ArrowDown")
    assert phone.chosen() == [("line-0", "0"), ("line-1", "1"), ("line-2", "2")]
    _tab_to(page, "#review")
    page.keyboard.press("Enter")
    phone.arrive("reviewing")
    expect(page.locator("[data-screen=reviewing] h1")).to_be_focused()
    _tab_to(page, "#cast")
    page.keyboard.press("Enter")
    phone.arrive("voted")
    expect(page.locator("#voted-heading")).to_be_focused()
    assert held.ballots == 1


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} is not reached with Tab")
