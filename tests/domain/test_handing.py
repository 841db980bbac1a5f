"""Codes get out of the pool one by one at the desk, and each is counted."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.domain.pooled_codes import new_desk, with_left_over
from voting.domain.casting import cast, open_session
from voting.domain.counting import close_session
from voting.domain.desks import Desk, bound_desk, claim_desk, make_desk_link
from voting.domain.drafting import cancel_session
from voting.domain.handing import (
    credential_of,
    draw_at_desk,
    reconciliation_of,
    void_untaken,
)
from voting.domain.issuing import confirm_codes, make_codes
from voting.errors import (
    CodeUsed,
    LinkTaken,
    MalformedForm,
    PoolEmpty,
    UnknownDesk,
    UnknownSession,
    VoidCode,
    WrongState,
)
from voting.protocol.ceremony import draw_seed


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
