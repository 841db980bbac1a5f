"""How the papers of a vote are checked: the text that lies beside them in the ZIP."""

from voting.domain.sessions import Session, State
from voting.web.languages import gettext
from voting.web.site import base_address


def how_to_verify(session: Session, *, notices: bool = False) -> str:
    """Say what lies in the ZIP and how anyone checks the count, in the language of the request.

    `notices`: whether it lies there what was made known to the persons.
    """
    uuid = session.uuid
    board = f"{base_address()}/s/{uuid}"
    lines = [
        session.title,
        "",
        gettext("What lies here"),
        gettext("minutes-vi.docx, minutes-en.docx: the minutes of the count, to be printed and signed"),
        gettext("results.xlsx, results.csv, results.json: the result for spreadsheets and programs"),
        gettext("persons: a result sheet for each person, to be given to that person alone"),
        gettext("rule.json: the rule of the vote with its articles"),
    ]
    if notices:
        lines.append(gettext("notices.csv: when each person was told the own result, petitions and their answers"))
    board_line = gettext("The public board: %(address)s", address=board)
    paper_line = gettext(
        "Ballots on paper, where there were any, cannot be checked in this way: they were counted by hand."
    )
    if session.state != State.PUBLISHED:
        missing = gettext("The archive is not here yet: it is complete once the result is published.")
        return "\n".join((*lines, "", missing, board_line, paper_line, ""))
    lines += [
        gettext("archive: every encrypted ballot, every proof and the result, as on the public board"),
        "",
        gettext("How to check the count"),
        board_line,
        gettext(
            "The archive in this ZIP must be the same as the one on the board; its fingerprint stands in the minutes."
        ),
        gettext("1. With our program, in the folder of this file:"),
        f"   voting verify archive/{uuid}.bel",
        gettext("2. With Belenios, a program that we did not write:"),
        "   LWT_ASYNC_METHOD=none belenios-tool election verify --dir archive",
        paper_line,
        "",
    ]
    return "\n".join(lines)
