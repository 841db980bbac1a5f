"""A link gives one phone one random code, once; every lost answer can be asked for again (docs/adr/0011)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.domain.claiming_phone import ClaimingPhone, draft_for, make_ready, phones_of
from voting.domain.casting import cast, election_of, open_session
from voting.domain.claims import claim, redeem
from voting.domain.counting import close_session
from voting.domain.drafting import cancel_session
from voting.domain.handing import reconciliation_of
from voting.domain.house import House
from voting.domain.issuing import pass_purpose
from voting.domain.rosters import roster_of
from voting.errors import (
    BadPass,
    ClaimTaken,
    Closed,
    Malformed,
    NotOpenYet,
    PoolEmpty,
    UnknownClaim,
    UnknownSession,
    WrongState,
)
from voting.protocol import group
from voting.protocol.ballots import make_ballot
from voting.storage import keys
from voting.storage.store import RedisStore

pytestmark = pytest.mark.store


@pytest.fixture
def uuid(house: House) -> str:
    """A session that is ready, with a roster of three and four codes in the pool."""
    uuid = draft_for(house, 3, pooled=4)
    make_ready(house, uuid)
    return uuid


@pytest.fixture
def phones(house: House, uuid: str) -> list[ClaimingPhone]:
    """The phones of the three."""
    return phones_of(house, uuid)


def opened(house: House, uuid: str) -> None:
    open_session(house, uuid)


def test_everybody_gets_an_own_code_that_casts_a_ballot(house: House, uuid: str, phones: list[ClaimingPhone]) -> None:
    for phone in phones:
        phone.claim(house)
    opened(house, uuid)
    codes = {phone.redeem(house) for phone in phones}
    assert len(codes) == 3
    for code in codes:
        cast(house, uuid, make_ballot(election_of(house, uuid), code, [[0, 1, 0, 0]]))
    assert reconciliation_of(house, uuid).drawn["claims"] == 3


def test_a_lost_answer_costs_nothing(house: House, uuid: str, phones: list[ClaimingPhone]) -> None:
    phone = phones[0]
    assert not phone.claim(house).repeated
    signed = phone.signed
    assert phone.claim(house).repeated
    assert phone.signed == signed
    opened(house, uuid)
    assert phone.claim(house).repeated
    codes = [redeem(house, uuid, phone.token, phone.signed) for _ in range(3)]
    assert [one.repeated for one in codes] == [False, True, True]
    assert len({one.code for one in codes}) == 1
    assert reconciliation_of(house, uuid).drawn["claims"] == 1


def test_a_second_phone_with_the_same_link_gets_nothing(house: House, uuid: str, phones: list[ClaimingPhone]) -> None:
    phones[0].claim(house)
    thief = ClaimingPhone(uuid, phones[0].link)
    with pytest.raises(ClaimTaken):
        thief.claim(house)
    opened(house, uuid)
    with pytest.raises(ClaimTaken):
        thief.claim(house)
    assert roster_of(house, uuid).claimed == 1
    phones[0].redeem(house)


def test_of_many_phones_that_claim_with_one_link_at_once_one_gets_a_code(
    house: House, uuid: str, phones: list[ClaimingPhone]
) -> None:
    def try_claim(phone: ClaimingPhone) -> bool:
        try:
            phone.claim(house)
        except ClaimTaken:
            return False
        return True

    rivals = [ClaimingPhone(uuid, phones[0].link) for _ in range(16)]
    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(try_claim, rivals))
    assert sum(won) == 1
    opened(house, uuid)
    winner = rivals[won.index(True)]
    with ThreadPoolExecutor(8) as threads:
        codes = set(threads.map(lambda _: winner.redeem(house), range(16)))
    assert len(codes) == 1
    assert house.store.handing(uuid).in_pool == 3


def test_codes_are_given_out_only_while_the_vote_is_open(house: House, uuid: str, phones: list[ClaimingPhone]) -> None:
    for phone in phones[:2]:
        phone.claim(house)
    with pytest.raises(NotOpenYet):
        phones[0].redeem(house)
    opened(house, uuid)
    phones[0].redeem(house)
    close_session(house, uuid)
    for phone in phones[:2]:
        with pytest.raises(Closed):
            phone.redeem(house)
        with pytest.raises(Closed):
            phone.claim(house)
    with pytest.raises(Closed):
        phones[2].claim(house)


def test_of_a_draft_nothing_can_be_claimed(house: House) -> None:
    uuid = draft_for(house, 1, pooled=2)
    (phone,) = phones_of(house, uuid)
    with pytest.raises(NotOpenYet):
        claim(house, uuid, phone.link, phone.blinded)
    with pytest.raises(NotOpenYet):
        redeem(house, uuid, phone.token, phone.blinded)
    make_ready(house, uuid)
    phone.claim(house)


def test_a_cancelled_session_gives_out_nothing_and_forgets_how(
    house: House, uuid: str, phones: list[ClaimingPhone]
) -> None:
    phones[0].claim(house)
    cancel_session(house, uuid)
    with pytest.raises(Closed):
        phones[1].claim(house)
    with pytest.raises(Closed):
        phones[0].redeem(house)
    with pytest.raises(WrongState):
        house.store.pass_box(uuid)
    assert isinstance(house.store, RedisStore)
    client = house.store.connection.client
    assert not client.exists(keys.passes(uuid), keys.claim_links(uuid), keys.pool(uuid))
    assert roster_of(house, uuid).claimed == 1


def test_when_the_pool_is_empty_the_pass_stays_good(house: House) -> None:
    uuid = draft_for(house, 3, pooled=2)
    make_ready(house, uuid)
    phones = phones_of(house, uuid)
    for phone in phones:
        phone.claim(house)
    open_session(house, uuid)
    first, second = (phone.redeem(house) for phone in phones[:2])
    with pytest.raises(PoolEmpty):
        phones[2].redeem(house)
    assert phones[0].redeem(house) == first != second
    assert isinstance(house.store, RedisStore)
    box = house.sealer.seal(b"a code that came back", f"code|{uuid}")
    house.store.connection.client.sadd(keys.pool(uuid), box)
    assert phones[2].redeem(house) == "a code that came back"


def test_where_all_codes_are_printed_no_claim_is_used_up(house: House) -> None:
    uuid = draft_for(house, 1, pooled=0)
    make_ready(house, uuid)
    (phone,) = phones_of(house, uuid)
    assert house.store.session(uuid).pass_key == ""
    with pytest.raises(PoolEmpty):
        claim(house, uuid, phone.link, phone.blinded)
    assert roster_of(house, uuid).claimed == 0


@pytest.mark.parametrize("link", ["", "1111-1111-1111", "1" * 11, "0OIl-1111-1111", "x" * 5000])
def test_a_wrong_link_is_refused(house: House, uuid: str, phones: list[ClaimingPhone], link: str) -> None:
    with pytest.raises(UnknownClaim):
        ClaimingPhone(uuid, link).claim(house)
    assert roster_of(house, uuid).claimed == 0


def test_a_link_may_be_typed_with_spaces_and_without_hyphens(
    house: House, uuid: str, phones: list[ClaimingPhone]
) -> None:
    phone = phones[0]
    phone.link = f" {phone.link.replace('-', ' ')} "
    phone.claim(house)


def test_a_link_of_another_session_or_of_another_kind_is_refused(
    house: House, uuid: str, phones: list[ClaimingPhone]
) -> None:
    other = draft_for(house, 1, pooled=1)
    make_ready(house, other)
    with pytest.raises(UnknownClaim):
        ClaimingPhone(other, phones[0].link).claim(house)
    with pytest.raises(UnknownSession):
        claim(house, "nosuchsession1", phones[0].link, phones[0].blinded)


# ---- attacks on the two acts


def test_what_was_not_signed_for_this_session_is_no_pass(house: House, uuid: str, phones: list[ClaimingPhone]) -> None:
    other_uuid = draft_for(house, 1, pooled=2)
    make_ready(house, other_uuid)
    (other,) = phones_of(house, other_uuid)
    other.claim(house)
    mine, spare = phones[:2]
    mine.claim(house)
    for ready in (uuid, other_uuid):
        open_session(house, ready)
    forged = [
        (uuid, other.token, other.signed),
        (other_uuid, mine.token, mine.signed),
        (uuid, spare.token, mine.signed),
        (uuid, mine.token, other.signed),
        (uuid, mine.token, mine.blinded),
        (uuid, mine.token, house.store.session(uuid).pass_key),
        (uuid, mine.token, group.point_to_hex(group.GENERATOR)),
    ]
    for session, token, signed in forged:
        with pytest.raises(BadPass):
            redeem(house, session, token, signed)
    assert house.store.handing(uuid).in_pool == 4
    assert house.store.handing(other_uuid).in_pool == 2


@pytest.mark.fault("C3")
@pytest.mark.parametrize(
    "point",
    [
        *("", "0" * 63 + "1", "0" * 64, "f" * 64, "A" * 64),
        # of order 2, 8, and the generator plus one of order 2
        f"{2**255 - 20:064x}",
        "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7",
        group.point_to_hex(group.add(group.GENERATOR, group.Point((2**255 - 20).to_bytes(32, "little")))),
    ],
)
def test_points_outside_of_the_group_use_up_no_claim_and_no_code(
    house: House, uuid: str, phones: list[ClaimingPhone], point: str
) -> None:
    with pytest.raises(Malformed):
        claim(house, uuid, phones[0].link, point)
    assert roster_of(house, uuid).claimed == 0
    opened(house, uuid)
    with pytest.raises(Malformed):
        redeem(house, uuid, phones[0].token, point)
    assert house.store.handing(uuid).in_pool == 4


@pytest.mark.parametrize("token", ["", "0" * 63, "F" * 64, "g" * 64])
def test_what_is_no_token_is_refused(house: House, uuid: str, phones: list[ClaimingPhone], token: str) -> None:
    phones[0].claim(house)
    opened(house, uuid)
    with pytest.raises(Malformed):
        redeem(house, uuid, token, phones[0].signed)


def test_the_pass_key_is_one_for_everybody_and_gone_with_the_close(
    house: House, uuid: str, phones: list[ClaimingPhone]
) -> None:
    before = house.store.session(uuid).pass_key
    secret = int(house.sealer.unseal(house.store.pass_box(uuid), pass_purpose(uuid)))
    assert group.point_to_hex(group.power_of_generator(secret)) == before
    phones[0].claim(house)
    opened(house, uuid)
    assert house.store.session(uuid).pass_key == before
    close_session(house, uuid)
    with pytest.raises(WrongState):
        house.store.pass_box(uuid)
