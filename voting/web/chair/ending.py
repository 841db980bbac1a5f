"""Why a count that began by itself came to nothing, in words for the chair, and what to do."""

from dataclasses import dataclass
from typing import Final

from voting.domain.sessions import Session, State
from voting.web.counts import last_failure
from voting.web.languages import N_, gettext
from voting.web.refusals import FAULT
from voting.web.site import house

_DAMAGED: Final = frozenset({"board-damaged", "tally-mismatch", "bad-proof", "malformed", "malformed-archive"})
"""The codes of a count that was refused because of what stands on the board: no second try mends that."""

_NO_FAILURE: Final = frozenset({"", "too-few-decryptions", "wrong-state", "changed-meanwhile"})
"""Nothing has failed, it was not the turn of the count, or somebody else was quicker."""


@dataclass(frozen=True)
class Failure:
    """Why the count that begins by itself has failed: in a sentence, and what to do. `code` is stable."""

    code: str
    what: str
    advice: str


_REFUSED: Final = (
    N_("The board on the server is damaged or was changed, so the count was refused. The key stays shut."),
    N_(
        "Do not try to mend anything. Tell the person who runs this service: they compare the board with a backup, or "
        "with an archive that somebody has downloaded. When it is whole again, count here."
    ),
)
_TRIED_AGAIN: Final = (
    N_("The count was begun and did not end well: something went wrong on the server."),
    N_(
        "Nothing is lost, and it is tried again by itself every few minutes. You can also count here. If it fails "
        "again, tell the person who runs this service."
    ),
)
_STORE: Final = (
    N_("The count was begun and did not end well: the store of the server does not work as it should."),
    N_("Nothing is lost. Tell the person who runs this service; when it works again, count here."),
)


def failure_of(session: Session) -> Failure | None:
    """Say why the last count of a closed session failed; None when none did."""
    if session.state != State.CLOSED:
        return None
    code = last_failure(house(), session.uuid)
    if code in _NO_FAILURE:
        return None
    what, advice = _REFUSED if code in _DAMAGED else _TRIED_AGAIN if code == FAULT.code else _STORE
    return Failure(code, gettext(what), gettext(advice))
