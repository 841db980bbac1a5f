"""What is kept of one person: a page that says it, a copy for the person to take along, and the erasure."""

import json
from datetime import datetime
from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from voting.documents.bundle import Entry, pack
from voting.documents.filenames import disposition
from voting.domain.organisation.officials import register_of
from voting.domain.organisation.personal_data import Traces, erase, personal_data_of, traces_of
from voting.domain.organisation.roles import Act
from voting.domain.scales import LANGUAGES
from voting.errors import MalformedRegister
from voting.web.access import this_chair
from voting.web.chair.faults import Fault
from voting.web.chair.ownership import unit_of
from voting.web.chair.sessions import in_words
from voting.web.chair.words import STATE_WORDS
from voting.web.languages import gettext, of_a_paper, speaking
from voting.web.organisation.access import competent, standing
from voting.web.organisation.blueprint import blueprint
from voting.web.organisation.faults import faults_of
from voting.web.site import house

Page = str | tuple[str, int] | AnyResponse

_STEM: Final = "personal data"
"""Of the file's name: with the name of the person it would stand in every list of downloads."""


@blueprint.get("/officials/<session:official>/data")
@competent(Act.MANAGE, of="official")
def personal_data(official: str) -> Page:
    """Say what is kept of a person and where; by an identifier from before a merging, lead to the one of now."""
    traces = traces_of(house(), official)
    if traces.official.id != official:
        return redirect(url_for("organisation.personal_data", official=traces.official.id), 303)
    return render_template("organisation/personal_data.html", **_told(traces))


@blueprint.get("/officials/<session:official>/data.json")
@competent(Act.MANAGE, of="official")
def personal_data_json(official: str) -> Response:
    """Give all that is kept of a person as JSON."""
    return _download(Response(_json(official), mimetype="application/json"), "json")


@blueprint.get("/officials/<session:official>/data.zip")
@competent(Act.MANAGE, of="official")
@of_a_paper
def personal_data_zip(official: str) -> Response:
    """Give the same with what it means in both languages, as a ZIP."""
    entries = [Entry("data.json", [_json(official)])]
    for words in LANGUAGES:
        with speaking(words):
            # As the plain editor of an older Windows needs it to show Vietnamese, and lines that end.
            text = "\r\n".join([*_explained(), ""])
        entries.append(Entry(f"README-{words}.txt", [text.encode("utf-8-sig")]))
    packed = b"".join(pack(entries, datetime.fromtimestamp(house().clock())))
    return _download(Response(packed, mimetype="application/zip"), "zip")


@blueprint.get("/officials/<session:official>/erase")
@competent(Act.MANAGE, of="official")
def ask_erase(official: str) -> Page:
    """Ask before the personal data of a person are erased; say what goes, what stays, and why."""
    traces = traces_of(house(), official)
    if traces.official.erased or traces.official.id != official:
        return redirect(url_for("organisation.personal_data", official=traces.official.id), 303)
    return _erase_page(traces)


@blueprint.post("/officials/<session:official>/erase")
@competent(Act.MANAGE, of="official")
def erase_official(official: str) -> Page:
    """Erase the personal data of a person; only when that was ticked. Raises ChangedMeanwhile."""
    if request.form.get("sure") != "yes":
        faults = (Fault("sure", gettext("Please confirm that this goes.")),)
        return _erase_page(traces_of(house(), official), faults), 400
    try:
        erased = erase(house(), official, by=this_chair().name)
    except MalformedRegister as refusal:
        return _erase_page(traces_of(house(), official), faults_of(refusal)), 400
    flash(gettext("The personal data are erased."), "ok")
    return redirect(url_for("organisation.personal_data", official=erased.id), 303)


def _erase_page(traces: Traces, faults: tuple[Fault, ...] = ()) -> str:
    return render_template("organisation/erase.html", faults=faults, **_told(traces))


def _told(traces: Traces) -> dict[str, Any]:
    return {
        "person": traces.official,
        "path": standing().tree.path(traces.official.unit),
        "traces": traces,
        "titles": {session.uuid: titles for session, titles in traces.sessions},
        "unit_of": unit_of,
        "states": in_words(STATE_WORDS),
    }


def _explained() -> list[str]:
    """Say in lines what the parts of the JSON are."""
    parts = {
        "register": gettext(
            "the entry in the register: name, posts, unit, group of similar duties, number, membership"
        ),
        "sessions": gettext(
            "the votes on whose list the person stands, with what the minutes note beside the line and, once "
            "published, its result"
        ),
        "conclusions": gettext("what the competent level has concluded and why, also what it concluded before"),
        "notices": gettext("when a result was made known and read, the petition and the answer"),
        "journal": gettext("who changed the entry in the register, and in which minute"),
    }
    return [
        gettext("Personal data of one person"),
        "",
        gettext("The file data.json has all that this service keeps of the person, as a text for people and programs:"),
        "",
        *(f"- {name}: {words}" for name, words in parts.items()),
        "",
        gettext("How anybody voted is not among them: the service does not know it."),
        gettext(
            "Not looked through: lists saved as templates, lists of voters, free texts of minutes and of the steps of "
            "cycles, and backups of the server."
        ),
        gettext("Times are those of Greenwich (UTC)."),
    ]


def _json(official: str) -> bytes:
    identifier = register_of(house()).official(official).id
    text = json.dumps(personal_data_of(house(), identifier), ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


def _download(response: Response, ending: str) -> Response:
    response.headers["Content-Disposition"] = disposition(_STEM, ending)
    response.headers["Cache-Control"] = "no-store"
    return response
