"""A teller's link works for one device until the chair makes another; the service knows both by their hashes only."""

import re
from collections.abc import Callable

import pytest

from tests.domain.counting_team import Device, draft_with_tellers
from voting.domain.ceremony import ceremony_of
from voting.domain.house import House
from voting.domain.links import bound_device, claim_link, make_link
from voting.domain.sessions import Session
from voting.errors import LinkTaken, MalformedForm, NotFound, UnknownDevice, UnknownLink, UnknownSession
from voting.protocol.ceremony import draw_seed


@pytest.fixture
def uuid(house: House) -> str:
    return draft_with_tellers(house).uuid


def test_a_link_binds_the_first_device_and_no_other(house, uuid):
    link, phone, other = make_link(house, uuid, 2), draw_seed(), draw_seed()
    assert re.fullmatch("[1-9A-HJ-NP-Za-km-z]{4}(-[1-9A-HJ-NP-Za-km-z]{4}){2}", link)
    assert claim_link(house, uuid, link, phone) == 2
    assert claim_link(house, uuid, f" {link.replace('-', ' ')} ", phone) == 2, "the same device again"
    with pytest.raises(LinkTaken):
        claim_link(house, uuid, link, other)
    assert bound_device(house, uuid, phone).index == 2
    with pytest.raises(UnknownDevice):
        bound_device(house, uuid, other)
    places = ceremony_of(house, uuid).places
    assert [(place.linked, place.joined) for place in places] == [(False, False), (True, True), (False, False)]


def test_a_link_that_is_made_again_ends_the_old_one_and_its_device(house, uuid):
    old, phone = make_link(house, uuid, 1), draw_seed()
    claim_link(house, uuid, old, phone)
    new = make_link(house, uuid, 1)
    with pytest.raises(UnknownDevice):
        bound_device(house, uuid, phone)
    with pytest.raises(UnknownLink):
        claim_link(house, uuid, old, phone)
    assert not ceremony_of(house, uuid).places[0].joined
    assert claim_link(house, uuid, new, phone) == 1


def test_one_device_is_not_two_tellers(house, uuid):
    first, second, phone = make_link(house, uuid, 1), make_link(house, uuid, 2), draw_seed()
    claim_link(house, uuid, first, phone)
    with pytest.raises(LinkTaken):
        claim_link(house, uuid, second, phone)
    assert claim_link(house, uuid, second, draw_seed()) == 2


def test_a_link_of_one_session_is_worthless_in_another(house, uuid):
    link, phone = make_link(house, uuid, 1), draw_seed()
    claim_link(house, uuid, link, phone)
    elsewhere = draft_with_tellers(house).uuid
    make_link(house, elsewhere, 1)
    with pytest.raises(UnknownLink):
        claim_link(house, elsewhere, link, phone)
    with pytest.raises(UnknownDevice):
        bound_device(house, elsewhere, phone)


def test_what_is_no_link_no_device_or_no_teller_is_refused(house: House, uuid: str, draft: Session):
    for text in ("", "x", "0" * 12, "\x00" * 12, "１" * 12, make_link(house, uuid, 1) + "a"):
        with pytest.raises(UnknownLink):
            claim_link(house, uuid, text, draw_seed())
    for text in ("", "1" * 21, "1" * 65, "0" * 22, "1" * 22 + "\n"):
        with pytest.raises(MalformedForm):
            claim_link(house, uuid, make_link(house, uuid, 1), text)
        with pytest.raises(UnknownDevice):
            bound_device(house, uuid, text)
    for index in (0, 4, -1):
        with pytest.raises(NotFound):
            make_link(house, uuid, index)
    with pytest.raises(NotFound):
        make_link(house, draft.uuid, 1)
    acts: list[Callable[[], object]] = [
        lambda: make_link(house, "1" * 14, 1),
        lambda: claim_link(house, "1" * 14, "1" * 12, draw_seed()),
    ]
    for act in acts:
        with pytest.raises(UnknownSession):
            act()
    with pytest.raises(UnknownDevice):
        bound_device(house, "1" * 14, draw_seed())


def test_a_returning_teller_goes_on_with_the_seed_on_another_device(house, uuid):
    first, *others = [Device(house, uuid, make_link(house, uuid, index)).join() for index in (1, 2, 3)]
    first.move()
    again = Device(house, uuid, make_link(house, uuid, 1), seed=first.seed).join()
    assert again.view().posted == {"certificate"}
    for device in others:
        device.move()
    again.move()
    assert again.view().posted == {"certificate", "commitment"}
