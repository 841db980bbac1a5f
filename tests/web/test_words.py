"""Every word that a person reads is there in Vietnamese, and says the same with the same places to fill in."""

import re
from collections.abc import Iterator
from pathlib import Path

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


@pytest.mark.parametrize(("language", "words"), [("vi", "Đăng nhập dành cho chủ tọa"), ("en", "Sign in as chair")])
def test_the_page_speaks_the_language_that_was_asked_for(visitor: ChairBrowser, language: str, words: str) -> None:
    page = visitor.get(f"/chair/sign-in?lang={language}").text
    assert words in page
    assert f'<html lang="{language}">' in page
