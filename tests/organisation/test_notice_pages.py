"""The pages of a personal link: the chair hands it out and answers, the person reads the own line and nobody else's."""

import csv
import html
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Settings
from tests.organisation import organised
from tests.organisation.organised import Organised
from tests.web.chair_browser import ChairBrowser
from voting.app import create_app
from voting.domain.house import House
from voting.domain.organisation.notices import (
    Notice,
    acknowledge,
    answer_petition,
    enter_petition,
    make_notice,
    notices_of_session,
    revoke_notice,
)
from voting.domain.organisation.officials import Official
from voting.domain.organisation.reviews import record_review
from voting.domain.organisation.roles import Role
from voting.domain.sessions import Session
from voting.domain.sheets import make_sheet

SignIn = Callable[[str, str], ChairBrowser]
NAMES = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Hoàng Cường")
POSITIONS = ("Chủ tịch", "Phó Chủ tịch", "Ủy viên")
AN, BINH = (f"{name} — {position}" for name, position in zip(NAMES[:2], POSITIONS, strict=False))
ATTACK = '<script>alert(1)</script><img src=x onerror="alert(2)">\n</textarea><b>{{ 7*7 }}'
_LINK = re.compile(r"\b(?:[1-9A-HJ-NP-Za-km-z]{4}-){5}[1-9A-HJ-NP-Za-km-z]{4}\b")


@pytest.fixture
def people(province: Organised) -> list[Official]:
    wanted = [Official("", name, "", (position,)) for name, position in zip(NAMES, POSITIONS, strict=True)]
    return province.register(province.village, *wanted)


@pytest.fixture
def vote(province: Organised, people: list[Official]) -> Session:
    """A published vote on three people of the village: 3 + 1 + 0 + 0, 1 + 0 + 2 + 1 and 0 + 4 + 0 + 0."""
    ballots = [(1, 1, 2), (1, 3, 2), (1, 3, 2), (2, 4, 2)]
    return province.published(province.village, people, ballots, occasion="yearly")


@pytest.fixture
def chair(signed_in: SignIn, province: Organised) -> ChairBrowser:
    return signed_in(Role.CHAIR, province.village)


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


def send(visitor: FlaskClient, secret: str, path: str = "/r", language: str = "en", **fields: str) -> TestResponse:
    return visitor.post(path, data={"secret": secret, **fields}, headers={"Accept-Language": language})


def make(house: House, vote: Session, title: str = AN) -> str:
    return make_notice(house, vote.uuid, title, days=30, by="chair")


def notice_of(house: House, vote: Session, title: str = AN) -> Notice:
    return notices_of_session(house, vote.uuid)[title]


def words_of(answer: TestResponse) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text.split("<main")[1])).split())


# ---- the person


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ("Yearly", "75.00%", "25.00%", "Percentages are of", "That is 4.", "Published on")),
        ("vi", ("Hằng năm", "75,00 %", "25,00 %", "Tổng số này là 4.", "Hoàn thành xuất sắc nhiệm vụ")),
    ],
)
def test_a_person_reads_the_own_result_in_words(
    house: House, vote: Session, visitor: FlaskClient, language: str, expected: tuple[str, ...]
) -> None:
    answer = send(visitor, make(house, vote), language=language)
    told = words_of(answer).replace("\N{NO-BREAK SPACE}", " ")
    assert answer.status_code == 200
    for words in (*expected, NAMES[0], POSITIONS[0], vote.title, "Xã Bình An"):
        assert words in told, words
    assert f"/s/{vote.uuid}" in answer.text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_line_of_another_is_in_any_answer(house: House, vote: Session, visitor: FlaskClient, language: str) -> None:
    secret = make(house, vote)
    make(house, vote, BINH)
    others = (*NAMES[1:], *POSITIONS[1:], "100.00%", "100,00", "50.00%", "50,00")
    for path, fields in (
        ("/r", {}),
        ("/r/acknowledge", {}),
        ("/r/petition", {"petition": ""}),
        ("/r/petition", {"petition": "Xin xem lại."}),
        ("/r/petition", {"petition": "Khác."}),
    ):
        page = send(visitor, secret, path, language, **fields).text
        assert NAMES[0] in page
        assert not [words for words in others if words in html.unescape(page)], path


def test_a_person_reads_what_the_competent_level_concluded_beside_what_the_vote_proposes(
    house: House, province: Organised, vote: Session, visitor: FlaskClient
) -> None:
    secret = make(house, vote)
    assert "no conclusion yet" in words_of(send(visitor, secret))
    reviewer = province.account(Role.REVIEWER, province.north)
    record_review(house, vote.uuid, AN, level=2, reason="Lý do.", day="2027-01-15", unit=province.north, by=reviewer)
    told = words_of(send(visitor, secret, language="vi"))
    for words in ("Hoàn thành xuất sắc nhiệm vụ", "Hoàn thành tốt nhiệm vụ", "Lý do.", "Huyện Bắc Sơn"):
        assert words in told


def test_a_person_reads_the_own_results_of_all_years_and_nobody_elses(
    house: House, province: Organised, people: list[Official], vote: Session, visitor: FlaskClient
) -> None:
    secret = make(house, vote)
    assert "over the years" not in words_of(send(visitor, secret))
    province.published(province.village, people, [(2, 1, 3), (2, 1, 3)], title="Xếp loại năm 2025")
    answer = send(visitor, secret)
    assert "Xếp loại năm 2025" in words_of(answer)
    assert not [name for name in NAMES[1:] if name in html.unescape(answer.text)]


def test_a_candidate_reads_the_own_votes_alone(
    house: House, province: Organised, people: list[Official], visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(organised, "make_sheet", lambda lines, scale: make_sheet(lines, scale, choose=1))
    vote = province.published(province.village, people, [(1,), (1,), (2,)], scale="choose", rule="nominate")
    told = words_of(send(visitor, make(house, vote)))
    assert "Votes for this person 2" in told
    assert not [name for name in NAMES[1:] if name in told]


def test_every_link_that_leads_nowhere_is_answered_alike(
    house: House, app: Flask, vote: Session, visitor: FlaskClient, tmp_path
) -> None:
    revoked, renewed, expired = (
        make(house, vote),
        make(house, vote, BINH),
        make(house, vote, f"{NAMES[2]} — {POSITIONS[2]}"),
    )
    revoke_notice(house, vote.uuid, AN, by="chair")
    make(house, vote, BINH)
    answers = [send(visitor, secret) for secret in ("", "x", "1" * 24, revoked, renewed)]
    late = replace(house, clock=lambda: house.clock() + 30 * 24 * 60 * 60)
    later = create_app(Settings.from_env({"VOTING_DATA": str(tmp_path)}), late).test_client()
    answers += [send(later, expired, path) for path in ("/r", "/r/acknowledge")]
    answers.append(send(later, expired, "/r/petition", petition="Late."))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert len({str(sorted(answer.headers)) for answer in answers}) == 1
    assert expired not in answers[-1].text


def test_guesses_are_told_to_wait_and_the_right_link_is_always_taken(
    house: House, vote: Session, visitor: FlaskClient
) -> None:
    secret = make(house, vote)
    answers = [send(visitor, "1" * 24).status_code for _ in range(70)]
    assert set(answers) == {404, 429}
    assert answers[:20] == [404] * 20
    assert send(visitor, secret).status_code == 200
    assert send(visitor, secret, "/r/acknowledge").status_code == 200


def test_the_pages_set_no_cookie_are_kept_nowhere_and_have_no_secret_in_an_address(
    house: House, vote: Session, visitor: FlaskClient
) -> None:
    secret = make(house, vote)
    answers = [
        visitor.get("/r"),
        visitor.get("/r/petition"),
        send(visitor, secret),
        send(visitor, secret, "/r/acknowledge"),
        send(visitor, secret, "/r/petition", petition="Xin xem lại."),
    ]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in answer.headers
        assert not [each for each in re.findall(r'(?:href|action|src)="([^"]*)"', answer.text) if secret in each]
    assert (answers[1].status_code, answers[1].location) == (303, "/r")
    # Nor is it understood there: nobody gets used to it.
    assert visitor.get(f"/r?secret={secret}").text == visitor.get("/r?secret=x").text.replace("=x", f"={secret}")
    assert visitor.post(f"/r?secret={secret}").status_code == 404


def test_what_a_person_writes_is_shown_as_it_was_written_and_never_run(
    house: House, vote: Session, visitor: FlaskClient, chair: ChairBrowser
) -> None:
    secret = make(house, vote)
    refused = send(visitor, secret, "/r/petition", petition=ATTACK + "x" * 2000)
    sent = send(visitor, secret, "/r/petition", petition=ATTACK)
    answer_petition(house, vote.uuid, AN, ATTACK, by="chair")
    pages = [refused.text, sent.text, send(visitor, secret).text, chair.get(f"/chair/results/{vote.uuid}/notices").text]
    for page in pages:
        assert "&lt;script&gt;alert(1)" in page
        for live in ("<script>alert", "<img src=x", "<b>", "49</b>", "</textarea><b"):
            assert live not in page
    assert refused.status_code == 400


def test_a_petition_that_cannot_be_kept_stays_in_its_field(house: House, vote: Session, visitor: FlaskClient) -> None:
    secret = make(house, vote)
    refused = send(visitor, secret, "/r/petition", petition="Dài " * 600)
    assert refused.status_code == 400
    assert "a text is longer than 2,000 characters" in words_of(refused) or "2000" in words_of(refused)
    assert "Dài Dài" in refused.text
    assert 'aria-invalid="true"' in refused.text
    send(visitor, secret, "/r/petition", petition="Xin xem lại.")
    twice = send(visitor, secret, "/r/petition", petition="Khác hẳn.")
    assert twice.status_code == 400
    assert "cannot be changed" in words_of(twice)
    assert notice_of(house, vote).petition == "Xin xem lại."
    assert "<textarea" not in twice.text


def test_reading_is_confirmed_once_and_the_answer_is_read(house: House, vote: Session, visitor: FlaskClient) -> None:
    secret = make(house, vote)
    assert "I have read my result" in words_of(send(visitor, secret))
    confirmed = words_of(send(visitor, secret, "/r/acknowledge"))
    assert "It is noted that you have read your result." in confirmed
    assert "I have read my result" not in confirmed
    send(visitor, secret, "/r/petition", petition="Xin xem lại.")
    assert "has not answered yet" in words_of(send(visitor, secret))
    answer_petition(house, vote.uuid, AN, "Đã xem xét.", by="chair")
    assert "Answer of the chair" in (told := words_of(send(visitor, secret)))
    assert "Đã xem xét." in told


# ---- the chair


def test_the_chair_hands_out_links_that_are_shown_once(
    house: House, vote: Session, chair: ChairBrowser, visitor: FlaskClient
) -> None:
    page = f"/chair/results/{vote.uuid}/notices"
    assert "Make links for all who have none: 3" in chair.get(page).text
    form = {"once": chair.hidden()["once"], "who": "missing", "days": "7"}
    made = chair.send(f"{page}/make", form)
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    links = list(dict.fromkeys(_LINK.findall(made.text)))
    assert len(links) == 3
    assert made.text.count("<svg") == 3
    for name, secret in zip(NAMES, links, strict=True):
        assert name in words_of(send(visitor, secret))
    shown = chair.get(page)
    assert not [secret for secret in links if secret in shown.text]
    # The same form once more makes none: the printed ones stay good.
    assert chair.send(f"{page}/make", form, on=page).status_code == 303
    assert send(visitor, links[0]).status_code == 200


def test_the_chair_renews_and_takes_back_the_link_of_one(
    house: House, vote: Session, chair: ChairBrowser, visitor: FlaskClient
) -> None:
    page = f"/chair/results/{vote.uuid}/notices"
    first, other = make(house, vote), make(house, vote, BINH)
    acknowledge(house, first)
    made = chair.send(f"{page}/make", {"once": "a", "who": "1", "days": "90"}, on=page)
    (second,) = dict.fromkeys(_LINK.findall(made.text))
    assert [send(visitor, each).status_code for each in (first, second, other)] == [404, 200, 200]
    assert notice_of(house, vote).acknowledged_at
    assert chair.send(f"{page}/revoke", {"who": "1"}, on=page).status_code == 303
    assert [send(visitor, each).status_code for each in (second, other)] == [404, 200]
    assert "taken back" in words_of(chair.get(page))
    for who in ("0", "4", "", "1.0", "²"):
        for act in ("make", "revoke", "answer"):
            answer = chair.send(f"{page}/{act}", {"once": f"b{who}", "who": who, "days": "7", "answer": "x"}, on=page)
            assert answer.status_code == 404
    for days in ("", "8", "٧", "²", "-7", "99999"):
        refused = chair.send(f"{page}/make", {"once": f"c{days}", "who": "all", "days": days}, on=page)
        assert refused.status_code == 400
        assert "There is no such number of days" in words_of(refused)
    assert send(visitor, other).status_code == 200


def test_the_chair_answers_beside_the_petition(
    house: House, vote: Session, chair: ChairBrowser, visitor: FlaskClient
) -> None:
    page = f"/chair/results/{vote.uuid}/notices"
    secret = make(house, vote, BINH)
    enter_petition(house, secret, "Xin xem lại.")
    assert "Xin xem lại." in words_of(chair.get(page))
    refused = chair.send(f"{page}/answer", {"who": "2", "answer": " "}, on=page)
    assert refused.status_code == 400
    assert 'href="#answer-2"' in refused.text
    assert chair.send(f"{page}/answer", {"who": "2", "answer": "Đã xem xét."}, on=page).status_code == 303
    assert "Đã xem xét." in words_of(send(visitor, secret))
    again = chair.send(f"{page}/answer", {"who": "2", "answer": "Khác."}, on=page)
    assert again.status_code == 400
    assert "answered already" in words_of(again)
    assert notice_of(house, vote, BINH).answered_by == "chair.village"


@pytest.mark.parametrize(
    ("role", "place", "reads"),
    [
        (Role.ADMINISTRATOR, "village", True),
        (Role.ADMINISTRATOR, "province", True),
        (Role.REVIEWER, "north", True),
        (Role.CHAIR, "north", False),
        (Role.CHAIR, "town", False),
        (Role.HEAD_TELLER, "village", False),
        (Role.READER, "village", False),
        (Role.ADMINISTRATOR, "south", False),
    ],
)
def test_only_the_chair_of_the_unit_hands_out_and_answers(
    house: House, province: Organised, vote: Session, signed_in: SignIn, role: str, place: str, reads: bool
) -> None:
    secret = make(house, vote)
    enter_petition(house, secret, "Xin xem lại.")
    before = notice_of(house, vote)
    browser = signed_in(role, getattr(province, place))
    page = f"/chair/results/{vote.uuid}/notices"
    shown = browser.get(page)
    assert shown.status_code == (200 if reads else 403)
    assert ("Xin xem lại." in shown.text) is reads
    assert "<textarea" not in shown.text
    fields = {"once": "a", "who": "1", "days": "7", "answer": "Đã xem xét."}
    for act in ("make", "revoke", "answer"):
        assert browser.send(f"{page}/{act}", fields, on="/chair/").status_code == 403
    assert notice_of(house, vote) == before


def test_nothing_is_made_known_before_the_publishing(
    house: House, province: Organised, people: list[Official], chair: ChairBrowser
) -> None:
    draft = province.draft(province.village, people)
    page = f"/chair/results/{draft.uuid}/notices"
    assert chair.get(page).status_code == 404
    fields = {"once": "a", "who": "missing", "days": "7"}
    assert chair.send(f"{page}/make", fields, on="/chair/").status_code == 404
    assert house.store.organisation("notices").texts == {}


# ---- the record


def packed(browser: ChairBrowser, vote: Session) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(browser.get(f"/chair/sessions/{vote.uuid}/papers.zip").data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_petition_and_answer_stand_in_the_papers(house: House, vote: Session, chair: ChairBrowser) -> None:
    assert "notices.csv" not in packed(chair, vote)
    secret = make(house, vote, BINH)
    make(house, vote)
    acknowledge(house, secret)
    enter_petition(house, secret, '=HYPERLINK("http://x.vn")\nXin xem lại.')
    answer_petition(house, vote.uuid, BINH, "+1 đã xem xét.", by="chair")
    files = packed(chair, vote)
    rows = list(csv.reader(io.StringIO(files["notices.csv"].decode("utf-8-sig"), newline="")))
    assert [row[0] for row in rows[1:]] == [NAMES[0], NAMES[1]]
    day = "2027-01-15"
    assert [day in rows[1][place] for place in (2, 3, 5, 7)] == [True, False, False, False]
    assert [day in rows[2][place] for place in (2, 3, 5, 7)] == [True] * 4
    assert (rows[2][4], rows[2][6]) == ('\'=HYPERLINK("http://x.vn")\nXin xem lại.', "'+1 đã xem xét.")
    assert "notices.csv" in files["README-vi.txt"].decode()
    assert secret.encode() not in b"".join(files.values())
    own = html.unescape(chair.get(f"/chair/sessions/{vote.uuid}/person/2?lang=en").text)
    other = html.unescape(chair.get(f"/chair/sessions/{vote.uuid}/person/1?lang=en").text)
    for words in ("Xin xem lại.", "+1 đã xem xét."):
        assert words in own
        assert words not in other
    assert "not confirmed yet" in other


def test_who_counts_writes_the_minutes_and_does_not_read_petitions(
    house: House, province: Organised, vote: Session, signed_in: SignIn
) -> None:
    secret = make(house, vote)
    enter_petition(house, secret, "Xin xem lại.")
    teller = signed_in(Role.HEAD_TELLER, province.village)
    assert "notices.csv" not in packed(teller, vote)
    sheet = teller.get(f"/chair/sessions/{vote.uuid}/person/1")
    assert (sheet.status_code, "Xin xem lại." in sheet.text) == (200, False)


def test_the_chair_chooses_how_long_the_renewed_link_of_one_person_is_valid(
    house: House, vote: Session, chair: ChairBrowser
) -> None:
    make(house, vote)
    page = f"/chair/results/{vote.uuid}/notices"
    form = re.search(r'<form(?:(?!</form>).)*?name="who" value="1"', chair.get(page).text, re.DOTALL)
    assert form is not None
    # The last form before the button is that of the person.
    own = form[0].rpartition("<form")[2]
    assert [days for days in ("7", "30", "90", "365") if f'<option value="{days}"' in own] == ["7", "30", "90", "365"]
    assert '<label for="days-1">' in own
    chair.send(f"{page}/make", {"once": "x", "who": "1", "days": "90"})
    assert notice_of(house, vote).expires_at == house.clock() + 90 * 24 * 3600
