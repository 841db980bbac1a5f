"""The desk at the door as those live it who sit behind it and stand before it."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, ViewportSize, expect

from tests.browser.camera import picture_folder
from tests.browser.meeting import MakeMeeting, Meeting, Service, Visitors
from voting.documents import qr
from voting.domain.desks import make_desk_link
from voting.domain.handing import credential_of

pytestmark = pytest.mark.browser

TABLET: ViewportSize = {"width": 820, "height": 1180}
SHOWN = 60_000  # milliseconds until a code is covered


class Tablet:
    """The tablet at the door. `sent`: the address of every request; `seen`: every code that it has shown."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sent: list[str] = []
        self.seen: list[str] = []
        page.on("request", self._listen)

    def _listen(self, request: Request) -> None:
        self.sent.append(request.url)

    def arrive(self, screen: str, seconds: float = 15) -> None:
        self.page.locator(f'[data-screen="{screen}"]:not([hidden])').wait_for(timeout=seconds * 1000)

    def act(self, name: str) -> None:
        self.page.locator(f'[data-act="{name}"]:visible').tap()

    def code(self) -> str:
        """Read the code that is shown."""
        self.arrive("showing")
        code = "-".join(self.page.locator("#desk-code span").all_inner_texts())
        if code not in self.seen:
            self.seen.append(code)
        return code

    def another(self) -> str:
        """Tap “Next code” once the first tap can no longer be half of a double tap; give the new code."""
        before = self.code()
        self.page.wait_for_timeout(1300)
        self.act("next")
        expect(self.page.locator("#desk-code")).not_to_contain_text(before[:5])
        return self.code()

    def traces(self, *, shown: bool = False) -> list[str]:
        """List where a code can be found that was shown before; of one that is `shown` now, where but on the page."""
        kept = self.page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
        entries = self.page.context.new_cdp_session(self.page).send("Page.getNavigationHistory")["entries"]
        addresses = " ".join(self.sent)
        places = {"storage": kept, "history": repr(entries), "addresses": addresses, "title": self.page.title()}
        if not shown:
            places["page"] = self.page.content()
        return [f"{code[:5]}… in {name}" for code in self.seen for name, text in places.items() if _holds(text, code)]


def _holds(text: str, code: str) -> bool:
    return code in text or code.replace("-", "") in text or code[:11] in text


@pytest.fixture
def held(meeting: MakeMeeting) -> Meeting:
    """An open session of ten codes, eight of them in the pool."""
    return meeting(codes=10, pooled=8)


@pytest.fixture
def tablet(visitors: Visitors, held: Meeting) -> Tablet:
    page = visitors.phone("en-GB", viewport=TABLET).page
    tablet = Tablet(page)
    page.goto(f"/d/{held.uuid}#{make_desk_link(held.house, held.uuid)}")
    tablet.arrive("idle")
    return tablet


@pytest.mark.fault("P1")
def test_whoever_comes_in_scans_a_code_and_votes(
    service: Service, visitors: Visitors, tablet: Tablet, held: Meeting
) -> None:
    assert tablet.page.url == f"{service.address}/d/{held.uuid}", "the link is out of the address"
    assert held.house.store.handing(held.uuid).drawn == {}, "nothing is drawn before somebody asks"
    tablet.act("next")
    first = tablet.code()
    drawn = tablet.page.locator("#desk-qr path").get_attribute("d")
    assert drawn == qr.outline(f"{service.address}/v/{held.uuid}#{first}")[1]
    words = tablet.page.locator("main").inner_text()
    assert "Quét mã này bằng điện thoại của quý vị" in words
    assert "Scan this code with your phone" in words
    phone = visitors.phone("vi-VN")
    phone.scan(f"/v/{held.uuid}#{first}")
    phone.vote(0, 1, 2)

    second = tablet.another()
    assert second != first
    assert not _holds(tablet.page.content(), first)
    found = tablet.traces(shown=True)
    tablet.page.reload()
    tablet.arrive("idle")
    found += tablet.traces()
    expect(tablet.page.locator("[data-left]:visible")).to_have_text("Codes left: 6")
    tablet.act("next")
    third = tablet.code()
    assert third not in (first, second), "a reload shows no code again"
    tablet.page.goto("/")
    tablet.page.go_back()
    tablet.arrive("idle")
    found += tablet.traces()
    assert held.house.store.handing(held.uuid).drawn == {"desk": 3}
    assert tablet.page.context.cookies() == []
    hits = [name for name, raw in service.kept_files() for code in tablet.seen if code.encode() in raw]
    print(f"P1: {len(found)} traces of {len(tablet.seen)} codes on the tablet, {len(hits)} in the files of the service")
    assert (found, hits) == ([], [])


def test_a_double_tap_shows_one_code(tablet: Tablet, held: Meeting) -> None:
    tablet.page.locator('[data-act="next"]:visible').dblclick()
    tablet.code()
    again = tablet.page.locator('[data-screen="showing"] [data-act="next"]')
    again.evaluate("button => { for (let i = 0; i < 5; i++) button.click(); }")
    tablet.page.wait_for_timeout(500)
    assert held.house.store.handing(held.uuid).drawn == {"desk": 1}
    tablet.another()
    assert held.house.store.handing(held.uuid).drawn == {"desk": 2}


def test_a_lost_answer_costs_one_code_and_is_told(tablet: Tablet, held: Meeting) -> None:
    def lose(route) -> None:
        route.fetch()
        route.abort()

    tablet.page.route("**/desk/next", lose)
    tablet.act("next")
    expect(tablet.page.locator("[data-note]:visible")).to_contain_text("it counts as handed out")
    tablet.arrive("idle")
    assert held.house.store.handing(held.uuid).drawn == {"desk": 1}
    tablet.page.unroute("**/desk/next")
    tablet.act("next")
    tablet.code()
    assert held.house.store.handing(held.uuid).drawn == {"desk": 2}


def test_a_code_that_nobody_took_is_made_void_after_a_question(tablet: Tablet, held: Meeting) -> None:
    tablet.act("next")
    code = tablet.code()
    tablet.act("ask")
    tablet.arrive("asking")
    assert not _holds(tablet.page.content(), code), "it is out of sight while the question stands"
    tablet.act("keep")
    assert tablet.code() == code
    tablet.act("ask")
    tablet.act("untaken")
    tablet.arrive("idle")
    expect(tablet.page.locator("[data-note]:visible")).to_contain_text("That code is void")
    assert held.house.store.credential_status(held.uuid, credential_of(held.uuid, code)) == "void"
    assert tablet.traces() == []


def test_a_code_is_covered_after_a_minute_without_a_touch(visitors: Visitors, held: Meeting) -> None:
    page = visitors.phone("en-GB", viewport=TABLET).page
    tablet = Tablet(page)
    page.clock.install()
    page.goto(f"/d/{held.uuid}#{make_desk_link(held.house, held.uuid)}")
    tablet.arrive("idle")
    tablet.act("next")
    code = tablet.code()
    page.clock.run_for(SHOWN - 5000)
    page.locator("h1:visible").tap()
    page.clock.run_for(SHOWN - 5000)
    assert tablet.code() == code, "a touch begins the minute anew"
    page.clock.run_for(6000)
    tablet.arrive("covered")
    assert not _holds(page.content(), code)
    tablet.act("uncover")
    assert tablet.code() == code
    page.clock.run_for(SHOWN + 1000)
    tablet.arrive("covered")
    tablet.act("next")
    assert tablet.code() != code


def test_the_desk_ends_with_the_vote_and_with_a_new_link(visitors: Visitors, tablet: Tablet, held: Meeting) -> None:
    tablet.act("next")
    tablet.code()
    link = make_desk_link(held.house, held.uuid)
    tablet.arrive("released")
    assert tablet.traces() == []
    tablet.act("relink")
    tablet.page.locator("#link").fill("1111-1111-1111")
    tablet.page.locator("#link-form button").tap()
    tablet.arrive("unknown")
    tablet.act("relink")
    tablet.page.locator("#link").press_sequentially(link.replace("-", ""))
    tablet.page.locator("#link-form button").tap()
    tablet.arrive("idle")
    other = Tablet(visitors.phone("vi-VN", viewport=TABLET).page)
    other.page.goto(f"/d/{held.uuid}#{link}")
    other.arrive("taken")
    tablet.act("next")
    tablet.code()
    held.close()
    tablet.arrive("over")
    assert tablet.traces() == []
    assert json.loads(tablet.page.evaluate("JSON.stringify({...localStorage})")) == {}


def test_a_tablet_that_scans_its_link_once_more_stays_the_desk(visitors: Visitors, held: Meeting) -> None:
    tablet, link = Tablet(visitors.phone("en-GB", viewport=TABLET).page), make_desk_link(held.house, held.uuid)
    for _ in range(2):
        tablet.page.goto("/")
        tablet.page.goto(f"/d/{held.uuid}#{link}")
        tablet.arrive("idle")
        tablet.act("next")
        tablet.code()
    assert held.house.store.handing(held.uuid).drawn == {"desk": 2}


def test_the_desk_waits_for_the_session_and_tells_of_an_empty_pool(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting(state="ready", codes=2, pooled=1)
    tablet = Tablet(visitors.phone("en-GB", viewport=TABLET).page)
    tablet.page.goto(f"/d/{held.uuid}#{make_desk_link(held.house, held.uuid)}")
    tablet.arrive("idle")
    tablet.act("next")
    tablet.code()
    tablet.page.wait_for_timeout(1300)
    tablet.act("next")
    tablet.arrive("empty")


@pytest.mark.parametrize(
    "size", [TABLET, {"width": 1180, "height": 820}, {"width": 375, "height": 667}, {"width": 320, "height": 568}]
)
def test_the_desk_fits_a_tablet_and_a_phone(visitors: Visitors, held: Meeting, size: ViewportSize) -> None:
    folder: Path = picture_folder("desk")
    tablet = Tablet(visitors.phone("vi-VN", viewport=size).page)
    tablet.page.goto(f"/d/{held.uuid}#{make_desk_link(held.house, held.uuid)}")
    tablet.arrive("idle")
    name = f"{size['width']}x{size['height']}"
    for screen, act in (("idle", "next"), ("showing", "ask"), ("asking", "keep")):
        tablet.arrive(screen)
        assert not tablet.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        tablet.page.screenshot(path=folder / f"{screen}-{name}.png", full_page=True)
        if screen == "showing":
            box = tablet.page.locator("#desk-qr").bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 240
            tablet.page.emulate_media(color_scheme="dark")
            tablet.page.screenshot(path=folder / f"{screen}-{name}-dark.png")
            tablet.page.emulate_media(color_scheme="light")
        tablet.act(act)
