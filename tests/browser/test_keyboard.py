"""A whole vote without a mouse and without a touch: the chair's steps, and a ballot from the code to the receipt."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.meeting import MakeMeeting, Service, Visitors
from voting.domain.results import result_of
from voting.domain.sheets import Person

pytestmark = pytest.mark.browser

PASSWORD = "a password without a mouse"
MOST_STEPS = 80
GROUPED = (Person("Nguyễn Văn An", "Giám đốc", "Lãnh đạo"), Person("Trần Thị Bình", "Trưởng phòng", "Phòng"))
# What is focused must be told from what is not: by an outline of its own or of the answer around it, in sight.
SEEN = """() => {
    const it = document.activeElement;
    if (!it || it === document.body) return 'nothing has the focus';
    if (it.matches('h1, main')) return '';
    const box = it.getBoundingClientRect();
    const framed = [it, it.closest('label.level, label')].some((each) => {
        if (!each) return false;
        const {outlineStyle, outlineWidth} = getComputedStyle(each);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
    });
    const name = `${it.tagName} ${it.id || it.name || it.textContent.trim()}`;
    if (!framed) return `${name} shows no focus`;
    if (box.bottom < 0 || box.top > innerHeight) return `${name} is out of sight`;
    const top = document.elementFromPoint(box.x + box.width / 2, Math.min(box.y + box.height / 2, innerHeight - 1));
    const covered = top && !it.contains(top) && !top.contains(it) && !it.closest('label')?.contains(top);
    return covered ? `${name} lies below ${top.tagName} ${top.className}` : '';
}"""


class Keys:
    """Somebody with a keyboard alone. Every place the focus comes to must be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, key: str) -> None:
        """Press one key and look where the focus is."""
        self.page.keyboard.press(key)
        assert self.page.evaluate(SEEN) == ""

    def tab_to(self, selector: str, key: str = "Tab") -> None:
        """Go on with the tabulator until the focus is on an element."""
        for _ in range(MOST_STEPS):
            if self.page.evaluate("wanted => document.activeElement?.matches(wanted) ?? false", selector):
                return
            self.press(key)
        pytest.fail(f"the tabulator does not come to {selector}")

    def type_in(self, **fields: str) -> None:
        """Type into fields, each reached by the tabulator."""
        for name, text in fields.items():
            self.tab_to(f"[name={name}]")
            self.page.keyboard.type(text)

    def enter(self, selector: str, until: str) -> None:
        """Go to a link or a button, press it, and wait for the address that follows."""
        self.tab_to(selector)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(until)


def test_the_chair_opens_and_closes_a_vote_with_the_keyboard(
    service: Service, visitors: Visitors, meeting: MakeMeeting
) -> None:
    one_time = service.command("chair", "add", "khanh").strip()
    held = meeting(state="ready", chair="khanh")
    keys = Keys(visitors.desk())
    keys.page.goto("/chair/")
    keys.type_in(name="khanh", password=one_time)
    keys.page.keyboard.press("Enter")
    keys.page.wait_for_url("**/chair/password*")
    keys.type_in(new=PASSWORD, again=PASSWORD)
    keys.page.keyboard.press("Enter")
    keys.page.wait_for_url("**/chair/")
    home = f"**/chair/sessions/{held.uuid}"
    keys.press("Tab")
    expect(keys.page.locator(".skip-link")).to_be_focused()
    keys.page.keyboard.press("Enter")
    expect(keys.page.locator("main")).to_be_focused()
    keys.enter(f"main a[href$='/{held.uuid}']", home)
    for step, state in (("open", "open"), ("close", "closed")):
        keys.enter(f"main a[href$='/{held.uuid}/{step}']", f"{home}/{step}")
        keys.enter(f"main form[action$='/{step}'] button", home)
        expect(keys.page.locator(".badge").first).to_have_class(f"badge badge-{state}")


def test_a_voter_casts_a_ballot_with_the_keyboard(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting(people=GROUPED)
    keys = Keys(visitors.desk("en-GB", viewport={"width": 900, "height": 500}))
    page = keys.page
    page.goto("/")
    keys.tab_to("#code, [name=session]")
    if len(page.locator("[name=session]").all()) > 1:
        page.locator(f"[value='{held.uuid}']").focus()
        keys.press("Space")
        keys.tab_to("#code")
    page.keyboard.type(held.codes[0].replace("-", ""))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/v/{held.uuid}*")
    page.locator("[data-screen=voting]:not([hidden])").wait_for()

    keys.tab_to("[name=line-0]")
    keys.press("Space")
    keys.press("ArrowDown")
    expect(page.locator("[name=line-0][value='1']")).to_be_checked()
    keys.press("Tab")
    # One stop for each question, in the order of the paper.
    expect(page.locator("[name=line-1]").first).to_be_focused()
    keys.tab_to("#review")
    page.keyboard.press("Enter")
    # The answer that lacks is said, and the focus is there.
    expect(page.locator("#sheet-error")).to_be_visible()
    expect(page.locator("[name=line-1]").first).to_be_focused()
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    expect(page.locator("[name=line-1][value='2']")).to_be_checked()
    keys.tab_to("#review")
    page.keyboard.press("Enter")
    page.locator("[data-screen=reviewing]:not([hidden])").wait_for()
    expect(page.locator("[data-screen=reviewing] h1")).to_be_focused()

    keys.tab_to("#review-list button")
    page.keyboard.press("Enter")
    expect(page.locator("[name=line-0][value='1']")).to_be_focused()
    keys.press("ArrowUp")
    keys.tab_to("#review")
    page.keyboard.press("Enter")
    expect(page.locator("[data-screen=reviewing] h1")).to_be_focused()
    keys.tab_to("#cast")
    page.keyboard.press("Enter")
    page.locator("[data-screen=voted]:not([hidden])").wait_for()
    expect(page.locator("#voted-heading")).to_be_focused()
    keys.tab_to("#copy")
    keys.tab_to("[data-screen=voted] [data-act=forget]")
    page.keyboard.press("Enter")
    expect(page.locator("[data-screen=entering] h1")).to_be_focused()
    held.close()
    held.count()
    assert [[cell.votes for cell in row.cells] for row in result_of(held.house, held.uuid).rows] == [
        [1, 0, 0],
        [0, 0, 1],
    ]
