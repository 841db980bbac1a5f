"""Every key in the store, its type and the reason why it exists. No other file spells a key of sessions or accounts.

All keys of one session carry the hash tag `{UUID}`, so that Redis Cluster keeps them on one node and a script may touch
them together. Nothing here, and nothing in the values, holds an address, a browser, the time of a ballot or a code.
"""

from typing import Final

SESSIONS: Final = "voting:sessions"
"""Sorted set: UUID by creation time. The list of sessions; it is written before the session, so an entry without one is
possible after a crash and is passed over, while a session without an entry is not."""

ACCOUNTS: Final = "voting:accounts"
"""Hash: account name → JSON of the account. One key, so that taking a name is one step."""

SEAL: Final = "voting:seal"
"""String: fingerprints of the sealing keys that a box may need, with commas between: one, and more only while keys are
rotated. A start without one of them stops here, not at the count."""

HISTORY_DUE: Final = "voting:history-due"
"""Set of UUIDs: sealed keys, or parcels of tellers, of these sessions were destroyed and may still be found in the past
of the append-only file, until it has been written anew (history.py). `organisation`: personal data were erased."""

DEADLINES: Final = "voting:deadlines"
"""Set of UUIDs: open sessions that may have an announced end at which the service closes them. A session is on it
before its end is set and until it is over, so that none is missed; the session itself says whether and when."""

MODELS: Final = "voting:models"
"""Hash: identifier → JSON of what a chair saved to make sessions from: sheet, rule and settings, never a code."""

AGENDAS: Final = "voting:agendas"
"""Hash: identifier → JSON of an agenda: its name, its chair and the UUIDs of its sessions in order."""

JOURNAL: Final = "voting:{organisation}:journal"
"""List of JSON, one for each act of a signed-in account: who did what, where, in which minute. Never a name of somebody
evaluated, a code, or what was typed."""


def organisation(kind: str) -> str:
    """Name the hash identifier → JSON of one kind of the organisation's records, and `#version`, how often it changed.

    The kinds are those of `voting/domain/organisation/register.py`. One hash tag, so that an act may change several
    kinds at once.
    """
    return f"voting:{{organisation}}:{kind}"


# The names that begin with `voting:limits` are those of the counters of sign-ins, by hashed account name; they expire
# within an hour. They are written by Flask-Limiter for voting/web/limits.py, which is the other place that names them.


def session(uuid: str) -> str:
    """Name the hash of what the chair entered (`document`) and of what changes later without it.

    Fields: document, version, state, ready_at, opened_at, closed_at, published_at, receipt_key, pass_key, void (how
    many codes), closes_at, closes_itself (1 when the service closes it then), archived_at, keep_days, reduced_at,
    count_failure (the code of the refusal that ended the last count, until another one begins).
    """
    return f"voting:{{{uuid}}}:session"


def held(uuid: str) -> str:
    """Name the set of public credentials whose slips were shown but not confirmed yet; gone from ready on."""
    return f"voting:{{{uuid}}}:held"


def pool(uuid: str) -> str:
    """Name the set of sealed codes that were not printed: the store draws one at random. Gone from the close on."""
    return f"voting:{{{uuid}}}:pool"


def handing(uuid: str) -> str:
    """Name the hash of how codes were handed out; nothing in it says which code, or when.

    Fields: `drawn:WAY` (`desk`, `claims`, `exchange`: codes taken out of the pool), `destroyed` (codes left in it at
    the close), `untaken` (of the desk's, voided again), `found` (lost slips that were voided),
    `exchanges` and `exchange:N` (JSON of each), `desk:link` and
    `desk:device` (SHA-256).
    """
    return f"voting:{{{uuid}}}:handing"


def roster(uuid: str) -> str:
    """Name the hash of the attendees who claim a code with a link of their own; from the close on it says who did.

    Fields: `last`, and for the attendee `i` `person:i` (JSON), `link:i` (SHA-256, empty without one) and `claim:i`
    (empty; SHA-256 of what was blinded, so that the same phone is answered again; `yes` from the close on). All three
    are there from the beginning: in a small hash, a field that was added later would tell who claimed first.
    """
    return f"voting:{{{uuid}}}:roster"


def claim_links(uuid: str) -> str:
    """Name the hash SHA-256 of a claim link → attendee. Gone from the close on."""
    return f"voting:{{{uuid}}}:claim-links"


def passes(uuid: str) -> str:
    """Name the hash SHA-256 of a redeemed token → the sealed code that it got, for a phone that lost the answer.

    Nothing leads from here to an attendee (docs/adr/0011). Gone from the close on.
    """
    return f"voting:{{{uuid}}}:passes"


def notes(uuid: str) -> str:
    """Name the hash of what the chair records around the vote, outside of what `ready` freezes.

    Fields: for each kind of note (`attendance`, `paper`, `minutes`, …) its JSON, `version:KIND`, and `late:KIND` when
    it was changed at a time when the count was known.
    """
    return f"voting:{{{uuid}}}:notes"


def credentials(uuid: str) -> str:
    """Name the hash public credential → `unused`, `used` or `void`: the one place that decides who may cast."""
    return f"voting:{{{uuid}}}:credentials"


def trackers(uuid: str) -> str:
    """Name the hash tracker → height: a ballot that comes again finds its place, and voters find theirs."""
    return f"voting:{{{uuid}}}:trackers"


def board(uuid: str) -> str:
    """Name the list of records, append-only; the height of a record is its index (docs/architecture.md)."""
    return f"voting:{{{uuid}}}:board"


def boxes(uuid: str) -> str:
    """Name the hash of sealed keys: `trustee` until it has been used or the session is cancelled, `receipt`, and where
    codes are in a pool `pass` until the close.
    """
    return f"voting:{{{uuid}}}:boxes"


def tellers(uuid: str) -> str:
    """Name the hash of what the tellers need until the count; gone with the server's key.

    Fields, for the teller with index `i`: `link:i` and `device:i` (SHA-256; the secrets themselves are kept nowhere),
    `box:i` (its own key, which opens with its seed alone), `decryption:i`; from ready on `round`, that of the boxes.
    """
    return f"voting:{{{uuid}}}:tellers"


def count_lease(uuid: str) -> str:
    """Name the string that says which process counts; it expires within seconds unless that process renews it."""
    return f"voting:{{{uuid}}}:count-lease"


def ceremony(uuid: str) -> str:
    """Name the hash of the round of the key ceremony that is under way; gone from ready on, when the board has it.

    Fields: `round`, `fault` (JSON), and for each teller `certificate:i`, `commitment:i`, `reveal:i`, `key:i`, and
    `parcels:i` (encrypted for the others, one a line) until the last key is in.
    """
    return f"voting:{{{uuid}}}:ceremony"


def of_the_meeting(uuid: str) -> tuple[str, ...]:
    """Name the keys that only the meeting needed: secrets and links, and who took part. The first to be deleted.

    What stays is public or a figure: entries, notes, board, what is derived from the board, and how codes were used.
    """
    names = (held, pool, roster, claim_links, passes, boxes, tellers, count_lease, ceremony)
    return tuple(name(uuid) for name in names)


def of_session(uuid: str) -> tuple[str, ...]:
    """Name every key that a session can have, the session itself first."""
    names = (session, handing, notes, credentials, trackers, board)
    return (*(name(uuid) for name in names), *of_the_meeting(uuid))
