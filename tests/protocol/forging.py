"""Ballots that a cheating voter could make: everything that `make_ballot` refuses to do."""

from collections.abc import Callable, Sequence
from typing import Any

from nacl import bindings

from voting.protocol import canonical, codes, encryption, group, proofs
from voting.protocol.election import Election
from voting.protocol.encryption import Ciphertext
from voting.protocol.group import Point
from voting.protocol.proofs import Opening, Proof

# A point of order eight, in libsodium's order of bytes.
TORSION = bytes.fromhex("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7")[::-1]


def twisted(point: Point) -> Point:
    """Add the point of order eight: still on the curve, no longer in the group."""
    return Point(bindings.crypto_core_ed25519_add(point, TORSION))


def sign_again(body: dict[str, Any], uuid: str, code: str) -> bytes:
    """Sign whatever the body says, as only the holder of the code can."""
    unsigned = {name: value for name, value in body.items() if name != "signature"}
    hashed = canonical.base64_sha256(canonical.to_bytes(unsigned))
    proof = proofs.prove_knowledge(f"sig|{hashed}|", codes.private_credential(uuid, code))
    signature = {"hash": hashed, "proof": proofs.proof_to_value(proof)}
    return canonical.to_bytes({**unsigned, "signature": signature})


def forge_ballot(
    election: Election,
    code: str,
    encrypted: Sequence[Sequence[int]],
    claimed: Sequence[Sequence[int]],
    twist: str = "",
) -> bytes:
    """Make a ballot that encrypts one thing and claims another in its proofs; the sum is claimed to be allowed.

    `twist` is `alpha`, `beta` or `credential`: that point of the first choice gets a part of order eight, and every
    proof is repeated until its challenges are multiples of eight. Who does not check the subgroup accepts it.
    """
    private = codes.private_credential(election.uuid, code)
    credential = group.power_of_generator(private)
    text = group.point_to_hex(twisted(credential) if twist == "credential" else credential)
    context = f"{election.fingerprint}|{text}"
    divisor = 8 if twist else 1
    y = election.public_key
    answers = []
    for number, (question, line, lie) in enumerate(zip(election.questions, encrypted, claimed, strict=True)):
        openings = [Opening(group.random_scalar(), choice) for choice in lie]
        choices = [
            encryption.encrypt(election.public_key, choice % group.Q, opening.randomness)
            for choice, opening in zip(line, openings, strict=True)
        ]
        if number == 0 and twist == "alpha":
            choices[0] = Ciphertext(twisted(choices[0].alpha), choices[0].beta)
        if number == 0 and twist == "beta":
            choices[0] = Ciphertext(choices[0].alpha, twisted(choices[0].beta))
        individual = [
            _with(divisor, lambda c=c, o=o: proofs.prove_one_of(context, y, c, o, range(2)))
            for c, o in zip(choices, openings, strict=True)
        ]
        full = context + "|" + ",".join(f"{value['alpha']},{value['beta']}" for value in map(_value, choices))
        product = encryption.product(choices)
        allowed = range(question.min, question.max + 1)
        claimed_sum = min(max(sum(lie), question.min), question.max)
        total = Opening(sum(o.randomness for o in openings) % group.Q, claimed_sum)
        overall = _with(divisor, lambda f=full, p=product, t=total, a=allowed: proofs.prove_one_of(f, y, p, t, a))
        answers.append(
            {
                "choices": [_value(choice) for choice in choices],
                "individual_proofs": [[proofs.proof_to_value(proof) for proof in pair] for pair in individual],
                "overall_proof": [proofs.proof_to_value(proof) for proof in overall],
            }
        )
    body = {
        "election_uuid": election.uuid,
        "election_hash": election.fingerprint,
        "credential": text,
        "answers": answers,
    }
    hashed = canonical.base64_sha256(canonical.to_bytes(body))
    (proof,) = _with(divisor, lambda: (proofs.prove_knowledge(f"sig|{hashed}|", private),))
    return canonical.to_bytes({**body, "signature": {"hash": hashed, "proof": proofs.proof_to_value(proof)}})


def _with(divisor: int, prove: Callable[[], tuple[Proof, ...]]) -> tuple[Proof, ...]:
    while True:
        made = prove()
        if all(proof.challenge % divisor == 0 for proof in made):
            return made


def _value(choice: Ciphertext) -> dict[str, str]:
    return encryption.ciphertext_to_value(choice)
