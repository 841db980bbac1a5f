"""What is checked before a store is trusted: the server's settings, and that the sealing key is the one it knows."""

from typing import Final, cast

import redis
from redis.exceptions import ConnectionError, ResponseError, TimeoutError

from voting.errors import SealBroken, StoreUnsafe
from voting.storage import keys
from voting.storage.connection import Connection, refusing
from voting.storage.sealing import SealingKeys

NEEDED: Final = {
    "appendonly": ("yes", "without it nothing is on disk"),
    "appendfsync": ("always", "otherwise a crash loses ballots whose receipts were already given"),
    "no-appendfsync-on-rewrite": ("no", "otherwise ballots are not on disk while the file is rewritten"),
    "maxmemory-policy": ("noeviction", "otherwise ballots are thrown away when the memory is full"),
    "aof-timestamp-enabled": ("no", "otherwise the file tells when each ballot was cast"),
}
"""Setting → the value it must have, and why."""


def check_settings(connection: Connection, *, allow_unsafe: bool = False) -> tuple[str, ...]:
    """Read the settings of every server behind a connection. Raises StoreUnsafe naming each that is wrong.

    With `allow_unsafe` the same sentences are given back instead, empty when all is well. Raises NotRecorded when a
    server does not answer. A server that forbids CONFIG cannot be checked, so it counts as unsafe.
    """
    faults: list[str] = []
    for node in connection.nodes():
        faults.extend(fault for fault in _faults(node) if fault not in faults)
    if faults and not allow_unsafe:
        raise StoreUnsafe(
            "The store could lose or reveal what it acknowledged. Change its settings:\n  "
            + "\n  ".join(faults)
            + "\nOr set VOTING_UNSAFE_STORE=yes when that is known and meant."
        )
    return tuple(faults)


def _faults(node: "redis.Redis") -> list[str]:
    with refusing():
        try:
            found = cast(dict[str | bytes, bytes], node.config_get(*NEEDED))
        except (ConnectionError, TimeoutError):
            raise
        except ResponseError:
            return ["it does not tell its settings (CONFIG is forbidden), so they cannot be checked"]
    told = {name if isinstance(name, str) else name.decode(): value for name, value in found.items()}
    faults = []
    for name, (needed, reason) in NEEDED.items():
        value = told.get(name)
        # A server that does not know a setting does not do what the setting would switch on.
        if value is not None and _text(value) != needed:
            faults.append(f"{name} is {_text(value)!r} and must be {needed!r}: {reason}")
    return faults


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "replace")


def check_seal(connection: Connection, seal: SealingKeys) -> None:
    """Remember the fingerprint of the sealing key at first use, and compare it later. Raises SealBroken.

    Any of the rotation keys fits; afterwards the fingerprint is that of the first, which seals from now on.
    """
    client, (first, *_) = connection.client, seal.fingerprints
    connection.ask(lambda: client.set(keys.SEAL, first, nx=True))
    known = cast(bytes | None, connection.ask(lambda: client.get(keys.SEAL)))
    if known is None or known.decode("ascii", "replace") not in seal.fingerprints:
        raise SealBroken(
            "VOTING_SEALING_KEY is not the key that this store was used with: its sealed keys could not be opened at "
            "the count. Set the former key (several may be given, separated by commas: the first seals, all open)."
        )
    if known.decode() != first:
        connection.ask(lambda: client.set(keys.SEAL, first))
