"""Roles: what an account may do in which unit. One table says it; whatever is not in the table is refused.

An account without any role is a chair of its own, as before there was an organisation: it runs the sessions that it
made itself, and sees nothing of the organisation.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from voting.domain.house import House
from voting.domain.organisation.register import commit, text_of
from voting.domain.organisation.units import Tree, Unit, tree_of
from voting.domain.ports import Change
from voting.errors import MalformedRegister, NotCompetent


class Role(StrEnum):
    """What an account is in a unit."""

    ADMINISTRATOR = "administrator"
    CHAIR = "chair"
    HEAD_TELLER = "head_teller"
    REVIEWER = "reviewer"
    READER = "reader"


class Act(StrEnum):
    """What can be done in a unit.

    `manage`: units, accounts, register, cycles, settings. `run`: sessions, from the draft to the publishing. `count`:
    what the counting team writes down of a session. `list`: who belongs to the unit. `read`: published results.
    `trace`: results of one person over the years, and personal notices. `review`: the conclusion of the level above.
    """

    MANAGE = "manage"
    RUN = "run"
    COUNT = "count"
    LIST = "list"
    READ = "read"
    TRACE = "trace"
    REVIEW = "review"


class Relation(StrEnum):
    """How the unit of something stands to the unit of a role."""

    OWN = "own"
    BELOW = "below"
    ABOVE = "above"
    BESIDE = "beside"


_OWN: Final = frozenset({Relation.OWN})
_BELOW: Final = frozenset({Relation.BELOW})
_BOTH: Final = _OWN | _BELOW

ALLOWED: Final[dict[Role, dict[Act, frozenset[Relation]]]] = {
    Role.ADMINISTRATOR: {Act.MANAGE: _BOTH, Act.LIST: _BOTH, Act.READ: _BOTH, Act.TRACE: _BOTH},
    Role.CHAIR: {Act.RUN: _OWN, Act.COUNT: _OWN, Act.LIST: _OWN, Act.READ: _BOTH, Act.TRACE: _OWN},
    Role.HEAD_TELLER: {Act.COUNT: _OWN, Act.READ: _BOTH},
    Role.REVIEWER: {Act.REVIEW: _BELOW, Act.READ: _BOTH, Act.TRACE: _BOTH},
    Role.READER: {Act.READ: _BOTH},
}
"""Nobody has anything beside or above the own unit. A reviewer concludes on the units below, and in the unit at the
top, which has none above it, on that as well."""


@dataclass(frozen=True)
class Grant:
    """A role of an account in a unit."""

    account: str
    unit: str
    role: Role


@dataclass(frozen=True)
class Standing:
    """What one account may do, at one moment."""

    account: str
    grants: tuple[Grant, ...]
    tree: Tree

    @property
    def is_of_the_organisation(self) -> bool:
        """Whether the account has any role."""
        return bool(self.grants)

    def may(self, act: Act, unit: str) -> bool:
        """Tell whether the account may do this in a unit; nobody may in one that does not exist."""
        return unit in self.tree.units and any(self._allows(grant, act, unit) for grant in self.grants)

    def require(self, act: Act, unit: str) -> None:
        """Refuse what the account may not do in a unit. Raises NotCompetent, whether there is such a unit or not."""
        if not self.may(act, unit):
            raise NotCompetent("This belongs to a unit that your role does not reach.")

    def units(self, act: Act) -> list[Unit]:
        """List the units in which the account may do this, each before those below it."""
        reached = {unit for grant in self.grants for unit in self._reach(grant, act) if self.may(act, unit)}
        root = self.tree.root
        if root is None or len(reached) <= 1:
            return [self.tree.units[unit] for unit in reached]
        return [unit for unit in self.tree.within(root.id) if unit.id in reached]

    def may_anywhere(self, act: Act) -> bool:
        """Tell whether there is a unit in which the account may do this."""
        return any(self.may(act, unit) for unit in self._nearest)

    @cached_property
    def _nearest(self) -> frozenset[str]:
        """The units of the roles, and one directly below each: what nobody may there, nobody may farther down."""
        own = {grant.unit for grant in self.grants}
        below = {unit.parent: unit.id for unit in self.tree.units.values() if unit.parent in own}
        return frozenset((*own, *below.values()))

    def _reach(self, grant: Grant, act: Act) -> list[str]:
        """List the units that a role can have this act in at all: none beside or above its own."""
        if grant.unit not in self.tree.units:
            return []
        if Relation.BELOW not in ALLOWED[grant.role].get(act, ()):
            return [grant.unit]
        return [unit.id for unit in self.tree.within(grant.unit)]

    def _allows(self, grant: Grant, act: Act, unit: str) -> bool:
        relation = relation_of(self.tree, grant.unit, unit)
        if act is Act.REVIEW and relation is Relation.OWN and not self.tree.unit(unit).parent:
            return grant.role is Role.REVIEWER
        return relation in ALLOWED[grant.role].get(act, ())


def relation_of(tree: Tree, own: str, other: str) -> Relation:
    """Say how a unit stands to the own one."""
    if own == other:
        return Relation.OWN
    if tree.is_above(own, other):
        return Relation.BELOW
    return Relation.ABOVE if tree.is_above(other, own) else Relation.BESIDE


def standing_of(house: House, account: str) -> Standing:
    """Read what an account may do. Of one without any role the tree is not read: no page has to wait for it."""
    grants = tuple(grant for grant in grants_of(house) if grant.account == account)
    return Standing(account, grants, tree_of(house) if grants else Tree({}, 0, {}))


def grants_of(house: House) -> Iterator[Grant]:
    """Yield all roles of all accounts."""
    for text in house.store.organisation("roles").texts.values():
        yield _read(text)


def grant_role(house: House, account: str, unit: str, role: str, *, by: str) -> Grant:
    """Give an account a role in a unit; again: no change. Raises MalformedRegister naming the field, UnknownUnit."""
    tree, roles = tree_of(house), house.store.organisation("roles")
    tree.unit(unit)
    check_role(role)
    known = house.store.account(account)
    if known is None:
        raise MalformedRegister("There is no account of this name.", "account")
    if known.one_time and known.unit and known.unit != unit and not tree.is_above(known.unit, unit):
        # Whoever made the account knows the password and would come with it to where the own role does not reach.
        raise MalformedRegister(
            "The owner of this account has not chosen a password yet; a role here has to wait for that.", "account"
        )
    grant = Grant(account, unit, Role(role))
    identifier = identifier_of(grant)
    if identifier not in roles.texts:
        commit(
            house,
            [Change("roles", identifier, "", text_of({"account": account, "unit": unit, "role": role}))],
            by=by,
            act="role.grant",
            unit=unit,
            about=account,
            unchanged={"units": tree.version, "roles": roles.version},
        )
    return grant


def check_role(role: str) -> None:
    """Refuse what is no role. Raises MalformedRegister."""
    if role not in list(Role):
        raise MalformedRegister("There is no such role.", "role")


def revoke_role(house: House, grant: Grant, *, by: str) -> None:
    """Take a role back; it ends with the next request.

    Raises MalformedRegister for the last administrator at the top.
    """
    tree, roles = tree_of(house), house.store.organisation("roles")
    root = tree.root
    administrators = [each for each in map(_read, roles.texts.values()) if each.role is Role.ADMINISTRATOR]
    at_top = [each for each in administrators if root and each.unit == root.id]
    if at_top == [grant]:
        raise MalformedRegister("The last administrator at the top cannot be taken away.", "account")
    identifier = identifier_of(grant)
    if before := roles.texts.get(identifier, ""):
        commit(
            house,
            [Change("roles", identifier, before, "")],
            by=by,
            act="role.revoke",
            unit=grant.unit,
            about=grant.account,
            unchanged={"roles": roles.version},
        )


def identifier_of(grant: Grant) -> str:
    """Name the place of a role among the records."""
    return f"{grant.unit}:{grant.account}:{grant.role}"


def _read(text: str) -> Grant:
    value = json.loads(text)
    return Grant(value["account"], value["unit"], Role(value["role"]))
