"""A teller's device as the server meets one: claims a link, takes part in the key ceremony, sends a decryption.

What the server passes on is checked before anything follows from it (`voting/protocol/taking_part.py`). The words here
are ours: what a server writes is not shown, for it may be the one that is lying.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from voting.commands.remote_session import RemoteSession, document
from voting.domain.sessions import State
from voting.errors import (
    BadMessage,
    CeremonyStopped,
    ChangedMeanwhile,
    LinkTaken,
    Malformed,
    Refusal,
    UnknownDevice,
    UnknownLink,
    UnknownSession,
    WrongState,
)
from voting.protocol.taking_part import Accuse, Memory, Move, Post, Wait, advance
from voting.protocol.teller_view import View, parse_view

_WORDS: Final[dict[str, tuple[type[Refusal], str]]] = {
    "unknown-link": (UnknownLink, "The link does not belong to this session, or the chair has made a new one."),
    "link-taken": (LinkTaken, "Another device has opened this link first. Ask the chair for a new one."),
    "unknown-device": (UnknownDevice, "The chair has made a new link since. Ask for it and call this again with it."),
    "unknown-session": (UnknownSession, "There is no such session on this server."),
    "bad-message": (BadMessage, "The server does not accept what this device has sent."),
    "wrong-state": (WrongState, "This step does not come now."),
    "ceremony-stopped": (CeremonyStopped, "The ceremony was stopped."),
    "changed-meanwhile": (ChangedMeanwhile, "The server has another message of this teller, or another round began."),
}


@dataclass(frozen=True)
class Sent:
    """How many of the tellers `needed` have decrypted, and whether this one had before."""

    present: int
    needed: int
    repeated: bool


class TellerDevice:
    """One teller's connection to one session. To be closed at the end. It holds the seed and never sends it."""

    def __init__(
        self,
        base: str,
        uuid: str,
        device: str,
        seed: str,
        memory: Memory | None = None,
        remember: Callable[[Memory], None] = lambda _: None,
    ) -> None:
        """`memory`: what this teller's device gave to `remember` before, which keeps it before anything is sent."""
        self._uuid = uuid
        self._device = device
        self._seed = seed
        self._memory = memory
        self._remember = remember
        self._remote = RemoteSession(base, uuid, device)

    def close(self) -> None:
        """Let go of the connection."""
        self._remote.close()

    def claim(self, link: str) -> int:
        """Bind this device to the teller whose link it is; gives the index. Raises UnknownLink, LinkTaken."""
        _, answer = self._post("/tellers", {"link": link, "device": self._device})
        index = answer.get("index")
        if type(index) is not int or index < 1:
            raise Malformed("The server does not say which teller the link belongs to.")
        return index

    def view(self) -> View:
        """Ask how far the tellers are.

        Raises UnknownDevice, WrongState when the session is over, Malformed when this is no view of the session.
        """
        status, body = self._remote.get("/tellers/me")
        if status != 200:
            self._require_running()
            _refuse(status, body)
        view = parse_view(document(body))
        if view.round.uuid != self._uuid:
            raise Malformed("The server answers for another session.")
        return view

    def move(self, view: View) -> Move:
        """Do what comes next; `Wait` when somebody was quicker. Raises BadMessage when the server does not take it."""
        move = advance(self._seed, view, self._memory)
        try:
            if isinstance(move, Post):
                if move.memory:
                    self._memory = move.memory
                    self._remember(move.memory)
                self._post(f"/tellers/me/{move.step}?round={view.round.number}", move.body)
            elif isinstance(move, Accuse):
                self._post("/tellers/me/accusation", {"round": view.round.number, "against": move.against})
        except (ChangedMeanwhile, CeremonyStopped):
            # The chair, another device of this teller, or who accuses: the next view says what came of it.
            return Wait()
        return move

    def archive(self) -> bytes:
        """Download the public archive. Raises Refusal when the session has none yet."""
        status, body = self._remote.get("/archive.bel")
        if status != 200:
            _refuse(status, body)
        return body

    def send_decryption(self, body: bytes) -> Sent:
        """Send a partial decryption; of each teller the server keeps the first.

        Raises WrongState before the close and when the session is over, BadMessage, UnknownDevice.
        """
        status, answer = self._remote.post("/tellers/me/decryption", body)
        if status in (401, 409):
            # The count forgets the devices: this one may be late, not unknown.
            self._require_running()
        if status not in (200, 201):
            _refuse_as(status, answer)
        present, needed = answer.get("present"), answer.get("needed")
        if type(present) is not int or type(needed) is not int:
            raise Malformed("The server does not say how many tellers have decrypted.")
        # More than needed may decrypt; what is told is how many of those needed are there.
        return Sent(min(present, needed), needed, status == 200)

    def _require_running(self) -> None:
        """Say so when the session is over: the server forgets its tellers' devices then."""
        status, body = self._remote.get("")
        state = document(body).get("state") if status == 200 else ""
        if state in (State.COUNTED, State.PUBLISHED):
            raise WrongState("The ballots are counted already; there is nothing left to do for a teller.", str(state))
        if state == State.CANCELLED:
            raise WrongState("The session was cancelled.", str(state))

    def _post(self, path: str, body: bytes | dict[str, Any]) -> tuple[int, dict[str, Any]]:
        status, answer = self._remote.post(path, body)
        if status not in (200, 201):
            _refuse_as(status, answer)
        return status, answer


def _refuse(status: int, body: bytes) -> NoReturn:
    _refuse_as(status, document(body))


def _refuse_as(status: int, answer: dict[str, Any]) -> NoReturn:
    kind, words = _WORDS.get(str(answer.get("error")), (Refusal, f"The server answered with status {status}."))
    raise kind(words)
