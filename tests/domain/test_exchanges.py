"""A slip that was spoiled or lost is exchanged for another code, once, and no code is noted."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.domain.pooled_codes import LOST, brought_back, with_left_over
from voting.domain.casting import cast, open_session
from voting.domain.drafting import create_session
from voting.domain.exchanges import Exchange, Reason, Source, exchange_from_json, exchange_to_json, make_exchange
from voting.domain.handing import (
    credential_of,
    draw_at_desk,
    exchange_slip,
    reconciliation_of,
)
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes, void_code
from voting.domain.left_over import LeftOver, record_left_over
from voting.errors import (
    ChangedMeanwhile,
    CodeUsed,
    MalformedCode,
    MalformedFigures,
    MalformedForm,
    PoolEmpty,
    UnknownCode,
    VoidCode,
)


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


def test_a_lost_slip_that_is_found_again_and_voided_is_no_ballot_more(house, pooled, slips, ballot_of):
    for seen in range(2):
        exchange_slip(house, pooled.uuid, Exchange(Reason.LOST, Source.SLIP), "", seen=seen)
    record_left_over(house, pooled.uuid, LeftOver(0), 0)
    both = reconciliation_of(house, pooled.uuid)
    assert (both.lost, both.recovered, both.handed_out, both.issued) == (2, 0, 4, 2)
    void_code(house, pooled.uuid, credential_of(pooled.uuid, slips[0]), found=True)
    one = reconciliation_of(house, pooled.uuid)
    assert (one.lost, one.recovered, one.handed_out, one.issued) == (1, 1, 3, 2)
    assert (one.void, one.returned, one.void_otherwise, one.holds) == (1, 0, 0, True)
    # Another slip, of somebody who leaves: the one that is still lost stays lost.
    void_code(house, pooled.uuid, credential_of(pooled.uuid, slips[1]))
    other = reconciliation_of(house, pooled.uuid)
    assert (other.lost, other.recovered, other.issued, other.void_otherwise) == (1, 1, 1, 1)


def test_a_lost_slip_that_has_voted_cannot_be_found_any_more(house, pooled, slips, ballot_of):
    exchange_slip(house, pooled.uuid, LOST, "", seen=0)
    open_session(house, pooled.uuid)
    cast(house, pooled.uuid, ballot_of(pooled.uuid, slips[0], 1, 1))
    with pytest.raises(CodeUsed):
        void_code(house, pooled.uuid, credential_of(pooled.uuid, slips[0]), found=True)
    assert (reconciliation_of(house, pooled.uuid).lost, reconciliation_of(house, pooled.uuid).recovered) == (1, 0)


def test_a_slip_is_not_found_that_nobody_had_lost(house, pooled, slips):
    void_code(house, pooled.uuid, credential_of(pooled.uuid, slips[0]), found=True)
    figures = reconciliation_of(house, pooled.uuid)
    assert (figures.lost, figures.recovered, figures.void_otherwise) == (0, 0, 1)


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
