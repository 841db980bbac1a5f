"""A session is deleted with all that the organisation has about it, whoever deletes it."""

from collections.abc import Callable

import pytest

from tests.organisation.organised import Organised
from tests.web.chair_browser import ChairBrowser
from voting.domain.drafting import cancel_session
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.organisation.keeping import delete_whole
from voting.domain.organisation.notices import make_notice, notice_for
from voting.domain.organisation.officials import Official
from voting.domain.organisation.register import journal_of
from voting.domain.organisation.reviews import record_review
from voting.domain.organisation.roles import Grant, Role, revoke_role
from voting.domain.sessions import Session
from voting.errors import UnknownNotice, UnknownSession, WrongState

SignIn = Callable[[str, str], ChairBrowser]


@pytest.fixture
def an(province: Organised) -> Official:
    return province.register(province.village, Official("", "Nguyễn Văn An", "", ("Chủ tịch",)))[0]


def about(house: House, session: Session) -> list[str]:
    """List the records of the organisation that name a session."""
    kinds = ("reviews", "notices", "links")
    texts = [item for kind in kinds for item in house.store.organisation(kind).texts.items()]
    return [identifier for identifier, text in texts if session.uuid in identifier or session.uuid in text]


def deletions(house: House, session: Session) -> list[tuple[str, str]]:
    return [
        (entry.by, entry.unit)
        for entry in journal_of(house)
        if (entry.act, entry.about) == ("session.delete", session.uuid)
    ]


def test_conclusions_notices_and_links_go_with_a_session(province: Organised, an: Official) -> None:
    house = province.house
    session, stays = (province.published(province.village, [an], [(1,)] * 5, title=title) for title in ("One", "Two"))
    for each in (session, stays):
        title = each.sheet.people[0].title
        record_review(house, each.uuid, title, level=2, reason="Lý do.", day="2027-01-15", unit=province.north, by="x")
        secret = make_notice(house, each.uuid, title, days=7, by="x")
        if each is session:
            gone = secret
    assert len(about(house, session)) == len(about(house, stays)) == 3
    delete_whole(house, session.uuid, by="")
    assert about(house, session) == []
    assert len(about(house, stays)) == 3
    assert deletions(house, session) == [("", province.village)]
    with pytest.raises(UnknownSession):
        house.store.session(session.uuid)
    with pytest.raises(UnknownNotice):
        notice_for(house, gone)


def test_nothing_about_a_session_goes_while_it_may_not_be_deleted(province: Organised, an: Official) -> None:
    house, draft = province.house, province.draft(province.village, [an], codes=5)
    make_codes(house, draft.uuid)
    confirm_codes(house, draft.uuid)
    with pytest.raises(WrongState):
        delete_whole(house, draft.uuid, by="x")
    assert deletions(house, draft) == []
    assert house.store.session(draft.uuid)


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_a_chair_who_deletes_is_written_down_once(
    province: Organised, an: Official, signed_in: SignIn, is_cancelled: bool
) -> None:
    house, draft = province.house, province.draft(province.village, [an])
    if is_cancelled:
        cancel_session(house, draft.uuid)
    chair, path = signed_in(Role.CHAIR, province.village), f"/chair/sessions/{draft.uuid}/delete"
    assert chair.send(path, {"sure": "yes"}, on=path).status_code == 303
    assert deletions(house, draft) == [("chair.village", province.village)]
    with pytest.raises(UnknownSession):
        house.store.session(draft.uuid)


def test_who_counts_or_has_lost_the_role_deletes_nothing(province: Organised, an: Official, signed_in: SignIn) -> None:
    house, draft = province.house, province.draft(province.village, [an])
    path = f"/chair/sessions/{draft.uuid}/delete"
    former = signed_in(Role.CHAIR, province.village)
    assert former.get(path).status_code == 200
    revoke_role(house, Grant("chair.village", province.village, Role.CHAIR), by="x")
    for browser in (former, signed_in(Role.HEAD_TELLER, province.village), signed_in(Role.CHAIR, province.town)):
        assert browser.send(path, {"sure": "yes"}, on="/chair/sessions/new").status_code == 403
    assert house.store.session(draft.uuid) == draft
    assert deletions(house, draft) == []
