"""What the store keeps of handing out codes: the pool, the desk's link and device as hashes, counts, exchanges."""

from typing import Final, cast

from voting.domain.ports import HandingRecord
from voting.errors import BoardDamaged
from voting.storage import keys
from voting.storage.acts import Acts
from voting.storage.session_records import read_state

_DRAWN: Final = b"drawn:"


class HandingRecords(Acts):
    """The part of `voting.domain.ports.Store` that is about handing out codes."""

    def handing(self, uuid: str) -> HandingRecord:
        """Read how the codes were handed out, with the figures, at one moment. Raises UnknownSession, BoardDamaged."""
        touched = [
            *(keys.session(uuid), keys.credentials(uuid), keys.trackers(uuid)),
            *(keys.pool(uuid), keys.handing(uuid)),
        ]
        _, state, codes, void, ballots, pool, flat = self._act("handing", uuid, touched, repeatable=True)
        fields = cast(dict[bytes, bytes], dict(zip(flat[::2], flat[1::2], strict=True)))
        drawn = {name.removeprefix(_DRAWN).decode(): count for name, count in fields.items() if name.startswith(_DRAWN)}
        exchanges = range(1, _number(fields.get(b"exchanges")) + 1)
        return HandingRecord(
            state=read_state(state),
            codes=codes,
            void=void,
            ballots=ballots,
            in_pool=pool,
            destroyed=_number(fields[b"destroyed"]) if b"destroyed" in fields else None,
            drawn={way: _number(count) for way, count in drawn.items()},
            untaken=_number(fields.get(b"untaken")),
            found=_number(fields.get(b"found")),
            exchanges=tuple(fields.get(f"exchange:{number}".encode(), b"").decode() for number in exchanges),
            has_link=b"desk:link" in fields,
            has_desk=b"desk:device" in fields,
        )

    def put_desk_link(self, uuid: str, link: str) -> None:
        """Keep the hash of the desk's link in place of an earlier one, and let go of the device. Raises WrongState."""
        self._act("desk_link", uuid, [keys.session(uuid), keys.handing(uuid)], link)

    def claim_desk(self, uuid: str, link: str, device: str) -> bool:
        """Bind the device that opened the desk's link, both as hashes; False when it was bound before.

        Raises UnknownDesk, LinkTaken, WrongState from the close on.
        """
        touched = [keys.session(uuid), keys.handing(uuid)]
        word, *_ = self._act("claim_desk", uuid, touched, link, device, repeatable=True)
        return bool(word == "ok")

    def is_desk(self, uuid: str, device: str) -> bool:
        """Say whether the hash is that of the desk's device."""
        client = self.connection.client
        bound = self.connection.ask(lambda: client.hget(keys.handing(uuid), "desk:device"))
        return bound == device.encode()

    def draw(self, uuid: str, way: str, *, desk: str = "") -> tuple[bytes, int]:
        """Take a random box out of the pool and count it; gives it and how many are left.

        `desk`: the hash of the device that asks. Raises PoolEmpty, UnknownDesk, WrongState unless ready or open.
        """
        touched = [keys.session(uuid), keys.pool(uuid), keys.handing(uuid)]
        _, box, left = self._act("draw", uuid, touched, way, desk)
        return box, left

    def void_untaken(self, uuid: str, credential: str, *, desk: str) -> None:
        """Void a code that the desk showed and nobody took. Raises UnknownDesk, and what `void` does."""
        touched = [keys.session(uuid), keys.credentials(uuid), keys.handing(uuid)]
        self._act("untaken", uuid, touched, credential, desk)

    def exchange(self, uuid: str, *, credential: str, from_pool: bool, note: str, seen: int) -> tuple[bytes, int]:
        """Void the old code, draw a new one and note both, or nothing of it; gives the box and how many are left.

        `credential`: empty when nobody knows the old code: then it raises ChangedMeanwhile unless there were `seen`
        exchanges before. The box is empty when the new code is on paper. Raises PoolEmpty, and what `void` does.
        """
        touched = [keys.session(uuid), keys.credentials(uuid), keys.pool(uuid), keys.handing(uuid)]
        source = "pool" if from_pool else "slip"
        _, box, left = self._act("exchange", uuid, touched, credential, source, note, str(seen))
        return box, left


def _number(text: bytes | None) -> int:
    """Read a count, 0 when it is not there. Raises BoardDamaged."""
    if text is not None and not (text.isascii() and text.isdigit()):
        raise BoardDamaged("A stored count of codes cannot be read.")
    return int(text or 0)
