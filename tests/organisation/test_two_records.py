"""One vote for two records: only where the share permits it, with what permits it, and both printed from one count."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

import pytest
from docx import Document
from docx.oxml.ns import qn

from tests.organisation.conftest import NOON
from tests.organisation.organised import Organised
from tests.web.chair_browser import ChairBrowser
from voting.domain.drafting import change_session
from voting.domain.issuing import make_codes
from voting.domain.organisation.officials import Official, register_of
from voting.domain.organisation.register import journal_of
from voting.domain.organisation.reviews import record_review
from voting.domain.organisation.roles import Role
from voting.domain.organisation.two_records import LONGEST_CITATION, may_serve_both, serve_both, share_of_members
from voting.domain.rulebook import rule_of
from voting.domain.sessions import Session, TwoRecords
from voting.domain.sheets import make_sheet
from voting.errors import ChangedMeanwhile, MalformedRegister, WrongState

SignIn = Callable[[str, str], ChairBrowser]
CITATION = "Quy định số 366-QĐ/TW ngày 30/8/2025, khoản 3 Điều 5"
TODAY = datetime.fromtimestamp(NOON, UTC).astimezone().date().isoformat()


def staff(province: Organised, members: int, others: int) -> list[Official]:
    """Register members and others in the village."""
    made = [Official("", f"Đảng viên {i}", "", ("Chuyên viên",), member=True) for i in range(members)]
    made += [Official("", f"Quần chúng {i}", "") for i in range(others)]
    return province.register(province.village, *made)


def page_of(session: Session) -> str:
    return f"/chair/units/{session.unit_id}/sessions/{session.uuid}/records"


# ---- the share


@pytest.mark.parametrize(
    ("members", "all_staff", "possible"),
    [(4, 5, True), (3, 4, False), (80, 100, True), (799, 1000, False), (1, 1, True), (0, 0, False), (0, 1, False)],
)
def test_the_border_of_80_percent_is_included_and_nothing_is_rounded(
    members: int, all_staff: int, possible: bool
) -> None:
    assert may_serve_both(members, all_staff) is possible


def test_the_share_is_of_those_who_work_in_the_unit_itself(province: Organised) -> None:
    staff(province, 4, 1)
    province.register(province.north, Official("", "Ở huyện", ""))
    register = register_of(province.house)
    left = next(iter(province.people[province.village]))
    register.officials[left.id] = left.__class__(**{**vars(left), "left": True})
    assert share_of_members(register, province.village) == (3, 4)
    assert share_of_members(register, province.harbour) == (0, 0)


# ---- the draft


def test_a_draft_serves_both_with_the_share_and_the_citation(province: Organised) -> None:
    draft = province.draft(province.village, staff(province, 4, 1))
    saved = serve_both(province.house, draft, f"  {CITATION} ", by="chair")
    assert saved.records == TwoRecords(4, 5, CITATION)
    assert province.house.store.session(draft.uuid) == saved
    entry = journal_of(province.house)[-1]
    assert (entry.act, entry.unit, entry.about, entry.by) == (
        *("session.two_records", province.village, draft.uuid, "chair"),
    )


@pytest.mark.parametrize(
    ("citation", "field"), [("", "citation"), (" ", "citation"), ("x" * (LONGEST_CITATION + 1), "citation")]
)
def test_without_a_citation_it_is_not_recorded(province: Organised, citation: str, field: str) -> None:
    draft = province.draft(province.village, staff(province, 4, 1))
    with pytest.raises(MalformedRegister) as refused:
        serve_both(province.house, draft, citation, by="chair")
    assert refused.value.field == field
    assert province.house.store.session(draft.uuid) == draft


def test_below_80_percent_each_record_needs_its_own_vote(province: Organised) -> None:
    draft = province.draft(province.village, staff(province, 3, 1))
    with pytest.raises(MalformedRegister, match="four fifths") as refused:
        serve_both(province.house, draft, CITATION, by="chair")
    assert refused.value.field == "share"
    assert province.house.store.session(draft.uuid).records is None


def test_a_confidence_vote_is_no_classification(province: Organised) -> None:
    draft = province.draft(province.village, staff(province, 5, 0), scale="confidence", rule="nq96_2023")
    with pytest.raises(MalformedRegister) as refused:
        serve_both(province.house, draft, CITATION, by="chair")
    assert refused.value.field == "scale"


def test_a_draft_that_becomes_another_vote_serves_one_record_again(province: Organised) -> None:
    draft = serve_both(province.house, province.draft(province.village, staff(province, 5, 0)), CITATION, by="")
    renamed = change_session(province.house, replace(draft, title="Xếp loại quý IV"))
    assert renamed.records == draft.records
    sheet = make_sheet(draft.sheet.people, "confidence")
    change_session(province.house, replace(renamed, sheet=sheet, rule=rule_of("nq96_2023")))
    assert province.house.store.session(draft.uuid).records is None


def test_it_is_decided_in_the_draft_as_it_was_read(province: Organised) -> None:
    people = staff(province, 5, 0)
    draft = province.draft(province.village, people)
    change_session(province.house, draft)
    with pytest.raises(ChangedMeanwhile):
        serve_both(province.house, draft, CITATION, by="chair")
    published = province.published(province.village, people, [(1,) * 5])
    with pytest.raises(WrongState):
        serve_both(province.house, published, CITATION, by="chair")


# ---- the page of the draft


def test_the_chair_records_it_and_takes_it_back(province: Organised, signed_in: SignIn) -> None:
    draft = province.draft(province.village, staff(province, 9, 1))
    chair = signed_in(Role.CHAIR, province.village)
    page = chair.get(page_of(draft)).text
    assert "90.00%" in page
    assert chair.send(page_of(draft), {"citation": CITATION}).status_code == 303
    assert province.house.store.session(draft.uuid).records == TwoRecords(9, 10, CITATION)
    page = chair.get(page_of(draft)).text
    assert "9 of 10, 90.00%" in page
    assert CITATION in page
    assert "This vote serves two records: 9 of 10 staff" in chair.get(f"/chair/sessions/{draft.uuid}").text
    chair.send(page_of(draft), {"wish": "one"}, on=page_of(draft))
    assert province.house.store.session(draft.uuid).records is None
    assert "This vote serves two records" not in chair.get(f"/chair/sessions/{draft.uuid}").text


def test_below_80_percent_the_page_offers_no_form_and_refuses_one(province: Organised, signed_in: SignIn) -> None:
    draft = province.draft(province.village, staff(province, 3, 1))
    chair = signed_in(Role.CHAIR, province.village)
    page = chair.get(page_of(draft)).text
    assert "That is less than 80%: each record needs a vote of its own." in page
    assert 'name="citation"' not in page
    chair.get("/chair/password")
    answer = chair.send(page_of(draft), {"citation": CITATION})
    assert answer.status_code == 400
    assert "Fewer than four fifths" in answer.text


def test_a_missing_citation_is_told_beside_the_field(province: Organised, signed_in: SignIn) -> None:
    draft = province.draft(province.village, staff(province, 4, 1))
    chair = signed_in(Role.CHAIR, province.village)
    answer = chair.send(page_of(draft), {"citation": " "}, on=page_of(draft))
    assert answer.status_code == 400
    assert re.search(r'id="citation-error"><li>The citation is missing', answer.text)


def test_the_page_says_that_slips_become_worthless_and_that_the_register_changed(
    province: Organised, signed_in: SignIn
) -> None:
    draft = province.draft(province.village, staff(province, 4, 1))
    serve_both(province.house, draft, CITATION, by="")
    make_codes(province.house, draft.uuid)
    province.register(province.village, Official("", "Mới", "", member=True))
    page = signed_in(Role.CHAIR, province.village).get(page_of(draft)).text
    assert "Slips have been made for this draft." in page
    assert "The register has changed since" in page


@pytest.mark.parametrize(
    ("role", "unit"),
    [(Role.CHAIR, "north"), (Role.CHAIR, "town"), (Role.HEAD_TELLER, "village"), (Role.ADMINISTRATOR, "province")],
)
def test_nobody_else_decides_it(province: Organised, signed_in: SignIn, role: str, unit: str) -> None:
    draft = province.draft(province.village, staff(province, 5, 0))
    browser = signed_in(role, getattr(province, unit))
    assert browser.get(page_of(draft)).status_code == 403
    browser.get("/chair/password")
    assert browser.send(page_of(draft), {"citation": CITATION}).status_code == 403
    assert province.house.store.session(draft.uuid) == draft


def test_a_chair_cannot_reach_a_vote_through_another_unit(province: Organised, signed_in: SignIn) -> None:
    draft = province.draft(province.village, staff(province, 5, 0))
    chair = signed_in(Role.CHAIR, province.town)
    for ending in ("records", "records/print", "records.docx"):
        path = f"/chair/units/{province.town}/sessions/{draft.uuid}/{ending}"
        assert chair.get(path).status_code == 404, ending


# ---- the papers


@pytest.fixture
def vote(province: Organised) -> Session:
    """A published vote on five people of whom four are members, with the share 4 of 5, and one conclusion on it."""
    people = staff(province, 4, 1)
    vote = province.published(
        province.village, people, [(1, 2, 2, 2, 3), (1, 2, 2, 2, 3)], records=TwoRecords(4, 5, CITATION)
    )
    record_review(
        province.house,
        vote.uuid,
        "Đảng viên 1 — Chuyên viên",
        level=3,
        reason="Bị khiển trách",
        day=TODAY,
        unit=province.north,
        by="x",
    )
    return vote


def words_of(document: object) -> Iterator[str]:
    """Yield the text of every paragraph in reading order, those within tables as well."""
    for paragraph in document.element.body.iter(qn("w:p")):
        yield "".join(text.text or "" for text in paragraph.iter(qn("w:t")))


def records_in(docx: bytes) -> tuple[str, str]:
    """Give the texts of the two records."""
    words = list(words_of(Document(io.BytesIO(docx))))
    # Before the title of a record stands its head.
    border = next(place for place, line in enumerate(words) if line.startswith(("RECORD 2", "BIÊN BẢN 2")))
    return "\n".join(words[:border]), "\n".join(words[border:])


def test_the_first_record_has_everybody_and_the_second_the_members_alone(
    vote: Session, province: Organised, signed_in: SignIn
) -> None:
    chair = signed_in(Role.CHAIR, province.village)
    answer = chair.get(f"{page_of(vote)}.docx?lang=en")
    assert answer.status_code == 200
    first, second = records_in(answer.data)
    assert "RECORD 1: CLASSIFICATION AS OFFICIAL OR PUBLIC EMPLOYEE" in first
    for number in range(4):
        assert f"Đảng viên {number}" in first
        assert f"Đảng viên {number}" in second
    assert "Quần chúng 0" in first
    assert "Quần chúng 0" not in second


def test_both_records_have_share_citation_votes_proposal_and_conclusion(
    vote: Session, province: Organised, signed_in: SignIn
) -> None:
    chair = signed_in(Role.CHAIR, province.village)
    for text in records_in(chair.get(f"{page_of(vote)}.docx?lang=vi").data):
        assert CITATION in text
        assert "4 trên 5, đạt 80,00\N{NO-BREAK SPACE}%" in text
        votes, conclusions = (
            [line for line in part[: part.index("Đảng viên 2")].splitlines() if line]
            for part in text.split("Đảng viên 1\n")[1:]
        )
        assert votes == [
            *("Chuyên viên", "0", "0,00\N{NO-BREAK SPACE}%", "2", "100,00\N{NO-BREAK SPACE}%"),
            *("0", "0,00\N{NO-BREAK SPACE}%", "0", "0,00\N{NO-BREAK SPACE}%", "3"),
        ]
        assert conclusions == [
            *("Hoàn thành tốt nhiệm vụ", "Hoàn thành nhiệm vụ", "Bị khiển trách", "Huyện Bắc Sơn, 15/1/2027", "3"),
        ]
    first, _ = records_in(chair.get(f"{page_of(vote)}.docx?lang=vi").data)
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in first  # the head of the second one, which stands before its title
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in first


def test_each_record_begins_on_a_page_of_its_own_that_counts_from_one(
    vote: Session, province: Organised, signed_in: SignIn
) -> None:
    chair = signed_in(Role.CHAIR, province.village)
    document = Document(io.BytesIO(chair.get(f"{page_of(vote)}.docx").data))
    starts = [section._sectPr.find(qn("w:pgNumType")) for section in document.sections]
    beginning = [section.different_first_page_header_footer for section in document.sections]
    assert [start is not None for start in starts].count(True) == 1
    assert beginning.count(True) == 2
    assert [place for place, start in enumerate(starts) if start is not None] == [beginning.index(True, 1)]


def test_the_page_to_print_holds_the_same_and_leads_to_the_file(
    vote: Session, province: Organised, signed_in: SignIn
) -> None:
    chair = signed_in(Role.CHAIR, province.village)
    page = chair.get(f"{page_of(vote)}/print")
    assert page.headers["Cache-Control"] == "no-store"
    first, second = page.text.split("RECORD 2: CLASSIFICATION AS PARTY MEMBER</h1>")
    for record in (first, second):
        assert CITATION in record
        assert "4 of 5, 80.00%" in record
        assert "Bị khiển trách" in record
    assert ("Quần chúng 0" in first, "Quần chúng 0" in second) == (True, False)
    assert f'href="{page_of(vote)}.docx?lang=en"' in page.text
    assert page_of(vote) in chair.get(f"/chair/sessions/{vote.uuid}").text


def test_a_vote_for_one_record_has_no_second_one(province: Organised, signed_in: SignIn) -> None:
    people = staff(province, 5, 0)
    chair = signed_in(Role.CHAIR, province.village)
    single = province.published(province.village, people, [(1,) * 5])
    both = serve_both(province.house, province.draft(province.village, people), CITATION, by="")
    for ending in ("/print", ".docx"):
        assert chair.get(page_of(single) + ending).status_code == 409
        assert chair.get(page_of(both) + ending).status_code == 404
    assert "cannot be changed any more" in chair.get(page_of(single)).text
    assert page_of(single) not in chair.get(f"/chair/sessions/{single.uuid}").text


def test_who_is_not_in_the_register_is_told_on_the_second_record(province: Organised, signed_in: SignIn) -> None:
    people = [*staff(province, 0, 1), Official("", "Không rõ", "")]
    vote = province.published(province.village, people, [(1, 1)], records=TwoRecords(4, 5, CITATION))
    chair = signed_in(Role.CHAIR, province.village)
    _, second = records_in(chair.get(f"{page_of(vote)}.docx?lang=en").data)
    assert "Nobody on the list is a Party member by the register." in second
    assert "Not tied to the register, and so on Record 1 alone: 1." in second
    assert not any(name in second for name in chain(("Không rõ", "Quần chúng 0")))
