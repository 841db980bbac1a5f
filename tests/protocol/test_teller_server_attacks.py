"""A dishonest server in the key ceremony (FAULTS C6): it passes on something else, or takes part itself."""

import json

import pytest
from dishonest import check_message, commitment_to, reveal_instead
from teller_faults import BadMessage, next_round
from whole_session import Ceremony, hold_ceremony

from voting.errors import BadProof, Malformed, Refusal
from voting.protocol import ceremony, envelopes, group, pedersen
from voting.protocol.ceremony import Reveal, Round, TellerKeys

pytestmark = pytest.mark.fault("C6")

STRANGER = "11111111111111111111zz"


@pytest.fixture(scope="module")
def held():
    return hold_ceremony(2, 3)


def test_a_server_cannot_put_a_teller_of_its_own_between(held):
    """It exchanges the keys of teller 2 towards teller 1: every later message of the others names the true list."""
    puppet = TellerKeys.of(STRANGER)
    false = (held.certificates[0], ceremony.make_certificate(held.round, 2, puppet), *held.certificates[2:])
    fooled = ceremony.make_commitment(held.round, 1, held.keys[0], false)
    with pytest.raises(Malformed, match="certificates"):
        ceremony.check_commitment(held.round, 1, fooled, held.certificates)
    made_up = ceremony.make_commitment(held.round, 2, puppet, false)
    with pytest.raises(Malformed, match=r"commitments\[2\]"):
        ceremony.make_reveal(held.round, 1, held.keys[0], false, [fooled, made_up, *held.commitments[2:]])
    with pytest.raises(BadProof, match=r"certificates\[1\] is not the one of this key"):
        ceremony.make_commitment(held.round, 2, held.keys[1], false)


def test_a_second_ceremony_with_keys_of_the_server_sees_other_polynomials(held, capsys):
    """The same round number, the same teller 1, and puppets for all others: what it learns is worth nothing."""
    size, threshold = held.round.size, held.round.threshold
    puppets = [ceremony.draw_seed() for _ in range(size - 1)]
    second = hold_ceremony(
        threshold, size, uuid=held.round.uuid, number=held.round.number, seeds=[held.keys[0].seed, *puppets]
    )
    true, seen = held.polynomials[0], second.polynomials[0]
    assert not set(true) & set(seen)
    learned = {j: _share_of_the_first(second, j) for j in range(2, size + 1)}
    commitments = held.pedersen.commitments[:1]
    fitting = [
        j for j, share in learned.items()
        if group.power_of_generator(share) == pedersen.committed_power(commitments, j)
    ]  # fmt: skip
    assert fitting == []
    fingerprints = {ceremony.fingerprint(held.round.uuid, one.pedersen) for one in (held, second)}
    assert len(fingerprints) == 2
    with capsys.disabled():
        print(f"\nC6: {len(learned)} shares seen in a second ceremony, {len(fitting)} of the real polynomial")


def _share_of_the_first(held: Ceremony, j: int) -> int:
    value = json.loads(json.loads(held.reveals[0].parcels[j - 1])["message"])["share"]
    return int(envelopes.receive(held.keys[j - 1].decryption, held.keys[0].verification_key, value))


def test_a_commitment_cannot_be_exchanged_once_somebody_has_revealed(held):
    """The server helps the last teller: it shows the first reveal to it, then another hash of it to those who wait."""
    last = held.round.size
    reveal = reveal_instead(held, [group.random_scalar() for _ in range(held.round.threshold)])
    exchanged = commitment_to(held, reveal.public)
    commitments = [*held.commitments[:-1], exchanged]
    ceremony.check_reveal(held.round, last, reveal.public, held.certificates, exchanged)
    with pytest.raises(Malformed, match=r"parcels\[0\].message.commitments"):
        ceremony.make_key(
            held.round, 2, held.keys[1], held.certificates, commitments,
            [*held.publics[:-1], reveal.public], [*held.parcels_for(2)[:-1], reveal.parcels[1]],
        )  # fmt: skip


def test_a_garbled_parcel_is_not_taken_for_its_senders(held):
    for change in (
        lambda raw: raw[:-9] + b"9" + raw[-8:],
        lambda raw: raw.replace(b"alpha", b"alphb"),
        lambda raw: b"",
    ):
        parcels = list(held.parcels_for(1))
        parcels[1] = change(parcels[1])
        with pytest.raises((Malformed, BadProof), match=r"parcels\[1\]"):
            ceremony.make_key(held.round, 1, held.keys[0], held.certificates, held.commitments, held.publics, parcels)


def test_parcels_swapped_between_senders_or_recipients_are_the_servers_doing(held):
    first, second, *rest = held.parcels_for(1)
    for parcels in ([second, first, *rest], list(held.parcels_for(2)), [first, first, *rest]):
        with pytest.raises((Malformed, BadProof), match="parcels"):
            ceremony.make_key(held.round, 1, held.keys[0], held.certificates, held.commitments, held.publics, parcels)


def test_nothing_of_one_round_holds_in_another(held, capsys):
    later = next_round(held)
    replayed = [
        BadMessage("", "", "commitment", 2, held.commitments[1]),
        BadMessage("", "", "reveal", 2, held.reveals[1]),
        BadMessage("", "", "reveal", 2, Reveal(later.publics[1], held.reveals[1].parcels)),
        BadMessage("", "", "key", 2, held.messages[1]),
    ]
    for bad in replayed:
        with pytest.raises((Malformed, BadProof)):
            check_message(later, bad)
    with pytest.raises(Refusal):
        ceremony.open_box(later.round, 1, later.keys[0], held.messages[0].box)
    with capsys.disabled():
        print(f"\nC6: {len(replayed) + 1} of {len(replayed) + 1} replays of another round detected")


def test_a_ceremony_of_another_size_or_threshold_is_not_joined(held):
    other = Round(held.round.uuid, held.round.number, held.round.size, held.round.threshold - 1)
    with pytest.raises(Malformed, match="threshold"):
        ceremony.make_commitment(other, 1, held.keys[0], held.certificates)
