"""One real service for all browser tests, and Chromium to look at it with."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import chromium_arguments, chromium_program
from tests.browser.meeting import Meeting, Service, Visitors
from tests.browser.wire import Wire, recorded
from tests.running import free_port
from voting.commands.house import open_house

START_SECONDS = 60
STOP_SECONDS = 30


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium for the tests of one module: Playwright must end before another module starts it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=chromium_arguments())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """`voting serve` on a free port of loopback, with a data folder of its own."""
    folder = tmp_path_factory.mktemp("service")
    own = {name: value for name, value in os.environ.items() if name != "REDIS_URL" and not name.startswith("VOTING_")}
    port = free_port()
    environment = own | {"VOTING_DATA": str(folder / "data"), "VOTING_PORT": str(port)}
    service = Service(f"http://127.0.0.1:{port}", folder / "data", folder / "log", environment)
    with service.log.open("wb") as log:
        process = subprocess.Popen(
            [Path(sys.executable).parent / "voting", "serve"], env=environment, stdout=log, stderr=log
        )
    try:
        service.wait_until_it_answers(process, START_SECONDS)
        yield service
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)


@pytest.fixture
def wire(service: Service) -> Iterator[Wire]:
    """A way to the service that keeps every byte that phones send."""
    with recorded(service.address) as wire:
        yield wire


@pytest.fixture
def visitors(browser: Browser, service: Service) -> Iterator[Visitors]:
    """Browsers of people who come to the service; what their consoles complain of fails the test at its end."""
    with Visitors(browser, service.address) as visitors:
        yield visitors
    assert visitors.complaints == []


@pytest.fixture
def meeting(service: Service) -> Iterator[Callable[..., Meeting]]:
    """Make a session without the chair's pages, by what the command line does: sheet, state, codes."""
    with open_house(service.settings) as house:
        yield lambda **entries: Meeting.begun(house, service.address, **entries)
