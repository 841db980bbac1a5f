"""The register: the officials who are evaluated, each once, whatever number of posts they hold."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from voting.domain.house import House
from voting.domain.organisation.register import commit, text_of
from voting.domain.organisation.units import Tree, tree_of
from voting.domain.ports import Change
from voting.domain.search import LONGEST_SEARCH, folded
from voting.domain.sessions import Session
from voting.domain.sheets import LONGEST_TEXT, Person, tidy
from voting.errors import MalformedRegister, MalformedSheet, UnknownOfficial
from voting.protocol.codes import draw_uuid

MOST_OFFICIALS: Final = 20_000
MOST_POSTS: Final = 20
"""Of one person."""


@dataclass(frozen=True)
class Official:
    """One person of the register. `unit`: the identifier of the unit; `positions`: the main post first.

    `group`: of similar duties, in which caps are counted; `number`: the organisation's own identifier, unique where it
    is given; `member`: of the Party. `left`: no longer on new sheets. `erased`: the personal data were taken away, and
    what remains is a place for what is published elsewhere. `merged`: the identifiers that this person had in records
    which were found to be the same person; sessions go on naming these.
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
    merged: tuple[str, ...] = ()

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

    def of(self, units: Iterable[str], *, left: bool = False) -> list[Official]:
        """List those of some units who have not left, or with `left` those who have, by name."""
        wanted = frozenset(units)
        found = (one for one in self.officials.values() if one.unit in wanted and one.left is left and not one.erased)
        return sorted(found, key=lambda one: (folded(one.name.rpartition(" ")[2]), folded(one.name), one.id))

    def official(self, identifier: str) -> Official:
        """Give one person, also by an identifier from before two records were merged. Raises UnknownOfficial."""
        found = self.officials.get(canonical(self, identifier))
        if found is None:
            raise UnknownOfficial("There is nobody of this identifier in the register.")
        return found

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """Lead from the identifiers of merged records to those that were kept."""
        return {former: one.id for one in self.officials.values() for former in one.merged}

    @cached_property
    def numbers(self) -> Mapping[str, str]:
        """Lead from the organisation's own identifiers, as `number_key` writes them, to the records."""
        return {number_key(one.number): one.id for one in self.officials.values() if one.number}

    def change_to(self, official: Official) -> Change:
        """Give the change that puts an official in place of what was read."""
        document = {name: value for name, value in asdict(official).items() if name != "id"}
        return Change("officials", official.id, self.texts.get(official.id, ""), text_of(document))


def register_of(house: House) -> Register:
    """Read the register."""
    records = house.store.organisation("officials")
    officials = {identifier: _read(identifier, text) for identifier, text in records.texts.items()}
    return Register(officials, records.version, dict(records.texts))


def canonical(register: Register, identifier: str) -> str:
    """Give the identifier under which somebody stands in the register now: merged records have that of the kept one."""
    return register.aliases.get(identifier, identifier)


def officials_by_subject(register: Register, session: Session) -> dict[str, Official]:
    """Give who of the register stands on which line of a session, by the title of the line; nobody for the others."""
    tied = ((title, canonical(register, identifier)) for title, identifier in session.subjects)
    return {title: register.officials[identifier] for title, identifier in tied if identifier in register.officials}


def found_among(officials: Iterable[Official], text: str) -> list[Official]:
    """Give those in whose name, posts or group all words occur, in their order; marks may be left out.

    Numbers and membership are not searched: the words stand in the address of the page.
    """
    words = folded(text[:LONGEST_SEARCH]).split()
    return [one for one in officials if not words or _has(one, words)]


def number_key(number: str) -> str:
    """Write an identifier of the organisation's own as it is compared: without capitals and spaces."""
    return "".join(folded(number).split())


# ---- acts


def add_official(house: House, official: Official, *, by: str) -> Official:
    """Put somebody into the register under a new identifier. Raises MalformedRegister naming the field."""
    register, tree = register_of(house), tree_of(house)
    added = check_official(register, tree, replace(official, id=draw_uuid()))
    _commit(house, register, tree, added, "official.add", by)
    return added


def change_official(house: House, official: Official, *, by: str, register: Register | None = None) -> Official:
    """Change what the register has of somebody: the texts, the unit, whether the person has left.

    `register`: as it was read when the change was decided. Raises MalformedRegister naming the field, UnknownOfficial,
    ChangedMeanwhile.
    """
    register, tree = register or register_of(house), tree_of(house)
    before = register.officials.get(official.id)
    if before is None:
        raise UnknownOfficial("There is nobody of this identifier in the register.")
    if before.erased:
        raise MalformedRegister("The personal data of this person were erased.", "name")
    after = check_official(register, tree, official)
    if after != before:
        _commit(house, register, tree, after, _act(before, after), by)
    return after


def check_official(
    register: Register, tree: Tree, official: Official, besides: Collection[str] = frozenset()
) -> Official:
    """Give an official with tidied texts, who may stand in the register. Raises MalformedRegister naming the field.

    `besides`: the identifiers of records that go in the same act, and whose number is free then.
    """
    name, group, number = (_tidied(getattr(official, name), name) for name in ("name", "group", "number"))
    positions = tuple(dict.fromkeys(filter(None, (_tidied(post, "positions") for post in official.positions))))
    if not name:
        raise MalformedRegister("The name is missing.", "name")
    if official.id not in register.officials and len(register.officials) >= MOST_OFFICIALS:
        raise MalformedRegister(f"At most {MOST_OFFICIALS:,} people can be kept in the register.", "name")
    if len(positions) > MOST_POSTS:
        raise MalformedRegister(f"A person can have at most {MOST_POSTS} posts.", "positions")
    if len(", ".join(positions)) > LONGEST_TEXT:
        # On a sheet they all stand on the one line of the person.
        raise MalformedRegister(f"All posts together are longer than {LONGEST_TEXT} characters.", "positions")
    if official.unit not in tree.units:
        raise MalformedRegister("There is no such unit.", "unit")
    if number and register.numbers.get(number_key(number), official.id) not in (official.id, *besides):
        raise MalformedRegister("Somebody else in the register has this number.", "number")
    return replace(official, name=name, positions=positions, group=group, number=number)


def _commit(house: House, register: Register, tree: Tree, official: Official, act: str, by: str) -> None:
    commit(
        house,
        [register.change_to(official)],
        by=by,
        act=act,
        unit=official.unit,
        about=official.id,
        unchanged={"officials": register.version, "units": tree.version},
    )


def _act(before: Official, after: Official) -> str:
    if before.unit != after.unit:
        return "official.move"
    if before.left != after.left:
        return "official.leave" if after.left else "official.return"
    return "official.change"


def _tidied(text: str, field: str) -> str:
    try:
        return tidy(text)
    except MalformedSheet as refusal:
        raise MalformedRegister(f"{field}: {refusal}.", field) from None


def _has(official: Official, words: list[str]) -> bool:
    text = folded(" ".join((official.name, *official.positions, official.group)))
    return all(word in text for word in words)


def _read(identifier: str, text: str) -> Official:
    value: dict[str, Any] = json.loads(text)
    value["positions"] = tuple(value.get("positions", ()))
    value["merged"] = tuple(value.get("merged", ()))
    return Official(id=identifier, **value)
