"""An attendee's phone as the service meets it: it claims with a link, and redeems what it got without one."""

from dataclasses import dataclass, field
from secrets import token_hex

from voting.domain.claims import ClaimAnswer, claim, redeem
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.rosters import Attendee, add_attendees, make_claim_links, roster_of
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.protocol import group, passes
from voting.protocol.group import Point, Scalar


@dataclass
class ClaimingPhone:
    """A phone with a personal link, before it has asked for anything."""

    uuid: str
    link: str
    token: str = field(default_factory=lambda: token_hex(32))
    blinding: Scalar = field(default_factory=group.random_scalar)
    signed: str = ""

    @property
    def blinded(self) -> str:
        """What goes with the claim."""
        return group.point_to_hex(self.point)

    @property
    def point(self) -> Point:
        """The same as a point."""
        return passes.blind_token(self.uuid, self.token, self.blinding)

    def claim(self, house: House) -> ClaimAnswer:
        """Claim, check the proof, and keep the pass."""
        answer = claim(house, self.uuid, self.link, self.blinded)
        key = group.point_from_hex(house.store.session(self.uuid).pass_key)
        signed = passes.unblind(self.uuid, key, self.point, answer.blind_pass, self.blinding)
        self.signed = group.point_to_hex(signed)
        return answer

    def redeem(self, house: House) -> str:
        """Give the code of the pass."""
        return redeem(house, self.uuid, self.token, self.signed).code


def draft_for(house: House, people: int, *, pooled: int, printed: int = 2) -> str:
    """Give a draft with a roster of so many people and so many codes that are not printed."""
    sheet = make_sheet((Person("Nguyễn Văn A", "Chủ tịch"),), blank=True)
    draft = Session("", "Lấy phiếu tín nhiệm", sheet, codes=pooled + printed, pooled=pooled)
    uuid = create_session(house, draft).uuid
    add_attendees(
        house, uuid, [Attendee(f"Đại biểu {number:03}", f"a{number}@b.vn") for number in range(1, people + 1)]
    )
    return uuid


def make_ready(house: House, uuid: str) -> None:
    """Draft → ready."""
    make_codes(house, uuid)
    confirm_codes(house, uuid)


def phones_of(house: House, uuid: str) -> list[ClaimingPhone]:
    """Make links for everybody who has not claimed; the phones that got them, in the order of the roster."""
    links = make_claim_links(house, uuid, [attendee.id for attendee in roster_of(house, uuid).attendees])
    return [ClaimingPhone(uuid, made.link) for made in links]
