"""The embedded server and its users: started once, shared, stopped by the last, taken over after a kill."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

import pytest

from tests.running import connected, embedded_store, open_session, plain_ballot, plain_session
from voting.domain.sessions import State
from voting.errors import MissingSetting, NotRecorded
from voting.storage import server_process
from voting.storage.embedded import FOLDER, SOCKET, EmbeddedServer, running_store

pytestmark = pytest.mark.store

USER = """
import sys
from pathlib import Path
from voting.storage.embedded import running_store
with running_store(Path(sys.argv[1])) as server:
    END
    print(server.pid, server.url, flush=True)
    sys.stdin.readline()
print("left", flush=True)
"""


class User:
    """Another process that uses the server until it is told to leave."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        pid, self.url = self._line().split()
        self.pid = int(pid)

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def leave(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        assert self._line() == "left"
        assert self.process.wait(20) == 0


@contextmanager
def user(data: Path, begin: str = "", end: str = "") -> Iterator[User]:
    command = [sys.executable, "-c", begin + USER.replace("END", end), str(data)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield User(process)
        finally:
            process.kill()


def is_alive(data: Path) -> bool:
    return server_process.is_alive(data / FOLDER)


def test_it_starts_quickly_and_keeps_its_data(tmp_path: Path) -> None:
    began = time.monotonic()
    with running_store(tmp_path) as server:
        took = time.monotonic() - began
        with connected(server.url) as store:
            uuid, _ = open_session(store)
    assert not is_alive(tmp_path)
    with embedded_store(tmp_path) as store:
        assert store.session(uuid).state == State.OPEN
    assert took < 2  # 0.05 s on an idle machine
    print(f"the embedded server answered after {took:.3f} s")


@pytest.mark.parametrize("first_leaves_first", [True, False])
def test_two_processes_share_it_and_leave_in_any_order(tmp_path: Path, first_leaves_first: bool) -> None:
    with user(tmp_path) as first, user(tmp_path) as second:
        assert first.pid == second.pid
        assert first.url == second.url
        one, other = (first, second) if first_leaves_first else (second, first)
        one.leave()
        with connected(other.url) as store:
            store.add_session(plain_session("Still here"))
        other.leave()
        assert not is_alive(tmp_path)
    with embedded_store(tmp_path) as store:
        assert [session.title for session in store.sessions()] == ["Still here"]


def test_a_server_whose_users_were_killed_is_taken_over(tmp_path: Path) -> None:
    with user(tmp_path) as killed:
        killed.process.kill()
        killed.process.wait(20)
        assert is_alive(tmp_path)
        with running_store(tmp_path) as server:
            assert server.pid == killed.pid
        assert not is_alive(tmp_path)


def test_users_that_come_and_go_at_once_meet_one_server_at_a_time(tmp_path: Path) -> None:
    def come_and_go(number: int) -> None:
        for visit in range(5):
            with embedded_store(tmp_path) as store:
                store.add_session(plain_session(f"{number}.{visit}"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(come_and_go, range(8)))
    assert not is_alive(tmp_path)
    with embedded_store(tmp_path) as store:
        assert len(store.sessions()) == 40


def test_an_interrupt_at_the_keyboard_does_not_reach_the_server(tmp_path: Path) -> None:
    with user(tmp_path, "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)") as other:
        os.killpg(other.process.pid, signal.SIGINT)
        time.sleep(0.2)
        with connected(other.url) as store:
            store.ping()
        other.leave()


def test_a_user_that_is_interrupted_leaves_in_order(tmp_path: Path) -> None:
    # Of its own: who runs the tests in the background has them begin with interrupts ignored.
    with user(tmp_path, "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)") as other:
        os.killpg(other.process.pid, signal.SIGINT)
        other.process.wait(20)
        # The user left in order, so the server was stopped in order: its witness is there.
        assert not is_alive(tmp_path)
        assert (tmp_path / FOLDER / "witness.json").exists()


def test_a_forked_child_neither_keeps_the_server_nor_stops_it(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path)
    ready, done = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        server.close()
        os._exit(0 if not server.ensure() and os.write(ready[1], b"x") and os.read(done[0], 1) else 1)
    try:
        os.read(ready[0], 1)
        assert is_alive(tmp_path)
        server.close()
        server.close()
        assert not is_alive(tmp_path)
        assert not server.ensure()
    finally:
        os.write(done[1], b"x")
        assert os.waitpid(child, 0)[1] == 0
        for descriptor in (*ready, *done):
            os.close(descriptor)


def test_a_child_that_outlives_its_killed_parent_does_not_keep_the_server(tmp_path: Path) -> None:
    # The parent waits until its child runs: only then has that one let go of the server.
    waits_for_ever = (
        "import os, time; r, w = os.pipe(); os.fork() and os.read(r, 1) or "
        "(os.write(w, b'x'), os.close(1), time.sleep(60))"
    )
    with user(tmp_path, end=waits_for_ever) as parent:
        parent.process.kill()
        parent.process.wait(20)
        try:
            with running_store(tmp_path) as server:
                assert server.pid == parent.pid
            assert not is_alive(tmp_path)
        finally:
            os.killpg(parent.process.pid, signal.SIGKILL)


def test_a_program_started_meanwhile_does_not_keep_the_server(tmp_path: Path) -> None:
    with running_store(tmp_path):
        sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], close_fds=False)
    try:
        assert not is_alive(tmp_path)
    finally:
        sleeper.kill()
        sleeper.wait()


def test_the_last_to_leave_cuts_no_acknowledged_ballot_off(tmp_path: Path) -> None:
    stop = Event()
    with running_store(tmp_path) as server, connected(server.url) as store:
        uuid, credentials = open_session(store, 3000)
        receipts: dict[str, int] = {}

        def vote(part: list[str]) -> None:
            for credential in part:
                ballot = plain_ballot(credential)
                try:
                    receipts[ballot[1]] = store.cast(uuid, *ballot).height
                except NotRecorded:
                    stop.set()
                    return

        with ThreadPoolExecutor(4) as threads:
            voters = [threads.submit(vote, credentials[number::4]) for number in range(4)]
            time.sleep(0.2)
            server.close()
            for voter in voters:
                voter.result()
    assert stop.is_set()
    with embedded_store(tmp_path) as store:
        store.check_board(uuid)
        assert all(store.height_of(uuid, tracker) == height for tracker, height in receipts.items())
        assert len(receipts) <= store.turnout(uuid).ballots <= len(receipts) + 4


def test_the_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    with running_store(tmp_path):
        folder = tmp_path / FOLDER
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / SOCKET).stat().st_mode) == 0o700


def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 30)
    with running_store(data) as server, user(data) as other:
        assert other.pid == server.pid
        folder = Path(server.url.removeprefix("unix://")).parent
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        other.leave()
    assert not folder.exists()
    # The private folder was swept away by the machine, or belongs to somebody else by now: another one is made.
    (data / FOLDER / "socket").write_text(str(tmp_path / SOCKET))
    tmp_path.chmod(0o755)
    with embedded_store(data) as store:
        store.ping()


@pytest.mark.parametrize("name", [FOLDER, f"{FOLDER}/{SOCKET}"])
def test_a_file_in_the_way_is_named_and_left_alone(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("something of somebody")
    with pytest.raises(MissingSetting, match=f"{path} is in the way"), running_store(tmp_path):
        pass
    assert path.read_text() == "something of somebody"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for data in (file, Path("/proc/voting")):
        with pytest.raises(MissingSetting, match=f"VOTING_DATA.*{data}"), running_store(data):
            pass


def test_a_server_that_does_not_answer_is_named_with_its_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_process, "ANSWER_SECONDS", 0.1)
    monkeypatch.setattr(server_process, "STOP_SECONDS", 0.1)
    with running_store(tmp_path) as server:
        pid = server.pid
        (tmp_path / FOLDER / SOCKET).rename(tmp_path / "elsewhere")
        with pytest.raises(NotRecorded, match=r"does not answer.*valkey\.pid"), running_store(tmp_path):
            pass
        assert (tmp_path / FOLDER / "valkey.pid").read_text().strip() == str(pid)
        (tmp_path / "elsewhere").rename(tmp_path / FOLDER / SOCKET)
        assert not server.ensure()


@pytest.mark.parametrize("how", ["count", "cancel"])
def test_a_destroyed_trustee_key_is_in_no_file_any_more(tmp_path: Path, how: str) -> None:
    with embedded_store(tmp_path) as store:
        uuid, _ = open_session(store)
        box = store.trustee_box(uuid)
        store.close(uuid, b"EndBallots", 5)
        assert holds(tmp_path, box)
        if how == "cancel":
            store.cancel(uuid)
        else:
            store.append(uuid, [b"Result"], height=2, state=State.CLOSED, to=State.COUNTED, forget_trustee_key=True)
    assert not holds(tmp_path, box)
    with embedded_store(tmp_path) as store:
        assert store.receipt_box(uuid) == b"sealed receipt key"


def holds(folder: Path, secret: bytes) -> bool:
    found = False
    for path in folder.rglob("*"):
        # A rewrite may be removing it.
        with suppress(FileNotFoundError):
            found |= path.is_file() and secret in path.read_bytes()
    return found


def test_the_log_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_process, "LONGEST_LOG", 500)
    for _ in range(3):
        with running_store(tmp_path):
            pass
    logs = sorted(path.name for path in (tmp_path / FOLDER).glob("valkey.log*"))
    assert logs == ["valkey.log", "valkey.log.1"]
