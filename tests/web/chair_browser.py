"""A chair's browser for tests: it keeps cookies, takes the token from the page it is on, and sends forms."""

import html
import re
from typing import Any

from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_KEPT = re.compile(r'<textarea name="([a-z_]+)" hidden>\n?([^<]*)</textarea>')
_CODE = re.compile(r"\b{0}{{5}}-{0}{{6}}-{0}{{5}}-{0}{{6}}\b".format("[1-9A-HJ-NP-Za-km-z]"))
_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')


def codes_on(page: str) -> list[str]:
    """List the codes that a page shows, each once, in their order."""
    return list(dict.fromkeys(_CODE.findall(page)))


class ChairBrowser:
    """Walks through the chair's pages as a browser without JavaScript does."""

    def __init__(self, app: Flask, language: str = "en") -> None:
        self.client = app.test_client()
        self.language = language
        self.page: TestResponse | None = None

    def get(self, path: str) -> TestResponse:
        """Load a page, without following where it leads."""
        self.page = self.client.get(path, headers={"Accept-Language": self.language})
        return self.page

    def send(self, path: str, fields: dict[str, Any] | None = None, *, on: str | None = None) -> TestResponse:
        """Send a form to `path` with the token of the page `on`, by default the page loaded last."""
        if on is not None:
            self.get(on)
        fields = {"csrf_token": self.token(), **(fields or {})}
        # Encoded here: the test client would leave the temporary file of a large body open.
        parts = {name: FileStorage(*value) if isinstance(value, tuple) else value for name, value in fields.items()}
        boundary, body = encode_multipart(parts)
        content_type = f"multipart/form-data; boundary={boundary}"
        answer = self.client.post(
            path, data=body, content_type=content_type, headers={"Accept-Language": self.language}
        )
        if answer.status_code not in (301, 302, 303):
            self.page = answer
        return answer

    def token(self) -> str:
        """Give the token of the page loaded last."""
        assert self.page is not None
        found = _TOKEN.search(self.page.text)
        assert found, f"no form on this page: {self.page.status}"
        return found[1]

    def hidden(self) -> dict[str, str]:
        """Give the hidden fields of the page loaded last."""
        assert self.page is not None
        return {name: html.unescape(value) for name, value in _HIDDEN.findall(self.page.text) if name != "csrf_token"}

    def kept_entries(self) -> dict[str, str]:
        """Give what a preview carries along of the form."""
        assert self.page is not None
        return {name: html.unescape(value) for name, value in _KEPT.findall(self.page.text)} | self.hidden()

    def sign_in(self, name: str, password: str) -> TestResponse:
        """Sign in."""
        return self.send("/chair/sign-in", {"name": name, "password": password}, on="/chair/sign-in")
