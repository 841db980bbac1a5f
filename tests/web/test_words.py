"""Every word that a person reads is there in Vietnamese, and says the same with the same places to fill in."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.web.chair_browser import ChairBrowser
from voting.web.languages import CATALOGUES as CATALOGUE_NAMES

ROOT = Path(__file__).parents[2]
CATALOGUES = ROOT / "voting/web/translations/vi/LC_MESSAGES"
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "N_": None, "ngettext": (1, 2)}
SOURCES = {ROOT / "templates": ("**.html", "jinja2"), ROOT / "voting/web": ("**.py", "python")}
_PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
_USED_BY_SCRIPTS = re.compile(r"""(?<!/)\bwords(?:\[["'](\w+)["']\]|\.([a-z]+)\b)(?!\()""")
_GIVEN_TO_SCRIPTS = re.compile(r"""["'](\w+)["']\s*:""")
_SAID_BY_A_SCRIPT = re.compile(r"""\b(?:say|announce|complain)\([^;`]*?["']([A-Z][^"']*[a-z]{2}[^"']*)["']""")


def used_messages() -> Iterator[tuple[str, str]]:
    """Yield (file, message) for each message in templates and code; of a plural, the singular."""
    for folder, method in SOURCES.items():
        found = extract_from_dir(folder, method_map=[method], options_map={}, keywords=KEYWORDS)
        for file, _, message, _, _ in found:
            yield f"{folder.name}/{file}", message if isinstance(message, str) else message[0]


def catalogue(name: str) -> Catalog:
    with (CATALOGUES / f"{name}.po").open("rb") as file:
        return read_po(file, locale="vi", domain=name)


def translated() -> dict[str, dict[str, Message]]:
    """Give the usable translations: message → catalogue → entry. A fuzzy one does not count."""
    entries: dict[str, dict[str, Message]] = {}
    for name in CATALOGUE_NAMES:
        for message in catalogue(name):
            if message.id and all(as_texts(message.string)) and not message.fuzzy:
                entries.setdefault(as_texts(message.id)[0], {})[name] = message
    return entries


def as_texts(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def test_every_message_has_a_vietnamese_translation() -> None:
    known = translated()
    used = set(used_messages())
    assert len(used) > 300
    assert sorted((file, message) for file, message in used if message not in known) == []


def test_no_message_hides_where_the_search_for_messages_does_not_look() -> None:
    hidden = re.compile(r"""\bf(["'])(?:(?!\1).)*\{n?gettext\((?!\w+\))["']""")
    code = {path: path.read_text() for path in (ROOT / "voting/web").rglob("*.py")}
    assert [(path.name, hit.group(0)) for path, text in code.items() for hit in hidden.finditer(text)] == []


def test_a_translation_has_the_places_of_its_message() -> None:
    differing = [
        message
        for message, entries in translated().items()
        for entry in entries.values()
        for text in as_texts(entry.string)
        if set(_PLACE.findall(text)) != set(_PLACE.findall(message))
    ]
    assert differing == []


def test_catalogues_say_the_same_where_they_share_a_message() -> None:
    differing = [
        message
        for message, entries in translated().items()
        if len({as_texts(entry.string or "") for entry in entries.values()}) > 1
    ]
    assert differing == []


def test_a_catalogue_holds_nothing_that_nobody_reads() -> None:
    used = {message for _, message in used_messages()}
    assert sorted(message for message in translated() if message not in used) == []


def test_the_words_of_a_teller_are_in_a_catalogue_of_their_own() -> None:
    known = translated()
    shared = [message for message, entries in known.items() if "teller" in entries and len(entries) > 1]
    said = {message for file, message in used_messages() if file.startswith("templates/teller/")}
    unsaid = [message for message, entries in known.items() if "teller" in entries and message not in said]
    assert (shared, unsaid) == ([], [])


def test_a_plural_is_there_in_the_one_form_that_vietnamese_has() -> None:
    plurals = [entry for name in CATALOGUE_NAMES for entry in catalogue(name) if entry.pluralizable]
    assert {name: catalogue(name).num_plurals for name in CATALOGUE_NAMES} == dict.fromkeys(CATALOGUE_NAMES, 1)
    assert [entry.id for entry in plurals if len(as_texts(entry.string)) != 1 or not all(as_texts(entry.string))] == []


def scripts() -> dict[str, str]:
    """Give the text of every module that runs in a browser, without its comments."""
    folder = ROOT / "voting/browser"
    return {
        str(path.relative_to(folder)): re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(), flags=re.DOTALL)
        for path in folder.rglob("*.js")
    }


def test_scripts_say_only_words_that_a_page_gives_them() -> None:
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "voting/web").rglob("*.py")]
    given = {key for path in pages for key in _GIVEN_TO_SCRIPTS.findall(path.read_text())}
    used = {
        (name, key)
        for name, text in scripts().items()
        for pair in _USED_BY_SCRIPTS.findall(text)
        for key in pair
        if key
    }
    assert len(used) > 40
    assert sorted((name, key) for name, key in used if key not in given) == []
    own = [(name, words) for name, text in scripts().items() for words in _SAID_BY_A_SCRIPT.findall(text)]
    assert own == []


def test_scripts_write_numbers_and_times_in_the_language_of_the_page() -> None:
    careless = re.compile(r"\.toFixed\(|\.toLocale\w+\(\)|\.to(?:Date|Time|GMT|UTC)String\(\)")
    assert [(name, hit) for name, text in scripts().items() for hit in careless.findall(text)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "voting/rules").glob("*.toml")), ids=lambda path: path.stem)
def test_a_rule_says_everything_in_both_languages(path: Path) -> None:
    said = list(said_in_languages(tomllib.loads(path.read_text())))
    assert said
    for words in said:
        assert set(words) == {"vi", "en"}
        assert all(text.strip() == text != "" for text in words.values())
        assert words["vi"] != words["en"], json.dumps(words, ensure_ascii=False)


def said_in_languages(value: Any) -> Iterator[dict[str, str]]:
    """Yield every table of a rule that holds a text in one language or another."""
    if isinstance(value, list):
        for each in value:
            yield from said_in_languages(each)
    elif isinstance(value, dict) and {"vi", "en"} & value.keys():
        yield value
    elif isinstance(value, dict):
        yield from said_in_languages(list(value.values()))


@pytest.mark.parametrize(("language", "words"), [("vi", "Đăng nhập dành cho chủ tọa"), ("en", "Sign in as chair")])
def test_the_page_speaks_the_language_that_was_asked_for(visitor: ChairBrowser, language: str, words: str) -> None:
    page = visitor.get(f"/chair/sign-in?lang={language}").text
    assert words in page
    assert f'<html lang="{language}">' in page
