"""The register of people: who stands in it, and who may see what of it."""

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.organisation.organised import Organised
from tests.web.chair_browser import ChairBrowser
from tests.web.test_reasons import _name, _parts, _text
from voting.domain.house import House
from voting.domain.organisation.officials import (
    Official,
    add_official,
    change_official,
    found_among,
    register_of,
)
from voting.domain.organisation.register import journal_of
from voting.domain.organisation.roles import Role
from voting.domain.organisation.units import remove_unit
from voting.errors import ChangedMeanwhile, MalformedRegister, UnknownOfficial
from voting.web.chair.faults import in_words
from voting.web.organisation.faults import ALL

SignIn = Callable[[str, str], ChairBrowser]


def form_of(person: Official, **changed: object) -> dict[str, object]:
    """Give the fields of the form of a person."""
    fields: dict[str, object] = {
        "name": person.name,
        "positions": "\r\n".join(person.positions),
        "unit": person.unit,
        "group": person.group,
        "number": person.number,
    }
    fields |= {"member": "yes"} if person.member else {}
    return fields | changed


# ---- the register


def test_a_person_with_several_posts_has_one_line(province: Organised) -> None:
    person = Official("", "Nguyễn Văn An", province.village, ("Bí thư Đảng ủy", " Chủ tịch  UBND ", ""), "Lãnh đạo")
    added = add_official(province.house, person, by="x")
    assert added.line.title == "Nguyễn Văn An — Bí thư Đảng ủy, Chủ tịch UBND"
    assert register_of(province.house).of([province.village]) == [added]
    assert re.fullmatch(r"[1-9A-HJ-NP-Za-km-z]{14}", added.id)


@pytest.mark.parametrize(
    ("entries", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "An\u202e"}, "name"),
        ({"name": "A" * 201}, "name"),
        ({"unit": "11111111111111"}, "unit"),
        ({"positions": tuple(f"P{i}" for i in range(21))}, "positions"),
        ({"positions": ("Trưởng phòng" * 10, "Bí thư chi bộ" * 8)}, "positions"),
        ({"positions": ("A\u200bB",)}, "positions"),
        ({"group": "G" * 201}, "group"),
        ({"number": "cb 01"}, "number"),
    ],
)
def test_what_cannot_stand_in_the_register_is_refused_at_its_field(
    province: Organised, entries: dict[str, object], field: str
) -> None:
    province.register(province.town, Official("", "Trần Thị Bình", "", number="CB01"))
    before = province.house.store.organisation("officials")
    with pytest.raises(MalformedRegister) as refused:
        add_official(province.house, replace(Official("", "An", province.village), **entries), by="x")
    assert refused.value.field == field
    assert province.house.store.organisation("officials") == before


def test_a_register_that_is_full_takes_nobody(province: Organised, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voting.domain.organisation.officials.MOST_OFFICIALS", 1)
    kept = add_official(province.house, Official("", "An", province.village), by="x")
    with pytest.raises(MalformedRegister, match="At most 1 people"):
        add_official(province.house, Official("", "Bình", province.village), by="x")
    assert change_official(province.house, replace(kept, name="Ân"), by="x").name == "Ân"


def test_the_journal_tells_the_acts_and_no_names(province: Organised) -> None:
    house = province.house
    person = add_official(house, Official("", "Nguyễn Văn An", province.village, number="CB-77"), by="minh")
    for after in (
        replace(person, name="Nguyễn Văn Ân"),
        replace(person, name="Nguyễn Văn Ân", unit=province.town),
        replace(person, name="Nguyễn Văn Ân", unit=province.town, left=True),
        replace(person, name="Nguyễn Văn Ân", unit=province.town, left=True),
        replace(person, name="Nguyễn Văn Ân", unit=province.town),
    ):
        change_official(house, after, by="minh")
    acts = [(entry.act, entry.unit, entry.about) for entry in journal_of(house) if entry.act.startswith("official.")]
    assert acts == [
        ("official.add", province.village, person.id),
        ("official.change", province.village, person.id),
        ("official.move", province.town, person.id),
        ("official.leave", province.town, person.id),
        ("official.return", province.town, person.id),
    ]
    written = " ".join(house.store.journal())
    assert "Nguyễn" not in written
    assert "CB-77" not in written


def test_nobody_comes_into_a_unit_that_was_removed_meanwhile(province: Organised) -> None:
    house = province.house
    read = register_of(house)
    person = add_official(house, Official("", "An", province.town), by="x")
    with pytest.raises(UnknownOfficial):
        change_official(house, person, by="x", register=read)
    read = register_of(house)
    change_official(house, replace(person, name="Ân"), by="x")
    with pytest.raises(ChangedMeanwhile):
        change_official(house, replace(person, unit=province.harbour), by="x", register=read)
    remove_unit(house, province.harbour, by="x")
    with pytest.raises(MalformedRegister) as refused:
        change_official(house, replace(person, unit=province.harbour), by="x")
    assert refused.value.field == "unit"


def test_whose_data_were_erased_cannot_be_written_anew(province: Organised) -> None:
    (person,) = province.register(province.village, Official("", "An", ""))
    change_official(province.house, replace(person, erased=True), by="x")
    with pytest.raises(MalformedRegister, match="erased"):
        change_official(province.house, replace(person, name="An again"), by="x")
    assert register_of(province.house).of([province.village]) == []


def test_people_are_found_without_marks_by_name_post_and_group_and_not_by_number(province: Organised) -> None:
    people = [
        Official("1", "Nguyễn Văn Đức", "u", ("Chủ tịch",), "Lãnh đạo", "CB9000"),
        Official("2", "Trần Thị Bình", "u", ("Kế toán",)),
    ]
    assert [one.id for one in found_among(people, "duc chu tich")] == ["1"]
    assert [one.id for one in found_among(people, "lanh dao")] == ["1"]
    assert [one.id for one in found_among(people, "")] == ["1", "2"]
    assert found_among(people, "CB9000") == []


# ---- its pages


@pytest.fixture
def people(province: Organised) -> dict[str, Official]:
    """Three people in three units."""
    an = Official("", "Nguyễn Văn An", "", ("Chủ tịch",), "Lãnh đạo", "SO-HIEU-1", True)
    binh = Official("", "Trần Thị Bình", "", ("Kế toán",), "", "SO-HIEU-2")
    chi = Official("", "Lê Chi", "", ("Bí thư",), "", "SO-HIEU-3")
    return {
        "an": province.register(province.village, an)[0],
        "binh": province.register(province.town, binh)[0],
        "chi": province.register(province.harbour, chi)[0],
    }


def test_each_sees_the_people_of_the_own_units_alone(
    province: Organised, people: dict[str, Official], signed_in: SignIn
) -> None:
    seen = {
        (role, place): [
            name for name in people if people[name].name in signed_in(role, getattr(province, place)).get(path).text
        ]
        for role, place in ((Role.ADMINISTRATOR, "north"), (Role.ADMINISTRATOR, "province"), (Role.CHAIR, "town"))
        for path in ["/chair/officials"]
    }
    assert seen == {
        (Role.ADMINISTRATOR, "north"): ["an", "binh"],
        (Role.ADMINISTRATOR, "province"): ["an", "binh", "chi"],
        (Role.CHAIR, "town"): ["binh"],
    }
    for role in (Role.REVIEWER, Role.READER, Role.HEAD_TELLER):
        assert signed_in(role, province.north).get("/chair/officials").status_code == 403


def test_a_filter_for_a_unit_beside_the_own_one_shows_nobody_of_it(
    province: Organised, people: dict[str, Official], signed_in: SignIn
) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    page = browser.get(f"/chair/officials?unit={province.harbour}").text
    assert people["chi"].name not in page
    page = browser.get(f"/chair/officials?unit={province.town}&q=binh").text
    assert people["binh"].name in page
    assert people["an"].name not in page
    assert people["binh"].name not in browser.get("/chair/officials?who=left").text


def test_numbers_and_membership_are_shown_to_administrators_alone(
    province: Organised, people: dict[str, Official], signed_in: SignIn
) -> None:
    chair, administrator = signed_in(Role.CHAIR, province.village), signed_in(Role.ADMINISTRATOR, province.village)
    for path in ("/chair/officials", f"/chair/officials/{people['an'].id}"):
        told = administrator.get(path).text
        assert "SO-HIEU-1" in told
        assert "Party member" in told
        hidden = chair.get(path).text
        assert people["an"].name in hidden
        assert "SO-HIEU" not in hidden
        assert "Party" not in hidden
    assert "SO-HIEU" not in chair.get("/chair/officials?q=SO-HIEU-1").text.replace('value="SO-HIEU-1"', "").replace(
        "q=SO-HIEU-1", ""
    )


def test_an_account_of_two_roles_sees_numbers_only_where_it_manages(
    province: Organised, people: dict[str, Official], signed_in: SignIn
) -> None:
    from voting.domain.organisation.roles import grant_role

    browser = signed_in(Role.ADMINISTRATOR, province.village)
    grant_role(province.house, "administrator.village", province.town, Role.CHAIR, by="")
    page = browser.get("/chair/officials").text
    assert "SO-HIEU-1" in page
    assert people["binh"].name in page
    assert "SO-HIEU-2" not in page


def test_the_list_is_divided_into_pages_of_fifty(province: Organised, signed_in: SignIn) -> None:
    province.register(province.town, *(Official("", f"Người {i:03}", "") for i in range(120)))
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    shown = [re.findall(r"Người \d{3}", browser.get(f"/chair/officials?page={page}").text) for page in (1, 2, 3, 99)]
    assert [len(names) for names in shown] == [50, 50, 20, 20]
    assert sorted(shown[0] + shown[1] + shown[2]) == [f"Người {i:03}" for i in range(120)]


def test_a_person_is_added_changed_moved_and_leaves(province: Organised, signed_in: SignIn) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    path = f"/chair/units/{province.village}/officials/new"
    fields = form_of(Official("", "Phạm  Dũng", province.village, ("Bí thư", "Chủ tịch"), "Lãnh đạo", "77", True))
    answer = browser.send(path, fields, on=path)
    assert answer.status_code == 303
    (person,) = register_of(province.house).of([province.village])
    assert person == Official(person.id, "Phạm Dũng", province.village, ("Bí thư", "Chủ tịch"), "Lãnh đạo", "77", True)
    assert answer.location == f"/chair/officials/{person.id}"
    page = browser.get(answer.location).text
    assert "Tỉnh Đông Hải › Huyện Bắc Sơn › Xã Bình An" in page
    edit = f"/chair/officials/{person.id}/edit"
    browser.get(edit)
    fields = form_of(person, unit=province.town, left="yes", positions="Chủ tịch") | browser.hidden()
    assert browser.send(edit, fields).status_code == 303
    (gone,) = register_of(province.house).of([province.town], left=True)
    assert gone == replace(person, unit=province.town, positions=("Chủ tịch",), left=True)
    assert "Phạm Dũng" not in browser.get("/chair/officials").text
    assert "Phạm Dũng" in browser.get("/chair/officials?who=left").text


def test_nobody_is_moved_or_added_to_a_unit_that_the_account_does_not_manage(
    province: Organised, people: dict[str, Official], signed_in: SignIn
) -> None:
    before = province.house.store.organisation("officials")
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    edit = f"/chair/officials/{people['an'].id}/edit"
    browser.get(edit)
    hidden = browser.hidden()
    for unit in (province.harbour, province.province, "11111111111111", ""):
        browser.get(edit)
        assert browser.send(edit, form_of(people["an"], unit=unit) | hidden).status_code == 403
        new = f"/chair/units/{province.village}/officials/new"
        assert browser.send(new, form_of(people["an"], unit=unit, number=""), on=new).status_code == 403
    assert province.house.store.organisation("officials") == before


def test_a_chair_changes_nobody(province: Organised, people: dict[str, Official], signed_in: SignIn) -> None:
    browser = signed_in(Role.CHAIR, province.village)
    person = people["an"]
    before = province.house.store.organisation("officials")
    for path in (f"/chair/officials/{person.id}/edit", f"/chair/units/{province.village}/officials/new"):
        assert browser.get(path).status_code == 403
        assert browser.send(path, form_of(person), on="/chair/").status_code == 403
    assert province.house.store.organisation("officials") == before


def test_a_form_does_not_overwrite_what_it_did_not_show(
    province: Organised, people: dict[str, Official], signed_in: SignIn
) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    edit = f"/chair/officials/{people['an'].id}/edit"
    browser.get(edit)
    fields = form_of(people["an"], name="Mine") | browser.hidden()
    change_official(province.house, replace(people["an"], name="Theirs"), by="x")
    assert browser.send(edit, fields).status_code == 409
    assert register_of(province.house).official(people["an"].id).name == "Theirs"


def test_a_fault_stands_at_its_field_and_what_was_typed_stays(
    province: Organised, people: dict[str, Official], signed_in: SignIn
) -> None:
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    path = f"/chair/units/{province.village}/officials/new"
    fields = form_of(Official("", "Somebody", province.village, ("A post",), number="so hieu-2"))
    answer = browser.send(path, fields | {"number": "so-hieu-2"}, on=path)
    assert answer.status_code == 400
    assert 'id="number-error"' in answer.text
    assert "Somebody else in the register has this number." in answer.text
    assert "A post" in answer.text
    answer = browser.send(path, fields | {"name": " "}, on=path)
    assert 'id="name-error"' in answer.text


@pytest.mark.fault("W1")
def test_script_in_what_is_entered_is_shown_as_text(province: Organised, signed_in: SignIn) -> None:
    evil = "<script>alert(1)</script>"
    (person,) = province.register(province.village, Official("", evil, "", (evil,), evil, evil))
    province.register(province.village, Official("", evil, "", (evil,), evil, evil + "2"))
    browser = signed_in(Role.ADMINISTRATOR, province.north)
    chair = signed_in(Role.CHAIR, province.village)
    for who, path in (
        (browser, "/chair/officials"),
        (browser, f"/chair/officials/{person.id}"),
        (browser, f"/chair/officials/{person.id}/edit"),
        (browser, "/chair/officials/duplicates"),
        (chair, f"/chair/units/{province.village}/sheet"),
    ):
        page = who.get(path)
        assert page.status_code == 200
        assert evil not in page.text
        assert "&lt;script&gt;" in page.text


def test_every_reason_of_the_register_is_told_in_vietnamese(app: Flask, house: House) -> None:
    root = Path(__file__).parents[2] / "voting"
    names = [f"domain/organisation/{name}.py" for name in ("officials", "matching", "duplicates")]
    reasons: set[str] = set()
    for name in [*names, "documents/officials.py", "web/organisation/official_import.py"]:
        for node in ast.walk(ast.parse((root / name).read_text())):
            wanted = ("MalformedRegister", "MalformedSheet", "append")
            if isinstance(node, ast.Call) and _name(node.func) in wanted:
                reasons.update(filter(None, map(_text, _parts(node.args[:1]))))
    reasons = {reason for reason in reasons if not reason.startswith(("The list cannot be used", "7: "))}
    assert len(reasons) > 12
    with app.test_request_context("/chair/?lang=vi"):
        assert [reason for reason in sorted(reasons) if in_words(reason, ALL) == reason] == []
