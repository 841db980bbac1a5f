"""What makes the ballot paper comfortable to whoever holds a phone askew, sees or hears it differently, or is offline.

Names that are read aloud, jumps to what lacks an answer, small, lying and zoomed windows, both directions of writing,
no motion, and a connection that goes away.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.every_page import GROUPED
from tests.browser.meeting import PHONE, MakeMeeting, Phone, Visitors
from voting.domain.sheets import Person

pytestmark = pytest.mark.browser


def test_every_question_is_named_by_its_person_and_every_sheet_by_its_heading(
    visitors: Visitors, meeting: MakeMeeting
) -> None:
    held = meeting(people=GROUPED)
    phone = visitors.phone("en-GB")
    phone.scan(held.link(0))
    phone.arrive("voting")
    for number, person in enumerate(GROUPED, 1):
        sheet = phone.page.get_by_role("group", name=person.group, exact=True)
        line = sheet.get_by_role("group", name=f"{number}. {person.name} {person.position}")
        expect(line.get_by_role("radio")).to_have_count(3)
        expect(line.get_by_role("radio", name="High confidence", exact=True)).to_have_count(1)
    names = phone.page.get_by_role("heading", level=2).locator("visible=true").all_inner_texts()
    assert names == ["Ủy ban nhân dân", "Tòa án"]
    phone.fill_in(0, 0, 0, 0)
    names = phone.page.get_by_role("heading", level=2).locator("visible=true").all_inner_texts()
    assert names == ["Ủy ban nhân dân", "Tòa án"]
    for person in GROUPED:
        expect(phone.page.get_by_role("button", name=f"Change: {person.name}")).to_have_count(1)
        expect(phone.page.get_by_role("list", name=person.group).locator("li")).to_have_count(
            sum(each.group == person.group for each in GROUPED)
        )


def test_a_choice_among_people_is_named_by_its_sheet(visitors: Visitors, meeting: MakeMeeting) -> None:
    people = [
        Person(name, "", group) for group in ("Ban chấp hành", "Ban kiểm soát") for name in (f"{group} A", f"{group} B")
    ]
    held = meeting(people=people, scale="choose", choose=1, blank=True)
    phone = visitors.phone("en-GB")
    phone.scan(held.link(0))
    phone.arrive("voting")
    expect(phone.page.get_by_role("group", name="2. Ban kiểm soát Choose up to 1.").get_by_role("radio")).to_have_count(
        2
    )
    phone.choose(0, 1)
    expect(phone.page.locator("#progress-words")).to_have_text("1 of 2")
    phone.page.locator("#jump").tap()
    expect(phone.page.locator("[name=line-1]").first).to_be_focused()


def test_what_changes_is_heard(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting()
    phone = visitors.phone("en-GB")
    phone.scan(held.link(0))
    phone.arrive("voting")
    heard = phone.page.locator("#announcer")
    phone.choose(0, 0)
    expect(heard).to_have_text("1 of 3")
    phone.fill_in(0, 0, 0)
    expect(heard).to_have_text("Check your ballot")
    expect(phone.page.locator("[data-screen=reviewing] h1")).to_be_focused()


def test_a_jump_leads_to_each_line_without_an_answer_in_sight_and_begins_anew_at_the_top(
    visitors: Visitors, meeting: MakeMeeting
) -> None:
    held = meeting(people=(*LONG, *GROUPED, Person("Vũ Thị Lan")))
    phone = visitors.phone("vi-VN", viewport={"width": 667, "height": 375})
    phone.scan(held.link(0))
    phone.arrive("voting")
    jump = phone.page.locator("#jump")
    phone.choose(1, 0)
    phone.choose(3, 0)
    for line in (4, 5, 0, 2):
        jump.tap()
        expect(phone.page.locator(f"[name=line-{line}]").first).to_be_focused()
        assert phone.page.evaluate(COVERED) == ""
        phone.choose(line, 1)
    expect(jump).to_be_hidden()
    phone.review()
    phone.arrive("reviewing")


# ---- the shape of the page

LONG = (Person("Tôn Nữ Thị Ngọc Quỳnh Trâm", "Trưởng phòng Tổ chức cán bộ, kiêm Chủ tịch Công đoàn cơ sở", "Khối"),)
# What is in the middle of the answer that has the focus, if it is not the answer itself: a bar that lies over it.
COVERED = """() => {
    const answer = document.activeElement.closest('label');
    const {x, y, width, height} = answer.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    return answer.contains(top) ? '' : `${top?.tagName ?? 'nothing'} ${top?.className ?? ''}`;
}"""
SIZES = {"narrow": (320, 568), "lying": (667, 375), "zoomed to 200 %": (640, 360), "zoomed to 400 %": (320, 256)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_ballot_fits_small_and_zoomed_windows_in_both_directions(
    visitors: Visitors, meeting: MakeMeeting, size: str, direction: str
) -> None:
    held = meeting(people=(*LONG, *GROUPED))
    width, height = SIZES[size]
    phone = visitors.phone("vi-VN", viewport={"width": width, "height": height}, is_mobile=False)
    phone.context.add_init_script(
        f"document.addEventListener('DOMContentLoaded', () => document.documentElement.dir = '{direction}')"
    )
    _enter_and_check(phone, held.link(0), height)


def _enter_and_check(phone: Phone, link: str, height: int) -> None:
    phone.scan("/")
    _fits(phone)
    phone.scan(link)
    phone.arrive("voting")
    _fits(phone)
    phone.page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    # What stays in sight while the paper moves below it must leave room for the paper.
    bars = phone.page.locator(".progress-bar, .actions-sticky").evaluate_all(
        "bars => bars.filter(bar => getComputedStyle(bar).position === 'sticky')"
        ".reduce((sum, bar) => sum + bar.offsetHeight, 0)"
    )
    assert bars < height / 3
    phone.fill_in(0, 0, 0, 0, 0)
    _fits(phone)
    phone.cast()
    phone.tracker()
    _fits(phone)


def _fits(phone: Phone) -> None:
    wide = phone.page.evaluate(
        "() => { const {scrollWidth, clientWidth} = document.documentElement; return scrollWidth - clientWidth; }"
    )
    assert wide <= 0, phone.page.url


@pytest.mark.parametrize("locale", ["en-GB", "vi-VN"])
def test_the_ballot_fits_a_phone_whose_letters_are_twice_as_large(
    visitors: Visitors, meeting: MakeMeeting, locale: str
) -> None:
    held = meeting(people=(*LONG, *GROUPED))
    phone = visitors.phone(locale)
    phone.context.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => document.documentElement.style.fontSize = '200%')"
    )
    phone.scan(held.link(0))
    phone.arrive("voting")
    _fits(phone)
    phone.fill_in(0, 0, 0, 0, 0)
    _fits(phone)
    # A name keeps the room that it needs, and the button beside it goes below.
    names = phone.page.locator(".review-name").evaluate_all("all => all.map(it => it.parentElement.offsetWidth)")
    assert min(names) > PHONE["width"] / 3
    phone.cast()
    phone.tracker()
    _fits(phone)


# Where every box stands, counted from the side at which lines begin: the same in both directions of writing.
BOXES = """direction => {
    document.documentElement.dir = direction;
    const wide = document.documentElement.clientWidth;
    // Codes, and what stands within a line of words, are put in order by the letters that they are made of.
    const byLetters = (it) =>
        it.parentElement.closest('svg, .tracker, .hash, code') || getComputedStyle(it).display === 'inline';
    const placed = (it) => it.checkVisibility() && !byLetters(it);
    const shown = [...document.querySelectorAll('main *')].filter(placed);
    return shown.map((it) => {
        const {left, right, width} = it.getBoundingClientRect();
        const side = direction === 'rtl' ? wide - right : left;
        return [it.tagName, it.id, it.className, Math.round(side), Math.round(width)].join(' ');
    });
}"""


def test_a_page_written_from_right_to_left_is_the_mirror_of_the_other(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting(people=(*LONG, *GROUPED), blank=True)
    phone = visitors.phone("en-GB", is_mobile=False)
    phone.scan(held.link(0))
    phone.arrive("voting")
    phone.choose(0, 1)
    mirrored = [_mirrored(phone)]
    phone.fill_in(0, 0, 0, 0, 0)
    mirrored.append(_mirrored(phone))
    phone.cast()
    phone.tracker()
    mirrored.append(_mirrored(phone))
    assert all(boxes > 10 for boxes in mirrored)


def _mirrored(phone: Phone) -> int:
    """Compare both directions; gives how many boxes were compared."""
    there, back = phone.page.evaluate(BOXES, "ltr"), phone.page.evaluate(BOXES, "rtl")
    phone.page.evaluate(BOXES, "ltr")
    assert there == back
    return len(there)


MOVING = "() => document.getAnimations().filter(it => it.playState === 'running').map(it => it.animationName)"


def test_nothing_moves_for_whoever_asked_for_no_motion(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting(state="ready")
    for wish, moving in (("no-preference", ["breathe"]), ("reduce", [])):
        phone = visitors.phone(reduced_motion=wish)
        phone.scan(held.link(0))
        phone.arrive("waiting")
        assert phone.page.evaluate(MOVING) == moving


def test_a_phone_that_goes_offline_in_the_middle_says_so_and_goes_on(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting()
    phone = visitors.phone("en-GB")
    phone.scan(held.link(0))
    phone.arrive("voting")
    phone.choose(0, 1)
    phone.context.set_offline(True)
    notice = phone.page.locator("#offline")
    expect(notice).to_be_visible(timeout=20_000)
    assert notice.get_attribute("role") == "status"
    phone.choose(1, 1)
    phone.choose(2, 1)
    phone.context.set_offline(False)
    expect(notice).to_be_hidden(timeout=10_000)
    assert [line for line, _ in phone.chosen()] == ["line-0", "line-1", "line-2"]
    phone.review()
    phone.arrive("reviewing")
    phone.cast()
    phone.tracker()
    assert held.ballots == 1
