"""What holds for the pages as such: names are text, typed codes find their way, and little is loaded."""

import gzip
import json

import pytest
from playwright.sync_api import Dialog, Page, Response, expect

from tests.browser.meeting import Chair, MakeMeeting, Service, Visitors, get

pytestmark = pytest.mark.browser

MOST_BYTES = 100_000
SCRIPTS = (
    "<script>window.ran = 1; alert(1)</script>",
    '"><img src=x onerror="window.ran = 1">',
    "</script><svg onload=alert(1)>",
    "<!--<script>{{ 7 * 7 }}',ran=1,'",
)


@pytest.mark.fault("W1")
def test_a_script_in_a_name_is_text_on_every_page(service: Service, visitors: Visitors) -> None:
    desk, phone = visitors.desk(), visitors.phone("en-GB")
    projector = visitors.desk()
    dialogs: list[str] = []

    def refuse(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    for page in (desk, phone.page, projector):
        page.on("dialog", refuse)
    chair = Chair(desk)
    chair.sign_in("binh", service.command("chair", "add", "binh").strip(), "a password of his own")
    looked_at = [_ran(desk)]
    fields = {"title": SCRIPTS[0], "description": SCRIPTS[1], "unit": SCRIPTS[2], "labels": "\n".join(SCRIPTS[:2])}
    people = "\n".join(f"{name}\t{position}" for name, position in zip(SCRIPTS, reversed(SCRIPTS), strict=True))
    chair.make_session(people=people, scale="own", blank="yes", codes="5", spares="0", **fields)
    assert SCRIPTS[0] in desk.locator("h1").inner_text()
    looked_at.append(_ran(desk))
    codes = chair.make_slips()
    looked_at.append(_ran(desk))
    chair.step("ready")
    chair.step("open")
    phone.scan("/")
    looked_at.append(_ran(phone.page))
    phone.scan(f"/v/{chair.uuid}#{codes[0]}")
    phone.fill_in(0, 1, 0, 1)
    assert SCRIPTS[1] in phone.words()
    looked_at.append(_ran(phone.page))
    phone.cast()
    phone.tracker()
    for name in ("close", "count", "publish"):
        chair.step(name)
        looked_at.append(_ran(desk))
    for path in ("/chair/", "/chair/sessions/new", f"/s/{chair.uuid}", f"/s/{chair.uuid}/screen", "/"):
        projector.goto(path)
        looked_at.append(_ran(projector))
    expect(phone.page.locator(".result")).to_have_count(4, timeout=10_000)
    looked_at.append(_ran(phone.page))
    print(f"W1: {len(SCRIPTS)} scripts in every field, {len(looked_at)} pages, {sum(looked_at) + len(dialogs)} ran")
    assert not any(looked_at)
    assert dialogs == []


def _ran(page: Page) -> bool:
    """Tell whether a script out of a name ran; what is merely blocked by the content policy is a complaint."""
    page.wait_for_load_state()
    return bool(page.evaluate("'ran' in window || document.querySelector('main img, main svg[onload]') !== null"))


def test_a_typed_code_leads_to_the_ballot_and_a_wrong_one_is_told_why(visitors: Visitors, meeting: MakeMeeting) -> None:
    held, other = meeting(title="Bầu ban chấp hành"), meeting(title="Biểu quyết quy chế")
    phone = visitors.phone("en-GB")
    phone.scan("/")
    field, error = phone.page.locator("#code"), phone.page.locator("#code-error")
    send = phone.page.locator("#code-form button[type=submit]")
    code = held.codes[0]
    wrong = [
        ("", "type the code first"),
        (code[:7] + "0" + code[8:], "“0” in group 2"),
        (code[:4] + code[5:], "Group 1 has the wrong length"),
        (code.replace("-", "")[:20], "characters missing: 2"),
        (code + "xyz", "characters too many: 3"),
    ]
    for typed, words in wrong:
        field.fill(typed)
        send.tap()
        expect(error).to_contain_text(words)
        expect(field).to_have_attribute("aria-invalid", "true")

    phone.page.locator(f"label:has([value='{held.uuid}'])").tap()
    field.fill("")
    field.press_sequentially(code.replace("-", ""))
    expect(field).to_have_value(code)
    send.tap()
    phone.arrive("voting")
    assert phone.page.url == f"{held.address}/v/{held.uuid}"
    assert "Bầu ban chấp hành" in phone.words()

    stranger = visitors.phone("vi-VN")
    stranger.scan(f"/v/{held.uuid}#{other.codes[0]}")
    stranger.arrive("unknown")
    assert "không thuộc phiên" in stranger.words()
    assert stranger.stored() == {}
    stranger.page.locator("[data-act=forget]:visible").tap()
    stranger.arrive("entering")
    stranger.page.locator("#code").fill(held.link(1))
    stranger.page.locator("#code-form button[type=submit]").tap()
    stranger.arrive("voting")


def test_the_phone_page_loads_less_than_100_kb(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting()
    phone = visitors.phone()
    answers: list[Response] = []
    phone.page.on("response", lambda answer: answers.append(answer))
    phone.scan(held.link(0))
    phone.arrive("voting")
    bodies = [get(answer.url)[1] for answer in answers if answer.status == 200]
    plain, packed = sum(map(len, bodies)), sum(len(gzip.compress(body)) for body in bodies)
    print(f"phone page: {packed} bytes gzipped, {plain} plain, {len(answers)} answers")
    assert packed < MOST_BYTES


@pytest.mark.parametrize(("path", "badge"), [("/s/{}", "#board-state"), ("/s/{}/screen", "#screen-state")])
def test_an_old_answer_does_not_take_a_published_session_back(
    visitors: Visitors, meeting: MakeMeeting, path: str, badge: str
) -> None:
    session = meeting()
    session.cast(0, 0, 1, 2)
    session.close()
    before = json.loads(get(f"{session.address}/api/sessions/{session.uuid}")[1])
    session.count()
    session.publish()
    page = visitors.desk("en-GB")
    # One process of the service may answer with what another has told a second before.
    page.route(f"**/api/sessions/{session.uuid}", lambda route: route.fulfill(json=before))
    with page.expect_response(f"**/api/sessions/{session.uuid}"):
        page.goto(path.format(session.uuid))
    page.wait_for_timeout(300)
    expect(page.locator(badge)).to_have_class("badge badge-published")
