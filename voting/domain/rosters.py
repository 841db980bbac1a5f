"""The roster: who may claim a code with a personal link, and who has. Which code anybody got, nothing here tells."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from voting.domain.house import House
from voting.domain.links import draw_link, hash_of, in_groups
from voting.domain.sessions import MOST_CODES, State
from voting.domain.sheets import tidy
from voting.errors import MalformedSheet

LISTED: Final = frozenset({State.DRAFT, State.READY, State.OPEN})
"""The states in which people can be added, removed and given links."""


@dataclass(frozen=True)
class Attendee:
    """Somebody on the roster. `note` is the chair's own: an address to send the link to, or a unit; never checked.

    `id`: the number within the session, 0 = not yet on the roster.
    """

    name: str
    note: str = ""
    id: int = 0
    linked: bool = False
    claimed: bool = False


@dataclass(frozen=True)
class Roster:
    """All attendees in the order in which they were added. `last`: the highest number that was ever given."""

    attendees: tuple[Attendee, ...]
    last: int = 0

    @property
    def claimed(self) -> int:
        """How many have claimed."""
        return sum(attendee.claimed for attendee in self.attendees)

    @property
    def unlinked(self) -> tuple[Attendee, ...]:
        """Who has not claimed and has no link."""
        return tuple(attendee for attendee in self.unclaimed if not attendee.linked)

    @property
    def unclaimed(self) -> tuple[Attendee, ...]:
        """Who has not claimed."""
        return tuple(attendee for attendee in self.attendees if not attendee.claimed)


@dataclass(frozen=True)
class PersonalLink:
    """The link of an attendee, for the one page that shows it."""

    attendee: Attendee
    link: str = field(repr=False)


def roster_of(house: House, uuid: str) -> Roster:
    """Read the roster. Raises UnknownSession."""
    record = house.store.roster(uuid)
    return Roster(
        tuple(
            Attendee(**json.loads(text), id=number, linked=number in record.linked, claimed=number in record.claimed)
            for number, text in record.people.items()
        ),
        record.last,
    )


def add_attendees(house: House, uuid: str, people: Sequence[Attendee]) -> int:
    """Add people at the end, all or none; gives how many.

    Raises MalformedSheet naming the bad ones, numbered from 1 as they are given: without a name, twice, or on the
    roster already. Raises WrongState from the close on, ChangedMeanwhile when somebody else added people.
    """
    roster = roster_of(house, uuid)
    checked = _checked(people, roster)
    texts = [json.dumps({"name": one.name, "note": one.note}, ensure_ascii=False) for one in checked]
    house.store.add_attendees(uuid, texts, last=roster.last)
    return len(texts)


def _checked(people: Sequence[Attendee], roster: Roster) -> list[Attendee]:
    checked: list[Attendee] = []
    faults: list[tuple[int, str]] = []
    seen: dict[tuple[str, str], int] = {_sameness(attendee): 0 for attendee in roster.attendees}
    for number, person in enumerate(people, 1):
        try:
            tidied = Attendee(tidy(person.name), tidy(person.note))
            if not tidied.name:
                raise MalformedSheet("the name is missing")
        except MalformedSheet as refusal:
            faults.append((number, str(refusal)))
            continue
        first = seen.setdefault(_sameness(tidied), number)
        if first != number:
            faults.append((number, f"the same as line {first}" if first else "on the roster already"))
        checked.append(tidied)
    if not people:
        faults.append((0, "nobody is on the sheet"))
    if len(roster.attendees) + len(people) > MOST_CODES:
        faults.append((0, f"more than {MOST_CODES} lines"))
    if faults:
        raise MalformedSheet("The roster cannot be used.", tuple(faults))
    return checked


def _sameness(attendee: Attendee) -> tuple[str, str]:
    return attendee.name.casefold(), attendee.note.casefold()


def remove_attendee(house: House, uuid: str, attendee: int) -> None:
    """Take somebody off the roster, whose link ends.

    Raises ClaimTaken for somebody who has claimed, UnknownClaim for nobody on it, WrongState from the close on.
    """
    house.store.remove_attendee(uuid, attendee)


def make_claim_links(house: House, uuid: str, attendees: Iterable[int]) -> tuple[PersonalLink, ...]:
    """Draw the links of attendees, as `XXXX-XXXX-XXXX`; they are returned and kept nowhere. Earlier ones are worthless.

    None for who has claimed or is not on the roster. Raises WrongState from the close on.
    """
    drawn = {number: draw_link() for number in attendees}
    made = house.store.put_claim_links(uuid, {number: hash_of("claim", uuid, link) for number, link in drawn.items()})
    listed = (attendee for attendee in roster_of(house, uuid).attendees if attendee.id in made)
    return tuple(PersonalLink(attendee, in_groups(drawn[attendee.id])) for attendee in listed)
