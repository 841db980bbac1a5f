"""One step after the other: what each page offers, what a wrong or repeated step does, and voiding a slip."""

import re
from collections.abc import Callable

import pytest

from tests.web.casting_ballots import cast_ballot
from tests.web.chair_browser import ChairBrowser
from voting.domain.casting import open_session
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.sessions import Session, State
from voting.domain.sheets import Person, make_sheet
from voting.protocol.board import Record, line_to_record, record_to_line
from voting.protocol.codes import draw_code, public_credential
from voting.protocol.group import point_to_hex

ACTS: dict[State, Callable[[House, str], object]] = {
    State.READY: confirm_codes,
    State.OPEN: open_session,
    State.CLOSED: close_session,
    State.COUNTED: count_session,
    State.PUBLISHED: publish_session,
}
STEPS = {
    "ready": State.READY,
    "open": State.OPEN,
    "close": State.CLOSED,
    "count": State.COUNTED,
    "publish": State.PUBLISHED,
}
Brought = tuple[str, str, tuple[str, ...]]


@pytest.fixture
def brought_to(house: House) -> Callable[[State], Brought]:
    """Bring a session of lan to a state; give its UUID, the address of its page and its codes."""

    def bring(state: State, people: int = 2) -> Brought:
        sheet = make_sheet([Person(f"Person {number}", "Post") for number in range(1, people + 1)])
        uuid = create_session(house, Session("", "A vote", sheet, codes=5, spares=1, chair="hoa")).uuid
        codes = make_codes(house, uuid) if state != State.DRAFT else ()
        for to, act in ACTS.items():
            if house.store.session(uuid).state == state:
                break
            assert to in ACTS
            act(house, uuid)
        return uuid, f"/chair/sessions/{uuid}", codes

    return bring


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        (State.READY, "open"),
        (State.OPEN, "close"),
        (State.CLOSED, "count"),
        (State.COUNTED, "publish"),
        (State.PUBLISHED, None),
    ],
)
def test_exactly_one_next_step_is_offered(
    chair: ChairBrowser, brought_to: Callable[[State], Brought], state: State, offered: str | None
) -> None:
    _, page, _ = brought_to(state)
    text = chair.get(page).text
    assert [step for step in STEPS if f'href="{page}/{step}"' in text] == ([offered] if offered else [])


@pytest.mark.parametrize("state", list(ACTS))
def test_a_step_at_the_wrong_time_is_refused_and_changes_nothing(
    chair: ChairBrowser, house: House, brought_to: Callable[[State], Brought], state: State
) -> None:
    uuid, page, _ = brought_to(state)
    before = house.store.session(uuid)
    records = list(house.store.records(uuid))
    reached = list(STEPS.values()).index(state)
    for index, step in enumerate(STEPS):
        if index == reached + 1:
            continue
        answer = chair.send(f"{page}/{step}", on="/chair/")
        assert answer.status_code in (303, 409), step
        assert index in (reached + 1, reached) or answer.status_code == 409 or index < reached
    assert house.store.session(uuid) == before
    assert list(house.store.records(uuid)) == records


def test_a_second_tap_leads_to_the_page_and_does_nothing_twice(
    chair: ChairBrowser, house: House, brought_to: Callable[[State], Brought]
) -> None:
    uuid, page, _ = brought_to(State.OPEN)
    assert chair.send(f"{page}/close", on=f"{page}/close").location == page
    records = list(house.store.records(uuid))
    assert chair.send(f"{page}/close", on="/chair/").location == page
    assert list(house.store.records(uuid)) == records


def test_in_quick_mode_too_a_close_that_broke_off_is_finished_from_the_page(
    chair: ChairBrowser, house: House, brought_to: Callable[[State], Brought]
) -> None:
    uuid, page, _ = brought_to(State.OPEN)
    # As a process that died after the last ballot, before the ballots were added up.
    house.store.close(uuid, record_to_line(Record("EndBallots", (), 0)), house.clock())
    text = chair.get(page).text
    assert [step for step in STEPS if f'href="{page}/{step}"' in text] == ["close"]
    assert chair.send(f"{page}/close", on=f"{page}/close").location == page
    assert line_to_record(next(house.store.records(uuid, -1, -1)), 0).type == "EncryptedTally"
    text = chair.get(page).text
    assert [step for step in STEPS if f'href="{page}/{step}"' in text] == ["count"]
    assert chair.get(f"{page}/close").location == page


def test_loading_a_page_that_asks_changes_nothing(
    chair: ChairBrowser, house: House, brought_to: Callable[[State], Brought]
) -> None:
    uuid, page, _ = brought_to(State.OPEN)
    before = house.store.session(uuid)
    for step in (*STEPS, "cancel", "void", "slips"):
        chair.get(f"{page}/{step}")
    assert house.store.session(uuid) == before


@pytest.mark.fault("P2")
def test_nothing_of_the_result_is_shown_before_the_count(
    chair: ChairBrowser, house: House, brought_to: Callable[[State], Brought]
) -> None:
    uuid, page, codes = brought_to(State.OPEN)
    cast_ballot(house, uuid, codes[0], 1, 3)
    for _ in range(2):
        text = chair.get(page).text
        assert 'id="result"' not in text
        assert 'id="counts"' not in text
        assert "%" not in text
        chair.send(f"{page}/close", on="/chair/")


def test_a_cancelled_session_offers_no_step_and_says_so(
    chair: ChairBrowser, house: House, brought_to: Callable[[State], Brought]
) -> None:
    uuid, page, _ = brought_to(State.OPEN)
    assert "cannot count the ballots that were cast" in chair.get(f"{page}/cancel").text
    chair.send(f"{page}/cancel")
    assert house.store.session(uuid).state == State.CANCELLED
    text = chair.get(page).text
    assert "Cancelled" in text
    assert not any(f'href="{page}/{step}"' in text for step in (*STEPS, "cancel"))


def test_a_slip_is_voided_by_its_code_which_is_shown_nowhere(
    chair: ChairBrowser, house: House, brought_to: Callable[[State], Brought], capfd: pytest.CaptureFixture[str]
) -> None:
    uuid, page, codes = brought_to(State.OPEN)
    answer = chair.send(f"{page}/void", {"code": codes[2].replace("-", " ")}, on=f"{page}/void")
    assert answer.location == page
    assert house.store.credential_status(uuid, point_to_hex(public_credential(uuid, codes[2]))) == "void"
    after = chair.get(page)
    printed = capfd.readouterr()
    assert codes[2] not in answer.text + after.text + printed.out + printed.err + answer.location


def test_a_code_that_is_used_unknown_or_mistyped_is_not_voided_and_not_repeated(
    chair: ChairBrowser, house: House, brought_to: Callable[[State], Brought]
) -> None:
    uuid, page, codes = brought_to(State.OPEN)
    cast_ballot(house, uuid, codes[0], 1, 1)
    chair.get(f"{page}/void")
    for code in (codes[0], draw_code(), "12345", ""):
        answer = chair.send(f"{page}/void", {"code": code})
        assert answer.status_code in (400, 409, 422)
        assert 'id="code-error"' in answer.text
        assert not code or code not in answer.text
    assert house.store.turnout(uuid).void == 0


def test_slips_are_reconciled_as_cast_unused_and_void(
    chair: ChairBrowser, house: House, brought_to: Callable[[State], Brought]
) -> None:
    uuid, page, codes = brought_to(State.OPEN)
    cast_ballot(house, uuid, codes[0], 1, 1)
    chair.send(f"{page}/void", {"code": codes[1]}, on=f"{page}/void")
    text = " ".join(chair.get(page).text.split())
    assert "6 codes = 1 cast + 4 unused + 1 void" in text


def test_few_codes_are_warned_about(chair: ChairBrowser, house: House) -> None:
    pages = {}
    for codes in (4, 5):
        session = create_session(
            house, Session("", "Small", make_sheet([Person("An")]), codes=codes, spares=3, chair="hoa")
        )
        pages[codes] = chair.get(f"/chair/sessions/{session.uuid}").text
    assert "fewer than 5" in pages[4]
    assert "fewer than 5" not in pages[5]


def test_every_page_of_a_session_says_whom_secrecy_depends_on(
    chair: ChairBrowser, brought_to: Callable[[State], Brought]
) -> None:
    _, page, _ = brought_to(State.READY)
    for path in (page, f"{page}/open"):
        assert "must therefore be trusted" in chair.get(path).text, path
    assert "No legal text was found" in chair.get(page).text


def test_the_result_of_choosing_up_to_k_lists_the_people(chair: ChairBrowser, house: House) -> None:
    people = [Person("Lê Văn Cường"), Person("Phạm Thị Dung"), Person("Đỗ Thị Én")]
    sheet = make_sheet(people, "choose", choose=2)
    uuid = create_session(house, Session("", "Elect two", sheet, codes=5, chair="hoa")).uuid
    codes = make_codes(house, uuid)
    confirm_codes(house, uuid)
    open_session(house, uuid)
    cast_ballot(house, uuid, codes[0], 3)
    close_session(house, uuid)
    count_session(house, uuid)
    text = chair.get(f"/chair/sessions/{uuid}").text
    assert "Đỗ Thị Én" in text
    assert "100.00%" in text


def test_the_result_is_one_table_for_everybody(
    chair: ChairBrowser, house: House, brought_to: Callable[[State], Brought]
) -> None:
    uuid, page, codes = brought_to(State.OPEN)
    for code, levels in zip(codes, [(1, 2), (1, 3), (2, 3)], strict=False):
        cast_ballot(house, uuid, code, *levels)
    close_session(house, uuid)
    count_session(house, uuid)
    text = chair.get(page).text
    assert text.count("<table") == 1
    rows = [re.sub(r"<[^>]+>|\s+", " ", row).split() for row in text.partition("<tbody>")[2].split("</tr>")[:2]]
    assert rows == [
        ["Person", "1", "Post", "2", "66.67%", "1", "33.33%", "0", "0.00%"],
        ["Person", "2", "Post", "0", "0.00%", "1", "33.33%", "2", "66.67%"],
    ]


def test_what_is_said_of_the_key_is_no_more_than_holds(
    chair: ChairBrowser, brought_to: Callable[[State], Brought]
) -> None:
    _, closed, _ = brought_to(State.CLOSED)
    pages = [chair.get(f"{closed}/{step}").text for step in ("count", "cancel")]
    chair.send(f"{closed}/cancel", on=f"{closed}/cancel")
    for text in [*pages, chair.get(closed).text]:
        assert "its copy of the key" in text
        assert "backup of the server may still hold" in text
        assert not re.search(r"\b(n?ever|nothing)\b", text.split("<main")[1].split("</main>")[0])
