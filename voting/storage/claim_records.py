"""What the store keeps of claims: the roster, links as hashes, and what redeemed passes got. Nothing leads from one
attendee to one code (docs/adr/0011).
"""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from voting.domain.ports import RosterRecord
from voting.domain.sessions import State
from voting.errors import BoardDamaged, Closed, NotOpenYet, WrongState
from voting.storage import keys
from voting.storage.acts import Acts
from voting.storage.session_records import read_state

_BEFORE: Final = (State.DRAFT, State.READY)


class ClaimRecords(Acts):
    """The part of `voting.domain.ports.Store` that is about claims."""

    def roster(self, uuid: str) -> RosterRecord:
        """Read who is on the roster and who has claimed, at one moment. Raises UnknownSession, BoardDamaged."""
        _, state, flat = self._act("roster", uuid, [keys.session(uuid), keys.roster(uuid)], repeatable=True)
        people: dict[int, str] = {}
        linked: set[int] = set()
        claimed: set[int] = set()
        last = 0
        for name, value in zip(flat[::2], flat[1::2], strict=True):
            kind, _, number = name.decode(errors="backslashreplace").partition(":")
            if kind == "last":
                last = _number(value.decode(errors="backslashreplace"))
            elif kind == "person":
                people[_number(number)] = value.decode(errors="backslashreplace")
            elif value:
                (linked if kind == "link" else claimed).add(_number(number))
        return RosterRecord(
            read_state(state), last, dict(sorted(people.items())), frozenset(linked), frozenset(claimed)
        )

    def add_attendees(self, uuid: str, people: Sequence[str], *, last: int) -> int:
        """Add people, each as JSON, after the attendee `last`, the last one when it was read; gives the new last one.

        Raises ChangedMeanwhile when another one is by now, WrongState from the close on.
        """
        _, now = self._act("roster_add", uuid, [keys.session(uuid), keys.roster(uuid)], str(last), *people)
        return int(now)

    def remove_attendee(self, uuid: str, attendee: int) -> None:
        """Take somebody off the roster who has not claimed. Raises ClaimTaken, UnknownClaim, WrongState."""
        self._act("roster_remove", uuid, _claiming_keys(uuid), str(attendee))

    def put_claim_links(self, uuid: str, links: Mapping[int, str]) -> frozenset[int]:
        """Keep the hashes of new links in place of earlier ones; gives whose: of nobody who has claimed or is gone.

        Raises WrongState from the close on.
        """
        pairs = (text for attendee, link in links.items() for text in (str(attendee), link))
        _, made = self._act("claim_links", uuid, _claiming_keys(uuid), *pairs)
        return frozenset(map(int, made))

    def claim_pass(self, uuid: str, link: str, blinded: str) -> bool:
        """Note that the attendee of a link has claimed, both as hashes; False when it was this very claim before.

        Raises UnknownClaim, ClaimTaken when it was another one, NotOpenYet, Closed.
        """
        try:
            word, *_ = self._act("claim_pass", uuid, _claiming_keys(uuid), link, blinded, repeatable=True)
        except WrongState as refusal:
            if refusal.state == State.DRAFT:
                raise NotOpenYet("The session is not ready yet.", refusal.state) from None
            raise Closed("The vote is closed: no code is given out any more.", refusal.state) from None
        return bool(word == "ok")

    def redeem(self, uuid: str, token: str) -> tuple[bytes, bool]:
        """Give the box of a redeemed token, by its hash, a random one of the pool the first time; and whether it is.

        Raises PoolEmpty, NotOpenYet, Closed.
        """
        touched = [keys.session(uuid), keys.pool(uuid), keys.passes(uuid), keys.handing(uuid)]
        try:
            word, box = self._act("redeem", uuid, touched, token, repeatable=True)
        except WrongState as refusal:
            if refusal.state in _BEFORE:
                raise NotOpenYet("Codes are given out once the vote is open.", refusal.state) from None
            raise Closed("The vote is closed: no code is given out any more.", refusal.state) from None
        return box, bool(word == "ok")

    def pass_box(self, uuid: str) -> bytes:
        """Give the sealed pass key of the session. Raises WrongState when it has none, or not any more."""
        client = self.connection.client
        box = self.connection.ask(lambda: client.hget(keys.boxes(uuid), "pass"))
        if box is None:
            raise WrongState("This session has no pass key, or not any more.")
        return cast(bytes, box)


def _claiming_keys(uuid: str) -> list[str]:
    return [keys.session(uuid), keys.roster(uuid), keys.claim_links(uuid)]


def _number(text: str) -> int:
    """Read the number of an attendee. Raises BoardDamaged."""
    if not (text.isascii() and text.isdigit()):
        raise BoardDamaged("The stored roster cannot be read.")
    return int(text)
