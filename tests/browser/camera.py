"""Takes the pictures of a run: every screen at the size of a phone and of a computer, light and dark."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, ViewportSize

from tests.browser.meeting import DESK, PHONE

Theme = Literal["light", "dark"]
SIZES: tuple[tuple[str, ViewportSize], ...] = (("", PHONE), ("-wide", DESK))
THEMES: tuple[tuple[str, Theme], ...] = (("", "light"), ("-dark", "dark"))
FEW = {"vi": "", "en": "-wide-dark"}
STICKS_OUT = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
ROOT = Path(__file__).parents[2]


def picture_folder(name: str) -> Path:
    """Give the folder for pictures: the one that VOTING_PICTURES names, else one that is not under version control."""
    folder = Path(os.environ.get("VOTING_PICTURES") or ROOT / "build" / "pictures" / name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@dataclass
class Camera:
    """`every`: takes each screen in both sizes and both themes, else in one of them for each language, to be quick.

    `too_wide`: the screens on which something sticks out to the side, so that the page scrolls both ways.
    """

    folder: Path
    every: bool = False
    too_wide: set[str] = field(default_factory=set)
    taken: int = 0

    def take(self, page: Page, screen: str, language: str, *, whole: bool = False) -> None:
        """Take the pictures of one screen; `whole`: from the top of the page to its end."""
        # After a click the answer has begun to arrive, and may as yet have no element to measure.
        page.wait_for_load_state()
        own = page.viewport_size
        for size_name, size in SIZES:
            page.set_viewport_size(size)
            if page.evaluate(STICKS_OUT):
                self.too_wide.add(f"{screen}-{language} at {size['width']}")
            for theme_name, theme in THEMES:
                suffix = size_name + theme_name
                if self.every or suffix == FEW[language]:
                    page.emulate_media(color_scheme=theme)
                    path = self.folder / f"{screen}-{language}{suffix}.png"
                    page.screenshot(path=path, full_page=whole, animations="disabled")
                    self.taken += 1
        page.emulate_media(color_scheme="light")
        if own is not None:
            page.set_viewport_size(own)
