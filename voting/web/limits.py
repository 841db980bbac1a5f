"""Limits on signing in, and on the links of tellers. The voter's routes have none: a whole room shares one address
(FAULTS W3).

Counted are tries by account name, and all tries together; no address is stored, so a room's shared address cannot be
locked out and nobody can be found by it. A name stands in the store as a keyed hash, for at most an hour.

Tries by name are few: they stop guessing. All tries together are many: they only keep a flood of names from taking
the processor that ballots need, for each try costs an argon2id hash of some 30 ms. The price: a stranger who knows a
chair's name, or sends 20 tries a second without pause, can keep chairs at the sign-in page, but cannot end a sign-in
that exists, so a chair signs in before the meeting. A limit by address would not be better: the stranger sits in the
same room, behind the same address.

Links of tellers that are wrong are counted by session, and only after the look-up. A link has 70 bits, so no pace of
guessing finds one, and a look-up costs next to nothing; a limit that came first would be the one way in which guessing
keeps a teller out. So it only tells a program that guesses to wait: the right link is always taken.

Decryptions that are bad are counted by device, whose teller alone waits for it: each costs the processor a check.
What the desk draws is counted by device too: faster than people can scan, it would only empty the pool. That count is
in the memory of each process alone: one in the store would say in the append-only file when a code was drawn.
"""

import hashlib
import hmac
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from time import monotonic
from typing import Final

from flask import Flask
from flask_limiter import Limiter
from limits import RateLimitItem, parse
from redis import ConnectionPool

from voting.errors import TooMany

BY_NAME: Final = (parse("10 per minute"), parse("100 per hour"))
BY_ALL: Final = (parse("1200 per minute"),)
BY_SESSION: Final = parse("60 per minute")
BY_DEVICE: Final = parse("20 per minute")
DRAWS: Final = 30
"""So many codes a desk can draw in a minute from one process of the service."""


class Tally:
    """Counts in the store that all workers share. When it cannot count, it lets pass: a limit must not stop a meeting,
    and passwords and links stand on their own.
    """

    def __init__(self, app: Flask, pool: ConnectionPool | None) -> None:
        """`pool`: connections to the store, None to count in this process alone."""
        # The connections are those of the store, so there is one place that says how it is reached.
        options = {"connection_pool": pool, "key_prefix": "voting:limits"} if pool else {}
        limiter = Limiter(
            lambda: "",
            app=app,
            storage_uri="redis://" if pool else "memory://",
            storage_options=options,  # type: ignore[arg-type]  # typed for texts; the pool is documented all the same
            strategy="fixed-window",
        )
        self.limiter = limiter.limiter

    def hit(self, limit: RateLimitItem, kind: str, key: str) -> bool:
        """Count once and tell whether it is within the limit."""
        try:
            return self.limiter.hit(limit, kind, key)
        except Exception:  # whatever the store or its client raises
            return True

    def is_within(self, limit: RateLimitItem, kind: str, key: str) -> bool:
        """Tell without counting whether one more is within the limit."""
        try:
            return self.limiter.test(limit, kind, key)
        except Exception:  # whatever the store or its client raises
            return True

    def clear(self, limit: RateLimitItem, kind: str, key: str) -> None:
        """Forget what was counted."""
        with suppress(Exception):
            self.limiter.clear(limit, kind, key)


class SignInLimits:
    """Limits the tries to sign in."""

    def __init__(self, tally: Tally, secret: str) -> None:
        """`secret` keys the hashes of names."""
        self._tally = tally
        self._secret = hashlib.sha256(b"sign-in limits|" + secret.encode()).digest()

    def count_try(self, name: str) -> None:
        """Count a try before the password is looked at. Raises TooMany."""
        who = self._hidden(name)
        for limit, key in [*((limit, who) for limit in BY_NAME), *((limit, "everybody") for limit in BY_ALL)]:
            if not self._tally.hit(limit, "sign-in", key):
                raise TooMany("Too many tries to sign in.", limit.get_expiry())

    def forgive(self, name: str) -> None:
        """Forget the tries of a name: the right password came."""
        who = self._hidden(name)
        for limit in BY_NAME:
            self._tally.clear(limit, "sign-in", who)

    def _hidden(self, name: str) -> str:
        return hmac.new(self._secret, name.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]


class LinkLimits:
    """Limits how many wrong links of tellers are answered as such."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def count_failure(self, uuid: str) -> None:
        """Count a link that a session does not have. Raises TooMany."""
        if not self._tally.hit(BY_SESSION, "teller-link", uuid):
            raise TooMany("Too many wrong links.", BY_SESSION.get_expiry())


class DecryptionLimits:
    """Limits how many bad decryptions of one device are looked at."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def require_few(self, device: str) -> None:
        """Let a device send another one, before it is looked at. `device`: the hash of its secret. Raises TooMany."""
        if not self._tally.is_within(BY_DEVICE, "teller-decryption", device):
            raise TooMany("Too many bad decryptions.", BY_DEVICE.get_expiry())

    def count_bad(self, device: str) -> None:
        """Count a decryption that was bad."""
        self._tally.hit(BY_DEVICE, "teller-decryption", device)


class ClaimLimits:
    """Limits how many wrong claim links, and passes that are none, are answered as such.

    The right ones are not counted: that would say in the append-only file when somebody claimed, or got a code.
    """

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def count_failure(self, uuid: str) -> None:
        """Count what was wrong. Raises TooMany."""
        if not self._tally.hit(BY_SESSION, "claim", uuid):
            raise TooMany("Too many wrong links.", BY_SESSION.get_expiry())


class NoticeLimits:
    """Limits how many wrong personal links of results are answered as such, all together: they name no session.

    The right ones are not counted: that would say in the append-only file when somebody read the own result.
    """

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def count_failure(self) -> None:
        """Count a link that leads to nothing. Raises TooMany."""
        if not self._tally.hit(BY_SESSION, "notice", "everybody"):
            raise TooMany("Too many wrong links.", BY_SESSION.get_expiry())


class DeskLimits:
    """Limits how many wrong links of the desk are answered as such, and how fast a desk draws codes."""

    def __init__(self, tally: Tally, now: Callable[[], float] = monotonic) -> None:
        self._tally = tally
        self._now = now
        self._draws: dict[str, deque[float]] = {}
        self._lock = Lock()

    def count_failure(self, uuid: str) -> None:
        """Count a link that is not that of the desk. Raises TooMany."""
        if not self._tally.hit(BY_SESSION, "desk-link", uuid):
            raise TooMany("Too many wrong links.", BY_SESSION.get_expiry())

    def count_draw(self, device: str) -> None:
        """Count a draw before it is made. `device`: the hash of the desk's secret. Raises TooMany."""
        now = self._now()
        with self._lock:
            self._draws = {desk: times for desk, times in self._draws.items() if times[-1] > now - 60}
            times = self._draws.setdefault(device, deque(maxlen=DRAWS))
            if len(times) == DRAWS and times[0] > now - 60:
                raise TooMany("Codes are drawn too fast.")
            times.append(now)
