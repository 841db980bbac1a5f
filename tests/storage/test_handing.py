"""The pool lies in the store until the close: drawn by one script, sealed anew with a new key, then in no file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import embedded_store, open_session, plain_credentials
from tests.storage.test_embedded import holds
from voting.domain.casting import open_session as open_vote
from voting.domain.counting import close_session
from voting.domain.desks import bound_desk, claim_desk, make_desk_link
from voting.domain.drafting import cancel_session, create_session
from voting.domain.exchanges import Exchange, Reason, Source
from voting.domain.handing import credential_of, draw_at_desk, exchange_slip
from voting.domain.house import House
from voting.domain.issuing import code_purpose, confirm_codes, make_codes
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.errors import BoardDamaged, NotRecorded, PoolEmpty, SealBroken
from voting.protocol.ceremony import draw_seed
from voting.storage import keys, rotation
from voting.storage.sealing import SealingKeys
from voting.storage.store import RedisStore

pytestmark = pytest.mark.store

OLD, NEW = "old" * 16, "new" * 16


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def house(folder: Path) -> Iterator[House]:
    """A house whose files can be looked into."""
    with embedded_store(folder) as store:
        store.check_seal(SealingKeys([OLD]))
        yield House(store, SealingKeys([OLD]), lambda: 1_800_000_000)


def pooled_session(house: House, pooled: int = 12) -> tuple[str, list[bytes]]:
    """Give a ready session with a pool, and the boxes in it."""
    session = Session("", "Lấy phiếu", make_sheet([Person("An")]), codes=pooled, spares=3, pooled=pooled)
    uuid = create_session(house, session).uuid
    make_codes(house, uuid)
    confirm_codes(house, uuid)
    return uuid, boxes_of(house, uuid)


def boxes_of(house: House, uuid: str) -> list[bytes]:
    assert isinstance(house.store, RedisStore)
    return list(house.store.connection.client.smembers(keys.pool(uuid)))


def forms_of(house: House, uuid: str, boxes: list[bytes]) -> list[bytes]:
    """Give every form in which a code could stand in a file: boxes, codes, codes without hyphens."""
    codes = [house.sealer.unseal(box, code_purpose(uuid)) for box in boxes]
    return [*boxes, *codes, *(code.replace(b"-", b"") for code in codes)]


def keyspace(house: House) -> bytes:
    """Give all that the store holds, as it would stand in a file."""
    assert isinstance(house.store, RedisStore)
    client = house.store.connection.client
    return b"".join(
        repr(
            {
                b"hash": client.hgetall,
                b"set": client.smembers,
                b"string": client.get,
                b"zset": lambda k: client.zrange(k, 0, -1),
            }.get(client.type(key), lambda k: client.lrange(k, 0, -1))(key)
        ).encode()
        for key in client.keys("*")
    )


@pytest.mark.fault("C10")
@pytest.mark.parametrize("end", ["close", "cancel"])
def test_neither_a_code_nor_a_box_of_the_pool_outlives_the_vote(house: House, folder: Path, end: str) -> None:
    uuid, boxes = pooled_session(house)
    link, tablet = make_desk_link(house, uuid), draw_seed()
    claim_desk(house, uuid, link, tablet)
    slip = draw_at_desk(house, uuid, bound_desk(house, uuid, tablet)).code
    exchange_slip(house, uuid, Exchange(Reason.DAMAGED, Source.POOL), slip, seen=0)
    open_vote(house, uuid)
    forms = forms_of(house, uuid, boxes)
    secrets = [*forms, link.encode(), link.replace("-", "").encode(), tablet.encode()]
    assert len(boxes_of(house, uuid)) == 10
    assert all(holds(folder, box) for box in boxes), "the boxes of the drawn codes are in the past of the file as well"
    assert not any(holds(folder, secret) for secret in secrets[len(boxes) :])
    if end == "close":
        close_session(house, uuid)
    else:
        cancel_session(house, uuid)
    assert boxes_of(house, uuid) == []
    kept = keyspace(house)
    found = [form for form in secrets if holds(folder, form) or repr(form)[2:-1].encode() in kept]
    print(f"C10: {len(found)} of {len(secrets)} forms of a code, a box or a desk's secret after the {end}")
    assert found == []


def test_a_desk_is_kept_by_hashes_alone(house: House, folder: Path) -> None:
    uuid, _ = pooled_session(house)
    link, tablet = make_desk_link(house, uuid), draw_seed()
    claim_desk(house, uuid, link, tablet)
    assert link.replace("-", "").encode() not in keyspace(house)
    assert tablet.encode() not in keyspace(house)


def test_a_draw_leaves_nothing_but_a_count(house: House) -> None:
    uuid, boxes = pooled_session(house)
    assert isinstance(house.store, RedisStore)
    client = house.store.connection.client
    before = {key: client.dump(key) for key in client.keys("*")}
    box, left = house.store.draw(uuid, "claims")
    after = {key: client.dump(key) for key in client.keys("*")}
    changed = {key.decode() for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert changed == {keys.pool(uuid), keys.handing(uuid)}
    assert client.hgetall(keys.handing(uuid)) == {b"drawn:claims": b"1"}
    assert set(boxes_of(house, uuid)) == set(boxes) - {box}
    assert left == len(boxes) - 1


# ---- all of it, or nothing


@pytest.mark.parametrize("field", ["drawn:exchange", "exchanges", "untaken", "void"])
def test_a_count_that_is_no_number_stops_the_act_before_anything_changes(store: RedisStore, field: str) -> None:
    uuid, credentials = open_session(store)
    store.put_desk_link(uuid, "aa" * 32)
    store.claim_desk(uuid, "aa" * 32, "bb" * 32)
    client = store.connection.client
    client.sadd(keys.pool(uuid), b"a box")
    client.hset(keys.session(uuid) if field == "void" else keys.handing(uuid), field, "many")
    before = {key: client.dump(key) for key in client.keys("*")}
    acts = {
        "untaken": lambda: store.void_untaken(uuid, credentials[0], desk="bb" * 32),
        "exchange": lambda: store.exchange(uuid, credential=credentials[0], from_pool=True, note="{}", seen=0),
    }
    for name, act in acts.items():
        if field in ("drawn:exchange", "exchanges") and name == "untaken":
            continue
        if field == "untaken" and name == "exchange":
            continue
        with pytest.raises(NotRecorded):
            act()
    assert {key: client.dump(key) for key in client.keys("*")} == before
    if field != "void":
        with pytest.raises(BoardDamaged):
            store.handing(uuid)


def test_a_count_of_draws_that_is_no_number_costs_no_code(store: RedisStore) -> None:
    uuid, _ = open_session(store)
    client = store.connection.client
    client.sadd(keys.pool(uuid), b"a box")
    client.hset(keys.handing(uuid), "drawn:desk", "many")
    with pytest.raises(NotRecorded):
        store.draw(uuid, "desk")
    assert client.smembers(keys.pool(uuid)) == {b"a box"}


def test_an_empty_pool_counts_no_draw(store: RedisStore) -> None:
    uuid, _ = open_session(store)
    with pytest.raises(PoolEmpty):
        store.draw(uuid, "desk")
    with pytest.raises(PoolEmpty):
        store.exchange(uuid, credential=plain_credentials(1)[0], from_pool=True, note="{}", seen=0)
    assert store.handing(uuid).drawn == {}
    assert store.credential_status(uuid, plain_credentials(1)[0]) == "unused"


# ---- rotation of the sealing key


def test_after_a_rotation_the_new_key_alone_opens_every_code(
    house: House, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "PAIRS", 5)
    uuid, former = pooled_session(house)
    codes = {house.sealer.unseal(box, code_purpose(uuid)) for box in former}
    assert isinstance(house.store, RedisStore)
    house.store.check_seal(SealingKeys([NEW, OLD]))
    house.store.check_seal(SealingKeys([NEW]))
    boxes = boxes_of(house, uuid)
    assert {SealingKeys([NEW]).unseal(box, code_purpose(uuid)) for box in boxes} == codes
    assert not any(holds(folder, box) for box in former)
    later = House(house.store, SealingKeys([NEW]), house.clock)
    tablet = draw_seed()
    claim_desk(later, uuid, make_desk_link(later, uuid), tablet)
    drawn = draw_at_desk(later, uuid, bound_desk(later, uuid, tablet)).code
    assert house.store.credential_status(uuid, credential_of(uuid, drawn)) == "unused"


def test_the_pool_of_a_draft_is_sealed_anew_too(house: House, folder: Path) -> None:
    """A draft has no key of its own yet: its codes are all that there is to seal."""
    session = Session("", "Lấy phiếu", make_sheet([Person("An")]), codes=3, pooled=2)
    uuid = create_session(house, session).uuid
    make_codes(house, uuid)
    former = boxes_of(house, uuid)
    assert isinstance(house.store, RedisStore)
    house.store.check_seal(SealingKeys([NEW, OLD]))
    assert all(SealingKeys([NEW]).unseal(box, code_purpose(uuid)) for box in boxes_of(house, uuid))
    assert not any(holds(folder, box) for box in former)


def test_a_code_drawn_during_the_rotation_does_not_come_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    uuid, former = pooled_session(house)
    assert isinstance(house.store, RedisStore)
    drawn: list[bytes] = []
    reseal = SealingKeys.reseal

    def drawn_meanwhile(self: SealingKeys, box: bytes, purpose: str) -> bytes:
        if purpose == code_purpose(uuid) and not drawn:
            drawn.append(house.store.draw(uuid, "desk")[0])
        return reseal(self, box, purpose)

    monkeypatch.setattr(SealingKeys, "reseal", drawn_meanwhile)
    assert rotation.reseal_boxes(house.store.connection, SealingKeys([NEW, OLD]))
    left = {SealingKeys([NEW]).unseal(box, code_purpose(uuid)) for box in boxes_of(house, uuid)}
    assert len(left) == len(former) - 1
    assert house.sealer.unseal(drawn[0], code_purpose(uuid)) not in left


def test_a_pass_redeemed_during_the_rotation_can_be_answered_again_with_the_new_key(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    uuid, _ = pooled_session(house)
    open_vote(house, uuid)
    assert isinstance(house.store, RedisStore)
    given: list[bytes] = []
    reseal = SealingKeys.reseal

    def redeemed_meanwhile(self: SealingKeys, box: bytes, purpose: str) -> bytes:
        if purpose == code_purpose(uuid) and not given:
            given.append(house.store.redeem(uuid, "aa" * 32)[0])
        return reseal(self, box, purpose)

    monkeypatch.setattr(SealingKeys, "reseal", redeemed_meanwhile)
    assert rotation.reseal_boxes(house.store.connection, SealingKeys([NEW, OLD]))
    again, is_new = house.store.redeem(uuid, "aa" * 32)
    assert not is_new
    code = house.sealer.unseal(given[0], code_purpose(uuid))
    assert SealingKeys([NEW]).unseal(again, code_purpose(uuid)) == code


def test_while_a_code_is_left_that_no_key_opens_no_key_is_let_go(house: House) -> None:
    uuid, _ = pooled_session(house)
    assert isinstance(house.store, RedisStore)
    house.store.connection.client.sadd(keys.pool(uuid), b"no box at all")
    house.store.check_seal(SealingKeys([NEW, OLD]))
    for alone in (OLD, NEW):
        with pytest.raises(SealBroken):
            house.store.check_seal(SealingKeys([alone]))
