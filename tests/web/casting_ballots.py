"""Cast real ballots from a test of the pages."""

from voting.domain.casting import cast
from voting.domain.elections import election_of
from voting.domain.house import House
from voting.protocol.ballots import make_ballot


def cast_ballot(house: House, uuid: str, code: str, *levels: int) -> None:
    """Cast a ballot with the level of each line, from 1, best first."""
    election = election_of(house, uuid)
    choices = [
        [int(level == place) for place in range(1, len(question.answers) + 1)]
        for level, question in zip(levels, election.questions, strict=True)
    ]
    cast(house, uuid, make_ballot(election, code, choices))
