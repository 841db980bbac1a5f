"""A real server for tests of tellers on the command line, with sessions whose tellers are processes of their own."""

import json
import os
import subprocess
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import Any

from click.testing import CliRunner, Result

from voting.cli import voting
from voting.commands.remote_session import RemoteSession
from voting.commands.teller_client import TellerDevice
from voting.commands.teller_key_file import KeyFile, make_key_file
from voting.protocol.ballots import make_ballot
from voting.protocol.ceremony import draw_seed
from voting.protocol.election import parse_election
from voting.protocol.taking_part import Done

SHEET = """\
title = "Lấy phiếu có tổ kiểm phiếu"
codes = 3
[[people]]
name = "Nguyễn Văn An"
[[people]]
name = "Trần Thị Bình"
[[tellers]]
name = "Lê Thị Hoa"
role = "head"
[[tellers]]
name = "Phạm Văn Khoa"
[[tellers]]
name = "Vũ Thị Lan"
"""
NAMES = ("Lê Thị Hoa", "Phạm Văn Khoa", "Vũ Thị Lan")


@dataclass(frozen=True)
class Service:
    """A `voting serve` under way: `base` is its address, `environment` leads commands to its store."""

    base: str
    environment: dict[str, str]
    folder: Path

    def run(self, *arguments: object, typed: str = "") -> Result:
        """Run `voting …` in this process, in the test's own folder."""
        without = dict.fromkeys(name for name in os.environ if name == "REDIS_URL" or name.startswith("VOTING_"))
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(voting, words, input=typed, env=without | self.environment, prog_name="voting")

    def begin(self, *arguments: object, typed: str = "") -> "subprocess.Popen[str]":
        """Start `voting …` as a process; what is typed is its standard input."""
        command = [str(Path(sysconfig.get_path("scripts")) / "voting"), *map(str, arguments)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command, env=self.environment, cwd=self.folder, stdin=pipe, stdout=pipe, stderr=pipe, text=True
        )
        assert process.stdin
        process.stdin.write(typed)
        process.stdin.close()
        process.stdin = None
        return process

    def draft(self, *, sheet: str = SHEET) -> str:
        """Make a draft with three tellers, two of whom count."""
        (self.folder / "sheet.toml").write_text(sheet, "utf-8")
        return self.run("session", "create", "--file", self.folder / "sheet.toml").stdout.strip()

    def links(self, uuid: str, *options: object) -> list[str]:
        """Make links and give their addresses."""
        file = self.folder / f"links-{token_hex(4)}.txt"
        made = self.run("session", "tellers", uuid, "--links", file, "--base", self.base, *options)
        assert made.exit_code == 0, made.output
        return [line.split("  ")[1] for line in file.read_text("utf-8").splitlines()]

    def show(self, uuid: str) -> dict[str, Any]:
        shown: dict[str, Any] = json.loads(self.run("session", "show", uuid, "--json").stdout)
        return shown

    def key(self, uuid: str, index: int) -> Path:
        return self.folder / f"{uuid}-{index}.key"

    def join(self, uuid: str, links: Sequence[str]) -> list[tuple[int, str, str]]:
        """Let all tellers make the key at the same time; give (status, stdout, stderr) of each."""
        tellers = [
            self.begin("teller", "join", "-", "--key", self.key(uuid, index), typed=f"{link}\n")
            for index, link in enumerate(links, 1)
        ]
        ended = [(*teller.communicate(timeout=60), teller.returncode) for teller in tellers]
        return [(status, out, err) for out, err, status in ended]

    def with_key(self) -> str:
        """Make a session whose tellers have made their key: in turns, which is quicker than in processes."""
        uuid = self.draft()
        team = []
        for index, link in enumerate(self.links(uuid), 1):
            content = KeyFile(uuid, index, NAMES[index - 1], draw_seed()).of_device(self.base)
            device = TellerDevice(self.base, uuid, content.device, content.key)
            device.claim(link.partition("#")[2])
            team.append((index, content, device))
        for _ in range(4):
            for _, _, device in team:
                device.move(device.view())
        for index, content, device in team:
            done = device.move(device.view())
            assert isinstance(done, Done)
            make_key_file(self.key(uuid, index), replace(content, fingerprint=done.fingerprint))
            device.close()
        return uuid

    def open(self, uuid: str) -> None:
        """Issue the codes, open, and cast two ballots: all for the first level."""
        codes = self.run("session", "issue", uuid).stdout.split()
        assert self.run("session", "open", uuid).exit_code == 0
        remote = RemoteSession(self.base, uuid)
        election = parse_election(remote.get_bytes("/election"))
        for code in codes[:2]:
            assert remote.post("/ballots", make_ballot(election, code, [[1, 0, 0], [1, 0, 0]]))[0] == 201
        remote.close()

    def close(self, uuid: str) -> None:
        assert self.run("session", "close", uuid).exit_code == 0

    def count(self, key: Path, *options: object, typed: str = "") -> Result:
        """Count as a teller does."""
        return self.run("teller", "count", "--key", key, "--yes", *options, typed=typed)
