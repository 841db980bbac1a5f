"""Boards that do not agree with themselves or with what stands beside them: refused, by name (R7)."""

from hashlib import sha256
from random import Random

import pytest

from tests.running import open_session, plain_ballot, plain_credentials, tracker_of
from voting.domain.sessions import State
from voting.errors import BoardDamaged
from voting.storage import keys
from voting.storage.board_check import BoardSnapshot, check_board
from voting.storage.store import RedisStore

pytestmark = pytest.mark.store


def counted_session(store: RedisStore) -> str:
    """Give a session with five ballots whose board goes up to the result."""
    uuid, credentials = open_session(store)
    for credential in credentials[:5]:
        store.cast(uuid, *plain_ballot(credential))
    store.close(uuid, b"EndBallots", 5)
    tally = b"[]"
    hashed = sha256(tally).hexdigest()
    sized = f'{{"num_tallied":5,"total_weight":5,"encrypted_tally":"{hashed}"}}'.encode()
    owned = f'{{"owner":1,"payload":"{hashed}"}}'.encode()
    records = [
        b"\n".join([b"EncryptedTally", tally, sized]),
        b"\n".join([b"PartialDecryption", tally, owned]),
        b'Result\n{"result":[[5,0,0]]}',
    ]
    store.append(uuid, records, height=7, state=State.CLOSED, to=State.COUNTED)
    return uuid


def test_a_whole_board_passes_in_every_state(store: RedisStore) -> None:
    uuid = counted_session(store)
    assert store.check_boards() == (uuid,)
    store.publish(uuid, 9)
    store.check_board(uuid)
    assert store.check_boards() == ()


@pytest.mark.fault("R7")
def test_a_changed_byte_in_any_record_names_that_record(store: RedisStore) -> None:
    uuid, dice = counted_session(store), Random(9)
    client, board = store.connection.client, keys.board(uuid)
    found = 0
    for height, line in enumerate(list(store.records(uuid))):
        for _ in range(20):
            place = dice.randrange(len(line))
            raw = bytearray(line)
            raw[place] ^= 1 << dice.randrange(8)
            if height == 9 and place > len("Result"):
                continue  # no hash names the result: the verifier recomputes it from the decryptions
            client.lset(board, height, bytes(raw))
            with pytest.raises(BoardDamaged) as refused:
                store.check_board(uuid)
            assert refused.value.height == height
            found += 1
        client.lset(board, height, line)
    store.check_board(uuid)
    print(f"R7: {found} changed bytes on a board, {found} found with their record")


def test_what_does_not_agree_with_the_board_is_found(store: RedisStore) -> None:
    client = store.connection.client
    extra = plain_credentials(13)

    def hurt(name: str, uuid: str) -> int:
        """Damage one thing, and give the height that must be named."""
        line = next(store.records(uuid, 3, 3))
        tracker = tracker_of(line.partition(b"\n")[2])
        match name:
            case "tracker lost":
                client.hdel(keys.trackers(uuid), tracker)
                return 3
            case "tracker moved":
                client.hset(keys.trackers(uuid), tracker, 4)
                return 3
            case "tracker added":
                client.hset(keys.trackers(uuid), "x" * 43, 2)
                return 2
            case "tracker that is no text":
                client.hdel(keys.trackers(uuid), tracker)
                client.hset(keys.trackers(uuid), tracker.encode()[:-1] + b"\xff", 3)
                return 3
            case "credential that is no text":
                client.hdel(keys.credentials(uuid), extra[9])
                client.hset(keys.credentials(uuid), extra[9].encode()[:-1] + b"\xff", "unused")
                return 0
            case "number of void codes that is none":
                client.hset(keys.session(uuid), "void", "two")
                return 10
            case "state that is none":
                client.hset(keys.session(uuid), "state", b"\xff")
                return 0
            case "tracker without a number":
                client.hset(keys.trackers(uuid), "x" * 43, "two")
                return 10
            case "credential unused again":
                client.hset(keys.credentials(uuid), extra[2], "unused")
                return 3
            case "credential used without a ballot":
                client.hset(keys.credentials(uuid), extra[9], "used")
                return 10
            case "credential void without an act":
                client.hset(keys.credentials(uuid), extra[9], "void")
                return 10
            case "credential of no status":
                client.hset(keys.credentials(uuid), extra[9], "spent")
                return 10
            case "credential added":
                client.hset(keys.credentials(uuid), extra[12], "unused")
                return 0
            case "credential removed":
                client.hdel(keys.credentials(uuid), extra[9])
                return 0
            case "record doubled":
                client.linsert(keys.board(uuid), "AFTER", line, line)
                return 4
            case "record lost":
                client.lrem(keys.board(uuid), 1, line)
                return 3
            case "end lost":
                client.rpop(keys.board(uuid))
                return 8
            case "result doubled":
                client.rpush(keys.board(uuid), next(store.records(uuid, 9, 9)))
                return 10
            case "state set back":
                client.hset(keys.session(uuid), "state", "open")
                return 9
        raise AssertionError(name)

    names = [
        *("tracker lost", "tracker moved", "tracker added", "tracker without a number"),
        *("credential unused again", "credential used without a ballot", "credential void without an act"),
        *("credential of no status", "credential added", "credential removed"),
        *("tracker that is no text", "credential that is no text"),
        *("number of void codes that is none", "state that is none"),
        *("record doubled", "record lost", "end lost", "result doubled", "state set back"),
    ]
    for name in names:
        uuid = counted_session(store)
        height = hurt(name, uuid)
        with pytest.raises(BoardDamaged) as refused:
            store.check_board(uuid)
        assert refused.value.height == height, name


def test_a_second_ballot_of_one_credential_is_found_even_when_all_lists_agree(store: RedisStore) -> None:
    uuid, credentials = open_session(store)
    store.cast(uuid, *plain_ballot(credentials[0]))
    _, tracker, record = plain_ballot(credentials[0], "second")
    store.connection.client.rpush(keys.board(uuid), record)
    store.connection.client.hset(keys.trackers(uuid), tracker, 2)
    with pytest.raises(BoardDamaged, match="second ballot") as refused:
        store.check_board(uuid)
    assert refused.value.height == 2


def test_a_board_that_ends_early_names_the_first_missing_record(store: RedisStore) -> None:
    uuid, credentials = open_session(store)
    unused = dict.fromkeys(credentials, "unused")
    with pytest.raises(BoardDamaged, match="ends before record 1") as refused:
        check_board(BoardSnapshot(State.OPEN, 0, 2, unused, {}), store.records(uuid))
    assert refused.value.height == 1
