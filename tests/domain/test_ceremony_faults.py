"""A bad message stops the round and names its sender; a bad share is seen by its recipient alone (FAULTS C6)."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.domain.counting_team import Device, draft_with_tellers, gather, message, send, take_steps
from voting.domain.ceremony import (
    Fault,
    accuse,
    ceremony_of,
    take_message,
)
from voting.errors import (
    BadMessage,
    BoardDamaged,
    CeremonyStopped,
    ChangedMeanwhile,
)
from voting.protocol import canonical, envelopes, group, proofs
from voting.protocol import ceremony as protocol
from voting.protocol.ceremony import STEPS, TellerKeys, draw_seed
from voting.protocol.taking_part import Wait
from voting.storage import keys

Team = list[Device]


def another_proof(raw: bytes) -> bytes:
    """Change the last digit of the last response: still a number, no proof any more."""
    head, _, tail = raw.rpartition(b'"response":"')
    digits, _, rest = tail.partition(b'"')
    return head + b'"response":"' + digits[:-1] + (b"1" if digits[-1:] != b"1" else b"2") + b'"' + rest


def doubled_certificate(team: Team) -> bytes:
    """Sign a certificate as the second teller, well, with the keys of the first."""
    return protocol.make_certificate(team[1].view().round, 2, TellerKeys.of(team[0].seed))


def other_coefficients(team: Team) -> bytes:
    """Reveal coefficients that were chosen after everybody's hashes were known: the attempt to bias the key."""
    view, keys = team[1].view(), replace(TellerKeys.of(team[1].seed), seed=draw_seed())
    return protocol.make_reveal(view.round, 2, keys, view.certificates, view.commitments).to_bytes()


def other_key(team: Team) -> bytes:
    """Publish a verification key that does not follow from what was revealed, well signed and proved."""
    single = protocol.parse_key(message(team[1])[2])
    keys, share = TellerKeys.of(team[1].seed), group.random_scalar()
    text = group.point_to_hex(group.power_of_generator(share))
    proof = proofs.prove_knowledge(f"pok|Ed25519|{text}|", share)
    value = {
        "pok": proofs.proof_to_value(proof),
        "public_key": text,
        "signature": proofs.proof_to_value(envelopes.sign_only(keys.signing, text)),
    }
    return protocol.KeyMessage(canonical.to_bytes(value), single.box).to_bytes()


BAD: list[tuple[str, Callable[[Team], bytes], str]] = [
    *((step, lambda team: b'{"<script>":1}', "malformed") for step in STEPS),
    ("certificate", lambda team: another_proof(message(team[1])[2]), "certificate"),
    ("certificate", doubled_certificate, "certificate"),
    ("certificate", lambda team: message(team[2])[2], "malformed"),
    ("commitment", lambda team: another_proof(message(team[1])[2]), "commitment"),
    ("commitment", lambda team: message(team[2])[2], "commitment"),
    ("reveal", lambda team: another_proof(message(team[1])[2]), "parcels"),
    ("reveal", other_coefficients, "reveal.coefexps"),
    ("reveal", lambda team: message(team[2])[2], "reveal.coefexps"),
    ("key", lambda team: message(team[1])[2].replace(b'"challenge":"', b'"challenge":"0', 1), "malformed"),
    ("key", lambda team: message(team[2])[2], "verification_key.public_key"),
    ("key", other_key, "verification_key.public_key"),
]


@pytest.mark.fault("C6")
def test_a_bad_message_is_not_kept_stops_the_round_and_names_its_sender(house):
    named = 0
    for step, tamper, reason in BAD:
        team = gather(house, draft_with_tellers(house))
        uuid = team[0].uuid
        take_steps(team, step)
        if reason == "certificate":
            team[0].move()
        raw, good = tamper(team), message(team[2])
        with pytest.raises(BadMessage) as refused:
            take_message(house, uuid, team[1].bound, 1, step, raw)
        assert "script" not in str(refused.value)
        ceremony = ceremony_of(house, uuid)
        assert step not in ceremony.places[1].steps
        named += ceremony.fault == Fault(step, 2, 0, reason)
        assert ceremony.fault == Fault(step, 2, 0, reason)
        assert not ceremony.complete
        for device in (team[1], team[2]):
            assert isinstance(device.next(), Wait)
        with pytest.raises(CeremonyStopped):
            send(team[2], *good)
    print(f"C6: {named} of {len(BAD)} bad messages stopped the round and named their sender")


@pytest.mark.fault("C6")
def test_who_copies_the_key_of_an_honest_teller_first_does_not_get_that_one_blamed(house, team):
    """Whoever reads the store or the wire sees a key before the certificate of the next teller is there."""
    uuid, view = team[0].uuid, team[0].view()
    honest, own = TellerKeys.of(team[1].seed), TellerKeys.of(team[0].seed)
    copied = protocol.make_certificate(view.round, 1, replace(own, encryption_key=honest.encryption_key))
    assert take_message(house, uuid, team[0].bound, 1, "certificate", copied)
    assert team[1].move()
    assert ceremony_of(house, uuid).fault is None
    assert "certificate" in ceremony_of(house, uuid).places[1].steps
    print("C6: 0 of 1 honest tellers blamed for a key that another one copied first")


def test_a_stored_fault_that_cannot_be_read_is_damage(house, team):
    name, client = keys.ceremony(team[0].uuid), house.store.connection.client
    whole = {"step": "key", "against": 1, "by": 0, "reason": "malformed"}
    broken = [
        whole | {"by": "1"},
        whole | {"against": 4},
        whole | {"more": 1},
        [],
        {"step": "key"},
        whole | {"step": 1},
    ]
    for text in ("{", "1", *map(json.dumps, broken)):
        client.hset(name, "fault", text)
        with pytest.raises(BoardDamaged):
            ceremony_of(house, team[0].uuid)
    client.hset(name, "fault", json.dumps(whole))
    assert ceremony_of(house, team[0].uuid).fault == Fault("key", 1, 0, "malformed")


@pytest.mark.fault("C6")
def test_a_bad_share_is_seen_by_its_recipient_alone_and_both_are_named(house, team, monkeypatch):
    uuid = team[0].uuid
    take_steps(team, "reveal")
    right = protocol._evaluate
    with monkeypatch.context() as patch:
        patch.setattr(protocol, "_evaluate", lambda polynomial, index: right(polynomial, index) + (index == 2))
        team[2].move()
    for device in team[:2]:
        device.move()
    with pytest.raises(ChangedMeanwhile):
        accuse(house, uuid, team[1].bound, 2, 3)
    with pytest.raises(BadMessage):
        accuse(house, uuid, team[1].bound, 1, 4)
    team[0].move()
    with pytest.raises(ChangedMeanwhile):
        accuse(house, uuid, team[0].bound, 1, 3)
    team[1].move()
    assert ceremony_of(house, uuid).fault == Fault("reveal", 3, 2, "share")
    accuse(house, uuid, team[1].bound, 1, 3)
    with pytest.raises(CeremonyStopped):
        accuse(house, uuid, team[2].bound, 1, 2)
    assert ceremony_of(house, uuid).fault == Fault("reveal", 3, 2, "share"), "the first fault stays"
    print("C6: 1 of 1 bad shares was seen by its recipient")


@pytest.mark.parametrize("step", STEPS[:3])
def test_nobody_is_accused_before_there_is_something_to_open(house, team, step):
    take_steps(team, step)
    with pytest.raises(ChangedMeanwhile):
        accuse(house, team[0].uuid, team[0].bound, 1, 2)
    assert ceremony_of(house, team[0].uuid).fault is None
