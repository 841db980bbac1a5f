import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voting.errors import MalformedArchive
from voting.protocol import canonical, group
from voting.protocol.election import Election, Question, parse_election

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@st.composite
def questions(draw):
    answers = tuple(draw(st.lists(texts, min_size=1, max_size=5)))
    most = draw(st.integers(0, len(answers)))
    return Question(draw(texts), answers, draw(st.integers(0, most)), most, draw(st.booleans()))


@st.composite
def elections(draw):
    return Election(
        uuid="cyuzb8XAcr1FSj",
        name=draw(texts),
        description=draw(texts),
        public_key=group.power_of_generator(draw(st.integers(1, group.Q - 1))),
        questions=tuple(draw(st.lists(questions(), min_size=1, max_size=3))),
        administrator=draw(st.none() | texts),
        credential_authority=draw(st.none() | texts),
    )


@settings(deadline=None)
@given(elections())
def test_an_election_is_read_as_it_was_written(election):
    assert parse_election(election.to_bytes()) == election


def test_the_elections_of_the_reference_are_written_byte_for_byte(single, threshold):
    for vector in (single, threshold):
        raw = vector.records[0].documents[0]
        assert parse_election(raw).to_bytes() == raw
        assert vector.election.fingerprint == canonical.base64_sha256(raw)


QUESTION = {"answers": ["a", "b"], "min": 0, "max": 2, "question": "q"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"version": 2}, "version"),
        ({"version": True}, "version"),
        ({"version": "1"}, "version"),
        ({"group": "BELENIOS-2048"}, "group"),
        ({"public_key": "0" * 63 + "1"}, "public_key"),
        ({"public_key": "0" * 64}, "public_key"),
        ({"uuid": "cyuzb8XAcr1FS"}, "uuid"),
        ({"uuid": 5}, "uuid"),
        ({"name": None}, "name"),
        ({"questions": []}, "questions"),
        ({"questions": {}}, "questions"),
        ({"questions": [QUESTION | {"type": "NonHomomorphic"}]}, "homomorphic"),
        ({"questions": [{"type": "Lists", "value": {}}]}, "homomorphic"),
        ({"questions": [QUESTION | {"blank": False}]}, "fields"),
        ({"questions": [{"answers": ["a"], "blank": False, "min": 0, "max": 1, "question": "q"}]}, "blank"),
        ({"questions": [QUESTION | {"max": 3}]}, "max"),
        ({"questions": [QUESTION | {"max": -1}]}, "max"),
        ({"questions": [QUESTION | {"min": -1}]}, "min"),
        ({"questions": [QUESTION | {"min": 3}]}, "min"),
        ({"questions": [QUESTION | {"min": True}]}, "min"),
        ({"questions": [QUESTION | {"answers": []}]}, "answers"),
        ({"questions": [QUESTION | {"answers": ["a", 1]}]}, r"answers\[1\]"),
        ({"questions": [QUESTION | {"extra": 1}]}, "fields"),
        ({"credential_authority": 1}, "credential_authority"),
        ({"extra": 1}, "fields"),
    ],
)
def test_an_election_of_another_kind_is_refused_by_name(single, change, reason):
    value = canonical.from_bytes(single.election.to_bytes(), limit=10_000)
    with pytest.raises(MalformedArchive, match=reason):
        parse_election(canonical.to_bytes(value | change))


def test_fields_in_another_order_are_refused(single):
    value = canonical.from_bytes(single.election.to_bytes(), limit=10_000)
    with pytest.raises(MalformedArchive):
        parse_election(canonical.to_bytes(dict(reversed(value.items()))))
