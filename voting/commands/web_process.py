"""The process of the web server: gunicorn's arbiter on a socket that `voting serve` has bound (`python -m` this file).

Standard input is a pipe from the supervisor. When it ends, the supervisor is gone, however it went, and the port is
given free at once: nobody would start the store again for an orphan.
"""

import os
import signal
import sys
from collections.abc import Callable
from threading import Thread
from time import sleep
from typing import Any

from gunicorn.app.base import BaseApplication

from config import Settings
from voting.app import from_environment
from voting.commands.listening import SOCKET_OPTION
from voting.web.serving import gunicorn_options


class _WebServer(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn with our options and nothing from files or from the command line."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        return from_environment()


def _begin_by_itself(worker: Any) -> None:
    voting = worker.wsgi.extensions["voting"]
    voting.counts.take_up()
    voting.closing.begin()


def _stop_by_itself(arbiter: object, worker: Any) -> None:
    # Also called by the arbiter, and for a worker that did not get as far as to have an application.
    voting = getattr(getattr(worker, "wsgi", None), "extensions", {}).get("voting")
    if voting is not None:
        voting.closing.stop()
        voting.counts.stop()


def _leave_with_supervisor() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    while True:
        # Again until it works: a signal that comes while gunicorn starts its workers can be lost.
        os.kill(os.getpid(), signal.SIGQUIT)
        sleep(1)


def main() -> None:
    """Serve on the inherited socket named as `--socket=N` until a signal or the supervisor ends it."""
    (number,) = (word.removeprefix(SOCKET_OPTION) for word in sys.argv[1:] if word.startswith(SOCKET_OPTION))
    Thread(target=_leave_with_supervisor, daemon=True).start()
    own = {"bind": [f"fd://{int(number)}"], "post_worker_init": _begin_by_itself, "worker_exit": _stop_by_itself}
    _WebServer(gunicorn_options(Settings.from_env()) | own).run()


if __name__ == "__main__":
    main()
