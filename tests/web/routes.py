"""Every route of the application as requests that a test can send."""

from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

_VALUES = {
    "filename": "css/site.css",
    "tracker": "A" * 43,
    "credential": "0" * 64,
    "name": "open",
    "step": "certificate",
    "number": 1,
    "path": "nothing/here",
}


def every_request(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Yield (method, rule) for each route and each method that it takes."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule


def path_of(rule: Rule, uuid: str) -> str:
    """Fill the places of a route."""
    values = {name: _VALUES.get(name, uuid) for name in rule.arguments if name not in (rule.defaults or {})}
    built = rule.build(values, append_unknown=False)
    assert built, rule.rule
    return built[1]
