"""The application on a real embedded store, and a meeting to try it with."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Settings
from tests.running import embedded_store
from tests.web.chair_browser import ChairBrowser
from tests.web.devices import Device
from tests.web.served import Served, serving
from voting.app import create_app
from voting.domain.accounts import Account, make_account
from voting.domain.casting import open_session
from voting.domain.drafting import create_session
from voting.domain.elections import election_of
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.links import make_link
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.domain.tellers import Teller
from voting.protocol.ballots import make_ballot
from voting.storage.sealing import SealingKeys
from voting.storage.store import RedisStore

NOON = 1_800_000_000
PASSWORD = "a password of her own"
ONE_TIME = "given-one-time"
TELLERS = (Teller("Lê Thị Cúc", "head"), Teller("Phạm Văn Dũng", "secretary"), Teller("Hoàng Thị Én"))
PEOPLE = (Person("Nguyễn Văn An", "Trưởng phòng"), Person("Trần Thị Bình", "Phó phòng"))


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisStore]:
    """One embedded server for all tests of this floor."""
    with embedded_store(tmp_path_factory.mktemp("data")) as store:
        yield store


@pytest.fixture
def store(running: RedisStore) -> RedisStore:
    """The store, emptied, with the accounts of two chairs and of one who has never signed in."""
    running.connection.client.flushall()
    for account in (*ACCOUNTS, replace(ACCOUNTS[0], name="binh")):
        running.save_account(account, new=True)
    return running


@pytest.fixture
def house(store: RedisStore) -> House:
    return House(store, SealingKeys(["a sealing key for tests, long enough"]), lambda: NOON)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_with(tmp_path_factory.mktemp("settings"))


def settings_with(data: Path, **env: str) -> Settings:
    """Give settings as the environment would make them."""
    return Settings.from_env({"VOTING_DATA": str(data), **env})


@pytest.fixture
def app(settings: Settings, house: House) -> Flask:
    return create_app(settings, house)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A voter's browser, or a program: no account."""
    return app.test_client()


@pytest.fixture
def served(tmp_path: Path, store: RedisStore) -> Iterator[Served]:
    """The application as gunicorn serves it, on the store of these tests."""
    with serving(tmp_path, store) as served:
        yield served


# Hashing a password takes 30 ms by design, so all tests share these.
ACCOUNTS: tuple[Account, ...] = (
    make_account("hoa", PASSWORD),
    make_account("newcomer", ONE_TIME, one_time=True),
)


@pytest.fixture
def visitor(app: Flask) -> ChairBrowser:
    """A browser at the chair's pages that nobody has signed in with."""
    return ChairBrowser(app)


@pytest.fixture
def chair(app: Flask) -> ChairBrowser:
    """The browser of the chair `hoa`, signed in."""
    return _signed_in(app, "hoa")


@pytest.fixture
def other_chair(app: Flask) -> ChairBrowser:
    """The browser of the chair `binh`, signed in."""
    return _signed_in(app, "binh")


def _signed_in(app: Flask, name: str) -> ChairBrowser:
    browser = ChairBrowser(app)
    assert browser.sign_in(name, PASSWORD).status_code == 303
    return browser


@pytest.fixture
def draft(house: House) -> Session:
    """A draft of the chair `hoa`."""
    return create_session(house, Session("", "Lấy phiếu", make_sheet(PEOPLE), codes=6, spares=2, chair="hoa"))


@pytest.fixture
def voting_now(house: House, draft: Session) -> tuple[str, tuple[str, ...]]:
    """An open session of the chair `hoa`: its UUID and its codes."""
    codes = make_codes(house, draft.uuid)
    confirm_codes(house, draft.uuid)
    open_session(house, draft.uuid)
    return draft.uuid, codes


@pytest.fixture
def ballot_of(house: House) -> Callable[..., bytes]:
    """Make a ballot: UUID, code, and the level of each person (1 to 3)."""

    def make(uuid: str, code: str, *levels: int) -> bytes:
        choices = [[int(level == place) for place in (1, 2, 3)] for level in levels]
        return make_ballot(election_of(house, uuid), code, choices)

    return make


@pytest.fixture
def cast_ballot(client: FlaskClient, ballot_of: Callable[..., bytes]) -> Callable[..., None]:
    """Cast a ballot over the API: UUID, code, and the level of each person (1 to 3)."""

    def send(uuid: str, code: str, *levels: int) -> None:
        assert client.post(f"/api/sessions/{uuid}/ballots", data=ballot_of(uuid, code, *levels)).status_code == 201

    return send


# ---- the tellers


@pytest.fixture
def teller_draft(house: House) -> Session:
    """A draft of the chair `hoa` with three tellers, any two of whom count."""
    sheet = make_sheet(PEOPLE)
    return create_session(
        house, Session("", "Lấy phiếu", sheet, codes=6, spares=2, chair="hoa", tellers=TELLERS, threshold=2)
    )


@pytest.fixture
def devices(house: House, app: Flask, teller_draft: Session) -> list[Device]:
    """The devices of the three tellers, each with the link that its teller was given; none has claimed it yet."""
    uuid = teller_draft.uuid
    return [Device(app.test_client(), uuid, make_link(house, uuid, index)) for index in (1, 2, 3)]


@pytest.fixture
def joined(devices: list[Device]) -> list[Device]:
    """The same, each of which has claimed its link."""
    for index, device in enumerate(devices, 1):
        assert device.claim().json == {"index": index}
    return devices
