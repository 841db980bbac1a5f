"""The records of the organisation: how an act changes several of them at once and is written down in the journal."""

import json
from collections.abc import Mapping, Sequence
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
) -> None:
    """Carry out an act: all changes or none, with its entry in the journal.

    `unchanged`: the versions of the kinds that the act relies on without changing each of their records, such as the
    tree of units for a move. Raises ChangedMeanwhile when any record or kind is not as it was read.
    """
    entry = entry_text(house, by, act, unit=unit, about=about)
    house.store.change_organisation(changes, entry=entry, unchanged=cast(Mapping[str, int], unchanged or {}))


def note_act(house: House, by: str, act: str, *, unit: str = "", about: str = "") -> None:
    """Write an act down that changed no record of the organisation, such as the opening of a vote."""
    house.store.change_organisation((), entry=entry_text(house, by, act, unit=unit, about=about))


def journal_of(house: House) -> list[Entry]:
    """Read the journal, oldest act first."""
    return [Entry(**json.loads(text)) for text in house.store.journal()]


def text_of(document: Mapping[str, object]) -> str:
    """Write a record as it lies in the store: compact JSON."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
