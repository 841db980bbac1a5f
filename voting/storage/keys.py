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
of the append-only file, until it has been written anew (history.py)."""

# The names that begin with `voting:limits` are those of the counters of sign-ins, by hashed account name; they expire
# within an hour. They are written by Flask-Limiter for voting/web/limits.py, which is the other place that names them.


def session(uuid: str) -> str:
    """Name the hash of what the chair entered (`document`) and of what changes later without it.

    Fields: document, version, state, ready_at, opened_at, closed_at, published_at, receipt_key, void (how many codes),
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
    """Name the hash of how codes were handed out: counters, and the hash of the desk's secret; never a code."""
    return f"voting:{{{uuid}}}:handing"


def notes(uuid: str) -> str:
    """Name the hash of what the chair records around the vote, outside of what `ready` freezes.

    Fields: for each kind of note (`attendance`, `paper`, `minutes`, …) its JSON, and `version:KIND`.
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
    """Name the hash of sealed keys: `trustee` until it has been used or the session is cancelled, and `receipt`."""
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
