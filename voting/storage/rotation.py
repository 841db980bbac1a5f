"""Rotation of the sealing key: every box in the store is opened and sealed again with the key that is first now."""

from functools import partial
from typing import Final, cast

from voting.domain.issuing import receipt_purpose, trustee_purpose
from voting.errors import SealBroken
from voting.storage import history, keys
from voting.storage.connection import Connection
from voting.storage.sealing import SealingKeys

_PURPOSES: Final = {b"trustee": trustee_purpose, b"receipt": receipt_purpose}


def reseal_boxes(connection: Connection, seal: SealingKeys) -> bool:
    """Seal every box again that the first key does not open. False when one is left that none of the keys opens.

    A box that was destroyed or replaced meanwhile stays as it is. Raises NotRecorded; to be repeated then.
    """
    client, complete = connection.client, True
    uuids = cast(list[bytes], connection.ask(lambda: client.zrange(keys.SESSIONS, 0, -1)))
    for uuid in (name.decode() for name in uuids):
        name = keys.boxes(uuid)
        boxes = cast(dict[bytes, bytes], connection.ask(partial(client.hgetall, name)))
        for field, box in boxes.items():
            try:
                resealed = seal.reseal(box, _PURPOSES[field](uuid))
            except SealBroken:
                complete = False
                continue
            if resealed != box:
                # The box as the former key sealed it is destroyed too.
                history.owe_rewrite(connection, uuid)
                connection.run("reseal", [name], field, box, resealed)
    return complete
