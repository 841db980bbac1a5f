"""The devices of tellers as the API meets them: each holds a link, a secret of its own and a seed, and no more."""

from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from voting.domain.boards import public_records
from voting.domain.elections import election_of
from voting.domain.house import House
from voting.protocol import tally
from voting.protocol.canonical import to_bytes
from voting.protocol.ceremony import TellerKeys, draw_seed, open_box
from voting.protocol.taking_part import Post, advance
from voting.protocol.teller_view import parse_view


@dataclass
class Device:
    """A teller's phone. What it sends and is answered goes through the application as over a wire."""

    client: FlaskClient
    uuid: str
    link: str = field(repr=False)
    seed: str = field(default_factory=draw_seed, repr=False)
    secret: str = field(default_factory=draw_seed, repr=False)

    @property
    def head(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", "Accept-Language": "en"}

    @property
    def root(self) -> str:
        return f"/api/sessions/{self.uuid}/tellers"

    def claim(self, **other: str) -> TestResponse:
        """Exchange the link for a place; `other` changes what is sent."""
        body = {"link": self.link, "device": self.secret} | other
        return self.client.post(self.root, data=to_bytes(body), headers={"Accept-Language": "en"})

    def look(self) -> TestResponse:
        return self.client.get(f"{self.root}/me", headers=self.head)

    def view(self) -> dict[str, Any]:
        answer = self.look()
        assert answer.status_code == 200, answer.text
        return dict(answer.json)

    def next_message(self) -> Post:
        """Make the message that comes next, as a device does from what it sees."""
        move = advance(self.seed, parse_view(self.view()))
        assert isinstance(move, Post), move
        return move

    def post(self, step: str, body: bytes, number: int | str = 1) -> TestResponse:
        return self.client.post(f"{self.root}/me/{step}?round={number}", data=body, headers=self.head)

    def take_step(self) -> TestResponse:
        """Make and send the message that comes next."""
        message = self.next_message()
        return self.post(message.step, message.body, self.view()["round"])

    def accuse(self, against: int, number: int = 1) -> TestResponse:
        body = to_bytes({"round": number, "against": against})
        return self.client.post(f"{self.root}/me/accusation", data=body, headers=self.head)

    def partial_decryption(self, house: House) -> bytes:
        """Decrypt the tally on the board in part, with the share that the own seed opens."""
        seen = parse_view(self.view())
        assert seen.box is not None
        share = open_box(seen.round, seen.index, TellerKeys.of(self.seed), seen.box)
        election = election_of(house, self.uuid)
        tallied = next(record for record in public_records(house, self.uuid) if record.type == "EncryptedTally")
        return tally.partial_decryption(election, tally.parse_tally(tallied.documents[0], election), share)

    def send_decryption(self, raw: bytes) -> TestResponse:
        return self.client.post(f"{self.root}/me/decryption", data=raw, headers=self.head)


def hold_ceremony(devices: list[Device]) -> None:
    """Let every device take every step."""
    for _ in range(4):
        for device in devices:
            assert device.take_step().status_code == 201


def refused(answer: TestResponse) -> tuple[int, str]:
    """Give status and code of a refusal."""
    return answer.status_code, answer.json["error"]
