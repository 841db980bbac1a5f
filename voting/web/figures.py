"""What a room of waiting phones asks for: the figures of a session as JSON, computed once a second and process."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import Any, Final

from voting.domain.boards import public_head
from voting.domain.counting import decryptions_of
from voting.domain.house import House
from voting.domain.sessions import Session, State
from voting.domain.sheets import Sheet
from voting.protocol.canonical import to_bytes

FRESH_FOR: Final = 1.0
"""In seconds. 500 phones that ask every 2 s are 250 requests a second; the store sees one per worker."""

_MOST_KEPT: Final = 64


@dataclass
class _Kept:
    body: bytes = b""
    tag: str = ""
    until: float = 0.0
    lock: Lock = field(default_factory=Lock)


class Figures:
    """The answers of the last second, by session. Safe for threads: of many that ask at once, one computes."""

    def __init__(self, house: House, now: Callable[[], float] = monotonic) -> None:
        self._house = house
        self._now = now
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = Lock()

    def session_json(self, uuid: str) -> tuple[bytes, str]:
        """Give (body, entity tag). Raises UnknownSession."""
        kept = self._kept_of(uuid)
        with kept.lock:
            if self._now() >= kept.until:
                kept.body = to_bytes(describe(self._house, uuid))
                kept.tag = sha256(kept.body).hexdigest()[:32]
                kept.until = self._now() + FRESH_FOR
            return kept.body, kept.tag

    def _kept_of(self, uuid: str) -> _Kept:
        with self._lock:
            if uuid in self._kept:
                self._kept.move_to_end(uuid)
                return self._kept[uuid]
        # Asked before a place is taken: made-up identifiers must not push out the sessions that run.
        self._house.store.session(uuid)
        with self._lock:
            kept = self._kept.setdefault(uuid, _Kept())
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
            return kept

    def forget(self, uuid: str) -> None:
        """Compute anew at the next question: for an act of this process, whose page must not show the old figures."""
        with self._lock:
            self._kept.pop(uuid, None)


def describe(house: House, uuid: str) -> dict[str, Any]:
    """Describe a session as the API shows it. Of a draft, also a cancelled one, only state and mode are told.

    `tellers`: how many hold the key and how many of them it takes, null in quick mode; `decrypted`: how many have done
    their part, of those that it takes; null but between the close and the count.
    """
    session = house.store.session(uuid)
    tellers = {"size": len(session.tellers), "threshold": session.threshold} if session.tellers else None
    mode = session.mode
    if not session.is_setup:
        session = Session(uuid, "", Sheet(()), codes=0)
    turnout = house.store.turnout(uuid)
    head = public_head(house, uuid) if session.is_setup else None
    return {
        "uuid": uuid,
        "title": session.title,
        "description": session.description,
        "unit": session.unit,
        # One snapshot for state and ballots: never "closed" beside a count that still grows.
        "state": str(turnout.state),
        "ballots": turnout.ballots,
        "codes": session.codes,
        "spares": session.spares,
        "void": turnout.void,
        "closes_at": session.closes_at,
        "closes_itself": session.closes_itself,
        "mode": mode,
        "tellers": tellers,
        "decrypted": _decrypted(house, session) if tellers and turnout.state == State.CLOSED else None,
        "scale": session.sheet.scale,
        "language": session.language,
        "people": people_of(session),
        "height": head.height if head else None,
        "head": head.hash if head else None,
        "receipt_key": session.receipt_key or None,
        "pass_key": session.pass_key or None,
    }


def _decrypted(house: House, session: Session) -> int:
    return min(len(decryptions_of(house, session.uuid)), session.threshold)


def people_of(session: Session) -> list[dict[str, str]]:
    """List the people of a session as the API shows them, in order; `group` is empty where the sheet is not divided."""
    return [
        {"name": person.name, "position": person.position, "group": person.group} for person in session.sheet.people
    ]
