"""No page breaks a rule of WCAG 2.2 AA that a program can check: every route, in its states, languages and colours.

The routes come from the application itself. One that shows no page in any of the states fails here, so that a new page
cannot be forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from time import monotonic

import pytest
from playwright.sync_api import APIResponse, Page, expect

from tests.browser.axe import Axe
from tests.browser.camera import THEMES, Theme
from tests.browser.every_page import GROUPED, application, furnished, pages
from tests.browser.meeting import MakeMeeting, Phone, Service, Visitors
from voting.commands.chair import add_chair
from voting.commands.house import open_house
from voting.domain.house import House
from voting.domain.issuing import void_code
from voting.domain.sheets import Person
from voting.protocol.codes import public_credential
from voting.protocol.group import point_to_hex

pytestmark = pytest.mark.browser

LOOKS: tuple[tuple[str, Theme], ...] = (("en", THEMES[0][1]), ("vi", THEMES[1][1]))
PASSWORD = "a password that is her own"
# Without a field to fill in, but what they answer with is a page of its own.
MAKE_SOMETHING = ("/slips", "/links", "/handing/desk")
STRANGE = "11111-111111-11111-111111"


@pytest.fixture
def house(service: Service) -> Iterator[House]:
    """What the service works on."""
    with open_house(service.settings) as house:
        yield house


class Shape(HTMLParser):
    """What a page is made of, without its words: the kinds of its elements, and its forms."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.kinds: set[tuple[str, ...]] = set()
        self.forms: list[dict[str, str]] = []
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        self.kinds.add((tag, *(values.get(name, "") for name in ("class", "role", "type", "data-screen"))))
        if tag == "form":
            self._inside = values.get("method", "").lower() == "post"
            if self._inside:
                self.forms.append({"action": values.get("action", ""), "to send": ""})
        elif self._inside and values.get("name"):
            self._field(tag, values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False

    def _field(self, tag: str, values: dict[str, str]) -> None:
        form, kind = self.forms[-1], values.get("type", "text")
        if tag == "button":
            form.setdefault(values["name"], values.get("value", ""))
        elif kind == "hidden":
            form[values["name"]] = values.get("value", "")
        elif kind not in ("radio", "checkbox", "file"):
            form[values["name"]] = "?"
            form["to send"] = "yes"

    def sendable(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield (address, fields) of the forms that a test may send without leading a session on."""
        for form in self.forms:
            action, wanted = form.pop("action"), form.pop("to send")
            if wanted or action.partition("?")[0].endswith(MAKE_SOMETHING):
                yield action, form


@dataclass
class Walk:
    """A walk through all pages with one browser. `statuses`: what each endpoint answered with in the states.

    `seen`: the kinds of elements that were looked at, by endpoint: a state that adds none shows nothing new.
    `translated`: the endpoints that were looked at in the other language too.
    """

    page: Page
    axe: Axe
    statuses: dict[str, set[int]] = field(default_factory=dict)
    seen: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    translated: set[str] = field(default_factory=set)

    def visit(self, endpoint: str, state: str, path: str) -> None:
        """Look at a page unless one like it was looked at, and at what its forms answer with."""
        answer = self.page.context.request.get(f"{path}?lang=en", max_redirects=0)
        assert "/chair/sign-in" not in answer.headers.get("location", ""), path
        self.statuses.setdefault(endpoint, set()).add(answer.status)
        for shape in self._new(endpoint, answer):
            self.look(f"{path} ({state})", endpoint, path)
            for action, fields in shape.sendable():
                self._send(f"{path} ({state}), sent to {action}", endpoint, path, action, fields)

    def look(self, name: str, endpoint: str, path: str) -> None:
        """Examine a page in light and in dark colours, and once for each route in the other language."""
        self.page.emulate_media(color_scheme="light")
        self._load(name, f"{path}?lang=en", looks_only=False)
        self.page.emulate_media(color_scheme="dark")
        self.axe.examine(self.page, f"{name} en dark", looks_only=True)
        if endpoint not in self.translated:
            self.translated.add(endpoint)
            self._load(f"{name} vi dark", f"{path}?lang=vi", looks_only=True)

    def _load(self, name: str, address: str, *, looks_only: bool) -> None:
        self.page.goto(address)
        self.axe.examine(self.page, name, looks_only=looks_only)
        screens = self.page.locator("[data-screen]")
        if screens.count():
            screens.evaluate_all("all => all.forEach(it => it.removeAttribute('hidden'))")
            self.axe.examine(self.page, f"{name}, all screens", "main", looks_only=looks_only)

    def _send(self, name: str, endpoint: str, path: str, action: str, fields: dict[str, str]) -> None:
        answer = self.page.context.request.post(action or path, form=fields, max_redirects=0)
        if any(True for _ in self._new(endpoint, answer)):
            text = answer.text()
            self.page.route(f"**{path}?lang=*", lambda route: route.fulfill(body=text, content_type="text/html"))
            self.look(name, endpoint, path)
            self.page.unroute(f"**{path}?lang=*")

    def _new(self, endpoint: str, answer: APIResponse) -> Iterator[Shape]:
        if not answer.headers.get("content-type", "").startswith("text/html") or 300 <= answer.status < 400:
            return
        shape = Shape(answer.text())
        seen = self.seen.setdefault(endpoint, set())
        if not shape.kinds <= seen:
            seen |= shape.kinds
            yield shape


def test_no_page_breaks_a_rule_of_accessibility(service: Service, house: House, visitors: Visitors) -> None:
    begun = monotonic()
    hall = furnished(house, service.address, "hoai")
    axe = Axe()
    stranger = Walk(visitors.desk(), axe)
    for path in ("/", "/chair/sign-in", "/nothing/here"):
        stranger.visit(path, "nobody signed in", path)
    walk = Walk(_signed_in(visitors, house, axe), axe)
    for endpoint, state, path in pages(application(service.settings, house), hall):
        walk.visit(endpoint, state, path)
    print(f"{len(walk.statuses)} routes, {axe.runs} looks, {monotonic() - begun:.0f} s")
    assert axe.found == [], axe.report()
    assert {name: codes for name, codes in walk.statuses.items() if min(codes) >= 400} == {}


def _signed_in(visitors: Visitors, house: House, axe: Axe) -> Page:
    page = visitors.desk("en-GB")
    page.goto("/chair/sign-in")
    page.locator("main [name=name]").fill("hoai")
    page.locator("main [name=password]").fill(add_chair(house, "hoai"))
    page.locator("main form button").click()
    axe.examine(page, "the one-time password is to be replaced")
    for name in ("new", "again"):
        page.locator(f"main [name={name}]").fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url("**/chair/")
    return page


# ---- what phones and walls show only while something happens


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_the_screens_of_a_phone_break_no_rule_while_it_votes(
    visitors: Visitors, meeting: MakeMeeting, language: str, theme: Theme
) -> None:
    held = meeting(state="ready", people=GROUPED, blank=True, codes=6)
    axe = Axe()
    phone = visitors.phone("en-GB" if language == "en" else "vi-VN", color_scheme=theme)

    def look(screen: str) -> None:
        phone.arrive(screen)
        axe.examine(phone.page, f"{screen} {language} {theme}")

    phone.scan(f"/v/{held.uuid}")
    phone.arrive("entering")
    phone.page.locator("#code").fill("0")
    phone.page.locator("#code-form button[type=submit]").tap()
    look("entering")
    phone.scan(held.link(0))
    look("waiting")
    held.open()
    look("voting")
    for line in range(3):
        phone.choose(line, 0)
    axe.examine(phone.page, "voting, filled in")
    phone.review()
    look("reviewing")
    phone.cast()
    axe.examine(phone.page, "reviewing, the blank is not confirmed")
    phone.page.locator("label:has(#blanks-confirm)").tap()
    phone.context.set_offline(True)
    phone.cast()
    expect(phone.page.locator("#retrying")).to_be_visible(timeout=10_000)
    look("sending")
    phone.context.set_offline(False)
    phone.page.locator("[data-act=hurry]").tap()
    look("voted")
    void_code(held.house, held.uuid, point_to_hex(public_credential(held.uuid, held.codes[2])))
    other = visitors.phone("en-GB" if language == "en" else "vi-VN", color_scheme=theme)
    for screen, link in (("used", held.link(0)), ("void", held.link(2)), ("unknown", f"/v/{held.uuid}#{STRANGE}")):
        other.scan(link)
        other.arrive(screen)
        axe.examine(other.page, f"{screen} {language} {theme}")
    _look_at_a_lent_device(visitors, held.codes[3], f"/v/{held.uuid}/shared", axe, theme)
    held.close()
    held.count()
    held.publish()
    expect(phone.page.locator("#result")).to_be_visible(timeout=10_000)
    axe.examine(phone.page, f"voted, with the result {language} {theme}")
    _look_at_walls(visitors, held.uuid, axe, language, theme)
    print(f"{axe.runs} looks")
    assert axe.found == [], axe.report()


def _look_at_a_lent_device(visitors: Visitors, code: str, path: str, axe: Axe, theme: Theme) -> None:
    tablet = visitors.phone(color_scheme=theme)
    tablet.scan(path)
    tablet.arrive("entering")
    axe.examine(tablet.page, f"a lent device, entering {theme}")
    tablet.page.locator("#code").fill(code)
    tablet.page.locator("#code-form button[type=submit]").tap()
    tablet.vote(0, 0, 0, 0)
    expect(tablet.page.locator("#lent")).to_be_visible()
    axe.examine(tablet.page, f"a lent device, voted {theme}")


def _look_at_walls(visitors: Visitors, uuid: str, axe: Axe, language: str, theme: Theme) -> None:
    wall = visitors.desk("en-GB" if language == "en" else "vi-VN", color_scheme=theme)
    for path, shown in ((f"/s/{uuid}/screen", ".result"), (f"/s/{uuid}?tracker={'A' * 43}", "#search-result")):
        wall.goto(path)
        wall.locator(shown).first.wait_for()
        axe.examine(wall, f"{path} {language} {theme}")


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


# ---- the shape of the page

LONG = (Person("Tôn Nữ Thị Ngọc Quỳnh Trâm", "Trưởng phòng Tổ chức cán bộ, kiêm Chủ tịch Công đoàn cơ sở", "Khối"),)
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


def test_nothing_moves_for_whoever_asked_for_no_motion(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting(state="ready")
    phone = visitors.phone(reduced_motion="reduce")
    phone.scan(held.link(0))
    phone.arrive("waiting")
    moving = phone.page.evaluate(
        "() => document.getAnimations().filter(it => it.playState === 'running').map(it => it.animationName)"
    )
    assert moving == []


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
