"""What the competent level concludes stands beside what the vote proposes; neither takes the other away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.organisation.conftest import NOON
from tests.organisation.organised import Organised
from voting.domain.casting import cast, open_session
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.drafting import create_session
from voting.domain.elections import election_of
from voting.domain.house import House
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.organisation.concluded import published_vote
from voting.domain.organisation.officials import Official
from voting.domain.organisation.register import journal_of
from voting.domain.organisation.reviews import (
    LONGEST_REASON,
    Review,
    competent_unit,
    conclude_as_proposed,
    record_review,
    review_of,
)
from voting.domain.organisation.roles import Role, grant_role, standing_of
from voting.domain.results import public_result_of
from voting.domain.rulebook import rule_of
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.errors import ChangedMeanwhile, MalformedRegister, NotPublished
from voting.protocol.ballots import make_ballot

TODAY = "2027-01-15"
AN, BINH, CUONG = "Nguyễn Văn An — Chủ tịch", "Trần Thị Bình", "Lê Văn Cường"


@pytest.fixture
def vote(province: Organised) -> Session:
    """A published vote of a village: the first is proposed as excellent, the second as good, on the third they tie."""
    people = province.register(
        province.village,
        Official("", "Nguyễn Văn An", "", ("Chủ tịch",)),
        Official("", BINH, ""),
        Official("", CUONG, ""),
    )
    return province.published(province.village, people, [(1, 2, 1), (1, 2, 2), (1, 2, 1), (2, 2, 2)])


def conclude(province: Organised, vote: Session, title: str, level: int, reason: str = "", **other: str) -> Review:
    entries = {"day": TODAY, "unit": province.north, "by": "reviewer"} | other
    return record_review(province.house, vote.uuid, title, level=level, reason=reason, **entries)


def test_a_conclusion_stands_beside_the_proposal(province: Organised, vote: Session) -> None:
    before = public_result_of(province.house, vote.uuid)
    conclude(province, vote, AN, 2, "Chưa hoàn thành chỉ tiêu thu ngân sách")
    conclude(province, vote, BINH, 2)
    lines = {line.title: line for line in published_vote(province.house, vote.uuid).lines}
    assert (lines[AN].proposed, lines[AN].level, lines[AN].differs) == (1, 2, True)
    assert (lines[BINH].proposed, lines[BINH].level, lines[BINH].differs) == (2, 2, False)
    assert (lines[CUONG].review, lines[CUONG].level) == (None, 0)
    assert public_result_of(province.house, vote.uuid) == before


def test_who_concludes_and_on_whom_is_kept_with_it(province: Organised, vote: Session) -> None:
    review = conclude(province, vote, AN, 1)
    assert review_of(province.house, vote.uuid, AN) == review
    assert (review.unit, review.by, review.day, review.at) == (province.north, "reviewer", TODAY, NOON)
    assert review.official == province.people[province.village][0].id


def test_an_earlier_conclusion_is_never_lost(province: Organised, vote: Session) -> None:
    conclude(province, vote, AN, 1)
    conclude(province, vote, AN, 2, "Kỷ luật trong năm")
    conclude(province, vote, AN, 0, "Không xếp loại")
    review = review_of(province.house, vote.uuid, AN)
    assert review is not None
    assert [(each.level, each.reason) for each in (*review.past, review)] == [
        (1, ""),
        (2, "Kỷ luật trong năm"),
        (0, "Không xếp loại"),
    ]


def test_the_same_conclusion_again_changes_nothing(province: Organised, vote: Session) -> None:
    conclude(province, vote, AN, 1)
    before = province.house.store.organisation("reviews")
    conclude(province, vote, AN, 1, by="another")
    assert province.house.store.organisation("reviews") == before


def test_the_journal_names_the_vote_and_nobody_on_it(province: Organised, vote: Session) -> None:
    conclude(province, vote, AN, 2, "Lý do riêng")
    entry = journal_of(province.house)[-1]
    assert (entry.act, entry.unit, entry.about, entry.by) == ("review.record", province.village, vote.uuid, "reviewer")
    assert not any(word in str(province.house.store.journal()) for word in ("Nguyễn", "Lý do riêng"))


@pytest.mark.parametrize(
    ("title", "level", "reason", "field"),
    [
        ("Nobody", 1, "", "title"),
        (AN, 5, "x", "level"),
        (AN, -1, "x", "level"),
        (AN, 0, " ", "reason"),
        (AN, 2, "", "reason"),
        (CUONG, 2, "", "reason"),
        (AN, 2, "x" * (LONGEST_REASON + 1), "reason"),
        (AN, 2, "a\u202eb", "reason"),
    ],
)
def test_what_cannot_be_concluded_is_refused(
    province: Organised, vote: Session, title: str, level: int, reason: str, field: str
) -> None:
    before = province.house.store.organisation("reviews")
    with pytest.raises(MalformedRegister) as refused:
        conclude(province, vote, title, level, reason)
    assert refused.value.field == field
    assert province.house.store.organisation("reviews") == before


@pytest.mark.parametrize("day", ["", "20270115", "2027-02-30", "2027-W02-5", "15/1/2027", "2027-01-13", "2027-01-17"])
def test_a_day_is_one_from_the_publishing_to_today(province: Organised, vote: Session, day: str) -> None:
    with pytest.raises(MalformedRegister) as refused:
        conclude(province, vote, AN, 1, day=day)
    assert refused.value.field == "day"


def test_a_day_is_that_of_the_clocks_of_a_place(province: Organised, vote: Session) -> None:
    # At NOON it is 08:00 in Greenwich, and the next day on the other side of the Earth.
    far, entries = timezone(timedelta(hours=-10)), {"unit": province.north, "by": "x", "level": 1, "reason": ""}
    assert datetime.fromtimestamp(NOON, UTC).astimezone(far).date().isoformat() == "2027-01-14"
    with pytest.raises(MalformedRegister, match="future"):
        record_review(province.house, vote.uuid, AN, day=TODAY, zone=far, **entries)
    with pytest.raises(MalformedRegister, match="before the publishing"):
        record_review(province.house, vote.uuid, AN, day="2027-01-14", zone=UTC, **entries)
    record_review(province.house, vote.uuid, AN, day="2027-01-14", zone=far, **entries)


@pytest.mark.parametrize("unit", ["village", "town", "harbour", "south"])
def test_a_unit_that_is_not_above_is_not_competent(province: Organised, vote: Session, unit: str) -> None:
    with pytest.raises(MalformedRegister) as refused:
        conclude(province, vote, AN, 1, unit=getattr(province, unit))
    assert refused.value.field == "unit"
    conclude(province, vote, AN, 1, unit=province.province)


def test_the_unit_at_the_top_concludes_on_its_own_votes(province: Organised) -> None:
    people = province.register(province.province, Official("", BINH, ""))
    top = province.published(province.province, people, [(1,), (1,)])
    assert conclude(province, top, BINH, 1, unit=province.province).level == 1
    with pytest.raises(MalformedRegister):
        conclude(province, top, BINH, 2, "x", unit=province.north)


def test_a_reviewer_concludes_for_the_nearest_unit_of_the_own_roles(province: Organised) -> None:
    house, name = province.house, province.account(Role.REVIEWER, province.province)
    assert competent_unit(standing_of(house, name), province.village) == province.province
    assert competent_unit(standing_of(house, name), province.province) == province.province
    grant_role(house, name, province.north, Role.REVIEWER, by="")
    assert competent_unit(standing_of(house, name), province.village) == province.north
    assert competent_unit(standing_of(house, name), province.north) == province.province
    chair = province.account(Role.CHAIR, province.north)
    assert competent_unit(standing_of(house, chair), province.village) == ""


def test_only_a_published_vote_of_a_unit_is_concluded_on(province: Organised, house: House) -> None:
    people = province.register(province.village, Official("", BINH, ""))
    draft = province.draft(province.village, people)
    with pytest.raises(NotPublished):
        conclude(province, draft, BINH, 1)
    outside = province.published("", people, [(1,)])
    with pytest.raises(MalformedRegister) as refused:
        conclude(province, outside, BINH, 1)
    assert refused.value.field == "session"
    assert not house.store.organisation("reviews").texts


def test_all_remaining_lines_are_concluded_as_proposed_in_one_act(province: Organised, vote: Session) -> None:
    conclude(province, vote, AN, 2, "Lý do")
    before = len(journal_of(province.house))
    done = conclude_as_proposed(province.house, vote.uuid, day=TODAY, unit=province.north, by="reviewer")
    # The tie is for the competent level itself to decide.
    assert [(each.title, each.level, each.reason) for each in done] == [(BINH, 2, "")]
    assert len(journal_of(province.house)) == before + 1
    own = review_of(province.house, vote.uuid, AN)
    assert own is not None
    assert (own.level, own.past) == (2, ())
    assert conclude_as_proposed(province.house, vote.uuid, day=TODAY, unit=province.north, by="reviewer") == []


def test_a_bad_day_concludes_on_nobody(province: Organised, vote: Session) -> None:
    with pytest.raises(MalformedRegister):
        conclude_as_proposed(province.house, vote.uuid, day="2027-02-30", unit=province.north, by="reviewer")
    with pytest.raises(MalformedRegister):
        conclude_as_proposed(province.house, vote.uuid, day=TODAY, unit=province.south, by="reviewer")
    assert not province.house.store.organisation("reviews").texts


def test_a_proposal_that_is_no_level_is_concluded_in_its_own_words(province: Organised) -> None:
    people = province.register(province.village, Official("", BINH, ""), Official("", CUONG, ""))
    vote = province.published(province.village, people, [(3, 1), (3, 1), (3, 1)], scale="confidence", rule="nq96_2023")
    conclude_as_proposed(province.house, vote.uuid, day=TODAY, unit=province.north, by="reviewer")
    lines = published_vote(province.house, vote.uuid).lines
    assert [(line.level, line.review and line.review.reason) for line in lines] == [
        (0, line.outcome and line.outcome.words["vi"]) for line in lines
    ]
    assert "miễn nhiệm" in str(lines[0].review)


def test_a_candidate_is_concluded_on_in_words(province: Organised, house: House) -> None:
    sheet = make_sheet([Person("Phạm Dung", "Phó phòng"), Person("Võ Em")], "choose", choose=1)
    draft = create_session(house, Session("", "Bầu", sheet, unit_id=province.village, rule=rule_of("elect"), codes=3))
    codes = make_codes(house, draft.uuid)
    confirm_codes(house, draft.uuid)
    open_session(house, draft.uuid)
    for code in codes:
        cast(house, draft.uuid, make_ballot(election_of(house, draft.uuid), code, [[1, 0]]))
    close_session(house, draft.uuid)
    count_session(house, draft.uuid)
    publish_session(house, draft.uuid)
    for level, reason in ((1, "Công nhận"), (0, "")):
        with pytest.raises(MalformedRegister):
            conclude(province, draft, "Phạm Dung — Phó phòng", level, reason)
    conclude(province, draft, "Phạm Dung — Phó phòng", 0, "Công nhận")
    lines = {line.title: line.review for line in published_vote(house, draft.uuid).lines}
    assert lines["Võ Em"] is None
    assert lines["Phạm Dung — Phó phòng"] == review_of(house, draft.uuid, "Phạm Dung — Phó phòng")


def test_a_conclusion_recorded_in_the_same_moment_is_not_lost(province: Organised, vote: Session) -> None:
    calls = 0

    def clock() -> int:
        # It is asked when the conclusion is made and once more for the journal, after the record was read.
        nonlocal calls
        calls += 1
        if calls == 2:
            conclude(province, vote, AN, 1)
        return NOON

    meanwhile = replace(province.house, clock=clock)
    entries = {"level": 2, "reason": "Lý do", "day": TODAY, "unit": province.north, "by": "another"}
    with pytest.raises(ChangedMeanwhile):
        record_review(meanwhile, vote.uuid, AN, **entries)
    review = review_of(province.house, vote.uuid, AN)
    assert review is not None
    assert (review.level, review.past) == (1, ())


def test_no_conclusion_takes_the_place_of_one_that_was_not_seen(province: Organised, vote: Session) -> None:
    """Another reviewer records in between the reading of the page and the recording."""
    entries = {"reason": "Lý do khác", "day": TODAY, "unit": province.north, "by": "second"}
    first = conclude(province, vote, AN, 2, "Lý do")
    with pytest.raises(ChangedMeanwhile):
        record_review(province.house, vote.uuid, AN, level=3, seen=0, **entries)
    assert review_of(province.house, vote.uuid, AN) == first
    after = record_review(province.house, vote.uuid, AN, level=3, seen=1, **entries)
    assert [each.by for each in after.past] == ["reviewer"]
