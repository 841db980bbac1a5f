"""A new file that only this user can read, and that holds all of what was meant for it or is not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from voting.errors import MalformedForm


@contextmanager
def new_private_file(path: Path, field: str) -> Iterator[TextIO]:
    """Make a file (mode 0600) for the body to write; on disk when the body has ended, removed when it fails.

    Raises MalformedForm for `field` when the file exists or cannot be written: what somebody kept there is never lost.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise MalformedForm(f"{path} exists already and is not overwritten. Name another file.", field) from None
    except OSError as error:
        raise MalformedForm(f"{path} cannot be written: {error.strerror}.", field) from None
    try:
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as out:
                yield out
                out.flush()
                os.fsync(out.fileno())
            _sync_folder(path.parent)
        except OSError as error:
            raise MalformedForm(f"{path} cannot be written: {error.strerror}.", field) from None
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def replace_private_file(path: Path, text: str, field: str) -> None:
    """Put a text in place of a private file of ours: either the old one or the new one is there, whatever happens."""
    draft = path.with_name(f"{path.name}.new")
    # What a crash left of an earlier try: the file itself is whole.
    draft.unlink(missing_ok=True)
    with new_private_file(draft, field) as out:
        out.write(text)
    os.replace(draft, path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Bring the names of a folder's files to the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
