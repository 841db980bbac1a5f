"""Locks on files that end with the process that took them, however it ends."""

import fcntl
import os
import time
import weakref
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from voting.errors import MissingSetting, NotRecorded

_PAUSE: Final = 0.005


class FileLock:
    """An open lock file. A lock belongs to the open file, so two of these exclude each other within a process too.

    The descriptor is close-on-exec, and a forked child closes its copy at once: a lock that a child inherited would
    stay taken for as long as the child lives.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise MissingSetting(f"{path} cannot be opened: {error.strerror}.") from None
        _open_locks.add(self)

    def try_to_take(self, *, shared: bool = False) -> bool:
        """Take the lock, or give False when another has it. A shared lock that becomes exclusive is lost on False."""
        try:
            fcntl.flock(self.descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def take(self, *, shared: bool = False, seconds: float) -> None:
        """Wait for the lock. Raises NotRecorded when another has it for longer than `seconds`."""
        until = time.monotonic() + seconds
        while not self.try_to_take(shared=shared):
            if time.monotonic() > until:
                raise NotRecorded(f"Another process holds {self.path} for more than {seconds:.0f} s.")
            time.sleep(_PAUSE)

    def close(self) -> None:
        """Give the lock up; can be repeated."""
        descriptor, self.descriptor = self.descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


_open_locks: weakref.WeakSet[FileLock] = weakref.WeakSet()


def _close_in_child() -> None:
    for lock in list(_open_locks):
        lock.close()


os.register_at_fork(after_in_child=_close_in_child)
