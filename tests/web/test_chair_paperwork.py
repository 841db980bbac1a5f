"""The papers of a session: the minutes in both languages, the sheets of the persons, and the files for programs."""

import codecs
import csv
import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from html import unescape

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.http import parse_options_header

from tests.web.chair_browser import ChairBrowser
from tests.web.conftest import ACCOUNTS, NOON
from tests.web.whole_meeting import COMMITTEE, COUNCIL, PEOPLE, TELLERS, confidence_sheet, hold
from voting.domain.boards import archive_stream, public_head
from voting.domain.casting import open_session
from voting.domain.counting import close_session
from voting.domain.drafting import cancel_session, create_session
from voting.domain.elections import election_of
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.minutes import Minutes, check_minutes, minutes_of, record_minutes
from voting.domain.paper import PaperLine, PaperTally
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.domain.tellers import Teller
from voting.errors import MalformedFigures
from voting.protocol.codes import draw_code
from voting.protocol.verify import verify_archive
from voting.storage.sealing import SealingKeys
from voting.storage.store import RedisStore
from voting.web.chair.faults import in_words
from voting.web.chair.minutes_form import REASONS

PAPER = PaperTally(4, 3, 1, tuple(PaperLine((1, 1, 0)) for _ in PEOPLE), (TELLERS[0].name, TELLERS[1].name))
# Of the five ballots from phones and the two valid ones on paper: what the fourth column of RESULT adds up to.
HIGH = (6, 4, 2, 5, 5, 5, 5, 2, 5, 5, 2, 6)
LOW = (0, 1, 1, 1, 0, 0, 0, 3, 0, 0, 3, 0)


# Meetings are held once for all of these tests: most of them only read.


@pytest.fixture(scope="module")
def store(running: RedisStore) -> RedisStore:
    """The store with the two chairs, emptied once."""
    running.connection.client.flushall()
    for account in (*ACCOUNTS, replace(ACCOUNTS[0], name="binh")):
        running.save_account(account, new=True)
    return running


@pytest.fixture(scope="module")
def house(store: RedisStore) -> House:
    return House(store, SealingKeys(["a sealing key for tests, long enough"]), lambda: NOON)


@pytest.fixture(scope="module")
def meeting(house: House) -> Session:
    """Twelve people in two groups, three tellers, five ballots from phones and three on paper, published."""
    return hold(house, confidence_sheet(), tellers=TELLERS, threshold=2, paper=PAPER, published=True)


@pytest.fixture(scope="module")
def counted(house: House) -> Session:
    """The same on phones alone and without tellers, counted."""
    return hold(house, confidence_sheet())


@pytest.fixture
def fresh(house: House) -> Session:
    """Another one like it, whose minutes nobody has begun."""
    return hold(house, confidence_sheet())


def address(session: Session, rest: str = "") -> str:
    return f"/chair/sessions/{session.uuid}{rest}"


def read_docx(raw: bytes) -> tuple[str, list[list[list[str]]]]:
    """Give all words of a file, and its tables as rows of texts."""
    document = docx.Document(io.BytesIO(raw))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    cells = [cell for table in tables for row in table for cell in row]
    return "\n".join([*paragraphs, *cells]), tables


def words_of(page: str) -> str:
    """Give what a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).split())


# ---- the minutes


@pytest.mark.parametrize(("language", "comma", "space"), [("vi", ",", "\N{NO-BREAK SPACE}"), ("en", ".", "")])
def test_the_minutes_have_every_figure_of_every_person(
    chair: ChairBrowser, meeting: Session, language: str, comma: str, space: str
) -> None:
    answer = chair.get(address(meeting, f"/minutes.docx?lang={language}"))
    assert answer.headers["Cache-Control"] == "no-store"
    _, tables = read_docx(answer.data)
    rows = tables[1]
    assert [row[0] for row in rows if row[0] in (COUNCIL, COMMITTEE)] == [COUNCIL, COMMITTEE]
    lines = {row[0]: row for row in rows}
    assert set(lines) >= {str(number) for number in range(1, 13)}
    for number, person in enumerate(PEOPLE):
        line = lines[str(number + 1)]
        assert line[1] == f"{person.name}\n{person.position}"
        votes = (HIGH[number], 7 - HIGH[number] - LOW[number], LOW[number])
        for cell, count in zip(line[2:5], votes, strict=True):
            share = f"{count * 100 / 8:.2f}".replace(".", comma)
            assert cell == f"{count}\n{share}{space}%"


def test_the_minutes_say_what_the_percentages_are_of_and_what_cannot_be_verified(
    chair: ChairBrowser, meeting: Session
) -> None:
    text, tables = read_docx(chair.get(address(meeting, "/minutes.docx?lang=en")).data)
    assert "Percentages are of the ballots collected. That is 8." in text
    assert "from phones: 5; on paper: 3" in text
    assert "counted by hand, and these stand for their figures: Lý Văn Sơn, Mai Thị Thảo." in text
    assert "cannot be verified" in text
    parts = {row[0]: row[2:] for row in tables[2]}
    assert parts["1"] == ["5 + 1", "0 + 1", "0 + 0"]
    for figure in ("Ballots issued: 10", "Ballots collected: 8", "Valid ballots: 7", "Invalid ballots: 1"):
        assert figure in text
    assert "8 codes = 6 handed out + 2 spare + 0 void" in text
    assert "Members: 20" in text
    assert "Absent: 3, of these excused: 2" in text
    assert "+ Ông A: đi công tác" in text


def test_the_minutes_say_how_to_check_the_count(chair: ChairBrowser, house: House, meeting: Session) -> None:
    text, _ = read_docx(chair.get(address(meeting, "/minutes.docx?lang=en")).data)
    head = public_head(house, meeting.uuid)
    assert head.hash in text.replace(" ", "")
    assert f"Events on the board: {head.height + 1}" in text
    assert "Encrypted ballots with a tracker: 5" in text
    assert re.search(r"Digits of the tellers' key: \d{4} \d{4} \d{4} \d{4}", text)
    assert f"voting verify {meeting.uuid}.bel" in text
    assert "belenios-tool election verify" in text
    assert f"/s/{meeting.uuid}" in text


def test_the_minutes_conclude_as_the_rule_does_with_its_article(chair: ChairBrowser, counted: Session) -> None:
    text, tables = read_docx(chair.get(address(counted, "/minutes.docx?lang=en")).data)
    # Of five ballots three say low of two persons: more than half and less than two thirds.
    assert "(2) More than half and less than 2/3 of the ballots say “Low confidence”" in text
    assert "8. Bùi Thị Lan; 11. Ngô Văn Phúc" in text
    assert "[Resolution 96/2023/QH15" in text
    assert [row[-1] for row in tables[1] if row[0] in ("7", "8", "11")] == ["(1)", "(2)", "(2)"]


def test_what_the_chair_entered_stands_in_the_minutes_and_on_the_page_to_print(
    chair: ChairBrowser, house: House, fresh: Session
) -> None:
    entered = Minutes(
        organisation_above="Tỉnh Bình An",
        organisation="Văn phòng tỉnh",
        number="12/BB-TKP",
        town="Bình An",
        subject="lấy phiếu tín nhiệm",
        legal_basis="Căn cứ Nghị quyết số 96/2023/QH15;",
        place="Hội trường A",
        started="2026-02-05T08:05",
        ended="2026-11-25T10:30",
        chair="Nguyễn Văn Vinh",
        chair_position="Chủ tịch",
        secretary="Tạ Thị Xuân",
        elected_by="Hội nghị",
        team=TELLERS,
        notes=((PEOPLE[0].title, "Đi vắng"),),
        conclusion="Nhất trí.",
        complaints="Không có khiếu nại.",
        read_out="2026-11-25T10:45",
        copies=3,
        handover="Lưu văn phòng.",
    )
    record_minutes(house, fresh.uuid, entered, 0)
    text, _ = read_docx(chair.get(address(fresh, "/minutes.docx?lang=vi")).data)
    page = words_of(chair.get(address(fresh, "/minutes/print?lang=vi")).text)
    for told in (
        *("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "TỈNH BÌNH AN", "VĂN PHÒNG TỈNH"),
        *("Số: 12/BB-TKP", "Bình An, ngày 25 tháng 11 năm 2026", "Về việc lấy phiếu tín nhiệm"),
        "08 giờ 05 phút, ngày 05 tháng 02 năm 2026",
        *("Căn cứ Nghị quyết số 96/2023/QH15;", "Hội trường A", "Nguyễn Văn Vinh – Chủ tịch", "do Hội nghị bầu"),
        *("Mai Thị Thảo – Thư ký", "Đi vắng", "Nhất trí.", "Không có khiếu nại.", "03 bản", "Lưu văn phòng."),
        *("THƯ KÝ CUỘC HỌP", "CHỦ TỌA", "TỔ TRƯỞNG TỔ KIỂM PHIẾU", "Tạ Thị Xuân", "Trịnh Văn Uy"),
    ):
        assert told in text, told
        assert told in page, told


@pytest.mark.parametrize(
    ("header", "told", "untold"),
    [
        ("national", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "ĐẢNG CỘNG SẢN VIỆT NAM"),
        ("party", "ĐẢNG CỘNG SẢN VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"),
        ("organisation", "Hội đồng nhân dân tỉnh", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ],
)
def test_the_head_is_that_of_the_state_of_the_party_or_of_the_organisation(
    chair: ChairBrowser, house: House, draft: Session, header: str, told: str, untold: str
) -> None:
    record_minutes(house, draft.uuid, Minutes(header=header, organisation="Hội đồng nhân dân tỉnh"), 0)
    text, _ = read_docx(chair.get(address(draft, "/minutes.docx?lang=vi")).data)
    assert told in text
    assert untold not in text


@pytest.mark.fault("P2")
def test_before_the_count_there_is_a_preview_with_the_list_and_no_result(
    chair: ChairBrowser, house: House, voting_now: tuple[str, tuple[str, ...]], cast_ballot
) -> None:
    uuid, codes = voting_now
    cast_ballot(uuid, codes[0], 1, 3)
    for close in (lambda: None, lambda: close_session(house, uuid)):
        close()
        page = f"/chair/sessions/{uuid}"
        text, tables = read_docx(chair.get(f"{page}/minutes.docx?lang=en").data)
        assert "PREVIEW" in text
        assert "%" not in text
        assert [row[2:] for row in tables[1][1:]] == [[""] * 4] * 2
        for path in ("results.xlsx", "results.csv", "results.json", "papers.zip", "person/1", "person/1.docx"):
            answer = chair.get(f"{page}/{path}")
            assert answer.status_code == 404, path
            assert "100.00" not in answer.text
        assert "results.csv" not in chair.get(page).text


def test_a_cancelled_session_has_no_papers(chair: ChairBrowser, house: House, draft: Session) -> None:
    cancel_session(house, draft.uuid)
    assert chair.get(address(draft, "/minutes")).location == address(draft)
    assert "/minutes" not in chair.get(address(draft)).text
    for path in ("/minutes.docx", "/minutes/print", "/person/1", "/papers.zip"):
        assert chair.get(address(draft, path)).status_code == 409, path


def test_where_people_are_chosen_each_candidate_has_a_line_under_the_heading_of_the_list(
    chair: ChairBrowser, house: House
) -> None:
    people = [
        Person("An", "", "Đợt 1"),
        Person("Bình", "", "Đợt 1"),
        Person("Cúc", "", "Đợt 2"),
        Person("Dũng", "", "Đợt 2"),
    ]
    sheet = make_sheet(people, "choose", choose=1)
    session = hold(house, sheet, [(1, 1), (1, 2), (1, 2)], rule="elect")
    text, tables = read_docx(chair.get(address(session, "/minutes.docx?lang=en")).data)
    assert [row[:4] for row in tables[1][1:]] == [
        ["Đợt 1"] * 4,
        ["1", "An", "3", "18.75%"],
        ["2", "Bình", "0", "0.00%"],
        ["Đợt 2"] * 4,
        ["3", "Cúc", "1", "6.25%"],
        ["4", "Dũng", "2", "12.50%"],
    ]
    assert "Number to choose: at most 1 in each group" in text


def test_the_number_to_choose_of_people_above_the_first_heading_is_named_as_theirs(
    chair: ChairBrowser, house: House
) -> None:
    people = [Person("An"), Person("Bình"), Person("Cúc"), Person("Dũng", "", "Đợt 2"), Person("Giang", "", "Đợt 2")]
    session = hold(house, make_sheet(people, "choose", choose=(2, 1)), [(1, 1)], rule="elect")
    text, _ = read_docx(chair.get(address(session, "/minutes.docx?lang=en")).data)
    assert "without a heading: 2" in text
    assert "Đợt 2: 1" in text
    assert "không có tiêu đề: 2" in read_docx(chair.get(address(session, "/minutes.docx?lang=vi")).data)[0]


def test_levels_of_an_own_scale_are_laid_across(chair: ChairBrowser, house: House) -> None:
    sheet = make_sheet([Person("An")], "own", labels=[f"Mức {n}" for n in range(1, 11)])
    session = hold(house, sheet, [(10,), (3,)], rule="count_only")
    raw = chair.get(address(session, "/minutes.docx?lang=vi")).data
    document = docx.Document(io.BytesIO(raw))
    assert [section.page_width > section.page_height for section in document.sections] == [False, True, False]
    _, tables = read_docx(raw)
    assert tables[1][0][2:] == [f"Mức {n}" for n in range(1, 11)]
    assert [cell.partition("\n")[0] for cell in tables[1][1][2:]] == ["0", "0", "1", "0", "0", "0", "0", "0", "0", "1"]


# ---- the page to print


def test_the_page_to_print_has_the_same_words_as_the_file_and_no_code_in_it(
    chair: ChairBrowser, meeting: Session
) -> None:
    for language in ("vi", "en"):
        page = chair.get(address(meeting, f"/minutes/print?lang={language}"))
        assert page.headers["Cache-Control"] == "no-store"
        told = words_of(page.text)
        document = docx.Document(io.BytesIO(chair.get(address(meeting, f"/minutes.docx?lang={language}")).data))
        for paragraph in document.paragraphs:
            # A place to be filled in is as wide on the page as it looks well there. Of the chart's levels each has a
            # letter in the file, and a pattern on the page.
            for part in filter(None, re.split("…+|\N{NO-BREAK SPACE}[A-J]\N{NO-BREAK SPACE}", paragraph.text)):
                assert " ".join(part.split()).lstrip("-+ ") in told
        assert f'lang="{language}"' in page.text
        assert "style=" not in page.text
        assert page.text.count("<script") == 1
        assert '<svg class="chart-bar"' in page.text


@pytest.mark.fault("W1")
def test_hostile_names_are_words_on_every_paper(chair: ChairBrowser, house: House) -> None:
    hostile = "<script>alert(1)</script>"
    people = [Person(hostile, "=1+1", "@group"), Person("=HYPERLINK(1)", "<b>", "@group")]
    session = hold(house, make_sheet(people), [(1, 2)], title=hostile)
    for path in ("/minutes/print", "/person/1", "/minutes", ""):
        page = chair.get(address(session, path))
        assert page.status_code == 200
        assert hostile not in page.text
    text, _ = read_docx(chair.get(address(session, "/minutes.docx")).data)
    assert f"{hostile}\n=1+1" in text
    rows = rows_of_csv(chair.get(address(session, "/results.csv")).data)
    assert {row["name"] for row in rows} == {hostile, "'=HYPERLINK(1)"}
    assert {row["group"] for row in rows} == {"'@group"}
    book = openpyxl.load_workbook(io.BytesIO(chair.get(address(session, "/results.xlsx")).data))
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    for path in ("/minutes.docx", "/papers.zip", "/results.csv", "/person/1.docx"):
        header = chair.get(address(session, path)).headers["Content-Disposition"]
        assert re.fullmatch(r"[a-z0-9-]+\.(docx|zip|csv)", parse_options_header(header)[1]["filename"]) or "*" in header


@pytest.mark.parametrize(
    "path",
    ["/minutes.docx", "/minutes/print", "/person/1", "/person/1.docx", "/results.xlsx", "/results.csv", "/papers.zip"],
)
def test_a_paper_in_another_language_leaves_the_pages_in_the_chair_s_own(
    chair: ChairBrowser, counted: Session, path: str
) -> None:
    assert chair.get(address(counted, f"{path}?lang=vi")).status_code == 200
    assert '<html lang="en"' in chair.get(address(counted)).text
    chair.get(address(counted, "?lang=vi"))
    chair.get(address(counted, f"{path}?lang=en"))
    assert '<html lang="vi"' in chair.get(address(counted)).text


def test_the_words_of_a_paper_are_all_in_its_language_those_of_the_chart_too(
    chair: ChairBrowser, counted: Session
) -> None:
    for language, level, foreign in (("en", "High confidence", "Tín nhiệm"), ("vi", "Tín nhiệm cao", "onfidence")):
        for path in ("/minutes/print", "/person/1"):
            told = words_of(chair.get(address(counted, f"{path}?lang={language}")).text)
            assert level in told, path
            # The title of the session and the names of rules are as the chair and the book have them.
            assert foreign not in told.replace("Lấy phiếu tín nhiệm", ""), path
        text, _ = read_docx(chair.get(address(counted, f"/minutes.docx?lang={language}")).data)
        legend = next(line for line in text.split("\n") if line.startswith("\N{NO-BREAK SPACE}A"))
        assert level in legend
        assert foreign not in legend
        rows = rows_of_csv(chair.get(address(counted, f"/results.csv?lang={language}")).data)
        assert rows[0]["label"] == level


def test_a_chair_s_own_levels_stay_in_every_language(chair: ChairBrowser, house: House) -> None:
    sheet = make_sheet([Person("An")], "own", labels=["Tín nhiệm cao", "Khá"])
    session = hold(house, sheet, [(1,), (2,)], rule="count_only")
    for path in ("/minutes/print?lang=en", "/person/1?lang=en", "?lang=en"):
        told = words_of(chair.get(address(session, path)).text)
        assert "Tín nhiệm cao" in told
        assert "High confidence" not in told


def test_the_minutes_have_a_bar_for_each_person_that_can_be_read_without_colours_and_without_eyes(
    chair: ChairBrowser, counted: Session
) -> None:
    document = docx.Document(io.BytesIO(chair.get(address(counted, "/minutes.docx?lang=en")).data))
    told = [bar.get(qn("w:val")) for bar in document.element.body.iter(qn("w:tblDescription"))]
    assert len(told) == len(PEOPLE)
    assert told[7] == "Bùi Thị Lan: High confidence 1 (20.00%), Confidence 1 (20.00%), Low confidence 3 (60.00%)"
    bar = next(table for table in document.tables if table._tbl.tblPr.find(qn("w:tblDescription")) is not None)
    assert [cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in bar.rows[0].cells] == ["A 5"]


def test_lines_left_blank_on_paper_alone_have_a_column_in_the_minutes(chair: ChairBrowser, house: House) -> None:
    lines = (PaperLine((1, 0, 0), 1, 0), *(PaperLine((1, 1, 0)) for _ in PEOPLE[1:]))
    paper = PaperTally(2, 2, 0, lines, ("Lý Văn Sơn", "Mai Thị Thảo"))
    session = hold(house, confidence_sheet(), paper=paper)
    _, tables = read_docx(chair.get(address(session, "/minutes.docx?lang=en")).data)
    place = tables[1][0].index("Blank")
    assert [row[place] for row in tables[1] if row[0] in ("1", "2")] == ["1", "0"]


def test_minutes_of_a_result_that_is_kept_from_the_room_say_so(chair: ChairBrowser, house: House) -> None:
    session = hold(house, make_sheet(PEOPLE[:2]), [(1, 2), (1, 3)], rule="qd96_2023")
    for path in ("/minutes/print?lang=en", "/minutes.docx?lang=en"):
        answer = chair.get(address(session, path))
        told = read_docx(answer.data)[0] if "docx" in path else words_of(answer.text)
        assert "By the rule of this session the result is told to the chair alone" in told


def test_a_motion_is_called_one_on_its_own_sheet(chair: ChairBrowser, house: House) -> None:
    session = hold(house, make_sheet([Person("Thông qua điều lệ")], "motion"), [(1,), (2,), (1,)], rule="count_only")
    told = words_of(chair.get(address(session, "/person/1?lang=en")).text)
    assert "Motion: Thông qua điều lệ" in told
    assert "Full name" not in told
    assert "person" not in told


def test_a_thousand_is_written_as_the_language_writes_it_in_papers_and_plainly_in_files(
    chair: ChairBrowser, house: House
) -> None:
    most = PaperTally(1300, 1234, 0, (PaperLine((1000, 233, 1)),), ("Lý Văn Sơn", "Mai Thị Thảo"))
    session = hold(house, make_sheet(PEOPLE[:1]), [(1,), (1,)], paper=most, rule="count_only")
    for language, votes, collected in (("vi", "1.002", "1.236"), ("en", "1,002", "1,236")):
        for path in ("/minutes/print", "/minutes.docx", "/person/1", "/person/1.docx", ""):
            answer = chair.get(address(session, f"{path}?lang={language}"))
            told = read_docx(answer.data)[0] if "docx" in path else words_of(answer.text)
            assert votes in told, path
            assert collected in told, path
            assert not re.search(r"\b(1002|1236)\b", told), path
        rows = rows_of_csv(chair.get(address(session, f"/results.csv?lang={language}")).data)
        assert (rows[0]["votes"], rows[0]["collected"]) == ("1002", "1236")
    assert json.loads(chair.get(address(session, "/results.json")).data)["collected"] == 1236


@pytest.mark.fault("W1")
def test_names_that_strain_a_page_are_whole_on_every_paper(chair: ChairBrowser, house: House) -> None:
    names = ["x" * 200, "<w:p/>&amp;]]>", "שלום עולם", "-2+3", "漢字 😀", "Nguyễn " + "Văn " * 40 + "A"]
    labels = ["y" * 200, "=2"]
    people = [Person(name, "p" * 200) for name in names]
    session = hold(house, make_sheet(people, "own", labels=labels), [(1,) * 6, (2,) * 6], rule="count_only")
    text, _ = read_docx(chair.get(address(session, "/minutes.docx")).data)
    page = words_of(chair.get(address(session, "/minutes/print")).text)
    with zipfile.ZipFile(io.BytesIO(chair.get(address(session, "/papers.zip")).data)) as packed:
        for number, name in enumerate(names, 1):
            assert name in text
            assert name in page
            (sheet,) = [each for each in packed.namelist() if each.startswith(f"persons/{number:03}-")]
            assert len(sheet) < 80
            assert name in read_docx(packed.read(sheet))[0]


# ---- the sheet of one person


@pytest.mark.parametrize("form", ["", ".docx"])
def test_the_sheet_of_a_person_has_the_own_figures_and_nobody_else_s(
    chair: ChairBrowser, meeting: Session, form: str
) -> None:
    answer = chair.get(address(meeting, f"/person/8{form}?lang=en"))
    text = read_docx(answer.data)[0] if form else words_of(answer.text)
    assert "Bùi Thị Lan" in text
    assert "Giám đốc Sở Tài chính" in text
    assert not [person.name for person in PEOPLE if person.name in text and person.name != "Bùi Thị Lan"]
    assert re.findall(r"\d+\.\d\d%", text) == ["25.00%", "25.00%", "37.50%"]
    assert "Percentages are of the ballots collected. That is 8." in text
    assert "“Low confidence” is not more than half: no consequence" in text
    assert "cannot be verified" in text


def test_there_is_a_sheet_for_each_line_and_for_no_other(chair: ChairBrowser, counted: Session) -> None:
    page = chair.get(address(counted)).text
    assert [int(n) for n in re.findall(r"/person/(\d+)\"", page)] == list(range(1, 13))
    assert chair.get(address(counted, "/person/12")).status_code == 200
    for number in (0, 13, 10**30):
        assert chair.get(address(counted, f"/person/{number}")).status_code == 404


# ---- for programs


def rows_of_csv(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_the_csv_file_has_a_row_for_each_level_with_names_of_fields_that_stay(
    chair: ChairBrowser, meeting: Session
) -> None:
    answer = chair.get(address(meeting, "/results.csv?lang=en"))
    assert answer.mimetype == "text/csv"
    rows = rows_of_csv(answer.data)
    assert list(rows[0]) == [
        *("group", "line", "name", "position", "level", "label", "votes", "electronic", "paper", "percent"),
        *("denominator", "blank", "invalid", "issued", "collected", "valid", "outcome", "conclusion", "article"),
    ]
    assert len(rows) == 36
    assert [int(row["votes"]) for row in rows if row["level"] == "1"] == list(HIGH)
    assert [int(row["votes"]) for row in rows if row["level"] == "3"] == list(LOW)
    low = next(row for row in rows if row["line"] == "8" and row["level"] == "3")
    assert (low["electronic"], low["paper"], low["percent"], low["denominator"]) == ("3", "0", "37.50", "8")
    assert (low["issued"], low["collected"], low["valid"], low["outcome"]) == ("10", "8", "7", "no_consequence")


def test_the_workbook_has_the_result_and_the_figures_in_words_of_the_reader(
    chair: ChairBrowser, meeting: Session
) -> None:
    answer = chair.get(address(meeting, "/results.xlsx?lang=vi"))
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    result, figures = book.worksheets
    head = [cell.value for cell in result[1]]
    lines = [dict(zip(head, [cell.value for cell in row], strict=True)) for row in result.iter_rows(min_row=2)]
    assert [line["Tín nhiệm cao"] for line in lines] == list(HIGH)
    assert lines[7]["Tín nhiệm thấp (%)"] == 0.375
    assert lines[0]["Tín nhiệm, phiếu giấy"] == 1
    told = {row[0].value: row[1].value for row in figures.iter_rows(min_row=2)}
    assert told["Số phiếu thu về"] == 8
    assert "Tỷ lệ tính trên số phiếu thu về" in str(told["Tỷ lệ"])


def test_json_for_the_chair_says_what_the_api_says(chair: ChairBrowser, client: FlaskClient, meeting: Session) -> None:
    told = json.loads(chair.get(address(meeting, "/results.json")).data)
    public = client.get(f"/api/sessions/{meeting.uuid}/result").json
    assert told.pop("title") == meeting.title
    assert told == public


def test_the_zip_holds_every_paper_and_an_archive_that_verifies(
    chair: ChairBrowser, house: House, meeting: Session
) -> None:
    answer = chair.get(address(meeting, "/papers.zip"))
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
        files = {name: packed.read(name) for name in names}
    archive = f"archive/{meeting.uuid}.bel"
    assert set(names) == {
        *("minutes-vi.docx", "minutes-en.docx", "README-vi.txt", "README-en.txt", "rule.json", archive),
        *("results.xlsx", "results.csv", "results.json"),
        *(name for name in names if re.fullmatch(r"persons/0\d\d-[a-z-]+\.docx", name)),
    }
    assert len([name for name in names if name.startswith("persons/")]) == 12
    assert [name for name in names if name.startswith("archive/")] == [archive]
    assert files[archive] == b"".join(archive_stream(house, meeting.uuid))
    assert verify_archive(files[archive]).ok
    assert hashlib.sha256(files["rule.json"]).hexdigest() in election_of(house, meeting.uuid).description
    assert "BIÊN BẢN KIỂM PHIẾU" in read_docx(files["minutes-vi.docx"])[0]
    assert "MINUTES OF THE COUNT" in read_docx(files["minutes-en.docx"])[0]
    assert f"voting verify {archive}" in files["README-en.txt"].decode()
    # Nothing lies there that the page beside it does not name.
    for name in names:
        assert name.partition("/")[0] in files["README-en.txt"].decode() or name.startswith("README"), name
    assert files["README-vi.txt"].startswith(codecs.BOM_UTF8)
    assert files["README-vi.txt"].count(b"\r\n") == files["README-vi.txt"].count(b"\n")
    assert "Bảng công khai" in files["README-vi.txt"].decode()
    others = read_docx(files["persons/008-bui-thi-lan.docx"])[0]
    assert "Nguyễn Văn An" not in others


def test_the_archive_is_not_handed_out_before_the_publishing(chair: ChairBrowser, counted: Session) -> None:
    with zipfile.ZipFile(io.BytesIO(chair.get(address(counted, "/papers.zip")).data)) as packed:
        assert not [name for name in packed.namelist() if name.endswith(".bel")]
        assert "complete once the result is published" in packed.read("README-en.txt").decode()
        assert "voting verify" not in packed.read("README-en.txt").decode()


# ---- for everybody


def test_after_the_publishing_the_board_leads_to_the_result_and_not_to_the_minutes(
    client: FlaskClient, house: House, meeting: Session, counted: Session
) -> None:
    board = client.get(f"/s/{meeting.uuid}?lang=en").text
    assert f"/api/sessions/{meeting.uuid}/result.csv" in board
    assert "minutes" not in board.lower()
    answer = client.get(f"/api/sessions/{meeting.uuid}/result.csv")
    assert [int(row["votes"]) for row in rows_of_csv(answer.data) if row["level"] == "1"] == list(HIGH)
    assert "Set-Cookie" not in answer.headers
    assert client.get(f"/api/sessions/{counted.uuid}/result.csv").status_code == 404
    assert "result.csv" not in client.get(f"/s/{counted.uuid}").text


def test_papers_are_for_the_chair_of_the_session_alone(
    client: FlaskClient, other_chair: ChairBrowser, meeting: Session
) -> None:
    paths = ("/minutes", "/minutes/print", "/minutes.docx", "/person/1", "/person/1.docx", "/papers.zip")
    for path in (*paths, "/results.csv", "/results.xlsx", "/results.json"):
        assert other_chair.get(address(meeting, path)).status_code == 404, path
        assert client.get(address(meeting, path)).status_code in (302, 303, 401), path


# ---- the form


def fields_of(page: str) -> dict[str, str]:
    """Give the fields of the form of the minutes as a browser would send them."""
    found = {
        name: unescape(value) for name, value in re.findall(r'<input id="(\w+)" name="\w+"[^>]*? value="([^"]*)"', page)
    }
    found |= {
        name: unescape(text) for name, text in re.findall(r'<textarea id="(\w+)"[^>]*>\n([^<]*)</textarea>', page)
    }
    chosen = re.search(r'name="header" value="(\w+)" checked', page)
    assert chosen
    roles = re.findall(r'<select id="(role_\d)" name="\w+">.*?value="(\w+)" selected', page, re.DOTALL)
    return found | {"header": chosen[1]} | dict(roles)


def test_the_form_proposes_what_the_session_knows_and_keeps_what_is_typed(
    chair: ChairBrowser, house: House, fresh: Session
) -> None:
    page = address(fresh, "/minutes")
    fields = fields_of(chair.get(page).text)
    assert fields["organisation"] == "Hội đồng nhân dân tỉnh"
    assert fields["subject"] == "Lấy phiếu tín nhiệm giữa nhiệm kỳ"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", fields["started"])
    assert fields["started"] <= fields["ended"]
    typed = {
        **fields,
        "header": "party",
        "place": "Hội trường",
        "teller_1": "Lý Văn Sơn",
        "role_1": "head",
        "teller_2": "Mai Thị Thảo",
        "note_8": "Xin vắng",
        "copies": "3",
        "complaints": "Không có.\nĐã đọc lại.",
    }
    answer = chair.send(page, {**chair.hidden(), **typed})
    assert (answer.status_code, answer.location) == (303, page)
    kept, version = minutes_of(house, fresh.uuid)
    assert (kept.header, kept.place, kept.copies, version) == ("party", "Hội trường", 3, 1)
    assert [teller.name for teller in kept.team] == ["Lý Văn Sơn", "Mai Thị Thảo"]
    assert kept.notes == ((PEOPLE[7].title, "Xin vắng"),)
    assert fields_of(chair.get(page).text)["complaints"] == "Không có.\nĐã đọc lại."
    assert 'value="Xin vắng"' in chair.page.text


def test_the_form_is_there_after_the_publishing_and_names_the_tellers_of_the_session(
    chair: ChairBrowser, house: House, meeting: Session
) -> None:
    page = address(meeting, "/minutes")
    fields = fields_of(chair.get(page).text)
    assert "teller_1" not in fields
    assert all(teller.name in chair.page.text for teller in TELLERS)
    chair.send(page, {**chair.hidden(), **fields, "read_out": "2027-01-15T12:00"})
    assert minutes_of(house, meeting.uuid)[0].read_out == "2027-01-15T12:00"


def test_what_cannot_be_right_is_said_beside_its_field_and_nothing_typed_is_lost(
    chair: ChairBrowser, house: House, counted: Session
) -> None:
    page = address(counted, "/minutes")
    fields = fields_of(chair.get(page).text)
    wrong = {
        "place": "Phòng họp số 5",
        "started": "2026-11-25T10:00",
        "ended": "2026-11-25T09:00",
        "teller_1": PEOPLE[0].name,
        "void_reasons": f"Hủy {draw_code()}",
        "note_2": "x" * 501,
    }
    answer = chair.send(page, {**chair.hidden(), **fields, **wrong})
    assert answer.status_code == 400
    for field in ("ended", "team", "void_reasons", "note_2"):
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}-error"' in answer.text
        assert re.search(rf'id="{field}"', answer.text)
    assert "this is before the beginning" in answer.text
    assert "a ballot code must not stand here" in answer.text
    assert 'value="Phòng họp số 5"' in answer.text
    assert minutes_of(house, counted.uuid)[1] == 0
    words = chair.send(page, {**chair.hidden(), **fields, "copies": "three"}, on=page)
    assert words.status_code == 400
    assert 'id="copies-error"' in words.text
    assert 'value="three"' in words.text


def test_every_reason_of_the_minutes_is_told_in_vietnamese(app: Flask, counted: Session) -> None:
    wrong = Minutes(
        header="x", place="a\u202eb", started="x", copies=-1, team=(Teller(PEOPLE[0].name),), town=draw_code()
    )
    late = Minutes(started="2026-11-25T10:00", ended="2026-11-25T09:00", handover="x" * 501, complaints="x\n" * 51)
    with app.test_request_context("/chair/?lang=vi"):
        for minutes, faults in ((wrong, 6), (late, 3)):
            with pytest.raises(MalformedFigures) as refusal:
                check_minutes(counted, minutes)
            assert len(refusal.value.faults) == faults
            assert [reason for _, reason in refusal.value.faults if in_words(reason, REASONS) == reason] == []


def test_a_form_from_an_older_window_does_not_overwrite(chair: ChairBrowser, house: House, fresh: Session) -> None:
    page = address(fresh, "/minutes")
    fields = fields_of(chair.get(page).text)
    old = chair.hidden()
    record_minutes(house, fresh.uuid, Minutes(place="Elsewhere"), 0)
    assert chair.send(page, {**old, **fields, "place": "Here"}).status_code == 409
    for version in ("", "x", "99999999"):
        assert chair.send(page, {**fields, "version": version}, on=page).status_code == 409
    assert minutes_of(house, fresh.uuid)[0].place == "Elsewhere"


def test_minutes_that_were_damaged_in_the_store_are_refused_and_not_guessed(house: House, draft: Session) -> None:
    house.store.write_note(draft.uuid, "minutes", '{"place":"x"}', version=0, states=(draft.state,))
    with pytest.raises(MalformedFigures):
        minutes_of(house, draft.uuid)


def test_a_draft_shows_its_minutes_before_anything_is_ready(chair: ChairBrowser, house: House) -> None:
    session = create_session(house, Session("", "Bầu", make_sheet([Person("An")]), codes=3, chair="hoa"))
    assert "PREVIEW" in words_of(chair.get(address(session, "/minutes/print")).text)
    make_codes(house, session.uuid)
    confirm_codes(house, session.uuid)
    open_session(house, session.uuid)
    assert "Events on the board: 1" in words_of(chair.get(address(session, "/minutes/print")).text)
