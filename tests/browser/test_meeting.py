"""The meeting as its people live it: a chair at a computer, attendees with phones, a projector on the wall."""

import json
from time import monotonic

import pytest
from playwright.sync_api import expect

from tests.browser.meeting import TITLE, Chair, Phone, Service, Visitors, get

pytestmark = pytest.mark.browser

ADVANCES_WITHIN = 3.0  # seconds; DESIGN, "Screens"
NOISE = 1.5  # seconds that a busy machine may add
PASTED = "Nguyễn Văn An\tGiám đốc\nTrần Thị Bình\tPhó Giám đốc\nLê Hoàng Cường\tTrưởng phòng"
HIGH, CONFIDENCE, LOW = 0, 1, 2


def test_a_meeting_votes_from_the_sign_in_of_the_chair_to_the_published_result(
    service: Service, visitors: Visitors
) -> None:
    chair = Chair(visitors.desk())
    chair.sign_in("hoa", service.command("chair", "add", "hoa").strip(), "a password of her own")
    chair.make_session(title=TITLE, people=PASTED, scale="confidence", codes="5", spares="1", unit="Sở Nội vụ")
    codes = chair.make_slips()
    assert len(set(codes)) == 6
    chair.step("ready")
    api = f"{service.address}/api/sessions/{chair.uuid}"
    links = [f"/v/{chair.uuid}#{code}" for code in codes]

    first, second, late = visitors.phone("vi-VN"), visitors.phone("en-GB"), visitors.phone("vi-VN")
    for phone, link in zip((first, second, late), links, strict=False):
        phone.scan(link)
        phone.arrive("waiting")
        assert phone.page.url == f"{service.address}/v/{chair.uuid}"
    assert "Xin chờ chủ tọa" in first.words()
    assert "wait for the chair" in second.words()

    chair.step("open")
    opened = monotonic()
    for phone in (first, second, late):
        phone.arrive("voting", ADVANCES_WITHIN + NOISE)
    took = monotonic() - opened
    print(f"phones advanced within {took:.1f} s of the opening")

    projector = visitors.desk("vi-VN")
    projector.goto(f"/s/{chair.uuid}/screen")
    expect(projector.locator("#screen-of")).to_have_text("/ 5")
    expect(projector.locator(".screen-qr svg")).to_be_visible()

    first_tracker = _vote_with_a_reload_and_a_double_tap(first)
    assert "Phiếu đã được ghi nhận" in first.words()
    chair.turnout(1)
    second_tracker = second.vote(HIGH, HIGH, CONFIDENCE)
    chair.turnout(2)
    expect(projector.locator("#screen-ballots")).to_have_text("2", timeout=10_000)

    third = visitors.phone("en-GB")
    third.scan(links[0])
    third.arrive("used")
    assert "This code has already been used" in third.words()

    chair.step("close")
    late.arrive("closed")
    assert "đã đóng" in late.words()
    assert late.stored() == {}

    chair.step("count")
    counted = chair.page.locator("section[aria-labelledby=result] table").all_inner_texts()
    assert "An" in counted[0]
    assert get(f"{api}/result")[0] == 404
    expect(projector.locator("#screen-state")).to_have_class("badge badge-counted", timeout=10_000)
    for page in (projector, first.page, second.page):
        expect(page.locator(".result")).to_have_count(0)

    chair.step("publish")
    expected = [[2, 0, 0], [1, 0, 1], [0, 2, 0]]
    assert [[cell["votes"] for cell in row["cells"]] for row in json.loads(get(f"{api}/result")[1])["rows"]] == expected
    for page in (projector, first.page, second.page):
        expect(page.locator(".result")).to_have_count(3, timeout=10_000)
        shown = [
            [int(text) for text in row.locator(".result-count").all_inner_texts()]
            for row in page.locator(".result").all()
        ]
        assert shown == expected
    assert "100,00" in first.words()
    assert "100.00%" in second.words()
    for phone in (first, second):
        expect(phone.page.locator("#board-check")).to_be_visible(timeout=10_000)
        expect(phone.page.locator("#alarm")).to_be_hidden()

    board = visitors.desk("en-GB")
    board.goto(f"/s/{chair.uuid}")
    assert board.locator(".tracker-cell").all_inner_texts() == [first_tracker, second_tracker]
    board.locator("#tracker").fill(first_tracker)
    board.locator("form[role=search] button").click()
    expect(board.locator("#search-result .notice-ok")).to_contain_text("at height 1")
    assert board.locator("#board-head").inner_text() == first.page.locator("#board-head").inner_text()
    for voter in (first, second, third, late):
        assert voter.context.cookies() == []
    assert board.context.cookies() == projector.context.cookies() == []


def _vote_with_a_reload_and_a_double_tap(phone: Phone) -> str:
    phone.choose(0, HIGH)
    phone.choose(1, LOW)
    before = phone.chosen()
    phone.page.reload()
    phone.arrive("voting")
    assert phone.chosen() == before == [("line-0", str(HIGH)), ("line-1", str(LOW))]
    phone.choose(2, CONFIDENCE)
    phone.review()
    phone.arrive("reviewing")

    posts: list[str] = []
    phone.page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    phone.page.locator("#cast").scroll_into_view_if_needed()
    place = phone.page.locator("#cast").bounding_box()
    assert place is not None
    for _ in range(2):
        phone.page.touchscreen.tap(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    tracker = phone.tracker()
    assert len(posts) == 1
    return tracker
