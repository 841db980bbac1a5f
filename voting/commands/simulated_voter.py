"""A voter as the server meets one: reads the election, encrypts, posts the ballot, checks the receipt.

Runs in processes of its own, so that encrypting uses every core. What goes in are codes and choices; what comes out is
what a voter may show: the receipt.
"""

from contextlib import closing
from dataclasses import dataclass

from voting.commands.remote_session import Deviation, RemoteSession
from voting.protocol.ballots import make_ballot
from voting.protocol.canonical import base64_sha256
from voting.protocol.election import Election, parse_election
from voting.protocol.receipts import check_receipt


@dataclass(frozen=True)
class Intent:
    """What one voter will do. `taps`: how often the same ballot is posted; `second`: another ballot, same code."""

    code: str
    choices: tuple[tuple[int, ...], ...]
    taps: int = 1
    second: bool = False

    def __repr__(self) -> str:
        return "Intent(…)"


@dataclass(frozen=True)
class Outcome:
    """The receipt that a voter went home with, and how often it took a further try."""

    tracker: str
    height: int
    retries: int


@dataclass(frozen=True)
class _Room:
    base: str
    election: Election
    receipt_key: str


_rooms: list[_Room] = []


def enter(base: str, uuid: str) -> None:
    """Come in: read the election that ballots are made for. Once in each process, before `vote`."""
    with closing(RemoteSession(base, uuid)) as server:
        election = parse_election(server.get_bytes("/election"))
        _rooms[:] = [_Room(base, election, server.get_json()["receipt_key"])]


def vote(intent: Intent) -> Outcome:
    """Cast the ballot of one voter and check every answer. Raises Deviation, BadProof, NotRecorded."""
    (room,) = _rooms
    election = room.election
    ballot = make_ballot(election, intent.code, intent.choices)
    with closing(RemoteSession(room.base, election.uuid)) as server:
        status, receipt = server.post("/ballots", ballot)
        # After a lost answer the same bytes are known already.
        if status != 201 and not (status == 200 and server.retries):
            raise Deviation(f"a ballot was answered {status} {receipt.get('error', '')}")
        tracker, height = receipt["tracker"], receipt["height"]
        if tracker != base64_sha256(ballot):
            raise Deviation("a receipt names another ballot")
        signature = receipt["signature"]
        check_receipt(room.receipt_key, signature, election.uuid, election.fingerprint, tracker, height)
        for _ in range(intent.taps - 1):
            if server.post("/ballots", ballot) != (200, receipt):
                raise Deviation("the same ballot again was not answered with the same receipt")
        if intent.second:
            status, answer = server.post("/ballots", make_ballot(election, intent.code, intent.choices))
            if (status, answer.get("error")) != (409, "code-used"):
                raise Deviation(f"a second ballot of one code was answered {status}")
        return Outcome(tracker, height, server.retries)
