"""Makes tests/vectors/passes.json, which the tests of both languages read.

Run `python tests/protocol/make_pass_vectors.py` after a change of shape. The same run gives the same bytes: all
randomness comes from a seed here.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from voting.protocol import group, passes
from voting.protocol.group import Point, Scalar
from voting.protocol.passes import BlindPass
from voting.protocol.proofs import Proof, proof_to_value

PATH = Path(__file__).parents[1] / "vectors" / "passes.json"
ABOUT = (
    "Made by tests/protocol/make_pass_vectors.py. Passes of docs/adr/0011. A scalar that a phone or a session keeps is "
    '64 hex digits, most significant first. "tries": how many digests were no point before "point" came. "passes": '
    "what the phone draws and sends, the answer, the pass N, the sign of the key that people compare, and what names "
    "the key on the board. "
    '"refused": answers to the first of them that a phone must not take, named after what is wrong. "points": what '
    "nobody takes as B, E or N."
)
UUIDS = ("1111aaaaBBBB22", "9zYxWvUtSrQpo8")
FIELD = 2**255 - 19
SMALL = {
    # y of the points of order 4, 8, 2 and 1, and two that are not canonical; big-endian, the sign of x first.
    "order 4": "00" * 32,
    "order 8": "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7",
    "order 2": f"{FIELD - 1:064x}",
    "the identity": "00" * 31 + "01",
    "the identity, not canonical": f"{FIELD + 1:064x}",
    "not canonical": f"{FIELD + 3:064x}",
    "not on the curve": "00" * 31 + "02",
    "too short": "00" * 31,
    "upper case": "7A03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7",
    "empty": "",
}


def make_vectors() -> str:
    """Give the text of the file."""
    count = iter(range(10**9))
    with patch.object(group, "random_scalar", lambda: group.hash_to_scalar(f"passes|{next(count)}")):
        made = [_pass(uuid, group.random_scalar()) for uuid in UUIDS for _ in range(3)]
        content = {
            "about": ABOUT,
            "hashed": [_hashed(uuid, f"{group.random_scalar():064x}") for uuid in UUIDS for _ in range(6)],
            "passes": made,
            "refused": _refused(made[0]),
            "points": [{"fault": fault, "point": point} for fault, point in {**SMALL, "mixed order": _mixed()}.items()],
        }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _hashed(uuid: str, token: str) -> dict[str, Any]:
    with patch.object(group, "point_from_digest", _Counting()) as counting:
        point = passes.token_to_point(uuid, token)
    return {"uuid": uuid, "token": token, "tries": counting.failed, "point": group.point_to_hex(point)}


class _Counting:
    def __init__(self) -> None:
        self.failed = 0
        self._read = group.point_from_digest

    def __call__(self, digest: bytes) -> Point | None:
        point = self._read(digest)
        self.failed += point is None
        return point


def _pass(uuid: str, key: Scalar) -> dict[str, Any]:
    token, blinding = f"{group.random_scalar():064x}", group.random_scalar()
    blinded = passes.blind_token(uuid, token, blinding)
    answer = passes.sign_blindly(uuid, key, blinded)
    public_key = group.power_of_generator(key)
    return {
        "uuid": uuid,
        "key": f"{key:064x}",
        "pass_key": group.point_to_hex(public_key),
        "sign": passes.sign_of_key(uuid, group.point_to_hex(public_key)),
        "named": passes.hash_of_key(uuid, group.point_to_hex(public_key)),
        "token": token,
        "blinding": f"{blinding:064x}",
        "blinded": group.point_to_hex(blinded),
        "answer": _answer(answer),
        "pass": group.point_to_hex(passes.unblind(uuid, public_key, blinded, answer, blinding)),
    }


def _answer(answer: BlindPass) -> dict[str, Any]:
    return {"signed": group.point_to_hex(answer.signed), "proof": proof_to_value(answer.proof)}


def _refused(good: dict[str, Any]) -> list[dict[str, Any]]:
    uuid, key = good["uuid"], int(good["key"], 16)
    blinded = group.point_from_hex(good["blinded"])
    answer, other = passes.sign_blindly(uuid, key, blinded), group.random_scalar()
    # What a service would have to do that marks somebody: answer with another key, and claim that it is the one.
    marked = passes.sign_blindly(uuid, other, blinded)
    elsewhere = passes.sign_blindly(UUIDS[1], key, blinded)
    not_his = passes.sign_blindly(uuid, key, group.multiply(blinded, 2))
    challenge, response = answer.proof.challenge, answer.proof.response
    return [
        {"fault": fault, "answer": _answer(bad)}
        for fault, bad in {
            "another key": marked,
            "another key, the proof of the right one": replace(marked, proof=answer.proof),
            "another session": elsewhere,
            "the answer to another claim": not_his,
            "the proof of another claim": replace(answer, proof=not_his.proof),
            "another challenge": replace(answer, proof=Proof((challenge + 1) % group.Q, response)),
            "another response": replace(answer, proof=Proof(challenge, (response + 1) % group.Q)),
            "no proof": replace(answer, proof=Proof(0, 0)),
        }.items()
    ]


def _mixed() -> str:
    # The generator plus the point of order 2: on the curve, outside of the group.
    order_2 = (FIELD - 1).to_bytes(32, "little")
    return group.point_to_hex(group.add(group.GENERATOR, Point(order_2)))


if __name__ == "__main__":
    PATH.write_text(make_vectors(), "utf-8")
