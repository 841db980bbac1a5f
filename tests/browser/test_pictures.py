"""Pictures of every screen, for people to look at; what a program can see of a bad layout, it checks here."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.camera import Camera, picture_folder
from tests.browser.meeting import PEOPLE, Chair, MakeMeeting, Meeting, Service, Visitors
from tests.browser.teller_phone import TellerPhone
from voting.commands.chair import add_chair
from voting.commands.house import open_house
from voting.domain.ceremony import restart_ceremony
from voting.domain.drafting import cancel_session, create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes, void_code
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.domain.tellers import Teller
from voting.protocol.codes import public_credential
from voting.protocol.group import point_to_hex

pytestmark = pytest.mark.browser

LOCALES = {"vi": "vi-VN", "en": "en-GB"}
TITLE = "Lấy phiếu tín nhiệm đối với người giữ chức vụ lãnh đạo"
LONG = Person("Tôn Nữ Thị Ngọc Quỳnh Trâm", "Trưởng phòng Tổ chức cán bộ, kiêm Chủ tịch Công đoàn cơ sở")
TEAM = (Teller("Đỗ Thị Lan", "head"), Teller("Tôn Thất Vũ Minh Khôi", "secretary"))
PASSWORD = "a password for pictures"
VOTES = ((0, 0, 1), (0, 1, 1), (0, 0, 2), (1, 0, 1), (0, 0, 1), (0, 0, 0), (0, 2, 1), (0, 0, 1), (1, 0, 0))
MOST_PICTURE_BYTES = 120_000


@pytest.fixture
def house(service: Service) -> Iterator[House]:
    """What the service works on, for the steps that no picture is taken of."""
    with open_house(service.settings) as house:
        yield house


@pytest.fixture
def camera() -> Iterator[Camera]:
    """A camera for the gallery; VOTING_ALL_PICTURES=yes has it take every screen in every size, theme and language.

    Without it, what sticks out is looked for in both sizes all the same: the pictures themselves are for people.
    """
    camera = Camera(picture_folder("gallery"), every=os.environ.get("VOTING_ALL_PICTURES") == "yes")
    yield camera
    print(f"{camera.taken} pictures in {camera.folder}")


def test_the_chairs_pages_fit_phone_and_computer(visitors: Visitors, meeting: MakeMeeting, camera: Camera) -> None:
    page = visitors.desk("vi-VN")
    held = meeting(
        state="ready", title=TITLE, people=(*PEOPLE, LONG), codes=7, spares=2, chair="minh", unit="Sở Nội vụ"
    )
    home = f"/chair/sessions/{held.uuid}"

    def look(screen: str, path: str) -> None:
        for language in ("en", "vi"):
            page.goto(f"{path}?lang={language}")
            camera.take(page, f"chair-{screen}", language, whole=True)

    def answered(screen: str) -> None:
        camera.take(page, f"chair-{screen}", "vi", whole=True)

    look("sign-in", "/chair/sign-in")
    enter(page, name="minh", password="not this one")
    answered("sign-in-refused")
    enter(page, name="minh", password=add_chair(held.house, "minh"))
    look("password", "/chair/password")
    enter(page, new=PASSWORD, again=PASSWORD)
    look("overview", "/chair/")
    look("new", "/chair/sessions/new")
    page.locator("#title").fill(TITLE)
    page.locator("#people").fill("Nguyễn Văn An\tGiám đốc\n\tKế toán trưởng\nNguyễn Văn An\tGiám đốc")
    page.locator("button[value=preview]").click()
    answered("new-faults")
    page.locator("#people").fill("\n".join(f"{person.name}\t{person.position}" for person in (*PEOPLE, LONG)))
    page.locator("input[name=mode][value=quick]").check()
    page.locator("button[value=preview]").click()
    answered("preview")
    page.locator("button[value=save]").click()
    answered("draft")
    page.locator("form[action$='/slips'] button").click()
    page.locator(".slips-end").wait_for()
    answered("slips")
    look("ready", home)
    look("confirm-open", f"{home}/open")
    look("void", f"{home}/void")
    held.open()
    for number in range(3):
        held.cast(number, *VOTES[number], 0)
    look("open", home)
    look("confirm-close", f"{home}/close")
    held.close()
    look("closed", home)
    held.count()
    look("counted", home)
    look("confirm-cancel", f"{home}/cancel")
    held.publish()
    look("published", home)
    look("not-found", "/chair/nothing-here")
    assert camera.too_wide == set()


def enter(page: Page, **fields: str) -> None:
    """Fill in a form of the chair's pages and send it."""
    for name, text in fields.items():
        page.locator(f"main [name={name}]:visible").fill(text)
    page.locator("main form button").click()


def test_the_rooms_pages_fit_phone_and_computer(visitors: Visitors, meeting: MakeMeeting, camera: Camera) -> None:
    held = meeting(state="ready", title=TITLE, people=(*PEOPLE, LONG), codes=8, blank=True)
    phones = {language: visitors.phone(locale) for language, locale in LOCALES.items()}
    walls = {language: visitors.desk(locale) for language, locale in LOCALES.items()}

    def look(screen: str, *, whole: bool = False) -> None:
        for language, phone in phones.items():
            phone.arrive(screen)
            camera.take(phone.page, f"phone-{screen}", language, whole=whole)

    def look_at_walls(screen: str, path: str, shows: str = "main") -> None:
        for language, wall in walls.items():
            wall.goto(path)
            wall.locator(shows).first.wait_for()
            camera.take(wall, screen, language, whole="screen" not in screen)

    look_at_walls("landing", "/")
    for wall in walls.values():
        wall.locator("#code").fill(held.codes[0][:-4])
        wall.locator("#code-form button[type=submit]").click()
    for language, wall in walls.items():
        camera.take(wall, "landing-wrong-code", language)
    for phone in phones.values():
        phone.scan(f"/v/{held.uuid}")
    look("entering")
    for number, phone in enumerate(phones.values()):
        phone.scan(held.link(number))
    look("waiting")
    look_at_walls("screen-ready", f"/s/{held.uuid}/screen", "#screen-of:not(:empty)")
    held.open()
    look("voting")
    for phone in phones.values():
        for line in range(3):
            phone.choose(line, VOTES[0][line])
        phone.review()
        phone.arrive("reviewing")
        phone.cast()
    look("reviewing", whole=True)
    for phone in phones.values():
        phone.page.locator("label:has(#blanks-confirm)").tap()
        phone.context.set_offline(True)
        phone.cast()
    for phone in phones.values():
        expect(phone.page.locator("#retrying")).to_be_visible(timeout=10_000)
    look("sending")
    for phone in phones.values():
        phone.context.set_offline(False)
    look("voted", whole=True)
    look_at_walls("screen-open", f"/s/{held.uuid}/screen", "#screen-of:not(:empty)")
    look_at_phones_that_cannot_vote(visitors, held, camera)
    held.close()
    held.count()
    held.publish()
    for phone in phones.values():
        phone.page.locator(".result").first.wait_for()
    for language, phone in phones.items():
        camera.take(phone.page, "phone-result", language, whole=True)
    look_at_walls("screen-published", f"/s/{held.uuid}/screen", ".result")
    look_at_walls("board", f"/s/{held.uuid}?tracker={'A' * 43}")
    assert camera.too_wide == set()


def look_at_phones_that_cannot_vote(visitors: Visitors, held: Meeting, camera: Camera) -> None:
    """Take the pictures of what says that nothing can be voted, and why."""
    void_code(held.house, held.uuid, point_to_hex(public_credential(held.uuid, held.codes[2])))
    draft, gone = (create_session(held.house, Session("", TITLE, make_sheet(PEOPLE))).uuid for _ in range(2))
    cancel_session(held.house, gone)
    strange = "11111-111111-11111-111111"
    screens = {
        "used": held.link(0),
        "void": held.link(2),
        "unknown": f"/v/{held.uuid}#{strange}",
        "unready": f"/v/{draft}#{strange}",
        "cancelled": f"/v/{gone}#{strange}",
    }
    for language in LOCALES if camera.every else ("vi",):
        phone = visitors.phone(LOCALES[language])
        for screen, link in screens.items():
            phone.scan(link)
            phone.arrive(screen)
            camera.take(phone.page, f"phone-{screen}", language)
        phone.scan("/v/11111111111111")
        camera.take(phone.page, "phone-no-session", language)


def test_the_tellers_pages_fit_phone_and_computer(
    service: Service, house: House, visitors: Visitors, camera: Camera, tmp_path: Path
) -> None:
    draft = Session("", TITLE, make_sheet((LONG,)), codes=6, chair="hanh", tellers=TEAM, threshold=2)
    uuid = create_session(house, draft).uuid
    home = f"/chair/sessions/{uuid}"
    desk = visitors.desk("vi-VN")
    desk.goto("/chair/")
    enter(desk, name="hanh", password=add_chair(house, "hanh"))
    enter(desk, new=PASSWORD, again=PASSWORD)
    phones = {language: TellerPhone(visitors.phone(locale).page) for language, locale in LOCALES.items()}
    lan, khoi = phones.values()

    def look(screen: str, *tellers: TellerPhone) -> None:
        for language, phone in phones.items():
            if phone in (tellers or phones.values()):
                phone.arrive(screen)
                camera.take(phone.page, f"teller-{screen}", language, whole=True)

    def look_at_chair(screen: str, path: str) -> None:
        for language in LOCALES if camera.every else ("vi",):
            desk.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
            camera.take(desk, f"chair-{screen}", language, whole=True)

    look_at_chair("team", f"{home}/tellers")
    links = Chair(desk).make_links()
    camera.take(desk, "chair-team-links", "vi", whole=True)
    for phone in phones.values():
        phone.open(f"/t/{uuid}")
    look("entering")
    for phone, link in zip(phones.values(), links, strict=True):
        phone.open(link)
    look("intro")
    lan.act("make")
    lan.arrive("saving")
    lan.page.locator("#key-show").tap()
    look("saving", lan)
    lan.act("write-down")
    look("retyping", lan)
    lan.act("back")
    lan.save_as_file(tmp_path)
    look("ceremony", lan)
    look_at_chair("team-waiting", f"{home}/tellers")
    khoi.page.route("**/me/certificate*", lambda route: route.continue_(post_data="{}"))
    khoi.make_key()
    khoi.save_as_file(tmp_path)
    look("stopped")
    look_at_chair("team-stopped", f"{home}/tellers")
    look_at_chair("team-replace", f"{home}/tellers/replace?teller=2")
    khoi.page.unroute("**/me/certificate*")
    restart_ceremony(house, uuid)
    look("agreed")
    look_at_chair("team-agreed", f"{home}/tellers")
    held = Meeting(house, service.address, uuid, make_codes(house, uuid))
    confirm_codes(house, uuid)
    look("waiting")
    held.open()
    held.cast(0, 1)
    held.close()
    look("closed")
    for phone in phones.values() if camera.every else (lan,):
        phone.act("verify")
        look("comparing", phone)
    for language, locale in LOCALES.items():
        wall = visitors.desk(locale)
        wall.goto(f"/s/{uuid}/screen")
        for compared in ("head", "fingerprint"):
            digits = lan.page.locator(f"#comparing-{compared}").inner_text()
            expect(wall.locator("#screen-compare")).to_contain_text(digits)
        camera.take(wall, "screen-closed", language)
    lan.decrypt()
    look("tallied", lan)
    look_at_chair("counting", home)
    look_at_chair("team-counting", f"{home}/tellers")
    assert camera.too_wide == set()


def test_the_pictures_of_the_readme_are_small(visitors: Visitors, meeting: MakeMeeting) -> None:
    folder = picture_folder("readme")
    held = meeting(title=TITLE, codes=12, spares=2, chair="thuy", unit="Sở Nội vụ")
    page = visitors.desk("vi-VN", viewport={"width": 1000, "height": 800})
    page.goto("/chair/")
    enter(page, name="thuy", password=add_chair(held.house, "thuy"))
    enter(page, new=PASSWORD, again=PASSWORD)
    phone = visitors.phone("vi-VN", device_scale_factor=2)
    phone.scan(held.link(11))
    phone.arrive("voting")
    phone.choose(0, 0)
    phone.page.evaluate("scrollTo(0, 0)")
    taken = {"phone": phone.page.screenshot()}
    for number, vote in enumerate(VOTES):
        held.cast(number, *vote)
    page.goto(f"/chair/sessions/{held.uuid}")
    taken["chair"] = page.screenshot()
    held.close()
    held.count()
    held.publish()
    wall = visitors.desk("vi-VN", viewport={"width": 1280, "height": 720})
    wall.goto(f"/s/{held.uuid}/screen")
    expect(wall.locator(".result")).to_have_count(3)
    taken["projector"] = wall.screenshot()
    for name, picture in taken.items():
        (folder / f"{name}.png").write_bytes(picture)
    print({name: len(picture) for name, picture in taken.items()})
    assert max(map(len, taken.values())) < MOST_PICTURE_BYTES
