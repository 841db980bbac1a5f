"""What a chair sees of the counting team: who is there, how far each is, and what is waited for, in plain words."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from voting.domain.ceremony import Ceremony, Place, ceremony_of, teller_fingerprint
from voting.domain.ceremony import Fault as Stop
from voting.domain.ceremony_state import ceremony_in, made_key
from voting.domain.counting import is_tallied
from voting.domain.ports import CeremonyRecord
from voting.domain.sessions import Session, State
from voting.errors import TellersNotReady
from voting.protocol.ceremony import STEPS, fingerprint
from voting.web.chair.ending import Failure, failure_of
from voting.web.chair.words import ROLE_WORDS
from voting.web.languages import gettext
from voting.web.site import house, site

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
    joined: bool
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

    `present` of `needed` tellers have decrypted; `words` say what is waited for. `tallied`: the close is finished, so
    that they can. `failure`: why the count that begins by itself has failed.
    """

    mark: str
    words: str
    rows: tuple[Row, ...]
    round: int
    complete: bool
    stopped: Stopped | None
    present: int
    needed: int
    tallied: bool
    failure: Failure | None

    @property
    def unlinked(self) -> tuple[Row, ...]:
        """List the tellers for whom no link was made."""
        return tuple(row for row in self.rows if not row.linked)

    @property
    def unopened(self) -> tuple[Row, ...]:
        """List the tellers whose link nobody has opened yet, made or not."""
        return tuple(row for row in self.rows if not row.joined)

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
    return _progress(house().store.ceremony(session.uuid))


def progress_with_digits(session: Session) -> tuple[Progress, str]:
    """Give the same with the digits that the tellers compare, empty before there is a key.

    Both are of one reading: the ceremony may begin anew in another window at any moment.
    """
    record = house().store.ceremony(session.uuid)
    return _progress(record), _digits(record)


def _digits(record: CeremonyRecord) -> str:
    session = record.session
    if session.is_setup:
        # Of the board, where nobody changes them any more.
        try:
            return teller_fingerprint(house(), session.uuid)
        except TellersNotReady:
            return ""
    pedersen = made_key(record)
    return fingerprint(session.uuid, pedersen) if pedersen else ""


def _progress(record: CeremonyRecord) -> Progress:
    session, ceremony = record.session, ceremony_in(record)
    # More than needed may decrypt; what is told is how many of those needed are there.
    present = min(sum(place.decrypted for place in ceremony.places), session.threshold)
    complete = session.is_setup or ceremony.complete
    tallied, failure = is_tallied(house(), session.uuid), failure_of(session)
    linked = "".join("1" if place.linked else "0" for place in ceremony.places)
    stops = asdict(ceremony.fault) if ceremony.fault and not session.is_setup else {}
    return Progress(
        mark=f"{session.state}.{session.version}.{ceremony.round}.{len(stops)}.{complete:d}.{tallied:d}.{present}."
        f"{failure.code if failure else ''}.{linked}",
        words=_words(session, ceremony, complete=complete, present=present, tallied=tallied, failure=failure),
        rows=tuple(_row(session, index, place, tallied=tallied) for index, place in enumerate(ceremony.places, 1)),
        round=ceremony.round,
        complete=complete,
        stopped=_stopped(session, ceremony.fault) if stops and ceremony.fault else None,
        present=present,
        needed=session.threshold,
        tallied=tallied,
        failure=failure,
    )


def go_on(session: Session, progress: Progress) -> None:
    """Let what is due after the close be taken up again in the background, if whoever was at it has died."""
    if session.state == State.CLOSED and (progress.is_enough or not progress.tallied):
        site().counts.resume(session.uuid)


def key_is_made(session: Session) -> bool:
    """Tell whether slips may be made: nobody must hold a key first, or the tellers have made theirs."""
    return not session.tellers or session.is_setup or ceremony_of(house(), session.uuid).complete


def key_is_begun(session: Session) -> bool:
    """Tell whether a teller of a draft has sent something that a change of the tellers would make worthless."""
    return bool(session.tellers) and any(place.steps for place in ceremony_of(house(), session.uuid).places)


def _row(session: Session, index: int, place: Place, *, tallied: bool) -> Row:
    teller = session.tellers[index - 1]
    return Row(
        index=index,
        name=teller.name,
        role=gettext(ROLE_WORDS[teller.role]),
        status=_status(session, place, tallied=tallied),
        steps=len(place.steps),
        linked=place.linked,
        joined=place.joined,
        decrypted=place.decrypted,
    )


def _status(session: Session, place: Place, *, tallied: bool) -> str:
    if session.state == State.CLOSED and place.decrypted:
        return gettext("Has decrypted")
    if not place.linked:
        return gettext("No link yet")
    if not place.joined:
        return gettext("Link not opened yet")
    if session.state == State.CLOSED and tallied:
        return gettext("Has not decrypted yet")
    if session.is_setup or len(place.steps) == len(STEPS):
        return gettext("Has made the key")
    return gettext("Link opened")


def _words(
    session: Session, ceremony: Ceremony, *, complete: bool, present: int, tallied: bool, failure: Failure | None
) -> str:
    if session.state == State.CLOSED:
        if failure:
            return failure.what
        if not tallied:
            return gettext("The vote is closed and its ballots are being added up. The tellers decrypt after that.")
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
