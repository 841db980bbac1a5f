"""The checks of an archive as a file and as a chain of events, before anything cryptographic is looked at."""

from voting.errors import MalformedArchive
from voting.protocol import archive, board, canonical, tally
from voting.protocol.board import Event
from voting.protocol.report import Checks, Failed, NothingToCheck, failing_at


class ArchiveChecks(Checks):
    """What can be said of files, names, events and their order."""

    def __init__(self, raw: bytes) -> None:
        super().__init__()
        self.raw = raw
        self.header, *self.files = archive.split_archive(raw)
        self.documents = {canonical.sha256_hex(entry.content): entry.content for entry in self.files}
        self.timestamp: int
        self.events: list[Event]

    def check_archive(self) -> None:
        """Make all checks of this kind."""
        self.check("archive-readable", self._archive_readable)
        self.check("archive-reproducible", self._archive_reproducible)
        self.check("file-names", self._file_names)
        self.check("event-chain", self._event_chain)
        self.check("event-order", self._event_order)
        self.check("ballots-before-end", self._ballots_before_end)
        self.check("documents", self._documents)

    # ---- what other checks ask

    def document(self, digest: str | None, record: str) -> bytes:
        if digest not in self.documents:
            raise Failed("a document that the event needs is missing", record)
        return self.documents[digest]

    def count(self, event_type: str) -> int:
        return sum(event.type == event_type for event in self.events)

    def only(self, event_type: str, absent: str) -> tuple[Event, str]:
        """Find the first event of a type; that there is only one is checked by its order."""
        for height, event in enumerate(self.events):
            if event.type == event_type:
                return event, f"height {height}"
        raise NothingToCheck(absent)

    # ---- the file

    def _archive_readable(self) -> str:
        with failing_at(archive.HEADER_NAME):
            self.timestamp = archive.parse_header(self.header)
        self.settle("archive-readable")
        return f"{len(self.files)} files after the header"

    def _archive_reproducible(self) -> str:
        self.need("archive-readable")
        offset = 0
        for entry in (self.header, *self.files):
            again = archive.write_entry(entry.name, entry.content, self.timestamp)
            if self.raw[offset : offset + len(again)] != again:
                raise Failed("the tar header or the padding is not as the format writes it", entry.name)
            offset += len(again)
        if offset != len(self.raw):
            raise Failed(f"{len(self.raw) - offset} bytes follow the last file")
        return f"{len(self.raw)} bytes, each as the format writes it"

    def _file_names(self) -> str:
        seen = set()
        for entry in self.files:
            digest = canonical.sha256_hex(entry.content)
            if entry.name not in (digest + archive.DATA_SUFFIX, digest + archive.EVENT_SUFFIX):
                raise Failed("the name of a file is not the hash of its content", entry.name)
            if digest in seen:
                raise Failed("a file stands twice", entry.name)
            seen.add(digest)
        return "every file is named after its hash, none stands twice"

    # ---- the events

    def _event_chain(self) -> str:
        raws = [entry for entry in self.files if entry.name.endswith(archive.EVENT_SUFFIX)]
        events = []
        for height, entry in enumerate(raws):
            with failing_at(f"height {height}"):
                events.append(board.parse_event(entry.content))
        self.events = events
        self.settle("event-chain")
        parent = None
        for height, (event, entry) in enumerate(zip(self.events, raws, strict=True)):
            record = f"height {height}"
            if event.height != height:
                raise Failed(f"an event says that its height is {event.height}", record)
            if event.parent != parent:
                raise Failed("an event does not name the one before it", record)
            if (event.payload is None) != (board.DOCUMENTS[event.type] == 0):
                raise Failed(f"an event {event.type} with a payload too many or too few", record)
            parent = canonical.sha256_hex(entry.content)
        return f"{len(self.events)} events, each naming the one before"

    def _event_order(self) -> str:
        before, height = self._first_out_of_order()
        if height is not None and not self._concerns_the_end(before, height):
            after = f"after {before}" if before else "first"
            raise Failed(f"an event {self.events[height].type} stands {after}", f"height {height}")
        return " → ".join(dict.fromkeys(event.type for event in self.events)) or "no event yet"

    def _ballots_before_end(self) -> str:
        before, height = self._first_out_of_order()
        if height is not None and self._concerns_the_end(before, height):
            raise Failed(f"an event {self.events[height].type} stands after {before}", f"height {height}")
        ended = any(event.type == "EndBallots" for event in self.events)
        return f"{self.count('Ballot')} ballots, " + ("then the end" if ended else "and no end yet")

    def _first_out_of_order(self) -> tuple[str | None, int | None]:
        self.need("event-chain")
        before: str | None = None
        for height, event in enumerate(self.events):
            if event.type not in board.FOLLOWERS[before]:
                return before, height
            before = event.type
        return before, None

    def _concerns_the_end(self, before: str | None, height: int) -> bool:
        """Tell whether the first event out of order is a ballot after the end, or a count without an end."""
        after = self.events[height].type
        return (after in ("Ballot", "EndBallots") and before not in (None, "Setup")) or (
            before in ("Setup", "Ballot") and after != "Setup"
        )

    def _documents(self) -> str:
        self.need("event-chain")
        events = iter(self.events)
        expected: list[str] = []
        for entry in self.files:
            if entry.name.endswith(archive.EVENT_SUFFIX):
                expected += [digest + archive.DATA_SUFFIX for digest in self._references(next(events))]
                expected.append(entry.name)
        for entry, name in zip(self.files, expected, strict=False):
            if entry.name != name:
                raise Failed("a file is not the one that the next event needs here", entry.name)
        if len(self.files) > len(expected):
            raise Failed("a file belongs to no event", self.files[len(expected)].name)
        if len(self.files) < len(expected):
            raise Failed("a file that an event needs is missing", expected[len(self.files)])
        return "every file belongs to one event and stands right before it"

    def _references(self, event: Event) -> tuple[str, ...]:
        """List the hashes of the documents that an event needs, as far as they can be read."""
        if event.payload is None:
            return ()
        try:
            document = self.documents.get(event.payload, b"")
            if event.type == "Setup":
                return (*board.parse_setup_data(document), event.payload)
            if event.type == "EncryptedTally":
                return tally.parse_sized_tally(document).encrypted_tally, event.payload
            if event.type == "PartialDecryption":
                return tally.parse_owned_partial_decryption(document)[1], event.payload
        except MalformedArchive:
            pass
        return (event.payload,)
