"""`voting session show` of a counted session: what percentages are of, what follows, and what nobody has verified."""

import json
from pathlib import Path

from config import Settings
from tests.commands.conftest import Run
from voting.commands.house import open_house
from voting.domain.casting import cast, open_session
from voting.domain.counting import close_session, count_session
from voting.domain.drafting import create_session
from voting.domain.elections import election_of
from voting.domain.issuing import confirm_codes, make_codes
from voting.domain.paper import PaperLine, PaperTally, record_paper
from voting.domain.rulebook import rule_of
from voting.domain.sessions import Session
from voting.domain.sheets import Person, make_sheet
from voting.protocol.ballots import make_ballot


def counted(data: Path, people: list[Person], scale: str, rule: str, choices: list[list[int]], paper: PaperLine) -> str:
    """Count a session with one ballot from a phone and one on paper; give its UUID."""
    with open_house(Settings.from_env({"VOTING_DATA": str(data)})) as house:
        sheet = make_sheet(people, scale, choose=1 if scale == "choose" else 0)
        session = create_session(house, Session("", "A vote", sheet, language="en", codes=2, rule=rule_of(rule)))
        (code, _) = make_codes(house, session.uuid)
        confirm_codes(house, session.uuid)
        open_session(house, session.uuid)
        cast(house, session.uuid, make_ballot(election_of(house, session.uuid), code, choices))
        close_session(house, session.uuid)
        lines = tuple(paper for _ in choices)
        record_paper(house, session.uuid, PaperTally(1, 1, 0, lines, ("Hoa",)), 0)
        count_session(house, session.uuid)
        return session.uuid


def test_headings_conclusions_and_paper_stand_in_the_text(run: Run, data: Path) -> None:
    people = [Person("An", "", "Board"), Person("Binh", "", "Court")]
    uuid = counted(data, people, "confidence", "nq96_2023", [[0, 0, 1], [1, 0, 0]], PaperLine((0, 0, 1)))
    shown = run("session", "show", uuid).stdout
    low = "At least 2/3 of the ballots say “Low confidence”"
    board, court = shown.partition("Board\n")[2].split("Court\n")
    assert "2  100.00 %" in board
    assert low in board
    assert low not in court
    assert "Percentages are of the 2 ballots collected." in shown
    assert "1 are on paper, NOT cryptographically verified; signed off by Hoa." in shown


def test_candidates_are_lines_of_their_own_and_a_missing_figure_is_said(run: Run, data: Path) -> None:
    uuid = counted(data, [Person("An"), Person("Binh")], "choose", "nominate", [[1, 0]], PaperLine((1, 0)))
    shown = run("session", "show", uuid).stdout
    assert "An    2  – %" in shown
    assert "Percentages are of: convened." in shown
    assert "A figure of the meeting is missing, so there is no percentage." in shown
    document = json.loads(run("session", "show", uuid, "--json").stdout)
    assert (document["rule"], document["collected"], document["paper"]["signers"]) == ("nominate", 2, ["Hoa"])
    assert [cell["votes"] for cell in document["result"][0]["cells"]] == [2, 0]


def test_a_program_is_told_the_groups_and_how_many_may_be_chosen_of_each(run: Run, tmp_path: Path) -> None:
    people = "".join(f'[[people]]\nname = "{name}"\ngroup = "{name[0]}"\n' for name in ("A1", "A2", "B1"))
    (tmp_path / "sheet.toml").write_text('title = "T"\nscale = "choose"\nchoose = [2, 1]\n' + people, "utf-8")
    uuid = run("session", "create", "--file", "sheet.toml").stdout.strip()
    document = json.loads(run("session", "show", uuid, "--json").stdout)
    assert document["choose"] == [2, 1]
    assert [(person["name"], person["group"]) for person in document["people"]] == [
        ("A1", "A"),
        ("A2", "A"),
        ("B1", "B"),
    ]
    assert "up to 2 of A, 1 of B" in run("session", "show", uuid).stdout
