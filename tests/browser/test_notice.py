"""A result is made known to one person: from the chair's printed sheet to the answer to a petition, on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.camera import Camera, picture_folder
from tests.browser.meeting import PHONE, Phone, Service, Visitors, running_service
from tests.organisation.organised import PASSWORD, organised
from voting.commands.house import open_house
from voting.domain.organisation.notices import make_notices
from voting.domain.organisation.officials import Official
from voting.domain.organisation.roles import Role
from voting.domain.sessions import Session

pytestmark = pytest.mark.browser

AN, BINH = "Nguyễn Văn An", "Trần Thị Bình"
PETITION = "Tôi đề nghị xem xét lại mức xếp loại.\nLý do: <b>tiến độ</b> không do lỗi của tôi."
ANSWER = "Đã xem xét; giữ nguyên kết quả."


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of its own, in which there is an organisation."""
    with running_service(tmp_path_factory.mktemp("notices")) as service:
        yield service


@pytest.fixture(scope="module")
def vote(service: Service) -> Session:
    """A published vote on two people of the village, who were voted on the year before as well."""
    with open_house(service.settings) as house:
        province = organised(house)
        province.account(Role.CHAIR, province.village)
        wanted = (Official("", AN, "", ("Chủ tịch",)), Official("", BINH, "", ("Phó Chủ tịch",)))
        people = province.register(province.village, *wanted)
        province.published(province.village, people, [(2, 1), (2, 3)], title="Xếp loại năm 2025")
        return province.published(province.village, people, [(1, 2), (1, 3), (2, 3)], occasion="yearly")


def links_of(service: Service, vote: Session) -> list[str]:
    """Make links without the chair's pages."""
    titles = [person.title for person in vote.sheet.people]
    with open_house(service.settings) as house:
        return make_notices(house, vote.uuid, titles, days=30, by="chair")


def sign_in(page: Page) -> None:
    page.goto("/chair/sign-in")
    page.locator("main [name=name]").fill("chair.village")
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/chair/")


def read(phone: Phone, link: str) -> None:
    phone.scan(link)
    phone.page.locator(".own").wait_for()


def told(phone: Phone) -> str:
    return phone.words().replace("\N{NO-BREAK SPACE}", " ")


def test_a_person_reads_confirms_and_petitions_and_reads_the_answer(
    service: Service, vote: Session, visitors: Visitors
) -> None:
    camera = Camera(picture_folder("notice"), every=True)
    desk = visitors.desk("vi-VN")
    sign_in(desk)
    desk.goto(f"/chair/results/{vote.uuid}/notices")
    camera.take(desk, "notices", "vi", whole=True)
    desk.locator("button[value=missing]").click()
    desk.locator(".notice-cards").wait_for()
    camera.take(desk, "links", "vi", whole=True)
    assert desk.locator(".notice-cards h2").all_inner_texts() == [AN, BINH]
    link = desk.locator(".link-address").first.inner_text()
    secret = link.rpartition("#")[2]
    desk.go_back()
    assert secret not in desk.content()

    phone = visitors.phone("vi-VN")
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(f"{request.url} {request.headers}"))
    read(phone, link)
    for words in (AN, "Chủ tịch", "66,67 %", "33,33 %", "Hoàn thành xuất sắc nhiệm vụ", "Xếp loại năm 2025"):
        assert words in told(phone)
    assert BINH not in phone.page.content()
    camera.take(phone.page, "sheet", "vi", whole=True)

    phone.page.locator("form[action*='/r/acknowledge'] button").tap()
    expect(phone.page.locator(".notice-ok")).to_contain_text("Đã ghi nhận")
    phone.page.locator("#petition").fill(PETITION)
    phone.page.locator("form[action*='/r/petition'] button").tap()
    expect(phone.page.locator(".own-words")).to_have_text(PETITION)
    camera.take(phone.page, "petition", "vi", whole=True)

    desk.goto(f"/chair/results/{vote.uuid}/notices")
    expect(desk.locator(".typed-words")).to_have_text(PETITION)
    desk.locator("textarea[name=answer]").fill(ANSWER)
    desk.locator("form[action$='/answer'] button").click()
    expect(desk.locator(".typed-words").nth(1)).to_have_text(ANSWER)
    camera.take(desk, "answered", "vi", whole=True)

    read(phone, link)
    expect(phone.page.locator(".own-words").nth(1)).to_have_text(ANSWER)
    camera.take(phone.page, "answer", "vi", whole=True)
    # The language changes on the page itself: the secret is in no address that could be asked for again.
    phone.page.locator("header form button").tap()
    expect(phone.page.locator("html")).to_have_attribute("lang", "en")
    assert "Answer of the chair" in told(phone)
    camera.take(phone.page, "answer", "en", whole=True)

    visited = repr(phone.context.new_cdp_session(phone.page).send("Page.getNavigationHistory")["entries"])
    assert not [place for place in (*asked, visited, repr(phone.stored())) if secret in place]
    assert phone.context.cookies() == []
    assert not [name for name, text in service.kept_files() if secret.encode() in text]
    assert camera.too_wide == set()


def test_whoever_scans_another_link_sees_that_result_and_not_the_one_before(
    service: Service, vote: Session, visitors: Visitors
) -> None:
    first, second = links_of(service, vote)
    phone = visitors.phone("vi-VN")
    read(phone, f"/r#{first}")
    phone.scan(f"/r#{second}")
    expect(phone.page.locator("h1")).to_have_text(BINH)
    assert AN not in phone.page.content()
    # What only leads to a place on the page is no link.
    phone.page.locator(".skip-link").focus()
    phone.page.keyboard.press("Enter")
    expect(phone.page.locator("main")).to_be_focused()
    assert phone.page.locator("h1").inner_text() == BINH
    # Also when it is none: silence would leave the result of somebody else on the screen.
    phone.scan(f"/r#{second[:-1]}")
    phone.page.locator("#asking [role=alert]").first.wait_for()
    assert BINH not in phone.page.content()


def test_the_code_on_the_paper_can_be_typed(service: Service, vote: Session, visitors: Visitors) -> None:
    first, _ = links_of(service, vote)
    phone = visitors.phone("vi-VN")
    phone.page.goto("/r")
    phone.page.locator("#link").press_sequentially(first.replace("-", "")[:9])
    expect(phone.page.locator("#link")).to_have_value("-".join((first[:4], first[5:9], first[10])))
    phone.page.locator("#link-form button").tap()
    expect(phone.page.locator("#link-error")).to_be_visible()
    phone.page.locator("#link").fill(first)
    phone.page.locator("#link-form button").tap()
    expect(phone.page.locator("h1")).to_have_text(AN)
    phone.page.go_back()
    phone.page.locator("#link").wait_for()
    assert phone.page.locator("#link").input_value() == ""


def test_all_of_it_works_without_scripts(service: Service, vote: Session, visitors: Visitors) -> None:
    first, _ = links_of(service, vote)
    page = visitors.desk("en-GB", java_script_enabled=False, viewport=PHONE)
    page.goto("/r")
    page.locator("#link").fill(first.replace("-", " "))
    page.locator("#link-form button").click()
    expect(page.locator("h1")).to_have_text(AN)
    page.locator("header form button").click()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    assert first not in page.url
