"""The page where a chair copies the rule of a draft and changes it for this one session."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from voting.domain.drafting import change_session
from voting.domain.rulebook import borrowed_names
from voting.domain.rules import OWN, Rule, read_rule, rule_to_value
from voting.domain.scales import LANGUAGES
from voting.domain.sessions import Session, State
from voting.errors import ChangedMeanwhile, WrongState
from voting.web.access import chair_only
from voting.web.chair.blueprint import blueprint
from voting.web.chair.faults import Fault, in_words
from voting.web.chair.ownership import own_session
from voting.web.chair.rules_in_words import (
    BLANK_WORDS,
    CAP_BASE_WORDS,
    DISCLOSURE_WORDS,
    OPERATOR_WORDS,
    condition_in_words,
    levels_of,
)
from voting.web.languages import N_, gettext
from voting.web.rule_words import FIGURE_WORDS
from voting.web.site import house

Page = str | tuple[str, int] | Response
Path = tuple[str | int, ...]

_CHANGED: Final = {"vi": "(sửa đổi cho phiên này)", "en": "(changed for this session)"}
"""What the name of a copy is proposed to end with, in the languages of the rule and not of the page."""

_CHOICES: Final[dict[str, dict[str, str]]] = {
    "denominator": FIGURE_WORDS,
    "blank": BLANK_WORDS,
    "disclosure": DISCLOSURE_WORDS,
    "cap-base": CAP_BASE_WORDS,
}
_REASONS: Final = {
    "This must be a fraction": N_("Please enter a fraction such as 1/2 or 2/3, at most 1/1."),
    "This must be one of": N_("Please choose one of the list."),
    "This text is missing": N_("This text is missing."),
    "This outcome can never apply": N_("This outcome can never apply: whenever it would, an earlier one does."),
    "Where people are chosen": N_("Where people are chosen, nobody can be voted against."),
}
"""What a chair can bring about here, by how the reason of the domain begins."""


@blueprint.get("/sessions/<session:uuid>/rule")
@chair_only
def rule(uuid: str) -> Page:
    """Show the rule of a draft as a form, under the name of a copy."""
    session = own_session(uuid)
    if session.state != State.DRAFT:
        return redirect(url_for("chair.page", uuid=uuid), 303)
    typed = {_field(path): _text(value) for path, value in _places(rule_to_value(session.rule))}
    if not session.rule.id.startswith(OWN):
        for words in LANGUAGES:
            typed[f"names-{words}"] += f" {_CHANGED[words]}"
    return _form(session, {**typed, "version": str(session.version)})


@blueprint.post("/sessions/<session:uuid>/rule")
@chair_only
def change_rule(uuid: str) -> Page:
    """Give the draft a changed copy of its rule, or show beside the fields what cannot be used."""
    session = own_session(uuid)
    if session.state != State.DRAFT:
        raise WrongState("Only a draft can be changed.", session.state)
    if request.form.get("version") != str(session.version):
        raise ChangedMeanwhile("The draft was changed in between.")
    changed, faults = _changed(session.rule, request.form)
    if faults:
        return _form(session, request.form, tuple(faults)), 400
    change_session(house(), replace(session, rule=changed))
    flash(gettext("The changed rule is saved for this session."), "ok")
    return redirect(url_for("chair.page", uuid=uuid), 303)


def _form(session: Session, typed: Mapping[str, str], faults: tuple[Fault, ...] = ()) -> str:
    levels = levels_of(session)
    return render_template(
        "chair/rule.html",
        session=session,
        typed=typed,
        conditions=[
            [condition_in_words(each, levels) for each in outcome.conditions] for outcome in session.rule.outcomes
        ],
        levels=levels,
        figures={name: gettext(words) for name, words in FIGURE_WORDS.items()},
        choices={
            field: [(name, gettext(words)) for name, words in choices.items()] for field, choices in _CHOICES.items()
        },
        operators=[(op, gettext(words, share="…")) for op, words in OPERATOR_WORDS.items()],
        slips_made=bool(house().store.held_credentials(session.uuid)),
        faults=faults,
    )


# ---- the places of a rule that a chair may change, as fields of the form


def _places(value: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Yield (path, what stands there) for everything that may be changed."""
    paths: list[Path] = [(name, words) for name in ("names", "citation") for words in LANGUAGES]
    paths += [("denominator",), ("blank",), ("disclosure",)]
    if value["quorum"]:
        paths += [("quorum", "op"), ("quorum", "share")]
    if value["cap"]:
        paths += [("cap", "base"), ("cap", "share")]
    for i, outcome in enumerate(value["outcomes"]):
        paths += [("outcomes", i, name, words) for name in ("words", "article") for words in LANGUAGES]
        for j, condition in enumerate(outcome["conditions"]):
            if condition["kind"] == "share":
                paths.append(("outcomes", i, "conditions", j, "op"))
            if condition["kind"] in ("share", "nobody"):
                paths.append(("outcomes", i, "conditions", j, "share"))
    for path in paths:
        place: Any = value
        for step in path:
            place = place[step]
        yield path, place


def _changed(original: Rule, form: Mapping[str, str]) -> tuple[Rule, list[Fault]]:
    """Read the changed rule, with everything that is wrong with it."""
    value: dict[str, Any] = _copied(rule_to_value(original))
    for path, _ in list(_places(value)):
        *way, last = path
        place: Any = value
        for step in way:
            place = place[step]
        place[last] = form.get(_field(path), "").strip()
    shipped = original.id.removeprefix(OWN)
    changed, wrong = read_rule({**value, "id": OWN + shipped})
    faults = [Fault(_as_field(place), _in_words(reason)) for place, reason in wrong]
    # Else the board and the minutes would name a rule that did not apply.
    for field in borrowed_names(changed):
        faults.append(Fault(_as_field(field), gettext("A changed rule needs a name of its own.")))
    return changed, faults


def _in_words(reason: str) -> str:
    known = next((words for beginning, words in _REASONS.items() if reason.startswith(beginning)), None)
    return gettext(known) if known else in_words(reason[:1].lower() + reason[1:].removesuffix("."))


def _text(value: Any) -> str:
    return f"{value[0]}/{value[1]}" if isinstance(value, (list, tuple)) else value


def _field(path: Path) -> str:
    return "-".join(map(str, path))


def _as_field(name: str) -> str:
    """Name the field of the form by the place in the rule, as `outcomes[2].conditions[0].share`."""
    return "-".join(part for part in re.split(r"[\[\].]+", name) if part)


def _copied(value: Any) -> Any:
    """Copy a value with lists where it has tuples, so that it can be changed."""
    if isinstance(value, dict):
        return {name: _copied(each) for name, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, (list, tuple)) else value
