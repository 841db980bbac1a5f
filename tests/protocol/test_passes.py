"""Passes as the phone, the service and an attacker of either use them (docs/adr/0011)."""

import json
import secrets
from dataclasses import replace

import pytest
from make_pass_vectors import PATH, SMALL, UUIDS, make_vectors

from voting.errors import BadProof, Malformed
from voting.protocol import group, passes, schema
from voting.protocol.passes import BlindPass
from voting.protocol.proofs import proof_from_value

VECTORS = json.loads(PATH.read_text("utf-8"))
ONE, OTHER = UUIDS


def answer_of(value):
    return BlindPass(schema.point(value["signed"], "signed"), proof_from_value(value["proof"], "proof"))


def claimed(uuid=ONE, key=None):
    """Give (key, token, blinding, blinded) of a new claim."""
    token, blinding = secrets.token_hex(32), group.random_scalar()
    return key or passes.draw_pass_key(), token, blinding, passes.blind_token(uuid, token, blinding)


def test_the_vectors_are_those_that_their_maker_makes():
    assert PATH.read_text("utf-8") == make_vectors()


def test_tokens_are_hashed_as_the_vectors_say():
    for vector in VECTORS["hashed"]:
        point = passes.token_to_point(vector["uuid"], vector["token"])
        assert group.point_to_hex(point) == vector["point"]
        group.point_from_hex(vector["point"])
    assert {0, 1, 2} <= {vector["tries"] for vector in VECTORS["hashed"]}


def test_a_claim_becomes_a_pass_as_the_vectors_say():
    for vector in VECTORS["passes"]:
        uuid, key, blinding = vector["uuid"], int(vector["key"], 16), int(vector["blinding"], 16)
        assert passes.pass_public_key(key) == vector["pass_key"]
        assert passes.sign_of_key(uuid, vector["pass_key"]) == vector["sign"]
        assert passes.hash_of_key(uuid, vector["pass_key"]) == vector["named"]
        blinded = passes.blind_token(uuid, vector["token"], blinding)
        assert group.point_to_hex(blinded) == vector["blinded"]
        public = group.point_from_hex(vector["pass_key"])
        signed = passes.unblind(uuid, public, blinded, answer_of(vector["answer"]), blinding)
        assert group.point_to_hex(signed) == vector["pass"]
        assert passes.is_pass(uuid, key, vector["token"], signed)


def test_keys_that_look_alike_have_signs_that_do_not():
    """A key and its inverse differ in one digit: shown as they are, 0… and 8… would pass for the same in a room."""
    key = passes.draw_pass_key()
    ones = [passes.pass_public_key(one) for one in (key, group.Q - key)]
    assert ones[0][1:] == ones[1][1:]
    signs = [passes.sign_of_key(uuid, one) for uuid in UUIDS for one in ones]
    assert {len(sign) for sign in signs} == {32}
    for at, sign in enumerate(signs):
        for other in signs[:at]:
            assert sum(a == b for a, b in zip(sign, other, strict=True)) < 16


def test_any_claim_that_was_signed_gives_a_pass_that_is_known_again():
    for _ in range(20):
        key, token, blinding, blinded = claimed()
        public = group.power_of_generator(key)
        signed = passes.unblind(ONE, public, blinded, passes.sign_blindly(ONE, key, blinded), blinding)
        assert passes.is_pass(ONE, key, token, signed)


# ---- what a lying service cannot do


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["fault"])
def test_an_answer_that_could_mark_a_phone_is_refused(vector):
    good = VECTORS["passes"][0]
    blinded, public = group.point_from_hex(good["blinded"]), group.point_from_hex(good["pass_key"])
    with pytest.raises(BadProof):
        passes.unblind(good["uuid"], public, blinded, answer_of(vector["answer"]), int(good["blinding"], 16))


def test_of_the_proof_every_part_of_the_statement_is_hashed():
    key, _, blinding, blinded = claimed()
    public, answer = group.power_of_generator(key), passes.sign_blindly(ONE, key, blinded)
    passes.unblind(ONE, public, blinded, answer, blinding)
    changed = [
        (OTHER, public, blinded, answer),
        (ONE, group.add(public, group.GENERATOR), blinded, answer),
        (ONE, public, group.add(blinded, group.GENERATOR), answer),
        (ONE, public, blinded, replace(answer, signed=group.add(answer.signed, group.GENERATOR))),
    ]
    for statement in changed:
        with pytest.raises(BadProof):
            passes.unblind(*statement, blinding)


def test_every_pass_fits_every_claim_so_that_no_claim_betrays_its_pass():
    """For each pair of a claim and a pass there is exactly one blinding that would have led from one to the other."""
    key = passes.draw_pass_key()
    made = [claimed(key=key) for _ in range(6)]
    points = [passes.token_to_point(ONE, token) for _, token, _, _ in made]
    # The test knows the logarithms to the base of the first point, which nobody does of real ones.
    for (_, _, blinding, blinded), own in zip(made, points, strict=True):
        assert group.multiply(own, blinding) == blinded
    exponents = [group.random_scalar() for _ in points]
    known = [group.multiply(points[0], exponent) for exponent in exponents]
    for claim_exponent, claim_point in zip(exponents, known, strict=True):
        for pass_exponent, pass_point in zip(exponents, known, strict=True):
            fitting = group.scalar_multiply(claim_exponent, group.scalar_invert(pass_exponent))
            assert group.multiply(pass_point, fitting) == claim_point


# ---- what a lying phone cannot do


@pytest.mark.fault("C3")
@pytest.mark.parametrize("vector", VECTORS["points"], ids=lambda vector: vector["fault"])
def test_no_point_outside_of_the_group_is_read(vector):
    with pytest.raises(Malformed):
        group.point_from_hex(vector["point"])


def test_a_pass_is_refused_with_another_token_key_session_or_signature():
    key, token, blinding, blinded = claimed()
    public = group.power_of_generator(key)
    signed = passes.unblind(ONE, public, blinded, passes.sign_blindly(ONE, key, blinded), blinding)
    assert not passes.is_pass(ONE, key, secrets.token_hex(32), signed)
    assert not passes.is_pass(ONE, passes.draw_pass_key(), token, signed)
    assert not passes.is_pass(OTHER, key, token, signed)
    for forged in (group.GENERATOR, public, blinded, group.add(signed, group.GENERATOR), group.multiply(signed, 2)):
        assert not passes.is_pass(ONE, key, token, forged)
    assert not passes.is_pass(ONE, key, token, passes.token_to_point(ONE, token))


def test_one_claim_is_worth_one_pass_however_it_is_multiplied():
    """From one answer, the passes of two tokens do not follow by what the group lets anybody compute."""
    key, _, blinding, blinded = claimed()
    answer = passes.sign_blindly(ONE, key, blinded)
    other = secrets.token_hex(32)
    for exponent in (1, 2, group.Q - 1, blinding, group.scalar_invert(blinding)):
        assert not passes.is_pass(ONE, key, other, group.multiply(answer.signed, exponent))


@pytest.mark.parametrize("token", ["", "0" * 63, "0" * 65, "A" * 64, "g" * 64, "٠" * 64, "0" * 64 + "\n"])
def test_other_spellings_of_a_token_are_refused(token):
    with pytest.raises(Malformed):
        passes.token_to_point(ONE, token)


def test_a_token_is_kept_under_another_hash_in_each_session():
    token = secrets.token_hex(32)
    assert passes.token_hash(ONE, token) != passes.token_hash(OTHER, token)
    assert token not in passes.token_hash(ONE, token)


# ---- hashing to the group


def test_digests_that_are_no_points_or_of_small_order_are_passed_over():
    for fault in ("order 4", "order 8", "order 2", "the identity", "the identity, not canonical", "not on the curve"):
        assert group.point_from_digest(bytes.fromhex(SMALL[fault])[::-1]) is None, fault
    # Not canonical, although the number modulo the field's order is a point: both languages must agree.
    for value in range(2**255 - 19, 2**255):
        for sign in (0, 1 << 255):
            assert group.point_from_digest((value | sign).to_bytes(32, "little")) is None


def test_points_of_the_whole_curve_come_into_the_group():
    torsion = group.add(group.GENERATOR, group.Point((2**255 - 20).to_bytes(32, "little")))
    with pytest.raises(Malformed):
        group.point_from_hex(group.point_to_hex(torsion))
    assert group.point_from_digest(torsion) == group.power_of_generator(8)
