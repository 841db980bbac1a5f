"""A server that gives one teller whatever a test wants: views, archives, answers. It notes what it was sent."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.answering import Answering, answering
from tests.protocol.whole_session import TIMESTAMP, Ceremony
from voting.protocol import archive, ballots, board, codes, group, tally
from voting.protocol.board import Record
from voting.protocol.ceremony import STEPS
from voting.protocol.codes import credentials_to_bytes
from voting.protocol.election import Election, Question
from voting.protocol.trustees import Trustees, draw_private_key, make_single


@dataclass
class Lies:
    """What is told to the teller with the index 1 and, in `session`, to anyone.

    `posted`: what came, as (last part of the address, body).
    """

    base: str = ""
    view: dict[str, Any] = field(default_factory=dict)
    archive: bytes = b""
    session: dict[str, Any] = field(default_factory=dict)
    status: int = 201
    present: int = 1
    posted: list[tuple[str, bytes]] = field(default_factory=list)


@contextmanager
def lying_server() -> Iterator[Lies]:
    """Serve lies on a free port."""
    lies = Lies()

    class Handler(Answering):
        def do_GET(self) -> None:
            if self.path.endswith("/archive.bel"):
                self.answer(200, lies.archive)
            else:
                self.answer(200, json.dumps(lies.view if self.path.endswith("/me") else lies.session).encode())

        def do_POST(self) -> None:
            raw = self.body()
            lies.posted.append((self.path.rpartition("/")[2].partition("?")[0], raw))
            answer = {"index": 1, "present": lies.present, "needed": 2}
            self.answer(lies.status, json.dumps(answer).encode())

    with answering(Handler) as lies.base:
        yield lies


def view_for_first(held: Ceremony, step: str, **changes: Any) -> dict[str, Any]:
    """Give the view of teller 1 while `step` is under way ("done": all keys are in)."""
    done = STEPS[: STEPS.index(step)] if step in STEPS else STEPS
    given = {
        "certificates": held.certificates if len(done) > 0 else (),
        "commitments": held.commitments if len(done) > 1 else (),
        "reveals": held.publics if len(done) > 2 else (),
        "parcels": held.parcels_for(1) if len(done) > 2 else (),
        "keys": [message.verification_key for message in held.messages] if len(done) > 3 else (),
    }
    member = {"role": "member", "joined": True, "steps": len(done), "decrypted": False}
    return {
        "uuid": held.round.uuid,
        "title": "Lấy phiếu",
        "language": "vi",
        "state": "draft",
        "round": 1,
        "size": 3,
        "threshold": 2,
        "index": 1,
        "name": "An",
        "role": "member",
        "tellers": [{"name": name, **member} for name in ("An", "Bình", "Cường")],
        "step": step,
        "fault": None,
        **{name: [raw.decode() for raw in documents] for name, documents in given.items()},
        "posted": list(done),
        "box": held.messages[0].box.decode(),
        "tallied": True,
        **changes,
    }


class Boards:
    """Boards of one election whose key the tellers of `held` have, with any of its ballots on them."""

    def __init__(self, held: Ceremony) -> None:
        trustees = Trustees((make_single(draw_private_key()), held.pedersen))
        uuid = held.round.uuid
        drawn = [codes.draw_code() for _ in range(3)]
        credentials = [group.point_to_hex(codes.public_credential(uuid, code)) for code in drawn]
        self.election = Election(uuid, "Lấy phiếu", "", trustees.public_key, (Question("An", ("cao", "thấp"), 1, 1),))
        documents = (self.election.to_bytes(), trustees.to_bytes(), credentials_to_bytes(credentials))
        self.setup = board.setup_record(*documents)
        self.ballots = [ballots.make_ballot(self.election, code, [[1, 0]]) for code in drawn]

    def archive(self, chosen: Sequence[int], *, closed: bool = True, tallied: Sequence[int] | None = None) -> bytes:
        """Give an archive with the chosen ballots, and with the tally of others when `tallied` names them."""
        records = [self.setup, *(Record("Ballot", (self.ballots[i],), n) for n, i in enumerate(chosen, 1))]
        if closed:
            summed = chosen if tallied is None else tallied
            opened = [ballots.open_ballot(self.ballots[i], self.election) for i in summed]
            sums = tally.encrypt_tally(self.election, opened)
            records.append(Record("EndBallots", (), len(records)))
            documents = (sums.to_bytes(), tally.sized_tally(sums, len(chosen)))
            records.append(Record("EncryptedTally", documents, len(records)))
        return b"".join(archive.write_archive(records, TIMESTAMP))
