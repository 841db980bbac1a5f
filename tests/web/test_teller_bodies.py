"""What devices may send that is broken, hostile or too large: refused, and nobody is blamed who is not to blame."""

import random
import socket
import time
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.web.devices import Device, refused
from tests.web.served import Served
from voting.domain.ceremony import ceremony_of
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.links import make_link
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.domain.tellers import MOST_TELLERS, Teller
from voting.storage import keys
from voting.web.teller import MOST_BYTES


def test_a_body_that_breaks_off_is_no_bad_message(served: Served, joined: list[Device], house: House):
    body = joined[0].next_message().body
    head = f"POST {joined[0].root}/me/certificate?round=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    head += f"Authorization: Bearer {joined[0].secret}\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", served.port), 10) as line:
        line.sendall(head.encode() + body[:100])
        line.shutdown(socket.SHUT_WR)
        with line.makefile("rb") as answer:
            assert answer.read().startswith(b"HTTP/1.1 408 ")
    assert ceremony_of(house, joined[0].uuid).fault is None
    assert joined[0].post("certificate", body).status_code == 201
    assert served.log.read_text() == ""


@pytest.mark.fault("W7")
def test_what_is_too_large_is_refused_unread_and_blames_nobody(joined: list[Device], house: House):
    for step, most in MOST_BYTES.items():
        assert refused(joined[0].post(step, b" " * (most + 1))) == (413, "too-large"), step
    assert refused(joined[0].claim(link="1" * 2000)) == (413, "too-large")
    assert refused(joined[0].send_decryption(b" " * (4 * 1024 * 1024 + 1))) == (409, "wrong-state"), "unread"
    assert "ballot" not in joined[0].post("key", b" " * 9000).json["message"]
    assert ceremony_of(house, joined[0].uuid).fault is None


def test_the_messages_of_the_largest_team_are_within_the_limits(app: Flask, house: House):
    tellers = tuple(Teller(f"Teller {number}") for number in range(MOST_TELLERS))
    session = Session("", "Trial", make_sheet([Person("An")]), tellers=tellers, threshold=MOST_TELLERS)
    uuid = create_session(house, session).uuid
    devices = [Device(app.test_client(), uuid, make_link(house, uuid, n)) for n in range(1, MOST_TELLERS + 1)]
    longest: dict[str, int] = {}
    for device in devices:
        device.claim()
    for _ in range(4):
        for device in devices:
            message = device.next_message()
            longest[message.step] = max(longest.get(message.step, 0), len(message.body))
            assert device.post(message.step, message.body).status_code == 201
    print(f"longest messages of {MOST_TELLERS} tellers: {longest}")
    assert all(2 * longest[step] < most for step, most in MOST_BYTES.items())


# ---- small changes


def mutations(good: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Yield broken copies of a message, each with one to three small changes."""
    rng = random.Random(seed)
    for _ in range(count):
        broken = bytearray(good)
        for _ in range(rng.randint(1, 3)):
            place = rng.randrange(len(broken))
            match rng.randrange(4):
                case 0:
                    broken[place] = rng.randrange(256)
                case 1:
                    del broken[place : place + rng.randint(1, 30)]
                case 2:
                    other = rng.randrange(len(broken))
                    broken[place:place] = broken[other : other + rng.randint(1, 60)]
                case _:
                    broken[place:place] = rng.choice([b"0", b'"', b"[", b"}", b"\\u0041", b"-", b" ", b"\xff", b"null"])
        if bytes(broken) != good:
            yield bytes(broken)


@pytest.mark.fault("W7")
def test_a_thousand_small_changes_cost_no_server_error_and_are_never_taken(joined: list[Device], house: House):
    uuid, first = joined[0].uuid, joined[0]
    client = house.store.connection.client
    tried, slowest = 0, 0.0
    for number in range(4):
        for device in joined[1:]:
            device.take_step()
        message = first.next_message()
        kept = {key: client.dump(key) for key in client.scan_iter(f"*{uuid}*")}
        for body in mutations(message.body, 240, number):
            began = time.thread_time()
            answer = first.post(message.step, body)
            slowest = max(slowest, time.thread_time() - began)
            if message.step == "key" and answer.status_code == 201:
                # A box can be opened by its owner alone, who looks into it when the key is made.
                assert b'"box":' in body
                assert body.partition(b',"box":')[0] == message.body.partition(b',"box":')[0]
            else:
                assert refused(answer) == (400, "bad-message"), body
            tried += 1
            # The first bad one stops the round: each is to be the first.
            client.hdel(keys.ceremony(uuid), "fault")
            if answer.status_code == 201:
                for name, value in kept.items():
                    client.restore(name, 0, value, replace=True)
        assert first.post(message.step, message.body).status_code == 201
    claims = f'{{"link":"{first.link}","device":"{first.secret}"}}'.encode()
    for body in mutations(claims, 100, 5):
        assert first.client.post(first.root, data=body).status_code in (200, 201, 400, 401, 403, 409, 413, 429), body
        tried += 1
    print(f"W7: {tried} small changes, 0 server errors, slowest {slowest * 1000:.0f} ms of processor time")
    assert tried > 1000
