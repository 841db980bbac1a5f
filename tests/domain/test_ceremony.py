"""The key ceremony: its order, who is blamed for what, beginning anew, and what each device gets to see (FAULTS C6)."""

import json

import pytest

from tests.domain.counting_team import fingerprints, message, send, take_steps
from voting.domain.ceremony import (
    accuse,
    ceremony_of,
    pedersen_of,
    replace_teller,
    restart_ceremony,
    take_message,
    teller_fingerprint,
    teller_view,
)
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.tellers import Teller
from voting.errors import (
    ChangedMeanwhile,
    NotFound,
    TellersNotReady,
    UnknownDevice,
    WrongState,
)
from voting.protocol.ceremony import STEPS

# ---- the order


def test_three_devices_make_one_key_and_show_the_same_digits(house, team):
    uuid = team[0].uuid
    assert ceremony_of(house, uuid).step == "certificate"
    assert pedersen_of(house, uuid) is None
    with pytest.raises(TellersNotReady):
        teller_fingerprint(house, uuid)
    take_steps(team)
    ceremony = ceremony_of(house, uuid)
    assert ceremony.complete
    assert all(place.joined and place.linked and place.steps == set(STEPS) for place in ceremony.places)
    assert fingerprints(team) == {teller_fingerprint(house, uuid)}


@pytest.mark.parametrize("step", STEPS)
def test_what_is_out_of_order_is_refused_and_nobody_is_blamed(house, team, step):
    take_steps(team, step)
    uuid, first = team[0].uuid, message(team[0])
    assert send(team[0], *first)
    assert not send(team[0], *first), "the same again"
    refused = [
        lambda: send(team[0], *first[:2], b"{}"),
        lambda: send(team[1], 2, *message(team[1])[1:]),
        *(lambda other=other: send(team[1], 1, other, first[2]) for other in STEPS if other != step),
    ]
    for act in refused:
        with pytest.raises(ChangedMeanwhile):
            act()
    with pytest.raises(NotFound):
        send(team[1], 1, "fingerprint", b"{}")
    ceremony = ceremony_of(house, uuid)
    assert ceremony.fault is None
    assert [step in place.steps for place in ceremony.places] == [True, False, False]


def test_no_codes_are_made_before_the_tellers_have_their_key(house, team):
    uuid = team[0].uuid
    for step in STEPS:
        take_steps(team, step)
        with pytest.raises(TellersNotReady):
            make_codes(house, uuid)
        with pytest.raises(TellersNotReady):
            confirm_codes(house, uuid)
    for device in team[:2]:
        device.move()
    with pytest.raises(TellersNotReady):
        make_codes(house, uuid)
    team[2].move()
    make_codes(house, uuid)
    confirm_codes(house, uuid)
    with pytest.raises(WrongState):
        take_message(house, uuid, team[0].bound, 1, "key", b"{}")
    with pytest.raises(WrongState):
        accuse(house, uuid, team[0].bound, 1, 2)
    for act in (restart_ceremony, lambda house, uuid: replace_teller(house, uuid, 1, Teller("Bùi Thị Mai"))):
        with pytest.raises(WrongState):
            act(house, uuid)


# ---- what a device sees


@pytest.mark.fault("C6")
def test_nothing_of_a_step_is_shown_before_all_of_it_is_in(house, team):
    uuid, shown, early = (
        team[0].uuid,
        dict(zip(STEPS, ("certificates", "commitments", "reveals", "keys"), strict=True)),
        0,
    )
    for step in STEPS:
        take_steps(team, step)
        for i, device in enumerate(team):
            views = [teller_view(house, uuid, index) for index in (1, 2, 3)]
            early += sum(len(view[shown[later]]) for view in views for later in STEPS[STEPS.index(step) :])
            early += sum(len(view["parcels"]) for view in views) if step in STEPS[:3] else 0
            assert all(view["tellers"][i]["steps"] == STEPS.index(step) for view in views)
            device.move()
        assert all(len(teller_view(house, uuid, index)[shown[step]]) == 3 for index in (1, 2, 3))
    print(f"C6: {early} messages shown before all of their step were in, in 4 steps of 3 tellers")
    assert early == 0


def test_a_device_gets_the_parcels_and_the_box_that_are_its_own_and_no_others(house, team):
    uuid = team[0].uuid
    take_steps(team, "key")
    kept = house.store.ceremony(uuid)
    views = [teller_view(house, uuid, index) for index in (1, 2, 3)]
    for i, view in enumerate(views):
        assert view["parcels"] == [kept.parcels[sender][i].decode() for sender in (1, 2, 3)]
        others = {parcel for sender in (1, 2, 3) for j, parcel in enumerate(kept.parcels[sender]) if j != i}
        assert not any(parcel.decode() in json.dumps(view, ensure_ascii=False) for parcel in others)
        assert view["box"] is None
    take_steps(team)
    views = [teller_view(house, uuid, index) for index in (1, 2, 3)]
    boxes = [view.pop("box") for view in views]
    assert len(set(boxes)) == 3
    assert all(view["parcels"] == [] for view in views)
    stored = house.store.connection.client.hgetall(f"voting:{{{uuid}}}:tellers")
    secret = [value.decode() for value in stored.values()]
    assert len(secret) == 9
    assert not any(value in json.dumps(view, ensure_ascii=False) for value in secret for view in views)


def test_the_view_has_the_shape_that_devices_read(house, team):
    view = teller_view(house, team[0].uuid, 2)
    assert list(view) == [
        *("uuid", "title", "language", "state", "round", "size", "threshold", "index", "name", "role", "tellers"),
        *("step", "tallied", "fault", "certificates", "commitments", "reveals", "parcels", "keys", "posted", "box"),
    ]
    assert (view["name"], view["role"], view["index"]) == ("Lê Thị Thu", "member", 2)
    first = {"name": "Hoàng Văn Minh", "role": "head", "joined": True, "steps": 0, "decrypted": False}
    assert view["tellers"][0] == first
    with pytest.raises(UnknownDevice):
        teller_view(house, team[0].uuid, 4)
