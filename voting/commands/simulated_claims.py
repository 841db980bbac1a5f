"""Attendees who get their codes by personal link, as the server meets their phones: a claim, and later a pass.

Each phone has its own connection for each of the two, as nothing but the room connects them (docs/adr/0011).
"""

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from voting.commands.remote_session import Deviation, RemoteSession
from voting.domain.house import House
from voting.domain.rosters import Attendee, add_attendees, make_claim_links
from voting.protocol import group, passes, schema
from voting.protocol.election import parse_election
from voting.protocol.group import Scalar
from voting.protocol.passes import BlindPass
from voting.protocol.proofs import proof_from_value


@dataclass
class _Phone:
    link: str = field(repr=False)
    token: str = field(default_factory=lambda: token_hex(32), repr=False)
    blinding: Scalar = field(default_factory=group.random_scalar, repr=False)
    signed: str = field(default="", repr=False)


class SimulatedClaims:
    """So many people on the roster, each with a link and a phone."""

    def __init__(self, house: House, base: str, uuid: str, size: int) -> None:
        self._base, self._uuid = base, uuid
        if size:
            add_attendees(house, uuid, [Attendee(f"Attendee {number}") for number in range(1, size + 1)])
        links = make_claim_links(house, uuid, range(1, size + 1))
        self._phones = [_Phone(made.link) for made in links]

    def claim(self) -> Iterator[str]:
        """Let everybody claim, and give what the server did wrong. Raises BadProof, Deviation."""
        for number, phone in enumerate(self._phones):
            with closing(RemoteSession(self._base, self._uuid)) as server:
                self._claim(server, phone)
                if number:
                    continue
                blinded = self._blinded(phone)
                if server.post("/claims", {"link": phone.link, "blinded": blinded})[0] != 200:
                    yield "a claim that was sent again was not answered again"
                other = group.point_to_hex(group.power_of_generator(group.random_scalar()))
                if server.post("/claims", {"link": phone.link, "blinded": other})[0] != 409:
                    yield "a second phone could claim with the same link"
                if self._shown(server, phone)[0] != 423:
                    yield "a pass was not refused before the opening"

    def redeem(self) -> tuple[str, ...]:
        """Let everybody show the pass, in an order of chance; gives the codes. Raises Deviation."""
        codes = []
        for phone in random.sample(self._phones, len(self._phones)):
            with closing(RemoteSession(self._base, self._uuid)) as server:
                status, answer = self._shown(server, phone)
                # After a lost answer the first may have arrived already.
                if status != 201 and not (status == 200 and server.retries):
                    raise Deviation(f"a pass was answered {status} {answer.get('error', '')}")
                if self._shown(server, phone) != (200, answer):
                    raise Deviation("the same pass again did not lead to the same code")
                codes.append(str(answer["code"]))
        if len(set(codes)) < len(codes):
            raise Deviation("two passes led to one code")
        return tuple(codes)

    def _claim(self, server: RemoteSession, phone: _Phone) -> None:
        key = str(server.get_json()["pass_key"])
        description = parse_election(server.get_bytes("/election")).description
        if not description.endswith(f" SHA-256 {passes.hash_of_key(self._uuid, key)}"):
            raise Deviation("the board does not name the pass key")
        status, answer = server.post("/claims", {"link": phone.link, "blinded": self._blinded(phone)})
        if status != 201 and not (status == 200 and server.retries):
            raise Deviation(f"a claim was answered {status} {answer.get('error', '')}")
        signed = BlindPass(schema.point(answer["signed"], "signed"), proof_from_value(answer["proof"], "proof"))
        blinded = passes.blind_token(self._uuid, phone.token, phone.blinding)
        point = passes.unblind(self._uuid, group.point_from_hex(key), blinded, signed, phone.blinding)
        phone.signed = group.point_to_hex(point)

    def _blinded(self, phone: _Phone) -> str:
        return group.point_to_hex(passes.blind_token(self._uuid, phone.token, phone.blinding))

    def _shown(self, server: RemoteSession, phone: _Phone) -> tuple[int, dict[str, Any]]:
        return server.post("/passes", {"token": phone.token, "signed": phone.signed})
