"""What cannot be known is not guessed: nothing follows from figures that are missing or do not agree."""

from dataclasses import replace

import pytest

from tests.domain.concluding import exceeded, outcome_of
from voting.domain.conclusions import Warning, conclude, denominator_of
from voting.domain.figures import Figures, Line, check_figures
from voting.domain.rulebook import RULES
from voting.errors import MalformedFigures


@pytest.mark.parametrize(
    ("rule", "missing"),
    [
        ("nq35_2012", ["members"]),
        ("nq96_2023", ["collected"]),
        ("qd96_2023", ["collected", "present", "convened"]),
        ("approve", ["convened"]),
        ("works_council", ["present", "collected", "members"]),
        ("motion_majority", []),
    ],
)
def test_a_missing_figure_is_named_and_nothing_concluded(rule: str, missing: list[str]) -> None:
    votes = (5, 4) if rule == "approve" else (5, 4, 0)
    conclusion = conclude(RULES[rule], Figures(), [Line(votes)])
    told = [warning for warning in conclusion.warnings if warning.kind == "figure_missing"]
    assert [list(warning.detail) for warning in told] == ([missing] if missing else [])
    assert (conclusion.outcomes == ((None,),)) == bool(missing)


def test_of_the_excused_it_is_said_which_figure_is_missing() -> None:
    conclusion = conclude(RULES["elect"], Figures(convened=20, collected=9, valid=9), [Line((5, 4))], choose=[1])
    assert conclusion.outcomes == ((None, None),)
    assert conclusion.warnings == (Warning("figure_missing", (1,), {"excused": 0}),)


def test_what_does_not_turn_on_the_missing_figure_is_concluded_all_the_same() -> None:
    assert outcome_of("plurality", Figures(), 1, 5, 2, 0) == "good"


def test_a_figure_smaller_than_the_ballots_concludes_nothing() -> None:
    figures = Figures(convened=20, present=12, collected=25, valid=25)
    conclusion = conclude(RULES["approve"], figures, [Line((20, 5))])
    assert conclusion.outcomes == ((None,),)
    assert Warning("figures_disagree", (1,), {"convened": 20, "collected": 25}) in conclusion.warnings
    assert denominator_of(RULES["approve"], figures) is None
    excused = Figures(convened=30, excused=10, present=20, collected=25, valid=25)
    assert conclude(RULES["elect"], excused, [Line((20, 5))], choose=[1]).outcomes == ((None, None),)


def test_while_a_quorum_cannot_be_known_nothing_follows() -> None:
    figures = Figures(convened=50, collected=47, valid=47)
    conclusion = conclude(RULES["qd96_2023"], figures, [Line((19, 3, 25))])
    assert (conclusion.quorum, conclusion.outcomes) == (None, ((None,),))
    assert conclusion.warnings == (Warning("figure_missing", (1,), {"present": 0}),)


def test_more_ballots_handed_out_than_people_present_hinder_no_conclusion() -> None:
    # A slip was replaced, or somebody left: that is for the reconciliation.
    figures = Figures(members=9, convened=9, present=7, issued=8, collected=7, valid=7)
    assert outcome_of("works_council", figures, 5, 2, 0) == "carried"


def test_a_cap_is_not_counted_while_an_outcome_is_unknown() -> None:
    first, *others = RULES["absolute_majority"].outcomes
    rule = replace(
        RULES["absolute_majority"],
        outcomes=(replace(first, conditions=RULES["plurality"].outcomes[0].conditions), *others),
    )
    lines = [Line((9, 1, 0, 0)), Line((1, 9, 0, 0))]
    assert [each[0] and each[0].id for each in conclude(rule, Figures(), lines).outcomes] == ["excellent", None]
    assert [warning.kind for warning in conclude(rule, Figures(), lines).warnings] == ["figure_missing"]
    assert exceeded(rule, lines) != []


@pytest.mark.parametrize(
    ("figures", "fault"),
    [
        (Figures(members=5, convened=6), ("members", "less than convened")),
        (Figures(convened=9, collected=10), ("convened", "less than collected")),
        (Figures(issued=4, collected=5), ("issued", "less than collected")),
        (Figures(collected=4, valid=5), ("collected", "less than valid")),
        (Figures(convened=4, excused=5), ("convened", "less than excused")),
        (Figures(convened=9, excused=3, present=7), ("convened_less_excused", "less than present")),
        (Figures(present=-1), ("present", "below zero")),
    ],
)
def test_figures_that_disagree_are_named(figures: Figures, fault: tuple[str, str]) -> None:
    with pytest.raises(MalformedFigures) as refusal:
        check_figures(figures)
    assert fault in refusal.value.faults


def test_figures_that_agree_are_given_back() -> None:
    figures = Figures(50, 48, 45, 3, 45, 45, 44)
    assert check_figures(figures) is figures
    assert check_figures(Figures()) == Figures()
