"""`voting teller …`: a teller without a smartphone, or one who trusts a copy of this program more than a page."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import sleep
from typing import Final

import click

from voting.commands.ordered import OrderedGroup
from voting.commands.progress import progress_bar
from voting.commands.remote_session import Deviation
from voting.commands.teller_client import TellerDevice
from voting.commands.teller_joining import join_ceremony
from voting.commands.teller_key_file import KeyFile, make_key_file, read_key_file, update_key_file
from voting.commands.teller_link import Link, read_link, read_secret
from voting.domain.sessions import State
from voting.errors import BadProof, MalformedForm, NotRecorded, Refusal, TallyMismatch, WrongState
from voting.protocol.ceremony import TellerKeys, draw_seed, open_box, parse_seed
from voting.protocol.closed_board import ClosedBoard, closed_board
from voting.protocol.taking_part import Memory
from voting.protocol.teller_view import View

LOOKS: Final = 10
"""How often the archive of a closed vote is read until its tally is there."""
PAUSE: Final = 1.0
"""In seconds, between two looks."""

_key = click.option(
    "--key",
    "file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The key file: made when it is not there (mode 0600), never overwritten.",
)
_ask_key = click.option(
    "--ask-key", is_flag=True, help="Ask for the 22 characters of a key that was written down, and make the file."
)


@click.group(cls=OrderedGroup)
def teller() -> None:
    """Hold a part of the key and count with it.

    What the teller's page does on a phone, for those who have none or who trust this program more than a page from the
    server: everything that the server passes on is checked here. Keep the key file until the result is published.
    """


@teller.command()
@click.argument("link")
@_key
@_ask_key
def join(link: str, file: Path, ask_key: bool) -> None:
    """Make the key together with the other tellers.

    LINK is the whole address that the chair gave out, https://HOST/t/UUID#…, or - to read it from standard input:
    arguments can be read by other users of this machine. At the end a fingerprint of 16 digits is printed, which the
    tellers compare aloud. When it was stopped, the same command goes on where it was.
    """
    where = read_link(link)
    with _device(file, where, ask_key) as (device, content):
        announced = _ask_about_new_round(device, content)
        fingerprint = join_ceremony(device, TellerKeys.of(content.key))
        if not announced and content.fingerprint not in ("", fingerprint):
            click.echo(f"This teller has compared other digits before: {content.fingerprint}", err=True)
            click.echo(f"Now they are {fingerprint}", err=True)
            click.confirm("Has the chair begun the ceremony anew since? Take the new digits", abort=True, err=True)
        update_key_file(file, replace(read_key_file(file), fingerprint=fingerprint))
        click.echo("The key is made. Say these digits aloud; those of all tellers must be the same:", err=True)
        click.echo(fingerprint)
        click.echo(f"Keep {file} until the result is published; after the close: voting teller count", err=True)


@teller.command()
@_key
@_ask_key
@click.option("--link", help="The link, for a file that the teller's page saved or after a new link (- reads it).")
@click.option("--yes", is_flag=True, help="Do not ask whether the board is the one that all see.")
def count(file: Path, ask_key: bool, link: str | None, yes: bool) -> None:
    """Decrypt the sum of all ballots in part, after the close.

    The whole archive is downloaded and verified first. A second, different sum of the same session is never decrypted.
    """
    with _device(file, read_link(link) if link else None, ask_key) as (device, content):
        view = _tallied_view(device)
        keys = TellerKeys.of(content.key)
        with progress_bar("Verifying ballots") as progress:
            board = closed_board(device.archive(), content.uuid, keys, progress)
        _require_same_tally(content, board)
        if view.box is None:
            raise BadProof("The server does not give back the box with this teller's share.", "box")
        share = open_box(view.round, board.tellers.index, keys, view.box)
        click.echo("\n".join(_facts(board)))
        if not yes:
            click.confirm("Do the projector and the other tellers show the same? Decrypt", abort=True, err=True)
        # Read again: the same file may have been used in another window meanwhile.
        _require_same_tally(read_key_file(file), board)
        body = board.decrypt(share)
        # Noted before it is sent: whoever stops in between has decrypted this tally and must not decrypt another.
        update_key_file(file, replace(read_key_file(file), decrypted=board.tally_hash))
        sent = device.send_decryption(body)
        click.echo(f"Sent: {sent.present} of the {sent.needed} tellers needed have decrypted.", err=True)


def _ask_about_new_round(device: TellerDevice, content: KeyFile) -> bool:
    """Take part in a round after the one whose digits were compared only when the chair has announced it.

    False when there is nothing to ask. Raises click.Abort.
    """
    if not (content.fingerprint and content.memory):
        return False
    view = device.view()
    if view.state != State.DRAFT or view.round.number <= content.memory.round:
        return False
    click.echo(f"Another round has begun. The digits {content.fingerprint}, which were compared, are void.", err=True)
    click.confirm("Has the chair begun the ceremony anew? Take part", abort=True, err=True)
    return True


def _tallied_view(device: TellerDevice) -> View:
    """Ask until the ballots of a closed vote are added up, for some seconds. Raises WrongState when they are not."""
    for _ in range(LOOKS):
        view = device.view()
        if view.state != State.CLOSED:
            raise WrongState("The vote is not closed, so there is nothing to decrypt yet.", view.state)
        if view.tallied:
            return view
        sleep(PAUSE)
    raise WrongState(
        "The vote is closed, but its ballots are not added up yet. Call this again in a minute; if it stays like this, "
        "tell the chair, who can finish closing.",
        State.CLOSED,
    )


def _remember(file: Path, memory: Memory) -> None:
    update_key_file(file, replace(read_key_file(file), revealed=f"{memory.round}:{memory.commitments}"))


def _require_same_tally(content: KeyFile, board: ClosedBoard) -> None:
    if content.decrypted and content.decrypted != board.tally_hash:
        raise TallyMismatch(
            "This key has decrypted another tally of this session. Two of them would tell how single ballots differ: "
            "nothing is decrypted. Tell the chair and the other tellers that the server shows two boards."
        )
    if content.fingerprint and content.fingerprint != board.tellers.fingerprint:
        raise BadProof(
            f"The tellers' key on this board ({board.tellers.fingerprint}) is not the one that was compared "
            f"({content.fingerprint}). Nothing is decrypted. Ask the others for their digits; if theirs are those of "
            "the board, call `voting teller join` once more.",
            "trustees",
        )


def _facts(board: ClosedBoard) -> list[str]:
    facts = [
        ("session", board.tellers.election.name),
        ("ballots", str(board.ballots)),
        ("board", f"height {board.height}, head {board.head}"),
        ("fingerprint", board.tellers.fingerprint),
    ]
    return [f"{name:<13}{value}" for name, value in facts]


@contextmanager
def _device(file: Path, link: Link | None, ask_key: bool) -> Iterator[tuple[TellerDevice, KeyFile]]:
    """Give the device of the key file, made when it is not there; with a link it is claimed first."""
    is_new = not file.exists()
    content = _new_content(file, link, ask_key) if is_new else read_key_file(file)
    if link:
        if content.uuid != link.uuid:
            raise MalformedForm(f"{file} is the key of another session.", "key")
        content = content.of_device(link.base)
    if not (content.device and content.base):
        raise MalformedForm(f"{file} does not know where the session is. Give the link with --link.", "link")
    if is_new:
        make_key_file(file, content)
    try:
        address = content.base, content.uuid, content.device
        remember = partial(_remember, file)
        with closing(TellerDevice(*address, content.key, content.memory, remember)) as device:
            if link:
                content = _claimed(device, link, file, content)
            is_new = False
            yield device, content
    except Deviation as deviation:
        raise click.ClickException(f"the server does not do what its interface says: {deviation}.") from None
    except NotRecorded:
        # Whether the link was claimed is not known: the device's secret in the file may be the one that counts.
        raise
    except Refusal:
        if is_new:
            file.unlink()
        raise


def _new_content(file: Path, link: Link | None, ask_key: bool) -> KeyFile:
    if link is None:
        raise MalformedForm(f"{file} is not there. To make it from a written key: --ask-key --link LINK.", "key")
    seed = parse_seed(read_secret("The 22 characters of the key")) if ask_key else draw_seed()
    return KeyFile(link.uuid, 0, "", seed)


def _claimed(device: TellerDevice, link: Link, file: Path, content: KeyFile) -> KeyFile:
    """Claim the link and note whose it is. Raises MalformedForm when the file is the key of another teller."""
    index = device.claim(link.text)
    if content.index not in (0, index):
        raise MalformedForm(f"{file} is the key of teller {content.index}, the link that of teller {index}.", "key")
    content = replace(content, index=index, name=device.view().name(index))
    update_key_file(file, content)
    return content
