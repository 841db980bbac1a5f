"""The pages of the units: what an administrator sees and changes, and what lies outside of the own part of the tree."""

from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import Workbook

from tests.organisation.organised import Organised
from tests.web.chair_browser import ChairBrowser
from voting.domain.organisation.cycles import Cycle
from voting.domain.organisation.cycles import change_to as change_cycle
from voting.domain.organisation.officials import Official
from voting.domain.organisation.register import commit, journal_of
from voting.domain.organisation.roles import Role, grant_role
from voting.domain.organisation.units import add_unit, rename_unit, tree_of

SignIn = Callable[[str, str], ChairBrowser]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv(text: str) -> tuple[BytesIO, str, str]:
    """Make an upload of a text."""
    return BytesIO(text.encode()), "units.csv", "text/csv"


def test_the_tree_shows_the_own_part_alone(province: Organised, signed_in: SignIn) -> None:
    rename_unit(province.house, province.village, "Xã Bình An", code="BA-01", by="")
    province.register(province.village, Official("", "Nguyễn Văn An", ""), Official("", "Trần Thị Bình", ""))
    province.account(Role.CHAIR, province.town)
    page = signed_in(Role.ADMINISTRATOR, province.north).get("/chair/units").text
    for words in ("Huyện Bắc Sơn", "Xã Bình An", "BA-01", "2 people", "chair.town", "Thị trấn Bắc Sơn"):
        assert words in page
    for words in ("Huyện Nam Sơn", "Phường Cảng", "administrator.province"):
        assert words not in page
    whole = signed_in(Role.ADMINISTRATOR, province.province).get("/chair/units").text
    assert "Phường Cảng" in whole


def test_a_unit_shows_its_earlier_names_and_places(province: Organised, signed_in: SignIn) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.province)
    page = f"/chair/units/{province.village}"
    assert browser.send(f"{page}/rename", {"name": "Xã Bình Minh", "code": "BM"}, on=page).status_code == 303
    assert browser.send(f"{page}/move", {"parent": province.south}, on=page).status_code == 303
    text = browser.get(page).text
    past = text[text.index("Earlier names and places") :]
    assert "15 Jan 2027" in past
    assert past.index("Xã Bình Minh") < past.index("Xã Bình An")
    assert past.count("Huyện Bắc Sơn") == 2
    unit = tree_of(province.house).unit(province.village)
    assert (unit.name, unit.code, unit.parent) == ("Xã Bình Minh", "BM", province.south)
    assert [entry.by for entry in journal_of(province.house)][-2:] == ["administrator.province"] * 2


def test_a_unit_is_added_and_removed(province: Organised, signed_in: SignIn) -> None:
    browser, page = signed_in(Role.ADMINISTRATOR, province.north), f"/chair/units/{province.north}"
    browser.send(f"{page}/add", {"new_name": "Xã Mới", "new_code": "XM"}, on=page)
    (added,) = [unit for unit in tree_of(province.house).units.values() if unit.code == "XM"]
    assert added.parent == province.north
    page = f"/chair/units/{added.id}"
    unsure = browser.send(f"{page}/remove", {}, on=page)
    assert unsure.status_code == 400
    assert "Please tick" in unsure.text
    assert added.id in tree_of(province.house).units
    assert browser.send(f"{page}/remove", {"sure": "yes"}, on=page).location == "/chair/units"
    assert added.id not in tree_of(province.house).units


def test_a_unit_with_a_cycle_stays(province: Organised, signed_in: SignIn) -> None:
    empty = add_unit(province.house, "Xã Mới", parent=province.south, by="").id
    about = Cycle("c", "2026", province.province, "yearly", 2026, "", "", "", "", units=(empty,))
    commit(province.house, [change_cycle(about)], by="", act="cycle.make")
    browser, page = signed_in(Role.ADMINISTRATOR, province.south), f"/chair/units/{empty}"
    refused = browser.send(f"{page}/remove", {"sure": "yes"}, on=page)
    assert (refused.status_code, "Cycles are about this unit." in refused.text) == (400, True)
    assert empty in tree_of(province.house).units


@pytest.mark.parametrize(
    ("act", "fields", "place", "words"),
    [
        ("rename", {"name": "Thị trấn Bắc Sơn", "code": ""}, "name", "mang tên này"),
        ("rename", {"name": " ", "code": ""}, "name", "Thiếu tên"),
        ("rename", {"name": "Xã", "code": "tt"}, "code", "thuộc về một đơn vị khác"),
        ("add", {"new_name": "", "new_code": "X"}, "new_name", "Thiếu tên"),
        ("add", {"new_name": "Xã A", "new_code": "TT"}, "new_code", "thuộc về một đơn vị khác"),
        ("move", {"parent": ""}, "parent", "Hãy chọn đơn vị cấp trên"),
        ("move", {"parent": "{village}"}, "parent", "trực thuộc chính nó"),
        ("remove", {"sure": "yes"}, "sure", "cán bộ"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_changes_nothing(
    province: Organised, signed_in: SignIn, act: str, fields: dict[str, str], place: str, words: str
) -> None:
    rename_unit(province.house, province.town, "Thị trấn Bắc Sơn", code="TT", by="")
    province.register(province.village, Official("", "Nguyễn Văn An", ""))
    browser, page = signed_in(Role.ADMINISTRATOR, province.north), f"/chair/units/{province.village}"
    before = province.house.store.organisation("units")
    typed = {name: text.format(village=province.village) for name, text in fields.items()}
    browser.language = "vi"
    refused = browser.send(f"{page}/{act}", typed, on=page)
    assert refused.status_code == 400
    beside = refused.text.partition(f'id="{place}-error"')[2].partition("</ul>")[0]
    assert words in beside
    assert province.house.store.organisation("units") == before


def test_nothing_is_moved_into_or_out_of_what_one_does_not_manage(province: Organised, signed_in: SignIn) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    token = browser.get(f"/chair/units/{province.village}") and browser.token()
    before = province.house.store.organisation("units")
    for unit, parent in (
        (province.village, province.south),
        (province.village, province.province),
        (province.village, "11111111111111"),
        (province.north, province.south),
        (province.harbour, province.north),
        (province.south, province.north),
    ):
        sent = {"csrf_token": token, "parent": parent}
        assert browser.client.post(f"/chair/units/{unit}/move", data=sent).status_code == 403, (unit, parent)
    assert province.house.store.organisation("units") == before
    offered = browser.get(f"/chair/units/{province.village}").text
    for name in ("Huyện Nam Sơn", "Phường Cảng"):
        assert name not in offered


def test_nobody_takes_the_own_unit_out_of_what_others_manage(province: Organised, signed_in: SignIn) -> None:
    """Who reads, reviews and manages a unit depends on where it stands: those above would lose it without a word."""
    browser = signed_in(Role.ADMINISTRATOR, province.village)
    grant_role(province.house, "administrator.village", province.south, Role.ADMINISTRATOR, by="")
    page = f"/chair/units/{province.village}"
    assert "The unit that it shall belong to" not in browser.get(page).text
    assert browser.send(f"{page}/move", {"parent": province.south}).status_code == 403
    assert tree_of(province.house).unit(province.village).parent == province.north
    grant_role(province.house, "administrator.village", province.north, Role.ADMINISTRATOR, by="")
    assert browser.send(f"{page}/move", {"parent": province.south}, on=page).status_code == 303
    assert tree_of(province.house).unit(province.village).parent == province.south


# ---- lists


def test_a_list_is_shown_before_it_is_saved(province: Organised, signed_in: SignIn) -> None:
    rename_unit(province.house, province.village, "Xã Bình An", code="BA", by="")
    browser, page = signed_in(Role.ADMINISTRATOR, province.north), f"/chair/units/{province.north}/import"
    before = province.house.store.organisation("units")
    listed = "name;code;parent\nXã Bình Minh;BA;Thị trấn Bắc Sơn\n<b>Xã</b>;X1;\nThôn 1;;X1\n"
    preview = browser.send(page, {"file": csv(listed)}, on=page)
    assert preview.status_code == 200
    for words in ("so far: Xã Bình An", "renamed, moved", "Thôn 1", "&lt;b&gt;Xã&lt;/b&gt;"):
        assert words in preview.text
    assert province.house.store.organisation("units") == before
    assert browser.send(f"{page}/save", browser.kept_entries()).status_code == 303
    tree = tree_of(province.house)
    assert tree.path(province.village).endswith("Thị trấn Bắc Sơn › Xã Bình Minh")
    (deep,) = [unit for unit in tree.units.values() if unit.name == "Thôn 1"]
    assert tree.path(deep.id) == "Tỉnh Đông Hải › Huyện Bắc Sơn › <b>Xã</b> › Thôn 1"
    assert [unit.name for (unit,) in [(tree.unit(province.village),)]] == ["Xã Bình Minh"]


def test_a_workbook_is_read_as_well(province: Organised, signed_in: SignIn) -> None:
    book = Workbook()
    for row in (["Tên đơn vị", "Mã đơn vị", "Đơn vị cấp trên"], ["Xã Mới", 7, "Huyện Bắc Sơn"]):
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    file.seek(0)
    browser, page = signed_in(Role.ADMINISTRATOR, province.province), f"/chair/units/{province.province}/import"
    assert "Xã Mới" in browser.send(page, {"file": (file, "units.xlsx", XLSX)}, on=page).text
    browser.send(f"{page}/save", browser.kept_entries())
    assert [unit.code for unit in tree_of(province.house).children(province.north)] == ["", "", "7"]


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        ("name;code;parent\nXã Mới;;Huyện Tây\n", "Dòng 2: không có đơn vị cấp trên"),
        ("name;code;parent\nXã A;1;2\nXã B;2;1\n", "Dòng 3: đơn vị trở thành cấp dưới"),
        ("name;code;parent\n;1;\n", "Dòng 2: thiếu tên đơn vị"),
        ("name;code;parent\nXã A;1;\nXã B;1;\n", "Dòng 3: mã này đã có ở dòng 2"),
        ("name;code;parent\nXã A;;\nXã A;;\n", "Dòng 3: tên này, cùng đơn vị cấp trên, đã có ở dòng 2"),
        ("name;code;parent\nXã A;;Huyện Nam Sơn\n", "Dòng 2: không có đơn vị cấp trên"),
        ("name;code;parent\nPhường Cảng;PC;\n", "Dòng 2: đơn vị này nằm ngoài"),
        ("Xã A;;\n", "Không có dòng tiêu đề"),
        ("name;code;parent\n", "Tệp không có đơn vị nào"),
        ("name\n" + "a" * 1024 * 1024, "lớn hơn 1 MB"),
        ("name\n" + "a;b\n" * 1001, "quá 1.000 dòng"),
    ],
)
def test_a_bad_list_is_refused_with_its_lines(province: Organised, signed_in: SignIn, listed: str, words: str) -> None:
    rename_unit(province.house, province.harbour, "Phường Cảng", code="PC", by="")
    browser, page = signed_in(Role.ADMINISTRATOR, province.north), f"/chair/units/{province.north}/import"
    before = province.house.store.organisation("units")
    browser.language = "vi"
    refused = browser.send(page, {"file": csv(listed)}, on=page)
    assert refused.status_code == 400
    assert words in refused.text.partition('id="file-error"')[2]
    assert province.house.store.organisation("units") == before


def test_a_list_is_shown_anew_when_the_units_were_changed_in_between(province: Organised, signed_in: SignIn) -> None:
    browser, page = signed_in(Role.ADMINISTRATOR, province.north), f"/chair/units/{province.north}/import"
    browser.send(page, {"file": csv("name\nXã Mới\n")}, on=page)
    kept = browser.kept_entries()
    add_unit(province.house, "Xã Khác", parent=province.north, by="")
    again = browser.send(f"{page}/save", kept)
    assert (again.status_code, "changed in between" in again.text) == (409, True)
    assert "Xã Mới" not in [unit.name for unit in tree_of(province.house).units.values()]
    assert browser.send(f"{page}/save", browser.kept_entries()).status_code == 303
    assert "Xã Mới" in [unit.name for unit in tree_of(province.house).units.values()]


def test_rows_that_were_forged_after_the_preview_are_checked_as_a_file_is(
    province: Organised, signed_in: SignIn
) -> None:
    browser, page = signed_in(Role.ADMINISTRATOR, province.north), f"/chair/units/{province.north}/import"
    browser.send(page, {"file": csv("name\nXã Mới\n")}, on=page)
    kept = browser.kept_entries()
    before = province.house.store.organisation("units")
    for forged in (
        "2\tXã Mới\t\tHuyện Nam Sơn",
        f"2\tXã Mới\t\t{province.south}",
        "2\tXã\u202eMới\t\t",
        "2\tXã Mới",
        "x" * 500_000,
        "2\ta\tb\tc\n" * 1001,
        "2\tXã Mới\tMOI\t\n2\tXã Khác\tMOI\t",
        "",
    ):
        answer = browser.send(f"{page}/save", kept | {"rows": forged})
        assert answer.status_code == 400, forged[:40]
    assert province.house.store.organisation("units") == before
