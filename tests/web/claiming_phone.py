"""An attendee's phone as the API meets it."""

from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.domain.claiming_phone import ClaimingPhone
from voting.protocol import group, passes, schema
from voting.protocol.canonical import to_bytes
from voting.protocol.passes import BlindPass
from voting.protocol.proofs import proof_from_value

ENGLISH = {"Accept-Language": "en"}


@dataclass
class Caller:
    """What a phone sends and is answered, over the wire; it checks the answer as the browser does."""

    client: FlaskClient
    phone: ClaimingPhone = field(repr=False)

    @property
    def root(self) -> str:
        return f"/api/sessions/{self.phone.uuid}"

    def claim(self, **other: Any) -> TestResponse:
        """Claim; `other` changes what is sent."""
        body = {"link": self.phone.link, "blinded": self.phone.blinded} | other
        answer = self.client.post(f"{self.root}/claims", data=to_bytes(body), headers=ENGLISH)
        if answer.status_code in (200, 201) and not other:
            self._unblind(answer.json)
        return answer

    def _unblind(self, value: dict[str, Any]) -> None:
        key = group.point_from_hex(self.client.get(self.root).json["pass_key"])
        blind_pass = BlindPass(schema.point(value["signed"], "signed"), proof_from_value(value["proof"], "proof"))
        phone = self.phone
        phone.signed = group.point_to_hex(passes.unblind(phone.uuid, key, phone.point, blind_pass, phone.blinding))

    def redeem(self, **other: Any) -> TestResponse:
        """Show the pass; `other` changes what is sent."""
        body = {"token": self.phone.token, "signed": self.phone.signed} | other
        return self.client.post(f"{self.root}/passes", data=to_bytes(body), headers=ENGLISH)
