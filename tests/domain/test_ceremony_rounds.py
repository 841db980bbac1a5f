"""A ceremony can begin anew in every step, with another teller or the same, until codes are issued."""

from dataclasses import replace

import pytest

from tests.domain.counting_team import Device, fingerprints, message, send, take_steps
from voting.domain.ceremony import (
    Fault,
    ceremony_of,
    pedersen_of,
    replace_teller,
    restart_ceremony,
    take_message,
)
from voting.domain.drafting import change_session, copy_session
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.links import make_link
from voting.domain.tellers import Teller
from voting.errors import (
    BadMessage,
    ChangedMeanwhile,
    MalformedForm,
    NotFound,
    UnknownDevice,
)
from voting.protocol import ceremony as protocol
from voting.protocol.ceremony import STEPS, TellerKeys


@pytest.mark.parametrize("step", [*STEPS, "done"])
def test_another_round_can_begin_in_every_step_with_the_same_devices(house, team, step):
    uuid = team[0].uuid
    take_steps(team, step)
    before = message(team[0]) if step != "done" else None
    if step == "done":
        make_codes(house, uuid)
    restart_ceremony(house, uuid)
    ceremony = ceremony_of(house, uuid)
    assert (ceremony.round, ceremony.step, ceremony.fault) == (2, "certificate", None)
    assert all(place.joined and not place.steps for place in ceremony.places)
    assert team[0].view().box is None
    assert house.store.held_credentials(uuid) == ()
    if before:
        with pytest.raises(ChangedMeanwhile):
            send(team[0], *before)
    take_steps(team)
    make_codes(house, uuid)
    confirm_codes(house, uuid)
    assert team[1].view().round.number == 2


def test_after_a_fault_the_next_round_goes_on_without_it(house, team):
    with pytest.raises(BadMessage):
        send(team[0], 1, "certificate", b"{}")
    restart_ceremony(house, team[0].uuid)
    take_steps(team)
    assert ceremony_of(house, team[0].uuid).complete


def test_a_replaced_teller_is_out_and_the_new_one_makes_the_key_with_the_others(house, team):
    uuid = team[0].uuid
    take_steps(team, "reveal")
    with pytest.raises(NotFound):
        replace_teller(house, uuid, 4, Teller("Bùi Thị Mai"))
    with pytest.raises(MalformedForm):
        replace_teller(house, uuid, 2, Teller("Hoàng Văn Minh"))
    assert ceremony_of(house, uuid).round == 1
    session = replace_teller(house, uuid, 2, Teller("  Bùi  Thị Mai", "secretary"))
    assert session.tellers[1] == Teller("Bùi Thị Mai", "secretary")
    places = ceremony_of(house, uuid).places
    assert [(place.linked, place.joined) for place in places] == [(True, True), (False, False), (True, True)]
    with pytest.raises(UnknownDevice):
        team[1].view()
    team[1] = Device(house, uuid, make_link(house, uuid, 2)).join()
    take_steps(team)
    assert len(fingerprints(team)) == 1


def test_a_change_of_the_draft_begins_anew_only_when_the_tellers_differ(house, team):
    uuid = team[0].uuid
    take_steps(team, "reveal")
    change_session(house, replace(house.store.session(uuid), title="Bầu cử lần hai"))
    assert ceremony_of(house, uuid).step == "reveal"
    change_session(house, replace(house.store.session(uuid), threshold=3))
    assert ceremony_of(house, uuid).round == 2
    assert all(place.joined and not place.steps for place in ceremony_of(house, uuid).places)
    session = house.store.session(uuid)
    change_session(house, replace(session, tellers=session.tellers[:2], threshold=2))
    assert ceremony_of(house, uuid).round == 3
    with pytest.raises(UnknownDevice):
        team[2].view()
    take_steps(team[:2])
    change_session(house, replace(house.store.session(uuid), tellers=(), threshold=0))
    assert ceremony_of(house, uuid).places == ()
    assert not house.store.connection.client.exists(f"voting:{{{uuid}}}:tellers")
    assert pedersen_of(house, uuid) is None
    with pytest.raises(NotFound):
        restart_ceremony(house, uuid)
    make_codes(house, uuid)
    assert confirm_codes(house, uuid).mode == "quick"


def test_a_ceremony_that_begins_anew_in_between_is_not_the_one_that_codes_are_issued_with(house, team):
    uuid = team[0].uuid
    take_steps(team)
    make_codes(house, uuid)

    class Meanwhile:
        """The real store, and somebody who begins anew between its reading and its writing."""

        def __getattr__(self, name: str) -> object:
            if name == "make_ready":
                restart_ceremony(house, uuid)
            return getattr(house.store, name)

    with pytest.raises(ChangedMeanwhile):
        confirm_codes(replace(house, store=Meanwhile()), uuid)
    assert house.store.session(uuid).is_setup is False


def test_a_certificate_that_comes_in_between_is_not_doubled(house, team):
    uuid = team[0].uuid
    double = protocol.make_certificate(team[1].view().round, 2, TellerKeys.of(team[0].seed))
    first = message(team[0])
    moves = [first]

    class Meanwhile:
        """The real store, and the first teller who is a little quicker than the second."""

        def __getattr__(self, name: str) -> object:
            if name == "take_message" and moves:
                send(team[0], *moves.pop())
            return getattr(house.store, name)

    with pytest.raises(BadMessage):
        take_message(replace(house, store=Meanwhile()), uuid, team[1].bound, 1, "certificate", double)
    assert ceremony_of(house, uuid).fault == Fault("certificate", 2, 0, "certificate")


def test_a_copy_of_a_session_has_the_same_tellers_and_no_links(house, team):
    take_steps(team)
    copy = copy_session(house, team[0].uuid, chair="hoa")
    assert (copy.tellers, copy.threshold) == (house.store.session(team[0].uuid).tellers, 2)
    assert not any(place.linked or place.steps for place in ceremony_of(house, copy.uuid).places)
