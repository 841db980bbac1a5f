"""Dishonest tellers in the key ceremony (FAULTS C6): who sees it, and who is blamed. The service relays honestly."""

import json
from dataclasses import replace
from itertools import count

import pytest
from dishonest import check_message, commitment_to, public_part, receive_message, reveal_instead
from teller_faults import BadMessage, bad_messages, published_key
from whole_session import Ceremony, hold_ceremony

from voting.errors import BadProof, Malformed
from voting.protocol import ceremony, envelopes, group, pedersen
from voting.protocol.ceremony import BadParcel, KeyMessage, Reveal, Round, TellerKeys, draw_seed

pytestmark = pytest.mark.fault("C6")


@pytest.fixture(scope="module", params=[(2, 3), (3, 4)], ids=["2-of-3", "3-of-4"])
def held(request):
    return hold_ceremony(*request.param)


def test_every_bad_message_is_seen_and_its_sender_blamed(held, capsys):
    detected = {}
    for bad in bad_messages(held):
        if bad.seen_by is None:
            with pytest.raises((Malformed, BadProof)):
                check_message(held, bad)
            detected[bad.name] = "service"
        else:
            check_message(held, bad)
            with pytest.raises(BadParcel) as blamed:
                receive_message(held, bad, bad.seen_by)
            assert blamed.value.sender == bad.index
            receive_message(held, bad, 3)
            detected[bad.name] = "recipient"
    assert len(detected) >= 50
    with capsys.disabled():
        alone = list(detected.values()).count("recipient")
        print(f"\nC6: {len(detected)} of {len(detected)} bad messages detected, {alone} by their recipient alone")


def test_a_device_refuses_whatever_the_service_should_have_refused(held, capsys):
    """And it does not take the sender for the liar: what the sender did not sign, it cannot be blamed for."""
    refused = 0
    for bad in bad_messages(held):
        if bad.seen_by is None and bad.step != "key" and bad.name != "parcels-one-short":
            with pytest.raises((Malformed, BadProof)):
                receive_message(held, bad, 1)
            refused += 1
    with capsys.disabled():
        print(f"\nC6: {refused} of {refused} bad messages passed on by a dishonest service detected by the device")


def test_every_bad_message_of_the_vectors_is_refused(teller_vectors):
    vector = teller_vectors["ceremonies"][1]
    held = hold_ceremony(2, 3, uuid=vector["uuid"], number=vector["round"], seeds=vector["seeds"])
    publics = [raw.encode() for raw in vector["reveals"]]
    reveals = [
        Reveal(public, tuple(raw.encode() for raw in parcels))
        for public, parcels in zip(publics, vector["parcels"], strict=True)
    ]
    lists = {n: tuple(raw.encode() for raw in vector[n]) for n in ("certificates", "commitments")}
    held = replace(held, reveals=tuple(reveals), **lists)
    for entry in teller_vectors["refused"]:
        message = entry["message"]
        if entry["step"] == "reveal":
            message = Reveal(message["public"].encode(), tuple(raw.encode() for raw in message["parcels"]))
        elif entry["step"] == "key":
            message = KeyMessage(message["verification_key"].encode(), message["box"].encode())
        else:
            message = message.encode()
        bad = BadMessage(entry["name"], entry["why"], entry["step"], entry["index"], message, entry["seen_by"])
        if bad.seen_by is None:
            with pytest.raises((Malformed, BadProof)):
                check_message(held, bad)
        else:
            check_message(held, bad)
            with pytest.raises(BadParcel) as blamed:
                receive_message(held, bad, bad.seen_by)
            assert blamed.value.sender == bad.index


# ---- the last to speak


def test_the_last_to_speak_cannot_choose_the_key_after_it_has_seen_the_others(held, capsys):
    """Without the hashes it could: the format alone accepts a key whose last bits it searched for."""
    others = group.product(own.points[0] for own in held.pedersen.commitments[:-1])
    rest = [group.random_scalar() for _ in range(held.round.threshold - 1)]
    first = next(
        scalar for scalar in (group.random_scalar() for _ in count())
        if group.add(others, group.power_of_generator(scalar))[0] & 0x0F == 0
    )  # fmt: skip
    reveal = reveal_instead(held, [first, *rest])
    accepted_by_the_format = _assembled_with(held, reveal)
    assert accepted_by_the_format.public_key[0] & 0x0F == 0
    size = held.round.size
    with pytest.raises(BadProof, match="committed to"):
        ceremony.check_reveal(held.round, size, reveal.public, held.certificates, held.commitments[-1])
    with pytest.raises(BadProof, match=rf"reveals\[{size - 1}\] is not what was committed to"):
        receive_message(held, BadMessage("", "", "reveal", size, reveal), 1)
    with capsys.disabled():
        print(
            "\nC6: a key with four chosen bits, which the format alone accepts, detected by the service and the devices"
        )


def _assembled_with(held: Ceremony, last: Reveal) -> pedersen.Pedersen:
    """Finish the ceremony as version 1 of the format does, which knows no hashes."""
    shares = []
    for j, keys in enumerate(held.keys, 1):
        received = [*held.parcels_for(j)[:-1], last.parcels[j - 1]]
        opened = [
            envelopes.receive(keys.decryption, sender.verification_key, json.loads(json.loads(raw)["message"])["share"])
            for sender, raw in zip(held.keys, received, strict=True)
        ]
        shares.append(sum(map(int, opened)) % group.Q)
    keys = [published_key(own, share) for own, share in zip(held.keys, shares, strict=True)]
    return ceremony.assemble(held.round, held.certificates, [*held.publics[:-1], last.public], keys)


def test_grinding_other_coefficients_never_fits_the_hash(held, capsys):
    tries, refused = 100, 0
    for _ in range(tries):
        other = tuple(group.power_of_generator(group.random_scalar()) for _ in range(held.round.threshold))
        public = public_part(held, other)
        with pytest.raises(BadProof, match="committed to"):
            ceremony.check_reveal(held.round, held.round.size, public, held.certificates, held.commitments[-1])
        refused += 1
    with capsys.disabled():
        print(f"\nC6: {refused} of {tries} other reveals under one hash detected")


def test_a_rogue_key_made_from_the_keys_of_the_others_has_no_shares(held, capsys):
    """The last teller cancels the others, so that the key of the tellers is one that it knows alone.

    It cannot know the coefficient behind its first commitment. Were there no hashes, the shares would betray it: what
    it sends fits its commitments for nobody but by chance, and the first recipient blames it.
    """
    mine = group.random_scalar()
    others = group.product(own.points[0] for own in held.pedersen.commitments[:-1])
    rogue = group.subtract(group.power_of_generator(mine), others)
    size = held.round.size
    rest = [group.power_of_generator(group.random_scalar()) for _ in range(held.round.threshold - 1)]
    assert group.add(others, rogue) == group.power_of_generator(mine)
    public = public_part(held, (rogue, *rest))
    with pytest.raises(BadProof, match="committed to"):
        ceremony.check_reveal(held.round, size, public, held.certificates, held.commitments[-1])
    commitments = [*held.commitments[:-1], commitment_to(held, public)]
    reveals = [
        ceremony.make_reveal(held.round, i, teller, held.certificates, commitments)
        for i, teller in enumerate(held.keys, 1)
    ]
    blamed = 0
    for j in range(1, size):
        with pytest.raises(BadParcel) as refused:
            ceremony.make_key(
                held.round, j, held.keys[j - 1], held.certificates, commitments,
                [*(reveal.public for reveal in reveals[:-1]), public], [reveal.parcels[j - 1] for reveal in reveals],
            )  # fmt: skip
        blamed += refused.value.sender == size
    assert blamed == size - 1
    with capsys.disabled():
        print(f"\nC6: a rogue key detected by its hash, and by {blamed} of {size - 1} recipients even if foreseen")


def test_who_copies_an_encryption_key_blames_nobody_who_comes_later():
    honest, copier = TellerKeys.of(draw_seed()), TellerKeys.of(draw_seed())
    round = Round("cyuzb8XAcr1FSj", 2, 2, 2)
    copied = replace(copier, encryption_key=honest.encryption_key)
    first = ceremony.make_certificate(round, 2, copied)
    later = ceremony.make_certificate(round, 1, honest)
    assert ceremony.check_certificate(round, 1, later, {2: first}).encryption == honest.encryption_key
    # The copier cannot open what is sent to it: the harm is its own.
    with pytest.raises(BadProof):
        ceremony.make_commitment(round, 2, copier, [later, first])
