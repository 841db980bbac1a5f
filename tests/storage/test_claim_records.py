"""What the store keeps of claims: large rosters, damaged ones, a new sealing key, and files without a past."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.domain.claiming_phone import ClaimingPhone, draft_for, make_ready, phones_of
from tests.running import embedded_store, plain_session
from tests.storage.test_embedded import holds
from voting.domain.casting import open_session
from voting.domain.counting import close_session
from voting.domain.drafting import cancel_session
from voting.domain.house import House
from voting.errors import BoardDamaged, NotRecorded, SealBroken
from voting.protocol.passes import token_hash
from voting.storage import keys
from voting.storage.sealing import SealingKeys
from voting.storage.store import RedisStore

pytestmark = pytest.mark.store

OLD, NEW = "old" * 16, "new" * 16


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house whose files can be looked into."""
    with embedded_store(tmp_path) as store:
        store.check_seal(SealingKeys([OLD]))
        yield House(store, SealingKeys([OLD]), lambda: 1_800_000_000)


def store_of(house: House) -> RedisStore:
    assert isinstance(house.store, RedisStore)
    return house.store


@pytest.fixture
def phones(house: House) -> list[ClaimingPhone]:
    """Three phones that have claimed in an open session, the first of which has its code."""
    uuid = draft_for(house, 3, pooled=3)
    make_ready(house, uuid)
    phones = phones_of(house, uuid)
    for phone in phones:
        phone.claim(house)
    open_session(house, uuid)
    phones[0].redeem(house)
    return phones


def test_five_thousand_attendees_fit_in_one_act(store: RedisStore) -> None:
    session = plain_session()
    store.add_session(session)
    assert store.add_attendees(session.uuid, ['{"name":"N"}'] * 5000, last=0) == 5000
    made = store.put_claim_links(session.uuid, {number: f"{number:064x}" for number in range(1, 5001)})
    assert len(made) == 5000
    record = store.roster(session.uuid)
    assert (record.last, len(record.people), len(record.linked), len(record.claimed)) == (5000, 5000, 5000, 0)


@pytest.mark.parametrize("field", ["last", "person:x", "claim:x"])
def test_a_roster_that_cannot_be_read_says_so(store: RedisStore, field: str) -> None:
    session = plain_session()
    store.add_session(session)
    store.connection.client.hset(keys.roster(session.uuid), field, "x")
    with pytest.raises(BoardDamaged):
        store.roster(session.uuid)


def test_a_count_of_codes_that_is_no_number_gives_out_none(house: House, phones: list[ClaimingPhone]) -> None:
    client, uuid = store_of(house).connection.client, phones[0].uuid
    client.hset(keys.handing(uuid), "drawn:claims", "many")
    with pytest.raises(NotRecorded):
        phones[1].redeem(house)
    assert client.scard(keys.pool(uuid)) == 2
    assert client.hlen(keys.passes(uuid)) == 1


def test_a_new_sealing_key_seals_the_pass_key_and_what_passes_got(
    house: House, phones: list[ClaimingPhone], tmp_path: Path
) -> None:
    store, uuid = store_of(house), phones[0].uuid
    code = phones[0].redeem(house)
    former = [store.pass_box(uuid), *store.connection.client.hvals(keys.passes(uuid))]
    store.check_seal(SealingKeys([NEW, OLD]))
    with pytest.raises(SealBroken):
        phones[1].redeem(house)
    moved = House(store, SealingKeys([NEW]), house.clock)
    assert phones[0].redeem(moved) == code
    assert len({phone.redeem(moved) for phone in phones}) == 3
    assert not any(holds(tmp_path, box) for box in former)


@pytest.mark.parametrize("end", [close_session, cancel_session])
def test_after_the_end_no_file_has_a_pass_a_link_or_the_pass_key(
    house: House, phones: list[ClaimingPhone], tmp_path: Path, end: object
) -> None:
    store, uuid = store_of(house), phones[0].uuid
    client = store.connection.client
    secrets = [store.pass_box(uuid), token_hash(uuid, phones[0].token).encode()]
    secrets += [
        *client.hvals(keys.passes(uuid)),
        *client.smembers(keys.pool(uuid)),
        *client.hkeys(keys.claim_links(uuid)),
    ]
    secrets += [value for name, value in client.hgetall(keys.roster(uuid)).items() if name.startswith(b"claim:")]
    assert len(secrets) == 2 + 1 + 2 + 3 + 3
    assert all(holds(tmp_path, secret) for secret in secrets)
    assert callable(end)
    end(house, uuid)
    assert not any(holds(tmp_path, secret) for secret in secrets)
    record = store.roster(uuid)
    assert (len(record.claimed), len(record.linked)) == (3, 0)
