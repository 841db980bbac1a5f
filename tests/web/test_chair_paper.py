"""Paper ballots on the chair's page: entered beside their fields, shown marked, public only with the result."""

import html
from collections.abc import Callable

import pytest
from flask import Flask

from tests.web.chair_browser import ChairBrowser
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.house import House
from voting.domain.paper import paper_of
from voting.web.chair.faults import REASONS as COMMON_REASONS
from voting.web.chair.faults import in_words
from voting.web.chair.paper import REASONS

ENTERED = {
    "issued": "3",
    "collected": "3",
    "invalid": "1",
    "line_1_1": "2",
    "line_2_2": "1",
    "line_2_invalid": "1",
    "signers": "Lê Thị Cúc\nPhạm Văn Dũng",
}


@pytest.fixture
def closed(house: House, voting_now: tuple[str, tuple[str, ...]], cast_ballot: Callable[..., None]) -> str:
    """A closed session with two ballots from phones."""
    uuid, codes = voting_now
    cast_ballot(uuid, codes[0], 1, 3)
    cast_ballot(uuid, codes[1], 1, 2)
    close_session(house, uuid)
    return uuid


def page_of(uuid: str) -> str:
    return f"/chair/sessions/{uuid}"


def test_the_figures_are_added_to_those_from_phones_and_marked_as_not_verified(
    chair: ChairBrowser, house: House, closed: str
) -> None:
    page = page_of(closed)
    assert f'href="{page}/paper"' in chair.get(page).text
    assert chair.send(f"{page}/paper", ENTERED | {"version": "0"}, on=f"{page}/paper").location == page
    count_session(house, closed)
    text = chair.get(page).text
    assert "Ballots collected: 5: from phones 2, on paper 3." in text
    assert "Not cryptographically verified" in text
    assert "Counted by hand and signed off by Lê Thị Cúc, Phạm Văn Dũng." in text
    # Mr An: 2 from phones and 2 on paper, of 5 collected.
    assert "80.00%" in text
    assert "2 + 2" in text


def test_what_cannot_be_right_is_told_beside_its_field_and_what_was_typed_stays(
    chair: ChairBrowser, house: House, closed: str
) -> None:
    page = page_of(closed)
    wrong = ENTERED | {"version": "0", "line_1_1": "1", "line_1_2": "2"}
    answer = chair.send(f"{page}/paper", wrong, on=f"{page}/paper")
    assert answer.status_code == 400
    assert '<a href="#line_1">Nguyễn Văn An: together 3, but valid ballots: 2</a>' in answer.text
    assert 'aria-describedby=" line_1-error" aria-invalid="true"' in answer.text
    assert 'name="line_1_2" type="text" inputmode="numeric" pattern="[0-9]*" maxlength="6"' in answer.text
    assert "Phạm Văn Dũng" in answer.text
    assert paper_of(house, closed) == (None, 0)


@pytest.mark.parametrize("text", ["-1", "1.5", "two", "1234567", "٣"])
def test_only_whole_numbers_are_taken(chair: ChairBrowser, closed: str, text: str) -> None:
    page = page_of(closed)
    answer = chair.send(f"{page}/paper", ENTERED | {"version": "0", "line_1_1": text}, on=f"{page}/paper")
    assert (answer.status_code, "Nguyễn Văn An: a whole number is needed" in answer.text) == (400, True)


def test_two_windows_do_not_write_over_each_other(chair: ChairBrowser, house: House, closed: str) -> None:
    page = page_of(closed)
    chair.send(f"{page}/paper", ENTERED | {"version": "0"}, on=f"{page}/paper")
    assert chair.send(f"{page}/paper", ENTERED | {"version": "0"}, on=f"{page}/paper").status_code == 409
    assert chair.send(f"{page}/paper", ENTERED, on=f"{page}/paper").status_code == 409
    assert paper_of(house, closed)[1] == 1
    assert chair.send(f"{page}/paper/none", {"version": "1"}, on=f"{page}/paper").location == page
    assert paper_of(house, closed) == (None, 2)


def test_there_is_nothing_to_enter_before_the_close_or_after_the_publishing(
    chair: ChairBrowser, house: House, voting_now: tuple[str, tuple[str, ...]]
) -> None:
    uuid, _ = voting_now
    page = page_of(uuid)
    assert chair.get(f"{page}/paper").location == page
    assert chair.send(f"{page}/paper", ENTERED | {"version": "0"}, on="/chair/").status_code == 409
    for act in (close_session, count_session, publish_session):
        act(house, uuid)
    assert chair.get(f"{page}/paper").location == page
    assert chair.send(f"{page}/paper", ENTERED | {"version": "0"}, on="/chair/").status_code == 409
    assert paper_of(house, uuid) == (None, 0)


def test_another_chair_cannot_see_or_enter_them(other_chair: ChairBrowser, house: House, closed: str) -> None:
    page = page_of(closed)
    assert other_chair.get(f"{page}/paper").status_code == 404
    for path in (f"{page}/paper", f"{page}/paper/none"):
        assert other_chair.send(path, ENTERED | {"version": "0"}, on="/chair/").status_code == 404
    assert paper_of(house, closed) == (None, 0)


def test_the_room_sees_them_with_the_result_and_not_before(
    chair: ChairBrowser, visitor: ChairBrowser, house: House, closed: str
) -> None:
    page = page_of(closed)
    chair.send(f"{page}/paper", ENTERED | {"version": "0"}, on=f"{page}/paper")
    count_session(house, closed)
    assert "paper" not in visitor.get(f"/s/{closed}").text
    assert visitor.client.get(f"/api/sessions/{closed}/result").status_code == 404
    publish_session(house, closed)
    board = visitor.get(f"/s/{closed}").text
    assert "Not cryptographically verified" in board
    assert "signed off by Lê Thị Cúc, Phạm Văn Dũng" in board
    result = visitor.client.get(f"/api/sessions/{closed}/result").json
    assert (result["ballots"], result["collected"]) == (2, 5)
    signers = ["Lê Thị Cúc", "Phạm Văn Dũng"]
    assert result["paper"] == {"issued": 3, "collected": 3, "invalid": 1, "signers": signers, "verified": False}
    first = result["rows"][0]["cells"][0]
    assert [first[name] for name in ("votes", "electronic", "paper", "hundredths")] == [4, 2, 2, 8000]
    assert result["rows"][1]["invalid"] == 1


def test_figures_entered_when_the_count_is_known_are_marked_wherever_they_are_shown(
    chair: ChairBrowser, visitor: ChairBrowser, house: House, closed: str
) -> None:
    page, late = page_of(closed), "when the count of the phones' ballots was known"
    chair.send(f"{page}/paper", ENTERED | {"version": "0"}, on=f"{page}/paper")
    count_session(house, closed)
    places = (page, f"{page}/minutes/print?lang=en")
    for place in places:
        assert late not in html.unescape(chair.get(place).text)
    chair.send(f"{page}/paper", ENTERED | {"version": "1", "issued": "4"}, on=f"{page}/paper")
    for place in places:
        assert f"entered or changed {late}" in html.unescape(chair.get(place).text)
    chair.send(f"{page}/paper/none", {"version": "2"}, on=f"{page}/paper")
    publish_session(house, closed)
    for place in places:
        assert f"were removed {late}" in html.unescape(chair.get(place).text)
    assert f"were removed {late}" in html.unescape(visitor.get(f"/s/{closed}").text)
    result = visitor.client.get(f"/api/sessions/{closed}/result").json
    assert (result["paper"], result["late"]) == (None, ["paper"])


def test_the_room_reads_that_figures_are_late(
    chair: ChairBrowser, visitor: ChairBrowser, house: House, closed: str
) -> None:
    page = page_of(closed)
    count_session(house, closed)
    assert "is marked as such, for everybody" in chair.get(page).text
    chair.send(f"{page}/paper", ENTERED | {"version": "0"}, on=f"{page}/paper")
    publish_session(house, closed)
    assert "entered or changed when the count of the phones" in visitor.get(f"/s/{closed}").text
    assert visitor.client.get(f"/api/sessions/{closed}/result").json["late"] == ["paper"]


def test_publishing_warns_when_so_few_voted_on_paper_that_their_votes_can_be_told(
    chair: ChairBrowser, house: House, closed: str
) -> None:
    page = page_of(closed)
    count_session(house, closed)
    assert "voted on paper" not in chair.get(f"{page}/publish").text
    chair.send(f"{page}/paper", ENTERED | {"version": "0"}, on=f"{page}/paper")
    assert "Only 3 voted on paper" in chair.get(f"{page}/publish").text


def test_every_reason_is_told_in_vietnamese(app: Flask) -> None:
    with app.test_request_context("/chair/?lang=vi"):
        for reason in REASONS:
            given = reason.replace("%(first)s", "12").replace("%(second)s", "13").replace("%(third)s", "14")
            words = in_words(given, (*COMMON_REASONS, *REASONS))
            assert words != given
            assert "%(" not in words


def test_a_version_of_thousands_of_digits_is_none_that_was_read(chair: ChairBrowser, house: House, closed: str) -> None:
    path = f"{page_of(closed)}/paper"
    for address in (path, f"{path}/none"):
        assert chair.send(address, ENTERED | {"version": "9" * 5000}, on=path).status_code == 409
    assert paper_of(house, closed) == (None, 0)
