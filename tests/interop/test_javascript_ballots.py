"""Ballots made by the phone's code, judged by belenios-tool and by our own core."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from voting.protocol.ballots import open_ballot
from voting.protocol.codes import public_credential
from voting.protocol.election import parse_election
from voting.protocol.group import point_to_hex

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors"
TOOL = ROOT / "tests" / "interop" / "belenios-tool"


@dataclass(frozen=True)
class Session:
    """A session that belenios-tool made: its archive, election, codes and votes."""

    name: str
    uuid: str
    archive: Path
    election: bytes
    codes: tuple[str, ...]
    votes: tuple[str, ...]


def _session(name: str, uuid: str, archive: str) -> Session:
    folder = VECTORS / name
    raw = (folder / archive).read_bytes()
    # The first file is the header, the second the election; each begins on a multiple of 512.
    start = 1024
    size = int(raw[start + 124 : start + 135], 8)
    return Session(
        name,
        uuid,
        folder / archive,
        raw[start + 512 : start + 512 + size],
        tuple((folder / "codes.txt").read_text().split()),
        tuple((folder / "votes.txt").read_text().split()),
    )


SESSIONS = (
    _session("single", "cyuzb8XAcr1FSj", "open.bel.snapshot"),
    _session("threshold", "WB7CXHC6p9Vx7B", "WB7CXHC6p9Vx7B.bel"),
)


def _make_ballot(session: Session, number: int, folder: Path) -> bytes:
    node = shutil.which("node") or shutil.which("node", path=ROOT / ".venv" / "bin")
    assert node is not None
    election = folder / "election.json"
    election.write_bytes(session.election)
    script = ROOT / "tests" / "browser" / "js" / "make_ballot.mjs"
    arguments = (str(election), session.codes[number], session.votes[number])
    return subprocess.run([node, script, *arguments], capture_output=True, check=True).stdout


each_session = pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.name)


@each_session
@pytest.mark.interop
def test_belenios_tool_accepts_the_phones_ballots(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "election"
    folder.mkdir()
    shutil.copy(session.archive, folder / f"{session.uuid}.bel")
    for number in range(len(session.codes)):
        ballot = tmp_path / "ballot.json"
        ballot.write_bytes(_make_ballot(session, number, tmp_path))
        command = [TOOL, "election", "verify-ballot", "--dir", folder, "--ballot", ballot]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        # The tool must have looked: the same ballot with one digit changed is refused.
        changed = json.loads(ballot.read_bytes())
        proof = changed["answers"][0]["individual_proofs"][0][0]
        proof["response"] = str(int(proof["response"]) // 2)
        ballot.write_text(json.dumps(changed, separators=(",", ":")))
        assert subprocess.run(command, capture_output=True, check=False).returncode != 0


@each_session
def test_our_core_accepts_the_phones_ballots(session: Session, tmp_path: Path) -> None:
    election = parse_election(session.election)
    for number, code in enumerate(session.codes):
        raw = _make_ballot(session, number, tmp_path)
        ballot = open_ballot(raw, election)
        assert ballot.raw == raw
        assert ballot.credential == point_to_hex(public_credential(session.uuid, code))
