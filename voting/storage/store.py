"""The store of sessions, boards and accounts on Valkey or Redis: one script for each act that changes something."""

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, replace
from functools import partial
from typing import Any, Final, cast

from voting.domain.accounts import Account
from voting.domain.ports import Appended, Turnout
from voting.domain.sessions import LIVE_FIELDS, Session, State, require_step, session_from_json, session_to_json
from voting.errors import (
    BoardDamaged,
    ChangedMeanwhile,
    Closed,
    CodeUsed,
    NotOpenYet,
    NotRecorded,
    Refusal,
    UnknownCode,
    UnknownSession,
    UnknownTracker,
    VoidCode,
    WrongState,
)
from voting.storage import history, keys
from voting.storage.board_check import BoardSnapshot, check_board
from voting.storage.connection import Connection
from voting.storage.safety import check_seal, check_settings
from voting.storage.sealing import SealingKeys

RECORDS_PER_SLICE: Final = 64
"""A record with 100 people is some 100 KB: a slice stays below what one answer should carry."""

ON_THE_BOARD: Final = frozenset({State.READY, State.OPEN, State.CLOSED, State.COUNTED})
_log: Final = logging.getLogger(__name__)
_TEXT_FIELDS: Final = frozenset({"state", "receipt_key"})
_LIVE: Final = sorted(LIVE_FIELDS)


def open_store(url: str, *, allow_unsafe: bool = False) -> "RedisStore":
    """Reach a server and check that it keeps what it acknowledges.

    `url` begins with redis://, rediss:// or unix://; `?cluster=yes` speaks to a cluster. Raises NotRecorded when it
    does not answer, StoreUnsafe naming the settings to change, or keeps those in `warnings` when `allow_unsafe`.
    """
    connection = Connection(url)
    store = RedisStore(connection, check_settings(connection, allow_unsafe=allow_unsafe))
    store.settle_history()
    return store


class RedisStore:
    """`voting.domain.ports.Store` on a server. `warnings`: why it may lose or reveal something, empty when not."""

    def __init__(self, connection: Connection, warnings: tuple[str, ...] = ()) -> None:
        self.connection = connection
        self.warnings = warnings

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
        snapshot = BoardSnapshot(_state(state), void, length, _pairs(credentials), _pairs(trackers))
        check_board(snapshot, self.records(uuid, 0, length - 1) if length else iter(()))

    def check_boards(self) -> tuple[str, ...]:
        """Check the board of every session that is on its way, and give their UUIDs. Raises BoardDamaged."""
        checked = tuple(session.uuid for session in self.sessions() if session.state in ON_THE_BOARD)
        for uuid in checked:
            self.check_board(uuid)
        return checked

    def settle_history(self) -> None:
        """Have the files written anew when that is owed. One more in `warnings` when the server does not allow it."""
        try:
            history.rewrite_if_owed(self.connection)
        except history.RewriteForbidden:
            if history.FORBIDDEN not in self.warnings:
                self.warnings = (*self.warnings, history.FORBIDDEN)
        except NotRecorded:
            # What was to be done is done; the rewrite stays noted for whoever comes next.
            return

    # ---- drafts

    def add_session(self, session: Session) -> None:
        """Put a new draft on the list. Raises ChangedMeanwhile when the identifier is taken."""
        client = self.connection.client
        self.connection.ask(lambda: client.zadd(keys.SESSIONS, {session.uuid: session.created_at}, nx=True))
        self._act("create", session.uuid, [keys.session(session.uuid)], session_to_json(session))

    def session(self, uuid: str) -> Session:
        """Read one session. Raises UnknownSession, BoardDamaged when it cannot be read."""
        client = self.connection.client
        found = self.connection.ask(lambda: client.hmget(keys.session(uuid), ["document", *_LIVE]))
        session = _read_session(uuid, cast(list[bytes | None], found))
        if session is None:
            raise UnknownSession("There is no such session.")
        return session

    def sessions(self) -> tuple[Session, ...]:
        """List all sessions, newest first."""
        client = self.connection.client
        uuids = [name.decode() for name in self.connection.ask(lambda: _bytes(client.zrevrange(keys.SESSIONS, 0, -1)))]

        def read_all() -> list[list[bytes | None]]:
            pipeline = client.pipeline(transaction=False)
            for uuid in uuids:
                pipeline.hmget(keys.session(uuid), ["document", *_LIVE])
            return cast(list[list[bytes | None]], pipeline.execute())

        found = zip(uuids, self.connection.ask(read_all), strict=True) if uuids else ()
        return tuple(session for uuid, fields in found if (session := _read_session(uuid, fields)) is not None)

    def save_draft(self, session: Session) -> Session:
        """Save a changed draft with version + 1 and drop its held credentials.

        Raises ChangedMeanwhile when it is not the version that was read, WrongState when it is no longer a draft.
        """
        document, version = session_to_json(session), str(session.version)
        touched = [keys.session(session.uuid), keys.held(session.uuid)]
        _, saved = self._act("save_draft", session.uuid, touched, document, version)
        return replace(session, version=saved)

    def hold_credentials(self, uuid: str, version: int, credentials: Sequence[str]) -> None:
        """Keep the public credentials of slips that were shown but not confirmed; replaces earlier ones."""
        self._act("hold", uuid, [keys.session(uuid), keys.held(uuid)], str(version), *credentials)

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
    ) -> None:
        """Draft → ready in one step: state, credential list, Setup record, sealed keys. `at` is the archive's time.

        Raises ChangedMeanwhile when the draft was saved since `session` was read, or when other credentials are held
        than these; WrongState.
        """
        if len(set(credentials)) != len(credentials) or not credentials:
            raise ValueError("credentials are missing or doubled")
        uuid = session.uuid
        touched = [keys.session(uuid), keys.held(uuid), keys.credentials(uuid), keys.board(uuid), keys.boxes(uuid)]
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

    def close(self, uuid: str, record: bytes, at: int) -> bool:
        """Open → closed and append EndBallots, in one script. False when it was closed before (R5)."""
        touched = [keys.session(uuid), keys.board(uuid)]
        word, *_ = self._act("close", uuid, touched, record, str(at), repeatable=True)
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

        False when the board is already longer and reads the same there. Raises ChangedMeanwhile or WrongState
        otherwise.
        """
        if to != state:
            require_step(state, to)
        forget = "forget" if forget_trustee_key else ""
        touched = [keys.session(uuid), keys.board(uuid), keys.boxes(uuid)]
        with self._destroying(uuid) if forget_trustee_key else nullcontext():
            word, *_ = self._act("append", uuid, touched, str(height), state, to, forget, *records, repeatable=True)
        return bool(word == "ok")

    def publish(self, uuid: str, at: int) -> None:
        """Counted → published. Raises WrongState."""
        self._act("publish", uuid, [keys.session(uuid)], str(at))

    def cancel(self, uuid: str) -> None:
        """Any state before published → cancelled; destroys the sealed trustee key. Raises WrongState."""
        with self._destroying(uuid):
            self._act("cancel", uuid, [keys.session(uuid), keys.held(uuid), keys.boxes(uuid)])

    def void(self, uuid: str, credential: str) -> None:
        """Declare an unused code void, in ready or open. Raises UnknownCode, CodeUsed, VoidCode, WrongState."""
        self._act("void", uuid, [keys.session(uuid), keys.credentials(uuid)], credential)

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
        return Turnout(_state(state), codes, void, ballots, records)

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

    def _act(
        self, act: str, uuid: str, touched: Sequence[str], *arguments: str | bytes, repeatable: bool = False
    ) -> tuple[Any, ...]:
        """Run a script; give `ok` or `again` and what follows, or raise the refusal that the script names."""
        word, *rest = self.connection.run(act, touched, *arguments, repeatable=repeatable)
        name = word.decode()
        if name in ("ok", "again"):
            return (name, *rest)
        raise _refusal(name, rest[0].decode() if rest else "")

    def _box(self, uuid: str, name: str) -> bytes:
        client = self.connection.client
        box = self.connection.ask(lambda: client.hget(keys.boxes(uuid), name))
        if box is None:
            state = self.session(uuid).state
            raise WrongState(f"This session is {state}: its {name} key is not there.", state)
        return cast(bytes, box)

    @contextmanager
    def _destroying(self, uuid: str) -> Iterator[None]:
        """Run an act that destroys a key, then have the files written anew, so that it is not found in their past."""
        history.owe_rewrite(self.connection, uuid)
        try:
            yield
        finally:
            # Also when the act was refused or its answer was lost: a rewrite too many does no harm.
            known = self.warnings
            self.settle_history()
            for warning in self.warnings[len(known) :]:
                _log.warning("The store is unsafe: %s.", warning)


def _casting_keys(uuid: str) -> list[str]:
    return [keys.session(uuid), keys.credentials(uuid), keys.trackers(uuid), keys.board(uuid)]


def _refusal(word: str, detail: str) -> Refusal:
    match word:
        case "unknown-session":
            return UnknownSession("There is no such session.")
        case "state":
            return WrongState(f"This session is {detail}: that does not belong to this state.", detail)
        case "changed":
            return ChangedMeanwhile("Somebody else changed this in between. Read it again.")
        case "unknown-code":
            return UnknownCode("This code is not on the list of this vote.")
        case "void":
            return VoidCode("This code was declared void.")
        case "used":
            return CodeUsed("A ballot was already cast with this code.")
    return NotRecorded("The store gave an answer that this version does not know.")


def _read_session(uuid: str, fields: Sequence[bytes | None]) -> Session | None:
    if fields[0] is None:
        return None
    try:
        live: dict[str, Any] = {}
        for name, value in zip(_LIVE, fields[1:], strict=True):
            text = (value or b"").decode()
            live[name] = text if name in _TEXT_FIELDS else int(text or 0)
        live["state"] = State(live["state"])
        return session_from_json(fields[0].decode(), live)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BoardDamaged(f"The stored session {uuid} cannot be read.") from None


def _state(name: bytes) -> State:
    try:
        return State(name.decode())
    except ValueError:
        raise BoardDamaged("The stored state of the session cannot be read.") from None


def _bytes(reply: object) -> list[bytes]:
    return cast(list[bytes], reply)


def _pairs(flat: Sequence[bytes]) -> dict[str, str]:
    # A byte that was changed on the disk must reach the check of the board, which names the record.
    texts = [item.decode(errors="backslashreplace") for item in flat]
    return dict(zip(texts[::2], texts[1::2], strict=True))
