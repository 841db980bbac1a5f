"""Rotation of the sealing key: every box in the store is opened and sealed again with the key that is first now."""

from functools import partial
from typing import Final, cast

from voting.domain.issuing import code_purpose, pass_purpose, receipt_purpose, trustee_purpose
from voting.errors import SealBroken
from voting.storage import history, keys
from voting.storage.connection import Connection
from voting.storage.sealing import SealingKeys

PAIRS: Final = 200
"""So many boxes of a pool are replaced in one act: the server takes no other act meanwhile."""

_PURPOSES: Final = {b"trustee": trustee_purpose, b"receipt": receipt_purpose, b"pass": pass_purpose}


def reseal_boxes(connection: Connection, seal: SealingKeys) -> bool:
    """Seal every box again that the first key does not open. False when one is left that none of the keys opens.

    A box that was destroyed or replaced meanwhile stays as it is. Raises NotRecorded; to be repeated then.
    """
    client, complete = connection.client, True
    uuids = cast(list[bytes], connection.ask(lambda: client.zrange(keys.SESSIONS, 0, -1)))
    for uuid in (name.decode() for name in uuids):
        # The pool comes first: what a pass takes out of it meanwhile is found among the passes then, or sealed anew.
        complete = _reseal_pool(connection, seal, uuid) and complete
        for name in (keys.boxes(uuid), keys.passes(uuid)):
            boxes = cast(dict[bytes, bytes], connection.ask(partial(client.hgetall, name)))
            for field, box in boxes.items():
                # What a pass got is a code as those of the pool.
                purpose = _PURPOSES[field] if name == keys.boxes(uuid) else code_purpose
                try:
                    resealed = seal.reseal(box, purpose(uuid))
                except SealBroken:
                    complete = False
                    continue
                if resealed != box:
                    # The box as the former key sealed it is destroyed too.
                    history.owe_rewrite(connection, uuid)
                    connection.run("reseal", [name], field, box, resealed)
    return complete


def _reseal_pool(connection: Connection, seal: SealingKeys, uuid: str) -> bool:
    """Seal the codes of one pool again. False when a box is left that none of the keys opens."""
    client, complete = connection.client, True
    pool = cast(set[bytes], connection.ask(lambda: client.smembers(keys.pool(uuid))))
    pairs: list[bytes] = []
    for box in pool:
        try:
            resealed = seal.reseal(box, code_purpose(uuid))
        except SealBroken:
            complete = False
            continue
        if resealed != box:
            pairs += (box, resealed)
    if pairs:
        history.owe_rewrite(connection, uuid)
    for start in range(0, len(pairs), 2 * PAIRS):
        connection.run("reseal_pool", [keys.pool(uuid)], *pairs[start : start + 2 * PAIRS])
    return complete
