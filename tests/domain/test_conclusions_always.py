"""What never matters to a conclusion, and what always holds of it."""

from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.concluding import chosen, meeting, outcome_of
from voting.domain.conclusions import conclude
from voting.domain.figures import Line
from voting.domain.rulebook import RULES

CONFIDENCE = ("nq35_2012", "nq85_2014", "nq96_2023", "qd96_2023", "qd262_2014")


votes_of_three = st.tuples(*[st.integers(0, 2000)] * 3)


@given(votes_of_three, st.integers(0, 300), st.sampled_from(CONFIDENCE))
def test_the_conclusion_is_that_of_exact_fractions_never_of_percentages(
    votes: tuple[int, int, int], absent: int, rule: str
) -> None:
    collected = sum(votes)
    figures = meeting(collected + absent, collected)
    whole = figures.members if RULES[rule].denominator == "members" else collected
    low = Fraction(votes[2], whole) if whole else Fraction(0)
    two_thirds = low > Fraction(2, 3) if rule in ("nq35_2012", "qd262_2014") else low >= Fraction(2, 3)
    expected = 0 if two_thirds else 1 if low > Fraction(1, 2) else 2
    assert outcome_of(rule, figures, *votes) == RULES[rule].outcomes[expected].id


@given(votes_of_three, st.integers(1, 500), st.sampled_from(CONFIDENCE))
def test_more_votes_of_low_confidence_never_make_it_better(votes: tuple[int, int, int], more: int, rule: str) -> None:
    order = [outcome.id for outcome in RULES[rule].outcomes]
    high, middle, low = votes
    moved = min(more, high)
    before = outcome_of(rule, meeting(sum(votes)), high, middle, low)
    after = outcome_of(rule, meeting(sum(votes)), high - moved, middle, low + moved)
    assert before is not None
    assert after is not None
    assert order.index(after) <= order.index(before)


@given(st.lists(st.integers(0, 40), min_size=2, max_size=8), st.integers(1, 3), st.randoms())
def test_the_order_of_candidates_does_not_matter(votes: list[int], choose: int, chance: Random) -> None:
    choose = min(choose, len(votes))
    order = list(range(len(votes)))
    chance.shuffle(order)
    for rule in ("elect", "nominate"):
        straight = chosen(rule, meeting(40), tuple(votes), choose)
        mixed = chosen(rule, meeting(40), tuple(votes[i] for i in order), choose)
        assert mixed == [straight[i] for i in order]


@given(st.lists(st.integers(0, 40), min_size=2, max_size=8), st.integers(1, 3))
def test_never_more_are_elected_than_there_are_places_and_never_one_with_fewer_votes(
    votes: list[int], choose: int
) -> None:
    choose = min(choose, len(votes))
    outcomes = chosen("elect", meeting(40), tuple(votes), choose)
    elected = [n for n, outcome in zip(votes, outcomes, strict=True) if outcome == "elected"]
    others = [n for n, outcome in zip(votes, outcomes, strict=True) if outcome != "elected"]
    assert len(elected) <= choose
    assert all(2 * n > 40 for n in elected)
    assert not elected or not others or min(elected) > max(others)


@given(st.lists(st.tuples(*[st.integers(0, 30)] * 4), min_size=1, max_size=8), st.randoms())
def test_the_order_of_lines_and_the_size_of_the_sheet_do_not_matter(
    lines: list[tuple[int, ...]], chance: Random
) -> None:
    order = list(range(len(lines)))
    chance.shuffle(order)
    for rule in ("absolute_majority", "plurality", "cumulative_from_top"):
        alone = [conclude(RULES[rule], meeting(120), [Line(votes)]).outcomes[0] for votes in lines]
        together = conclude(RULES[rule], meeting(120), [Line(lines[i]) for i in order])
        assert list(together.outcomes) == [alone[i] for i in order]


@given(st.tuples(*[st.integers(0, 30)] * 4))
def test_the_highest_level_with_half_from_the_top_is_never_below_the_level_with_half_alone(
    votes: tuple[int, ...],
) -> None:
    order = ["excellent", "good", "completed", "not_completed", "no_majority"]
    alone = outcome_of("absolute_majority", meeting(sum(votes)), *votes)
    from_top = outcome_of("cumulative_from_top", meeting(sum(votes)), *votes)
    assert order.index(from_top or "") <= order.index(alone or "")
