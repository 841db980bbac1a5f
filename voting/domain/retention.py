"""After the vote: putting a session away, and deleting of it what only the meeting needed, or everything.

What the default deletes: the receipt key, links, and who took part, as far as the service knew it. What stays is public
(the board with its archive, and the index of trackers that follows from it) or a figure that the minutes are made of.
Only a session that is published or cancelled can be touched; a draft, in which nobody can have voted, can be deleted.
"""

from typing import Final

from voting.domain.agendas import forget_session
from voting.domain.house import House
from voting.domain.sessions import Session, State
from voting.errors import ChangedMeanwhile, MalformedForm, NotRecorded, UnknownSession, WrongState

OVER: Final = frozenset({State.PUBLISHED, State.CANCELLED})
DELETABLE: Final = OVER | {State.DRAFT}
KEEP_DAYS: Final = (0, 30, 90, 365)
"""After so many days in the archive the default is carried out by itself; 0 = never."""

_DAY: Final = 24 * 60 * 60


def is_over(session: Session) -> bool:
    """Tell whether a session may be archived, and reduced."""
    return session.state in OVER


def is_deletable(session: Session) -> bool:
    """Tell whether everything of a session may be deleted."""
    return session.state in DELETABLE


def archive_session(house: House, uuid: str, keep_days: int = 0) -> None:
    """Put a session that is over into the archive. Raises MalformedForm, WrongState.

    Again: other days, counted anew from now.
    """
    if keep_days not in KEEP_DAYS:
        raise MalformedForm("There is no such number of days.", "keep_days")
    house.store.archive(uuid, house.clock(), keep_days)


def take_out_of_archive(house: House, uuid: str) -> None:
    """Put a session back on the list; nothing of it is deleted by itself then. Raises WrongState."""
    house.store.archive(uuid, 0, 0)


def reduce_session(house: House, uuid: str) -> None:
    """Delete of a session that is over what only the meeting needed. Raises WrongState."""
    house.store.reduce(uuid, house.clock())


def delete_session(house: House, uuid: str) -> None:
    """Delete everything of a session that is over, its board and result as well, or of a draft.

    Its place on agendas goes too; what the organisation has about it, by `organisation.keeping.delete_whole`, which is
    for whoever deletes. Raises WrongState, UnknownSession.
    """
    house.store.delete_session(uuid)
    forget_session(house, uuid)


def is_due(session: Session, now: int) -> bool:
    """Tell whether the days that the chair chose for an archived session have passed."""
    if not (is_over(session) and session.archived_at and session.keep_days) or session.reduced_at:
        return False
    return now >= session.archived_at + session.keep_days * _DAY


def carry_out(house: House) -> int:
    """Reduce every session whose days have passed; gives how many. Raises NotRecorded when one could not be."""
    done, failed = 0, None
    for session in house.store.readable_sessions()[0].values():
        if is_due(session, house.clock()):
            try:
                house.store.reduce(session.uuid, house.clock(), due=(session.archived_at, session.keep_days))
            except (ChangedMeanwhile, UnknownSession, WrongState):
                # The chair was quicker.
                continue
            except NotRecorded as error:
                # The others do not wait for this one.
                failed = error
                continue
            done += 1
    if failed is not None:
        raise failed
    return done
