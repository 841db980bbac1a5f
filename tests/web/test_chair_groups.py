"""Groups of posts on the list: headings are typed or read from a file, and come back as they were."""

import html
import io
from dataclasses import replace

import openpyxl
import pytest

from tests.web.chair_browser import ChairBrowser
from tests.web.draft_form import CONFIDENCE, NEW, saved, text_at
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet

GROUPED = "# Ủy ban\nNguyễn Văn An\tChủ tịch\nLê Văn Cường\tPhó Chủ tịch\n# Tòa án\nTrần Thị Bình\tChánh án"


def test_headings_divide_the_list_and_come_back_in_the_form(chair: ChairBrowser, house: House) -> None:
    page = chair.send(NEW, {**CONFIDENCE, "people": GROUPED}, on=NEW).location
    assert [(heading, len(people)) for heading, people in saved(house, page).sheet.groups] == [
        ("Ủy ban", 2),
        ("Tòa án", 1),
    ]
    assert GROUPED in text_at(chair, f"{page}/edit")
    assert "<h3>Tòa án</h3>" in text_at(chair, page)


@pytest.mark.parametrize("scale", ["confidence", "motion"])
def test_saving_the_form_again_changes_nothing(chair: ChairBrowser, house: House, scale: str) -> None:
    people = (
        Person("Thông qua báo cáo, dự toán; quyết toán"),
        Person("# 7 of the agenda"),
        Person("An", "Chair", "Board"),
        Person("Bình", "Deputy, acting", "Board"),
        Person("Cường", "", "Audit"),
    )
    sheet = make_sheet(people, scale)
    before = create_session(house, Session("", "T", sheet, codes=12, pooled=3, spares=2, chair="hoa"))
    path = f"/chair/sessions/{before.uuid}/edit"
    text = (
        html.unescape(chair.get(path).text)
        .partition('name="people"')[2]
        .partition(">\n")[2]
        .partition("</textarea>")[0]
    )
    fields = {**CONFIDENCE, "title": "T", "scale": scale, "pooled": "3", "people": text}
    assert chair.send(path, fields).status_code == 303
    assert house.store.session(before.uuid) == replace(before, version=1)


def test_a_workbook_with_groups_is_previewed_under_its_headings(chair: ChairBrowser, house: House) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["Họ và tên", "Chức vụ", "Nhóm"],
        ["Nguyễn Văn An", "Chủ tịch", "Ủy ban"],
        ["Lê Văn Cường", "Phó Chủ tịch", None],
        ["Trần Thị Bình", "Chánh án", "Tòa án"],
    ):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    preview = chair.send(NEW, {**CONFIDENCE, "people": "", "file": (out, "list.xlsx")}, on=NEW)
    for heading in ("Ủy ban", "Tòa án"):
        assert f'scope="rowgroup">{heading}</th>' in preview.text
    session = saved(house, chair.send(NEW, {**chair.kept_entries(), "wish": "save"}).location)
    assert [person.group for person in session.sheet.people] == ["Ủy ban", "Ủy ban", "Tòa án"]


def test_one_person_in_two_groups_is_refused_with_the_line_of_the_text(chair: ChairBrowser) -> None:
    twice = "# Board\n\nAn ; Chair\n# Audit\nAn ; Chair"
    assert "Line 5: the same as line 3" in chair.send(NEW, {**CONFIDENCE, "people": twice}, on=NEW).text
    motions = "# First day\n\nApprove the report\n# Second day\nApprove the report"
    refused = chair.send(NEW, {**CONFIDENCE, "scale": "motion", "people": motions}, on=NEW)
    assert "Line 5: the same as line 3" in refused.text
