"""The vectors that the reference made, read once, and a small session of our own."""

import ast
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from voting.protocol import archive
from voting.protocol.board import Record
from voting.protocol.election import Election, Question, parse_election

VECTORS = Path(__file__).parents[1] / "vectors"
sys.path.insert(0, str(Path(__file__).parent))


@dataclass(frozen=True)
class Vector:
    """A complete archive by the reference, with the codes and the votes in clear."""

    raw: bytes
    records: tuple[Record, ...]
    election: Election
    codes: tuple[str, ...]
    votes: tuple[list[list[int]], ...]

    @property
    def ballots(self) -> tuple[bytes, ...]:
        return tuple(record.documents[0] for record in self.records if record.type == "Ballot")


def _vector(folder: str) -> Vector:
    (path,) = (VECTORS / folder).glob("*.bel")
    raw = path.read_bytes()
    records = archive.read_archive(raw).records
    return Vector(
        raw=raw,
        records=records,
        election=parse_election(records[0].documents[0]),
        codes=tuple((VECTORS / folder / "codes.txt").read_text().split()),
        votes=tuple(map(ast.literal_eval, (VECTORS / folder / "votes.txt").read_text().splitlines())),
    )


@pytest.fixture(scope="session")
def vectors() -> Path:
    return VECTORS


@pytest.fixture(scope="session")
def single() -> Vector:
    return _vector("single")


@pytest.fixture(scope="session")
def threshold() -> Vector:
    return _vector("threshold")


@pytest.fixture(scope="session")
def teller_vectors() -> dict[str, Any]:
    """Key ceremonies of tellers, and bad messages of one (tests/protocol/make_teller_vectors.py)."""
    return json.loads((VECTORS / "tellers.json").read_text())


@pytest.fixture(scope="session")
def small_session():
    """Two people, one line that may be blank, two ballots; the server alone decrypts."""
    from whole_session import make_session

    questions = (
        Question("Ông A", ("cao", "thấp"), 1, 1),
        Question("Bà B", ("cao", "thấp"), 1, 1, blank=True),
    )
    return make_session(questions, [[[1, 0], [1, 0, 0]], [[0, 1], [0, 1, 0]]])
