import itertools

import pytest
from whole_session import make_session

from voting.errors import BadProof, MalformedArchive, TallyMismatch
from voting.protocol import ballots, canonical, group, tally
from voting.protocol.election import Question
from voting.protocol.trustees import make_single

QUESTION = Question("q", ("a", "b"), 0, 2)


def _decryptions(session, encrypted, owners):
    keys = session.trustees.keys
    return {
        owner: tally.check_partial_decryption(
            tally.partial_decryption(session.election, encrypted, session.keys[owner - 1]),
            session.election,
            encrypted,
            keys[owner - 1],
        )
        for owner in owners
    }


def _tally_of(session):
    opened = [ballots.open_ballot(raw, session.election) for raw in session.ballots]
    return tally.encrypt_tally(session.election, opened)


def test_the_tally_and_the_result_of_the_reference_are_written_byte_for_byte(single, threshold):
    for vector in (single, threshold):
        encrypted = _tally_of(vector)
        (record,) = (record for record in vector.records if record.type == "EncryptedTally")
        assert encrypted.to_bytes() == record.documents[0]
        assert tally.sized_tally(encrypted, len(vector.ballots)) == record.documents[1]
        sums = [[sum(column) for column in zip(*line, strict=True)] for line in zip(*vector.votes, strict=True)]
        assert tally.result_to_bytes(sums) == vector.records[-1].documents[0]


def test_a_session_without_ballots_counts_to_zero():
    session = make_session((QUESTION, Question("r", ("a",), 0, 1, blank=True)), [])
    assert session.counts == ((0, 0), (0, 0))


def test_a_tally_may_be_made_in_parts(single):
    opened = [ballots.open_ballot(raw, single.election) for raw in single.ballots]
    parts = [tally.encrypt_tally(single.election, opened[start : start + 3]) for start in (0, 3, 6)]
    merged = parts[0].merge(parts[1]).merge(parts[2])
    assert merged == tally.encrypt_tally(single.election, opened)
    assert merged.merge(tally.encrypt_tally(single.election, ())) == merged


@pytest.mark.fault("C7")
def test_any_tellers_at_or_above_the_threshold_give_the_same_result_and_fewer_none(capsys):
    session = make_session((QUESTION,), [[[1, 0]], [[1, 1]]], tellers=(2, 4), decrypting=(1, 2, 3))
    encrypted = _tally_of(session)
    every = _decryptions(session, encrypted, range(1, 6))
    given = refused = 0
    for size in range(6):
        for owners in itertools.combinations(range(1, 6), size):
            chosen = {owner: every[owner] for owner in owners}
            if 1 in owners and size >= 3:
                assert tally.result(session.trustees, encrypted, chosen, 2) == ((2, 1),)
                given += 1
            else:
                with pytest.raises(TallyMismatch):
                    tally.result(session.trustees, encrypted, chosen, 2)
                refused += 1
    with capsys.disabled():
        print(f"\nC7: the same result for {given} sets of tellers, none for {refused} too small ones")
    assert (given, refused) == (11, 21)


def test_a_decryption_by_another_key_is_refused(small_session):
    encrypted = _tally_of(small_session)
    partial = tally.partial_decryption(small_session.election, encrypted, small_session.keys[0])
    with pytest.raises(BadProof) as refused:
        tally.check_partial_decryption(partial, small_session.election, encrypted, make_single(5).public_key)
    assert refused.value.where == "decryption_proofs[0][0]"


def test_a_decryption_of_another_tally_is_refused(small_session):
    election = small_session.election
    whole = _tally_of(small_session)
    part = tally.encrypt_tally(election, [ballots.open_ballot(small_session.ballots[0], election)])
    partial = tally.partial_decryption(election, part, small_session.keys[0])
    with pytest.raises(BadProof):
        tally.check_partial_decryption(partial, election, whole, small_session.trustees.keys[0])


def test_a_count_above_the_number_of_ballots_is_refused(small_session):
    encrypted = _tally_of(small_session)
    decryptions = _decryptions(small_session, encrypted, (1,))
    with pytest.raises(TallyMismatch, match="above"):
        tally.result(small_session.trustees, encrypted, decryptions, 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value[:1],
        lambda value: [*value, []],
        lambda value: [value[0][:1], *value[1:]],
        lambda value: {"tally": value},
        lambda value: [[{"beta": c["beta"], "alpha": c["alpha"]} for c in line] for line in value],
        lambda value: [[c | {"mark": 1} for c in line] for line in value],
        lambda value: [[c | {"alpha": "0" * 64} for c in line] for line in value],
        lambda value: [[c | {"alpha": c["alpha"].upper()} for c in line] for line in value],
    ],
)
def test_a_tally_of_another_shape_is_refused(single, change):
    (record,) = (record for record in single.records if record.type == "EncryptedTally")
    value = canonical.from_bytes(record.documents[0], limit=10_000)
    with pytest.raises(MalformedArchive):
        tally.parse_tally(canonical.to_bytes(change(value)), single.election)


@pytest.mark.parametrize(
    "change",
    [
        lambda value: {**value, "decryption_factors": value["decryption_factors"][1:]},
        lambda value: {**value, "decryption_proofs": value["decryption_proofs"][1:]},
        lambda value: {**value, "decryption_proofs": [line[1:] for line in value["decryption_proofs"]]},
        lambda value: {**value, "mark": 1},
        lambda value: dict(reversed(value.items())),
        lambda value: list(value.values()),
    ],
)
def test_a_decryption_of_another_shape_is_refused(single, change):
    (record,) = (record for record in single.records if record.type == "PartialDecryption")
    raw = canonical.to_bytes(change(canonical.from_bytes(record.documents[0], limit=10_000)))
    encrypted = _tally_of(single)
    with pytest.raises(MalformedArchive):
        tally.check_partial_decryption(raw, single.election, encrypted, group.GENERATOR)


@pytest.mark.parametrize(
    ("read", "raw"),
    [
        (tally.parse_sized_tally, b'{"num_tallied":"7","total_weight":7,"encrypted_tally":"' + b"0" * 64 + b'"}'),
        (tally.parse_sized_tally, b'{"num_tallied":-7,"total_weight":7,"encrypted_tally":"' + b"0" * 64 + b'"}'),
        (tally.parse_sized_tally, b'{"num_tallied":7,"total_weight":7,"encrypted_tally":"' + b"A" * 64 + b'"}'),
        (
            tally.parse_owned_partial_decryption,
            b'{"owner":' + b"9" * 300 + b',"payload":"' + b"0" * 64 + b'"}',
        ),
        (tally.parse_owned_partial_decryption, b'{"owner":0,"payload":"' + b"0" * 64 + b'"}'),
        (tally.parse_owned_partial_decryption, b'{"owner":true,"payload":"' + b"0" * 64 + b'"}'),
        (tally.parse_owned_partial_decryption, b'{"owner":1,"payload":"0"}'),
    ],
)
def test_small_documents_of_another_shape_are_refused(read, raw):
    with pytest.raises(MalformedArchive):
        read(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"result":[[1,2,3]]}',
        b'{"result":[[1,2],[1,2,3],[1,2,3]]}',
        b"[[1]]",
        b'{"result":[[-1,2,3],[1,2,3],[1,2,3]]}',
        b'{"result":[["1",2,3],[1,2,3],[1,2,3]]}',
        b'{"result":[[true,2,3],[1,2,3],[1,2,3]]}',
        b'{"result":[[1,2,3],[1,2,3],[1,2,3]] }',
    ],
)
def test_a_result_of_another_shape_is_refused(single, raw):
    with pytest.raises(MalformedArchive):
        tally.parse_result(raw, single.election)
