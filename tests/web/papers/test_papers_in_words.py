"""Papers as they are read: hostile and long names, languages, numbers, charts, and the sheets of the persons."""

import io
import json
import re
import zipfile

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from werkzeug.http import parse_options_header

from tests.web.chair_browser import ChairBrowser
from tests.web.papers.reading import address, read_docx, rows_of_csv, words_of
from tests.web.whole_meeting import PEOPLE, confidence_sheet, hold
from voting.domain.house import House
from voting.domain.paper import PaperLine, PaperTally
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet


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
