"""A whole meeting through the chair's pages, without JavaScript."""

import io
import re

from flask import Flask

from tests.web.casting_ballots import cast_ballot
from tests.web.chair_browser import ChairBrowser, codes_on
from tests.web.conftest import ONE_TIME
from voting.domain.house import House
from voting.domain.sessions import State

OWN_PASSWORD = "three unrelated words"
LIST = "Họ và tên;Chức vụ\nNguyễn Văn An;Trưởng phòng\nTrần Thị Bình;Phó Trưởng phòng\n"
BAD_LIST = "Họ và tên;Chức vụ\nNguyễn Văn An;Trưởng phòng\n;Phó Trưởng phòng\n"
ENTRIES = {
    "title": "Lấy phiếu tín nhiệm",
    "unit": "Sở Nội vụ",
    "occasion": "mid_term",
    "language": "vi",
    "scale": "confidence",
    "mode": "quick",
    "codes": "4",
    "spares": "1",
    "version": "0",
    "people": "",
}


def test_a_newcomer_runs_a_whole_vote(app: Flask, house: House) -> None:
    browser = ChairBrowser(app)
    assert browser.sign_in("newcomer", ONE_TIME).location == "/chair/password"
    assert browser.get("/chair/").location == "/chair/password"
    browser.send("/chair/password", {"new": OWN_PASSWORD, "again": OWN_PASSWORD}, on="/chair/password")
    assert browser.get("/chair/").status_code == 200

    refused = browser.send(
        "/chair/sessions/new", {**ENTRIES, "wish": "preview", "file": upload(BAD_LIST)}, on="/chair/sessions/new"
    )
    assert refused.status_code in (400, 422)
    assert "Line 3" in refused.text
    assert "the name is missing" in refused.text
    assert 'value="Lấy phiếu tín nhiệm"' in refused.text

    preview = browser.send("/chair/sessions/new", {**ENTRIES, "wish": "preview", "file": upload(LIST)})
    assert "Trần Thị Bình" in preview.text
    kept = browser.kept_entries()
    saved = browser.send("/chair/sessions/new", {**kept, "wish": "save"})
    page = saved.location
    uuid = page.rsplit("/", 1)[1]
    assert [person.name for person in house.store.session(uuid).sheet.people] == ["Nguyễn Văn An", "Trần Thị Bình"]

    assert "Make the slips" in browser.get(page).text
    slips = browser.send(f"{page}/slips", browser.hidden())
    codes = codes_on(slips.text)
    assert len(codes) == 5
    for step, state in (("ready", State.READY), ("open", State.OPEN)):
        take(browser, page, step)
        assert house.store.session(uuid).state == state

    for code, levels in zip(codes, [(1, 2), (1, 3), (2, 3)], strict=False):
        cast_ballot(house, uuid, code, *levels)
    live = browser.get(page).text
    assert re.search(rf'data-session="{uuid}"', live)
    assert re.search(r"data-turnout[^>]*>3<", live)
    assert "66.67" not in live

    take(browser, page, "close")
    take(browser, page, "count")
    assert "66.67%" in browser.get(page).text
    assert "Only you see the result" in browser.page.text
    take(browser, page, "publish")
    assert house.store.session(uuid).state == State.PUBLISHED
    assert app.test_client().get(f"/api/sessions/{uuid}/result").status_code == 200


def upload(text: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode()), "people.csv"


def take(browser: ChairBrowser, page: str, step: str) -> None:
    """Take the step that the session's page offers, over the page that asks first."""
    assert f'href="{page}/{step}"' in browser.get(page).text
    question = browser.get(f"{page}/{step}")
    assert "This cannot be undone." in question.text
    assert browser.send(f"{page}/{step}", browser.hidden()).location == page
