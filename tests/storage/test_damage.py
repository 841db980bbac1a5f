"""Append-only files that were cut or changed: refused, by name (R7)."""

import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.running import connected, embedded_store, open_session, plain_ballot
from voting.errors import BoardDamaged
from voting.storage import append_only, mending
from voting.storage.embedded import FOLDER, running_store

pytestmark = pytest.mark.store


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an open session of ten ballots whose server was stopped."""
    data = tmp_path_factory.mktemp("stopped")
    with embedded_store(data) as store:
        uuid, credentials = open_session(store)
        for credential in credentials[:10]:
            store.cast(uuid, *plain_ballot(credential, "x" * 300))
    return data


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, but the server was killed before anybody kept a witness of its files."""
    data = tmp_path_factory.mktemp("crashed")
    with running_store(data) as server, connected(server.url) as store:
        uuid, credentials = open_session(store)
        for credential in credentials[:10]:
            store.cast(uuid, *plain_ballot(credential, "x" * 300))
        os.kill(server.pid, signal.SIGKILL)
    assert not (data / FOLDER / append_only.WITNESS).exists()
    return data


def copy(data: Path, to: Path) -> tuple[Path, Path]:
    """Give (data folder, newest append-only file) of a copy."""
    shutil.copytree(data, to, ignore=shutil.ignore_patterns("valkey.sock"))
    path = append_only.newest_increment(to / FOLDER)
    assert path is not None
    return to, path


def flip(path: Path, place: int) -> None:
    raw = bytearray(path.read_bytes())
    raw[place] ^= 1 << (place % 8)
    path.write_bytes(raw)


@pytest.mark.fault("R7")
def test_every_cut_and_every_changed_byte_stops_the_start(stopped: Path, tmp_path: Path) -> None:
    dice, changes = Random(7), 200
    for number in range(changes):
        data, path = copy(stopped, tmp_path / str(number))
        place = dice.randrange(path.stat().st_size)
        if number % 2:
            flip(path, place)
        else:
            os.truncate(path, place)
        with pytest.raises(BoardDamaged, match=path.name), running_store(data):
            pass
        shutil.rmtree(data)
    print(f"R7: {changes} files cut or changed after a clean stop, {changes} refused at the start")


@pytest.mark.fault("R7")
def test_after_a_crash_damage_is_found_by_the_server_or_on_the_board(crashed: Path, tmp_path: Path) -> None:
    dice, outcomes = Random(8), Counter[str]()
    with embedded_store(copy(crashed, tmp_path / "whole")[0]) as store:
        (uuid,) = store.check_boards()
        before = store.turnout(uuid), list(store.records(uuid))
    for number in range(40):
        data, path = copy(crashed, tmp_path / str(number))
        raw = path.read_bytes()
        begin = raw.index(b"Ballot\n")
        place = dice.randrange(begin, len(raw) - 1)
        if number % 2:
            flip(path, place)
        else:
            os.truncate(path, place)
        try:
            with embedded_store(data) as store:
                (uuid,) = store.check_boards()
                if (store.turnout(uuid), list(store.records(uuid))) == before:
                    # A line end or the case of a command, which the server does not look at: nothing was lost.
                    outcomes["without effect"] += 1
                elif not number % 2 and raw[:place].endswith(b"EXEC\r\n"):
                    outcomes["cut between two acts"] += 1
                else:
                    outcomes["missed"] += 1
        except BoardDamaged as refusal:
            outcomes["on the board" if refusal.height else "at the start"] += 1
        shutil.rmtree(data)
    assert outcomes["missed"] == 0
    print(f"R7: 40 files cut or changed after a crash without a witness: {dict(outcomes)}")


def test_a_supervisor_keeps_a_witness_while_ballots_come_in(tmp_path: Path) -> None:
    with running_store(tmp_path / "a") as server, connected(server.url) as store:
        uuid, credentials = open_session(store)
        store.cast(uuid, *plain_ballot(credentials[0]))
        server.ensure()
        path = append_only.newest_increment(server.folder)
        assert path is not None
        seen = path.stat().st_size
        store.cast(uuid, *plain_ballot(credentials[1]))
        os.kill(server.pid, signal.SIGKILL)
    data, path = copy(tmp_path / "a", tmp_path / "b")
    with embedded_store(data) as store:
        assert store.turnout(uuid).ballots == 2
    # Cut between two acts: the server alone would take this for the whole file.
    data, path = copy(tmp_path / "a", tmp_path / "c")
    raw = path.read_bytes()
    os.truncate(path, raw.rindex(b"*1\r\n$5\r\nMULTI", 0, seen))
    with pytest.raises(BoardDamaged, match="shorter"), running_store(data):
        pass


@pytest.mark.parametrize(
    "hurt",
    [
        lambda folder: (folder / append_only.FOLDER / append_only.MANIFEST).unlink(),
        lambda folder: (folder / append_only.FOLDER / append_only.MANIFEST).write_text("file nonsense"),
        lambda folder: os.truncate(folder / append_only.FOLDER / append_only.MANIFEST, 44),
        lambda folder: shutil.rmtree(folder / append_only.FOLDER),
        lambda folder: next((folder / append_only.FOLDER).glob("*.rdb")).unlink(),
        lambda folder: flip(next((folder / append_only.FOLDER).glob("*.rdb")), 20),
        lambda folder: (folder / append_only.WITNESS).write_text("[[1]]"),
    ],
    ids=["no manifest", "nonsense", "half a manifest", "no folder", "no base", "base changed", "witness"],
)
def test_missing_and_unreadable_files_stop_the_start(
    stopped: Path, tmp_path: Path, hurt: Callable[[Path], object]
) -> None:
    data, _ = copy(stopped, tmp_path / "data")
    hurt(data / FOLDER)
    with pytest.raises(BoardDamaged, match=str(data)), running_store(data):
        pass
    assert not (data / FOLDER / "valkey.sock").exists()


def test_a_manifest_that_vanished_after_a_crash_does_not_start_an_empty_store(crashed: Path, tmp_path: Path) -> None:
    data, _ = copy(crashed, tmp_path / "data")
    (data / FOLDER / append_only.FOLDER / append_only.MANIFEST).unlink()
    with pytest.raises(BoardDamaged, match="not named in the manifest"), running_store(data):
        pass


def test_a_witness_waits_until_the_server_answers(tmp_path: Path) -> None:
    with running_store(tmp_path) as server:
        witness = append_only.Witness(server.folder)
        witness.update(lambda: False)
        assert not (server.folder / append_only.WITNESS).exists()
        witness.update()
        assert (server.folder / append_only.WITNESS).exists()


# ---- an end that a power cut tore


def test_a_torn_end_is_named_with_its_remedy_and_the_remedy_works(
    crashed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, path = copy(crashed, tmp_path / "data")
    folder, before = data / FOLDER, path.read_bytes()
    path.write_bytes(before + b"*1\r\n$5\r\nMULTI\r\n*4\r\n$4\r\nHSET\r\n$70\r\nvoting:")
    with (
        pytest.raises(BoardDamaged, match=rf"whole up to byte {len(before)}(.|\n)*voting\.storage\.mending"),
        running_store(data),
    ):
        pass
    assert mending.main([str(folder)]) == 0
    assert path.read_bytes() == before
    assert path.with_name(f"{path.name}.torn-{len(before)}").read_bytes().startswith(b"*1\r\n$5\r\nMULTI")
    assert mending.main([str(folder)]) == 0
    with embedded_store(data) as store:
        (uuid,) = store.check_boards()
        assert store.turnout(uuid).ballots == 10
        assert mending.main([str(folder)]) == 1
    assert mending.main([str(tmp_path)]) == 1
    assert mending.main([]) == 2
    said = capsys.readouterr()
    assert "41 bytes" in said.out
    assert "is running" in said.err


def test_a_file_that_was_cut_within_what_a_witness_saw_is_not_mended(stopped: Path, tmp_path: Path) -> None:
    data, path = copy(stopped, tmp_path / "data")
    os.truncate(path, path.stat().st_size - 10)
    before = path.read_bytes()
    with pytest.raises(BoardDamaged):
        mending.mend(data / FOLDER)
    assert path.read_bytes() == before


@pytest.mark.parametrize("end", range(1, 60))
def test_the_torn_end_is_found_wherever_it_is(tmp_path: Path, end: int) -> None:
    whole = b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n"
    act = b"*1\r\n$5\r\nMULTI\r\n*3\r\n$5\r\nRPUSH\r\n$1\r\na\r\n$2\r\n\r\n\r\n*1\r\n$4\r\nEXEC\r\n"
    path = tmp_path / "file"
    path.write_bytes(whole + act[:end])
    assert append_only.torn_end(path) == (None if end >= len(act) else len(whole))


def test_bytes_that_are_no_command_are_not_taken_for_a_torn_end(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for raw in (b"hello world, this is not it", b"*2\r\n$3\r\nGET\r\nX1\r\na\r\n", b"*1\r\n$4\r\nPINGxx", b"*x\r\n"):
        path.write_bytes(raw)
        with pytest.raises(BoardDamaged):
            append_only.torn_end(path)
