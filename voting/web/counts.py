"""What a closed session is owed by the service alone, done in the background: the end of a close that broke off, and
the count, when as many tellers as needed have decrypted.

A count verifies the whole archive first, which takes from a second to minutes, so no request waits for it. The acts may
be repeated and change nothing twice, whoever takes them. That two processes are not at it at once, a lease in the store
sees to: it runs out within seconds when its holder dies, and then whoever is asked next takes over.
"""

from collections.abc import Callable
from threading import Event, Lock, Thread
from time import monotonic
from typing import Final

from voting.domain.counting import count_session, finish_close, is_due, is_enough
from voting.domain.house import House
from voting.domain.sessions import State
from voting.errors import ChangedMeanwhile, NotRecorded, Refusal, UnknownSession, WrongState
from voting.web.count_lease import BrokenOff, CountLease
from voting.web.journal import note_failed_count
from voting.web.refusals import FAULT, answer_of

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 10.0
"""In seconds, between two tries while the store is away or another process counts: the first pause and the longest."""
STOP_SECONDS: Final = 3.0
PATIENCE: Final = 180.0
"""In seconds: how long after a fault that nobody foresaw a count is begun again by those who ask."""


def last_failure(house: House, uuid: str) -> str:
    """Give the stable code of what the last count that began by itself failed with, empty when it did not fail."""
    return house.store.count_failure(uuid)


class Counts:
    """The counts under way in this process, by session. Safe for threads."""

    def __init__(self, house: House, done: Callable[[str], None], now: Callable[[], float] = monotonic) -> None:
        """`done` is told the session whose count has ended, well or not."""
        self._house = house
        self._done = done
        self._now = now
        # Whether a session that is being counted here was told once more meanwhile to be.
        self._running: dict[str, bool] = {}
        self._threads: dict[str, Thread] = {}
        self._failed_at: dict[str, float] = {}
        self._lock = Lock()
        self._ending = Event()

    def take_up(self) -> None:
        """Begin in the background what is owed to any session: for the start of the service, which it does not delay.

        A count that failed before is tried again: the reason may have been mended while the service stood still.
        """
        Thread(target=self._take_up, name="counts taken up", daemon=True).start()

    def begin(self, uuid: str) -> None:
        """Do what is owed to a session in the background; if somebody is at it already, once more after that."""
        self._start(uuid, told=True)

    def resume(self, uuid: str) -> None:
        """Begin what is owed to a session and does not come: the process that was at it may have died.

        To be told again and again, as the waiting devices and the chair's page ask. What failed for what stands on the
        board is left to the chair.
        """
        with self._lock:
            if uuid in self._running:
                return
        if is_due(self._house, uuid) and self._may_be_tried(uuid):
            self._start(uuid, told=False)

    def stop(self) -> None:
        """Have the counts of this process break off, since it is about to end, and give their leases back.

        Nothing is lost by it. One that does not break off soon is not waited for: its lease runs out.
        """
        self._ending.set()
        until = monotonic() + STOP_SECONDS
        with self._lock:
            threads = list(self._threads.values())
        for thread in threads:
            thread.join(max(0.0, until - monotonic()))

    def _start(self, uuid: str, *, told: bool) -> None:
        """Start the thread of a session. One that was not `told` ends when another process is at it."""
        with self._lock:
            if uuid not in self._running:
                self._running[uuid] = told
                self._threads[uuid] = Thread(target=self._run, args=(uuid,), name=f"count {uuid}", daemon=True)
                self._threads[uuid].start()
            elif told:
                self._running[uuid] = True

    def _may_be_tried(self, uuid: str) -> bool:
        failure = last_failure(self._house, uuid)
        if failure != FAULT.code:
            return not failure
        now = self._now()
        with self._lock:
            if now - self._failed_at.setdefault(uuid, now) < PATIENCE:
                return False
            self._failed_at[uuid] = now
        return True

    def _take_up(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                stored, _ = self._house.store.readable_sessions()
                closed = [uuid for uuid, one in stored.items() if one.state == State.CLOSED]
                for uuid in closed:
                    if is_due(self._house, uuid):
                        self.begin(uuid)
            except NotRecorded:
                if self._ending.wait(pause):
                    return
                pause = min(2 * pause, LONGEST_PAUSE)
            except Exception as error:  # the sessions are counted by the chair's button; a thread has nobody to tell
                note_failed_count(error)
                return
            else:
                return

    def _run(self, uuid: str) -> None:
        pause, troubles = FIRST_PAUSE, 0
        while not self._ending.is_set():
            with self._lock:
                told, self._running[uuid] = self._running[uuid], False
            try:
                has_ended = self._try(uuid, told=told)
            except NotRecorded as error:
                has_ended, troubles = False, troubles + 1
                if troubles == 1:
                    note_failed_count(error)
            except Exception as error:  # what the chair needs to know was kept; a thread has nobody to tell
                note_failed_count(error)
                has_ended = True
            self._done(uuid)
            with self._lock:
                if has_ended and not self._running[uuid]:
                    del self._running[uuid], self._threads[uuid]
                    return
                # Whoever told it meanwhile is served by the next round; what was told before still stands.
                self._running[uuid] = self._running[uuid] or told
            if not has_ended:
                self._ending.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def _try(self, uuid: str, *, told: bool) -> bool:
        """Do what is owed, once; False when it must be tried again. Raises NotRecorded: then that must be, too."""
        lease = CountLease(self._house, uuid, self._ending)
        failure = ""
        try:
            if not lease.take():
                return not told
        except (WrongState, UnknownSession):
            return True
        try:
            # Somebody may have failed since this was asked for.
            failure = "" if told else last_failure(self._house, uuid)
            if failure not in ("", FAULT.code):
                return True
            failure = ""
            finish_close(self._house, uuid)
            if is_enough(self._house, uuid):
                count_session(self._house, uuid, lease.progress)
        except BrokenOff:
            return False
        except (WrongState, ChangedMeanwhile):
            # Somebody else was quicker, or the chair has cancelled the session.
            return True
        except NotRecorded:
            raise
        except Exception as error:  # the chair's page says why
            failure = self._note(uuid, error)
        finally:
            lease.give_back(failure)
        return True

    def _note(self, uuid: str, error: Exception) -> str:
        """Write down a failure, and give its code."""
        note_failed_count(error)
        with self._lock:
            self._failed_at[uuid] = self._now()
        return answer_of(error).code if isinstance(error, Refusal) else FAULT.code
