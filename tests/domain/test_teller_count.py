"""Sessions that tellers count: any two of three together with the server, and nobody with less (FAULTS C7, P2)."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.domain.conftest import NOON
from tests.domain.counting_team import Device, draft_with_tellers, fingerprints, gather, take_steps
from tests.running import connected
from voting.domain.boards import archive_stream, event_lines
from voting.domain.casting import cast, election_of, open_session
from voting.domain.ceremony import ceremony_of, pedersen_of, teller_fingerprint
from voting.domain.counting import (
    Decryptions,
    close_session,
    count_session,
    decryptions_of,
    publish_session,
    take_decryption,
)
from voting.domain.drafting import cancel_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.links import make_link
from voting.domain.ports import Sealer
from voting.domain.results import public_result_of, result_of
from voting.domain.sessions import State
from voting.errors import BadMessage, BoardDamaged, Malformed, NotFound, TooFewDecryptions, UnknownDevice, WrongState
from voting.protocol import tally
from voting.protocol.ballots import make_ballot, recall_ballot
from voting.protocol.board import line_to_record
from voting.protocol.ceremony import TellerKeys, open_box
from voting.protocol.trustees import parse_trustees
from voting.protocol.verify import verify_archive
from voting.storage import keys
from voting.storage.embedded import running_store
from voting.storage.sealing import SealingKeys

Team = list[Device]
VOTES = [(1, 2), (1, 3), (0, 2)]
EXPECTED = [(1, [2, 0, 0]), (0, [0, 2, 1])]


@pytest.fixture
def meet(house: House, ballot_of: Callable[..., bytes]) -> Callable[..., Team]:
    """Give a session of a team in the state that is asked for."""

    def meet(state: State = State.CLOSED, size: int = 3, threshold: int = 2) -> Team:
        session = draft_with_tellers(house, size, threshold)
        uuid, team = session.uuid, gather(house, session)
        take_steps(team)
        if state == State.DRAFT:
            return team
        codes = make_codes(house, uuid)
        confirm_codes(house, uuid)
        if state != State.READY:
            open_session(house, uuid)
            for code, levels in zip(codes, VOTES, strict=False):
                cast(house, uuid, ballot_of(uuid, code, *levels))
        if state == State.CLOSED:
            close_session(house, uuid)
        return team

    return meet


def counts(house: House, uuid: str) -> list[tuple[int, list[int]]]:
    return [(row.blank, [cell.votes for cell in row.cells]) for row in result_of(house, uuid).rows]


def share_of(device: Device) -> int:
    view = device.view()
    assert view.box is not None
    return open_box(view.round, view.index, TellerKeys.of(device.seed), view.box)


def records_of(house: House, uuid: str) -> list:
    return [line_to_record(line, height) for height, line in enumerate(house.store.records(uuid))]


def forged(device: Device, chosen: slice) -> bytes:
    """Decrypt the sum of some of the ballots only, with the teller's true share and true proofs."""
    election = election_of(device.house, device.uuid)
    raws = [record.documents[0] for record in records_of(device.house, device.uuid) if record.type == "Ballot"]
    encrypted = tally.encrypt_tally(election, [recall_ballot(raw, election) for raw in raws[chosen]])
    return tally.partial_decryption(election, encrypted, share_of(device))


# ---- the whole way


def test_two_of_three_tellers_count_what_was_cast_and_the_third_is_not_needed(house, meet):
    team = meet()
    uuid = team[0].uuid
    assert fingerprint_on_paper(house, uuid)
    assert [team[i].decrypt() for i in (2, 0)] == [Decryptions(1, 2, False), Decryptions(2, 2, False)]
    assert decryptions_of(house, uuid) == {1, 3}
    before = b"".join(archive_stream(house, uuid))

    assert count_session(house, uuid).state == State.COUNTED
    assert counts(house, uuid) == EXPECTED
    assert b"".join(archive_stream(house, uuid)) == before, "the decryptions are held back until the result is"
    assert len(event_lines(house, uuid)) == 6
    publish_session(house, uuid)

    assert public_result_of(house, uuid).ballots == 3
    types = [record.type for record in records_of(house, uuid)]
    assert types[-4:] == ["PartialDecryption"] * 3 + ["Result"]
    owners = [tally.parse_owned_partial_decryption(record.documents[1])[0] for record in records_of(house, uuid)[-4:-1]]
    assert owners == [1, 2, 4], "the server, then the tellers by index"
    after = b"".join(archive_stream(house, uuid))
    assert after.startswith(before)
    assert verify_archive(after, processes=1).ok
    assert decryptions_of(house, uuid) == {1, 3}


def fingerprint_on_paper(house: House, uuid: str) -> bool:
    """Say whether the board has the key that the tellers compared, beside the server's own."""
    trustees = parse_trustees(records_of(house, uuid)[0].documents[1])
    single, pedersen = trustees.entries
    assert len(single.keys) == 1
    assert pedersen == pedersen_of(house, uuid)
    assert election_of(house, uuid).public_key == trustees.public_key
    return len(teller_fingerprint(house, uuid)) == 19


def test_the_digits_that_the_tellers_compared_are_still_those_of_the_board(house, meet):
    team = meet(State.DRAFT)
    uuid = team[0].uuid
    shown = fingerprints(team)
    assert shown == {teller_fingerprint(house, uuid)}
    make_codes(house, uuid)
    confirm_codes(house, uuid)
    assert {teller_fingerprint(house, uuid)} == shown
    assert ceremony_of(house, uuid).complete
    assert team[0].view().step == "done"


@pytest.mark.parametrize(("size", "threshold"), [(1, 1), (2, 2), (4, 3)])
def test_other_sizes_of_the_team_count_as_well(house, meet, size, threshold):
    team = meet(size=size, threshold=threshold)
    for device in team[:threshold]:
        device.decrypt()
    count_session(house, team[0].uuid)
    publish_session(house, team[0].uuid)
    assert counts(house, team[0].uuid) == EXPECTED
    assert verify_archive(b"".join(archive_stream(house, team[0].uuid)), processes=1).ok


def test_a_key_that_was_typed_on_another_phone_counts(house, meet):
    team = meet()
    lost, uuid = team[1], team[1].uuid
    found = Device(house, uuid, make_link(house, uuid, 2), seed=lost.seed).join()
    with pytest.raises(UnknownDevice):
        lost.decryption()
    assert found.decrypt().present == 1
    assert team[2].decrypt().present == 2
    count_session(house, uuid)
    assert counts(house, uuid) == EXPECTED


# ---- too few, and what is bad


def test_too_few_tellers_count_nothing_and_nothing_is_lost_over_a_restart(tmp_path: Path, ballot_of):
    seal = SealingKeys(["a sealing key for tests, long enough"])
    with running_store(tmp_path) as server, connected(server.url) as store:
        house = House(store, seal, lambda: NOON)
        session = draft_with_tellers(house)
        uuid, team = session.uuid, gather(house, session)
        take_steps(team)
        codes = make_codes(house, uuid)
        confirm_codes(house, uuid)
        open_session(house, uuid)
        cast(house, uuid, ballot_of_house(house, uuid, codes[0]))
        close_session(house, uuid)
        team[0].decrypt()
        with pytest.raises(TooFewDecryptions) as refused:
            count_session(house, uuid)
        assert (refused.value.present, refused.value.needed) == (1, 2)

    with running_store(tmp_path) as server, connected(server.url) as store:
        house = House(store, seal, lambda: NOON)
        assert decryptions_of(house, uuid) == {1}
        with pytest.raises(TooFewDecryptions):
            count_session(house, uuid)
        late = Device(house, uuid, team[2].link, team[2].secret, team[2].seed)
        assert late.decrypt().present == 2
        assert count_session(house, uuid).state == State.COUNTED
        assert result_of(house, uuid).ballots == 1


def ballot_of_house(house: House, uuid: str, code: str) -> bytes:
    return make_ballot(election_of(house, uuid), code, [[0, 1, 0, 0], [0, 1, 0, 0]])


@pytest.mark.fault("C7")
def test_bad_decryptions_are_ignored_doubled_ones_count_once_and_any_two_give_the_same(house, meet):
    team = meet()
    uuid, closed = team[0].uuid, kept(house, team[0].uuid)
    firsts, others = ([device.decryption() for device in team] for _ in range(2))
    right = wrong = 0
    for number in range(4):
        for subset in combinations(range(3), number):
            put_back(house, uuid, closed)
            for i in subset:
                broken = firsts[i].replace(b'"challenge":"', b'"challenge":"1', 1)
                with pytest.raises(BadMessage):
                    take_decryption(house, uuid, team[i].bound, broken)
                with pytest.raises(BadMessage):
                    take_decryption(house, uuid, team[(i + 1) % 3].bound, firsts[i])
            for i in subset:
                assert not take_decryption(house, uuid, team[i].bound, firsts[i]).repeated
                # Another one of the same teller, just as good: its proofs were drawn again.
                assert take_decryption(house, uuid, team[i].bound, others[i]).repeated
                assert house.store.decryptions(uuid)[i + 1] == firsts[i] != others[i]
            if number >= 2:
                count_session(house, uuid)
                right += counts(house, uuid) == EXPECTED
                continue
            with pytest.raises(TooFewDecryptions) as refused:
                count_session(house, uuid)
            assert (refused.value.present, refused.value.needed) == (number, 2)
            wrong += house.store.session(uuid).state != State.CLOSED
    print(f"C7: of the subsets of 3 tellers {right} of 4 with two or more give the result, {wrong} of 4 smaller ones")
    assert (right, wrong) == (4, 0)


def kept(house: House, uuid: str) -> dict[bytes, bytes]:
    """Give all that the store has of a session."""
    client = house.store.connection.client
    return {name: client.dump(name) for name in client.keys(f"*{{{uuid}}}*")}


def put_back(house: House, uuid: str, former: dict[bytes, bytes]) -> None:
    """Have the store hold of a session what `kept` gave."""
    client = house.store.connection.client
    client.delete(*client.keys(f"*{{{uuid}}}*"))
    for name, value in former.items():
        client.restore(name, 0, value)


def test_a_kept_decryption_that_was_changed_in_the_store_is_passed_over(house, meet):
    team = meet()
    uuid = team[0].uuid
    for device in team[:2]:
        device.decrypt()
    client, name = house.store.connection.client, keys.tellers(uuid)
    client.hset(name, "decryption:1", house.store.decryptions(uuid)[2])
    with pytest.raises(TooFewDecryptions) as refused:
        count_session(house, uuid)
    assert (refused.value.present, refused.value.needed) == (1, 2)
    team[2].decrypt()
    count_session(house, uuid)
    assert counts(house, uuid) == EXPECTED
    assert decryptions_of(house, uuid) == {2, 3}


def test_a_result_that_the_decryptions_do_not_give_is_not_published(house, meet):
    team = meet()
    uuid = team[0].uuid
    for device in team[1:]:
        device.decrypt()
    count_session(house, uuid)
    client, name = house.store.connection.client, keys.board(uuid)
    good = client.lrange(name, 0, -1)
    broken = {
        -1: good[-1].replace(b"[[1,", b"[[2,"),
        -2: good[-3],
        -3: good[-2],
        -4: good[-4].replace(b'"challenge":"', b'"challenge":"1', 1),
        -5: good[0],
    }
    for place, line in broken.items():
        assert line != good[place]
        client.lset(name, place, line)
        with pytest.raises(BoardDamaged):
            publish_session(house, uuid)
        client.lset(name, place, good[place])
    publish_session(house, uuid)


# ---- early, or for a part


class WatchedSeal:
    """The real seal; counts how often the server's key was opened."""

    def __init__(self, inner: Sealer) -> None:
        self._inner = inner
        self.opened = 0

    def seal(self, secret: bytes, purpose: str) -> bytes:
        return self._inner.seal(secret, purpose)

    def unseal(self, box: bytes, purpose: str) -> bytes:
        self.opened += purpose.startswith("trustee|")
        return self._inner.unseal(box, purpose)


@pytest.mark.fault("P2")
def test_nobody_gets_a_decryption_early_or_of_a_part(house, meet):
    seal = WatchedSeal(house.sealer)
    watched = replace(house, sealer=seal)
    asked = answered = 0

    def ask(refusal: type[Exception] | tuple[type[Exception], ...], act: Callable[..., object], *what: Any) -> None:
        nonlocal asked, answered
        asked += 1
        try:
            act(*what)
        except refusal:
            return
        answered += 1

    for state in (State.DRAFT, State.READY, State.OPEN):
        team = meet(state)
        uuid = team[0].uuid
        if state != State.DRAFT:
            ask((WrongState, Malformed), team[0].decryption)
        if state == State.OPEN:
            ask(WrongState, take_decryption, watched, uuid, team[0].bound, forged(team[0], slice(None)))
        ask(WrongState, take_decryption, watched, uuid, team[0].bound, b"{}")
        ask(WrongState, count_session, watched, uuid)
        ask(WrongState, partial(house.store.take_decryption, device=team[0].bound.hash), uuid, 1, b"{}")
    team = meet()
    uuid = team[0].uuid
    for chosen in (slice(1), slice(2), slice(1, 2), slice(0)):
        ask(BadMessage, take_decryption, watched, uuid, team[0].bound, forged(team[0], chosen))
    ask(TooFewDecryptions, count_session, watched, uuid)
    team[0].decrypt()
    ask(TooFewDecryptions, count_session, watched, uuid)
    ask(NotFound, take_decryption, watched, uuid, replace(team[0].bound, index=0), team[0].decryption())
    ask(NotFound, take_decryption, watched, uuid, replace(team[0].bound, index=4), team[0].decryption())
    assert seal.opened == 0
    team[1].decrypt()
    third = team[2].bound
    count_session(watched, uuid)
    board = records_of(house, uuid)
    count_session(watched, uuid)
    ask(WrongState, take_decryption, watched, uuid, third, b"{}")
    print(f"P2: {asked} asks that come early, with too few or for a part of the ballots; {answered} answers")
    assert answered == 0
    assert seal.opened == 1
    assert records_of(house, uuid) == board


# ---- what ends with the count


@pytest.mark.parametrize("how", ["counted", "cancelled"])
def test_links_devices_and_boxes_end_with_the_servers_key(house, meet, how):
    team = meet()
    uuid = team[0].uuid
    for device in team[:2]:
        device.decrypt()
    client = house.store.connection.client
    assert client.exists(keys.tellers(uuid))
    if how == "counted":
        count_session(house, uuid)
    else:
        cancel_session(house, uuid)
    assert not client.exists(keys.tellers(uuid), keys.ceremony(uuid))
    with pytest.raises(UnknownDevice):
        team[0].view()
    with pytest.raises(WrongState):
        make_link(house, uuid, 1)
    with pytest.raises(WrongState):
        team[2].join()


def test_a_close_and_a_count_that_broke_off_are_taken_up_again(house, meet, monkeypatch):
    team = meet(State.OPEN)
    uuid = team[0].uuid
    with monkeypatch.context() as patch:
        patch.setattr(type(house.store), "append", broken_off)
        with pytest.raises(ConnectionError):
            close_session(house, uuid)
    with pytest.raises(WrongState):
        take_decryption(house, uuid, team[0].bound, b"{}")
    with pytest.raises(TooFewDecryptions):
        count_session(house, uuid)
    for device in team[1:]:
        device.decrypt()
    with monkeypatch.context() as patch:
        patch.setattr(type(house.store), "append", broken_off)
        with pytest.raises(ConnectionError):
            count_session(house, uuid)
    assert house.store.session(uuid).state == State.CLOSED
    assert house.store.trustee_box(uuid)
    count_session(house, uuid)
    assert counts(house, uuid) == EXPECTED


def broken_off(*_: object, **__: object) -> bool:
    raise ConnectionError
