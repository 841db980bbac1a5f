"""A session is found by any of its words, also typed without Vietnamese marks."""

from dataclasses import replace

import pytest

from voting.domain.search import ARCHIVED, Search, find, folded
from voting.domain.sessions import Session, State
from voting.domain.sheets import Person, make_sheet

SHEET = make_sheet([Person("Đặng Thị Hương", "Phó Chủ tịch", "Ủy ban")])
FIRST = Session("1", "Lấy phiếu tín nhiệm giữa nhiệm kỳ", SHEET, unit="Chi bộ 3", created_at=2025)
SECOND = Session("2", "Bầu ban chấp hành", make_sheet([Person("Lê An")]), state=State.PUBLISHED, created_at=2026)
AWAY = replace(SECOND, uuid="3", archived_at=9)


def found(search: Search) -> str:
    return "".join(one.uuid for one in find([FIRST, SECOND, AWAY], search, lambda session: session.created_at))


@pytest.mark.parametrize(
    ("text", "uuids"),
    [
        ("", "12"),
        ("tin nhiem", "1"),
        ("TÍN NHIỆM", "1"),
        ("Đặng", "1"),
        ("dang huong", "1"),
        ("hương lấy", "1"),
        ("pho chu tich", "1"),
        ("uy ban", "1"),
        ("chi bo 3", "1"),
        ("phiếu nobody", ""),
        ("an", "12"),
        ("  ", "12"),
    ],
)
def test_all_words_must_occur_in_any_place(text: str, uuids: str) -> None:
    assert found(Search(text)) == uuids


def test_decomposed_and_composed_letters_are_the_same() -> None:
    assert folded("Ho\u031b\u0300 Đ") == folded("Hờ đ") == "ho d"


def test_what_was_put_away_is_found_only_when_it_is_asked_for() -> None:
    assert found(Search(state=ARCHIVED)) == "3"
    assert found(Search(state=State.PUBLISHED)) == "2"
    assert found(Search(state=State.DRAFT)) == "1"


def test_the_year_and_the_rest_are_asked_for_together() -> None:
    assert found(Search(year=2026)) == "2"
    assert found(Search("phieu", year=2026)) == ""
    assert found(Search("ban", State.PUBLISHED, 2026)) == "2"
