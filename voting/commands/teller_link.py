"""A teller's link on the command line: an argument, or better standard input, as other users can read arguments."""

import re
import sys
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import click

from config import LOOPBACK
from voting.errors import MalformedForm

FROM_INPUT: Final = "-"
_ADDRESS: Final = re.compile(
    r"(https?://[^\s#?]+)/t/([1-9A-HJ-NP-Za-km-z]{14})#([1-9A-HJ-NP-Za-km-z-]{12,20})", re.ASCII
)


@dataclass(frozen=True)
class Link:
    """Where the service is, which session it is about, and the secret text by which a device is let in."""

    base: str
    uuid: str
    text: str = field(repr=False)


def read_link(text: str) -> Link:
    """Read a link, `-` for a line of standard input. Raises MalformedForm, whose text does not repeat it."""
    if text == FROM_INPUT:
        text = read_secret("Link of the teller")
    found = _ADDRESS.fullmatch(text.strip())
    if found is None:
        # The shape as slips and pages show it, X for any character; not the text itself, which may be nearly a link.
        raise MalformedForm("LINK must be the whole address, as https://HOST/t/UUID#XXXX-XXXX-XXXX.", "link")
    link = Link(found[1], found[2], found[3])
    if link.base.startswith("http://") and urlsplit(link.base).hostname not in LOOPBACK:
        click.echo("voting: warning: plain HTTP: whoever is on the network can take this teller's place.", err=True)
    return link


def read_secret(prompt: str) -> str:
    """Ask for a secret on the terminal without showing it, or read a line of standard input."""
    if sys.stdin.isatty():
        return str(click.prompt(prompt, err=True, hide_input=True))
    return sys.stdin.readline().strip()
