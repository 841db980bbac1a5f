"""The counting team of a simulated session: every teller a device of its own that talks to the server over HTTP."""

from collections.abc import Callable, Iterator, Sequence

from voting.commands.remote_session import Deviation
from voting.commands.teller_client import TellerDevice
from voting.domain.counting import count_session
from voting.domain.house import House
from voting.domain.links import make_link
from voting.errors import BadMessage, Refusal, TooFewDecryptions, WrongState
from voting.protocol import tally
from voting.protocol.archive import read_archive
from voting.protocol.ballots import recall_ballot
from voting.protocol.ceremony import TellerKeys, draw_seed, open_box
from voting.protocol.closed_board import closed_board, tellers_of_board
from voting.protocol.group import Scalar, random_scalar
from voting.protocol.taking_part import Done, Post, Wait

MOST_TURNS = 20
"""Four steps, a look at the end, and room for a server that lets one of them wait."""


class SimulatedTellers:
    """Tellers with the indices 1 to `size`; `chosen` are those who decrypt. Nobody in quick mode.

    They take turns, so one process plays them all.
    """

    def __init__(self, house: House, base: str, uuid: str, size: int, chosen: Sequence[int]) -> None:
        self._house = house
        self._uuid = uuid
        self._chosen = chosen
        self._fingerprint = ""
        self._seeds = [draw_seed() for _ in range(size)]
        self._devices = [TellerDevice(base, uuid, draw_seed(), seed) for seed in self._seeds]
        for index, device in enumerate(self._devices, 1):
            if device.claim(make_link(house, uuid, index)) != index:
                raise Deviation("a link belongs to another teller than it was made for")

    def close(self) -> None:
        """Let go of the connections."""
        for device in self._devices:
            device.close()

    def make_key(self) -> None:
        """Hold the ceremony. Raises Deviation unless all come to the same fingerprint."""
        fingerprints: dict[int, str] = {}
        for _ in range(MOST_TURNS):
            for index, device in enumerate(self._devices, 1):
                move = device.move(device.view())
                if isinstance(move, Done):
                    fingerprints[index] = move.fingerprint
                elif not isinstance(move, Post | Wait):
                    raise Deviation(f"the key ceremony ended for teller {index} with {move}")
            if len(fingerprints) == len(self._devices):
                break
        if len(fingerprints) < len(self._devices) or len(set(fingerprints.values())) > 1:
            raise Deviation("the tellers have not come to one fingerprint")
        self._fingerprint = fingerprints.get(1, "")

    def decrypt_early(self) -> Iterator[str]:
        """Try to decrypt the ballots so far, before the close; name it when that is not refused."""
        if not self._chosen:
            return
        index = self._chosen[0]
        device, keys = self._devices[index - 1], TellerKeys.of(self._seeds[index - 1])
        records = read_archive(device.archive()).records
        election = tellers_of_board(records, self._uuid, keys).election
        ballots = [recall_ballot(record.documents[0], election) for record in records if record.type == "Ballot"]
        sums = tally.encrypt_tally(election, ballots)
        partial = tally.partial_decryption(election, sums, self._share(index))
        yield from _not_refused(WrongState, lambda: device.send_decryption(partial), "a decryption before the close")

    def decrypt(self, processes: int) -> Iterator[str]:
        """Let the chosen verify the archive and decrypt; name what is not as it must be.

        The first of them also sends a bad decryption before and another one after. Before the last there is no count.
        """
        for index in self._chosen:
            if index == self._chosen[-1]:
                yield from _not_refused(TooFewDecryptions, self._count, "a count with too few tellers")
            yield from self._decrypt(index, processes)

    def _count(self) -> None:
        count_session(self._house, self._uuid)

    def _decrypt(self, index: int, processes: int) -> Iterator[str]:
        device, keys = self._devices[index - 1], TellerKeys.of(self._seeds[index - 1])
        board = closed_board(device.archive(), self._uuid, keys, processes=processes)
        if (board.tellers.index, board.tellers.fingerprint) != (index, self._fingerprint):
            yield "the tellers' key on the board is not the one of the ceremony"
        share = self._share(index)
        if index == self._chosen[0]:
            foreign = tally.partial_decryption(board.tellers.election, board.tally, random_scalar())
            yield from _not_refused(BadMessage, lambda: device.send_decryption(foreign), "a bad decryption")
        if device.send_decryption(board.decrypt(share)).repeated:
            yield "the first decryption of a teller was taken for a second one"
        if index == self._chosen[0] and index != self._chosen[-1]:
            if not device.send_decryption(board.decrypt(share)).repeated:
                yield "a second decryption of a teller was taken for the first"

    def _share(self, index: int) -> Scalar:
        view = self._devices[index - 1].view()
        if view.box is None:
            raise Deviation("the box with a teller's share is gone before the count")
        return open_box(view.round, index, TellerKeys.of(self._seeds[index - 1]), view.box)


def _not_refused(kind: type[Refusal], act: Callable[[], object], what: str) -> Iterator[str]:
    try:
        act()
    except kind:
        return
    except Refusal as refusal:
        yield f"{what} was refused as {type(refusal).__name__}"
    else:
        yield f"{what} was taken"
