"""The organisation around the votes: its records by kind, and the journal of who changed what (docs/adr/0016)."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Final, cast

from voting.domain.ports import Change, Records
from voting.storage import keys
from voting.storage.acts import Acts

_VERSION = "#version"
_PAST: Final = "organisation"
"""What stands in place of a UUID where a rewrite of the append-only files is owed to these records."""


class OrganisationRecords(Acts):
    """The part of `voting.domain.ports.Store` that is about units, officials, cycles and what follows a vote."""

    def organisation(self, kind: str) -> Records:
        """Read all records of one kind, at one moment."""
        client = self.connection.client
        found = self.connection.ask(lambda: cast(dict[bytes, bytes], client.hgetall(keys.organisation(kind))))
        texts = {name.decode(): text.decode() for name, text in found.items()}
        return Records(int(texts.pop(_VERSION, "0")), texts)

    def organisation_record(self, kind: str, identifier: str) -> str:
        """Read one record, empty when there is none."""
        client = self.connection.client
        if identifier == _VERSION:
            return ""
        found = self.connection.ask(lambda: client.hget(keys.organisation(kind), identifier))
        return cast(bytes, found or b"").decode()

    def change_organisation(
        self,
        changes: Sequence[Change],
        *,
        entry: str = "",
        unchanged: Mapping[str, int] | None = None,
        forget: bool = False,
    ) -> None:
        """Put records in place of those that were read, all of them or none, with one entry in the journal.

        `unchanged`: the versions of kinds that the change relies on. `forget`: what was there before must not be found
        in the past of the append-only files either. Raises ChangedMeanwhile.
        """
        unchanged = unchanged or {}
        kinds = list(dict.fromkeys([*(change.kind for change in changes), *unchanged]))
        number = {kind: str(place) for place, kind in enumerate(kinds, 2)}
        arguments = [entry, str(len(unchanged))]
        for kind, version in unchanged.items():
            arguments += [number[kind], str(version)]
        for change in changes:
            arguments += [number[change.kind], change.id, change.before, change.after]
        with self._destroying(_PAST) if forget else nullcontext():
            self._act("organisation", "", [keys.JOURNAL, *map(keys.organisation, kinds)], *arguments)

    def journal(self, first: int = 0, last: int = -1) -> tuple[str, ...]:
        """Read entries of the journal in their order, `last` included as in LRANGE."""
        client = self.connection.client
        found = self.connection.ask(lambda: cast(list[bytes], client.lrange(keys.JOURNAL, first, last)))
        return tuple(entry.decode() for entry in found)

    def journal_length(self) -> int:
        """Tell how many entries the journal has."""
        client = self.connection.client
        return self.connection.ask(lambda: client.llen(keys.JOURNAL))

    def trim_journal(self, count: int, last: str, *, entry: str) -> None:
        """Delete the oldest `count` entries, the youngest of which is `last`, and write one down about it.

        They are gone from the past of the append-only files as well. Raises ChangedMeanwhile.
        """
        with self._destroying(_PAST):
            self._act("trim_journal", "", [keys.JOURNAL], str(count), last, entry)
