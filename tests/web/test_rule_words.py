"""What stands beside a percentage and a conclusion, in the words of the reader."""

import pytest
from flask import Flask

from voting.domain.conclusions import Warning, conclude
from voting.domain.figures import Figures, Line
from voting.domain.rulebook import RULES
from voting.domain.rules import DENOMINATORS, Rule
from voting.web.rule_words import FIGURE_WORDS, denominator_words, warning_words

NAMES = ["Nguyễn Văn A", "Trần Thị B"]


def said(app: Flask, warning: Warning, language: str = "en") -> str:
    with app.test_request_context(f"/?lang={language}"):
        return warning_words(warning, NAMES)


@pytest.mark.parametrize("denominator", DENOMINATORS)
def test_every_denominator_is_said_in_both_languages(app: Flask, denominator: str) -> None:
    rule = Rule("r", {"vi": "", "en": ""}, {"vi": "", "en": ""}, denominator=denominator)
    with app.test_request_context("/?lang=en"):
        assert denominator_words(rule) == f"Percentages are of {FIGURE_WORDS[denominator]}."
    with app.test_request_context("/?lang=vi"):
        words = denominator_words(rule)
        assert words.startswith("Tỷ lệ tính trên ")
        assert FIGURE_WORDS[denominator] not in words


@pytest.mark.parametrize(
    ("warning", "parts"),
    [
        (Warning("unanimous", (2,)), ["said the same", "Trần Thị B"]),
        (
            Warning("cap_exceeded", (1, 2), {"reached": 2, "allowed": 1, "base": 5}),
            ["2 reach", "allows 1", "Nguyễn Văn A; Trần Thị B", "No vote was changed"],
        ),
        (
            Warning("quorum_missed", (1, 2), {"collected": 7, "members": 15}),
            ["the ballots collected: 7; all members: 15", "nothing follows"],
        ),
        (Warning("figure_missing", (1,), {"convened": 0, "excused": 0}), ["those convened; those excused"]),
        (
            Warning("figures_disagree", (1,), {"convened": 20, "collected": 25}),
            ["those convened (20) cannot be fewer than the ballots collected (25)"],
        ),
    ],
)
def test_a_warning_names_what_it_is_about(app: Flask, warning: Warning, parts: list[str]) -> None:
    words = said(app, warning)
    assert all(part in words for part in parts)
    assert said(app, warning, "vi") != words
    assert "%(" not in words + said(app, warning, "vi")


def test_every_warning_that_a_conclusion_can_bring_has_words(app: Flask) -> None:
    brought = [
        *conclude(RULES["absolute_majority"], Figures(collected=9), [Line((9, 0, 0, 0)), Line((5, 4, 0, 0))]).warnings,
        *conclude(RULES["qd96_2023"], Figures(convened=90, present=9, collected=9), [Line((5, 4, 0))]).warnings,
        *conclude(RULES["elect"], Figures(convened=9, excused=4, present=5, collected=6), [Line((3, 3))]).warnings,
        *conclude(RULES["approve"], Figures(), [Line((3, 3))]).warnings,
    ]
    assert {warning.kind for warning in brought} == {
        "unanimous",
        "cap_exceeded",
        "quorum_missed",
        "figures_disagree",
        "figure_missing",
    }
    for warning in brought:
        assert said(app, warning, "vi")
