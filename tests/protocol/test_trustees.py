from dataclasses import replace

import pytest
from whole_session import make_tellers

from voting.errors import BadProof, MalformedArchive, TallyMismatch
from voting.protocol import canonical, group
from voting.protocol.proofs import Proof
from voting.protocol.trustees import Trustees, draw_private_key, make_single, parse_trustees


@pytest.fixture(scope="module")
def pedersen():
    return make_tellers(2, 3)[0]


def _read(trustees):
    return canonical.from_bytes(trustees.to_bytes(), limit=100_000)


def test_the_trustees_of_the_reference_hold_and_are_written_byte_for_byte(single, threshold):
    for vector, keys in ((single, 1), (threshold, 4)):
        raw = vector.records[0].documents[1]
        trustees = parse_trustees(raw)
        trustees.check()
        assert trustees.to_bytes() == raw
        assert trustees.public_key == vector.election.public_key
        assert len(trustees.keys) == keys


def test_a_made_key_is_proved_and_read_back():
    private = draw_private_key()
    trustees = Trustees((make_single(private), make_single(draw_private_key())))
    trustees.check()
    assert parse_trustees(trustees.to_bytes()) == trustees
    assert trustees.keys[0] == group.power_of_generator(private)
    assert trustees.public_key == group.add(*trustees.keys)


@pytest.mark.fault("C6")
def test_a_key_without_its_private_half_is_refused():
    honest = make_single(draw_private_key())
    rogue = group.subtract(group.GENERATOR, honest.public_key)
    with pytest.raises(BadProof) as refused:
        Trustees((honest, replace(honest, public_key=rogue))).check()
    assert refused.value.where == "trustees[1].pok"


def test_tellers_of_our_own_hold(pedersen):
    trustees = Trustees((make_single(draw_private_key()), pedersen))
    trustees.check()
    assert parse_trustees(trustees.to_bytes()) == trustees


@pytest.mark.fault("C6")
def test_every_part_of_the_ceremony_is_checked_and_blamed_by_name(pedersen, capsys):
    other = make_tellers(2, 3)[0]
    proof = Proof(1, 2)
    swap = _with_first
    damaged = {
        "certs[0]": replace(pedersen, certificates=swap(pedersen.certificates, other.certificates[1])),
        "coefexps[0]": replace(pedersen, commitments=swap(pedersen.commitments, other.commitments[0])),
        "signatures[0]": replace(pedersen, signatures=swap(pedersen.signatures, proof)),
        "verification_keys[0].public_key": replace(
            pedersen, verification_keys=swap(pedersen.verification_keys, other.verification_keys[0])
        ),
        "verification_keys[0].pok": replace(
            pedersen,
            verification_keys=swap(pedersen.verification_keys, replace(pedersen.verification_keys[0], pok=proof)),
        ),
        "verification_keys[0].signature": replace(
            pedersen,
            verification_keys=swap(pedersen.verification_keys, replace(pedersen.verification_keys[0], signature=proof)),
        ),
    }
    for where, entry in damaged.items():
        with pytest.raises(BadProof) as refused:
            Trustees((entry,)).check()
        assert refused.value.where.startswith("trustees[0].")
        if where != "certs[0]":
            assert refused.value.where == f"trustees[0].{where}"
    with capsys.disabled():
        print(f"\nC6: {len(damaged)} of {len(damaged)} damaged ceremonies detected")


def _with_first(entries, first):
    return (first, *entries[1:])


@pytest.mark.parametrize(
    ("path", "new"),
    [
        (("threshold",), 0),
        (("threshold",), 4),
        (("threshold",), 3),
        (("threshold",), True),
        (("certs",), []),
        (("coefexps",), []),
        (("signatures",), []),
        (("verification_keys",), []),
        (("certs", 0, "message"), "{}"),
        (("certs", 0, "message"), "not json"),
        (("certs", 0, "message"), "\ud800"),
        (("coefexps", 0, "message"), '{"coefexps":[]}'),
        (("coefexps", 0, "message"), '{"coefexps": []}'),
    ],
)
def test_tellers_of_another_shape_are_refused(pedersen, path, new):
    from mutations import put

    value = put(_read(Trustees((pedersen,))), (0, 1, *path), new)
    if new == "\ud800":
        raw = canonical.to_bytes(put(value, (0, 1, *path), "X")).replace(b'"X"', b'"\\ud800"')
    else:
        raw = canonical.to_bytes(value)
    with pytest.raises(MalformedArchive):
        parse_trustees(raw)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"index":1', '"index":2'),
        ('"size":3', '"size":4'),
        ('"threshold":2', '"threshold":1'),
        ("Ed25519", "RFC-3526-2048"),
    ],
)
def test_a_certificate_for_another_group_of_tellers_is_refused(pedersen, old, new):
    raw = Trustees((pedersen,)).to_bytes().decode()
    escaped_old, escaped_new = (text.replace('"', '\\"') for text in (old, new))
    assert escaped_old in raw
    with pytest.raises(MalformedArchive, match=r"certs\[0\]"):
        parse_trustees(raw.replace(escaped_old, escaped_new, 1).encode())


@pytest.mark.parametrize(
    "raw", [b"[]", b"{}", b'[["Single"]]', b'[["Other",{}]]', b'[["Single",{},{}]]', b"[[]]", b"[1]"]
)
def test_what_are_no_trustees_is_refused(raw):
    with pytest.raises(MalformedArchive):
        parse_trustees(raw)


@pytest.mark.fault("C7")
def test_fewer_decryptions_than_needed_are_not_combined(pedersen):
    trustees = Trustees((make_single(draw_private_key()), pedersen))
    for owners in ((), (1,), (1, 2), (2, 3, 4), (1, 5, 6)):
        with pytest.raises(TallyMismatch):
            trustees.check_enough(owners)
        with pytest.raises(TallyMismatch):
            trustees.combine({owner: (group.GENERATOR,) for owner in owners})
    trustees.check_enough((1, 2, 4))
