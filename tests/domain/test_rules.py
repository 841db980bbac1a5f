"""Rules as data: every shipped file can be used, and whatever cannot be meant is refused with its place."""

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from voting.domain.rule_commitment import line_on_board, rule_bytes
from voting.domain.rulebook import FOLDER, RULES, faults_of_text, rule_from_text, rule_of, rules_for, text_of
from voting.domain.rules import (
    COUNT_ONLY,
    LONGEST_PASSAGE,
    MOST_OUTCOMES,
    Condition,
    Quorum,
    Rule,
    check_rule_fits,
    read_rule,
    rule_from_value,
    rule_to_value,
)
from voting.domain.scales import LANGUAGES, SCALES
from voting.domain.sessions import Session, session_from_json, session_to_json
from voting.domain.sheets import LONGEST_TEXT, Person, make_sheet
from voting.errors import MalformedRule
from voting.protocol.canonical import sha256_hex

FILES = sorted(each.name for each in FOLDER.iterdir())

MADE = """\
id = "house_rule"
scales = ["confidence"]
denominator = "present"
quorum = { figure = "present", of = "members", op = ">=", share = "1/2" }
names.vi = "Quy định của hội"
names.en = "Our rule"
citation.vi = "Điều lệ"
citation.en = "Statutes"

[cap]
level = 1
share = "1/5"
base = "good_only"

[[outcomes]]
id = "high"
level = 1
tone = "good"
words.vi = "Cao"
words.en = "High"
article.vi = "Điều 1"
article.en = "Article 1"
conditions = [{ levels = [1], op = ">", share = "2/3" }, { kind = "highest", levels = [1] }]

[[outcomes]]
id = "middle"
level = 2
words.vi = "Vừa"
words.en = "Middle"
conditions = [{ levels = [1, 2], op = ">=", share = "1/2" }]

[[outcomes]]
id = "low"
second_vote = true
words.vi = "Thấp"
words.en = "Low"
"""

COMMITTED = "e73f7e2731c18fa0f4151e3d07518cdc31c0b33929c3a0a44ca09bd52d7236c7"
"""The SHA-256 of the bytes of MADE as they were when the first rules were committed to."""

CHOOSING = """\
id = "pick"
scales = ["choose"]
names.vi = "Chọn"
names.en = "Pick"

[[outcomes]]
id = "chosen"
words.vi = "Được chọn"
words.en = "Chosen"
conditions = [{ op = ">", share = "1/2" }, { kind = "rank", rank = 0 }]

[[outcomes]]
id = "again"
words.vi = "Bầu lại"
words.en = "Again"
conditions = [{ kind = "nobody", share = "1/2" }]
"""


def changed(change: Callable[[dict[str, Any]], object], text: str = MADE) -> dict[str, Any]:
    value = tomllib.loads(text)
    change(value)
    return value


# ---- the shipped rules


def test_every_file_is_a_rule_under_its_own_name_and_every_rule_is_a_file() -> None:
    assert FILES == sorted(f"{identifier}.toml" for identifier in RULES)
    for identifier, rule in RULES.items():
        assert rule.id == identifier
        assert rule_from_text(text_of(identifier), f"{identifier}.toml") == rule


def test_every_scale_but_own_labels_has_a_rule_of_its_own() -> None:
    for scale in SCALES:
        specific = [rule.id for rule in rules_for(scale) if rule.scales]
        assert bool(specific) == (scale != "own")
        assert rules_for(scale)[0] == COUNT_ONLY


def test_every_rule_but_counting_alone_says_where_it_is_written_and_always_concludes() -> None:
    for rule in RULES.values():
        if rule == COUNT_ONLY:
            continue
        assert all(rule.citation[language] for language in LANGUAGES), rule.id
        assert rule.outcomes[-1].conditions == (), rule.id


def test_counting_alone_in_its_file_is_the_rule_of_sessions_that_name_none() -> None:
    assert rule_of("count_only") == COUNT_ONLY


def test_who_is_proposed_for_a_second_vote_finds_its_rule() -> None:
    proposing = [rule for rule in RULES.values() if any(outcome.second_vote for outcome in rule.outcomes)]
    assert {rule.id for rule in proposing} == {"nq35_2012", "nq85_2014", "nq96_2023", "qd96_2023"}
    for rule in proposing:
        assert rule_of(rule.second_rule).scales == ("vote_of_confidence",)
        assert rule_of(rule.second_rule).denominator == rule.denominator


def test_denominators_are_those_of_the_rules() -> None:
    found = {identifier: rule.denominator for identifier, rule in RULES.items()}
    assert {name for name, figure in found.items() if figure == "members"} == {
        "nq35_2012",
        "nq85_2014",
        "second_vote_of_members",
    }
    assert (found["nq96_2023"], found["qd96_2023"], found["approve"]) == ("collected", "collected", "convened")
    assert (found["elect"], found["motion_majority"]) == ("convened_less_excused", "votes_cast")
    assert (RULES["nominate"].disclosure, RULES["qd96_2023"].disclosure) == ("withheld", "chair")
    assert RULES["approve"].blank == "against"


@pytest.mark.parametrize("identifier", RULES)
def test_a_rule_survives_the_store_and_a_second_reading(identifier: str) -> None:
    rule = RULES[identifier]
    scale = rule.scales[0] if rule.scales else "confidence"
    session = Session("", "T", make_sheet([Person("A"), Person("B")], scale, choose=1), rule=rule)
    live = {"state": session.state, "version": 0}
    assert session_from_json(session_to_json(session), live).rule == rule
    assert rule_from_value(rule_to_value(rule)) == rule


def test_an_unknown_rule_is_refused_with_those_there_are() -> None:
    with pytest.raises(MalformedRule, match="nq96_2023"):
        rule_of("nq97")


# ---- what anybody can compare


def test_the_bytes_of_a_rule_are_its_value_as_compact_json() -> None:
    raw = rule_bytes(RULES["nq96_2023"])
    assert json.loads(raw)["outcomes"][0]["conditions"][0]["share"] == [2, 3]
    assert rule_from_value(json.loads(raw)) == RULES["nq96_2023"]
    assert raw == json.dumps(json.loads(raw), ensure_ascii=False, separators=(",", ":")).encode()


def test_the_line_on_the_board_names_the_rule_and_its_hash() -> None:
    rule = RULES["nq85_2014"]
    digits = sha256_hex(rule_bytes(rule))
    assert line_on_board(rule, "en") == f"Rule: {rule.names['en']} (nq85_2014), SHA-256 {digits}"
    assert line_on_board(rule, "vi").startswith("Quy định áp dụng: Lấy phiếu tín nhiệm theo Nghị quyết 85/2014/QH13")
    assert line_on_board(COUNT_ONLY, "vi") == ""


def test_the_smallest_change_of_a_rule_changes_the_line() -> None:
    rule = RULES["nq85_2014"]
    first = rule.outcomes[0]
    (condition,) = first.conditions
    strict = replace(rule, outcomes=(replace(first, conditions=(replace(condition, op=">"),)), *rule.outcomes[1:]))
    assert line_on_board(strict, "en") != line_on_board(rule, "en")


def test_bytes_that_were_once_committed_to_do_not_change_with_the_program() -> None:
    # A field that is added to rules may stand in the value only where it differs from its default.
    rule = rule_from_value(tomllib.loads(MADE))
    assert list(rule_to_value(rule)) == [
        "id",
        "names",
        "citation",
        "scales",
        "denominator",
        "quorum",
        "outcomes",
        "cast_levels",
        "validity",
        "blank",
        "disclosure",
        "cap",
        "second_rule",
    ]
    assert sha256_hex(rule_bytes(rule)) == COMMITTED


# ---- the sheet that it is for


def test_a_rule_for_another_scale_does_not_fit() -> None:
    sheet = make_sheet([Person("A")], "motion")
    check_rule_fits(RULES["works_council"], sheet)
    check_rule_fits(COUNT_ONLY, sheet)
    with pytest.raises(MalformedRule):
        check_rule_fits(RULES["nq96_2023"], sheet)


def test_a_rule_that_speaks_of_a_level_that_the_own_labels_do_not_have_does_not_fit() -> None:
    rule = rule_from_value(changed(lambda value: value.update(scales=["own"])))
    check_rule_fits(rule, make_sheet([Person("A")], "own", labels=["good", "bad"]))
    third = changed(lambda value: value.update(scales=["own"]) or value["outcomes"][1].update(conditions=[SHARE_OF_3]))
    with pytest.raises(MalformedRule):
        check_rule_fits(rule_from_value(third), make_sheet([Person("A")], "own", labels=["good", "bad"]))


SHARE_OF_3 = {"levels": [3], "op": ">", "share": "1/2"}


# ---- the validator


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
