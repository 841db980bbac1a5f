"""`voting verify FILE`: check an archive without the service, the store or the network."""

import json
from pathlib import Path

import click

from voting.commands.progress import progress_bar
from voting.errors import MalformedArchive
from voting.protocol.report import Check, Report
from voting.protocol.verify import verify_archive

UNREADABLE = 2
_MARKS = {True: "ok", False: "FAIL", None: "-"}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "in_json", is_flag=True, help="For programs.")
@click.pass_context
def verify(ctx: click.Context, file: Path, in_json: bool) -> None:
    """Check the archive of a session (UUID.bel).

    Everything in it is checked, and each check has its line.

    \b
    Status 0: all that could be checked holds
           1: a check failed, its line begins with FAIL
           2: FILE cannot be read as an archive
    An archive of a session that is not published yet is checked as far as it goes.
    """
    try:
        raw = file.read_bytes()
        with progress_bar("Verifying ballots") as progress:
            report = verify_archive(raw, progress)
    except OSError as error:
        click.echo(f"voting: {file}: {error.strerror}", err=True)
        ctx.exit(UNREADABLE)
    except MalformedArchive as refusal:
        click.echo(f"voting: {file}: {refusal}", err=True)
        ctx.exit(UNREADABLE)
    click.echo(json.dumps(_document(report), ensure_ascii=False, indent=2) if in_json else "\n".join(_lines(report)))
    ctx.exit(0 if report.ok else 1)


def _lines(report: Report) -> list[str]:
    width = max(len(check.name) for check in report.checks)
    return [f"{_MARKS[check.ok]:<4}  {check.name:<{width}}  {_detail(check)}".rstrip() for check in report.checks]


def _detail(check: Check) -> str:
    return f"{check.record}: {check.detail}" if check.record else check.detail


def _document(report: Report) -> dict[str, object]:
    checks = [{"name": c.name, "ok": c.ok, "detail": c.detail, "record": c.record} for c in report.checks]
    return {"ok": report.ok, "checks": checks}
