import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voting.errors import Malformed
from voting.protocol import group

scalars = st.integers(0, group.Q - 1)


def test_points_are_read_as_the_vectors_say(vectors):
    for vector in json.loads((vectors / "points.json").read_text())["vectors"]:
        if vector["valid"]:
            assert group.point_to_hex(group.point_from_hex(vector["hex"])) == vector["hex"], vector["name"]
        else:
            with pytest.raises(Malformed):
                group.point_from_hex(vector["hex"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        group.point_to_hex(group.power_of_generator(3)).upper(),
        group.point_to_hex(group.GENERATOR) + "\n",
        "６" * 64,
        "g" * 64,
    ],
)
def test_other_spellings_of_a_point_are_refused(text):
    with pytest.raises(Malformed):
        group.point_from_hex(text)


def test_the_identity_is_legal_in_a_tally_only():
    text = "0" * 63 + "1"
    assert group.point_or_identity_from_hex(text) == group.IDENTITY
    with pytest.raises(Malformed):
        group.point_from_hex(text)


@settings(max_examples=40, deadline=None)
@given(scalars, scalars)
def test_powers_follow_the_laws_of_exponents(a, b):
    left, right = group.power_of_generator(a), group.power_of_generator(b)
    assert group.add(left, right) == group.power_of_generator((a + b) % group.Q)
    assert group.subtract(left, right) == group.power_of_generator((a - b) % group.Q)
    assert group.multiply(left, b) == group.power_of_generator(a * b % group.Q)
    assert group.scalar_add(a, b) == (a + b) % group.Q
    assert group.scalar_subtract(a, b) == (a - b) % group.Q
    assert group.scalar_multiply(a, b) == a * b % group.Q


@pytest.mark.parametrize("k", [0, 1, 2, group.Q - 1])
def test_what_libsodium_refuses_is_answered(k):
    assert group.multiply(group.GENERATOR, k) == group.power_of_generator(k)
    assert group.multiply(group.IDENTITY, k) == group.IDENTITY
    assert group.add(group.power_of_generator(k), group.power_of_generator((group.Q - k) % group.Q)) == group.IDENTITY
    assert group.commitment(k, group.GENERATOR, (group.Q - k) % group.Q) == group.IDENTITY


def test_the_product_of_nothing_is_the_identity():
    assert group.product(()) == group.IDENTITY
    assert group.product((group.GENERATOR, group.GENERATOR)) == group.power_of_generator(2)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 3000), st.integers(0, 3000))
def test_a_discrete_logarithm_is_found_up_to_the_limit_and_not_above(n, limit):
    point = group.power_of_generator(n)
    if n <= limit:
        assert group.discrete_logarithm(point, limit) == n
    else:
        with pytest.raises(Malformed):
            group.discrete_logarithm(point, limit)


def test_random_scalars_do_not_repeat_and_are_in_range():
    drawn = {group.random_scalar() for _ in range(200)}
    assert len(drawn) == 200
    assert all(0 < scalar < group.Q for scalar in drawn)


@pytest.mark.parametrize(
    "text",
    ["", "-1", "+1", "01", "00", " 1", "1\n", "1_000", "0x1", "１２", "1e3", "1.0", str(group.Q), "9" * 76, "9" * 5000],
)
def test_other_spellings_of_a_scalar_are_refused(text):
    with pytest.raises(Malformed):
        group.scalar_from_text(text)


@given(scalars)
def test_a_scalar_is_read_as_it_is_written(scalar):
    assert group.scalar_from_text(str(scalar)) == scalar


def test_a_digest_is_one_big_endian_number():
    assert group.scalar_from_digest(bytes(31) + b"\x05") == 5
    assert group.scalar_from_digest(b"\xff" * 64) == (2**512 - 1) % group.Q
