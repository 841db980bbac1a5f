"""The settings of the organisation: how long things are kept and who deletes them; and what is due by now.

Nothing is deleted by itself: the page proposes it, and an act of a person, which the journal names, carries it out.
"""

from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from voting.domain.organisation.keeping import (
    DELETERS,
    MOST,
    Due,
    Keeping,
    change_keeping,
    clear_due_notices,
    delete_due_session,
    due_for,
    is_at_top,
    keeping_of,
    reduce_due_session,
    trim_due_entries,
)
from voting.domain.organisation.roles import Act
from voting.errors import ChangedMeanwhile, MalformedRegister, NotCompetent, UnknownSession
from voting.web.access import this_chair
from voting.web.chair.faults import Fault
from voting.web.languages import N_, gettext
from voting.web.organisation.access import competent, standing
from voting.web.organisation.blueprint import blueprint
from voting.web.organisation.faults import faults_of
from voting.web.site import house, site

Page = str | tuple[str, int] | Response

DELETER_WORDS: Final[dict[str, str]] = {
    "unit": N_("the administrators of the unit, or of one above it"),
    "top": N_("the administrators of the unit at the top alone"),
}
MOST_AT_ONCE: Final = 20
"""Each session that is deleted has the files of the store written anew."""


@blueprint.get("/settings")
@competent(Act.MANAGE, of="anywhere")
def settings() -> Page:
    """Say what is kept, how long, and who deletes it; at the top as a form."""
    return _page(_typed(keeping_of(house())))


@blueprint.post("/settings")
@competent(Act.MANAGE, of="anywhere")
def change_settings() -> Page:
    """Change how long things are kept. Raises NotCompetent below the top, ChangedMeanwhile."""
    if not is_at_top(standing()):
        raise NotCompetent("These settings are of all units.")
    before = keeping_of(house())
    if request.form.get("seen", "") != before.text:
        raise ChangedMeanwhile("The settings were changed in between.")
    typed = {name: request.form.get(name, "").strip() for name in (*MOST, "deleter")}
    try:
        change_keeping(house(), before, _entered(typed), by=this_chair().name)
    except MalformedRegister as refusal:
        return _page(typed, faults_of(refusal)), 400
    flash(gettext("The settings are saved."), "ok")
    return redirect(url_for("organisation.settings"), 303)


def _entered(typed: dict[str, str]) -> Keeping:
    def number(name: str) -> int:
        text = typed[name] or "0"
        # What is no number is refused as one that is out of range.
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

    return Keeping(number("session_years"), number("notice_days"), number("journal_years"), typed["deleter"])


def _typed(keeping: Keeping) -> dict[str, str]:
    return {name: str(getattr(keeping, name)) for name in (*MOST, "deleter")}


def _page(typed: dict[str, str], faults: tuple[Fault, ...] = ()) -> str:
    keeping = keeping_of(house())
    return render_template(
        "organisation/settings.html",
        keeping=keeping,
        typed=typed,
        most=MOST,
        deleters=[(name, gettext(DELETER_WORDS[name])) for name in DELETERS],
        may_change=is_at_top(standing()),
        due=due_for(house(), standing()),
        faults=faults,
    )


# ---- what is due


@blueprint.get("/settings/due")
@competent(Act.MANAGE, of="anywhere")
def due() -> Page:
    """Propose what the account may delete by now."""
    return _due_page()


@blueprint.get("/settings/due/sessions")
@blueprint.get("/settings/due/notices")
@blueprint.get("/settings/due/journal")
@competent(Act.MANAGE, of="anywhere")
def leave_due() -> Page:
    """Lead back from an address that forms are sent to."""
    return _to_due()


@blueprint.post("/settings/due/sessions")
@competent(Act.MANAGE, of="anywhere")
def delete_sessions() -> Page:
    """Delete the sessions that were chosen, or of these what only the meeting needed.

    Raises NotCompetent, ChangedMeanwhile when one is not due any more.
    """
    chosen = request.form.getlist("session")[:MOST_AT_ONCE]
    faults = () if chosen else (Fault("session", gettext("Choose at least one session.")),)
    if faults := (*faults, *_unsure("sure-sessions", gettext("Please confirm that this goes."))):
        return _due_page(faults), 400
    act = reduce_due_session if request.form.get("wish") == "reduce" else delete_due_session
    done = 0
    for uuid in dict.fromkeys(chosen):
        try:
            act(house(), standing(), uuid)
        except UnknownSession:
            # A second tap, or somebody else was quicker.
            continue
        site().figures.forget(uuid)
        done += 1
    flash(gettext("Sessions deleted or reduced: %(count)s.", count=done), "ok")
    return _to_due()


@blueprint.post("/settings/due/notices")
@competent(Act.MANAGE, of="anywhere")
def clear_notices() -> Page:
    """Delete the petitions, answers and links that are due. Raises ChangedMeanwhile."""
    if faults := _unsure("sure-notices", gettext("Please confirm that this goes.")):
        return _due_page(faults), 400
    now = due_for(house(), standing())
    count = clear_due_notices(house(), standing(), [notice.id for notice in now.notices])
    flash(gettext("Notices of which petitions, answers and links are deleted: %(count)s.", count=count), "ok")
    return _to_due()


@blueprint.post("/settings/due/journal")
@competent(Act.MANAGE, of="anywhere")
def trim() -> Page:
    """Delete the entries of the journal that are due. Raises NotCompetent below the top, ChangedMeanwhile."""
    if faults := _unsure("sure-journal", gettext("Please confirm that this goes.")):
        return _due_page(faults), 400
    count = trim_due_entries(house(), standing())
    flash(gettext("Entries of the journal deleted: %(count)s.", count=count), "ok")
    return _to_due()


def _unsure(field: str, words: str) -> tuple[Fault, ...]:
    return () if request.form.get("sure") == "yes" else (Fault(field, words),)


def _due_page(faults: tuple[Fault, ...] = ()) -> str:
    found = due_for(house(), standing())
    return render_template(
        "organisation/settings_due.html",
        due=found,
        keeping=keeping_of(house()),
        most_at_once=MOST_AT_ONCE,
        faults=faults,
        **_named(found),
    )


def _named(found: Due) -> dict[str, Any]:
    tree = standing().tree
    sessions, _ = house().store.readable_sessions({notice.session for notice in found.notices})
    by_session: dict[str, int] = {}
    for notice in found.notices:
        by_session[notice.session] = by_session.get(notice.session, 0) + 1
    return {
        "paths": {session.uuid: tree.path(session.unit_id) for session in found.sessions},
        "notices": [(sessions[uuid].title if uuid in sessions else uuid, count) for uuid, count in by_session.items()],
    }


def _to_due() -> Response:
    return redirect(url_for("organisation.due"), 303)
