"""What lasts beyond one meeting: sessions put away and deleted, and the models and agendas of the chairs."""

from collections.abc import Mapping
from typing import cast

from voting.errors import UnknownSession
from voting.storage import keys
from voting.storage.acts import Acts


class KeepingRecords(Acts):
    """The part of `voting.domain.ports.Store` that is about keeping and deleting."""

    def archive(self, uuid: str, at: int, days: int) -> None:
        """Put a session away that is over, or take it back with 0. `days`: `Session.keep_days`. Raises WrongState."""
        self._act("archive", uuid, [keys.session(uuid)], str(at), str(days))

    def reduce(self, uuid: str, at: int, *, due: tuple[int, int] | None = None) -> None:
        """Delete keys, links and lists of people of a session that is over; board, entries and figures stay.

        `due`: its `archived_at` and `keep_days`, when it is these that ask for it. Raises ChangedMeanwhile when it has
        others by now, WrongState.
        """
        touched = [keys.session(uuid), keys.handing(uuid), *keys.of_the_meeting(uuid)]
        with self._destroying(uuid):
            self._act("reduce", uuid, touched, str(at), *(map(str, due) if due else ("", "")))

    def delete_session(self, uuid: str) -> None:
        """Delete everything of a session that is over or a draft, its place on the list too.

        Raises WrongState, UnknownSession.
        """
        try:
            with self._destroying(uuid):
                self._act("delete", uuid, keys.of_session(uuid))
        except UnknownSession:
            # One that broke off has left the entry, which everybody passes over.
            self._take_off_list(uuid)
            raise
        self._take_off_list(uuid)

    def _take_off_list(self, uuid: str) -> None:
        client = self.connection.client
        self.connection.ask(lambda: client.zrem(keys.SESSIONS, uuid))

    # ---- models and agendas

    def models(self) -> Mapping[str, str]:
        """Give the saved models of all chairs as JSON, by identifier."""
        return self._texts(keys.MODELS)

    def swap_model(self, identifier: str, before: str, after: str) -> None:
        """Keep a model in place of the one that was read; empty: there is none. Raises ChangedMeanwhile."""
        self._act("swap", "", [keys.MODELS], identifier, before, after)

    def agendas(self) -> Mapping[str, str]:
        """Give the agendas of all chairs as JSON, by identifier."""
        return self._texts(keys.AGENDAS)

    def agenda(self, identifier: str) -> str:
        """Give one agenda as JSON, empty when there is none."""
        client = self.connection.client
        found = self.connection.ask(lambda: client.hget(keys.AGENDAS, identifier))
        return cast(bytes, found or b"").decode()

    def swap_agenda(self, identifier: str, before: str, after: str) -> None:
        """Keep an agenda in place of the one that was read; empty: there is none. Raises ChangedMeanwhile."""
        self._act("swap", "", [keys.AGENDAS], identifier, before, after)

    def _texts(self, key: str) -> Mapping[str, str]:
        client = self.connection.client
        found = self.connection.ask(lambda: cast(dict[bytes, bytes], client.hgetall(key)))
        return {name.decode(): text.decode() for name, text in found.items()}
