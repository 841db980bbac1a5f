import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.errors import BoardDamaged, Malformed, MalformedArchive
from voting.protocol import board, canonical
from voting.protocol.board import Chain, Record


def test_the_events_of_the_reference_follow_from_the_records(single, threshold):
    for vector in (single, threshold):
        chain = Chain()
        for record in vector.records:
            before = chain.head
            event = board.parse_event(chain.append(record))
            assert event == board.Event(before, record.height, record.type, record.payload)
        assert chain.height == len(vector.records)
        assert chain.head == Chain(vector.records).head


def test_records_are_kept_as_lines_and_read_back(single, threshold):
    for vector in (single, threshold):
        lines = [board.record_to_line(record) for record in vector.records]
        assert tuple(board.line_to_record(line, height) for height, line in enumerate(lines)) == vector.records


@given(st.binary(max_size=60))
def test_any_line_is_a_record_or_damage(line):
    try:
        record = board.line_to_record(line, 3)
    except BoardDamaged:
        return
    assert board.record_to_line(record) == line


def test_a_damaged_line_is_named_by_its_height():
    with pytest.raises(BoardDamaged) as refused:
        board.line_to_record(b"Ballot", 3)
    assert refused.value.height == 3


@pytest.mark.parametrize(
    "record",
    [
        Record("Ballot", (b'{"a":\n1}',), 1),
        Record("Ballot", (), 1),
        Record("Ballot", (b"{}", b"{}"), 1),
        Record("EndBallots", (b"{}",), 1),
        Record("Message", (b"{}",), 1),
    ],
)
def test_a_record_that_could_not_be_read_back_is_not_written(record):
    with pytest.raises(Malformed):
        board.record_to_line(record)


def test_a_record_out_of_place_is_damage(single):
    chain = Chain(single.records[:3])
    with pytest.raises(BoardDamaged) as refused:
        chain.append(single.records[4])
    assert refused.value.height == 3


def test_the_setup_binds_its_documents(single):
    setup = single.records[0]
    assert board.setup_record(*setup.documents[:3]) == setup
    hashes = tuple(canonical.sha256_hex(document) for document in setup.documents[:3])
    assert board.parse_setup_data(setup.documents[3]) == hashes


HASH = "0" * 64


@pytest.mark.parametrize(
    "value",
    [
        {"height": 0, "type": "Other", "payload": HASH},
        {"height": 0, "type": "Setup", "payload": None},
        {"height": 0, "type": "Setup", "payload": "0"},
        {"height": 0, "type": "Setup", "payload": HASH, "mark": 1},
        {"height": -1, "type": "Setup", "payload": HASH},
        {"height": True, "type": "Setup", "payload": HASH},
        {"height": "0", "type": "Setup", "payload": HASH},
        {"type": "Setup", "height": 0, "payload": HASH},
        {"height": 0, "payload": HASH},
        {"height": 0, "type": "Setup", "payload": HASH, "parent": HASH},
        {"parent": None, "height": 1, "type": "Ballot", "payload": HASH},
        [],
        "Setup",
    ],
)
def test_an_event_of_another_shape_is_refused(value):
    with pytest.raises(MalformedArchive):
        board.parse_event(canonical.to_bytes(value))


@pytest.mark.parametrize("raw", [b"", b"{}", b'{"election":"0","trustees":"0","credentials":"0"}', b" " * 2000])
def test_setup_data_of_another_shape_is_refused(raw):
    with pytest.raises(MalformedArchive):
        board.parse_setup_data(raw)
