"""The minutes in both languages: what stands in the file and on the page to print."""

import io
import re

import docx
import pytest

from tests.web.chair_browser import ChairBrowser
from tests.web.papers.conftest import HIGH, LOW
from tests.web.papers.reading import address, read_docx, words_of
from tests.web.whole_meeting import COMMITTEE, COUNCIL, PEOPLE, TELLERS, hold
from voting.domain.boards import public_head
from voting.domain.counting import close_session
from voting.domain.drafting import cancel_session
from voting.domain.house import House
from voting.domain.minutes import Minutes, record_minutes
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet


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
