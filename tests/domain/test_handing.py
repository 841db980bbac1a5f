"""Codes get out of the pool one by one, each way counts what it takes, and in the end the figures must agree."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from voting.domain.casting import cast, open_session
from voting.domain.counting import close_session
from voting.domain.desks import Desk, bound_desk, claim_desk, make_desk_link
from voting.domain.drafting import cancel_session, create_session
from voting.domain.exchanges import Exchange, Reason, Source, exchange_from_json, exchange_to_json, make_exchange
from voting.domain.handing import (
    credential_of,
    draw_at_desk,
    exchange_slip,
    reconciliation_of,
    void_untaken,
)
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes, void_code
from voting.domain.left_over import LeftOver, left_over_from_json, left_over_of, record_left_over
from voting.domain.reconciliation import Reconciliation
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.errors import (
    ChangedMeanwhile,
    CodeUsed,
    LinkTaken,
    MalformedCode,
    MalformedFigures,
    MalformedForm,
    PoolEmpty,
    UnknownCode,
    UnknownDesk,
    UnknownSession,
    VoidCode,
    WrongState,
)
from voting.protocol.ceremony import draw_seed

PEOPLE = (Person("Nguyễn Văn A"), Person("Trần Thị B"))


@pytest.fixture
def pooled(house: House) -> Session:
    """A draft of nine codes, five of them in the pool."""
    sheet = make_sheet(PEOPLE, blank=True)
    return create_session(house, Session("", "Lấy phiếu", sheet, codes=7, spares=2, pooled=5))


@pytest.fixture
def slips(house: House, pooled: Session) -> tuple[str, ...]:
    """The codes of the four printed slips; the session is ready."""
    codes = make_codes(house, pooled.uuid)
    confirm_codes(house, pooled.uuid)
    return codes


@pytest.fixture
def desk(house: House, pooled: Session, slips: tuple[str, ...]) -> Desk:
    """The desk of that session, with its device."""
    return new_desk(house, pooled.uuid)


def new_desk(house: House, uuid: str) -> Desk:
    device = draw_seed()
    claim_desk(house, uuid, make_desk_link(house, uuid), device)
    return bound_desk(house, uuid, device)


def brought_back(source: Source = Source.POOL) -> Exchange:
    return Exchange(Reason.DAMAGED, source)


def with_left_over(house: House, uuid: str, slips: int) -> Reconciliation:
    """Give the reconciliation when so many slips are on the table now."""
    record_left_over(house, uuid, LeftOver(slips), left_over_of(house, house.store.session(uuid))[1])
    return reconciliation_of(house, uuid)


LOST = Exchange(Reason.LOST, Source.POOL)


# ---- the pool and the desk


def test_every_code_of_the_pool_is_drawn_once_and_votes(house, pooled, slips, desk, ballot_of):
    drawn = [draw_at_desk(house, pooled.uuid, desk) for _ in range(5)]
    assert [each.left for each in drawn] == [4, 3, 2, 1, 0]
    codes = {each.code for each in drawn}
    assert len(codes | set(slips)) == 9
    assert all(
        house.store.credential_status(pooled.uuid, credential_of(pooled.uuid, code)) == "unused" for code in codes
    )
    with pytest.raises(PoolEmpty):
        draw_at_desk(house, pooled.uuid, desk)
    open_session(house, pooled.uuid)
    for code in codes:
        cast(house, pooled.uuid, ballot_of(pooled.uuid, code, 1, 2))
    assert reconciliation_of(house, pooled.uuid).cast == 5


def test_codes_are_not_drawn_in_the_order_in_which_they_were_made(house, pooled, slips):
    client, key = house.store.connection.client, f"voting:{{{pooled.uuid}}}:pool"
    boxes = [f"box {number}".encode() for number in range(7)]
    orders = set()
    for _ in range(8):
        client.delete(key)
        client.sadd(key, *boxes)
        orders.add(tuple(house.store.draw(pooled.uuid, "claims")[0] for _ in boxes))
    assert all(sorted(order) == boxes for order in orders)
    assert len(orders) > 4


def test_tablets_that_draw_at_the_same_moment_get_different_codes(house, pooled, desk):
    with ThreadPoolExecutor(5) as threads:
        drawn = list(threads.map(lambda _: draw_at_desk(house, pooled.uuid, desk).code, range(5)))
    assert len(set(drawn)) == 5
    assert reconciliation_of(house, pooled.uuid).drawn["desk"] == 5


def test_nothing_is_drawn_before_the_session_is_ready_or_after_the_close(house, pooled):
    desk = new_desk(house, pooled.uuid)
    make_codes(house, pooled.uuid)
    with pytest.raises(WrongState):
        draw_at_desk(house, pooled.uuid, desk)
    confirm_codes(house, pooled.uuid)
    open_session(house, pooled.uuid)
    draw_at_desk(house, pooled.uuid, desk)
    close_session(house, pooled.uuid)
    with pytest.raises(WrongState):
        draw_at_desk(house, pooled.uuid, desk)
    assert reconciliation_of(house, pooled.uuid).drawn_in_all == 1


def test_a_cancelled_session_gives_out_no_code(house, pooled, desk):
    cancel_session(house, pooled.uuid)
    with pytest.raises(WrongState):
        draw_at_desk(house, pooled.uuid, desk)
    with pytest.raises(WrongState):
        make_desk_link(house, pooled.uuid)


def test_a_link_of_the_desk_binds_one_device_until_another_is_made(house, pooled):
    link, tablet, other = make_desk_link(house, pooled.uuid), draw_seed(), draw_seed()
    assert claim_desk(house, pooled.uuid, link, tablet)
    assert not claim_desk(house, pooled.uuid, f" {link.replace('-', ' ')}", tablet), "the same device again"
    with pytest.raises(LinkTaken):
        claim_desk(house, pooled.uuid, link, other)
    with pytest.raises(UnknownDesk):
        bound_desk(house, pooled.uuid, other)
    stale = bound_desk(house, pooled.uuid, tablet)
    new = make_desk_link(house, pooled.uuid)
    with pytest.raises(UnknownDesk):
        bound_desk(house, pooled.uuid, tablet)
    with pytest.raises(UnknownDesk):
        claim_desk(house, pooled.uuid, link, tablet)
    assert claim_desk(house, pooled.uuid, new, other)
    make_codes(house, pooled.uuid)
    confirm_codes(house, pooled.uuid)
    with pytest.raises(UnknownDesk):
        draw_at_desk(house, pooled.uuid, stale)  # let go between the look-up and the act
    assert reconciliation_of(house, pooled.uuid).drawn_in_all == 0


def test_a_desk_of_one_session_is_none_of_another(house, pooled, draft):
    link, tablet = make_desk_link(house, pooled.uuid), draw_seed()
    claim_desk(house, pooled.uuid, link, tablet)
    with pytest.raises(UnknownDesk):
        bound_desk(house, draft.uuid, tablet)
    with pytest.raises(UnknownDesk):
        claim_desk(house, draft.uuid, link, tablet)
    with pytest.raises(UnknownDesk):
        claim_desk(house, pooled.uuid, "no link", tablet)
    with pytest.raises(MalformedForm):
        claim_desk(house, pooled.uuid, link, "short")
    with pytest.raises(UnknownSession):
        make_desk_link(house, "1" * 14)


def test_a_code_that_nobody_took_is_void_and_counted_as_such(house, pooled, desk, ballot_of):
    code = draw_at_desk(house, pooled.uuid, desk).code
    void_untaken(house, pooled.uuid, desk, code)
    with pytest.raises(VoidCode):
        void_untaken(house, pooled.uuid, desk, code)
    taken = draw_at_desk(house, pooled.uuid, desk).code
    open_session(house, pooled.uuid)
    with pytest.raises(VoidCode):
        cast(house, pooled.uuid, ballot_of(pooled.uuid, code, 1, 1))
    cast(house, pooled.uuid, ballot_of(pooled.uuid, taken, 1, 1))
    with pytest.raises(CodeUsed):
        void_untaken(house, pooled.uuid, desk, taken)
    with pytest.raises(UnknownDesk):
        void_untaken(house, pooled.uuid, Desk("0" * 64), draw_at_desk(house, pooled.uuid, desk).code)
    figures = with_left_over(house, pooled.uuid, 4)
    assert (figures.untaken, figures.void, figures.void_otherwise, figures.handed_out) == (1, 1, 0, 2)
    house.store.check_board(pooled.uuid)


# ---- exchanges


def test_a_slip_that_is_brought_back_is_void_and_its_owner_votes_with_another_code(house, pooled, slips, ballot_of):
    drawn = exchange_slip(house, pooled.uuid, brought_back(), slips[0], seen=0)
    assert drawn is not None
    open_session(house, pooled.uuid)
    with pytest.raises(VoidCode):
        cast(house, pooled.uuid, ballot_of(pooled.uuid, slips[0], 1, 1))
    cast(house, pooled.uuid, ballot_of(pooled.uuid, drawn.code, 1, 1))
    figures = with_left_over(house, pooled.uuid, 3)
    assert (figures.handed_out, figures.void, figures.returned, figures.lost, figures.cast) == (1, 1, 1, 0, 1)
    assert figures.holds


def test_nothing_is_handed_out_for_a_slip_that_has_voted(house, pooled, slips, ballot_of):
    open_session(house, pooled.uuid)
    cast(house, pooled.uuid, ballot_of(pooled.uuid, slips[0], 1, 1))
    before = house.store.handing(pooled.uuid)
    for code, refusal in ((slips[0], CodeUsed), ("1" * 22, UnknownCode), ("not a code", MalformedCode)):
        with pytest.raises(refusal):
            exchange_slip(house, pooled.uuid, brought_back(), code, seen=0)
    assert house.store.handing(pooled.uuid) == before


def test_an_exchange_out_of_an_empty_pool_voids_nothing(house, pooled, slips, desk):
    for _ in range(5):
        draw_at_desk(house, pooled.uuid, desk)
    with pytest.raises(PoolEmpty):
        exchange_slip(house, pooled.uuid, brought_back(), slips[0], seen=0)
    assert house.store.credential_status(pooled.uuid, credential_of(pooled.uuid, slips[0])) == "unused"
    assert reconciliation_of(house, pooled.uuid).exchanges == ()
    assert exchange_slip(house, pooled.uuid, brought_back(Source.SLIP), slips[0], seen=0) is None
    assert reconciliation_of(house, pooled.uuid).void == 1


def test_a_second_tap_exchanges_nothing(house, pooled, slips):
    exchange_slip(house, pooled.uuid, LOST, "", seen=0)
    with pytest.raises(ChangedMeanwhile):
        exchange_slip(house, pooled.uuid, LOST, "", seen=0)
    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(lambda _: _tries(house, pooled.uuid), range(4)))
    assert sorted(done) == [False, False, False, True]
    figures = reconciliation_of(house, pooled.uuid)
    assert (figures.lost, figures.drawn["exchange"], figures.void) == (2, 2, 0)


def _tries(house: House, uuid: str) -> bool:
    try:
        return exchange_slip(house, uuid, LOST, "", seen=1) is not None
    except ChangedMeanwhile:
        return False


def test_two_who_exchange_slips_at_the_same_time_both_do(house, pooled, slips):
    """Each page was loaded before the other exchange: a code at hand tells them apart, so neither is sent away."""
    first = exchange_slip(house, pooled.uuid, brought_back(), slips[0], seen=0)
    second = exchange_slip(house, pooled.uuid, brought_back(), slips[1], seen=0)
    assert first is not None
    assert second is not None
    assert first.code != second.code
    with pytest.raises(VoidCode):  # the second tap of the first
        exchange_slip(house, pooled.uuid, brought_back(), slips[0], seen=0)
    figures = reconciliation_of(house, pooled.uuid)
    assert (figures.returned, figures.lost, figures.void, figures.drawn["exchange"]) == (2, 0, 2, 2)


def test_one_slip_sent_many_times_at_once_is_exchanged_once(house, pooled, slips):
    def exchanged(_: int) -> bool:
        try:
            return exchange_slip(house, pooled.uuid, brought_back(), slips[0], seen=0) is not None
        except VoidCode:
            return False

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(exchanged, range(6))) == [False] * 5 + [True]
    figures = reconciliation_of(house, pooled.uuid)
    assert (figures.void, figures.drawn["exchange"], figures.in_pool) == (1, 1, 4)


def test_a_lost_slip_can_still_vote_and_is_told_as_one_ballot_more(house, pooled, slips, ballot_of):
    drawn = exchange_slip(house, pooled.uuid, LOST, "", seen=0)
    assert drawn is not None
    open_session(house, pooled.uuid)
    for code in (slips[0], drawn.code):
        cast(house, pooled.uuid, ballot_of(pooled.uuid, code, 1, 1))
    figures = with_left_over(house, pooled.uuid, 3)
    assert (figures.lost, figures.handed_out, figures.cast, figures.holds) == (1, 2, 2, True)


def test_no_slip_is_handed_over_where_none_is_printed(house, pooled):
    session = create_session(house, replace(pooled, uuid="", pooled=9))
    assert make_codes(house, session.uuid) == ()
    confirm_codes(house, session.uuid)
    with pytest.raises(MalformedForm, match="No slips"):
        exchange_slip(house, session.uuid, Exchange(Reason.LOST, Source.SLIP), "", seen=0)
    figures = reconciliation_of(house, session.uuid)
    assert (figures.left_over, figures.handed_out, figures.spare) == (0, 0, 9)


def test_what_is_noted_of_an_exchange_holds_no_code(house, pooled, slips):
    bare = slips[1].replace("-", "")
    credential = credential_of(pooled.uuid, slips[1])
    for text in (slips[1], f"mã {bare}.", slips[1].replace("-", " "), slips[1].replace("-", " – "), f"({credential})"):
        with pytest.raises(MalformedForm, match="code"):
            make_exchange("other", "pool", text)
    with pytest.raises(MalformedForm) as refused:
        make_exchange("other", "pool", "x" * 201)
    assert refused.value.field == "remark"
    for reason, source, field in (("", "pool", "reason"), ("lost", "bank", "source")):
        with pytest.raises(MalformedForm) as refused:
            make_exchange(reason, source)
        assert refused.value.field == field
    kept = make_exchange("damaged", "pool", "  phiếu bị rách ở mép, người nhận mang trả ")
    exchange_slip(house, pooled.uuid, kept, slips[0], seen=0)
    (noted,) = reconciliation_of(house, pooled.uuid).exchanges
    assert noted == Exchange(Reason.DAMAGED, Source.POOL, "phiếu bị rách ở mép, người nhận mang trả")
    assert exchange_from_json(exchange_to_json(noted)) == noted
    for text in ("[]", '{"reason":"lost"}'):
        with pytest.raises(MalformedFigures):
            exchange_from_json(text)


# ---- the reconciliation


def test_the_codes_are_handed_out_spare_or_void(house, pooled, slips, desk, ballot_of):
    """Four slips, of which three are taken; five in the pool: two shown at the desk, one of these not taken."""
    shown = [draw_at_desk(house, pooled.uuid, desk).code for _ in range(2)]
    void_untaken(house, pooled.uuid, desk, shown[1])
    replaced = exchange_slip(house, pooled.uuid, brought_back(), slips[0], seen=0)
    assert replaced is not None
    open_session(house, pooled.uuid)
    for code in (slips[1], slips[2], shown[0], replaced.code):
        cast(house, pooled.uuid, ballot_of(pooled.uuid, code, 1, 2))
    before = reconciliation_of(house, pooled.uuid)
    assert (before.handed_out, before.spare, before.most_handed_out, before.holds) == (None, None, 5, True)
    record_left_over(house, pooled.uuid, LeftOver(1), 0)
    close_session(house, pooled.uuid)
    figures = reconciliation_of(house, pooled.uuid)
    assert figures.drawn == {"desk": 2, "claims": 0, "exchange": 1}
    assert (figures.codes, figures.printed, figures.pooled) == (9, 4, 5)
    assert (figures.handed_out, figures.spare, figures.void) == (4, 3, 2)
    assert figures.codes == figures.handed_out + figures.spare + figures.void
    assert (figures.returned, figures.untaken, figures.void_otherwise) == (1, 1, 0)
    assert (figures.cast, figures.faults) == (4, ())


def test_a_spare_slip_that_is_spoiled_counts_as_void_and_not_as_handed_out(house, pooled, slips):
    void_code(house, pooled.uuid, credential_of(pooled.uuid, slips[3]))
    record_left_over(house, pooled.uuid, LeftOver(3), 0)
    figures = reconciliation_of(house, pooled.uuid)
    assert (figures.handed_out, figures.spare, figures.void, figures.void_otherwise) == (0, 8, 1, 1)
    assert figures.holds


def test_a_slip_handed_over_in_exchange_is_not_on_the_table_any_more(house, pooled, slips, ballot_of):
    """The slips are counted when all have come in; then somebody brings one back, and both people vote."""
    record_left_over(house, pooled.uuid, LeftOver(2), 0)
    exchange_slip(house, pooled.uuid, brought_back(Source.SLIP), slips[0], seen=0)
    exchange_slip(house, pooled.uuid, brought_back(Source.POOL), slips[1], seen=1)
    open_session(house, pooled.uuid)
    figures = reconciliation_of(house, pooled.uuid)
    assert (figures.left_over, figures.handed_out, figures.void, figures.spare) == (1, 2, 2, 5)
    record_left_over(house, pooled.uuid, LeftOver(1), 1)
    assert reconciliation_of(house, pooled.uuid) == figures, "counted again, it is the same"
    exchange_slip(house, pooled.uuid, Exchange(Reason.LOST, Source.SLIP), "", seen=2)
    figures = reconciliation_of(house, pooled.uuid)
    assert (figures.left_over, figures.handed_out, figures.faults) == (0, 3, ())


def test_more_slips_left_over_than_there_can_be_are_told(house, pooled, slips):
    void_code(house, pooled.uuid, credential_of(pooled.uuid, slips[3]))
    record_left_over(house, pooled.uuid, LeftOver(4), 0)
    figures = reconciliation_of(house, pooled.uuid)
    assert [(fault.kind, fault.found, fault.expected) for fault in figures.faults] == [("left_over", 5, 4)]


def test_more_ballots_than_codes_handed_out_are_told_and_stop_nothing(house, pooled, slips, ballot_of):
    open_session(house, pooled.uuid)
    for code in slips[:3]:
        cast(house, pooled.uuid, ballot_of(pooled.uuid, code, 1, 1))
    record_left_over(house, pooled.uuid, LeftOver(2), 0)
    figures = reconciliation_of(house, pooled.uuid)
    assert [(fault.kind, fault.found, fault.expected) for fault in figures.faults] == [("cast", 3, 2)]
    assert close_session(house, pooled.uuid).state == "closed"


def test_ballots_from_codes_that_were_never_drawn_are_told(house, pooled, slips, ballot_of):
    """Whoever holds the sealing key and the store can read the pool: what they vote with was handed out to nobody."""
    client, key = house.store.connection.client, f"voting:{{{pooled.uuid}}}:pool"
    stolen = [house.sealer.unseal(box, f"code|{pooled.uuid}").decode() for box in client.srandmember(key, 2)]
    open_session(house, pooled.uuid)
    for code in (*slips, *stolen):
        cast(house, pooled.uuid, ballot_of(pooled.uuid, code, 1, 1))
    record_left_over(house, pooled.uuid, LeftOver(0), 0)
    assert [fault.kind for fault in reconciliation_of(house, pooled.uuid).faults] == ["cast"]


def test_a_box_that_left_the_pool_without_being_drawn_is_told(house, pooled, slips):
    house.store.connection.client.spop(f"voting:{{{pooled.uuid}}}:pool")
    (fault,) = reconciliation_of(house, pooled.uuid).faults
    assert (fault.kind, fault.found, fault.expected) == ("pool", 4, 5)
    open_session(house, pooled.uuid)
    close_session(house, pooled.uuid)
    assert reconciliation_of(house, pooled.uuid).faults == (fault,), "the close does not hide it from the minutes"


def test_after_the_close_the_codes_drawn_and_those_destroyed_make_the_pool(house, pooled, slips, desk):
    for _ in range(2):
        draw_at_desk(house, pooled.uuid, desk)
    open_session(house, pooled.uuid)
    close_session(house, pooled.uuid)
    close_session(house, pooled.uuid)
    figures = reconciliation_of(house, pooled.uuid)
    assert (figures.drawn_in_all, figures.in_pool, figures.faults) == (2, 3, ())


def test_a_list_of_another_length_than_the_codes_made_is_told():
    figures = Reconciliation(9, 4, 5, 10, 0, {"desk": 6}, None, 0, 0, 0, ())
    assert [fault.kind for fault in figures.faults] == ["codes", "pool"]


def test_what_is_left_over_is_entered_once_by_each_window(house, pooled, slips):
    session = house.store.session(pooled.uuid)
    assert left_over_of(house, session) == (LeftOver(None), 0)
    assert record_left_over(house, pooled.uuid, LeftOver(2), 0) == 1
    with pytest.raises(ChangedMeanwhile):
        record_left_over(house, pooled.uuid, LeftOver(3), 0)
    for number in (-1, 5):
        with pytest.raises(MalformedFigures):
            record_left_over(house, pooled.uuid, LeftOver(number), 1)
    assert record_left_over(house, pooled.uuid, LeftOver(None), 1) == 2
    assert reconciliation_of(house, pooled.uuid).handed_out is None
    for text in (
        *("3", "{}", '{"left_over":1}', '{"left_over":1,"exchanged":0,"more":2}'),
        *(
            f'{{"left_over":{a},"exchanged":{b}}}'
            for a, b in (("true", 0), (-1, 0), (1, "null"), (1, -1), (1, "false"))
        ),
    ):
        with pytest.raises(MalformedFigures):
            left_over_from_json(text)
