"""What is shown to whom: the view of a device, the teller's page, the store and the log."""

import json

import pytest
from flask.testing import FlaskClient

from tests.web.devices import Device, hold_ceremony
from voting.domain.house import House
from voting.domain.sessions import Session
from voting.protocol.canonical import to_bytes

VIEW = {
    *("uuid", "title", "language", "state", "round", "size", "threshold", "index", "name", "role", "tellers", "step"),
    *("tallied", "fault", "certificates", "commitments", "reveals", "parcels", "keys", "posted", "box"),
}


def test_a_view_has_what_the_device_may_know_and_nothing_else(joined: list[Device]):
    packed: dict[tuple[int, int], str] = {}
    boxes: dict[int, str] = {}
    shown = set()
    for _ in range(4):
        for index, device in enumerate(joined, 1):
            message = device.next_message()
            body = json.loads(message.body)
            packed |= {(index, to): text_of(parcel) for to, parcel in enumerate(body.get("parcels", ()), 1)}
            boxes |= {index: text_of(body["box"])} if "box" in body else {}
            assert device.post(message.step, message.body).status_code == 201
            for other, looking in enumerate(joined, 1):
                text = looking.look().text
                view = json.loads(text)
                assert set(view) == VIEW
                assert view["parcels"] in ([], [packed.get((sender, other)) for sender in (1, 2, 3)])
                assert view["box"] in (None, boxes.get(other))
                of_others = [parcel for (_, to), parcel in packed.items() if to != other]
                of_others += [box for owner, box in boxes.items() if owner != other]
                assert not [one for one in of_others if json.dumps(one)[1:-1] in text], (other, message.step)
                for secret in (*(d.link for d in joined), *(d.secret for d in joined), *(d.seed for d in joined)):
                    assert secret not in text
                shown |= {name for name in ("parcels", "box") if view[name]}
    assert shown == {"parcels", "box"}
    assert all(json.loads(device.look().text)["parcels"] == [] for device in joined)


def text_of(value: object) -> str:
    return to_bytes(value).decode()


def test_answers_to_devices_set_no_cookie_and_are_kept_by_nobody(joined: list[Device]):
    for answer in (joined[0].look(), joined[0].claim(), joined[0].take_step(), joined[0].post("key", b"{}")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_tellers_page_is_for_all_and_knows_nothing(client: FlaskClient, teller_draft: Session):
    answer = client.get(f"/t/{teller_draft.uuid}", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    for word in (teller_draft.title, *(teller.name for teller in teller_draft.tellers)):
        assert word not in answer.text
    missing = client.get("/t/11111111111111", headers={"Accept-Language": "en"})
    assert missing.status_code == 404
    assert "slip" not in missing.text.split("<main")[1]


@pytest.mark.fault("P4")
def test_no_link_secret_or_address_is_in_the_store_or_the_log(
    joined: list[Device], house: House, capfd: pytest.CaptureFixture[str]
):
    joined[0].claim(link="9999-9999-9999")
    hold_ceremony(joined)
    printed = capfd.readouterr()
    client = house.store.connection.client
    places = (printed.out + printed.err).encode()
    for key in client.scan_iter("*"):
        places += key
        match client.type(key):
            case b"hash":
                places += b"".join(name + value for name, value in client.hgetall(key).items())
            case b"string":
                places += client.get(key)
            case b"list":
                places += b"".join(client.lrange(key, 0, -1))
    assert b"certificate" in places
    canaries = [word for d in joined for word in (d.link, d.link.replace("-", ""), d.secret, d.seed)]
    found = [word for word in (*canaries, "127.0.0.1", "9999-9999") if word.encode() in places]
    print(f"P4: {len(found)} of {len(canaries)} links, secrets and seeds in {len(places)} bytes of store and log")
    assert found == []
