"""Pages of records that may be one person: the pairs that are proposed, and one pair side by side to decide on."""

from typing import Final

from flask import flash, redirect, render_template, request, url_for

from voting.domain.organisation.duplicates import MOST_PAIRS, distinct_of, merge, pairs_of, set_apart
from voting.domain.organisation.officials import Official, Register, register_of
from voting.domain.organisation.roles import Act
from voting.errors import ChangedMeanwhile, MalformedRegister, UnknownOfficial
from voting.web.access import this_chair
from voting.web.chair.faults import Fault
from voting.web.languages import gettext
from voting.web.organisation.access import competent, standing
from voting.web.organisation.blueprint import blueprint
from voting.web.organisation.faults import faults_of
from voting.web.organisation.officials import Page, seal_of
from voting.web.site import house

PER_PAGE: Final = 50


@blueprint.get("/officials/duplicates")
@competent(Act.MANAGE, of="anywhere")
def duplicates() -> Page:
    """List the pairs that are proposed within the units that the account manages."""
    own = standing()
    managed = {unit.id for unit in own.units(Act.MANAGE)}
    pairs = pairs_of(register_of(house()), managed, distinct_of(house()))
    pages = max(1, -(-len(pairs) // PER_PAGE))
    number = min(max(request.args.get("page", 1, int), 1), pages)
    return render_template(
        "organisation/officials_duplicates.html",
        pairs=pairs[(number - 1) * PER_PAGE : number * PER_PAGE],
        count=len(pairs),
        are_all=len(pairs) < MOST_PAIRS,
        unit_name=own.tree.name,
        page=number,
        pages=pages,
    )


@blueprint.get("/officials/<session:official>/duplicate/<session:other>")
@competent(Act.MANAGE, of="official")
def duplicate(official: str, other: str) -> Page:
    """Show two records side by side."""
    register = register_of(house())
    return _page(register, *_both(register, official, other))


@blueprint.post("/officials/<session:official>/duplicate/<session:other>")
@competent(Act.MANAGE, of="official")
def decide_duplicate(official: str, other: str) -> Page:
    """Make one record of two, or remember that these are two people."""
    register = register_of(house())
    one, second = _both(register, official, other)
    if request.form.get("wish") == "distinct":
        set_apart(house(), one.id, second.id, by=this_chair().name)
        flash(gettext("These are two people: the pair is not proposed again."), "ok")
        return redirect(url_for("organisation.duplicates"), 303)
    if request.form.get("seen") != _seal(register, one, second):
        raise ChangedMeanwhile("One of the records was changed in between.")
    keep = request.form.get("keep", "")
    if keep not in (one.id, second.id):
        return _page(register, one, second, (Fault("keep", gettext("Please choose which record stays.")),)), 400
    drop = second.id if keep == one.id else one.id
    # By place: a post is text that somebody typed, and the browser may send it with other line ends or spaces.
    posts = _posts(one, second)
    chosen = [post for place, post in enumerate(posts) if str(place) in request.form.getlist("posts")]
    try:
        kept = merge(house(), keep, drop, _kept_first(register, keep, chosen), by=this_chair().name, register=register)
    except MalformedRegister as refusal:
        return _page(register, one, second, faults_of(refusal, "posts")), 400
    flash(gettext("The two records are one now. Votes that named the other one find the person here."), "ok")
    return redirect(url_for("organisation.official", official=kept.id), 303)


def _both(register: Register, official: str, other: str) -> tuple[Official, Official]:
    """Give two people, both in units that the account manages. Raises UnknownOfficial, NotCompetent."""
    one, second = register.official(official), register.official(other)
    standing().require(Act.MANAGE, second.unit)
    if one.id == second.id:
        raise UnknownOfficial("There are not two such people in the register.")
    return one, second


def _page(register: Register, one: Official, second: Official, faults: tuple[Fault, ...] = ()) -> str:
    sent = request.method == "POST"
    return render_template(
        "organisation/officials_pair.html",
        both=(one, second),
        paths={each.unit: standing().tree.path(each.unit) for each in (one, second)},
        posts=_posts(one, second),
        chosen=request.form.getlist("posts") if sent else None,
        keep=request.form.get("keep", ""),
        seen=_seal(register, one, second),
        faults=faults,
    )


def _posts(one: Official, second: Official) -> list[str]:
    return list(dict.fromkeys((*one.positions, *second.positions)))


def _kept_first(register: Register, keep: str, posts: list[str]) -> list[str]:
    """Put the posts of the record that stays first, in its order: its main post stays the main one."""
    own = register.official(keep).positions
    return sorted(posts, key=lambda post: own.index(post) if post in own else len(own))


def _seal(register: Register, one: Official, second: Official) -> str:
    return f"{seal_of(register, one)}-{seal_of(register, second)}"
