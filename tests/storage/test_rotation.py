"""Rotation of the sealing key: no start is let through with keys that do not open every box of the store."""

from pathlib import Path

import pytest

from tests.running import embedded_store, open_session
from tests.storage.test_embedded import holds
from voting.domain.issuing import receipt_purpose, trustee_purpose
from voting.errors import SealBroken
from voting.storage import keys, rotation, safety
from voting.storage.sealing import SealingKeys
from voting.storage.store import RedisStore

pytestmark = pytest.mark.store

OLD, NEW = "old" * 16, "new" * 16


def sealed_session(store: RedisStore, seal: SealingKeys) -> str:
    """Give an open session whose boxes are sealed with the first key of `seal`."""
    store.check_seal(seal)
    uuid, _ = open_session(store)
    boxes = {
        "trustee": seal.seal(b"trustee of " + uuid.encode(), trustee_purpose(uuid)),
        "receipt": seal.seal(b"receipt of " + uuid.encode(), receipt_purpose(uuid)),
    }
    store.connection.client.hset(keys.boxes(uuid), mapping=boxes)
    return uuid


def opens(store: RedisStore, seal: SealingKeys, uuid: str) -> bool:
    trustee = seal.unseal(store.trustee_box(uuid), trustee_purpose(uuid))
    receipt = seal.unseal(store.receipt_box(uuid), receipt_purpose(uuid))
    return (trustee, receipt) == (b"trustee of " + uuid.encode(), b"receipt of " + uuid.encode())


def test_after_a_rotation_the_new_key_alone_opens_every_box(store: RedisStore) -> None:
    uuids = [sealed_session(store, SealingKeys([OLD])) for _ in range(3)]
    store.check_seal(SealingKeys([NEW, OLD]))
    for _ in range(2):
        store.check_seal(SealingKeys([NEW]))
        assert all(opens(store, SealingKeys([NEW]), uuid) for uuid in uuids)
    with pytest.raises(SealBroken):
        store.check_seal(SealingKeys([OLD]))


def test_boxes_of_the_former_key_are_in_no_file_any_more(tmp_path: Path) -> None:
    with embedded_store(tmp_path) as store:
        uuid = sealed_session(store, SealingKeys([OLD]))
        former = [store.trustee_box(uuid), store.receipt_box(uuid)]
        store.check_seal(SealingKeys([NEW, OLD]))
    assert not any(holds(tmp_path, box) for box in former)


def test_a_rotation_that_was_cut_short_needs_both_keys_and_goes_on(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    uuids = [sealed_session(store, SealingKeys([OLD])) for _ in range(2)]

    def reseal_one(connection: object, seal: SealingKeys) -> bool:
        box = seal.reseal(store.trustee_box(uuids[0]), trustee_purpose(uuids[0]))
        store.connection.client.hset(keys.boxes(uuids[0]), "trustee", box)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(safety, "reseal_boxes", reseal_one)
        with pytest.raises(KeyboardInterrupt):
            store.check_seal(SealingKeys([NEW, OLD]))
    for alone in (OLD, NEW):
        with pytest.raises(SealBroken, match="VOTING_SEALING_KEY"):
            store.check_seal(SealingKeys([alone]))
    store.check_seal(SealingKeys([NEW, OLD]))
    store.check_seal(SealingKeys([NEW]))
    assert all(opens(store, SealingKeys([NEW]), uuid) for uuid in uuids)


def test_while_a_box_is_left_that_no_key_opens_no_key_is_let_go(store: RedisStore) -> None:
    uuid = sealed_session(store, SealingKeys([OLD]))
    open_session(store)  # its boxes are no boxes
    store.check_seal(SealingKeys([NEW, OLD]))
    store.check_seal(SealingKeys([OLD, NEW]))
    store.check_seal(SealingKeys([NEW, OLD]))
    assert opens(store, SealingKeys([NEW]), uuid)
    for alone in (OLD, NEW):
        with pytest.raises(SealBroken):
            store.check_seal(SealingKeys([alone]))


def test_a_key_destroyed_during_the_rotation_does_not_come_back(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    uuid = sealed_session(store, SealingKeys([OLD]))
    seal = SealingKeys([NEW, OLD])
    reseal = SealingKeys.reseal

    def destroyed_meanwhile(self: SealingKeys, box: bytes, purpose: str) -> bytes:
        if purpose == trustee_purpose(uuid):
            store.connection.client.hdel(keys.boxes(uuid), "trustee")
        return reseal(self, box, purpose)

    monkeypatch.setattr(SealingKeys, "reseal", destroyed_meanwhile)
    assert rotation.reseal_boxes(store.connection, seal)
    assert set(store.connection.client.hgetall(keys.boxes(uuid))) == {b"receipt"}
    assert SealingKeys([NEW]).unseal(store.receipt_box(uuid), receipt_purpose(uuid)).startswith(b"receipt of")
