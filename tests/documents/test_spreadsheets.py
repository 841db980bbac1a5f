"""Sheets as offices have them: exported, pasted, with titles above and numbers beside, in two languages."""

import io

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation

from voting.documents.spreadsheets import read_pasted, read_people
from voting.domain.sheets import Person
from voting.errors import MalformedSheet

AN = Person("Nguyễn Văn An", "Giám đốc")
BINH = Person("Trần Thị Bình", "Phó Giám đốc")


def workbook(*rows: list[object], title: str = "Danh sách") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def reasons(data: bytes, filename: str = "ds.csv") -> tuple[tuple[int, str], ...]:
    with pytest.raises(MalformedSheet) as refusal:
        read_people(data, filename)
    return refusal.value.lines


CSV = "STT;Họ và tên;Chức vụ\n1;Nguyễn Văn An;Giám đốc\n2;Trần Thị Bình;Phó Giám đốc\n"


@pytest.mark.parametrize(
    "data",
    [
        CSV.encode(),
        CSV.encode("utf-8-sig"),
        CSV.encode("utf-16"),
        ("\ufeff" + CSV).encode("utf-16-be"),
        CSV.replace(";", ",").encode(),
        CSV.replace(";", "\t").replace("\n", "\r\n").encode(),
        ("sep=;\n" + CSV).encode(),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16", "utf-16 big-endian", "commas", "tabs and CRLF", "excel separator line"],
)
def test_csv_is_read_in_every_form_that_spreadsheet_programs_write(data: bytes) -> None:
    assert [person for _, person in read_people(data, "ds.csv")] == [AN, BINH]


@pytest.mark.parametrize(
    "header",
    [
        "Họ và tên;Chức vụ",
        "HỌ TÊN;CHỨC DANH",
        "Ho va ten;Chuc vu",
        "Tên;Chức vụ, đơn vị",
        "Full name;Position",
        "name:;Title",
        "Họ và tên cán bộ;Chức vụ hiện nay",
    ],
)
def test_the_header_row_is_recognised_with_and_without_diacritics(header: str) -> None:
    data = f"{header}\nNguyễn Văn An;Giám đốc\n".encode()
    assert read_people(data, "ds.csv") == ((2, AN),)


def test_columns_may_stand_in_any_order_among_others() -> None:
    data = "TT,Chức vụ,Ngày sinh,Họ và tên\n1,Giám đốc,1970,Nguyễn Văn An\n".encode()
    assert read_people(data, "ds.csv") == ((2, AN),)


def test_titles_above_the_header_row_are_passed_over() -> None:
    data = workbook(
        ["SỞ NỘI VỤ"],
        [],
        ["DANH SÁCH LẤY PHIẾU TÍN NHIỆM"],
        ["STT", "Họ và tên", "Chức vụ"],
        [1, "Nguyễn Văn An", "Giám đốc"],
        [2, "Trần Thị Bình", "Phó Giám đốc"],
        [3, None, None],
    )
    assert read_people(data, "ds.xlsx") == ((5, AN), (6, BINH))


def test_a_name_in_two_columns_is_joined() -> None:
    data = "Họ và tên đệm;Tên;Chức vụ\nNguyễn Văn;An;Giám đốc\n".encode()
    assert read_people(data, "ds.csv") == ((2, AN),)
    data = b"First name,Last name,Position\nAda,Lovelace,Analyst\n"
    assert read_people(data, "p.csv") == ((2, Person("Ada Lovelace", "Analyst")),)


def test_without_a_header_the_name_comes_first_and_counting_is_left_out() -> None:
    assert read_people("1.;Nguyễn Văn An;Giám đốc\n2.;Trần Thị Bình;Phó Giám đốc".encode(), "") == ((1, AN), (2, BINH))
    assert read_people("Nguyễn Văn An\nTrần Thị Bình".encode(), "") == (
        (1, Person("Nguyễn Văn An")),
        (2, Person("Trần Thị Bình")),
    )


def test_a_third_column_without_a_header_is_asked_about_rather_than_dropped() -> None:
    assert reasons("A;Giám đốc\nB;Phó;1970\n".encode()) == (
        (2, "more than two columns, and no header row says which holds the name"),
    )


def test_cells_pasted_from_a_spreadsheet_are_read() -> None:
    assert read_pasted("Họ và tên\tChức vụ\nNguyễn Văn An\tGiám đốc\n\nTrần Thị Bình\tPhó Giám đốc\n") == (
        (2, AN),
        (4, BINH),
    )


def test_a_motion_may_begin_with_a_quotation_mark() -> None:
    assert read_pasted('"Khu A" được quy hoạch\nThông qua báo cáo') == (
        (1, Person('"Khu A" được quy hoạch')),
        (2, Person("Thông qua báo cáo")),
    )


def test_a_comma_inside_a_position_stays_there() -> None:
    data = "Nguyễn Văn An;Trưởng phòng, Bí thư\nTrần Thị Bình;Phó phòng, Phó Bí thư".encode()
    assert [person.position for _, person in read_people(data, "")] == ["Trưởng phòng, Bí thư", "Phó phòng, Phó Bí thư"]


def test_a_cell_with_a_line_break_keeps_the_line_numbers_right() -> None:
    data = 'Họ và tên;Chức vụ\n"Nguyễn\nVăn An";Giám đốc\n;Phó\n'.encode()
    assert reasons(data) == ((4, "the name is missing"),)


def test_every_bad_line_is_named_with_its_reason() -> None:
    data = "Tên;Chức vụ\nA;x\n;y\na;X\nB\u202eC;z\n" + "x" * 300 + "\n"
    assert reasons(data.encode()) == (
        (3, "the name is missing"),
        (4, "the same as line 2"),
        (5, "a text holds an invisible control character"),
        (6, "a text is longer than 200 characters"),
    )


def test_names_are_brought_to_one_unicode_form() -> None:
    decomposed = "Nguye\u0302\u0303n Va\u0306n An;Giám đốc"
    assert read_people(decomposed.encode(), "")[0][1] == AN


def test_formulas_are_read_as_their_saved_values_and_signs_as_text() -> None:
    data = workbook(["name", "position"], ["=1+1", "-"], ["@An", "+84"])
    with pytest.raises(MalformedSheet) as refusal:  # no program has computed the formula: there is no value
        read_people(data, "ds.xlsx")
    assert refusal.value.lines == ((2, "the name is missing"),)
    data = b"name;position\n=HYPERLINK(1);-x\n@An;+84\n"
    assert [person for _, person in read_people(data, "ds.csv")] == [
        Person("=HYPERLINK(1)", "-x"),
        Person("@An", "+84"),
    ]


def test_a_workbook_with_drop_down_lists_and_a_hidden_first_sheet_is_read() -> None:
    book = openpyxl.Workbook()
    hidden = book.active
    assert hidden is not None
    hidden.append(["name"])
    hidden.append(["Nobody"])
    hidden.sheet_state = "hidden"
    sheet = book.create_sheet("Danh sách")
    sheet.append(["Họ và tên", "Chức vụ"])
    sheet.append(["Nguyễn Văn An", "Giám đốc"])
    validation = DataValidation(type="list", formula1='"Giám đốc,Phó"')
    sheet.add_data_validation(validation)
    validation.add("B2")
    out = io.BytesIO()
    book.save(out)
    assert read_people(out.getvalue(), "ds.xlsx") == ((2, AN),)


def test_text_in_an_older_encoding_is_refused_rather_than_guessed() -> None:
    assert "UTF-8" in reasons("Họ;Giám đốc".encode().replace("ọ".encode(), b"\xf2"))[0][1]


def test_unmatched_quotation_marks_name_their_line() -> None:
    assert reasons(b'Name;Position\nA;b\n"B;c\nC;d\n') == ((3, "the quotation marks do not match"),)


@pytest.mark.parametrize(
    ("data", "filename", "words"),
    [
        (b"", "ds.csv", "nobody"),
        (b"\n ; \n", "ds.csv", "nobody"),
        ("Họ và tên;Chức vụ\n".encode(), "ds.csv", "nobody"),
        (b"x" * (1024 * 1024 + 1), "ds.csv", "1 MB"),
        (b"%PDF-1.7 ...", "ds.pdf", "neither"),
        (b"name\0", "ds.csv", "neither"),
        (b"name;position\n" + b"".join(b"P%d;x\n" % n for n in range(1001)), "ds.csv", "1,000 rows"),
    ],
)
def test_a_file_that_is_not_a_sheet_is_refused_in_its_own_words(data: bytes, filename: str, words: str) -> None:
    (line, reason), *_ = reasons(data, filename)
    assert line == 0
    assert words in reason


# ---- groups: several sheets in one go

GROUPED = (
    Person("Nguyễn Văn An", "Chủ tịch", "Ủy ban nhân dân"),
    Person("Lê Văn Cường", "Phó Chủ tịch", "Ủy ban nhân dân"),
    Person("Trần Thị Bình", "Chánh án", "Tòa án"),
)


def people_of(text: str) -> tuple[Person, ...]:
    return tuple(person for _, person in read_pasted(text))


@pytest.mark.parametrize("header", ["Nhóm", "NHÓM CHỨC VỤ", "nhom chuc danh", "Group", "Post group"])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)], ids=["last", "first"])
def test_a_column_of_groups_is_recognised_wherever_it_stands(header: str, order: tuple[int, int, int]) -> None:
    rows = [("Họ và tên", "Chức vụ", header), *((person.name, person.position, person.group) for person in GROUPED)]
    data = "\n".join(";".join(row[place] for place in order) for row in rows).encode()
    assert tuple(person for _, person in read_people(data, "ds.csv")) == GROUPED


def test_a_group_in_a_merged_cell_of_a_workbook_holds_for_the_rows_below() -> None:
    data = workbook(
        ["STT", "Nhóm chức vụ", "Họ và tên", "Chức vụ"],
        [1, "Ủy ban nhân dân", "Nguyễn Văn An", "Chủ tịch"],
        [2, None, "Lê Văn Cường", "Phó Chủ tịch"],
        [3, "Tòa án", "Trần Thị Bình", "Chánh án"],
    )
    assert tuple(person for _, person in read_people(data, "ds.xlsx")) == GROUPED


@pytest.mark.parametrize("sign", ["# ", "#", "#  "])
def test_a_typed_heading_holds_for_the_lines_below_it(sign: str) -> None:
    text = (
        f"{sign}Ủy ban nhân dân\nNguyễn Văn An ; Chủ tịch\nLê Văn Cường ; Phó Chủ tịch\n\n"
        f"{sign}Tòa án\nTrần Thị Bình ; Chánh án"
    )
    assert people_of(text) == GROUPED
    assert [number for number, _ in read_pasted(text)] == [2, 3, 6]


def test_lines_above_the_first_heading_and_below_a_bare_one_have_no_group() -> None:
    assert [person.group for person in people_of("An\n# Board\nBình\n#\nCường")] == ["", "Board", ""]


def test_a_counting_column_headed_with_the_sign_is_no_heading() -> None:
    assert people_of("#;Họ và tên;Chức vụ\n1;Nguyễn Văn An;Giám đốc") == (AN,)
    assert people_of("#\tHọ và tên\tChức vụ\n1\tNguyễn Văn An\tGiám đốc") == (AN,)


def test_one_person_in_two_groups_is_refused() -> None:
    with pytest.raises(MalformedSheet) as refusal:
        read_pasted("# Board\nNguyễn Văn An ; Chair\n# Audit\nNguyễn Văn An ; Chair")
    assert refusal.value.lines == ((4, "the same as line 2"),)


def test_a_heading_cannot_hide_direction_characters() -> None:
    with pytest.raises(MalformedSheet) as refusal:
        read_pasted("# Board\u202e\nNguyễn Văn An")
    assert refusal.value.lines == ((1, "a text holds an invisible control character"),)


def test_a_group_that_a_column_names_wins_over_the_heading_above() -> None:
    text = "# Board\nFull name;Position;Group\nAn;Chair;\nBình;Auditor;Audit"
    assert [person.group for person in people_of(text)] == ["Board", "Audit"]
