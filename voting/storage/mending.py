"""Remove the incomplete record at the end of an append-only file: `python -m voting.storage.mending FOLDER`.

For the person whose machine lost its power while ballots came in. The server refuses such a file, since it cannot know
whether more was cut off; whoever ran the machine can. Nothing acknowledged is lost by this after a mere power cut.
"""

import sys
from pathlib import Path

from voting.errors import NotFound, Refusal, WrongState
from voting.storage import append_only
from voting.storage.file_lock import FileLock
from voting.storage.server_process import LOCK


def mend(folder: Path) -> int:
    """Cut the torn end off the newest file of the server's `folder`; gives the number of bytes, kept beside it.

    Raises WrongState while a server runs on it, NotFound when there is none, BoardDamaged when more than that is bad.
    """
    if append_only.newest_increment(folder) is None:
        raise NotFound(f"{folder} holds no append-only file.")
    with FileLock(folder / LOCK) as lock:
        if not lock.try_to_take():
            raise WrongState(f"A store server is running on {folder}.")
        return append_only.cut_torn_end(folder)


def main(arguments: list[str]) -> int:
    """Mend the folder that the one argument names; gives the exit status."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        removed = mend(Path(arguments[0]))
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print(
        f"{removed} bytes of an incomplete record were removed and kept beside the file."
        if removed
        else "Nothing was torn."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
