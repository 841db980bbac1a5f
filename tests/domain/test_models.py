"""A model keeps what the chair entered and nothing of what happened; it belongs to one chair."""

import pytest

from voting.domain.drafting import change_session, create_session
from voting.domain.house import House
from voting.domain.models import MOST_MODELS, delete_model, draft_from, model_of, models_of, save_model
from voting.domain.rules import COUNT_ONLY, Rule
from voting.domain.sessions import LIVE_FIELDS, Session, State
from voting.domain.sheets import Person, make_sheet
from voting.domain.tellers import Teller
from voting.errors import ChangedMeanwhile, MalformedForm, NotFound

pytestmark = pytest.mark.store

RULE = Rule("own", {"vi": "Quy tắc", "en": "Rule"}, {"vi": "", "en": ""}, denominator="present")


def a_draft(house: House, title: str = "Lấy phiếu", **entries: object) -> Session:
    sheet = make_sheet([Person("An", "Giám đốc", "Nhóm 1"), Person("Bình", "", "Nhóm 2")], blank=True)
    wanted = {"codes": 9, "spares": 2, "pooled": 3, "unit": "Chi bộ 3", "rule": RULE, "chair": "hoa"}
    return create_session(house, Session("", title, sheet, **{**wanted, **entries}))


def entered(session: Session) -> dict[str, object]:
    left_out = {*LIVE_FIELDS, "uuid", "created_at", "chair"}
    return {name: value for name, value in vars(session).items() if name not in left_out}


def test_a_draft_from_a_model_has_the_same_entries_and_is_a_new_session(house: House) -> None:
    session = a_draft(house, tellers=(Teller("Thu"), Teller("Hà", "head")), threshold=2)
    model = save_model(house, session.uuid, "Yearly", chair="hoa")
    draft = draft_from(house, model_of(house, model.id, chair="hoa"))
    assert entered(draft) == entered(session)
    assert draft.rule == RULE != COUNT_ONLY
    assert (draft.state, draft.chair, draft.created_at) == (State.DRAFT, "hoa", house.clock())
    assert draft.uuid != session.uuid


def test_a_model_of_an_open_session_holds_nothing_of_the_vote(
    house: House, voting_now: tuple[str, tuple[str, ...]]
) -> None:
    uuid, codes = voting_now
    model = save_model(house, uuid, "Of an open one", chair="hoa")
    session = house.store.session(uuid)
    assert not any(code in model.text for code in codes)
    for secret in (uuid, session.receipt_key, str(session.ready_at)):
        assert secret not in model.text
    assert draft_from(house, model).state == State.DRAFT


def test_a_model_stays_as_it_was_when_its_session_changes(house: House) -> None:
    session = a_draft(house)
    model = save_model(house, session.uuid, "As it was", chair="hoa")
    change_session(house, Session(**{**vars(session), "title": "Other"}))
    assert model_of(house, model.id, chair="hoa").session.title == "Lấy phiếu"


def test_a_model_is_its_chairs_alone(house: House) -> None:
    model = save_model(house, a_draft(house).uuid, "Of hoa", chair="hoa")
    assert model.id not in {one.id for one in models_of(house, "binh")}
    with pytest.raises(NotFound):
        model_of(house, model.id, chair="binh")


def test_names_are_told_apart_and_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    uuid = a_draft(house).uuid
    save_model(house, uuid, "Mẫu A", chair="lan")
    for name in ("mau a", "MẪU  A", "", " ", "x" * 201):
        with pytest.raises(MalformedForm):
            save_model(house, uuid, name, chair="lan")
    save_model(house, uuid, "Mẫu A", chair="minh")
    assert [model.name for model in models_of(house, "lan")] == ["Mẫu A"]
    assert MOST_MODELS >= 50
    monkeypatch.setattr("voting.domain.models.MOST_MODELS", 1)
    with pytest.raises(MalformedForm):
        save_model(house, uuid, "One more", chair="lan")


def test_a_deleted_model_is_gone_and_cannot_be_deleted_twice(house: House) -> None:
    model = save_model(house, a_draft(house).uuid, "To be deleted", chair="hoa")
    delete_model(house, model)
    with pytest.raises(ChangedMeanwhile):
        delete_model(house, model)
    with pytest.raises(NotFound):
        model_of(house, model.id, chair="hoa")


def test_a_model_that_this_version_cannot_read_hides_no_other_and_can_be_deleted(house: House) -> None:
    whole = save_model(house, a_draft(house).uuid, "Whole", chair="an")
    text = house.store.models()[whole.id]
    # A field of a rule that is no more, a scale that is no more, and what is no session.
    for identifier, broken in (
        ("a", text.replace('"denominator"', '"divisor"')),
        ("b", '{"name":"No session","chair":"an","session":{}}'),
        ("c", text.replace('"scale":"confidence"', '"scale":"of_yore"')),
    ):
        house.store.swap_model(identifier, "", broken.replace('"Whole"', f'"Broken {identifier}"'))
    found = models_of(house, "an")
    assert [(model.name, model.session is None) for model in found] == [
        ("Broken a", True),
        ("Broken c", True),
        ("No session", True),
        ("Whole", False),
    ]
    with pytest.raises(NotFound):
        draft_from(house, found[0])
    with pytest.raises(MalformedForm):
        save_model(house, a_draft(house).uuid, "No session", chair="an")
    for model in found[:3]:
        delete_model(house, model)
    assert models_of(house, "an") == [whole]
    assert draft_from(house, whole).title == "Lấy phiếu"
