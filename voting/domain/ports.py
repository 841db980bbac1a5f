"""What the domain asks of the floor below the table: a store, a seal, a clock. `voting/storage` gives the real ones."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from voting.domain.accounts import Account
from voting.domain.sessions import Session, State

Clock = Callable[[], int]
"""Gives the time in whole seconds since 1970; only for what people read, never for a decision (FAULTS R12)."""


@dataclass(frozen=True)
class Appended:
    """Where a ballot stands: its height on the board, and whether it stood there before."""

    height: int
    repeated: bool


@dataclass(frozen=True)
class Turnout:
    """What may be told while a session runs: `codes` on the list, `void` among them, `ballots` cast; never a choice."""

    state: State
    codes: int
    void: int
    ballots: int
    records: int


@dataclass(frozen=True)
class CeremonyRecord:
    """A session and what is kept of its key ceremony at one moment: `messages[step][index]`, indices from 1.

    `fault` is JSON, empty while there is none; `parcels[index]` are those that the teller sent, until the last key is
    in; `decrypted`: whose decryptions are kept. From ready on the messages are gone; the round is that of the boxes.
    """

    session: Session
    round: int
    fault: str = field(repr=False)
    messages: Mapping[str, Mapping[int, bytes]] = field(repr=False)
    parcels: Mapping[int, Sequence[bytes]] = field(repr=False)
    boxes: Mapping[int, bytes] = field(repr=False)
    linked: frozenset[int]
    joined: frozenset[int]
    decrypted: frozenset[int]


@dataclass(frozen=True)
class Note:
    """What the chair recorded of one kind, as JSON; `version` counts how often it was written, 0 = never.

    `late`: whether it was ever changed when the count was known.
    """

    text: str = ""
    version: int = 0
    late: bool = False


@dataclass(frozen=True)
class HandingRecord:
    """How the codes of a session were handed out, and its figures, at one moment; none of it says which code.

    `in_pool`: boxes there now; `destroyed`: those that the close found there, None before, or of votes that were closed
    when this was not noted. `drawn`: codes taken out of the pool, by way; `untaken`: those that the desk voided again
    because nobody took them; `found`: lost slips that were found again and voided; `exchanges`: what was noted of each,
    as JSON; `has_link`, `has_desk`: of the desk at the door.
    """

    state: State
    codes: int
    void: int
    ballots: int
    in_pool: int
    destroyed: int | None
    drawn: Mapping[str, int]
    untaken: int
    found: int
    exchanges: tuple[str, ...]
    has_link: bool
    has_desk: bool


@dataclass(frozen=True)
class RosterRecord:
    """The roster of a session at one moment: `people[i]` is the JSON of the attendee `i`.

    `last`: the number of the attendee added last, 0 = none; `linked`: who has a link; `claimed`: who has claimed.
    """

    state: State
    last: int
    people: Mapping[int, str] = field(repr=False)
    linked: frozenset[int]
    claimed: frozenset[int]


@dataclass(frozen=True)
class Records:
    """All records of one kind as JSON, by identifier; `version` counts the acts that changed any of them."""

    version: int
    texts: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Change:
    """A record to put in place of the one that was read; empty: there is none."""

    kind: str
    id: str
    before: str = field(repr=False)
    after: str = field(repr=False)


class Sealer(Protocol):
    """Seals secrets under a key from the settings (AES-256-GCM). `purpose` binds the box to its place."""

    def seal(self, secret: bytes, purpose: str) -> bytes:
        """Seal bytes for one purpose, as `trustee|UUID`."""

    def unseal(self, box: bytes, purpose: str) -> bytes:
        """Open a box. Raises SealBroken when the key, the purpose or the bytes are not those it was made with."""


class Store(Protocol):
    """The store of sessions and boards. Each method is one act: both or neither. Raises NotRecorded when unsure."""

    def add_session(self, session: Session) -> None:
        """Put a new draft on the list."""

    def session(self, uuid: str) -> Session:
        """Read one session. Raises UnknownSession."""

    def sessions(self) -> tuple[Session, ...]:
        """List all sessions, newest first."""

    def readable_sessions(self, uuids: Collection[str] | None = None) -> tuple[dict[str, Session], frozenset[str]]:
        """Give the sessions that can be read, by identifier, newest first, and the identifiers of those that cannot.

        `uuids`: only these, in their order.
        """

    def save_draft(self, session: Session, *, restart: bool = False, unlink: Collection[int] = ()) -> Session:
        """Save a changed draft with version + 1 and drop its held credentials.

        `restart` begins the next round of the key ceremony; the links and devices of the tellers in `unlink` end.
        Raises ChangedMeanwhile when it is not the version that was read, WrongState when it is no longer a draft.
        """

    def hold_credentials(self, uuid: str, version: int, credentials: Sequence[str], pool: Sequence[bytes] = ()) -> None:
        """Keep the public credentials of codes that were made but not confirmed, and the sealed ones among the codes.

        Replaces earlier ones. Raises WrongState, ChangedMeanwhile when the draft has another version.
        """

    def held_credentials(self, uuid: str) -> tuple[str, ...]:
        """Give the public credentials held for a draft, in sorted order; empty when no slips were made."""

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

    def open(self, uuid: str, at: int) -> None:
        """Ready → open. Raises WrongState; open again is refused too."""

    def cast(self, uuid: str, credential: str, tracker: str, record: bytes) -> Appended:
        """Append a ballot in one script: state open, credential listed, unused, not void.

        The same tracker again gives its height again, in every state. Raises UnknownCode, VoidCode, CodeUsed,
        NotOpenYet, Closed, UnknownSession, NotRecorded.
        """

    def close(self, uuid: str, record: bytes, at: int, *, deadline: int = 0) -> bool:
        """Open → closed and append EndBallots, in one script. False when it was closed before (R5).

        `deadline`: the announced end at which the service closes it by itself. Raises ChangedMeanwhile when another
        one was announced, or none.
        """

    def set_deadline(self, uuid: str, at: int, *, itself: bool, now: int, notice: int, notice_before: int) -> None:
        """Announce when an open vote ends, 0 = not any more; `itself`: the service closes it then.

        `notice`: seconds that must be left to it, `notice_before` when an announced end is brought forward. Raises
        MalformedForm when fewer are left, WrongState unless open.
        """

    def closing(self) -> frozenset[str]:
        """Give the sessions that may have an announced end at which the service closes them."""

    def forget_closing(self, uuid: str) -> None:
        """Take a session that is over off the list that `closing` gives."""

    def archive(self, uuid: str, at: int, days: int) -> None:
        """Put a session away that is over, or take it back with 0. `days`: `Session.keep_days`. Raises WrongState."""

    def reduce(self, uuid: str, at: int, *, due: tuple[int, int] | None = None) -> None:
        """Delete keys, links and lists of people of a session that is over; board, entries and figures stay.

        `due`: its `archived_at` and `keep_days`, when it is these that ask for it. Raises ChangedMeanwhile when it has
        others by now, WrongState.
        """

    def delete_session(self, uuid: str) -> None:
        """Delete everything of a session that is over, its place on the list too. Raises WrongState, UnknownSession."""

    def models(self) -> Mapping[str, str]:
        """Give the saved models of all chairs as JSON, by identifier."""

    def swap_model(self, identifier: str, before: str, after: str) -> None:
        """Keep a model in place of the one that was read; empty: there is none. Raises ChangedMeanwhile."""

    def agendas(self) -> Mapping[str, str]:
        """Give the agendas of all chairs as JSON, by identifier."""

    def agenda(self, identifier: str) -> str:
        """Give one agenda as JSON, empty when there is none."""

    def swap_agenda(self, identifier: str, before: str, after: str) -> None:
        """Keep an agenda in place of the one that was read; empty: there is none. Raises ChangedMeanwhile."""

    def organisation(self, kind: str) -> Records:
        """Read all records of one kind, at one moment."""

    def organisation_record(self, kind: str, identifier: str) -> str:
        """Read one record, empty when there is none."""

    def change_organisation(
        self,
        changes: Sequence[Change],
        *,
        entry: str = "",
        unchanged: Mapping[str, int] | None = None,
        forget: bool = False,
    ) -> None:
        """Put records in place of those that were read, all of them or none, with one entry in the journal.

        `unchanged`: the versions of kinds that the change relies on. `forget`: what was there before must not be found
        in the past of the append-only files either. Raises ChangedMeanwhile.
        """

    def journal(self, first: int = 0, last: int = -1) -> tuple[str, ...]:
        """Read entries of the journal in their order, `last` included as in LRANGE."""

    def journal_length(self) -> int:
        """Tell how many entries the journal has."""

    def trim_journal(self, count: int, last: str, *, entry: str) -> None:
        """Delete the oldest `count` entries, the youngest of which is `last`, and write one down about it.

        They are gone from the past of the append-only files as well. Raises ChangedMeanwhile.
        """

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
        False when the board is already longer and reads the same there. Otherwise raises ChangedMeanwhile, WrongState.
        """

    def publish(self, uuid: str, at: int) -> None:
        """Counted → published. Raises WrongState."""

    def cancel(self, uuid: str) -> None:
        """Any state before published → cancelled; destroys all that decrypts it. Raises WrongState."""

    def void(self, uuid: str, credential: str, *, found: bool = False) -> None:
        """Declare an unused code void, in ready or open; `found`: it had been noted as lost.

        Raises UnknownCode, CodeUsed, VoidCode, WrongState.
        """

    def notes(self, uuid: str) -> Mapping[str, Note]:
        """Give all notes of a session, by kind."""

    def write_note(
        self, uuid: str, kind: str, text: str, *, version: int, states: Collection[State], late: bool = False
    ) -> Note:
        """Keep a note in place of the version that was read, 0 = none; `late` marks it, which nothing takes back.

        Raises ChangedMeanwhile, WrongState.
        """

    def handing(self, uuid: str) -> HandingRecord:
        """Read how the codes were handed out, with the figures, at one moment. Raises UnknownSession."""

    def put_desk_link(self, uuid: str, link: str) -> None:
        """Keep the hash of the desk's link in place of an earlier one, and let go of the device. Raises WrongState."""

    def claim_desk(self, uuid: str, link: str, device: str) -> bool:
        """Bind the device that opened the desk's link, both as hashes; False when it was bound before.

        Raises UnknownDesk, LinkTaken, WrongState from the close on.
        """

    def is_desk(self, uuid: str, device: str) -> bool:
        """Say whether the hash is that of the desk's device."""

    def draw(self, uuid: str, way: str, *, desk: str = "") -> tuple[bytes, int]:
        """Take a random box out of the pool and count it; gives it and how many are left.

        `desk`: the hash of the device that asks. Raises PoolEmpty, UnknownDesk, WrongState unless ready or open.
        """

    def void_untaken(self, uuid: str, credential: str, *, desk: str) -> None:
        """Void a code that the desk showed and nobody took. Raises UnknownDesk, and what `void` does."""

    def exchange(self, uuid: str, *, credential: str, from_pool: bool, note: str, seen: int) -> tuple[bytes, int]:
        """Void the old code, draw a new one and note both, or nothing of it; gives the box and how many are left.

        `credential`: empty when nobody knows the old code: then it raises ChangedMeanwhile unless there were `seen`
        exchanges before. The box is empty when the new code is on paper. Raises PoolEmpty, and what `void` does.
        """

    def roster(self, uuid: str) -> RosterRecord:
        """Read who is on the roster and who has claimed, at one moment. Raises UnknownSession."""

    def add_attendees(self, uuid: str, people: Sequence[str], *, last: int) -> int:
        """Add people, each as JSON, after the attendee `last`, the last one when it was read; gives the new last one.

        Raises ChangedMeanwhile when another one is by now, WrongState from the close on.
        """

    def remove_attendee(self, uuid: str, attendee: int) -> None:
        """Take somebody off the roster who has not claimed. Raises ClaimTaken, UnknownClaim, WrongState."""

    def put_claim_links(self, uuid: str, links: Mapping[int, str]) -> frozenset[int]:
        """Keep the hashes of new links in place of earlier ones; gives whose: of nobody who has claimed or is gone.

        Raises WrongState from the close on.
        """

    def claim_pass(self, uuid: str, link: str, blinded: str) -> bool:
        """Note that the attendee of a link has claimed, both as hashes; False when it was this very claim before.

        Raises UnknownClaim, ClaimTaken when it was another one, NotOpenYet, Closed.
        """

    def redeem(self, uuid: str, token: str) -> tuple[bytes, bool]:
        """Give the box of a redeemed token, by its hash, a random one of the pool the first time; and whether it is.

        Raises PoolEmpty, NotOpenYet, Closed.
        """

    def pass_box(self, uuid: str) -> bytes:
        """Give the sealed pass key of the session. Raises WrongState when it has none, or not any more."""

    def credential_status(self, uuid: str, credential: str) -> str:
        """Give `unused`, `used` or `void`. Raises UnknownCode."""

    def height_of(self, uuid: str, tracker: str) -> int:
        """Give the height of the ballot with this tracker. Raises UnknownTracker."""

    def turnout(self, uuid: str) -> Turnout:
        """Give the figures of one session. Raises UnknownSession."""

    def records(self, uuid: str, first: int = 0, last: int = -1) -> Iterator[bytes]:
        """Yield board records in order, read in slices, `last` included as in LRANGE."""

    def check_board(self, uuid: str) -> None:
        """Read the board from its first byte against the lists beside it. Raises BoardDamaged naming a record."""

    def trustee_box(self, uuid: str) -> bytes:
        """Give the sealed trustee key of the server. Raises WrongState once it was destroyed."""

    def receipt_box(self, uuid: str) -> bytes:
        """Give the sealed signing key of receipts."""

    def ceremony(self, uuid: str) -> CeremonyRecord:
        """Read a session and what is kept of its tellers, at one moment. Raises UnknownSession."""

    def put_link(self, uuid: str, index: int, link: str) -> None:
        """Keep the hash of a teller's link in place of an earlier one, and let go of the device. Raises WrongState."""

    def claim_link(self, uuid: str, link: str, device: str) -> int:
        """Bind a device to the teller whose link this is, both as hashes; gives the index.

        Raises UnknownLink, LinkTaken when another device was bound or this one to another teller, WrongState.
        """

    def device_index(self, uuid: str, device: str) -> int:
        """Give the index of the teller to whom the hash of a device's secret belongs. Raises UnknownDevice."""

    def take_message(
        self,
        uuid: str,
        index: int,
        *,
        device: str,
        round: int,
        step: str,
        size: int,
        message: bytes,
        parcels: Sequence[bytes] = (),
        box: bytes = b"",
        beside: int | None = None,
    ) -> bool:
        """Keep a checked message when its step has come; False when the same stood there.

        `parcels` go with a `reveal`, `box` with a `key`. With the last key all parcels are deleted. `beside`: how many
        messages of the step it was checked against; then there must be no more. Raises ChangedMeanwhile,
        CeremonyStopped, WrongState, UnknownDevice when this hash is not that of the teller's device (any more).
        """

    def stop_ceremony(self, uuid: str, index: int, *, device: str, round: int, fault: str) -> None:
        """Stop a round with its first fault, which the device of a teller brought about; a later one changes nothing.

        Raises ChangedMeanwhile, WrongState, UnknownDevice as `take_message`.
        """

    def take_decryption(self, uuid: str, index: int, raw: bytes, *, device: str) -> tuple[int, bool]:
        """Keep the first checked decryption of a teller. Raises WrongState unless closed, UnknownDevice.

        Gives how many tellers have decrypted, and whether this one had before.
        """

    def decryptions(self, uuid: str) -> Mapping[int, bytes]:
        """Give the decryptions that are kept, by index of the teller; none from the count on."""

    def lease_count(self, uuid: str, holder: str, seconds: float) -> bool:
        """Take, or keep, the right to count a closed session for so long; False while another holder has it.

        Who takes it anew wipes out why the last count failed. Raises WrongState unless closed.
        """

    def end_count(self, uuid: str, holder: str, failure: str = "") -> None:
        """Give the right to count back, and keep the name of what the count failed with. Of no effect when lost."""

    def count_failure(self, uuid: str) -> str:
        """Give the name of what the last count failed with, empty when it did not or another one has begun."""

    def account(self, name: str) -> Account | None:
        """Read a chair account by its name; None when there is none."""

    def accounts(self) -> tuple[Account, ...]:
        """List all chair accounts by name."""

    def save_account(self, account: Account, *, new: bool) -> None:
        """Write an account. Raises ChangedMeanwhile when `new` and the name is taken."""
