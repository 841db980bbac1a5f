"""The end of a session: close, count, publish. Every step can be repeated after a crash and changes nothing twice.

The server's key is opened in one place, `_decrypt`, after EndBallots stands on the board and the whole public archive
was verified from its first byte; it opens one aggregate and is destroyed in the act that records the result
(FAULTS P2, R7). Where tellers hold the key too, it stays shut until as many as needed have decrypted that aggregate.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Final
from weakref import WeakValueDictionary

from voting.domain.boards import archive_stream
from voting.domain.elections import election_of
from voting.domain.house import House
from voting.domain.issuing import trustee_purpose
from voting.domain.links import BoundDevice
from voting.domain.sessions import Session, State, require_step
from voting.errors import (
    BadMessage,
    BadProof,
    BoardDamaged,
    ChangedMeanwhile,
    Malformed,
    NotFound,
    TallyMismatch,
    TooFewDecryptions,
    WrongState,
)
from voting.protocol import tally
from voting.protocol.ballots import recall_ballot
from voting.protocol.board import Record, line_to_record, record_to_line
from voting.protocol.election import Election
from voting.protocol.examination import Progress
from voting.protocol.tally import EncryptedTally, PartialDecryption
from voting.protocol.trustees import Trustees, parse_trustees
from voting.protocol.verify import verify_archive

SERVER: Final = 1
"""The number of the server among the owners of decryptions: its entry is the first of the trustees. The tellers follow:
the one with index `i` is owner `SERVER + i`."""

_BYTES_OF_CHOICE: Final = 512
"""A factor of 64 digits, a proof of two numbers below 10^77, and their names: some 260 bytes, with margin."""

_AFTER_CLOSE = frozenset({State.CLOSED, State.COUNTED, State.PUBLISHED})
_AFTER_COUNT = frozenset({State.COUNTED, State.PUBLISHED})
_PUBLISHED = frozenset({State.PUBLISHED})
_counts: Final[WeakValueDictionary[str, Lock]] = WeakValueDictionary()
_lock: Final = Lock()


@dataclass(frozen=True)
class Decryptions:
    """How many tellers have decrypted, of how many needed and never more. `repeated`: this one had before."""

    present: int
    needed: int
    repeated: bool


@dataclass(frozen=True)
class _Aggregate:
    """What may be decrypted, once: the tally of a closed session, and with whose keys. It stands at `height`."""

    election: Election
    trustees: Trustees
    encrypted: EncryptedTally
    ballots: int
    height: int

    @property
    def needed(self) -> int:
        """How many tellers must decrypt, 0 in quick mode."""
        return sum(entry.threshold for entry in self.trustees.entries[SERVER:])

    def checked(self, owner: int, raw: bytes) -> PartialDecryption:
        """Check a decryption against this tally and the key of its owner. Raises Malformed, BadProof."""
        if not 1 <= owner <= len(self.trustees.keys):
            raise Malformed("no trustee has this number")
        return tally.check_partial_decryption(raw, self.election, self.encrypted, self.trustees.keys[owner - 1])

    def result(self, decryptions: Mapping[int, PartialDecryption]) -> bytes:
        """Give the result document that follows from checked decryptions by owner. Raises TallyMismatch."""
        return tally.result_to_bytes(tally.result(self.trustees, self.encrypted, decryptions, self.ballots))


def close_session(house: House, uuid: str) -> Session:
    """End the voting: EndBallots in one step, then the encrypted tally. Again: nothing changes. Raises WrongState."""
    with _unless_done(house, uuid, _AFTER_CLOSE):
        state = house.store.session(uuid).state
        if state not in _AFTER_CLOSE:
            require_step(state, State.CLOSED)
            end_ballots(house, uuid)
        finish_close(house, uuid)
    return house.store.session(uuid)


def end_ballots(house: House, uuid: str, deadline: int = 0) -> bool:
    """Do the first half of a close: no ballot can follow. False when it was done before; `finish_close` is the rest.

    `deadline`: the announced end that has come, see `deadlines.py`; then it raises ChangedMeanwhile when there is
    another one by now, or none. Raises WrongState before the opening.
    """
    return house.store.close(uuid, record_to_line(Record("EndBallots", (), 0)), house.clock(), deadline=deadline)


def finish_close(house: House, uuid: str) -> None:
    """Put the encrypted tally of a closed session on the board, if a close that broke off has left it out.

    Again: nothing changes. Raises WrongState before the close, BoardDamaged.
    """
    with _unless_done(house, uuid, _AFTER_COUNT):
        state = house.store.session(uuid).state
        if state not in _AFTER_CLOSE:
            raise WrongState("The tally follows the end of the voting.", state)
        if state == State.CLOSED:
            _put_tally_on_board(house, uuid)


def is_tallied(house: House, uuid: str) -> bool:
    """Tell whether the encrypted tally stands on the board: from just after the close on. Raises UnknownSession."""
    state = house.store.session(uuid).state
    return state in _AFTER_COUNT or (state == State.CLOSED and not _ends_with_ballots(house, uuid))


def is_due(house: House, uuid: str) -> bool:
    """Tell whether a closed session waits for the service alone: to finish the close, or to count with its tellers.

    A count without tellers is the chair's to begin. Raises UnknownSession.
    """
    session = house.store.session(uuid)
    if session.state != State.CLOSED:
        return False
    return _ends_with_ballots(house, uuid) or is_enough(house, uuid)


def is_enough(house: House, uuid: str) -> bool:
    """Tell whether as many tellers of a session have decrypted as are needed; never without tellers."""
    record = house.store.ceremony(uuid)
    return bool(record.session.tellers) and len(record.decrypted) >= record.session.threshold


def _ends_with_ballots(house: House, uuid: str) -> bool:
    """Tell whether the last record is the one that ends the ballots, which the tally must follow."""
    last = next(house.store.records(uuid, -1), b"")
    return last.partition(b"\n")[0] == b"EndBallots"


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


def largest_decryption(house: House, uuid: str) -> int:
    """Give how many bytes a teller's decryption may have: more than the choices of this election need.

    To be asked before one is read. Raises WrongState unless decryptions are taken now, UnknownSession.
    """
    state = house.store.session(uuid).state
    if state != State.CLOSED:
        raise WrongState("The tally is decrypted after the close, once.", state)
    choices = sum(question.choices for question in election_of(house, uuid).questions)
    return 1024 + _BYTES_OF_CHOICE * choices


def take_decryption(house: House, uuid: str, device: BoundDevice, raw: bytes) -> Decryptions:
    """Check and keep a teller's decryption of the tally; of several the first stays, and the others are not read.

    Raises WrongState before the tally stands on the board and from the count on, BadMessage when it is not this tally's
    decryption with this teller's key, NotFound when there is no such teller, UnknownDevice when the device was let go,
    UnknownSession.
    """
    record = house.store.ceremony(uuid)
    session, index = record.session, device.index
    if session.state != State.CLOSED:
        raise WrongState("The tally is decrypted after the close, once.", session.state)
    if not 1 <= index <= len(session.tellers):
        raise NotFound("There is no such teller.")
    if index in record.decrypted:
        return Decryptions(min(len(record.decrypted), session.threshold), session.threshold, repeated=True)
    aggregate = _aggregate(house, uuid)
    try:
        aggregate.checked(SERVER + index, raw)
    except (Malformed, BadProof):
        raise BadMessage("This is not a decryption of this tally with this teller's key.") from None
    present, repeated = house.store.take_decryption(uuid, index, raw, device=device.hash)
    return Decryptions(min(present, session.threshold), session.threshold, repeated)


def decryptions_of(house: House, uuid: str) -> frozenset[int]:
    """Give the indices of the tellers who have decrypted; after the count, of those whose decryptions were used."""
    record = house.store.ceremony(uuid)
    if not record.session.tellers or record.session.state not in _AFTER_COUNT:
        return record.decrypted
    ends = _records(house, uuid, -2 - len(record.session.tellers))
    owners = (tally.parse_owned_partial_decryption(r.documents[1])[0] for r in ends if r.type == "PartialDecryption")
    return frozenset(owner - SERVER for owner in owners if owner != SERVER)


def count_session(house: House, uuid: str, progress: Progress | None = None) -> Session:
    """Verify the whole board, decrypt the aggregate once, record the result. Again: nothing changes.

    Raises WrongState before the close, TooFewDecryptions while tellers are missing, BoardDamaged naming what is bad;
    then the key stays sealed.
    """
    with _one_count(uuid), _unless_done(house, uuid, _AFTER_COUNT):
        session = house.store.session(uuid)
        if session.state not in _AFTER_COUNT:
            require_step(session.state, State.COUNTED)
            _put_tally_on_board(house, uuid)
            # Asked before the long way through all ballots, and again of those that hold.
            _require_enough(len(house.store.decryptions(uuid)), session.threshold)
            house.store.check_board(uuid)
            for check in verify_archive(b"".join(archive_stream(house, uuid)), progress).failures:
                raise BoardDamaged(f"The board does not verify ({check.name}, {check.record}): {check.detail}.")
            _decrypt(house, uuid)
    return house.store.session(uuid)


def _one_count(uuid: str) -> Lock:
    """Give the lock of a session: a second tap waits for the count under way instead of starting another."""
    with _lock:
        return _counts.setdefault(uuid, Lock())


def _aggregate(house: House, uuid: str) -> _Aggregate:
    """Read what may be decrypted. Raises WrongState unless the board ends with an encrypted tally."""
    ends = [*_records(house, uuid, 0, 0), *_records(house, uuid, -1)]
    if not ends or ends[-1].type != "EncryptedTally":
        raise WrongState("There is no encrypted tally to decrypt.", house.store.session(uuid).state)
    return _aggregate_in(house, uuid, *ends)


def _aggregate_in(house: House, uuid: str, setup: Record, tallied: Record) -> _Aggregate:
    election = election_of(house, uuid)
    try:
        return _Aggregate(
            election,
            parse_trustees(setup.documents[1]),
            tally.parse_tally(tallied.documents[0], election),
            tally.parse_sized_tally(tallied.documents[1]).num_tallied,
            tallied.height,
        )
    except Malformed:
        raise BoardDamaged("The trustees or the tally on the board cannot be read.", tallied.height) from None


def _require_enough(present: int, needed: int) -> None:
    if present < needed:
        words = f"{present} of the {needed} tellers needed have decrypted. Nothing is lost: the others can do it later."
        raise TooFewDecryptions(words, present, needed)


def _decrypt(house: House, uuid: str) -> None:
    aggregate = _aggregate(house, uuid)
    by_tellers = _valid_decryptions(house, uuid, aggregate)
    key = int(house.sealer.unseal(house.store.trustee_box(uuid), trustee_purpose(uuid)))
    partials = {SERVER: tally.partial_decryption(aggregate.election, aggregate.encrypted, key), **by_tellers}
    result = aggregate.result({owner: aggregate.checked(owner, raw) for owner, raw in partials.items()})
    documents = [(raw, tally.owned_partial_decryption(owner, raw)) for owner, raw in partials.items()]
    height = aggregate.height + 1
    records = [Record("PartialDecryption", pair, height + i) for i, pair in enumerate(documents)]
    records.append(Record("Result", (result,), height + len(documents)))
    house.store.append(
        uuid,
        [record_to_line(record) for record in records],
        height=height,
        state=State.CLOSED,
        to=State.COUNTED,
        forget_trustee_key=True,
    )


def _valid_decryptions(house: House, uuid: str, aggregate: _Aggregate) -> dict[int, bytes]:
    """Give exactly as many tellers' decryptions as are needed, by owner in order, each checked again.

    A bad one is passed over. Raises TooFewDecryptions.
    """
    valid: dict[int, bytes] = {}
    for index, raw in sorted(house.store.decryptions(uuid).items()):
        if len(valid) == aggregate.needed:
            break
        try:
            aggregate.checked(SERVER + index, raw)
        except (Malformed, BadProof):
            continue
        valid[SERVER + index] = raw
    _require_enough(len(valid), aggregate.needed)
    return valid


def _records(house: House, uuid: str, first: int = 0, last: int = -1) -> list[Record]:
    """Read records from the height `first` on, or so many from the end when it is negative."""
    start = first if first >= 0 else max(house.store.turnout(uuid).records + first, 0)
    return [line_to_record(line, height) for height, line in enumerate(house.store.records(uuid, start, last), start)]


def publish_session(house: House, uuid: str) -> Session:
    """Make the result and the rest of the archive public. Again: nothing changes.

    Raises WrongState, BoardDamaged when the result on the board does not follow from the decryptions there.
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
    try:
        (setup,) = _records(house, uuid, 0, 0)
        owners = sum(entry.threshold for entry in parse_trustees(setup.documents[1]).entries)
        tallied, *decrypted, counted = _records(house, uuid, max(end - owners - 1, 1))
        types = [record.type for record in (tallied, *decrypted, counted)]
        follows = types == ["EncryptedTally", *["PartialDecryption"] * owners, "Result"]
        follows = follows and _result_of(_aggregate_in(house, uuid, setup, tallied), decrypted) == counted.documents[0]
    except (Malformed, BadProof, TallyMismatch, ValueError, LookupError):
        follows = False
    if not follows:
        raise BoardDamaged("The result does not follow from the tally and the decryptions on the board.", end)


def _result_of(aggregate: _Aggregate, decrypted: list[Record]) -> bytes:
    """Give the result document that follows from records on the board. Raises Malformed, BadProof, TallyMismatch."""
    owned = [(tally.parse_owned_partial_decryption(record.documents[1])[0], record) for record in decrypted]
    return aggregate.result({owner: aggregate.checked(owner, record.documents[0]) for owner, record in owned})
