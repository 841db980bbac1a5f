"""How long things are kept: nothing goes by itself; what is due is proposed to those who may delete it."""

import html
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.organisation.conftest import NOON
from tests.organisation.organised import Organised, organised
from tests.organisation.past import is_found, unlike_any_other
from tests.running import embedded_store
from tests.web.chair_browser import ChairBrowser
from voting.domain.house import House
from voting.domain.organisation.keeping import (
    Keeping,
    change_keeping,
    clear_due_notices,
    delete_due_session,
    due_for,
    keeping_of,
    reduce_due_session,
    trim_due_entries,
)
from voting.domain.organisation.notices import (
    answer_petition,
    enter_petition,
    make_notice,
    notice_for,
    notices_of,
)
from voting.domain.organisation.officials import Official
from voting.domain.organisation.register import journal_of, note_act
from voting.domain.organisation.reviews import record_review, reviews_of
from voting.domain.organisation.roles import Role, Standing, standing_of
from voting.domain.sessions import Session, State
from voting.errors import ChangedMeanwhile, MalformedRegister, NotCompetent, UnknownNotice, UnknownSession
from voting.storage import history
from voting.storage.sealing import SealingKeys

SignIn = Callable[[str, str], ChairBrowser]
DAY = 24 * 60 * 60
YEAR = 366 * DAY
SETTINGS = "/chair/settings"
DUE = f"{SETTINGS}/due"
AN = "Nguyễn Văn An — Chủ tịch"
PETITION = "Đề nghị xem lại mức xếp loại của tôi."
ANSWER = "Tập thể đã xem xét và giữ nguyên."


def at(house: House, seconds: int) -> House:
    """Give the same house later."""
    return replace(house, clock=lambda: NOON + seconds)


def standing(province: Organised, role: Role, unit: str) -> Standing:
    return standing_of(province.house, province.account(role, unit))


def top(province: Organised) -> Standing:
    return standing(province, Role.ADMINISTRATOR, province.province)


def keep(province: Organised, **settings: int | str) -> None:
    change_keeping(province.house, keeping_of(province.house), replace(Keeping(), **settings), by="x")


@pytest.fixture
def vote(province: Organised) -> Session:
    """A published vote in the village, with a conclusion that differs and a petition that was answered."""
    return published(province)


def published(
    province: Organised, petition: str = PETITION, answer: str = ANSWER, reason: str = "Chưa đủ điều kiện."
) -> Session:
    people = province.register(province.village, Official("", "Nguyễn Văn An", "", ("Chủ tịch",)))
    session = province.published(province.village, people, [(1,), (1,), (2,)])
    house = province.house
    record_review(house, session.uuid, AN, level=2, reason=reason, day="2027-01-15", unit=province.north, by="x")
    link = make_notice(house, session.uuid, AN, days=30, by="x")
    enter_petition(house, link, petition)
    answer_petition(house, session.uuid, AN, answer, by="x")
    return session


# ---- settings


def test_as_long_as_nobody_has_set_anything_all_is_kept_for_ever(province: Organised, vote: Session) -> None:
    assert keeping_of(province.house) == Keeping()
    assert due_for(at(province.house, 200 * YEAR), top(province)).is_nothing


def test_the_administrator_at_the_top_sets_how_long_things_are_kept(signed_in: SignIn, province: Organised) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.province)
    browser.get(SETTINGS)
    entries = {"session_years": "10", "notice_days": "365", "journal_years": "5", "deleter": "top"}
    assert browser.send(SETTINGS, browser.hidden() | entries).status_code == 303
    assert keeping_of(province.house) == Keeping(10, 365, 5, "top")
    entry = journal_of(province.house)[-1]
    assert (entry.by, entry.act, entry.unit) == ("administrator.province", "settings.keeping", province.province)
    page = browser.get(SETTINGS).text
    assert all(words in page for words in ("10 years", "365 days", "5 years", "the unit at the top alone"))


def test_below_the_top_the_settings_are_read_and_not_changed(signed_in: SignIn, province: Organised) -> None:
    keep(province, session_years=10)
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    page = browser.get(SETTINGS).text
    assert "10 years" in page
    assert 'name="session_years"' not in page
    assert browser.send(SETTINGS, {"session_years": "1", "deleter": "unit"}).status_code == 403
    assert keeping_of(province.house).session_years == 10
    for role in (Role.CHAIR, Role.HEAD_TELLER, Role.REVIEWER, Role.READER):
        other = signed_in(role, province.village)
        assert {other.get(path).status_code for path in (SETTINGS, DUE)} == {403}


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("session_years", "-1"),
        ("session_years", "101"),
        ("session_years", "ten"),
        ("session_years", "1.5"),
        ("session_years", "٣"),
        ("session_years", "9" * 400),
        ("notice_days", "36501"),
        ("journal_years", "101"),
        ("deleter", ""),
        ("deleter", "nobody"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_beside_its_field_and_changes_nothing(
    signed_in: SignIn, province: Organised, field: str, typed: str
) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.province)
    browser.get(SETTINGS)
    entries = {"session_years": "3", "notice_days": "3", "journal_years": "3", "deleter": "top"} | {field: typed}
    answer = browser.send(SETTINGS, browser.hidden() | entries)
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text
    assert "Enter a whole number between 0 and" in answer.text or field == "deleter"
    assert keeping_of(province.house) == Keeping()


def test_settings_that_were_changed_meanwhile_are_not_overwritten(signed_in: SignIn, province: Organised) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.province)
    browser.get(SETTINGS)
    read = keeping_of(province.house)
    keep(province, session_years=7)
    assert browser.send(SETTINGS, browser.hidden() | {"session_years": "1", "deleter": "unit"}).status_code == 409
    with pytest.raises(ChangedMeanwhile):
        change_keeping(province.house, read, Keeping(2), by="x")
    assert keeping_of(province.house).session_years == 7


# ---- what is due


def test_a_session_is_due_when_its_years_have_passed_and_not_before(province: Organised, vote: Session) -> None:
    keep(province, session_years=5)
    assert due_for(at(province.house, 4 * YEAR), top(province)).sessions == ()
    assert due_for(at(province.house, 5 * YEAR), top(province)).sessions == (vote,)


def test_only_what_a_unit_has_published_is_ever_due(province: Organised, vote: Session) -> None:
    people = province.people[province.village]
    province.draft(province.village, people)
    province.published("", people, [(1,), (2,)])
    keep(province, session_years=1)
    assert due_for(at(province.house, 50 * YEAR), top(province)).sessions == (vote,)


@pytest.mark.parametrize(
    ("role", "place", "deleter", "proposed"),
    [
        (Role.ADMINISTRATOR, "province", "unit", True),
        (Role.ADMINISTRATOR, "north", "unit", True),
        (Role.ADMINISTRATOR, "village", "unit", True),
        (Role.ADMINISTRATOR, "town", "unit", False),
        (Role.ADMINISTRATOR, "province", "top", True),
        (Role.ADMINISTRATOR, "north", "top", False),
        (Role.CHAIR, "village", "unit", False),
        (Role.REVIEWER, "province", "unit", False),
    ],
)
def test_what_is_due_is_proposed_to_whom_the_settings_name(
    province: Organised, vote: Session, role: Role, place: str, deleter: str, proposed: bool
) -> None:
    keep(province, session_years=1, notice_days=1, journal_years=1, deleter=deleter)
    late, own = at(province.house, 3 * YEAR), standing(province, role, getattr(province, place))
    due = due_for(late, own)
    assert bool(due.sessions) == bool(due.notices) == proposed
    assert bool(due.entries) == (place == "province" and role == Role.ADMINISTRATOR)
    if not proposed:
        for act in (delete_due_session, reduce_due_session):
            with pytest.raises(NotCompetent):
                act(late, own, vote.uuid)
        assert clear_due_notices(late, own, list(notices_of(late))) == 0
    if not due.entries:
        with pytest.raises(NotCompetent):
            trim_due_entries(late, own)
    assert late.store.session(vote.uuid) == vote


# ---- deleting


def test_a_session_goes_with_its_conclusions_and_notices_and_leaves_an_entry(
    province: Organised, vote: Session
) -> None:
    keep(province, session_years=1)
    late = at(province.house, 2 * YEAR)
    delete_due_session(late, top(province), vote.uuid)
    with pytest.raises(UnknownSession):
        late.store.session(vote.uuid)
    assert (dict(reviews_of(late)), dict(notices_of(late))) == ({}, {})
    assert dict(late.store.organisation("links").texts) == {}
    entry = journal_of(late)[-1]
    assert (entry.by, entry.act, entry.unit) == ("administrator.province", "session.delete", province.village)
    assert entry.about == vote.uuid
    with pytest.raises(UnknownSession):
        delete_due_session(late, top(province), vote.uuid)


def test_of_a_session_only_what_the_meeting_needed_can_go(province: Organised, vote: Session) -> None:
    keep(province, session_years=1)
    late = at(province.house, 2 * YEAR)
    reduce_due_session(late, top(province), vote.uuid)
    assert late.store.session(vote.uuid).reduced_at == late.clock()
    assert reviews_of(late)
    assert journal_of(late)[-1].act == "session.reduce"
    assert [session.uuid for session in due_for(late, top(province)).sessions] == [vote.uuid]


def test_what_is_not_due_any_more_is_not_deleted(province: Organised, vote: Session) -> None:
    keep(province, session_years=1)
    late = at(province.house, 2 * YEAR)
    keep(province, session_years=9)
    for act in (delete_due_session, reduce_due_session):
        with pytest.raises(ChangedMeanwhile):
            act(late, top(province), vote.uuid)
    assert late.store.session(vote.uuid) == vote


def test_of_a_notice_the_texts_go_and_the_days_stay(province: Organised, vote: Session) -> None:
    keep(province, notice_days=90)
    assert due_for(at(province.house, 89 * DAY), top(province)).notices == ()
    late = at(province.house, 90 * DAY)
    due = due_for(late, top(province)).notices
    assert clear_due_notices(late, top(province), [notice.id for notice in due]) == 1
    notice = next(iter(notices_of(late).values()))
    assert (notice.petition, notice.answer, notice.link) == ("", "", "")
    assert (notice.made_at, notice.petitioned_at, notice.answered_at) == (NOON, NOON, NOON)
    assert dict(late.store.organisation("links").texts) == {}
    assert due_for(late, top(province)).notices == ()
    entry = journal_of(late)[-1]
    assert (entry.act, entry.unit, entry.about) == ("notice.clear", province.village, vote.uuid)


def test_a_petition_that_waits_for_its_answer_and_an_open_link_are_not_due(province: Organised) -> None:
    people = province.register(province.village, Official("", "Nguyễn Văn An", "", ("Chủ tịch",)))
    session = province.published(province.village, people, [(1,), (2,)])
    link = make_notice(province.house, session.uuid, AN, days=365, by="x")
    keep(province, notice_days=30)
    # The link is open for a year.
    assert due_for(at(province.house, 300 * DAY), top(province)).notices == ()
    assert len(due_for(at(province.house, 366 * DAY), top(province)).notices) == 1
    enter_petition(province.house, link, PETITION)
    assert due_for(at(province.house, 900 * DAY), top(province)).notices == ()
    answer_petition(at(province.house, 900 * DAY), session.uuid, AN, ANSWER, by="x")
    assert due_for(at(province.house, 929 * DAY), top(province)).notices == ()
    assert len(due_for(at(province.house, 930 * DAY), top(province)).notices) == 1


def test_a_link_of_a_cleared_notice_leads_nowhere(province: Organised) -> None:
    people = province.register(province.village, Official("", "Nguyễn Văn An", "", ("Chủ tịch",)))
    session = province.published(province.village, people, [(1,), (2,)])
    link = make_notice(province.house, session.uuid, AN, days=7, by="x")
    keep(province, notice_days=8)
    late = at(province.house, 8 * DAY)
    assert clear_due_notices(late, top(province), list(notices_of(late))) == 1
    with pytest.raises(UnknownNotice):
        notice_for(province.house, link)


def test_of_the_journal_the_oldest_entries_go_and_nothing_else(province: Organised) -> None:
    keep(province, journal_years=3)
    house, late = province.house, at(province.house, 4 * YEAR)
    note_act(at(house, 2 * YEAR), "later", "cycle.step", unit=province.village)
    old = [entry for entry in journal_of(house) if entry.by != "later"]
    due = due_for(late, top(province))
    assert due.entries == len(old) > 5
    assert trim_due_entries(late, top(province)) == len(old)
    assert [entry.by for entry in journal_of(house)] == ["later", "administrator.province"]
    assert journal_of(house)[-1].act == "journal.trim"
    assert trim_due_entries(late, top(province)) == 0


def test_two_who_trim_the_journal_at_once_delete_the_old_entries_once(province: Organised) -> None:
    keep(province, journal_years=1)
    house, late = province.house, at(province.house, 2 * YEAR)
    note_act(late, "new", "cycle.step", unit=province.village)
    due = due_for(late, top(province))
    trim_due_entries(late, top(province))
    with pytest.raises(ChangedMeanwhile):
        house.store.trim_journal(due.entries, due.last, entry="{}")
    assert [entry.by for entry in journal_of(house)] == ["new", "administrator.province"]


def test_many_entries_are_read_in_slices_without_missing_one(province: Organised) -> None:
    house = province.house
    for number in range(1203):
        note_act(house, f"a{number}", "cycle.step")
    keep(province, journal_years=1)
    late = at(house, 2 * YEAR)
    assert due_for(late, top(province)).entries == house.store.journal_length()
    assert trim_due_entries(late, top(province)) > 1203
    assert [entry.act for entry in journal_of(house)] == ["journal.trim"]


# ---- the pages


def test_the_page_proposes_what_is_due_and_deletes_it_only_when_that_is_ticked(
    signed_in: SignIn, province: Organised, vote: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    keep(province, session_years=1, notice_days=1)
    assert "Nothing that you may delete is due." in browser.get(SETTINGS).text
    monkeypatch.setattr("voting.web.organisation.settings.house", lambda: at(province.house, 2 * YEAR))
    assert "sessions 1, notices 1, entries of the journal 0" in browser.get(SETTINGS).text
    page = html.unescape(browser.get(DUE).text)
    assert "Tỉnh Đông Hải › Huyện Bắc Sơn › Xã Bình An" in page
    assert PETITION not in page
    assert "Nguyễn Văn An" not in page
    for path, fields in (
        (f"{DUE}/sessions", {"session": vote.uuid}),
        (f"{DUE}/sessions", {"sure": "yes"}),
        (f"{DUE}/notices", {}),
        (f"{DUE}/journal", {}),
    ):
        assert browser.send(path, fields).status_code == 400
    assert browser.send(f"{DUE}/journal", {"sure": "yes"}).status_code == 403
    assert province.house.store.session(vote.uuid).state == State.PUBLISHED
    assert browser.send(f"{DUE}/notices", {"sure": "yes"}, on=DUE).status_code == 303
    assert PETITION not in str(province.house.store.organisation("notices").texts)
    assert browser.send(f"{DUE}/sessions", {"sure": "yes", "session": vote.uuid}, on=DUE).status_code == 303
    with pytest.raises(UnknownSession):
        province.house.store.session(vote.uuid)
    # A second tap.
    assert browser.send(f"{DUE}/sessions", {"sure": "yes", "session": vote.uuid}, on=DUE).status_code == 303
    assert {browser.get(f"{DUE}/{part}").status_code for part in ("sessions", "notices", "journal")} == {303}


def test_a_session_of_another_unit_cannot_be_named_in_the_form(
    signed_in: SignIn, province: Organised, vote: Session
) -> None:
    keep(province, session_years=1)
    browser = signed_in(Role.ADMINISTRATOR, province.town)
    assert browser.send(f"{DUE}/sessions", {"sure": "yes", "session": vote.uuid}, on=DUE).status_code == 403
    assert province.house.store.session(vote.uuid) == vote


# ---- the files of the store


def test_what_was_deleted_is_not_in_the_past_of_the_files(tmp_path: Path) -> None:
    petition, answer, reason, account = (unlike_any_other() for _ in range(4))
    with embedded_store(tmp_path) as store:
        house = House(store, SealingKeys(["a sealing key for tests, long enough"]), lambda: NOON)
        province = organised(house)
        session = published(province, petition, answer, reason)
        note_act(house, account, "cycle.step", unit=province.village)
        late = at(house, 5 * YEAR)
        keep(province, session_years=1, notice_days=1, journal_years=1)

        def found() -> list[bool]:
            return [is_found(tmp_path, text) for text in (petition, answer, reason, account)]

        # Written anew the texts are packed, and found all the same.
        history.owe_rewrite(store.connection, "nothing")
        assert history.rewrite_if_owed(store.connection)
        assert found() == [True, True, True, True]
        clear_due_notices(late, top(province), list(notices_of(late)))
        assert found() == [False, False, True, True]
        delete_due_session(late, top(province), session.uuid)
        assert found() == [False, False, False, True]
        trim_due_entries(late, top(province))
        assert found() == [False, False, False, False]


def test_the_settings_refuse_what_is_out_of_range_by_its_field(province: Organised) -> None:
    before = keeping_of(province.house)
    for field, value in (("session_years", 101), ("notice_days", -1), ("deleter", "x")):
        with pytest.raises(MalformedRegister) as refused:
            change_keeping(province.house, before, replace(before, **{field: value}), by="x")
        assert refused.value.field == field
    assert keeping_of(province.house) == before
