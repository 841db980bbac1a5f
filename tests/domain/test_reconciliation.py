"""The reconciliation against a meeting that is played beside it: whatever happens to the slips, the figures agree."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from tests.running import plain_ballot
from voting.domain.casting import open_session
from voting.domain.counting import end_ballots
from voting.domain.desks import Desk, bound_desk, claim_desk, make_desk_link
from voting.domain.drafting import create_session
from voting.domain.exchanges import Exchange, Reason, Source
from voting.domain.handing import credential_of, draw_at_desk, exchange_slip, reconcile, reconciliation_of, void_untaken
from voting.domain.house import House
from voting.domain.issuing import code_purpose, confirm_codes, make_codes, void_code
from voting.domain.left_over import LeftOver, left_over_of, record_left_over
from voting.domain.reconciliation import Reconciliation
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.errors import CodeUsed, PoolEmpty, UnknownDesk, VoidCode, WrongState
from voting.protocol.ceremony import draw_seed


@dataclass
class Meeting:
    """Where each code really is. `hands`: with a person, lost, or with nobody because an answer did not arrive."""

    house: House
    uuid: str
    desk: Desk
    chance: random.Random
    printed: int
    table: list[str] = field(default_factory=list)
    hands: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    nobody: list[str] = field(default_factory=list)
    void: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    exchanges: int = 0

    @property
    def handed_out(self) -> int:
        return len(self.hands) + len(self.lost) + len(self.nobody)

    def hand_over_a_slip(self) -> None:
        if self.table:
            self.hands.append(self._some(self.table))

    def spoil_a_spare_slip(self) -> None:
        if self.table:
            self._voided(self._some(self.table))

    def show_at_the_desk(self) -> None:
        self.hands.append(draw_at_desk(self.house, self.uuid, self.desk).code)

    def show_at_the_desk_to_nobody(self) -> None:
        code = draw_at_desk(self.house, self.uuid, self.desk).code
        void_untaken(self.house, self.uuid, self.desk, code)
        self.void.append(code)

    def lose_an_answer(self) -> None:
        self.nobody.append(draw_at_desk(self.house, self.uuid, self.desk).code)

    def claim(self) -> None:
        box, _ = self.house.store.draw(self.uuid, "claims")
        self.hands.append(self.house.sealer.unseal(box, code_purpose(self.uuid)).decode())

    def void_what_was_taken_after_all(self) -> None:
        if self.hands:
            code = self.chance.choice(self.hands)
            try:
                void_untaken(self.house, self.uuid, self.desk, code)
            except CodeUsed:
                assert code in self.used
            else:
                self.hands.remove(code)
                self.void.append(code)

    def leave_early(self) -> None:
        unused = [code for code in self.hands if code not in self.used]
        if unused:
            code = self.chance.choice(unused)
            self.hands.remove(code)
            self._voided(code)

    def find_a_lost_slip(self) -> None:
        unused = [code for code in self.lost if code not in self.used]
        if unused:
            code = self.chance.choice(unused)
            self.lost.remove(code)
            self._voided(code, found=True)

    def bring_a_slip_back(self) -> None:
        if self.hands:
            code = self.chance.choice(self.hands)
            if self._exchanged(Reason.DAMAGED, code):
                self.hands.remove(code)
                self.void.append(code)

    def bring_a_void_slip_back(self) -> None:
        if self.void:
            assert not self._exchanged(Reason.UNREADABLE, self.chance.choice(self.void))

    def lose_a_slip(self) -> None:
        if self.hands:
            code = self.chance.choice(self.hands)
            if self._exchanged(Reason.LOST, ""):
                self.hands.remove(code)
                self.lost.append(code)

    def vote(self) -> None:
        may = [code for code in (*self.hands, *self.lost) if code not in self.used]
        if may:
            code = self.chance.choice(may)
            self.house.store.cast(self.uuid, *plain_ballot(credential_of(self.uuid, code)))
            self.used.add(code)

    def _exchanged(self, reason: Reason, code: str) -> bool:
        source = self.chance.choice(tuple(Source))
        if source == Source.SLIP and not self.table:
            return False
        try:
            drawn = exchange_slip(self.house, self.uuid, Exchange(reason, source), code, seen=self.exchanges)
        except (CodeUsed, VoidCode, PoolEmpty):
            return False
        self.exchanges += 1
        self.hands.append(drawn.code if drawn else self._some(self.table))
        return True

    def _voided(self, code: str, *, found: bool = False) -> None:
        void_code(self.house, self.uuid, credential_of(self.uuid, code), found=found)
        self.void.append(code)

    def _some(self, codes: list[str]) -> str:
        code = self.chance.choice(codes)
        codes.remove(code)
        return code


def meeting_with(house: House, chance: random.Random, printed: int, pooled: int) -> Meeting:
    session = Session("", "Lấy phiếu", make_sheet([Person("An")]), codes=printed + pooled, pooled=pooled)
    uuid, device = create_session(house, session).uuid, draw_seed()
    slips = make_codes(house, uuid)
    confirm_codes(house, uuid)
    claim_desk(house, uuid, make_desk_link(house, uuid), device)
    open_session(house, uuid)
    return Meeting(house, uuid, bound_desk(house, uuid, device), chance, printed, list(slips))


def with_left_over(meeting: Meeting) -> Reconciliation:
    """Count the slips on the table and give the reconciliation."""
    house, uuid = meeting.house, meeting.uuid
    if meeting.printed:
        version = left_over_of(house, house.store.session(uuid))[1]
        record_left_over(house, uuid, LeftOver(len(meeting.table)), version)
    return reconciliation_of(house, uuid)


ACTS: tuple[Callable[[Meeting], None], ...] = (
    *(Meeting.hand_over_a_slip, Meeting.spoil_a_spare_slip, Meeting.show_at_the_desk),
    *(Meeting.show_at_the_desk_to_nobody, Meeting.lose_an_answer, Meeting.claim, Meeting.void_what_was_taken_after_all),
    *(Meeting.leave_early, Meeting.find_a_lost_slip, Meeting.bring_a_slip_back, Meeting.bring_a_void_slip_back),
    *(Meeting.lose_a_slip, Meeting.vote, Meeting.vote, Meeting.vote),
)


@pytest.mark.parametrize("seed", range(40))
def test_whatever_happens_the_figures_are_what_happened(house: House, seed: int) -> None:
    chance = random.Random(seed)
    printed = chance.choice((0, 1, 4, 9))
    meeting = meeting_with(house, chance, printed, pooled=chance.choice((0, 1, 4, 9)) if printed else 6)
    uuid = meeting.uuid
    session = house.store.session(uuid)
    for _ in range(chance.randrange(40)):
        try:
            chance.choice(ACTS)(meeting)
        except PoolEmpty:
            assert reconciliation_of(house, uuid).in_pool == 0
        before = reconcile(house, session, LeftOver(None))
        assert before.most_handed_out >= meeting.handed_out
        assert not before.faults
    for over in (False, True):
        if over:
            end_ballots(house, uuid)
        figures = with_left_over(meeting)
        assert figures.handed_out == meeting.handed_out
        assert figures.lost == len(meeting.lost)
        assert figures.void == len(meeting.void)
        assert figures.cast == len(meeting.used)
        assert figures.spare == figures.codes - meeting.handed_out - len(meeting.void)
        assert figures.codes == figures.handed_out + figures.spare + figures.void
        assert min(figures.returned, figures.untaken, figures.void_otherwise, figures.spare) >= 0
        assert figures.faults == ()


@pytest.mark.parametrize("seed", range(12))
def test_when_all_have_voted_one_stolen_code_is_told(house: House, seed: int) -> None:
    """Whoever holds the sealing key and the store votes with a code that nobody got, and leaves it in the pool."""
    chance = random.Random(seed)
    meeting = meeting_with(house, chance, printed=5, pooled=9)
    for _ in range(12):
        try:
            chance.choice(ACTS[:-3])(meeting)
        except PoolEmpty:
            continue
    boxes = house.store.connection.client.smembers(f"voting:{{{meeting.uuid}}}:pool")
    for code in (*meeting.hands, *meeting.lost, *meeting.nobody):
        house.store.cast(meeting.uuid, *plain_ballot(credential_of(meeting.uuid, code)))
    figures = with_left_over(meeting)
    assert figures.faults == ()
    for box in list(boxes)[:1]:
        code = house.sealer.unseal(box, code_purpose(meeting.uuid)).decode()
        house.store.cast(meeting.uuid, *plain_ballot(credential_of(meeting.uuid, code)))
        figures = with_left_over(meeting)
        assert [fault.kind for fault in figures.faults] == ["cast"]


def test_draws_exchanges_and_links_that_race_the_close_leave_figures_that_agree(house: House) -> None:
    for seed in range(6):
        meeting = meeting_with(house, random.Random(seed), printed=6, pooled=30)
        uuid, got = meeting.uuid, []

        def one(number: int, meeting: Meeting = meeting, got: list[str] = got) -> None:
            uuid = meeting.uuid
            try:
                if number == 20:
                    end_ballots(house, uuid)
                elif number % 9 == 8:
                    make_desk_link(house, uuid)
                elif number % 4 == 3:
                    brought = Exchange(Reason.OTHER, Source.POOL)
                    drawn = exchange_slip(house, uuid, brought, meeting.table[number % 6], seen=0)
                    got.append(drawn.code if drawn else "")
                else:
                    got.append(draw_at_desk(house, uuid, meeting.desk).code)
            except (WrongState, VoidCode, UnknownDesk):
                return

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(one, range(32)))
        end_ballots(house, uuid)
        figures = reconciliation_of(house, uuid)
        assert len(set(got)) == len(got) == figures.drawn_in_all
        assert figures.in_pool == 30 - len(got)
        assert figures.faults == ()
        assert figures.returned == figures.void == figures.drawn["exchange"]
        house.store.check_board(uuid)
