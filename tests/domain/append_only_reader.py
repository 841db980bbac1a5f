"""Reads the store's append-only files as somebody would who has the disk: command by command, in order."""

from collections.abc import Iterator
from pathlib import Path

Command = list[bytes]


def transactions(folder: Path) -> Iterator[list[Command]]:
    """Give what was done at once, in order: the commands of one script, or one alone."""
    block: list[Command] | None = None
    for path in sorted(folder.rglob("*.incr.aof")):
        for command in _commands(path.read_bytes()):
            name = command[0].upper()
            if name == b"MULTI":
                block = []
            elif name == b"EXEC":
                yield block or []
                block = None
            elif block is not None:
                block.append(command)
            else:
                yield [command]


def _commands(raw: bytes) -> Iterator[Command]:
    at = 0
    while at < len(raw):
        count, at = _number(raw, at, b"*")
        command = []
        for _ in range(count):
            length, at = _number(raw, at, b"$")
            command.append(raw[at : at + length])
            at += length + 2
        yield command


def _number(raw: bytes, at: int, sign: bytes) -> tuple[int, int]:
    end = raw.index(b"\r\n", at)
    assert raw[at : at + 1] == sign
    return int(raw[at + 1 : end]), end + 2
