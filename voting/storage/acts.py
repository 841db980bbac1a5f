"""Acts on the store: each is one script, and what it says is either what follows or a refusal."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from voting.errors import (
    CeremonyStopped,
    ChangedMeanwhile,
    ClaimTaken,
    CodeUsed,
    LinkTaken,
    MalformedForm,
    NotRecorded,
    PoolEmpty,
    Refusal,
    UnknownClaim,
    UnknownCode,
    UnknownDesk,
    UnknownDevice,
    UnknownLink,
    UnknownSession,
    VoidCode,
    WrongState,
)
from voting.storage import history
from voting.storage.connection import Connection

_log: Final = logging.getLogger(__name__)


class Acts:
    """What every part of the store acts with. `warnings`: why it may lose or reveal something, empty when not."""

    def __init__(self, connection: Connection, warnings: tuple[str, ...] = ()) -> None:
        self.connection = connection
        self.warnings = warnings

    def settle_history(self) -> None:
        """Have the files written anew when that is owed. One more in `warnings` when the server does not allow it."""
        try:
            history.rewrite_if_owed(self.connection)
        except history.RewriteForbidden:
            if history.FORBIDDEN not in self.warnings:
                self.warnings = (*self.warnings, history.FORBIDDEN)
        except NotRecorded:
            # What was to be done is done; the rewrite stays noted for whoever comes next.
            return

    def _act(
        self, act: str, uuid: str, touched: Sequence[str], *arguments: str | bytes, repeatable: bool = False
    ) -> tuple[Any, ...]:
        """Run a script; give `ok`, `again` or `held` and what follows, or raise the refusal that the script names."""
        word, *rest = self.connection.run(act, touched, *arguments, repeatable=repeatable)
        name = word.decode()
        if name in ("ok", "again", "held"):
            return (name, *rest)
        raise _refusal(name, rest[0].decode() if rest else "")

    @contextmanager
    def _destroying(self, uuid: str) -> Iterator[None]:
        """Run an act that destroys a secret, then have the files written anew, so that it is not in their past."""
        history.owe_rewrite(self.connection, uuid)
        try:
            yield
        finally:
            # Also when the act was refused or its answer was lost: a rewrite too many does no harm.
            known = self.warnings
            self.settle_history()
            for warning in self.warnings[len(known) :]:
                _log.warning("The store is unsafe: %s.", warning)


def _refusal(word: str, detail: str) -> Refusal:
    match word:
        case "unknown-session":
            return UnknownSession("There is no such session.")
        case "state":
            return WrongState(f"This session is {detail}: that does not belong to this state.", detail)
        case "changed":
            return ChangedMeanwhile("Somebody else changed this in between. Read it again.")
        case "unknown-code":
            return UnknownCode("This code is not on the list of this vote.")
        case "void":
            return VoidCode("This code was declared void.")
        case "used":
            return CodeUsed("A ballot was already cast with this code.")
        case "stopped":
            return CeremonyStopped("This round was stopped by a bad message; the chair begins another one.")
        case "unknown-link":
            return UnknownLink("This link is not one of this vote, or it was replaced.")
        case "unknown-device":
            return UnknownDevice("This device is not that of a teller of this vote, or the link was replaced.")
        case "taken":
            return LinkTaken("Another device has opened this link before.")
        case "too-soon":
            return MalformedForm(f"At least {detail} seconds must be left.", "end")
        case "empty":
            return PoolEmpty("No code is left in the pool.")
        case "unknown-claim":
            return UnknownClaim("This claim link is not one of this vote, or it was replaced.")
        case "claimed":
            return ClaimTaken("This claim was made before, from another phone.")
        case "unknown-desk":
            return UnknownDesk("This is not the desk of this vote, or its link was replaced.")
    return NotRecorded("The store gave an answer that this version does not know.")
