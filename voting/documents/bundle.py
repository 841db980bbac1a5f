"""Everything that is kept of a vote, in one ZIP: written piece by piece, so that a large archive needs no memory."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

_OLDEST: Final = 1980
"""A ZIP knows no earlier year."""


@dataclass(frozen=True)
class Entry:
    """A file of the ZIP. `name`: a path of ASCII, with `/` between its parts; `pieces` are read when its turn comes."""

    name: str
    pieces: Iterable[bytes]


class _Outlet(io.RawIOBase):
    """Takes what the ZIP writes, and gives it away: it only goes forward."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        taken = bytes(piece)  # type: ignore[call-overload]  # bytes of some kind, which `io` has no name for
        self._waiting.append(taken)
        return len(taken)

    def take(self) -> bytes:
        """Give what was written since the last time."""
        taken = b"".join(self._waiting)
        self._waiting.clear()
        return taken


def pack(entries: Iterable[Entry], at: datetime) -> Iterator[bytes]:
    """Yield the bytes of a ZIP with these files. `at`: the time that stands beside each of them."""
    outlet = _Outlet()
    stamp = (max(at.year, _OLDEST), at.month, at.day, at.hour, at.minute, at.second)
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as packed:
        for entry in entries:
            info = zipfile.ZipInfo(entry.name, stamp)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with packed.open(info, "w", force_zip64=True) as file:
                for piece in entry.pieces:
                    file.write(piece)
                    if ready := outlet.take():
                        yield ready
    yield outlet.take()
