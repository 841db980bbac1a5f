"""The second vote: who is proposed, with which rule, and what of the first vote it takes over."""

from dataclasses import replace

import pytest

from tests.domain.conftest import PEOPLE
from voting.domain.attendance import Attendance, record_attendance
from voting.domain.casting import cast, election_of, open_session
from voting.domain.counting import close_session, count_session
from voting.domain.drafting import create_session
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.rulebook import rule_of
from voting.domain.rules import COUNT_ONLY
from voting.domain.second_vote import prepare_second_vote
from voting.domain.sessions import Session, State
from voting.domain.sheets import Person, make_sheet
from voting.errors import NotPublished, WrongState
from voting.protocol.ballots import make_ballot


@pytest.fixture
def counted(house, ballot_of):
    """A counted vote under NQ 96/2023: the first person has 2 of 4 low votes and 1 without an answer, the second 3."""

    def make(rule=None, count=True, title="Lấy phiếu tín nhiệm"):
        sheet = make_sheet(PEOPLE, blank=True)
        entries = Session("", title, sheet, codes=4, spares=2, unit="HĐND xã", occasion="mid_term")
        uuid = create_session(house, replace(entries, rule=rule or rule_of("nq96_2023"))).uuid
        codes = make_codes(house, uuid)
        confirm_codes(house, uuid)
        open_session(house, uuid)
        # More than half and fewer than two thirds of those collected.
        for code, levels in zip(codes, [(1, 3), (3, 3), (2, 3), (1, 1), (1, 1)], strict=False):
            cast(house, uuid, ballot_of(uuid, code, *levels))
        close_session(house, uuid)
        if count:
            count_session(house, uuid)
        return uuid

    return make


def test_those_with_more_than_half_low_are_voted_on_again_under_the_second_rule(house, counted):
    first = house.store.session(counted())
    draft = prepare_second_vote(house, first.uuid, chair="hoa")
    assert draft.sheet.people == (PEOPLE[1],)
    assert (draft.sheet.scale, draft.rule.id) == ("vote_of_confidence", first.rule.second_rule)
    assert draft.title == "Bỏ phiếu tín nhiệm: Lấy phiếu tín nhiệm"
    assert (draft.state, draft.chair, draft.uuid != first.uuid) == (State.DRAFT, "hoa", True)
    for name in ("codes", "spares", "unit", "occasion", "language", "tellers", "threshold", "pooled"):
        assert getattr(draft, name) == getattr(first, name), name
    assert (draft.ready_at, draft.closed_at, draft.receipt_key) == (0, 0, "")
    assert house.store.session(draft.uuid) == draft


def test_a_long_title_still_fits(house, counted):
    draft = prepare_second_vote(house, counted(title="x" * 200), chair="")
    assert draft.title == ("Bỏ phiếu tín nhiệm: " + "x" * 200)[:200]


def test_without_anybody_proposed_there_is_no_second_vote(house, counted):
    with pytest.raises(WrongState):
        prepare_second_vote(house, counted(COUNT_ONLY), chair="")
    with pytest.raises(NotPublished):
        prepare_second_vote(house, counted(count=False), chair="")


def test_who_goes_on_in_a_group_may_be_chosen_in_the_number_of_that_group(house):
    names = {"Head": "ABC", "Board": "DEF", "Audit": "GHI"}
    people = [Person(name, "", group) for group in names for name in names[group]]
    nominate = rule_of("nominate")
    outcomes = tuple(replace(outcome, second_vote=outcome.id != "nominated") for outcome in nominate.outcomes[:-1])
    rule = replace(nominate, id="own_nominate", outcomes=(*outcomes, nominate.outcomes[-1]), second_rule="nominate")
    draft = Session("", "T", make_sheet(people, "choose", choose=(1, 2, 3)), codes=4, rule=rule, language="en")
    uuid = create_session(house, draft).uuid
    codes = make_codes(house, uuid)
    confirm_codes(house, uuid)
    open_session(house, uuid)
    record_attendance(house, uuid, Attendance(4, 4, 4, 0, ""), 0)
    # Everybody is for B; in the other two groups nobody has more than half of the four who were convened.
    for code, line in zip(codes, ([1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0]), strict=True):
        cast(house, uuid, make_ballot(election_of(house, uuid), code, [[0, 1, 0], line, line]))
    close_session(house, uuid)
    count_session(house, uuid)
    second = prepare_second_vote(house, uuid, chair="").sheet
    groups = {heading: "".join(person.name for person in group) for heading, group in second.groups}
    assert (groups, second.choose) == ({"Board": "DE", "Audit": "GH"}, (2, 2))
