"""The socket that the service listens on: bound first, so that a taken port is known before anything else is done."""

import errno
import socket
import ssl
from typing import Final

from config import Settings
from voting.errors import MissingSetting, PortTaken

EVERY_ADDRESS: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104  compared with, not bound to
SOCKET_OPTION: Final = "--socket="
"""How the process of the web server is told the number of the inherited socket."""

# Addresses for documentation (RFC 5737): nothing is sent there, but the kernel chooses the way and with it our address.
_ELSEWHERE: Final = ("192.0.2.1", 9)


def bind(settings: Settings) -> socket.socket:
    """Bind host and port (0: a free one). Raises PortTaken, MissingSetting when the address cannot be used."""
    place = f"{settings.host}, port {settings.port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        raise MissingSetting(f"VOTING_HOST is {settings.host!r}, which is no address of this machine.") from None
    listener = socket.socket(family, kind, protocol)
    try:
        # A port that was just left can be taken again at once; one that is listened on cannot.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(f"{place} is taken by another program. Set VOTING_PORT to another port.") from None
        raise MissingSetting(f"The service cannot listen on {place}: {error.strerror}.") from None
    return listener


def require_tls_or_consent(settings: Settings) -> None:
    """Refuse to be reached by other machines without TLS, unless that is meant (FAULTS P8). Raises MissingSetting."""
    if settings.tls_certificate and settings.tls_key:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_certificate, settings.tls_key)
        except (OSError, ssl.SSLError):
            raise MissingSetting(
                f"VOTING_TLS_CERTIFICATE ({settings.tls_certificate}) and VOTING_TLS_KEY ({settings.tls_key}) cannot "
                "be read as a certificate and its key."
            ) from None
    if settings.is_loopback or settings.has_tls or settings.plain_http:
        return
    raise MissingSetting(
        f"VOTING_HOST is {settings.host}: phones would be served without TLS, and whoever is on the network could "
        "change the page that encrypts the ballots. Set VOTING_TLS_CERTIFICATE and VOTING_TLS_KEY, or "
        "VOTING_PUBLIC_URL=https://… when a proxy speaks TLS, or for a try VOTING_PLAIN_HTTP=yes."
    )


def own_address(settings: Settings, port: int) -> str:
    """Give the address that people type, without a slash at its end; on every interface, the one that phones reach."""
    if settings.public_url:
        return settings.public_url
    host = lan_host() if settings.host in EVERY_ADDRESS else settings.host
    scheme = "https" if settings.tls_certificate else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def lan_host() -> str:
    """Give this machine's address on the local network, or its loopback address when there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(_ELSEWHERE)
            return str(way.getsockname()[0])
        except OSError:
            pass
    try:
        return socket.gethostbyname(socket.gethostname())
    except OSError:
        return "127.0.0.1"
