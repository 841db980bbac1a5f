"""The worker in a real browser, under the headers of the service."""

import pytest

from tests.browser.measure_encryption import election_of, measure
from voting.protocol.ballots import open_ballot
from voting.protocol.election import parse_election


@pytest.mark.browser
def test_the_worker_encrypts_in_chromium_under_the_content_policy() -> None:
    raw = election_of(people=20, levels=3)
    figures = measure(raw, ballots=3)
    election = parse_election(raw)
    for ballot, progress in zip(figures.json, figures.progress, strict=True):
        open_ballot(ballot.encode(), election)
        assert progress == 20
    alphas = [part[:64] for ballot in figures.json for part in ballot.split('"alpha":"')[1:]]
    assert len(set(alphas)) == len(alphas) == 3 * 60
    print(
        f"prepared in {figures.prepared:.0f} ms, ballots in {', '.join(f'{took:.0f}' for took in figures.ballots)} ms, "
        f"worker {figures.worker_gzipped} bytes gzipped"
    )
