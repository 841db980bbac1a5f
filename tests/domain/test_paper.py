"""Paper ballots beside the phones: figures that cannot be right are refused by name, line by line."""

from dataclasses import replace

import pytest

from voting.domain.attendance import Attendance, record_attendance
from voting.domain.counting import close_session, count_session, publish_session
from voting.domain.late_figures import late_figures
from voting.domain.paper import (
    PaperLine,
    PaperTally,
    check_paper,
    paper_from_json,
    paper_of,
    paper_to_json,
    record_paper,
)
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.domain.tellers import Teller
from voting.errors import ChangedMeanwhile, MalformedFigures, WrongState

PEOPLE = (Person("Nguyễn Văn A", "Chủ tịch"), Person("Trần Thị B", "Phó chủ tịch"))
SESSION = Session("", "Lấy phiếu", make_sheet(PEOPLE))
TEAM = replace(SESSION, tellers=(Teller("Hoa", "head"), Teller("Lan"), Teller("Minh")), threshold=2)
# RULES: 481 ballots collected, yet one person has 478 votes: validity is of the ballot and of each line.
TALLY = PaperTally(
    485, 481, 1, (PaperLine((323, 146, 9), 0, 2), PaperLine((480, 0, 0))), ("Nguyễn Thị Hoa", "Lê Văn Lan")
)


def faults_of(session: Session, tally: PaperTally) -> dict[str, str]:
    with pytest.raises(MalformedFigures) as refused:
        check_paper(session, tally)
    return dict(refused.value.faults)


def test_each_line_may_have_other_invalid_ballots_than_the_next():
    assert check_paper(SESSION, TALLY) == TALLY


def test_a_line_whose_sum_is_not_the_valid_ballots_is_named():
    faults = faults_of(SESSION, replace(TALLY, lines=(TALLY.lines[0], PaperLine((480, 1, 0)))))
    assert faults == {"line_2": "together 481, but valid ballots: 480"}
    faults = faults_of(SESSION, replace(TALLY, lines=(PaperLine((323, 146, 6)), TALLY.lines[1])))
    assert faults == {"line_1": "together 475, but valid ballots: 480"}


def test_ballots_come_back_only_if_they_were_given_out():
    assert faults_of(SESSION, replace(TALLY, issued=480)) == {"collected": "more than the 480 issued"}
    assert faults_of(SESSION, replace(TALLY, invalid=482)) == {"invalid": "more than the 481 collected"}


@pytest.mark.parametrize(
    "line", [PaperLine((481, -1, 0)), PaperLine((480, 0, 0), -1, 1), PaperLine((480, 0, 0), 1, -1)]
)
def test_a_figure_below_zero_does_not_balance_another_one(line):
    assert faults_of(SESSION, replace(TALLY, lines=(line, TALLY.lines[1]))) == {"line_1": "a figure is negative"}


def test_a_tally_of_another_sheet_is_refused():
    for lines in (TALLY.lines[:1], (PaperLine((480, 0)), PaperLine((480, 0)))):
        assert "line_1" in faults_of(SESSION, replace(TALLY, lines=lines))


def test_where_people_are_chosen_a_ballot_holds_as_many_votes_as_may_be_chosen():
    people = [Person("A"), Person("B"), Person("C")]
    session = Session("", "Bầu", make_sheet(people, "choose", choose=2))

    def line(*votes: int, blank: int = 0, invalid: int = 0) -> PaperTally:
        return PaperTally(10, 10, 0, (PaperLine(votes, blank, invalid),), ("Hoa",))

    check_paper(session, line(9, 9, 0, blank=1))
    check_paper(session, line(9, 0, 0, invalid=1))
    assert faults_of(session, line(9, 9, 1, blank=1)) == {"line_1": "votes: 19, but there must be between 9 and 18"}
    assert faults_of(session, line(4, 4, 0)) == {"line_1": "votes: 8, but there must be between 10 and 20"}
    assert faults_of(session, line(10, 0, 0, blank=1)) == {
        "line_1": "votes for somebody: 10, but ballots that choose anybody: 9"
    }
    assert faults_of(session, line(0, 0, 0, blank=11)) == {
        "line_1": "blank and invalid together 11, but valid ballots: 10"
    }


def test_each_group_is_held_to_its_own_number_to_choose():
    people = [Person(name, group=group) for name, group in zip("ABCDE", ("Board",) * 3 + ("Audit",) * 2, strict=True)]
    session = Session("", "Bầu", make_sheet(people, "choose", choose=(2, 1)))

    def tally(board: tuple[int, ...], audit: tuple[int, ...]) -> PaperTally:
        return PaperTally(10, 10, 0, (PaperLine(board), PaperLine(audit)), ("Hoa",))

    check_paper(session, tally((10, 10, 0), (10, 0)))
    assert faults_of(session, tally((10, 10, 1), (6, 5))) == {
        "line_1": "votes: 21, but there must be between 10 and 20",
        "line_2": "together 11, but valid ballots: 10",
    }


@pytest.mark.parametrize(
    ("signers", "reason"),
    [
        ((), "nobody signs it off"),
        (("Hoa",), "two tellers must sign it off"),
        (("Lan", "Minh"), "the head teller must sign it off"),
        (("Hoa", "Somebody"), "only tellers of this session can sign it off"),
    ],
)
def test_the_head_teller_and_one_more_sign_it_off(signers, reason):
    assert faults_of(TEAM, replace(TALLY, signers=signers)) == {"signers": reason}
    assert check_paper(TEAM, replace(TALLY, signers=("Lan", "Hoa"))).signers == ("Lan", "Hoa")


def test_the_only_teller_signs_alone_and_nobody_from_the_sheet_does():
    alone = replace(SESSION, tellers=(Teller("Hoa"),), threshold=1)
    check_paper(alone, replace(TALLY, signers=("Hoa",)))
    assert faults_of(SESSION, replace(TALLY, signers=(" ", ""))) == {"signers": "nobody signs it off"}
    assert faults_of(SESSION, replace(TALLY, signers=("nguyễn văn A",))) == {
        "signers": "whoever stands on the sheet cannot sign it off"
    }


def test_what_is_written_is_read_back_and_nothing_else_is():
    assert paper_from_json(paper_to_json(TALLY)) == TALLY
    assert paper_from_json(paper_to_json(None)) is None
    text = paper_to_json(TALLY)
    for spoiled in (
        text.replace('"invalid":1', '"invalid":true', 1),
        text.replace('"issued":485', '"issued":"485"'),
        text.replace('"issued":485', '"issued":485,"more":1'),
        text.replace("[323,146,9]", "[323,146,9.0]"),
        text.replace("[323,146,9]", '"323"'),
        text.replace('["Nguyễn Thị Hoa","Lê Văn Lan"]', "[7]"),
        "[]",
        "0",
    ):
        assert spoiled != text
        with pytest.raises(MalformedFigures):
            paper_from_json(spoiled)


def test_it_is_entered_after_the_close_and_frozen_when_the_result_is_published(house, voting_now):
    uuid, _ = voting_now
    tally = PaperTally(3, 2, 0, (PaperLine((2, 0, 0)), PaperLine((1, 0, 0), blank=1)), ("Hoa",))
    with pytest.raises(WrongState):
        record_paper(house, uuid, tally, 0)
    close_session(house, uuid)
    assert paper_of(house, uuid) == (None, 0)
    assert record_paper(house, uuid, tally, 0) == 1
    with pytest.raises(ChangedMeanwhile):
        record_paper(house, uuid, None, 0)
    count_session(house, uuid)
    assert record_paper(house, uuid, None, 1) == 2
    assert paper_of(house, uuid) == (None, 2)
    record_paper(house, uuid, tally, 2)
    publish_session(house, uuid)
    with pytest.raises(WrongState):
        record_paper(house, uuid, None, 3)
    assert paper_of(house, uuid) == (tally, 3)


def test_more_ballots_than_people_present_are_recorded_as_they_were_found(house, voting_now):
    uuid, _ = voting_now
    close_session(house, uuid)
    record_attendance(house, uuid, Attendance(convened=3, present=1), 0)
    tally = PaperTally(2, 2, 0, (PaperLine((2, 0, 0)), PaperLine((2, 0, 0))), ("Hoa",))
    assert record_paper(house, uuid, tally, 0) == 1


def test_what_is_entered_changed_or_removed_when_the_count_is_known_is_marked_for_good(house, voting_now):
    uuid, _ = voting_now
    close_session(house, uuid)
    tally = PaperTally(3, 2, 0, (PaperLine((2, 0, 0)), PaperLine((1, 0, 0), blank=1)), ("Hoa",))
    record_paper(house, uuid, replace(tally, issued=2), 0)
    record_paper(house, uuid, tally, 1)
    count_session(house, uuid)
    assert "paper" not in late_figures(house, uuid)
    # Saved again as it was: nothing was changed.
    record_paper(house, uuid, tally, 2)
    assert (paper_of(house, uuid), "paper" in late_figures(house, uuid)) == ((tally, 3), False)
    record_paper(house, uuid, replace(tally, issued=4), 3)
    assert "paper" in late_figures(house, uuid)
    record_paper(house, uuid, tally, 4)
    assert "paper" in late_figures(house, uuid)


def test_paper_that_is_entered_or_removed_after_the_count_is_late(house, voting_now):
    uuid, _ = voting_now
    close_session(house, uuid)
    tally = PaperTally(3, 2, 0, (PaperLine((2, 0, 0)), PaperLine((1, 0, 0), blank=1)), ("Hoa",))
    record_paper(house, uuid, tally, 0)
    count_session(house, uuid)
    assert "paper" not in late_figures(house, uuid)
    record_paper(house, uuid, None, 1)
    assert (paper_of(house, uuid), "paper" in late_figures(house, uuid)) == ((None, 2), True)
