"""The service's files travel compressed; pages with a form's token never do."""

import gzip

from flask.testing import FlaskClient

from tests.web.chair_browser import ChairBrowser

FILE = "/static/css/site.css"


def test_a_file_is_compressed_for_who_takes_it_and_is_the_same_file(client: FlaskClient):
    with client.get(FILE) as answer:
        plain = answer.data
        assert "Content-Encoding" not in answer.headers
    small = client.get(FILE, headers={"Accept-Encoding": "br, gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert len(small.data) < len(plain) / 2
    assert int(small.headers["Content-Length"]) == len(small.data)
    assert gzip.decompress(small.data) == plain


def test_a_file_that_the_phone_has_is_not_sent_again(client: FlaskClient):
    asked = {"Accept-Encoding": "gzip"}
    tag = client.get(FILE, headers=asked).headers["ETag"]
    with client.get(FILE, headers=asked | {"If-None-Match": tag}) as again:
        assert (again.status_code, again.data) == (304, b"")


def test_what_is_no_file_stays_a_refusal(client: FlaskClient):
    for name in ("/static/no.css", "/static/../app.py", "/static/%2e%2e/app.py"):
        assert client.get(name, headers={"Accept-Encoding": "gzip"}).status_code == 404


def test_a_page_with_a_token_is_sent_as_it_is(visitor: ChairBrowser):
    page = visitor.client.get("/chair/sign-in", headers={"Accept-Encoding": "gzip"})
    assert page.status_code == 200
    assert "Content-Encoding" not in page.headers
