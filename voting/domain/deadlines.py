"""The announced end of an open vote: set by the chair, shown to everybody, and carried out by the service if wished.

No clock decides anything here (FAULTS R12, docs/adr/0012): the chair decides, beforehand and in front of the room, and
the service carries that out with the ordinary close. How long it waits is `voting/web/closing.py`'s to measure.
"""

from typing import Final

from voting.domain.casting import open_session
from voting.domain.counting import end_ballots
from voting.domain.house import House
from voting.domain.sessions import Session, State
from voting.errors import BoardDamaged, ChangedMeanwhile, MalformedForm, UnknownSession, WrongState

NOTICE: Final = 30
"""In seconds: an end that is announced lies at least so far ahead."""
NOTICE_BEFORE: Final = 60
"""The same for an end that is brought forward: who has read the former one must see this one in time."""
LONGEST: Final = 24 * 60
"""In minutes."""


def announce_end(house: House, uuid: str, minutes: int, *, itself: bool) -> Session:
    """Announce that an open vote ends so many minutes from now, see `announce_end_at`."""
    return announce_end_at(house, uuid, house.clock() + 60 * minutes, itself=itself)


def announce_end_at(house: House, uuid: str, at: int, *, itself: bool) -> Session:
    """Announce when an open vote ends, in seconds since 1970; `itself`: the service closes it then.

    Again puts the end off or brings it forward. Raises MalformedForm for `end`, WrongState unless open.
    """
    now = house.clock()
    _require_bounds(at - now)
    _set(house, uuid, now, at, itself=itself)
    return house.store.session(uuid)


def open_with_end(house: House, uuid: str, at: int, *, itself: bool) -> Session:
    """Open a vote and announce its end with it; with an end that cannot be announced it stays as it was.

    Raises MalformedForm for `end`, WrongState unless ready.
    """
    now = house.clock()
    _require_bounds(at - now)
    open_session(house, uuid)
    # Measured from before the opening, which may take its time: what was allowed then is announced.
    _set(house, uuid, now, at, itself=itself)
    return house.store.session(uuid)


def take_back_end(house: House, uuid: str) -> None:
    """Take an announced end back: the vote stays open until the chair closes it. Raises WrongState unless open."""
    _set(house, uuid, house.clock(), 0, itself=False)


def _require_bounds(left: int) -> None:
    if left < NOTICE:
        raise MalformedForm(f"At least {NOTICE} seconds must be left.", "end")
    if left > 60 * LONGEST:
        raise MalformedForm(f"Enter between 1 and {LONGEST} minutes.", "end")


def _set(house: House, uuid: str, now: int, at: int, *, itself: bool) -> None:
    house.store.set_deadline(uuid, at, itself=itself, now=now, notice=NOTICE, notice_before=NOTICE_BEFORE)


def announced_ends(house: House) -> dict[str, int]:
    """Give the ends at which the service closes a vote that is open now, by session, in seconds since 1970."""
    ends: dict[str, int] = {}
    for uuid in house.store.closing():
        try:
            session = house.store.session(uuid)
        except UnknownSession:
            house.store.forget_closing(uuid)
            continue
        except BoardDamaged:
            # Told wherever it is asked for; the votes beside it end all the same.
            continue
        if session.state == State.OPEN and session.closes_itself and session.closes_at:
            ends[uuid] = session.closes_at
        elif session.state not in (State.DRAFT, State.READY, State.OPEN):
            house.store.forget_closing(uuid)
    return ends


def close_at_end(house: House, uuid: str, end: int) -> bool:
    """End the ballots of a vote whose announced end `end` has come; True when a tally must follow now.

    False when the chair was quicker: closed, cancelled, put the end off or took it back.
    """
    try:
        return end_ballots(house, uuid, end)
    except (ChangedMeanwhile, WrongState, UnknownSession):
        return False
