"""No screen that shows itself only while something happens breaks a rule: phones, desk, claim, tellers, walls.

Everything happens on two devices, one in each language, and each of their screens is looked at in both colours.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.axe import Axe
from tests.browser.every_page import GROUPED
from tests.browser.meeting import PEOPLE, MakeMeeting, Meeting, Phone, Visitors
from tests.browser.teller_phone import TellerPhone
from tests.domain.counting_team import NAMES, Device
from voting.domain.agendas import add_session, make_agenda
from voting.domain.desks import make_desk_link
from voting.domain.drafting import create_session
from voting.domain.issuing import confirm_codes, make_codes, void_code
from voting.domain.links import make_link
from voting.domain.rosters import Attendee, add_attendees, make_claim_links
from voting.domain.sessions import Session
from voting.domain.sheets import make_sheet
from voting.domain.tellers import Teller
from voting.protocol.codes import public_credential
from voting.protocol.group import point_to_hex

pytestmark = pytest.mark.browser

LOCALES = ("en-GB", "vi-VN")
GRACE = 1300  # ms
STRANGE = "11111-111111-11111-111111"


class Pair:
    """Two phones on which the same happens, one in each language."""

    def __init__(self, visitors: Visitors, axe: Axe) -> None:
        self.phones = [visitors.phone(locale) for locale in LOCALES]
        self._axe = axe

    def __iter__(self) -> Iterator[Phone]:
        return iter(self.phones)

    def scan(self, *links: str) -> None:
        """Open an address, or one each."""
        for phone, link in zip(self.phones, links * 2 if len(links) == 1 else links, strict=True):
            phone.scan(link)

    def look(self, screen: str, note: str = "", seconds: float = 15) -> None:
        """Wait for a screen on both and examine it."""
        for phone in self.phones:
            phone.arrive(screen, seconds)
        name = phone.page.url.rpartition("/")[0].rpartition("/")[2]
        self._axe.examine(f"{name}: {screen} {note}".rstrip(), *(phone.page for phone in self.phones))

    def act(self, name: str) -> None:
        """Tap the button of an act."""
        self.tap(f'[data-act="{name}"]:visible')

    def tap(self, selector: str) -> None:
        """Tap something."""
        for phone in self.phones:
            phone.page.locator(selector).tap()

    def type(self, selector: str, *texts: str) -> None:
        """Type into a field and send its form; one text, or one each."""
        for phone, text in zip(self.phones, texts * 2 if len(texts) == 1 else texts, strict=True):
            phone.page.locator(selector).fill(text)
            phone.page.locator(f"form:has({selector}) button[type=submit]").tap()


def test_a_phone_that_votes_breaks_no_rule(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting(state="ready", people=GROUPED, blank=True, codes=8)
    axe = Axe()
    pair = Pair(visitors, axe)
    pair.scan(f"/v/{held.uuid}")
    for phone in pair:
        phone.arrive("entering")
    pair.type("#code", "0")
    pair.look("entering", "what is no code")
    pair.scan(held.link(0), held.link(1))
    pair.look("waiting")
    held.open()
    pair.look("voting")
    for phone in pair:
        phone.choose(0, 0)
        phone.choose(1, 1)
        phone.choose(2, 2)
    pair.look("voting", "filled in but for one line")
    pair.tap("#review")
    pair.look("reviewing")
    pair.tap("#cast")
    pair.look("reviewing", "the blank is not confirmed")
    pair.tap("label:has(#blanks-confirm)")
    for phone in pair:
        phone.context.set_offline(True)
        phone.cast()
    for phone in pair:
        expect(phone.page.locator("#retrying")).to_be_visible(timeout=10_000)
    pair.look("sending", "without a connection")
    # Each goes on by itself.
    for phone in pair:
        phone.context.set_offline(False)
    pair.look("voted")
    void_code(held.house, held.uuid, point_to_hex(public_credential(held.uuid, held.codes[2])))
    others = Pair(visitors, axe)
    for screen, link in (("used", held.link(0)), ("void", held.link(2)), ("unknown", f"/v/{held.uuid}#{STRANGE}")):
        others.scan(link)
        others.look(screen)
    _look_at_a_lent_device(Pair(visitors, axe), held)
    held.close()
    held.count()
    held.publish()
    for phone in pair:
        expect(phone.page.locator("#result")).to_be_visible(timeout=10_000)
    pair.look("voted", "with the result")
    _look_at_walls(visitors, held, axe)
    axe.require_clean(18)


def _look_at_a_lent_device(tablets: Pair, held: Meeting) -> None:
    tablets.scan(f"/v/{held.uuid}/shared")
    tablets.look("entering", "a lent device")
    tablets.type("#code", held.codes[3], held.codes[4])
    for tablet in tablets:
        tablet.vote(0, 0, 0, 0)
        expect(tablet.page.locator("#lent")).to_be_visible()
    tablets.look("voted", "a lent device")


def test_a_ballot_paper_with_answers_that_lack_and_one_with_boxes_break_no_rule(
    visitors: Visitors, meeting: MakeMeeting
) -> None:
    axe = Axe()
    pair = Pair(visitors, axe)
    strict, choice = meeting(), meeting(scale="choose", choose=2)
    pair.scan(strict.link(0), strict.link(1))
    for phone in pair:
        phone.arrive("voting")
    pair.tap("#review")
    pair.look("voting", "answers lack")
    pair.scan(choice.link(0), choice.link(1))
    for phone in pair:
        phone.arrive("voting")
        phone.choose(0, 0)
        phone.choose(0, 1)
    pair.look("voting", "no further box can be ticked")
    axe.require_clean(2)


def _look_at_walls(visitors: Visitors, held: Meeting, axe: Axe) -> None:
    agenda = add_session(held.house, make_agenda(held.house, "Kỳ họp", chair=""), held.uuid)
    walls = [visitors.desk(locale) for locale in LOCALES]
    tracker = "A" * 43
    for name, path, shown in (
        ("projector", f"/s/{held.uuid}/screen", ".result"),
        ("board, a search without a find", f"/s/{held.uuid}?tracker={tracker}", "#search-result"),
        ("projector of an agenda", f"/s/agenda/{agenda.id}/screen", "main"),
        ("agenda", f"/s/agenda/{agenda.id}", "main h1"),
    ):
        for wall in walls:
            wall.goto(path)
            wall.locator(shown).first.wait_for()
        axe.examine(name, *walls)


def test_the_desk_breaks_no_rule(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = [meeting(codes=3, pooled=2) for _ in LOCALES]
    axe = Axe()
    pair = Pair(visitors, axe)
    pair.scan(*(f"/d/{each.uuid}" for each in held))
    pair.look("entering")
    pair.scan(*(f"/d/{each.uuid}#{make_desk_link(each.house, each.uuid)}" for each in held))
    pair.look("idle")
    pair.act("next")
    pair.look("showing")
    pair.act("ask")
    pair.look("asking")
    pair.act("untaken")
    pair.look("idle", "a code was not taken")
    # So soon after a code came, a tap is taken for the second half of a double tap.
    pair.phones[-1].page.wait_for_timeout(GRACE)
    pair.act("next")
    for phone in pair:
        phone.arrive("showing")
    pair.phones[-1].page.wait_for_timeout(GRACE)
    pair.act("next")
    pair.look("empty")
    for each in held:
        each.close()
    pair.look("over")
    axe.require_clean(7)


def test_a_phone_that_claims_a_code_breaks_no_rule(visitors: Visitors, meeting: MakeMeeting) -> None:
    held = meeting(state="ready", codes=6, pooled=2)
    add_attendees(held.house, held.uuid, [Attendee(name) for name in NAMES[:4]])
    links = [f"/c/{held.uuid}#{made.link}" for made in make_claim_links(held.house, held.uuid, [1, 2, 3, 4])]
    axe = Axe()
    pair, others, late = Pair(visitors, axe), Pair(visitors, axe), Pair(visitors, axe)
    pair.scan(f"/c/{held.uuid}")
    for phone in pair:
        phone.arrive("entering")
    pair.type("#link", "0000-1111-1111")
    pair.look("entering", "what is no link")
    pair.scan(*links[:2])
    pair.look("offering")
    pair.act("claim")
    pair.look("waiting")
    others.scan(links[0])
    others.look("offering", "of another phone")
    others.act("claim")
    others.look("taken")
    late.scan(*links[2:])
    for phone in late:
        phone.arrive("offering")
    held.open()
    pair.look("mixing")
    pair.look("voting", seconds=40)
    late.act("claim")
    late.look("empty")
    axe.require_clean(8)


def test_a_teller_breaks_no_rule(visitors: Visitors, meeting: MakeMeeting, tmp_path: Path) -> None:
    held, links = _with_tellers(meeting)
    axe = Axe()
    pair = Pair(visitors, axe)
    tellers = [TellerPhone(phone.page) for phone in pair]
    pair.scan(*links[:2])
    pair.look("intro")
    pair.act("make")
    pair.look("saving")
    pair.tap("#key-show")
    pair.act("write-down")
    pair.look("retyping")
    pair.type("#retype-key", STRANGE)
    pair.look("retyping", "it is another key")
    for phone in pair:
        phone.page.reload()
    pair.act("make")
    for teller in tellers:
        teller.arrive("saving")
        teller.save_as_file(tmp_path)
    pair.look("ceremony")
    third = Device(held.house, held.uuid, links[2].rpartition("#")[2]).join()
    _take_part(third, until=lambda: all(_shows(phone, "agreed") for phone in pair))
    pair.look("agreed")
    pair.act("same")
    pair.look("agreed", "said to be the same")
    codes = make_codes(held.house, held.uuid)
    confirm_codes(held.house, held.uuid)
    voting = Meeting(held.house, held.address, held.uuid, codes)
    voting.open()
    voting.cast(0, 1, 1, 1)
    for teller in tellers:
        teller.board_words()
    pair.look("waiting")
    voting.close()
    pair.look("closed")
    pair.act("verify")
    pair.look("comparing", seconds=60)
    pair.act("decrypt")
    pair.look("tallied")
    third.decrypt()
    voting.count()
    pair.look("counted", seconds=30)
    pair.act("forget")
    pair.look("counted", "the key is gone")
    axe.require_clean(12)


def _with_tellers(meeting: MakeMeeting) -> tuple[Meeting, list[str]]:
    other = meeting()
    team = tuple(Teller(name, "member" if number else "head") for number, name in enumerate(NAMES[:3]))
    draft = Session("", "Kiểm phiếu", make_sheet(PEOPLE), codes=6, tellers=team, threshold=3)
    uuid = create_session(other.house, draft).uuid
    held = Meeting(other.house, other.address, uuid, ())
    return held, [f"/t/{uuid}#{make_link(held.house, uuid, index)}" for index in (1, 2, 3)]


def _take_part(device: Device, *, until: Callable[[], bool], seconds: int = 60) -> None:
    """Have the third teller's device do its part while the two phones do theirs."""
    for _ in range(seconds * 4):
        if until():
            return
        device.move()
    pytest.fail("the tellers came to no end")


def _shows(phone: Phone, screen: str) -> bool:
    phone.page.wait_for_timeout(125)
    return phone.page.locator(f'[data-screen="{screen}"]:not([hidden])').count() > 0
