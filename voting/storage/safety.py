"""What is checked before a store is trusted: the server's settings, and that the sealing key is the one it knows."""

from typing import Final, cast

import redis
from redis.exceptions import ConnectionError, ResponseError, TimeoutError

from voting.errors import SealBroken, StoreUnsafe
from voting.storage import keys
from voting.storage.connection import Connection, refusing
from voting.storage.rotation import reseal_boxes
from voting.storage.sealing import SealingKeys

_LOGGED: Final = "otherwise a log of commands may show a ballot with its credential and the time when it was cast"
NEEDED: Final = {
    "appendonly": ("yes", "without it nothing is on disk"),
    "appendfsync": ("always", "otherwise a crash loses ballots whose receipts were already given"),
    "no-appendfsync-on-rewrite": ("no", "otherwise ballots are not on disk while the file is rewritten"),
    "maxmemory-policy": ("noeviction", "otherwise ballots are thrown away when the memory is full"),
    "aof-timestamp-enabled": ("no", "otherwise the file tells when each ballot was cast"),
}
"""Setting → the value without which the store is refused, and why."""
ADVISED: Final = {
    "slowlog-log-slower-than": ("-1", _LOGGED),
    # Valkey 8.1 and later, where the former is another name of the first of these.
    "commandlog-execution-slower-than": ("-1", _LOGGED),
    "commandlog-request-larger-than": ("-1", _LOGGED),
    "commandlog-reply-larger-than": ("-1", _LOGGED),
}
"""Setting → the value that the operator is told to set: these logs are in memory, short-lived, and nobody else's."""


def check_settings(connection: Connection, *, allow_unsafe: bool = False) -> tuple[str, ...]:
    """Read the settings of every server behind a connection, and give what the operator should know, often nothing.

    Raises StoreUnsafe naming each setting with which a ballot could be lost, unless `allow_unsafe`; NotRecorded when a
    server does not answer. A server that forbids CONFIG cannot be checked, so it counts as unsafe.
    """
    faults: list[str] = []
    advice: list[str] = []
    for node in connection.nodes():
        faults.extend(fault for fault in _faults(node, NEEDED) if fault not in faults)
        advice.extend(fault for fault in _faults(node, ADVISED) if fault not in (*advice, *faults))
    if faults and not allow_unsafe:
        raise StoreUnsafe(
            "The store could lose or reveal what it acknowledged. Change its settings:\n  "
            + "\n  ".join(faults)
            + "\nOr set VOTING_UNSAFE_STORE=yes when that is known and meant."
        )
    return (*faults, *advice)


def _faults(node: "redis.Redis", settings: dict[str, tuple[str, str]]) -> list[str]:
    with refusing():
        try:
            found = cast(dict[str | bytes, bytes], node.config_get(*settings))
        except (ConnectionError, TimeoutError):
            raise
        except ResponseError:
            return ["it does not tell its settings (CONFIG is forbidden), so they cannot be checked"]
    told = {name if isinstance(name, str) else name.decode(): value for name, value in found.items()}
    faults = []
    for name, (needed, reason) in settings.items():
        value = told.get(name)
        # A server that does not know a setting does not do what the setting would switch on.
        if value is not None and _text(value) != needed:
            faults.append(f"{name} is {_text(value)!r} and must be {needed!r}: {reason}")
    return faults


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "replace")


def check_seal(connection: Connection, seal: SealingKeys) -> None:
    """Remember the fingerprint of the sealing key at first use, and compare it later. Raises SealBroken, NotRecorded.

    The store remembers every key that a box in it may need, and all of them must be given. With several keys the boxes
    are sealed again with the first; when that is done for all of them, the first alone is remembered.
    """
    client, (first, *others) = connection.client, seal.fingerprints
    connection.ask(lambda: client.set(keys.SEAL, first, nx=True))
    found = cast(bytes | None, connection.ask(lambda: client.get(keys.SEAL)))
    needed = (found or b"").decode("ascii", "replace").split(",")
    if not set(needed) <= {first, *others}:
        raise SealBroken(
            "VOTING_SEALING_KEY is not the key that this store was used with: its sealed keys could not be opened at "
            "the count. Set the former key (several may be given, separated by commas: the first seals, all open)."
        )
    if not others:
        return
    if first not in needed:
        # Before the first box is sealed with it: from then on a start with the former key alone must be refused.
        connection.ask(lambda: client.set(keys.SEAL, ",".join([first, *needed])))
    if reseal_boxes(connection, seal):
        connection.ask(lambda: client.set(keys.SEAL, first))
