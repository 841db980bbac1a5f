"""A spreadsheet of people into the register: read, shown beside the register, decided on, and then carried out at once.

Nothing is kept between the two forms: the preview carries the rows along, and a mark of what it showed. If the register
is another one by then, the preview is shown again.
"""

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from hashlib import sha256
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for

from voting.documents.officials import read_officials
from voting.documents.spreadsheets import MOST_ROWS
from voting.domain.organisation.matching import Fate, Match, Row, import_rows, match_rows
from voting.domain.organisation.officials import Official, Register, register_of
from voting.domain.organisation.roles import Act
from voting.errors import ChangedMeanwhile, Malformed, MalformedRegister, MalformedSheet
from voting.web.access import this_chair
from voting.web.chair.faults import Fault
from voting.web.languages import N_, gettext
from voting.web.organisation.access import competent, standing
from voting.web.organisation.blueprint import blueprint
from voting.web.organisation.faults import faults_of
from voting.web.organisation.officials import Page, in_tree
from voting.web.site import house

MOST_UPLOADED: Final = 2 * 1024 * 1024
"""A file of 1 MB; or its rows as the preview carries them, which have more signs between them."""

FATES: Final[dict[str, str]] = {
    Fate.NEW: N_("New"),
    Fate.CHANGED: N_("Changed"),
    Fate.SAME: N_("Unchanged"),
    Fate.DOUBTFUL: N_("To decide"),
}
_FIELDS: Final[tuple[tuple[str, str], ...]] = (
    ("name", N_("Full name")),
    ("positions", N_("Posts")),
    ("unit", N_("Unit")),
    ("group", N_("Group of similar duties")),
    ("number", N_("Staff number")),
    ("member", N_("Party member")),
    ("left", N_("Has left")),
)


@dataclass(frozen=True)
class Difference:
    """One entry that a row changes, in words."""

    field: str
    before: str
    after: str


@blueprint.url_value_preprocessor
def take_larger_lists(endpoint: str | None, _: dict[str, Any] | None) -> None:
    """Let the form that carries a list be larger than a ballot; before its token is looked for, in the body."""
    if endpoint == "organisation.carry_out_import":
        request.max_content_length = request.max_form_memory_size = MOST_UPLOADED
        # A decision on each row at the most, and what goes with them.
        request.max_form_parts = MOST_ROWS + 10


@blueprint.get("/units/<session:unit>/officials/import")
@competent(Act.MANAGE, of="unit")
def import_officials(unit: str) -> Page:
    """Ask for the file."""
    return _form(unit)


@blueprint.post("/units/<session:unit>/officials/import")
@competent(Act.MANAGE, of="unit")
def carry_out_import(unit: str) -> Page:
    """Show what a file would change, or change it as it was decided."""
    if "rows" in request.form:
        return _decided(unit)
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise MalformedRegister("Please choose a file.", "file")
        rows = read_officials(file.read(), file.filename)
        return _preview(unit, rows, _matched(register_of(house()), rows, unit))
    except (MalformedRegister, MalformedSheet) as refusal:
        return _form(unit, faults_of(refusal, "file")), 400


def _decided(unit: str) -> Page:
    rows, register = _carried(request.form["rows"]), register_of(house())
    decisions = {row.line: request.form.get(f"line_{row.line}", "") for row in rows}
    try:
        matches = _matched(register, rows, unit)
        if request.form.get("plan") != _mark(matches):
            return _preview(unit, rows, matches, decisions, again=True), 409
    except MalformedRegister as refusal:
        # What the register has by now does not go with the file any more.
        return _form(unit, faults_of(refusal, "file")), 400
    try:
        done = import_rows(house(), register, standing().tree, matches, decisions, unit=unit, by=this_chair().name)
    except ChangedMeanwhile:
        try:
            return _preview(unit, rows, _matched(register_of(house()), rows, unit), decisions, again=True), 409
        except MalformedRegister as refusal:
            return _form(unit, faults_of(refusal, "file")), 400
    except MalformedRegister as refusal:
        faults = tuple(
            Fault(f"line_{fault.line}" if fault.line else "file", fault.words) for fault in faults_of(refusal, "file")
        )
        return _preview(unit, rows, matches, decisions, faults), 400
    flash(
        gettext(
            "The list is in the register. New: %(new)s, changed: %(changed)s, unchanged: %(same)s.",
            new=done.new,
            changed=done.changed,
            same=done.same,
        ),
        "ok",
    )
    return redirect(url_for("organisation.officials", unit=unit), 303)


def _matched(register: Register, rows: tuple[Row, ...], unit: str) -> tuple[Match, ...]:
    managed = {each.id for each in standing().units(Act.MANAGE)}
    return match_rows(register, standing().tree, rows, unit=unit, allowed=managed)


def _form(unit: str, faults: tuple[Fault, ...] = ()) -> str:
    tree = standing().tree
    return render_template(
        "organisation/officials_import.html",
        unit=tree.unit(unit),
        path=tree.path(unit),
        units=in_tree(standing().units(Act.MANAGE)),
        faults=faults,
    )


def _preview(
    unit: str,
    rows: tuple[Row, ...],
    matches: tuple[Match, ...],
    decisions: Mapping[int, str] | None = None,
    faults: tuple[Fault, ...] = (),
    *,
    again: bool = False,
) -> str:
    tree = standing().tree
    counts = {fate: sum(match.fate == fate for match in matches) for fate in Fate}
    return render_template(
        "organisation/officials_preview.html",
        unit=tree.unit(unit),
        path=tree.path(unit),
        matches=matches,
        doubtful=[match for match in matches if match.fate is Fate.DOUBTFUL],
        counts=[(gettext(FATES[fate]), number) for fate, number in counts.items()],
        differences={match.row.line: _differences(match.before, match) for match in matches if match.before},
        differences_to=_differences,
        decisions=decisions or {},
        fates={fate: gettext(words) for fate, words in FATES.items()},
        unit_name=tree.name,
        rows=json.dumps([astuple(row) for row in rows], ensure_ascii=False, separators=(",", ":")),
        plan=_mark(matches),
        faults=faults,
        again=again,
    )


def _differences(before: Official, match: Match) -> list[Difference]:
    """List what a row changes of somebody, in words."""
    after = match.after(before)
    return [
        Difference(gettext(words), _said(getattr(before, name)), _said(getattr(after, name)))
        for name, words in _FIELDS
        if getattr(before, name) != getattr(after, name)
    ]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, tuple):
        return ", ".join(value) or "–"
    return standing().tree.name(str(value)) or str(value) or "–"


def _mark(matches: tuple[Match, ...]) -> str:
    """Mark what a preview shows, so that nobody decides on another one."""
    return sha256(repr(matches).encode()).hexdigest()[:16]


def _carried(text: str) -> tuple[Row, ...]:
    """Read the rows that the preview carries along. Raises Malformed where they were forged."""
    try:
        value = json.loads(text)
        rows = tuple(Row(line, name, tuple(posts), *rest) for line, name, posts, *rest in value)
    except (ValueError, TypeError, RecursionError):
        raise Malformed("The rows of the preview cannot be read.") from None
    if len(rows) > MOST_ROWS:
        raise Malformed("The rows of the preview cannot be read.")
    for row in rows:
        texts = (row.name, *row.positions, row.unit, row.group, row.number)
        if (
            type(row.line) is not int
            or row.member not in (None, True, False)
            or not all(isinstance(each, str) for each in texts)
        ):
            raise Malformed("The rows of the preview cannot be read.")
    if len({row.line for row in rows}) != len(rows):
        # By their lines rows are told apart: two of one line would pass as one where doubles are looked for.
        raise Malformed("The rows of the preview cannot be read.")
    return rows
