"""The past of the append-only files: what was destroyed must not be found there, so the files are written anew.

Which sessions a rewrite is owed to stands in the store until a rewrite that began after the destruction has ended. So
neither a crash nor a rewrite that was under way already leaves a destroyed key in a file for good.
"""

from functools import partial
from time import monotonic, sleep
from typing import Final, cast

import redis
from redis.exceptions import NoPermissionError, ResponseError

from voting.storage import keys
from voting.storage.connection import Connection, refusing

WAIT_SECONDS: Final = 3.0
"""How long an act waits for the rewrite. A longer one ends by itself; whoever comes next looks after it."""

FORBIDDEN: Final = (
    "BGREWRITEAOF or INFO is forbidden: destroyed trustee keys stay, sealed, in the past of its append-only file until "
    "its keeper has that written anew"
)
_PAUSE: Final = 0.01


class RewriteForbidden(Exception):
    """The server does not let us have its files written anew."""


def owe_rewrite(connection: Connection, uuid: str) -> None:
    """Note, before something of a session is destroyed, that a rewrite must follow. Raises NotRecorded."""
    connection.ask(lambda: connection.client.sadd(keys.HISTORY_DUE, uuid))


def rewrite_if_owed(connection: Connection, seconds: float = WAIT_SECONDS) -> bool:
    """Have the files written anew when that is owed, and wait for it. False when it must be tried again later.

    Raises RewriteForbidden, NotRecorded.
    """
    until = monotonic() + seconds
    # Read before the rewrite begins: what is noted later than that needs another one.
    while due := cast(set[bytes], connection.ask(partial(connection.client.smembers, keys.HISTORY_DUE))):
        if not all([_rewrite(node, until) for node in connection.nodes()]):
            return False
        connection.ask(partial(connection.client.srem, keys.HISTORY_DUE, *due))
    return True


def _rewrite(node: "redis.Redis", until: float) -> bool:
    """Begin a rewrite and wait for its end. False when it did not begin, failed, or takes longer than `until`."""
    with refusing():
        try:
            while _is_rewriting(node) or not _begin(node):
                if monotonic() > until:
                    return False
                sleep(_PAUSE)
            while _is_rewriting(node):
                if monotonic() > until:
                    return False
                sleep(_PAUSE)
            return node.info("persistence").get("aof_last_bgrewrite_status") == "ok"
        except ResponseError as error:
            if isinstance(error, NoPermissionError) or "unknown command" in str(error).lower():
                raise RewriteForbidden from None
            return False


def _begin(node: "redis.Redis") -> bool:
    """Ask for a rewrite; False when another process was first, whose rewrite may have begun too early."""
    try:
        node.bgrewriteaof()
    except ResponseError as error:
        if "in progress" not in str(error):
            raise
        return False
    return True


def _is_rewriting(node: "redis.Redis") -> bool:
    told = node.info("persistence")
    return bool(told.get("aof_rewrite_in_progress") or told.get("aof_rewrite_scheduled"))
