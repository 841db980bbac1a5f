"""`voting teller` against a server that lies: nothing is decrypted or revealed that must not be, and it says why."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.commands.lying_server import Boards, Lies, lying_server, view_for_first
from tests.protocol.whole_session import TIMESTAMP, Ceremony, hold_ceremony
from voting.cli import voting
from voting.commands import teller
from voting.commands.teller_key_file import KeyFile, make_key_file
from voting.protocol import archive, ceremony, envelopes, tally
from voting.protocol.ballots import open_ballot
from voting.protocol.ceremony import draw_seed


@pytest.fixture(scope="module")
def held() -> Ceremony:
    return hold_ceremony(2, 3)


@pytest.fixture(scope="module")
def boards(held: Ceremony) -> Boards:
    return Boards(held)


@pytest.fixture
def lies(held: Ceremony, boards: Boards) -> Iterator[Lies]:
    """A server that does not lie yet: a closed session with two ballots."""
    with lying_server() as server:
        nothing: dict[str, Any] = {name: [] for name in ("certificates", "commitments", "reveals", "parcels", "keys")}
        server.view = view_for_first(held, "done", state="closed", **nothing)
        server.archive = boards.archive([0, 1])
        yield server


@pytest.fixture
def key(held: Ceremony, lies: Lies, tmp_path: Path) -> Path:
    """The key file of teller 1."""
    fingerprint = ceremony.fingerprint(held.round.uuid, held.pedersen)
    content = KeyFile(held.round.uuid, 1, "An", held.keys[0].seed, draw_seed(), lies.base, fingerprint=fingerprint)
    make_key_file(tmp_path / "my.key", content)
    return tmp_path / "my.key"


def without_tally(raw: bytes) -> bytes:
    """Cut the last event off an archive."""
    records = archive.read_archive(raw).records[:-1]
    return b"".join(archive.write_archive(records, TIMESTAMP))


def run(*words: object) -> Result:
    return CliRunner().invoke(voting, ["teller", *map(str, words)], prog_name="voting")


def count(key: Path) -> Result:
    return run("count", "--key", key, "--yes")


def join(key: Path, lies: Lies, held: Ceremony) -> Result:
    return run("join", f"{lies.base}/t/{held.round.uuid}#abcd-efgh-ijkm", "--key", key)


def test_an_honest_server_gets_a_decryption_that_holds(key: Path, lies: Lies, held: Ceremony, boards: Boards) -> None:
    assert count(key).exit_code == 0
    ((step, raw),) = lies.posted
    assert step == "decryption"
    opened = [open_ballot(ballot, boards.election) for ballot in boards.ballots[:2]]
    sums = tally.encrypt_tally(boards.election, opened)
    tally.check_partial_decryption(raw, boards.election, sums, held.pedersen.keys[0])
    assert count(key).exit_code == 0  # the same tally again


@pytest.mark.fault("P2")
def test_a_second_different_tally_is_never_decrypted(key: Path, lies: Lies, boards: Boards) -> None:
    assert count(key).exit_code == 0
    for others in ([0], [0, 1, 2], [1, 2], []):
        lies.archive = boards.archive(others)
        refused = count(key)
        assert refused.exit_code == 1
        assert "This key has decrypted another tally of this session." in refused.stderr
    assert len(lies.posted) == 1
    print("P2: 4 further tallies asked for: 0 decrypted")


@pytest.mark.fault("P2")
def test_a_tally_counts_as_decrypted_also_when_nobody_knows_whether_it_arrived(
    key: Path, lies: Lies, boards: Boards
) -> None:
    lies.status = 500
    assert count(key).exit_code == 1
    lies.status, lies.archive = 201, boards.archive([0])
    assert "another tally" in count(key).stderr
    assert len(lies.posted) == 1


@pytest.mark.fault("P2")
@pytest.mark.parametrize("state", ["draft", "ready", "open"])
def test_nothing_is_decrypted_while_the_server_says_that_the_vote_goes_on(key: Path, lies: Lies, state: str) -> None:
    lies.view["state"] = state
    refused = count(key)
    assert (refused.exit_code, lies.posted) == (1, [])
    assert "The vote is not closed" in refused.stderr


@pytest.mark.fault("P2")
def test_a_board_that_does_not_verify_is_not_decrypted(key: Path, lies: Lies, boards: Boards) -> None:
    good = lies.archive
    bad = {
        "The vote is not closed": boards.archive([0, 1], closed=False),
        "(tally)": boards.archive([0, 1], tallied=[0]),
        "(file-names)": boards.archive([0, 0]),
        "no file can be read": good[:-600],
        "event.type: unknown": good.replace(b'"EndBallots"', b'"endballots"'),
    }
    for words, raw in bad.items():
        lies.archive = raw
        refused = count(key)
        assert refused.exit_code == 1, words
        assert refused.stderr.startswith("voting: ")
        assert words in refused.stderr
    assert lies.posted == []
    print(f"P2: {len(bad)} boards that do not hold: 0 decrypted")


def test_a_board_whose_ballots_are_not_added_up_yet_is_waited_for_and_then_left(
    key: Path, lies: Lies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teller, "PAUSE", 0.05)
    lies.view["tallied"] = False
    refused = count(key)
    assert (refused.exit_code, lies.posted) == (1, [])
    assert "its ballots are not added up yet. Call this again in a minute" in refused.stderr
    Timer(0.2, lambda: lies.view.update(tallied=True)).start()
    assert count(key).exit_code == 0


@pytest.mark.fault("P2")
def test_a_board_that_is_only_said_to_be_added_up_is_not_decrypted(key: Path, lies: Lies) -> None:
    lies.archive = without_tally(lies.archive)
    refused = count(key)
    assert (refused.exit_code, lies.posted) == (1, [])
    assert "the ballots have not been tallied yet" in refused.stderr


@pytest.mark.parametrize("status", [401, 409])
def test_a_decryption_that_comes_after_the_count_is_told_so(key: Path, lies: Lies, status: int) -> None:
    lies.status, lies.session = status, {"state": "counted"}
    late = count(key)
    assert late.exit_code == 1
    assert late.stderr.endswith("The ballots are counted already; there is nothing left to do for a teller.\n")


def test_more_decryptions_than_needed_are_not_told_as_more(key: Path, lies: Lies) -> None:
    lies.present = 3
    assert "Sent: 2 of the 2 tellers needed have decrypted." in count(key).stderr


def test_the_key_of_a_second_ceremony_is_not_used_unseen(key: Path, lies: Lies, held: Ceremony) -> None:
    """The server held another ceremony, with the same seed of teller 1 and two others that it made up."""
    other = hold_ceremony(2, 3, uuid=held.round.uuid, seeds=[held.keys[0].seed, draw_seed(), draw_seed()])
    lies.archive = Boards(other).archive([0, 1])
    lies.view["box"] = other.messages[0].box.decode()
    refused = count(key)
    assert "is not the one that was compared" in refused.stderr
    assert lies.posted == []


@pytest.mark.parametrize("box", ["of another teller", "of a share that the server chose", "missing"])
def test_another_box_than_the_own_decrypts_nothing(key: Path, lies: Lies, held: Ceremony, box: str) -> None:
    content = {"uuid": held.round.uuid, "round": 1, "index": 1, "key": "12345"}
    lies.view["box"] = {
        "of another teller": held.messages[1].box.decode(),
        "of a share that the server chose": envelopes.encrypt(
            held.keys[0].encryption_key, json.dumps(content, separators=(",", ":"))
        ).decode(),
        "missing": None,
    }[box]
    assert count(key).exit_code == 1
    assert lies.posted == []


# ---- while the key is made


def test_a_server_that_puts_itself_between_is_named_with_whose_message_it_changed(
    key: Path, lies: Lies, held: Ceremony
) -> None:
    other = hold_ceremony(2, 3, uuid=held.round.uuid)
    lies.view = view_for_first(held, "reveal")
    lies.view["certificates"][2] = other.certificates[2].decode()
    refused = join(key, lies, held)
    assert refused.exit_code == 1
    assert "What the server passes on does not hold" in refused.stderr
    lies.view = view_for_first(held, "reveal")
    lies.view["commitments"][1] = other.commitments[1].decode()
    assert "(said to come from Bình)" in join(key, lies, held).stderr
    assert {step for step, _ in lies.posted} == {"tellers"}  # the claim; nothing was revealed


def test_a_bad_share_is_answered_with_an_accusation_of_its_sender(key: Path, lies: Lies, held: Ceremony) -> None:
    parcel = json.loads(held.reveals[2].parcels[0])
    message = json.loads(parcel["message"])
    message["share"] = envelopes.send(held.keys[2].signing, held.keys[0].encryption_key, "7")
    raw = envelopes.sign(held.keys[2].signing, json.dumps(message, separators=(",", ":"))).to_bytes()
    lies.view = view_for_first(held, "key")
    lies.view["parcels"][2] = raw.decode()
    refused = join(key, lies, held)
    assert refused.exit_code == 1
    assert "The share that Cường has sent is not the one committed to." in refused.stderr
    assert lies.posted[-1] == ("accusation", b'{"round":1,"against":3}')


def test_a_stopped_round_names_who_is_blamed_and_by_whom(key: Path, lies: Lies, held: Ceremony) -> None:
    lies.view = view_for_first(held, "key", fault={"step": "reveal", "against": 2, "by": 3, "reason": "share"})
    refused = join(key, lies, held)
    assert refused.exit_code == 1
    assert "in the step reveal: Cường says that what Bình sent is bad." in refused.stderr


@pytest.mark.parametrize("view", [{}, {"uuid": 1}, []])
def test_an_answer_that_is_no_view_is_one_line_and_no_stack_trace(
    key: Path, lies: Lies, held: Ceremony, view: Any
) -> None:
    lies.view = view
    refused = join(key, lies, held)
    assert refused.exit_code == 1
    assert refused.stderr.count("\n") == 1
    assert "fault in the program" not in refused.stderr


def test_a_view_of_another_session_is_refused(key: Path, lies: Lies, held: Ceremony) -> None:
    lies.view = view_for_first(replace(held, round=replace(held.round, uuid="cyuzb8XAcr1FSj")), "done")
    assert "The server answers for another session." in join(key, lies, held).stderr
