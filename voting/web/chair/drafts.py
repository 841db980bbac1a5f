"""Making and changing a draft: the form, the preview of the list before it is saved, and copying a session."""

from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from voting.domain.drafting import change_session, copy_session, create_session
from voting.domain.scales import LANGUAGES, SCALES
from voting.domain.sessions import MOST_CODES, OCCASIONS, Session, State
from voting.domain.sheets import MOST_LINES, Sheet
from voting.domain.tellers import MOST_TELLERS
from voting.domain.warnings import FEW
from voting.errors import ChangedMeanwhile, WrongState
from voting.web.access import chair_only, this_chair
from voting.web.chair.blueprint import blueprint
from voting.web.chair.entries import Entries, EntriesRefused
from voting.web.chair.faults import Fault
from voting.web.chair.noted import take_in_hand
from voting.web.chair.ownership import own_session
from voting.web.chair.placing import may_stay_own, placed, units_offered
from voting.web.chair.progress import key_is_begun
from voting.web.chair.rules_in_words import rule_of_session, rules_offered
from voting.web.chair.sessions import in_words
from voting.web.chair.words import OCCASION_WORDS, ROLE_WORDS
from voting.web.languages import gettext, language
from voting.web.site import house

MOST_UPLOADED: Final = 1024 * 1024 + 64 * 1024
"""A file of 1 MB, and the other fields of the form."""

FIRST_ROWS: Final = 5
"""Rows for tellers that are seen at once; the others unfold."""

Page = str | tuple[str, int] | Response


@blueprint.url_value_preprocessor
def take_larger_forms(endpoint: str | None, _: dict[str, Any] | None) -> None:
    """Let the two forms that carry a list be larger than a ballot; before their token is looked for, in the body.

    The list comes as a file, or as text: pasted, or carried along by the preview of a file.
    """
    if endpoint in ("chair.create", "chair.change"):
        request.max_content_length = request.max_form_memory_size = MOST_UPLOADED


@blueprint.get("/sessions/new")
@chair_only
def new() -> Page:
    """Show an empty form."""
    first = next((unit.id for unit in units_offered(None)), "")
    return _form(Entries(language=language(), codes="12", mode="tellers", unit_id=first), None)


@blueprint.post("/sessions/new")
@chair_only
def create() -> Page:
    """Make a draft, or show the preview of its list first."""
    empty = Session("", "", Sheet(()), chair=this_chair().name)
    return _handle(empty, None)


@blueprint.get("/sessions/<session:uuid>/edit")
@chair_only
def edit(uuid: str) -> Page:
    """Show the form of a draft."""
    session = own_session(uuid)
    if session.state != State.DRAFT:
        return redirect(url_for("chair.page", uuid=uuid), 303)
    return _form(Entries.of_session(session), session)


@blueprint.post("/sessions/<session:uuid>/edit")
@chair_only
def change(uuid: str) -> Page:
    """Save a changed draft, or show the preview of its list first."""
    session = own_session(uuid)
    if session.state != State.DRAFT:
        raise WrongState("Only a draft can be changed.", session.state)
    return _handle(session, session)


@blueprint.post("/sessions/<session:uuid>/copy")
@chair_only
def copy(uuid: str) -> Page:
    """Make a new draft with the same entries."""
    own_session(uuid)
    draft = copy_session(house(), uuid, chair=this_chair().name)
    flash(gettext("This is a new draft with the same entries. Codes and ballots were not copied."), "ok")
    return redirect(url_for("chair.edit", uuid=draft.uuid), 303)


def _handle(base: Session, saved: Session | None) -> Page:
    entries, wish = Entries.of_form(request.form), request.form.get("wish", "save")
    if wish == "back":
        return _form(entries, saved)
    file = request.files.get("file")
    try:
        uploaded = file is not None and bool(file.filename)
        if file is not None and uploaded:
            entries = entries.with_file(file)
        session = placed(entries.to_session(base), entries.unit_id, saved)
    except EntriesRefused as refusal:
        return _form(entries, saved, refusal.faults), 400
    if uploaded or wish == "preview":
        return render_template(
            "chair/preview.html",
            entries=entries,
            draft=session,
            saved=saved,
            lines=entries.listed(),
            levels=session.sheet.level_labels(session.language),
            rule=rule_of_session(session),
            few=session.codes < FEW,
            roles=in_words(ROLE_WORDS),
        )
    return _save(session, entries, saved)


def _save(session: Session, entries: Entries, saved: Session | None) -> Page:
    if saved is None:
        session = create_session(house(), session)
        take_in_hand(session)
    elif entries.version != str(saved.version):
        raise ChangedMeanwhile("The draft was changed in between.")
    else:
        change_session(house(), session)
    flash(gettext("The draft is saved."), "ok")
    return redirect(url_for("chair.page", uuid=session.uuid), 303)


def _form(entries: Entries, saved: Session | None, faults: tuple[Fault, ...] = ()) -> str:
    slips_made = saved is not None and bool(house().store.held_credentials(saved.uuid))
    return render_template(
        "chair/edit.html",
        entries=entries,
        saved=saved,
        units=units_offered(saved),
        may_stay_own=may_stay_own(saved),
        key_begun=saved is not None and key_is_begun(saved),
        roles=[(name, gettext(words)) for name, words in ROLE_WORDS.items()],
        most_tellers=MOST_TELLERS,
        first_rows=FIRST_ROWS,
        slips_made=slips_made,
        faults=faults,
        rules=rules_offered(saved),
        scales=[(scale.id, scale.names[language()]) for scale in SCALES.values()],
        occasions=[(name, gettext(OCCASION_WORDS[name])) for name in OCCASIONS],
        languages_of_ballots=LANGUAGES,
        most_codes=MOST_CODES,
        most_lines=MOST_LINES,
    )
