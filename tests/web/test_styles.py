"""Styles that hold in both directions of writing: no side is called left or right, nothing is written in a page."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STYLES = sorted((ROOT / "voting/web/static/css").glob("*.css"))
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)(?:-\w+)?"
    r"|left|right|top|bottom|(?:min-|max-)?(?:width|height)"
    r"|border-(?:top|bottom)-(?:left|right)-radius)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.stem)
def test_a_style_names_no_side_of_the_window(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    # The conditions of a query are about the window; they have no logical names in all browsers.
    rules = re.sub(r"@(?:media|container|page)[^{]*", "", text)
    assert PHYSICAL.findall(rules) == []


def test_no_template_holds_a_style_of_its_own() -> None:
    inline = re.compile(r"<style|\sstyle=", re.IGNORECASE)
    assert [path.name for path in (ROOT / "templates").rglob("*.html") if inline.search(path.read_text())] == []
