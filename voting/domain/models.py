"""Models of a chair: the sheet, the rule and the settings of a session, saved under a name to make new sessions from.

A model holds no code, no ballot and no result, and stays as it is when the session that it came from changes.
"""

import json
from dataclasses import dataclass, replace
from typing import Final

from voting.domain.drafting import create_session
from voting.domain.house import House
from voting.domain.search import folded
from voting.domain.sessions import Session, check_session, session_from_json, session_to_json
from voting.domain.sheets import tidy
from voting.errors import MalformedForm, MalformedSheet, NotFound, Refusal
from voting.protocol.codes import draw_uuid

MOST_MODELS: Final = 100
"""Of one chair."""


@dataclass(frozen=True)
class Model:
    """A saved model. `text`: as it stands in the store.

    `session` is None when this version cannot read it, or would refuse it: a rule or a scale that is no more.
    """

    id: str
    name: str
    chair: str
    session: Session | None
    text: str


def save_model(house: House, uuid: str, name: str, *, chair: str) -> Model:
    """Save sheet, rule and settings of a session as a model of a chair. Raises MalformedForm, UnknownSession."""
    name = tidy_name(name)
    own = models_of(house, chair)
    if any(folded(model.name) == folded(name) for model in own):
        raise MalformedForm("You have one of this name already.", "name")
    if len(own) >= MOST_MODELS:
        raise MalformedForm(f"At most {MOST_MODELS} can be kept.", "name")
    entries = entries_of(house.store.session(uuid))
    identifier = draw_uuid()
    document = {"name": name, "chair": chair, "session": json.loads(session_to_json(entries))}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    house.store.swap_model(identifier, "", text)
    return _read(identifier, text)


def models_of(house: House, chair: str) -> list[Model]:
    """List the models of a chair by name."""
    return sorted((model for model in all_models(house) if model.chair == chair), key=lambda model: folded(model.name))


def all_models(house: House) -> list[Model]:
    """List the models of all chairs."""
    return [_read(identifier, text) for identifier, text in house.store.models().items()]


def model_of(house: House, identifier: str, *, chair: str) -> Model:
    """Give one model of a chair. Raises NotFound, also for another chair's."""
    for model in models_of(house, chair):
        if model.id == identifier:
            return model
    raise NotFound("There is no such model.")


def draft_from(house: House, model: Model, *, unit_id: str = "", unit: str = "") -> Session:
    """Make a new draft of the model's chair with the entries of a model. Raises NotFound for one without a session.

    `unit_id`, `unit`: the unit of the organisation that it belongs to instead, and its name.
    """
    if model.session is None:
        raise NotFound("This model cannot be read any more.")
    if unit_id:
        return create_session(house, replace(model.session, unit_id=unit_id, unit=unit))
    return create_session(house, replace(model.session, chair=model.chair))


def delete_model(house: House, model: Model) -> None:
    """Delete a model; sessions made from it stay. Raises ChangedMeanwhile."""
    house.store.swap_model(model.id, model.text, "")


def entries_of(session: Session) -> Session:
    """Give what the chair entered of a session, as a draft that has never been saved."""
    document = json.loads(session_to_json(session))
    blank = {"uuid": "", "chair": "", "created_at": 0, "unit_id": "", "cycle": "", "subjects": (), "records": None}
    return session_from_json(json.dumps(document | blank), {})


def tidy_name(name: str) -> str:
    """Tidy the name that a chair gives to something. Raises MalformedForm."""
    try:
        name = tidy(name)
    except MalformedSheet as refusal:
        raise MalformedForm(f"name: {refusal}.", "name") from None
    if not name:
        raise MalformedForm("The name is missing.", "name")
    return name


def _read(identifier: str, text: str) -> Model:
    value = json.loads(text)
    try:
        session = check_session(session_from_json(json.dumps(value["session"]), {}))
    except (Refusal, ValueError, TypeError, KeyError, AttributeError):
        # It keeps its name and its place on the list, so that its chair learns of it and can delete it.
        session = None
    return Model(identifier, value["name"], value["chair"], session, text)
