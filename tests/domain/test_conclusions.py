"""What follows from the votes: the cases of real meetings, and every border on both sides."""

from dataclasses import replace

import pytest

from tests.domain.concluding import chosen, exceeded, kinds, meeting, outcome_of
from voting.domain.conclusions import Conclusion, Warning, conclude, denominator_of
from voting.domain.figures import Figures, Line
from voting.domain.results import hundredths_of
from voting.domain.rulebook import RULES
from voting.domain.rules import Cap, Quorum, rule_from_value

CONFIDENCE = ("nq35_2012", "nq85_2014", "nq96_2023", "qd96_2023", "qd262_2014")
WORDS = {"vi": "x", "en": "x"}


# ---- real cases, recomputed


def test_25_of_47_ballots_are_over_half_low() -> None:
    assert outcome_of("nq96_2023", meeting(47), 19, 2, 25, invalid=1) == "may_resign"
    assert outcome_of("qd96_2023", meeting(47), 19, 2, 25, invalid=1) == "out_of_planning"
    assert [hundredths_of(votes, 47) for votes in (19, 2, 25)] == [4043, 426, 5319]


@pytest.mark.parametrize(
    ("members", "voted", "votes", "percentages"),
    [
        (485, 475, (323, 146, 6), [6660, 3010, 124]),
        (53, 52, (52, 0, 0), [9811, 0, 0]),
        (58, 53, (49, 4, 0), [8448, 690, 0]),
    ],
)
def test_percentages_of_all_members_are_those_that_were_published(
    members: int, voted: int, votes: tuple[int, ...], percentages: list[int]
) -> None:
    rule, figures = RULES["nq85_2014"], meeting(members, voted)
    whole = denominator_of(rule, figures, Line(votes))
    assert whole == members
    assert [hundredths_of(each, whole) for each in votes] == percentages
    assert outcome_of(rule, figures, *votes) == "no_consequence"


def test_the_same_votes_conclude_differently_of_members_and_of_ballots() -> None:
    # 40 of 70 ballots, but 40 of 100 members.
    assert outcome_of("nq96_2023", meeting(100, 70), 20, 10, 40) == "may_resign"
    assert outcome_of("nq85_2014", meeting(100, 70), 20, 10, 40) == "no_consequence"


# ---- the borders: half, and two thirds


@pytest.mark.parametrize("rule", CONFIDENCE)
@pytest.mark.parametrize("people", [3, 6, 30, 48, 300])
def test_exactly_half_is_not_more_than_half(rule: str, people: int) -> None:
    half = people // 2
    assert outcome_of(rule, meeting(people), people - half, 0, half) == "no_consequence"
    assert outcome_of(rule, meeting(people), people - half - 1, 0, half + 1) != "no_consequence"


@pytest.mark.parametrize(
    ("rule", "inclusive", "beyond", "short_of"),
    [
        ("nq35_2012", False, "second_vote", "may_resign"),
        ("nq85_2014", True, "second_vote", "may_resign"),
        ("nq96_2023", True, "dismissal", "may_resign"),
        ("qd96_2023", True, "dismissal", "out_of_planning"),
        ("qd262_2014", False, "relief", "no_higher_post"),
    ],
)
@pytest.mark.parametrize("people", [9, 30, 300, 999])
def test_exactly_two_thirds_are_enough_where_the_rule_says_so(
    rule: str, inclusive: bool, beyond: str, short_of: str, people: int
) -> None:
    border = people * 2 // 3
    low = {n: outcome_of(rule, meeting(people), people - n, 0, n) for n in (border - 1, border, border + 1)}
    assert low == {border - 1: short_of, border: beyond if inclusive else short_of, border + 1: beyond}


def test_two_thirds_of_what_three_does_not_divide_are_not_rounded() -> None:
    # 66,67 % of 100 would be "67"; 66 of 100 is 66,00 %, and 2/3 lies between the two.
    assert outcome_of("nq96_2023", meeting(100), 34, 0, 66) == "may_resign"
    assert outcome_of("nq96_2023", meeting(100), 33, 0, 67) == "dismissal"
    # Both show as 66,67 %, and only one of them is two thirds.
    assert (hundredths_of(33_333, 50_000), hundredths_of(33_334, 50_000)) == (6667, 6667)
    assert outcome_of("nq96_2023", meeting(50_000), 16_667, 0, 33_333) == "may_resign"
    assert outcome_of("nq96_2023", meeting(50_000), 16_666, 0, 33_334) == "dismissal"


def test_a_vote_of_confidence_is_lost_above_half_alone() -> None:
    assert outcome_of("second_vote", meeting(40), 20, 20) == "stays"
    assert outcome_of("second_vote", meeting(40), 19, 21) == "dismissal"
    assert outcome_of("second_vote_of_members", meeting(50, 40), 19, 21) == "stays"
    assert outcome_of("second_vote_of_members", meeting(50, 40), 14, 26) == "dismissal"


def test_a_first_vote_that_leads_to_a_second_says_so() -> None:
    proposed = {(rule, outcome.id) for rule in CONFIDENCE for outcome in RULES[rule].outcomes if outcome.second_vote}
    assert proposed == {
        ("nq35_2012", "second_vote"),
        ("nq85_2014", "second_vote"),
        ("nq96_2023", "may_resign"),
        ("qd96_2023", "out_of_planning"),
    }


# ---- approval, nomination, election


def test_approval_counts_those_convened_and_leaves_exact_half_to_the_head() -> None:
    figures = Figures(convened=40, present=38, collected=38, valid=38)
    assert outcome_of("approve", figures, 21, 17) == "approved"
    assert outcome_of("approve", figures, 20, 18) == "half"
    assert outcome_of("approve", figures, 19, 19) == "not_approved"


def test_a_blank_line_counts_against_where_the_rule_says_so() -> None:
    against = rule_from_value(
        {
            "id": "refusal",
            "names": WORDS,
            "scales": ["approval"],
            "blank": "against",
            "denominator": "valid",
            "outcomes": [
                {
                    "id": "refused",
                    "words": WORDS,
                    "conditions": [{"levels": [2], "op": ">", "share": "1/2"}],
                },
                {"id": "open", "words": WORDS},
            ],
        }
    )
    assert outcome_of(against, meeting(10), 5, 4, blank=1) == "open"
    assert outcome_of(against, meeting(10), 4, 4, blank=2) == "refused"
    assert outcome_of(replace(against, blank="invalid"), meeting(10), 4, 4, blank=2) == "open"
    assert denominator_of(against, meeting(10), Line((4, 4), 2)) == 10
    assert denominator_of(replace(against, blank="invalid"), meeting(10), Line((4, 4), 2)) == 8


def test_one_with_more_than_half_is_nominated_alone() -> None:
    assert chosen("nominate", meeting(20), (11, 6, 3), 1) == ["nominated", "not_nominated", "not_nominated"]


def test_without_more_than_half_the_first_two_go_on() -> None:
    assert chosen("nominate", meeting(20), (10, 7, 3), 1) == ["goes_on", "goes_on", "not_nominated"]
    assert chosen("nominate", meeting(20), (9, 9, 2), 1) == ["goes_on", "goes_on", "not_nominated"]


def test_a_tie_over_the_second_place_is_left_to_the_meeting() -> None:
    assert chosen("nominate", meeting(20), (8, 6, 6), 1) == ["goes_on", "tie", "tie"]
    assert chosen("nominate", meeting(21), (7, 7, 7), 1) == ["tie", "tie", "tie"]


def test_half_of_those_convened_counts_even_when_few_voted() -> None:
    figures = Figures(convened=20, collected=12, valid=12)
    assert chosen("nominate", figures, (10, 2), 1) == ["goes_on", "goes_on"]
    assert chosen("nominate", figures, (11, 1), 1) == ["nominated", "not_nominated"]


def test_the_elected_have_more_than_half_of_those_convened_less_those_excused() -> None:
    figures = Figures(convened=50, excused=10, present=40, collected=40, valid=40)
    assert denominator_of(RULES["elect"], figures) == 40
    assert chosen("elect", figures, (30, 21, 20, 5), 3) == ["elected", "elected", "not_elected", "not_elected"]


def test_more_than_half_without_a_place_left_is_not_elected() -> None:
    assert chosen("elect", meeting(40), (30, 28, 25), 2) == ["elected", "elected", "no_place"]


def test_a_tie_over_the_last_place_elects_neither() -> None:
    assert chosen("elect", meeting(40), (30, 25, 25, 9), 2) == ["elected", "tie", "tie", "not_elected"]
    assert chosen("elect", meeting(40), (25, 25, 9), 2) == ["elected", "elected", "not_elected"]
    # Who lacks the half is not tied for a place.
    assert chosen("elect", meeting(40), (30, 20, 20), 2) == ["elected", "not_elected", "not_elected"]


def test_each_group_of_candidates_is_concluded_alone() -> None:
    lines = [Line((15, 5)), Line((8, 12))]
    conclusion = conclude(RULES["elect"], meeting(20), lines, groups=["Board", "Audit"], choose=[1, 1])
    assert [[each.id if each else None for each in line] for line in conclusion.outcomes] == [
        ["elected", "not_elected"],
        ["not_elected", "elected"],
    ]


def test_each_group_has_as_many_places_as_it_may_choose() -> None:
    lines = [Line((18, 15, 12)), Line((18, 15, 12))]
    conclusion = conclude(RULES["elect"], meeting(20), lines, groups=["Board", "Audit"], choose=[2, 1])
    assert [[each.id if each else None for each in line] for line in conclusion.outcomes] == [
        ["elected", "elected", "no_place"],
        ["elected", "no_place", "no_place"],
    ]


# ---- motions


def test_abstentions_and_blanks_are_no_votes_cast() -> None:
    figures = meeting(100)
    assert outcome_of("motion_majority", figures, 11, 10, 60, blank=19) == "carried"
    assert outcome_of("motion_majority", figures, 10, 10, 80) == "lost"
    assert denominator_of(RULES["motion_majority"], figures, Line((11, 10, 60), 19)) == 21
    assert outcome_of("motion_two_thirds", figures, 20, 10, 70) == "carried"
    assert outcome_of("motion_two_thirds", figures, 19, 10, 71) == "lost"


def test_no_votes_at_all_carry_nothing() -> None:
    assert outcome_of("motion_two_thirds", meeting(5), 0, 0, 5) == "lost"
    assert outcome_of("nq96_2023", meeting(0), 0, 0, 0) == "no_consequence"


def test_a_works_council_decides_by_more_than_half_of_those_present() -> None:
    figures = Figures(members=15, present=9, collected=9, valid=9)
    assert outcome_of("works_council", figures, 5, 4, 0) == "carried"
    assert outcome_of("works_council", figures, 4, 0, 5) == "lost"
    even = replace(figures, present=8, collected=8, valid=8)
    assert outcome_of("works_council", even, 4, 4, 0) == "lost"


def test_without_a_quorum_nothing_follows() -> None:
    figures = Figures(members=15, present=9, collected=7, valid=7)
    conclusion = conclude(RULES["works_council"], figures, [Line((7, 0, 0))])
    assert (conclusion.quorum, conclusion.outcomes) == (False, ((None,),))
    assert Warning("quorum_missed", (1,), {"collected": 7, "members": 15}) in conclusion.warnings
    assert conclude(RULES["works_council"], replace(figures, members=14), [Line((7, 0, 0))]).quorum is True


def test_a_quorum_of_two_thirds_includes_two_thirds() -> None:
    line = Line((10, 0, 10))
    for convened, reached in ((30, True), (31, False)):
        figures = Figures(convened=convened, present=20, collected=20, valid=20)
        assert conclude(RULES["qd96_2023"], figures, [line]).quorum is reached
    strict = replace(RULES["qd96_2023"], quorum=Quorum("present", "convened", ">", (2, 3)))
    assert conclude(strict, Figures(convened=30, present=20, collected=20), [line]).quorum is False


# ---- yearly classification


def test_the_three_majorities_differ_on_the_same_votes() -> None:
    votes = (9, 8, 3, 1)
    assert outcome_of("absolute_majority", meeting(21), *votes) == "no_majority"
    assert outcome_of("plurality", meeting(21), *votes) == "excellent"
    assert outcome_of("cumulative_from_top", meeting(21), *votes) == "good"


def test_a_plurality_that_is_tied_concludes_nothing() -> None:
    assert outcome_of("plurality", meeting(20), 8, 8, 4, 0) == "tie"
    assert outcome_of("plurality", meeting(20), 4, 4, 8, 4) == "completed"


def test_a_majority_in_the_classification_is_strict() -> None:
    assert outcome_of("absolute_majority", meeting(20), 0, 10, 10, 0) == "no_majority"
    assert outcome_of("absolute_majority", meeting(20), 0, 11, 9, 0) == "good"
    assert outcome_of("cumulative_from_top", meeting(20), 5, 5, 0, 10) == "not_completed"
    assert outcome_of("cumulative_from_top", meeting(20), 5, 6, 0, 9) == "good"
    # Ballots that are invalid on the line are collected all the same.
    assert outcome_of("cumulative_from_top", meeting(20), 4, 3, 2, 1, invalid=10) == "no_majority"


def classified(excellent: int, good: int, completed: int = 0) -> list[Line]:
    return [Line((9, 1, 0, 0))] * excellent + [Line((1, 9, 0, 0))] * good + [Line((1, 0, 9, 0))] * completed


def test_at_most_a_fifth_of_those_rated_good_may_be_excellent() -> None:
    rule = RULES["absolute_majority"]
    assert exceeded(rule, classified(2, 10)) == []
    assert exceeded(rule, classified(2, 9)) == [
        Warning("cap_exceeded", (1, 2), {"reached": 2, "allowed": 1, "base": 9})
    ]
    assert exceeded(rule, classified(1, 4, 20)) == [
        Warning("cap_exceeded", (1,), {"reached": 1, "allowed": 0, "base": 4})
    ]


def test_the_base_of_the_cap_may_include_the_excellent() -> None:
    better = replace(RULES["absolute_majority"], cap=Cap(1, (1, 5), "good_or_better"))
    assert exceeded(better, classified(1, 4)) == []
    assert exceeded(better, classified(2, 7)) == [
        Warning("cap_exceeded", (1, 2), {"reached": 2, "allowed": 1, "base": 9})
    ]


def test_the_cap_is_counted_in_each_group_and_changes_no_outcome() -> None:
    rule, lines = RULES["absolute_majority"], [*classified(1, 5), *classified(1, 1)]
    groups = ["A"] * 6 + ["B"] * 2
    assert [warning.lines for warning in exceeded(rule, lines, groups)] == [(7,)]
    assert exceeded(rule, classified(1, 5) + classified(0, 5)) == []
    conclusion = conclude(rule, meeting(10), lines, groups=groups)
    assert [each.id if each else None for (each,) in conclusion.outcomes][6:] == ["excellent", "good"]


# ---- validity and blanks


def test_valid_is_of_the_line_or_of_the_ballot() -> None:
    figures = Figures(collected=481, valid=480)
    line = Line((400, 50, 28), 0, 2)
    rule = replace(RULES["nq96_2023"], denominator="valid")
    assert denominator_of(rule, figures, line) == 478
    assert denominator_of(replace(rule, validity="ballot"), figures, line) == 480
    assert denominator_of(rule, figures) == 480
    assert denominator_of(replace(rule, denominator="collected"), figures, line) == 481


def test_where_people_are_chosen_votes_are_not_ballots() -> None:
    rule = replace(RULES["elect"], denominator="votes_cast")
    line = Line((20, 18, 15), 3, 2)
    assert denominator_of(rule, Figures(collected=30, valid=29), line, choose=2) == 24
    assert denominator_of(rule, Figures(collected=30), line, choose=2) == 25
    assert denominator_of(rule, Figures(), line, choose=2) is None


# ---- counting alone


def test_counting_alone_concludes_nothing_and_warns_of_nothing() -> None:
    conclusion = conclude(RULES["count_only"], meeting(9), [Line((5, 4, 0)), Line((4, 4, 1))])
    assert conclusion == Conclusion(None, ((None,), (None,)), ())


# ---- unanimity


def test_a_line_on_which_all_said_the_same_is_warned_of_at_any_size() -> None:
    for people in (1, 3, 500):
        lines = [Line((people, 0, 0)), Line((people - 1, 1, 0)), Line((0, 0, people))]
        told = [warning for warning in conclude(RULES["nq96_2023"], meeting(people), lines).warnings]
        assert [(each.kind, each.lines) for each in told] == [("unanimous", (1, 2, 3) if people == 1 else (1, 3))]


def test_a_line_that_nobody_answered_is_not_unanimous() -> None:
    assert kinds(conclude(RULES["count_only"], meeting(4), [Line((0, 0, 0), 4)])) == []


def test_a_candidate_on_every_ballot_is_warned_of() -> None:
    rule = RULES["count_only"]
    assert kinds(conclude(rule, meeting(10), [Line((10, 6, 4))], choose=[2])) == [("unanimous", (1,))]
    assert kinds(conclude(rule, meeting(10), [Line((8, 6), 2)], choose=[2])) == [("unanimous", (1,))]
    assert kinds(conclude(rule, meeting(10), [Line((9, 6, 4))], choose=[2])) == []
