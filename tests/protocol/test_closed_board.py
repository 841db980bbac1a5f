"""What a teller's device demands of a board before it decrypts anything."""

import pytest
import whole_session
from whole_session import WholeSession, make_session, write

from voting.errors import BadProof, MalformedArchive, TallyMismatch, WrongState
from voting.protocol import ceremony, group, tally
from voting.protocol.board import Chain, Record
from voting.protocol.ceremony import TellerKeys, draw_seed
from voting.protocol.closed_board import closed_board
from voting.protocol.election import Question
from voting.protocol.pedersen import Pedersen


@pytest.fixture(scope="module")
def held() -> whole_session.Ceremony:
    return whole_session.hold_ceremony(2, 3)


@pytest.fixture(scope="module")
def session(held: whole_session.Ceremony) -> WholeSession:
    """A session whose tellers are those of `held`, counted by the server and the tellers 1 and 2."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whole_session, "make_tellers", lambda threshold, size: (held.pedersen, held.shares))
        return make_session(
            (Question("Ông A", ("cao", "thấp"), 1, 1),), [[[1, 0]], [[0, 1]]], tellers=(2, 3), decrypting=(1, 2, 3)
        )


def seen_by(held: whole_session.Ceremony, session: WholeSession, records: tuple[Record, ...], index: int = 2):
    return closed_board(write(records), session.election.uuid, held.keys[index - 1], processes=1)


@pytest.mark.parametrize("index", [1, 2, 3])
def test_each_teller_finds_the_own_key_and_decrypts_what_the_board_says(held, session, index: int) -> None:
    closed = session.until("EncryptedTally")
    board = seen_by(held, session, closed, index)
    assert (board.ballots, board.height, board.head) == (2, len(closed) - 1, Chain(closed).head)
    assert board.tellers.index == index
    assert board.tellers.fingerprint == ceremony.fingerprint(session.election.uuid, held.pedersen)
    partial = board.decrypt(held.shares[index - 1])
    tally.check_partial_decryption(partial, session.election, board.tally, session.trustees.keys[index])


@pytest.mark.fault("P2")
@pytest.mark.parametrize("end", ["Setup", "Ballot"])
def test_nothing_is_decrypted_before_the_end_of_the_ballots(held, session, end: str) -> None:
    with pytest.raises(WrongState, match="not closed"):
        seen_by(held, session, session.until(end))
    print(f"P2: a board that ends with {end}: 0 decryptions")


@pytest.mark.parametrize("end", ["PartialDecryption", "Result"])
def test_a_counted_board_is_not_decrypted_again(held, session, end: str) -> None:
    with pytest.raises(WrongState, match="counted already"):
        seen_by(held, session, session.until(end))


def test_a_board_without_its_tally_is_not_enough(held, session) -> None:
    with pytest.raises(TallyMismatch, match="tally"):
        seen_by(held, session, session.until("EndBallots"))


@pytest.mark.fault("P2")
def test_only_the_sum_of_all_ballots_is_decrypted(held, session) -> None:
    *board, end, _ = session.until("EncryptedTally")
    single = [record.documents[0] for record in board if record.type == "Ballot"][:1]
    opened = [whole_session.ballots.open_ballot(raw, session.election) for raw in single]
    part = tally.encrypt_tally(session.election, opened)
    for size in (1, 2):
        documents = (part.to_bytes(), tally.sized_tally(part, size))
        with pytest.raises(TallyMismatch, match="tally"):
            seen_by(held, session, (*board, end, Record("EncryptedTally", documents, len(board) + 1)))
    print("P2: the tally of one of two ballots: 0 of 2 decrypted")


def test_a_bad_ballot_stops_the_teller(held, session) -> None:
    records = list(session.until("EncryptedTally"))
    first = next(record for record in records if record.type == "Ballot")
    records[first.height] = Record("Ballot", (first.documents[0].replace(b'"answers"', b'"Answers"'),), first.height)
    with pytest.raises(TallyMismatch, match="ballot-format"):
        seen_by(held, session, tuple(records))


def test_another_session_or_another_teller_is_refused(held, session) -> None:
    closed = write(session.until("EncryptedTally"))
    with pytest.raises(BadProof, match="another session"):
        closed_board(closed, "cyuzb8XAcr1FSj", held.keys[0], processes=1)
    with pytest.raises(BadProof, match="not among the tellers' keys"):
        closed_board(closed, session.election.uuid, TellerKeys.of(draw_seed()), processes=1)
    with pytest.raises(MalformedArchive):
        closed_board(closed[:-512], session.election.uuid, held.keys[0], processes=1)


def test_a_share_that_the_board_does_not_know_decrypts_nothing(held, session) -> None:
    board = seen_by(held, session, session.until("EncryptedTally"))
    for share in (held.shares[0], group.random_scalar()):
        with pytest.raises(BadProof, match="share"):
            board.decrypt(share)


def test_a_session_without_tellers_has_nothing_for_a_teller(held, small_session) -> None:
    with pytest.raises(BadProof, match="not among"):
        closed_board(
            write(small_session.until("EncryptedTally")), small_session.election.uuid, held.keys[0], processes=1
        )
    assert not any(isinstance(entry, Pedersen) for entry in small_session.trustees.entries)
