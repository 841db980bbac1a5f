"""Signing in and out, and choosing a password. A session begins anew at each sign-in, so that none can be planted."""

from dataclasses import replace

from flask import redirect, render_template, request, session, url_for
from flask_login import login_user
from werkzeug.wrappers import Response

from voting.domain.accounts import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    Account,
    check_name,
    password_fits,
    with_password,
)
from voting.errors import MalformedForm, SignInRefused, TooMany
from voting.web.access import SignedIn, newcomer, public, signed_in, this_chair
from voting.web.chair.blueprint import blueprint
from voting.web.chair.faults import Fault, faults_of
from voting.web.languages import gettext, ngettext
from voting.web.site import house, site

Page = str | tuple[str, int] | tuple[str, int, dict[str, str]] | Response


@blueprint.get("/sign-in")
@public
def sign_in() -> Page:
    """Show the sign-in, or the sessions to who is signed in already."""
    if signed_in():
        return redirect(url_for("chair.overview"), 303)
    return render_template("chair/sign_in.html", name="", faults=())


@blueprint.post("/sign-in")
@public
def enter() -> Page:
    """Check name and password."""
    name = request.form.get("name", "")[:100].strip().lower()
    try:
        account = _check(name, request.form.get("password", ""))
    except TooMany as refusal:
        minutes = max(1, -(-refusal.wait // 60))
        words = ngettext(
            "Too many tries with this name. Please wait %(num)s minute, then try again.",
            "Too many tries with this name. Please wait %(num)s minutes, then try again.",
            minutes,
        )
        page = render_template("chair/sign_in.html", name=name, faults=(Fault("name", words),))
        return page, 429, {"Retry-After": str(refusal.wait)}
    except SignInRefused:
        words = gettext("Name and password do not belong together.")
        return render_template("chair/sign_in.html", name=name, faults=(Fault("name", words),)), 401
    _begin(account)
    return redirect(url_for("chair.password" if account.one_time else "chair.overview"), 303)


def _check(name: str, password: str) -> Account:
    site().sign_in_limits.count_try(name)
    try:
        account = house().store.account(check_name(name))
    except MalformedForm:
        account = None
    if not password_fits(account, password) or account is None:
        raise SignInRefused("Name and password do not belong together.")
    site().sign_in_limits.forgive(name)
    return account


def _begin(account: Account) -> None:
    chosen = session.get("language")
    session.clear()
    if chosen:
        session["language"] = chosen
    login_user(SignedIn(account))


@blueprint.post("/sign-out")
@newcomer
def sign_out() -> Page:
    """End the session in this browser."""
    session.clear()
    return redirect(url_for("chair.sign_in"), 303)


@blueprint.get("/password")
@newcomer
def password() -> Page:
    """Show the form for an own password."""
    return _password_page(())


@blueprint.post("/password")
@newcomer
def change_password() -> Page:
    """Change the password: every other sign-in of this chair ends."""
    account = this_chair()
    new, again = request.form.get("new", ""), request.form.get("again", "")
    if not account.one_time:
        # Counted like a sign-in: a page left open must not be a place to guess at.
        site().sign_in_limits.count_try(account.name)
        if not password_fits(account, request.form.get("old", "")):
            return _password_page((Fault("old", gettext("This is not your present password.")),)), 400
        site().sign_in_limits.forgive(account.name)
    if new != again:
        return _password_page((Fault("again", gettext("The two new passwords differ.")),)), 400
    if password_fits(account, new):
        return _password_page((Fault("new", gettext("This is the old password. Please choose another.")),)), 400
    try:
        changed = with_password(account, new)
    except MalformedForm as refusal:
        return _password_page(tuple(replace(fault, field="new") for fault in faults_of(refusal))), 400
    house().store.save_account(changed, new=False)
    _begin(changed)
    return redirect(url_for("chair.overview"), 303)


def _password_page(faults: tuple[Fault, ...]) -> str:
    return render_template(
        "chair/password.html",
        one_time=this_chair().one_time,
        shortest=SHORTEST_PASSWORD,
        longest=LONGEST_PASSWORD,
        faults=faults,
    )
