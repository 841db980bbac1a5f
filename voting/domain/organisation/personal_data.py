"""What is kept of one person, for that person to have, and its erasure when the person asks for it or leaves.

What stands on a board stays: it has been seen and copied, and a board that can be changed proves nothing. An erasure
takes away all that leads from there to the person, and what was written about the person beside it.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from voting.domain.house import House
from voting.domain.minutes import minutes_of
from voting.domain.models import Model, all_models
from voting.domain.organisation.concluded import Concluded, published_vote
from voting.domain.organisation.keeping import cleared
from voting.domain.organisation.notices import Notice, notices_of
from voting.domain.organisation.officials import Official, register_of
from voting.domain.organisation.register import commit, journal_of, text_of
from voting.domain.organisation.reviews import Review, reviews_of
from voting.domain.organisation.units import Tree, tree_of
from voting.domain.ports import Change
from voting.domain.rules import Outcome
from voting.domain.sessions import Session, State
from voting.errors import BoardDamaged, Malformed, MalformedRegister


@dataclass(frozen=True)
class Traces:
    """Where a person of the register is found. `sessions`: with the titles of the lines on which the person stands.

    `models`: saved by chairs, with a line of the same name; it may be a namesake's. `unread`: how many sessions cannot
    be read, on whose lists the person may stand as well.
    """

    official: Official
    sessions: tuple[tuple[Session, tuple[str, ...]], ...]
    reviews: tuple[Review, ...]
    notices: tuple[Notice, ...]
    models: tuple[Model, ...]
    unread: int = 0

    @property
    def unpublished(self) -> tuple[Session, ...]:
        """List the sessions whose list stands on no board, so that the name can still be taken off."""
        return tuple(session for session, _ in self.sessions if not session.is_setup)

    @property
    def boards(self) -> tuple[Session, ...]:
        """List the sessions on whose board the name stands."""
        return tuple(session for session, _ in self.sessions if session.is_setup)


def traces_of(house: House, identifier: str) -> Traces:
    """Find where a person of the register is named. Raises UnknownOfficial."""
    official = register_of(house).official(identifier)
    identifiers = frozenset({official.id, *official.merged})
    readable, damaged = house.store.readable_sessions()
    sessions = tuple(
        (session, titles)
        for session in readable.values()
        if (titles := tuple(title for title, subject in session.subjects if subject in identifiers))
    )
    lines = {(session.uuid, title) for session, titles in sessions for title in titles}
    reviews = (one for one in reviews_of(house).values() if _is_about(one, identifiers, lines))
    notices = (one for one in notices_of(house).values() if _is_about(one, identifiers, lines))
    models = () if official.erased else (one for one in all_models(house) if _has_line(one, official))
    return Traces(official, sessions, tuple(reviews), tuple(notices), tuple(models), len(damaged))


# ---- what is kept of a person


def personal_data_of(house: House, identifier: str) -> dict[str, Any]:
    """Give all that is kept of a person, as JSON. Raises UnknownOfficial.

    Of others who stand on the same sheet there is nothing in it; of a result only once it is published.
    """
    traces, tree = traces_of(house, identifier), tree_of(house)
    official = traces.official
    identifiers = {official.id, *official.merged}
    record = {name: value for name, value in asdict(official).items() if name != "unit"}
    return {
        "at": _time(house.clock()),
        "register": record | {"unit": _unit(tree, official.unit)},
        "sessions": [_session(house, tree, session, titles) for session, titles in traces.sessions],
        "unread_sessions": traces.unread,
        "conclusions": [_review(tree, review) for review in traces.reviews],
        "notices": [_notice(notice) for notice in traces.notices],
        "journal": [
            {"minute": _time(entry.minute), "by": entry.by, "act": entry.act, "unit": tree.name(entry.unit)}
            for entry in journal_of(house)
            if entry.about in identifiers
        ],
    }


def _session(house: House, tree: Tree, session: Session, titles: tuple[str, ...]) -> dict[str, Any]:
    minutes, _ = minutes_of(house, session.uuid)
    results, is_readable = _results(house, session)
    return {
        "id": session.uuid,
        "title": session.title,
        "unit": session.unit or tree.name(session.unit_id),
        "occasion": session.occasion,
        "state": str(session.state),
        "published": _time(session.published_at),
        "lines": [{"line": title, "note": minutes.note_of(title), "result": results.get(title)} for title in titles],
    } | ({} if is_readable else {"unread": True})


def _results(house: House, session: Session) -> tuple[Mapping[str, Any], bool]:
    """Give the published results by title, and whether they could be read: a bad board must not stop all the rest."""
    if session.state != State.PUBLISHED:
        return {}, True
    try:
        vote = published_vote(house, session.uuid, {})
    except (BoardDamaged, Malformed):
        return {}, False
    return {line.title: {"collected": vote.result.collected} | _result(line) for line in vote.lines}, True


def _result(line: Concluded) -> dict[str, Any]:
    # Where people are chosen, the other cells are other people.
    cells = [line.cell] if line.cell else line.row.cells
    votes = [{"label": cell.label, "votes": cell.votes, "hundredths": cell.hundredths} for cell in cells]
    blank = {} if line.cell else {"blank": line.row.blank, "invalid": line.row.invalid}
    return {"votes": votes, **blank, "outcome": _outcome(line.outcome)}


def _outcome(outcome: Outcome | None) -> dict[str, Any] | None:
    return {"words": dict(outcome.words), "level": outcome.level} if outcome else None


def _review(tree: Tree, review: Review) -> dict[str, Any]:
    former = [_review(tree, each) for each in review.past]
    return {
        "session": review.session,
        "line": review.title,
        "level": review.level,
        "reason": review.reason,
        "day": review.day,
        "unit": tree.name(review.unit),
        "by": review.by,
        "recorded": _time(review.at),
    } | ({"before": former} if former else {})


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "session": notice.session,
        "line": notice.title,
        "made": _time(notice.made_at),
        "link_until": _time(notice.expires_at) if notice.link else "",
        "acknowledged": _time(notice.acknowledged_at),
        "petition": notice.petition,
        "petitioned": _time(notice.petitioned_at),
        "answer": notice.answer,
        "answered_by": notice.answered_by,
        "answered": _time(notice.answered_at),
    }


def _unit(tree: Tree, identifier: str) -> str:
    return tree.path(identifier) if identifier in tree.units else ""


def _time(seconds: int) -> str:
    """Write a time as `2027-01-15T08:00:00Z`, empty when there is none."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if seconds else ""


# ---- erasure


def erase(house: House, identifier: str, *, by: str) -> Official:
    """Erase the personal data of somebody: what remains in the register is a place without a name. Again: no change.

    Petitions, answers and links of the notices go, and the reasons of conclusions; their levels and days stay. Nothing
    of it stays in the past of the store's files. Raises UnknownOfficial, ChangedMeanwhile, MalformedRegister while the
    person stands on a list that is on no board yet, or while it is not known where, as a session cannot be read.
    """
    notices, reviews, register = (house.store.organisation(kind) for kind in ("notices", "reviews", "officials"))
    traces = traces_of(house, identifier)
    official = traces.official
    if official.erased:
        return official
    if traces.unread:
        raise MalformedRegister("A stored vote cannot be read, and the person may stand on its list.", "official")
    if traces.unpublished:
        raise MalformedRegister("The person stands on a list that is not public yet.", "official")
    erased = Official(official.id, "", official.unit, left=True, erased=True, merged=official.merged)
    changes = [
        register_of(house).change_to(erased),
        *(change for notice in traces.notices for change in cleared(house, notice)),
        *(_without_reason(review) for review in traces.reviews),
    ]
    commit(
        house,
        changes,
        by=by,
        act="official.erase",
        unit=official.unit,
        about=official.id,
        # Read before the traces were: what came in between is not among them.
        unchanged={"notices": notices.version, "reviews": reviews.version, "officials": register.version},
        forget=True,
    )
    return erased


def _without_reason(review: Review) -> Change:
    document: dict[str, Any] = json.loads(review.text)
    past = [each | {"reason": ""} for each in document.get("past", ())]
    emptied = document | {"reason": ""} | ({"past": past} if past else {})
    return Change("reviews", review.id, review.text, text_of(emptied))


def _is_about(record: Review | Notice, identifiers: frozenset[str], lines: set[tuple[str, str]]) -> bool:
    return record.official in identifiers or (record.session, record.title) in lines


def _has_line(model: Model, official: Official) -> bool:
    people = model.session.sheet.people if model.session else ()
    return any(person.name == official.name for person in people)
