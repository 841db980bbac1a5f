"""A house on a real embedded server with a small organisation in it, and the application on top."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from config import Settings
from tests.organisation.organised import PASSWORD, Organised, organised
from tests.running import embedded_store
from tests.web.chair_browser import ChairBrowser
from voting.app import create_app
from voting.domain.house import House
from voting.storage.sealing import SealingKeys
from voting.storage.store import RedisStore

NOON = 1_800_000_000
"""Friday 15 January 2027, 08:00 UTC."""


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisStore]:
    """One embedded server for all tests of this folder."""
    with embedded_store(tmp_path_factory.mktemp("data")) as store:
        yield store


@pytest.fixture(scope="session")
def standing_house(running: RedisStore) -> House:
    """The house of all tests of this folder, with a clock that stands still."""
    return House(running, SealingKeys(["a sealing key for tests, long enough"]), lambda: NOON)


@pytest.fixture
def house(standing_house: House, running: RedisStore) -> House:
    """The house, emptied."""
    running.connection.client.flushall()
    return standing_house


@pytest.fixture
def province(house: House) -> Organised:
    """The organisation."""
    return organised(house)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory, standing_house: House) -> Flask:
    """The application. It keeps nothing that matters beyond a test: what it knows is in the store."""
    settings = Settings.from_env({"VOTING_DATA": str(Path(tmp_path_factory.mktemp("settings")))})
    return create_app(settings, standing_house)


@pytest.fixture
def signed_in(app: Flask, province: Organised) -> Callable[[str, str], ChairBrowser]:
    """Give the browser of an account with one role in one unit, signed in."""

    def sign_in(role: str, unit: str) -> ChairBrowser:
        browser = ChairBrowser(app)
        assert browser.sign_in(province.account(role, unit), PASSWORD).status_code == 303
        return browser

    return sign_in
