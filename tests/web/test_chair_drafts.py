"""Making, previewing and changing a draft."""

import html
import io

import openpyxl
import pytest

from tests.web.chair_browser import ChairBrowser
from voting.domain.drafting import change_session, create_session
from voting.domain.house import House
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet

ENTRIES = {
    "title": "Phân loại cán bộ",
    "occasion": "yearly",
    "language": "vi",
    "scale": "classification",
    "mode": "quick",
    "codes": "12",
    "spares": "2",
    "version": "0",
    "people": "Nguyễn Văn An ; Trưởng phòng\nTrần Thị Bình ; Phó Trưởng phòng",
}
NEW = "/chair/sessions/new"
SCRIPTS = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</textarea><svg onload=alert(1)>")


def saved(house: House, location: str) -> Session:
    return house.store.session(location.rsplit("/", 1)[1])


def test_a_typed_list_becomes_a_draft_of_this_chair(chair: ChairBrowser, house: House) -> None:
    session = saved(house, chair.send(NEW, {**ENTRIES, "wish": "save"}, on=NEW).location)
    assert (session.title, session.chair, session.codes, session.spares) == ("Phân loại cán bộ", "hoa", 12, 2)
    assert session.sheet.people[1] == Person("Trần Thị Bình", "Phó Trưởng phòng")
    assert session.sheet.scale == "classification"


def test_two_columns_pasted_from_a_spreadsheet_are_read(chair: ChairBrowser, house: House) -> None:
    pasted = "STT\tHọ và tên\tChức vụ\r\n1\tLê Văn Cường\tChánh Văn phòng\r\n2\tPhạm Thị Dung\tKế toán trưởng\r\n"
    session = saved(house, chair.send(NEW, {**ENTRIES, "people": pasted, "wish": "save"}, on=NEW).location)
    assert session.sheet.people == (
        Person("Lê Văn Cường", "Chánh Văn phòng"),
        Person("Phạm Thị Dung", "Kế toán trưởng"),
    )


def test_a_motion_keeps_its_commas_and_semicolons(chair: ChairBrowser, house: House) -> None:
    motion = "Approve the report, the budget; and discharge the board"
    entries = {**ENTRIES, "scale": "motion", "people": motion}
    chair.send(NEW, {**entries, "wish": "preview"}, on=NEW)
    session = saved(house, chair.send(NEW, {**chair.kept_entries(), "wish": "save"}).location)
    assert session.sheet.people == (Person(motion),)


ELECTION = "# Ban chấp hành\nAn\nBình\nChi\n# Ban kiểm soát\nDũng\nGiang"


def test_a_number_to_choose_for_each_group_is_typed_shown_and_kept(chair: ChairBrowser, house: House) -> None:
    entries = {**ENTRIES, "scale": "choose", "people": ELECTION, "choose": "2, 1"}
    preview = chair.send(NEW, {**entries, "wish": "preview"}, on=NEW).text
    assert "Ban chấp hành 2" in preview
    assert "Ban kiểm soát 1" in preview
    session = saved(house, chair.send(NEW, {**chair.kept_entries(), "wish": "save"}).location)
    assert session.sheet.choose == (2, 1)
    assert 'value="2, 1"' in chair.get(f"/chair/sessions/{session.uuid}/edit").text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2, 3", "the number to choose of group 2 must be between 1 and 2"),
        ("1, 1, 1", "the number to choose: 3 numbers, but 2 groups"),
        ("2 and 1", "Please enter a number between 1 and 5."),
        ("", "Please enter a number between 1 and 5."),
    ],
)
def test_numbers_to_choose_that_do_not_fit_are_said_beside_the_field(
    chair: ChairBrowser, typed: str, words: str
) -> None:
    answer = chair.send(
        NEW, {**ENTRIES, "scale": "choose", "people": ELECTION, "choose": typed, "wish": "save"}, on=NEW
    )
    assert answer.status_code == 400
    assert words in answer.text
    assert 'id="choose-error"' in answer.text


def test_a_workbook_is_previewed_and_saved_only_then(chair: ChairBrowser, house: House) -> None:
    before = len(house.store.sessions())
    book = openpyxl.Workbook()
    for row in (["Họ và tên", "Chức vụ"], ["Đỗ Thị Én", "Trưởng ban"], ["Vũ Văn Giang", "Phó ban"]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    fields = {**ENTRIES, "people": "Somebody else", "file": (out, "list.xlsx"), "wish": "save"}
    preview = chair.send(NEW, fields, on=NEW)
    assert preview.status_code == 200
    assert "Vũ Văn Giang" in preview.text
    assert len(house.store.sessions()) == before
    session = saved(house, chair.send(NEW, {**chair.kept_entries(), "wish": "save"}).location)
    assert [person.name for person in session.sheet.people] == ["Đỗ Thị Én", "Vũ Văn Giang"]


def test_a_file_of_almost_1_mb_is_read_and_not_cut_off(chair: ChairBrowser) -> None:
    padding = (" " * 999 + "\n") * 950
    upload = io.BytesIO(f"An;Chair\n{padding}Bình;Deputy".encode())
    answer = chair.send(NEW, {**ENTRIES, "wish": "preview", "file": (upload, "list.csv")}, on=NEW)
    assert answer.status_code == 200
    assert "Deputy" in answer.text


def test_a_file_above_1_mb_is_refused_in_words(chair: ChairBrowser) -> None:
    answer = chair.send(NEW, {**ENTRIES, "file": (io.BytesIO(b"A" * 1_500_000), "list.csv")}, on=NEW)
    assert answer.status_code == 413
    assert "1 MB" in answer.text


def test_a_pasted_text_that_is_far_too_long_is_refused_beside_its_field_and_kept(chair: ChairBrowser) -> None:
    pasted = "\n".join(f"Person {number} of a very long list ; Position" for number in range(15_000))
    assert 600_000 < len(pasted) < 1_000_000
    answer = chair.send(NEW, {**ENTRIES, "people": pasted, "wish": "save"}, on=NEW)
    assert answer.status_code == 400
    assert 'id="people-error"' in answer.text
    assert pasted in answer.text


def test_every_error_is_listed_with_a_link_to_its_field_and_the_input_is_kept(chair: ChairBrowser) -> None:
    fields = {**ENTRIES, "title": "", "codes": "many", "people": "An ; Chair\n ; Deputy\nAn ; Chair", "unit": "Phòng 7"}
    answer = chair.send(NEW, {**fields, "wish": "save"}, on=NEW)
    assert answer.status_code in (400, 422)
    for field in ("title", "codes", "people"):
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}"' in answer.text
        assert f'id="{field}-error"' in answer.text
    assert "Line 2: the name is missing" in answer.text
    assert "Line 3: the same as line 1" in answer.text
    assert 'value="Phòng 7"' in answer.text
    assert 'value="many"' in answer.text
    assert "An ; Chair\n ; Deputy" in answer.text.replace("\r\n", "\n")


def test_errors_are_told_in_vietnamese(chair: ChairBrowser) -> None:
    chair.language = "vi"
    answer = chair.send(NEW, {**ENTRIES, "title": "", "people": "An ; A\n ; B", "wish": "save"}, on=NEW)
    assert "the name is missing" not in answer.text
    assert "The title is missing" not in answer.text
    assert "Dòng 2" in answer.text


def test_a_draft_changed_in_another_window_is_not_overwritten(chair: ChairBrowser, house: House) -> None:
    draft = create_session(house, Session("", "First", make_sheet([Person("An")]), codes=5, chair="hoa"))
    page = f"/chair/sessions/{draft.uuid}/edit"
    chair.get(page)
    change_session(house, Session(**{**draft.__dict__, "title": "Changed elsewhere"}))
    answer = chair.send(page, {**ENTRIES, "version": str(draft.version), "wish": "save"})
    assert answer.status_code == 409
    assert house.store.session(draft.uuid).title == "Changed elsewhere"


def test_a_copy_is_a_new_draft_of_the_chair_who_copies(chair: ChairBrowser, house: House) -> None:
    original = create_session(house, Session("", "By command", make_sheet([Person("An")]), codes=5))
    page = f"/chair/sessions/{original.uuid}"
    answer = chair.send(f"{page}/copy", on=page)
    copy = house.store.session(answer.location.split("/")[3])
    assert (copy.title, copy.chair) == ("By command", "hoa")
    assert copy.uuid != original.uuid


@pytest.mark.fault("W1")
def test_script_in_every_field_is_shown_as_text(chair: ChairBrowser, house: House) -> None:
    shown = 0
    for script in SCRIPTS:
        fields = {
            **ENTRIES,
            **dict.fromkeys(("title", "description", "unit"), script),
            "people": f"{script}\t{script}",
            "scale": "own",
            "labels": f"{script}\nB {script}",
        }
        pages = [chair.send(NEW, {**fields, "title": "", "wish": "save"}, on=NEW).text]
        pages.append(chair.send(NEW, {**fields, "wish": "preview"}).text)
        page = chair.send(NEW, {**chair.kept_entries(), "wish": "save"}).location
        pages += [chair.get(path).text for path in (page, f"{page}/edit", f"{page}/cancel", "/chair/")]
        chair.get(page)
        pages.append(chair.send(f"{page}/slips", chair.hidden()).text)
        for text in pages:
            assert script not in text
            assert html.escape(script, quote=False).split("&gt;")[0] in text.replace("&#34;", '"')
            shown += 1
        assert saved(house, page).title == script
    print(f"W1: {len(SCRIPTS)} payloads on {shown} pages, 0 unescaped")
