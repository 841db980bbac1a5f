"""The house: the three things that every act of the domain needs, handed in by whoever starts it."""

from dataclasses import dataclass

from voting.domain.ports import Clock, Sealer, Store


@dataclass(frozen=True)
class House:
    """A store, a seal and a clock."""

    store: Store
    sealer: Sealer
    clock: Clock
