"""Words of the chair's pages that belong to values: states, occasions, stations, steps. All of them are msgids."""

from dataclasses import dataclass
from typing import Final

from voting.domain.sessions import State
from voting.web.languages import N_

STATE_WORDS: Final[dict[str, str]] = {
    State.DRAFT: N_("Draft"),
    State.READY: N_("Ready"),
    State.OPEN: N_("Open"),
    State.CLOSED: N_("Closed"),
    State.COUNTED: N_("Counted"),
    State.PUBLISHED: N_("Published"),
    State.CANCELLED: N_("Cancelled"),
}

OCCASION_WORDS: Final[dict[str, str]] = {
    "other": N_("Other"),
    "yearly": N_("Yearly"),
    "mid_term": N_("Mid-term"),
    "end_of_term": N_("End of term"),
    "appointment": N_("Before an appointment"),
    "reappointment": N_("Re-appointment"),
    "nomination": N_("Nomination"),
    "planning": N_("Succession planning"),
    "reward": N_("Reward"),
    "discipline": N_("Discipline"),
}

ROLE_WORDS: Final[dict[str, str]] = {
    "head": N_("Head teller"),
    "secretary": N_("Secretary"),
    "member": N_("Member"),
}

# The stations that a session passes, with the state in which each is the next thing to do.
# The tellers' key is one of them where there are tellers.
WAY: Final[tuple[tuple[str, str], ...]] = (
    (State.DRAFT, N_("Prepare")),
    ("tellers", N_("Tellers' key")),
    ("slips", N_("Print the slips")),
    (State.READY, N_("Open the vote")),
    (State.OPEN, N_("Vote and close")),
    (State.CLOSED, N_("Count")),
    (State.COUNTED, N_("Publish")),
    (State.PUBLISHED, N_("Done")),
)


@dataclass(frozen=True)
class StepWords:
    """A step that is confirmed: the button on the session's page, the question, what it does, what is final in it."""

    button: str
    question: str
    does: str
    final: str
    done: str


STEP_WORDS: Final[dict[str, StepWords]] = {
    "ready": StepWords(
        N_("The slips are printed"),
        N_("Are all slips printed and complete?"),
        N_("The server makes its key, and the list of codes is put on the public board. Then the vote can be opened."),
        N_(
            "From here on the title, the list and the number of codes cannot be changed, and the slips cannot be "
            "printed again."
        ),
        N_("The session is ready."),
    ),
    "open": StepWords(
        N_("Open the vote"),
        N_("Open the vote now?"),
        N_("Phones that wait show the ballot paper at once, and ballots are taken until you close the vote."),
        N_("An open vote cannot be paused or changed; it can only be closed or cancelled."),
        N_("The vote is open."),
    ),
    "close": StepWords(
        N_("Close the vote"),
        N_("Close the vote now?"),
        N_("No ballot is taken after this. All encrypted ballots are checked and added up, still encrypted."),
        N_("A closed vote cannot be opened again. Codes that were not used are worthless from then on."),
        N_("The vote is closed."),
    ),
    "count": StepWords(
        N_("Count"),
        N_("Count the ballots now?"),
        N_(
            "The whole board is verified, then the sum of all ballots is opened once: this service opens only the "
            "totals. You see the result first; nobody else does until you publish it."
        ),
        N_(
            "The service destroys its copy of the key in the same step. A backup of the server may still hold it, so "
            "for secrecy whoever keeps backups must be trusted too."
        ),
        N_("The ballots are counted."),
    ),
    "publish": StepWords(
        N_("Publish the result"),
        N_("Publish the result now?"),
        N_(
            "The result appears on the projector, on the public board and on the phones that are still open. The "
            "complete archive can be downloaded and verified by anyone."
        ),
        N_("A published result cannot be taken back."),
        N_("The result is published."),
    ),
    "cancel": StepWords(
        N_("Cancel the session"),
        N_("Cancel this session for good?"),
        N_("No ballot is taken any more, and no result will be published. You can make a new draft from it."),
        N_(
            "The service destroys its copy of the key, so it cannot count the ballots that were cast. A backup of the "
            "server may still hold the key."
        ),
        N_("The session is cancelled."),
    ),
}

# The same step as `ready`, where no code is printed: all of them are in the pool.
READY_WITHOUT_SLIPS: Final = StepWords(
    N_("Go on without slips"),
    N_("Prepare the vote without slips?"),
    N_("The server makes its key, and the list of codes is put on the public board. Then the vote can be opened."),
    N_("From here on the title, the list and the number of codes cannot be changed."),
    N_("The session is ready."),
)

# The same step as `count`, where the tellers have the key together with the server.
COUNT_WITH_TELLERS: Final = StepWords(
    N_("Count the ballots"),
    N_("Count the ballots now?"),
    N_(
        "The whole board is verified, then what the tellers decrypted and the server's own part are put together: only "
        "the totals are opened. You see the result first; nobody else does until you publish it."
    ),
    N_(
        "The service destroys its copy of its own key in the same step. A backup of the server may still hold it, but "
        "it opens something only together with enough tellers."
    ),
    N_("The ballots are counted."),
)

# The same step as `close`, where it broke off after the last ballot and before the ballots were added up.
FINISH_CLOSING: Final = StepWords(
    N_("Finish closing"),
    N_("Finish closing the vote?"),
    N_("The vote is closed already. All encrypted ballots are checked and added up now, still encrypted."),
    N_("A closed vote cannot be opened again. Codes that were not used are worthless from then on."),
    N_("The vote is closed, and its ballots are added up."),
)
