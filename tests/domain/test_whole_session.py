"""From the draft to the published result, on a real store."""

from dataclasses import replace

import pytest

from tests.domain.conftest import NOON
from voting.domain.boards import archive_stream, event_lines, public_head, tracker_list
from voting.domain.casting import cast, election_of, open_session
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.drafting import cancel_session, change_session, copy_session
from voting.domain.issuing import confirm_codes, make_codes, void_code
from voting.domain.results import public_result_of, result_of
from voting.domain.sessions import State
from voting.errors import (
    ChangedMeanwhile,
    Closed,
    CodeUsed,
    MalformedBallot,
    NotFound,
    NotOpenYet,
    NotPublished,
    UnknownCode,
    UnknownSession,
    VoidCode,
    WrongElection,
    WrongState,
)
from voting.protocol.codes import draw_code, public_credential
from voting.protocol.group import point_to_hex
from voting.protocol.receipts import check_receipt
from voting.protocol.verify import verify_archive


def test_a_whole_vote_counts_what_was_cast_and_verifies(house, voting_now, ballot_of):
    uuid, codes = voting_now
    for code, levels in zip(codes, [(1, 2), (1, 3), (0, 2)], strict=False):
        cast(house, uuid, ballot_of(uuid, code, *levels))
    close_session(house, uuid)
    assert count_session(house, uuid).state == State.COUNTED
    publish_session(house, uuid)

    result = public_result_of(house, uuid)
    assert result.ballots == 3
    assert [(row.name, row.blank, [cell.votes for cell in row.cells]) for row in result.rows] == [
        ("Nguyễn Văn A", 1, [2, 0, 0]),
        ("Trần Thị B", 0, [0, 2, 1]),
    ]
    assert [cell.hundredths for cell in result.rows[1].cells] == [0, 6667, 3333]
    assert verify_archive(b"".join(archive_stream(house, uuid))).ok


def test_nothing_of_the_result_is_public_before_publishing(house, voting_now, ballot_of):
    uuid, codes = voting_now
    cast(house, uuid, ballot_of(uuid, codes[0], 1, 1))
    close_session(house, uuid)
    with pytest.raises(NotPublished):
        result_of(house, uuid)
    before = b"".join(archive_stream(house, uuid))
    count_session(house, uuid)

    assert b"".join(archive_stream(house, uuid)) == before
    assert len(event_lines(house, uuid)) == 4
    with pytest.raises(NotPublished):
        public_result_of(house, uuid)
    publish_session(house, uuid)
    after = b"".join(archive_stream(house, uuid))
    assert after.startswith(before)
    assert len(after) > len(before)


def test_the_same_ballot_again_gives_the_same_receipt_even_after_the_close(house, voting_now, ballot_of):
    uuid, codes = voting_now
    raw = ballot_of(uuid, codes[0], 1, 1)
    first = cast(house, uuid, raw)
    close_session(house, uuid)
    again = cast(house, uuid, raw)
    assert again == replace(first, repeated=True)
    phi = election_of(house, uuid).fingerprint
    check_receipt(house.store.session(uuid).receipt_key, first.signature, uuid, phi, first.tracker, first.height)


def test_each_way_to_be_refused_has_its_own_reason_and_leaves_the_board_alone(house, voting_now, ballot_of):
    uuid, codes = voting_now
    cast(house, uuid, ballot_of(uuid, codes[0], 1, 1))
    void_code(house, uuid, point_to_hex(public_credential(uuid, codes[1])))
    head = public_head(house, uuid)

    refusals = {
        CodeUsed: ballot_of(uuid, codes[0], 1, 2),
        VoidCode: ballot_of(uuid, codes[1], 1, 2),
        UnknownCode: ballot_of(uuid, draw_code(), 1, 2),
        MalformedBallot: b"{}",
        WrongElection: ballot_of(uuid, codes[2], 1, 1).replace(uuid.encode(), b"1" * 14),
    }
    for refusal, raw in refusals.items():
        with pytest.raises(refusal):
            cast(house, uuid, raw)
    with pytest.raises(UnknownSession):
        cast(house, "1" * 14, b"{}")
    assert public_head(house, uuid) == head


def test_a_ballot_before_the_opening_or_after_the_end_is_refused(house, draft, ballot_of):
    with pytest.raises(NotOpenYet):
        cast(house, draft.uuid, b"{}")
    codes = make_codes(house, draft.uuid)
    confirm_codes(house, draft.uuid)
    raw = ballot_of(draft.uuid, codes[0], 1, 1)
    with pytest.raises(NotOpenYet):
        cast(house, draft.uuid, raw)
    open_session(house, draft.uuid)
    close_session(house, draft.uuid)
    with pytest.raises(Closed):
        cast(house, draft.uuid, raw)


def test_slips_made_again_replace_the_earlier_ones(house, draft, ballot_of):
    lost, kept = make_codes(house, draft.uuid), make_codes(house, draft.uuid)
    confirm_codes(house, draft.uuid)
    open_session(house, draft.uuid)
    with pytest.raises(UnknownCode):
        cast(house, draft.uuid, ballot_of(draft.uuid, lost[0], 1, 1))
    cast(house, draft.uuid, ballot_of(draft.uuid, kept[-1], 1, 1))


def test_a_changed_draft_needs_new_slips(house, draft):
    make_codes(house, draft.uuid)
    changed = change_session(house, replace(draft, title="Bỏ phiếu", codes=4))
    with pytest.raises(ChangedMeanwhile):
        change_session(house, replace(draft, title="An older window"))
    with pytest.raises(WrongState):
        confirm_codes(house, changed.uuid)


def test_a_session_that_is_ready_cannot_be_changed_or_issued_again(house, voting_now):
    uuid, _ = voting_now
    session = house.store.session(uuid)
    for act in (
        lambda: change_session(house, session),
        lambda: make_codes(house, uuid),
        lambda: confirm_codes(house, uuid),
    ):
        with pytest.raises(WrongState):
            act()


@pytest.mark.fault("P2")
def test_nothing_is_counted_before_the_close_and_only_once_after(house, voting_now, ballot_of):
    uuid, codes = voting_now
    cast(house, uuid, ballot_of(uuid, codes[0], 1, 1))
    with pytest.raises(WrongState):
        count_session(house, uuid)
    close_session(house, uuid)
    count_session(house, uuid)
    events = len(list(house.store.records(uuid)))
    count_session(house, uuid)
    close_session(house, uuid)
    assert len(list(house.store.records(uuid))) == events
    with pytest.raises(WrongState):
        house.store.trustee_box(uuid)


def test_a_cancelled_session_is_never_counted_and_its_key_is_gone(house, voting_now, ballot_of):
    uuid, codes = voting_now
    cast(house, uuid, ballot_of(uuid, codes[0], 1, 1))
    cancel_session(house, uuid)
    for act in (close_session, count_session, publish_session, open_session):
        with pytest.raises(WrongState):
            act(house, uuid)
    with pytest.raises(WrongState):
        house.store.trustee_box(uuid)


def test_a_session_without_a_ballot_is_counted_as_nothing(house, voting_now):
    uuid, _ = voting_now
    close_session(house, uuid)
    count_session(house, uuid)
    publish_session(house, uuid)
    result = public_result_of(house, uuid)
    assert result.ballots == 0
    assert {cell.votes for row in result.rows for cell in row.cells} == {0}
    assert verify_archive(b"".join(archive_stream(house, uuid))).ok


def test_the_board_is_closed_to_the_public_while_the_session_is_a_draft(house, draft):
    with pytest.raises(NotFound):
        public_head(house, draft.uuid)


def test_trackers_stand_in_the_order_of_casting(house, voting_now, ballot_of):
    uuid, codes = voting_now
    receipts = [cast(house, uuid, ballot_of(uuid, code, 1, 1)) for code in codes[:3]]
    assert tracker_list(house, uuid) == [receipt.tracker for receipt in receipts]
    assert [receipt.height for receipt in receipts] == [1, 2, 3]


def test_a_copy_is_a_new_draft_without_codes(house, voting_now):
    uuid, _ = voting_now
    copy = copy_session(house, uuid, chair="hoa")
    assert (copy.state, copy.chair, copy.created_at) == (State.DRAFT, "hoa", NOON)
    assert copy.uuid != uuid
    assert house.store.held_credentials(copy.uuid) == ()


@pytest.mark.fault("C10")
def test_no_code_stays_in_the_store(house, voting_now, ballot_of):
    uuid, codes = voting_now
    cast(house, uuid, ballot_of(uuid, codes[0], 1, 1))
    client = house.store.connection.client
    dumped = b"".join(client.dump(key) for key in client.scan_iter("*"))
    dumped += b"".join(line for line in house.store.records(uuid))
    found = [code for code in codes if code.encode() in dumped or code.replace("-", "").encode() in dumped]
    print(f"C10: {len(found)} of {len(codes)} codes found in {len(dumped)} bytes of the store")
    assert found == []
