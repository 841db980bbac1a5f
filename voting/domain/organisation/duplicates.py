"""Records of the register that may be one person: proposed in pairs, and merged or set apart by a person alone."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, islice
from typing import Final

from voting.domain.house import House
from voting.domain.organisation.officials import Official, Register, canonical, check_official, register_of
from voting.domain.organisation.register import commit, text_of
from voting.domain.organisation.units import tree_of
from voting.domain.ports import Change
from voting.domain.search import folded
from voting.errors import MalformedRegister, UnknownOfficial

MOST_PAIRS: Final = 500
"""So many are proposed at once: a large register has many people of one name."""

_DISTINCT: Final = "distinct"


@dataclass(frozen=True)
class Pair:
    """Two records that may be one person, and why: the same `number`, or else the same name."""

    one: Official
    other: Official
    number: bool

    @property
    def ids(self) -> frozenset[str]:
        """Both identifiers, in no order."""
        return frozenset({self.one.id, self.other.id})


@dataclass(frozen=True)
class Distinct:
    """The pairs of which somebody said that these are two people. `text`: the record as it was read."""

    pairs: frozenset[frozenset[str]]
    text: str

    def has(self, register: Register, ids: frozenset[str]) -> bool:
        """Tell whether two were set apart, also under identifiers that they had before a merging."""
        return ids in {frozenset(canonical(register, each) for each in pair) for pair in self.pairs}


def distinct_of(house: House) -> Distinct:
    """Read which pairs were set apart."""
    text = house.store.organisation_record("settings", _DISTINCT)
    pairs = json.loads(text)["pairs"] if text else []
    return Distinct(frozenset(frozenset(pair) for pair in pairs), text)


def pairs_of(register: Register, units: Collection[str], distinct: Distinct) -> list[Pair]:
    """Propose pairs within some units: first those of one number, then of one name in one unit, then in several.

    Numbers are compared without their signs here, names without marks. At most MOST_PAIRS.
    """
    apart = {frozenset(canonical(register, each) for each in pair) for pair in distinct.pairs}
    people = [one for one in register.officials.values() if one.unit in units and not one.erased]
    seen: set[frozenset[str]] = set(apart)

    def fresh() -> Iterator[Pair]:
        for pair in _proposed(people):
            if pair.ids not in seen:
                seen.add(pair.ids)
                yield pair

    return list(islice(fresh(), MOST_PAIRS))


def merge(
    house: House,
    keep: str,
    drop: str,
    positions: Iterable[str],
    *,
    by: str,
    register: Register | None = None,
) -> Official:
    """Make one record of two. The one that is kept gives name, unit, group, number and membership.

    `positions`: which posts of both the person has. A number comes from the other record where the kept one has none.
    Sessions that name the other identifier go on finding the person. `register`: as it was read when this was decided.
    Raises UnknownOfficial, MalformedRegister, ChangedMeanwhile.
    """
    register, tree = register or register_of(house), tree_of(house)
    kept, dropped = register.officials.get(keep), register.officials.get(drop)
    if kept is None or dropped is None or kept == dropped:
        raise UnknownOfficial("There are not two such people in the register.")
    if kept.erased or dropped.erased:
        raise MalformedRegister("The personal data of this person were erased.", "keep")
    chosen = tuple(positions)
    if not set(chosen) <= {*kept.positions, *dropped.positions}:
        raise MalformedRegister("Neither record has this post.", "positions")
    merged = replace(
        kept,
        positions=chosen,
        number=kept.number or dropped.number,
        merged=(*kept.merged, dropped.id, *dropped.merged),
    )
    merged = check_official(register, tree, merged, besides=(dropped.id,))
    commit(
        house,
        [register.change_to(merged), Change("officials", dropped.id, register.texts[dropped.id], "")],
        by=by,
        act="official.merge",
        unit=merged.unit,
        about=merged.id,
        unchanged={"officials": register.version, "units": tree.version},
    )
    return merged


def set_apart(house: House, one: str, other: str, *, by: str) -> None:
    """Remember that two records are two people, so that the pair is not proposed again; again: no change.

    Raises UnknownOfficial, ChangedMeanwhile.
    """
    register, distinct = register_of(house), distinct_of(house)
    if one == other or not {one, other} <= register.officials.keys():
        raise UnknownOfficial("There are not two such people in the register.")
    if distinct.has(register, frozenset({one, other})):
        return
    pairs = sorted(sorted(pair) for pair in distinct.pairs | {frozenset({one, other})})
    commit(
        house,
        [Change("settings", _DISTINCT, distinct.text, text_of({"pairs": pairs}))],
        by=by,
        act="official.distinct",
        unit=register.officials[one].unit,
        about=one,
        unchanged={"officials": register.version},
    )


def _proposed(people: list[Official]) -> Iterator[Pair]:
    numbered = _groups(people, lambda one: _bare_number(one.number))
    for group in numbered:
        yield from (Pair(one, other, True) for one, other in combinations(group, 2))
    named = _groups(people, lambda one: " ".join(folded(one.name).split()))
    for group in named:
        for there in _groups(group, lambda one: one.unit):
            yield from (Pair(one, other, False) for one, other in combinations(there, 2))
    for group in named:
        yield from (Pair(one, other, False) for one, other in combinations(group, 2))


def _groups(people: Iterable[Official], key: Callable[[Official], str]) -> list[list[Official]]:
    found: dict[str, list[Official]] = {}
    for one in sorted(people, key=lambda one: (folded(one.name), one.id)):
        if mark := key(one):
            found.setdefault(mark, []).append(one)
    return [group for group in found.values() if len(group) > 1]


def _bare_number(number: str) -> str:
    return "".join(character for character in folded(number) if character.isalnum())
