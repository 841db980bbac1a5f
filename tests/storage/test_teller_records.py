"""What is kept of tellers, for how long, and what is never kept: no link, no device, no seed, no share."""

import os
import signal
from functools import partial
from pathlib import Path

import pytest

from tests.domain.counting_team import Device, draft_with_tellers, gather, take_steps
from tests.running import connected, embedded_store, plain_credentials, plain_setup
from tests.storage.test_embedded import holds
from voting.domain.casting import open_session
from voting.domain.ceremony import restart_ceremony
from voting.domain.counting import close_session, count_session
from voting.domain.drafting import cancel_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.errors import BoardDamaged, ChangedMeanwhile
from voting.protocol.ceremony import TellerKeys, open_box
from voting.storage import keys
from voting.storage.embedded import running_store
from voting.storage.sealing import SealingKeys
from voting.storage.store import RedisStore

pytestmark = pytest.mark.store
SEAL = SealingKeys(["a sealing key for tests, long enough"])


def house_of(store: RedisStore) -> House:
    return House(store, SEAL, lambda: 1_800_000_000)


def begun(store: RedisStore) -> tuple[str, list[Device]]:
    house = house_of(store)
    session = draft_with_tellers(house)
    return session.uuid, gather(house, session)


def parcels_of(store: RedisStore, uuid: str) -> list[bytes]:
    return [parcel for sent in store.ceremony(uuid).parcels.values() for parcel in sent]


def test_parcels_are_in_no_file_after_the_last_key(tmp_path: Path) -> None:
    with embedded_store(tmp_path) as store:
        uuid, team = begun(store)
        take_steps(team, "key")
        parcels = parcels_of(store, uuid)
        assert len(parcels) == 9
        for device in team[:2]:
            device.move()
        assert parcels_of(store, uuid) == parcels
        assert all(holds(tmp_path, parcel) for parcel in parcels)
        team[2].move()
        assert parcels_of(store, uuid) == []
        assert not any(holds(tmp_path, parcel) for parcel in parcels)
        assert not store.connection.client.exists(keys.HISTORY_DUE)


def test_parcels_are_in_no_file_after_a_crash_right_after_the_last_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_store(tmp_path) as server, connected(server.url) as store:
        uuid, team = begun(store)
        take_steps(team, "key")
        parcels = parcels_of(store, uuid)
        with monkeypatch.context() as patch:
            patch.setattr(RedisStore, "settle_history", lambda self: None)
            take_steps(team)
        assert holds(tmp_path, parcels[0])
        os.kill(server.pid, signal.SIGKILL)
        assert server.ensure()
        server.ensure()
        assert not any(holds(tmp_path, parcel) for parcel in parcels)


@pytest.mark.parametrize("how", ["restarted", "cancelled"])
def test_parcels_of_a_round_that_was_given_up_are_in_no_file(tmp_path: Path, how: str) -> None:
    with embedded_store(tmp_path) as store:
        uuid, team = begun(store)
        take_steps(team, "key")
        team[0].move()
        left = [*parcels_of(store, uuid), *store.ceremony(uuid).boxes.values()]
        assert len(left) == 10
        (restart_ceremony if how == "restarted" else cancel_session)(house_of(store), uuid)
        assert not any(holds(tmp_path, document) for document in left)


@pytest.mark.parametrize("how", ["counted", "cancelled"])
def test_what_tellers_left_is_in_no_file_when_the_servers_key_is_gone(tmp_path: Path, how: str) -> None:
    with embedded_store(tmp_path) as store:
        uuid, team = begun(store)
        house = house_of(store)
        take_steps(team)
        make_codes(house, uuid)
        confirm_codes(house, uuid)
        assert not store.connection.client.exists(keys.ceremony(uuid))
        open_session(house, uuid)
        close_session(house, uuid)
        left = [*store.ceremony(uuid).boxes.values(), *store.connection.client.hvals(keys.tellers(uuid))]
        assert len(set(left)) == 10, "links, devices, boxes, and the round"
        for device in team[:2]:
            device.decrypt()
        if how == "counted":
            count_session(house, uuid)
        else:
            cancel_session(house, uuid)
        assert not store.connection.client.exists(keys.tellers(uuid))
        assert not any(holds(tmp_path, value) for value in left if len(value) > 8)


def test_no_link_device_seed_or_share_is_ever_in_a_file(tmp_path: Path) -> None:
    with embedded_store(tmp_path) as store:
        uuid, team = begun(store)
        house = house_of(store)
        secrets: list[str] = []
        # Nothing is written anew in between, so the files show all that was ever sent to the store.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(RedisStore, "settle_history", lambda self: None)
            take_steps(team)
            for device in team:
                view, own = device.view(), TellerKeys.of(device.seed)
                assert view.box is not None
                share = open_box(view.round, view.index, own, view.box)
                secrets += [device.secret, device.seed, device.link, device.link.replace("-", ""), str(share)]
                secrets += [str(own.signing), str(own.decryption)]
            make_codes(house, uuid)
            confirm_codes(house, uuid)
            open_session(house, uuid)
            close_session(house, uuid)
            for device in team[:2]:
                device.decrypt()
            count_session(house, uuid)
            assert holds(tmp_path, uuid.encode())
            assert not any(holds(tmp_path, secret.encode()) for secret in secrets)


# ---- one act, both or neither


def test_the_last_key_is_kept_only_with_the_parcels_deletion_noted(store: RedisStore) -> None:
    uuid, team = begun(store)
    take_steps(team, "key")
    said = {"device": team[2].bound.hash, "round": 1, "step": "key", "size": 3, "message": b"{}", "box": b"{}"}
    last = partial(store.take_message, uuid, 3, **said)
    for device in team[:2]:
        device.move()
    with pytest.MonkeyPatch.context() as patch:
        # As if the others' keys had come in after it was asked whether this is the last one.
        patch.setattr(RedisStore, "_is_last_key", lambda *_: False)
        with pytest.raises(ChangedMeanwhile):
            last()
    assert len(parcels_of(store, uuid)) == 9
    assert last()
    assert parcels_of(store, uuid) == []
    assert not last()


def test_a_message_of_a_step_that_has_not_come_or_beside_others_than_seen_is_not_kept(store: RedisStore) -> None:
    uuid, team = begun(store)

    def take(index: int, step: str, round: int = 1, beside: int | None = None) -> bool:
        said = {"device": team[index - 1].bound.hash, "round": round, "step": step, "beside": beside}
        return store.take_message(uuid, index, size=3, message=b"{}", **said)

    assert take(1, "certificate", beside=0)
    refused = [(2, "certificate", 2, None), (2, "certificate", 1, 0), (1, "commitment", 1, None), (2, "key", 1, None)]
    for index, step, round, beside in refused:
        with pytest.raises(ChangedMeanwhile):
            take(index, step, round, beside)
    assert store.ceremony(uuid).messages == {"certificate": {1: b"{}"}, "commitment": {}, "reveal": {}, "key": {}}
    assert take(2, "certificate", beside=1)


@pytest.mark.parametrize("wrong", ["round", "fault", "missing"])
def test_a_session_is_not_ready_with_a_round_that_is_another_or_stopped_or_not_complete(
    store: RedisStore, wrong: str
) -> None:
    uuid, team = begun(store)
    take_steps(team)
    client, last = store.connection.client, store.ceremony(uuid).messages["key"][3]
    store.hold_credentials(uuid, 0, plain_credentials(4))
    if wrong == "fault":
        store.stop_ceremony(uuid, 1, device=team[0].bound.hash, round=1, fault="{}")
    elif wrong == "missing":
        client.hdel(keys.ceremony(uuid), "key:3")
    before = {name: client.dump(name) for name in client.keys(f"*{uuid}*")}
    with pytest.raises(ChangedMeanwhile):
        make_ready(store, uuid, 2 if wrong == "round" else 1)
    assert {name: client.dump(name) for name in client.keys(f"*{uuid}*")} == before
    client.hdel(keys.ceremony(uuid), "fault")
    client.hset(keys.ceremony(uuid), "key:3", last)
    make_ready(store, uuid, 1)
    assert store.ceremony(uuid).round == 1
    assert not client.exists(keys.ceremony(uuid))


def make_ready(store: RedisStore, uuid: str, round: int) -> None:
    store.make_ready(
        store.session(uuid),
        setup=plain_setup(plain_credentials(4)),
        credentials=plain_credentials(4),
        trustee_box=b"t",
        receipt_box=b"r",
        receipt_key="k",
        at=1,
        round=round,
    )


def test_a_stored_round_that_is_no_number_is_damage(store: RedisStore) -> None:
    uuid, _ = begun(store)
    store.connection.client.hset(keys.ceremony(uuid), "round", "two")
    with pytest.raises(BoardDamaged):
        store.ceremony(uuid)
