"""A list of units from a file: what it would change of the tree, told before anything is saved, and all of it or none.

A row is about a unit that exists when it has its code, or without another code its name and place. Such a row renames
or moves the unit; all other rows make new ones. What is refused is told by the line of the file.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from voting.domain.house import House
from voting.domain.organisation.register import commit
from voting.domain.organisation.units import (
    DEEPEST,
    MOST_UNITS,
    Tree,
    Unit,
    change_to,
    tree_of,
    with_past,
)
from voting.domain.search import folded
from voting.domain.sheets import tidy
from voting.errors import ChangedMeanwhile, MalformedRegister, MalformedSheet
from voting.protocol.codes import draw_uuid

ARROW: Final = "›"
"""Between the names of a path; `>` is read as well, as it is easier to type."""

Faults = list[tuple[int, str]]

_MOST_ROUNDS: Final = 4 * DEEPEST
"""In each round at least one level gets its place. They are more than the levels, as a row waits longer than it would
have to where several units have the name that it waits for."""


@dataclass(frozen=True)
class UnitRow:
    """One row of the list. `parent`: the code of the unit above, its name or its path; empty: see `plan_import`."""

    line: int
    name: str
    code: str = ""
    parent: str = ""


@dataclass(frozen=True)
class Planned:
    """What a row does. `before`: the unit as it is, None when it is new."""

    line: int
    before: Unit | None
    after: Unit

    @property
    def is_new(self) -> bool:
        """Whether the unit does not exist yet."""
        return self.before is None

    @property
    def is_renamed(self) -> bool:
        """Whether the unit gets another name."""
        return self.before is not None and self.before.name != self.after.name

    @property
    def is_moved(self) -> bool:
        """Whether the unit comes under another one."""
        return self.before is not None and self.before.parent != self.after.parent

    @property
    def is_recoded(self) -> bool:
        """Whether the unit gets another code."""
        return self.before is not None and self.before.code != self.after.code

    @property
    def changes(self) -> bool:
        """Whether the row changes anything."""
        return self.before != self.after


@dataclass(frozen=True)
class Plan:
    """What a list does to the tree. `before`: the tree as read; `after`: as it would be; `rows` in their order."""

    before: Tree
    after: Tree
    rows: tuple[Planned, ...]

    @property
    def changed(self) -> tuple[Planned, ...]:
        """The rows that change anything."""
        return tuple(row for row in self.rows if row.changes)


def plan_import(tree: Tree, rows: Sequence[UnitRow], *, below: str) -> Plan:
    """Work out what a list changes below a unit. Raises MalformedRegister naming every bad line, UnknownUnit.

    A row that names no unit above stays where it is; a new one comes directly under `below`. Nothing outside of that
    unit is changed or gets a unit.
    """
    tree.unit(below)
    tidied = _tidied(rows)
    if not tidied:
        raise MalformedRegister("No unit is in the file.", "file")
    work = _Work(tree, below)
    work.take(tidied)
    work.settle()
    planned = work.checked()
    after = {**tree.units, **{row.after.id: row.after for row in planned}}
    if len(after) > MOST_UNITS:
        raise MalformedRegister(f"At most {MOST_UNITS} units can be kept.", "file")
    return Plan(tree, Tree(after, tree.version, tree.texts), planned)


def carry_out(house: House, plan: Plan, *, below: str, by: str) -> None:
    """Save what a plan changes, all of it or nothing. Raises ChangedMeanwhile when the tree is another one now."""
    now = house.clock()
    changes = [
        change_to(plan.before, with_past(row.after, row.before, now) if row.before else row.after)
        for row in plan.changed
    ]
    if changes:
        commit(house, changes, by=by, act="unit.import", unit=below, unchanged={"units": plan.before.version})


def import_units(house: House, rows: Sequence[UnitRow], *, below: str, version: int | None = None, by: str) -> Plan:
    """Save a list of units below one. `version`: of the tree that a preview was made of. Raises as `plan_import`."""
    tree = tree_of(house)
    if version is not None and version != tree.version:
        raise ChangedMeanwhile("The units were changed after the preview.")
    plan = plan_import(tree, rows, below=below)
    carry_out(house, plan, below=below, by=by)
    return plan


def named(tree: Tree, text: str) -> list[Unit]:
    """Find the units that a text means: the one of this code, else those whose path is this, or else ends so."""
    coded = [unit for unit in tree.units.values() if unit.code and folded(unit.code) == folded(text.strip())]
    if coded:
        return coded
    names = _names(text)
    paths = {
        unit.id: [folded(each.name) for each in (*[*tree.above(unit.id)][::-1], unit)] for unit in tree.units.values()
    }
    ends = [tree.unit(identifier) for identifier, path in paths.items() if path[-len(names) :] == names]
    return [unit for unit in ends if paths[unit.id] == names] or ends


def _tidied(rows: Iterable[UnitRow]) -> list[UnitRow]:
    faults: Faults = []
    tidied: list[UnitRow] = []
    for row in rows:
        try:
            name, code, parent = tidy(row.name), tidy(row.code), tidy(row.parent, 200 * DEEPEST)
        except MalformedSheet as refusal:
            faults.append((row.line, str(refusal)))
            continue
        if not name:
            faults.append((row.line, "the name of the unit is missing"))
        tidied.append(UnitRow(row.line, name, code, parent))
    _refuse(faults)
    return tidied


def _refuse(faults: Faults) -> None:
    if faults:
        faults = sorted(set(faults))
        summary = "; ".join(f"line {number}: {why}" for number, why in faults[:5])
        raise MalformedRegister(f"The list cannot be used: {summary}.", "file", tuple(faults))


@dataclass
class _Work:
    """The tree while a list is worked into it. `placed`: what has its place already, by identifier."""

    tree: Tree
    below: str
    faults: Faults = field(default_factory=list)
    placed: dict[str, Unit] = field(default_factory=dict)
    waiting: dict[str, UnitRow] = field(default_factory=dict)
    by_line: dict[str, UnitRow] = field(default_factory=dict)
    by_code: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, set[str]] = field(default_factory=dict)

    def take(self, rows: list[UnitRow]) -> None:
        """Put the rows beside the units that they do not change; each gets the identifier of its unit, or a new one."""
        inside = {unit.id for unit in self.tree.within(self.below)}
        codes = {folded(unit.code): unit for unit in self.tree.units.values() if unit.code}
        seen: dict[str, int] = {}
        for row in rows:
            first = seen.setdefault(folded(row.code), row.line) if row.code else row.line
            known = codes.get(folded(row.code)) if row.code else None
            if known is None and self._is_top(row):
                known = self.tree.unit(self.below)
            if first != row.line:
                self.faults.append((row.line, f"the code stands in line {first}"))
            elif known and known.id not in inside:
                self.faults.append((row.line, "this unit lies outside of what can be changed here"))
            elif known and known.id in self.by_line:
                first = self.by_line[known.id].line
                self.faults.append((row.line, f"the unit stands in line {first}"))
            else:
                self._wait(known.id if known else draw_uuid(), row)
        _refuse(self.faults)
        for identifier in inside:
            if identifier not in self.waiting:
                self._place(self.tree.units[identifier])

    def _is_top(self, row: UnitRow) -> bool:
        """Tell whether a row is the unit that the list is for, as lists often begin with it."""
        top = self.tree.unit(self.below)
        return not row.parent and folded(row.name) == folded(top.name) and not (row.code and top.code)

    def _wait(self, identifier: str, row: UnitRow) -> None:
        self.waiting[identifier] = self.by_line[identifier] = row
        self._find_by(identifier, row.name, row.code)

    def _place(self, unit: Unit) -> None:
        self.placed[unit.id] = unit
        self._find_by(unit.id, unit.name, unit.code)

    def _find_by(self, identifier: str, name: str, code: str) -> None:
        self.by_name.setdefault(folded(name), set()).add(identifier)
        if code:
            self.by_code[folded(code)] = identifier

    def settle(self) -> None:
        """Give each row its place, those above first. What waits for each other in the end is a ring."""
        for _ in range(_MOST_ROUNDS):
            before = len(self.waiting)
            for identifier in [*self.waiting]:
                self._settle(identifier, self.waiting[identifier])
            if self.waiting and len(self.waiting) == before:
                self.faults += [(self.waiting[each].line, "the unit comes under itself") for each in self._rings()]
                break
        else:
            reason = f"the tree can have at most {DEEPEST} levels"
            self.faults += [(row.line, reason) for row in self.waiting.values()]
        _refuse(self.faults)

    def _rings(self) -> set[str]:
        """Find which of the waiting rows wait for each other: those are left when nobody waits for any other."""
        awaited = {each: self._awaited(each, row) for each, row in self.waiting.items()}
        left = set(awaited)
        while (needed := left & set().union(*(awaited[each] for each in left))) != left:
            left = needed
        return left

    def _awaited(self, identifier: str, row: UnitRow) -> set[str]:
        found = self.by_code.get(folded(row.parent))
        candidates = {found} if found else self._candidates(identifier, _names(row.parent))
        return candidates & set(self.waiting)

    def _settle(self, identifier: str, row: UnitRow) -> None:
        known = self.tree.units.get(identifier)
        parent = self._parent_of(identifier, row, known)
        if parent is None:
            return
        del self.waiting[identifier]
        if isinstance(parent, _Fault):
            self.faults.append((row.line, parent.reason))
            # Anywhere: nothing is saved, and the rows below it are not to blame.
            parent = self.below
        if known is None and (same := self._same(row, parent)):
            self._settle_as(identifier, row, same)
            return
        unit = replace(known, name=row.name, code=row.code or known.code, parent=parent) if known else None
        self.placed[identifier] = unit or Unit(identifier, row.name, parent, row.code)

    def _same(self, row: UnitRow, parent: str) -> Unit | None:
        """Find the unit that exists and is the one of a row without its code: of its name, in its place."""
        return next(
            (
                unit
                for unit in self.tree.children(parent)
                if folded(unit.name) == folded(row.name) and self.by_line.get(unit.id) is None
            ),
            None,
        )

    def _settle_as(self, identifier: str, row: UnitRow, same: Unit) -> None:
        self._forget(identifier, row)
        if row.code and same.code:
            self.faults.append((row.line, "there is a unit of this name under the same one, with another code"))
            return
        self.by_line[same.id] = row
        self._place(replace(same, name=row.name, code=row.code or same.code))

    def _forget(self, identifier: str, row: UnitRow) -> None:
        del self.by_line[identifier]
        self.by_name[folded(row.name)].discard(identifier)

    def _parent_of(self, identifier: str, row: UnitRow, known: Unit | None) -> "str | _Fault | None":
        """Find the unit above that a row names; None: it has no place itself yet."""
        if not row.parent:
            return known.parent if known else self.below
        if known and self._is_called(known.parent, row.parent):
            return known.parent
        if found := self.by_code.get(folded(row.parent)):
            # It may yet turn out to be a unit that exists without a code.
            return None if found in self.waiting and found not in self.tree.units else found
        names = _names(row.parent)
        candidates = self._candidates(identifier, names)
        if not candidates.isdisjoint(self.waiting):
            return None
        found_all = [each for each in candidates if self._ends_with(each, names)]
        whole = [each for each in found_all if len(self._path_up(each, len(names) + 1)) == len(names)]
        if len(found_all) > 1 and len(whole) != 1:
            return _Fault("several units are called so; give the code or the whole path")
        if not found_all:
            return _Fault("there is no unit of this code or name to belong to")
        return (whole or found_all)[0]

    def _candidates(self, identifier: str, names: list[str]) -> set[str]:
        """Find the units of the last name of a path; the unit itself only when there is no other."""
        found = self.by_name.get(names[-1], set())
        return found - {identifier} or found

    def _is_called(self, identifier: str, text: str) -> bool:
        """Tell whether a text names a unit that the list cannot reach: the one above that for which it is."""
        unit = self.tree.units.get(identifier)
        if unit is None or identifier in self.by_line or identifier in self.placed:
            return False
        return folded(text) == folded(unit.code) or self._ends_with(identifier, _names(text))

    def _ends_with(self, identifier: str, names: list[str]) -> bool:
        return self._path_up(identifier, len(names)) == names[::-1]

    def _path_up(self, identifier: str, most: int) -> list[str]:
        return [*islice(self._path(identifier), most)]

    def _path(self, identifier: str) -> Iterator[str]:
        """Yield the names from a unit up to the root, as they would be."""
        seen: set[str] = set()
        while identifier and identifier not in seen:
            seen.add(identifier)
            unit = self.placed.get(identifier) or self.tree.units[identifier]
            yield folded(unit.name)
            identifier = unit.parent

    def checked(self) -> tuple[Planned, ...]:
        """Give what each row does, once the tree as it would be has been looked at. Raises MalformedRegister."""
        after = {**self.tree.units, **self.placed}
        children: dict[tuple[str, str], int] = {}
        lines = {identifier: row.line for identifier, row in self.by_line.items()}
        for unit in after.values():
            if unit.id not in lines:
                children[unit.parent, folded(unit.name)] = 0
        for identifier, line in sorted(lines.items(), key=lambda each: each[1]):
            unit, before = after[identifier], self.tree.units.get(identifier)
            if before and before.parent != unit.parent and identifier == self.below:
                top = "the unit at the top cannot be moved"
                outside = "this unit lies outside of what can be changed here"
                self.faults.append((line, outside if before.parent else top))
            above = _above(after, identifier)
            if above[-1:] == [identifier]:
                self.faults.append((line, "the unit comes under itself"))
            elif len(above) >= DEEPEST:
                self.faults.append((line, f"the tree can have at most {DEEPEST} levels"))
            first = children.setdefault((unit.parent, folded(unit.name)), line)
            if first == 0:
                self.faults.append((line, "there is a unit of this name under the same one"))
            elif first != line:
                self.faults.append((line, f"the name stands under the same unit in line {first}"))
        _refuse(self.faults)
        if any(len(_above(after, identifier)) >= DEEPEST for identifier in after):
            raise MalformedRegister(f"The tree can have at most {DEEPEST} levels.", "file")
        return tuple(
            Planned(line, self.tree.units.get(identifier), after[identifier])
            for identifier, line in sorted(lines.items(), key=lambda each: each[1])
        )


@dataclass(frozen=True)
class _Fault:
    reason: str


def _names(path: str) -> list[str]:
    return [folded(name.strip()) for name in path.replace(">", ARROW).split(ARROW)]


def _above(units: dict[str, Unit], identifier: str) -> list[str]:
    """List the units above one; in a ring up to itself or, below a ring, to the second meeting with one of it.

    Not many more than a tree can have: a list may be one chain of all its rows.
    """
    above: list[str] = []
    parent = units[identifier].parent
    while parent and parent not in above and len(above) < _MOST_ROUNDS:
        above.append(parent)
        parent = units[parent].parent
    return above
