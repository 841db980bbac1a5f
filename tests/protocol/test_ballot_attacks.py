"""What a voter with a code of its own, or a bystander with somebody's ballot, could try (FAULTS.md, C1 to C5)."""

import copy
import json

import pytest
from forging import TORSION, forge_ballot, sign_again, twisted
from mutations import leaves, marked_spellings, put, reshaped

from voting.errors import BadProof, MalformedBallot, Refusal, WrongElection
from voting.protocol import ballots, canonical, codes, group
from voting.protocol.election import Election, Question


@pytest.fixture(scope="module")
def election():
    questions = (Question("A", ("x", "y"), 1, 1), Question("B", ("x", "y", "z"), 0, 2))
    return Election(codes.draw_uuid(), "n", "d", group.power_of_generator(31337), questions)


@pytest.fixture(scope="module")
def code():
    return codes.draw_code()


HONEST = [[1, 0], [0, 1, 1]]


def _value(raw):
    return canonical.from_bytes(raw, limit=300_000)


def _code_of(vector, value):
    return next(
        code
        for code in vector.codes
        if group.point_to_hex(codes.public_credential(vector.election.uuid, code)) == value["credential"]
    )


def test_the_forger_makes_good_ballots_when_it_does_not_cheat(election, code):
    ballots.open_ballot(forge_ballot(election, code, HONEST, HONEST), election)


@pytest.mark.fault("C1")
def test_a_copied_ballot_or_answer_is_refused(single, capsys):
    mine, other = _value(single.ballots[0]), _value(single.ballots[1])
    uuid, code = single.election.uuid, _code_of(single, mine)
    stolen = {
        "another's answers under my credential": sign_again({**mine, "answers": other["answers"]}, uuid, code),
        "one answer of another": sign_again(
            {**mine, "answers": [other["answers"][0], *mine["answers"][1:]]}, uuid, code
        ),
        "one choice of another": sign_again(_with_choice(mine, other), uuid, code),
        "another's ballot under my signature": sign_again(other, uuid, code),
        "another's credential, my signature": canonical.to_bytes({**mine, "credential": other["credential"]}),
        "another's ballot, my credential": canonical.to_bytes({**other, "credential": mine["credential"]}),
        "another's signature": canonical.to_bytes({**mine, "signature": other["signature"]}),
    }
    accepted = [name for name, raw in stolen.items() if _opens(raw, single.election)]
    with capsys.disabled():
        print(f"\nC1: {len(accepted)} of {len(stolen)} copied ballots accepted")
    assert not accepted


def _with_choice(mine, other):
    value = copy.deepcopy(mine)
    value["answers"][0]["choices"][0] = other["answers"][0]["choices"][0]
    value["answers"][0]["individual_proofs"][0] = other["answers"][0]["individual_proofs"][0]
    return value


@pytest.mark.fault("C1")
@pytest.mark.parametrize("field", ["election_uuid", "election_hash"])
def test_a_ballot_signed_for_another_election_is_refused(single, field):
    value = _value(single.ballots[0])
    changed = {"election_uuid": "cyuzb8XAcr1FSk", "election_hash": "A" * 43}[field]
    raw = sign_again({**value, field: changed}, single.election.uuid, _code_of(single, value))
    with pytest.raises(WrongElection):
        ballots.open_ballot(raw, single.election)


@pytest.mark.fault("C1")
def test_a_signature_of_another_ballot_of_the_same_code_is_refused(election, code):
    one, two = (_value(ballots.make_ballot(election, code, choices)) for choices in (HONEST, [[0, 1], [0, 0, 0]]))
    with pytest.raises(BadProof) as refused:
        ballots.open_ballot(canonical.to_bytes({**two, "signature": one["signature"]}), election)
    assert refused.value.where == "signature"


@pytest.mark.fault("C2")
def test_marked_ballots_are_refused_even_when_correctly_signed(single, threshold, capsys):
    tried = 0
    for vector in (single, threshold):
        for raw in vector.ballots[:6]:
            value = _value(raw)
            code = _code_of(vector, value)
            body = {name: part for name, part in value.items() if name != "signature"}
            for path, leaf in leaves(body):
                for spelling in marked_spellings(leaf):
                    _refused(sign_again(put(body, path, spelling), vector.election.uuid, code), vector)
                    tried += 1
            for marked in reshaped(value):
                _refused(canonical.to_bytes(marked), vector)
                tried += 1
    with capsys.disabled():
        print(f"\nC2: 0 of {tried} marked ballots accepted, 0 other errors")
    assert tried >= 10_000


def _refused(raw, vector):
    with pytest.raises((MalformedBallot, WrongElection)):
        ballots.parse_ballot(raw, vector.election)


@pytest.mark.fault("C2")
def test_marks_in_the_bytes_are_refused(single):
    raw = single.ballots[0]
    text = raw.decode()
    first = text.index('"challenge":"') + len('"challenge":"')
    marked = [
        text + "\n",
        " " + text,
        text.replace(":", ": ", 1),
        text.replace(",", ", ", 1),
        text.replace("alpha", "\\u0061lpha", 1),
        text.replace('{"election_uuid"', '{"election_uuid":"x","election_uuid"', 1),
        text.replace('"credential"', '"credential":"","credential"', 1),
        text[:first] + "\\u00" + f"{ord(text[first]):02x}" + text[first + 1 :],
        text.replace("{", "[", 1),
        json.dumps(json.loads(text), indent=0),
        "\ufeff" + text,
    ]
    for body in marked:
        with pytest.raises(MalformedBallot):
            ballots.open_ballot(body.encode(), single.election)
    with pytest.raises(MalformedBallot):
        ballots.open_ballot(raw + b"\0", single.election)


@pytest.mark.fault("C2")
def test_a_signature_hash_in_other_base64_is_refused(single):
    value = _value(single.ballots[0])
    hashed = value["signature"]["hash"]
    last = _next_in_base64(hashed[-1])
    for other in (hashed + "=", hashed[:-1] + last, hashed[:-1] + "!", hashed[:-1], hashed.replace("/", "_") + "A"):
        raw = canonical.to_bytes({**value, "signature": {**value["signature"], "hash": other}})
        with pytest.raises(MalformedBallot):
            ballots.open_ballot(raw, single.election)


def _next_in_base64(character):
    """Give the next Base64 character, which differs in the two bits that a decoder ignores at the end."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return alphabet[alphabet.index(character) + 1]


@pytest.mark.fault("C2")
def test_every_changed_number_is_noticed_even_when_correctly_signed(single, threshold):
    for vector in (single, threshold):
        value = _value(vector.ballots[0])
        code = _code_of(vector, value)
        body = {name: part for name, part in value.items() if name != "signature"}
        seen = set()
        for path, leaf in leaves(body):
            kind = tuple(step if isinstance(step, str) else "*" for step in path)
            if kind in seen or path[0] != "answers":
                continue
            seen.add(kind)
            number = path[-1] in ("challenge", "response")
            other = str((int(leaf) + 1) % group.Q) if number else _another_point()
            with pytest.raises(BadProof):
                ballots.open_ballot(sign_again(put(body, path, other), vector.election.uuid, code), vector.election)
        assert len(seen) >= 6


def _another_point():
    return group.point_to_hex(group.power_of_generator(4242))


@pytest.mark.fault("C3")
@pytest.mark.parametrize("field", ["alpha", "beta", "credential"])
def test_points_with_a_part_of_small_order_are_refused_however_well_proved(election, code, field):
    raw = forge_ballot(election, code, HONEST, HONEST, twist=field)
    with pytest.raises(MalformedBallot, match="not a point of the group"):
        ballots.open_ballot(raw, election)


@pytest.mark.fault("C3")
def test_points_outside_the_group_are_refused_in_every_field(single, vectors, capsys):
    value = _value(single.ballots[0])
    uuid, code = single.election.uuid, _code_of(single, value)
    body = {name: part for name, part in value.items() if name != "signature"}
    outside = [v["hex"] for v in json.loads((vectors / "points.json").read_text())["vectors"] if not v["valid"]]
    outside += [TORSION[::-1].hex(), twisted(group.GENERATOR)[::-1].hex(), "7" + "f" * 63, "f" * 64]
    fields = [("credential",), ("answers", 0, "choices", 0, "alpha"), ("answers", 2, "choices", 1, "beta")]
    for path in fields:
        for text in outside:
            with pytest.raises(MalformedBallot):
                ballots.open_ballot(sign_again(put(body, path, text), uuid, code), single.election)
    with capsys.disabled():
        print(f"\nC3: 0 of {len(fields) * len(outside)} points outside the group accepted")


@pytest.mark.fault("C5")
@pytest.mark.parametrize(
    ("encrypted", "claimed", "where"),
    [
        ([[2, -1], [0, 1, 1]], [[1, 0], [0, 1, 1]], "answers[0].individual_proofs[0]"),
        ([[2, 0], [0, 1, 1]], [[1, 0], [0, 1, 1]], "answers[0].individual_proofs[0]"),
        ([[1, -1], [0, 1, 1]], [[1, 0], [0, 1, 1]], "answers[0].individual_proofs[1]"),
        ([[1, 1], [0, 1, 1]], [[1, 1], [0, 1, 1]], "answers[0].overall_proof"),
        ([[0, 0], [0, 1, 1]], [[0, 0], [0, 1, 1]], "answers[0].overall_proof"),
        ([[1, 0], [1, 1, 1]], [[1, 0], [1, 1, 1]], "answers[1].overall_proof"),
        ([[1, 0], [0, 10**6, 1]], [[1, 0], [0, 1, 1]], "answers[1].individual_proofs[1]"),
    ],
)
def test_a_vote_that_is_not_allowed_cannot_be_proved(election, code, encrypted, claimed, where):
    with pytest.raises(BadProof) as refused:
        ballots.open_ballot(forge_ballot(election, code, encrypted, claimed), election)
    assert refused.value.where == where


def _opens(raw, election):
    try:
        ballots.open_ballot(raw, election)
    except Refusal:
        return False
    return True
