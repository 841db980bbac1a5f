"""Units: a tree of any depth with one root (province → district → base). A unit keeps its identifier when it is renamed
or moved, and the names that it had.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Final

from voting.domain.house import House
from voting.domain.organisation.register import commit, text_of
from voting.domain.ports import Change
from voting.domain.search import folded
from voting.domain.sheets import tidy
from voting.errors import MalformedRegister, MalformedSheet, UnknownUnit
from voting.protocol.codes import draw_uuid

MOST_UNITS: Final = 5000
DEEPEST: Final = 12
"""Levels of the tree, the root being the first."""


@dataclass(frozen=True)
class Past:
    """How a unit was called and what it belonged to until a day, in seconds since 1970."""

    until: int
    name: str
    parent: str


@dataclass(frozen=True)
class Unit:
    """One unit. `parent`: the identifier of the unit above, empty for the root. `code`: the organisation's own sign.

    `past`: earlier names and places, oldest first.
    """

    id: str
    name: str
    parent: str = ""
    code: str = ""
    past: tuple[Past, ...] = ()


@dataclass(frozen=True)
class Tree:
    """All units at one moment. `version`: that of their kind in the store, `texts`: the records as they were read."""

    units: dict[str, Unit]
    version: int
    texts: dict[str, str]

    @property
    def root(self) -> Unit | None:
        """The unit that belongs to no other; None before the organisation was begun."""
        return next((unit for unit in self.units.values() if not unit.parent), None)

    def unit(self, identifier: str) -> Unit:
        """Give one unit. Raises UnknownUnit."""
        try:
            return self.units[identifier]
        except KeyError:
            raise UnknownUnit("There is no such unit.") from None

    def name(self, identifier: str) -> str:
        """Give the name of a unit, empty when it is no more."""
        unit = self.units.get(identifier)
        return unit.name if unit else ""

    def children(self, identifier: str) -> list[Unit]:
        """List the units directly below one, by name."""
        return self._below.get(identifier, [])

    @cached_property
    def _below(self) -> dict[str, list[Unit]]:
        # Sorted once for the whole tree: every page asks for the units of a role, and there may be thousands.
        below: dict[str, list[Unit]] = {}
        for unit in sorted(self.units.values(), key=_by_name):
            below.setdefault(unit.parent, []).append(unit)
        return below

    def above(self, identifier: str) -> Iterator[Unit]:
        """Yield the units above one, the nearest first."""
        parent = self.unit(identifier).parent
        while parent:
            unit = self.unit(parent)
            yield unit
            parent = unit.parent

    def is_above(self, upper: str, lower: str) -> bool:
        """Tell whether `lower` lies below `upper`, at any distance; a unit does not lie below itself."""
        return lower in self.units and any(unit.id == upper for unit in self.above(lower))

    def within(self, identifier: str) -> list[Unit]:
        """List a unit and all below it, each before those that belong to it."""
        found = [self.unit(identifier)]
        for child in self.children(identifier):
            found += self.within(child.id)
        return found

    def depth(self, identifier: str) -> int:
        """Tell how many units lie above one."""
        return sum(1 for _ in self.above(identifier))

    def path(self, identifier: str) -> str:
        """Write where a unit stands, from the root on: `Tỉnh X › Huyện Y › Xã Z`."""
        names = [unit.name for unit in self.above(identifier)][::-1]
        return " › ".join([*names, self.unit(identifier).name])


def tree_of(house: House) -> Tree:
    """Read all units."""
    records = house.store.organisation("units")
    units = {identifier: _read(identifier, text) for identifier, text in records.texts.items()}
    return Tree(units, records.version, dict(records.texts))


# ---- acts


def begin_organisation(house: House, name: str, *, by: str = "") -> Unit:
    """Make the root. Raises MalformedRegister when there is one already, or the name cannot be used."""
    tree = tree_of(house)
    if tree.root is not None:
        raise MalformedRegister(f"There is an organisation already: {tree.root.name}.", "name")
    return add_unit(house, name, parent="", by=by)


def add_unit(house: House, name: str, *, parent: str, code: str = "", by: str) -> Unit:
    """Add a unit below another. Raises MalformedRegister naming the field, UnknownUnit."""
    tree = tree_of(house)
    unit = check_unit(tree, Unit(draw_uuid(), name, parent, code))
    commit(house, [change_to(tree, unit)], by=by, act="unit.add", unit=unit.id, unchanged={"units": tree.version})
    return unit


def rename_unit(house: House, identifier: str, name: str, *, code: str = "", by: str) -> Unit:
    """Give a unit another name or sign; the former name stays in its history. Raises MalformedRegister, UnknownUnit."""
    tree = tree_of(house)
    before = tree.unit(identifier)
    after = check_unit(tree, replace(before, name=name, code=code))
    return _save(house, tree, before, after, by=by, act="unit.rename")


def move_unit(house: House, identifier: str, parent: str, *, by: str) -> Unit:
    """Put a unit, with all below it, under another one.

    Raises MalformedRegister when that lies below it, UnknownUnit.
    """
    tree = tree_of(house)
    before = tree.unit(identifier)
    if not before.parent:
        raise MalformedRegister("The unit at the top cannot be moved.", "parent")
    after = check_unit(tree, replace(before, parent=parent))
    return _save(house, tree, before, after, by=by, act="unit.move")


def remove_unit(house: House, identifier: str, *, by: str) -> None:
    """Remove a unit that nothing belongs to. Raises MalformedRegister naming what does, UnknownUnit."""
    tree = tree_of(house)
    unit = tree.unit(identifier)
    officials, roles = house.store.organisation("officials"), house.store.organisation("roles")
    cycles = house.store.organisation("cycles")
    if not unit.parent:
        raise MalformedRegister("The unit at the top cannot be removed.", "unit")
    if tree.children(identifier):
        raise MalformedRegister("Other units belong to this one.", "unit")
    if any(json.loads(text).get("unit") == identifier for text in officials.texts.values()):
        raise MalformedRegister("People of the register belong to this unit.", "unit")
    if any(json.loads(text).get("unit") == identifier for text in roles.texts.values()):
        raise MalformedRegister("Accounts have a role in this unit.", "unit")
    sessions, damaged = house.store.readable_sessions()
    if damaged:
        raise MalformedRegister("A stored vote cannot be read, and may belong to this unit.", "unit")
    if any(session.unit_id == identifier for session in sessions.values()):
        raise MalformedRegister("Votes belong to this unit.", "unit")
    if any(_is_about(json.loads(text), identifier) for text in cycles.texts.values()):
        raise MalformedRegister("Cycles are about this unit.", "unit")
    commit(
        house,
        [Change("units", identifier, tree.texts[identifier], "")],
        by=by,
        act="unit.remove",
        unit=identifier,
        unchanged={
            "units": tree.version,
            "officials": officials.version,
            "roles": roles.version,
            "cycles": cycles.version,
        },
    )


def check_unit(tree: Tree, unit: Unit) -> Unit:
    """Give a unit with tidied texts, that may stand in the tree. Raises MalformedRegister naming the field."""
    name, code = _tidied(unit.name, "name"), _tidied(unit.code, "code")
    if not name:
        raise MalformedRegister("The name is missing.", "name")
    if unit.id not in tree.units and len(tree.units) >= MOST_UNITS:
        raise MalformedRegister(f"At most {MOST_UNITS} units can be kept.", "name")
    for other in tree.units.values():
        if other.id == unit.id:
            continue
        if other.parent == unit.parent and folded(other.name) == folded(name):
            raise MalformedRegister("There is a unit of this name beside it already.", "name")
        if code and folded(other.code) == folded(code):
            raise MalformedRegister("Another unit has this code already.", "code")
    if unit.parent:
        if unit.parent not in tree.units:
            raise MalformedRegister("There is no such unit to belong to.", "parent")
        if unit.parent == unit.id or tree.is_above(unit.id, unit.parent):
            raise MalformedRegister("A unit cannot belong to itself or to one below it.", "parent")
        if tree.depth(unit.parent) + 1 + _height(tree, unit.id) >= DEEPEST:
            raise MalformedRegister(f"The tree can have at most {DEEPEST} levels.", "parent")
    elif tree.root is not None and tree.root.id != unit.id:
        raise MalformedRegister("The unit above is missing.", "parent")
    return replace(unit, name=name, code=code)


def change_to(tree: Tree, unit: Unit) -> Change:
    """Give the change that puts a checked unit in place of the one that was read."""
    document = {name: value for name, value in asdict(unit).items() if name != "id"}
    return Change("units", unit.id, tree.texts.get(unit.id, ""), text_of(document))


def with_past(unit: Unit, before: Unit, now: int) -> Unit:
    """Keep in the history of a unit how it was called and where it stood before, when that differs."""
    if (unit.name, unit.parent) == (before.name, before.parent):
        return unit
    return replace(unit, past=(*before.past, Past(now, before.name, before.parent)))


def _save(house: House, tree: Tree, before: Unit, after: Unit, *, by: str, act: str) -> Unit:
    after = with_past(after, before, house.clock())
    if after != before:
        commit(house, [change_to(tree, after)], by=by, act=act, unit=after.id, unchanged={"units": tree.version})
    return after


def _height(tree: Tree, identifier: str) -> int:
    """Tell how many levels lie below a unit."""
    if identifier not in tree.units:
        return 0
    own = tree.depth(identifier)
    return max(tree.depth(unit.id) - own for unit in tree.within(identifier))


def _tidied(text: str, field: str) -> str:
    try:
        return tidy(text)
    except MalformedSheet as refusal:
        raise MalformedRegister(f"{field}: {refusal}.", field) from None


def _is_about(cycle: dict[str, Any], unit: str) -> bool:
    return cycle.get("unit") == unit or unit in cycle.get("units", ())


def _by_name(unit: Unit) -> str:
    return folded(unit.name)


@lru_cache(MOST_UNITS)
def _read(identifier: str, text: str) -> Unit:
    # Each request reads the tree, which seldom changes: the same text is the same unit.
    value: dict[str, Any] = json.loads(text)
    past = tuple(Past(**each) for each in value.pop("past", ()))
    return Unit(id=identifier, past=past, **value)
