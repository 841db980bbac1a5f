"""What is wrong with a form is told in the person's language: every reason that the floors below can give is known."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from voting.errors import MalformedForm, MalformedSheet
from voting.web.chair.faults import REASONS, faults_of, in_words
from voting.web.languages import gettext

ROOT = Path(__file__).parents[2] / "voting"
SOURCES = (
    "domain/sheets.py",
    "domain/sessions.py",
    "domain/tellers.py",
    "domain/rosters.py",
    "domain/exchanges.py",
    "domain/handing.py",
    "domain/left_over.py",
    "domain/agendas.py",
    "domain/deadlines.py",
    "domain/models.py",
    "domain/retention.py",
    "storage/acts.py",
    "documents/spreadsheets.py",
    "documents/workbooks.py",
    "web/chair/end_time.py",
    "web/chair/handing.py",
)
# Texts around reasons, and one that only a forged form can meet.
AROUND = (
    *("The sheet cannot be used", "The roster cannot be used", "A heading cannot be used", "line 7"),
    *("There is no scale", "labels: 7", "tellers: 7", "name: 7", "remark: ", "7: 7."),
)


def reasons_given() -> Iterator[str]:
    """Yield the texts in refusals and lists of faults, with 7 for each number that is filled in."""
    for name in SOURCES:
        for node in ast.walk(ast.parse((ROOT / name).read_text())):
            wanted = ("MalformedSheet", "MalformedForm", "_refuse", "append")
            if isinstance(node, ast.Call) and _name(node.func) == "MalformedFigures":
                # Its first argument is a summary that no page shows.
                yield from filter(None, map(_text, _parts(node.args[1:])))
            if isinstance(node, ast.Call) and _name(node.func) in wanted:
                yield from filter(None, map(_text, _parts(node.args[:2])))
            if isinstance(node, ast.Assign) and _name(node.targets[0]) == "reason":
                yield _text(node.value)


def _parts(arguments: list[ast.expr]) -> Iterator[ast.expr]:
    for argument in arguments:
        if isinstance(argument, ast.Tuple):
            yield from _parts(argument.elts)
        elif isinstance(argument, ast.IfExp):
            yield from (argument.body, argument.orelse)
        else:
            yield argument


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "7" for part in node.values)
    return ""


def test_every_reason_of_the_floors_below_is_told_in_vietnamese(app: Flask):
    found = {reason for reason in reasons_given() if not reason.startswith(AROUND)}
    assert len(found) > 20
    with app.test_request_context("/chair/?lang=vi"):
        assert [reason for reason in sorted(found) if in_words(reason) == reason] == []


def test_no_reason_is_kept_that_nobody_gives(app: Flask):
    with app.test_request_context("/chair/?lang=vi"):
        told = {in_words(reason) for reason in [*reasons_given(), "A password has 7 to 7 characters."]}
        places = {"first": "7", "second": "7", "third": "7"}
        kept = {gettext(reason, **places) if "%(" in reason else gettext(reason) for reason in REASONS}
    # Numbers that stand in the source itself are not 7.
    assert {words for words in kept - told if "7" not in words} == set()


@pytest.mark.parametrize(
    ("refusal", "field", "words"),
    [
        (MalformedForm("title: a text is longer than 200 characters.", "title"), "title", "dài quá 200 ký tự"),
        (MalformedForm("tellers: a text is longer than 200 characters.", "tellers"), "tellers", "dài quá 200 ký tự"),
        (MalformedSheet("", ((4, "the same as line 3"),)), "people", "Dòng 4: trùng với dòng 3"),
        (MalformedSheet("", ((0, "own labels: two are the same"),)), "labels", "có hai mức tự đặt trùng nhau"),
        (MalformedSheet("", ((0, "labels: a text holds an invisible control character"),)), "labels", "có ký tự điều"),
        (MalformedSheet("", ((0, "the number to choose must be between 1 and 5"),)), "choose", "từ 1 đến 5"),
        (MalformedSheet("Something new.", ()), "people", "Something new."),
    ],
)
def test_a_fault_stands_at_its_field(app: Flask, refusal: MalformedForm | MalformedSheet, field: str, words: str):
    with app.test_request_context("/chair/?lang=vi"):
        (fault,) = faults_of(refusal)
    assert fault.field == field
    assert words in fault.words
