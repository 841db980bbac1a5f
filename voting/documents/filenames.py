"""Names of files that every system takes: what a download is called, and what lies in a folder of papers."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

LONGEST: Final = 60
_OTHERS: Final = re.compile(r"[^a-z0-9]+")


def ascii_name(text: str) -> str:
    """Write a text with a-z, 0-9 and hyphens alone, never empty: `Lấy phiếu: đợt 2` is `lay-phieu-dot-2`."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _OTHERS.sub("-", letters)[:LONGEST].strip("-") or "x"


def disposition(stem: str, ending: str) -> str:
    """Give the header `Content-Disposition` of a download: a plain name for old programs, and the full one (RFC 6266).

    Signs that a file system or a header could take for something else are left out of the full name as well.
    """
    full = re.sub(r'[\\/:*?"<>|;]+', " ", stem)
    full = " ".join(full.split())[: 2 * LONGEST].strip(" .") or ascii_name(stem)
    return (
        f"attachment; filename=\"{ascii_name(stem)}.{ending}\"; filename*=UTF-8''{quote(f'{full}.{ending}', safe='')}"
    )
