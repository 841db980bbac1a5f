"""How many printed slips lay on the table in the end: nobody got them. The chair counts and enters them.

Kept as a note of the session, of kind `slips`. Without it nobody can say how many slips were handed out. A slip that is
handed over in exchange after they were counted is taken off; other slips that get out then must be counted again.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from voting.domain.exchanges import Exchange, Source, exchange_from_json
from voting.domain.house import House
from voting.domain.late_figures import keep_figures
from voting.domain.sessions import Session, State
from voting.errors import MalformedFigures

KIND: Final = "slips"
STATES: Final = frozenset({State.READY, State.OPEN, State.CLOSED, State.COUNTED})
"""The states in which it may be recorded: there are slips, and the minutes are not public yet."""


@dataclass(frozen=True)
class LeftOver:
    """`slips`: those that nobody got, without the void ones; None while it was not stated.

    `exchanged`: how many had been handed over in exchange when they were counted.
    """

    slips: int | None = None
    exchanged: int = 0

    def after(self, exchanges: Iterable[Exchange]) -> int | None:
        """Give how many are left after all exchanges until now."""
        return None if self.slips is None else max(self.slips - (handed_over(exchanges) - self.exchanged), 0)


def handed_over(exchanges: Iterable[Exchange]) -> int:
    """Give how many spare slips were handed over in exchange."""
    return sum(exchange.source == Source.SLIP for exchange in exchanges)


def left_over_of(house: House, session: Session) -> tuple[LeftOver, int]:
    """Read what was entered and its version, 0 = nothing. Where nothing was printed, nothing can be left over."""
    note = house.store.notes(session.uuid).get(KIND)
    if note is not None:
        return left_over_from_json(note.text), note.version
    return LeftOver(None if session.printed else 0), 0


def record_left_over(house: House, uuid: str, left_over: LeftOver, version: int) -> int:
    """Check and keep it in place of the version that was read; gives the new version.

    Raises MalformedFigures when there are not so many slips, ChangedMeanwhile, WrongState.
    """
    session = house.store.session(uuid)
    printed = session.printed
    if left_over.slips is not None and not 0 <= left_over.slips <= printed:
        reason = f"between 0 and {printed} slips"
        raise MalformedFigures(f"There are not so many slips: {reason}.", (("left_over", reason),))
    exchanges = tuple(map(exchange_from_json, house.store.handing(uuid).exchanges))
    counted = replace(left_over, exchanged=handed_over(exchanges))
    changes = counted.after(exchanges) != left_over_of(house, session)[0].after(exchanges)
    text = left_over_to_json(counted)
    return keep_figures(house, session, KIND, text, version=version, states=STATES, changes=changes)


def left_over_to_json(left_over: LeftOver) -> str:
    """Write it as compact JSON."""
    return json.dumps({"left_over": left_over.slips, "exchanged": left_over.exchanged}, separators=(",", ":"))


def left_over_from_json(text: str) -> LeftOver:
    """Read what `left_over_to_json` wrote, strictly. Raises MalformedFigures."""
    value: Any = json.loads(text)
    if not isinstance(value, dict) or set(value) != {"left_over", "exchanged"}:
        raise MalformedFigures("This is no count of slips.")
    slips, exchanged = value["left_over"], value["exchanged"]
    # `true` would pass for a number: bool is a kind of int.
    if any(type(number) is not int or number < 0 for number in (0 if slips is None else slips, exchanged)):
        raise MalformedFigures("The count of slips is no whole number.")
    return LeftOver(slips, exchanged)
