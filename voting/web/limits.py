"""Limits on signing in. The voter's routes have none: a whole room shares one address (FAULTS W3).

Counted are tries by account name, and all tries together; no address is stored, so a room's shared address cannot be
locked out and nobody can be found by it. A name stands in the store as a keyed hash, for at most an hour.

Tries by name are few: they stop guessing. All tries together are many: they only keep a flood of names from taking
the processor that ballots need, for each try costs an argon2id hash of some 30 ms. The price: a stranger who knows a
chair's name, or sends 20 tries a second without pause, can keep chairs at the sign-in page, but cannot end a sign-in
that exists, so a chair signs in before the meeting. A limit by address would not be better: the stranger sits in the
same room, behind the same address.
"""

import hashlib
import hmac
from contextlib import suppress
from typing import Final

from flask import Flask
from flask_limiter import Limiter
from limits import RateLimitItem, parse
from redis import ConnectionPool

from voting.errors import TooMany

BY_NAME: Final = (parse("10 per minute"), parse("100 per hour"))
BY_ALL: Final = (parse("1200 per minute"),)


class SignInLimits:
    """Counts tries in the store that all workers share. When it cannot count, it lets pass: a limit must not stop a
    meeting, and the password stands on its own.
    """

    def __init__(self, app: Flask, pool: ConnectionPool | None, secret: str) -> None:
        """`pool`: connections to the store, None to count in this process alone. `secret` keys the hashes of names."""
        # The connections are those of the store, so there is one place that says how it is reached.
        options = {"connection_pool": pool, "key_prefix": "voting:limits"} if pool else {}
        self._limiter = Limiter(
            lambda: "",
            app=app,
            storage_uri="redis://" if pool else "memory://",
            storage_options=options,  # type: ignore[arg-type]  # typed for texts; the pool is documented all the same
            strategy="fixed-window",
        )
        self._secret = hashlib.sha256(b"sign-in limits|" + secret.encode()).digest()

    def count_try(self, name: str) -> None:
        """Count a try before the password is looked at. Raises TooMany."""
        who = self._hidden(name)
        for limit, key in [*((limit, who) for limit in BY_NAME), *((limit, "everybody") for limit in BY_ALL)]:
            if not self._hit(limit, key):
                raise TooMany("Too many tries to sign in.", limit.get_expiry())

    def forgive(self, name: str) -> None:
        """Forget the tries of a name: the right password came."""
        who = self._hidden(name)
        for limit in BY_NAME:
            with suppress(Exception):
                self._limiter.limiter.clear(limit, "sign-in", who)

    def _hidden(self, name: str) -> str:
        return hmac.new(self._secret, name.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]

    def _hit(self, limit: RateLimitItem, key: str) -> bool:
        try:
            return self._limiter.limiter.hit(limit, "sign-in", key)
        except Exception:  # whatever the store or its client raises
            return True
