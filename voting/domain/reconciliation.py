"""The reconciliation of a session's codes: codes = handed out + spare + void, and no more ballots than were handed out.

What does not hold is said in words and stops nothing: the ballots are what they are, and the meeting must know.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from voting.domain.exchanges import Exchange

WAYS: Final = ("desk", "claims", "exchange")
"""How codes get out of the pool: shown at the desk, claimed with an anonymous pass, given in exchange."""


@dataclass(frozen=True)
class Disagreement:
    """A figure that was found and the one that it should be, or at most: `kind` names what is wrong with them.

    `left_over`: more slips on the table, or void, than there can be. `cast`: more ballots than codes handed out.
    `pool`: what was drawn and what is left are not what was put in. `codes`: the board's list has another length.
    """

    kind: str
    found: int
    expected: int


@dataclass(frozen=True)
class Reconciliation:
    """The figures of one moment. `codes` = `printed` + `pooled`; `drawn`: out of the pool, by way.

    `left_over`: printed slips that nobody got, as the chair counted them; None while that was not stated. `untaken`:
    codes that the desk showed and voided again. `found`: voids of which was said that the slip had been lost.
    `in_pool`: boxes in the store, or those that the close destroyed; None before there are any, and when nobody
    counted them.
    """

    codes: int
    printed: int
    pooled: int
    listed: int
    left_over: int | None
    drawn: Mapping[str, int]
    in_pool: int | None
    untaken: int
    void: int
    cast: int
    exchanges: tuple[Exchange, ...] = field(repr=False)
    found: int = 0

    @property
    def drawn_in_all(self) -> int:
        """How many codes were taken out of the pool."""
        return sum(self.drawn.values())

    @property
    def most_handed_out(self) -> int:
        """How many codes can have been handed out and not been voided: all that were printed or drawn."""
        return self.printed + self.drawn_in_all - self.void

    @property
    def handed_out(self) -> int | None:
        """How many codes were handed out and not voided; None while it was not stated how many slips are left over."""
        return None if self.left_over is None else self.most_handed_out - self.left_over

    @property
    def spare(self) -> int | None:
        """How many codes nobody got: slips on the table and what was left in the pool; None while not stated."""
        return None if self.left_over is None else self.left_over + self.pooled - self.drawn_in_all

    @property
    def issued(self) -> int | None:
        """How many ballots were issued, one to each person: a slip that replaces another is not one more.

        The invariant `present >= issued` decides it (RULES, "What to get right"): whoever lost a slip holds two codes
        and is one person. When both have voted, more is collected than issued, and that is told.
        """
        return None if self.handed_out is None else self.handed_out - self.lost

    @property
    def noted_lost(self) -> int:
        """How many slips were noted as lost, and replaced."""
        return sum(exchange.lost for exchange in self.exchanges)

    @property
    def recovered(self) -> int:
        """How many of these were found again before anybody voted with them, and are void."""
        return min(self.found, self.noted_lost)

    @property
    def lost(self) -> int:
        """How many are still lost: their codes are good, so there can be so many ballots more than persons."""
        return self.noted_lost - self.recovered

    @property
    def returned(self) -> int:
        """How many of the void codes had been handed out: slips that were brought back and exchanged."""
        return len(self.exchanges) - self.noted_lost

    @property
    def void_otherwise(self) -> int:
        """How many codes are void that were neither lost, brought back nor shown at the desk: spoiled slips mostly."""
        return self.void - self.returned - self.untaken - self.recovered

    @property
    def faults(self) -> tuple[Disagreement, ...]:
        """What does not hold; empty when all of it does."""
        ceiling = self.most_handed_out if self.handed_out is None else max(self.handed_out, 0)
        accounted = self.drawn_in_all + (self.in_pool or 0)
        found = []
        if self.listed != self.codes:
            found.append(Disagreement("codes", self.listed, self.codes))
        if accounted > self.pooled or (self.in_pool is not None and accounted < self.pooled):
            found.append(Disagreement("pool", accounted, self.pooled))
        if self.handed_out is not None and self.handed_out < 0:
            found.append(Disagreement("left_over", (self.left_over or 0) + self.void, self.printed + self.drawn_in_all))
        if self.cast > ceiling:
            found.append(Disagreement("cast", self.cast, ceiling))
        return tuple(found)

    @property
    def holds(self) -> bool:
        """Whether every figure agrees with the others."""
        return not self.faults
