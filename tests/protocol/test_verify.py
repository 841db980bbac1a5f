from dataclasses import replace

import pytest
from teller_faults import CHECKS
from whole_session import TIMESTAMP, make_session, write

from voting.errors import MalformedArchive
from voting.protocol import archive, canonical, examination
from voting.protocol.board import Record
from voting.protocol.ceremony import fingerprint
from voting.protocol.election import Question
from voting.protocol.proofs import Proof
from voting.protocol.trustees import Trustees, parse_trustees
from voting.protocol.verify import verify_archive

NAMES = (
    "archive-readable",
    "archive-reproducible",
    "file-names",
    "event-chain",
    "event-order",
    "ballots-before-end",
    "documents",
    "setup-hashes",
    "election",
    "credentials",
    "trustees",
    "election-key",
    "ballot-format",
    "ballot-credentials",
    "one-ballot-per-credential",
    "ballot-proofs",
    "tally",
    "tally-count",
    "partial-decryptions",
    "enough-decryptions",
    "result",
)
WITH_TELLERS = tuple(
    name for before in NAMES for name in ((*CHECKS, before) if before == "election-key" else (before,))
)


def test_every_check_holds_for_the_archives_of_the_reference(single, threshold):
    for vector, names in ((single, NAMES), (threshold, WITH_TELLERS)):
        report = verify_archive(vector.raw)
        assert report.ok
        assert tuple(check.name for check in report.checks) == names
        assert [check.name for check in report.checks if check.ok is not True] == []


@pytest.mark.parametrize("last", ["Setup", "Ballot", "EndBallots", "EncryptedTally", "PartialDecryption"])
def test_a_session_that_is_not_over_verifies_as_far_as_it_goes(small_session, last):
    report = verify_archive(write(small_session.until(last)))
    assert report.ok
    open_ended = {check.name: check.detail for check in report.checks if check.ok is None}
    assert open_ended["result"] == "there is no result yet"
    assert ("tally" in open_ended) == (last in ("Setup", "Ballot", "EndBallots"))
    assert ("partial-decryptions" in open_ended) == (last != "PartialDecryption")


def test_a_session_without_ballots_verifies():
    session = make_session((Question("q", ("a", "b"), 0, 1),), [])
    assert all(check.ok for check in verify_archive(session.archive).checks)


@pytest.mark.parametrize("decrypting", [(1, 2, 3), (4, 1, 3), (1, 2, 3, 4)])
def test_any_tellers_at_or_above_the_threshold_verify_in_any_order(decrypting):
    session = make_session((Question("q", ("a", "b"), 0, 1),), [[[1, 0]]], tellers=(2, 3), decrypting=decrypting)
    assert all(check.ok for check in verify_archive(session.archive).checks)


def test_several_processes_find_the_same_and_tell_their_progress(single, monkeypatch):
    monkeypatch.setattr(examination, "CHOICES_WORTH_A_POOL", 1)
    monkeypatch.setattr(examination, "CHUNK", 2)
    for processes in (1, 2):
        assert all(check.ok for check in verify_archive(single.raw, processes=processes).checks)
    seen = []
    damaged = _with_ballot(single, 4, single.ballots[3].replace(b'"response":"', b'"response":"1', 1))
    together = verify_archive(damaged, lambda done, total: seen.append((done, total)), processes=2)
    assert together == verify_archive(damaged, processes=1)
    assert [check.record for check in together.failures] == ["height 4"]
    assert seen[-1] == (7, 7)
    assert len(seen) == 4


def _with_ballot(vector, height, raw):
    records = list(vector.records)
    records[height] = Record("Ballot", (raw,), height)
    return write(records)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 512,
        b"no tar at all",
        archive.write_entry("OTHER", b"{}", TIMESTAMP),
        archive.write_header(TIMESTAMP)[:530],
        archive.write_header(TIMESTAMP) + b"x" * 512,
        archive.write_header(TIMESTAMP).replace(b"BELENIOS", b"BEL\0NIOS"),
        archive.write_header(TIMESTAMP).replace(b"BELENIOS", b"BEL\xffNIOS"),
    ],
)
def test_what_cannot_be_cut_into_files_is_malformed(raw):
    with pytest.raises(MalformedArchive):
        verify_archive(raw)


def test_an_archive_without_events_has_no_setup():
    (failure,) = verify_archive(archive.write_header(TIMESTAMP)).failures
    assert failure.name == "setup-hashes"


@pytest.mark.fault("C9")
@pytest.mark.parametrize(
    ("fault", "check", "record"),
    [
        ("ballot-copied-from-another-voter", "ballot-proofs", "height 1"),
        ("ballot-credential-not-on-the-list", "ballot-credentials", "height 1"),
        ("ballot-doubled", "one-ballot-per-credential", "height 2"),
        ("ballot-dropped-tally-kept", "tally", "height 8"),
        ("ballot-extra-field-in-answer", "ballot-format", "height 1"),
        ("ballot-individual-proof-challenge-changed", "ballot-proofs", "height 1"),
        ("ballot-scalar-leading-zero", "ballot-format", "height 1"),
        ("ballot-signature-changed", "ballot-proofs", "height 1"),
        ("credential-doubled", "credentials", "credentials"),
        ("decryption-proof-changed", "partial-decryptions", "height 10"),
        ("end-of-ballots-missing", "ballots-before-end", "height 8"),
        ("event-parent-wrong", "event-chain", "height 2"),
        ("result-vote-moved", "result", "height 11"),
        ("tally-count-wrong", "tally-count", "height 9"),
        ("teller-decryptions-below-threshold", "enough-decryptions", "height 14"),
        ("teller-group-signature-changed", "teller-group-signatures", "trustees"),
        ("teller-key-replaced", "teller-keys", "trustees"),
        ("teller-owners-swapped", "partial-decryptions", "height 13"),
        ("trustee-proof-changed", "trustees", "trustees"),
    ],
)
def test_a_broken_copy_is_refused_by_the_check_that_one_would_expect(vectors, fault, check, record):
    report = verify_archive((vectors / "tampered" / f"{fault}.bel").read_bytes())
    assert not report.ok
    assert (check, record) in [(failure.name, failure.record) for failure in report.failures]


def _with_trustees(session, trustees):
    """Put other trustees in a session, with the hash of them in its setup."""
    documents = list(session.records[0].documents)
    old, documents[1] = documents[1], trustees.to_bytes()
    hashes = (canonical.sha256_hex(raw).encode() for raw in (old, documents[1]))
    documents[-1] = documents[-1].replace(*hashes)
    return write([Record("Setup", tuple(documents), 0), *session.records[1:]])


@pytest.mark.fault("C6")
@pytest.mark.parametrize(
    ("part", "failing"),
    [
        ("certificates", {"teller-certificates", "teller-group-signatures"}),
        ("commitments", {"teller-commitments"}),
        ("signatures", {"teller-group-signatures"}),
        ("key", {"teller-keys", "teller-key-proofs", "teller-key-signatures"}),
        ("pok", {"teller-key-proofs"}),
        ("signature", {"teller-key-signatures"}),
    ],
)
def test_every_part_of_the_tellers_ceremony_has_a_check_of_its_own(part, failing):
    session = make_session((Question("q", ("a", "b"), 0, 1),), [], tellers=(2, 3), decrypting=(1, 2, 3))
    single, pedersen = session.trustees.entries
    wrong = Proof(1, 2)
    last = pedersen.verification_keys[-1]
    keys = {
        "key": replace(last, public_key=pedersen.verification_keys[0].public_key),
        "pok": replace(last, pok=wrong),
        "signature": replace(last, signature=wrong),
    }
    if part in keys:
        changed = {"verification_keys": (*pedersen.verification_keys[:-1], keys[part])}
    elif part == "signatures":
        changed = {part: (*pedersen.signatures[:-1], wrong)}
    else:
        *others, entry = getattr(pedersen, part)
        changed = {part: (*others, replace(entry, signed=replace(entry.signed, signature=wrong)))}
    report = verify_archive(_with_trustees(session, Trustees((single, replace(pedersen, **changed)))))
    failures = {check.name: check.record for check in report.failures}
    assert failures == dict.fromkeys(failing, "trustees")
    named = next(check.detail for check in report.failures)
    assert "trustees[1]." in named
    assert "[2]" in named


def test_the_report_says_the_digits_that_the_tellers_compared(threshold):
    ((_, pedersen),) = parse_trustees(threshold.records[0].documents[1]).tellers
    details = {check.name: check.detail for check in verify_archive(threshold.raw).checks}
    assert fingerprint(threshold.election.uuid, pedersen) in details["election-key"]
    assert "any 2 of 3 tellers" in details["teller-certificates"]


def test_a_report_on_trustees_that_cannot_be_read_does_not_say_that_there_are_no_tellers(single):
    documents = list(single.records[0].documents)
    old, documents[1] = documents[1], b"[]"
    documents[-1] = documents[-1].replace(*(canonical.sha256_hex(raw).encode() for raw in (old, b"[]")))
    report = verify_archive(write([Record("Setup", tuple(documents), 0), *single.records[1:]]))
    states = {check.name: (check.ok, check.detail) for check in report.checks}
    assert not states["trustees"][0]
    assert all(states[name] == (None, "not reached because of trustees") for name in CHECKS)


@pytest.mark.fault("C9")
def test_a_truncated_copy_cannot_be_read(vectors):
    with pytest.raises(MalformedArchive, match="cut off"):
        verify_archive((vectors / "tampered" / "file-truncated.bel").read_bytes())


def test_no_broken_copy_is_left_out_of_the_table(vectors):
    (table,) = (
        mark.args[1]
        for mark in test_a_broken_copy_is_refused_by_the_check_that_one_would_expect.pytestmark
        if mark.name == "parametrize"
    )
    listed = {row[0] for row in table} | {"file-truncated"}
    assert {path.stem for path in (vectors / "tampered").glob("*.bel")} == listed
