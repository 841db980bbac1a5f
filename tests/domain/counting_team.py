"""A counting team for tests: what each teller's device does, with the protocol's functions and the domain's acts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from voting.domain.boards import archive_stream
from voting.domain.ceremony import accuse, take_message, teller_view
from voting.domain.counting import Decryptions, take_decryption
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.links import BoundDevice, bound_device, claim_link, make_link
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.domain.tellers import Teller
from voting.protocol.ceremony import TellerKeys, draw_seed, open_box
from voting.protocol.closed_board import closed_board
from voting.protocol.taking_part import Accuse, Done, Move, Post, advance
from voting.protocol.teller_view import View, parse_view

NAMES = ("Hoàng Văn Minh", "Lê Thị Thu", "Phạm Quốc Hùng", "Vũ Thị Lan", "Đỗ Văn Sơn")


@dataclass
class Device:
    """A teller's phone: the secret by which the service knows it, and the seed that nobody else ever sees."""

    house: House
    uuid: str
    link: str
    secret: str = field(default_factory=draw_seed)
    seed: str = field(default_factory=draw_seed)

    def join(self) -> "Device":
        claim_link(self.house, self.uuid, self.link, self.secret)
        return self

    @property
    def bound(self) -> BoundDevice:
        return bound_device(self.house, self.uuid, self.secret)

    @property
    def index(self) -> int:
        return self.bound.index

    def view(self) -> View:
        """Read the view as it comes over the wire."""
        return parse_view(json.loads(json.dumps(teller_view(self.house, self.uuid, self.index))))

    def next(self) -> Move:
        return advance(self.seed, self.view())

    def move(self) -> Move:
        """Do what is to be done now."""
        view, move = self.view(), self.next()
        if isinstance(move, Post):
            assert take_message(self.house, self.uuid, self.bound, view.round.number, move.step, move.body)
        elif isinstance(move, Accuse):
            accuse(self.house, self.uuid, self.bound, view.round.number, move.against)
        return move

    def decryption(self) -> bytes:
        """Verify the archive and decrypt its tally, as a phone does."""
        view, keys = self.view(), TellerKeys.of(self.seed)
        board = closed_board(b"".join(archive_stream(self.house, self.uuid)), self.uuid, keys, processes=1)
        assert view.box is not None
        return board.decrypt(open_box(view.round, view.index, keys, view.box))

    def decrypt(self) -> Decryptions:
        return take_decryption(self.house, self.uuid, self.bound, self.decryption())


def draft_with_tellers(house: House, size: int = 3, threshold: int = 2, codes: int = 4) -> Session:
    """Put a draft into the store that is voted on in two lines and counted by tellers."""
    tellers = tuple(Teller(name, "head" if i == 0 else "member") for i, name in enumerate(NAMES[:size]))
    people = (Person("Nguyễn Văn A", "Chủ tịch"), Person("Trần Thị B", "Phó chủ tịch"))
    sheet = make_sheet(people, blank=True)
    return create_session(house, Session("", "Bầu cử", sheet, codes=codes, tellers=tellers, threshold=threshold))


def gather(house: House, session: Session) -> list[Device]:
    """Give every teller a link, and have a device of its own open it."""
    links = [make_link(house, session.uuid, index) for index in range(1, len(session.tellers) + 1)]
    return [Device(house, session.uuid, link).join() for link in links]


def take_steps(team: Sequence[Device], until: str = "done") -> None:
    """Have the devices take their steps, whoever can first, until the step `until` is to be taken."""
    while (step := team[0].view().step) != until:
        for device in team:
            device.move()
        assert team[0].view().step != step, "nobody got on"


def fingerprints(team: Sequence[Device]) -> set[str]:
    """Give what the devices show at the end, for comparison aloud."""
    moves = [device.next() for device in team]
    assert all(isinstance(move, Done) for move in moves), moves
    return {move.fingerprint for move in moves if isinstance(move, Done)}


def message(device: Device) -> tuple[int, str, bytes]:
    """Give (round, step, message) that a device would send now."""
    move = device.next()
    assert isinstance(move, Post), move
    return device.view().round.number, move.step, move.body


def send(device: Device, round: int, step: str, raw: bytes) -> bool:
    return take_message(device.house, device.uuid, device.bound, round, step, raw)
