"""A device that is lent: several people vote on it one after another, and nothing of one is found by the next."""

import pytest
from playwright.sync_api import Dialog, expect

from tests.browser.meeting import PEOPLE, Chair, MakeMeeting, Meeting, Phone, Service, Visitors
from voting.commands.chair import add_chair
from voting.protocol.codes import public_credential
from voting.protocol.group import point_to_hex

pytestmark = pytest.mark.browser

FIRST, SECOND = (0, 2, 1), (1, 0, 0)
THROUGH, IDLE, WARNED = 60, 180, 60  # seconds


def test_two_people_vote_one_after_another_and_nothing_of_the_first_is_left(
    visitors: Visitors, meeting: MakeMeeting
) -> None:
    held = meeting()
    tablet = lent(visitors, held)
    kept: list[dict[str, str]] = []
    tablet.page.on("framenavigated", lambda _: kept.append(tablet.stored()))
    type_code(tablet, held.codes[0])
    first = tablet.vote(*FIRST)
    assert tablet.page.locator("#copy, #download, #follow").locator("visible=true").count() == 0
    expect(tablet.page.locator("#lent-words")).to_contain_text("next person in")
    tablet.page.locator("[data-act=forget]:visible").tap()
    tablet.arrive("entering")
    assert traces(tablet, held, first) == []
    type_code(tablet, held.codes[1])
    tablet.arrive("voting")
    assert tablet.chosen() == []
    second = tablet.vote(*SECOND)
    assert traces(tablet, held, first) == []
    for way in (tablet.page.reload, tablet.page.go_back, tablet.page.go_forward):
        way()
        if tablet.page.url.endswith("/shared"):
            tablet.arrive("entering")
        assert traces(tablet, held, first) + traces(tablet, held, second) == []
    assert not any(kept)
    held.close()
    held.count()
    assert held.ballots == 2


def test_a_receipt_goes_away_by_itself_unless_more_time_is_asked_for(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting()
    tablet = lent(visitors, held)
    type_code(tablet, held.codes[0])
    tracker = tablet.vote(*FIRST)
    left = tablet.page.locator("#lent-words")
    expect(left).to_contain_text("in 60 s")
    tablet.page.clock.fast_forward((THROUGH - 10) * 1000)
    expect(left).to_contain_text("in 10 s")
    tablet.page.locator("#voted-heading").tap()
    expect(left).to_contain_text("in 9 s")
    tablet.page.locator("#lent-stay").tap()
    expect(left).to_contain_text("in 60 s")
    tablet.page.clock.fast_forward((THROUGH + 1) * 1000)
    tablet.arrive("entering")
    assert traces(tablet, held, tracker) == []


def test_a_ballot_that_somebody_walked_away_from_is_warned_of_and_then_cleared(
    visitors: Visitors, meeting: MakeMeeting
) -> None:
    held = meeting()
    tablet = lent(visitors, held)
    type_code(tablet, held.codes[0])
    tablet.arrive("voting")
    tablet.choose(0, 2)
    warning = tablet.page.locator("#lent")
    tablet.page.clock.fast_forward((IDLE - WARNED - 5) * 1000)
    expect(warning).to_be_hidden()
    tablet.page.clock.fast_forward(6_000)
    expect(warning).to_contain_text("Is anybody still there?")
    tablet.page.locator("#lent-stay").tap()
    expect(warning).to_be_hidden()
    assert tablet.chosen() == [("line-0", "2")]
    tablet.page.clock.fast_forward((IDLE - 10) * 1000)
    expect(warning).to_be_visible()
    tablet.page.clock.fast_forward(11_000)
    tablet.arrive("entering")
    assert traces(tablet, held) == []
    # The code is still good: whoever walked away can come back.
    type_code(tablet, held.codes[0])
    tablet.arrive("voting")
    assert tablet.chosen() == []


def test_a_code_that_was_left_half_typed_is_cleared_and_cannot_be_brought_back(
    visitors: Visitors, meeting: MakeMeeting
) -> None:
    held = meeting()
    tablet = lent(visitors, held)
    field = tablet.page.locator("#code")
    field.press_sequentially(held.codes[0][:12])
    tablet.page.clock.fast_forward((IDLE - 5) * 1000)
    expect(tablet.page.locator("#lent")).to_be_visible()
    tablet.page.clock.fast_forward(6_000)
    expect(field).to_have_value("")
    field.press("ControlOrMeta+z")
    expect(field).to_have_value("")
    # Nothing stands on the page: it may lie there for the whole meeting.
    tablet.page.clock.fast_forward(IDLE * 1000)
    expect(tablet.page.locator("#lent")).to_be_hidden()


def test_an_alarm_on_a_lent_device_does_not_go_away_by_itself(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting()
    tablet = lent(visitors, held)
    wrong = {"tracker": "A" * 43, "height": 1, "signature": "0" * 128}
    tablet.page.route("**/ballots", lambda route: route.fulfill(status=201, json=wrong))
    type_code(tablet, held.codes[0])
    tablet.vote(*FIRST)
    expect(tablet.page.locator("#alarm")).to_be_visible()
    tablet.page.clock.fast_forward(10 * THROUGH * 1000)
    tablet.arrive("voted")
    expect(tablet.page.locator("#alarm")).to_be_visible()


def test_a_lent_device_takes_no_code_out_of_an_address_and_leaves_for_no_other_session(
    visitors: Visitors, meeting: MakeMeeting
) -> None:
    held, other = meeting(), meeting()
    tablet = visitors.phone("en-GB")
    tablet.scan(f"/v/{held.uuid}/shared#{held.codes[0]}")
    tablet.arrive("entering")
    assert tablet.page.url == f"{held.address}/v/{held.uuid}/shared"
    tablet.page.locator("#code").fill(f"{held.address}{other.link(0)}")
    tablet.page.locator("#code-form button[type=submit]").tap()
    tablet.arrive("unknown")
    assert tablet.page.url == f"{held.address}/v/{held.uuid}/shared"
    assert tablet.stored() == {}


def test_the_chair_finds_the_page_for_a_lent_device_in_the_list_for_the_room(
    visitors: Visitors, meeting: MakeMeeting, service: Service
) -> None:
    held = meeting(chair="dung")
    chair = Chair(visitors.desk())
    chair.sign_in("dung", add_chair(held.house, "dung"), "a password of his own")
    chair.page.goto(f"/chair/sessions/{held.uuid}")
    chair.page.get_by_role("link", name="Shared device").click()
    expect(chair.page.locator("[data-screen=entering] h1")).to_be_visible()
    assert chair.page.url.startswith(f"{service.address}/v/{held.uuid}/shared")


def lent(visitors: Visitors, held: Meeting) -> Phone:
    """A tablet with the page for a lent device, whose clock the test can move."""
    tablet = visitors.phone("en-GB", viewport={"width": 820, "height": 1180})
    tablet.page.clock.install()
    tablet.page.on("dialog", Dialog.accept)
    tablet.scan("/")
    tablet.scan(f"/v/{held.uuid}/shared")
    tablet.arrive("entering")
    return tablet


def type_code(tablet: Phone, code: str) -> None:
    """Type a code as somebody does who reads it from the slip."""
    tablet.page.locator("#code").press_sequentially(code.replace("-", ""))
    tablet.page.locator("#code-form button[type=submit]").tap()


def traces(tablet: Phone, held: Meeting, tracker: str = "") -> list[str]:
    """List what betrays the person before: in the page's document, its fields, its storages, its list of pages."""
    credential = point_to_hex(public_credential(held.uuid, held.codes[0]))
    fields = tablet.page.locator("input, textarea").evaluate_all("boxes => boxes.map(box => box.value).join('\\n')")
    listed = tablet.context.new_cdp_session(tablet.page).send("Page.getNavigationHistory")["entries"]
    caches = tablet.page.evaluate("async () => JSON.stringify([await caches.keys(), await indexedDB.databases()])")
    places = {
        # A name is on every ballot paper: what betrays is one that stands where no ballot paper is shown.
        "document": tablet.page.content(),
        # A tracker is shown in groups: without the markup between them it is one piece.
        "text": tablet.page.evaluate("document.documentElement.textContent"),
        "fields": fields,
        "storages": repr(tablet.stored()),
        "pages visited": repr(listed),
        "caches": caches,
    }
    marks = {"code": held.codes[0], "bare code": held.codes[0].replace("-", ""), "group": held.codes[0][:5]}
    marks |= {"credential": credential} | ({"tracker": tracker} if tracker else {})
    if tablet.page.locator('[data-screen="entering"]').is_visible():
        marks |= {person.name: person.name for person in PEOPLE}
        marks |= {"file of a receipt": "blob:"}
    found = [f"{mark} in {place}" for place, text in places.items() for mark, secret in marks.items() if secret in text]
    # The choices of a ballot paper alone: the first page lists the sessions of the house, and one of them is chosen.
    found += tablet.page.locator("input[name^=line-]:checked").evaluate_all("boxes => boxes.map(box => box.name)")
    return found + (["something is kept"] if tablet.stored() or tablet.context.cookies() else [])
