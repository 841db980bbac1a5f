"""Any `threshold` of the tellers count, fewer cannot (FAULTS C7): every subset is tried."""

from itertools import chain, combinations

import pytest
from whole_session import make_session, make_tellers, write

from voting.errors import BadProof, MalformedArchive, TallyMismatch
from voting.protocol import group, tally
from voting.protocol.board import Record
from voting.protocol.election import Question
from voting.protocol.trustees import Trustees
from voting.protocol.verify import verify_archive

pytestmark = pytest.mark.fault("C7")

QUESTION = Question("Ông A", ("cao", "vừa", "thấp"), 0, 2)
VOTES = [[[1, 0, 1]], [[1, 0, 0]]]


def _subsets(things):
    things = list(things)
    return chain.from_iterable(combinations(things, size) for size in range(len(things) + 1))


def test_every_subset_of_up_to_seven_tellers_at_or_above_the_threshold_decrypts_the_same(capsys):
    same = none = 0
    for size in range(1, 8):
        for threshold in range(1, size + 1):
            pedersen, shares = make_tellers(threshold, size)
            trustees = Trustees((pedersen,))
            secret = group.power_of_generator(group.random_scalar())
            powers = {index: (group.multiply(secret, share),) for index, share in enumerate(shares, 1)}
            expected = set()
            for subset in _subsets(powers):
                given = {index: powers[index] for index in subset}
                if len(subset) >= threshold:
                    expected.add(trustees.combine(given))
                    same += 1
                else:
                    with pytest.raises(TallyMismatch):
                        trustees.combine(given)
                    none += 1
            assert len(expected) == 1
    with capsys.disabled():
        print(f"\nC7: {same} subsets at or above the threshold gave the same, {none} below it gave nothing")


def test_what_tellers_decrypt_together_is_what_the_whole_key_would():
    pedersen, shares = make_tellers(2, 3)
    private = (2 * shares[0] - shares[1]) % group.Q  # the line through (1, S1) and (2, S2), at 0
    assert group.power_of_generator(private) == pedersen.public_key
    alpha = group.power_of_generator(group.random_scalar())
    powers = {index: (group.multiply(alpha, share),) for index, share in enumerate(shares, 1)}
    assert pedersen.combine(powers) == (group.multiply(alpha, private),)


def test_fewer_than_the_threshold_do_not_have_it_even_if_they_combine_as_if_they_were_enough():
    pedersen, shares = make_tellers(3, 5)
    smaller, _ = make_tellers(2, 5)
    alpha = group.power_of_generator(group.random_scalar())
    powers = {index: (group.multiply(alpha, share),) for index, share in enumerate(shares, 1)}
    true = pedersen.combine(powers)
    for pair in combinations(powers, 2):
        assert smaller.combine({index: powers[index] for index in pair}) != true


@pytest.fixture(scope="module")
def counted():
    """Sessions of every number of tellers up to five, in which all have decrypted."""
    return {
        (threshold, size): make_session((QUESTION,), VOTES, tellers=(threshold, size), decrypting=range(1, size + 2))
        for size in range(1, 6)
        for threshold in range(1, size + 1)
    }


def _decryptions(session):
    """Give the encrypted tally and the checked decryptions by owner: 1 is the server."""
    encrypted = tally.parse_tally(
        next(record for record in session.records if record.type == "EncryptedTally").documents[0], session.election
    )
    raws = [record.documents[0] for record in session.records if record.type == "PartialDecryption"]
    keys = session.trustees.keys
    return encrypted, {
        owner: tally.check_partial_decryption(raw, session.election, encrypted, keys[owner - 1])
        for owner, raw in enumerate(raws, 1)
    }


def test_every_subset_of_up_to_five_tellers_counts_the_same_or_nothing(counted, capsys):
    same = none = 0
    for (threshold, _), session in counted.items():
        encrypted, decryptions = _decryptions(session)
        for subset in _subsets(decryptions):
            given = {owner: decryptions[owner] for owner in subset}
            if 1 in given and len(given) - 1 >= threshold:
                assert tally.result(session.trustees, encrypted, given, len(VOTES)) == ((2, 0, 1),)
                same += 1
            else:
                with pytest.raises(TallyMismatch):
                    tally.result(session.trustees, encrypted, given, len(VOTES))
                none += 1
    with capsys.disabled():
        print(f"\nC7: {same} subsets of server and tellers counted the same, {none} counted nothing")


def _with(session, decryptions):
    """Write the archive of a session again with these (owner, document) as its decryptions."""
    records = list(session.until("EncryptedTally"))
    for owner, raw in decryptions:
        records.append(Record("PartialDecryption", (raw, tally.owned_partial_decryption(owner, raw)), len(records)))
    records.append(Record("Result", session.records[-1].documents, len(records)))
    return write(records)


def _raws(session):
    raws = [record.documents[0] for record in session.records if record.type == "PartialDecryption"]
    return dict(enumerate(raws, 1))


def test_an_archive_verifies_with_enough_decryptions_of_any_tellers_and_not_with_fewer(counted):
    for size in (2, 3):
        session = counted[2, size]
        raws = _raws(session)
        for subset in _subsets(raws):
            report = verify_archive(_with(session, [(owner, raws[owner]) for owner in subset]))
            enough = 1 in subset and len(subset) > 2
            assert report.ok == enough, subset
            if subset and not enough:
                assert [check.name for check in report.failures] == ["enough-decryptions"]


def test_bad_and_doubled_decryptions_are_found_and_do_not_count(counted):
    session = counted[2, 3]
    raws = _raws(session)
    encrypted, _ = _decryptions(session)
    again = tally.partial_decryption(session.election, encrypted, session.keys[1])
    bad = {
        "doubled": [(1, raws[1]), (2, raws[2]), (2, again)],
        "under the name of another": [(1, raws[1]), (2, raws[2]), (3, raws[2])],
        "of nobody": [(1, raws[1]), (2, raws[2]), (5, raws[3])],
        "with a changed factor": [(1, raws[1]), (2, raws[2]), (3, _factor_changed(raws[3], raws[4]))],
    }
    for name, decryptions in bad.items():
        failures = {failure.name: failure.record for failure in verify_archive(_with(session, decryptions)).failures}
        assert failures.get("partial-decryptions") == "height 7", name


def _factor_changed(raw, other):
    """Take the proofs of one decryption and the factors of another."""
    return other[: other.index(b'"decryption_proofs"')] + raw[raw.index(b'"decryption_proofs"') :]


def test_a_decryption_holds_for_its_own_key_and_its_own_tally_alone(counted):
    session, another = counted[2, 3], counted[2, 2]
    encrypted, _ = _decryptions(session)
    raws = _raws(session)
    for owner, raw in raws.items():
        for key in session.trustees.keys:
            if key != session.trustees.keys[owner - 1]:
                with pytest.raises(BadProof):
                    tally.check_partial_decryption(raw, session.election, encrypted, key)
    with pytest.raises((BadProof, MalformedArchive)):
        tally.check_partial_decryption(_raws(another)[2], session.election, encrypted, session.trustees.keys[1])
