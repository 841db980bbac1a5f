"""Lists from elsewhere beside the register: what a spreadsheet would change."""

import html
import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import openpyxl
import pytest

from tests.organisation.organised import Organised
from tests.web.chair_browser import ChairBrowser
from voting.documents.officials import read_officials
from voting.domain.organisation.matching import NEW, Fate, Match, Row, import_rows, match_rows
from voting.domain.organisation.officials import Official, change_official, register_of
from voting.domain.organisation.register import journal_of
from voting.domain.organisation.roles import Role
from voting.domain.organisation.units import rename_unit, tree_of
from voting.errors import ChangedMeanwhile, MalformedRegister, MalformedSheet

SignIn = Callable[[str, str], ChairBrowser]


def matched(province: Organised, *rows: Row, unit: str = "", allowed: Sequence[str] = ()) -> tuple[Match, ...]:
    tree = tree_of(province.house)
    units = allowed or [each.id for each in tree.within(province.north)]
    return match_rows(register_of(province.house), tree, rows, unit=unit or province.village, allowed=units)


def carried_out(province: Organised, matches: tuple[Match, ...], **decisions: str) -> None:
    import_rows(
        province.house,
        register_of(province.house),
        tree_of(province.house),
        matches,
        {int(line.removeprefix("line_")): who for line, who in decisions.items()},
        unit=province.village,
        by="minh",
    )


# ---- a spreadsheet


def test_a_file_is_read_by_the_words_of_its_header() -> None:
    text = (
        "DANH SÁCH CÁN BỘ;;;;;;;\n"
        "STT;Họ và tên;Chức vụ Đảng;Chức vụ chính quyền;Đơn vị;Nhóm;Mã cán bộ;Đảng viên;Số CCCD\n"
        '1;Nguyễn Văn An;Bí thư;"Chủ tịch; Trưởng ban";Xã Bình An;Lãnh đạo;CB01;x;001099\n'
        "2;Trần Thị Bình;;Kế toán;;;;;\n"
        "3;;;;;;;;\n"
    )
    assert read_officials(text.encode(), "list.csv") == (
        Row(3, "Nguyễn Văn An", ("Bí thư", "Chủ tịch", " Trưởng ban"), "Xã Bình An", "Lãnh đạo", "CB01", True),
        Row(4, "Trần Thị Bình", ("", "Kế toán"), "", "", "", False),
    )


def test_a_workbook_is_read_as_well() -> None:
    book = openpyxl.Workbook()
    for row in (["Full name", "Position", "Unit", "Staff number", "Party member"], ["An", "Clerk\nUnion", "N", 12, 1]):
        book.active.append(row)
    book.active.append(["Bình", "Clerk", "N", 13, "có"])
    data = io.BytesIO()
    book.save(data)
    assert read_officials(data.getvalue(), "list.xlsx") == (
        Row(2, "An", ("Clerk", "Union"), "N", "", "12", True),
        Row(3, "Bình", ("Clerk",), "N", "", "13", True),
    )


@pytest.mark.parametrize(
    ("word", "member"),
    [("x", True), ("X", True), ("có", True), ("yes", True), ("1", True), ("", False), ("không", False), ("0", False)],
)
def test_the_party_column_says_yes_in_several_words(word: str, member: bool) -> None:
    (row,) = read_officials(f"Họ tên,Đảng viên\nAn,{word}\n".encode(), "list.csv")
    assert row.member is member


def test_without_a_party_column_nothing_is_said_of_membership() -> None:
    (row,) = read_officials("Họ tên,Chức vụ\nAn,Chủ tịch\n".encode(), "list.csv")
    assert row.member is None


@pytest.mark.parametrize(
    ("text", "lines", "words"),
    [
        ("Họ tên,Đảng viên\nAn,x\nBình,19/05/1990\n", [3], "neither yes nor no"),
        ("An,Chủ tịch\nBình,Kế toán\n", [], "No header row"),
    ],
)
def test_a_file_that_says_something_unclear_is_refused(text: str, lines: list[int], words: str) -> None:
    with pytest.raises(MalformedRegister, match=words) as refused:
        read_officials(text.encode(), "list.csv")
    assert [line for line, _ in refused.value.lines] == lines


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(MalformedSheet, match="more than 1,000 rows"):
        read_officials(("Họ tên\n" + "".join(f"An {i}\n" for i in range(1000))).encode(), "list.csv")


def test_each_row_is_new_the_same_changed_or_doubtful(province: Organised) -> None:
    an, binh, chi, dung = province.register(
        province.village,
        Official("", "Nguyễn Văn An", "", ("Chủ tịch",), "Lãnh đạo", "01"),
        Official("", "Trần Thị Bình", "", ("Kế toán",), "", "02"),
        Official("", "Lê Chi", "", ("Văn thư",)),
        Official("", "Phạm Dũng", "", ("Địa chính",)),
    )
    (giang,) = province.register(province.town, Official("", "Vũ Giang", "", ("Tư pháp",)))
    province.register(province.harbour, Official("", "Hồ Hải", ""))
    matches = matched(
        province,
        Row(2, "Nguyễn Văn An", ("Chủ tịch",), number="01"),
        Row(3, "Trần Thị Thanh Bình", ("Kế toán",), number="02"),
        Row(4, "le chi", ("Văn thư", "Thủ quỹ")),
        Row(5, "Phạm Dũng", ("Công an",)),
        Row(6, "Vũ Giang", ("Tư pháp",)),
        Row(7, "Hồ Hải"),
    )
    assert [match.fate for match in matches] == [
        *(Fate.SAME, Fate.CHANGED, Fate.CHANGED, Fate.DOUBTFUL, Fate.DOUBTFUL, Fate.NEW)
    ]
    assert [match.before for match in matches] == [an, binh, chi, None, None, None]
    assert [match.candidates for match in matches[3:]] == [(dung,), (giang,), ()]
    # Who is called so in a unit that nobody here may know of is not told.
    carried_out(province, matches, line_5=NEW, line_6=giang.id)
    register = register_of(province.house)
    assert register.official(an.id) == an
    assert register.official(binh.id) == replace(binh, name="Trần Thị Thanh Bình")
    assert register.official(chi.id) == replace(chi, positions=("Văn thư", "Thủ quỹ"))
    assert register.official(dung.id) == dung
    assert register.official(giang.id) == replace(giang, unit=province.village)
    assert [one.name for one in register.of([province.village])].count("Phạm Dũng") == 2
    assert [one.name for one in register.of([province.village])].count("Hồ Hải") == 1


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (Row(2, "Nguyễn Văn Ân", ("Chủ tịch",)), "other marks"),
        (Row(2, "Nguyễn Văn An", ("Chủ tịch",), number="99"), "another number"),
        (Row(2, "Nguyễn Văn An", ("Kế toán",)), "another post"),
        (Row(2, "Nguyễn Văn An", ("Chủ tịch",), unit="Thị trấn Bắc Sơn"), "another unit"),
    ],
)
def test_a_namesake_with_something_else_is_for_a_person_to_decide(province: Organised, row: Row, why: str) -> None:
    (an,) = province.register(province.village, Official("", "Nguyễn Văn An", "", ("Chủ tịch",), number="01"))
    (match,) = matched(province, row)
    assert (match.fate, match.candidates) == (Fate.DOUBTFUL, (an,)), why


def test_what_a_list_does_not_say_stays_in_the_register(province: Organised) -> None:
    whole = Official("", "Nguyễn Văn An", "", ("Chủ tịch",), "Lãnh đạo", "01", True)
    (an,) = province.register(province.village, whole)
    (match,) = matched(province, Row(2, "Nguyen Van An"))
    assert (match.fate, match.before) == (Fate.SAME, an)
    (match,) = matched(province, Row(2, "Nguyễn Văn An", member=False))
    carried_out(province, (match,))
    assert register_of(province.house).official(an.id) == replace(an, member=False)


def test_who_had_left_comes_back_with_a_list(province: Organised) -> None:
    (an,) = province.register(province.village, Official("", "Nguyễn Văn An", ""))
    change_official(province.house, replace(an, left=True), by="x")
    carried_out(province, matched(province, Row(2, "Nguyễn Văn An")))
    assert register_of(province.house).of([province.village]) == [an]


def test_a_unit_is_found_by_code_name_or_path(province: Organised) -> None:
    house = province.house
    rename_unit(house, province.town, "Thị trấn Bắc Sơn", code="TT-01", by="x")
    words = ("tt-01", "thi tran bac son", "Tỉnh Đông Hải › Huyện Bắc Sơn › Thị trấn Bắc Sơn", "")
    matches = matched(province, *(Row(line, f"Người {line}", unit=unit) for line, unit in enumerate(words, 2)))
    assert [match.unit for match in matches] == [province.town] * 3 + [province.village]


def test_every_bad_row_is_named_and_nothing_is_changed(province: Organised) -> None:
    province.register(province.harbour, Official("", "Đỗ Cảng", "", number="900"))
    before = province.house.store.organisation("officials")
    with pytest.raises(MalformedRegister) as refused:
        matched(
            province,
            Row(2, "An", number="1"),
            Row(3, " ", ("Chủ tịch",)),
            Row(4, "Bình", unit="Xã Không Có"),
            Row(5, "Chi", unit="Phường Cảng"),
            Row(6, "Dũng", number="1"),
            Row(7, "Giang"),
            Row(8, "GIANG", ("Kế toán",)),
            Row(9, "Hải\u202e"),
            Row(10, "Ích", number="900"),
            Row(11, "Giang", unit="Thị trấn Bắc Sơn"),
        )
    assert dict(refused.value.lines) == {
        3: "the name is missing",
        4: "there is no unit of this code or name",
        5: "this unit lies outside of what can be changed here",
        6: "the same number as in line 2",
        8: "the same person as in line 7",
        9: "a text holds an invisible control character",
        10: "somebody has this number in a unit that lies outside of what can be changed here",
    }
    assert province.house.store.organisation("officials") == before


def test_two_people_of_one_name_and_two_numbers_are_two_people(province: Organised) -> None:
    carried_out(province, matched(province, Row(2, "Lê An", number="1"), Row(3, "Lê An", number="2")))
    assert [one.number for one in register_of(province.house).of([province.village])] in (["1", "2"], ["2", "1"])
    again = matched(province, Row(2, "Lê An", number="2"), Row(3, "Lê An", number="1"))
    assert {match.fate for match in again} == {Fate.SAME}


def test_a_doubt_that_nobody_decided_stops_the_whole_list(province: Organised) -> None:
    (an,) = province.register(province.town, Official("", "Nguyễn Văn An", ""))
    before = province.house.store.organisation("officials")
    matches = matched(province, Row(2, "Somebody new"), Row(3, "Nguyễn Văn An"))
    for decisions in ({}, {"line_3": ""}, {"line_3": "11111111111111"}):
        with pytest.raises(MalformedRegister) as refused:
            carried_out(province, matches, **decisions)
        assert refused.value.lines == ((3, "it is not decided yet who this is"),)
    two = matched(province, Row(2, "Nguyễn Văn An"), Row(3, "Nguyễn Văn An", unit="Huyện Bắc Sơn"))
    with pytest.raises(MalformedRegister) as refused:
        carried_out(province, two, line_2=an.id, line_3=an.id)
    assert refused.value.lines == ((3, "the same person as in line 2"),)
    assert province.house.store.organisation("officials") == before


def test_a_row_that_the_register_refuses_is_named_in_its_words(province: Organised) -> None:
    posts = tuple(f"Chức vụ {i}" for i in range(21))
    with pytest.raises(MalformedRegister) as refused:
        carried_out(province, matched(province, Row(2, "An"), Row(3, "Bình", posts)))
    assert refused.value.lines == ((3, "A person can have at most 20 posts."),)
    assert register_of(province.house).officials == {}


def test_a_list_is_one_act_and_a_register_that_has_changed_refuses_it(province: Organised) -> None:
    house = province.house
    matches = matched(province, Row(2, "An"), Row(3, "Bình"))
    read, tree = register_of(house), tree_of(house)
    province.register(province.town, Official("", "Meanwhile", ""))
    with pytest.raises(ChangedMeanwhile):
        import_rows(house, read, tree, matches, {}, unit=province.village, by="minh")
    assert [one.name for one in register_of(house).officials.values()] == ["Meanwhile"]
    carried_out(province, matches)
    entries = [entry for entry in journal_of(house) if entry.act == "official.import"]
    assert [(entry.by, entry.unit, entry.about) for entry in entries] == [("minh", province.village, "")]
    carried_out(province, matched(province, Row(2, "An"), Row(3, "Bình")))
    assert len([entry for entry in journal_of(house) if entry.act == "official.import"]) == 1


def test_a_list_that_is_too_long_for_the_register_is_refused_once(
    province: Organised, monkeypatch: pytest.MonkeyPatch
) -> None:
    province.register(province.village, Official("", "An", ""))
    for module in ("matching", "officials"):
        monkeypatch.setattr(f"voting.domain.organisation.{module}.MOST_OFFICIALS", 2)
    with pytest.raises(MalformedRegister) as refused:
        carried_out(province, matched(province, Row(2, "An"), Row(3, "Bình"), Row(4, "Chi")))
    assert refused.value.lines == ((0, "At most 2 people can be kept in the register."),)
    carried_out(province, matched(province, Row(2, "An"), Row(3, "Bình")))
    assert len(register_of(province.house).officials) == 2


# ---- its pages


def upload(browser: ChairBrowser, unit: str, text: str) -> str:
    path = f"/chair/units/{unit}/officials/import"
    return browser.send(path, {"file": (io.BytesIO(text.encode()), "list.csv")}, on=path).text


def test_a_list_is_shown_before_it_is_carried_out(province: Organised, signed_in: SignIn) -> None:
    (an,) = province.register(province.town, Official("", "Nguyễn Văn An", "", ("Chủ tịch",), number="SO-HIEU-1"))
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    path = f"/chair/units/{province.village}/officials/import"
    text = "Họ tên;Chức vụ;Mã cán bộ;Đảng viên\nNguyễn Văn An;Bí thư;;x\nLê Chi;Văn thư;SO-HIEU-2;\n"
    page = upload(browser, province.village, text)
    assert "Nothing is saved yet." in page
    assert len(register_of(province.house).officials) == 1
    carried = browser.kept_entries()
    assert browser.send(path, carried).status_code == 400
    assert "it is not decided yet who this is" in html.unescape(browser.page.text)
    answer = browser.send(path, browser.kept_entries() | {"line_2": an.id})
    assert answer.status_code == 303
    register = register_of(province.house)
    assert register.official(an.id) == replace(an, unit=province.village, positions=("Bí thư",), member=True)
    assert [one.name for one in register.of([province.village])] == ["Nguyễn Văn An", "Lê Chi"]
    page = browser.get(answer.location).text
    assert "New: 1, changed: 1, unchanged: 0." in page
    flashed = re.search(r'class="notice notice-ok"[^>]*>([^<]*)<', page)
    assert flashed
    assert "SO-HIEU" not in flashed[1]


def test_a_preview_of_another_register_is_shown_again(province: Organised, signed_in: SignIn) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    path = f"/chair/units/{province.village}/officials/import"
    upload(browser, province.village, "Họ tên\nNguyễn Văn An\n")
    carried = browser.kept_entries()
    province.register(province.town, Official("", "Nguyễn Văn An", ""))
    answer = browser.send(path, carried)
    assert answer.status_code == 409
    assert "The register was changed in between." in answer.text
    assert len(register_of(province.house).officials) == 1


def test_a_list_of_a_thousand_doubts_can_be_decided(province: Organised, signed_in: SignIn) -> None:
    province.register(province.town, *(Official("", f"Người {i}", "") for i in range(999)))
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    text = "Họ tên\n" + "".join(f"Người {i}\n" for i in range(999))
    upload(browser, province.village, text)
    decisions = {f"line_{line}": NEW for line in range(2, 1001)}
    path = f"/chair/units/{province.village}/officials/import"
    assert browser.send(path, browser.kept_entries() | decisions).status_code == 303
    assert len(register_of(province.house).of([province.village])) == 999


def test_what_is_wrong_with_a_file_is_told_by_its_lines(province: Organised, signed_in: SignIn) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    page = upload(browser, province.village, "Họ tên;Đơn vị\nAn;Phường Cảng\nBình;Nowhere\n;Xã Bình An\n")
    assert browser.page.status_code == 400
    for words in (
        "Line 2: this unit lies outside of what can be changed here",
        "Line 3: there is no unit of this code or name",
        "Line 4: the name is missing",
    ):
        assert words in page
    path = f"/chair/units/{province.village}/officials/import"
    assert "Please choose a file." in browser.send(path, {}, on=path).text
    assert browser.send(path, {"file": (io.BytesIO(b"PK\x03\x04 no"), "a.xlsx")}, on=path).status_code == 400
    assert register_of(province.house).officials == {}


@pytest.mark.parametrize(
    "rows",
    ["", "{", "[1]", '[["2","An",[],"","","",null]]', '[[2,"An",["x"],"","",5,null]]', '[[2,"An",[],"","","",7]]', "["],
)
def test_forged_rows_of_a_preview_are_refused(province: Organised, signed_in: SignIn, rows: str) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    path = f"/chair/units/{province.village}/officials/import"
    assert browser.send(path, {"rows": rows, "plan": ""}, on=path).status_code == 400
    assert register_of(province.house).officials == {}


def test_rows_that_were_changed_in_the_form_reach_no_unit_beside(province: Organised, signed_in: SignIn) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    path = f"/chair/units/{province.village}/officials/import"
    rows = json.dumps([[2, "An", [], "Phường Cảng", "", "", None]])
    assert browser.send(path, {"rows": rows, "plan": ""}, on=path).status_code == 400
    assert browser.get(f"/chair/units/{province.harbour}/officials/import").status_code == 403
    assert register_of(province.house).officials == {}


def test_rows_that_were_forged_to_pass_as_one_line_give_nobody_the_number_of_another(
    province: Organised, signed_in: SignIn
) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    path = f"/chair/units/{province.village}/officials/import"
    upload(browser, province.village, "Họ tên\nNguyễn Văn An\n")
    two = [[2, name, [], "", "", "SO-1", None] for name in ("An", "Bình")]
    many = [[line, f"Người {line}", [], "", "", "", None] for line in range(1001)]
    for rows in (two, many):
        assert browser.send(path, {"rows": json.dumps(rows), "plan": ""}, on=path).status_code == 400
    assert register_of(province.house).officials == {}
