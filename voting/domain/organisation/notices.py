"""Notices: the result of one person, made known by a personal link, with what that person answers to it.

The link is drawn here, shown once, and kept as SHA-256 alone. The person needs no account: who has the link is the
person. A petition (khiếu nại) is sent once and answered once, so that nobody's words change after they were read.
"""

import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from voting.domain.exchanges import holds_code
from voting.domain.house import House
from voting.domain.links import hash_of
from voting.domain.organisation.concluded import Concluded, PublishedVote, published_vote
from voting.domain.organisation.register import commit, text_of
from voting.domain.ports import Change
from voting.domain.sheets import tidy
from voting.errors import (
    ChangedMeanwhile,
    MalformedRegister,
    MalformedSheet,
    NotCompetent,
    NotFound,
    UnknownNotice,
)
from voting.protocol.codes import BASE58

DAYS: Final = (7, 30, 90, 365)
"""For so long a link can be made."""

LONGEST_TEXT: Final = 2000
LINK_LENGTH: Final = 24
"""Characters of Base58: 140 bits. No device is bound to it, so it must not be guessed in all its time."""

_DAY: Final = 24 * 60 * 60
_GROUP: Final = 4
_TRIES: Final = 5
_LINK: Final = re.compile(f"[{BASE58}]{{{LINK_LENGTH}}}", re.ASCII)
_LINK_IN_TEXT: Final = re.compile(
    f"(?<![A-Za-z0-9])(?:[{BASE58}]{{{_GROUP}}}-?){{{LINK_LENGTH // _GROUP}}}(?![A-Za-z0-9])", re.ASCII
)


@dataclass(frozen=True)
class Notice:
    """What was made known to one person of one published session. Times are seconds since 1970, 0 = not.

    `link`: SHA-256 of the secret in the link, empty when it was revoked; `expires_at`: when it ends by itself.
    `made_at`: when the first link was made; a renewal changes the link alone.
    `petition`: what the person asks to be looked at again (khiếu nại); `answer`: what the chair replied.
    """

    session: str
    title: str
    official: str = ""
    link: str = field(default="", repr=False)
    made_at: int = 0
    expires_at: int = 0
    acknowledged_at: int = 0
    petition: str = field(default="", repr=False)
    petitioned_at: int = 0
    answer: str = field(default="", repr=False)
    answered_by: str = ""
    answered_at: int = 0
    text: str = field(default="", repr=False, compare=False)

    @property
    def id(self) -> str:
        """Where it lies among the notices."""
        return notice_id(self.session, self.title)

    def is_open(self, now: int) -> bool:
        """Tell whether its link leads to the result."""
        return bool(self.link) and now < self.expires_at


def notice_id(session: str, title: str) -> str:
    """Name the place of the notice of one line of a session."""
    return f"{session}:{title}"


def notices_of(house: House) -> Mapping[str, Notice]:
    """Read all notices, by `notice_id`."""
    return {identifier: _read(text) for identifier, text in house.store.organisation("notices").texts.items()}


def notices_of_session(house: House, uuid: str) -> Mapping[str, Notice]:
    """Read the notices of one session, by the title of the line."""
    return {notice.title: notice for notice in notices_of(house).values() if notice.session == uuid}


# ---- acts of the chair


def make_notice(house: House, uuid: str, title: str, *, days: int, by: str) -> str:
    """Draw the link of one person, as `make_notices` does for several."""
    return make_notices(house, uuid, [title], days=days, by=by)[0]


def make_notices(house: House, uuid: str, titles: Iterable[str], *, days: int, by: str) -> list[str]:
    """Draw the personal links for lines of a published session, each as six groups; they are kept nowhere.

    Again: the earlier link ends; what the person has answered stays. Raises MalformedRegister for another number of
    `days` than one of DAYS, NotFound when there is no such line, NotPublished, UnknownSession, NotCompetent when the
    session belongs to no unit, ChangedMeanwhile.
    """
    if days not in DAYS:
        raise MalformedRegister("There is no such number of days.", "days")
    vote, wanted = published_vote(house, uuid), list(dict.fromkeys(titles))
    if not vote.session.unit_id:
        raise NotCompetent("This vote belongs to no unit.")
    lines = {line.title: line for line in vote.lines}
    if not lines.keys() >= set(wanted):
        raise NotFound("There is no such line on the sheet.")
    now = house.clock()
    drawn: list[str] = []
    changes: list[Change] = []
    renewed = False
    for title in wanted:
        before = _notice(house, uuid, title) or Notice(uuid, title)
        secret = "".join(secrets.choice(BASE58) for _ in range(LINK_LENGTH))
        after = replace(
            before,
            official=lines[title].official,
            link=_hash(secret),
            made_at=before.made_at or now,
            expires_at=now + days * _DAY,
        )
        renewed = renewed or bool(before.text)
        changes += [*_end_of_link(before), _change_to(after), Change("links", after.link, "", _text_of_link(after))]
        drawn.append(_in_groups(secret))
    if changes:
        act = "notice.renew" if renewed else "notice.make"
        commit(house, changes, by=by, act=act, unit=vote.session.unit_id, about=uuid)
    return drawn


def revoke_notice(house: House, uuid: str, title: str, *, by: str) -> None:
    """End the link of one person; again: no change. Raises UnknownNotice when none was made, ChangedMeanwhile."""
    before = _existing(house, uuid, title)
    if before.link:
        changes = [*_end_of_link(before), _change_to(replace(before, link=""))]
        commit(house, changes, by=by, act="notice.revoke", unit=_unit_of(house, uuid), about=uuid)


def answer_petition(house: House, uuid: str, title: str, text: str, *, by: str) -> None:
    """Answer the petition of one person, once.

    Raises MalformedRegister when there is nothing to answer, when it was answered, or for a text that cannot be kept;
    UnknownNotice, ChangedMeanwhile.
    """
    before = _existing(house, uuid, title)
    if not before.petition:
        raise MalformedRegister("There is no petition to answer.", "answer")
    if before.answer:
        raise MalformedRegister("The petition was answered already.", "answer")
    answer = _checked(text, "answer")
    after = replace(before, answer=answer, answered_by=by, answered_at=house.clock())
    commit(house, [_change_to(after)], by=by, act="notice.answer", unit=_unit_of(house, uuid), about=uuid)


# ---- acts of the person


def notice_for(house: House, secret: str) -> Notice:
    """Find the notice that a link leads to. Raises UnknownNotice for one that never was, was revoked, or is over."""
    notice, _ = _found(house, secret)
    return notice


def line_of(house: House, notice: Notice) -> tuple[PublishedVote, Concluded]:
    """Read what a notice makes known: the published vote, and the one line of it.

    Raises UnknownNotice when that was deleted.
    """
    try:
        vote = published_vote(house, notice.session)
    except NotFound:
        raise UnknownNotice("The result that this link led to was deleted.") from None
    line = next((line for line in vote.lines if line.title == notice.title), None)
    if line is None:
        raise UnknownNotice("This line is not on the sheet.")
    return vote, line


def acknowledge(house: House, secret: str) -> Notice:
    """Note that the person has read the result; again: the first time stays. Raises UnknownNotice."""
    return _act(
        house,
        secret,
        "notice.acknowledge",
        lambda notice: notice if notice.acknowledged_at else replace(notice, acknowledged_at=house.clock()),
    )


def enter_petition(house: House, secret: str, text: str) -> Notice:
    """Keep what the person asks to be looked at again; the same text again: no change, so that a form may come twice.

    Raises MalformedRegister for another text than the one that was sent before, or one that cannot be kept;
    UnknownNotice.
    """
    petition = _checked(text, "petition")

    def enter(notice: Notice) -> Notice:
        if notice.petition not in ("", petition):
            raise MalformedRegister("A petition was sent already, and cannot be changed.", "petition")
        return notice if notice.petition else replace(notice, petition=petition, petitioned_at=house.clock())

    # First: who is nobody is told that, and not what is wrong with the text.
    notice_for(house, secret)
    return _act(house, secret, "notice.petition", enter)


def _act(house: House, secret: str, act: str, change: Callable[[Notice], Notice]) -> Notice:
    """Carry out an act of the person on the notice as it is now, read anew when somebody changed it in between."""
    for left in reversed(range(_TRIES)):
        before, unit = _found(house, secret)
        after = change(before)
        if after == before:
            return before
        done = _change_to(after)
        try:
            commit(house, [done], by="", act=act, unit=unit, about=before.session)
        except ChangedMeanwhile:
            if not left:
                raise
        else:
            return replace(after, text=done.after)
    raise AssertionError  # pragma: no cover  the last try returns or raises


def _found(house: House, secret: str) -> tuple[Notice, str]:
    """Give the notice of a link, and the unit that it belongs to."""
    typed = "".join(secret.split()).replace("-", "")
    text = house.store.organisation_record("links", _hash(typed)) if _LINK.fullmatch(typed) else ""
    found = house.store.organisation_record("notices", json.loads(text)["notice"]) if text else ""
    notice = _read(found) if found else None
    if notice is None or notice.link != _hash(typed) or not notice.is_open(house.clock()):
        raise UnknownNotice("This link leads to no result.")
    try:
        return notice, _unit_of(house, notice.session)
    except NotFound:
        raise UnknownNotice("The result that this link led to was deleted.") from None


# ---- records and texts


def _checked(text: str, field: str) -> str:
    """Tidy a text of several lines. Raises MalformedRegister naming its field."""
    try:
        lines = [tidy(line, LONGEST_TEXT) for line in text.splitlines()]
    except MalformedSheet as refusal:
        raise MalformedRegister(f"{refusal}", field) from None
    tidied = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if not tidied:
        raise MalformedRegister("The text is missing.", field)
    if len(tidied) > LONGEST_TEXT:
        raise MalformedRegister(f"a text is longer than {LONGEST_TEXT} characters", field)
    if holds_code(tidied) or _LINK_IN_TEXT.search(tidied):
        # Whoever reads the text could use it.
        raise MalformedRegister("A ballot code or a personal link must not stand here.", field)
    return tidied


def _in_groups(secret: str) -> str:
    return "-".join(secret[start : start + _GROUP] for start in range(0, LINK_LENGTH, _GROUP))


def _hash(secret: str) -> str:
    return hash_of("notice", "", secret)


def _unit_of(house: House, uuid: str) -> str:
    return house.store.session(uuid).unit_id


def _existing(house: House, uuid: str, title: str) -> Notice:
    notice = _notice(house, uuid, title)
    if notice is None:
        raise UnknownNotice("Nothing was made known to this person.")
    return notice


def _notice(house: House, uuid: str, title: str) -> Notice | None:
    text = house.store.organisation_record("notices", notice_id(uuid, title))
    return _read(text) if text else None


def _change_to(notice: Notice) -> Change:
    document = {name: value for name, value in asdict(notice).items() if name != "text"}
    return Change("notices", notice.id, notice.text, text_of(document))


def _end_of_link(notice: Notice) -> list[Change]:
    return [Change("links", notice.link, _text_of_link(notice), "")] if notice.link else []


def _text_of_link(notice: Notice) -> str:
    return text_of({"notice": notice.id})


def _read(text: str) -> Notice:
    value: dict[str, Any] = json.loads(text)
    return Notice(text=text, **value)
