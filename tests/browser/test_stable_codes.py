"""The stable codes of the API as the phone understands them: the server's own table is the measure."""

import json
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from tests.browser.test_javascript import ROOT, node
from voting import errors
from voting.web.refusals import ANSWERS, BY_STATUS, CANCELLED, FAULT, Answer, answer_of

ALL: Final = {answer.code: answer for answer in (*ANSWERS.values(), *BY_STATUS.values(), CANCELLED, FAULT)}
SCREENS: Final = {
    answer_of(errors.CodeUsed()): "used",
    answer_of(errors.VoidCode()): "void",
    answer_of(errors.UnknownCode()): "unknown",
    answer_of(errors.Closed("", "closed")): "closed",
    answer_of(errors.Closed("", "cancelled")): "cancelled",
    answer_of(errors.UnknownSession()): "missing",
    answer_of(errors.NotOpenYet("", "ready")): "sent again",
}


@pytest.fixture(scope="module")
def phone() -> Any:
    """What the phone compares with, and what it makes of every refusal of the server."""
    refusals = json.dumps([{"status": answer.status, "code": answer.code} for answer in ALL.values()])
    program = Path(__file__).parent / "js" / "answers.mjs"
    run = subprocess.run([node(), program], input=refusals, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def test_the_phone_compares_with_no_code_that_the_server_does_not_have(phone: Any) -> None:
    assert set(phone["compared"]) - set(ALL) == set()


def test_every_refusal_of_a_ballot_leads_to_its_own_words(phone: Any) -> None:
    assert phone["cast"] == {code: _expected(answer) for code, answer in ALL.items()}


def test_a_code_that_is_not_on_the_list_is_looked_up_as_unknown(phone: Any) -> None:
    assert ANSWERS[errors.UnknownCode].code == "unknown-code"
    assert phone["lookedUp"] == "unknown"


def _expected(answer: Answer) -> str:
    again = answer.status >= 500 or answer.status == 429
    return SCREENS.get(answer, "sent again" if again else "failed")
