"""The register: the officials who are evaluated, each once, whatever number of posts they hold."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from voting.domain.house import House
from voting.domain.organisation.register import text_of
from voting.domain.ports import Change
from voting.domain.search import folded
from voting.domain.sheets import Person


@dataclass(frozen=True)
class Official:
    """One person of the register. `unit`: the identifier of the unit; `positions`: the main post first.

    `group`: of similar duties, in which caps are counted; `number`: the organisation's own identifier, unique where it
    is given; `member`: of the Party. `left`: no longer on new sheets. `erased`: the personal data were taken away, and
    what remains is a place for what is published elsewhere.
    """

    id: str
    name: str
    unit: str
    positions: tuple[str, ...] = ()
    group: str = ""
    number: str = ""
    member: bool = False
    left: bool = False
    erased: bool = False

    @property
    def line(self) -> Person:
        """The line on a sheet: one, with all posts, under the heading of the group of similar duties."""
        return Person(self.name, ", ".join(self.positions), self.group)


@dataclass(frozen=True)
class Register:
    """All officials at one moment. `version` and `texts`: as in the store."""

    officials: dict[str, Official]
    version: int
    texts: dict[str, str] = field(repr=False)

    def of(self, units: Iterable[str]) -> list[Official]:
        """List those of some units who have not left, by name."""
        wanted = frozenset(units)
        found = (one for one in self.officials.values() if one.unit in wanted and not one.left and not one.erased)
        return sorted(found, key=lambda one: (folded(one.name.rpartition(" ")[2]), folded(one.name), one.id))

    def change_to(self, official: Official) -> Change:
        """Give the change that puts an official in place of what was read."""
        document = {name: value for name, value in asdict(official).items() if name != "id"}
        return Change("officials", official.id, self.texts.get(official.id, ""), text_of(document))


def register_of(house: House) -> Register:
    """Read the register."""
    records = house.store.organisation("officials")
    officials = {identifier: _read(identifier, text) for identifier, text in records.texts.items()}
    return Register(officials, records.version, dict(records.texts))


def _read(identifier: str, text: str) -> Official:
    value: dict[str, Any] = json.loads(text)
    value["positions"] = tuple(value.get("positions", ()))
    return Official(id=identifier, **value)
