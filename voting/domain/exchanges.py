"""A slip that is exchanged for another code: what is noted of it, which never says which code.

A slip with its code at hand is voided, so one person keeps one vote. Of a lost slip nobody knows the code: it cannot be
voided, whoever finds it can vote with it, and the reconciliation says so.
"""

import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from voting.domain.sheets import tidy
from voting.errors import MalformedFigures, MalformedForm, MalformedSheet
from voting.protocol.codes import BASE58, CODE_LENGTH

LONGEST_REMARK: Final = 200

_CHARACTER: Final = f"[{BASE58}]"
# A code in its groups or in one piece, or a credential.
_SECRET: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    + r"[\W_]{1,3}".join(f"{_CHARACTER}{{{size}}}" for size in (5, 6, 5, 6))
    + f"|{_CHARACTER}{{{CODE_LENGTH}}}|[0-9a-fA-F]{{64}})(?![A-Za-z0-9])",
    re.ASCII,
)


class Reason(StrEnum):
    """Why a slip is exchanged."""

    DAMAGED = "damaged"
    UNREADABLE = "unreadable"
    LOST = "lost"
    OTHER = "other"


class Source(StrEnum):
    """Where the new code comes from: a spare slip of those printed, or the pool."""

    SLIP = "slip"
    POOL = "pool"


@dataclass(frozen=True)
class Exchange:
    """One exchange. `remark`: one line of the chair's own; no time is noted, and no name is asked for."""

    reason: Reason
    source: Source
    remark: str = ""

    @property
    def lost(self) -> bool:
        """Whether the old code is out there and could not be voided."""
        return self.reason == Reason.LOST


def make_exchange(reason: str, source: str, remark: str = "") -> Exchange:
    """Check the entries of a form. Raises MalformedForm naming the field."""
    try:
        why = Reason(reason)
    except ValueError:
        raise MalformedForm("The reason is missing.", "reason") from None
    try:
        where = Source(source)
    except ValueError:
        raise MalformedForm("It is not said where the new code comes from.", "source") from None
    try:
        remark = tidy(remark)
    except MalformedSheet as refusal:
        raise MalformedForm(f"remark: {refusal}.", "remark") from None
    if len(remark) > LONGEST_REMARK:
        raise MalformedForm(f"remark: a text is longer than {LONGEST_REMARK} characters.", "remark")
    if holds_code(remark):
        raise MalformedForm("A ballot code must not stand in the remark.", "remark")
    return Exchange(why, where, remark)


def holds_code(text: str) -> bool:
    """Tell whether a ballot code, or the credential of one, stands in a text."""
    return _SECRET.search(text) is not None


def exchange_to_json(exchange: Exchange) -> str:
    """Write an exchange as compact JSON."""
    return json.dumps(asdict(exchange), ensure_ascii=False, separators=(",", ":"))


def exchange_from_json(text: str) -> Exchange:
    """Read what `exchange_to_json` wrote, strictly. Raises MalformedFigures."""
    value: Any = json.loads(text)
    if not isinstance(value, dict) or set(value) != {"reason", "source", "remark"}:
        raise MalformedFigures("This is no exchange.")
    return make_exchange(**value)
