"""The organisation as its people live it: an administrator, chairs, a reviewer, and a person with a phone."""

import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser, Page, expect

from tests.browser.camera import Camera, picture_folder
from tests.browser.meeting import Chair, Service, Visitors, running_service
from tests.browser.organisation import pictured, signed_in_to_everything
from voting.commands.house import open_house

pytestmark = pytest.mark.browser

UNITS = """\
Tên đơn vị,Mã,Đơn vị cấp trên
Huyện Bắc Sơn,BS,
Xã Bình An,BA,BS
Xã Thạch Lâm,TL,BS
"""
PEOPLE = (
    ("Họ và tên", "Chức vụ", "Mã đơn vị", "Nhóm", "Mã số", "Đảng viên"),
    ("Nguyễn Văn An", "Bí thư Đảng ủy; Chủ tịch HĐND", "BA", "Lãnh đạo", "01", "x"),
    ("Trần Thị Bình", "Chủ tịch UBND", "BA", "Lãnh đạo", "02", "x"),
    ("Lê Hoàng Cường", "Văn phòng – Thống kê", "BA", "Công chức", "03", ""),
    ("Giàng A Sử", "Bí thư Đảng ủy", "TL", "Lãnh đạo", "04", "x"),
)
EXCELLENT, GOOD, COMPLETED = 0, 1, 2
OWN = "a password of the own"
REASON = "Chậm tiến độ giải ngân vốn đầu tư công"
PETITION = "Đề nghị xem lại: công trình chậm do bão lũ."
ANSWER = "Đã xem xét; kết luận được giữ nguyên."


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of its own: an organisation is the only one in its house."""
    with running_service(tmp_path_factory.mktemp("service")) as service:
        yield service


def test_an_organisation_evaluates_its_people_from_the_list_of_units_to_the_figures(
    service: Service, visitors: Visitors
) -> None:
    administrator = Chair(visitors.desk())
    first_password = service.command("organisation", "begin", "Tỉnh Hải Sơn", "--administrator", "quan-tri").strip()
    administrator.sign_in("quan-tri", first_password, OWN)
    desk = administrator.page
    _import_units(desk)
    passwords = {
        name: _give_role(desk, name, role, unit)
        for name, role, unit in (
            ("binh-an", "chair", "Xã Bình An"),
            ("thach-lam", "chair", "Xã Thạch Lâm"),
            ("bac-son", "reviewer", "Huyện Bắc Sơn"),
        )
    }
    _import_people(desk)
    cycle = _make_cycle(desk)

    chair, sibling, reviewer = (Chair(visitors.desk()) for _ in range(3))
    chair.sign_in("binh-an", passwords["binh-an"], OWN)
    sibling.sign_in("thach-lam", passwords["thach-lam"], OWN)
    reviewer.sign_in("bac-son", passwords["bac-son"], OWN)
    uuid = _hold_the_vote(chair, visitors)
    _conclude_otherwise(reviewer.page, uuid)
    _make_known_and_answer(chair.page, visitors, uuid)
    _refuse_the_sibling(sibling.page, uuid)
    _look_over_the_years(reviewer.page, uuid)
    _look_at_the_figures(desk, cycle)


def _menu(page: Page, path: str) -> None:
    page.locator("nav .menu-more > summary").click()
    page.locator(f"nav a[href='/chair/{path}']").first.click()
    page.wait_for_url(f"**/chair/{path}")


def _import_units(desk: Page) -> None:
    _menu(desk, "units")
    desk.locator("a[href$='/import']").click()
    desk.locator("#file").set_input_files({"name": "units.csv", "mimeType": "text/csv", "buffer": UNITS.encode()})
    desk.locator("main form button[type=submit]").click()
    expect(desk.locator("tbody tr")).to_have_count(3)
    desk.locator("form[action$='/import/save'] button").click()
    _menu(desk, "units")
    expect(desk.locator(".unit-line")).to_have_count(4)


def _give_role(desk: Page, name: str, role: str, unit: str) -> str:
    """Make an account with a role in a unit; give its one-time password."""
    _menu(desk, "units")
    desk.locator(".unit-line a", has_text=unit).click()
    desk.locator("#account").fill(name)
    desk.locator("#role").select_option(role)
    desk.locator("#new").check()
    desk.locator("form[action$='/roles'] button").click()
    return desk.locator("[data-copy]").get_attribute("data-copy") or ""


def _import_people(desk: Page) -> None:
    book, out = Workbook(), BytesIO()
    for row in PEOPLE:
        book.worksheets[0].append(row)
    book.save(out)
    _menu(desk, "officials")
    desk.locator("a[href$='/officials/import']").click()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    desk.locator("#file").set_input_files({"name": "people.xlsx", "mimeType": kind, "buffer": out.getvalue()})
    desk.locator("main form button[type=submit]").click()
    expect(desk.locator("tbody tr")).to_have_count(4)
    desk.locator("form[action$='/officials/import'] button").click()
    _menu(desk, "officials")
    expect(desk.locator("tbody tr")).to_have_count(4)


def _make_cycle(desk: Page) -> str:
    """Make a cycle with the drafts of both units; give its address."""
    _menu(desk, "cycles")
    desk.locator("a[href='/chair/cycles/new']").click()
    desk.locator("#name").fill("Xếp loại năm 2026")
    desk.locator("#starts").fill("2026-12-20")
    desk.locator("#ends").fill("2026-12-01")
    desk.locator("input[name=scale][value=classification]").check()
    desk.locator("input[name=rule][value=cumulative_from_top]").check()
    desk.locator("#due-self_assessment").fill("2026-12-05")
    # Reversed dates change nothing; what was typed is still there.
    _save(desk)
    expect(desk.locator("#ends-error")).to_be_visible()
    desk.locator("#ends").fill("2026-12-31")
    _save(desk)
    desk.locator("form[action$='/drafts'] button").click()
    desk.locator("tbody .badge-draft").first.wait_for()
    expect(desk.locator("tbody tr")).to_have_count(2)
    return desk.url


def _save(desk: Page) -> None:
    desk.locator("main form[method=post] > .button-row button").click()


def _hold_the_vote(chair: Chair, visitors: Visitors) -> str:
    """Take the draft of the own unit to the published result, three phones voting; give its identifier."""
    page = chair.page
    (link,) = page.locator("main a[href^='/chair/sessions/']", has_text="Xã Bình An").all()
    link.click()
    page.wait_for_url(re.compile(r"/chair/sessions/\w{14}$"))
    chair.uuid = page.url.rpartition("/")[2]
    codes = chair.make_slips()
    chair.step("ready")
    chair.step("open")
    votes = ((EXCELLENT, GOOD, GOOD), (EXCELLENT, GOOD, GOOD), (GOOD, COMPLETED, GOOD))
    for number, answers in enumerate(votes):
        phone = visitors.phone()
        phone.scan(f"/v/{chair.uuid}#{codes[number]}")
        phone.arrive("voting")
        # Sheets stand under the groups of similar duties, of which each begins with the people of the register.
        assert phone.page.locator("#sheet [name=line-2]").count() > 0
        phone.vote(*answers)
        phone.page.close()
    chair.turnout(3)
    for step in ("close", "count", "publish"):
        chair.step(step)
    return chair.uuid


def _conclude_otherwise(page: Page, uuid: str) -> None:
    _menu(page, "results")
    page.locator(f"a[href='/chair/results/{uuid}']").click()
    page.locator(f"a[href='/chair/results/{uuid}/reviews']").click()
    card = page.locator("#line-1")
    card.locator("summary").click()
    card.locator("[name=level]").select_option("2")
    card.locator("button").click()
    # Another conclusion than the vote proposes needs a reason.
    expect(page.locator("#reason-1-error")).to_be_visible()
    page.locator("#reason-1").fill(REASON)
    page.locator("#line-1 button").click()
    expect(page.locator("#line-1 .conclusion-differs")).to_contain_text(REASON)
    page.locator("form[action$='/reviews'] button").click()
    expect(page.locator(".conclusion-pair")).to_have_count(3)
    expect(page.locator(".conclusion-differs")).to_have_count(1)


def _make_known_and_answer(page: Page, visitors: Visitors, uuid: str) -> None:
    page.goto(f"/chair/results/{uuid}/notices")
    page.locator("button[name=who][value=missing]").click()
    page.locator(".notice-cards").wait_for()
    addresses = page.locator(".link-address").all_inner_texts()
    assert len(set(addresses)) == 3
    phone = visitors.phone().page
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(addresses[0])
    expect(phone.locator("h1")).to_have_text("Nguyễn Văn An")
    secret = addresses[0].partition("#")[2]
    assert secret
    assert not any(secret in address for address in [*asked, phone.url])
    assert REASON in phone.locator("main").inner_text()
    assert "Trần Thị Bình" not in phone.content()
    phone.locator("form[action='/r/acknowledge'] button").tap()
    expect(phone.locator("form[action='/r/acknowledge']")).to_have_count(0)
    phone.locator("textarea[name=petition]").fill(PETITION)
    phone.locator("form[action='/r/petition'] button").tap()
    expect(phone.locator("#petition")).to_have_text(PETITION)
    assert phone.context.cookies() == []

    page.goto(f"/chair/results/{uuid}/notices")
    expect(page.locator("main")).to_contain_text(PETITION)
    page.locator("textarea[name=answer]").fill(ANSWER)
    page.locator("form[action$='/notices/answer'] button").click()
    expect(page.locator("textarea[name=answer]")).to_have_count(0)
    phone.goto("about:blank")
    phone.goto(addresses[0])
    expect(phone.locator("#petition-card")).to_contain_text(ANSWER)


def _refuse_the_sibling(page: Page, uuid: str) -> None:
    """A chair of the unit beside sees neither the vote nor its result, nor the people of it."""
    expect(page.locator("main")).not_to_contain_text("Xã Bình An")
    for path in (f"sessions/{uuid}", f"results/{uuid}", f"results/{uuid}/notices", f"results/{uuid}/reviews"):
        answer = page.goto(f"/chair/{path}")
        assert answer is not None
        assert answer.status in (403, 404), path
    _menu(page, "officials")
    expect(page.locator("tbody tr")).to_have_count(1)


def _look_over_the_years(page: Page, uuid: str) -> None:
    page.goto(f"/chair/results/{uuid}")
    page.locator("a[href$='/years']").first.click()
    expect(page.locator("h1")).to_contain_text("Nguyễn Văn An")
    row = page.locator(".years tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(REASON)


def _look_at_the_figures(desk: Page, cycle: str) -> None:
    desk.goto(cycle)
    row = desk.locator("tbody tr", has_text="Xã Bình An")
    expect(row.locator(".badge-published")).to_be_visible()
    desk.goto(f"{cycle}/figures")
    heads = desk.locator("table").first.locator("thead th").all_inner_texts()
    cells = desk.locator("table").first.locator("tbody tr", has_text="Xã Bình An").locator("th, td").all_inner_texts()
    figures = dict(zip(heads, cells, strict=True))
    # By the vote alone one of the three was excellent; the conclusion on that one was another.
    assert figures["Excellent completion of duties"].split()[0] == "0"
    assert figures["Good completion of duties"].split()[0] == "3"
    with desk.expect_download() as download:
        desk.locator("a[href*='figures.xlsx']").click()
    assert Path(download.value.path()).read_bytes().startswith(b"PK")


# ---- pictures


def test_the_organisations_pages_fit_phone_and_computer(browser: Browser, tmp_path: Path) -> None:
    camera = Camera(picture_folder("organisation"), every=os.environ.get("VOTING_ALL_PICTURES") == "yes")
    with running_service(tmp_path) as service, open_house(service.settings) as house:
        shown = pictured(house, "hanh")
        with Visitors(browser, service.address) as visitors:
            desk = visitors.desk()
            signed_in_to_everything(desk, "hanh")
            for language in ("en", "vi"):
                for screen, path in shown.screens:
                    answer = desk.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
                    assert answer is not None
                    assert answer.status == 200, path
                    camera.take(desk, f"organisation-{screen}", language, whole=True)
            for language, locale in (("en", "en-GB"), ("vi", "vi-VN")):
                phone = visitors.phone(locale).page
                phone.goto("/r")
                camera.take(phone, "person-asked", language, whole=True)
                for screen, link in shown.links:
                    phone.goto("about:blank")
                    phone.goto(f"/r#{link}")
                    phone.locator(".own-head").wait_for()
                    camera.take(phone, f"person-{screen}", language, whole=True)
            assert visitors.complaints == []
    print(f"{camera.taken} pictures in {camera.folder}")
    assert camera.too_wide == set()
