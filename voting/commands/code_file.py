"""Write ballot codes to a file that only this user can read, and that holds all of them or is not there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voting.commands.private_file import new_private_file
from voting.errors import NotRecorded


@contextmanager
def written_codes(path: Path, lines: tuple[str, ...]) -> Iterator[None]:
    """Write one code a line into a new file (mode 0600), on disk before the body runs; removed when the body fails.

    Raises MalformedForm when the file exists or cannot be written: codes of another session are never overwritten.
    When the body does not know whether it was recorded, the file stays, as the codes in it may be those that count.
    """
    with new_private_file(path, "codes") as out:
        out.writelines(f"{line}\n" for line in lines)
    try:
        yield
    except NotRecorded as refusal:
        raise NotRecorded(f"{refusal} The codes are kept in {path}: look with `voting session show` first.") from None
    except BaseException:
        path.unlink(missing_ok=True)
        raise
