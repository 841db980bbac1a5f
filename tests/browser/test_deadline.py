"""The announced end on phones, on the projector and on the chair's page; and a projector that follows an agenda."""

import pytest
from playwright.sync_api import expect

from tests.browser.meeting import MakeMeeting, Visitors
from voting.domain.agendas import add_session, make_agenda
from voting.domain.deadlines import announce_end, take_back_end
from voting.domain.drafting import cancel_session

pytestmark = pytest.mark.browser

WRONG_CLOCK = "Date.now = () => 86400000;"


def test_a_phone_with_a_wrong_clock_tells_and_speaks_what_is_left(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting()
    phone, projector = visitors.phone("en-GB"), visitors.desk("en-GB")
    for page in (phone.page, projector):
        page.add_init_script(WRONG_CLOCK)
    phone.scan(held.link(0))
    phone.arrive("voting")
    words, spoken = phone.page.locator("#ending-words"), phone.page.locator("#ending-spoken")
    expect(phone.page.locator("#ending")).to_be_hidden()
    announce_end(held.house, held.uuid, 10, itself=True)
    expect(words).to_contain_text("The vote closes at", timeout=15_000)
    expect(words).to_contain_text("in 10 min.")
    expect(spoken).to_contain_text("in 10 min.")
    announce_end(held.house, held.uuid, 4, itself=False)
    expect(words).to_contain_text("The chair means to close the vote at", timeout=15_000)
    expect(spoken).to_contain_text("in 4 min.")
    expect(phone.page.locator("#ending")).to_have_attribute("data-soon", "")
    projector.goto(f"/s/{held.uuid}/screen")
    expect(projector.locator("#screen-countdown")).to_contain_text("Time left: 3:")
    take_back_end(held.house, held.uuid)
    expect(phone.page.locator("#ending")).to_be_hidden(timeout=15_000)
    expect(spoken).to_have_text("")
    expect(projector.locator("#screen-countdown")).to_be_hidden(timeout=15_000)


def test_whoever_has_voted_is_not_told_any_more(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting()
    announce_end(held.house, held.uuid, 10, itself=True)
    phone = visitors.phone("en-GB")
    phone.scan(held.link(0))
    phone.arrive("voting")
    expect(phone.page.locator("#ending")).to_be_visible()
    phone.fill_in(0, 1, 2)
    phone.cast()
    phone.tracker()
    expect(phone.page.locator("#ending")).to_be_hidden()


def test_a_projector_on_an_agenda_moves_on_when_the_next_vote_is_opened(
    visitors: Visitors, meeting: MakeMeeting
) -> None:
    first, second = meeting(title="First vote"), meeting(title="Second vote", state="ready")
    agenda = make_agenda(first.house, "Họp tháng 5", chair="")
    for held in (first, second):
        agenda = add_session(first.house, agenda, held.uuid)
    projector = visitors.desk("en-GB")
    projector.goto(f"/s/agenda/{agenda.id}/screen")
    title = projector.locator("#screen-title")
    expect(title).to_have_text("First vote")
    first.cast(0, 0, 1, 2)
    first.close()
    first.count()
    first.publish()
    expect(projector.locator("#screen-result")).to_be_visible(timeout=15_000)
    second.open()
    expect(title).to_have_text("Second vote", timeout=15_000)
    expect(projector.locator("#screen-state")).to_have_class("badge badge-open")


def test_a_projector_waits_for_the_first_vote_and_again_when_none_is_left(
    visitors: Visitors, meeting: MakeMeeting
) -> None:
    held = meeting(title="First vote", state="ready")
    agenda = make_agenda(held.house, "Họp tháng 7", chair="")
    projector = visitors.desk("en-GB", viewport={"width": 1280, "height": 720})
    projector.goto(f"/s/agenda/{agenda.id}/screen")
    heading = projector.locator("h1")
    expect(heading).to_have_text("Họp tháng 7")
    # Read from the last row, and without what belongs to a page in the hand.
    assert heading.evaluate("it => parseFloat(getComputedStyle(it).fontSize)") >= 720 / 15
    expect(projector.get_by_role("navigation")).to_have_count(0)
    agenda = add_session(held.house, agenda, held.uuid)
    expect(projector.locator("#screen-title")).to_have_text("First vote", timeout=15_000)
    cancel_session(held.house, held.uuid)
    expect(heading).to_have_text("Họp tháng 7", timeout=15_000)
