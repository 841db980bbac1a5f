"""An empty page of a test's own, with the scripts and files that it shall load, under a policy like the service's."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.answering import Answering, answering

POLICY = "default-src 'none'; script-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
EMPTY = b"<!doctype html><title>Measure</title>"


@contextmanager
def served(files: Mapping[str, bytes], policy: str = POLICY) -> Iterator[str]:
    """Serve these files, by path, and an empty page everywhere else; gives the address."""

    class Files(Answering):
        def do_GET(self) -> None:
            kind = "text/javascript" if self.path.endswith(".js") else "text/html"
            headers = {"Content-Type": f"{kind}; charset=utf-8", "Content-Security-Policy": policy}
            self.answer(200, files.get(self.path, EMPTY), **headers, **{"X-Content-Type-Options": "nosniff"})

    with answering(Files) as address:
        yield f"{address}/"
