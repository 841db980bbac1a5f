"""What `voting serve` does when its time has come, in the background of each worker: it closes votes at their announced
end, and deletes of archived sessions what the chair wanted deleted after so many days.

An end is closed neither before the clock that everybody reads shows it, nor before that much time has really passed: a
clock that is set forward closes nothing early, and one that is set back only delays (FAULTS R12, docs/adr/0012). When
the service or the store was away as the end came, phones that keep trying get some seconds more.

Every worker looks; the store's script lets one of them end the ballots, and the tally that follows has its lease.
"""

from collections.abc import Callable
from threading import Event, Thread
from time import monotonic
from typing import Final

from voting.domain.deadlines import announced_ends, close_at_end
from voting.domain.house import House
from voting.domain.retention import carry_out
from voting.errors import NotRecorded
from voting.web.counts import Counts
from voting.web.journal import note_failed_task

EVERY: Final = 1.0
"""In seconds: how often a worker looks for an end that has come."""
LONGEST_PAUSE: Final = 10.0
GRACE: Final = 20.0
"""In seconds: so long a vote stays open after the service or the store was away, whatever the clock says by then."""
RETENTION_EVERY: Final = 60 * 60.0
"""In seconds: how often it is looked whether something is to be deleted."""


class Closing:
    """The ends that this process waits for. Begun once, in the process that serves."""

    def __init__(
        self, house: House, counts: Counts, changed: Callable[[str], None], now: Callable[[], float] = monotonic
    ) -> None:
        """`changed` is told the session that was closed; `now` measures time and is never set."""
        self._house = house
        self._counts = counts
        self._changed = changed
        self._now = now
        # When the time that was left at first sight has passed, by (session, announced end).
        self._due: dict[tuple[str, int], float] = {}
        self._failed: set[tuple[str, int]] = set()
        self._was_away = False
        self._retention_at = now()
        self._ending = Event()
        self._thread = Thread(target=self._run, name="closing", daemon=True)

    def begin(self) -> None:
        """Begin to look, without end."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking, since the process is about to end. An act under way is whole or not; the next one goes on."""
        self._ending.set()

    def look(self) -> None:
        """Close every vote whose announced end has come. Raises NotRecorded when the ends cannot be read.

        One that cannot be closed is tried again, and keeps no other waiting.
        """
        try:
            ends = announced_ends(self._house)
        except NotRecorded:
            self._was_away = True
            raise
        now, clock = self._now(), self._house.clock()
        self._due = {key: due for key, due in self._due.items() if ends.get(key[0]) == key[1]}
        for key in ends.items():
            uuid, end = key
            due = self._due.setdefault(key, now + max(float(end - clock), GRACE))
            if self._was_away:
                due = self._due[key] = max(due, now + GRACE)
            if clock >= end and now >= due:
                self._close(uuid, end)
        self._was_away = False

    def _close(self, uuid: str, end: int) -> None:
        try:
            if not close_at_end(self._house, uuid, end):
                return
        except Exception as error:  # a thread has nobody to tell; the other votes end all the same
            if (uuid, end) not in self._failed:
                note_failed_task("closing-failed", error)
            self._failed.add((uuid, end))
            # If it was the store, phones that keep trying get their time.
            self._due[uuid, end] = self._now() + GRACE
            return
        self._changed(uuid)
        self._counts.begin(uuid)

    def tidy(self) -> None:
        """Delete what the chairs wanted deleted by now, when that has not been looked at for a while."""
        now = self._now()
        if now >= self._retention_at:
            # Set first: what fails here is tried again in its time, and does not slow down the closing of votes.
            self._retention_at = now + RETENTION_EVERY
            carry_out(self._house)

    def _run(self) -> None:
        pause, told = EVERY, ""
        while True:
            try:
                self.look()
                self.tidy()
            except Exception as error:  # a thread has nobody to tell; what was not done is tried again
                if told != type(error).__name__:
                    note_failed_task("closing-failed", error)
                told, pause = type(error).__name__, min(2 * pause, LONGEST_PAUSE)
            else:
                told, pause = "", EVERY
            if self._ending.wait(pause):
                return
