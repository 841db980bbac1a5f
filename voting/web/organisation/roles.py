"""Roles in a unit: given to an account that exists or is made for it, and taken back.

A one-time password is in one answer and nowhere else. Which accounts an administrator may give one is said in
`voting/domain/organisation/accounts.py`.
"""

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from voting.domain.organisation.accounts import checked, make_member, renew_password
from voting.domain.organisation.roles import Act, Grant, Role, check_role, grant_role, grants_of, revoke_role
from voting.errors import MalformedRegister
from voting.web.access import this_chair
from voting.web.languages import gettext
from voting.web.organisation.access import competent, standing
from voting.web.organisation.blueprint import blueprint
from voting.web.organisation.faults import faults_of
from voting.web.organisation.role_words import role_words
from voting.web.organisation.units import to_unit, unit_page
from voting.web.site import house

Page = str | tuple[str, int] | AnyResponse


@blueprint.get("/units/<session:unit>/roles")
@blueprint.get("/units/<session:unit>/roles/revoke")
@blueprint.get("/units/<session:unit>/roles/password")
@competent(Act.MANAGE, of="unit")
def leave_roles(unit: str) -> Page:
    """Lead back to a unit from an address that forms are sent to; passwords are shown once."""
    return to_unit(unit)


@blueprint.post("/units/<session:unit>/roles")
@competent(Act.MANAGE, of="unit")
def grant(unit: str) -> Page:
    """Give an account a role in a unit; with `new` the account is made, and its one-time password shown."""
    entries = {name: request.form.get(name, "") for name in ("account", "role", "new")}
    try:
        check_role(entries["role"])
        name = checked(entries["account"])
        if entries["new"] == "yes":
            return _shown_once(unit, name, make_member(house(), name, unit, entries["role"], by=this_chair().name))
        given = grant_role(house(), name, unit, entries["role"], by=this_chair().name)
    except MalformedRegister as refusal:
        return unit_page(unit, faults_of(refusal, "account"), entries), 400
    flash(gettext("%(account)s: %(role)s in this unit.", account=name, role=role_words(given.role)), "ok")
    return to_unit(unit)


@blueprint.post("/units/<session:unit>/roles/revoke")
@competent(Act.MANAGE, of="unit")
def revoke(unit: str) -> Page:
    """Take a role in this unit back; a second tap does no more."""
    given = _given(unit)
    if given is None:
        return to_unit(unit)
    try:
        revoke_role(house(), given, by=this_chair().name)
    except MalformedRegister as refusal:
        return unit_page(unit, faults_of(refusal, "account")), 400
    flash(
        gettext("%(account)s is no longer: %(role)s.", account=given.account, role=role_words(given.role)),
        "ok",
    )
    if given.account == this_chair().name:
        return redirect(url_for("chair.overview"), 303)
    return to_unit(unit)


@blueprint.post("/units/<session:unit>/roles/password")
@competent(Act.MANAGE, of="unit")
def renew(unit: str) -> Page:
    """Give an account with a role in this unit another one-time password, and show it. Raises NotCompetent."""
    given = _given(unit)
    if given is None:
        return to_unit(unit)
    return _shown_once(unit, given.account, renew_password(house(), given.account, by=this_chair().name))


def _given(unit: str) -> Grant | None:
    account, role = request.form.get("account", ""), request.form.get("role", "")
    wanted = Grant(account, unit, Role(role)) if role in [*Role] else None
    return wanted if wanted in [*grants_of(house())] else None


def _shown_once(unit: str, name: str, password: str) -> Response:
    page = render_template(
        "organisation/roles_password.html", unit=standing().tree.unit(unit), name=name, password=password
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
