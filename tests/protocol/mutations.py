"""Every way to spell a JSON document otherwise that the tests try."""

import copy
from collections.abc import Iterator
from typing import Any

from voting.protocol import group

Path = tuple[str | int, ...]


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Walk all values that are neither object nor array."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for step, inner in items:
            yield from leaves(inner, (*path, step))
    else:
        yield path, value


def put(value: Any, path: Path, new: Any) -> Any:
    """Copy a document with another value at `path`."""
    if not path:
        return new
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = put(value[path[0]], path[1:], new)
    return copied


def marked_spellings(leaf: str) -> Iterator[Any]:
    """Give values that a lax reader might take for the same."""
    yield from (leaf + " ", leaf + "\n", "0" + leaf, [leaf], None)
    if len(leaf) > 43 and leaf.isdigit() and int(leaf) < group.Q:
        yield from (str(int(leaf) + group.Q), f"0x{int(leaf):x}", f"+{leaf}", int(leaf[:12]))
    elif leaf != leaf.upper():
        yield leaf.upper()


def reshaped(value: Any) -> Iterator[Any]:
    """Give copies in which one object or array has a field too many, too few, or in another place."""
    for path, inner in _containers(value):
        if isinstance(inner, dict):
            items = list(inner.items())
            yield put(value, path, {**inner, "mark": 1})
            yield put(value, path, {"mark": 1, **inner})
            yield put(value, path, dict(items[1:]))
            if len(items) > 1:
                yield put(value, path, dict(reversed(items)))
        else:
            yield put(value, path, [*inner, copy.deepcopy(inner[-1])] if inner else [0])
            yield put(value, path, inner[1:])
            yield put(value, path, {str(i): entry for i, entry in enumerate(inner)})


def _containers(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict | list):
        yield path, value
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for step, inner in items:
            yield from _containers(inner, (*path, step))


def pattern(path: Path) -> tuple[str, ...]:
    """Forget which entry of an array a path goes through."""
    return tuple(step if isinstance(step, str) else "*" for step in path)


def changed(leaf: Any) -> Any:
    """Give another value of the same type and form."""
    if isinstance(leaf, bool):
        return not leaf
    if isinstance(leaf, int):
        return leaf + 1
    digits = [place for place, character in enumerate(leaf) if character in "0123456789"]
    if not digits:
        return leaf + "x"
    place = digits[-1]
    return leaf[:place] + str((int(leaf[place]) + 1) % 10) + leaf[place + 1 :]


def reshaped_patterns(value: Any) -> Iterator[tuple[Path, Any]]:
    """Give what `reshaped` gives, each under a path that says which container it was and in which way."""
    for path, inner in _containers(value):
        for way, mutant in enumerate(reshaped(inner)):
            if way < _ways(inner):
                yield (*path, f"way {way}"), put(value, path, mutant)


def _ways(inner: Any) -> int:
    """Count the ways in which `reshaped` changes the outermost container itself, which it does first."""
    return 3 + (isinstance(inner, dict) and len(inner) > 1)
