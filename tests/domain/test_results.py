from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.domain.attendance import Attendance, record_attendance
from voting.domain.casting import cast
from voting.domain.counting import close_session, count_session
from voting.domain.figures import Figures
from voting.domain.paper import PaperLine, PaperTally, questions_of, record_paper
from voting.domain.results import Result, concluded, hundredths_of, result_of
from voting.domain.rulebook import rule_of
from voting.domain.rules import COUNT_ONLY
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet


def shown(session: Session, phones: list[PaperLine], paper: PaperTally | None = None, **known: int) -> Result:
    """Conclude a result from counts of phones and of paper."""
    first = phones[0]
    ballots = sum(first.votes) + first.blank
    collected = ballots + (paper.collected if paper else 0)
    figures = replace(Figures(), collected=collected, valid=ballots + (paper.valid if paper else 0), **known)
    return concluded(session, questions_of(session), tuple(phones), paper, figures, ballots)


def of_rule(name: str, people: int = 1) -> Session:
    sheet = make_sheet([Person(f"Person {number}") for number in range(people)], blank=True)
    return Session("", "Lấy phiếu", sheet, rule=rule_of(name))


def test_the_percentages_of_the_real_votes_come_out_as_published():
    # RULES.md: 47 collected (2023), 485 members, 53 members of whom 52 voted, 58 members of whom 53 voted.
    assert [hundredths_of(votes, 47) for votes in (19, 2, 25)] == [4043, 426, 5319]
    assert [hundredths_of(votes, 485) for votes in (323, 146, 6)] == [6660, 3010, 124]
    assert hundredths_of(52, 53) == 9811
    assert [hundredths_of(votes, 58) for votes in (49, 4, 0)] == [8448, 690, 0]


def test_halves_are_rounded_up():
    assert hundredths_of(1, 20_000) == 1
    assert hundredths_of(1, 20_001) == 0


def test_nobody_voted_is_no_percentage():
    assert hundredths_of(0, 0) == 0


@given(st.integers(1, 10_000), st.data())
def test_a_share_is_never_off_by_more_than_half_a_hundredth(whole, data):
    votes = data.draw(st.integers(0, whole))
    assert abs(hundredths_of(votes, whole) * whole - votes * 10_000) * 2 <= whole


@pytest.mark.parametrize(
    ("rule", "votes", "known", "shares"),
    [
        # RULES, recomputed from the published votes.
        ("nq96_2023", (19, 2, 25), {"present": 47, "convened": 47, "members": 50, "issued": 47}, [4043, 426, 5319]),
        ("nq85_2014", (323, 146, 6), {"members": 485}, [6660, 3010, 124]),
        ("nq35_2012", (52, 0, 0), {"members": 53}, [9811, 0, 0]),
        ("nq35_2012", (49, 4, 0), {"members": 58}, [8448, 690, 0]),
    ],
)
def test_percentages_are_of_what_the_rule_says(rule, votes, known, shares):
    blank = 1 if rule == "nq96_2023" else 0
    row = shown(of_rule(rule), [PaperLine(votes, blank)], **known).rows[0]
    assert [cell.hundredths for cell in row.cells] == shares


def test_over_half_low_of_those_collected_is_said_with_its_article():
    row = shown(of_rule("nq96_2023"), [PaperLine((19, 2, 25), 1)]).rows[0]
    assert row.denominator == 47
    assert row.outcome is not None
    assert row.outcome.tone == "bad"
    assert row.outcome.article["vi"]


def test_a_missing_figure_leaves_the_votes_and_no_percentage():
    result = shown(of_rule("nq85_2014"), [PaperLine((3, 2, 1))])
    row = result.rows[0]
    assert (row.denominator, [cell.votes for cell in row.cells]) == (None, [3, 2, 1])
    assert [cell.hundredths for cell in row.cells] == [None] * 3
    assert (row.outcome, result.lacks_figures) == (None, True)


def test_phones_and_paper_are_added_line_by_line_and_kept_apart_beside_it():
    session = replace(of_rule("nq96_2023", people=2), rule=COUNT_ONLY)
    paper = PaperTally(5, 4, 1, (PaperLine((1, 1, 0), 0, 1), PaperLine((0, 0, 2), 1, 0)), ("Hoa",))
    result = shown(session, [PaperLine((3, 2, 1)), PaperLine((1, 1, 3), 1)], paper)
    assert (result.ballots, result.collected) == (6, 10)
    first, second = result.rows
    assert [(c.votes, c.electronic, c.paper) for c in first.cells] == [(4, 3, 1), (3, 2, 1), (1, 1, 0)]
    assert (first.blank, first.invalid, second.blank, second.invalid) == (0, 1, 2, 0)
    assert [c.hundredths for c in second.cells] == [1000, 1000, 5000]
    # Of each line: its votes, blanks and spoiled ones are the ballots that are valid as a whole.
    for row in result.rows:
        assert sum(c.votes for c in row.cells) + row.blank + row.invalid == result.collected - paper.invalid


def test_candidates_of_each_group_have_outcomes_of_their_own():
    people = [Person("A", "", "Board"), Person("B", "", "Board"), Person("C", "", "Audit"), Person("D", "", "Audit")]
    session = Session(
        "", "Election", make_sheet(people, "choose", choose=(2, 1)), language="en", rule=rule_of("nominate")
    )
    result = shown(session, [PaperLine((5, 2)), PaperLine((3, 4))], convened=7)
    assert [(row.group, row.name, row.choose) for row in result.rows] == [
        ("Board", "Choose up to 2", 2),
        ("Audit", "Choose up to 1", 1),
    ]
    assert [[cell.hundredths for cell in row.cells] for row in result.rows] == [[7143, 2857], [4286, 5714]]
    assert all(cell.outcome for row in result.rows for cell in row.cells if 2 * cell.votes > 7)
    assert [row.outcome for row in result.rows] == [None, None]


def test_the_figures_come_from_the_attendance_the_slips_and_the_count(house, voting_now, ballot_of):
    uuid, codes = voting_now
    cast(house, uuid, ballot_of(uuid, codes[0], 1, 0))
    cast(house, uuid, ballot_of(uuid, codes[1], 2, 3))
    close_session(house, uuid)
    record_attendance(house, uuid, Attendance(10, 9, 6, 1, "Ốm"), 0)
    record_paper(house, uuid, PaperTally(3, 2, 1, (PaperLine((1, 0, 0)), PaperLine((0, 0, 1))), ("Hoa",)), 0)
    count_session(house, uuid)
    result = result_of(house, uuid)
    figures = result.figures
    assert (figures.members, figures.convened, figures.present, figures.excused) == (10, 9, 6, 1)
    assert (figures.collected, figures.valid) == (4, 3)
    assert [row.blank for row in result.rows] == [0, 1]
    assert [[cell.votes for cell in row.cells] for row in result.rows] == [[2, 1, 0], [0, 0, 2]]
    assert [cell.hundredths for cell in result.rows[0].cells] == [5000, 2500, 0]


def test_what_is_no_vote_cast_has_no_share_of_the_votes_cast():
    session = replace(of_rule("motion_majority"), sheet=make_sheet([Person("A motion")], "motion", blank=True))
    result = shown(session, [PaperLine((2, 1, 60), 4)])
    row = result.rows[0]
    assert row.denominator == 3
    assert [cell.hundredths for cell in row.cells] == [6667, 3333, None]
    assert row.outcome is not None
    assert (row.outcome.id, result.lacks_figures) == ("carried", False)
