"""A report of named checks, and how a check is run: it passes, fails at a record, or has nothing to check.

A check that fails does not stop those that do not build on it, so a report shows how far the damage goes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from voting.errors import Refusal


@dataclass(frozen=True, slots=True)
class Check:
    """One named check. `ok` is `None` when it was not reached or has nothing to check; `detail` says why.

    `record` names the first record that fails, by its height on the board or by its file.
    """

    name: str
    ok: bool | None
    detail: str
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What `verify_archive` found, in the order of its checks. `ok` when no check failed."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Tell whether every check that could be made holds."""
        return all(check.ok is not False for check in self.checks)

    @property
    def failures(self) -> tuple[Check, ...]:
        """List the checks that failed."""
        return tuple(check for check in self.checks if check.ok is False)


class Failed(Exception):
    """A check does not hold: `args` are the reason and the record."""

    def __init__(self, reason: str, record: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.record = record


class NothingToCheck(Exception):
    """The archive has not come so far yet: `args` say what is missing."""


class Checks:
    """Checks made so far. One that others build on is settled once its values are there, even if it then fails."""

    def __init__(self) -> None:
        self.made: list[Check] = []
        self._settled: set[str] = set()

    def check(self, name: str, act: Callable[[], str]) -> None:
        """Run `act` and note how it ends: it returns the detail, or raises `Failed` or `NothingToCheck`."""
        try:
            self.made.append(Check(name, True, act()))
        except Failed as failed:
            self.made.append(Check(name, False, failed.reason, failed.record))
        except NothingToCheck as nothing:
            self.made.append(Check(name, None, str(nothing)))

    def settle(self, name: str) -> None:
        """Say that what the check `name` reads can be built on."""
        self._settled.add(name)

    def has(self, name: str) -> bool:
        """Tell whether what the check `name` reads is there."""
        return name in self._settled

    def need(self, *names: str) -> None:
        """Leave the check that is running unless all of `names` are settled."""
        for name in names:
            if not self.has(name):
                raise NothingToCheck(f"not reached because of {name}")


@contextmanager
def failing_at(record: str) -> Iterator[None]:
    """Make a refusal of what is read or checked inside the failure of the check."""
    try:
        yield
    except Refusal as refusal:
        raise Failed(str(refusal), record) from None
