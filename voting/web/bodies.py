"""The bodies of the API's requests: bytes as they came, and never more than a route takes."""

from flask import request

from voting.errors import TooLarge


def read_body(most: int) -> bytes:
    """Read the body of this request, at most `most` bytes.

    A larger one is refused before it is read where its length was announced, by Werkzeug's RequestEntityTooLarge;
    else raises TooLarge. One that breaks off is refused as well (`refusals.expect_whole_body`).
    """
    request.max_content_length = most
    raw = request.get_data(cache=False, parse_form_data=False)
    if request.content_length is None and len(raw) >= most:
        # A body that comes in pieces is cut off at the limit without a word.
        raise TooLarge("The body is larger than this route takes.")
    return raw
