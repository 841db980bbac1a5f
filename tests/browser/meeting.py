"""Who takes part in a meeting, as the tests see them: the service, phones, the chair's browser, and a session."""

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect

from config import Settings
from tests.running import free_port
from voting.domain.casting import cast, open_session
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.drafting import create_session
from voting.domain.elections import election_of
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.protocol.ballots import make_ballot

START_SECONDS = 60
STOP_SECONDS = 30
PHONE: ViewportSize = {"width": 375, "height": 667}
DESK: ViewportSize = {"width": 1280, "height": 800}
PEOPLE = (
    Person("Nguyễn Văn An", "Giám đốc"),
    Person("Trần Thị Bình", "Phó Giám đốc"),
    Person("Lê Hoàng Cường", "Trưởng phòng Tổ chức cán bộ"),
)
TITLE = "Lấy phiếu tín nhiệm giữa nhiệm kỳ"


@dataclass(frozen=True)
class Service:
    """A running `voting serve`."""

    address: str
    data: Path
    log: Path
    environment: dict[str, str]

    @property
    def settings(self) -> Settings:
        """The settings that the service runs with."""
        return Settings.from_env(self.environment)

    def command(self, *arguments: str) -> str:
        """Run `voting …` on the same data; give what it prints."""
        program = [str(Path(sys.executable).parent / "voting"), *arguments]
        return subprocess.run(program, env=self.environment, capture_output=True, text=True, check=True).stdout

    def wait_until_it_answers(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        """Wait for /healthz; with the log in the failure when the service ends instead."""
        until = monotonic() + seconds
        while monotonic() < until and process.poll() is None:
            with suppress(OSError):
                if get(f"{self.address}/healthz")[0] == 200:
                    return
            sleep(0.05)
        raise RuntimeError(f"the service did not start: {self.log.read_text()}")

    def kept_files(self) -> list[tuple[str, bytes]]:
        """Give (name, bytes) of every file that the service keeps, its log included."""
        files = [path for path in self.data.rglob("*") if path.is_file()]
        return [(str(path), path.read_bytes()) for path in [*files, self.log]]


@contextmanager
def running_service(folder: Path) -> Iterator[Service]:
    """Run `voting serve` on a free port of loopback, with a data folder of its own in `folder`."""
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


def get(address: str) -> tuple[int, bytes]:
    """Ask the service as a program does; give (status, body)."""
    there = urlsplit(address)
    line = http.client.HTTPConnection(str(there.netloc), timeout=10)
    try:
        line.request("GET", there.path)
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


class Visitors:
    """Makes browsers that share nothing with each other. `complaints`: what their consoles reported, all of them."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self.complaints: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for context in self._contexts:
            context.close()

    def phone(self, locale: str = "vi-VN", **options: Any) -> "Phone":
        """A phone that has never been here."""
        options = {"viewport": PHONE, "is_mobile": True, "has_touch": True, **options}
        return Phone(self._page(locale, options))

    def desk(self, locale: str = "en-GB", **options: Any) -> Page:
        """A computer that has never been here."""
        return self._page(locale, {"viewport": DESK, **options})

    def _page(self, locale: str, options: dict[str, Any]) -> Page:
        context = self._browser.new_context(locale=locale, base_url=self.address, **options)
        context.set_default_timeout(15_000)
        context.on("console", self._listen)
        context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        self._contexts.append(context)
        return context.new_page()

    def _listen(self, message: ConsoleMessage) -> None:
        # A 404 or a lost connection is part of several stories; all else, a violated content policy first, is not.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)


class Phone:
    """An attendee's phone on the page of a slip."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def context(self) -> BrowserContext:
        """The browser of this phone: its cookies and its connection."""
        return self.page.context

    def scan(self, link: str) -> None:
        """Open the address that is in a slip's QR code."""
        self.page.goto(link)

    def arrive(self, screen: str, seconds: float = 15) -> None:
        """Wait until a screen of the phone page is shown."""
        self.page.locator(f'[data-screen="{screen}"]:not([hidden])').wait_for(timeout=seconds * 1000)

    def words(self) -> str:
        """Give what can be read on the page."""
        return self.page.locator("main").inner_text()

    def choose(self, line: int, answer: int) -> None:
        """Tap one answer of a line."""
        self.page.locator(f'label:has([name="line-{line}"][value="{answer}"])').tap()

    def chosen(self) -> list[tuple[str, str]]:
        """Give (line, answer) of everything that is chosen on the ballot paper."""
        boxes = self.page.locator("#sheet input:checked").all()
        return [(str(box.get_attribute("name")), str(box.get_attribute("value"))) for box in boxes]

    def review(self) -> None:
        """Go on from the ballot paper to the review."""
        self.page.locator("#review").tap()

    def cast(self) -> None:
        """Cast the ballot that is being reviewed."""
        self.page.locator("#cast").tap()

    def fill_in(self, *answers: int) -> None:
        """Fill in every line and go on to the review."""
        self.arrive("voting")
        for line, answer in enumerate(answers):
            self.choose(line, answer)
        self.review()
        self.arrive("reviewing")

    def vote(self, *answers: int) -> str:
        """Fill in, cast, and give the tracker of the receipt."""
        self.fill_in(*answers)
        self.cast()
        return self.tracker()

    def tracker(self) -> str:
        """Wait for the receipt; give its tracker."""
        self.arrive("voted")
        return str(self.page.locator("#tracker").text_content())

    def stored(self) -> dict[str, str]:
        """Give everything that this site keeps in the browser's storages."""
        kept: dict[str, str] = self.page.evaluate("({...sessionStorage, ...localStorage})")
        return kept


class Chair:
    """The chair's browser. Elements are found by name and address, so the language does not matter."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.uuid = ""

    def sign_in(self, name: str, one_time: str, own: str) -> None:
        """Sign in with a one-time password and choose an own one."""
        self.page.goto("/chair/")
        self._fill(name=name, password=one_time)
        self._send()
        self._fill(new=own, again=own)
        self._send()
        self.page.wait_for_url("**/chair/")

    def make_session(self, **fields: str) -> None:
        """Fill in the form of a new session, look at its preview, save. `scale` and `blank` as in the form.

        `tellers`: their names, one a line; without them the session is in quick mode.
        """
        self.page.locator("a[href='/chair/sessions/new']").first.click()
        tellers = fields.pop("tellers", "").splitlines()
        self.page.locator(f"input[name=mode][value={'tellers' if tellers else 'quick'}]").check()
        for number, name in enumerate(tellers, 1):
            self.page.locator(f"[name=teller_{number}]").fill(name)
        if scale := fields.pop("scale", ""):
            self.page.locator(f"input[name=scale][value={scale}]").check()
        if fields.pop("blank", ""):
            self.page.locator("input[name=blank]").check()
        self._fill(**fields)
        self.page.locator("button[name=wish][value=preview]").click()
        self.page.locator("button[name=wish][value=save]").click()
        self.page.wait_for_url(re.compile(r"/chair/sessions/\w{14}$"))
        self.uuid = self.page.url.rpartition("/")[2]

    def make_links(self) -> list[str]:
        """Make the links of all tellers, from the page of the counting team; give their addresses."""
        self.page.locator("form[action$='/links'] button.button-primary").click()
        self.page.locator(".link-cards").wait_for()
        return self.page.locator(".link-address").all_inner_texts()

    def new_link(self, index: int) -> str:
        """Make a new link for one teller, from the page of the counting team; give its address."""
        self.page.locator(f"[data-teller='{index}'] form[action$='/links'] button").click()
        self.page.locator(".link-cards").wait_for()
        return self.page.locator(".link-address").inner_text()

    def make_slips(self) -> list[str]:
        """Make the slips and read their codes."""
        self.page.locator("form[action$='/slips'] button").first.click()
        self.page.locator(".slips-end").wait_for()
        return self.page.locator(".slip-code").all_text_contents()

    def step(self, name: str) -> None:
        """Take the next step of the session and confirm it. From the page of the slips as well."""
        self.page.locator(f"main a[href$='/{name}']").first.click()
        self.page.locator(f"main form[action$='/{name}'] button").click()
        self.page.wait_for_url(f"**/chair/sessions/{self.uuid}")

    def turnout(self, ballots: int) -> None:
        """Wait until the page says by itself how many ballots there are."""
        expect(self.page.locator(".turnout [data-turnout]")).to_have_text(str(ballots), timeout=15_000)

    def _fill(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.locator(f"main [name={name}]:visible").fill(text)

    def _send(self) -> None:
        self.page.locator("main form button[type=submit]").click()


@dataclass(frozen=True)
class Meeting:
    """A session with its codes, led by the test itself."""

    house: House
    address: str
    uuid: str
    codes: Sequence[str]

    @classmethod
    def begun(
        cls, house: House, address: str, state: str = "open", title: str = TITLE, codes: int = 6, **entries: Any
    ) -> Self:
        """Make a session that is ready or open. `entries`: people, scale, blank, choose, and fields of Session."""
        names = ("scale", "blank", "choose", "labels")
        sheet = make_sheet(
            entries.pop("people", PEOPLE), **{name: entries.pop(name) for name in names if name in entries}
        )
        uuid = create_session(house, Session("", title, sheet, codes=codes, **entries)).uuid
        drawn = make_codes(house, uuid)
        confirm_codes(house, uuid)
        made = cls(house, address, uuid, drawn)
        if state == "open":
            made.open()
        return made

    def link(self, number: int, query: str = "") -> str:
        """Give the address in the QR code of one slip, counted from 0."""
        return f"/v/{self.uuid}{query}#{self.codes[number]}"

    def open(self) -> None:
        """Begin the voting."""
        open_session(self.house, self.uuid)

    def close(self) -> None:
        """End the voting."""
        close_session(self.house, self.uuid)

    def cast(self, number: int, *answers: int) -> None:
        """Cast the ballot of a slip as a program would: one answer of three for each line."""
        self.cast_choices(number, [[int(answer == place) for place in range(3)] for answer in answers])

    def cast_choices(self, number: int, choices: Sequence[Sequence[int]]) -> None:
        """Cast the ballot of a slip with these choices of each line, the blank one first where a line may be blank."""
        election = election_of(self.house, self.uuid)
        cast(self.house, self.uuid, make_ballot(election, self.codes[number], choices))

    def count(self) -> None:
        """Count what was closed."""
        count_session(self.house, self.uuid)

    def publish(self) -> None:
        """Publish what was counted."""
        publish_session(self.house, self.uuid)

    @property
    def ballots(self) -> int:
        """How many ballots are on the board."""
        return self.house.store.turnout(self.uuid).ballots


MakeMeeting = Callable[..., Meeting]
