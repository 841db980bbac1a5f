"""One real service for all browser tests, and Chromium to look at it with."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import chromium_arguments, chromium_program
from tests.browser.meeting import Meeting, Service, Visitors, running_service
from tests.browser.wire import Wire, recorded
from voting.commands.house import open_house


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
    with running_service(tmp_path_factory.mktemp("service")) as service:
        yield service


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
