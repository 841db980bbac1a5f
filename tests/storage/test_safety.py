"""A store that could lose an acknowledged ballot is refused; one that is full refuses and loses nothing."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from time import sleep

import pytest
import redis

from tests.domain.counting_team import draft_with_tellers, gather, take_steps
from tests.running import connected, foreign_server, free_port, open_session, plain_ballot, plain_credentials
from voting.domain.ceremony import restart_ceremony
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.errors import MissingSetting, NotRecorded, StoreUnsafe
from voting.storage.embedded import FOLDER, running_store
from voting.storage.sealing import SealingKeys
from voting.storage.store import open_store

pytestmark = pytest.mark.store
LOGS = ("slowlog-log-slower-than", "commandlog-request-larger-than", "commandlog-reply-larger-than")
SAFE = ("--appendonly", "yes", "--appendfsync", "always", *(word for name in LOGS for word in (f"--{name}", "-1")))


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (("--appendonly", "no"), "appendonly is 'no'"),
        (("--appendonly", "yes", "--appendfsync", "everysec"), "appendfsync is 'everysec'"),
        ((*SAFE, "--maxmemory-policy", "allkeys-lru"), "maxmemory-policy is 'allkeys-lru'"),
        ((*SAFE, "--no-appendfsync-on-rewrite", "yes"), "no-appendfsync-on-rewrite is 'yes'"),
        ((*SAFE, "--aof-timestamp-enabled", "yes"), "aof-timestamp-enabled is 'yes'"),
        ((*SAFE, "--rename-command", "CONFIG", ""), "CONFIG is forbidden"),
    ],
)
def test_an_unsafe_setting_is_refused_by_name(tmp_path: Path, settings: tuple[str, ...], named: str) -> None:
    with foreign_server(tmp_path, *settings) as (url, _):
        with pytest.raises(StoreUnsafe, match=named):
            open_store(url)
        with connected(url, allow_unsafe=True) as store:
            assert named in "\n".join(store.warnings)
            store.ping()


def test_every_unsafe_setting_is_named_at_once(tmp_path: Path) -> None:
    with (
        foreign_server(tmp_path, *SAFE[4:], "--appendfsync", "no", "--maxmemory-policy", "volatile-ttl") as (url, _),
        connected(url, allow_unsafe=True) as store,
    ):
        assert [text.split()[0] for text in store.warnings] == ["appendonly", "appendfsync", "maxmemory-policy"]


@pytest.mark.parametrize("name", LOGS)
def test_a_log_that_could_show_a_cast_is_told_to_the_operator(tmp_path: Path, name: str) -> None:
    with foreign_server(tmp_path, *SAFE, f"--{name}", "10000000") as (url, _), connected(url) as store:
        # The older name of a setting is told beside the newer one.
        assert store.warnings[0].startswith(f"{name} is '10000000' and must be '-1'")


def test_a_safe_server_keeps_no_log_of_a_slow_cast(tmp_path: Path) -> None:
    with foreign_server(tmp_path, *SAFE[:4]) as (url, _), connected(url, allow_unsafe=True) as store:
        client = store.connection.client
        client.config_set("slowlog-log-slower-than", 0)
        uuid, credentials = open_session(store)
        store.cast(uuid, *plain_ballot(credentials[0]))
        assert credentials[0] in str(client.slowlog_get()), "what the settings below are there for"
        for name in LOGS:
            client.config_set(name, -1)
        client.slowlog_reset()
        with connected(url) as safe:
            safe.cast(uuid, *plain_ballot(credentials[1]))
        assert client.slowlog_get() == []


def test_a_user_who_may_not_read_the_settings_is_told(tmp_path: Path) -> None:
    with foreign_server(tmp_path, *SAFE) as (url, _):
        with redis.Redis.from_url(url) as client:
            client.execute_command("ACL", "SETUSER", "vote", "on", ">secret", "~*", "+@all", "-config")
        with pytest.raises(StoreUnsafe, match="CONFIG is forbidden"):
            open_store(url.replace("unix://", "unix://vote@") + "?password=secret")


def test_the_embedded_server_is_safe_and_keeps_no_log_of_commands(tmp_path: Path) -> None:
    with running_store(tmp_path) as server, connected(server.url) as store:
        uuid, credentials = open_session(store)
        for credential in credentials:
            store.cast(uuid, *plain_ballot(credential, "x" * 100_000))
        client = store.connection.client
        assert store.warnings == ()
        assert client.slowlog_get() == []
        assert client.execute_command("COMMANDLOG", "LEN", "large-request") == 0
    assert uuid not in (tmp_path / FOLDER / "valkey.log").read_text()


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "nonsense", "unix://", "redis://127.0.0.1:port"])
def test_an_address_that_is_none_is_a_missing_setting(url: str) -> None:
    with pytest.raises((MissingSetting, NotRecorded)) as refused:
        open_store(url)
    assert "secret" not in str(refused.value)


def test_nobody_at_the_address_is_a_refusal() -> None:
    with pytest.raises(NotRecorded, match="cannot be reached"):
        open_store(f"redis://user:secret@127.0.0.1:{free_port()}")


def test_a_replica_takes_no_ballot(tmp_path: Path) -> None:
    with foreign_server(tmp_path, *SAFE) as (url, _), connected(url) as store:
        uuid, credentials = open_session(store)
        store.connection.client.execute_command("REPLICAOF", "127.0.0.1", str(free_port()))
        with pytest.raises(NotRecorded):
            store.cast(uuid, *plain_ballot(credentials[0]))
        assert store.turnout(uuid).ballots == 0


@pytest.mark.fault("R11")
def test_a_store_out_of_memory_refuses_and_evicts_nothing(tmp_path: Path) -> None:
    with foreign_server(tmp_path, *SAFE, "--maxmemory", "20mb") as (url, _), connected(url) as store:
        uuid, credentials = open_session(store, 3000)
        receipts, refused, texts = {}, 0, set()
        for credential in credentials:
            ballot = plain_ballot(credential, "x" * 20_000)
            try:
                receipts[ballot[1]] = store.cast(uuid, *ballot).height
            except NotRecorded as refusal:
                texts.add(str(refusal))
                refused += 1
                assert store.credential_status(uuid, credential) == "unused"
                if refused == 20:
                    break
        assert refused == 20
        assert texts == {"The store is out of memory: nothing was recorded."}
        assert all(store.height_of(uuid, tracker) == height for tracker, height in receipts.items())
        assert store.turnout(uuid).ballots == len(receipts)
        store.check_board(uuid)
        evicted = store.connection.client.info("stats")["evicted_keys"]
        assert evicted == 0
        # With room again it goes on where it stopped.
        store.connection.client.config_set("maxmemory", "40mb")
        assert store.cast(uuid, *ballot).height == len(receipts) + 1
    print(f"R11: {len(receipts)} acknowledged, {refused} refused, {evicted} evictions, 0 lost")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB, where this machine lets us mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount, unmount = which("mount"), which("umount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", str(folder)]
    if not mount or not unmount or subprocess.run(command, capture_output=True, check=False).returncode:
        # Mounting takes rights that not everybody has; all the rest can be tried without.
        pytest.skip("this machine lets us mount no small file system")
    try:
        yield folder
    finally:
        subprocess.run([unmount, str(folder)], check=True)


@pytest.mark.fault("R6")
def test_a_full_disk_refuses_and_loses_nothing(small_disk: Path) -> None:
    receipts, refused = {}, 0
    with running_store(small_disk) as server, connected(server.url) as store:
        uuid, credentials = open_session(store, 2000)
        for credential in credentials:
            ballot = plain_ballot(credential, "x" * 10_000)
            try:
                receipts[ballot[1]] = store.cast(uuid, *ballot).height
            except NotRecorded:
                refused += 1
                server.ensure()
                if refused == 10:
                    break
        assert refused == 10
        store.check_board(uuid)
        assert all(store.height_of(uuid, tracker) == height for tracker, height in receipts.items())
        assert store.turnout(uuid).ballots == len(receipts)
    # What stood in the way was removed: here, by moving to a larger disk.
    subprocess.run([which("mount") or "mount", "-o", "remount,size=16m", str(small_disk)], check=True)
    with running_store(small_disk) as server, connected(server.url) as store:
        store.check_board(uuid)
        assert all(store.height_of(uuid, tracker) == height for tracker, height in receipts.items())
        assert store.cast(uuid, *ballot).height == len(receipts) + 1
    print(f"R6: {len(receipts)} acknowledged, {refused} refused, 0 lost")


def test_scripts_come_back_after_the_server_forgot_them(tmp_path: Path) -> None:
    with foreign_server(tmp_path, *SAFE) as (url, _), connected(url) as store:
        uuid, credentials = open_session(store)
        store.connection.client.script_flush()
        assert store.cast(uuid, *plain_ballot(credentials[0])).height == 1


def test_the_same_acts_run_on_a_cluster(tmp_path: Path) -> None:
    port = free_port()
    settings = ("--port", str(port), "--bind", "127.0.0.1", "--cluster-enabled", "yes", "--cluster-port")
    with foreign_server(tmp_path, *SAFE, *settings, str(free_port())) as (url, _):
        with redis.Redis.from_url(url) as client:
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
            while b"cluster_state:ok" not in client.execute_command("CLUSTER", "INFO"):
                sleep(0.02)
        with connected(f"{url}?cluster=yes") as store:
            first, credentials = open_session(store)
            second, _ = open_session(store)
            store.cast(first, *plain_ballot(credentials[0]))
            store.void(first, credentials[1])
            store.close(first, b"EndBallots", 3)
            store.cancel(second)
            assert [store.turnout(uuid).records for uuid in (first, second)] == [3, 1]
            assert {session.uuid for session in store.sessions()} == {first, second}
            store.check_board(first)
            assert store.credential_status(first, plain_credentials(1)[0]) == "used"
            store.put_link(first, 1, "link")
            assert store.claim_link(first, "link", "device") == store.device_index(first, "device") == 1
            assert store.take_decryption(first, 1, b"{}", device="device") == (1, False)
            house = House(store, SealingKeys(["a sealing key for tests, long enough"]), lambda: 4)
            counted_by_tellers = draft_with_tellers(house)
            team = gather(house, counted_by_tellers)
            take_steps(team)
            restart_ceremony(house, counted_by_tellers.uuid)
            take_steps(team)
            make_codes(house, counted_by_tellers.uuid)
            assert confirm_codes(house, counted_by_tellers.uuid).is_setup
