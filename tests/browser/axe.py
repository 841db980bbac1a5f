"""axe-core on pages of the service: what it finds, and in which languages and colours each page was looked at."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.camera import Theme

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Axe's category "color". A page in its other colours differs in nothing else: see test_axe.py.
COLOURS = ["color-contrast", "link-in-text-block"]
THEMES: tuple[Theme, Theme] = ("light", "dark")
LOOKS = frozenset(product(("en", "vi"), THEMES))

# What the page says of itself is kept, so that a look in a language or in colours that it does not have is none.
_BEGIN = """([only, within]) => {
    if (!('axe' in window)) return false;
    const what = within ? {include: [[within]]} : document;
    const options = {runOnly: only, resultTypes: ['violations'], preload: false, elementRef: false};
    const dark = matchMedia('(prefers-color-scheme: dark)').matches;
    const looks = [document.documentElement.lang, dark ? 'dark' : 'light'];
    const told = ({violations, passes, incomplete}) => [
        looks,
        violations.flatMap(({id, nodes}) => nodes.map((node) => [id, node.target.join(' '), node.failureSummary])),
        violations.length + passes.length + incomplete.length,
    ];
    // Not at once: this call is to come back while axe works, so that another page can be sent to work too.
    window.axeLook = new Promise((go) => setTimeout(go)).then(() => axe.run(what, options)).then(told);
    return true;
}"""


@cache
def _program() -> str:
    return AXE.read_text(encoding="utf-8")


@dataclass
class Axe:
    """Examines pages. `found`: (page, rule, selector, advice) of every violation; `runs`: how often it looked.

    `seen`: in which languages and colours it looked at each page, by the name that the test gave to it.
    """

    found: list[tuple[str, str, str, str]] = field(default_factory=list)
    runs: int = 0
    seen: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))

    def examine(self, name: str, *pages: Page, within: str | None = None) -> None:
        """Look at pages as they stand, or at one part of them, in light and in dark colours.

        Several pages are one page in several languages: they are looked at side by side, which takes half the time.
        """
        for theme, rules in zip(THEMES, (TAGS, COLOURS), strict=True):
            for page in pages:
                page.emulate_media(color_scheme=theme)
            for page in pages:
                self._begin(page, rules, within)
            for page in pages:
                self._take(page, name)

    def _begin(self, page: Page, rules: list[str], within: str | None) -> None:
        # Evaluated by the debugger, which the page's content policy does not bind.
        if not page.evaluate(_BEGIN, [rules, within]):
            page.evaluate(_program())
            assert page.evaluate(_BEGIN, [rules, within])

    def _take(self, page: Page, name: str) -> None:
        hits: list[Any]
        (language, theme), hits, applied = page.evaluate("window.axeLook")
        assert applied, f"{name}: no rule had anything to look at"
        where = f"{name} ({language}, {theme})"
        self.found += [(where, rule, selector, " ".join(advice.split())) for rule, selector, advice in hits]
        self.seen[name].add((language, theme))
        self.runs += 1

    def overlooked(self) -> list[str]:
        """List the pages that were not looked at in both languages and in both colours, with what lacks."""
        return [f"{name}: {sorted(LOOKS - seen)}" for name, seen in self.seen.items() if seen != LOOKS]

    def report(self) -> str:
        """Say what was found, one line for each."""
        return "\n".join(f"{page}: {rule}: {selector}\n    {advice}" for page, rule, selector, advice in self.found)

    def require_clean(self, places: int) -> None:
        """Fail unless at least so many pages were looked at in all ways, and nothing was found on any."""
        print(f"{len(self.seen)} places, {self.runs} looks")
        assert self.overlooked() == []
        assert len(self.seen) >= places, sorted(self.seen)
        assert self.found == [], self.report()
