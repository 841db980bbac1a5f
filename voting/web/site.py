"""What every page needs, handed in by `create_app` and kept with the application: no module here holds state."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast

from flask import current_app, request

from voting.domain.house import House
from voting.web.closing import Closing
from voting.web.counts import Counts
from voting.web.figures import Figures
from voting.web.limits import ClaimLimits, DecryptionLimits, DeskLimits, LinkLimits, NoticeLimits, SignInLimits

_EXTENSION: Final = "voting"


@dataclass(frozen=True)
class Site:
    """The house with what the web adds to it. `public_url` has no slash at its end; None: the address that was asked.

    `ping` asks the store for a sign of life and raises NotRecorded. `known_hosts` and `on_every_address`: see
    `access.refuse_foreign_host`.
    """

    house: House
    ping: Callable[[], None]
    figures: Figures
    sign_in_limits: SignInLimits
    link_limits: LinkLimits
    decryption_limits: DecryptionLimits
    desk_limits: DeskLimits
    claim_limits: ClaimLimits
    notice_limits: NoticeLimits
    counts: Counts
    closing: Closing
    public_url: str | None
    plain_http: bool
    has_tls: bool
    known_hosts: frozenset[str]
    on_every_address: bool

    def keep_with_app(self) -> None:
        """Attach to the application whose context is active."""
        current_app.extensions[_EXTENSION] = self


def site() -> Site:
    """Give the site of the application that handles this request."""
    return cast(Site, current_app.extensions[_EXTENSION])


def house() -> House:
    """Give the house that the domain's acts take first."""
    return site().house


def base_address() -> str:
    """Give the address under which people reach the service, without a slash at its end."""
    return site().public_url or request.host_url.rstrip("/")
