"""The service as one thing that is started, watched and stopped: the web server's process beside the store."""

import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic, sleep
from typing import Final

import click

from config import Settings
from voting.commands.house import Place
from voting.commands.listening import EVERY_ADDRESS, SOCKET_OPTION
from voting.errors import MissingSetting, NotRecorded, Refusal

START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 30.0
TOO_SOON: Final = 10.0
"""A web server that ends within so many seconds of its start would only end again."""

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """A signal asked the service to end."""


@contextmanager
def until_stopped() -> Iterator[list[Callable[[], None]]]:
    """Run the body until SIGINT, SIGTERM or SIGHUP; it ends through its own clean-up.

    Gives a list of what a second, impatient signal calls. To be the outermost, so that nothing is left running.
    """
    impatient: list[Callable[[], None]] = []
    stopping = False

    def stop(number: int, frame: object) -> None:
        nonlocal stopping
        if not stopping:
            stopping = True
            raise Stopped
        for hurry in impatient:
            hurry()

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        with suppress(Stopped):
            yield impatient
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class WebServer:
    """The process of the web server (`web_process.py`) on a socket that is bound already."""

    def __init__(self, settings: Settings, place: Place, listener: socket.socket) -> None:
        self._settings = settings
        self._listener = listener
        self._environment = os.environ | {
            # The store that we hold, so that a worker does not have to be one of its users.
            "REDIS_URL": place.url,
            "VOTING_HOST": settings.host,
            "VOTING_PORT": str(self.port),
            "VOTING_PLAIN_HTTP": "yes" if settings.plain_http else "no",
        }
        if place.embedded:
            # Where the secrets are kept, unless the environment holds them.
            self._environment["VOTING_DATA"] = str(settings.data)
        self._started = 0.0
        self._process: subprocess.Popen[bytes]
        self._start()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._listener.getsockname()[1])

    def wait_until_it_answers(self) -> None:
        """Wait until /healthz answers 200. Raises MissingSetting when the web server ends instead, NotRecorded."""
        until = monotonic() + START_SECONDS
        while monotonic() < until:
            if self._process.poll() is not None:
                raise MissingSetting("The web server did not start; what it says stands above.")
            if self._answers():
                return
            sleep(0.02)
        raise NotRecorded(f"The web server did not answer within {START_SECONDS:.0f} seconds.")

    def watch(self, place: Place) -> None:
        """Keep the store and the web server running, for ever. Raises MissingSetting when the latter cannot be kept."""
        trouble = ""
        while True:
            try:
                self._process.wait(1)
            except subprocess.TimeoutExpired:
                pass
            else:
                if monotonic() - self._started < TOO_SOON:
                    raise MissingSetting("The web server ended by itself; what it says stands above.")
                click.echo("voting: the web server had ended and is started again.", err=True)
                self._start()
            try:
                if place.ensure():
                    click.echo("voting: the store had ended and was started again.", err=True)
                trouble = ""
            except Refusal as refusal:
                if str(refusal) != trouble:
                    trouble = str(refusal)
                    click.echo(f"voting: {trouble}", err=True)

    def hurry(self) -> None:
        """End at once, without waiting for the requests under way: a ballot without a receipt can be sent again."""
        self._process.send_signal(signal.SIGQUIT)

    def stop(self) -> None:
        """Let the requests under way end, then the process."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()

    def _start(self) -> None:
        self._started = monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "voting.commands.web_process", f"{SOCKET_OPTION}{self._listener.fileno()}"],
            env=self._environment,
            stdin=subprocess.PIPE,
            pass_fds=(self._listener.fileno(),),
            # Ctrl-C reaches us alone, and we tell it.
            start_new_session=True,
        )

    def _answers(self) -> bool:
        every = self._settings.host in EVERY_ADDRESS
        host = "127.0.0.1" if every else self._settings.host
        line: http.client.HTTPConnection
        if self._settings.tls_certificate:
            # Whether it answers, not who it is: the certificate is for the name that people type.
            anybody = ssl._create_unverified_context()  # noqa: S323  nothing is told to whom it asks here
            line = http.client.HTTPSConnection(host, self.port, timeout=2, context=anybody)
        else:
            line = http.client.HTTPConnection(host, self.port, timeout=2)
        try:
            line.request("GET", "/healthz")
            return line.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()


@contextmanager
def web_server(settings: Settings, place: Place, listener: socket.socket) -> Iterator[WebServer]:
    """Start the web server; at the end, however it comes, it is stopped."""
    server = WebServer(settings, place, listener)
    try:
        yield server
    finally:
        server.stop()
