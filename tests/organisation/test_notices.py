"""A personal link leads to one person's result, for a time, until it is replaced; what that person answers stays."""

from dataclasses import replace

import pytest

from tests.organisation.conftest import NOON
from tests.organisation.organised import Organised
from voting.domain.house import House
from voting.domain.organisation.notices import (
    LONGEST_TEXT,
    Notice,
    acknowledge,
    answer_petition,
    enter_petition,
    line_of,
    make_notice,
    make_notices,
    notice_for,
    notices_of_session,
    revoke_notice,
)
from voting.domain.organisation.officials import Official
from voting.domain.organisation.register import journal_of
from voting.domain.ports import Change
from voting.domain.sessions import Session
from voting.errors import (
    ChangedMeanwhile,
    MalformedRegister,
    NotCompetent,
    NotFound,
    NotPublished,
    UnknownNotice,
)
from voting.protocol.codes import draw_code

DAY = 24 * 60 * 60
AN, BINH = "Nguyễn Văn An — Chủ tịch", "Trần Thị Bình — Phó Chủ tịch"
PETITION = "Tôi đề nghị xem xét lại kết quả.\nTrân trọng."


@pytest.fixture
def vote(province: Organised) -> Session:
    """A published vote on two people of the village."""
    people = province.register(
        province.village,
        Official("", "Nguyễn Văn An", "", ("Chủ tịch",)),
        Official("", "Trần Thị Bình", "", ("Phó Chủ tịch",)),
    )
    return province.published(province.village, people, [(1, 2), (1, 2), (2, 3)])


def later(house: House, seconds: int) -> House:
    return replace(house, clock=lambda: NOON + seconds)


def make(house: House, vote: Session, title: str = AN, days: int = 30) -> str:
    return make_notice(house, vote.uuid, title, days=days, by="chair")


def notice_of(house: House, vote: Session, title: str = AN) -> Notice:
    return notices_of_session(house, vote.uuid)[title]


def test_a_link_leads_to_the_line_of_one_person(house: House, province: Organised, vote: Session) -> None:
    an, binh = make_notices(house, vote.uuid, [AN, BINH], days=30, by="chair")
    assert an != binh
    _, line = line_of(house, notice_for(house, an))
    assert (line.title, line.official) == (AN, province.people[province.village][0].id)
    assert line_of(house, notice_for(house, binh.replace("-", " ")))[1].title == BINH


def test_a_link_is_over_after_its_days_and_not_before(house: House, vote: Session) -> None:
    secret = make(house, vote, days=7)
    assert notice_for(later(house, 7 * DAY - 1), secret).title == AN
    for act in (notice_for, acknowledge, lambda *given: enter_petition(*given, PETITION)):
        with pytest.raises(UnknownNotice):
            act(later(house, 7 * DAY), secret)
    assert notice_of(house, vote).petition == ""


@pytest.mark.parametrize("days", [0, 1, 31, -7, 3650])
def test_no_other_number_of_days_is_taken(house: House, vote: Session, days: int) -> None:
    with pytest.raises(MalformedRegister) as refused:
        make(house, vote, days=days)
    assert refused.value.field == "days"
    assert notices_of_session(house, vote.uuid) == {}


def test_a_renewed_link_ends_the_old_one_and_keeps_what_was_answered(house: House, vote: Session) -> None:
    old = make(house, vote)
    acknowledge(house, old)
    enter_petition(house, old, PETITION)
    new = make_notice(later(house, DAY), vote.uuid, AN, days=90, by="chair")
    with pytest.raises(UnknownNotice):
        notice_for(house, old)
    notice = notice_for(house, new)
    assert (notice.acknowledged_at, notice.petition, notice.made_at) == (NOON, PETITION, NOON)
    assert notice.expires_at == NOON + 91 * DAY
    assert len(house.store.organisation("links").texts) == 1


def test_a_revoked_link_leads_nowhere_and_can_be_made_anew(house: House, vote: Session) -> None:
    secret = make(house, vote)
    revoke_notice(house, vote.uuid, AN, by="chair")
    revoke_notice(house, vote.uuid, AN, by="chair")
    with pytest.raises(UnknownNotice):
        acknowledge(house, secret)
    assert house.store.organisation("links").texts == {}
    assert notice_for(house, make(house, vote)).title == AN
    with pytest.raises(UnknownNotice):
        revoke_notice(house, vote.uuid, BINH, by="chair")


@pytest.mark.parametrize("secret", ["", "short", "1" * 24, "0" * 24, "1" * 5000, "é" * 24, "#version"])
def test_what_was_never_a_link_leads_nowhere(house: House, vote: Session, secret: str) -> None:
    make(house, vote)
    with pytest.raises(UnknownNotice):
        notice_for(house, secret)


def test_links_are_made_for_lines_of_a_published_vote_of_a_unit_alone(
    house: House, province: Organised, vote: Session
) -> None:
    with pytest.raises(NotFound):
        make(house, vote, title="Nobody")
    draft = province.draft(province.village, province.people[province.village])
    with pytest.raises(NotPublished):
        make(house, draft)
    outside = province.published("", province.people[province.village], [(1, 1)])
    with pytest.raises(NotCompetent):
        make(house, outside)
    assert house.store.organisation("notices").texts == {}


def test_a_deleted_vote_is_made_known_no_more(house: House, vote: Session) -> None:
    secret = make(house, vote)
    notice = notice_for(house, secret)
    house.store.delete_session(vote.uuid)
    for act in (lambda: notice_for(house, secret), lambda: acknowledge(house, secret), lambda: line_of(house, notice)):
        with pytest.raises(UnknownNotice):
            act()


def test_the_first_acknowledgement_stays(house: House, vote: Session) -> None:
    secret = make(house, vote)
    assert acknowledge(house, secret).acknowledged_at == NOON
    assert acknowledge(later(house, DAY), secret).acknowledged_at == NOON
    assert [entry.act for entry in journal_of(house)].count("notice.acknowledge") == 1


def test_a_petition_is_sent_once_and_the_same_form_may_come_twice(house: House, vote: Session) -> None:
    secret = make(house, vote)
    sent = enter_petition(house, secret, f"  {PETITION.replace(' ', '  ')} \r\n\r\n\r\n\r\nHết.  ")
    assert sent.petition == f"{PETITION}\n\nHết."
    assert enter_petition(later(house, 5), secret, sent.petition) == sent
    with pytest.raises(MalformedRegister) as refused:
        enter_petition(house, secret, "Another one.")
    assert refused.value.field == "petition"
    assert notice_of(house, vote) == sent


@pytest.mark.parametrize(
    "text",
    ["", " \n ", "x" * (LONGEST_TEXT + 1), "line\n" * 500, "a\u202eb", "\x00", "CODE", "mã: CODE."],
    ids=["empty", "blank", "long", "many lines", "direction", "control", "code", "code within"],
)
def test_a_text_that_cannot_be_kept_is_refused(house: House, vote: Session, text: str) -> None:
    secret = make(house, vote)
    with pytest.raises(MalformedRegister) as refused:
        enter_petition(house, secret, text.replace("CODE", draw_code()))
    assert refused.value.field == "petition"
    assert notice_of(house, vote).petition == ""
    enter_petition(house, secret, "x" * LONGEST_TEXT)


def test_a_personal_link_does_not_get_into_the_record(house: House, vote: Session) -> None:
    secret = make(house, vote)
    for text in (f"https://x.vn/r#{secret}", secret.replace("-", "")):
        with pytest.raises(MalformedRegister):
            enter_petition(house, secret, text)
    enter_petition(house, secret, "when they have been very good they were rated with care")


def test_a_petition_is_answered_once(house: House, vote: Session) -> None:
    secret = make(house, vote)
    for wrong in ("", "Something"):
        with pytest.raises(MalformedRegister):
            answer_petition(house, vote.uuid, AN, wrong, by="chair")
    enter_petition(house, secret, PETITION)
    with pytest.raises(MalformedRegister):
        answer_petition(house, vote.uuid, AN, "  ", by="chair")
    answer_petition(later(house, DAY), vote.uuid, AN, "Đã xem xét.", by="chair")
    with pytest.raises(MalformedRegister):
        answer_petition(house, vote.uuid, AN, "Otherwise.", by="chair")
    notice = notice_for(house, secret)
    assert (notice.answer, notice.answered_by, notice.answered_at) == ("Đã xem xét.", "chair", NOON + DAY)
    with pytest.raises(UnknownNotice):
        answer_petition(house, vote.uuid, BINH, "Nothing", by="chair")


class Interrupted:
    """A store in which somebody else changes the notice between the reading and the writing, so many times."""

    def __init__(self, house: House, times: int, act) -> None:
        self._store, self._left, self._act = house.store, times, act

    def __getattr__(self, name: str):
        return getattr(self._store, name)

    def change_organisation(self, changes: list[Change], **given) -> None:
        if self._left:
            self._left -= 1
            self._act()
        self._store.change_organisation(changes, **given)


def test_a_persons_act_meets_the_chairs_and_neither_is_lost(house: House, vote: Session) -> None:
    secret = make(house, vote)
    enter_petition(house, secret, PETITION)
    between = replace(
        house,
        store=Interrupted(house, 1, lambda: answer_petition(house, vote.uuid, AN, "Đã xem xét.", by="chair")),
    )
    acknowledge(between, secret)
    notice = notice_of(house, vote)
    assert (notice.acknowledged_at, notice.answer) == (NOON, "Đã xem xét.")


def test_a_link_that_was_revoked_in_between_does_nothing(house: House, vote: Session) -> None:
    secret = make(house, vote)
    between = replace(house, store=Interrupted(house, 1, lambda: revoke_notice(house, vote.uuid, AN, by="chair")))
    with pytest.raises(UnknownNotice):
        enter_petition(between, secret, PETITION)
    assert notice_of(house, vote).petition == ""


def test_two_chairs_who_renew_at_once_leave_one_link(house: House, vote: Session) -> None:
    made: list[str] = []
    between = replace(house, store=Interrupted(house, 1, lambda: made.append(make(house, vote))))
    with pytest.raises(ChangedMeanwhile):
        make(between, vote)
    assert notice_for(house, made[0]).title == AN
    assert len(house.store.organisation("links").texts) == 1


def test_the_journal_says_what_was_done_and_holds_no_text_and_no_name(house: House, vote: Session) -> None:
    secret = make(house, vote)
    acknowledge(house, secret)
    enter_petition(house, secret, PETITION)
    answer_petition(house, vote.uuid, AN, "Đã xem xét.", by="chair")
    make(house, vote)
    revoke_notice(house, vote.uuid, AN, by="chair")
    entries = [entry for entry in journal_of(house) if entry.act.startswith("notice.")]
    assert [(entry.act, entry.by) for entry in entries] == [
        ("notice.make", "chair"),
        ("notice.acknowledge", ""),
        ("notice.petition", ""),
        ("notice.answer", "chair"),
        ("notice.renew", "chair"),
        ("notice.revoke", "chair"),
    ]
    assert {(entry.unit, entry.about) for entry in entries} == {(vote.unit_id, vote.uuid)}
    told = str(house.store.journal())
    assert not [word for word in ("Nguyễn", "xem xét", "Chủ tịch") if word in told]


def everything_in(house: House) -> bytes:
    """Give all keys and values of the store."""
    client = house.store.connection.client
    return b"\n".join(key + b"\n" + bytes(client.dump(key)) for key in sorted(client.keys("*")))


def test_the_store_holds_no_secret(house: House, vote: Session) -> None:
    client = house.store.connection.client
    client.config_set("rdbcompression", "no")  # else DUMP would hide the texts
    secrets = [make(house, vote), make(house, vote, BINH), make(house, vote)]
    acknowledge(house, secrets[1])
    enter_petition(house, secrets[2], "KHIEUNAI-CANARY")
    kept = everything_in(house)
    client.config_set("rdbcompression", "yes")
    assert b"KHIEUNAI-CANARY" in kept
    assert not [each for each in secrets for form in (each, each.replace("-", "")) if form.encode() in kept]
