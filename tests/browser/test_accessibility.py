"""No page breaks a rule of WCAG 2.2 AA that a program can check: every route, in its states, languages and colours.

The routes come from the application itself. One that shows no page in any of the states fails here, so that a new page
cannot be forgotten.
"""

from collections.abc import Iterator
from time import monotonic

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext

from tests.browser.axe import Axe
from tests.browser.every_page import Hall, application, furnished, pages
from tests.browser.meeting import Service, Visitors
from tests.browser.walk import LANGUAGES, Walk
from voting.commands.chair import add_chair
from voting.commands.house import open_house
from voting.domain.house import House

pytestmark = pytest.mark.browser

PASSWORD = "a password that is her own"
# So many there are at least, each in four ways. Fewer: the walk passes by what it stopped at before.
PLACES = 100


@pytest.fixture
def house(service: Service) -> Iterator[House]:
    """What the service works on."""
    with open_house(service.settings) as house:
        yield house


def test_no_page_breaks_a_rule_of_accessibility(service: Service, house: House, visitors: Visitors) -> None:
    begun, axe = monotonic(), Axe()
    password = add_chair(house, "hoai")
    hall, app = furnished(house, service.address, "hoai"), application(service.settings, house)
    stranger = Walk.begun(visitors.desk().context, axe)
    for path in ("/", "/chair/sign-in", "/nothing/here"):
        stranger.visit(path, "nobody signed in", path)
    _look_at_faults(stranger, app)
    _look_at_own_results(stranger, hall)
    walk = Walk.begun(_signed_in(visitors, password, axe), axe)
    _look_at_lists(walk, hall)
    for endpoint, state, address in pages(app, hall):
        walk.visit(endpoint, state, address)
    print(f"{len(walk.statuses)} routes, {monotonic() - begun:.0f} s")
    axe.require_clean(PLACES)
    assert {name: codes for name, codes in walk.statuses.items() if min(codes) >= 400} == {}


def _signed_in(visitors: Visitors, password: str, axe: Axe) -> BrowserContext:
    """Give a browser whose chair came through the page on which a one-time password is replaced."""
    page = visitors.desk("en-GB")
    page.goto("/chair/sign-in")
    page.locator("main [name=name]").fill("hoai")
    page.locator("main [name=password]").fill(password)
    page.locator("main form button").click()
    for language in LANGUAGES:
        page.goto(f"/chair/password?lang={language}")
        axe.examine("the one-time password is to be replaced", page)
    for name in ("new", "again"):
        page.locator(f"main [name={name}]").fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url("**/chair/")
    return page.context


def _look_at_faults(walk: Walk, app: Flask) -> None:
    """Look at what only goes wrong when something is broken: a form of another house, and a fault of ours."""

    def break_down() -> str:
        raise RuntimeError("broken on purpose")

    app.view_functions["landing.page"] = break_down
    asking = app.test_client()
    for name, status, ask in (("a form of nobody", 400, asking.post), ("a fault", 500, asking.get)):
        path = "/" if status == 500 else "/chair/sign-in"
        answers = {language: ask(f"{path}?lang={language}", headers={"Host": "127.0.0.1"}) for language in LANGUAGES}
        assert {answer.status_code for answer in answers.values()} == {status}
        walk.look_at_answers(name, path, {language: answer.text for language, answer in answers.items()})


def _look_at_own_results(walk: Walk, hall: Hall) -> None:
    """Look at what a personal link leads to, and at what is said to a petition without words."""
    links = dict(hall.organisation.links)
    sent = [(f"own result, {shown}", "/r", {"secret": link}) for shown, link in links.items()]
    sent += [
        ("a petition without words", "/r/petition", {"secret": links["fresh"], "petition": " "}),
        ("own result, read", "/r/acknowledge", {"secret": links["fresh"]}),
        ("a link of nobody", "/r", {"secret": "no such link"}),
    ]
    for name, path, form in sent:
        answers = {language: walk.context.request.post(f"{path}?lang={language}", form=form) for language in LANGUAGES}
        assert {answer.status for answer in answers.values()} <= {200, 400, 404}
        walk.look_at_answers(name, path, {language: answer.text() for language, answer in answers.items()})


def _look_at_lists(walk: Walk, hall: Hall) -> None:
    """Look at the previews of lists of units and of people, and at what is said to bad ones."""
    top = hall.organisation.places["top"]["unit"]
    units = "Tên đơn vị,Mã,Đơn vị cấp trên\nXã Mới,MOI,TG\nXã Bình Nguyên Mới,TG2,HG\nXã Bản Lường,TG3,\n"
    people = (
        "Họ và tên,Chức vụ,Mã đơn vị,Mã số,Đảng viên\nLê Văn Mới,Văn thư,TG1,,x\n"
        "Nguyễn Văn Hòa,Kế toán,TG1,,\nNguyễn Thị Hạnh,Bí thư Đảng ủy,TG1,LG-001,\n"
    )
    for what, path, text in (
        ("units", f"/chair/units/{top}/import", units),
        ("people", f"/chair/units/{top}/officials/import", people),
    ):
        walk.upload(f"a list of {what}", path, "list.csv", text)
        walk.upload(f"a bad list of {what}", path, "list.csv", f"{text}{text}\n,x,y,z")
