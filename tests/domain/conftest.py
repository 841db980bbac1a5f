"""A house on a real embedded server, with a clock that stands still."""

from collections.abc import Callable, Iterator

import pytest

from tests.domain.counting_team import Device, draft_with_tellers, gather
from tests.domain.pooled_codes import new_desk
from tests.running import embedded_store
from voting.domain.casting import election_of, open_session
from voting.domain.desks import Desk
from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.protocol.ballots import make_ballot
from voting.storage.sealing import SealingKeys

NOON = 1_800_000_000
PEOPLE = (Person("Nguyễn Văn A", "Chủ tịch"), Person("Trần Thị B", "Phó chủ tịch"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with embedded_store(tmp_path_factory.mktemp("data")) as store:
        yield House(store, SealingKeys(["a sealing key for tests, long enough"]), lambda: NOON)


@pytest.fixture
def draft(house: House) -> Session:
    return create_session(house, Session("", "Lấy phiếu tín nhiệm", make_sheet(PEOPLE, blank=True), codes=4, spares=1))


@pytest.fixture
def team(house: House) -> list[Device]:
    """Three tellers of a draft, each with a device, before the first message."""
    return gather(house, draft_with_tellers(house))


@pytest.fixture
def voting_now(house: House, draft: Session) -> tuple[str, tuple[str, ...]]:
    """An open session: its UUID and its codes."""
    codes = make_codes(house, draft.uuid)
    confirm_codes(house, draft.uuid)
    open_session(house, draft.uuid)
    return draft.uuid, codes


@pytest.fixture
def ballot_of(house: House) -> Callable[..., bytes]:
    """Make a ballot: UUID, code, and the level of each person (0 = blank)."""

    def make(uuid: str, code: str, *levels: int) -> bytes:
        choices = [[int(level == place) for place in range(4)] for level in levels]
        return make_ballot(election_of(house, uuid), code, choices)

    return make


@pytest.fixture
def pooled(house: House) -> Session:
    """A draft of nine codes, five of them in the pool."""
    sheet = make_sheet([Person("Nguyễn Văn A"), Person("Trần Thị B")], blank=True)
    return create_session(house, Session("", "Lấy phiếu", sheet, codes=7, spares=2, pooled=5))


@pytest.fixture
def slips(house: House, pooled: Session) -> tuple[str, ...]:
    """The codes of the four printed slips; the session is ready."""
    codes = make_codes(house, pooled.uuid)
    confirm_codes(house, pooled.uuid)
    return codes


@pytest.fixture
def desk(house: House, pooled: Session, slips: tuple[str, ...]) -> Desk:
    """The desk of that session, with its device."""
    return new_desk(house, pooled.uuid)
