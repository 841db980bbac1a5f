"""Models of sessions, "templates" on the page: saved from a session, and new sessions made from them."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from voting.domain.models import delete_model, draft_from, model_of, models_of, save_model
from voting.domain.scales import scale_of
from voting.errors import MalformedForm
from voting.web.access import chair_only, this_chair
from voting.web.chair.blueprint import blueprint
from voting.web.chair.faults import Fault, faults_of
from voting.web.chair.noted import take_in_hand
from voting.web.chair.ownership import own_session
from voting.web.chair.placing import units_offered
from voting.web.languages import gettext, language
from voting.web.site import house

Page = str | tuple[str, int] | Response


@blueprint.get("/templates")
@chair_only
def models() -> Page:
    """List the chair's models."""
    rows = [
        (model, scale_of(model.session.sheet.scale).names[language()] if model.session else "")
        for model in models_of(house(), this_chair().name)
    ]
    return render_template("chair/models.html", rows=rows)


@blueprint.get("/sessions/<session:uuid>/template")
@chair_only
def ask_model(uuid: str) -> Page:
    """Ask for the name under which a session is saved."""
    session = own_session(uuid)
    return _save_page(uuid, session.title)


@blueprint.post("/sessions/<session:uuid>/template")
@chair_only
def save_as_model(uuid: str) -> Page:
    """Save what was entered of a session as a model."""
    own_session(uuid)
    name = request.form.get("name", "")
    try:
        model = save_model(house(), uuid, name, chair=this_chair().name)
    except MalformedForm as refusal:
        return _save_page(uuid, name, faults_of(refusal)), 400
    flash(gettext("Saved as the template “%(name)s”.", name=model.name), "ok")
    return redirect(url_for("chair.models"), 303)


@blueprint.post("/templates/<session:uuid>/use")
@chair_only
def use_model(uuid: str) -> Page:
    """Make a new draft from a model. Raises NotFound, also for that of another chair."""
    model, units = model_of(house(), uuid, chair=this_chair().name), units_offered(None)
    first = units[0] if units else None
    draft = draft_from(house(), model, unit_id=first.id if first else "", unit=first.name if first else "")
    take_in_hand(draft)
    flash(gettext("This is a new draft. Check the title and the list before you save it."), "ok")
    return redirect(url_for("chair.edit", uuid=draft.uuid), 303)


@blueprint.post("/templates/<session:uuid>/delete")
@chair_only
def remove_model(uuid: str) -> Page:
    """Delete a model. Raises NotFound, also for that of another chair."""
    model = model_of(house(), uuid, chair=this_chair().name)
    delete_model(house(), model)
    flash(gettext("The template “%(name)s” is deleted.", name=model.name), "ok")
    return redirect(url_for("chair.models"), 303)


def _save_page(uuid: str, name: str, faults: tuple[Fault, ...] = ()) -> str:
    return render_template("chair/save_model.html", session=own_session(uuid), name=name, faults=faults)
