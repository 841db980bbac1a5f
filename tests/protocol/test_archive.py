import io
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voting.errors import MalformedArchive
from voting.protocol import archive
from voting.protocol.board import Chain


def _written(records, timestamp):
    return b"".join(archive.write_archive(records, timestamp))


def test_the_archives_of_the_reference_are_written_byte_for_byte(single, threshold):
    for vector in (single, threshold):
        read = archive.read_archive(vector.raw)
        assert _written(read.records, read.timestamp) == vector.raw


def test_an_open_session_is_a_prefix_of_the_complete_one(single, vectors):
    snapshot = (vectors / "single" / "open.bel.snapshot").read_bytes()
    read = archive.read_archive(snapshot)
    assert single.raw.startswith(snapshot)
    assert _written(read.records, read.timestamp) == snapshot
    assert single.records[: len(read.records)] == read.records


def test_every_record_only_adds_bytes(threshold):
    timestamp = archive.read_archive(threshold.raw).timestamp
    written = archive.write_header(timestamp)
    chain = Chain()
    for record in threshold.records:
        written += archive.write_record(record, chain.head, timestamp)
        chain.append(record)
        assert threshold.raw.startswith(written)
    assert written == threshold.raw


def test_an_ordinary_tar_program_can_read_it(single):
    names = [entry.name for entry in archive.split_archive(single.raw)]
    with tarfile.open(fileobj=io.BytesIO(single.raw)) as tar:
        assert tar.getnames() == names


@pytest.mark.parametrize("timestamp", [0, 1, 1_795_528_054, 8**11 - 1])
def test_the_timestamp_is_read_back(timestamp):
    assert archive.read_archive(archive.write_header(timestamp)) == archive.Archive(timestamp, ())


@pytest.mark.parametrize(
    "header",
    [
        b'{"version":2,"timestamp":"5"}',
        b'{"version":1,"timestamp":5}',
        b'{"version":1,"timestamp":"05"}',
        b'{"version":1,"timestamp":"-5"}',
        b'{"version":1,"timestamp":"8589934592"}',
        b'{"timestamp":"5","version":1}',
        b'{"version":1,"timestamp":"5"} ',
        b"",
        b"[" * 400,
    ],
)
def test_another_header_is_refused(header):
    with pytest.raises(MalformedArchive):
        archive.read_archive(archive.write_entry("BELENIOS", header, 5))


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: b"",
        lambda raw: raw[512 * 2 :],
        lambda raw: raw[:1024] + raw[1024 + 1536 :],
        lambda raw: raw[:-1],
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw + b"\0" * 1024,
        lambda raw: raw + b"x",
        lambda raw: raw.replace(b"0000644", b"0000600", 1),
        lambda raw: raw.replace(b"BELENIOS", b"BELENIOZ", 1),
        lambda raw: raw.replace(b".data.json", b".data.jsom", 1),
        lambda raw: raw[:600] + b"x" + raw[601:],
        lambda raw: raw.replace(b'"type":"Ballot"', b'"type":"Ballor"', 1),
        lambda raw: raw.replace(b"00000000046", b"77777777777", 1),
        lambda raw: raw.replace(b"00000000046", b"0000000004x", 1),
        lambda raw: raw.replace(b"00000000046", b"         46", 1),
    ],
)
def test_a_damaged_archive_is_refused(single, damage):
    with pytest.raises(MalformedArchive):
        archive.read_archive(damage(single.raw))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_flipped_bit_is_refused(single, data):
    raw = bytearray(single.raw)
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(MalformedArchive):
        archive.read_archive(bytes(raw))


@given(st.binary(max_size=2000))
def test_any_bytes_are_an_archive_or_refused(raw):
    with pytest.raises(MalformedArchive):
        archive.read_archive(raw)
