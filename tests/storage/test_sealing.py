"""Sealed boxes open with their key, for their purpose, unchanged; and a store knows the key it was used with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.domain.ports import Sealer
from voting.errors import MissingSetting, SealBroken
from voting.storage.sealing import SealingKeys
from voting.storage.store import RedisStore

OLD, NEW = "old" * 16, "new" * 16


@given(st.binary(max_size=200), st.text(min_size=1, max_size=30))
def test_a_box_opens_again(secret: bytes, purpose: str) -> None:
    seal: Sealer = SealingKeys([OLD])
    assert seal.unseal(seal.seal(secret, purpose), purpose) == secret


def test_two_boxes_of_one_secret_differ_and_hide_it() -> None:
    seal = SealingKeys([OLD])
    first, second = (seal.seal(b"the trustee key", "trustee|A") for _ in range(2))
    assert first != second
    assert len(first) == len(b"the trustee key") + 29
    assert b"trustee" not in first


@pytest.mark.parametrize("purpose", ["trustee|B", "receipt|A", "trustee", ""])
def test_a_box_does_not_open_in_another_place(purpose: str) -> None:
    seal = SealingKeys([OLD])
    with pytest.raises(SealBroken):
        seal.unseal(seal.seal(b"secret", "trustee|A"), purpose)


def test_a_changed_or_cut_box_does_not_open() -> None:
    seal = SealingKeys([OLD])
    box = seal.seal(b"secret", "trustee|A")
    for place in range(len(box)):
        changed = bytes([*box[:place], box[place] ^ 1, *box[place + 1 :]])
        for broken in (changed, box[:place]):
            with pytest.raises(SealBroken):
                seal.unseal(broken, "trustee|A")


def test_after_a_rotation_old_boxes_open_and_new_ones_need_the_new_key() -> None:
    old, rotated, new = SealingKeys([OLD]), SealingKeys([NEW, OLD]), SealingKeys([NEW])
    assert rotated.unseal(old.seal(b"secret", "x"), "x") == b"secret"
    box = rotated.seal(b"secret", "x")
    assert new.unseal(box, "x") == b"secret"
    with pytest.raises(SealBroken):
        old.unseal(box, "x")


def test_what_is_printed_holds_no_key() -> None:
    seal = SealingKeys([OLD, NEW])
    with pytest.raises(SealBroken) as refused:
        seal.unseal(b"", "x")
    for text in (repr(seal), str(seal), str(refused.value), "".join(seal.fingerprints)):
        assert OLD not in text
        assert NEW not in text


@pytest.mark.parametrize("keys", [[], [""], [OLD, ""]])
def test_no_key_is_no_seal(keys: list[str]) -> None:
    with pytest.raises(MissingSetting, match="VOTING_SEALING_KEY"):
        SealingKeys(keys)


@pytest.mark.store
def test_a_store_refuses_another_sealing_key_than_its_own(store: RedisStore) -> None:
    store.check_seal(SealingKeys([OLD]))
    store.check_seal(SealingKeys([OLD]))
    with pytest.raises(SealBroken, match="VOTING_SEALING_KEY") as refused:
        store.check_seal(SealingKeys([NEW]))
    assert NEW not in str(refused.value)
    store.check_seal(SealingKeys([NEW, OLD]))
    # Rotated: from now on the new key is the one that it knows.
    store.check_seal(SealingKeys([NEW]))
    with pytest.raises(SealBroken):
        store.check_seal(SealingKeys([OLD]))
