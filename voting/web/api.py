"""The API: what phones, projectors, verifiers and scripts speak (DESIGN, "Interfaces that stay fixed").

No cookie, no sign-in, no limit by address. A tracker is Base64 and may hold `/` and `+`: clients should URL-encode it,
plain ones are understood as well. The body of a ballot is a ballot and nothing else; what type it is called does not
matter, its bytes decide.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from typing import Any, Final

from flask import Blueprint, Response, request
from werkzeug.routing import BaseConverter, Map

from voting.documents.tables import result_table, to_csv
from voting.domain.boards import Head, archive_stream, event_lines, public_head
from voting.domain.casting import cast
from voting.domain.elections import election_bytes
from voting.domain.results import Result, Row, public_result_of
from voting.domain.rule_commitment import rule_bytes
from voting.domain.rules import Outcome, rule_to_value
from voting.domain.sheets import MOST_BALLOT_BYTES
from voting.errors import NotFound, UnknownCode, UnknownTracker, WrongState
from voting.protocol.canonical import to_bytes
from voting.protocol.codes import BASE58, UUID_LENGTH
from voting.web.access import public
from voting.web.bodies import read_body
from voting.web.languages import language
from voting.web.refusals import ANSWERS, say
from voting.web.result_words import spoken
from voting.web.site import house, site

_CREDENTIAL: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)

blueprint = Blueprint("api", __name__, url_prefix="/api")


class SessionConverter(BaseConverter):
    """The identifier of a session in an address: what has another form matches no route, so it costs no look-up."""

    regex = f"[{BASE58}]{{{UUID_LENGTH}}}"


class TrackerConverter(BaseConverter):
    """A tracker in an address, with the slashes that Base64 has."""

    regex = "[A-Za-z0-9+/]{43}"
    part_isolating = False

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(url_map, *args, **kwargs)


@blueprint.post("/sessions/<session:uuid>/ballots")
@public
def cast_ballot(uuid: str) -> Response:
    """Record a ballot and give its receipt: 201, or 200 when the same bytes stood there before."""
    receipt = cast(house(), uuid, read_body(MOST_BALLOT_BYTES))
    answer = {"tracker": receipt.tracker, "height": receipt.height, "signature": receipt.signature}
    return _json(answer, 200 if receipt.repeated else 201)


@blueprint.get("/sessions/<session:uuid>")
@public
def session(uuid: str) -> Response:
    """Give the figures of a session, at most a second old."""
    body, tag = site().figures.session_json(uuid)
    response = Response(body, mimetype="application/json")
    response.headers["Cache-Control"] = "public, max-age=1"
    response.set_etag(tag)
    response.make_conditional(request)
    return response


@blueprint.get("/sessions/<session:uuid>/archive.bel")
@public
def archive(uuid: str) -> Response:
    """Stream the public archive so far; what was served once stays its beginning."""
    head = public_head(house(), uuid)
    response = _of_the_board(head, "archive")
    if response.status_code != 304:
        # The first piece is read here, so that a refusal still becomes a proper answer.
        response.response = _begun(archive_stream(house(), uuid))
        # Known only at the end: `Response()` began with no bytes.
        response.headers.pop("Content-Length", None)
    response.mimetype = "application/x-tar"
    response.headers["Content-Disposition"] = f'attachment; filename="{uuid}.bel"'
    return response


@blueprint.get("/sessions/<session:uuid>/events")
@public
def events(uuid: str) -> Response:
    """Give every public event, exact bytes, one a line."""
    response = _of_the_board(public_head(house(), uuid), "events")
    if response.status_code != 304:
        response.data = b"".join(line + b"\n" for line in event_lines(house(), uuid))
    response.mimetype = "application/x-ndjson"
    return response


@blueprint.get("/sessions/<session:uuid>/election")
@public
def election(uuid: str) -> Response:
    """Give the exact bytes of the election, whose hash ballots commit to."""
    try:
        raw = election_bytes(house(), uuid)
    except WrongState:
        raise NotFound("The election begins when the session is ready.") from None
    response = Response(raw, mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/sessions/<session:uuid>/rule")
@public
def rule(uuid: str) -> Response:
    """Give the exact bytes of the rule, whose hash stands in the description of the election."""
    session = house().store.session(uuid)
    if not session.is_setup:
        raise NotFound("The rule is public when the session is ready.")
    response = Response(rule_bytes(session.rule), mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/sessions/<session:uuid>/ballots/<tracker:tracker>")
@public
def ballot(uuid: str, tracker: str) -> Response:
    """Give the height of a ballot on the board. Raises UnknownTracker."""
    return _json({"height": house().store.height_of(uuid, tracker)})


@blueprint.get("/sessions/<session:uuid>/ballots/<path:tracker>")
@public
def no_ballot(uuid: str, tracker: str) -> Response:
    """Answer for what cannot be a tracker."""
    raise UnknownTracker("No ballot on the board has this tracker.")


@blueprint.get("/sessions/<session:uuid>/result")
@public
def result(uuid: str) -> Response:
    """Give the published result."""
    return _json({"uuid": uuid} | result_as_json(public_result_of(house(), uuid)))


@blueprint.get("/sessions/<session:uuid>/result.csv")
@public
def result_csv(uuid: str) -> Response:
    """Give the published result as a table, one row for each level of each line."""
    result = spoken(public_result_of(house(), uuid), house().store.session(uuid))
    body = to_csv(result_table(result, language()))
    response = Response(body, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{uuid}-result.csv"'
    return response


@blueprint.get("/sessions/<session:uuid>/credentials/<credential>")
@public
def credential(uuid: str, credential: str) -> Response:
    """Tell whether a code may still be used; the phone asks with the public credential, from which no code follows."""
    try:
        if not _CREDENTIAL.fullmatch(credential):
            raise UnknownCode("This is not a credential.")
        return _json({"status": house().store.credential_status(uuid, credential)})
    except UnknownCode:
        return say(ANSWERS[UnknownCode], status=404)


def result_as_json(result: Result) -> dict[str, Any]:
    """Write a result as the API shows it.

    `ballots` are those from phones, which the board proves; `collected` those on paper as well. `hundredths`: of a
    percent of the row's `denominator`, both null while a figure of the meeting is missing; null as well for a level
    that is no part of the denominator. `late`: which figures (`attendance`, `slips` left over, `paper`) were entered,
    changed or removed when the count was known.
    """
    paper = result.paper
    return {
        "ballots": result.ballots,
        "collected": result.collected,
        "rule": rule_to_value(result.rule),
        "figures": asdict(result.figures),
        "quorum": result.quorum,
        "paper": paper
        and {
            "issued": paper.issued,
            "collected": paper.collected,
            "invalid": paper.invalid,
            "signers": list(paper.signers),
            "verified": False,
        },
        "late": sorted(result.late),
        "rows": [_row_as_json(row) for row in result.rows],
    }


def _row_as_json(row: Row) -> dict[str, Any]:
    return {
        "title": row.title,
        "name": row.name,
        "position": row.position,
        "group": row.group,
        "choose": row.choose,
        "blank": row.blank,
        "invalid": row.invalid,
        "denominator": row.denominator,
        "outcome": _outcome_as_json(row.outcome),
        "cells": [
            {
                "label": cell.label,
                "votes": cell.votes,
                "electronic": cell.electronic,
                "paper": cell.paper,
                "hundredths": cell.hundredths,
                "outcome": _outcome_as_json(cell.outcome),
            }
            for cell in row.cells
        ],
    }


def _outcome_as_json(outcome: Outcome | None) -> dict[str, Any] | None:
    if outcome is None:
        return None
    names = ("id", "words", "article", "tone", "second_vote")
    return {name: getattr(outcome, name) for name in names}


def _json(value: object, status: int = 200) -> Response:
    return Response(to_bytes(value), status, mimetype="application/json")


def _of_the_board(head: Head, kind: str) -> Response:
    """Begin an answer that follows from the board: its head tells whether a client has it already.

    The tag is weak: a ballot may arrive between the head and the bytes, which then say more than the tag.
    """
    response = Response()
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(f"{kind}-{head.height}-{head.hash[:32]}", weak=True)
    response.make_conditional(request)
    return response


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    return chain([next(pieces)], pieces)
