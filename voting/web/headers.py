"""The headers of every answer, errors and files included (FAULTS, "Settings", W10)."""

from typing import Final

from flask import Flask, Response

from voting.web.site import site

BASELINE: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
HSTS: Final = "max-age=31536000"


def set_headers(response: Response) -> Response:
    """Add the baseline. An answer that says nothing about caching is kept by nobody."""
    response.headers.update(BASELINE)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if site().has_tls:
        response.headers["Strict-Transport-Security"] = HSTS
    return response


def install(app: Flask) -> None:
    """Set the headers on every answer of an application."""
    app.after_request(set_headers)
