"""A meeting as its papers need it: the session with all that was counted, recorded and entered, read once."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from voting.domain.attendance import Attendance, attendance_of
from voting.domain.boards import Head, public_head
from voting.domain.ceremony_state import teller_fingerprint
from voting.domain.minutes import Minutes, minutes_of, team_of
from voting.domain.paper import PaperTally, paper_of
from voting.domain.results import Result, result_of
from voting.domain.sessions import Session, State
from voting.domain.tellers import Teller
from voting.errors import WrongState
from voting.web.chair.reckoning import Reckoning, reckoning_of
from voting.web.site import base_address, house

_OVER = frozenset({State.CLOSED, State.COUNTED, State.PUBLISHED})
_COUNTED = frozenset({State.COUNTED, State.PUBLISHED})


@dataclass(frozen=True)
class Meeting:
    """What is known now. `result`: None before the count. `ballots`: from the phones, None before the close.

    `digits`: those that the tellers compared, empty without tellers. `board`: the address of the public board.
    """

    session: Session
    minutes: Minutes
    team: tuple[Teller, ...]
    attendance: Attendance
    reckoning: Reckoning
    paper: PaperTally | None
    result: Result | None = field(repr=False)
    ballots: int | None
    head: Head | None
    digits: str
    board: str

    @property
    def is_final(self) -> bool:
        """Whether the ballots are counted, so that a paper is more than a preview."""
        return self.result is not None


def meeting_of(session: Session) -> Meeting:
    """Read what the papers of a session are made of. Raises WrongState for a cancelled one: it has none."""
    uuid = session.uuid
    if session.state == State.CANCELLED:
        raise WrongState("A cancelled session has no minutes.", session.state)
    minutes = with_defaults(session, minutes_of(house(), uuid)[0])
    return Meeting(
        session=session,
        minutes=minutes,
        team=team_of(session, minutes),
        attendance=attendance_of(house(), uuid)[0],
        reckoning=reckoning_of(session),
        paper=paper_of(house(), uuid)[0],
        result=result_of(house(), uuid) if session.state in _COUNTED else None,
        ballots=house().store.turnout(uuid).ballots if session.state in _OVER else None,
        head=public_head(house(), uuid) if session.is_setup else None,
        digits=teller_fingerprint(house(), uuid) if session.tellers and session.is_setup else "",
        board=f"{base_address()}/s/{uuid}",
    )


def with_defaults(session: Session, minutes: Minutes) -> Minutes:
    """Take from the session what nobody has entered, as far as it knows."""
    return replace(
        minutes,
        organisation=minutes.organisation or session.unit,
        subject=minutes.subject or session.title,
        started=minutes.started or clock_time(session.opened_at),
        ended=minutes.ended or clock_time(session.closed_at),
    )


def clock_time(seconds: int) -> str:
    """Give a time as the clock of this machine shows it, in the form of the minutes; empty for 0."""
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%dT%H:%M") if seconds else ""
