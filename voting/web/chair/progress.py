"""What a chair sees of the counting team: who is there, how far each is, and what is waited for, in plain words."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from voting.domain.ceremony import Ceremony, Place, ceremony_of
from voting.domain.ceremony import Fault as Stop
from voting.domain.sessions import Session, State
from voting.protocol.ceremony import STEPS
from voting.web.chair.words import ROLE_WORDS
from voting.web.languages import gettext
from voting.web.site import house

_KEEPING: Final = frozenset({State.READY, State.OPEN})
"""The states in which the tellers have their key and nothing to do."""


@dataclass(frozen=True)
class Row:
    """One teller. `index` from 1, `steps` of the ceremony from 0 to 4, `status` in words."""

    index: int
    name: str
    role: str
    status: str
    steps: int
    linked: bool
    decrypted: bool


@dataclass(frozen=True)
class Stopped:
    """Why a round of the ceremony stopped, in words: what happened, what it may mean, the reason as it was given."""

    what: str
    meaning: str
    reason: str


@dataclass(frozen=True)
class Progress:
    """The counting team of a session. `mark` differs when the page must be loaded again to be right.

    `present` of `needed` tellers have decrypted; `words` say what is waited for.
    """

    mark: str
    words: str
    rows: tuple[Row, ...]
    round: int
    complete: bool
    stopped: Stopped | None
    present: int
    needed: int

    @property
    def unlinked(self) -> tuple[Row, ...]:
        """List the tellers for whom no link was made."""
        return tuple(row for row in self.rows if not row.linked)

    @property
    def is_enough(self) -> bool:
        """Tell whether as many tellers as needed have decrypted."""
        return self.present >= self.needed

    def to_value(self) -> dict[str, Any]:
        """Give what the page asks for again and again."""
        rows = [{"status": row.status, "steps": row.steps, "decrypted": row.decrypted} for row in self.rows]
        return {"mark": self.mark, "words": self.words, "present": self.present, "tellers": rows}


def progress_of(session: Session) -> Progress:
    """Describe the counting team of a session that has one, in the language of this request."""
    ceremony = ceremony_of(house(), session.uuid)
    # More than needed may decrypt; what is told is how many of those needed are there.
    present = min(sum(place.decrypted for place in ceremony.places), session.threshold)
    complete = session.is_setup or ceremony.complete
    enough = present >= session.threshold
    linked = "".join("1" if place.linked else "0" for place in ceremony.places)
    stops = asdict(ceremony.fault) if ceremony.fault and not session.is_setup else {}
    return Progress(
        mark=f"{session.state}.{session.version}.{ceremony.round}.{len(stops)}.{complete:d}.{enough:d}.{linked}",
        words=_words(session, ceremony, complete=complete, present=present),
        rows=tuple(_row(session, index, place) for index, place in enumerate(ceremony.places, 1)),
        round=ceremony.round,
        complete=complete,
        stopped=_stopped(session, ceremony.fault) if stops and ceremony.fault else None,
        present=present,
        needed=session.threshold,
    )


def key_is_made(session: Session) -> bool:
    """Tell whether slips may be made: nobody must hold a key first, or the tellers have made theirs."""
    return not session.tellers or session.is_setup or ceremony_of(house(), session.uuid).complete


def key_is_begun(session: Session) -> bool:
    """Tell whether a teller of a draft has sent something that a change of the tellers would make worthless."""
    return bool(session.tellers) and any(place.steps for place in ceremony_of(house(), session.uuid).places)


def _row(session: Session, index: int, place: Place) -> Row:
    teller = session.tellers[index - 1]
    return Row(
        index=index,
        name=teller.name,
        role=gettext(ROLE_WORDS[teller.role]),
        status=_status(session, place),
        steps=len(place.steps),
        linked=place.linked,
        decrypted=place.decrypted,
    )


def _status(session: Session, place: Place) -> str:
    if session.state == State.CLOSED and place.decrypted:
        return gettext("Has decrypted")
    if not place.linked:
        return gettext("No link yet")
    if not place.joined:
        return gettext("Link not opened yet")
    if session.state == State.CLOSED:
        return gettext("Has not decrypted yet")
    if session.is_setup or len(place.steps) == len(STEPS):
        return gettext("Has made the key")
    return gettext("Link opened")


def _words(session: Session, ceremony: Ceremony, *, complete: bool, present: int) -> str:
    if session.state == State.CLOSED:
        if present >= session.threshold:
            return gettext("Enough tellers have decrypted: the ballots are being counted.")
        return gettext("%(present)s of %(needed)s tellers have decrypted.", present=present, needed=session.threshold)
    if session.state in _KEEPING:
        return gettext("The tellers have made their key. They keep it until the vote is closed, then they count.")
    if session.state != State.DRAFT:
        return ""
    if ceremony.fault:
        return gettext("The key ceremony has stopped.")
    if complete:
        return gettext("All tellers have made their key.")
    return _waiting(session, ceremony)


def _waiting(session: Session, ceremony: Ceremony) -> str:
    def names(wanted: Callable[[Place], bool]) -> str:
        places = zip(session.tellers, ceremony.places, strict=True)
        return ", ".join(teller.name for teller, place in places if wanted(place))

    if unlinked := names(lambda place: not place.linked):
        return gettext("No link yet for: %(names)s.", names=unlinked)
    if absent := names(lambda place: not place.joined):
        return gettext("These tellers have not opened their link yet: %(names)s.", names=absent)
    done = min(len(place.steps) for place in ceremony.places)
    return gettext(
        "Step %(step)s of 4: waiting for %(names)s. The page of their link must be open.",
        step=done + 1,
        names=names(lambda place: len(place.steps) == done),
    )


def _stopped(session: Session, stop: Stop) -> Stopped:
    def name(index: int) -> str:
        return session.tellers[index - 1].name

    if stop.by == 0:
        what = gettext(
            "%(name)s's device sent something in step %(step)s that does not hold.",
            name=name(stop.against),
            step=_number(stop.step, STEPS),
        )
        meaning = gettext(
            "The page or the device of this teller is faulty, or somebody has tampered with it. Begin the ceremony "
            "anew. If it happens again, let this teller use another device, or replace the teller."
        )
    else:
        what = gettext(
            "%(by)s's device says that what it got from %(against)s does not hold.",
            by=name(stop.by),
            against=name(stop.against),
        )
        meaning = gettext(
            "Only these two can know which of them is right. Begin the ceremony anew. If it happens again, let one of "
            "them use another device, or replace one of them."
        )
    return Stopped(what, meaning, stop.reason)


def _number(step: str, steps: Iterable[str]) -> int:
    return list(steps).index(step) + 1
