"""How gunicorn serves the application: threads, because most requests wait for the store; no access log (FAULTS P4)."""

from pathlib import Path
from typing import Any, Final, Protocol

WORKERS: Final = 2
THREADS: Final = 32


class Listening(Protocol):
    """What is read of the settings."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def tls_certificate(self) -> Path | None: ...
    @property
    def tls_key(self) -> Path | None: ...


def gunicorn_options(settings: Listening) -> dict[str, Any]:
    """Give the options by their names in gunicorn's configuration."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    options: dict[str, Any] = {
        "bind": [f"{host}:{settings.port}"],
        "worker_class": "voting.web.patience.PatientWorker",
        "workers": WORKERS,
        "threads": THREADS,
        # Phones poll every 2 s or so: a kept connection spares them the handshake.
        "keepalive": 10,
        "timeout": 60,
        "graceful_timeout": 20,
        "control_socket_disable": True,
        "accesslog": None,
        "errorlog": "-",
        # At "warning" gunicorn writes the address of whoever sends a request that it cannot read.
        "loglevel": "error",
        "proc_name": "voting",
    }
    if settings.tls_certificate and settings.tls_key:
        options |= {"certfile": str(settings.tls_certificate), "keyfile": str(settings.tls_key)}
    return options
