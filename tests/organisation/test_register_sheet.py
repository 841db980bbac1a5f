"""A sheet from the register: a draft of the people who were chosen, each tied to the own line."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.organisation.organised import Organised
from tests.web.chair_browser import ChairBrowser
from voting.domain.organisation.officials import (
    Official,
    change_official,
)
from voting.domain.organisation.roles import Role
from voting.domain.sessions import State

SignIn = Callable[[str, str], ChairBrowser]


def sheet_fields(*people: Official, **changed: object) -> dict[str, object]:
    return {
        "title": "Xếp loại năm 2026",
        "occasion": "yearly",
        "language": "vi",
        "scale": "classification",
        "rule": "absolute_majority",
        "people": [one.id for one in people],
    } | changed


def test_a_sheet_is_made_of_the_chosen_people_and_tied_to_them(province: Organised, signed_in: SignIn) -> None:
    people = province.register(
        province.village,
        Official("", "Nguyễn Văn An", "", ("Chủ tịch",), "Lãnh đạo", "SO-HIEU-1", True),
        Official("", "Trần Thị Bình", "", ("Kế toán",), "Công chức"),
        Official("", "Lê Chi", "", ("Văn thư",), "Công chức"),
    )
    (gone,) = province.register(province.village, Official("", "Gone", "", left=True))
    change_official(province.house, replace(gone, left=True), by="x")
    browser = signed_in(Role.CHAIR, province.village)
    path = f"/chair/units/{province.village}/sheet"
    page = browser.get(path).text
    assert page.count("checked> <span>") >= 3
    assert all(f'value="{one.id}" checked' in page for one in people)
    assert "Gone" not in page
    answer = browser.send(path, sheet_fields(people[0], people[2]))
    assert answer.status_code == 303
    (draft,) = province.house.store.sessions()
    assert answer.location == f"/chair/sessions/{draft.uuid}/edit"
    assert draft.state == State.DRAFT
    assert (draft.unit_id, draft.unit, draft.chair) == (province.village, "Xã Bình An", "")
    assert {person.title: person.group for person in draft.sheet.people} == {
        "Nguyễn Văn An — Chủ tịch": "Lãnh đạo",
        "Lê Chi — Văn thư": "Công chức",
    }
    assert draft.rule.id == "absolute_majority"
    assert dict(draft.subjects) == {people[0].line.title: people[0].id, people[2].line.title: people[2].id}
    assert browser.get(answer.location).status_code == 200
    text = json.dumps([str(draft), province.house.store.journal()], ensure_ascii=False)
    assert "SO-HIEU-1" not in text


def test_no_sheet_is_made_without_somebody_who_was_chosen(province: Organised, signed_in: SignIn) -> None:
    """Who has left between the form and its answer is not dropped without a word."""
    an, binh = province.register(province.village, Official("", "An", ""), Official("", "Bình", ""))
    browser, path = signed_in(Role.CHAIR, province.village), f"/chair/units/{province.village}/sheet"
    browser.get(path)
    change_official(province.house, replace(an, left=True), by="")
    answer = browser.send(path, {"title": "Xếp loại", "rule": "count_only", "people": [an.id, binh.id]})
    assert answer.status_code == 400
    assert "The register was changed in between." in answer.text
    assert province.house.store.sessions() == ()
    fields = {"title": "Xếp loại", "rule": "count_only", "people": [binh.id]}
    assert browser.send(path, fields).status_code == 303


def test_a_sheet_has_nobody_of_another_unit(province: Organised, signed_in: SignIn) -> None:
    (here,) = province.register(province.village, Official("", "Here", ""))
    (there,) = province.register(province.town, Official("", "There", ""))
    browser = signed_in(Role.CHAIR, province.village)
    path = f"/chair/units/{province.village}/sheet"
    for people in ((here, there), (there,)):
        assert browser.send(path, sheet_fields(*people), on=path).status_code == 400
    assert province.house.store.sessions() == ()
    assert browser.send(path, sheet_fields(here), on=path).status_code == 303
    (draft,) = province.house.store.sessions()
    assert [person.name for person in draft.sheet.people] == ["Here"]
    assert browser.get(f"/chair/units/{province.town}/sheet").status_code == 403


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"people": []}, "people"),
        ({"scale": "motion"}, "scale"),
        ({"rule": "nq96_2023"}, "rule"),
        ({"rule": "no such rule"}, "rule"),
        ({"rule": ""}, "rule"),
        ({"occasion": "christmas"}, "occasion"),
        ({"scale": "choose", "rule": "elect", "choose": "9"}, "choose"),
        ({"scale": "choose", "rule": "elect", "choose": "9" * 5000}, "choose"),
    ],
)
def test_a_sheet_that_cannot_be_made_is_refused_at_its_field(
    province: Organised, signed_in: SignIn, changed: dict[str, object], field: str
) -> None:
    people = province.register(province.village, Official("", "An", ""), Official("", "Bình", ""))
    browser = signed_in(Role.CHAIR, province.village)
    path = f"/chair/units/{province.village}/sheet"
    answer = browser.send(path, sheet_fields(*people, **changed), on=path)
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text
    assert not province.house.store.sessions()


def test_no_rule_is_chosen_beforehand(province: Organised, signed_in: SignIn) -> None:
    province.register(province.village, Official("", "An", ""))
    page = signed_in(Role.CHAIR, province.village).get(f"/chair/units/{province.village}/sheet").text
    rules = re.findall(r'<input type="radio" name="rule"[^>]*>', page)
    assert "required" in rules[0]
    assert not [rule for rule in rules if "checked" in rule]


def test_people_whose_lines_are_the_same_cannot_stand_on_one_sheet(province: Organised, signed_in: SignIn) -> None:
    people = province.register(province.village, Official("", "An", ""), Official("", "An", ""))
    browser = signed_in(Role.CHAIR, province.village)
    path = f"/chair/units/{province.village}/sheet"
    answer = browser.send(path, sheet_fields(*people), on=path)
    assert answer.status_code == 400
    assert "the same as line 1" in answer.text
