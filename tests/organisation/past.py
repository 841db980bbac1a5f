"""Looking for a text in the files of a store, where a text may be packed."""

import secrets
from pathlib import Path

from tests.storage.test_embedded import holds


def unlike_any_other() -> str:
    """Give a text of words that occur nowhere else: packing finds nothing to shorten in it, and leaves most words."""
    return " ".join(secrets.token_hex(4) for _ in range(20))


def is_found(folder: Path, text: str) -> bool:
    """Tell whether any word of such a text is in any file."""
    return any(holds(folder, word.encode()) for word in text.split())
