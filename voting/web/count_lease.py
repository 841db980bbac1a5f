"""The right of one process to count a session, kept in the store while it counts and given back at the end."""

from secrets import token_hex
from threading import Event, Thread
from typing import Final

from voting.domain.house import House
from voting.errors import NotRecorded, Refusal

LEASE_SECONDS: Final = 15.0
"""So long after the death of its holder nobody else counts."""
RENEWED_EVERY: Final = 4.0
"""By a thread of its own: a count has stretches without a sign of life, as while it reads a long board."""


class BrokenOff(Exception):
    """A count was given up in the middle: its process ends, the session is no longer closed, or the lease was lost."""


class CountLease:
    """One try at counting a session. `ending` is set when the process is about to end."""

    def __init__(self, house: House, uuid: str, ending: Event) -> None:
        self._store = house.store
        self._uuid = uuid
        self._ending = ending
        self._holder = token_hex(16)
        self._lost = Event()
        self._over = Event()
        self._keeper = Thread(target=self._keep, name=f"count lease {uuid}", daemon=True)

    def take(self) -> bool:
        """Take the right to count; False while somebody else has it. Raises WrongState unless closed, NotRecorded."""
        if not self._store.lease_count(self._uuid, self._holder, LEASE_SECONDS):
            return False
        self._keeper.start()
        return True

    def progress(self, done: int, total: int) -> None:
        """Let the count go on, to be asked at each step of it. Raises BrokenOff."""
        if self._lost.is_set() or self._ending.is_set():
            raise BrokenOff

    def give_back(self, failure: str) -> None:
        """Let others count, and keep the code of what this count failed with, empty for nothing. Raises NotRecorded."""
        self._over.set()
        self._keeper.join()
        self._store.end_count(self._uuid, self._holder, failure)

    def _keep(self) -> None:
        while not self._over.wait(RENEWED_EVERY):
            try:
                is_ours = self._store.lease_count(self._uuid, self._holder, LEASE_SECONDS)
            except NotRecorded:
                # The count itself finds out whether the store is away for long.
                continue
            except Refusal:
                is_ours = False
            if not is_ours:
                self._lost.set()
                return
