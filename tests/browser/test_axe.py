"""What the walk over all pages relies on: axe finds a fault that is there in one language or in one scheme alone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import COLOURS, LOOKS, TAGS, THEMES, Axe
from tests.browser.bare_page import POLICY, served
from tests.browser.camera import Theme

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "vi")
WITH_STYLE = f"{POLICY}; style-src 'unsafe-inline'"
STYLES = Path(__file__).parents[2] / "voting" / "web" / "static" / "css"


def page_of(language: str, *, faint_in: Theme | None = None, label: str = "X") -> bytes:
    """Write a page without a fault, but for words that are faint in one scheme, or a button without a name."""
    faint = f"@media (prefers-color-scheme: {faint_in}) {{ p {{ color: #777; background: #888 }} }}" if faint_in else ""
    return (
        f'<!doctype html><html lang="{language}"><meta name="color-scheme" content="light dark"><title>T</title>'
        f"<style>{faint}</style><main><h1>T</h1><p>Words</p><button>{label}</button></main></html>"
    ).encode()


def examined(browser: Browser, pages: dict[str, bytes], policy: str = WITH_STYLE) -> Axe:
    """Examine a page as it is in each language; `pages`: by language."""
    axe = Axe()
    with served({f"/{language}": text for language, text in pages.items()}, policy) as address:
        shown: list[Page] = [browser.new_page() for _ in pages]
        for page, language in zip(shown, pages, strict=True):
            page.goto(f"{address}{language}")
        axe.examine("page", *shown)
        for page in shown:
            page.close()
    return axe


@pytest.mark.parametrize(("language", "theme"), sorted(LOOKS))
def test_faint_words_in_one_language_and_one_scheme_are_found(browser: Browser, language: str, theme: Theme) -> None:
    axe = examined(browser, {each: page_of(each, faint_in=theme if each == language else None) for each in LANGUAGES})
    assert [(where, rule, it) for where, rule, it, _ in axe.found] == [
        (f"page ({language}, {theme})", "color-contrast", "p")
    ]
    with pytest.raises(AssertionError, match="color-contrast"):
        axe.require_clean(1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_without_a_name_in_one_language_is_found(browser: Browser, language: str) -> None:
    axe = examined(browser, {each: page_of(each, label="" if each == language else "X") for each in LANGUAGES})
    assert [(where, rule) for where, rule, *_ in axe.found] == [(f"page ({language}, light)", "button-name")]


def test_axe_works_on_a_page_whose_policy_allows_no_script_of_a_stranger(browser: Browser) -> None:
    axe = examined(browser, {language: page_of(language, label="") for language in LANGUAGES}, POLICY)
    assert {rule for _, rule, *_ in axe.found} == {"button-name"}


def test_a_page_that_was_seen_in_one_language_or_is_the_only_one_is_not_enough(browser: Browser) -> None:
    both = examined(browser, {language: page_of(language) for language in LANGUAGES})
    assert (both.runs, both.seen, both.overlooked()) == (4, {"page": set(LOOKS)}, [])
    both.require_clean(1)
    with pytest.raises(AssertionError):
        both.require_clean(2)
    # A page that calls itself English is no Vietnamese one, whatever its address says.
    alone = examined(browser, {"en": page_of("en"), "vi": page_of("en")})
    assert alone.overlooked() == ["page: [('vi', 'dark'), ('vi', 'light')]"]
    with pytest.raises(AssertionError):
        alone.require_clean(1)


def test_the_rules_for_colours_are_all_that_axe_has(browser: Browser) -> None:
    with served({"/": page_of("en")}, WITH_STYLE) as address:
        page = browser.new_page()
        page.goto(address)
        Axe().examine("page", page)
        rules = page.evaluate(
            "tags => axe.getRules(tags).filter(it => it.tags.includes('cat.color')).map(it => it.ruleId)", TAGS
        )
        page.close()
    assert sorted(rules) == sorted(COLOURS)


def test_a_scheme_changes_nothing_but_colours() -> None:
    blocks = [
        (sheet.name, block)
        for sheet in sorted(STYLES.glob("*.css"))
        for block in re.findall(r"@media[^{]*prefers-color-scheme[^{]*\{(.*?)\n\}", sheet.read_text(), re.DOTALL)
    ]
    assert blocks, f"the styles know neither of {THEMES}"
    for name, block in blocks:
        declared = re.findall(r"([\w-]+)\s*:\s*([^;{}]+);", block)
        assert declared
        others = [each for each in declared if not re.fullmatch(r"--[\w-]+ (#[0-9a-f]{6}|none)", " ".join(each))]
        assert others == [], name
