"""How a session lies in its hash: what the chair entered as one document, and beside it what scripts change."""

from collections.abc import Sequence
from typing import Any, Final

from voting.domain.sessions import LIVE_FIELDS, Session, State, session_from_json
from voting.errors import BoardDamaged

_LIVE: Final = sorted(LIVE_FIELDS)
_TEXT_FIELDS: Final = frozenset({"state", "receipt_key", "pass_key"})
FIELDS: Final = ("document", *_LIVE)


def read_session(uuid: str, fields: Sequence[bytes | None]) -> Session | None:
    """Read the values of `FIELDS`; None when there is no session. Raises BoardDamaged when it cannot be read."""
    if fields[0] is None:
        return None
    try:
        live: dict[str, Any] = {}
        for name, value in zip(_LIVE, fields[1:], strict=True):
            text = (value or b"").decode()
            live[name] = text if name in _TEXT_FIELDS else int(text or 0)
        live["state"] = State(live["state"])
        live["closes_itself"] = bool(live["closes_itself"])
        return session_from_json(fields[0].decode(), live)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BoardDamaged(f"The stored session {uuid} cannot be read.") from None


def read_state(name: bytes) -> State:
    """Read a stored state. Raises BoardDamaged."""
    try:
        return State(name.decode())
    except ValueError:
        raise BoardDamaged("The stored state of the session cannot be read.") from None
