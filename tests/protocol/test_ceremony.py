"""What a ceremony that goes well comes to, and that a teller who comes back goes on with the seed alone."""

import json

import pytest
from make_teller_vectors import PATH, make_vectors
from whole_session import hold_ceremony

from voting.errors import BadProof, Malformed, Refusal
from voting.protocol import canonical, ceremony, group
from voting.protocol.ceremony import Round, TellerKeys
from voting.protocol.trustees import Trustees, parse_trustees

UUID = "WB7CXHC6p9Vx7B"


def _round(vector):
    return Round(vector["uuid"], vector["round"], vector["size"], vector["threshold"])


def _raw(vector, name):
    return [text.encode() for text in vector[name]]


@pytest.fixture(scope="module")
def held():
    return hold_ceremony(2, 3)


def test_the_vectors_are_what_their_maker_makes():
    assert PATH.read_text() == make_vectors()


def test_every_message_of_the_vectors_holds_and_gives_the_entry_of_the_archive(teller_vectors):
    for vector in teller_vectors["ceremonies"]:
        round = _round(vector)
        certificates, commitments, reveals = (_raw(vector, n) for n in ("certificates", "commitments", "reveals"))
        keys = _raw(vector, "verification_keys")
        for i in range(1, round.size + 1):
            ceremony.check_certificate(round, i, certificates[i - 1], dict(enumerate(certificates[: i - 1], 1)))
            ceremony.check_commitment(round, i, commitments[i - 1], certificates)
            ceremony.check_reveal(round, i, reveals[i - 1], certificates, commitments[i - 1])
            parcels = [text.encode() for text in vector["parcels"][i - 1]]
            ceremony.check_parcels(round, i, parcels, certificates, commitments)
            ceremony.check_verification_key(round, i, keys[i - 1], certificates, reveals)
            box = vector["boxes"][i - 1].encode()
            share = ceremony.open_box(round, i, TellerKeys.of(vector["seeds"][i - 1]), box)
            assert str(share) == vector["shares"][i - 1]
        pedersen = ceremony.assemble(round, certificates, reveals, keys)
        assert canonical.to_bytes(pedersen.to_value()).decode() == vector["pedersen"]
        assert group.point_to_hex(pedersen.public_key) == vector["public_key"]
        assert ceremony.fingerprint(round.uuid, pedersen) == vector["fingerprint"]


def test_the_posted_bodies_are_taken_apart_to_the_byte(teller_vectors):
    for vector in teller_vectors["ceremonies"]:
        reveal = ceremony.parse_reveal(vector["posted"]["reveal"].encode())
        assert reveal.public.decode() == vector["reveals"][0]
        assert [raw.decode() for raw in reveal.parcels] == vector["parcels"][0]
        assert reveal.to_bytes().decode() == vector["posted"]["reveal"]
        key = ceremony.parse_key(vector["posted"]["key"].encode())
        assert (key.verification_key.decode(), key.box.decode()) == (vector["verification_keys"][0], vector["boxes"][0])
        assert key.to_bytes().decode() == vector["posted"]["key"]


def test_the_tellers_share_a_key_that_nobody_has(held):
    private = sum(polynomial[0] for polynomial in held.polynomials) % group.Q
    assert group.power_of_generator(private) == held.pedersen.public_key
    assert [group.power_of_generator(share) for share in held.shares] == list(held.pedersen.keys)
    trustees = Trustees((held.pedersen,))
    trustees.check()
    assert parse_trustees(trustees.to_bytes()) == trustees


def test_whoever_comes_back_with_the_seed_says_the_same_again(held):
    for index, keys in enumerate(held.keys, 1):
        keys = TellerKeys.of(f" {keys.seed[:7]}-{keys.seed[7:]} ")
        again = ceremony.make_commitment(held.round, index, keys, held.certificates)
        before = ceremony.check_commitment(held.round, index, held.commitments[index - 1], held.certificates)
        assert ceremony.check_commitment(held.round, index, again, held.certificates) == before
        reveal = ceremony.make_reveal(held.round, index, keys, held.certificates, held.commitments)
        ceremony.check_reveal(held.round, index, reveal.public, held.certificates, held.commitments[index - 1])
        mixed = [reveal.parcels[0] if i == index else held.reveals[i - 1].parcels[0] for i in (1, 2, 3)]
        ceremony.make_key(
            held.round, 1, held.keys[0], held.certificates, held.commitments, held.publics, mixed
        )  # the same shares: they fit what was revealed before
        assert ceremony.open_box(held.round, index, keys, held.messages[index - 1].box) == held.shares[index - 1]


def test_every_round_every_session_and_every_threshold_has_another_key():
    seeds = [ceremony.draw_seed() for _ in range(3)]
    first = hold_ceremony(2, 3, uuid=UUID, seeds=seeds)
    others = [
        hold_ceremony(2, 3, uuid=UUID, number=2, seeds=seeds),
        hold_ceremony(2, 3, uuid="cyuzb8XAcr1FSj", seeds=seeds),
        hold_ceremony(3, 3, uuid=UUID, seeds=seeds),
    ]
    coefficients = [scalar for held in (first, *others) for polynomial in held.polynomials for scalar in polynomial]
    assert len(set(coefficients)) == len(coefficients)


def test_the_fingerprint_is_of_the_keys_and_not_of_signatures_that_can_be_drawn_again():
    seeds = [ceremony.draw_seed() for _ in range(3)]
    held = hold_ceremony(2, 3, uuid=UUID, seeds=seeds)
    said = ceremony.fingerprint(UUID, held.pedersen)
    groups = said.split(" ")
    assert [len(digits) for digits in groups] == [4, 4, 4, 4]
    assert all(digits.isdecimal() for digits in groups)
    reveal = ceremony.make_reveal(held.round, 1, held.keys[0], held.certificates, held.commitments)
    assert reveal.public != held.publics[0]
    again = ceremony.assemble(
        held.round, held.certificates, [reveal.public, *held.publics[1:]], [m.verification_key for m in held.messages]
    )
    assert ceremony.fingerprint(UUID, again) == said
    assert ceremony.fingerprint("cyuzb8XAcr1FSj", held.pedersen) != said


def test_boxes_of_others_of_other_rounds_and_made_up_ones_are_not_opened(teller_vectors):
    for vector in teller_vectors["refused_boxes"]:
        where = teller_vectors["ceremonies"][vector["ceremony"]]
        keys = TellerKeys.of(where["seeds"][vector["index"] - 1])
        with pytest.raises(Refusal):
            ceremony.open_box(_round(where), vector["index"], keys, vector["box"].encode())


@pytest.mark.parametrize(
    ("uuid", "number", "size", "threshold"),
    [("short", 1, 3, 2), (UUID, 0, 3, 2), (UUID, 1, 3, 4), (UUID, 1, 3, 0), (UUID, 1, 0, 0), (UUID, 1, 101, 1)],
)
def test_what_cannot_be_a_round_is_refused(uuid, number, size, threshold):
    with pytest.raises(Malformed):
        Round(uuid, number, size, threshold)


def test_a_teller_that_is_not_there_says_nothing(held):
    for index in (0, 4, -1):
        with pytest.raises(Malformed):
            ceremony.make_commitment(held.round, index, held.keys[0], held.certificates)
        with pytest.raises(Malformed):
            ceremony.check_commitment(held.round, index, held.commitments[0], held.certificates)


def test_no_step_is_made_from_fewer_messages_than_there_are_tellers(held):
    arguments = [held.certificates, held.commitments, held.publics, held.parcels_for(1)]
    for place, good in enumerate(arguments):
        for messages in (good[:2], (), (*good, good[0])):
            given = [*arguments[:place], messages, *arguments[place + 1 :]]
            with pytest.raises(Malformed):
                ceremony.make_key(held.round, 1, held.keys[0], *given)
    with pytest.raises(Malformed):
        ceremony.make_reveal(held.round, 1, held.keys[0], held.certificates, held.commitments[:2])


def test_two_tellers_with_one_key_are_refused_by_the_place_of_the_later():
    seed = ceremony.draw_seed()
    keys = [TellerKeys.of(seed), TellerKeys.of(ceremony.draw_seed()), TellerKeys.of(seed)]
    round = Round(UUID, 1, 3, 2)
    certificates = [ceremony.make_certificate(round, i, own) for i, own in enumerate(keys, 1)]
    with pytest.raises(BadProof) as refused:
        ceremony.make_commitment(round, 2, keys[1], certificates)
    assert refused.value.where == "certificates[2]"


def test_a_body_with_something_more_or_less_is_not_taken_apart(held):
    reveal, key = (json.loads(message.to_bytes()) for message in (held.reveals[0], held.messages[0]))
    for parse, value in ((ceremony.parse_reveal, reveal), (ceremony.parse_key, key)):
        for changed in ({**value, "mark": 1}, dict(reversed(value.items())), dict(list(value.items())[1:]), []):
            with pytest.raises(Malformed):
                parse(canonical.to_bytes(changed))
        with pytest.raises(Malformed):
            parse(canonical.to_bytes(value) + b"\n")
    with pytest.raises(Malformed):
        ceremony.parse_reveal(b'{"coefexps":"' + b"7" * 1_000_000 + b'"}')
