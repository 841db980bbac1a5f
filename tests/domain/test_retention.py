"""After the vote: only a session that is over is archived or deleted, and what is public stays verifiable."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from voting.domain.boards import archive_stream, public_head, tracker_list
from voting.domain.casting import cast
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.drafting import cancel_session, copy_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.results import public_result_of
from voting.domain.retention import (
    archive_session,
    carry_out,
    delete_session,
    is_due,
    is_over,
    reduce_session,
    take_out_of_archive,
)
from voting.domain.sessions import Session, State
from voting.errors import MalformedForm, NotRecorded, Refusal, UnknownSession, WrongState
from voting.protocol.verify import verify_archive
from voting.storage import keys

pytestmark = pytest.mark.store

DAY = 86400
Voting = tuple[str, tuple[str, ...]]


@pytest.fixture
def published(house: House, voting_now: Voting, ballot_of: Callable[..., bytes]) -> str:
    uuid, codes = voting_now
    cast(house, uuid, ballot_of(uuid, codes[0], 1, 2))
    close_session(house, uuid)
    count_session(house, uuid)
    publish_session(house, uuid)
    return uuid


def refused(house: House, uuid: str, *more: Callable[[House, str], None]) -> None:
    for act in (archive_session, take_out_of_archive, reduce_session, *more):
        with pytest.raises(WrongState):
            act(house, uuid)


def test_nothing_is_archived_or_deleted_before_the_session_is_over(
    house: House, draft: Session, voting_now: Voting
) -> None:
    uuid, _ = voting_now
    refused(house, uuid, delete_session)
    close_session(house, uuid)
    refused(house, uuid, delete_session)
    count_session(house, uuid)
    refused(house, uuid, delete_session)
    assert house.store.session(uuid).archived_at == 0
    publish_session(house, uuid)
    assert is_over(house.store.session(uuid))


def test_a_draft_is_deleted_as_it_stands_with_its_codes_and_not_archived(house: House, draft: Session) -> None:
    make_codes(house, draft.uuid)
    refused(house, draft.uuid)
    delete_session(house, draft.uuid)
    with pytest.raises(UnknownSession):
        house.store.session(draft.uuid)
    assert house.store.held_credentials(draft.uuid) == ()
    with pytest.raises(UnknownSession):
        confirm_codes(house, draft.uuid)


def test_a_draft_that_became_ready_meanwhile_is_not_deleted(house: House, draft: Session) -> None:
    make_codes(house, draft.uuid)
    confirm_codes(house, draft.uuid)
    refused(house, draft.uuid, delete_session)
    assert house.store.session(draft.uuid).state == State.READY


def test_what_is_left_of_a_reduced_session_is_verified_and_found_as_before(house: House, published: str) -> None:
    def public() -> tuple[object, ...]:
        trackers = tracker_list(house, published)
        heights = [house.store.height_of(published, tracker) for tracker in trackers]
        archive = b"".join(archive_stream(house, published))
        return archive, trackers, heights, public_head(house, published), public_result_of(house, published)

    before = public()
    reduce_session(house, published)
    assert public() == before
    assert verify_archive(before[0]).failures == ()
    with pytest.raises(WrongState):
        house.store.receipt_box(published)


def test_a_ballot_that_comes_again_after_that_is_refused_and_breaks_nothing(
    house: House, voting_now: Voting, ballot_of: Callable[..., bytes]
) -> None:
    uuid, codes = voting_now
    ballot = ballot_of(uuid, codes[0], 1, 2)
    cancel_session(house, uuid)
    reduce_session(house, uuid)
    with pytest.raises(Refusal):
        cast(house, uuid, ballot)


def test_a_deleted_session_is_gone_from_every_reader(house: House, published: str) -> None:
    public_head(house, published)
    delete_session(house, published)
    for read in (public_head, tracker_list, public_result_of, archive_session):
        with pytest.raises(UnknownSession):
            read(house, published)
    assert published not in {session.uuid for session in house.store.sessions()}


def test_days_that_nobody_may_choose_are_refused(house: House, published: str) -> None:
    for days in (-1, 1, 31):
        with pytest.raises(MalformedForm):
            archive_session(house, published, days)
    assert house.store.session(published).archived_at == 0


@pytest.mark.parametrize(
    ("archived", "keep", "later", "due"),
    [(True, 30, 30, True), (True, 30, 29, False), (True, 0, 5000, False), (False, 30, 5000, False)],
)
def test_a_session_is_due_so_many_days_after_it_was_archived(
    draft: Session, archived: bool, keep: int, later: int, due: bool
) -> None:
    session = replace(draft, state=State.PUBLISHED, archived_at=1000 if archived else 0, keep_days=keep)
    assert is_due(session, 1000 + later * DAY) == due
    assert not is_due(replace(session, state=State.COUNTED), 1000 + later * DAY)
    assert not is_due(replace(session, reduced_at=5), 1000 + later * DAY)


def test_what_is_due_is_carried_out_once_and_nothing_else(house: House, published: str) -> None:
    archive_session(house, published, 30)
    assert carry_out(house) == 0
    later = replace(house, clock=lambda: house.clock() + 30 * DAY)
    assert carry_out(later) == 1
    assert carry_out(later) == 0
    assert house.store.session(published).reduced_at == later.clock()
    assert house.store.session(published).state == State.PUBLISHED


def test_a_session_taken_out_of_the_archive_is_left_alone(house: House, published: str) -> None:
    archive_session(house, published, 30)
    take_out_of_archive(house, published)
    assert carry_out(replace(house, clock=lambda: house.clock() + 5000 * DAY)) == 0
    assert house.store.receipt_box(published)


def test_a_session_that_cannot_be_reduced_keeps_no_other_waiting(house: House, published: str, draft: Session) -> None:
    others = [copy_session(house, draft.uuid, chair="").uuid for _ in range(2)]
    for uuid in others:
        cancel_session(house, uuid)
    due = [*others, published]
    for uuid in due:
        archive_session(house, uuid, 30)
    handing = keys.handing(others[1])
    house.store.connection.client.set(handing, "no hash")
    later = replace(house, clock=lambda: house.clock() + 30 * DAY)
    with pytest.raises(NotRecorded):
        carry_out(later)
    assert [house.store.session(uuid).reduced_at > 0 for uuid in due] == [True, False, True]
    house.store.connection.client.delete(handing)
    assert carry_out(later) == 1
