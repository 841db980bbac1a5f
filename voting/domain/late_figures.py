"""Figures that somebody enters and that the result turns on: who was there, slips left over, ballots on paper.

Whoever enters or changes one of them when the votes are known could choose what comes out, since percentages are of
them. It may be needed, an error is found late or the vote was counted in a hurry; so it is marked for good instead of
refused, and the mark stands wherever the result does.
"""

from collections.abc import Collection

from voting.domain.house import House
from voting.domain.sessions import Session, State


def keep_figures(
    house: House, session: Session, kind: str, text: str, *, version: int, states: Collection[State], changes: bool
) -> int:
    """Keep a note of figures in place of the version that was read, and mark it as late; gives the new version.

    `session`: as it was read when the figures arrived. Who sent them before the count did not know its result, so it
    does not matter when exactly they are written. `changes`: whether a figure is another one than before; what is
    saved again as it was is not late. Raises ChangedMeanwhile, WrongState.
    """
    late = changes and session.state == State.COUNTED
    return house.store.write_note(session.uuid, kind, text, version=version, states=states, late=late).version


def late_figures(house: House, uuid: str) -> frozenset[str]:
    """Give the kinds of notes that were entered, changed or removed when the count was known."""
    return frozenset(kind for kind, note in house.store.notes(uuid).items() if note.late)
