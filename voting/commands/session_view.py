"""A session as text for people and as JSON for programs: what the chair may know in its state, and no more."""

from collections.abc import Sequence
from typing import Any

from voting.domain.house import House
from voting.domain.results import Result, result_of
from voting.domain.scales import Language, scale_of
from voting.domain.sessions import Session, State

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
        "people": [{"name": person.name, "position": person.position} for person in session.sheet.people],
        "codes": session.codes,
        "spares": session.spares,
        "ballots": turnout.ballots,
        "void": turnout.void,
        "result": None,
    }
    if session.state in _WITH_RESULT:
        result = result_of(house, session.uuid)
        document["result"] = [
            {
                "line": row.title,
                "blank": row.blank,
                "cells": [
                    {"label": cell.label, "votes": cell.votes, "percent": _percent(cell.hundredths, "en")}
                    for cell in row.cells
                ],
            }
            for row in result.rows
        ]
    return document


def as_text(house: House, session: Session) -> str:
    """Give the lines that `voting session show` prints."""
    turnout = house.store.turnout(session.uuid)
    facts = [
        ("title", session.title),
        ("unit", session.unit),
        ("state", str(session.state)),
        ("chair", session.chair),
        ("scale", scale_of(session.sheet.scale).names["en"]),
        ("lines", str(len(session.sheet.people))),
        ("codes", f"{session.codes} and {session.spares} spare, of which {turnout.void} void"),
        ("ballots", f"{turnout.ballots} of {session.codes}"),
    ]
    lines = [f"{name:<9}{value}" for name, value in facts if value]
    if session.state in _WITH_RESULT:
        lines += ["", *_result_table(result_of(house, session.uuid), session.language)]
    return "\n".join(lines)


def _result_table(result: Result, language: Language) -> list[str]:
    labels = [cell.label for cell in result.rows[0].cells]
    has_blank = any(row.blank for row in result.rows)
    table = [["", *labels, *(["blank"] if has_blank else [])]]
    for row in result.rows:
        cells = [f"{cell.votes}  {_percent(cell.hundredths, language)} %" for cell in row.cells]
        table.append([row.title, *cells, *([str(row.blank)] if has_blank else [])])
    return [*aligned(table), f"Percentages are of the {result.ballots} ballots collected."]


def _percent(hundredths: int, language: Language) -> str:
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
