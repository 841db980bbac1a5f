"""The application as gunicorn serves it, for tests that need real sockets and processes."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.running import free_port
from voting.storage.store import RedisStore

ROOT = Path(__file__).parents[2]
SERVER = """
import sys
from gunicorn.app.base import BaseApplication
from config import Settings
from voting.app import from_environment
from voting.web.serving import gunicorn_options

class Server(BaseApplication):
    def load_config(self):
        for name, value in gunicorn_options(Settings.from_env()).items():
            self.cfg.set(name, value)
    def load(self):
        return from_environment()

Server().run()
"""


@dataclass(frozen=True)
class Served:
    """A real server: its port and what it printed so far."""

    port: int
    log: Path

    def get(self, path: str, *, until: float = 0) -> bytes:
        """Load a path; until the given time also when nobody answers yet."""
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                    return bytes(answer.read())
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)


@contextmanager
def serving(folder: Path, store: RedisStore) -> Iterator[Served]:
    """Run gunicorn with our options on a store; it is stopped at the end."""
    env = {
        "VOTING_DATA": str(folder),
        "REDIS_URL": f"unix://{store.connection.client.connection_pool.connection_kwargs['path']}",
        "VOTING_PORT": str(free_port()),
        "HOME": str(folder),
    }
    served = Served(int(env["VOTING_PORT"]), folder / "log")
    with served.log.open("wb") as log:
        server = subprocess.Popen([sys.executable, "-c", SERVER], env=env, cwd=ROOT, stdout=log, stderr=log)
    try:
        assert served.get("/healthz", until=time.monotonic() + 20) == b"ok\n"
        yield served
    finally:
        server.terminate()
        server.wait(20)
