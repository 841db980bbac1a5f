"""The count with tellers over HTTP: not early, not bad, not twice, and by itself once enough have decrypted."""

import json
import threading
import time
from collections.abc import Iterator
from itertools import combinations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.casting_ballots import cast_ballot
from tests.web.chair_browser import ChairBrowser
from tests.web.devices import Device, hold_ceremony, refused
from voting.domain.casting import open_session
from voting.domain.counting import close_session, count_session, largest_decryption, publish_session, take_decryption
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.links import bound_device, make_link
from voting.domain.results import result_of
from voting.domain.sessions import State
from voting.errors import BoardDamaged, TooFewDecryptions
from voting.protocol.verify import verify_archive
from voting.web.counts import Counts

SUM = [[2, 1, 0], [0, 1, 2]]


@pytest.fixture
def team(joined: list[Device], house: House) -> Iterator[list[Device]]:
    """The devices of three tellers whose session is open, with three ballots on the board."""
    uuid = joined[0].uuid
    hold_ceremony(joined)
    codes = make_codes(house, uuid)
    confirm_codes(house, uuid)
    open_session(house, uuid)
    for code, levels in zip(codes, [(1, 3), (1, 2), (2, 3)], strict=False):
        cast_ballot(house, uuid, code, *levels)
    yield joined
    for thread in threading.enumerate():
        if thread.name.startswith("count"):
            thread.join(20)


@pytest.fixture
def closed(team: list[Device], house: House) -> list[Device]:
    """The same after the close."""
    close_session(house, team[0].uuid)
    return team


def wait_for(house: House, uuid: str, state: State, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while house.store.session(uuid).state != state:
        assert time.monotonic() < until, house.store.session(uuid).state
        time.sleep(0.02)


def counted(house: House, uuid: str) -> list[list[int]]:
    return [[cell.votes for cell in row.cells] for row in result_of(house, uuid).rows]


def test_the_last_decryption_needed_counts_by_itself(closed: list[Device], house: House, client: FlaskClient):
    uuid = closed[0].uuid
    figures = client.get(f"/api/sessions/{uuid}").json
    assert (figures["mode"], figures["tellers"], figures["decrypted"]) == ("tellers", {"size": 3, "threshold": 2}, 0)
    first = closed[2].send_decryption(closed[2].partial_decryption(house))
    assert (first.status_code, first.json) == (201, {"present": 1, "needed": 2})
    assert client.get(f"/api/sessions/{uuid}").json["decrypted"] == 1
    assert [teller["decrypted"] for teller in closed[0].view()["tellers"]] == [False, False, True]
    with pytest.raises(TooFewDecryptions):
        count_session(house, uuid)
    assert house.store.session(uuid).state == State.CLOSED
    last = closed[0].send_decryption(closed[0].partial_decryption(house))
    assert (last.status_code, last.json) == (201, {"present": 2, "needed": 2})
    wait_for(house, uuid, State.COUNTED)
    assert counted(house, uuid) == SUM
    publish_session(house, uuid)
    archive = client.get(f"/api/sessions/{uuid}/archive.bel").data
    assert verify_archive(archive).failures == ()
    assert client.get(f"/api/sessions/{uuid}").json["decrypted"] is None


@pytest.mark.fault("C7")
def test_any_two_of_three_give_the_same_result_and_one_gives_none(app: Flask, house: House, team: list[Device]):
    uuid = team[0].uuid
    close_session(house, uuid)
    raws = [device.partial_decryption(house) for device in team]
    store = house.store.connection.client
    before = {key: store.dump(key) for key in store.scan_iter(f"voting:*{uuid}*")}
    results = []
    for chosen in [*combinations(range(3), 1), *combinations(range(3), 2)]:
        for key, value in before.items():
            store.restore(key, 0, value, replace=True)
        for place in chosen:
            assert team[place].send_decryption(raws[place]).status_code == 201
        if len(chosen) < 2:
            time.sleep(0.2)
            assert house.store.session(uuid).state == State.CLOSED
            continue
        wait_for(house, uuid, State.COUNTED)
        results.append(counted(house, uuid))
    print(f"C7: {len(results)} of 3 pairs counted alike, 0 of 3 single tellers counted")
    assert results == [SUM] * 3


@pytest.mark.fault("P2")
def test_a_decryption_before_the_close_is_refused(team: list[Device], house: House):
    answer = team[0].send_decryption(b"{}")
    assert refused(answer) == (409, "wrong-state")
    assert [teller["decrypted"] for teller in team[0].view()["tellers"]] == [False] * 3
    for path in ("archive.bel", "result", "events"):
        assert b"PartialDecryption" not in team[0].client.get(f"/api/sessions/{team[0].uuid}/{path}").data


@pytest.mark.fault("C7")
def test_a_bad_decryption_is_ignored_and_a_good_one_taken_after_it(closed: list[Device], house: House):
    good = closed[0].partial_decryption(house)
    others = closed[1].partial_decryption(house)
    swapped = json.loads(good)
    swapped["decryption_factors"][0].reverse()
    bad = [
        others,
        json.dumps(swapped, separators=(",", ":")).encode(),
        good[:-1],
        good + b"\n",
        b"",
        b"{}",
        b"[" * 2000,
        b'{"decryption_factors":[],"decryption_proofs":[]}',
        b"\xff",
    ]
    for raw in bad:
        assert refused(closed[0].send_decryption(raw)) == (400, "bad-message"), raw[:40]
    assert not any(teller["decrypted"] for teller in closed[0].view()["tellers"])
    assert closed[0].send_decryption(good).status_code == 201
    print(f"C7: {len(bad)} bad decryptions ignored")


def test_a_decryption_may_be_as_long_as_the_choices_need_and_not_much_longer(closed: list[Device], house: House):
    raw, most = closed[0].partial_decryption(house), largest_decryption(house, closed[0].uuid)
    assert 1.5 * len(raw) < most < 3 * len(raw)
    assert refused(closed[0].send_decryption(raw + b" " * most)) == (413, "too-large")
    assert closed[0].send_decryption(raw).status_code == 201


def test_a_device_that_sends_bad_decryptions_without_end_is_told_to_wait_and_no_other_is(
    closed: list[Device], house: House
):
    raws = [device.partial_decryption(house) for device in closed[:2]]
    answers = [refused(closed[0].send_decryption(raws[1])) for _ in range(24)]
    assert answers[0] == (400, "bad-message")
    assert answers[-1] == (429, "too-many")
    # A minute may have begun in between.
    assert answers.count((400, "bad-message")) <= 23
    assert closed[1].send_decryption(raws[1]).status_code == 201


def test_a_second_decryption_changes_nothing(closed: list[Device], house: House):
    raw = closed[0].partial_decryption(house)
    again = closed[0].partial_decryption(house)
    assert raw != again
    answers = [closed[0].send_decryption(one) for one in (raw, raw, again)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert answers[0].json == answers[2].json == {"present": 1, "needed": 2}
    assert house.store.session(closed[0].uuid).state == State.CLOSED


def test_a_third_decryption_harms_no_count(closed: list[Device], house: House):
    raws = [device.partial_decryption(house) for device in closed]
    statuses = [device.send_decryption(raw).status_code for device, raw in zip(closed, raws, strict=True)]
    assert statuses[:2] == [201, 201]
    # It may come when all is counted already.
    assert statuses[2] in (200, 201, 409)
    wait_for(house, closed[0].uuid, State.COUNTED)
    assert counted(house, closed[0].uuid) == SUM
    assert closed[0].send_decryption(raws[0]).status_code in (200, 401, 409)


def test_the_count_is_no_business_of_who_sends_the_decryption(
    closed: list[Device], house: House, capsys: pytest.CaptureFixture[str], chair: ChairBrowser
):
    uuid = closed[0].uuid
    raws = [device.partial_decryption(house) for device in closed[:2]]
    client = house.store.connection.client
    board = next(key for key in client.scan_iter(f"*{uuid}*") if client.type(key) == b"list")
    kept = client.lindex(board, 1)
    closed[0].send_decryption(raws[0])
    client.lset(board, 1, kept.replace(b'"response":"1', b'"response":"2', 1))
    answer = closed[1].send_decryption(raws[1])
    assert answer.status_code == 201
    until = time.monotonic() + 20
    printed = ""
    while "count-failed" not in printed and time.monotonic() < until:
        time.sleep(0.05)
        printed += capsys.readouterr().err
    line = json.loads(printed.splitlines()[0])
    assert set(line) == {"event", "kind", "level", "timestamp"}
    assert line["kind"] == BoardDamaged.__name__
    assert house.store.session(uuid).state == State.CLOSED
    chair.get(f"/chair/sessions/{uuid}")
    assert chair.send(f"/chair/sessions/{uuid}/count", on=f"/chair/sessions/{uuid}/count").status_code == 500
    client.lset(board, 1, kept)
    assert chair.send(f"/chair/sessions/{uuid}/count", on=f"/chair/sessions/{uuid}/count").status_code == 303
    assert counted(house, uuid) == SUM


def test_a_count_that_broke_off_is_resumed_when_devices_ask(closed: list[Device], house: House):
    uuid = closed[0].uuid
    for device in closed[:2]:
        # Straight to the domain: the process that would have counted is gone.
        take_decryption(house, uuid, bound_device(house, uuid, device.secret), device.partial_decryption(house))
    time.sleep(0.3)
    assert house.store.session(uuid).state == State.CLOSED
    closed[2].view()
    wait_for(house, uuid, State.COUNTED)
    assert counted(house, uuid) == SUM


def test_a_count_is_one_count_however_often_it_is_asked_for(closed: list[Device], house: House):
    uuid = closed[0].uuid
    ended: list[str] = []

    def note(uuid: str) -> None:
        ended.append(uuid)
        if len(ended) == 1:
            # What came while it ran may be what it lacked.
            counts.begin(uuid)

    counts = Counts(house, note)
    for device in closed[:2]:
        device.send_decryption(device.partial_decryption(house))
    for _ in range(20):
        counts.begin(uuid)
    wait_for(house, uuid, State.COUNTED)
    for thread in threading.enumerate():
        if thread.name.startswith("count"):
            thread.join(20)
    assert 2 <= len(ended) <= 3
    records = list(house.store.records(uuid))
    assert sum(record.startswith(b"Result") for record in records) == 1
    assert sum(record.startswith(b"PartialDecryption") for record in records) == 3


def test_one_teller_may_be_lost(closed: list[Device], house: House, client: FlaskClient):
    """The others count, also one who comes back with the typed seed on another device."""
    lost, back, other = closed
    again = Device(back.client, back.uuid, make_link(house, back.uuid, 2), seed=back.seed)
    assert again.claim().status_code == 201
    for device in (again, other):
        assert device.send_decryption(device.partial_decryption(house)).status_code == 201
    wait_for(house, lost.uuid, State.COUNTED)
    assert counted(house, lost.uuid) == SUM
