"""Closed unless declared: every route says who may use it, and an application with one that does not will not start.

`@public`: anyone. `@chair_only`: a signed-in chair. `@newcomer`: also a chair whose one-time password must still be
replaced. `@teller_only`, `@desk_only`: the device of a teller or of the desk, by the secret that it sends along. The
chair's session exists on the chair's pages alone; elsewhere there is no cookie to read or to set.
"""

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import Any, Final, ParamSpec, TypeVar, cast

from flask import Flask, request
from flask.sessions import NullSession, SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, current_user
from werkzeug.sansio.utils import host_is_trusted

from voting.domain.accounts import Account
from voting.domain.desks import bound_desk
from voting.domain.links import bound_device
from voting.errors import (
    ForeignHost,
    ForgedForm,
    PasswordNeeded,
    PlainConnection,
    SignInNeeded,
    UnknownDesk,
    UnknownDevice,
)
from voting.web.site import house, site

P = ParamSpec("P")
R = TypeVar("R")

CHAIR_PATH: Final = "/chair/"
LOOPBACK: Final = frozenset({"127.0.0.1", "[::1]", "localhost"})
_DECLARED: Final = "voting_access"


# ---- declarations


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Let anyone use a route."""
    setattr(view, _DECLARED, "public")
    return view


def chair_only(view: Callable[P, R]) -> Callable[P, R]:
    """Let a signed-in chair use a route; one with a one-time password is sent to choose an own one first."""
    return _guarded(view, may_be_newcomer=False)


def newcomer(view: Callable[P, R]) -> Callable[P, R]:
    """Let a signed-in chair use a route, also one who must still replace the one-time password."""
    return _guarded(view, may_be_newcomer=True)


def _guarded(view: Callable[P, R], *, may_be_newcomer: bool) -> Callable[P, R]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        account = signed_in()
        if account is None:
            raise SignInNeeded("Only a signed-in chair may do this.")
        if account.one_time and not may_be_newcomer:
            raise PasswordNeeded("The one-time password must be replaced first.")
        return view(*args, **kwargs)

    setattr(guarded, _DECLARED, "newcomer" if may_be_newcomer else "chair")
    return guarded


def teller_only(view: Callable[..., R]) -> Callable[..., R]:
    """Let the device of a teller use a route of one session, and hand it over as `device`.

    The device's secret comes as `Authorization: Bearer SECRET`: no browser sends it by itself, so no page of another
    site can act for a teller.
    """

    @wraps(view)
    def guarded(uuid: str, **values: Any) -> R:
        return view(uuid, device=bound_device(house(), uuid, _device()), **values)

    setattr(guarded, _DECLARED, "teller")
    return guarded


def desk_only(view: Callable[..., R]) -> Callable[..., R]:
    """Let the device of the desk use a route of one session, and hand it over as `desk`; it says who it is as tellers
    do.
    """

    @wraps(view)
    def guarded(uuid: str, **values: Any) -> R:
        try:
            secret = _device()
        except UnknownDevice:
            raise UnknownDesk("The request does not say which device sends it.") from None
        return view(uuid, desk=bound_desk(house(), uuid, secret), **values)

    setattr(guarded, _DECLARED, "desk")
    return guarded


def _device() -> str:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise UnknownDevice("The request does not say which device sends it.")
    return secret.strip()


def declaration_of(app: Flask, endpoint: str) -> str | None:
    """Give what the route of an endpoint declares, None when nothing."""
    return cast(str | None, getattr(app.view_functions[endpoint], _DECLARED, None))


def require_declarations(app: Flask) -> None:
    """Refuse to start an application with a route that does not say who may use it."""
    silent = sorted({rule.rule for rule in app.url_map.iter_rules() if not declaration_of(app, rule.endpoint)})
    if silent:
        raise RuntimeError(f"These routes do not say who may use them: {', '.join(silent)}")


# ---- the chair


class SignedIn:
    """What Flask-Login keeps of a chair. The identifier has the generation of the password: a change ends old ones."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        """Name the account and the generation of its password."""
        return f"{self.account.generation}:{self.account.name}"


def _load(identifier: str) -> SignedIn | None:
    generation, _, name = identifier.partition(":")
    account = house().store.account(name)
    return SignedIn(account) if account and str(account.generation) == generation else None


def signed_in() -> Account | None:
    """Give the account of the chair who sends this request; None when nobody is signed in."""
    return cast(SignedIn, current_user).account if current_user.is_authenticated else None


def this_chair() -> Account:
    """Give the account of the chair, in a route that only chairs reach."""
    account = signed_in()
    if account is None:
        raise SignInNeeded("Only a signed-in chair may do this.")
    return account


class ChairSessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie, on the chair's pages alone: the voter's routes neither read nor set one."""

    def open_session(self, app: Flask, request: Any) -> SecureCookieSession | None:
        """Open the chair's session; elsewhere one that is empty and cannot be written."""
        if not request.path.startswith(CHAIR_PATH):
            return NullSession()
        return super().open_session(app, request)


# ---- before every request


def refuse_plain_connection() -> None:
    """Refuse plain HTTP between machines unless the operator allowed it; the health check answers all the same."""
    if is_exposed() and not site().plain_http and request.endpoint != "health.answer":
        raise PlainConnection("This service is not reachable over plain HTTP.")


def is_exposed() -> bool:
    """Tell whether this page travels unencrypted over a network."""
    return not request.is_secure and _host_name() not in LOOPBACK


def refuse_foreign_host() -> None:
    """Refuse a name that is not ours, such as a stranger's that was bound to this machine; not the health check.

    Where the service listens on every address, numeric ones pass, for phones on a LAN.
    """
    if request.endpoint == "health.answer" or host_is_trusted(request.host, site().known_hosts):
        return
    if not (site().on_every_address and _is_numeric(_host_name())):
        raise ForeignHost("The address is not one of this service.")


def refuse_foreign_form() -> None:
    """Refuse a form that a page of another site sends; browsers say so where the connection is secure (W2)."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise ForgedForm("The form comes from another site.")


def _is_numeric(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _host_name() -> str:
    host = request.host
    return (host.rpartition("]")[0] + "]") if host.startswith("[") else host.partition(":")[0]


def install(app: Flask) -> None:
    """Give an application its sessions, its sign-in and the checks before every request."""
    app.session_interface = ChairSessions()
    manager = LoginManager(app)
    # It would end a sign-in when the address of the device changes, as it does between two networks in the middle of a
    # meeting. A stolen cookie is what the cookie's own attributes prevent; a new password ends it (`_load`).
    manager.session_protection = None
    manager.user_loader(_load)
    app.before_request(refuse_foreign_host)
    app.before_request(refuse_plain_connection)
    app.context_processor(lambda: {"exposed": is_exposed()})
