"""Makes tests/vectors/tellers.json, which the tests of both languages read.

Run `python tests/protocol/make_teller_vectors.py` after a change of shape. The same run gives the same bytes: all
randomness comes from a seed here.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest.mock import patch

from teller_faults import BadMessage, bad_messages, next_round
from whole_session import Ceremony, hold_ceremony

from voting.protocol import canonical, ceremony, codes, envelopes, group, rounds
from voting.protocol.ceremony import KeyMessage, Reveal, TellerKeys

PATH = Path(__file__).parents[1] / "vectors" / "tellers.json"
ABOUT = (
    "Made by tests/protocol/make_teller_vectors.py. Key ceremonies of docs/adr/0008; documents are strings. "
    '"ceremonies": parcels stand by sender, then recipient; the digests are what later messages name; "shares" are '
    'the S_j in the boxes; "posted" are whole bodies of teller 1. "envelopes" and "sent" open with the key of "reader" '
    'and give "text". "refused": a message of teller "index" in the place of the good one, why it is bad, and in '
    '"seen_by" the only teller who can see it (and accuses "index"), null when everybody can. The other lists '
    'named "refused" hold what is neither opened nor read. "ceremony" there counts from 0.'
)
NAMES = ("Nguyễn Thị Ánh", "Lê Đức “Tổ trưởng” 🗳", "O'Brien–Müller")
TEXTS = ("", "7", "Tổ kiểm phiếu: Nguyễn Thị Ánh, 🗳 và “Lê”\n", '{"uuid":"x"}', "á" * 500)


def make_vectors() -> str:
    """Give the text of the file."""
    count = iter(range(10**9))
    with (
        patch.object(group, "random_scalar", lambda: group.hash_to_scalar(f"tellers|{next(count)}")),
        patch.object(ceremony, "draw_seed", lambda: _base58(next(count), codes.CODE_LENGTH)),
        patch.object(codes, "draw_uuid", lambda: _base58(next(count), codes.UUID_LENGTH)),
    ):
        held = [hold_ceremony(*sizes, number=number) for sizes, number in (((1, 1), 1), ((2, 3), 2), ((3, 3), 1))]
        content = {
            "about": ABOUT,
            "seeds": _seeds(held[1].keys[0].seed),
            "ceremonies": [_ceremony(one) for one in held],
            "envelopes": [_envelope(held[1].keys[0], text) for text in TEXTS],
            "sent": [_sent(held[1].keys[1], held[1].keys[0], text) for text in TEXTS],
            "refused": [{"ceremony": 1, **_bad(bad)} for bad in bad_messages(held[1])],
            "refused_boxes": _refused_boxes(held[1]),
            "refused_envelopes": _refused_envelopes(held[1].keys[0]),
            "refused_seeds": ["", "1" * 21, "1" * 23, "0" + "1" * 21, "O" + "1" * 21, "l" + "1" * 21, "８" + "1" * 21],
        }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _base58(count: int, length: int) -> str:
    digits = group.hash_to_scalar(f"tellers|base58|{count}")
    return "".join(codes.BASE58[digits // 58**place % 58] for place in range(length))


def _seeds(seed: str) -> list[dict[str, str]]:
    typed = (seed, f" {seed[:5]}-{seed[5:11]} {seed[11:16]}--{seed[16:]}\n", " ".join(seed))
    return [{"typed": text, "seed": seed} for text in typed]


def _ceremony(held: Ceremony) -> dict[str, Any]:
    return {
        "name": f"{held.round.threshold}-of-{held.round.size}",
        "uuid": held.round.uuid,
        "round": held.round.number,
        "size": held.round.size,
        "threshold": held.round.threshold,
        "names": NAMES[: held.round.size],
        "seeds": [keys.seed for keys in held.keys],
        "keys": [_keys(keys) for keys in held.keys],
        "certificates_digest": rounds.list_digest(held.certificates),
        "commitments_digest": rounds.list_digest(held.commitments),
        "coefficients": [[str(scalar) for scalar in polynomial] for polynomial in held.polynomials],
        "certificates": [raw.decode() for raw in held.certificates],
        "commitments": [raw.decode() for raw in held.commitments],
        "reveals": [raw.decode() for raw in held.publics],
        "parcels": [[raw.decode() for raw in reveal.parcels] for reveal in held.reveals],
        "verification_keys": [message.verification_key.decode() for message in held.messages],
        "boxes": [message.box.decode() for message in held.messages],
        "shares": [str(share) for share in held.shares],
        "posted": {
            "reveal": held.reveals[0].to_bytes().decode(),
            "key": held.messages[0].to_bytes().decode(),
        },
        "pedersen": canonical.to_bytes(held.pedersen.to_value()).decode(),
        "public_key": group.point_to_hex(held.pedersen.public_key),
        "fingerprint": ceremony.fingerprint(held.round.uuid, held.pedersen),
    }


def _keys(keys: TellerKeys) -> dict[str, str]:
    return {
        "signing": str(keys.signing),
        "decryption": str(keys.decryption),
        "verification": group.point_to_hex(keys.verification_key),
        "encryption": group.point_to_hex(keys.encryption_key),
    }


def _envelope(reader: TellerKeys, text: str) -> dict[str, str]:
    return {"reader": reader.seed, "text": text, "raw": envelopes.encrypt(reader.encryption_key, text).decode()}


def _sent(sender: TellerKeys, reader: TellerKeys, text: str) -> dict[str, Any]:
    value = envelopes.send(sender.signing, reader.encryption_key, text)
    return {"sender": sender.seed, "reader": reader.seed, "text": text, "value": value}


def _bad(bad: BadMessage) -> dict[str, Any]:
    parts = asdict(bad)
    if isinstance(bad.message, Reveal):
        parts["message"] = {
            "public": bad.message.public.decode(),
            "parcels": [raw.decode() for raw in bad.message.parcels],
        }
    elif isinstance(bad.message, KeyMessage):
        parts["message"] = {
            "verification_key": bad.message.verification_key.decode(),
            "box": bad.message.box.decode(),
        }
    else:
        parts["message"] = bad.message.decode()
    return parts


def _refused_boxes(held: Ceremony) -> list[dict[str, Any]]:
    own, later = held.messages[0].box.decode(), next_round(held)
    kept = {"uuid": held.round.uuid, "round": held.round.number, "index": 1, "key": "7"}
    made = {
        "of-another-teller": held.messages[1].box.decode(),
        "of-another-round": later.messages[0].box.decode(),
        "not-canonical": own.replace(",", ", "),
    }
    wrong = {"another-index": {"index": 2}, "another-session": {"uuid": "cyuzb8XAcr1FSj"}, "no-scalar": {"key": "007"}}
    for name, change in wrong.items():
        text = canonical.to_bytes({**kept, **change}).decode()
        made[name] = envelopes.encrypt(held.keys[0].encryption_key, text).decode()
    return [{"name": name, "ceremony": 1, "index": 1, "box": box} for name, box in made.items()]


def _refused_envelopes(reader: TellerKeys) -> list[dict[str, str]]:
    good = json.loads(_envelope(reader, "text")["raw"])
    point = group.point_to_hex(group.power_of_generator(7))
    changes = {
        "data-changed": {"data": good["data"][:-2] + ("00" if good["data"][-2:] != "00" else "01")},
        "data-in-upper-case": {"data": good["data"].upper()},
        "data-of-odd-length": {"data": good["data"] + "0"},
        "data-shorter-than-a-tag": {"data": "00" * 15},
        "alpha-changed": {"alpha": point},
        "beta-changed": {"beta": point},
        "alpha-is-the-identity": {"alpha": f"{1:064x}"},
        "another-algorithm": {"algorithm": "AES-CCM"},
        "a-field-too-many": {"mark": 1},
    }
    return [
        {"name": name, "reader": reader.seed, "raw": canonical.to_bytes({**good, **change}).decode()}
        for name, change in changes.items()
    ]


if __name__ == "__main__":
    PATH.write_text(make_vectors())
