"""The end of a session: close, count, publish. Every step can be repeated after a crash and changes nothing twice.

The server's key is opened in one place, `_decrypt`, after EndBallots stands on the board and the whole public archive
was verified from its first byte; it opens one aggregate and is destroyed in the act that records the result
(FAULTS P2, R7).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final
from weakref import WeakValueDictionary

from voting.domain.boards import archive_stream
from voting.domain.elections import election_of
from voting.domain.house import House
from voting.domain.issuing import trustee_purpose
from voting.domain.sessions import Session, State, require_step
from voting.errors import BadProof, BoardDamaged, ChangedMeanwhile, Malformed, TallyMismatch, WrongState
from voting.protocol import tally
from voting.protocol.ballots import recall_ballot
from voting.protocol.board import Record, line_to_record, record_to_line
from voting.protocol.election import Election
from voting.protocol.examination import Progress
from voting.protocol.trustees import parse_trustees
from voting.protocol.verify import verify_archive

SERVER: Final = 1
"""The number of the server among the owners of decryptions: its entry is the first of the trustees."""

_AFTER_CLOSE = frozenset({State.CLOSED, State.COUNTED, State.PUBLISHED})
_AFTER_COUNT = frozenset({State.COUNTED, State.PUBLISHED})
_PUBLISHED = frozenset({State.PUBLISHED})
_counts: Final[WeakValueDictionary[str, Lock]] = WeakValueDictionary()
_lock: Final = Lock()


def close_session(house: House, uuid: str) -> Session:
    """End the voting: EndBallots in one step, then the encrypted tally. Again: nothing changes. Raises WrongState."""
    with _unless_done(house, uuid, _AFTER_CLOSE):
        state = house.store.session(uuid).state
        if state not in _AFTER_CLOSE:
            require_step(state, State.CLOSED)
            house.store.close(uuid, record_to_line(Record("EndBallots", (), 0)), house.clock())
        _put_tally_on_board(house, uuid)
    return house.store.session(uuid)


@contextmanager
def _unless_done(house: House, uuid: str, done: frozenset[State]) -> Iterator[None]:
    """Pass over a refusal of a step that somebody else has taken meanwhile: a second tap, another process."""
    try:
        yield
    except (ChangedMeanwhile, WrongState):
        if house.store.session(uuid).state not in done:
            raise


def _put_tally_on_board(house: House, uuid: str) -> None:
    records = _records(house, uuid)
    end = records[-1].height
    if records[-1].type != "EndBallots":
        return
    house.store.check_board(uuid)
    election = election_of(house, uuid)
    # Their proofs were checked when they were cast, and are again before the key is opened.
    ballots = [recall_ballot(record.documents[0], election) for record in records if record.type == "Ballot"]
    encrypted = tally.encrypt_tally(election, ballots)
    documents = (encrypted.to_bytes(), tally.sized_tally(encrypted, len(ballots)))
    line = record_to_line(Record("EncryptedTally", documents, end + 1))
    house.store.append(uuid, [line], height=end + 1, state=State.CLOSED, to=State.CLOSED)


def count_session(house: House, uuid: str, progress: Progress | None = None) -> Session:
    """Verify the whole board, decrypt the aggregate once, record the result. Again: nothing changes.

    Raises WrongState before the close, BoardDamaged naming what is bad; then the key stays sealed.
    """
    with _one_count(uuid), _unless_done(house, uuid, _AFTER_COUNT):
        state = house.store.session(uuid).state
        if state not in _AFTER_COUNT:
            require_step(state, State.COUNTED)
            _put_tally_on_board(house, uuid)
            house.store.check_board(uuid)
            for check in verify_archive(b"".join(archive_stream(house, uuid)), progress).failures:
                raise BoardDamaged(f"The board does not verify ({check.name}, {check.record}): {check.detail}.")
            _decrypt(house, uuid)
    return house.store.session(uuid)


def _one_count(uuid: str) -> Lock:
    """Give the lock of a session: a second tap waits for the count under way instead of starting another."""
    with _lock:
        return _counts.setdefault(uuid, Lock())


def _decrypt(house: House, uuid: str) -> None:
    records = _records(house, uuid)
    setup, last = records[0], records[-1]
    if last.type != "EncryptedTally":
        raise WrongState("There is no encrypted tally to decrypt.", State.CLOSED)
    election = election_of(house, uuid)
    encrypted = tally.parse_tally(last.documents[0], election)
    key = int(house.sealer.unseal(house.store.trustee_box(uuid), trustee_purpose(uuid)))
    partial = tally.partial_decryption(election, encrypted, key)
    result = _result(election, setup, last, partial)
    decrypted = Record("PartialDecryption", (partial, tally.owned_partial_decryption(SERVER, partial)), len(records))
    counted = Record("Result", (result,), len(records) + 1)
    house.store.append(
        uuid,
        [record_to_line(decrypted), record_to_line(counted)],
        height=len(records),
        state=State.CLOSED,
        to=State.COUNTED,
        forget_trustee_key=True,
    )


def _result(election: Election, setup: Record, tallied: Record, partial: bytes) -> bytes:
    """Give the result document that follows from the server's partial decryption, whose proofs are checked."""
    trustees = parse_trustees(setup.documents[1])
    encrypted = tally.parse_tally(tallied.documents[0], election)
    checked = tally.check_partial_decryption(partial, election, encrypted, trustees.keys[SERVER - 1])
    size = tally.parse_sized_tally(tallied.documents[1]).num_tallied
    return tally.result_to_bytes(tally.result(trustees, encrypted, {SERVER: checked}, size))


def _records(house: House, uuid: str) -> list[Record]:
    return [line_to_record(line, height) for height, line in enumerate(house.store.records(uuid))]


def publish_session(house: House, uuid: str) -> Session:
    """Make the result and the rest of the archive public. Again: nothing changes.

    Raises WrongState, BoardDamaged when the result on the board does not follow from the decryption there.
    """
    with _unless_done(house, uuid, _PUBLISHED):
        state = house.store.session(uuid).state
        if state not in _PUBLISHED:
            require_step(state, State.PUBLISHED)
            _require_sound_result(house, uuid)
            house.store.publish(uuid, house.clock())
    return house.store.session(uuid)


def _require_sound_result(house: House, uuid: str) -> None:
    # The one document that no hash and no other record covers, and all that most people will ever read.
    end = house.store.turnout(uuid).records - 1
    lines = [*house.store.records(uuid, 0, 0), *house.store.records(uuid, max(end - 2, 1))]
    records = [line_to_record(line, height) for line, height in zip(lines, (0, end - 2, end - 1, end), strict=False)]
    if [record.type for record in records] != ["Setup", "EncryptedTally", "PartialDecryption", "Result"]:
        raise BoardDamaged("The board does not end with a tally, its decryption and the result.", end)
    setup, tallied, decrypted, counted = records
    try:
        follows = _result(election_of(house, uuid), setup, tallied, decrypted.documents[0]) == counted.documents[0]
    except (Malformed, BadProof, TallyMismatch):
        follows = False
    if not follows:
        raise BoardDamaged("The result does not follow from the decryption on the board.", end)
