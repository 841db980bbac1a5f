"""Every field of both archives of the reference, changed, with everything above it made consistent again (C9)."""

import pytest
from mutations import changed, leaves, pattern, put, reshaped_patterns
from teller_faults import CHECKS
from whole_session import TIMESTAMP, make_session, write

from voting.errors import MalformedArchive
from voting.protocol import archive, board, canonical, examination
from voting.protocol.archive import DATA_SUFFIX, EVENT_SUFFIX, Entry
from voting.protocol.board import Record
from voting.protocol.election import Question
from voting.protocol.verify import verify_archive

pytestmark = pytest.mark.fault("C9")

# The documents of each type of record, and the checks that one would expect to fail when one of them is changed.
EXPECTED = {
    "Setup": (
        {"election", "election-key", "ballot-format"},
        {"trustees", "election-key", *CHECKS},
        {"credentials", "ballot-credentials"},
        {"setup-hashes"},
    ),
    "Ballot": ({"ballot-format", "ballot-proofs"},),
    "EndBallots": (),
    "EncryptedTally": ({"tally"}, {"tally", "tally-count"}),
    "PartialDecryption": ({"partial-decryptions"}, {"partial-decryptions"}),
    "Result": ({"result"},),
}


@pytest.fixture(scope="module", autouse=True)
def _ballots_that_hold_are_checked_once():
    """Remember the ballots that hold: most mutants leave them as they are, and their proofs are most of the time."""
    held = {}
    check_ballot = examination.check_ballot

    def remembering(unchecked, election):
        key = unchecked.raw, election.to_bytes()
        if key not in held:
            held[key] = check_ballot(unchecked, election)
        return held[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examination, "check_ballot", remembering)
        yield


@pytest.fixture(scope="module")
def figure():
    count = {"refused": 0}
    yield count
    print(f"\nC9: {count['refused']} mutated archives, all refused by an expected check")


def _consistent(records, height, index, raw):
    """Put another document in a record, and correct every hash that names it."""
    record = records[height]
    documents = list(record.documents)
    old, new = canonical.sha256_hex(documents[index]).encode(), canonical.sha256_hex(raw).encode()
    documents[index] = raw
    if index != len(documents) - 1:
        documents[-1] = documents[-1].replace(old, new)
    return [*records[:height], Record(record.type, tuple(documents), height), *records[height + 1 :]]


def _places(records):
    """List one record of each type with the documents it brings."""
    first = {}
    for record in records:
        first.setdefault(record.type, record)
    for record in first.values():
        for index, raw in enumerate(record.documents):
            yield record, index, canonical.from_bytes(raw, limit=10**6)


def _mutants(vectors):
    """Change every distinct field once, and every distinct object and array in every way."""
    seen = set()
    for vector in vectors:
        for record, index, value in _places(vector.records):
            mutants = [(path, put(value, path, changed(leaf))) for path, leaf in leaves(value)]
            mutants += reshaped_patterns(value)
            for path, mutant in mutants:
                key = (record.type, index, pattern(path))
                if key not in seen:
                    seen.add(key)
                    yield vector.records, record, index, key, mutant


def test_every_changed_field_is_refused_by_an_expected_check(single, threshold, figure):
    for records, record, index, key, mutant in _mutants((single, threshold)):
        raw = write(_consistent(records, record.height, index, canonical.to_bytes(mutant)))
        failed = {failure.name for failure in verify_archive(raw).failures}
        assert failed & EXPECTED[record.type][index], (key, failed)
        figure["refused"] += 1


def test_every_other_spelling_of_a_document_is_refused(single, figure):
    for record, index, _ in _places(single.records):
        text = record.documents[index].decode()
        for spelling in (text + "\n", " " + text, text.replace(",", ", ", 1), text.replace(":", ": ", 1)):
            if spelling != text:
                raw = write(_consistent(single.records, record.height, index, spelling.encode()))
                failed = {failure.name for failure in verify_archive(raw).failures}
                assert failed & EXPECTED[record.type][index], (record.type, index, spelling[:20])
                figure["refused"] += 1


# ---- records


def _renumbered(records):
    return [Record(record.type, record.documents, height) for height, record in enumerate(records)]


def test_no_record_can_be_dropped(single, threshold, figure):
    for vector in (single, threshold):
        records = vector.records
        for height in (0, 1, *range(len(records) - 5, len(records) - 1)):
            report = verify_archive(write(_renumbered([*records[:height], *records[height + 1 :]])))
            assert not report.ok, records[height].type
            figure["refused"] += 1


def test_no_record_can_stand_twice(single, figure):
    records = single.records
    for height in (0, 1, 8, 9, 10, 11):
        for place in (height + 1, len(records)):
            report = verify_archive(write(_renumbered([*records[:place], records[height], *records[place:]])))
            assert not report.ok, records[height].type
            figure["refused"] += 1


def test_no_two_records_of_different_types_can_be_swapped(threshold, figure):
    records = list(threshold.records)
    for height in range(len(records) - 1):
        if records[height].type != records[height + 1].type:
            swapped = [*records[:height], records[height + 1], records[height], *records[height + 2 :]]
            assert not verify_archive(write(_renumbered(swapped))).ok
            figure["refused"] += 1


def test_a_ballot_after_the_end_is_named(single):
    records = list(single.records)
    late = _renumbered([*records[:7], records[8], records[7], *records[9:]])
    failed = {(failure.name, failure.record) for failure in verify_archive(write(late)).failures}
    assert ("ballots-before-end", "height 8") in failed


@pytest.mark.parametrize("owners", [(1, 2, 2), (2, 2, 4), (1, 2, 5), (1, 4, 2), (2, 1, 4)])
def test_doubled_swapped_and_unknown_owners_are_refused(threshold, owners):
    records = list(threshold.records)
    height = next(record.height for record in records if record.type == "PartialDecryption")
    for place, owner in enumerate(owners, height):
        owned = canonical.from_bytes(records[place].documents[1], limit=1000) | {"owner": owner}
        records = _consistent(records, place, 1, canonical.to_bytes(owned))
    assert "partial-decryptions" in {failure.name for failure in verify_archive(write(records)).failures}


def test_an_owner_that_decrypted_twice_is_refused_however_rightly():
    question = Question("q", ("a", "b"), 0, 1)
    session = make_session((question,), [[[1, 0]]], tellers=(2, 3), decrypting=(1, 2, 3, 3))
    (failure,) = verify_archive(session.archive).failures[:1]
    assert (failure.name, failure.record) == ("partial-decryptions", "height 7")


# ---- events


@pytest.mark.parametrize(
    "change",
    [
        {"height": 4},
        {"type": "Setup"},
        {"type": "Message"},
        {"type": "EndBallots"},
        {"payload": "0" * 64},
        {"parent": "0" * 64},
        {"mark": 1},
        {"weight": 2},
    ],
    ids=str,
)
def test_a_changed_event_is_refused(single, change):
    files = list(archive.split_archive(single.raw))
    place = _event_places(files)[3]
    event = canonical.from_bytes(files[place].content, limit=1000) | change
    assert not verify_archive(_rechained(files, place, canonical.to_bytes(event))).ok


@pytest.mark.parametrize("field", ["height", "type", "payload", "parent"])
def test_an_event_without_one_of_its_fields_is_refused(single, field):
    files = list(archive.split_archive(single.raw))
    place = _event_places(files)[3]
    event = canonical.from_bytes(files[place].content, limit=1000)
    del event[field]
    assert not verify_archive(_rechained(files, place, canonical.to_bytes(event))).ok


def test_an_end_with_a_payload_is_refused(single):
    files = list(archive.split_archive(single.raw))
    place = _event_places(files)[8]
    event = canonical.from_bytes(files[place].content, limit=1000) | {"payload": "0" * 64}
    report = verify_archive(_rechained(files, place, canonical.to_bytes(event)))
    assert ("event-chain", "height 8") in {(failure.name, failure.record) for failure in report.failures}


def _event_places(files):
    return [place for place, entry in enumerate(files) if entry.name.endswith(EVENT_SUFFIX)]


def _rechained(files, place, raw):
    """Put another event at `place`, and let all later events name their parents rightly."""
    parent = None
    out = []
    for number, entry in enumerate(files):
        content = entry.content
        if entry.name.endswith(EVENT_SUFFIX):
            if number == place:
                content = raw
            elif number > place:
                event = board.parse_event(content)
                content = board.event_bytes(parent, event.height, event.type, event.payload)
            parent = canonical.sha256_hex(content)
            entry = Entry(parent + EVENT_SUFFIX, content)
        out.append(archive.write_entry(entry.name, entry.content, TIMESTAMP))
    return b"".join(out)


# ---- files


def _joined(files):
    return b"".join(archive.write_entry(entry.name, entry.content, TIMESTAMP) for entry in files)


def _failed(raw):
    return {failure.name for failure in verify_archive(raw).failures}


def test_an_unreferenced_file_is_refused_wherever_it_stands(single):
    files = archive.split_archive(single.raw)
    extra = Entry(canonical.sha256_hex(b"{}") + DATA_SUFFIX, b"{}")
    for place in (1, 2, 6, 7, len(files) - 1, len(files)):
        assert "documents" in _failed(_joined([*files[:place], extra, *files[place:]]))


def test_a_file_that_is_missing_doubled_or_moved_is_refused(single):
    files = archive.split_archive(single.raw)
    for place in range(1, 9):
        entry, after = files[place], files[place + 1]
        without = [*files[:place], *files[place + 1 :]]
        assert "documents" in _failed(_joined(without)) or entry.name.endswith(EVENT_SUFFIX)
        assert _failed(_joined(without))
        assert "file-names" in _failed(_joined([*files[:place], entry, *files[place:]]))
        assert _failed(_joined([*files[:place], after, entry, *files[place + 2 :]]))


def test_a_file_not_named_after_its_hash_is_refused(single):
    files = list(archive.split_archive(single.raw))
    for name in ("0" * 64 + DATA_SUFFIX, files[2].name.upper(), "x.json", files[2].name.replace("data", "event")):
        renamed = [*files[:2], Entry(name, files[2].content), *files[3:]]
        assert "file-names" in _failed(_joined(renamed)) or name.endswith(EVENT_SUFFIX)
        assert _failed(_joined(renamed))


@pytest.mark.parametrize(
    ("offset", "new"),
    [
        (100, b"0000600"),
        (107, b" "),
        (108, b"0000001"),
        (116, b"0000001"),
        (136, b"00000000001"),
        (148, b"000000"),
        (156, b"\0"),
        (156, b"5"),
        (157, b"link"),
        (257, b"ustar\x0000"),
        (265, b"root"),
        (500, b"x"),
    ],
)
def test_an_altered_tar_header_is_not_reproducible(single, offset, new):
    for start in (0, 1024):
        raw = bytearray(single.raw)
        raw[start + offset : start + offset + len(new)] = new
        assert _failed(bytes(raw)) == {"archive-reproducible"}


def test_altered_padding_or_bytes_after_the_end_are_not_reproducible(single):
    assert _failed(single.raw + b"\0" * 1024) == {"archive-reproducible"}
    padding = bytearray(single.raw)
    padding[1023] = 1
    assert _failed(bytes(padding)) == {"archive-reproducible"}
    with pytest.raises(MalformedArchive):
        verify_archive(single.raw + b"x")


@pytest.mark.parametrize(
    ("content", "check"),
    [
        (b'{"version":2,"timestamp":"1795528054"}', "archive-readable"),
        (b'{"version":1,"timestamp":1795528054}', "archive-readable"),
        (b'{"version":1,"timestamp":"1795528055"}', "archive-reproducible"),
        (b'{"version":1,"timestamp":"1795528054","mark":1}', "archive-readable"),
    ],
)
def test_another_header_is_refused(single, content, check):
    header = archive.write_entry("BELENIOS", content, TIMESTAMP)
    assert check in _failed(header + single.raw[1024:])
