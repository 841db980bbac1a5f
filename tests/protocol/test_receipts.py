import json

import pytest

from voting.errors import BadProof
from voting.protocol import receipts


def test_receipts_hold_as_the_vectors_say(vectors):
    for vector in json.loads((vectors / "receipts.json").read_text())["vectors"]:
        receipt = vector["receipt"]
        if vector["holds"]:
            receipts.check_receipt(vector["key"], vector["signature"], **receipt)
        else:
            with pytest.raises(BadProof):
                receipts.check_receipt(vector["key"], vector["signature"], **receipt)


def test_a_receipt_is_signed_by_its_session_and_says_one_thing():
    key = receipts.draw_receipt_key()
    words = ("cyuzb8XAcr1FSj", "A" * 43, "B" * 43, 7)
    signature = receipts.sign_receipt(key, *words)
    assert signature == receipts.sign_receipt(key, *words)
    receipts.check_receipt(receipts.receipt_public_key(key), signature, *words)
    with pytest.raises(BadProof):
        receipts.check_receipt(receipts.receipt_public_key(key), signature, *words[:3], 8)
    with pytest.raises(BadProof):
        receipts.check_receipt(receipts.receipt_public_key(receipts.draw_receipt_key()), signature, *words)
    with pytest.raises(BadProof):
        receipts.check_receipt(receipts.receipt_public_key(key), "not hex", *words)
