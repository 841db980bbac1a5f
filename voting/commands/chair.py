"""`voting chair …`: accounts of those who run sessions in the browser."""

import click

from config import Settings
from voting.commands.house import open_house
from voting.domain.accounts import check_name, draw_password, make_account, with_password
from voting.domain.house import House
from voting.errors import ChangedMeanwhile, MalformedForm


@click.group()
def chair() -> None:
    """Make and list the accounts of chairs."""


@chair.command()
@click.argument("name")
@click.option("--reset", is_flag=True, help="Give an existing account a new password and end its sign-ins.")
def add(name: str, reset: bool) -> None:
    """Make an account and print a password for the first sign-in.

    The password is shown this once; the chair replaces it at the first sign-in.
    """
    with open_house(Settings.from_env()) as house:
        password = add_chair(house, name, reset=reset)
    click.echo("Password for the first sign-in:", err=True)
    click.echo(password)


@chair.command("list")
def list_() -> None:
    """List the accounts by name."""
    with open_house(Settings.from_env()) as house:
        accounts = house.store.accounts()
    for account in accounts:
        click.echo(f"{account.name}{'  (has not signed in yet)' if account.one_time else ''}")
    if not accounts:
        click.echo("There are no chairs yet. Make one with: voting chair add NAME", err=True)


def add_chair(house: House, name: str, *, reset: bool = False) -> str:
    """Make an account, or with `reset` renew an existing one, and give its one-time password.

    Raises MalformedForm when the name cannot be used, is taken (without `reset`) or is unknown (with it).
    """
    name, password = check_name(name), draw_password()
    known = house.store.account(name)
    if reset:
        if known is None:
            raise MalformedForm(f"There is no chair called {name!r}.", "name")
        house.store.save_account(with_password(known, password, one_time=True), new=False)
        return password
    try:
        house.store.save_account(make_account(name, password, one_time=True), new=True)
    except ChangedMeanwhile:
        raise MalformedForm(f"There is a chair called {name!r} already; --reset renews the password.", "name") from None
    return password
