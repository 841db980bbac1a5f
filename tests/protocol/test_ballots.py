import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voting.errors import BadProof, MalformedBallot, MalformedCode, MalformedForm, WrongElection
from voting.protocol import ballots, canonical, codes, group, tally
from voting.protocol.election import Election, Question

PRIVATE = 987654321


@st.composite
def sheets(draw):
    """Draw an election and, for each of some voters, choices that it allows."""
    questions = []
    for number in range(draw(st.integers(1, 2))):
        answers = draw(st.integers(1, 3))
        most = draw(st.integers(0, answers))
        questions.append(
            Question(
                f"q{number}",
                tuple("abc"[:answers]),
                draw(st.integers(0, most)),
                most,
                draw(st.booleans()),
            )
        )
    election = Election("cyuzb8XAcr1FSj", "n", "d", group.power_of_generator(PRIVATE), tuple(questions))
    voters = draw(st.lists(st.tuples(*(lines(question) for question in questions)), min_size=1, max_size=3))
    return election, voters


@st.composite
def lines(draw, question):
    if question.blank and draw(st.booleans()):
        return [1] + [0] * len(question.answers)
    chosen = draw(st.integers(question.min, question.max))
    line = draw(st.permutations([1] * chosen + [0] * (len(question.answers) - chosen)))
    return [0] * question.blank + line


@settings(max_examples=15, deadline=None)
@given(sheets())
def test_any_allowed_choices_make_a_ballot_that_opens_and_counts(sheet):
    election, voters = sheet
    opened = []
    for choices in voters:
        raw = ballots.make_ballot(election, codes.draw_code(), choices)
        assert len(raw) <= ballots.largest_ballot(election.questions)
        opened.append(ballots.open_ballot(raw, election))
    encrypted = tally.encrypt_tally(election, opened)
    counts = [
        [
            group.discrete_logarithm(group.subtract(cell.beta, group.multiply(cell.alpha, PRIVATE)), len(voters))
            for cell in question
        ]
        for question in encrypted.questions
    ]
    expected = [
        [sum(voter[i][j] for voter in voters) for j in range(question.choices)]
        for i, question in enumerate(election.questions)
    ]
    assert counts == expected


def test_the_ballots_of_the_reference_open(single, threshold):
    for vector in (single, threshold):
        for raw, code in zip(vector.ballots, vector.codes, strict=False):
            ballot = ballots.open_ballot(raw, vector.election)
            assert ballot.raw == raw
            assert ballot.tracker == canonical.base64_sha256(raw)
            assert codes.parse_code(code) == code


def test_a_ballot_names_the_credential_of_its_code(small_session):
    code = small_session.codes[0]
    public = group.point_to_hex(codes.public_credential(small_session.election.uuid, code))
    assert ballots.parse_ballot(small_session.ballots[0], small_session.election).credential == public


def test_two_ballots_of_the_same_choices_have_nothing_in_common(small_session):
    one, two = (
        ballots.open_ballot(
            ballots.make_ballot(small_session.election, small_session.codes[0], [[1, 0], [0, 0, 1]]),
            small_session.election,
        )
        for _ in range(2)
    )
    points = [
        {point for answer in ballot.answers for c in answer for point in (c.alpha, c.beta)} for ballot in (one, two)
    ]
    assert not points[0] & points[1]


@pytest.mark.parametrize(
    "choices",
    [
        [],
        [[1, 0]],
        [[1, 0], [0, 1, 0], [1]],
        [[1], [0, 1, 0]],
        [[1, 1], [0, 1, 0]],
        [[0, 0], [0, 1, 0]],
        [[1, 0], [1, 1, 0]],
        [[1, 0], [0, 0, 0]],
        [[1, 0], [0, 1]],
        [[2, -1], [0, 1, 0]],
        [[True, False], [0, 1, 0]],
        [["1", "0"], [0, 1, 0]],
    ],
)
def test_choices_that_the_sheet_does_not_allow_make_no_ballot(small_session, choices):
    with pytest.raises(MalformedForm):
        ballots.make_ballot(small_session.election, small_session.codes[0], choices)


def test_a_bad_code_makes_no_ballot(small_session):
    with pytest.raises(MalformedCode):
        ballots.make_ballot(small_session.election, "0", [[1, 0], [0, 1, 0]])


@pytest.mark.fault("C1")
def test_a_ballot_of_another_session_is_refused(single, small_session):
    with pytest.raises(WrongElection):
        ballots.parse_ballot(single.ballots[0], _as_long(small_session.election))
    same_uuid = Election(single.election.uuid, "other name", "", single.election.public_key, single.election.questions)
    with pytest.raises(WrongElection):
        ballots.open_ballot(single.ballots[0], same_uuid)


def _as_long(election):
    """Widen an election, so that the ballot of another is not refused for its size first."""
    return Election(election.uuid, election.name, "", election.public_key, election.questions * 4)


def test_a_ballot_longer_than_any_of_its_election_is_refused_unread(single):
    with pytest.raises(MalformedBallot, match="more than"):
        ballots.parse_ballot(b"[" * (ballots.largest_ballot(single.election.questions) + 1), single.election)


def test_the_bound_on_the_size_is_close(single, threshold):
    for vector in (single, threshold):
        largest = ballots.largest_ballot(vector.election.questions)
        assert all(0.9 * largest < len(raw) <= largest for raw in vector.ballots)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_refused_as_malformed(single, raw):
    with pytest.raises(MalformedBallot):
        ballots.open_ballot(raw, single.election)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_flipped_bit_is_refused(single, data):
    raw = bytearray(single.ballots[0])
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((MalformedBallot, BadProof, WrongElection)):
        ballots.open_ballot(bytes(raw), single.election)


def test_a_bad_proof_is_named(single):
    value = canonical.from_bytes(single.ballots[0], limit=10_000)
    value["answers"][2]["overall_proof"][0]["response"] = "5"
    from forging import sign_again

    (code,) = (
        code
        for code in single.codes
        if group.point_to_hex(codes.public_credential(single.election.uuid, code)) == value["credential"]
    )
    with pytest.raises(BadProof) as refused:
        ballots.open_ballot(sign_again(value, single.election.uuid, code), single.election)
    assert refused.value.where == "answers[2].overall_proof"
