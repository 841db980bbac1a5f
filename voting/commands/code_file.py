"""Write ballot codes to a file that only this user can read, and that holds all of them or is not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voting.errors import MalformedForm, NotRecorded


@contextmanager
def written_codes(path: Path, lines: tuple[str, ...]) -> Iterator[None]:
    """Write one code a line into a new file (mode 0600), on disk before the body runs; removed when the body fails.

    Raises MalformedForm when the file exists or cannot be written: codes of another session are never overwritten.
    When the body does not know whether it was recorded, the file stays, as the codes in it may be those that count.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise MalformedForm(f"{path} exists already and is not overwritten. Name another file.", "codes") from None
    except OSError as error:
        raise MalformedForm(f"{path} cannot be written: {error.strerror}.", "codes") from None
    try:
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as out:
                out.writelines(f"{line}\n" for line in lines)
                out.flush()
                os.fsync(out.fileno())
            _sync_folder(path.parent)
        except OSError as error:
            raise MalformedForm(f"{path} cannot be written: {error.strerror}.", "codes") from None
        yield
    except NotRecorded as refusal:
        raise NotRecorded(f"{refusal} The codes are kept in {path}: look with `voting session show` first.") from None
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Bring the file's name to the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
