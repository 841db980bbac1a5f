"""The count that begins by itself when the last decryption that it needs is there.

It verifies the whole archive first, which takes from a second to minutes, so no request waits for it. The act itself
may be repeated and counts once, whoever takes it: this process, another one, or the chair's button.
"""

from collections.abc import Callable
from threading import Lock, Thread
from time import monotonic
from typing import Final

from voting.domain.counting import count_session
from voting.domain.house import House
from voting.web.journal import note_failed_count

PATIENCE: Final = 180.0
"""In seconds: how long another process is given for a count before this one takes it for dead."""


class Counts:
    """The counts under way in this process, by session. Safe for threads."""

    def __init__(self, house: House, done: Callable[[str], None], now: Callable[[], float] = monotonic) -> None:
        """`done` is told the session whose count has ended, well or not."""
        self._house = house
        self._done = done
        self._now = now
        # Whether a session that is being counted was asked for once more meanwhile.
        self._running: dict[str, bool] = {}
        self._waiting: dict[str, float] = {}
        self._lock = Lock()

    def begin(self, uuid: str) -> None:
        """Count a session in the background; if this process is at it already, once more when that has ended."""
        with self._lock:
            self._waiting[uuid] = self._now()
            is_running = uuid in self._running
            self._running[uuid] = is_running
        if not is_running:
            # A process that is told to end does not wait for it: nothing is lost by a count that breaks off.
            Thread(target=self._count, args=(uuid,), name=f"count {uuid}", daemon=True).start()

    def resume(self, uuid: str) -> None:
        """Begin a count that is due and does not come: the process that was at it may have died.

        To be told again and again, as the waiting devices ask, of a session that is not counted although it could be.
        """
        with self._lock:
            since = self._waiting.setdefault(uuid, self._now())
        if self._now() - since >= PATIENCE:
            self.begin(uuid)

    def _count(self, uuid: str) -> None:
        while True:
            try:
                count_session(self._house, uuid)
            except Exception as error:  # the chair learns it at the button that counts; a thread has nobody to tell
                note_failed_count(error)
            self._done(uuid)
            with self._lock:
                if not self._running[uuid]:
                    del self._running[uuid]
                    return
                self._running[uuid] = False
