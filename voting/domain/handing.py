"""Handing out codes: one pool of sealed codes, and each way out of it counts what it takes.

A code is drawn at random, unsealed, given to whoever asked and forgotten: what stays is how many were drawn in which
way. So a draw cannot be repeated: an answer that is lost costs one code (docs/adr/0010).
"""

from dataclasses import dataclass, field
from typing import Final

from voting.domain.desks import Desk
from voting.domain.exchanges import Exchange, Source, exchange_from_json, exchange_to_json
from voting.domain.house import House
from voting.domain.issuing import code_purpose
from voting.domain.left_over import LeftOver, left_over_of
from voting.domain.reconciliation import WAYS, Reconciliation
from voting.domain.sessions import Session, State
from voting.errors import MalformedForm
from voting.protocol.codes import parse_code, public_credential
from voting.protocol.group import point_to_hex

WITH_POOL: Final = frozenset({State.READY, State.OPEN})
"""The states in which codes can be drawn: before there is no list, and with the close the pool is destroyed."""


@dataclass(frozen=True)
class Drawn:
    """A code out of the pool, for the one answer that shows it, and how many are left."""

    code: str = field(repr=False)
    left: int


def draw_at_desk(house: House, uuid: str, desk: Desk) -> Drawn:
    """Draw a code for the desk. Raises PoolEmpty, UnknownDesk, WrongState unless ready or open, SealBroken."""
    return _opened(house, uuid, *house.store.draw(uuid, "desk", desk=desk.hash))


def void_untaken(house: House, uuid: str, desk: Desk, code: str) -> None:
    """Void a code that the desk has shown and nobody took: who knows it, and no other desk, can say so.

    Raises MalformedCode, CodeUsed when somebody took it after all, VoidCode, UnknownCode, UnknownDesk, WrongState.
    """
    house.store.void_untaken(uuid, credential_of(uuid, code), desk=desk.hash)


def exchange_slip(house: House, uuid: str, exchange: Exchange, code: str, *, seen: int) -> Drawn | None:
    """Void the old code, draw the new one when it is to come from the pool, and note it: all of it, or nothing.

    `code`: of the old slip as typed, not looked at when it is lost. `seen`: how many exchanges there were when this one
    was decided; of a lost slip, more by now raise ChangedMeanwhile, for it may be this very one. Raises MalformedCode,
    UnknownCode, CodeUsed, VoidCode (also the second time), PoolEmpty, WrongState unless ready or open, MalformedForm
    when no slips are printed to hand over.
    """
    from_pool = exchange.source == Source.POOL
    if not from_pool and not house.store.session(uuid).printed:
        raise MalformedForm("No slips are printed in this session.", "source")
    box, left = house.store.exchange(
        uuid,
        credential="" if exchange.lost else credential_of(uuid, code),
        from_pool=from_pool,
        note=exchange_to_json(exchange),
        seen=seen,
    )
    return _opened(house, uuid, box, left) if from_pool else None


def credential_of(uuid: str, code: str) -> str:
    """Give the public credential of a typed or scanned code. Raises MalformedCode."""
    return point_to_hex(public_credential(uuid, parse_code(code)))


def reconciliation_of(house: House, uuid: str) -> Reconciliation:
    """Read the reconciliation of a session's codes as it stands. Of a draft it says only what was planned."""
    session = house.store.session(uuid)
    left_over, _ = left_over_of(house, session)
    return reconcile(house, session, left_over)


def reconcile(house: House, session: Session, left_over: LeftOver) -> Reconciliation:
    """Give the reconciliation with slips left over that were counted so, as `reconciliation_of` does."""
    record = house.store.handing(session.uuid)
    exchanges = tuple(exchange_from_json(text) for text in record.exchanges)
    return Reconciliation(
        codes=session.codes + session.spares,
        printed=session.printed,
        pooled=session.pooled,
        listed=record.codes if session.is_setup else session.codes + session.spares,
        left_over=left_over.after(exchanges),
        drawn={way: record.drawn.get(way, 0) for way in WAYS},
        in_pool=record.in_pool if record.state in WITH_POOL else record.destroyed,
        untaken=record.untaken,
        void=record.void,
        cast=record.ballots,
        exchanges=exchanges,
        found=record.found,
    )


def _opened(house: House, uuid: str, box: bytes, left: int) -> Drawn:
    return Drawn(house.sealer.unseal(box, code_purpose(uuid)).decode(), left)
