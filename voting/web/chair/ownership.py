"""Which sessions are a chair's: the own ones, those of the command line, which belong to no chair, and those of a unit
in which the account has the role for it.
"""

from voting.domain.organisation.roles import Act
from voting.domain.sessions import Session
from voting.errors import UnknownSession
from voting.web.access import this_chair
from voting.web.chair.noted import take_in_hand
from voting.web.organisation.access import standing
from voting.web.site import house


def is_own(session: Session, act: Act = Act.RUN) -> bool:
    """Tell whether the chair who sends this request runs the session. Of a unit, the roles alone say it.

    `act`: what a role must permit there, for less than running it.
    """
    if session.unit_id:
        return standing().may(act, session.unit_id)
    return session.chair in ("", this_chair().name)


def unit_of(session: Session) -> str:
    """Name the unit of a session: as it was typed, or as the unit that it belongs to is called now."""
    return session.unit or (standing().tree.name(session.unit_id) if session.unit_id else "")


def own_session(uuid: str, act: Act = Act.RUN) -> Session:
    """Read a session of this chair. Raises UnknownSession, also for another chair's: it is not for this one to know.

    `act`: what a role must permit in the unit that the session belongs to. Raises NotCompetent when none does.
    """
    session = house().store.session(uuid)
    if session.unit_id:
        standing().require(act, session.unit_id)
    elif not is_own(session):
        raise UnknownSession("There is no such session.")
    take_in_hand(session)
    return session
