"""Whole sessions of ours, verified by the reference, and its trustees and ours on the same tally."""

from pathlib import Path

import pytest
from whole_session import WholeSession, make_session, write

from voting.protocol import ballots, tally
from voting.protocol.election import Question
from voting.protocol.verify import verify_archive

pytestmark = pytest.mark.interop

VECTORS = Path(__file__).parents[1] / "vectors"
CONFIDENCE = Question("Ông Nguyễn Văn A — Chủ tịch", ("Tín nhiệm cao", "Tín nhiệm", "Tín nhiệm thấp"), 1, 1)
BLANK = Question('Bà "B" \\ é', ("Đồng ý", "Không đồng ý"), 1, 1, blank=True)
UP_TO_TWO = Question("Chọn tối đa 2", ("a", "b", "c", "d"), 0, 2)
RANGE_OR_BLANK = Question("1–3, or blank", ("a", "b", "c", "d"), 1, 3, blank=True)


def _sessions() -> dict[str, WholeSession]:
    full = (CONFIDENCE, BLANK, UP_TO_TWO, RANGE_OR_BLANK)
    return {
        "confidence": make_session((CONFIDENCE,), [[[1, 0, 0]], [[1, 0, 0]], [[0, 0, 1]]]),
        "every kind of line": make_session(
            full,
            [
                [[1, 0, 0], [0, 1, 0], [1, 1, 0, 0], [0, 1, 1, 1, 0]],
                [[0, 1, 0], [1, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0, 0]],
            ],
        ),
        "one choice, none and all": make_session(
            (Question("a", ("x",), 0, 1), Question("b", ("x", "y"), 0, 0), Question("c", ("x", "y"), 2, 2)),
            [[[1], [0, 0], [1, 1]]],
        ),
        "nobody voted": make_session(full, []),
        "two of three tellers": make_session(
            (UP_TO_TWO,), [[[0, 1, 1, 0]], [[0, 0, 1, 0]]], tellers=(2, 3), decrypting=(4, 1, 2)
        ),
        "all three tellers": make_session((UP_TO_TWO,), [[[0, 1, 1, 0]]], tellers=(2, 3), decrypting=(1, 2, 3, 4)),
    }


@pytest.fixture(scope="module")
def sessions():
    return _sessions()


def test_the_reference_passes_all_checks_on_our_archives(board, sessions):
    for name, session in sessions.items():
        run = board(session.election.uuid, session.archive).election("verify")
        assert run.returncode == 0, (name, run.stderr)
        assert "all checks passed" in run.stderr, (name, run.stderr)
        assert verify_archive(session.archive).ok, name


@pytest.mark.parametrize("last", ["Setup", "Ballot", "EndBallots", "EncryptedTally", "PartialDecryption"])
def test_the_reference_passes_all_checks_on_a_session_that_is_not_over(board, sessions, last):
    session = sessions["confidence"]
    run = board(session.election.uuid, write(session.until(last))).election("verify")
    assert run.returncode == 0, run.stderr
    assert "all checks passed" in run.stderr


def test_the_reference_looks_at_the_ballots_at_all(board):
    """Without LWT_ASYNC_METHOD=none it does not wait for its own checks, and this copy would pass."""
    raw = (VECTORS / "tampered" / "ballot-signature-changed.bel").read_bytes()
    assert board("cyuzb8XAcr1FSj", raw).election("verify").returncode != 0


def test_the_reference_tallies_and_decrypts_as_we_do(board, sessions, tmp_path):
    session = sessions["every kind of line"]
    election = session.election
    opened = [ballots.open_ballot(raw, election) for raw in session.ballots]
    encrypted = tally.encrypt_tally(election, opened)
    tallied = board(election.uuid, write(session.until("EncryptedTally")))
    key = tmp_path / "private-key"
    key.write_text(f'"{session.keys[0]}"')
    run = tallied.election("decrypt", "--privkey", key, "--trustee-id", 1)
    assert run.returncode == 0, run.stderr
    partial, owned = run.stdout.encode().splitlines()
    decryption = tally.check_partial_decryption(partial, election, encrypted, session.trustees.keys[0])
    assert owned == tally.owned_partial_decryption(1, partial)
    assert tally.result(session.trustees, encrypted, {1: decryption}, 2) == session.counts
    run = board(election.uuid, write(session.until("PartialDecryption"))).election("compute-result")
    assert run.stdout.strip().encode() == tally.result_to_bytes(session.counts)
