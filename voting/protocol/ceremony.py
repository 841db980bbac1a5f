"""The key ceremony of the tellers: every message made and checked (docs/adr/0008).

Bytes in, bytes out, no state: whatever a device needs follows from its seed and from what all have said so far. Whoever
makes a message first checks all that it builds on, so that a server cannot talk a device into anything. Indices of
tellers count from 1. `Malformed` and `BadProof` name the part; a part of somebody else that a device refuses is one
that the server should never have passed on. Only `BadParcel` is the sender's own doing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from voting.errors import BadProof, Refusal
from voting.protocol import canonical, envelopes, group, pedersen, proofs, rounds, schema
from voting.protocol.group import Scalar
from voting.protocol.pedersen import Certificate, Commitments, Pedersen, VerificationKey
from voting.protocol.proofs import Proof
from voting.protocol.rounds import KeyMessage, Reveal, Roll, Round, parse_key, parse_reveal
from voting.protocol.seeds import TellerKeys, draw_seed, parse_seed

__all__ = [
    "STEPS",
    "BadParcel",
    "KeyMessage",
    "Reveal",
    "Round",
    "TellerKeys",
    "assemble",
    "check_certificate",
    "check_commitment",
    "check_parcels",
    "check_reveal",
    "check_verification_key",
    "draw_seed",
    "fingerprint",
    "make_certificate",
    "make_commitment",
    "make_key",
    "make_reveal",
    "open_box",
    "parse_key",
    "parse_reveal",
    "parse_seed",
    "polynomial",
]

STEPS: Final = ("certificate", "commitment", "reveal", "key")
_FINGERPRINT_DIGITS = 16


class BadParcel(Exception):
    """What the teller `sender` has sent to this one cannot be its share. Only the recipient can see it."""

    def __init__(self, sender: int) -> None:
        super().__init__(f"the parcel of teller {sender} does not hold the share that it is committed to")
        self.sender = sender


# ---- what a device says


def make_certificate(round: Round, index: int, keys: TellerKeys) -> bytes:
    """Sign the two public keys of a teller, for its place in this group of tellers."""
    message = {
        "context": {"group": "Ed25519", "size": round.size, "threshold": round.threshold, "index": index},
        "verification": group.point_to_hex(keys.verification_key),
        "encryption": group.point_to_hex(keys.encryption_key),
    }
    return envelopes.sign(keys.signing, _text(message)).to_bytes()


def make_commitment(round: Round, index: int, keys: TellerKeys, certificates: Sequence[bytes]) -> bytes:
    """Commit to the coefficients by their hash, and to the certificates that were seen."""
    roll = _own_roll(round, index, keys, certificates)
    digest = canonical.sha256_hex(_coefexps(polynomial(roll, keys)).encode())
    return envelopes.sign(keys.signing, _text({**roll.bound, "coefexps": digest})).to_bytes()


def make_reveal(
    round: Round, index: int, keys: TellerKeys, certificates: Sequence[bytes], commitments: Sequence[bytes]
) -> Reveal:
    """Reveal the commitments to the coefficients and pack a share for everybody.

    It is time for that only when every teller is bound: so the `commitments` of all are asked for, and checked.
    """
    roll = _own_roll(round, index, keys, certificates)
    _hashes(roll, commitments)
    coefficients = polynomial(roll, keys)
    signed = envelopes.sign(keys.signing, _coefexps(coefficients))
    own = Commitments(signed, tuple(group.power_of_generator(coefficient) for coefficient in coefficients))
    signature = envelopes.sign_only(keys.signing, pedersen.group_message(roll.certificates, own))
    public = {"coefexps": signed.to_value(), "signature": proofs.proof_to_value(signature)}
    parcels = tuple(
        _parcel(roll, keys, commitments, recipient, _evaluate(coefficients, recipient))
        for recipient in range(1, round.size + 1)
    )
    return Reveal(canonical.to_bytes(public), parcels)


def make_key(
    round: Round,
    index: int,
    keys: TellerKeys,
    certificates: Sequence[bytes],
    commitments: Sequence[bytes],
    reveals: Sequence[bytes],
    parcels: Sequence[bytes],
) -> KeyMessage:
    """Sum the shares that this teller was sent, publish the key that follows, and keep the sum in a box.

    `reveals`: the public parts; `parcels`: those for this teller, by sender. Raises `BadParcel` for the first sender
    whose share does not open or is not the one committed to. What its sender did not sign is not the sender's doing.
    """
    roll = _own_roll(round, index, keys, certificates)
    revealed = [
        roll.revealed_as_committed(sender, raw, digest, f"reveals[{sender - 1}]")
        for sender, (raw, digest) in enumerate(
            zip(round.all_of(reveals, "reveals"), _hashes(roll, commitments), strict=True), 1
        )
    ]
    envelopes_here = [
        roll.parcel(sender, index, raw, commitments, f"parcels[{sender - 1}]")
        for sender, raw in enumerate(round.all_of(parcels, "parcels"), 1)
    ]
    total = 0
    for sender, (envelope, own) in enumerate(zip(envelopes_here, revealed, strict=True), 1):
        total = group.scalar_add(total, _open_share(keys, index, roll.of(sender), envelope, sender, own))
    public_key = group.power_of_generator(total)
    text = group.point_to_hex(public_key)
    pok = proofs.prove_knowledge(f"pok|Ed25519|{text}|", total)
    key = VerificationKey(pok, public_key, envelopes.sign_only(keys.signing, text))
    kept = _text({"uuid": round.uuid, "round": round.number, "index": index, "key": str(total)})
    return KeyMessage(canonical.to_bytes(key.to_value()), envelopes.encrypt(keys.encryption_key, kept))


def open_box(round: Round, index: int, keys: TellerKeys, box: bytes) -> Scalar:
    """Open the box of `make_key` with the seed alone; gives the private share for the count.

    Anybody could have made a box: that the share is the right one, only the verification key on the board shows.
    """
    text = envelopes.decrypt(keys.decryption, box)
    parts = schema.fields(rounds.document(canonical.encode(text), "box"), "box", "uuid", "round", "index", "key")
    expected: dict[str, str | int] = {"uuid": round.uuid, "round": round.number, "index": index}
    for name, only in expected.items():
        schema.literal(parts[name], f"box.{name}", only)
    return schema.scalar(parts["key"], "box.key")


# ---- what anybody can check


def check_certificate(round: Round, index: int, raw: bytes, others: Mapping[int, bytes]) -> Certificate:
    """Check a certificate beside those that stand already, by index. Raises `Malformed` or `BadProof`."""
    read = [rounds.certificate(round, i, others[i], f"others[{i}]") for i in sorted(others) if i != index]
    own = rounds.certificate(round, index, raw, "certificate")
    envelopes.check_signed(own.signed, own.verification, "certificate")
    if own.verification in {other.verification for other in read}:
        raise BadProof("certificate has the key of another teller", "certificate")
    return own


def check_commitment(round: Round, index: int, raw: bytes, certificates: Sequence[bytes]) -> str:
    """Check a commitment; gives the hash in it. Raises `Malformed` or `BadProof`."""
    return rounds.read_roll(round, certificates).committed_hash(index, raw, "commitment")


def check_reveal(round: Round, index: int, raw: bytes, certificates: Sequence[bytes], commitment: bytes) -> Commitments:
    """Check the public part of a reveal against what this teller is committed to. Raises `Malformed` or `BadProof`."""
    roll = rounds.read_roll(round, certificates)
    return roll.revealed_as_committed(index, raw, roll.committed_hash(index, commitment, "commitment"), "reveal")


def check_parcels(
    round: Round, index: int, parcels: Sequence[bytes], certificates: Sequence[bytes], commitments: Sequence[bytes]
) -> None:
    """Check the parcels that a teller sends as far as those can who cannot open them.

    Raises `Malformed` or `BadProof`.
    """
    roll = rounds.read_roll(round, certificates)
    for recipient, raw in enumerate(round.all_of(parcels, "parcels"), 1):
        roll.parcel(index, recipient, raw, commitments, f"parcels[{recipient - 1}]")


def check_verification_key(
    round: Round, index: int, raw: bytes, certificates: Sequence[bytes], reveals: Sequence[bytes]
) -> VerificationKey:
    """Check that a verification key follows from all that was revealed, its proof and its signature.

    `reveals`: the public parts, of which only the signatures are checked again. Raises `Malformed` or `BadProof`.
    """
    roll = rounds.read_roll(round, certificates)
    revealed = [own for own, _ in _revealed(roll, reveals)]
    signer = roll.of(index).verification
    key = rounds.verification_key(raw, "verification_key")
    pedersen.check_key(key, revealed, index, "verification_key")
    pedersen.check_key_proof(key, "verification_key")
    pedersen.check_key_signature(key, signer, "verification_key")
    return key


def assemble(round: Round, certificates: Sequence[bytes], reveals: Sequence[bytes], keys: Sequence[bytes]) -> Pedersen:
    """Put together the entry for the archive, and check all of it. Raises `Malformed` or `BadProof`."""
    roll = rounds.read_roll(round, certificates)
    revealed = _revealed(roll, reveals)
    made = Pedersen(
        threshold=round.threshold,
        certificates=roll.certificates,
        commitments=tuple(own for own, _ in revealed),
        signatures=tuple(signature for _, signature in revealed),
        verification_keys=tuple(
            rounds.verification_key(raw, f"keys[{i}]") for i, raw in enumerate(round.all_of(keys, "keys"))
        ),
    )
    made.check("tellers")
    return made


def fingerprint(uuid: str, tellers: Pedersen) -> str:
    """Give the 16 digits that the tellers compare aloud, as `1234 5678 9012 3456`.

    They stand for what was fixed before anybody could know them; signatures, which can be drawn again, are left out.
    """
    parts = {
        "threshold": tellers.threshold,
        "certificates": [
            {
                "verification": group.point_to_hex(certificate.verification),
                "encryption": group.point_to_hex(certificate.encryption),
            }
            for certificate in tellers.certificates
        ],
        "coefexps": [[group.point_to_hex(point) for point in own.points] for own in tellers.commitments],
    }
    digest = hashlib.sha256(f"tellers|{uuid}|{_text(parts)}".encode()).digest()
    digits = str(int.from_bytes(digest) % 10**_FINGERPRINT_DIGITS).zfill(_FINGERPRINT_DIGITS)
    return " ".join(digits[start : start + 4] for start in range(0, _FINGERPRINT_DIGITS, 4))


def polynomial(roll: Roll, keys: TellerKeys) -> tuple[Scalar, ...]:
    """Derive the secret coefficients: others for other certificates, so that no polynomial is ever shared out twice."""
    place = f"{roll.round.uuid}|{roll.round.number}|{roll.digest}"
    return tuple(
        group.scalar_from_digest(
            b"".join(hashlib.sha256(f"coefficient|{place}|{k}|{half}|{keys.seed}".encode()).digest() for half in (0, 1))
        )
        for k in range(roll.round.threshold)
    )


# ---- parts of the above


def _own_roll(round: Round, index: int, keys: TellerKeys, certificates: Sequence[bytes]) -> Roll:
    roll = rounds.read_roll(round, certificates)
    own = roll.of(index)
    if (own.verification, own.encryption) != (keys.verification_key, keys.encryption_key):
        where = f"certificates[{index - 1}]"
        raise BadProof(f"{where} is not the one of this key", where)
    return roll


def _hashes(roll: Roll, commitments: Sequence[bytes]) -> list[str]:
    return [
        roll.committed_hash(index, raw, f"commitments[{index - 1}]")
        for index, raw in enumerate(roll.round.all_of(commitments, "commitments"), 1)
    ]


def _revealed(roll: Roll, reveals: Sequence[bytes]) -> list[tuple[Commitments, Proof]]:
    return [
        roll.revealed(index, raw, f"reveals[{index - 1}]")
        for index, raw in enumerate(roll.round.all_of(reveals, "reveals"), 1)
    ]


def _coefexps(coefficients: Sequence[Scalar]) -> str:
    points = [group.power_of_generator(coefficient) for coefficient in coefficients]
    return _text({"coefexps": [group.point_to_hex(point) for point in points]})


def _evaluate(coefficients: Sequence[Scalar], index: int) -> Scalar:
    value = 0
    for coefficient in reversed(coefficients):
        value = group.scalar_add(group.scalar_multiply(value, index), coefficient)
    return value


def _parcel(roll: Roll, keys: TellerKeys, commitments: Sequence[bytes], recipient: int, share: Scalar) -> bytes:
    envelope = envelopes.send(keys.signing, roll.of(recipient).encryption, str(share))
    message = {**roll.bound_to(commitments), "recipient": recipient, "share": envelope}
    return envelopes.sign(keys.signing, _text(message)).to_bytes()


def _open_share(
    keys: TellerKeys, index: int, certificate: Certificate, envelope: Any, sender: int, own: Commitments
) -> Scalar:
    try:
        share = schema.scalar(envelopes.receive(keys.decryption, certificate.verification, envelope), "share")
    except Refusal:
        raise BadParcel(sender) from None
    if group.power_of_generator(share) != pedersen.committed_power((own,), index):
        raise BadParcel(sender)
    return share


def _text(value: object) -> str:
    return canonical.to_bytes(value).decode()
