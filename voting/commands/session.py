"""`voting session …`: a session from the sheet to the published result, without a browser."""

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from config import Settings
from voting.commands.code_file import written_codes
from voting.commands.house import open_house
from voting.commands.ordered import OrderedGroup
from voting.commands.progress import progress_bar
from voting.commands.rules import DISCLOSURES
from voting.commands.session_view import aligned, as_json, as_text, too_few_words
from voting.commands.sheet_file import read_session_file
from voting.commands.teller_links import write_links
from voting.domain.casting import open_session
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.drafting import cancel_session, change_session, create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes, void_code
from voting.domain.organisation.keeping import delete_whole
from voting.domain.retention import KEEP_DAYS, archive_session, reduce_session
from voting.domain.sessions import Session, State
from voting.errors import MalformedForm, TooFewDecryptions, UnknownSession, WrongState
from voting.protocol.codes import is_uuid, parse_code, public_credential
from voting.protocol.group import point_to_hex


class _Uuid(click.ParamType[str]):
    name = "uuid"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not is_uuid(value):
            raise UnknownSession(f"There is no session {value[:40]!r}: a session's name has 14 letters and digits.")
        return value


_uuid = click.argument("uuid", type=_Uuid())
_file = click.Path(dir_okay=False, path_type=Path)


@click.group(cls=OrderedGroup)
def session() -> None:
    """Run sessions from the command line.

    A session goes draft → ready → open → closed → counted → published, one command each, and never back:
    create, (tellers,) issue, open, close, count, publish.
    """


@session.command()
@click.option("--file", "file", required=True, type=_file, help="The sheet: who is voted on, and how (TOML).")
@click.option("--codes", type=int, help="People who will vote (instead of the file's `codes`; 12 when it has none).")
@click.option("--spares", type=int, help="Spare codes besides (instead of the file's `spares`).")
def create(file: Path, codes: int | None, spares: int | None) -> None:
    """Make a draft from a sheet, and print its UUID.

    \b
    The file is TOML; only the title and one person are needed:
        title    = "Lấy phiếu tín nhiệm"
        scale    = "confidence"   # vote_of_confidence, classification,
                                  # approval, motion, choose, own
        blank    = false          # may a line be left without an answer?
        choose   = 2              # scale "choose": up to how many people,
                                  # or [15, 3], a number for each group
        labels   = ["Yes", "No"]  # scale "own": the levels, best first
        language = "vi"           # or "en"
        codes    = 12
        spares   = 2
        pooled   = 0              # codes that are on no slip
        threshold = 2             # how many tellers it takes to count
        rule     = "count_only"   # see `voting rules list`
        unit, description, occasion = "…"
        [[people]]
        name     = "Nguyễn Văn An"
        position = "Trưởng phòng"
        group    = ""             # heading, where there are several sheets
        [[tellers]]               # none: the server's key alone counts
        name     = "Lê Thị Hoa"
        role     = "head"         # secretary, member
    """
    draft = read_session_file(file)
    draft = replace(draft, codes=draft.codes if codes is None else codes)
    draft = replace(draft, spares=draft.spares if spares is None else spares)
    with open_house(Settings.from_env()) as house:
        made = create_session(house, draft)
    click.echo(
        f"Draft of “{made.title}”: {len(made.sheet.people)} lines, {made.codes} codes and {made.spares} spare.\n"
        f"Next: voting session {'tellers' if made.tellers else 'issue'} {made.uuid} "
        f"--{'links' if made.tellers else 'codes'} FILE",
        err=True,
    )
    click.echo(made.uuid)


@session.command()
@_uuid
@click.option("--links", "file", required=True, type=_file, help="Write the links to this new file (mode 0600).")
@click.option("--base", help="Address of the service for the links (instead of VOTING_PUBLIC_URL).")
@click.option("--index", type=click.IntRange(1), help="A new link for this teller alone; its device is let go.")
def tellers(uuid: str, file: Path, base: str | None, index: int | None) -> None:
    """Make the tellers' links.

    One line for each teller whose link has not been opened: name, address, and the 12 characters that can be typed
    instead. Hand each teller the own one: whoever opens it first is that teller. Codes can be issued when all of them
    have made their key. A link that is made again, as for a lost phone, ends the one before.
    """
    settings = Settings.from_env()
    if base is not None and not base.startswith(("http://", "https://")):
        raise MalformedForm("BASE must begin with http:// or https://.", "base")
    address = base.rstrip("/") if base else settings.public_url
    with open_house(settings) as house:
        written = write_links(house, uuid, file, address, index)
    click.echo(f"{written} links of session {uuid}")
    click.echo(f"Next, when voting session show {uuid} says that the key is made: issue", err=True)


@session.command()
@_uuid
@click.option("--count", type=int, help="Change the number of people who will vote first; spares stay.")
@click.option("--codes", "file", type=_file, help="Write the codes to this new file (mode 0600), and nowhere else.")
@click.option("--links", metavar="BASE", help="Write links BASE/v/UUID#CODE instead of bare codes.")
def issue(uuid: str, count: int | None, file: Path | None, links: str | None) -> None:
    """Make the codes of a draft, which is ready then.

    From here the sheet can no longer change. The codes are shown this once and are kept nowhere by the service: one a
    line in FILE, or on standard output. Print them as slips, hand out one each, and delete the file.
    """
    if links is not None and not links.startswith(("http://", "https://")):
        raise MalformedForm("BASE must begin with http:// or https://.", "links")
    with open_house(Settings.from_env()) as house:
        draft = house.store.session(uuid)
        if draft.state != State.DRAFT:
            raise WrongState(f"The session is {draft.state}: codes are made once, for a draft.", draft.state)
        if count is not None:
            change_session(house, replace(draft, codes=count))
        codes = make_codes(house, uuid)
        lines = tuple(f"{links.rstrip('/')}/v/{uuid}#{code}" for code in codes) if links else codes
        if file is None:
            # Shown before they count: when the pipe is broken, the session stays a draft.
            click.echo("".join(f"{line}\n" for line in lines), nl=False)
            confirm_codes(house, uuid, codes.credentials)
        else:
            with written_codes(file, lines):
                confirm_codes(house, uuid, codes.credentials)
            click.echo(f"{len(codes)} codes of session {uuid}")
    if draft.pooled:
        click.echo(f"{draft.pooled} codes are not printed: they are kept sealed and given out one by one.", err=True)
    click.echo(f"The session is ready. Next: voting session open {uuid}", err=True)


@session.command("open")
@_uuid
def open_(uuid: str) -> None:
    """Begin the voting."""
    with open_house(Settings.from_env()) as house:
        open_session(house, uuid)
    click.echo(f"The session is open. Next: voting session close {uuid}", err=True)


@session.command()
@_uuid
@click.option("--found", is_flag=True, help="The slip had been noted as lost, and is lost no longer.")
def void(uuid: str, found: bool) -> None:
    """Declare the unused code of a spoiled slip void.

    The code (or the link of its QR code) is asked for, or read from standard input: never an argument, which other
    users of this machine could read.
    """
    if sys.stdin.isatty():
        text = click.prompt("Code on the slip", err=True, hide_input=True)
    else:
        text = sys.stdin.readline()
    code = parse_code(text.rpartition("#")[2].strip())
    with open_house(Settings.from_env()) as house:
        house.store.session(uuid)
        void_code(house, uuid, point_to_hex(public_credential(uuid, code)), found=found)
    click.echo("The code is void." if found else "The code is void. Hand out a spare one instead.", err=True)


@session.command()
@_uuid
def close(uuid: str) -> None:
    """End the voting, for ever.

    Codes that were not used are worthless from now on.
    """
    with open_house(Settings.from_env()) as house:
        closed = close_session(house, uuid)
        ballots = house.store.turnout(uuid).ballots
    first = f"{closed.threshold} of the tellers decrypt, then " if closed.tellers else ""
    click.echo(f"The session is closed with {ballots} ballots. Next: {first}voting session count {uuid}", err=True)


@session.command()
@_uuid
def count(uuid: str) -> None:
    """Count, and show the result to you alone.

    The whole board is verified first; then the sum of all ballots is decrypted, once. In a session with tellers so
    many of them must have decrypted as the session asks for.
    """
    with open_house(Settings.from_env()) as house:
        try:
            with progress_bar("Verifying ballots") as progress:
                counted = count_session(house, uuid, progress)
        except TooFewDecryptions as refusal:
            words = too_few_words(house, house.store.session(uuid), refusal)
            raise TooFewDecryptions(words, refusal.present, refusal.needed) from None
        click.echo(as_text(house, counted))
    click.echo(f"The session is counted. Next: voting session publish {uuid}", err=True)


@session.command()
@_uuid
@click.option("--although-withheld", is_flag=True, help="Although the session's rule keeps it from the room.")
def publish(uuid: str, although_withheld: bool) -> None:
    """Make the result public, with all that is needed to verify it.

    Some rules keep the result from the room (`voting rules show`): then the session may stay counted.
    """
    with open_house(Settings.from_env()) as house:
        found = house.store.session(uuid)
        rule = found.rule
        if found.state == State.COUNTED and rule.disclosure != "public" and not although_withheld:
            raise MalformedForm(
                f"By its rule, {rule.names['en']}, the result is {DISCLOSURES[rule.disclosure]}. "
                f"To make it public all the same: voting session publish {uuid} --although-withheld",
                "although-withheld",
            )
        publish_session(house, uuid)
    click.echo("The result is published.", err=True)


@session.command()
@_uuid
@click.option("--json", "in_json", is_flag=True, help="For programs.")
def show(uuid: str, in_json: bool) -> None:
    """Show where a session stands, and the counted result."""
    with open_house(Settings.from_env()) as house:
        found = house.store.session(uuid)
        click.echo(_json(as_json(house, found)) if in_json else as_text(house, found))


@session.command("list")
@click.option("--json", "in_json", is_flag=True, help="For programs.")
def list_(in_json: bool) -> None:
    """List all sessions, newest first."""
    with open_house(Settings.from_env()) as house:
        stored, damaged = house.store.readable_sessions()
        if in_json:
            click.echo(_json([as_json(house, found) for found in stored.values()]))
        else:
            click.echo("\n".join(_table(house, stored.values())))
    for uuid in sorted(damaged):
        click.echo(f"The stored session {uuid} cannot be read.", err=True)


@session.command()
@_uuid
@click.option("--yes", is_flag=True, help="Do not ask.")
def cancel(uuid: str, yes: bool) -> None:
    """Give a session up, for ever; its ballots are never read."""
    with open_house(Settings.from_env()) as house:
        title = house.store.session(uuid).title
        if not yes and sys.stdin.isatty():
            click.confirm(f"Cancel “{title}” for ever?", abort=True, err=True)
        cancel_session(house, uuid)
    click.echo("The session is cancelled.", err=True)


@session.command()
@_uuid
@click.option(
    "--keep-days",
    type=click.Choice([str(days) for days in KEEP_DAYS]),
    default="0",
    help="So many days later the service deletes by itself what only the meeting needed; 0 = never.",
)
def archive(uuid: str, keep_days: str) -> None:
    """Put a session away that is published or cancelled.

    It leaves the chair's list and is found there with the filter. Board, result and archive stay public.
    """
    with open_house(Settings.from_env()) as house:
        archive_session(house, uuid, int(keep_days))
    click.echo("The session is in the archive.", err=True)


@session.command()
@_uuid
@click.option("--everything", is_flag=True, help="Also the entries, the board with its archive, and the result.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(uuid: str, everything: bool, yes: bool) -> None:
    """Delete of a session that is over what only the meeting needed; with --everything, all of it, or a draft.

    Goes: the key of the receipts, links and devices, lists of people. Stays: entries, board, archive, result, notes and
    figures. With --everything nothing stays, and nobody can verify the session on this server any more.
    """
    with open_house(Settings.from_env()) as house:
        title = house.store.session(uuid).title
        if not yes and sys.stdin.isatty():
            what = f"everything of “{title}”" if everything else f"keys, links and lists of people of “{title}”"
            click.confirm(f"Delete {what} for ever?", abort=True, err=True)
        if everything:
            delete_whole(house, uuid, by="")
        else:
            reduce_session(house, uuid)
    click.echo("Everything of the session is deleted." if everything else "Board and figures stay.", err=True)


def _table(house: House, sessions: Iterable[Session]) -> list[str]:
    rows = []
    for found in sessions:
        ballots = house.store.turnout(found.uuid).ballots
        mode = f"{found.threshold} of {len(found.tellers)}" if found.tellers else found.mode
        rows.append((found.uuid, str(found.state), mode, f"{ballots} of {found.codes}", found.title))
    if not rows:
        return ["There are no sessions yet."]
    table = aligned([("uuid", "state", "tellers", "ballots"), *(row[:4] for row in rows)])
    return [f"{line}  {title}" for line, title in zip(table, ["title", *(row[4] for row in rows)], strict=True)]


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)
