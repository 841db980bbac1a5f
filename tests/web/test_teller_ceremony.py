"""The key ceremony as the devices of the tellers meet it: over HTTP, from the certificates to the fingerprint."""

import pytest

from tests.web.devices import Device, hold_ceremony, refused
from voting.domain.ceremony import ceremony_of, restart_ceremony, teller_fingerprint
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.links import make_link
from voting.errors import TellersNotReady
from voting.protocol.taking_part import Done, Wait, advance
from voting.protocol.teller_view import parse_view


def test_a_ceremony_over_http_makes_one_key(joined: list[Device], house: House):
    uuid = joined[0].uuid
    with pytest.raises(TellersNotReady):
        make_codes(house, uuid)
    hold_ceremony(joined)
    ends = [advance(device.seed, parse_view(device.view())) for device in joined]
    assert [type(end) for end in ends] == [Done] * 3
    said = {end.fingerprint for end in ends}
    assert said == {teller_fingerprint(house, uuid)}
    make_codes(house, uuid)
    confirm_codes(house, uuid)
    assert said == {teller_fingerprint(house, uuid)}
    assert joined[0].view()["box"]


def test_a_step_waits_for_all_messages_of_the_one_before(joined: list[Device], house: House):
    first, second, third = joined
    certificate = first.next_message()
    assert first.post("certificate", certificate.body).status_code == 201
    assert isinstance(advance(first.seed, parse_view(first.view())), Wait)
    assert first.view()["certificates"] == []
    for step in ("commitment", "reveal", "key"):
        assert first.post(step, b"{}").status_code == 409, step
    assert ceremony_of(house, first.uuid).fault is None
    for device in (second, third):
        assert device.take_step().status_code == 201
    assert len(first.view()["certificates"]) == 3
    assert first.view()["step"] == "commitment"
    assert first.view()["posted"] == ["certificate"]


def test_the_same_message_again_is_welcome_and_another_one_is_not(joined: list[Device], house: House):
    first = joined[0]
    body = first.next_message().body
    assert [first.post("certificate", body).status_code for _ in range(3)] == [201, 200, 200]
    changed = Device(first.client, first.uuid, "", secret=first.secret)
    other = advance(changed.seed, parse_view({**first.view(), "posted": []})).body
    assert refused(first.post("certificate", other)) == (409, "changed-meanwhile")
    assert ceremony_of(house, first.uuid).fault is None
    for device in joined[1:]:
        device.take_step()
    assert first.post("certificate", body).status_code == 200


@pytest.mark.fault("C6")
def test_a_bad_message_stops_the_round_and_names_its_sender(joined: list[Device], house: House):
    for device in joined:
        device.take_step()
    second = joined[1]
    body = second.next_message().body
    bad = body.replace(b'"response":"', b'"response":"1')
    assert refused(second.post("commitment", bad)) == (400, "bad-message")
    fault = joined[0].view()["fault"]
    assert (fault["step"], fault["against"], fault["by"]) == ("commitment", 2, 0)
    for device in joined:
        assert refused(device.post("commitment", body)) == (409, "ceremony-stopped")
    restart_ceremony(house, second.uuid)
    assert joined[0].view()["round"] == 2
    assert joined[0].view()["fault"] is None
    assert refused(second.post("commitment", body, 1)) == (409, "changed-meanwhile")
    hold_ceremony(joined)
    assert len({advance(device.seed, parse_view(device.view())) for device in joined}) == 1


@pytest.mark.fault("C6")
def test_a_bad_share_is_accused_by_its_recipient_and_both_are_shown(joined: list[Device], house: House):
    for _ in range(3):
        for device in joined:
            assert device.take_step().status_code == 201
    assert joined[2].accuse(1).status_code == 201
    assert joined[1].view()["fault"] | {"reason": ""} == {"step": "reveal", "against": 1, "by": 3, "reason": ""}
    assert refused(joined[1].post("key", b"{}")) == (409, "ceremony-stopped")
    assert ceremony_of(house, joined[0].uuid).complete is False


def test_an_accusation_names_another_teller_of_this_round(joined: list[Device], house: House):
    for against, number in ((0, 1), (4, 1), (9**9, 1), (3, 1), (1, 0), (1, 2)):
        assert joined[2].accuse(against, number).status_code in (400, 409), (against, number)
    for body in (b"", b"{}", b"[1,2]", b'{"round":"1","against":1}', b'{"against":1,"round":1}', b'{"round":1'):
        answer = joined[2].client.post(f"{joined[2].root}/me/accusation", data=body, headers=joined[2].head)
        assert refused(answer) == (400, "malformed"), body
    assert ceremony_of(house, joined[0].uuid).fault is None


@pytest.mark.parametrize("number", ["", "0", "-1", "01", "1.0", "x", "１", "9" * 40, "1&round=2"])
def test_a_message_names_its_round(joined: list[Device], house: House, number: str):
    answer = joined[0].post("certificate", joined[0].next_message().body, number)
    if number == "1&round=2":
        assert answer.status_code == 201
        return
    assert refused(answer) == (400, "malformed")
    assert ceremony_of(house, joined[0].uuid).fault is None


def test_who_comes_back_with_the_typed_seed_goes_on_where_it_stopped(joined: list[Device], house: House):
    for _ in range(2):
        for device in joined:
            device.take_step()
    lost = joined[1]
    joined[1] = Device(lost.client, lost.uuid, make_link(house, lost.uuid, 2), seed=lost.seed)
    assert joined[1].claim().status_code == 201
    for _ in range(2):
        for device in joined:
            assert device.take_step().status_code == 201
    assert len({advance(device.seed, parse_view(device.view())) for device in joined}) == 1
