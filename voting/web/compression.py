"""Smaller answers for phones on a slow network: the service's own files, compressed once and kept.

Only files: they are the same for everybody and hold no secret, so their length tells nothing. Pages with a form's token
beside text that somebody else chose are sent as they are.
"""

import gzip
from pathlib import Path
from threading import Lock
from typing import Final

from flask import Flask, Response, request

_TEXTS: Final = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml", "text/plain"})
_SMALL: Final = 600
"""In bytes: below it the compressed answer is hardly shorter."""

_kept: dict[str, tuple[float, bytes]] = {}
_lock: Final = Lock()


def install(app: Flask, files: Path) -> None:
    """Compress the files of the folder `files` for clients that accept it."""

    @app.after_request
    def compress(response: Response) -> Response:
        if request.endpoint != "static" or response.status_code != 200 or response.mimetype not in _TEXTS:
            return response
        response.vary.add("Accept-Encoding")
        name = (request.view_args or {}).get("filename", "")
        if request.accept_encodings["gzip"] and (response.content_length or 0) > _SMALL:
            # The open file that would have been sent.
            response.close()
            response.direct_passthrough = False
            response.set_data(_compressed(files / name))
            response.headers["Content-Encoding"] = "gzip"
            tag, _ = response.get_etag()
            if tag:
                # Another spelling of the same file: a weak tag says so.
                response.set_etag(tag, weak=True)
        return response


def _compressed(file: Path) -> bytes:
    changed = file.stat().st_mtime
    with _lock:
        found = _kept.get(str(file))
    if found is None or found[0] != changed:
        found = changed, gzip.compress(file.read_bytes(), 9, mtime=0)
        with _lock:
            _kept[str(file)] = found
    return found[1]
