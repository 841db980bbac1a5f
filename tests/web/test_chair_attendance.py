"""The attendance on the chair's pages, and the warnings that come from it and from the sheet."""

import html
import re
from dataclasses import replace

import pytest

from tests.web.chair_browser import ChairBrowser
from voting.domain.attendance import Attendance, attendance_of, record_attendance
from voting.domain.casting import open_session
from voting.domain.counting import close_session, count_session
from voting.domain.drafting import change_session, create_session
from voting.domain.exchanges import Exchange, Reason, Source
from voting.domain.handing import exchange_slip
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.left_over import LeftOver, record_left_over
from voting.domain.paper import PaperLine, PaperTally, record_paper
from voting.domain.results import result_of
from voting.domain.rules import Rule
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.errors import WrongState

FULL = {"members": "58", "convened": "56", "present": "53", "excused": "2", "absences": "Một người ốm"}


def page_of(session: Session) -> str:
    return f"/chair/sessions/{session.uuid}"


def send(chair: ChairBrowser, session: Session, **typed: str) -> tuple[int, str]:
    """Open the form, fill it in, send it; give status and text of the answer."""
    path = f"{page_of(session)}/attendance"
    chair.get(path)
    answer = chair.send(path, {**dict.fromkeys(FULL, ""), **chair.hidden(), **typed})
    return answer.status_code, html.unescape(answer.text)


def test_what_was_typed_is_on_the_page_of_the_session_and_in_the_form_again(
    chair: ChairBrowser, house: House, draft: Session
) -> None:
    assert send(chair, draft, **FULL)[0] == 303
    assert attendance_of(house, draft.uuid) == (Attendance(58, 56, 53, 2, "Một người ốm"), 1)
    page = chair.get(page_of(draft)).text
    for word, figure in (("Members", 58), ("Convened", 56), ("Present", 53), ("Absent", 3), ("Excused", 2)):
        assert f"<dt>{word}</dt><dd>{figure}</dd>" in page
    form = chair.get(f"{page_of(draft)}/attendance").text
    assert 'value="53"' in form
    assert "Một người ốm" in form
    assert ">3</output>" in form


def test_a_form_that_is_partly_empty_is_kept(chair: ChairBrowser, house: House, draft: Session) -> None:
    assert send(chair, draft, convened="56")[0] == 303
    assert attendance_of(house, draft.uuid)[0] == Attendance(convened=56)
    assert "<dt>Present</dt><dd>–</dd>" in chair.get(page_of(draft)).text


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"members": "50", "convened": "51"}, "convened", "At most 50, the number of members."),
        ({"convened": "50", "present": "51"}, "present", "At most 50, the number of people convened."),
        ({"convened": "9", "present": "8", "excused": "2"}, "excused", "At most 1, the number of people absent."),
        ({"members": "-1"}, "members", "Please enter a number between 0 and 999,999."),
        ({"present": "12.5"}, "present", "Please enter a number between 0 and 999,999."),
        ({"present": "٣"}, "present", "Please enter a number between 0 and 999,999."),
        ({"absences": "An\u202e: ốm"}, "absences", "a text holds an invisible control character"),
    ],
)
def test_what_does_not_hold_is_said_beside_its_field_and_the_input_is_kept(
    chair: ChairBrowser, house: House, draft: Session, typed: dict[str, str], field: str, words: str
) -> None:
    status, text = send(chair, draft, **typed)
    assert status == 400
    assert f'id="{field}-error"' in text
    assert f'href="#{field}"' in text
    assert words in text
    for name, value in typed.items():
        assert f'value="{value}"' in text or name == "absences"
    assert attendance_of(house, draft.uuid) == (Attendance(), 0)


def doubts(chair: ChairBrowser, session: Session) -> list[str]:
    """Give what the page of a session, and at its right field the form, says of its attendance."""
    page = html.unescape(chair.get(page_of(session)).text).partition('id="attendance"')[2].partition("</section>")[0]
    told = re.findall(r'<p class="notice notice-warning">([^<]*)</p>', page)
    form = html.unescape(chair.get(f"{page_of(session)}/attendance").text)
    beside = re.findall(r'<p class="error doubt" id="present-typed"[^>]*>([^<]*)</p>', form)
    assert [words.replace("Present: ", "") for words in told] == [words.partition(" Please")[0] for words in beside]
    return told


def test_fewer_people_than_ballots_are_told_and_kept_as_they_were_found(
    chair: ChairBrowser, house: House, voting_now: tuple[str, tuple[str, ...]], cast_ballot
) -> None:
    uuid, codes = voting_now
    for code in codes[:3]:
        cast_ballot(uuid, code, 1, 1)
    session = house.store.session(uuid)
    assert send(chair, session, present="2")[0] == 303
    assert doubts(chair, session) == ["Present: Fewer than the ballots collected: 3."]
    close_session(house, uuid)
    assert doubts(chair, session) == ["Present: Fewer than the ballots collected: 3."]
    count_session(house, uuid)
    assert "Present: Fewer than the ballots collected: 3." in chair.get(f"{page_of(session)}/minutes/print").text
    assert send(chair, session, present="3")[0] == 303
    assert doubts(chair, session) == []


def test_whoever_lost_a_slip_has_two_codes_and_is_one_person(
    chair: ChairBrowser, house: House, voting_now: tuple[str, tuple[str, ...]]
) -> None:
    uuid, _ = voting_now
    session = house.store.session(uuid)
    record_left_over(house, uuid, LeftOver(2), 0)
    assert send(chair, session, present="5")[0] == 303
    assert doubts(chair, session) == ["Present: Fewer than the ballots issued: 6."]
    exchange_slip(house, uuid, Exchange(Reason.LOST, Source.SLIP), "", seen=0)
    record_left_over(house, uuid, LeftOver(1), 1)
    assert doubts(chair, session) == ["Present: Fewer than the ballots issued: 6."]
    assert send(chair, session, present="6")[0] == 303
    assert doubts(chair, session) == []


def test_codes_that_were_drawn_and_reached_nobody_are_no_people(
    chair: ChairBrowser, house: House, draft: Session
) -> None:
    session = create_session(house, replace(draft, uuid="", codes=6, spares=0, pooled=6))
    make_codes(house, session.uuid)
    confirm_codes(house, session.uuid)
    for _ in range(4):
        house.store.draw(session.uuid, "claims")  # one of the four answers was lost on the way
    assert send(chair, session, present="3")[0] == 303
    assert doubts(chair, session) == []


def test_a_lost_slip_that_has_voted_too_is_no_person(
    chair: ChairBrowser, house: House, voting_now: tuple[str, tuple[str, ...]], cast_ballot
) -> None:
    uuid, codes = voting_now
    exchange_slip(house, uuid, Exchange(Reason.LOST, Source.SLIP), "", seen=0)
    for code in codes[:3]:
        cast_ballot(uuid, code, 1, 1)
    session = house.store.session(uuid)
    assert send(chair, session, present="2")[0] == 303
    assert doubts(chair, session) == []


def test_as_many_ballots_are_issued_on_the_form_as_in_the_result(
    chair: ChairBrowser, house: House, voting_now: tuple[str, tuple[str, ...]]
) -> None:
    uuid, _ = voting_now
    exchange_slip(house, uuid, Exchange(Reason.LOST, Source.SLIP), "", seen=0)
    record_left_over(house, uuid, LeftOver(2), 0)
    close_session(house, uuid)
    assert "Ballots issued: 5" in chair.get(f"/chair/sessions/{uuid}/attendance").text
    count_session(house, uuid)
    assert result_of(house, uuid).figures.issued == 5


def test_paper_ballots_are_ballots(chair: ChairBrowser, house: House, voting_now: tuple[str, tuple[str, ...]]) -> None:
    uuid, _ = voting_now
    close_session(house, uuid)
    lines = (PaperLine((2, 0, 0)), PaperLine((0, 2, 0)))
    record_paper(house, uuid, PaperTally(3, 2, 0, lines, ("Lê Thị Cúc",)), 0)
    session = house.store.session(uuid)
    assert send(chair, session, present="1")[0] == 303
    assert doubts(chair, session) == ["Present: Fewer than the ballots collected: 2."]
    assert send(chair, session, present="2")[0] == 303
    assert doubts(chair, session) == []


def test_the_second_of_two_windows_is_told_and_the_first_figures_stay(
    chair: ChairBrowser, house: House, draft: Session
) -> None:
    path = f"{page_of(draft)}/attendance"
    chair.get(path)
    fields = chair.hidden()
    record_attendance(house, draft.uuid, Attendance(convened=40), 0)
    assert chair.send(path, {**fields, "convened": "41"}).status_code == 409
    assert attendance_of(house, draft.uuid)[0].convened == 40


def test_another_chair_neither_sees_nor_writes_it(other_chair: ChairBrowser, house: House, draft: Session) -> None:
    record_attendance(house, draft.uuid, Attendance(absences="Nguyễn Văn An: ốm"), 0)
    path = f"{page_of(draft)}/attendance"
    assert other_chair.get(path).status_code == 404
    assert other_chair.send(path, {"version": "1", "convened": "1"}, on="/chair/").status_code == 404
    assert attendance_of(house, draft.uuid)[1] == 1


def test_a_cancelled_session_leads_back_to_its_page(chair: ChairBrowser, house: House, draft: Session) -> None:
    house.store.cancel(draft.uuid)
    assert chair.get(f"{page_of(draft)}/attendance").location == page_of(draft)
    assert "/attendance" not in chair.get(page_of(draft)).text
    assert chair.send(f"{page_of(draft)}/attendance", {"version": "0"}, on="/chair/").status_code == 409
    with pytest.raises(WrongState):
        record_attendance(house, draft.uuid, Attendance(), 0)


def test_script_in_the_reasons_is_shown_as_text(chair: ChairBrowser, draft: Session) -> None:
    script = "</textarea><script>alert(1)</script>"
    send(chair, draft, absences=script)
    form = chair.get(f"{page_of(draft)}/attendance").text
    assert script not in form
    assert html.escape(script) in form


def test_errors_are_told_in_vietnamese(chair: ChairBrowser, draft: Session) -> None:
    chair.language = "vi"
    text = send(chair, draft, members="50", convened="51")[1]
    assert "At most" not in text
    assert "Tối đa 50" in text


# ---- warnings before the opening


MIXED_UP = (Person("Nguyễn Văn An", "Trưởng phòng"), Person("NGUYEN VAN AN", "Kế toán"), Person("Trần Thị Bình"))


def warned(chair: ChairBrowser, path: str) -> str:
    text = html.unescape(chair.get(path).text)
    return text.partition('id="before-opening"')[2].partition("</section>")[0]


def test_warnings_are_on_the_page_and_at_the_question_and_never_block(chair: ChairBrowser, house: House) -> None:
    rule = Rule("own:x", {"vi": "Q", "en": "R"}, {"vi": "", "en": ""}, denominator="convened")
    session = create_session(
        house, Session("", "Lấy phiếu", make_sheet(MIXED_UP), codes=4, spares=1, chair="hoa", rule=rule)
    )
    record_attendance(house, session.uuid, Attendance(present=3), 0)
    told = (
        "With fewer than 5 codes",
        "the server's key alone opens the ballots",
        "Lines 1, 2 have names that look the same: Nguyễn Văn An, NGUYEN VAN AN.",
        "the number of people convened, and it is not entered yet",
        "More codes for voters (4) than people present (3).",
    )
    page = page_of(session)
    for words in told:
        assert words in warned(chair, page)
    make_codes(house, session.uuid)
    confirm_codes(house, session.uuid)
    for words in told:
        assert words in warned(chair, page)
        assert words in warned(chair, f"{page}/open")
    assert chair.send(f"{page}/open", on=f"{page}/open").status_code == 303
    assert house.store.session(session.uuid).state == "open"
    assert warned(chair, page) == ""


def test_other_steps_do_not_repeat_the_warnings(chair: ChairBrowser, house: House, draft: Session) -> None:
    change_session(house, replace(draft, codes=4))
    assert warned(chair, page_of(draft)) != ""
    assert warned(chair, f"{page_of(draft)}/cancel") == ""


def test_after_the_opening_a_small_roll_is_still_told(chair: ChairBrowser, house: House) -> None:
    session = create_session(house, Session("", "Few", make_sheet([Person("An")], "motion"), codes=3, chair="hoa"))
    make_codes(house, session.uuid)
    confirm_codes(house, session.uuid)
    open_session(house, session.uuid)
    assert "With fewer than 5 codes" in chair.get(page_of(session)).text


def test_a_version_of_thousands_of_digits_replaces_nothing(chair: ChairBrowser, house: House, draft: Session) -> None:
    assert send(chair, draft, **FULL)[0] == 303
    assert send(chair, draft, convened="7", version="9" * 5000)[0] == 409
    assert attendance_of(house, draft.uuid)[0].convened == 56
