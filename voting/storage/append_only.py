"""The append-only files of the embedded server: whether they are those that it left, and where a torn one ends.

The server finds a record that is cut in the middle, but not a file that was cut between two records, nor a changed byte
within a value. So a witness is kept beside them: length and SHA-256 of every file, at each clean stop and every second
or so while a supervisor looks on. Files only grow (or are replaced as a whole by a rewrite), so at every later start
they must begin with what the witness saw.
"""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final

from voting.errors import BoardDamaged

FOLDER: Final = "appendonlydir"
NAME: Final = "appendonly.aof"
MANIFEST: Final = f"{NAME}.manifest"
WITNESS: Final = "witness.json"
_CHUNK: Final = 1 << 20
_RESTORE: Final = "Nothing was opened or changed. Restore the folder {folder} as a whole from a backup."


@dataclass(frozen=True)
class _Listed:
    """A file that the manifest names; `kind` is b (base), i (increment) or h (history, about to be deleted)."""

    name: str
    sequence: int
    kind: str


def check_files(folder: Path) -> None:
    """Check the files in the server's `folder` against the witness. Raises BoardDamaged.

    Where there is no witness yet, only a file that no manifest names is found.
    """
    listed = _read_manifest(folder)
    names = {file.name for file in listed}
    for path in sorted((folder / FOLDER).glob("*.incr.aof")):
        if path.name not in names and path.stat().st_size:
            raise _damaged(folder, path, "holds records and is not named in the manifest")
    for name, base, size, digest in _read_witness(folder):
        path = folder / FOLDER / name
        if not path.exists():
            if _base(listed) <= base:
                raise _damaged(folder, path, "is missing, and no rewrite has replaced it")
        elif name not in names:
            raise _damaged(folder, path, "is not named in the manifest")
        elif path.stat().st_size < size:
            raise _damaged(folder, path, f"is shorter than the {size} bytes it had")
        elif _digest(path, size) != digest:
            raise _damaged(folder, path, f"is changed within its first {size} bytes")


class Witness:
    """Keeps the witness of a server's files; follows files that grow without reading them twice."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: dict[str, tuple[int, hashlib._Hash]] = {}

    def update(self, answers: Callable[[], bool] = lambda: True) -> None:
        """Write down what the files hold now, if that is more than before.

        Only what is whole and on the disk for certain: a witness of bytes that a crash takes away would accuse an
        honest file. So the lengths are taken first, then a running server must answer (`answers`), which it does
        between two writes, and then everything up to there is brought to the disk.
        """
        listed = [file for file in _read_manifest(self.folder) if file.kind != "h"]
        try:
            sizes = {file.name: (self.folder / FOLDER / file.name).stat().st_size for file in listed}
            if sizes == {name: size for name, (size, _) in self._seen.items()} or not answers():
                return
            seen = {name: self._read_on(name, size) for name, size in sizes.items()}
            self._write([[name, _base(listed), size, digest.hexdigest()] for name, (size, digest) in seen.items()])
        except OSError:
            # A rewrite has just replaced a file, or the disk is full: the former witness stays, and it stays true.
            return
        self._seen = seen

    def _read_on(self, name: str, end: int) -> tuple[int, "hashlib._Hash"]:
        """Hash a file up to `end`, from where it was read before."""
        size, digest = self._seen.get(name, (0, hashlib.sha256()))
        digest = digest.copy()
        with (self.folder / FOLDER / name).open("rb") as file:
            os.fsync(file.fileno())
            file.seek(size)
            while size < end and (chunk := file.read(min(end - size, _CHUNK))):
                digest.update(chunk)
                size += len(chunk)
        return size, digest

    def _write(self, rows: list[list[str | int]]) -> None:
        draft = self.folder / f"{WITNESS}.new"
        with draft.open("w") as out:
            json.dump(rows, out)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(self.folder / WITNESS)


def newest_increment(folder: Path) -> Path | None:
    """Give the file that the server appends to, None before its first start."""
    names = [file.name for file in _read_manifest(folder) if file.kind == "i"]
    return folder / FOLDER / names[-1] if names else None


def torn_end(path: Path) -> int | None:
    """Find where the last whole act of an append-only file ends when an incomplete one follows; None when all is whole.

    An act is one command, or all commands from MULTI to EXEC. Raises BoardDamaged at bytes that are no command.
    """
    size = path.stat().st_size
    if size == 0:
        return None
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        whole = position = 0
        within = False
        while position < size:
            try:
                end, name = _command(data, position)
            except EOFError:
                return whole
            except ValueError:
                raise BoardDamaged(f"{path} holds bytes at {position} that the store did not write.") from None
            position = end
            if name == b"MULTI":
                within = True
            elif name == b"EXEC":
                within = False
            if not within:
                whole = position
    return whole if within else None


def cut_torn_end(folder: Path) -> int:
    """Remove the incomplete act at the end of the newest file and keep its bytes beside it. Gives how many there were.

    Only for a server that died while it wrote: what is incomplete was never acknowledged. Raises BoardDamaged when the
    files are not what the witness saw, or would not be afterwards.
    """
    check_files(folder)
    path = newest_increment(folder)
    whole = torn_end(path) if path is not None and path.exists() else None
    if path is None or whole is None:
        return 0
    if any(name == path.name and size > whole for name, _, size, _ in _read_witness(folder)):
        raise _damaged(folder, path, "was cut within what was written long before")
    with path.open("r+b") as file:
        file.seek(whole)
        rest = file.read()
        with path.with_name(f"{path.name}.torn-{whole}").open("wb") as beside:
            beside.write(rest)
            beside.flush()
            os.fsync(beside.fileno())
        file.truncate(whole)
        os.fsync(file.fileno())
    return len(rest)


def _command(data: mmap, start: int) -> tuple[int, bytes]:
    """Give (end, name) of the command at `start`: `*COUNT CRLF`, then `$LENGTH CRLF bytes CRLF` for each part."""
    count, position = _number(data, start, b"*")
    name = b""
    for part in range(count):
        length, begin = _number(data, position, b"$")
        position = begin + length + 2
        if position > len(data):
            raise EOFError
        if data[position - 2 : position] != b"\r\n":
            raise ValueError
        if part == 0:
            name = data[begin : begin + min(length, 8)].upper()
    return position, name


def _number(data: mmap, start: int, sign: bytes) -> tuple[int, int]:
    """Give (number, position after it) of a line like `$12 CRLF`."""
    end = data.find(b"\r\n", start, start + 16)
    line = data[start : end if end >= 0 else min(start + 16, len(data))]
    if end < 0:
        # The line may be cut off anywhere, also before its sign.
        cut_off = (
            len(line) < 16
            and sign.startswith(line[:1])
            and (not line[1:].rstrip(b"\r") or line[1:].rstrip(b"\r").isdigit())
        )
        raise EOFError if cut_off else ValueError
    if line[:1] != sign or not line[1:].isdigit():
        raise ValueError
    return int(line[1:]), end + 2


def _base(listed: list[_Listed]) -> int:
    """Give the sequence number of the base file: it grows with each rewrite."""
    return max((file.sequence for file in listed if file.kind == "b"), default=0)


def _read_manifest(folder: Path) -> list[_Listed]:
    path = folder / FOLDER / MANIFEST
    listed = []
    try:
        for line in path.read_text("utf-8").splitlines():
            words = line.split()
            fields = dict(zip(words[::2], words[1::2], strict=True))
            listed.append(_Listed(fields["file"], int(fields["seq"]), fields["type"]))
    except FileNotFoundError:
        return []
    except (ValueError, KeyError):
        raise _damaged(folder, path, "cannot be read") from None
    return listed


def _read_witness(folder: Path) -> list[tuple[str, int, int, str]]:
    """Give (name, sequence number of the base at that time, size, SHA-256) of each file."""
    path = folder / WITNESS
    try:
        return [
            (str(name), int(base), int(size), str(digest)) for name, base, size, digest in json.loads(path.read_bytes())
        ]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError):
        raise _damaged(folder, path, "cannot be read") from None


def _digest(path: Path, size: int) -> str:
    """Hash the first `size` bytes."""
    digest, left = hashlib.sha256(), size
    with path.open("rb") as file:
        while left and (chunk := file.read(min(left, _CHUNK))):
            digest.update(chunk)
            left -= len(chunk)
    return digest.hexdigest()


def _damaged(folder: Path, path: Path, how: str) -> BoardDamaged:
    return BoardDamaged(f"{path} {how}. " + _RESTORE.format(folder=folder))
