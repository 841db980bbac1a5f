"""Keys of our ceremony, as the reference sees them: its verifier, and its own ceremony's checks."""

import subprocess
from pathlib import Path

import pytest
from whole_session import hold_ceremony, make_session

from voting.protocol.ceremony import TellerKeys
from voting.protocol.election import Question
from voting.protocol.verify import verify_archive

pytestmark = pytest.mark.interop

QUESTION = Question("Ông A — Chủ tịch", ("Tín nhiệm", "Không"), 1, 1)


@pytest.mark.parametrize(
    ("threshold", "size", "decrypting"),
    [
        (1, 1, (1, 2)),
        (1, 3, (4, 1)),
        (2, 2, (1, 2, 3)),
        (3, 4, (5, 3, 1, 2)),
        (3, 5, (1, 2, 4, 6)),
        (5, 5, (1, 2, 3, 4, 5, 6)),
        (5, 9, (1, 2, 4, 6, 8, 10)),
        (9, 9, tuple(range(1, 11))),
    ],
)
def test_the_reference_passes_all_checks_on_an_election_of_our_tellers(board, threshold, size, decrypting):
    session = make_session((QUESTION,), [[[1, 0]], [[0, 1]]], tellers=(threshold, size), decrypting=decrypting)
    run = board(session.election.uuid, session.archive).election("verify")
    assert run.returncode == 0, run.stderr
    assert "all checks passed" in run.stderr
    assert verify_archive(session.archive).ok


def _ceremony_of_the_reference(tool: Path, folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    called = [tool, "setup", "generate-trustee-key-threshold", "--group", "Ed25519", *map(str, arguments)]
    return subprocess.run(called, capture_output=True, text=True, check=False, cwd=folder)


def test_the_reference_takes_our_certificates_for_its_own_ceremony(reference, tmp_path):
    held = hold_ceremony(2, 3)
    (tmp_path / "certs.jsons").write_bytes(b"".join(raw + b"\n" for raw in held.certificates))
    run = _ceremony_of_the_reference(reference, tmp_path, "--step", 2, "--certs", "certs.jsons")
    assert run.returncode == 0, run.stderr
    assert "certificates are valid" in run.stderr
    swapped = (held.certificates[1], held.certificates[0], held.certificates[2])
    (tmp_path / "certs.jsons").write_bytes(b"".join(raw + b"\n" for raw in swapped))
    assert _ceremony_of_the_reference(reference, tmp_path, "--step", 2, "--certs", "certs.jsons").returncode != 0


def test_a_seed_of_the_reference_gives_the_keys_of_its_certificate(reference, tmp_path):
    run = _ceremony_of_the_reference(reference, tmp_path, "--step", 1, "--threshold-context", "1/2/3")
    assert run.returncode == 0, run.stderr
    (key,), (certificate,) = tmp_path.glob("*.key"), tmp_path.glob("*.cert")
    keys = TellerKeys.of(key.read_text())
    written = certificate.read_text()
    assert keys.verification_key[::-1].hex() in written
    assert keys.encryption_key[::-1].hex() in written
