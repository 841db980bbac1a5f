"""axe-core on a page of the service: what it finds there, with the rule and the element."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another language or other colours can change.
OF_LOOKS = ["color-contrast", "html-lang-valid", "landmark-unique", "link-in-text-block", "target-size"]
_RUN = """async ([only, within]) => {
    const what = within ? {include: [[within]]} : document;
    const options = {runOnly: only, resultTypes: ['violations'], preload: false, elementRef: false};
    const {violations} = await axe.run(what, options);
    return violations.flatMap(({id, nodes}) => nodes.map((node) => [id, node.target.join(' '), node.failureSummary]));
}"""


@cache
def _program() -> str:
    return AXE.read_text(encoding="utf-8")


@dataclass
class Axe:
    """Examines pages. `found`: (page, rule, selector, advice) of every violation; `runs`: how often it looked."""

    found: list[tuple[str, str, str, str]] = field(default_factory=list)
    runs: int = 0

    def examine(self, page: Page, name: str, within: str | None = None, *, looks_only: bool = False) -> None:
        """Look at a page as it stands, or at one part of it; `looks_only`: at what words and colours can change."""
        # Evaluated by the debugger, which the page's content policy does not bind.
        if not page.evaluate("'axe' in window"):
            page.evaluate(_program())
        hits: list[Any] = page.evaluate(_RUN, [OF_LOOKS if looks_only else TAGS, within])
        self.found += [(name, rule, selector, " ".join(advice.split())) for rule, selector, advice in hits]
        self.runs += 1

    def report(self) -> str:
        """Say what was found, one line for each."""
        return "\n".join(f"{page}: {rule}: {selector}\n    {advice}" for page, rule, selector, advice in self.found)
