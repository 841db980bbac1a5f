"""The records of the organisation: how an act changes several of them at once and is written down in the journal."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

from voting.domain.house import House
from voting.domain.ports import Change

Kind = Literal["units", "roles", "officials", "cycles", "reviews", "notices", "links", "settings"]
KINDS: Final[tuple[Kind, ...]] = (
    "units",
    "roles",
    "officials",
    "cycles",
    "reviews",
    "notices",
    "links",
    "settings",
)
"""`links` lead from the SHA-256 of a personal link to its notice; the link itself is kept nowhere."""

_SLICE: Final = 500
"""So many entries of the journal are read at once."""


@dataclass(frozen=True)
class Entry:
    """One act in the journal. `minute`: seconds since 1970, of the minute; `by`: an account, empty on the command line.

    `act`: what was done, as `unit.rename`; `unit`: where; `about`: the identifier of what it was done to. No name of a
    person evaluated and nothing that was typed: the journal outlives what an erasure takes away.
    """

    minute: int
    by: str
    act: str
    unit: str = ""
    about: str = ""


def entry_text(house: House, by: str, act: str, *, unit: str = "", about: str = "") -> str:
    """Write an entry of the journal for an act that is done now."""
    minute = house.clock() // 60 * 60
    return text_of({"minute": minute, "by": by, "act": act, "unit": unit, "about": about})


def commit(
    house: House,
    changes: Sequence[Change],
    *,
    by: str,
    act: str,
    unit: str = "",
    about: str = "",
    unchanged: Mapping[Kind, int] | None = None,
    forget: bool = False,
) -> None:
    """Carry out an act: all changes or none, with its entry in the journal.

    `unchanged`: the versions of the kinds that the act relies on without changing each of their records, such as the
    tree of units for a move. `forget`: what was there before must not be found in the past of the store's files either.
    Raises ChangedMeanwhile when any record or kind is not as it was read.
    """
    entry = entry_text(house, by, act, unit=unit, about=about)
    relied_on = cast(Mapping[str, int], unchanged or {})
    house.store.change_organisation(changes, entry=entry, unchanged=relied_on, forget=forget)


def note_act(house: House, by: str, act: str, *, unit: str = "", about: str = "") -> None:
    """Write an act down that changed no record of the organisation, such as the opening of a vote."""
    house.store.change_organisation((), entry=entry_text(house, by, act, unit=unit, about=about))


def journal_of(house: House) -> list[Entry]:
    """Read the journal, oldest act first."""
    return [_read(text) for text in house.store.journal()]


def journal_backwards(house: House) -> Iterator[Entry]:
    """Yield the journal, newest act first, read in slices: whoever wants one page need not read all."""
    end = house.store.journal_length()
    while end > 0:
        begin = max(end - _SLICE, 0)
        yield from map(_read, reversed(house.store.journal(begin, end - 1)))
        end = begin


def entries_before(house: House, time: int) -> tuple[int, str]:
    """Give how many entries at the beginning of the journal are older than a time, and the last of them as it lies
    there.

    The first that is not ends the search, even if a clock that went wrong has put an older one behind it.
    """
    count, last = 0, ""
    while texts := house.store.journal(count, count + _SLICE - 1):
        for text in texts:
            if _read(text).minute >= time:
                return count, last
            count, last = count + 1, text
    return count, last


def trim_journal(house: House, count: int, last: str, *, by: str, unit: str) -> None:
    """Delete the oldest entries of the journal, as `entries_before` gave them. Raises ChangedMeanwhile."""
    house.store.trim_journal(count, last, entry=entry_text(house, by, "journal.trim", unit=unit))


def _read(text: str) -> Entry:
    return Entry(**json.loads(text))


def text_of(document: Mapping[str, object]) -> str:
    """Write a record as it lies in the store: compact JSON."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
