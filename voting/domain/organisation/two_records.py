"""One vote for two records: the classification as an official and as a Party member, where nearly all are members.

Where at least 80 % of the staff of an agency are Party members, one classification can serve both, so that no second
meeting is held. The share is counted in the register; what permits it is cited by whoever says so, and both stay with
the session as they were when it was decided.
"""

from dataclasses import replace
from typing import Final

from voting.domain.drafting import change_session
from voting.domain.house import House
from voting.domain.organisation.officials import Register, register_of
from voting.domain.organisation.register import note_act
from voting.domain.sessions import CLASSIFICATIONS, Session, TwoRecords
from voting.domain.sheets import tidy
from voting.errors import MalformedRegister, MalformedSheet

LEAST_SHARE: Final = (4, 5)
LONGEST_CITATION: Final = 500


def share_of_members(register: Register, unit: str) -> tuple[int, int]:
    """Count (Party members, all staff) of a unit: those of the register who belong to it now, not to units below it."""
    staff = register.of([unit])
    return sum(1 for official in staff if official.member), len(staff)


def may_serve_both(members: int, staff: int) -> bool:
    """Tell whether at least 80 % of the staff are members. Of nobody there is no share."""
    part, parts = LEAST_SHARE
    return staff > 0 and parts * members >= part * staff


def serve_both(house: House, session: Session, citation: str, *, by: str) -> Session:
    """Let the vote of a draft serve both classifications, with the share of this moment and what permits it.

    Raises MalformedRegister naming the field, WrongState, ChangedMeanwhile when the draft is not the one that was read.
    """
    if session.sheet.scale not in CLASSIFICATIONS:
        raise MalformedRegister("Only a classification can serve both records.", "scale")
    members, staff = share_of_members(register_of(house), session.unit_id)
    if not may_serve_both(members, staff):
        raise MalformedRegister(
            "Fewer than four fifths of the staff are Party members: each record needs a vote of its own.", "share"
        )
    try:
        cited = tidy(citation, LONGEST_CITATION)
    except MalformedSheet as refusal:
        raise MalformedRegister(f"citation: {refusal}.", "citation") from None
    if not cited:
        raise MalformedRegister("The citation is missing.", "citation")
    return _save(house, session, TwoRecords(members, staff, cited), by=by)


def serve_one(house: House, session: Session, *, by: str) -> Session:
    """Take it back while the session is a draft. Raises WrongState, ChangedMeanwhile."""
    return _save(house, session, None, by=by)


def _save(house: House, session: Session, records: TwoRecords | None, *, by: str) -> Session:
    if session.records == records:
        return session
    saved = change_session(house, replace(session, records=records))
    act = "session.two_records" if records else "session.one_record"
    note_act(house, by, act, unit=session.unit_id, about=session.uuid)
    return saved
