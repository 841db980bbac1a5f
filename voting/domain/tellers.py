"""Tellers: the counting team of a session, and how many of them it takes to count (docs/adr/0008)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from voting.domain.sheets import Sheet, tidy
from voting.errors import MalformedForm, MalformedSheet

MOST_TELLERS: Final = 9
ROLES: Final = ("head", "secretary", "member")


@dataclass(frozen=True)
class Teller:
    """A member of the counting team. The place in the list, from 1, is the index in the key ceremony."""

    name: str
    role: str = "member"


def smallest_majority(size: int) -> int:
    """Give the smallest number that is more than half of `size`: the threshold that is proposed."""
    return size // 2 + 1


def check_tellers(tellers: Sequence[Teller], threshold: int, sheet: Sheet) -> tuple[tuple[Teller, ...], int]:
    """Give tidied tellers and the threshold; 0 stands for the smallest majority. No tellers: quick mode, threshold 0.

    Raises MalformedForm for the field `tellers` or `threshold`.
    """
    if not tellers:
        return (), 0
    if len(tellers) > MOST_TELLERS:
        raise MalformedForm(f"At most {MOST_TELLERS} tellers can hold the key.", "tellers")
    tidied = tuple(_tidied(teller) for teller in tellers)
    names = [teller.name.casefold() for teller in tidied]
    if len(set(names)) < len(names):
        raise MalformedForm("Two tellers have the same name.", "tellers")
    if sum(teller.role == "head" for teller in tidied) > 1:
        raise MalformedForm("There can be only one head teller.", "tellers")
    listed = {person.name.casefold() for person in sheet.people}
    if listed & set(names):
        raise MalformedForm("A teller may not stand on the sheet.", "tellers")
    threshold = threshold or smallest_majority(len(tidied))
    if not 1 <= threshold <= len(tidied):
        raise MalformedForm("The number of tellers needed must be between 1 and their number.", "threshold")
    return tidied, threshold


def _tidied(teller: Teller) -> Teller:
    try:
        name = tidy(teller.name)
    except MalformedSheet as refusal:
        raise MalformedForm(f"tellers: {refusal}.", "tellers") from None
    if not name:
        raise MalformedForm("The name of a teller is missing.", "tellers")
    if teller.role not in ROLES:
        raise MalformedForm("There is no such role.", "tellers")
    return Teller(name, teller.role)
