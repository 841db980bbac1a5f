"""Accounts that an administrator makes for the people of the own units, and whose passwords only he may renew.

A password that an administrator gives out is one that he knows until its owner has replaced it. So it must open nothing
that his own role does not reach: an account is renewed only by who manages all units in which it has a role and the one
in which it was made, and until the first sign-in it gets no role outside (`roles.grant_role`).
"""

from collections.abc import Iterable
from dataclasses import replace

from voting.domain.accounts import Account, check_name, draw_password, make_account, with_password
from voting.domain.house import House
from voting.domain.organisation.register import commit, note_act
from voting.domain.organisation.roles import (
    Act,
    Grant,
    Standing,
    check_role,
    grant_role,
    grants_of,
    identifier_of,
    standing_of,
)
from voting.domain.organisation.units import tree_of
from voting.domain.ports import Change
from voting.errors import ChangedMeanwhile, MalformedForm, MalformedRegister, NotCompetent, NotRecorded


def make_member(house: House, name: str, unit: str, role: str, *, by: str) -> str:
    """Make an account with a role in a unit and give its one-time password. Raises MalformedRegister, UnknownUnit."""
    name, password = checked(name), draw_password()
    tree_of(house).unit(unit)
    check_role(role)
    try:
        house.store.save_account(replace(make_account(name, password, one_time=True), unit=unit), new=True)
    except ChangedMeanwhile:
        left = house.store.account(name)
        if (
            left is None
            or not left.one_time
            or left.unit != unit
            or any(each.account == name for each in grants_of(house))
        ):
            raise MalformedRegister("There is an account of this name already.", "account") from None
        # It was made here and then got no role, as something else was changed at that moment: nobody has its password.
        house.store.save_account(with_password(left, password, one_time=True), new=False)
    note_act(house, by, "account.add", unit=unit, about=name)
    grant_role(house, name, unit, role, by=by)
    return password


def may_renew(own: Standing, account: Account | None, grants: Iterable[Grant]) -> bool:
    """Tell whether who has this standing may renew the password of an account. `grants`: all roles of that account."""
    units = [grant.unit for grant in grants]
    if account is None or account.name == own.account or not units:
        return False
    return all(own.may(Act.MANAGE, unit) for unit in (*units, account.unit))


def renew_password(house: House, name: str, *, by: str) -> str:
    """Give an account another one-time password, which ends its sign-ins. Raises NotCompetent, ChangedMeanwhile.

    What is checked cannot change before the password is told: of this and a role given meanwhile one is refused.
    """
    roles, own = house.store.organisation("roles"), standing_of(house, by)
    account = house.store.account(name)
    grants = [grant for grant in grants_of(house) if grant.account == name]
    if account is None or not may_renew(own, account, grants):
        raise NotCompetent("This account has roles that yours does not reach.")
    password = draw_password()
    house.store.save_account(with_password(account, password, one_time=True), new=False)
    # Written again as they are: who gives a role relies on the version of the roles (`grant_role`).
    places = map(identifier_of, grants)
    touched = [Change("roles", place, text, text) for place in places if (text := roles.texts.get(place, ""))]
    try:
        commit(
            house,
            touched,
            by=by,
            act="account.renew",
            unit=account.unit,
            about=name,
            unchanged={"roles": roles.version, "units": own.tree.version},
        )
    except (ChangedMeanwhile, NotRecorded):
        house.store.save_account(account, new=False)
        raise
    return password


def checked(name: str) -> str:
    """Give the name of an account as it is kept. Raises MalformedRegister."""
    try:
        return check_name(name)
    except MalformedForm as refusal:
        raise MalformedRegister(str(refusal), "account") from None
