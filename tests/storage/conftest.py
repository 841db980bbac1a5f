"""One embedded server for all tests of this floor, emptied before each."""

from collections.abc import Iterator

import pytest

from tests.running import connected
from voting.storage.embedded import EmbeddedServer, running_store
from voting.storage.store import RedisStore


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """An embedded server that lives as long as the test run."""
    with running_store(tmp_path_factory.mktemp("data")) as server:
        yield server


@pytest.fixture
def store(server: EmbeddedServer) -> Iterator[RedisStore]:
    """A store on an emptied server."""
    with connected(server.url) as store:
        store.connection.client.flushall()
        yield store
