import hashlib
import json

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from voting.errors import BadProof, Malformed, Refusal
from voting.protocol import envelopes, group
from voting.protocol.ceremony import TellerKeys, draw_seed, parse_seed


@pytest.fixture
def tellers():
    return [TellerKeys.of(draw_seed()) for _ in range(3)]


def test_what_was_encrypted_and_sent_is_read_by_its_reader(teller_vectors):
    for vector in teller_vectors["envelopes"]:
        assert envelopes.decrypt(TellerKeys.of(vector["reader"]).decryption, vector["raw"].encode()) == vector["text"]
    for vector in teller_vectors["sent"]:
        sender, reader = TellerKeys.of(vector["sender"]), TellerKeys.of(vector["reader"])
        assert envelopes.receive(reader.decryption, sender.verification_key, vector["value"]) == vector["text"]


def test_changed_envelopes_are_not_opened(teller_vectors):
    for vector in teller_vectors["refused_envelopes"]:
        with pytest.raises(Refusal):
            envelopes.decrypt(TellerKeys.of(vector["reader"]).decryption, vector["raw"].encode())


def test_nobody_else_opens_an_envelope_and_no_two_are_alike(tellers):
    mine, other, _ = tellers
    first, second = (json.loads(envelopes.encrypt(mine.encryption_key, "7")) for _ in range(2))
    assert all(first[name] != second[name] for name in ("alpha", "beta", "data"))
    with pytest.raises(BadProof):
        envelopes.decrypt(other.decryption, json.dumps(first, separators=(",", ":")).encode())


def test_every_changed_bit_of_the_data_is_seen(tellers):
    value = json.loads(envelopes.encrypt(tellers[0].encryption_key, "7"))
    data = bytes.fromhex(value["data"])
    for bit in range(8 * len(data)):
        changed = int.from_bytes(data) ^ 1 << bit
        raw = json.dumps({**value, "data": changed.to_bytes(len(data)).hex()}, separators=(",", ":")).encode()
        with pytest.raises(BadProof):
            envelopes.decrypt(tellers[0].decryption, raw)


def test_what_was_sent_to_one_cannot_be_passed_on_to_another(tellers):
    sender, honest, third = tellers
    opened = envelopes.decrypt(
        honest.decryption,
        json.dumps(envelopes.send(sender.signing, honest.encryption_key, "7"), separators=(",", ":")).encode(),
    )
    passed_on = json.loads(envelopes.encrypt(third.encryption_key, opened))
    with pytest.raises(Malformed, match="recipient"):
        envelopes.receive(third.decryption, sender.verification_key, passed_on)


def test_what_another_signed_is_not_received(tellers):
    sender, other, reader = tellers
    value = envelopes.send(sender.signing, reader.encryption_key, "7")
    assert envelopes.receive(reader.decryption, sender.verification_key, value) == "7"
    with pytest.raises(BadProof):
        envelopes.receive(reader.decryption, other.verification_key, value)


@pytest.mark.parametrize("inside", ["no json", "{}", '{"message":"{}","signature":{}}', "[" * 5000])
def test_what_was_encrypted_but_is_no_signed_message_is_refused_by_name(tellers, inside):
    value = json.loads(envelopes.encrypt(tellers[0].encryption_key, inside))
    with pytest.raises(Malformed):
        envelopes.receive(tellers[0].decryption, tellers[1].verification_key, value)


def _by_the_specification(reader, plain):
    """Encrypt bytes as PROTOCOL.md says it, with nothing of ours but the group."""
    r, t = group.random_scalar(), group.random_scalar()
    alpha, element = group.power_of_generator(r), group.power_of_generator(t)
    key, iv = (
        hashlib.sha256(f"{purpose}|{group.point_to_hex(point)}".encode()).digest()
        for purpose, point in (("key", element), ("iv", alpha))
    )
    beta = group.add(group.multiply(reader.encryption_key, r), element)
    value = {"algorithm": "AES-GCM", "alpha": group.point_to_hex(alpha), "beta": group.point_to_hex(beta)}
    return json.dumps({**value, "data": AESGCM(key).encrypt(iv, plain, None).hex()}, separators=(",", ":")).encode()


def test_envelopes_are_those_of_the_specification(tellers):
    raw = _by_the_specification(tellers[0], "Tổ kiểm phiếu".encode())
    assert envelopes.decrypt(tellers[0].decryption, raw) == "Tổ kiểm phiếu"
    with pytest.raises(Malformed, match="UTF-8"):
        envelopes.decrypt(tellers[0].decryption, _by_the_specification(tellers[0], b"\xff\xfe"))


def test_a_signature_is_of_one_message_and_one_key(tellers):
    signed = envelopes.sign(tellers[0].signing, "Tổ kiểm phiếu")
    envelopes.check_signed(signed, tellers[0].verification_key, "here")
    with pytest.raises(BadProof) as refused:
        envelopes.check_signed(signed, tellers[1].verification_key, "here")
    assert refused.value.where == "here"
    with pytest.raises(BadProof):
        envelopes.check_signature("Tổ kiểm phiếu ", tellers[0].verification_key, signed.signature, "here")


def test_a_message_larger_than_any_of_a_ceremony_is_not_read(tellers):
    raw = envelopes.encrypt(tellers[0].encryption_key, "7" * envelopes.MAX_MESSAGE_BYTES)
    with pytest.raises(Malformed):
        envelopes.decrypt(tellers[0].decryption, raw)
    signed = envelopes.sign(tellers[0].signing, "7" * (envelopes.MAX_MESSAGE_BYTES + 1))
    with pytest.raises(Malformed):
        envelopes.content(signed, "here")


def test_the_keys_of_a_seed_are_those_of_the_specification(teller_vectors):
    for vector in teller_vectors["ceremonies"]:
        for seed, keys in zip(vector["seeds"], vector["keys"], strict=True):
            derived = TellerKeys.of(seed)
            assert (str(derived.signing), str(derived.decryption)) == (keys["signing"], keys["decryption"])
            assert group.point_to_hex(derived.verification_key) == keys["verification"]
            assert group.point_to_hex(derived.encryption_key) == keys["encryption"]


def test_typed_seeds_are_read_and_others_refused_without_repeating_them(teller_vectors):
    for vector in teller_vectors["seeds"]:
        assert parse_seed(vector["typed"]) == vector["seed"]
    for typed in teller_vectors["refused_seeds"]:
        with pytest.raises(Malformed) as refused:
            parse_seed(typed)
        assert not typed or typed not in str(refused.value)


def test_keys_do_not_show_their_secrets():
    seed = draw_seed()
    keys = TellerKeys.of(seed)
    shown = f"{keys!r} {keys}"
    assert not any(secret in shown for secret in (seed, str(keys.signing), str(keys.decryption)))
