"""The store of sessions, boards and accounts on Valkey or Redis: one script for each act that changes something."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, replace
from functools import partial
from typing import Final, cast

from voting.domain.accounts import Account
from voting.domain.ports import Appended, Note, Turnout
from voting.domain.sessions import Session, State, require_step, session_to_json
from voting.errors import (
    BoardDamaged,
    ChangedMeanwhile,
    Closed,
    NotOpenYet,
    UnknownCode,
    UnknownSession,
    UnknownTracker,
    WrongState,
)
from voting.storage import keys
from voting.storage.board_check import BoardSnapshot, check_board
from voting.storage.claim_records import ClaimRecords
from voting.storage.connection import Connection
from voting.storage.count_leases import CountLeases
from voting.storage.deadline_records import DeadlineRecords
from voting.storage.handing_records import HandingRecords
from voting.storage.keeping_records import KeepingRecords
from voting.storage.organisation_records import OrganisationRecords
from voting.storage.safety import check_seal, check_settings
from voting.storage.sealing import SealingKeys
from voting.storage.session_records import FIELDS, read_session, read_state
from voting.storage.teller_records import TellerRecords

RECORDS_PER_SLICE: Final = 64
"""A record with 100 people is some 100 KB: a slice stays below what one answer should carry."""

ON_THE_BOARD: Final = frozenset({State.READY, State.OPEN, State.CLOSED, State.COUNTED})


def open_store(url: str, *, allow_unsafe: bool = False) -> "RedisStore":
    """Reach a server and check that it keeps what it acknowledges.

    `url` begins with redis://, rediss:// or unix://; `?cluster=yes` speaks to a cluster. Raises NotRecorded when it
    does not answer, StoreUnsafe naming the settings to change, or keeps those in `warnings` when `allow_unsafe`.
    """
    connection = Connection(url)
    store = RedisStore(connection, check_settings(connection, allow_unsafe=allow_unsafe))
    store.settle_history()
    return store


class RedisStore(
    TellerRecords,
    HandingRecords,
    ClaimRecords,
    CountLeases,
    DeadlineRecords,
    KeepingRecords,
    OrganisationRecords,
):
    """`voting.domain.ports.Store` on a server."""

    def disconnect(self) -> None:
        """Let go of the connections; the store can be used again, it opens new ones."""
        self.connection.close()

    # ---- the health of the store

    def ping(self) -> None:
        """Ask the server for a sign of life. Raises NotRecorded."""
        self.connection.ask(self.connection.client.ping)

    def check_seal(self, seal: SealingKeys) -> None:
        """Check that the sealing keys are those of this store, and remember them at first use. Raises SealBroken.

        When several are given, the boxes in the store are sealed again with the first of them.
        """
        check_seal(self.connection, seal)
        self.settle_history()

    def check_board(self, uuid: str) -> None:
        """Read the board again from its first byte. Raises BoardDamaged with the first bad record, UnknownSession."""
        _, state, void, length, credentials, trackers = self._act("snapshot", uuid, _casting_keys(uuid))
        snapshot = BoardSnapshot(read_state(state), void, length, _pairs(credentials), _pairs(trackers))
        check_board(snapshot, self.records(uuid, 0, length - 1) if length else iter(()))

    def check_boards(self) -> tuple[str, ...]:
        """Check the board of every session that is on its way, and give their UUIDs. Raises BoardDamaged."""
        checked = tuple(session.uuid for session in self.sessions() if session.state in ON_THE_BOARD)
        for uuid in checked:
            self.check_board(uuid)
        return checked

    # ---- drafts

    def add_session(self, session: Session) -> None:
        """Put a new draft on the list. Raises ChangedMeanwhile when the identifier is taken."""
        client = self.connection.client
        self.connection.ask(lambda: client.zadd(keys.SESSIONS, {session.uuid: session.created_at}, nx=True))
        self._act("create", session.uuid, [keys.session(session.uuid)], session_to_json(session))

    def session(self, uuid: str) -> Session:
        """Read one session. Raises UnknownSession, BoardDamaged when it cannot be read."""
        client = self.connection.client
        found = self.connection.ask(lambda: client.hmget(keys.session(uuid), FIELDS))
        session = read_session(uuid, cast(list[bytes | None], found))
        if session is None:
            raise UnknownSession("There is no such session.")
        return session

    def sessions(self) -> tuple[Session, ...]:
        """List all sessions, newest first. Raises BoardDamaged when one of them cannot be read."""
        read = (read_session(uuid, fields) for uuid, fields in self._fields_of(self._listed()))
        return tuple(session for session in read if session is not None)

    def readable_sessions(self, uuids: Collection[str] | None = None) -> tuple[dict[str, Session], frozenset[str]]:
        """Give the sessions that can be read, by identifier, newest first, and the identifiers of those that cannot.

        `uuids`: only these, in their order. For pages about others than the one that is damaged: it must not stop them.
        """
        found: dict[str, Session] = {}
        damaged: set[str] = set()
        for uuid, fields in self._fields_of(self._listed() if uuids is None else uuids):
            try:
                session = read_session(uuid, fields)
            except BoardDamaged:
                damaged.add(uuid)
                continue
            if session is not None:
                found[uuid] = session
        return found, frozenset(damaged)

    def _listed(self) -> list[str]:
        client = self.connection.client
        return [name.decode() for name in self.connection.ask(lambda: _bytes(client.zrevrange(keys.SESSIONS, 0, -1)))]

    def _fields_of(self, uuids: Collection[str]) -> list[tuple[str, list[bytes | None]]]:
        client = self.connection.client

        def read_all() -> list[list[bytes | None]]:
            pipeline = client.pipeline(transaction=False)
            for uuid in uuids:
                pipeline.hmget(keys.session(uuid), FIELDS)
            return cast(list[list[bytes | None]], pipeline.execute())

        return list(zip(uuids, self.connection.ask(read_all), strict=True)) if uuids else []

    def save_draft(self, session: Session, *, restart: bool = False, unlink: Collection[int] = ()) -> Session:
        """Save a changed draft with version + 1 and drop its held credentials.

        `restart` begins the next round of the key ceremony; the links and devices of the tellers in `unlink` end.
        Raises ChangedMeanwhile when it is not the version that was read, WrongState when it is no longer a draft.
        """
        document, version = session_to_json(session), str(session.version)
        uuid, again = session.uuid, "restart" if restart else ""
        touched = [keys.session(uuid), keys.held(uuid), keys.tellers(uuid), keys.ceremony(uuid), keys.pool(uuid)]
        with self._destroying(uuid) if restart else nullcontext():
            _, saved = self._act("save_draft", uuid, touched, document, version, again, *map(str, unlink))
        return replace(session, version=saved)

    def hold_credentials(self, uuid: str, version: int, credentials: Sequence[str], pool: Sequence[bytes] = ()) -> None:
        """Keep the public credentials of codes that were made but not confirmed, and the sealed ones among the codes.

        Replaces earlier ones. Raises WrongState, ChangedMeanwhile when the draft has another version.
        """
        touched = [keys.session(uuid), keys.held(uuid), keys.pool(uuid)]
        self._act("hold", uuid, touched, str(version), str(len(pool)), *pool, *credentials)

    def held_credentials(self, uuid: str) -> tuple[str, ...]:
        """Give the public credentials held for a draft, in sorted order; empty when no slips were made."""
        client = self.connection.client
        return tuple(
            sorted(name.decode() for name in self.connection.ask(lambda: _bytes(client.smembers(keys.held(uuid)))))
        )

    # ---- the life of a session

    def make_ready(
        self,
        session: Session,
        *,
        setup: bytes,
        credentials: Sequence[str],
        trustee_box: bytes,
        receipt_box: bytes,
        receipt_key: str,
        at: int,
        round: int = 0,
        pass_box: bytes = b"",
        pass_key: str = "",
    ) -> None:
        """Draft → ready in one step: state, credential list, Setup record, sealed keys. `at` is the archive's time.

        `round`: the round of the key ceremony that the tellers' key comes from; its messages end. `pass_box` and
        `pass_key`: the pass key, sealed and public, of a session with codes in the pool. Raises ChangedMeanwhile when
        the draft was saved since `session` was read, when other credentials are held than these, or when that round is
        not complete; WrongState.
        """
        if len(set(credentials)) != len(credentials) or not credentials:
            raise ValueError("credentials are missing or doubled")
        uuid = session.uuid
        touched = [
            *(keys.session(uuid), keys.held(uuid), keys.credentials(uuid), keys.board(uuid), keys.boxes(uuid)),
            *(keys.tellers(uuid), keys.ceremony(uuid), keys.pool(uuid)),
        ]
        self._act(
            "make_ready",
            uuid,
            touched,
            session_to_json(session),
            str(session.version),
            str(at),
            receipt_key,
            trustee_box,
            receipt_box,
            setup,
            str(round),
            str(len(session.tellers)),
            str(session.pooled),
            pass_box,
            pass_key,
            *credentials,
        )

    def open(self, uuid: str, at: int) -> None:
        """Ready → open. Raises WrongState; open again is refused too."""
        self._act("open", uuid, [keys.session(uuid)], str(at))

    def cast(self, uuid: str, credential: str, tracker: str, record: bytes) -> Appended:
        """Append a ballot in one script: state open, credential listed, unused, not void.

        The same tracker again gives its height again, in every state. Raises UnknownCode, VoidCode, CodeUsed,
        NotOpenYet, Closed, UnknownSession, NotRecorded.
        """
        try:
            word, height = self._act("cast", uuid, _casting_keys(uuid), credential, tracker, record, repeatable=True)
        except WrongState as refusal:
            if refusal.state in (State.DRAFT, State.READY):
                raise NotOpenYet("The vote has not been opened yet.", refusal.state) from None
            raise Closed("The vote is closed: no ballot is taken any more.", refusal.state) from None
        return Appended(height, word == "again")

    def close(self, uuid: str, record: bytes, at: int, *, deadline: int = 0) -> bool:
        """Open → closed and append EndBallots, in one script. False when it was closed before (R5).

        `deadline`: the announced end at which the service closes it by itself. Raises ChangedMeanwhile when another
        one was announced, or none.
        """
        touched = [
            *(keys.session(uuid), keys.board(uuid), keys.pool(uuid), keys.boxes(uuid)),
            *(keys.roster(uuid), keys.claim_links(uuid), keys.passes(uuid), keys.handing(uuid)),
        ]
        pooled = self.session(uuid).pooled > 0
        with self._destroying(uuid) if pooled else nullcontext():
            word, *_ = self._act("close", uuid, touched, record, str(at), str(deadline or ""), repeatable=True)
        return bool(word == "ok")

    def append(
        self,
        uuid: str,
        records: Sequence[bytes],
        *,
        height: int,
        state: State,
        to: State,
        forget_trustee_key: bool = False,
    ) -> bool:
        """Append records when the board has exactly `height` records and the state is `state`; then go to `to`.

        `forget_trustee_key` destroys, in the same act, the server's key and what the tellers left.
        False when the board is already longer and reads the same there. Raises ChangedMeanwhile or WrongState
        otherwise.
        """
        if to != state:
            require_step(state, to)
        forget = "forget" if forget_trustee_key else ""
        touched = [keys.session(uuid), keys.board(uuid), keys.boxes(uuid), keys.tellers(uuid)]
        with self._destroying(uuid) if forget_trustee_key else nullcontext():
            word, *_ = self._act("append", uuid, touched, str(height), state, to, forget, *records, repeatable=True)
        return bool(word == "ok")

    def publish(self, uuid: str, at: int) -> None:
        """Counted → published. Raises WrongState."""
        self._act("publish", uuid, [keys.session(uuid)], str(at))

    def cancel(self, uuid: str) -> None:
        """Any state before published → cancelled; destroys all that decrypts it. Raises WrongState."""
        with self._destroying(uuid):
            touched = [
                *(keys.session(uuid), keys.held(uuid), keys.boxes(uuid)),
                *(keys.tellers(uuid), keys.ceremony(uuid), keys.pool(uuid)),
                *(keys.roster(uuid), keys.claim_links(uuid), keys.passes(uuid)),
            ]
            self._act("cancel", uuid, touched)

    def void(self, uuid: str, credential: str, *, found: bool = False) -> None:
        """Declare an unused code void, in ready or open; `found`: it had been noted as lost.

        Raises UnknownCode, CodeUsed, VoidCode, WrongState.
        """
        touched = [keys.session(uuid), keys.credentials(uuid), keys.handing(uuid)]
        self._act("void", uuid, touched, credential, "found" if found else "")

    # ---- what the chair records around the vote

    def notes(self, uuid: str) -> Mapping[str, Note]:
        """Give all notes of a session, by kind."""
        client = self.connection.client
        found = self.connection.ask(lambda: cast(dict[bytes, bytes], client.hgetall(keys.notes(uuid))))
        texts = {name.decode(): value.decode() for name, value in found.items()}
        return {
            kind: Note(text, int(texts[f"version:{kind}"]), f"late:{kind}" in texts)
            for kind, text in texts.items()
            if f"version:{kind}" in texts
        }

    def write_note(
        self, uuid: str, kind: str, text: str, *, version: int, states: Collection[State], late: bool = False
    ) -> Note:
        """Keep a note in place of the version that was read, 0 = none. Raises ChangedMeanwhile, WrongState."""
        touched = [keys.session(uuid), keys.notes(uuid)]
        mark = "late" if late else ""
        _, saved = self._act("note", uuid, touched, kind, str(version), text, mark, *sorted(states))
        return Note(text, saved, late)

    # ---- what may be read

    def credential_status(self, uuid: str, credential: str) -> str:
        """Give `unused`, `used` or `void`. Raises UnknownCode."""
        client = self.connection.client
        status = self.connection.ask(lambda: client.hget(keys.credentials(uuid), credential))
        if status is None:
            raise UnknownCode("This code is not on the list of this vote.")
        return cast(bytes, status).decode()

    def height_of(self, uuid: str, tracker: str) -> int:
        """Give the height of the ballot with this tracker. Raises UnknownTracker."""
        client = self.connection.client
        height = self.connection.ask(lambda: client.hget(keys.trackers(uuid), tracker))
        if height is None:
            raise UnknownTracker("No ballot on the board has this tracker.")
        return int(cast(bytes, height))

    def turnout(self, uuid: str) -> Turnout:
        """Give the figures of one session. Raises UnknownSession."""
        _, state, codes, void, ballots, records = self._act("turnout", uuid, _casting_keys(uuid), repeatable=True)
        return Turnout(read_state(state), codes, void, ballots, records)

    def records(self, uuid: str, first: int = 0, last: int = -1) -> Iterator[bytes]:
        """Yield board records in order, read in slices, `last` included as in LRANGE.

        The end is fixed when this is called: records that are appended meanwhile do not follow.
        """
        client, board = self.connection.client, keys.board(uuid)
        length = self.connection.ask(lambda: client.llen(board))
        begin = max(first + length if first < 0 else first, 0)
        end = min(last + length if last < 0 else last, length - 1)

        def read(start: int, stop: int) -> list[bytes]:
            return _bytes(client.lrange(board, start, stop))

        def slices() -> Iterator[bytes]:
            for start in range(begin, end + 1, RECORDS_PER_SLICE):
                stop = min(start + RECORDS_PER_SLICE - 1, end)
                yield from self.connection.ask(partial(read, start, stop))

        return slices()

    def trustee_box(self, uuid: str) -> bytes:
        """Give the sealed trustee key of the server. Raises WrongState once it was destroyed."""
        return self._box(uuid, "trustee")

    def receipt_box(self, uuid: str) -> bytes:
        """Give the sealed signing key of receipts. Raises WrongState while the session is a draft."""
        return self._box(uuid, "receipt")

    # ---- accounts

    def account(self, name: str) -> Account | None:
        """Read a chair account by its name; None when there is none."""
        client = self.connection.client
        found = self.connection.ask(lambda: client.hget(keys.ACCOUNTS, name))
        return None if found is None else Account(**json.loads(cast(bytes, found)))

    def accounts(self) -> tuple[Account, ...]:
        """List all chair accounts by name."""
        client = self.connection.client
        found = self.connection.ask(lambda: _bytes(client.hvals(keys.ACCOUNTS)))
        return tuple(sorted((Account(**json.loads(text)) for text in found), key=lambda account: account.name))

    def save_account(self, account: Account, *, new: bool) -> None:
        """Write an account. Raises ChangedMeanwhile when `new` and the name is taken."""
        client, text = self.connection.client, json.dumps(asdict(account), separators=(",", ":"))
        if not new:
            self.connection.ask(lambda: client.hset(keys.ACCOUNTS, account.name, text))
        elif not self.connection.ask(lambda: client.hsetnx(keys.ACCOUNTS, account.name, text), repeatable=False):
            raise ChangedMeanwhile("This name is taken.")

    # ---- inside

    def _box(self, uuid: str, name: str) -> bytes:
        client = self.connection.client
        box = self.connection.ask(lambda: client.hget(keys.boxes(uuid), name))
        if box is None:
            state = self.session(uuid).state
            raise WrongState(f"This session is {state}: its {name} key is not there.", state)
        return cast(bytes, box)


def _casting_keys(uuid: str) -> list[str]:
    return [keys.session(uuid), keys.credentials(uuid), keys.trackers(uuid), keys.board(uuid)]


def _bytes(reply: object) -> list[bytes]:
    return cast(list[bytes], reply)


def _pairs(flat: Sequence[bytes]) -> dict[str, str]:
    # A byte that was changed on the disk must reach the check of the board, which names the record.
    texts = [item.decode(errors="backslashreplace") for item in flat]
    return dict(zip(texts[::2], texts[1::2], strict=True))
