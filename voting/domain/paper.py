"""Paper ballots beside the phones: what the tellers counted by hand, checked line by line, signed off, never verified.

Kept as a note of the session. It is entered after the close and frozen with the publishing; no part of it is on the
board, so every page that shows it says that nobody can verify it as the encrypted ballots can be, and when it was
changed after the count (late_figures.py).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from voting.domain.house import House
from voting.domain.late_figures import keep_figures
from voting.domain.sessions import Session, State
from voting.domain.sheets import questions, tidy
from voting.domain.tellers import MOST_TELLERS
from voting.errors import MalformedFigures, MalformedSheet
from voting.protocol.election import Question

KIND: Final = "paper"
STATES: Final = frozenset({State.CLOSED, State.COUNTED})
"""The states in which it may be recorded: the vote is over, and the result is not public yet."""

MOST_BALLOTS: Final = 999_999
FEW: Final = 5
"""With fewer paper ballots, what is on them can be guessed: the phones' part of the total is public."""

Faults = list[tuple[str, str]]


@dataclass(frozen=True)
class PaperLine:
    """The count of one line: votes in the order of the sheet, and the ballots that left it blank or spoiled it."""

    votes: tuple[int, ...]
    blank: int = 0
    invalid: int = 0


@dataclass(frozen=True)
class PaperTally:
    """The paper ballots of a session. `invalid` are invalid as a whole: of these no line is counted.

    `signers`: the tellers who counted and stand for the figures.
    """

    issued: int
    collected: int
    invalid: int
    lines: tuple[PaperLine, ...]
    signers: tuple[str, ...]

    @property
    def valid(self) -> int:
        """How many ballots are valid as a whole."""
        return self.collected - self.invalid


def questions_of(session: Session) -> tuple[Question, ...]:
    """Give the questions that are counted, one line of a paper tally for each, with the answers in their order."""
    return questions(session.sheet, session.language)


def paper_of(house: House, uuid: str) -> tuple[PaperTally | None, int]:
    """Read the paper tally of a session, None when there is none, and its version."""
    note = house.store.notes(uuid).get(KIND)
    return (None, 0) if note is None else (paper_from_json(note.text), note.version)


def record_paper(house: House, uuid: str, tally: PaperTally | None, version: int) -> int:
    """Check and keep a paper tally in place of the version that was read, None for no paper; gives the new version.

    Raises MalformedFigures naming every figure that cannot be right, ChangedMeanwhile when another window was first,
    WrongState before the close and after the publishing.
    """
    session = house.store.session(uuid)
    if tally is not None:
        tally = check_paper(session, tally)
    changes = tally != paper_of(house, uuid)[0]
    text = paper_to_json(tally)
    return keep_figures(house, session, KIND, text, version=version, states=STATES, changes=changes)


def check_paper(session: Session, tally: PaperTally) -> PaperTally:
    """Give the tally back with tidied names.

    What must hold: issued >= collected >= invalid; and of each line, votes + blank + invalid = the ballots that are
    valid as a whole. How many people were there is not compared: what was found in the box must be recordable, and the
    page of the attendance says that it does not agree. Raises MalformedFigures; the faults name `issued`, `collected`,
    `invalid`, `signers`, or `line_1` and so on.
    """
    asked = questions_of(session)
    if [len(line.votes) for line in tally.lines] != [len(question.answers) for question in asked]:
        raise MalformedFigures("The tally is not for this sheet.", (("line_1", "not for this sheet"),))
    faults: Faults = list(_faults_of_ballots(tally))
    if not faults:
        for number, (line, question) in enumerate(zip(tally.lines, asked, strict=True), 1):
            if reason := _fault_of_line(line, question, tally.valid):
                faults.append((f"line_{number}", reason))
    signers = _checked_signers(session, tally.signers, faults)
    if faults:
        summary = "; ".join(f"{name}: {reason}" for name, reason in faults)
        raise MalformedFigures(f"The paper tally does not agree with itself: {summary}.", tuple(faults))
    return replace(tally, signers=signers)


def _faults_of_ballots(tally: PaperTally) -> Iterator[tuple[str, str]]:
    for name in ("issued", "collected", "invalid"):
        if not 0 <= getattr(tally, name) <= MOST_BALLOTS:
            yield name, f"between 0 and {MOST_BALLOTS} ballots"
            return
    if tally.collected > tally.issued:
        yield "collected", f"more than the {tally.issued} issued"
    if tally.invalid > tally.collected:
        yield "invalid", f"more than the {tally.collected} collected"


def _fault_of_line(line: PaperLine, question: Question, valid: int) -> str:
    """Say why a line cannot be right, empty when it can. With one answer for each ballot the sum is exact."""
    if min(*line.votes, line.blank, line.invalid) < 0:
        return "a figure is negative"
    if question.max == 1:
        total = sum(line.votes) + line.blank + line.invalid
        return "" if total == valid else f"together {total}, but valid ballots: {valid}"
    choosing = valid - line.blank - line.invalid
    if choosing < 0:
        return f"blank and invalid together {valid - choosing}, but valid ballots: {valid}"
    if max(line.votes) > choosing:
        return f"votes for somebody: {max(line.votes)}, but ballots that choose anybody: {choosing}"
    fewest, most, total = choosing, choosing * question.max, sum(line.votes)
    return "" if fewest <= total <= most else f"votes: {total}, but there must be between {fewest} and {most}"


def _checked_signers(session: Session, signers: Sequence[str], faults: Faults) -> tuple[str, ...]:
    """Check who signs off: of a counting team, the head and one more; without one, whoever is named."""
    try:
        names = tuple(dict.fromkeys(name for name in map(tidy, signers) if name))
    except MalformedSheet as refusal:
        faults.append(("signers", str(refusal)))
        return ()
    team = {teller.name: teller.role for teller in session.tellers}
    if not names:
        faults.append(("signers", "nobody signs it off"))
    elif team and not set(names) <= set(team):
        faults.append(("signers", "only tellers of this session can sign it off"))
    elif len(team) > 1 and len(names) < 2:
        faults.append(("signers", "two tellers must sign it off"))
    elif "head" in team.values() and not any(team[name] == "head" for name in names):
        faults.append(("signers", "the head teller must sign it off"))
    elif not team and len(names) > MOST_TELLERS:
        faults.append(("signers", f"more than {MOST_TELLERS} names"))
    elif {person.name.casefold() for person in session.sheet.people} & {name.casefold() for name in names}:
        faults.append(("signers", "whoever stands on the sheet cannot sign it off"))
    return names


def paper_to_json(tally: PaperTally | None) -> str:
    """Write a tally as compact JSON, null for none."""
    return json.dumps(asdict(tally) if tally else None, ensure_ascii=False, separators=(",", ":"))


def paper_from_json(text: str) -> PaperTally | None:
    """Read what `paper_to_json` wrote, strictly. Raises MalformedFigures."""
    value: Any = json.loads(text)
    if value is None:
        return None
    _require_keys(value, {"issued", "collected", "invalid", "lines", "signers"})
    _require_numbers(value["issued"], value["collected"], value["invalid"])
    if not (isinstance(value["lines"], list) and isinstance(value["signers"], list)):
        raise MalformedFigures("A list of a paper tally is none.")
    if not all(isinstance(name, str) for name in value["signers"]):
        raise MalformedFigures("A name on a paper tally is no text.")
    lines = tuple(map(_line_from_value, value["lines"]))
    return PaperTally(value["issued"], value["collected"], value["invalid"], lines, tuple(value["signers"]))


def _line_from_value(value: Any) -> PaperLine:
    _require_keys(value, {"votes", "blank", "invalid"})
    if not isinstance(value["votes"], list):
        raise MalformedFigures("A list of a paper tally is none.")
    _require_numbers(*value["votes"], value["blank"], value["invalid"])
    return PaperLine(tuple(value["votes"]), value["blank"], value["invalid"])


def _require_keys(value: Any, keys: set[str]) -> None:
    if not isinstance(value, dict) or set(value) != keys:
        raise MalformedFigures("This is no paper tally.")


def _require_numbers(*values: Any) -> None:
    # `true` would pass for a number: bool is a kind of int.
    if not all(type(value) is int and 0 <= value <= MOST_BALLOTS for value in values):
        raise MalformedFigures("A figure of a paper tally is no whole number of ballots.")
