"""The house as a command sees it: on the store that the settings name, checked before anything is done with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import time

import click

from config import Settings
from voting.domain.house import House
from voting.domain.sessions import State
from voting.errors import BoardDamaged
from voting.storage.embedded import EmbeddedServer, running_store
from voting.storage.sealing import SealingKeys
from voting.storage.store import open_store


@dataclass(frozen=True)
class Place:
    """Where the store is. `embedded` is our part in the embedded server, `None` when REDIS_URL names another."""

    url: str
    embedded: EmbeddedServer | None

    def ensure(self) -> bool:
        """Start the embedded server again when it died, and tell whether that was needed. For a supervisor."""
        return self.embedded.ensure() if self.embedded else False


@contextmanager
def open_place(settings: Settings) -> Iterator[Place]:
    """Reach the store that the settings name; without REDIS_URL attach to the embedded server, or start it."""
    if settings.redis_url:
        yield Place(settings.redis_url, None)
        return
    with running_store(settings.data) as server:
        yield Place(server.url, server)


@contextmanager
def house_at(place: Place, settings: Settings) -> Iterator[House]:
    """Open the house on a store that is reached. Raises StoreUnsafe, SealBroken, NotRecorded."""
    store = open_store(place.url, allow_unsafe=settings.unsafe_store)
    try:
        for warning in store.warnings:
            click.echo(f"voting: warning: the store is unsafe: {warning}", err=True)
        sealer = SealingKeys(settings.sealing_keys)
        store.check_seal(sealer)
        yield House(store, sealer, lambda: int(time()))
    finally:
        store.disconnect()


@contextmanager
def open_house(settings: Settings) -> Iterator[House]:
    """Open the house for one command, also while `voting serve` runs on the same store."""
    with open_place(settings) as place, house_at(place, settings) as house:
        yield house


def check_boards(house: House) -> None:
    """Check the board of every session that is on its way. Raises BoardDamaged naming session and record."""
    for session in house.store.sessions():
        if session.is_setup and session.state not in (State.PUBLISHED, State.CANCELLED):
            try:
                house.store.check_board(session.uuid)
            except BoardDamaged as damage:
                raise BoardDamaged(
                    f"Session {session.uuid}: {damage} Restore the store from a backup, or give the session up with "
                    f"`voting session cancel {session.uuid}`.",
                    damage.height,
                ) from None
