"""Ballots of ours in the reference's hands, and its ballots in ours."""

import json
import subprocess

import pytest
from forging import forge_ballot, sign_again
from whole_session import make_session, write

from voting.errors import MalformedBallot
from voting.protocol import ballots, canonical, codes, group
from voting.protocol.election import Question

pytestmark = pytest.mark.interop

QUESTIONS = (
    Question("A", ("x", "y", "z"), 1, 1),
    Question("B", ("x", "y"), 1, 1, blank=True),
    Question("C", ("x", "y", "z", "u"), 0, 2),
    Question("D", ("x", "y", "z"), 1, 3, blank=True),
)
VOTES = [
    [[0, 1, 0], [0, 0, 1], [0, 0, 1, 1], [0, 1, 1, 1]],
    [[1, 0, 0], [1, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0]],
]


@pytest.fixture(scope="module")
def session():
    return make_session(QUESTIONS, VOTES)


@pytest.fixture
def empty(board, session):
    """The board with the setup alone: the tool refuses a ballot that is on the board already."""
    return board(session.election.uuid, write(session.until("Setup")))


def _accepts(empty, raw, tmp_path):
    file = tmp_path / "ballot.json"
    file.write_bytes(raw)
    return empty.election("verify-ballot", "--ballot", file)


def test_the_reference_accepts_each_of_our_ballots(empty, session, tmp_path):
    for raw in session.ballots:
        run = _accepts(empty, raw, tmp_path)
        assert run.returncode == 0, run.stderr


def test_ballots_of_the_reference_open_and_count(empty, session, tmp_path):
    code, choice = tmp_path / "code", tmp_path / "choice"
    code.write_text(session.codes[-1])
    for vote in VOTES:
        choice.write_text(json.dumps(vote))
        run = empty.election("generate-ballot", "--privcred", code, "--choice", choice)
        assert run.returncode == 0, run.stderr
        ballot = ballots.open_ballot(run.stdout.strip().encode(), session.election)
        public = codes.public_credential(session.election.uuid, session.codes[-1])
        assert ballot.credential == group.point_to_hex(public)
        (secret,) = session.keys
        opened = [
            [group.discrete_logarithm(group.subtract(c.beta, group.multiply(c.alpha, secret)), 1) for c in answer]
            for answer in ballot.answers
        ]
        assert opened == vote


def test_the_reference_derives_the_same_credential(reference, session):
    uuid, code = session.election.uuid, session.codes[0]
    called = [reference, "setup", "generate-credentials", "--uuid", uuid, "--group", "Ed25519", "--derive", code]
    run = subprocess.run(called, capture_output=True, text=True, check=True)
    public = codes.public_credential(session.election.uuid, session.codes[0])
    assert run.stdout.strip() == group.point_to_hex(public)


@pytest.mark.fault("C2")
def test_marks_that_the_reference_lets_through_are_refused_here(empty, session, tmp_path, capsys):
    election, code = session.election, session.codes[0]
    body = canonical.from_bytes(session.ballots[0], limit=100_000)
    first = body["answers"][0]
    proof = first["individual_proofs"][0][0]
    marked = {
        "an extra field in an answer": {**first, "mark": "42"},
        "fields in another order": dict(reversed(first.items())),
        "a leading zero": _with_proof(first, {**proof, "response": "0" + proof["response"]}),
        "a hexadecimal number": _with_proof(first, {**proof, "response": f"0x{int(proof['response']):x}"}),
    }
    let_through = []
    for name, answer in marked.items():
        raw = sign_again({**body, "answers": [answer, *body["answers"][1:]]}, election.uuid, code)
        with pytest.raises(MalformedBallot):
            ballots.open_ballot(raw, election)
        if _accepts(empty, raw, tmp_path).returncode == 0:
            let_through.append(name)
    with capsys.disabled():
        print(f"\nC2: {len(let_through)} of {len(marked)} marks pass the reference, 0 pass here")


def _with_proof(answer, proof):
    pairs = answer["individual_proofs"]
    return {**answer, "individual_proofs": [[proof, pairs[0][1]], *pairs[1:]]}


@pytest.mark.fault("C3")
@pytest.mark.parametrize("field", ["alpha", "beta", "credential", ""])
def test_what_the_reference_refuses_is_refused_here(board, tmp_path, field):
    """The forger's ballot without a twist is good for both: what they refuse is the part of small order."""
    session = make_session((Question("A", ("x", "y"), 1, 1),), [])
    empty = board(session.election.uuid, write(session.until("Setup")))
    raw = forge_ballot(session.election, session.codes[0], [[1, 0]], [[1, 0]], twist=field)
    accepted = _accepts(empty, raw, tmp_path).returncode == 0
    assert accepted == (not field)
    if field:
        with pytest.raises(MalformedBallot):
            ballots.open_ballot(raw, session.election)
    else:
        ballots.open_ballot(raw, session.election)
