"""`voting organisation …`: the units, and who may do what in them, from the command line.

Whoever runs these commands reaches the store itself, so no role is asked for.
"""

from pathlib import Path
from typing import Final

import click

from config import Settings
from voting.commands.chair import add_chair
from voting.commands.house import open_house
from voting.commands.ordered import OrderedGroup
from voting.documents.unit_lists import read_units
from voting.domain.house import House
from voting.domain.organisation.accounts import checked
from voting.domain.organisation.roles import Grant, Role, grant_role, grants_of, revoke_role
from voting.domain.organisation.unit_import import Plan, Planned, import_units, named, plan_import
from voting.domain.organisation.units import Tree, Unit, begin_organisation, tree_of
from voting.errors import MalformedRegister, MalformedSheet, UnknownUnit

_file: Final = click.Path(dir_okay=False, exists=True, path_type=Path)
_role: Final = click.Choice([str(role) for role in Role])


@click.group(cls=OrderedGroup)
def organisation() -> None:
    """Set up the units of an organisation, and give accounts their roles in them.

    A unit is named by its code or by its path from the top: "Province > District > Commune".
    """


@organisation.command()
@click.argument("name")
@click.option("--administrator", required=True, metavar="ACCOUNT", help="Who manages it; made when it is missing.")
def begin(name: str, administrator: str) -> None:
    """Make the unit at the top, and its administrator.

    For an account that did not exist a password for the first sign-in is printed, this once.
    """
    administrator = checked(administrator)
    with open_house(Settings.from_env()) as house:
        root = begin_organisation(house, name)
        password = "" if house.store.account(administrator) else add_chair(house, administrator)
        grant_role(house, administrator, root.id, Role.ADMINISTRATOR, by="")
    if password:
        click.echo("Password for the first sign-in:", err=True)
        click.echo(password)


@organisation.command()
def units() -> None:
    """Print the tree: each unit with its code, below the one that it belongs to."""
    with open_house(Settings.from_env()) as house:
        tree = _begun(house)
    root = tree.root
    for unit in tree.within(root.id) if root else ():
        click.echo("  " * tree.depth(unit.id) + _words(unit))


@organisation.command("import")
@click.argument("file", type=_file)
@click.option("--below", default="", metavar="UNIT", help="The unit for which the list is; else the one at the top.")
@click.option("--preview", is_flag=True, help="Only print what would be changed.")
def import_(file: Path, below: str, preview: bool) -> None:
    """Add, rename and move units by a list: all of it or, when a line is bad, nothing.

    \b
    The list is CSV or XLSX with a header row and the columns
        name     of the unit
        code     a row with the code of a unit that exists renames or moves that one
        parent   code, name or path of the unit above; empty: directly below UNIT,
                 and a unit that exists stays where it is
    """
    try:
        rows = read_units(file.read_bytes(), file.name)
        with open_house(Settings.from_env()) as house:
            tree = _begun(house)
            unit = _unit(tree, below) if below else tree.root
            place = unit.id if unit else ""
            plan = plan_import(tree, rows, below=place) if preview else import_units(house, rows, below=place, by="")
    except (MalformedRegister, MalformedSheet) as refusal:
        for number, reason in refusal.lines:
            click.echo(f"line {number}: {reason}" if number else reason, err=True)
        if refusal.lines:
            raise MalformedRegister(f"{file.name} cannot be used, and nothing was changed.") from None
        raise
    for row in plan.changed:
        click.echo(f"line {row.line}: {_change(plan, row)}")
    added = sum(row.is_new for row in plan.changed)
    click.echo(
        f"{'Would be' if preview else 'Were'} added: {added}, changed: {len(plan.changed) - added}, "
        f"as before: {len(plan.rows) - len(plan.changed)}.",
        err=True,
    )


@organisation.command()
@click.argument("account")
@click.argument("role", type=_role)
@click.argument("unit")
def grant(account: str, role: str, unit: str) -> None:
    """Give an account a role in a unit."""
    with open_house(Settings.from_env()) as house:
        grant_role(house, checked(account), _unit(_begun(house), unit).id, role, by="")


@organisation.command()
@click.argument("account")
@click.argument("role", type=_role)
@click.argument("unit")
def revoke(account: str, role: str, unit: str) -> None:
    """Take a role back. It ends with the next click of the account."""
    with open_house(Settings.from_env()) as house:
        given = Grant(checked(account), _unit(_begun(house), unit).id, Role(role))
        if given not in grants_of(house):
            raise MalformedRegister(f"{given.account} is not {role} there.")
        revoke_role(house, given, by="")


@organisation.command()
def roles() -> None:
    """List who has which role where."""
    with open_house(Settings.from_env()) as house:
        tree, grants = _begun(house), list(grants_of(house))
    accounts = max((len(grant.account) for grant in grants), default=0)
    for grant in _sorted(grants, tree):
        click.echo(f"{grant.account:<{accounts}}  {grant.role:<{max(map(len, Role))}}  {tree.path(grant.unit)}")


def _sorted(grants: list[Grant], tree: Tree) -> list[Grant]:
    known = (grant for grant in grants if grant.unit in tree.units)
    return sorted(known, key=lambda grant: (tree.path(grant.unit), [*Role].index(grant.role), grant.account))


def _begun(house: House) -> Tree:
    tree = tree_of(house)
    if tree.root is None:
        raise UnknownUnit("There is no organisation yet. Begin one with: voting organisation begin NAME …")
    return tree


def _unit(tree: Tree, text: str) -> Unit:
    """Find a unit by its code or its path. Raises UnknownUnit."""
    found = named(tree, text)
    if len(found) > 1:
        raise UnknownUnit(f"Several units are called {text!r}; give the code or the path from the top.")
    if not found:
        raise UnknownUnit(f"There is no unit of the code or path {text!r}.")
    return found[0]


def _words(unit: Unit) -> str:
    return f"{unit.name} [{unit.code}]" if unit.code else unit.name


def _change(plan: Plan, row: Planned) -> str:
    path = plan.after.path(row.after.id)
    if row.before is None:
        return f"new: {path}"
    kinds = [
        words
        for words, holds in (("renamed", row.is_renamed), ("moved", row.is_moved), ("code", row.is_recoded))
        if holds
    ]
    return f"{', '.join(kinds)}: {plan.before.path(row.before.id)} → {path}"
