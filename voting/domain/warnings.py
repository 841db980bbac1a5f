"""Warnings before the opening: what is allowed, and yet rarely meant. They are shown to the chair and never block.

Names are compared as the eye compares them: two that differ in case, diacritics, spaces, hyphens or letters of another
alphabet that look the same are alike. That may be one person entered twice, or two whom voters will mix up.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from voting.domain.attendance import Attendance
from voting.domain.sessions import Session
from voting.domain.sheets import Person

FEW: Final = 5
"""Below this number of codes a unanimous result tells how each one voted (RULES, "Small rolls")."""

_CONFIDENCE: Final = frozenset({"confidence", "vote_of_confidence"})

_NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "members": ("members",),
    "convened": ("convened",),
    "convened_less_excused": ("convened", "excused"),
    "present": ("present",),
}
"""The figures of the attendance that a denominator is made of; those of the vote itself come by themselves."""

# Letters of other alphabets that look like Latin ones, capital and small told apart, and what Unicode does not divide.
_LOOK_ALIKES: Final = str.maketrans(
    "АВЕЅКМНОРСТУХІЈԌаеѕокрсухіјһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧανορυχιĐđÐðƉɖØøŁłıɑɡ",
    "ABESKMHOPCTYXIJGaesokpcyxijhdqwABEZHIKMNOPTYXavopuxiDdDdDdOoLliag",
)


@dataclass(frozen=True)
class SessionWarning:
    """One warning. `lines` of the sheet that it is about, from 1. `kind`, one of

    `few_codes`; `quick_confidence`; `teller_on_sheet`: a line is named like a teller; `alike`: these lines are named
    alike; `near`: these have the same position and names that differ in one letter; `members_missing` and likewise
    `convened_`, `present_`, `excused_`: the rule needs a figure that is not entered; `more_codes_than_members`,
    `…_convened`, `…_present`.
    """

    kind: str
    lines: tuple[int, ...] = ()


def warnings_of(session: Session, attendance: Attendance) -> tuple[SessionWarning, ...]:
    """List what the chair should look at once more before the vote is opened."""
    found = [*_of_secrecy(session), *_of_names(session), *_of_figures(session, attendance)]
    return tuple(found)


def _of_secrecy(session: Session) -> Iterator[SessionWarning]:
    if session.codes < FEW:
        yield SessionWarning("few_codes")
    if session.sheet.scale in _CONFIDENCE and not session.tellers:
        yield SessionWarning("quick_confidence")


def _of_figures(session: Session, attendance: Attendance) -> Iterator[SessionWarning]:
    rule = session.rule
    figures = (rule.denominator, rule.quorum.figure, rule.quorum.of) if rule.quorum else (rule.denominator,)
    # Without outcomes nothing follows from a percentage, but it is printed all the same.
    needed = dict.fromkeys(name for figure in figures for name in _NEEDED.get(figure, ()))
    yield from (SessionWarning(f"{name}_missing") for name in needed if getattr(attendance, name) is None)
    for name in ("members", "convened", "present"):
        people = getattr(attendance, name)
        if people is not None and session.codes > people:
            yield SessionWarning(f"more_codes_than_{name}")
            break  # the others are smaller still


def _of_names(session: Session) -> Iterator[SessionWarning]:
    people = session.sheet.people
    tellers = {look_of(teller.name) for teller in session.tellers}
    yield from (SessionWarning("teller_on_sheet", (n,)) for n, p in enumerate(people, 1) if look_of(p.name) in tellers)
    alike: dict[str, list[int]] = {}
    for number, person in enumerate(people, 1):
        alike.setdefault(look_of(person.name), []).append(number)
    yield from (SessionWarning("alike", tuple(lines)) for lines in alike.values() if len(lines) > 1)
    yield from (SessionWarning("near", lines) for lines in _near(people))


def _near(people: tuple[Person, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the lines whose names differ in one letter, those together that hang together, for each position."""
    posts: dict[str, dict[str, int]] = {}
    for number, person in enumerate(people, 1):
        if person.position:
            posts.setdefault(look_of(person.position), {}).setdefault(look_of(person.name), number)
    for lines in posts.values():
        left = list(lines)
        while left:
            together = [left.pop(0)]
            for name in together:
                together += (near := [other for other in left if _differ_in_one(name, other)])
                left = [other for other in left if other not in near]
            if len(together) > 1:
                yield tuple(sorted(lines[name] for name in together))


def look_of(text: str) -> str:
    """Give what the eye sees of a text: no case, no diacritics, no spaces or hyphens, one alphabet."""
    letters = unicodedata.normalize("NFKD", text).translate(_LOOK_ALIKES).casefold()
    # A small l and a capital I are one sign in many typefaces.
    return "".join(sign for sign in letters if sign.isalnum()).replace("i", "l")


def _differ_in_one(one: str, other: str) -> bool:
    """Tell whether one letter was left out, put in, exchanged, or changed places. Numbers differ on purpose."""
    if _without_digits(one) == _without_digits(other):
        return False
    short, long = sorted((one, other), key=len)
    same = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    rest, longer = short[same:], long[same:]
    if len(short) < len(long):
        return rest == longer[1:]
    return rest[1:] == longer[1:] or (rest[:2] == longer[1::-1] and rest[2:] == longer[2:])


def _without_digits(text: str) -> str:
    return "".join(sign for sign in text if not sign.isdigit())
