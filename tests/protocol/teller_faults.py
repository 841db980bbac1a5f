"""Bad messages of a key ceremony, each made by somebody who has the seed of its sender and does one thing wrong."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from whole_session import Ceremony, hold_ceremony

from voting.protocol import envelopes, group
from voting.protocol.ceremony import KeyMessage, Reveal, TellerKeys, make_certificate
from voting.protocol.pedersen import VerificationKey
from voting.protocol.trustees import make_single

CHECKS = (
    "teller-certificates",
    "teller-commitments",
    "teller-group-signatures",
    "teller-keys",
    "teller-key-proofs",
    "teller-key-signatures",
)
"""What `voting verify` calls the checks of what tellers have made, in its order."""


@dataclass(frozen=True)
class BadMessage:
    """What the teller `index` says instead in a step, and why it must be refused.

    `seen_by` is the only teller that can see what is wrong; None when everybody can.
    """

    name: str
    why: str
    step: str
    index: int
    message: bytes | Reveal | KeyMessage
    seen_by: int | None = None


def text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def resigned(keys: TellerKeys, raw: bytes, change: Callable[[dict[str, Any]], Any]) -> bytes:
    """Change the message inside a signed one, and sign it again with `keys`."""
    message = json.loads(json.loads(raw)["message"])
    changed = change(message) or message
    return envelopes.sign(keys.signing, text(changed)).to_bytes()


def resignature(raw: bytes) -> bytes:
    """Change the challenge of the signature."""
    value = json.loads(raw)
    challenge = int(value["signature"]["challenge"])
    value["signature"]["challenge"] = str((challenge + 1) % group.Q)
    return text(value).encode()


def next_round(held: Ceremony) -> Ceremony:
    """Hold the next round of the same session with the same seeds."""
    number, seeds = held.round.number + 1, [keys.seed for keys in held.keys]
    return hold_ceremony(held.round.threshold, held.round.size, uuid=held.round.uuid, number=number, seeds=seeds)


def bad_messages(held: Ceremony) -> Iterator[BadMessage]:
    """Give bad messages of the teller 2 of a ceremony of at least three, the threshold two or more."""
    yield from _certificates(held)
    yield from _commitments(held)
    yield from _reveals(held)
    yield from _parcels(held)
    yield from _shares(held)
    yield from _keys(held)


def _certificates(held: Ceremony) -> Iterator[BadMessage]:
    keys, other = held.keys[1], held.keys[0]
    good = held.certificates[1]
    size, threshold = held.round.size, held.round.threshold
    context = [("index", 3), ("size", size + 1), ("threshold", threshold - 1), ("group", "RFC-3526-2048")]
    theft = resigned(keys, good, lambda m: {**m, "verification": group.point_to_hex(other.verification_key)})
    bad = {
        "signed-by-another": (resigned(other, good, lambda m: None), "the key in it did not sign it"),
        "signature-changed": (resignature(good), "the signature does not hold"),
        "not-canonical": (good.replace(b'"signature":', b'"signature": '), "a space between"),
        "line-feed-behind": (good + b"\n", "a byte behind"),
        "field-added": (resigned(keys, good, lambda m: {**m, "mark": 1}), "a field too many in the message"),
        "identity": (resigned(keys, good, lambda m: {**m, "encryption": f"{1:064x}"}), "a key is the identity"),
        "upper-case": (
            resigned(keys, good, lambda m: {**m, "encryption": m["encryption"].upper()}),
            "a key in upper case",
        ),
    }
    for name, value in context:
        bad[f"other-{name}"] = (_with_context(keys, good, name, value), f"the {name} is not the one of its place")
    bad["verification-key-of-another"] = (theft, "the verification key is the one of teller 1")
    same = make_certificate(held.round, 2, other)
    bad["same-seed-as-another"] = (same, "it was made with the seed of teller 1")
    for name, (raw, why) in bad.items():
        yield BadMessage(f"certificate-{name}", why, "certificate", 2, raw)


def _with_context(keys: TellerKeys, good: bytes, name: str, value: Any) -> bytes:
    return resigned(keys, good, lambda m: {**m, "context": {**m["context"], name: value}})


def _commitments(held: Ceremony) -> Iterator[BadMessage]:
    keys, other = held.keys[1], held.keys[0]
    good = held.commitments[1]
    fields = [("uuid", "cyuzb8XAcr1FSj"), ("round", held.round.number + 1), ("certificates", "0" * 64)]
    bad = {f"other-{n}": (resigned(keys, good, lambda m, n=n, v=v: {**m, n: v}), f"another {n}") for n, v in fields}
    bad |= {
        "round-as-text": (resigned(keys, good, lambda m: {**m, "round": str(m["round"])}), "the round is a string"),
        "hash-in-upper-case": (
            resigned(keys, good, lambda m: {**m, "coefexps": m["coefexps"][:-1] + "F"}),
            "the hash in upper case",
        ),
        "field-added": (resigned(keys, good, lambda m: {**m, "mark": 1}), "a field too many in the message"),
        "signed-by-another": (resigned(other, good, lambda m: None), "another teller signed it"),
        "of-another-teller": (held.commitments[0], "it is the commitment of teller 1"),
        "signature-changed": (resignature(good), "the signature does not hold"),
    }
    for name, (raw, why) in bad.items():
        yield BadMessage(f"commitment-{name}", why, "commitment", 2, raw)


def _reveals(held: Ceremony) -> Iterator[BadMessage]:
    keys, other, good = held.keys[1], held.keys[0], held.reveals[1]
    elsewhere = next_round(held)
    value = json.loads(good.public)
    first = json.loads(elsewhere.publics[1])["coefexps"]
    coefexps = json.loads(value["coefexps"]["message"])["coefexps"]
    short = envelopes.sign(keys.signing, text({"coefexps": coefexps[:-1]})).to_value()
    stranger = envelopes.sign(other.signing, value["coefexps"]["message"]).to_value()
    renewed = _group_signed(keys, [json.loads(c) for c in held.certificates], first)
    bad = {
        "other-coefficients": (renewed, "not what was committed to, but rightly signed"),
        "one-coefficient-short": ({**value, "coefexps": short}, "fewer coefficients than the threshold"),
        "coefficients-signed-by-another": ({**value, "coefexps": stranger}, "another teller signed the coefficients"),
        "group-signature-of-another-round": (
            {**value, "signature": json.loads(elsewhere.publics[1])["signature"]},
            "the group signature is over other certificates",
        ),
        "group-signature-of-another": (
            {**value, "signature": json.loads(held.publics[0])["signature"]},
            "the group signature is the one of teller 1",
        ),
        "replayed": (json.loads(elsewhere.publics[1]), "it is the reveal of another round"),
        "of-another-teller": (json.loads(held.publics[0]), "it is the reveal of teller 1"),
        "field-added": ({**value, "mark": 1}, "a field too many"),
    }
    for name, (public, why) in bad.items():
        yield BadMessage(f"reveal-{name}", why, "reveal", 2, replace(good, public=text(public).encode()))


def _group_signed(keys: TellerKeys, certificates: list[Any], signed: Any) -> dict[str, Any]:
    message = text({"certs": certificates, "coefexps": json.loads(signed["message"])["coefexps"]})
    proof = envelopes.sign_only(keys.signing, f"certs_sig|{message}")
    return {
        "coefexps": signed,
        "signature": {"challenge": str(proof.challenge), "response": str(proof.response)},
    }


def _parcels(held: Ceremony) -> Iterator[BadMessage]:
    """Give reveals with a parcel that is bad from outside: the first, for teller 1."""
    keys, other, good = held.keys[1], held.keys[0], held.reveals[1]
    parcel, *rest = good.parcels
    fields = [
        ("uuid", "cyuzb8XAcr1FSj"),
        ("round", held.round.number + 1),
        ("commitments", "0" * 64),
        ("recipient", 3),
    ]
    bad = {f"other-{n}": (resigned(keys, parcel, lambda m, n=n, v=v: {**m, n: v}), f"another {n}") for n, v in fields}
    bad |= {
        "garbled": (parcel.replace(b"AES-GCM", b"AES-GCN"), "a letter was changed on the way"),
        "signature-changed": (resignature(parcel), "the signature does not hold"),
        "signed-by-another": (resigned(other, parcel, lambda m: None), "another teller signed it"),
        "replayed": (next_round(held).reveals[1].parcels[0], "it is from another round"),
        "other-algorithm": (
            resigned(keys, parcel, lambda m: {**m, "share": {**m["share"], "algorithm": "AES-CCM"}}),
            "another algorithm",
        ),
        "data-too-short": (
            resigned(keys, parcel, lambda m: {**m, "share": {**m["share"], "data": "00"}}),
            "less than a tag of AES-GCM",
        ),
    }
    for name, (raw, why) in bad.items():
        yield BadMessage(f"parcel-{name}", why, "reveal", 2, replace(good, parcels=(raw, *rest)))
    swapped = (rest[0], parcel, *rest[1:])
    yield BadMessage("parcels-swapped", "those for 1 and 2 are swapped", "reveal", 2, replace(good, parcels=swapped))
    yield BadMessage("parcels-one-short", "a parcel is missing", "reveal", 2, replace(good, parcels=tuple(rest)))


def _shares(held: Ceremony) -> Iterator[BadMessage]:
    """Give reveals with a share that only its recipient, teller 1, can see to be bad."""
    keys, other, good = held.keys[1], held.keys[0], held.reveals[1]
    parcel, *rest = good.parcels
    mine = other.encryption_key
    share = envelopes.receive(
        other.decryption, keys.verification_key, json.loads(json.loads(parcel)["message"])["share"]
    )
    for_me = group.point_to_hex(mine)

    def sealed(signer: TellerKeys, recipient: str, message: Any) -> Any:
        inner = envelopes.sign(signer.signing, text({"recipient": recipient, "message": message}))
        return json.loads(envelopes.encrypt(mine, inner.to_bytes().decode()))

    data = json.loads(json.loads(parcel)["message"])["share"]["data"]
    broken = data[:-1] + ("0" if data[-1] != "0" else "1")
    bad = {
        "one-too-many": (sealed(keys, for_me, str((int(share) + 1) % group.Q)), "it is not the committed one"),
        "zero": (sealed(keys, for_me, "0"), "it is not the committed one"),
        "above-the-order": (sealed(keys, for_me, str(int(share) + group.Q)), "not below the order of the group"),
        "leading-zero": (sealed(keys, for_me, f"0{share}"), "a zero before the number"),
        "a-number": (sealed(keys, for_me, 7), "not a string"),
        "signed-by-another": (sealed(other, for_me, share), "another teller signed it inside"),
        "for-another": (
            sealed(keys, group.point_to_hex(held.keys[2].encryption_key), share),
            "another recipient inside",
        ),
        "encrypted-for-another": (
            envelopes.send(keys.signing, held.keys[2].encryption_key, share),
            "teller 1 cannot open it",
        ),
        "no-message-inside": (json.loads(envelopes.encrypt(mine, share)), "the share stands without signature"),
        "data-changed": ({**json.loads(json.loads(parcel)["message"])["share"], "data": broken}, "it does not open"),
    }
    for name, (envelope, why) in bad.items():
        raw = resigned(keys, parcel, lambda m, e=envelope: {**m, "share": e})
        yield BadMessage(f"share-{name}", why, "reveal", 2, replace(good, parcels=(raw, *rest)), seen_by=1)


def _keys(held: Ceremony) -> Iterator[BadMessage]:
    keys, other, good = held.keys[1], held.keys[0], held.messages[1]
    value, box = json.loads(good.verification_key), json.loads(good.box)
    rogue = group.random_scalar()
    own = json.loads(published_key(keys, rogue))
    unsigned = {**value, "signature": json.loads(published_key(other, held.shares[1]))["signature"]}
    bad = {
        "of-another-teller": json.loads(held.messages[0].verification_key),
        "made-of-nothing": own,
        "signed-by-another": unsigned,
        "proof-of-another": {**value, "pok": own["pok"]},
        "signature-of-another-key": {**value, "signature": own["signature"]},
        "field-added": {**value, "mark": 1},
    }
    for name, changed in bad.items():
        message = KeyMessage(text(changed).encode(), good.box)
        yield BadMessage(f"key-{name}", "it does not follow, or not signed or not proved", "key", 2, message)
    for name, changed in {"algorithm": "none", "data": "AB" * 20, "alpha": f"{1:064x}"}.items():
        message = KeyMessage(good.verification_key, text({**box, name: changed}).encode())
        yield BadMessage(f"key-box-bad-{name}", f"the {name} of the box is none", "key", 2, message)


def published_key(keys: TellerKeys, share: int) -> bytes:
    """Publish a verification key for any share, rightly proved and signed."""
    single = make_single(share)
    proof = envelopes.sign_only(keys.signing, group.point_to_hex(single.public_key))
    return text(VerificationKey(single.pok, single.public_key, proof).to_value()).encode()
