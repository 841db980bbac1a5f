"""`voting simulate`: a whole session with as many voters as wanted, over HTTP, counted and compared.

The votes follow from the seed, so a run can be repeated; codes, keys and randomness are drawn anew each time.
"""

import json
import os
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from time import monotonic, perf_counter, sleep
from typing import Any, Final

import click

from config import Settings
from voting.commands.house import open_house
from voting.commands.own_server import environment_for, served
from voting.commands.progress import progress_bar
from voting.commands.remote_session import Deviation, RemoteSession
from voting.commands.simulated_claims import SimulatedClaims
from voting.commands.simulated_tellers import SimulatedTellers
from voting.commands.simulated_voter import Intent, Outcome, enter, vote
from voting.domain.casting import open_session
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.sessions import MOST_CODES, Session, State
from voting.domain.sheets import MOST_LABELS, MOST_LINES, Person, make_sheet
from voting.domain.tellers import MOST_TELLERS, Teller, smallest_majority
from voting.errors import MalformedForm, Refusal
from voting.protocol.archive import read_archive
from voting.protocol.ballots import make_ballot
from voting.protocol.canonical import base64_sha256
from voting.protocol.election import parse_election
from voting.protocol.verify import verify_archive

UNUSED: Final = 2  # codes that nobody uses: they must be worthless after the close and change nothing in the count

COUNT_PATIENCE: Final = 300.0  # seconds for the count that the server begins by itself
COUNT_PAUSE: Final = 0.05  # seconds between two looks whether it has ended

SCALES: Final = {2: "vote_of_confidence", 3: "confidence", 4: "classification"}  # by levels; others bring own labels


@dataclass(frozen=True)
class Room:
    """The size of a simulated meeting."""

    voters: int
    people: int
    levels: int
    seed: int
    blank: bool
    tellers: int
    threshold: int
    claims: int


@click.command()
@click.option("--voters", default=50, show_default=True, type=click.IntRange(1, MOST_CODES - UNUSED), help="Ballots.")
@click.option("--people", default=5, show_default=True, type=click.IntRange(1, MOST_LINES), help="Lines of the sheet.")
@click.option("--levels", default=3, show_default=True, type=click.IntRange(2, MOST_LABELS), help="Levels of a line.")
@click.option("--seed", default=1, show_default=True, help="The votes follow from it.")
@click.option("--blank", is_flag=True, help="Lines may be left blank, and some are.")
@click.option("--tellers", default=0, show_default=True, type=click.IntRange(0, MOST_TELLERS), help="0: quick mode.")
@click.option("--threshold", default=0, type=click.IntRange(0), help="Tellers needed; a majority when not given.")
@click.option("--claims", default=0, show_default=True, type=click.IntRange(0), help="Voters with a personal link.")
@click.option(
    "--url",
    metavar="BASE",
    help="Use the server at this address instead of an own one. VOTING_DATA or REDIS_URL must name its store, "
    "in which the session is made.",
)
@click.option("--processes", type=click.IntRange(1, 64), help="Processes that encrypt; all cores when not given.")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the archive (UUID.bel), report.json and, with an own server, its data and log.",
)
@click.pass_context
def simulate(
    ctx: click.Context,
    voters: int,
    people: int,
    levels: int,
    seed: int,
    blank: bool,
    tellers: int,
    threshold: int,
    claims: int,
    url: str | None,
    processes: int | None,
    out: Path,
) -> None:
    """Try a whole session with many voters.

    They vote over HTTP as real clients do; some tap twice, some try a second ballot. The session is closed, counted
    and published, its archive verified, and the result compared with the votes that were cast. Status 1 when anything
    is not as it must be.

    With --tellers these make their key over HTTP first, and after the close as many as are needed, drawn by the seed,
    verify the archive and decrypt; decryptions that are early, bad or doubled are tried too. The server then counts by
    itself, and `seconds.count` in the report is how long that took; `counted_by` says so.

    With --claims so many of the voters get their codes over HTTP by a personal link, claimed before the opening; the
    others have printed slips.
    """
    if url is not None and not url.startswith(("http://", "https://")):
        raise MalformedForm("BASE must begin with http:// or https://.", "url")
    out.mkdir(parents=True, exist_ok=True)
    if any(out.glob("*.bel")):
        raise MalformedForm(f"{out} holds the archive of another session; name another folder.", "out")
    if threshold > tellers:
        raise MalformedForm("There cannot be more tellers needed than there are.", "threshold")
    if claims > voters:
        raise MalformedForm("There cannot be more voters with a link than there are.", "claims")
    threshold = threshold or (smallest_majority(tellers) if tellers else 0)
    room = Room(voters, people, levels, seed, blank, tellers, threshold, claims)
    try:
        with _server(url, out) as (base, settings), open_house(settings) as house:
            report = _run(house, base, room, processes or os.cpu_count() or 1, out)
    except Deviation as deviation:
        raise click.ClickException(f"the server does not do what its interface says: {deviation}.") from None
    (out / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    for fault in report["faults"]:
        click.echo(f"FAIL  {fault}", err=True)
    click.echo(
        f"{voters} ballots of {people} × {levels} cast in {report['seconds']['cast']} s "
        f"({report['casts_per_second']} a second), "
        f"{'counted as they were cast' if report['ok'] else 'NOT as they must be'}; archive and report in {out}"
    )
    ctx.exit(0 if report["ok"] else 1)


@contextmanager
def _server(url: str | None, out: Path) -> Iterator[tuple[str, Settings]]:
    if url is not None:
        yield url.rstrip("/"), Settings.from_env()
        return
    environment = environment_for(out.absolute() / "data")
    with served(environment, out) as base:
        yield base, Settings.from_env(environment)


def _run(house: House, base: str, room: Room, processes: int, out: Path) -> dict[str, Any]:
    seconds: dict[str, float] = {}
    faults: list[str] = []
    uuid = _draft(house, room)
    votes = list(_votes(room))
    with closing(RemoteSession(base, uuid)) as server, closing(_team(house, base, uuid, room)) as team:
        with _timed(seconds, "ceremony"):
            team.make_key()
        codes: tuple[str, ...] = make_codes(house, uuid)
        confirm_codes(house, uuid)
        attendees = SimulatedClaims(house, base, uuid, room.claims)
        with _timed(seconds, "claims"):
            faults += attendees.claim()
            open_session(house, uuid)
            codes = (*attendees.redeem(), *codes)
        with _timed(seconds, "cast"):
            outcomes = _cast(base, uuid, _intents(room, codes, votes), processes, faults)
        faults += [*_told_early(server, "before the close"), *team.decrypt_early()]
        with _timed(seconds, "close"):
            close_session(house, uuid)
        faults += _late_ballot(server, codes[-1], votes[0])
        with _timed(seconds, "decryption"):
            faults += team.decrypt(processes)
        with _timed(seconds, "count"):
            counted_by = _count(house, uuid, room)
        faults += _told_early(server, "before the publication")
        publish_session(house, uuid)
        archive = server.get_bytes("/archive.bel")
        counted = _counts(server.get_json("/result"), room)
    (out / f"{uuid}.bel").write_bytes(archive)
    with _timed(seconds, "verify"), progress_bar("Verifying") as progress:
        checks = verify_archive(archive, progress).checks
    faults += [f"verify: {check.name}: {check.detail}" for check in checks if not check.ok]
    if counted != _sums(votes):
        faults.append("the result is not the sum of the votes")
    faults += _missing(archive, outcomes)
    return {
        "uuid": uuid,
        "ok": not faults,
        "faults": faults,
        **asdict(room),
        "processes": processes,
        "counted_by": counted_by,
        "retries": sum(outcome.retries for outcome in outcomes),
        "seconds": {name: round(value, 2) for name, value in seconds.items()},
        "casts_per_second": round(len(outcomes) / seconds["cast"], 2),
        "archive_bytes": len(archive),
        "result": counted,
    }


def _count(house: House, uuid: str, room: Room) -> str:
    """Let the ballots be counted, and give by whom: `server`, or `command` in quick mode and when the server did not.

    The server begins by itself with the last decryption that is needed.
    """
    until = monotonic() + (COUNT_PATIENCE if room.tellers else 0)
    while monotonic() < until:
        if house.store.session(uuid).state == State.COUNTED:
            return "server"
        sleep(COUNT_PAUSE)
    with progress_bar("Counting") as progress:
        count_session(house, uuid, progress)
    return "command"


def _draft(house: House, room: Room) -> str:
    """Make a draft and give its UUID."""
    labels = [f"Level {number}" for number in range(1, room.levels + 1)]
    people = [Person(f"Person {number}") for number in range(1, room.people + 1)]
    sheet = make_sheet(people, SCALES.get(room.levels, "own"), blank=room.blank, labels=labels)
    title = f"Simulation with seed {room.seed}"
    tellers = tuple(Teller(f"Teller {number}") for number in range(1, room.tellers + 1))
    draft = Session("", title, sheet, language="en", codes=room.voters, spares=UNUSED, pooled=room.claims)
    return create_session(house, replace(draft, tellers=tellers, threshold=room.threshold)).uuid


def _team(house: House, base: str, uuid: str, room: Room) -> SimulatedTellers:
    """Let the tellers open their links; who of them will decrypt follows from the seed."""
    draw = random.Random(room.seed)  # noqa: S311  a draw to be repeated, not a secret
    chosen = draw.sample(range(1, room.tellers + 1), room.threshold)
    return SimulatedTellers(house, base, uuid, room.tellers, chosen)


def _votes(room: Room) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Draw the choices of each voter from the seed; each person is liked in a way of its own, so counts differ."""
    draw = random.Random(room.seed)  # noqa: S311  votes to be repeated, not secrets
    size = room.levels + room.blank
    liking = [[draw.random() for _ in range(size)] for _ in range(room.people)]
    for _ in range(room.voters):
        picks = (draw.choices(range(size), weights)[0] for weights in liking)
        yield tuple(tuple(int(place == pick) for place in range(size)) for pick in picks)


def _sums(votes: Sequence[tuple[tuple[int, ...], ...]]) -> list[list[int]]:
    return [[sum(column) for column in zip(*line, strict=True)] for line in zip(*votes, strict=True)]


def _intents(room: Room, codes: Sequence[str], votes: Sequence[tuple[tuple[int, ...], ...]]) -> list[Intent]:
    """Every fifth voter taps twice, every seventh tries a second ballot; the last codes stay unused."""
    return [
        Intent(code, choices, taps=2 if number % 5 == 0 else 1, second=number % 7 == 0)
        for number, (code, choices) in enumerate(zip(codes[: room.voters], votes, strict=True), 1)
    ]


def _cast(base: str, uuid: str, intents: list[Intent], processes: int, faults: list[str]) -> list[Outcome]:
    """Let all voters vote at once. What the server did wrong is added to `faults`; each kind is named once."""
    outcomes: list[Outcome] = []
    # Spawned, not forked: a copy of this process would hold its connections and its place at the store.
    context = get_context("spawn")
    with (
        ProcessPoolExecutor(processes, context, enter, (base, uuid)) as pool,
        progress_bar("Casting") as progress,
    ):
        for done, future in enumerate(as_completed([pool.submit(vote, intent) for intent in intents]), 1):
            try:
                outcomes.append(future.result())
            except (Deviation, Refusal) as fault:
                if str(fault) not in faults:
                    faults.append(str(fault))
            progress(done, len(intents))
    return outcomes


def _told_early(server: RemoteSession, when: str) -> Iterator[str]:
    if server.get("/result")[0] != 404:
        yield f"the server gave a result {when}"


def _late_ballot(server: RemoteSession, code: str, choices: Sequence[Sequence[int]]) -> Iterator[str]:
    status, _ = server.post("/ballots", make_ballot(parse_election(server.get_bytes("/election")), code, choices))
    if status != 410:
        yield f"a ballot after the close was answered {status}"


def _counts(result: dict[str, Any], room: Room) -> list[list[int]]:
    return [
        [*([row["blank"]] if room.blank else []), *(cell["votes"] for cell in row["cells"])] for row in result["rows"]
    ]


def _missing(archive: bytes, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Name what is wrong between the receipts and the board: each receipt's ballot stands there once, at its height."""
    board = {
        record.height: base64_sha256(record.documents[0])
        for record in read_archive(archive).records
        if record.type == "Ballot"
    }
    receipts = {outcome.height: outcome.tracker for outcome in outcomes}
    if len(receipts) < len(outcomes):
        yield "two voters were given one height"
    if len(set(board.values())) < len(board):
        yield "a ballot stands on the board twice"
    lost = [height for height, tracker in receipts.items() if board.get(height) != tracker]
    if lost:
        yield f"{len(lost)} receipts name a ballot that is not on the board"
    if len(board) > len(receipts):
        yield f"{len(board) - len(receipts)} ballots on the board belong to no receipt"


@contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    started = perf_counter()
    yield
    seconds[name] = perf_counter() - started
