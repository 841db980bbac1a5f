"""The papers of a session: the form of the minutes, and everything that can be printed or downloaded of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from werkzeug.wrappers import Response as AnyResponse

from voting.documents.bundle import Entry, pack
from voting.documents.filenames import ascii_name, disposition
from voting.documents.minutes import Paper
from voting.documents.minutes_docx import to_docx
from voting.documents.tables import result_table, to_csv, to_json, to_xlsx
from voting.domain.boards import archive_stream
from voting.domain.minutes import HEADERS, STATES, minutes_of, record_minutes
from voting.domain.organisation.roles import Act
from voting.domain.rule_commitment import rule_bytes
from voting.domain.scales import LANGUAGES
from voting.domain.sessions import Session, State
from voting.domain.tellers import MOST_TELLERS
from voting.errors import MalformedFigures, NotPublished
from voting.web.access import chair_only
from voting.web.api import result_as_json
from voting.web.chair.blueprint import blueprint
from voting.web.chair.faults import Fault, in_words
from voting.web.chair.meeting import Meeting, meeting_of, with_defaults
from voting.web.chair.minutes_form import FIRST_ROWS, REASONS, Entries
from voting.web.chair.minutes_text import minutes_paper
from voting.web.chair.notice_record import notices_table, readable_notices
from voting.web.chair.ownership import is_own, own_session
from voting.web.chair.person_text import person_paper
from voting.web.chair.verifying import how_to_verify
from voting.web.chair.words import ROLE_WORDS
from voting.web.chair.workbook import workbook_of
from voting.web.languages import N_, gettext, language, of_a_paper, speaking
from voting.web.result_words import spoken
from voting.web.site import house

Page = str | tuple[str, int] | AnyResponse

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

HEADER_WORDS: Final[dict[str, str]] = {
    "national": N_("Name and motto of the state"),
    "party": N_("Name of the Party"),
    "organisation": N_("The organisation alone"),
}


# ---- the form


@blueprint.get("/sessions/<session:uuid>/minutes")
@chair_only
def ask_minutes(uuid: str) -> Page:
    """Show what was entered for the minutes, and beside it what the session knows by itself."""
    session = own_session(uuid, Act.COUNT)
    if session.state not in STATES:
        return _to_page(uuid)
    minutes, version = minutes_of(house(), uuid)
    return _form(session, Entries.of_minutes(with_defaults(session, minutes), version))


@blueprint.post("/sessions/<session:uuid>/minutes")
@chair_only
def keep_minutes(uuid: str) -> Page:
    """Keep what was entered, or show what cannot be right beside its field."""
    session = own_session(uuid, Act.COUNT)
    entries = Entries.of_form(request.form, session)
    faults = [] if entries.copies_are_a_number else [Fault("copies", gettext("Please enter a number."))]
    try:
        if not faults:
            record_minutes(house(), uuid, entries.minutes, entries.seen)
    except MalformedFigures as refusal:
        faults = [Fault(name, in_words(reason, REASONS)) for name, reason in refusal.faults]
    if faults:
        return _form(session, entries, tuple(faults)), 400
    flash(gettext("The minutes are saved."), "ok")
    return redirect(url_for("chair.ask_minutes", uuid=uuid), 303)


def _form(session: Session, entries: Entries, faults: tuple[Fault, ...] = ()) -> str:
    return render_template(
        "chair/minutes_form.html",
        session=session,
        may_run=is_own(session),
        entries=entries,
        minutes=entries.minutes,
        faults=faults,
        headers=[(header, gettext(HEADER_WORDS[header])) for header in HEADERS],
        roles=[(role, gettext(words)) for role, words in ROLE_WORDS.items()],
        note_fields=[f"note_{number}" for number in range(1, len(session.sheet.people) + 1)],
        rows=MOST_TELLERS,
        first_rows=max(FIRST_ROWS, len(entries.minutes.team)),
        counted=session.state in (State.COUNTED, State.PUBLISHED),
    )


def _to_page(uuid: str) -> AnyResponse:
    return redirect(url_for("chair.page", uuid=uuid), 303)


# ---- the minutes and the sheets of the persons


@blueprint.get("/sessions/<session:uuid>/minutes/print")
@chair_only
@of_a_paper
def print_minutes(uuid: str) -> Page:
    """Show the minutes as a page to print. Raises WrongState for a cancelled session."""
    meeting = meeting_of(own_session(uuid, Act.COUNT))
    return _private(
        render_template("documents/minutes.html", session=meeting.session, paper=minutes_paper(meeting)),
    )


@blueprint.get("/sessions/<session:uuid>/minutes.docx")
@chair_only
@of_a_paper
def minutes_docx(uuid: str) -> Response:
    """Give the minutes as .docx."""
    session = own_session(uuid, Act.COUNT)
    return _docx(minutes_paper(meeting_of(session)), gettext("Minutes"), session.title)


@blueprint.get("/sessions/<session:uuid>/person/<int:number>")
@chair_only
@of_a_paper
def person(uuid: str, number: int) -> Page:
    """Show the result sheet of one person as a page to print. Raises NotFound, NotPublished."""
    meeting = meeting_of(own_session(uuid, Act.COUNT))
    paper = person_paper(meeting, number, readable_notices(meeting.session))
    return _private(
        render_template("documents/person.html", session=meeting.session, paper=paper, number=number),
    )


@blueprint.get("/sessions/<session:uuid>/person/<int:number>.docx")
@chair_only
@of_a_paper
def person_docx(uuid: str, number: int) -> Response:
    """Give the result sheet of one person as .docx."""
    session = own_session(uuid, Act.COUNT)
    paper = person_paper(meeting_of(session), number, readable_notices(session))
    return _docx(paper, gettext("Result sheet"), session.sheet.people[number - 1].name)


# ---- the result for other programs


@blueprint.get("/sessions/<session:uuid>/results.xlsx")
@chair_only
@of_a_paper
def results_xlsx(uuid: str) -> Response:
    """Give the result as a workbook."""
    meeting = _counted(own_session(uuid, Act.COUNT))
    return _download(to_xlsx(workbook_of(meeting), _now()), XLSX, _name_of(meeting.session), "xlsx")


@blueprint.get("/sessions/<session:uuid>/results.csv")
@chair_only
@of_a_paper
def results_csv(uuid: str) -> Response:
    """Give the result as CSV."""
    meeting = _counted(own_session(uuid, Act.COUNT))
    return _download(_csv(meeting), "text/csv", _name_of(meeting.session), "csv")


@blueprint.get("/sessions/<session:uuid>/results.json")
@chair_only
@of_a_paper
def results_json(uuid: str) -> Response:
    """Give the result as JSON."""
    meeting = _counted(own_session(uuid, Act.COUNT))
    return _download(_json(meeting), "application/json", _name_of(meeting.session), "json")


@blueprint.get("/sessions/<session:uuid>/papers.zip")
@chair_only
@of_a_paper
def papers_zip(uuid: str) -> Response:
    """Give all papers of a counted session in one ZIP; the archive is in it once the result is published."""
    meeting = _counted(own_session(uuid, Act.COUNT))
    session = meeting.session
    stem = " ".join((gettext("Papers"), session.title))
    response = _download(b"", "application/zip", stem, "zip")
    # Made one by one as they are sent: a hundred sheets take some seconds.
    response.response = stream_with_context(pack(_entries(meeting), _now()))
    response.headers.pop("Content-Length", None)
    return response


def _entries(meeting: Meeting) -> Iterator[Entry]:
    session, at = meeting.session, _now()
    notices = readable_notices(session)
    for words in LANGUAGES:
        with speaking(words):
            # As the plain editor of an older Windows needs it to show Vietnamese, and lines that end.
            readme = how_to_verify(session, notices=bool(notices)).replace("\n", "\r\n").encode("utf-8-sig")
            minutes = to_docx(minutes_paper(meeting), at)
        yield Entry(f"minutes-{words}.docx", [minutes])
        yield Entry(f"README-{words}.txt", [readme])
    with speaking(session.language):
        workbook, table = to_xlsx(workbook_of(meeting), at), _csv(meeting)
    yield Entry("results.xlsx", [workbook])
    yield Entry("results.csv", [table])
    yield Entry("results.json", [_json(meeting)])
    if notices:
        with speaking(session.language):
            made_known = to_csv(notices_table(session, notices))
        yield Entry("notices.csv", [made_known])
    # The exact bytes, whose hash stands in the description of the election.
    yield Entry("rule.json", [rule_bytes(session.rule)])
    for number, one in enumerate(session.sheet.people, 1):
        name = f"persons/{number:03}-{ascii_name(one.name)}.docx"
        with speaking(session.language):
            sheet = to_docx(person_paper(meeting, number, notices), at)
        yield Entry(name, [sheet])
    if session.state == State.PUBLISHED:
        # In a folder of its own: belenios-tool wants no other file beside it.
        yield Entry(f"archive/{session.uuid}.bel", archive_stream(house(), session.uuid))


def _counted(session: Session) -> Meeting:
    meeting = meeting_of(session)
    if meeting.result is None:
        raise NotPublished("The session is not counted yet.")
    return meeting


def _csv(meeting: Meeting) -> bytes:
    assert meeting.result  # noqa: S101  `_counted` has seen to it
    return to_csv(result_table(spoken(meeting.result, meeting.session), language()))


def _json(meeting: Meeting) -> bytes:
    assert meeting.result  # noqa: S101  `_counted` has seen to it
    return to_json({"uuid": meeting.session.uuid, "title": meeting.session.title} | result_as_json(meeting.result))


# ---- answers


def _name_of(session: Session) -> str:
    return " ".join((gettext("Result"), session.title))


def _docx(paper: Paper, kind: str, of: str) -> Response:
    return _download(to_docx(paper, _now()), DOCX, f"{kind} {of}", "docx")


def _download(body: bytes, mimetype: str, stem: str, ending: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = disposition(stem, ending)
    response.headers["Cache-Control"] = "no-store"
    return response


def _private(page: str) -> Response:
    return Response(page, headers={"Cache-Control": "no-store"})


def _now() -> datetime:
    return datetime.fromtimestamp(house().clock())
