"""Ask a service that a test has started, as a program does that follows no other address than the one it was given."""

from http.client import HTTPConnection
from urllib.parse import urlsplit


def ask(address: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    """GET an address, or POST the body there. `Accept_Language` stands for the header Accept-Language."""
    place = urlsplit(address)
    line = HTTPConnection(place.netloc, timeout=10)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request("GET" if body is None else "POST", place.path or "/", body, sent)
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()
