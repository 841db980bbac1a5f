"""Meetings with papers. They are held once for all tests of a file: most of them only read."""

from dataclasses import replace

import pytest

from tests.web.conftest import ACCOUNTS, NOON
from tests.web.whole_meeting import PEOPLE, TELLERS, confidence_sheet, hold
from voting.domain.house import House
from voting.domain.paper import PaperLine, PaperTally
from voting.domain.sessions import Session
from voting.storage.sealing import SealingKeys
from voting.storage.store import RedisStore

PAPER = PaperTally(4, 3, 1, tuple(PaperLine((1, 1, 0)) for _ in PEOPLE), (TELLERS[0].name, TELLERS[1].name))
# Of the five ballots from phones and the two valid ones on paper: what the fourth column of RESULT adds up to.
HIGH = (6, 4, 2, 5, 5, 5, 5, 2, 5, 5, 2, 6)
LOW = (0, 1, 1, 1, 0, 0, 0, 3, 0, 0, 3, 0)


@pytest.fixture(scope="module")
def store(running: RedisStore) -> RedisStore:
    """The store with the two chairs, emptied once."""
    running.connection.client.flushall()
    for account in (*ACCOUNTS, replace(ACCOUNTS[0], name="binh")):
        running.save_account(account, new=True)
    return running


@pytest.fixture(scope="module")
def house(store: RedisStore) -> House:
    return House(store, SealingKeys(["a sealing key for tests, long enough"]), lambda: NOON)


@pytest.fixture(scope="module")
def meeting(house: House) -> Session:
    """Twelve people in two groups, three tellers, five ballots from phones and three on paper, published."""
    return hold(house, confidence_sheet(), tellers=TELLERS, threshold=2, paper=PAPER, published=True)


@pytest.fixture(scope="module")
def counted(house: House) -> Session:
    """The same on phones alone and without tellers, counted."""
    return hold(house, confidence_sheet())


@pytest.fixture
def fresh(house: House) -> Session:
    """Another one like it, whose minutes nobody has begun."""
    return hold(house, confidence_sheet())
