"""The announced end of an open vote, and the list of the votes that the service closes by itself."""

from typing import cast

from voting.storage import keys
from voting.storage.acts import Acts


class DeadlineRecords(Acts):
    """The part of `voting.domain.ports.Store` that is about announced ends."""

    def set_deadline(self, uuid: str, at: int, *, itself: bool, now: int, notice: int, notice_before: int) -> None:
        """Announce when an open vote ends, 0 = not any more; `itself`: the service closes it then.

        `notice`: seconds that must be left to it, `notice_before` when an announced end is brought forward. Raises
        MalformedForm when fewer are left, WrongState unless open.
        """
        client = self.connection.client
        if at and itself and self.connection.ask(lambda: client.exists(keys.session(uuid))):
            # Listed first: an entry without an end is passed over, an end without an entry would be missed.
            self.connection.ask(lambda: client.sadd(keys.DEADLINES, uuid))
        numbers = (now, at, int(itself), notice, notice_before)
        self._act("deadline", uuid, [keys.session(uuid)], *map(str, numbers))

    def closing(self) -> frozenset[str]:
        """Give the sessions that may have an announced end at which the service closes them."""
        client = self.connection.client
        listed = self.connection.ask(lambda: cast(set[bytes], client.smembers(keys.DEADLINES)))
        return frozenset(name.decode() for name in listed)

    def forget_closing(self, uuid: str) -> None:
        """Take a session that is over off the list that `closing` gives."""
        client = self.connection.client
        self.connection.ask(lambda: client.srem(keys.DEADLINES, uuid))
