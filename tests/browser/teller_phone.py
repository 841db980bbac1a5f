"""A teller's phone on the page of a link."""

import json
from pathlib import Path

from playwright.sync_api import Page, Request, expect


class TellerPhone:
    """A teller's browser. `sent`: the text of everything that left it, addresses and headers included."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sent: list[str] = []
        page.on("request", self._listen)

    def _listen(self, request: Request) -> None:
        self.sent.append(f"{request.url} {json.dumps(request.headers)} {request.post_data or ''}")

    def open(self, link: str) -> None:
        """Open the address that is in the QR code of a teller's link."""
        self.page.goto(link)

    def arrive(self, screen: str, seconds: float = 20) -> None:
        """Wait until a screen of the page is shown."""
        self.page.locator(f'[data-screen="{screen}"]:not([hidden])').wait_for(timeout=seconds * 1000)

    def act(self, name: str) -> None:
        """Tap the visible button of an act."""
        self.page.locator(f'[data-act="{name}"]:visible').tap()

    def words(self) -> str:
        """Give what can be read on the page."""
        return self.page.locator("main").inner_text()

    def make_key(self) -> None:
        """Have the phone make the key."""
        self.arrive("intro")
        self.act("make")
        self.arrive("saving")

    def save_as_file(self, folder: Path) -> Path:
        """Download the key file and say that it is there."""
        with self.page.expect_download() as waiting:
            self.page.locator("#key-download").tap()
        file = folder / waiting.value.suggested_filename
        waiting.value.save_as(file)
        self.act("saved")
        return file

    def write_down(self) -> str:
        """Copy the 22 characters by hand, mistype them once, type them back; gives them as they were shown."""
        self.page.locator("#key-show").tap()
        written = "-".join(self.page.locator("#key-groups li").all_inner_texts())
        self.act("write-down")
        self.arrive("retyping")
        self.type_key("retype", written[::-1])
        expect(self.page.locator("#retype-error")).to_be_visible()
        self.type_key("retype", written.replace("-", " "))
        return written

    def type_key(self, form: str, key: str) -> None:
        """Type a key into one of the forms for it."""
        self.page.locator(f"#{form}-key").fill(key)
        self.page.locator(f"#{form}-form button[type=submit]").tap()

    def fingerprint(self) -> str:
        """Wait for the end of the ceremony; give the digits that are compared aloud."""
        self.arrive("agreed", 60)
        return self.page.locator("#agreed-fingerprint").inner_text()

    def say_same(self) -> None:
        """Tap that all have the same digits."""
        self.act("same")
        expect(self.page.locator('[data-act="same"]:visible')).to_have_count(0)

    def board_words(self) -> str:
        """Wait until the phone has checked the board before the close; give what it says of it."""
        self.arrive("waiting")
        expect(self.page.locator("#waiting-board")).to_have_attribute("data-checked", "true", timeout=30_000)
        return self.page.locator("#waiting-board-words").inner_text()

    def verify(self) -> tuple[str, str, str]:
        """Have the phone check the board; give ballots, head and fingerprint as they are to be compared."""
        self.arrive("closed")
        self.act("verify")
        self.arrive("comparing", 60)
        shown = ("#comparing-ballots", "#comparing-head", "#comparing-fingerprint")
        ballots, head, fingerprint = (self.page.locator(name).inner_text() for name in shown)
        return ballots, head, fingerprint

    def decrypt(self) -> None:
        """Decrypt the sum with the key that this phone has kept."""
        self.act("decrypt")
