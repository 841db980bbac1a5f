"""The links of tellers and the devices that claim them: who is let in, and that guessing keeps nobody out."""

import pytest

from tests.web.devices import Device, refused
from voting.domain.house import House
from voting.domain.links import make_link
from voting.domain.sessions import Session
from voting.protocol.ceremony import draw_seed
from voting.web.limits import BY_SESSION


def test_a_link_is_claimed_once_and_again_by_the_same_device(devices: list[Device]):
    first, again = devices[0].claim(), devices[0].claim()
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json == {"index": 1}
    assert refused(devices[0].claim(device=draw_seed())) == (409, "link-taken")
    assert devices[0].look().status_code == 200


def test_a_wrong_link_gives_nothing_away(devices: list[Device]):
    for link in ("1111-1111-1111", devices[0].link[:-1], devices[0].link + "1", "", "x" * 400, "ổ khóa"):
        assert refused(devices[0].claim(link=link)) == (403, "unknown-link"), link
    assert refused(devices[0].look()) == (401, "unknown-device")


def test_a_link_of_another_session_opens_nothing(devices: list[Device], draft: Session):
    stranger = Device(devices[0].client, draft.uuid, devices[0].link)
    assert refused(stranger.claim()) == (403, "unknown-link")
    nowhere = Device(devices[0].client, "11111111111111", devices[0].link)
    assert refused(nowhere.claim()) == (404, "unknown-session")
    devices[0].claim()
    elsewhere = Device(devices[0].client, draft.uuid, "", secret=devices[0].secret)
    assert refused(elsewhere.look()) == (401, "unknown-device")


def test_a_reset_link_ends_the_old_one_and_its_device(joined: list[Device], house: House):
    new = make_link(house, joined[0].uuid, 1)
    assert refused(joined[0].look()) == (401, "unknown-device")
    assert refused(joined[0].claim()) == (403, "unknown-link")
    phone = Device(joined[0].client, joined[0].uuid, new, seed=joined[0].seed)
    assert phone.claim().json == {"index": 1}
    assert phone.look().status_code == 200


def test_no_request_without_the_devices_secret_is_answered(joined: list[Device]):
    device = joined[0]
    heads = [
        {},
        {"Authorization": device.secret},
        {"Authorization": f"Basic {device.secret}"},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {device.secret}1"},
        {"Authorization": f"Bearer {device.link}"},
        {"Authorization": "Bearer " + "9" * 4000},
        {"Authorization": "Bearer ổ"},
        {"Cookie": f"device={device.secret}"},
    ]
    for head in heads:
        for method, path in (("GET", ""), *(("POST", f"/{step}?round=1") for step in ("certificate", "decryption"))):
            answer = device.client.open(f"{device.root}/me{path}", method=method, data=b"{}", headers=head)
            assert refused(answer) == (401, "unknown-device"), (head, path)
    assert refused(device.client.get(f"{device.root}/me?device={device.secret}")) == (401, "unknown-device")


@pytest.mark.fault("W3")
def test_guesses_of_links_hit_nothing_and_keep_no_teller_out(devices: list[Device]):
    guesses, hits = 400, 0
    statuses = []
    for number in range(guesses):
        answer = devices[0].claim(link=f"{number + 1111:012d}".replace("0", "z"), device=draw_seed())
        statuses.append(answer.status_code)
        hits += answer.status_code in (200, 201)
    limited = statuses.count(429)
    assert set(statuses) == {403, 429}
    assert statuses.index(429) == BY_SESSION.amount
    late = [device.claim().status_code for device in devices]
    locked_out = sum(status != 201 for status in late)
    print(
        f"W3: {hits} hits in {guesses} guesses of links, {limited} told to wait, {locked_out} of 3 tellers locked out"
    )
    assert (hits, locked_out) == (0, 0)
