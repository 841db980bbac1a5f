"""A list of units from a file: shown first as what it would change, then saved as it was shown."""

from typing import Any, Final

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from voting.documents.spreadsheets import MOST_ROWS
from voting.documents.unit_lists import read_units
from voting.domain.organisation.roles import Act
from voting.domain.organisation.unit_import import Planned, UnitRow, import_units, plan_import
from voting.domain.organisation.units import tree_of
from voting.errors import ChangedMeanwhile, MalformedRegister, MalformedSheet
from voting.web.access import this_chair
from voting.web.chair.drafts import MOST_UPLOADED
from voting.web.chair.faults import Fault
from voting.web.languages import gettext
from voting.web.organisation.access import competent, standing
from voting.web.organisation.blueprint import blueprint
from voting.web.organisation.faults import faults_of
from voting.web.organisation.units import to_unit
from voting.web.site import house

Page = str | tuple[str, int] | Response

CARRIED: Final = ("organisation.preview_units", "organisation.save_units")


@blueprint.url_value_preprocessor
def take_larger_lists(endpoint: str | None, _: dict[str, Any] | None) -> None:
    """Let these forms be larger than a ballot; before their token is looked for, in the body."""
    if endpoint in CARRIED:
        request.max_content_length = request.max_form_memory_size = MOST_UPLOADED


@blueprint.get("/units/<session:unit>/import/save")
@blueprint.get("/units/<session:unit>/import")
@competent(Act.MANAGE, of="unit")
def ask_units(unit: str) -> Page:
    """Ask for the file."""
    return _form(unit)


@blueprint.post("/units/<session:unit>/import")
@competent(Act.MANAGE, of="unit")
def preview_units(unit: str) -> Page:
    """Show what a file would change below this unit, or which of its lines are bad. Nothing is saved."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _form(unit, (Fault("file", gettext("Choose a file.")),)), 400
    try:
        return _preview(unit, read_units(file.read(), file.filename))
    except (MalformedRegister, MalformedSheet) as refusal:
        return _form(unit, faults_of(refusal, "file")), 400


@blueprint.post("/units/<session:unit>/import/save")
@competent(Act.MANAGE, of="unit")
def save_units(unit: str) -> Page:
    """Save what the preview showed; when the units were changed in between, show it anew."""
    try:
        rows = _carried(request.form.get("rows", ""))
        version = request.form.get("version", "")
        try:
            plan = import_units(house(), rows, below=unit, version=_number(version), by=this_chair().name)
        except ChangedMeanwhile:
            return _preview(unit, rows, changed=True), 409
    except MalformedRegister as refusal:
        return _form(unit, faults_of(refusal, "file")), 400
    added = sum(row.is_new for row in plan.changed)
    flash(
        gettext("Units added: %(added)s; changed: %(others)s.", added=added, others=len(plan.changed) - added),
        "ok",
    )
    return to_unit(unit)


def _form(unit: str, faults: tuple[Fault, ...] = ()) -> str:
    tree = standing().tree
    return render_template(
        "organisation/units_import.html", unit=tree.unit(unit), path=tree.path(unit), faults=faults, most=MOST_ROWS
    )


def _preview(unit: str, rows: tuple[UnitRow, ...], *, changed: bool = False) -> str:
    tree = tree_of(house())
    plan = plan_import(tree, rows, below=unit)
    return render_template(
        "organisation/units_preview.html",
        unit=tree.unit(unit),
        plan=plan,
        rows=[(row, _kinds(row)) for row in plan.rows],
        carried="\n".join("\t".join(_cells(row)) for row in rows),
        version=tree.version,
        changed=changed,
    )


def _kinds(row: Planned) -> list[str]:
    kinds = (
        (row.is_new, gettext("new")),
        (row.is_renamed, gettext("renamed")),
        (row.is_moved, gettext("moved")),
        (row.is_recoded, gettext("another code")),
    )
    return [words for holds, words in kinds if holds]


def _cells(row: UnitRow) -> list[str]:
    """Write a row as a line of the form: no cell keeps a tab or a line feed."""
    return [str(row.line), *(" ".join(cell.split()) for cell in (row.name, row.code, row.parent))]


def _carried(text: str) -> tuple[UnitRow, ...]:
    """Read the rows that a preview carries along. Raises MalformedRegister."""
    lines = [line.split("\t") for line in text.replace("\r\n", "\n").split("\n") if line]
    if len(lines) > MOST_ROWS or any(len(cells) != 4 for cells in lines):
        raise MalformedRegister("No unit is in the file.", "file")
    rows = tuple(UnitRow(_number(line), name, code, parent) for line, name, code, parent in lines)
    if len({row.line for row in rows}) != len(rows):
        # By their lines rows are told apart: two of one line would pass as one where doubles are looked for.
        raise MalformedRegister("No unit is in the file.", "file")
    return rows


def _number(text: str) -> int:
    """Read a number of a line or a version; 0 when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
