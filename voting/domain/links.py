"""The personal link of a teller, and the one device that it works for. Both are kept as SHA-256 and nowhere else."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Final

from voting.domain.house import House
from voting.errors import MalformedForm, NotFound, UnknownDevice, UnknownLink
from voting.protocol.codes import BASE58

LINK_LENGTH: Final = 12
"""Characters of Base58: 70 bits, typed by hand where no camera is, and worthless once a device has claimed it."""

_LINK: Final = re.compile(f"[{BASE58}]{{{LINK_LENGTH}}}", re.ASCII)
_DEVICE: Final = re.compile(f"[{BASE58}]{{22,64}}", re.ASCII)


@dataclass(frozen=True)
class BoundDevice:
    """The device of the teller `index`, known by the `hash` of its secret.

    Each act of a teller is done with it, and the store asks in the act itself whether it still is that teller's: the
    chair may let go of a device at any moment.
    """

    index: int
    hash: str = field(repr=False)


def make_link(house: House, uuid: str, index: int) -> str:
    """Draw the link of a teller as `XXXX-XXXX-XXXX`; it is returned and kept nowhere.

    Again: the old link and its device are worthless. Raises WrongState from the count on, NotFound when there is no
    such teller, UnknownSession.
    """
    if not 1 <= index <= len(house.store.session(uuid).tellers):
        raise NotFound("There is no such teller.")
    link = "".join(secrets.choice(BASE58) for _ in range(LINK_LENGTH))
    house.store.put_link(uuid, index, _hash("link", uuid, link))
    return "-".join(link[start : start + 4] for start in range(0, LINK_LENGTH, 4))


def claim_link(house: House, uuid: str, link: str, device: str) -> int:
    """Bind a device, by the secret that it has drawn, to the teller whose link this is; gives the index.

    The same device again: the same. Raises UnknownLink, LinkTaken, WrongState from the count on, UnknownSession,
    MalformedForm when the secret is not 22 to 64 Base58 characters.
    """
    if not _DEVICE.fullmatch(device):
        raise MalformedForm("A device has a secret of 22 to 64 letters and digits.", "device")
    typed = "".join(link.split()).replace("-", "")
    if not _LINK.fullmatch(typed):
        raise UnknownLink("A link ends in 12 letters and digits, without 0, O, I and l.")
    return house.store.claim_link(uuid, _hash("link", uuid, typed), _hash("device", uuid, device))


def bound_device(house: House, uuid: str, device: str) -> BoundDevice:
    """Find the teller whose device this is, by its secret. Raises UnknownDevice, also when it never was one."""
    if not _DEVICE.fullmatch(device):
        raise UnknownDevice("This is not the secret of a device.")
    hashed = _hash("device", uuid, device)
    return BoundDevice(house.store.device_index(uuid, hashed), hashed)


def _hash(kind: str, uuid: str, secret: str) -> str:
    return hashlib.sha256(f"{kind}|{uuid}|{secret}".encode()).hexdigest()
