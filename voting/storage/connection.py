"""The one road to the server: every command passes here, and no exception of the client library leaves."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from typing import Any, Final, TypeVar, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

import redis
from redis.backoff import NoBackoff
from redis.cluster import RedisCluster
from redis.exceptions import (
    BusyLoadingError,
    ConnectionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    TimeoutError,
)
from redis.retry import Retry

from voting.errors import MissingSetting, NotRecorded

ANSWER_SECONDS: Final = 5.0
"""How long one command may take. A server that fsyncs each write and is slower than this is not usable in a meeting."""

MOST_CONNECTIONS: Final = 64
_T = TypeVar("_T")


class Connection:
    """A pool of connections, and the scripts that run over it. Safe for threads; a forked child opens its own."""

    def __init__(self, url: str) -> None:
        self.client = _client(url)
        folder = resources.files("voting.storage") / "scripts"
        # EVALSHA, and the text again when the server was restarted and has forgotten it.
        self._scripts = {
            file.name.removesuffix(".lua"): self.client.register_script(file.read_text("utf-8"))
            for file in folder.iterdir()
            if file.name.endswith(".lua")
        }

    @property
    def acts(self) -> frozenset[str]:
        """The names of all scripts."""
        return frozenset(self._scripts)

    def run(self, act: str, keys: Sequence[str], *arguments: str | bytes, repeatable: bool = False) -> list[Any]:
        """Run one script. Raises NotRecorded.

        `repeatable`: the act does the same however often it arrives, so it is sent once more when a connection broke
        and nobody knows whether the server had received it.
        """
        script = self._scripts[act]
        return self.ask(lambda: cast(list[Any], script(keys, arguments)), repeatable=repeatable)

    def ask(self, command: Callable[[], _T], *, repeatable: bool = True) -> _T:
        """Run one command. Raises NotRecorded."""
        with refusing():
            try:
                return command()
            except (ConnectionError, TimeoutError):
                if not repeatable:
                    raise
                return command()

    def nodes(self) -> list["redis.Redis"]:
        """Give a client for each server that takes writes: one, or the primaries of a cluster. Raises NotRecorded."""
        if not isinstance(self.client, RedisCluster):
            return [self.client]
        nodes = self.client.nodes_manager.get_nodes_by_server_type("primary")
        with refusing():
            return [self.client.get_redis_connection(node) for node in nodes]

    def close(self) -> None:
        """Close every connection of this process."""
        with refusing():
            if isinstance(self.client, RedisCluster):
                self.client.close()
            else:
                self.client.connection_pool.disconnect()


@contextmanager
def refusing() -> Iterator[None]:
    """Turn whatever the client library raises into NotRecorded. Its own text stays behind: it may quote arguments."""
    try:
        yield
    except OutOfMemoryError:
        raise NotRecorded("The store is out of memory: nothing was recorded.") from None
    except ReadOnlyError:
        raise NotRecorded("The store takes no writes, it is a replica: nothing was recorded.") from None
    except BusyLoadingError:
        raise NotRecorded("The store is still reading its data: nothing was recorded. Try again.") from None
    except TimeoutError:
        raise NotRecorded("The store did not answer in time. It is safe to try again.") from None
    except ConnectionError:
        raise NotRecorded("The store cannot be reached. It is safe to try again.") from None
    except RedisError as error:
        if str(error).startswith("MISCONF"):
            raise NotRecorded("The store cannot write to its disk: nothing was recorded.") from None
        raise NotRecorded("The store refused the command: nothing was recorded.") from None
    except OSError:
        raise NotRecorded("The store cannot be reached. It is safe to try again.") from None


def _client(url: str) -> "redis.Redis | RedisCluster":
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    cluster = query.pop("cluster", "") == "yes"
    options: dict[str, Any] = {
        "socket_timeout": ANSWER_SECONDS,
        "socket_connect_timeout": ANSWER_SECONDS,
        # The library would send again by itself what must not be sent twice.
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
    }
    try:
        if cluster:
            plain = parts._replace(query=urlencode(query)).geturl()
            with refusing():
                return RedisCluster.from_url(plain, **options, max_connections=MOST_CONNECTIONS)
        pool = redis.BlockingConnectionPool.from_url(
            url, **options, max_connections=MOST_CONNECTIONS, timeout=ANSWER_SECONDS
        )
        return redis.Redis(connection_pool=pool)
    except (ValueError, TypeError):
        # The address may hold a password, so it is not quoted.
        raise MissingSetting("REDIS_URL must begin with redis://, rediss:// or unix://.") from None
