"""The tellers' links in a file: who opens one first is that teller, so they go nowhere else and never on a screen."""

from pathlib import Path

from voting.commands.private_file import new_private_file
from voting.domain.ceremony import ceremony_of
from voting.domain.house import House
from voting.domain.links import make_link
from voting.errors import MalformedForm


def write_links(house: House, uuid: str, file: Path, base: str | None, index: int | None) -> int:
    """Make links and write one line for each into a new file: name, address when `base` is known, short text.

    For the teller `index`, whose device is let go; without it for every teller whose link no device has opened.
    Gives the number of links. Raises MalformedForm, WrongState, UnknownSession.
    """
    session = house.store.session(uuid)
    if not session.tellers:
        raise MalformedForm("This session has no tellers: the server's key alone counts (quick mode).", "tellers")
    if index is not None and index > len(session.tellers):
        raise MalformedForm(f"There are {len(session.tellers)} tellers; --index goes from 1.", "index")
    places = ceremony_of(house, uuid).places
    chosen = [index] if index else [number for number, place in enumerate(places, 1) if not place.joined]
    if not chosen:
        raise MalformedForm("All tellers have opened their links. --index N makes a new one for one of them.", "index")
    with new_private_file(file, "links") as out:
        for number in chosen:
            link = make_link(house, uuid, number)
            address = [f"{base}/t/{uuid}#{link}"] if base else []
            out.write("  ".join([session.tellers[number - 1].name, *address, link]) + "\n")
    return len(chosen)
