from hypothesis import given
from hypothesis import strategies as st

from voting.domain.results import hundredths_of


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
