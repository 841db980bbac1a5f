"""A device that the chair lets go of acts no more, however close behind each other the two come (FAULTS C6)."""

import threading
from collections.abc import Callable

import pytest

from tests.domain.counting_team import Device, draft_with_tellers, gather, message, take_steps
from voting.domain.casting import open_session
from voting.domain.ceremony import accuse, ceremony_of, replace_teller, take_message
from voting.domain.counting import close_session, decryptions_of, take_decryption
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.links import make_link
from voting.domain.tellers import Teller
from voting.errors import Refusal, UnknownDevice
from voting.protocol import ceremony as protocol
from voting.protocol.ceremony import Round, TellerKeys

Team = list[Device]


def test_a_device_that_was_let_go_after_it_was_recognised_says_nothing(house, team):
    uuid, gone = team[0].uuid, team[1].bound
    good = message(team[1])
    make_link(house, uuid, 2)
    for raw in (good[2], b"{}"):
        with pytest.raises(UnknownDevice):
            take_message(house, uuid, gone, 1, "certificate", raw)
    assert ceremony_of(house, uuid).fault is None
    assert not ceremony_of(house, uuid).places[1].steps


def test_a_device_that_was_let_go_accuses_nobody(house, team):
    uuid = team[0].uuid
    take_steps(team, "key")
    gone = team[1].bound
    make_link(house, uuid, 2)
    with pytest.raises(UnknownDevice):
        accuse(house, uuid, gone, 1, 1)
    assert ceremony_of(house, uuid).fault is None


def test_a_device_that_was_let_go_decrypts_nothing(house, team):
    uuid = team[0].uuid
    take_steps(team)
    make_codes(house, uuid)
    confirm_codes(house, uuid)
    open_session(house, uuid)
    close_session(house, uuid)
    gone, raw = team[1].bound, team[1].decryption()
    make_link(house, uuid, 2)
    with pytest.raises(UnknownDevice):
        take_decryption(house, uuid, gone, raw)
    assert decryptions_of(house, uuid) == frozenset()


@pytest.mark.fault("C6")
def test_a_replaced_teller_who_sends_without_end_is_not_heard_in_the_new_round(house):
    rounds = sent = taken = blamed = 0
    for _ in range(8):
        team = gather(house, draft_with_tellers(house))
        uuid = team[0].uuid
        sent += sum(spam(team[1], lambda uuid=uuid: replace_teller(house, uuid, 2, Teller("Bùi Thị Mai"))))
        ceremony = ceremony_of(house, uuid)
        assert ceremony.round == 2
        rounds += 1
        taken += any(place.steps for place in ceremony.places)
        blamed += ceremony.fault is not None
    print(f"C6: {sent} messages around {rounds} replacements; {taken} taken and {blamed} blamed in the new round")
    assert (taken, blamed) == (0, 0)


def spam(device: Device, replace: Callable[[], object]) -> list[int]:
    """Send certificates for the round that comes, good and bad, from several threads while a teller is replaced."""
    house, uuid = device.house, device.uuid
    good = protocol.make_certificate(Round(uuid, 2, 3, 2), 2, TellerKeys.of(device.seed))
    over, counts = threading.Event(), [0] * 6

    def send(place: int) -> None:
        while not over.is_set():
            # A request that was let in before the replacement acts after it.
            try:
                bound = device.bound
            except UnknownDevice:
                return
            for _ in range(4):
                counts[place] += 1
                try:
                    take_message(house, uuid, bound, 2, "certificate", good if place % 2 else b"{}")
                except Refusal:
                    continue

    threads = [threading.Thread(target=send, args=(place,)) for place in range(len(counts))]
    for thread in threads:
        thread.start()
    replace()
    over.wait(0.1)
    over.set()
    for thread in threads:
        thread.join()
    return counts
