"""One vote for two records: the page on which the chair of a unit says so, and the two records as papers."""

from datetime import datetime

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from voting.documents.filenames import disposition
from voting.documents.minutes_docx import bind
from voting.domain.organisation.officials import register_of
from voting.domain.organisation.roles import Act
from voting.domain.organisation.two_records import (
    LONGEST_CITATION,
    may_serve_both,
    serve_both,
    serve_one,
    share_of_members,
)
from voting.domain.results import hundredths_of
from voting.domain.sessions import CLASSIFICATIONS, Session, State, TwoRecords
from voting.errors import MalformedRegister, UnknownSession, WrongState
from voting.web.access import this_chair
from voting.web.chair.faults import Fault
from voting.web.chair.paperwork import DOCX
from voting.web.languages import gettext, of_a_paper
from voting.web.organisation.access import competent, standing
from voting.web.organisation.blueprint import blueprint
from voting.web.organisation.faults import faults_of
from voting.web.organisation.records_text import record_papers
from voting.web.site import house

Page = str | tuple[str, int] | AnyResponse


# ---- the draft


@blueprint.get("/units/<session:unit>/sessions/<session:session>/records")
@competent(Act.RUN, of="unit")
def two_records(unit: str, session: str) -> Page:
    """Show the share of Party members, and what is recorded. Raises UnknownSession for one of another unit."""
    return _page(_session_of(unit, session))


@blueprint.post("/units/<session:unit>/sessions/<session:session>/records")
@competent(Act.RUN, of="unit")
def keep_two_records(unit: str, session: str) -> Page:
    """Let one vote serve both records, or take that back. Raises WrongState when it is no draft any more."""
    own = _session_of(unit, session)
    if own.state != State.DRAFT:
        raise WrongState("Only a draft can be changed.", own.state)
    citation = request.form.get("citation", "")
    try:
        if request.form.get("wish") == "one":
            serve_one(house(), own, by=this_chair().name)
            flash(gettext("The vote serves one record again."), "ok")
        else:
            serve_both(house(), own, citation, by=this_chair().name)
            flash(gettext("The vote serves both records."), "ok")
    except MalformedRegister as refusal:
        return _page(own, faults_of(refusal, "citation"), citation), 400
    return redirect(url_for("organisation.two_records", unit=unit, session=session), 303)


def _page(session: Session, faults: tuple[Fault, ...] = (), citation: str = "") -> str:
    members, staff = share_of_members(register_of(house()), session.unit_id)
    records = session.records
    return render_template(
        "organisation/two_records.html",
        session=session,
        state=str(session.state),
        unit=standing().tree.path(session.unit_id),
        members=members,
        staff=staff,
        share=hundredths_of(members, staff),
        possible=may_serve_both(members, staff),
        fits=session.sheet.scale in CLASSIFICATIONS,
        slips_made=session.state == State.DRAFT and bool(house().store.held_credentials(session.uuid)),
        citation=citation or (records.citation if records else ""),
        recorded_share=hundredths_of(records.members, records.staff) if records else 0,
        longest=LONGEST_CITATION,
        faults=faults,
    )


# ---- the papers


@blueprint.get("/units/<session:unit>/sessions/<session:session>/records/print")
@competent(Act.RUN, of="unit")
@of_a_paper
def print_records(unit: str, session: str) -> Page:
    """Show both records as one page to print. Raises NotPublished."""
    own = _session_of(unit, session)
    papers = record_papers(own, _records_of(own), standing().tree.name(own.unit_id))
    page = render_template("organisation/two_records_print.html", session=own, papers=papers, paper=papers[0])
    return Response(page, headers={"Cache-Control": "no-store"})


@blueprint.get("/units/<session:unit>/sessions/<session:session>/records.docx")
@competent(Act.RUN, of="unit")
@of_a_paper
def records_docx(unit: str, session: str) -> Response:
    """Give both records as one .docx, each on pages of its own. Raises NotPublished."""
    own = _session_of(unit, session)
    papers = record_papers(own, _records_of(own), standing().tree.name(own.unit_id))
    response = Response(bind(papers, datetime.fromtimestamp(house().clock())), mimetype=DOCX)
    response.headers["Content-Disposition"] = disposition(" ".join((gettext("Two records"), own.title)), "docx")
    response.headers["Cache-Control"] = "no-store"
    return response


def _session_of(unit: str, uuid: str) -> Session:
    session = house().store.session(uuid)
    if session.unit_id != unit:
        raise UnknownSession("There is no such session in this unit.")
    return session


def _records_of(session: Session) -> TwoRecords:
    if session.records is None:
        raise WrongState("This vote serves one record alone.", session.state)
    return session.records
