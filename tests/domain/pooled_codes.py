"""Codes on their way out of the pool, for tests: a desk, and exchanges as they happen at the table."""

from voting.domain.desks import Desk, bound_desk, claim_desk, make_desk_link
from voting.domain.exchanges import Exchange, Reason, Source
from voting.domain.handing import reconciliation_of
from voting.domain.house import House
from voting.domain.left_over import LeftOver, left_over_of, record_left_over
from voting.domain.reconciliation import Reconciliation
from voting.protocol.ceremony import draw_seed

LOST = Exchange(Reason.LOST, Source.POOL)


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
