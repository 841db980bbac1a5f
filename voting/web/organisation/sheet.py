"""A sheet from the register: the chair of a unit chooses who stands on it, and a draft is made with these people."""

from dataclasses import dataclass, replace
from typing import Final

from flask import redirect, render_template, request, url_for

from voting.domain.drafting import create_session
from voting.domain.organisation.officials import Official, register_of
from voting.domain.organisation.register import note_act
from voting.domain.organisation.roles import Act
from voting.domain.rulebook import rule_of
from voting.domain.scales import LANGUAGES, SCALES
from voting.domain.sessions import OCCASIONS, Session
from voting.domain.sheets import make_sheet
from voting.errors import MalformedForm, MalformedRule, MalformedSheet
from voting.web.access import this_chair
from voting.web.chair.faults import Fault
from voting.web.chair.rules_in_words import rules_offered
from voting.web.chair.words import OCCASION_WORDS
from voting.web.languages import gettext, language
from voting.web.organisation.access import competent, standing
from voting.web.organisation.blueprint import blueprint
from voting.web.organisation.faults import faults_of
from voting.web.organisation.officials import Page
from voting.web.site import house

SCALES_OF_PEOPLE: Final = tuple(scale for scale in SCALES.values() if scale.id not in ("motion", "own"))
"""On these people are voted on with nothing else to say; the others can be chosen in the draft."""


@dataclass(frozen=True)
class Entries:
    """The fields of the form. `people`: identifiers, None before anything was chosen: then all are."""

    title: str = ""
    occasion: str = "yearly"
    language: str = "vi"
    scale: str = "classification"
    choose: str = "1"
    rule: str = ""
    people: frozenset[str] | None = None


@blueprint.get("/units/<session:unit>/sheet")
@competent(Act.RUN, of="unit")
def sheet(unit: str) -> Page:
    """Show the people of the unit, all of them chosen, and how they are voted on."""
    return _page(unit, Entries(language=language()))


@blueprint.post("/units/<session:unit>/sheet")
@competent(Act.RUN, of="unit")
def make_draft(unit: str) -> Page:
    """Make the draft. Its people are tied to the register by identifier; of the register it has the lines alone."""
    form = request.form
    texts = {name: form[name] for name in ("title", "occasion", "language", "scale", "choose", "rule") if name in form}
    entries = Entries(**texts, people=frozenset(form.getlist("people")))
    chosen = [one for _, people in _groups(unit) for one in people if one.id in (entries.people or ())]
    faults: list[Fault] = []
    if not entries.title.strip():
        faults.append(Fault("title", gettext("The title is missing.")))
    if not chosen:
        faults.append(Fault("people", gettext("Please choose at least one person.")))
    elif len(chosen) != len(entries.people or ()):
        # Somebody has left the unit since the form was shown: no sheet is made with fewer people than were chosen.
        faults.append(
            Fault("people", gettext("The register was changed in between. Please look at the list once more."))
        )
    if entries.scale not in {scale.id for scale in SCALES_OF_PEOPLE}:
        faults.append(Fault("scale", gettext("Please choose how each line is voted on.")))
    faults += _faults_of_rule(entries)
    if faults:
        return _page(unit, entries, tuple(faults)), 400
    try:
        draft = create_session(house(), _draft(unit, entries, chosen))
    except (MalformedForm, MalformedSheet) as refusal:
        return _page(unit, entries, faults_of(refusal, "people")), 400
    note_act(house(), this_chair().name, "session.draft", unit=unit, about=draft.uuid)
    return redirect(url_for("chair.edit", uuid=draft.uuid), 303)


def _faults_of_rule(entries: Entries) -> tuple[Fault, ...]:
    if not entries.rule:
        return (Fault("rule", gettext("Please choose a rule.")),)
    try:
        fits = not (scales := rule_of(entries.rule).scales) or entries.scale in scales
    except MalformedRule:
        fits = False
    words = gettext("This rule was not made for the way of voting chosen above. Please choose another one.")
    return () if fits else (Fault("rule", words),)


def _draft(unit: str, entries: Entries, chosen: list[Official]) -> Session:
    scale = SCALES[entries.scale]
    typed = entries.choose
    choose = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
    made = make_sheet([one.line for one in chosen], scale.id, choose=choose if scale.chooses_people else ())
    return Session(
        "",
        entries.title,
        made,
        unit=standing().tree.name(unit),
        unit_id=unit,
        occasion=entries.occasion,
        language=next((known for known in LANGUAGES if known == entries.language), LANGUAGES[0]),
        rule=rule_of(entries.rule),
        subjects=tuple((one.line.title, one.id) for one in chosen),
    )


def _groups(unit: str) -> list[tuple[str, list[Official]]]:
    """Give the people of a unit by group of similar duties, those without one last."""
    groups: dict[str, list[Official]] = {}
    for one in register_of(house()).of([unit]):
        groups.setdefault(one.group, []).append(one)
    return sorted(groups.items(), key=lambda group: (not group[0], group[0]))


def _page(unit: str, entries: Entries, faults: tuple[Fault, ...] = ()) -> str:
    tree = standing().tree
    groups = _groups(unit)
    if entries.people is None:
        entries = replace(entries, people=frozenset(one.id for _, people in groups for one in people))
    return render_template(
        "organisation/officials_sheet.html",
        unit=tree.unit(unit),
        path=tree.path(unit),
        groups=groups,
        entries=entries,
        rules=rules_offered(None),
        scales=[(scale.id, scale.names[language()]) for scale in SCALES_OF_PEOPLE],
        occasions=[(name, gettext(OCCASION_WORDS[name])) for name in OCCASIONS],
        languages_of_ballots=LANGUAGES,
        faults=faults,
    )
