"""How long the organisation keeps what it has, and who deletes it. What is due is proposed; a person deletes it."""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from voting.domain.house import House
from voting.domain.organisation.notices import Notice, notices_of
from voting.domain.organisation.register import commit, entries_before, note_act, text_of, trim_journal
from voting.domain.organisation.reviews import reviews_of
from voting.domain.organisation.roles import Act, Standing
from voting.domain.organisation.units import tree_of
from voting.domain.ports import Change
from voting.domain.retention import delete_session, is_deletable, reduce_session
from voting.domain.sessions import Session, State
from voting.errors import ChangedMeanwhile, MalformedRegister, NotCompetent, WrongState

DELETERS: Final = ("unit", "top")
"""Who deletes: the administrators of the unit, each in what the role reaches, or those of the unit at the top alone."""

MOST: Final = {"session_years": 100, "notice_days": 36_500, "journal_years": 100}
"""What can be chosen at most; 0 = for ever."""

_DAY: Final = 24 * 60 * 60
_YEAR: Final = 31_556_952
_PLACE: Final = "keeping"


@dataclass(frozen=True)
class Keeping:
    """How long things are kept, 0 = for ever. `text`: the record as it was read.

    `session_years`: sessions of units, after they were published; `notice_days`: petitions, answers and links of
    personal notices, after the last of them; `journal_years`: entries of the journal. `deleter`: one of DELETERS.
    """

    session_years: int = 0
    notice_days: int = 0
    journal_years: int = 0
    deleter: str = "unit"
    text: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True)
class Due:
    """What may be deleted by now. `entries` at the beginning of the journal; `last` of them as it lies there.

    `unread`: how many sessions cannot be read; neither they nor their notices are among what is due.
    """

    sessions: tuple[Session, ...]
    notices: tuple[Notice, ...]
    entries: int
    last: str = field(default="", repr=False)
    unread: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is due."""
        return not (self.sessions or self.notices or self.entries)


def keeping_of(house: House) -> Keeping:
    """Read the settings; as long as nobody has made any, all is kept for ever."""
    text = house.store.organisation_record("settings", _PLACE)
    value: dict[str, Any] = json.loads(text) if text else {}
    return Keeping(**value, text=text)


def change_keeping(house: House, before: Keeping, after: Keeping, *, by: str) -> Keeping:
    """Put settings in place of those that were read. Raises MalformedRegister naming the field, ChangedMeanwhile."""
    for name, most in MOST.items():
        if not 0 <= getattr(after, name) <= most:
            raise MalformedRegister(f"Enter a whole number between 0 and {most}.", name)
    if after.deleter not in DELETERS:
        raise MalformedRegister("Choose who deletes.", "deleter")
    root = tree_of(house).root
    if after != before:
        document = {name: value for name, value in asdict(after).items() if name != "text"}
        change = Change("settings", _PLACE, before.text, text_of(document))
        commit(house, [change], by=by, act="settings.keeping", unit=root.id if root else "")
        after = replace(after, text=change.after)
    return after


# ---- who deletes, and what is due


def units_of_deleter(standing: Standing, keeping: Keeping) -> frozenset[str]:
    """Give the units of which an account may delete what is due."""
    units = frozenset(unit.id for unit in standing.units(Act.MANAGE))
    return units if keeping.deleter == "unit" or is_at_top(standing) else frozenset()


def is_at_top(standing: Standing) -> bool:
    """Tell whether an account is an administrator of the unit at the top: settings and the journal are of all units."""
    root = standing.tree.root
    return root is not None and standing.may(Act.MANAGE, root.id)


def due_for(house: House, standing: Standing) -> Due:
    """List what is due by now and may be deleted by an account."""
    keeping, now = keeping_of(house), house.clock()
    units = units_of_deleter(standing, keeping)
    sessions, damaged = house.store.readable_sessions()
    of_units = [session for session in sessions.values() if session.unit_id in units]
    notices = [
        notice
        for notice in (notices_of(house).values() if keeping.notice_days else ())
        # Whose a session is that cannot be read is not known; it is no deleted one.
        if notice.session not in damaged
        and is_notice_due(notice, keeping, now)
        and _may_clear(notice, sessions, units, standing)
    ]
    entries = keeping.journal_years and is_at_top(standing)
    count, last = entries_before(house, now - keeping.journal_years * _YEAR) if entries else (0, "")
    return Due(
        tuple(session for session in reversed(of_units) if is_session_due(session, keeping, now)),
        tuple(sorted(notices, key=_last_act)),
        count,
        last,
        len(damaged),
    )


def is_session_due(session: Session, keeping: Keeping, now: int) -> bool:
    """Tell whether the years of a published session of a unit have passed."""
    if not (keeping.session_years and session.unit_id and session.state == State.PUBLISHED):
        return False
    return now >= session.published_at + keeping.session_years * _YEAR


def is_notice_due(notice: Notice, keeping: Keeping, now: int) -> bool:
    """Tell whether the days of a notice have passed. One with an open link, or a petition to answer, still runs."""
    if not keeping.notice_days or not (notice.petition or notice.answer or notice.link):
        return False
    if notice.is_open(now) or (notice.petition and not notice.answer):
        return False
    return now >= _last_act(notice) + keeping.notice_days * _DAY


# ---- deleting


def delete_due_session(house: House, standing: Standing, uuid: str) -> None:
    """Delete everything of a session that is due, with the conclusions on it and its notices.

    Raises UnknownSession, NotCompetent, ChangedMeanwhile when it is not due any more.
    """
    _due_session(house, standing, uuid)
    delete_whole(house, uuid, by=standing.account)


def delete_whole(house: House, uuid: str, *, by: str) -> None:
    """Delete everything of a session that is over, or of a draft, with the conclusions on it and its notices.

    Whoever deletes a session does it by this. Raises UnknownSession, WrongState, ChangedMeanwhile.
    """
    session = house.store.session(uuid)
    if not is_deletable(session):
        raise WrongState("Only a draft, or a session that is published or cancelled, can be deleted.", session.state)
    changes = [Change("reviews", one.id, one.text, "") for one in reviews_of(house).values() if one.session == uuid]
    for notice in notices_of(house).values():
        if notice.session == uuid:
            changes += [Change("notices", notice.id, notice.text, ""), *end_of_link(house, notice)]
    # First: what is about the session cannot be found any more when that is gone.
    commit(house, changes, by=by, act="session.delete", unit=session.unit_id, about=uuid, forget=bool(changes))
    delete_session(house, uuid)


def reduce_due_session(house: House, standing: Standing, uuid: str) -> None:
    """Delete of a session that is due what only the meeting needed. Raises as `delete_due_session` does."""
    session = _due_session(house, standing, uuid)
    reduce_session(house, uuid)
    note_act(house, standing.account, "session.reduce", unit=session.unit_id, about=uuid)


def clear_due_notices(house: House, standing: Standing, identifiers: Collection[str]) -> int:
    """Take petitions, answers and links out of notices that are due; gives how many. When each was made known stays.

    Raises ChangedMeanwhile.
    """
    due = [notice for notice in due_for(house, standing).notices if notice.id in identifiers]
    for session in dict.fromkeys(notice.session for notice in due):
        of_session = [notice for notice in due if notice.session == session]
        changes = [change for notice in of_session for change in cleared(house, notice)]
        found = house.store.readable_sessions([session])[0].get(session)
        unit = found.unit_id if found else ""
        commit(house, changes, by=standing.account, act="notice.clear", unit=unit, about=session, forget=True)
    return len(due)


def trim_due_entries(house: House, standing: Standing) -> int:
    """Delete the entries of the journal that are due; gives how many. Raises NotCompetent, ChangedMeanwhile."""
    root = standing.tree.root
    if root is None or not is_at_top(standing):
        raise NotCompetent("The journal is of all units.")
    due = due_for(house, standing)
    if due.entries:
        trim_journal(house, due.entries, due.last, by=standing.account, unit=root.id)
    return due.entries


def cleared(house: House, notice: Notice) -> list[Change]:
    """Give the changes that take petition, answer and link out of a notice."""
    document: dict[str, Any] = json.loads(notice.text)
    emptied = document | {"petition": "", "answer": "", "link": ""}
    return [Change("notices", notice.id, notice.text, text_of(emptied)), *end_of_link(house, notice)]


def end_of_link(house: House, notice: Notice) -> list[Change]:
    """Give the change that ends the link of a notice; none where there is no link."""
    before = house.store.organisation_record("links", notice.link) if notice.link else ""
    return [Change("links", notice.link, before, "")] if before else []


def _due_session(house: House, standing: Standing, uuid: str) -> Session:
    session, keeping = house.store.session(uuid), keeping_of(house)
    if session.unit_id not in units_of_deleter(standing, keeping):
        raise NotCompetent("This belongs to a unit that your role does not reach.")
    if not is_session_due(session, keeping, house.clock()):
        raise ChangedMeanwhile("This session is not due.")
    return session


def _may_clear(notice: Notice, sessions: dict[str, Session], units: Iterable[str], standing: Standing) -> bool:
    session = sessions.get(notice.session)
    return session.unit_id in units if session else is_at_top(standing)


def _last_act(notice: Notice) -> int:
    return max(notice.made_at, notice.acknowledged_at, notice.petitioned_at, notice.answered_at)
