import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voting.errors import BadProof
from voting.protocol import encryption, group, proofs
from voting.protocol.encryption import Ciphertext
from voting.protocol.proofs import Opening, Proof

PRIVATE = 123456789
KEY = group.power_of_generator(PRIVATE)


def _ciphertext(value):
    return Ciphertext(group.point_from_hex(value["alpha"]), group.point_from_hex(value["beta"]))


def _check(vector, key):
    listed = tuple(Proof(int(proof["challenge"]), int(proof["response"])) for proof in vector["proofs"])
    if vector["kind"] == "signature":
        public = group.point_from_hex(vector["credential"])
        return proofs.check_knowledge(f"sig|{vector['hash']}|", public, listed[0], "signature")
    encryptions = [_ciphertext(value) for value in vector["encryptions"]]
    if vector["kind"] == "blank":
        return proofs.check_blank(vector["context"], key, *encryptions, listed, "blank")
    allowed = range(vector["from"], vector["to"] + 1)
    if vector["kind"] == "interval":
        return proofs.check_one_of(vector["context"], key, *encryptions, allowed, listed, "interval")
    return proofs.check_blank_or_one_of(vector["context"], key, *encryptions, allowed, listed, "overall")


def test_proofs_made_in_javascript_hold_as_the_vectors_say(vectors):
    known = json.loads((vectors / "proofs.json").read_text())
    key = group.point_from_hex(known["key"])
    for vector in known["vectors"]:
        if vector["holds"]:
            _check(vector, key)
        else:
            with pytest.raises(BadProof):
                _check(vector, key)


def _changed(listed, index):
    proof = listed[index]
    return [
        (*listed[:index], other, *listed[index + 1 :])
        for other in (
            replace(proof, challenge=(proof.challenge + 1) % group.Q),
            replace(proof, response=(proof.response + 1) % group.Q),
            Proof(0, 0),
        )
    ]


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_one_of_some_numbers_is_proved_and_every_change_is_noticed(data):
    candidates = range(data.draw(st.integers(0, 3)), data.draw(st.integers(4, 6)))
    opening = Opening(group.random_scalar(), data.draw(st.sampled_from(candidates)))
    ciphertext = encryption.encrypt(KEY, opening.message, opening.randomness)
    listed = proofs.prove_one_of("S", KEY, ciphertext, opening, candidates)
    proofs.check_one_of("S", KEY, ciphertext, candidates, listed, "w")
    for wrong in _changed(listed, data.draw(st.integers(0, len(listed) - 1))):
        with pytest.raises(BadProof) as refused:
            proofs.check_one_of("S", KEY, ciphertext, candidates, wrong, "w")
        assert refused.value.where == "w"


@pytest.mark.fault("C4")
def test_every_input_of_the_hash_counts():
    opening = Opening(group.random_scalar(), 1)
    ciphertext = encryption.encrypt(KEY, 1, opening.randomness)
    other = encryption.encrypt(KEY, 1, group.random_scalar())
    listed = proofs.prove_one_of("S", KEY, ciphertext, opening, range(2))
    statements = [
        ("T", KEY, ciphertext, range(2)),
        ("S", group.power_of_generator(5), ciphertext, range(2)),
        ("S", KEY, Ciphertext(other.alpha, ciphertext.beta), range(2)),
        ("S", KEY, Ciphertext(ciphertext.alpha, other.beta), range(2)),
        ("S", KEY, ciphertext, range(1, 3)),
    ]
    for statement in statements:
        with pytest.raises(BadProof):
            proofs.check_one_of(*statement, listed, "w")
    signature = proofs.prove_knowledge("sig|hash|", PRIVATE)
    proofs.check_knowledge("sig|hash|", KEY, signature, "w")
    for prefix, public in (("sig|hush|", KEY), ("sigmsg|hash|", KEY), ("sig|hash|", group.GENERATOR)):
        with pytest.raises(BadProof):
            proofs.check_knowledge(prefix, public, signature, "w")


@pytest.mark.parametrize(("blank", "chosen"), [(1, 0), (0, 0), (0, 1), (0, 2)])
def test_a_line_is_blank_or_filled_and_not_both(blank, chosen):
    openings = Opening(group.random_scalar(), blank), Opening(group.random_scalar(), chosen)
    lines = [encryption.encrypt(KEY, opening.message, opening.randomness) for opening in openings]
    pair = proofs.prove_blank("S", KEY, *openings)
    proofs.check_blank("S", KEY, *lines, pair, "w")
    allowed = range(0, 3)
    overall = proofs.prove_blank_or_one_of("S", KEY, *openings, allowed)
    proofs.check_blank_or_one_of("S", KEY, *lines, allowed, overall, "w")
    for wrong in _changed(pair, 1):
        with pytest.raises(BadProof):
            proofs.check_blank("S", KEY, *lines, wrong, "w")
    for wrong in _changed(overall, 2):
        with pytest.raises(BadProof):
            proofs.check_blank_or_one_of("S", KEY, *lines, allowed, wrong, "w")


def test_a_line_that_is_blank_and_filled_cannot_be_proved():
    openings = Opening(group.random_scalar(), 1), Opening(group.random_scalar(), 1)
    lines = [encryption.encrypt(KEY, 1, opening.randomness) for opening in openings]
    lie = Opening(openings[0].randomness, 0)
    with pytest.raises(BadProof):
        proofs.check_blank("S", KEY, *lines, proofs.prove_blank("S", KEY, lie, openings[1]), "w")


@pytest.mark.parametrize("alpha", [group.GENERATOR, group.IDENTITY], ids=["a point", "no ballots"])
def test_a_decryption_factor_is_proved(alpha):
    factor, proof = proofs.prove_decryption("phi", PRIVATE, alpha)
    assert factor == group.multiply(alpha, PRIVATE)
    proofs.check_decryption("phi", KEY, alpha, factor, proof, "w")
    wrong = [
        ("psi", KEY, alpha, factor, proof),
        ("phi", group.GENERATOR, alpha, factor, proof),
        ("phi", KEY, group.power_of_generator(7), factor, proof),
        ("phi", KEY, alpha, group.add(factor, group.GENERATOR), proof),
        ("phi", KEY, alpha, factor, Proof(proof.challenge, 0)),
    ]
    for statement in wrong:
        with pytest.raises(BadProof):
            proofs.check_decryption(*statement, "w")


@pytest.mark.fault("C13")
def test_randomness_is_never_used_twice():
    seen = {encryption.encrypt(KEY, 1, group.random_scalar()).alpha for _ in range(300)}
    assert len(seen) == 300
    challenges = {proofs.prove_knowledge("sig|h|", PRIVATE).challenge for _ in range(300)}
    assert len(challenges) == 300
