"""Chair accounts: who may run sessions. Passwords are kept as argon2id hashes only (FAULTS, Settings)."""

import re
import secrets
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from voting.errors import MalformedForm

SHORTEST_PASSWORD: Final = 10
LONGEST_PASSWORD: Final = 200
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")
_hasher: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
# Without l, o, 0, 1: it is read from a screen and typed on another.
_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"
# Checked when the name is unknown, so that the time of the answer does not tell whether it exists.
_NOBODY: Final = _hasher.hash(secrets.token_urlsafe(16))


@dataclass(frozen=True)
class Account:
    """A chair. `one_time`: the password was given by the service and serves for one sign-in, then must be replaced.

    `generation` changes with the password, so that older sign-ins end. `unit`: that of the administrator who made the
    account on the organisation's pages and may renew its password there; empty: the command line alone may.
    """

    name: str
    password_hash: str = field(repr=False)
    one_time: bool = False
    generation: int = 0
    unit: str = ""


def draw_password() -> str:
    """Draw a one-time password of 80 bits in groups that can be read aloud."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def check_name(name: str) -> str:
    """Give the account name in lower case. Raises MalformedForm."""
    name = name.strip().lower()
    if not _NAME.fullmatch(name):
        raise MalformedForm("A name has 1 to 40 of: a-z, 0-9, dot, dash, underscore.", "name")
    return name


def make_account(name: str, password: str, *, one_time: bool = False) -> Account:
    """Make an account. Raises MalformedForm naming the field."""
    return Account(check_name(name), _hash(password), one_time)


def with_password(account: Account, password: str, *, one_time: bool = False) -> Account:
    """Give the account with another password; sign-ins made before end. Raises MalformedForm."""
    return replace(account, password_hash=_hash(password), one_time=one_time, generation=account.generation + 1)


def _hash(password: str) -> str:
    password = _typed(password)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise MalformedForm(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.", "password")
    return _hasher.hash(password)


def password_fits(account: Account | None, password: str) -> bool:
    """Say whether the password is that of the account; takes as long when there is no account."""
    try:
        _hasher.verify(account.password_hash if account else _NOBODY, _typed(password)[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return account is not None


def _typed(password: str) -> str:
    # One keyboard sends ế as one character, another as e and two marks: to the person it is the same password.
    return unicodedata.normalize("NFC", password)
