"""`voting rules`: what is shipped can be read and copied, and a copy is checked before anybody relies on it."""

import tomllib
from pathlib import Path

import pytest

from tests.commands.conftest import Run
from voting.domain.rulebook import RULES


def test_every_rule_is_listed_with_what_its_percentages_are_of(run: Run) -> None:
    listed = run("rules", "list")
    assert listed.exit_code == 0
    lines = listed.stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(RULES)
    (line,) = (line for line in lines if line.startswith("elect "))
    assert "those convened less those excused" in line
    assert "Lấy phiếu tín nhiệm theo Nghị quyết 96/2023/QH15" in run("rules", "list", "--lang", "vi").stdout


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("identifier", RULES)
def test_every_rule_can_be_read_in_both_languages(run: Run, identifier: str, lang: str) -> None:
    rule = RULES[identifier]
    shown = run("rules", "show", identifier, "--lang", lang)
    assert shown.exit_code == 0
    assert rule.names[lang] in shown.stdout
    assert all(outcome.words[lang] in shown.stdout for outcome in rule.outcomes)


def test_a_rule_shown_says_when_what_follows(run: Run) -> None:
    shown = run("rules", "show", "nq96_2023").stdout
    assert "Percentages:     of the ballots collected" in shown
    assert "when “Low confidence”: at least 2/3 of the ballots collected" in shown
    assert "Second vote:     second_vote" in shown
    assert "at most 1/5 of those one level below" in run("rules", "show", "plurality").stdout
    assert "those present are at least 2/3 of those convened" in run("rules", "show", "qd96_2023").stdout
    assert "not told to the room" in run("rules", "show", "nominate").stdout
    assert "tied over the last place" in run("rules", "show", "elect").stdout


def test_an_unknown_rule_is_refused_with_those_there_are(run: Run) -> None:
    shown = run("rules", "show", "nq97")
    assert shown.exit_code == 1
    assert "nq96_2023" in shown.stderr


def test_the_file_of_a_rule_can_be_copied_changed_and_checked(run: Run, tmp_path: Path) -> None:
    text = run("rules", "show", "nq96_2023", "--toml").stdout
    assert tomllib.loads(text)["id"] == "nq96_2023"
    copy = tmp_path / "ours.toml"
    copy.write_text(text.replace('"2/3"', '"3/4"'), "utf-8")
    checked = run("rules", "check", "ours.toml")
    assert (checked.exit_code, checked.stdout) == (0, "ours.toml: the rule can be used\n")


def test_all_that_is_wrong_is_told_by_file_and_field(run: Run, tmp_path: Path) -> None:
    text = run("rules", "show", "nq96_2023", "--toml").stdout
    copy = tmp_path / "ours.toml"
    copy.write_text(text.replace('"2/3"', '"3/2"').replace("names.en =", "names.fr ="), "utf-8")
    checked = run("rules", "check", "ours.toml")
    assert checked.exit_code == 1
    lines = checked.stdout.splitlines()
    places = ("names.fr", "names.en", "outcomes[0].conditions[0].share")
    assert len(lines) == len(places)
    for line, place in zip(lines, places, strict=True):
        assert line.startswith(f"ours.toml: {place}: ")


def test_a_second_rule_that_nobody_knows_is_told(run: Run, tmp_path: Path) -> None:
    text = run("rules", "show", "nq96_2023", "--toml").stdout
    (tmp_path / "ours.toml").write_text(text.replace('"second_vote"', '"third_vote"'), "utf-8")
    checked = run("rules", "check", "ours.toml")
    assert checked.exit_code == 1
    assert "ours.toml: second_rule: There is no rule of this name" in checked.stdout


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"id = ", "This is not TOML"),
        (b"\xff\xfe", "not text in UTF-8"),
        (b"# " + b"x" * 300_000, "larger than 256 KB"),
        (b"", "id: This is missing."),
    ],
)
def test_what_is_no_rule_is_told_in_a_line(run: Run, tmp_path: Path, raw: bytes, told: str) -> None:
    (tmp_path / "ours.toml").write_bytes(raw)
    checked = run("rules", "check", "ours.toml")
    assert checked.exit_code == 1
    assert told in checked.stdout
    assert "Traceback" not in checked.output


def test_a_file_that_is_not_there_is_refused_by_name(run: Run) -> None:
    checked = run("rules", "check", "nowhere.toml")
    assert checked.exit_code == 1
    assert "nowhere.toml" in checked.stderr
