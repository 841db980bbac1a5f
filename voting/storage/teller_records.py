"""What the store keeps for the tellers: links and devices as hashes, the round of the ceremony, boxes, decryptions."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Final, cast

from voting.domain.ports import CeremonyRecord
from voting.domain.tellers import MOST_TELLERS
from voting.errors import BoardDamaged, UnknownDevice, UnknownSession
from voting.protocol.ceremony import STEPS
from voting.storage import keys
from voting.storage.acts import Acts
from voting.storage.session_records import FIELDS, read_session

_INDICES: Final = range(1, MOST_TELLERS + 1)
_BEFORE: Final = dict(zip(STEPS, ("", *STEPS), strict=False))


class TellerRecords(Acts):
    """The part of `voting.domain.ports.Store` that is about tellers."""

    def ceremony(self, uuid: str) -> CeremonyRecord:
        """Read a session and what is kept of its tellers, at one moment. Raises UnknownSession, BoardDamaged."""
        touched = [keys.session(uuid), keys.tellers(uuid), keys.ceremony(uuid)]
        _, fields, tellers, messages = self._act("ceremony", uuid, touched, *FIELDS, repeatable=True)
        session = read_session(uuid, cast(list[bytes | None], fields))
        if session is None:
            raise UnknownSession("There is no such session.")
        kept, said = _Fields(tellers), _Fields(messages)
        return CeremonyRecord(
            session=session,
            round=kept.number("round") or said.number("round") or 1,
            fault=said.text("fault"),
            messages={step: said.by_index(step) for step in STEPS},
            parcels={index: tuple(lines.split(b"\n")) for index, lines in said.by_index("parcels").items()},
            boxes=kept.by_index("box"),
            linked=frozenset(kept.by_index("link")),
            joined=frozenset(kept.by_index("device")),
            decrypted=frozenset(kept.by_index("decryption")),
        )

    def put_link(self, uuid: str, index: int, link: str) -> None:
        """Keep the hash of a teller's link in place of an earlier one, and let go of the device. Raises WrongState."""
        self._act("link", uuid, [keys.session(uuid), keys.tellers(uuid)], str(index), link)

    def claim_link(self, uuid: str, link: str, device: str) -> int:
        """Bind a device to the teller whose link this is, both as hashes; gives the index.

        Raises UnknownLink, LinkTaken when another device was bound or this one to another teller, WrongState.
        """
        touched = [keys.session(uuid), keys.tellers(uuid)]
        _, index = self._act("claim", uuid, touched, link, device, str(MOST_TELLERS), repeatable=True)
        return int(index)

    def device_index(self, uuid: str, device: str) -> int:
        """Give the index of the teller to whom the hash of a device's secret belongs. Raises UnknownDevice."""
        client = self.connection.client
        fields = [f"device:{index}" for index in _INDICES]
        found = self.connection.ask(lambda: cast(list[bytes | None], client.hmget(keys.tellers(uuid), fields)))
        for index, bound in zip(_INDICES, found, strict=True):
            if bound == device.encode():
                return index
        raise UnknownDevice("This device is not that of a teller of this vote, or the link was replaced.")

    def take_message(
        self,
        uuid: str,
        index: int,
        *,
        device: str,
        round: int,
        step: str,
        size: int,
        message: bytes,
        parcels: Sequence[bytes] = (),
        box: bytes = b"",
        beside: int | None = None,
    ) -> bool:
        """Keep a checked message when its step has come; False when the same stood there.

        `parcels` go with a `reveal`, `box` with a `key`. With the last key all parcels are deleted. `beside`: how many
        messages of the step it was checked against; then there must be no more. Raises ChangedMeanwhile,
        CeremonyStopped, WrongState, UnknownDevice when this hash is not that of the teller's device (any more).
        """
        touched = [keys.session(uuid), keys.tellers(uuid), keys.ceremony(uuid)]
        seen = "" if beside is None else str(beside)
        private = b"\n".join(parcels) if step == "reveal" else box
        last = step == STEPS[-1] and self._is_last_key(uuid, index, size)
        first = (str(index), device, str(round), step, _BEFORE[step], str(size))
        said = (*first, message, private, seen, "last" if last else "")
        with self._destroying(uuid) if last else nullcontext():
            word, *_ = self._act("take_message", uuid, touched, *said, repeatable=True)
        return bool(word == "ok")

    def stop_ceremony(self, uuid: str, index: int, *, device: str, round: int, fault: str) -> None:
        """Stop a round with its first fault, which the device of a teller brought about; a later one changes nothing.

        Raises ChangedMeanwhile, WrongState, UnknownDevice as `take_message`.
        """
        touched = [keys.session(uuid), keys.tellers(uuid), keys.ceremony(uuid)]
        self._act("stop_ceremony", uuid, touched, str(index), device, str(round), fault, repeatable=True)

    def take_decryption(self, uuid: str, index: int, raw: bytes, *, device: str) -> tuple[int, bool]:
        """Keep the first checked decryption of a teller. Raises WrongState unless closed, UnknownDevice.

        Gives how many tellers have decrypted, and whether this one had before.
        """
        touched = [keys.session(uuid), keys.tellers(uuid)]
        word, present = self._act("take_decryption", uuid, touched, str(index), device, raw, repeatable=True)
        return int(present), bool(word == "again")

    def decryptions(self, uuid: str) -> dict[int, bytes]:
        """Give the decryptions that are kept, by index of the teller; none from the count on."""
        client = self.connection.client
        fields = [f"decryption:{index}" for index in _INDICES]
        found = self.connection.ask(lambda: cast(list[bytes | None], client.hmget(keys.tellers(uuid), fields)))
        return {index: raw for index, raw in zip(_INDICES, found, strict=True) if raw is not None}

    def _is_last_key(self, uuid: str, index: int, size: int) -> bool:
        """Say whether the keys of all others are in. Should that change meanwhile, the script does not act."""
        client = self.connection.client
        others = [f"key:{other}" for other in range(1, size + 1) if other != index]
        fields = [f"key:{index}", *others]
        own, *found = self.connection.ask(lambda: cast(list[bytes | None], client.hmget(keys.ceremony(uuid), fields)))
        return own is None and None not in found


class _Fields:
    """The fields of a hash, as a script gives them: name, value, name, value, …"""

    def __init__(self, flat: list[bytes]) -> None:
        self._values = dict(zip(flat[::2], flat[1::2], strict=True))

    def text(self, name: str) -> str:
        return self._values.get(name.encode(), b"").decode(errors="backslashreplace")

    def number(self, name: str) -> int:
        """Read a number, 0 when it is not there. Raises BoardDamaged."""
        text = self.text(name) or "0"
        if not (text.isascii() and text.isdigit()):
            raise BoardDamaged("The stored round of the tellers cannot be read.")
        return int(text)

    def by_index(self, name: str) -> dict[int, bytes]:
        """Give the values of `name:1`, `name:2`, … that are there, by index."""
        named = ((index, self._values.get(f"{name}:{index}".encode())) for index in _INDICES)
        return {index: value for index, value in named if value is not None}
