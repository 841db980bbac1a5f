"""A roster, personal links and phones: as the chair and the attendees live it, from the file to the ballot paper."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.camera import STICKS_OUT, Camera, picture_folder
from tests.browser.meeting import PEOPLE, TITLE, Chair, MakeMeeting, Phone, Service, Visitors
from voting.commands.house import open_house
from voting.domain.casting import open_session
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.rosters import Attendee, add_attendees, make_claim_links, roster_of
from voting.domain.sessions import Session
from voting.domain.sheets import make_sheet

pytestmark = pytest.mark.browser

ROSTER = "Họ và tên;Email\nĐỗ Thị Lan;lan@b.vn\nVũ Minh Khôi;khoi@b.vn\nPhạm Thu Hà;ha@b.vn\n"


def draft_of(house: House, chair: str = "") -> str:
    """Give a draft with four codes that are not printed."""
    return create_session(house, Session("", TITLE, make_sheet(PEOPLE), codes=6, pooled=4, chair=chair)).uuid


def make_ready(house: House, uuid: str) -> None:
    make_codes(house, uuid)
    confirm_codes(house, uuid)


def tap(phone: Phone, act: str) -> None:
    phone.page.locator(f'[data-act="{act}"]:visible').tap()


def seen_requests(page: Page) -> list[str]:
    """List what the page asks for from now on: addresses and the heads that come with them."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(f"{request.url} {request.headers}"))
    return seen


def lose_answers(count: int) -> Callable[[Route], None]:
    """Let the service act on so many requests whose answers never arrive."""
    left = [count]

    def pass_on(route: Route) -> None:
        if not left[0]:
            return route.continue_()
        left[0] -= 1
        route.fetch()
        route.abort()

    return pass_on


def history(page: Page) -> str:
    return repr(page.context.new_cdp_session(page).send("Page.getNavigationHistory")["entries"])


def test_the_chair_uploads_a_roster_and_a_phone_comes_from_its_link_to_the_ballot_paper(
    service: Service, visitors: Visitors
) -> None:
    camera = Camera(picture_folder("claims"), every=True)
    chair = Chair(visitors.desk("vi-VN"))
    chair.sign_in("thu", service.command("chair", "add", "thu").strip(), "a password of her own")
    with open_house(service.settings) as house:
        uuid = draft_of(house, "thu")
        page = chair.page
        page.goto(f"/chair/sessions/{uuid}")
        page.locator(f"a[href='/chair/sessions/{uuid}/roster']").click()
        page.locator("#file").set_input_files({"name": "ds.csv", "mimeType": "text/csv", "buffer": ROSTER.encode()})
        page.locator("form:has(#file) button[type=submit]").click()
        expect(page.locator("tbody tr")).to_have_count(3)
        camera.take(page, "roster", "vi", whole=True)
        page.locator("form[action$='/links'] button.button-primary").click()
        page.locator(".badge-card").nth(2).wait_for()
        camera.take(page, "links", "vi", whole=True)
        with page.expect_download() as download:
            page.locator("a[download]").click()
        table = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"), newline="")))
        assert [row[:2] for row in table[1:]] == [
            ["Đỗ Thị Lan", "lan@b.vn"],
            ["Vũ Minh Khôi", "khoi@b.vn"],
            ["Phạm Thu Hà", "ha@b.vn"],
        ]
        links = [row[2] for row in table[1:]]

        lan = visitors.phone()
        asked = seen_requests(lan.page)
        lan.scan(links[0])
        lan.arrive("early")
        make_ready(house, uuid)
        lan.arrive("offering")
        assert lan.page.url == f"{service.address}/c/{uuid}"
        assert "Bấm vào đây để nhận mã" in lan.words()
        camera.take(lan.page, "offering", "vi")
        tap(lan, "claim")
        lan.arrive("waiting")
        camera.take(lan.page, "waiting", "vi")
        # A reload in the middle goes on where it stopped, and the link opened once more leads to the same place.
        lan.page.reload()
        lan.arrive("waiting")
        lan.scan(links[0])
        lan.arrive("waiting")

        thief = visitors.phone("en-GB")
        thief.scan(links[0])
        thief.arrive("offering")
        tap(thief, "claim")
        thief.arrive("taken")
        camera.take(thief.page, "taken", "en")

        open_session(house, uuid)
        lan.arrive("mixing")
        camera.take(lan.page, "mixing", "vi")
        lan.page.reload()
        lan.arrive("voting", seconds=30)
        assert lan.page.url == f"{service.address}/v/{uuid}"
        kept = lan.stored()
        code = kept[f"voting:{uuid}:code"].strip('"')
        assert not [name for name, text in kept.items() if code in text and name != f"voting:{uuid}:code"]
        tracker = lan.vote(0, 1, 2)
        assert tracker
        secrets = (code, links[0].rpartition("#")[2])
        assert not [secret for secret in secrets if secret in " ".join(asked) or secret in history(lan.page)]
        assert lan.context.cookies() == []

        # The link opened once more on the same phone shows that this code has voted; it gives no other one.
        lan.scan(links[0])
        lan.page.wait_for_url(f"**/v/{uuid}*")
        assert house.store.handing(uuid).drawn["claims"] == 1
        thief.page.reload()
        thief.arrive("offering")
        tap(thief, "claim")
        thief.arrive("taken")

        page.goto(f"/chair/sessions/{uuid}/roster")
        expect(page.locator("tbody tr", has_text="Đỗ Thị Lan")).to_contain_text("đã nhận")
        expect(page.locator("tbody tr", has_text="Vũ Minh Khôi")).to_contain_text("chưa nhận")
        assert code not in page.content()
        assert house.store.turnout(uuid).ballots == 1
    assert camera.too_wide == set()


def test_a_double_tap_two_tabs_and_a_lost_connection_end_with_one_code(service: Service, visitors: Visitors) -> None:
    with open_house(service.settings) as house:
        uuid = draft_of(house)
        add_attendees(house, uuid, [Attendee("Lê An"), Attendee("Trần Bình")])
        make_ready(house, uuid)
        open_session(house, uuid)
        first, second = make_claim_links(house, uuid, [1, 2])

        phone = visitors.phone()
        phone.scan(f"/c/{uuid}#{first.link}")
        phone.arrive("offering")
        other = Phone(phone.context.new_page())
        other.scan(f"/c/{uuid}#{first.link}")
        other.arrive("offering")
        phone.page.locator('[data-act="claim"]').dblclick()
        phone.arrive("voting", seconds=30)
        # The other tab of this phone goes on by itself, with the same claim.
        other.arrive("voting", seconds=30)
        assert phone.stored()[f"voting:{uuid}:code"] == other.stored()[f"voting:{uuid}:code"]
        assert house.store.handing(uuid).drawn["claims"] == 1

        lost = visitors.phone()
        lost.scan(f"/c/{uuid}#{second.link}")
        lost.arrive("offering")
        # The claim arrives, and its answer does not; the same with the pass.
        for path in ("claims", "passes"):
            lost.page.route(f"**/{path}", lose_answers(2))
        tap(lost, "claim")
        lost.arrive("voting", seconds=60)
        assert house.store.handing(uuid).drawn["claims"] == 2
        assert roster_of(house, uuid).claimed == 2


def test_a_link_can_be_typed_and_a_narrow_screen_is_no_obstacle(service: Service, visitors: Visitors) -> None:
    with open_house(service.settings) as house:
        uuid = draft_of(house)
        add_attendees(house, uuid, [Attendee("Lê An")])
        make_ready(house, uuid)
        (made,) = make_claim_links(house, uuid, [1])
        phone = visitors.phone("en-GB", viewport={"width": 320, "height": 568})
        phone.scan(f"/c/{uuid}")
        phone.arrive("entering")
        phone.page.locator("#link").fill("0000-1111-1111")
        phone.page.keyboard.press("Enter")
        expect(phone.page.locator("#link-error")).to_be_visible()
        phone.page.locator("#link").fill("1111-1111-1111")
        phone.page.keyboard.press("Enter")
        phone.arrive("offering")
        tap(phone, "claim")
        phone.arrive("unknown")
        tap(phone, "relink")
        phone.arrive("entering")
        phone.page.locator("#link").fill(made.link.replace("-", ""))
        phone.page.keyboard.press("Enter")
        phone.arrive("offering")
        assert not phone.page.evaluate(STICKS_OUT)
        phone.page.locator('[data-act="claim"]').focus()
        phone.page.keyboard.press("Enter")
        phone.arrive("waiting")
        assert not phone.page.evaluate(STICKS_OUT)


def test_no_claim_is_possible_in_a_meeting_whose_codes_are_printed(meeting: MakeMeeting, visitors: Visitors) -> None:
    held = meeting()
    add_attendees(held.house, held.uuid, [Attendee("Lê An")])
    (made,) = make_claim_links(held.house, held.uuid, [1])
    phone = visitors.phone()
    phone.scan(f"/c/{held.uuid}#{made.link}")
    phone.arrive("empty")
    assert roster_of(held.house, held.uuid).claimed == 0


def test_what_a_phone_keeps_of_a_claim_ends_with_the_vote_without_a_question(
    service: Service, visitors: Visitors
) -> None:
    with open_house(service.settings) as house:
        over, running = draft_of(house), draft_of(house)
        phone = visitors.phone()
        for uuid in (over, running):
            add_attendees(house, uuid, [Attendee("Lê An")])
            make_ready(house, uuid)
            (made,) = make_claim_links(house, uuid, [1])
            phone.scan(f"/c/{uuid}#{made.link}")
            phone.arrive("offering")
            tap(phone, "claim")
            phone.arrive("waiting")
        house.store.cancel(over)
        assert kept_claims(phone) == {over, running}
        asked = seen_requests(phone.page)
        phone.page.goto("/")
        expect(phone.page.locator("#code-form")).to_be_visible()
        assert kept_claims(phone) == {running}
        assert not [request for request in asked if over in request]

        # The ballot page of the session itself asks for its state anyway.
        house.store.cancel(running)
        phone.page.goto(f"/v/{running}")
        phone.arrive("cancelled")
        assert kept_claims(phone) == set()


def test_a_ballot_page_with_another_election_than_the_claim_had_stops(service: Service, visitors: Visitors) -> None:
    with open_house(service.settings) as house:
        uuid = draft_of(house)
        add_attendees(house, uuid, [Attendee("Lê An")])
        make_ready(house, uuid)
        (made,) = make_claim_links(house, uuid, [1])
        phone = visitors.phone()

        def for_this_phone_alone(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, body=answer.body().replace(b'"description":"', b'"description":"x\\n'))

        phone.page.route("**/election", for_this_phone_alone)
        phone.scan(f"/c/{uuid}#{made.link}")
        phone.arrive("offering")
        tap(phone, "claim")
        phone.arrive("waiting")
        open_session(house, uuid)
        phone.page.wait_for_url(f"**/v/{uuid}*", timeout=30_000)
        phone.page.unroute("**/election")
        phone.page.reload()
        phone.arrive("alarm")
        assert house.store.turnout(uuid).ballots == 0


def kept_claims(phone: Phone) -> set[str]:
    """List the sessions of which the browser keeps a claim."""
    names = phone.page.evaluate("Object.keys(localStorage)")
    return {name.split(":")[2] for name in names if name.startswith("voting:claim:")}
