"""A session as text for people and as JSON for programs: what the chair may know in its state, and no more."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

from voting.domain.ceremony import Ceremony, Fault, Place, ceremony_of, teller_fingerprint
from voting.domain.counting import is_tallied
from voting.domain.house import House
from voting.domain.results import Cell, Result, Row, result_of
from voting.domain.rules import COUNT_ONLY
from voting.domain.scales import Language, scale_of
from voting.domain.sessions import Session, State
from voting.errors import TooFewDecryptions
from voting.protocol.ceremony import STEPS

WIDTH: Final = 13
_ENTERED: Final = {"paper": "paper ballots", "slips": "slips left over"}
_WITH_RESULT = frozenset({State.COUNTED, State.PUBLISHED})


def as_json(house: House, session: Session) -> dict[str, Any]:
    """Give the figures of one session; `result` is null before the count."""
    turnout = house.store.turnout(session.uuid)
    document: dict[str, Any] = {
        "uuid": session.uuid,
        "title": session.title,
        "state": str(session.state),
        "scale": session.sheet.scale,
        "language": session.language,
        "choose": list(session.sheet.choose),
        "people": [asdict(person) for person in session.sheet.people],
        "codes": session.codes,
        "spares": session.spares,
        "ballots": turnout.ballots,
        "void": turnout.void,
        "mode": session.mode,
        "threshold": session.threshold,
        "tellers": [],
        "fingerprint": None,
        "result": None,
    }
    if session.tellers:
        document |= _tellers_as_json(house, session)
    if session.state in _WITH_RESULT:
        result = result_of(house, session.uuid)
        document |= {
            "rule": session.rule.id,
            "denominator": session.rule.denominator,
            "figures": asdict(result.figures),
            "quorum": result.quorum,
            "collected": result.collected,
            "paper": result.paper and asdict(result.paper),
            "late": sorted(result.late),
            "warnings": [asdict(warning) for warning in result.warnings],
        }
        document["result"] = [
            {
                "line": row.title,
                "group": row.group,
                "blank": row.blank,
                "invalid": row.invalid,
                "denominator": row.denominator,
                "outcome": row.outcome and row.outcome.id,
                "cells": [
                    {
                        "label": cell.label,
                        "votes": cell.votes,
                        "paper": cell.paper,
                        "percent": _percent(cell.hundredths, "en"),
                        "outcome": cell.outcome and cell.outcome.id,
                    }
                    for cell in row.cells
                ],
            }
            for row in result.rows
        ]
    return document


def _tellers_as_json(house: House, session: Session) -> dict[str, Any]:
    ceremony = ceremony_of(house, session.uuid)
    fault = ceremony.fault
    return {
        "tellers": [
            {
                "name": teller.name,
                "role": teller.role,
                "linked": place.linked,
                "joined": place.joined,
                "steps": [step for step in STEPS if step in place.steps],
                "decrypted": place.decrypted,
            }
            for teller, place in zip(session.tellers, ceremony.places, strict=True)
        ],
        "round": ceremony.round,
        "fault": fault and {"step": fault.step, "against": fault.against, "by": fault.by, "reason": fault.reason},
        "fingerprint": teller_fingerprint(house, session.uuid) if _has_key(session, ceremony) else None,
    }


def _number_to_choose(session: Session) -> str:
    numbers = zip(session.sheet.choose, session.sheet.groups, strict=False)
    each = ", ".join(f"{number} of {heading}" if heading else str(number) for number, (heading, _) in numbers)
    return f"up to {each}" if each else ""


def as_text(house: House, session: Session) -> str:
    """Give the lines that `voting session show` prints."""
    turnout = house.store.turnout(session.uuid)
    facts = [
        ("title", session.title),
        ("unit", session.unit),
        ("state", str(session.state)),
        ("chair", session.chair),
        ("scale", scale_of(session.sheet.scale).names["en"]),
        ("choose", _number_to_choose(session)),
        ("lines", str(len(session.sheet.people))),
        ("codes", f"{session.codes} and {session.spares} spare, of which {turnout.void} void"),
        ("ballots", f"{turnout.ballots} of {session.codes}"),
    ]
    if session.state == State.CLOSED and not is_tallied(house, session.uuid):
        facts.append(("close", f"not finished: voting session close {session.uuid}"))
    facts += _teller_facts(house, session)
    lines = [f"{name:<{WIDTH}}{value}" for name, value in facts if value]
    if session.state in _WITH_RESULT:
        lines += ["", *_result_table(result_of(house, session.uuid), session.language)]
    return "\n".join(lines)


def _teller_facts(house: House, session: Session) -> list[tuple[str, str]]:
    """Say who can count, how far the tellers are, and after the close who has decrypted."""
    if not session.tellers:
        return [("mode", "quick: the server's key alone counts")]
    ceremony = ceremony_of(house, session.uuid)
    size = len(session.tellers)
    facts = [("mode", f"tellers: any {session.threshold} of {size} count, together with the server")]
    for teller, place in zip(session.tellers, ceremony.places, strict=True):
        facts.append(("teller", f"{teller.name} ({teller.role}): {_progress(session, ceremony, place)}"))
    if fault := ceremony.fault:
        facts.append(("stopped", f"round {ceremony.round}, {fault_words(session, fault)}"))
    if _has_key(session, ceremony):
        facts.append(("fingerprint", teller_fingerprint(house, session.uuid)))
    if session.state == State.CLOSED:
        present = min(sum(place.decrypted for place in ceremony.places), session.threshold)
        facts.append(("decrypted", f"{present} of the {session.threshold} tellers needed"))
    return facts


def _progress(session: Session, ceremony: Ceremony, place: Place) -> str:
    if session.is_setup:
        if session.state == State.CLOSED:
            return "has decrypted" if place.decrypted else "has not decrypted"
        return "holds a part of the key"
    if not place.joined:
        return "has not opened the link" if place.linked else "has no link yet"
    done = sum(step in place.steps for step in STEPS)
    return f"{done} of {len(STEPS)} steps{' (key made)' if ceremony.complete else ''}"


def _has_key(session: Session, ceremony: Ceremony) -> bool:
    return ceremony.complete or (session.is_setup and session.state != State.CANCELLED)


def fault_words(session: Session, fault: Fault) -> str:
    """Say who is blamed for what, and by whom, by name."""
    against = session.tellers[fault.against - 1].name
    if fault.by:
        return f"step {fault.step}: {session.tellers[fault.by - 1].name} says that what {against} sent is bad"
    return f"step {fault.step}: the message of {against} is bad ({fault.reason})"


def too_few_words(house: House, session: Session, refusal: TooFewDecryptions) -> str:
    """Say how many tellers have decrypted, who has not, and that nothing is lost."""
    places = ceremony_of(house, session.uuid).places
    missing = [teller.name for teller, place in zip(session.tellers, places, strict=True) if not place.decrypted]
    return (
        f"{refusal.present} of the {refusal.needed} tellers needed have decrypted; not yet: {', '.join(missing)}. "
        "Nothing is lost: any of them can do it later, on their page or with `voting teller count`."
    )


def _result_table(result: Result, language: Language) -> list[str]:
    """Write the rows under their headings, then what the percentages are of and what is not verified."""
    lines: list[str] = []
    for heading, rows in result.groups:
        lines += [heading] if heading else []
        if rows[0].choose:
            for row in rows:
                lines += [row.title, *aligned([_cells_of(cell, language) for cell in row.cells])]
                lines += [f"blank {row.blank}, invalid {row.invalid}"] if row.blank or row.invalid else []
        else:
            lines += aligned(list(_table(result, rows, language)))
    return [*lines, *_basis(result, language)]


def _cells_of(cell: Cell, language: Language) -> list[str]:
    outcome = [cell.outcome.words[language]] if cell.outcome else [""]
    return [cell.label, f"{cell.votes}  {_percent(cell.hundredths, language)} %", *outcome]


def _table(result: Result, rows: Sequence[Row], language: Language) -> Iterator[list[str]]:
    more = (["blank"] if result.has_blanks else []) + (["invalid"] if result.has_invalid_lines else [])
    yield ["", *(cell.label for cell in rows[0].cells), *more, *([""] if result.concludes else [])]
    for row in rows:
        cells = [f"{cell.votes}  {_percent(cell.hundredths, language)} %" for cell in row.cells]
        outcome = [row.outcome.words[language] if row.outcome else "–"] if result.concludes else []
        yield [row.title, *cells, *(str(getattr(row, name)) for name in more), *outcome]


def _basis(result: Result, language: Language) -> Iterator[str]:
    rule = result.rule
    if rule.denominator == "collected":
        yield f"Percentages are of the {result.collected} ballots collected."
    else:
        yield f"Percentages are of: {rule.denominator.replace('_', ' ')}."
    if rule.id != COUNT_ONLY.id:
        yield f"Rule: {rule.names[language]} {rule.citation[language]}".rstrip()
    if result.quorum is not None:
        yield "The quorum was reached." if result.quorum else "The quorum was NOT reached."
    if result.lacks_figures:
        yield "A figure of the meeting is missing, so there is no percentage."
    if result.paper:
        yield (
            f"Of these ballots {result.paper.collected} are on paper, NOT cryptographically verified; "
            f"signed off by {', '.join(result.paper.signers)}."
        )
    for kind in sorted(result.late):
        yield f"The figures of {_ENTERED.get(kind, kind)} were entered, changed or removed when the count was known."


def _percent(hundredths: int | None, language: Language) -> str:
    if hundredths is None:
        return "–"
    return f"{hundredths // 100}{',' if language == 'vi' else '.'}{hundredths % 100:02}"


def aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """Give the rows of a table as lines: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in table
    ]
