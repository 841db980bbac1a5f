"""A walk through all pages, in both languages side by side, with axe-core looking at each in light and dark."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self

from playwright.sync_api import APIResponse, BrowserContext, Page, Route

from tests.browser.axe import AXE, Axe

LANGUAGES = ("en", "vi")
# Without a field to fill in, but what they answer with is a page of its own.
MAKE_SOMETHING = ("/slips", "/links", "/handing/desk", "/notices/make", "/roles/password")


class Shape(HTMLParser):
    """What a page is made of, without its words: the kinds of its elements, and its forms."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.kinds: set[tuple[str, ...]] = set()
        self.forms: list[dict[str, str]] = []
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        self.kinds.add((tag, *(values.get(name, "") for name in ("class", "role", "type", "data-screen"))))
        if tag == "form":
            self._inside = values.get("method", "").lower() == "post"
            if self._inside:
                self.forms.append({"action": values.get("action", ""), "to send": ""})
        elif self._inside and values.get("name"):
            self._field(tag, values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False

    def _field(self, tag: str, values: dict[str, str]) -> None:
        form, kind = self.forms[-1], values.get("type", "text")
        if tag == "button":
            form.setdefault(values["name"], values.get("value", ""))
        elif kind == "hidden":
            form[values["name"]] = values.get("value", "")
        elif kind not in ("radio", "checkbox", "file"):
            form[values["name"]] = "?"
            form["to send"] = "yes"

    def sendable(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield (address, fields) of the forms that a test may send without leading a session on."""
        for form in self.forms:
            action, wanted = form.pop("action"), form.pop("to send")
            if wanted or action.partition("?")[0].endswith(MAKE_SOMETHING):
                yield action, form


@dataclass
class Walk:
    """A walk with one tab for each language. `statuses`: what each endpoint answered with in the states.

    `seen`: the kinds of elements that were looked at, by endpoint: a state that adds none shows nothing new.
    """

    context: BrowserContext
    pages: list[Page]
    axe: Axe
    statuses: dict[str, set[int]] = field(default_factory=dict)
    seen: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)

    @classmethod
    def begun(cls, context: BrowserContext, axe: Axe) -> Self:
        """Begin with a browser that is signed in, or not."""
        # Scripts of a context run before the page's own, whatever its content policy says: half as dear as sending
        # the program to each page. It gives the page the name `axe` and changes nothing else.
        context.add_init_script(path=AXE)
        return cls(context, [context.new_page() for _ in LANGUAGES], axe)

    def visit(self, endpoint: str, state: str, address: str) -> None:
        """Look at a page unless one like it was looked at, and at what its forms answer with."""
        answer = self.context.request.get(_in(address, "en"), max_redirects=0)
        assert "/chair/sign-in" not in answer.headers.get("location", ""), address
        self.statuses.setdefault(endpoint, set()).add(answer.status)
        for shape in self._new(endpoint, answer):
            self.look(f"{address} ({state})", address)
            for action, fields in shape.sendable():
                self._send(f"{address} ({state}), sent to {action}", endpoint, address, action, fields)

    def look(self, name: str, address: str) -> None:
        """Examine a page, and all its screens at once if it shows one of several."""
        for page, language in zip(self.pages, LANGUAGES, strict=True):
            page.goto(_in(address, language), wait_until="commit")
        for page in self.pages:
            page.wait_for_load_state()
        self.axe.examine(name, *self.pages)
        if self.pages[0].locator("[data-screen]").count():
            for page in self.pages:
                page.locator("[data-screen]").evaluate_all("all => all.forEach(it => it.removeAttribute('hidden'))")
            self.axe.examine(f"{name}, all screens", *self.pages, within="main")

    def look_at_answers(self, name: str, address: str, answers: dict[str, str]) -> None:
        """Examine what came back for something that was sent: a text for each language, at the address of a page."""
        for page, language in zip(self.pages, LANGUAGES, strict=True):
            page.route(_in(f"**{address}", language), _answering(answers[language]))
        self.look(name, address)
        for page in self.pages:
            page.unroute_all()

    def upload(self, name: str, address: str, file: str, text: str) -> None:
        """Look at what a form answers with to which a file of this name and text is given."""
        answers = {}
        for language in LANGUAGES:
            forms = Shape(self.context.request.get(_in(address, language)).text()).forms
            fields = next(form for form in forms if _path(form["action"]).endswith(address))
            held = {key: value for key, value in fields.items() if key not in ("action", "to send")}
            content = {"name": file, "mimeType": "text/csv", "buffer": text.encode()}
            answers[language] = self.context.request.post(_in(address, language), multipart=held | {"file": content})
        assert len({answer.status for answer in answers.values()}) == 1, name
        self.look_at_answers(name, address, {language: answer.text() for language, answer in answers.items()})

    def _send(self, name: str, endpoint: str, address: str, action: str, fields: dict[str, str]) -> None:
        answer = self._post(address, action, fields, "en")
        if any(True for _ in self._new(endpoint, answer)):
            # Not the same form twice, from which nothing more is made, but the same one as it stands on the page now.
            now = Shape(self.context.request.get(_in(address, "vi")).text()).sendable()
            same = (sent for sent in now if _path(sent[0]) == _path(action) and _alike(sent[1], fields))
            target, again = next(same)
            other = self._post(address, target, again, "vi")
            assert other.status == answer.status, f"{name}: {answer.status}, then {other.status}"
            self.look_at_answers(name, address, {"en": answer.text(), "vi": other.text()})

    def _post(self, address: str, action: str, fields: dict[str, str], language: str) -> APIResponse:
        return self.context.request.post(_in(action or address, language), form=fields, max_redirects=0)

    def _new(self, endpoint: str, answer: APIResponse) -> Iterator[Shape]:
        if not answer.headers.get("content-type", "").startswith("text/html") or 300 <= answer.status < 400:
            return
        shape = Shape(answer.text())
        seen = self.seen.setdefault(endpoint, set())
        if not shape.kinds <= seen:
            seen |= shape.kinds
            yield shape


def _alike(form: dict[str, str], other: dict[str, str]) -> bool:
    # A form for one person is another one than that for all of them, which changes with what is done.
    of_one, of_other = (each.get("who", "").isdigit() for each in (form, other))
    return form.keys() == other.keys() and form.get("wish") == other.get("wish") and of_one == of_other


def _path(action: str) -> str:
    """Give where a form is sent, without the language that the page had."""
    return action.partition("?")[0]


def _in(address: str, language: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang={language}"


def _answering(text: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(body=text, content_type="text/html")
