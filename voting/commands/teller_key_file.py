"""A teller's key file: what the teller's page saves, and what `voting teller` needs besides to go on where it stopped.

JSON {"uuid","index","name","key"} as the page writes it, then {"device","base","revealed","fingerprint","decrypted"} of
ours. All of `key` and `device` is secret: the file is for its user alone, and one that is there is never overwritten.
"""

import json
import re
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from voting.commands.private_file import new_private_file, replace_private_file
from voting.errors import Malformed, MalformedForm
from voting.protocol.ceremony import draw_seed, parse_seed
from voting.protocol.codes import is_uuid
from voting.protocol.taking_part import Memory

MOST_BYTES: Final = 16 * 1024
_REVEALED: Final = re.compile("[1-9][0-9]{0,8}:[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True)
class KeyFile:
    """The content. `index` is 0 before the link is claimed.

    `revealed` is ROUND:HASH of the commitments under which this teller revealed, `decrypted` the hash of the tally that
    was decrypted; both are empty before.
    """

    uuid: str
    index: int
    name: str
    key: str = field(repr=False)
    device: str = field(default="", repr=False)
    base: str = ""
    revealed: str = ""
    fingerprint: str = ""
    decrypted: str = ""

    @property
    def memory(self) -> Memory | None:
        """Give what `taking_part.advance` wants to have kept."""
        round, _, commitments = self.revealed.partition(":")
        return Memory(int(round), commitments) if commitments else None

    def of_device(self, base: str) -> "KeyFile":
        """Give it with a device's secret, drawn when there is none yet, and the address of the service."""
        # Like a seed, 128 bits; but the service learns a hash of it, so it is drawn apart.
        return replace(self, device=self.device or draw_seed(), base=base)


def make_key_file(path: Path, content: KeyFile) -> None:
    """Write a new key file. Raises MalformedForm when there is a file already, or none can be made."""
    with new_private_file(path, "key") as out:
        out.write(_text(content))


def update_key_file(path: Path, content: KeyFile) -> None:
    """Add to a key file. The key in it stays: raises MalformedForm when another one stands there now."""
    if read_key_file(path).key != content.key:
        raise MalformedForm(f"{path} holds another key now and is not overwritten.", "key")
    replace_private_file(path, _text(content), "key")


def read_key_file(path: Path) -> KeyFile:
    """Read a key file of the page or of ours. Raises MalformedForm, whose text does not repeat what is in it."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise MalformedForm(f"{path} is no key file of a teller.", "key")
        return _content(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise MalformedForm(f"{path} cannot be read: {error.strerror}.", "key") from None
    except (ValueError, RecursionError, Malformed):
        raise MalformedForm(f"{path} is no key file of a teller.", "key") from None


def _content(value: Any) -> KeyFile:
    if not isinstance(value, dict):
        raise Malformed("not an object")
    content = KeyFile(
        uuid=_entry(value, "uuid", str, ""),
        index=_entry(value, "index", int, 0),
        name=_entry(value, "name", str, ""),
        key=parse_seed(_entry(value, "key", str, "")),
        device=_entry(value, "device", str, ""),
        base=_entry(value, "base", str, ""),
        revealed=_entry(value, "revealed", str, ""),
        fingerprint=_entry(value, "fingerprint", str, ""),
        decrypted=_entry(value, "decrypted", str, ""),
    )
    # A file may have been handed over; what a terminal would obey could disguise what is shown of it.
    if content.revealed and not _REVEALED.fullmatch(content.revealed):
        raise Malformed("revealed")
    if not is_uuid(content.uuid) or not all(str(entry).isprintable() for entry in asdict(content).values()):
        raise Malformed("not a session's")
    return content


def _entry(value: dict[str, Any], name: str, kind: type, default: Any) -> Any:
    entry = value.get(name, default)
    if type(entry) is not kind:
        raise Malformed(name)
    return entry


def _text(content: KeyFile) -> str:
    return json.dumps(asdict(content), ensure_ascii=False, indent=1) + "\n"
