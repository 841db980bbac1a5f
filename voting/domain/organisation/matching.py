"""Lists from elsewhere beside the register: who of a spreadsheet, or on a sheet, is whom. Doubts are for a person."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from voting.domain.drafting import change_session
from voting.domain.house import House
from voting.domain.organisation.officials import (
    MOST_OFFICIALS,
    MOST_POSTS,
    Official,
    Register,
    canonical,
    check_official,
    number_key,
    register_of,
)
from voting.domain.organisation.register import commit, note_act
from voting.domain.organisation.units import Tree
from voting.domain.search import folded
from voting.domain.sessions import Session
from voting.domain.sheets import Person, tidy
from voting.errors import MalformedRegister, MalformedSheet
from voting.protocol.codes import draw_uuid

NEW: Final = "new"
"""Decided of a row: nobody who is in the register."""


# ---- a spreadsheet and the register


@dataclass(frozen=True)
class Row:
    """One row of a spreadsheet. `unit`: a code, a name or a path as it was written, empty for the unit of the list.

    Empty texts leave what the register has, and so does `member` where it is None: the list has no such column.
    """

    line: int
    name: str
    positions: tuple[str, ...] = ()
    unit: str = ""
    group: str = ""
    number: str = ""
    member: bool | None = None


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True)
class Match:
    """A row beside the register. `unit`: the identifier; `before`: who it is, None when new or doubtful.

    `candidates`: who it may be, where that is doubtful, those of the same unit first.
    """

    row: Row
    unit: str
    fate: Fate
    before: Official | None = None
    candidates: tuple[Official, ...] = ()

    def after(self, who: Official | None) -> Official:
        """Give the record as the row makes it: of somebody in the register, or a new one without an identifier."""
        row = self.row
        if who is None:
            return Official("", row.name, self.unit, row.positions, row.group, row.number, bool(row.member))
        return replace(
            who,
            # A name that was typed without marks does not take the place of one that has them.
            name=who.name if _is_bare(row.name) and folded(row.name) == folded(who.name) else row.name,
            unit=self.unit,
            positions=row.positions or who.positions,
            group=row.group or who.group,
            number=row.number or who.number,
            member=who.member if row.member is None else row.member,
            left=False,
        )


@dataclass(frozen=True)
class Imported:
    """How many rows came to what."""

    new: int
    changed: int
    same: int


def match_rows(
    register: Register, tree: Tree, rows: Iterable[Row], *, unit: str, allowed: Collection[str]
) -> tuple[Match, ...]:
    """Say of each row whether it is new, the same, changed or doubtful, and change nothing.

    By number, else by name within the unit. Doubtful: the name stands in another unit of those `allowed`, or with other
    posts, another number or other marks. Raises MalformedRegister naming every bad line.
    """
    faults: list[tuple[int, str]] = []
    units = _Units(tree, allowed)
    placed: list[tuple[Row, str]] = []
    for row in rows:
        try:
            tidied = _tidied(row)
            placed.append((tidied, units.find(tidied.unit) if tidied.unit else unit))
        except (MalformedRegister, MalformedSheet) as refusal:
            faults.append((row.line, str(refusal)))
    faults += _doubled(placed)
    faults += [
        (row.line, "somebody has this number in a unit that lies outside of what can be changed here")
        for row, _ in placed
        if row.number and (who := _of_number(register, row)) and (who.unit not in allowed or who.erased)
    ]
    if not placed and not faults:
        faults.append((0, "Nobody is in the file."))
    if faults:
        raise _refusal(faults)
    return _matched(register, placed, allowed)


def import_rows(
    house: House,
    register: Register,
    tree: Tree,
    matches: Sequence[Match],
    decisions: Mapping[int, str],
    *,
    unit: str,
    by: str,
) -> Imported:
    """Put all rows into the register in one act, or none. `decisions` on the doubtful ones, by line: NEW or who it is.

    Raises MalformedRegister naming every bad line, ChangedMeanwhile when the register is not as it was read.
    """
    new = sum(
        match.fate is Fate.NEW or (match.fate is Fate.DOUBTFUL and decisions.get(match.row.line) == NEW)
        for match in matches
    )
    if new and len(register.officials) + new > MOST_OFFICIALS:
        raise _refusal([(0, f"At most {MOST_OFFICIALS:,} people can be kept in the register.")])
    faults: list[tuple[int, str]] = []
    changes: list[Official] = []
    taken: dict[str, int] = {match.before.id: match.row.line for match in matches if match.before}
    counts = {"new": 0, "changed": 0, "same": 0}
    for match in matches:
        line, who = match.row.line, match.before
        if match.fate is Fate.DOUBTFUL:
            decided = decisions.get(line, "")
            who = next((one for one in match.candidates if one.id == decided), None)
            if who is None and decided != NEW:
                faults.append((line, "it is not decided yet who this is"))
                continue
            if who and (first := taken.setdefault(who.id, line)) != line:
                faults.append((line, f"the same person as in line {first}"))
                continue
        after = match.after(who)
        try:
            checked = check_official(register, tree, after if who else replace(after, id=draw_uuid()))
        except MalformedRegister as refusal:
            reason, field = str(refusal), f"{refusal.field}: "
            faults.append((line, reason[len(field) : -1] if reason.startswith(field) else reason))
            continue
        counts["new" if who is None else "same" if checked == who else "changed"] += 1
        if checked != who:
            changes.append(checked)
    if faults:
        raise _refusal(faults)
    if changes:
        commit(
            house,
            [register.change_to(official) for official in changes],
            by=by,
            act="official.import",
            unit=unit,
            unchanged={"officials": register.version, "units": tree.version},
        )
    return Imported(**counts)


def _matched(register: Register, placed: Sequence[tuple[Row, str]], allowed: Collection[str]) -> tuple[Match, ...]:
    by_name: dict[str, list[Official]] = {}
    for one in sorted(register.officials.values(), key=lambda one: (one.left, one.id)):
        if one.unit in allowed and not one.erased:
            by_name.setdefault(folded(one.name), []).append(one)
    found: dict[int, Official] = {}
    taken: set[str] = set()
    for place, (row, _) in enumerate(placed):
        if who := _of_number(register, row):
            found[place] = who
            taken.add(who.id)
    for place, (row, unit) in enumerate(placed):
        there = [one for one in by_name.get(folded(row.name), ()) if one.unit == unit and one.id not in taken]
        if place not in found and len(there) == 1 and _agree(row, there[0]):
            found[place] = there[0]
            taken.add(there[0].id)
    matches: list[Match] = []
    for place, (row, unit) in enumerate(placed):
        if who := found.get(place):
            match = Match(row, unit, Fate.CHANGED, who)
            matches.append(replace(match, fate=Fate.SAME) if match.after(who) == who else match)
            continue
        free = [one for one in by_name.get(folded(row.name), ()) if one.id not in taken]
        candidates = tuple(sorted(free, key=lambda one: one.unit != unit))
        matches.append(Match(row, unit, Fate.DOUBTFUL if candidates else Fate.NEW, None, candidates))
    return tuple(matches)


def _agree(row: Row, official: Official) -> bool:
    """Tell whether somebody of the same name without marks is the same person beyond doubt."""
    if row.number and official.number and number_key(row.number) != number_key(official.number):
        return False
    posts, others = {folded(post) for post in row.positions}, {folded(post) for post in official.positions}
    if posts and others and not posts & others:
        return False
    return row.name.casefold() == official.name.casefold() or _is_bare(row.name) or _is_bare(official.name)


def _is_bare(name: str) -> bool:
    """Tell whether a name has no marks at all, as it is where somebody typed without them."""
    return folded(name) == name.casefold()


def _doubled(placed: Iterable[tuple[Row, str]]) -> list[tuple[int, str]]:
    """Find rows for one person: one number, or one name in one unit unless the numbers tell two people apart."""
    faults: list[tuple[int, str]] = []
    numbers: dict[str, int] = {}
    names: dict[tuple[str, str], list[Row]] = {}
    for row, unit in placed:
        if row.number and (first := numbers.setdefault(number_key(row.number), row.line)) != row.line:
            faults.append((row.line, f"the same number as in line {first}"))
            continue
        namesakes = names.setdefault((unit, row.name.casefold()), [])
        double = next((other for other in namesakes if not (row.number and other.number)), None)
        if double:
            faults.append((row.line, f"the same person as in line {double.line}"))
        namesakes.append(row)
    return faults


def _of_number(register: Register, row: Row) -> Official | None:
    return register.officials.get(register.numbers.get(number_key(row.number), "")) if row.number else None


def _tidied(row: Row) -> Row:
    name = tidy(row.name)
    if not name:
        raise MalformedSheet("the name is missing")
    positions = tuple(dict.fromkeys(filter(None, map(tidy, row.positions))))
    if len(positions) > MOST_POSTS:
        raise MalformedRegister(f"A person can have at most {MOST_POSTS} posts.")
    return replace(
        row, name=name, positions=positions, unit=tidy(row.unit), group=tidy(row.group), number=tidy(row.number)
    )


class _Units:
    """Finds the unit that a row names: by its code, else by its name or its whole path."""

    def __init__(self, tree: Tree, allowed: Collection[str]) -> None:
        self._allowed = allowed
        self._codes = {folded(unit.code): unit.id for unit in tree.units.values() if unit.code}
        self._names: dict[str, list[str]] = {}
        for unit in tree.units.values():
            for words in {folded(unit.name), folded(tree.path(unit.id))}:
                self._names.setdefault(words, []).append(unit.id)

    def find(self, words: str) -> str:
        """Give the identifier. Raises MalformedRegister."""
        code = self._codes.get(folded(words))
        called = [code] if code else self._names.get(folded(words), [])
        reached = [unit for unit in called if unit in self._allowed]
        if not called:
            raise MalformedRegister("there is no unit of this code or name")
        if not reached:
            raise MalformedRegister("this unit lies outside of what can be changed here")
        if len(reached) > 1:
            raise MalformedRegister("several units are called so; give the code or the whole path")
        return reached[0]


def _refusal(faults: list[tuple[int, str]], field: str = "file") -> MalformedRegister:
    faults.sort(key=lambda fault: fault[0])
    summary = "; ".join(f"line {number}: {why}" if number else why for number, why in faults[:5])
    return MalformedRegister(f"The list cannot be used: {summary}.", field, tuple(faults))


# ---- the lines of a sheet and the register


@dataclass(frozen=True)
class Proposal:
    """Who stands on a line: `tied`, as it was decided before, and `proposed`. Identifiers, empty for nobody."""

    person: Person
    tied: str
    proposed: str


def proposals(register: Register, session: Session) -> tuple[Proposal, ...]:
    """Propose for each line somebody of the session's unit: by the exact title, else the only one of this name."""
    people = register.of([session.unit_id])
    tied = {title: canonical(register, identifier) for title, identifier in session.subjects}
    open_lines = [person for person in session.sheet.people if person.title not in tied]
    free = [one for one in people if one.id not in tied.values()]
    exact = _one_for_one(open_lines, free, lambda line: line.title.casefold())
    rest = [person for person in open_lines if person.title not in exact]
    named = _one_for_one(rest, [one for one in free if one.id not in exact.values()], lambda line: folded(line.name))
    found = {**named, **exact}
    return tuple(
        Proposal(person, tied.get(person.title, ""), tied.get(person.title) or found.get(person.title, ""))
        for person in session.sheet.people
    )


def tie_lines(house: House, session: Session, chosen: Mapping[str, str], *, by: str) -> Session:
    """Save who of the register stands on which line of a draft, by title; empty for nobody. Nothing changed: no act.

    Only people of the unit, and whoever stood on the line before. Raises MalformedRegister naming the bad lines,
    WrongState unless a draft, ChangedMeanwhile.
    """
    register = register_of(house)
    people = {one.id for one in register.of([session.unit_id])}
    faults: list[tuple[int, str]] = []
    seen: dict[str, int] = {}
    subjects: list[tuple[str, str]] = []
    for number, person in enumerate(session.sheet.people, 1):
        who = chosen.get(person.title, "")
        if not who:
            continue
        if who not in people and who != canonical(register, session.subject(person.title)):
            faults.append((number, "nobody of this unit was chosen"))
        elif (first := seen.setdefault(who, number)) != number:
            faults.append((number, f"the same person as in line {first}"))
        subjects.append((person.title, who))
    if faults:
        raise _refusal(faults, "lines")
    if tuple(subjects) == session.subjects:
        return session
    saved = change_session(house, replace(session, subjects=tuple(subjects)))
    note_act(house, by, "session.subjects", unit=session.unit_id, about=session.uuid)
    return saved


def _one_for_one(lines: Iterable[Person], people: Iterable[Official], key: Callable[[Person], str]) -> dict[str, str]:
    """Pair lines and people where there is one of each, by title of the line."""
    lines_of: dict[str, list[Person]] = {}
    people_of: dict[str, list[Official]] = {}
    for line in lines:
        lines_of.setdefault(key(line), []).append(line)
    for one in people:
        people_of.setdefault(key(one.line), []).append(one)
    return {
        there[0].title: people_of[words][0].id
        for words, there in lines_of.items()
        if len(there) == 1 and len(people_of.get(words, ())) == 1
    }
