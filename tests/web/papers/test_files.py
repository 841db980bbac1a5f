"""The result for programs and for everybody: CSV, workbook, JSON, the ZIP, and who may have them."""

import codecs
import hashlib
import io
import json
import re
import zipfile

import openpyxl
from flask.testing import FlaskClient

from tests.web.chair_browser import ChairBrowser
from tests.web.papers.conftest import HIGH, LOW
from tests.web.papers.reading import address, read_docx, rows_of_csv
from voting.domain.boards import archive_stream
from voting.domain.elections import election_of
from voting.domain.house import House
from voting.domain.sessions import Session
from voting.protocol.verify import verify_archive


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
