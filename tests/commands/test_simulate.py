"""`voting simulate`: whole sessions over HTTP against a real server, and the deviations that it must notice."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from click.testing import CliRunner, Result

from tests.answering import Answering, answering
from voting.cli import voting
from voting.commands import simulated_tellers
from voting.commands.own_server import environment_for, served
from voting.commands.remote_session import Deviation
from voting.commands.simulate import simulate
from voting.commands.simulated_tellers import SimulatedTellers
from voting.commands.simulated_voter import Intent, enter, vote
from voting.commands.teller_client import Sent, TellerDevice
from voting.errors import BadProof, MissingSetting
from voting.protocol.archive import read_archive
from voting.protocol.canonical import base64_sha256
from voting.protocol.codes import draw_code, draw_uuid
from voting.protocol.election import Election, Question
from voting.protocol.receipts import draw_receipt_key, receipt_public_key, sign_receipt
from voting.protocol.tally import parse_owned_partial_decryption
from voting.protocol.trustees import draw_private_key, make_single
from voting.protocol.verify import verify_archive


def run(*arguments: object) -> Result:
    return CliRunner().invoke(simulate, [str(argument) for argument in arguments])


def report_in(out: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((out / "report.json").read_text())
    return report


def test_a_session_is_counted_as_it_was_cast_and_leaves_its_archive(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run("--voters", 10, "--people", 2, "--levels", 3, "--seed", 1, "--out", out)
    assert result.exit_code == 0, result.output
    report = report_in(out)
    assert report["ok"] is True
    assert report["faults"] == []
    assert report["counted_by"] == "command"
    assert [sum(line) for line in report["result"]] == [10, 10]
    archive = (out / f"{report['uuid']}.bel").read_bytes()
    assert all(check.ok for check in verify_archive(archive).checks)
    assert f"{report['casts_per_second']} a second" in result.output


def test_voters_with_a_link_claim_their_codes_and_vote_as_the_others_do(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run("--voters", 9, "--people", 2, "--claims", 5, "--out", out)
    assert result.exit_code == 0, result.output
    report = report_in(out)
    assert (report["ok"], report["faults"], report["claims"]) == (True, [], 5)
    assert [sum(line) for line in report["result"]] == [9, 9]
    election = read_archive((out / f"{report['uuid']}.bel").read_bytes()).records[0].documents[0]
    assert b"Key by which codes are given out to personal links: SHA-256 " in election


def test_more_voters_with_a_link_than_there_are_is_refused(tmp_path: Path) -> None:
    refused = CliRunner().invoke(voting, ["simulate", "--voters", "3", "--claims", "4", "--out", str(tmp_path / "out")])
    words = "voting: There cannot be more voters with a link than there are.\n"
    assert (refused.exit_code, refused.output) == (1, words)


@pytest.mark.fault("P2")
@pytest.mark.fault("C7")
def test_tellers_hold_the_key_and_two_of_three_count(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run("--voters", 10, "--people", 2, "--tellers", 3, "--threshold", 2, "--out", out)
    assert result.exit_code == 0, result.output
    report = report_in(out)
    assert (report["ok"], report["faults"], report["tellers"], report["threshold"]) == (True, [], 3, 2)
    assert report["counted_by"] == "server"
    assert {"ceremony", "decryption"} < report["seconds"].keys()
    archive = (out / f"{report['uuid']}.bel").read_bytes()
    assert all(check.ok for check in verify_archive(archive).checks)
    records = read_archive(archive).records
    owners = [
        parse_owned_partial_decryption(record.documents[1])[0]
        for record in records
        if record.type == "PartialDecryption"
    ]
    assert owners[0] == 1
    assert len(owners) == 3
    assert [sum(line) for line in report["result"]] == [10, 10]
    print(f"P2: 1 early decryption asked for, 0 taken; C7: 1 bad and 1 doubled ignored; owners {owners} counted")


def test_more_tellers_needed_than_there_are_is_refused(tmp_path: Path) -> None:
    refused = CliRunner().invoke(voting, ["simulate", "--threshold", "1", "--out", str(tmp_path / "out")])
    assert (refused.exit_code, refused.output) == (1, "voting: There cannot be more tellers needed than there are.\n")


def test_a_server_that_takes_any_decryption_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tellers meet a server that answers every decryption with 201 and counts whenever it is told to."""
    monkeypatch.setattr(TellerDevice, "send_decryption", lambda device, body: Sent(1, 2, False))
    monkeypatch.setattr(simulated_tellers, "count_session", lambda house, uuid: None)
    faults: list[str] = []
    early, late = SimulatedTellers.decrypt_early, SimulatedTellers.decrypt

    def noted(team: SimulatedTellers, processes: int) -> None:
        faults.extend(late(team, processes))
        raise MissingSetting("enough was seen")

    monkeypatch.setattr(SimulatedTellers, "decrypt_early", lambda team: faults.extend(early(team)) or ())
    monkeypatch.setattr(SimulatedTellers, "decrypt", noted)
    sizes = ["--voters", "1", "--people", "1", "--tellers", "2"]
    result = CliRunner().invoke(voting, ["simulate", *sizes, "--out", str(tmp_path / "out")])
    assert "enough was seen" in result.output
    assert faults == [
        "a decryption before the close was taken",
        "a bad decryption was taken",
        "a second decryption of a teller was taken for the first",
        "a count with too few tellers was taken",
    ]


def test_the_votes_follow_from_the_seed_also_on_a_server_that_runs_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = environment_for(tmp_path / "data")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    results = []
    with served(environment, tmp_path) as base:
        for name in ("first", "second"):
            sizes = ("--voters", 3, "--people", 3, "--levels", 2, "--seed", 7, "--blank")
            result = run(*sizes, "--url", base, "--out", tmp_path / name)
            assert result.exit_code == 0, result.output
            results.append(report_in(tmp_path / name)["result"])
            assert not (tmp_path / name / "data").exists()
    assert results[0] == results[1]
    assert {len(line) for line in results[0]} == {3}


def test_an_archive_of_another_session_is_not_mixed_in(tmp_path: Path) -> None:
    (tmp_path / "other.bel").write_bytes(b"")
    result = CliRunner().invoke(voting, ["simulate", "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert "holds the archive of another session" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["other.bel"]


def test_an_address_without_a_scheme_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(voting, ["simulate", "--url", "localhost:80", "--out", str(tmp_path)])
    assert (result.exit_code, result.output) == (1, "voting: BASE must begin with http:// or https://.\n")


def test_a_server_that_does_not_start_is_quoted(tmp_path: Path) -> None:
    environment = environment_for(tmp_path / "data") | {"VOTING_PUBLIC_URL": "nowhere"}
    with (
        pytest.raises(MissingSetting, match=r"The server did not start: .*VOTING_PUBLIC_URL must begin with"),
        served(environment, tmp_path),
    ):
        pass


# ---- servers that lie


class Liar(Answering):
    """Answers as the real server does, but for what `lie` changes in the receipt."""

    key = draw_receipt_key()
    uuid = draw_uuid()
    election = Election(uuid, "T", "", make_single(draw_private_key()).public_key, (Question("A", ("x", "y"), 1, 1),))
    lie: ClassVar[dict[str, Any]] = {}
    repeated_status: ClassVar[int] = 200
    spent_status: ClassVar[int] = 409
    posted: ClassVar[list[bytes]] = []

    def do_GET(self) -> None:
        if self.path.endswith("/election"):
            self.answer(200, self.election.to_bytes())
        else:
            self.answer(200, json.dumps({"receipt_key": receipt_public_key(self.key)}).encode())

    def do_POST(self) -> None:
        raw = self.body()
        if self.posted and raw not in self.posted:
            self.answer(self.spent_status, b'{"error":"code-used"}')
            return
        tracker = base64_sha256(raw)
        signature = sign_receipt(self.key, self.uuid, self.election.fingerprint, tracker, 1)
        receipt = {"tracker": tracker, "height": 1, "signature": signature} | self.lie
        status = self.repeated_status if raw in self.posted else 201
        self.posted.append(raw)
        self.answer(status, json.dumps(receipt).encode())


@contextmanager
def lying(**attributes: Any) -> Iterator[None]:
    """Come in to a server that lies in one respect."""
    handler = type("OneLie", (Liar,), attributes | {"posted": []})
    with answering(handler) as base:
        enter(base, Liar.uuid)
        yield


INTENT = Intent(draw_code(), ((1, 0),), taps=2, second=True)


def test_a_server_that_does_not_lie_satisfies_the_voter() -> None:
    with lying():
        assert vote(INTENT).height == 1


@pytest.mark.fault("C8")
@pytest.mark.parametrize(
    ("lie", "words"),
    [
        ({"lie": {"tracker": "A" * 43}}, "names another ballot"),
        ({"repeated_status": 201}, "same ballot again"),
        ({"spent_status": 201}, "second ballot of one code was answered 201"),
    ],
)
def test_a_server_that_lies_is_found(lie: dict[str, Any], words: str) -> None:
    with lying(**lie), pytest.raises(Deviation, match=words):
        vote(INTENT)


def test_a_receipt_with_another_height_than_was_signed_is_found() -> None:
    with lying(lie={"height": 2}), pytest.raises(BadProof):
        vote(INTENT)


def test_an_intent_does_not_show_its_code_or_choice() -> None:
    assert repr(replace(INTENT, taps=1)) == "Intent(…)"
