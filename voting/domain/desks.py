"""The desk at the door: one device, opened by a link of its own, that shows codes of the pool to those who come in.

Link and device are kept as SHA-256 and nowhere else, as those of tellers are (links.py). A device may draw codes, see
how many are left, and void one that it can name, as it can those it has shown; it sees no name, no page of the chair.
"""

from dataclasses import dataclass, field

from voting.domain.house import House
from voting.domain.links import draw_link, hash_of, in_groups, is_device, read_link
from voting.errors import MalformedForm, UnknownDesk, UnknownLink

_LINK, _DEVICE = "desk link", "desk device"


@dataclass(frozen=True)
class Desk:
    """The device of the desk, known by the `hash` of its secret. The scripts compare it once more with each act."""

    hash: str = field(repr=False)


def make_desk_link(house: House, uuid: str) -> str:
    """Draw the link of the desk as `XXXX-XXXX-XXXX`; it is returned and kept nowhere.

    Again: the old link and its device are worthless. Raises WrongState from the close on, UnknownSession.
    """
    link = draw_link()
    house.store.put_desk_link(uuid, hash_of(_LINK, uuid, link))
    return in_groups(link)


def claim_desk(house: House, uuid: str, link: str, device: str) -> bool:
    """Bind a device, by the secret that it has drawn, to the desk whose link this is; False when it was before.

    Raises UnknownDesk, LinkTaken, WrongState from the close on, UnknownSession, MalformedForm when the secret is not 22
    to 64 Base58 characters.
    """
    if not is_device(device):
        raise MalformedForm("A device has a secret of 22 to 64 letters and digits.", "device")
    try:
        typed = read_link(link)
    except UnknownLink:
        raise UnknownDesk("A link ends in 12 letters and digits, without 0, O, I and l.") from None
    return house.store.claim_desk(uuid, hash_of(_LINK, uuid, typed), hash_of(_DEVICE, uuid, device))


def bound_desk(house: House, uuid: str, device: str) -> Desk:
    """Find out whether a device, by its secret, is the desk. Raises UnknownDesk, also when it never was one."""
    hashed = hash_of(_DEVICE, uuid, device)
    if not is_device(device) or not house.store.is_desk(uuid, hashed):
        raise UnknownDesk("This is not the desk of this vote, or its link was replaced.")
    return Desk(hashed)
