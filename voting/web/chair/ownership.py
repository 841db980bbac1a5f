"""Which sessions are a chair's: the own ones, and those of the command line, which belong to no chair."""

from voting.domain.sessions import Session
from voting.errors import UnknownSession
from voting.web.access import this_chair
from voting.web.site import house


def is_own(session: Session) -> bool:
    """Tell whether the chair who sends this request runs the session."""
    return session.chair in ("", this_chair().name)


def own_session(uuid: str) -> Session:
    """Read a session of this chair. Raises UnknownSession, also for another chair's: it is not for this one to know."""
    session = house().store.session(uuid)
    if not is_own(session):
        raise UnknownSession("There is no such session.")
    return session
