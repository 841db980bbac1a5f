"""Rules as data: every shipped file can be used, is known by its bytes, and fits the sheets that it was made for."""

import json
import tomllib
from dataclasses import replace

import pytest

from tests.domain.made_rules import MADE, changed
from voting.domain.rule_commitment import line_on_board, rule_bytes
from voting.domain.rulebook import FOLDER, RULES, rule_from_text, rule_of, rules_for, text_of
from voting.domain.rules import (
    COUNT_ONLY,
    check_rule_fits,
    rule_from_value,
    rule_to_value,
)
from voting.domain.scales import LANGUAGES, SCALES
from voting.domain.sessions import Session, session_from_json, session_to_json
from voting.domain.sheets import Person, make_sheet
from voting.errors import MalformedRule
from voting.protocol.canonical import sha256_hex

FILES = sorted(each.name for each in FOLDER.iterdir())

COMMITTED = "e73f7e2731c18fa0f4151e3d07518cdc31c0b33929c3a0a44ca09bd52d7236c7"
"""The SHA-256 of the bytes of MADE as they were when the first rules were committed to."""


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
