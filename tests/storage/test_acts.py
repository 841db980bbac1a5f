"""Each act in each state, and each act on keys that are not what they should be: all of it happens, or nothing."""

from collections.abc import Callable
from dataclasses import replace
from importlib import resources

import pytest

from tests.running import open_session, plain_ballot, plain_credentials, plain_session, plain_setup, ready_session
from voting.domain.sessions import State
from voting.errors import ChangedMeanwhile, Closed, NotOpenYet, Refusal, UnknownSession, WrongState
from voting.storage import keys
from voting.storage.store import RedisStore

pytestmark = pytest.mark.store

RESULT = [b"EncryptedTally\n{}\n{}", b"PartialDecryption\n{}\n{}", b"Result\n{}"]
LINK = "0123456789abcdef" * 4
OTHER_LINK = "aa" * 32
DEVICE = "fedcba9876543210" * 4
Act = Callable[[RedisStore, str], object]


def in_state(store: RedisStore, state: State) -> str:
    """Bring a new session with one ballot, where that can be, into a state by the acts that lead there."""
    if state is State.DRAFT:
        session = plain_session()
        store.add_session(session)
        store.hold_credentials(session.uuid, 0, plain_credentials(12))
        with_device(store, session.uuid)
        with_desk(store, session.uuid)
        with_roster(store, session.uuid)
        return session.uuid
    uuid, credentials = ready_session(store) if state is State.READY else open_session(store)
    with_device(store, uuid)
    with_desk(store, uuid)
    with_roster(store, uuid)
    if state is State.READY:
        return uuid
    store.cast(uuid, *plain_ballot(credentials[0]))
    if state is State.OPEN:
        return uuid
    if state is State.CANCELLED:
        store.cancel(uuid)
        return uuid
    store.close(uuid, b"EndBallots", 7)
    if state is not State.CLOSED:
        store.append(uuid, RESULT, height=3, state=State.CLOSED, to=State.COUNTED, forget_trustee_key=True)
    if state is State.PUBLISHED:
        store.publish(uuid, 8)
    return uuid


def with_device(store: RedisStore, uuid: str) -> None:
    """Give a session a teller whose link was opened, and one whose link was not."""
    store.put_link(uuid, 1, LINK)
    store.claim_link(uuid, LINK, DEVICE)
    store.put_link(uuid, 3, OTHER_LINK)


def with_desk(store: RedisStore, uuid: str) -> None:
    """Give a session a desk, and where codes can be drawn a pool, which none of the acts that lead there has filled."""
    store.put_desk_link(uuid, LINK)
    store.claim_desk(uuid, LINK, DEVICE)
    if store.session(uuid).state is not State.DRAFT:
        store.connection.client.sadd(keys.pool(uuid), b"box one", b"box two")


def with_roster(store: RedisStore, uuid: str) -> None:
    """Give a session two attendees with links, the first of whom has claimed where that can be."""
    store.add_attendees(uuid, ["{}", "{}"], last=0)
    store.put_claim_links(uuid, {1: LINK, 2: OTHER_LINK})
    if store.session(uuid).state is not State.DRAFT:
        store.claim_pass(uuid, LINK, DEVICE)


def stored(store: RedisStore, uuid: str) -> dict[bytes, object]:
    """Give everything that the store keeps of a session."""
    client = store.connection.client
    read = {
        b"hash": client.hgetall,
        b"set": client.smembers,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"string": client.get,
    }
    return {key: read[client.type(key)](key) for key in client.keys("*") if uuid.encode() in key}


def make_ready(store: RedisStore, uuid: str) -> None:
    store.make_ready(
        replace(store.session(uuid), version=0),
        setup=plain_setup(plain_credentials(12)),
        credentials=plain_credentials(12),
        trustee_box=b"t",
        receipt_box=b"r",
        receipt_key="k",
        at=1,
    )


def save_draft(store: RedisStore, uuid: str) -> None:
    store.save_draft(replace(store.session(uuid), title="New"), restart=True, unlink=(1,))


def take_message(store: RedisStore, uuid: str) -> None:
    store.take_message(uuid, 1, device=DEVICE, round=1, step="certificate", size=3, message=b"{}")


def stop_ceremony(store: RedisStore, uuid: str) -> None:
    store.stop_ceremony(uuid, 1, device=DEVICE, round=1, fault="{}")


def claim_desk(store: RedisStore, uuid: str) -> None:
    store.put_desk_link(uuid, OTHER_LINK)
    store.claim_desk(uuid, OTHER_LINK, DEVICE[::-1])


def exchange(store: RedisStore, uuid: str) -> None:
    store.exchange(uuid, credential=plain_credentials(3)[2], from_pool=True, note="{}", seen=0)


def end_count(store: RedisStore, uuid: str) -> None:
    store.lease_count(uuid, "holder", 9)
    store.end_count(uuid, "holder", "board-damaged")


WITH_POOL = {State.READY, State.OPEN}


def set_deadline(store: RedisStore, uuid: str) -> None:
    store.set_deadline(uuid, 1000, itself=True, now=900, notice=30, notice_before=60)


OVER = {State.PUBLISHED, State.CANCELLED}
WITH_TELLERS = {State.DRAFT, State.READY, State.OPEN, State.CLOSED}
ACTS: dict[str, tuple[Act, set[State]]] = {
    "save_draft": (save_draft, {State.DRAFT}),
    "hold": (lambda store, uuid: store.hold_credentials(uuid, 0, ["aa"]), {State.DRAFT}),
    "make_ready": (make_ready, {State.DRAFT}),
    "open": (lambda store, uuid: store.open(uuid, 9), {State.READY}),
    "cast": (lambda store, uuid: store.cast(uuid, *plain_ballot(plain_credentials(2)[1])), {State.OPEN}),
    "void": (lambda store, uuid: store.void(uuid, plain_credentials(3)[2]), {State.READY, State.OPEN}),
    "close": (
        lambda store, uuid: store.close(uuid, b"EndBallots", 9),
        {State.OPEN, State.CLOSED, State.COUNTED, State.PUBLISHED},
    ),
    "append": (
        lambda store, uuid: store.append(uuid, [b"X"], height=3, state=State.CLOSED, to=State.COUNTED),
        {State.CLOSED},
    ),
    "publish": (lambda store, uuid: store.publish(uuid, 9), {State.COUNTED}),
    "link": (lambda store, uuid: store.put_link(uuid, 2, LINK[::-1]), WITH_TELLERS),
    "claim": (lambda store, uuid: store.claim_link(uuid, OTHER_LINK, DEVICE[::-1]), WITH_TELLERS),
    "take_message": (take_message, {State.DRAFT}),
    "stop_ceremony": (stop_ceremony, {State.DRAFT}),
    "take_decryption": (lambda store, uuid: store.take_decryption(uuid, 1, b"{}", device=DEVICE), {State.CLOSED}),
    "lease_count": (lambda store, uuid: store.lease_count(uuid, "holder", 9), {State.CLOSED}),
    "end_count": (end_count, {State.CLOSED}),
    "note": (
        lambda store, uuid: store.write_note(uuid, "attendance", "{}", version=0, states={State.OPEN, State.CLOSED}),
        {State.OPEN, State.CLOSED},
    ),
    "desk_link": (lambda store, uuid: store.put_desk_link(uuid, OTHER_LINK), {State.DRAFT, *WITH_POOL}),
    "claim_desk": (claim_desk, {State.DRAFT, *WITH_POOL}),
    "draw": (lambda store, uuid: store.draw(uuid, "desk", desk=DEVICE), WITH_POOL),
    "untaken": (lambda store, uuid: store.void_untaken(uuid, plain_credentials(3)[2], desk=DEVICE), WITH_POOL),
    "exchange": (exchange, WITH_POOL),
    "roster_add": (lambda store, uuid: store.add_attendees(uuid, ["{}"], last=2), {State.DRAFT, *WITH_POOL}),
    "roster_remove": (lambda store, uuid: store.remove_attendee(uuid, 2), {State.DRAFT, *WITH_POOL}),
    "claim_links": (lambda store, uuid: store.put_claim_links(uuid, {2: LINK[::-1]}), {State.DRAFT, *WITH_POOL}),
    "claim_pass": (lambda store, uuid: store.claim_pass(uuid, OTHER_LINK, LINK), WITH_POOL),
    "redeem": (lambda store, uuid: store.redeem(uuid, LINK), {State.OPEN}),
    "deadline": (set_deadline, {State.OPEN}),
    "archive": (lambda store, uuid: store.archive(uuid, 9, 30), OVER),
    "reduce": (lambda store, uuid: store.reduce(uuid, 9), OVER),
    "delete": (lambda store, uuid: store.delete_session(uuid), OVER | {State.DRAFT}),
    "cancel": (lambda store, uuid: store.cancel(uuid), set(State) - {State.PUBLISHED, State.CANCELLED}),
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("act", ACTS)
def test_an_act_happens_in_its_states_and_leaves_the_others_untouched(
    store: RedisStore, act: str, state: State
) -> None:
    do, allowed = ACTS[act]
    uuid = in_state(store, state)
    before = stored(store, uuid)
    if state in allowed:
        do(store, uuid)
        assert (stored(store, uuid) == before) == (act == "close" and state is not State.OPEN)
        return
    with pytest.raises((WrongState, ChangedMeanwhile)) as refused:
        do(store, uuid)
    if isinstance(refused.value, WrongState):
        assert refused.value.state == state
    assert stored(store, uuid) == before


@pytest.mark.parametrize("state", [state for state in State if state != State.OPEN])
def test_a_ballot_in_the_wrong_state_is_told_which(store: RedisStore, state: State) -> None:
    uuid = in_state(store, state)
    expected = NotOpenYet if state in (State.DRAFT, State.READY) else Closed
    with pytest.raises(expected):
        store.cast(uuid, *plain_ballot("not even a credential"))


START = {"open": State.READY, "publish": State.COUNTED, "append": State.CLOSED, "take_decryption": State.CLOSED}
START |= dict.fromkeys(("lease_count", "end_count"), State.CLOSED)
START |= dict.fromkeys(("archive", "reduce", "delete"), State.PUBLISHED) | {"deadline": State.OPEN}
START |= dict.fromkeys(("cast", "void", "close", "cancel", "draw", "untaken", "exchange"), State.OPEN)
START |= dict.fromkeys(("roster_add", "roster_remove", "claim_links", "claim_pass", "redeem"), State.OPEN)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    "name",
    [
        *("session", "held", "credentials", "trackers", "board", "boxes", "tellers", "ceremony", "count_lease"),
        *("pool", "handing", "roster", "claim_links", "passes"),
    ],
)
def test_an_act_that_meets_a_key_of_a_wrong_type_changes_nothing(store: RedisStore, act: str, name: str) -> None:
    uuid = in_state(store, START.get(act, State.DRAFT))
    key = getattr(keys, name)(uuid)
    store.connection.client.set(key, "not what should be here")
    before = stored(store, uuid)
    try:
        ACTS[act][0](store, uuid)
    except Refusal:
        assert stored(store, uuid) == before
    else:
        assert name != "session"


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_no_session_is_refused_and_makes_none(store: RedisStore, act: str) -> None:
    with pytest.raises(UnknownSession):
        ACTS[act][0](store, "nosuchsession1")
    assert store.connection.client.keys("*") == []


def test_every_script_says_what_it_takes_and_gives(store: RedisStore) -> None:
    scripts = resources.files("voting.storage") / "scripts"
    used_here = {
        "create",
        "swap",
        "organisation",
        "trim_journal",
        "turnout",
        "snapshot",
        "reseal",
        "reseal_pool",
        "ceremony",
        "handing",
        "roster",
    }
    used_here |= ACTS.keys()
    assert store.connection.acts == used_here
    for act in store.connection.acts:
        text = (scripts / f"{act}.lua").read_text()
        assert text.startswith("#!lua")
        assert all(f"\n-- {word}" in text for word in ("KEYS ", "ARGV ", "Returns ")), act


# ---- appending


def test_appending_again_is_no_change_and_other_bytes_are_refused(store: RedisStore) -> None:
    uuid = in_state(store, State.CLOSED)

    def append(records: list[bytes], height: int = 3) -> bool:
        return store.append(uuid, records, height=height, state=State.CLOSED, to=State.COUNTED)

    for height in (2, 4):
        with pytest.raises(ChangedMeanwhile):
            append(RESULT, height)
    assert append(RESULT)
    before = stored(store, uuid)
    assert not append(RESULT)
    assert not append(RESULT[:1])
    with pytest.raises(ChangedMeanwhile):
        append([RESULT[0], b"Other", RESULT[2]])
    with pytest.raises(WrongState):
        append([*RESULT, b"One more"])
    assert stored(store, uuid) == before


def test_a_step_that_the_table_does_not_have_is_refused(store: RedisStore) -> None:
    uuid = in_state(store, State.CLOSED)
    with pytest.raises(WrongState):
        store.append(uuid, RESULT, height=3, state=State.CLOSED, to=State.OPEN)


def test_the_trustee_key_is_gone_after_the_count_and_the_receipt_key_stays(store: RedisStore) -> None:
    uuid = in_state(store, State.CLOSED)
    assert store.trustee_box(uuid).startswith(b"sealed trustee key")
    store.append(uuid, RESULT, height=3, state=State.CLOSED, to=State.COUNTED, forget_trustee_key=True)
    with pytest.raises(WrongState):
        store.trustee_box(uuid)
    assert store.receipt_box(uuid) == b"sealed receipt key"


def test_a_cancelled_session_keeps_no_trustee_key(store: RedisStore) -> None:
    uuid = in_state(store, State.CANCELLED)
    with pytest.raises(WrongState):
        store.trustee_box(uuid)


# ---- reading


def test_records_are_read_in_slices_as_lrange_counts(store: RedisStore) -> None:
    uuid, credentials = open_session(store, 200)
    board = list(store.records(uuid))
    for credential in credentials:
        ballot = plain_ballot(credential)
        store.cast(uuid, *ballot)
        board.append(ballot[2])
    for first, last in ((0, -1), (0, 63), (0, 64), (63, 130), (-3, -1), (5, 5), (200, 900), (7, 3), (300, -1)):
        assert list(store.records(uuid, first, last)) == board[first : None if last == -1 else last + 1]
    assert list(store.records("nosuchsession1")) == []


def test_five_thousand_codes_fit_in_one_act(store: RedisStore) -> None:
    uuid, credentials = ready_session(store, 5000)
    turnout = store.turnout(uuid)
    assert (turnout.codes, turnout.void, turnout.ballots, turnout.records) == (5000, 0, 0, 1)
    assert {store.credential_status(uuid, name) for name in credentials[::500]} == {"unused"}


def test_nothing_that_is_stored_tells_the_time_of_a_ballot(store: RedisStore) -> None:
    uuid = in_state(store, State.PUBLISHED)
    fields = store.connection.client.hgetall(keys.session(uuid))
    assert set(fields) == {
        *(b"document", b"version", b"state", b"void", b"receipt_key"),
        *(b"ready_at", b"opened_at", b"closed_at", b"published_at"),
    }
    names = {key.decode().rpartition(":")[2] for key in stored(store, uuid)}
    assert names == {"session", "credentials", "trackers", "board", "boxes", "handing", "roster"}
    assert set(store.connection.client.hgetall(keys.handing(uuid))) == {b"desk:link", b"desk:device", b"destroyed"}
