import json
from pathlib import Path

import pytest

from voting.errors import BadProof
from voting.protocol.receipts import check_receipt, draw_receipt_key, receipt_public_key, sign_receipt

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "receipts.json").read_text())["vectors"]
WHERE = (
    "cyuzb8XAcr1FSj",
    "S56Z0r1eSNmlaeX4IXXR0u1ZEF+NgqEtxRtnP/EtwfI",
    "InMgAM3UszKAk5aNHgMOsvqMEo2jZxE6a/xV2R+YxcE",
    7,
)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_phone_and_server_agree_on_every_receipt(vector):
    receipt = vector["receipt"]
    words = (receipt["uuid"], receipt["election_hash"], receipt["tracker"], receipt["height"])
    if vector["holds"]:
        check_receipt(vector["key"], vector["signature"], *words)
    else:
        with pytest.raises(BadProof):
            check_receipt(vector["key"], vector["signature"], *words)


def test_a_receipt_signed_again_is_the_same():
    key = draw_receipt_key()
    assert sign_receipt(key, *WHERE) == sign_receipt(key, *WHERE)
    check_receipt(receipt_public_key(key), sign_receipt(key, *WHERE), *WHERE)


def test_a_key_under_which_any_receipt_would_hold_is_refused():
    # y = 1, the neutral element: with R = neutral and s = 0 the equation holds for every message.
    with pytest.raises(BadProof):
        check_receipt("01" + "00" * 31, "01" + "00" * 63, *WHERE)
