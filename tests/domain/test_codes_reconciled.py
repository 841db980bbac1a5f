"""Each way out of the pool counts what it takes, and in the end the figures must agree."""

import pytest

from tests.domain.pooled_codes import brought_back
from voting.domain.casting import cast, open_session
from voting.domain.counting import close_session
from voting.domain.exchanges import Exchange, Reason, Source
from voting.domain.handing import (
    credential_of,
    draw_at_desk,
    exchange_slip,
    reconciliation_of,
    void_untaken,
)
from voting.domain.issuing import void_code
from voting.domain.left_over import LeftOver, left_over_from_json, left_over_of, record_left_over
from voting.domain.reconciliation import Reconciliation
from voting.errors import (
    ChangedMeanwhile,
    MalformedFigures,
)


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
