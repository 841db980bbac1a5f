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
    link = draw_link()
    house.store.put_link(uuid, index, hash_of("link", uuid, link))
    return in_groups(link)


def claim_link(house: House, uuid: str, link: str, device: str) -> int:
    """Bind a device, by the secret that it has drawn, to the teller whose link this is; gives the index.

    The same device again: the same. Raises UnknownLink, LinkTaken, WrongState from the count on, UnknownSession,
    MalformedForm when the secret is not 22 to 64 Base58 characters.
    """
    if not is_device(device):
        raise MalformedForm("A device has a secret of 22 to 64 letters and digits.", "device")
    return house.store.claim_link(uuid, hash_of("link", uuid, read_link(link)), hash_of("device", uuid, device))


def bound_device(house: House, uuid: str, device: str) -> BoundDevice:
    """Find the teller whose device this is, by its secret. Raises UnknownDevice, also when it never was one."""
    if not is_device(device):
        raise UnknownDevice("This is not the secret of a device.")
    hashed = hash_of("device", uuid, device)
    return BoundDevice(house.store.device_index(uuid, hashed), hashed)


# ---- links and devices of every kind


def draw_link() -> str:
    """Draw a link: 12 characters, without the hyphens that people see."""
    return "".join(secrets.choice(BASE58) for _ in range(LINK_LENGTH))


def in_groups(link: str) -> str:
    """Write a link as `XXXX-XXXX-XXXX`."""
    return "-".join(link[start : start + 4] for start in range(0, LINK_LENGTH, 4))


def read_link(text: str) -> str:
    """Read a typed or scanned link; spaces and hyphens may stand anywhere. Raises UnknownLink."""
    typed = "".join(text.split()).replace("-", "")
    if not _LINK.fullmatch(typed):
        raise UnknownLink("A link ends in 12 letters and digits, without 0, O, I and l.")
    return typed


def is_device(secret: str) -> bool:
    """Tell whether a text has the form of the secret that a device draws."""
    return _DEVICE.fullmatch(secret) is not None


def hash_of(kind: str, uuid: str, secret: str) -> str:
    """Give the form in which a secret is kept. One of another kind or session has another hash."""
    return hashlib.sha256(f"{kind}|{uuid}|{secret}".encode()).hexdigest()
