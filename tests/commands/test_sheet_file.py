"""The sheet file of `voting session create`: what it may hold, and what is said when it holds something else."""

from pathlib import Path

import pytest

from tests.commands.conftest import SHEET, Run
from voting.commands.sheet_file import read_session_file
from voting.domain.rulebook import RULES
from voting.domain.rules import COUNT_ONLY
from voting.domain.sheets import Person
from voting.domain.tellers import Teller
from voting.errors import MalformedForm

TELLERS = 'title = "T"\n[[people]]\nname = "A"\n[[tellers]]\nname = "C"\n'


def test_title_and_people_are_enough(tmp_path: Path) -> None:
    file = tmp_path / "sheet.toml"
    file.write_text('title = "Thử"\n[[people]]\nname = "Nguyễn Văn An"\n', "utf-8")
    session = read_session_file(file)
    assert (session.title, session.language, session.codes, session.spares) == ("Thử", "vi", 12, 0)
    assert (session.sheet.scale, session.sheet.blank) == ("confidence", False)
    assert session.sheet.people == (Person("Nguyễn Văn An"),)


def test_everything_that_can_be_set_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "sheet.toml"
    file.write_text(
        'title = "Election"\ndescription = "d"\nunit = "u"\noccasion = "nomination"\nlanguage = "en"\n'
        'scale = "choose"\nchoose = 2\nblank = true\ncodes = 40\nspares = 3\n'
        '[[people]]\nname = "Ada"\nposition = "Analyst"\n[[people]]\nname = "Grace"\n',
        "utf-8",
    )
    session = read_session_file(file)
    assert (session.description, session.unit, session.occasion, session.language) == ("d", "u", "nomination", "en")
    assert (session.codes, session.spares) == (40, 3)
    assert (session.sheet.scale, session.sheet.choose, session.sheet.blank) == ("choose", (2,), True)
    file.write_text('title = "T"\nscale = "own"\nlabels = ["Yes", "No"]\npeople = [{name = "Motion 1"}]\n', "utf-8")
    assert read_session_file(file).sheet.labels == ("Yes", "No")


def test_tellers_are_members_and_a_majority_is_needed_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "sheet.toml"
    file.write_text(TELLERS + "[[tellers]]\nname = 'D'\nrole = 'head'\n[[tellers]]\nname = 'E'\n", "utf-8")
    session = read_session_file(file)
    assert session.tellers == (Teller("C"), Teller("D", "head"), Teller("E"))
    assert (session.mode, session.threshold) == ("tellers", 2)
    file.write_text("threshold = 1\n" + TELLERS, "utf-8")
    assert read_session_file(file).threshold == 1


PERSON = '[[people]]\nname = "A"\n'
OWN_RULE = """
[rule]
id = "nq96_2023"
names = { vi = "Quy chế riêng", en = "Our statutes" }
citation = { vi = "Điều 7", en = "Article 7" }
denominator = "present"
"""


def test_groups_and_codes_that_are_not_printed_are_taken(tmp_path: Path) -> None:
    file = tmp_path / "sheet.toml"
    people = "".join(
        f'[[people]]\nname = "{name}"\ngroup = "{group}"\n'
        for name, group in (("A", "Board"), ("B", "Audit"), ("C", "Board"))
    )
    file.write_text('title = "T"\ncodes = 9\nspares = 1\npooled = 10\n' + people, "utf-8")
    session = read_session_file(file)
    assert (session.pooled, session.printed) == (10, 0)
    assert [(heading, len(group)) for heading, group in session.sheet.groups] == [("Board", 2), ("Audit", 1)]


def test_a_number_to_choose_is_taken_for_each_group(tmp_path: Path) -> None:
    file = tmp_path / "sheet.toml"
    people = "".join(f'[[people]]\nname = "{name}"\ngroup = "{name[0]}"\n' for name in ("A1", "A2", "A3", "B1", "B2"))
    file.write_text('title = "T"\nscale = "choose"\nchoose = [3, 1]\n' + people, "utf-8")
    assert read_session_file(file).sheet.choose == (3, 1)
    for wrong in ('"2"', "[3, true]", "[3, 1.5]", "true"):
        file.write_text(f'title = "T"\nscale = "choose"\nchoose = {wrong}\n' + people, "utf-8")
        with pytest.raises(MalformedForm, match="choose must be a whole number, or a list"):
            read_session_file(file)


def test_a_shipped_rule_is_named_and_counting_alone_is_meant_without_one(tmp_path: Path) -> None:
    file = tmp_path / "sheet.toml"
    file.write_text('title = "T"\nrule = "nq96_2023"\n' + PERSON, "utf-8")
    assert read_session_file(file).rule == RULES["nq96_2023"]
    file.write_text('title = "T"\n' + PERSON, "utf-8")
    assert read_session_file(file).rule == COUNT_ONLY


def test_a_table_is_a_rule_of_the_sessions_own_and_never_passes_for_a_shipped_one(tmp_path: Path) -> None:
    file = tmp_path / "sheet.toml"
    file.write_text('title = "T"\n' + PERSON + OWN_RULE, "utf-8")
    rule = read_session_file(file).rule
    assert (rule.id, rule.names["en"], rule.denominator) == ("own:nq96_2023", "Our statutes", "present")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('title = "T"\npooled = 13\n' + PERSON, "The codes that are not printed must be some of all codes."),
        ('title = "T"\npooled = -1\n' + PERSON, "The codes that are not printed must be some of all codes."),
        ('title = "T"\nrule = "nq97"\n' + PERSON, "There is no rule 'nq97'; there are: count_only, "),
        ('title = "T"\nrule = 5\n' + PERSON, "rule must be the identifier of a rule in quotation marks"),
        ('title = "T"\nscale = "motion"\nrule = "nq96_2023"\n' + PERSON, "The rule nq96_2023 is not for this scale."),
        ('title = "T"\n' + PERSON + OWN_RULE.replace("present", "everybody"), "rule.denominator: "),
        ('title = "T"\n' + PERSON + OWN_RULE + "surprise = 1\n", "rule.surprise: "),
        ('title = "T"\n' + PERSON + OWN_RULE.replace("id = ", "ignored = "), "rule.ignored: "),
        (
            'title = "T"\n' + PERSON + OWN_RULE + 'second_rule = "nq99"\n',
            "rule.second_rule: There is no rule of this name; there are: count_only, ",
        ),
        (
            'title = "T"\n' + PERSON + OWN_RULE.replace("Our statutes", RULES["nq85_2014"].names["en"]),
            "rule.names.en: A rule that is shipped has this name.",
        ),
        ("", "the title is missing. Write a line such as: title = "),
        ('title = " "\n[[people]]\nname = "A"', "the title is missing"),
        ('title = "T"', "nobody is on the sheet"),
        ('title = "T"\npeople = []', "nobody is on the sheet"),
        ('title = 5\n[[people]]\nname = "A"', "title must be a text in quotation marks."),
        ('title = "T"\nblank = "yes"', "blank must be true or false."),
        ('title = "T"\ncodes = true', "codes must be a whole number."),
        ('title = "T"\ncodes = 1.5', "codes must be a whole number."),
        ('title = "T"\nspares = -1\n[[people]]\nname = "A"', "The number of spares cannot be negative."),
        ('title = "T"\ncodes = 5001\n[[people]]\nname = "A"', "At most 5000 codes"),
        ('title = "T"\nlanguage = "fr"\n[[people]]\nname = "A"', "The language must be vi or en."),
        ('title = "T"\nscale = "stars"\n[[people]]\nname = "A"', "There is no scale 'stars'; there are: confidence, "),
        ('title = "T"\nscale = "own"\n[[people]]\nname = "A"', "own labels: between 2 and 10 are needed"),
        ('title = "T"\nscale = "own"\nlabels = [1, 2]\n[[people]]\nname = "A"', "labels must be a list of texts."),
        ('title = "T"\ntilte = "U"', "there is no entry called 'tilte'; there are: title, "),
        ('title = "T"\npeople = ["A"]', 'person 1: write [[people]] and below it name = "…".'),
        ('title = "T"\n[[people]]\nname = "A"\n[[people]]\nnaem = "B"', "person 2: there is no entry called 'naem'"),
        (
            'title = "T"\n[[people]]\nname = "A"\n[[people]]\nname = 2',
            "person 2: name, position and group must be texts",
        ),
        ('title = "T"\n[[people]]\nposition = "P"', "person 1: the name is missing."),
        ('title = "T"\n[[people]]\nname = "A"\n[[people]]\nname = "a "', "person 2: the same as line 1."),
        (TELLERS + "[[tellers]]\nnaem = 'D'", "teller 2: there is no entry called 'naem'; there are: name, role."),
        (TELLERS + "[[tellers]]\nname = 4", "teller 2: name and role must be texts in quotation marks."),
        (TELLERS + "[[tellers]]\nrole = 'head'", "teller 2: the name is missing."),
        (TELLERS + "[[tellers]]\nname = 'D'\nrole = 'boss'", "teller 2: there is no role 'boss'; there are: head, "),
        (TELLERS + "[[tellers]]\nname = 'c '", "Two tellers have the same name."),
        (TELLERS + "[[tellers]]\nname = 'A'", "A teller may not stand on the sheet."),
        ("threshold = 2\n" + TELLERS, "The number of tellers needed must be between 1 and their number."),
        ("threshold = 0\n" + TELLERS, "threshold is how many of the [[tellers]] are needed to count, 1 or more."),
        ('title = "T"\nthreshold = 1\n[[people]]\nname = "A"', "threshold is how many of the [[tellers]] are needed"),
        (
            'title = "T"\ntellers = ["C"]\n[[people]]\nname = "A"',
            'teller 1: write [[tellers]] and below it name = "…".',
        ),
        ('title = "T"\n\n\nname = ', "this is not TOML: Invalid value (at line 4, column 8)."),
        ('title = "T"\ntitle = "U"', "this is not TOML: Cannot overwrite a value (at line 2, column 12)."),
        ("a = " + "[" * 5000, "this is not TOML: "),
        ("#" * (1024 * 1024 + 1), "the file is larger than 1 MB."),
    ],
)
def test_each_mistake_is_named_in_one_line(text: str, words: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "sheet.toml").write_text(text, "utf-8")
    refused = run("session", "create", "--file", "sheet.toml")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("voting: sheet.toml: ")
    assert words in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert refused.stdout == ""


def test_a_file_that_cannot_be_read_is_said(run: Run, tmp_path: Path) -> None:
    missing = run("session", "create", "--file", "none.toml")
    assert (missing.exit_code, missing.stderr) == (
        1,
        "voting: none.toml: the file cannot be read: No such file or directory.\n",
    )
    (tmp_path / "latin.toml").write_bytes("title = 'Họp'".encode("utf-16"))
    assert run("session", "create", "--file", "latin.toml").stderr == (
        "voting: latin.toml: the file is not text in UTF-8.\n"
    )
    assert run("session", "create").exit_code == 2
    assert run("session", "create", "--file", tmp_path).exit_code == 2


def test_numbers_on_the_command_line_win_over_the_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sheet.toml").write_text(SHEET, "utf-8")
    made = run("session", "create", "--file", "sheet.toml", "--codes", 7, "--spares", 2)
    assert "2 lines, 7 codes and 2 spare" in made.stderr
    assert run("session", "create", "--file", "sheet.toml", "--codes", 0).stderr == (
        "voting: At least one code is needed.\n"
    )
