"""Vietnamese and English: which one a request gets, and the words of both.

`?lang=` decides, else what the chair chose before (kept in the chair's session; voters have none), else the browser,
else Vietnamese. This is the one module that knows the library.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, TypeVar, cast
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, g, request, session
from flask_babel import Babel, get_domain
from flask_babel import force_locale as _force_locale
from flask_babel import format_datetime as _format_datetime
from flask_babel import gettext as _gettext
from jinja2 import pass_context
from jinja2.runtime import Context

from voting.domain.scales import LANGUAGES, SCALES, Language

DEFAULT: Final[Language] = "vi"
CATALOGUES: Final = ("meeting", "chair", "teller")
VOTER_PAGES: Final = ("landing.", "phone.", "board.", "agenda.", "teller.", "desk.", "notice.")
_OF_A_PAPER: Final = "voting_language_of_a_paper"
_NAMES: Final[dict[Language, str]] = {"vi": "Tiếng Việt", "en": "English"}

View = TypeVar("View", bound=Callable[..., Any])


def install(app: Flask) -> None:
    """Give an application its languages: gettext in templates, the switch, and links that keep the choice."""
    app.config["BABEL_DOMAIN"] = ";".join(CATALOGUES)
    # Flask-Babel pairs catalogues with folders by position.
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(["web/translations"] * len(CATALOGUES))
    Babel(app, locale_selector=pick_language)
    for name in ("gettext", "ngettext"):
        app.jinja_env.globals[name] = _with_numbers(cast(Callable[..., str], app.jinja_env.globals[name]))
    app.url_defaults(_keep_language)
    app.after_request(_vary)
    app.context_processor(lambda: {"language": language(), "languages": _switch()})
    app.jinja_env.filters["percentage"] = percentage
    app.jinja_env.filters["figure"] = figure
    app.jinja_env.filters["moment"] = moment
    app.jinja_env.filters["day"] = day


def pick_language() -> Language:
    """Choose the language of this request."""
    for wanted in (g.get("speaking"), request.args.get("lang"), session.get("language")):
        if wanted in LANGUAGES:
            return cast(Language, wanted)
    return cast(Language, request.accept_languages.best_match(LANGUAGES, DEFAULT))


def of_a_paper(view: View) -> View:
    """Mark a route whose `?lang=` is the language of one paper: whoever takes it in another one reads on in the own."""
    setattr(view, _OF_A_PAPER, True)
    return view


def remember_choice() -> None:
    """Keep the chair's choice for the pages that follow; for routes that have a session. A paper chooses for itself."""
    if hasattr(current_app.view_functions.get(request.endpoint or ""), _OF_A_PAPER):
        return
    if request.args.get("lang") in LANGUAGES and session.get("language") != request.args["lang"]:
        session["language"] = request.args["lang"]


def language() -> Language:
    """Give the language of this request."""
    return pick_language()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak one language for a while, whatever the request asked for: one answer may hold papers in both."""
    before = g.get("speaking")
    g.speaking = language
    try:
        with _force_locale(language):
            yield
    finally:
        g.speaking = before


def gettext(message: str, **values: object) -> str:
    """Translate a message and fill in its `%(name)s` places; a number is written as `figure` does."""
    return cast(str, _gettext(message, **_in_words(values)))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Translate a message that depends on a number, which is `%(num)s` in it."""
    # The library's own function would fill in the bare number.
    text = cast(str, get_domain().get_translations().ungettext(one, many, num))
    return text % _in_words({"num": num} | values)


def _in_words(values: dict[str, object]) -> dict[str, object]:
    return {name: figure(value) if type(value) is int else value for name, value in values.items()}


def _with_numbers(translate: Callable[..., str]) -> Callable[..., str]:
    """Give what templates call as `_`, `ngettext` and `trans`: with the numbers in it written as `figure` does."""

    @pass_context
    def speak(context: Context, *message: Any, **values: object) -> str:
        # What a plural depends on comes by position, after both messages.
        values = dict(zip(("num",), message[2:], strict=False)) | values
        return cast(str, context.call(translate, *message, **_in_words(values)))

    return speak


def N_(message: str) -> str:
    """Mark a message of a table for the catalogue; it is translated where it is shown."""
    return message


def level_words() -> dict[str, list[str]]:
    """Give the labels of every standard scale in the language of this request, by scale."""
    return {scale.id: list(scale.labels[language()]) for scale in SCALES.values() if scale.labels}


def figure(number: int) -> str:
    """Write a number of votes, ballots, people: 1234 is `1.234` in Vietnamese, `1,234` in English."""
    return f"{number:,}".replace(",", "." if language() == "vi" else ",")


def percentage(hundredths: int) -> str:
    """Write hundredths of a percent with two decimals: 6660 is `66,60 %` in Vietnamese, `66.60%` in English."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole},{rest:02}\N{NO-BREAK SPACE}%" if language() == "vi" else f"{whole}.{rest:02}%"


def moment(seconds: int) -> str:
    """Write a time as the clock of this machine shows it."""
    local = datetime.fromtimestamp(seconds).astimezone()
    return cast(str, _format_datetime(local, "HH:mm, d/M/y" if language() == "vi" else "d MMM y, HH:mm", rebase=False))


def day(written: str) -> str:
    """Write a day that is kept as `2026-12-05`: 5/12/2026 in Vietnamese, 5 Dec 2026 in English; empty stays empty."""
    if not written:
        return ""
    at = datetime.fromisoformat(written)
    return cast(str, _format_datetime(at, "d/M/y" if language() == "vi" else "d MMM y", rebase=False))


def long_moment(at: datetime) -> str:
    """Write a time as official papers do: `08 giờ 05 phút, ngày 05 tháng 02 năm 2026` (Decree 30/2020)."""
    if language() == "en":
        return cast(str, _format_datetime(at, "HH:mm, d MMMM y", rebase=False))
    return f"{at:%H} giờ {at:%M} phút, {long_date(at)}"


def long_date(at: datetime) -> str:
    """Write a date as official papers do: days below 10 and the first two months with a zero before them."""
    if language() == "en":
        return cast(str, _format_datetime(at, "d MMMM y", rebase=False))
    month = f"{at.month:02}" if at.month < 3 else str(at.month)
    return f"ngày {at.day:02} tháng {month} năm {at.year}"


def _switch() -> list[Mapping[str, Any]]:
    """List the languages with the address of this same page in each."""
    others = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    base = request.path if request.method in ("GET", "HEAD") else _page_after_post()
    return [
        {"code": code, "name": _NAMES[code], "current": code == language(), "address": _address(base, others, code)}
        for code in LANGUAGES
    ]


def _page_after_post() -> str:
    # What a form answered with cannot be asked for again; its own page can.
    return request.path if request.url_rule and "GET" in (request.url_rule.methods or ()) else "/chair/"


def _address(path: str, others: list[tuple[str, str]], code: str) -> str:
    return f"{quote(path)}?{urlencode([*others, ('lang', code)])}"


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """Voters have no cookie, so their links carry the choice."""
    if endpoint.startswith(VOTER_PAGES) and request and request.args.get("lang") in LANGUAGES:
        values.setdefault("lang", request.args["lang"])


def _vary(response: Response) -> Response:
    if response.mimetype in ("text/html", "application/json"):
        response.vary.add("Accept-Language")
    return response
