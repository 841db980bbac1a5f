"""Rules of one's own: what can be meant is used, and whatever cannot is refused with its place."""

import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from tests.domain.made_rules import CHOOSING, MADE, changed
from voting.domain.rulebook import RULES, faults_of_text, rule_from_text
from voting.domain.rules import (
    LONGEST_PASSAGE,
    MOST_OUTCOMES,
    Condition,
    Quorum,
    Rule,
    read_rule,
    rule_from_value,
)
from voting.domain.sheets import LONGEST_TEXT
from voting.errors import MalformedRule


def test_a_rule_of_ones_own_can_be_used() -> None:
    rule = rule_from_text(MADE, "house.toml")
    assert rule.outcomes[0].conditions[0] == Condition("share", (1,), ">", (2, 3))
    assert rule.quorum == Quorum("present", "members", ">=", (1, 2))
    assert (rule.outcomes[2].second_vote, rule.outcomes[2].article) == (True, {"vi": "", "en": ""})
    assert rule_from_value(tomllib.loads(CHOOSING)).outcomes[0].conditions[1].rank == 0


def test_texts_are_tidied() -> None:
    rule = rule_from_value(changed(lambda value: value["names"].update(vi="  Quy   định  ")))
    assert rule.names["vi"] == "Quy định"


def drop(*path: str | int) -> Callable[[dict[str, Any]], object]:
    def change(value: Any) -> None:
        *way, last = path
        for step in way:
            value = value[step]
        del value[last]

    return change


def put(*path_and_value: Any) -> Callable[[dict[str, Any]], object]:
    *path, new = path_and_value

    def change(value: Any) -> None:
        *way, last = path
        for step in way:
            value = value[step]
        value[last] = new

    return change


FIRST = ("outcomes", 0, "conditions", 0)
SAME = {"id": "other", "words": {"vi": "x", "en": "x"}}
FAULTS = [
    # what is missing, unknown or of a wrong kind
    (drop("id"), "id"),
    (drop("names"), "names"),
    (drop("names", "en"), "names.en"),
    (put("names", {"vi": "a", "en": " "}), "names.en"),
    (put("names", "a name"), "names"),
    (put("names", "fr", "une règle"), "names.fr"),
    (drop("citation", "vi"), "citation.vi"),
    (drop("outcomes", 0, "words"), "outcomes[0].words"),
    (drop("outcomes", 1, "words", "vi"), "outcomes[1].words.vi"),
    (put("outcomes", 0, "words", "vi", 7), "outcomes[0].words"),
    (drop("outcomes", 0, "article", "en"), "outcomes[0].article.en"),
    (drop("outcomes", 0, "id"), "outcomes[0].id"),
    (put("denominater", "collected"), "denominater"),
    (put("outcomes", 0, "color", "red"), "outcomes[0].color"),
    (put(*FIRST, "share_of", "collected"), "outcomes[0].conditions[0].share_of"),
    (put("quorum", "at", 1), "quorum.at"),
    (put("cap", "max", 1), "cap.max"),
    (put("outcomes", {}), "outcomes"),
    (put("outcomes", 0, "high"), "outcomes[0]"),
    (put("outcomes", 0, "conditions", "always"), "outcomes[0].conditions"),
    (put("outcomes", 0, "conditions", 1, 3), "outcomes[0].conditions[1]"),
    (put("quorum", "half"), "quorum"),
    (put("cap", True), "cap"),
    # identifiers and choices
    (put("id", "House rule"), "id"),
    (put("id", "x" * 41), "id"),
    (put("id", "own:"), "id"),
    (put("id", 12), "id"),
    (put("outcomes", 0, "id", "own:high"), "outcomes[0].id"),
    (put("outcomes", 2, "id", "high"), "outcomes[2].id"),
    (put("denominator", "everybody"), "denominator"),
    (put("denominator", ["present"]), "denominator"),
    (put("validity", "vote"), "validity"),
    (put("blank", "yes"), "blank"),
    (put("disclosure", "secret"), "disclosure"),
    (put("outcomes", 0, "tone", "red"), "outcomes[0].tone"),
    (put("second_rule", "Nowhere!"), "second_rule"),
    (put("scales", ["confidence", "trust"]), "scales[1]"),
    (put("scales", ["confidence", "confidence"]), "scales[1]"),
    (put("scales", "confidence"), "scales"),
    (put("scales", []), "scales"),
    (put("scales", ["confidence", "choose"]), "scales"),
    # shares, levels and numbers
    (drop(*FIRST, "share"), "outcomes[0].conditions[0].share"),
    (drop(*FIRST, "op"), "outcomes[0].conditions[0].op"),
    (put(*FIRST, "share", "0/3"), "outcomes[0].conditions[0].share"),
    (put(*FIRST, "share", "4/3"), "outcomes[0].conditions[0].share"),
    (put(*FIRST, "share", "2/0"), "outcomes[0].conditions[0].share"),
    (put(*FIRST, "share", "66,7 %"), "outcomes[0].conditions[0].share"),
    (put(*FIRST, "share", 0.6667), "outcomes[0].conditions[0].share"),
    (put(*FIRST, "share", [2, 3, 4]), "outcomes[0].conditions[0].share"),
    (put(*FIRST, "share", [True, 2]), "outcomes[0].conditions[0].share"),
    (put(*FIRST, "share", "667/1001"), "outcomes[0].conditions[0].share"),
    (put(*FIRST, "share", "-1/2"), "outcomes[0].conditions[0].share"),
    (put(*FIRST, "share", "٢/٣"), "outcomes[0].conditions[0].share"),
    (put("quorum", "share", "3/2"), "quorum.share"),
    (drop("quorum", "share"), "quorum.share"),
    (put("cap", "share", "0/1"), "cap.share"),
    (put(*FIRST, "op", "<"), "outcomes[0].conditions[0].op"),
    (put("quorum", "op", "="), "quorum.op"),
    (put(*FIRST, "levels", [4]), "outcomes[0].conditions[0].levels"),
    (put(*FIRST, "levels", [0]), "outcomes[0].conditions[0].levels"),
    (put(*FIRST, "levels", [2, 1]), "outcomes[0].conditions[0].levels"),
    (put(*FIRST, "levels", [1, 1]), "outcomes[0].conditions[0].levels"),
    (put(*FIRST, "levels", [True]), "outcomes[0].conditions[0].levels"),
    (put(*FIRST, "levels", "low"), "outcomes[0].conditions[0].levels"),
    (put(*FIRST, "levels", []), "outcomes[0].conditions[0].levels"),
    (put("cast_levels", [1, 5]), "cast_levels"),
    (put("outcomes", 0, "level", 4), "outcomes[0].level"),
    (put("outcomes", 0, "level", -1), "outcomes[0].level"),
    (put("outcomes", 0, "level", 1.0), "outcomes[0].level"),
    (put("outcomes", 0, "second_vote", 1), "outcomes[0].second_vote"),
    # what only the whole shows
    (put("quorum", "figure", "members"), "quorum.of"),
    (put("quorum", "of", "valid"), "quorum.of"),
    (put("cap", "level", 3), "cap.level"),
    (put("cap", "level", 0), "cap.level"),
    (drop("outcomes", 1, "level"), "cap.level"),
    (put(*FIRST, {"kind": "rank", "rank": 1}), "outcomes[0].conditions[0].kind"),
    (put(*FIRST, {"kind": "nobody", "share": "1/2"}), "outcomes[0].conditions[0].kind"),
    (put(*FIRST, {"kind": "most", "levels": [1]}), "outcomes[0].conditions[0].kind"),
    (put(*FIRST, {"kind": "highest", "levels": [1], "share": "2/3"}), "outcomes[0].conditions[0].share"),
    (put(*FIRST, {"levels": [1], "op": ">", "share": "2/3", "rank": 1}), "outcomes[0].conditions[0].rank"),
    (drop("outcomes", 1, "conditions"), "outcomes[2]"),
    (put("outcomes", 2, SAME | {"conditions": [{"levels": [1], "op": ">", "share": "1/2"}]}), "outcomes[2]"),
    (put("outcomes", 2, SAME | {"conditions": [{"levels": [2], "op": ">=", "share": "2/3"}]}), "outcomes[2]"),
    (put("outcomes", 2, SAME | {"conditions": [{"levels": [1, 2], "op": "=", "share": "1/2"}]}), "outcomes[2]"),
    # texts and sizes
    (put("names", "vi", "a\u202eb"), "names.vi"),
    (put("names", "en", "x" * (LONGEST_TEXT + 1)), "names.en"),
    (put("outcomes", 0, "words", "en", "x" * (LONGEST_PASSAGE + 1)), "outcomes[0].words.en"),
    (put("citation", "en", "two\nlines\x07"), "citation.en"),
    (put("outcomes", [SAME] * (MOST_OUTCOMES + 1)), "outcomes"),
]


@pytest.mark.parametrize(("change", "field"), FAULTS, ids=[f"{i}-{field}" for i, (_, field) in enumerate(FAULTS)])
def test_what_cannot_be_meant_is_refused_by_its_place(change: Callable[[dict[str, Any]], object], field: str) -> None:
    with pytest.raises(MalformedRule) as refusal:
        rule_from_value(changed(change), "house.toml")
    assert (refusal.value.field, refusal.value.file) == (field, "house.toml")
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (put("blank", "against"), "blank"),
        (put(*FIRST, "levels", [1]), "outcomes[0].conditions[0].levels"),
        (put("outcomes", 0, "level", 1), "outcomes[0].level"),
        (put("cap", {"level": 1, "share": "1/5", "base": "good_only"}), "cap.level"),
        (put("cast_levels", [1]), "cast_levels"),
        (put("outcomes", 1, "conditions", 0, {"kind": "nobody"}), "outcomes[1].conditions[0].share"),
        (put("outcomes", 0, "conditions", 1, {"kind": "rank"}), "outcomes[0].conditions[1].rank"),
        (put("outcomes", 0, "conditions", 1, "tied", "no"), "outcomes[0].conditions[1].tied"),
        (put("outcomes", 0, "conditions", 1, "rank", -1), "outcomes[0].conditions[1].rank"),
        (put("outcomes", 0, "conditions", 1, "levels", [1]), "outcomes[0].conditions[1].levels"),
    ],
)
def test_what_makes_no_sense_where_people_are_chosen_is_refused(
    change: Callable[[dict[str, Any]], object], field: str
) -> None:
    with pytest.raises(MalformedRule) as refusal:
        rule_from_value(changed(change, CHOOSING))
    assert refusal.value.field == field


@pytest.mark.parametrize("value", [None, [], "nq96_2023", 3, {"": 1}, {1: 2}])
def test_what_is_no_rule_at_all_is_refused_and_breaks_nothing(value: object) -> None:
    with pytest.raises(MalformedRule):
        rule_from_value(value)


def test_a_later_outcome_that_an_earlier_one_does_not_cover_is_no_fault() -> None:
    above = changed(put("outcomes", 2, SAME | {"conditions": [{"levels": [2, 3], "op": ">", "share": "2/3"}]}))
    assert len(rule_from_value(above).outcomes) == 3


def test_exactly_half_does_not_cover_more_than_half() -> None:
    exactly = put("outcomes", 1, "conditions", [{"levels": [1, 2], "op": "=", "share": "1/2"}])
    beyond = put("outcomes", 2, SAME | {"conditions": [{"levels": [1, 2], "op": ">", "share": "1/2"}]})
    assert len(rule_from_value(changed(lambda value: (exactly(value), beyond(value)))).outcomes) == 3


def test_all_that_is_wrong_is_told_at_once() -> None:
    text = MADE.replace('"2/3"', '"3/2"').replace('words.en = "Low"', "").replace("level = 2", "level = 9")
    fields = [field for field, _ in faults_of_text(text)]
    assert fields == ["outcomes[0].conditions[0].share", "outcomes[2].words.en"]
    assert [field for field, _ in read_rule(changed(put("outcomes", 1, "level", 9)))[1]] == [
        "outcomes[1].level",
        "cap.level",
    ]


def test_a_second_rule_that_is_not_shipped_is_refused() -> None:
    text = 'second_rule = "third_vote"\n' + MADE
    assert [field for field, _ in faults_of_text(text)] == ["second_rule"]
    with pytest.raises(MalformedRule) as refusal:
        rule_from_text(text, "house.toml")
    assert (refusal.value.field, refusal.value.file) == ("second_rule", "house.toml")
    assert faults_of_text('second_rule = "second_vote"\n' + MADE) == ()


def test_what_is_not_toml_is_refused_with_its_line() -> None:
    with pytest.raises(MalformedRule, match="line 2") as refusal:
        rule_from_text('id = "a"\nnames', "house.toml")
    assert refusal.value.file == "house.toml"
    assert "TOML" in faults_of_text("= 3")[0][1]
    assert "TOML" in faults_of_text("a = " + "[" * 5000)[0][1]


def test_a_changed_copy_has_an_identifier_that_no_shipped_rule_has() -> None:
    assert rule_from_value(changed(put("id", "own:nq96_2023"))).id == "own:nq96_2023"
    assert not any(":" in identifier for identifier in RULES)


def test_a_bare_rule_of_texts_alone_is_enough() -> None:
    rule = rule_from_value({"id": "bare", "names": {"vi": "a", "en": "a"}, "denominator": "members"})
    assert rule == Rule("bare", {"vi": "a", "en": "a"}, {"vi": "", "en": ""}, denominator="members")
