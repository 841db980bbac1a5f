"""A session and its life: one table of states, and one function that consults it."""

import json
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from voting.domain.rules import COUNT_ONLY, Rule, check_rule_fits, rule_from_value, rule_to_value
from voting.domain.scales import LANGUAGES, Language
from voting.domain.sheets import Person, Sheet, make_sheet, require_castable, tidy
from voting.domain.tellers import Teller, check_tellers
from voting.errors import MalformedForm, MalformedSheet, WrongState

MOST_CODES: Final = 5000
CLASSIFICATIONS: Final = frozenset({"classification", "own"})
"""The scales on which one vote can serve two records: the usual levels, or those that the unit has given itself."""

OCCASIONS: Final = (
    "other",
    "yearly",
    "mid_term",
    "end_of_term",
    "appointment",
    "reappointment",
    "nomination",
    "planning",
    "reward",
    "discipline",
)


class State(StrEnum):
    """Where a session stands; each is explained in DESIGN, "Life of a session"."""

    DRAFT = "draft"
    READY = "ready"
    OPEN = "open"
    CLOSED = "closed"
    COUNTED = "counted"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


NEXT: Final[dict[State, frozenset[State]]] = {
    State.DRAFT: frozenset({State.READY, State.CANCELLED}),
    State.READY: frozenset({State.OPEN, State.CANCELLED}),
    State.OPEN: frozenset({State.CLOSED, State.CANCELLED}),
    State.CLOSED: frozenset({State.COUNTED, State.CANCELLED}),
    State.COUNTED: frozenset({State.PUBLISHED, State.CANCELLED}),
    State.PUBLISHED: frozenset(),
    State.CANCELLED: frozenset(),
}


def require_step(now: State, to: State) -> None:
    """Refuse a step that the table of states does not have. Raises WrongState."""
    if to not in NEXT[now]:
        raise WrongState(f"A session that is {now} cannot become {to}.", now)


@dataclass(frozen=True)
class TwoRecords:
    """Why one vote serves the classification as an official and as a Party member: the share, and what permits it."""

    members: int
    staff: int
    citation: str


@dataclass(frozen=True)
class Session:
    """One vote in one meeting. Times are whole seconds since 1970, 0 = not yet; `version` counts the saved drafts.

    `codes` people are expected, `spares` more codes are made: the list of credentials has the sum of both. Of these
    `pooled` are not printed but kept sealed, for the desk, for claims and for exchanges.
    `chair` is the name of the account that runs it, empty when it was made on the command line. Any `threshold` of the
    `tellers` count together with the server; without tellers the server's key alone does (quick mode).
    `closes_at` is the end that was announced of an open vote, `closes_itself` whether the service closes it then.
    `unit_id`: the unit of the organisation that it belongs to, empty outside of one; then roles say who runs it, and no
    `chair` does. `cycle`: the cycle that it was made for. `subjects`: who of the register stands on which line, as
    (title of the line, identifier). `records`: set when one vote serves two classifications.
    `keep_days` after `archived_at` what only the meeting needed is deleted, 0 = never; `reduced_at`: it was.
    """

    uuid: str
    title: str
    sheet: Sheet
    description: str = ""
    unit: str = ""
    occasion: str = "other"
    language: Language = "vi"
    codes: int = 12
    spares: int = 0
    pooled: int = 0
    rule: Rule = COUNT_ONLY
    chair: str = ""
    tellers: tuple[Teller, ...] = ()
    threshold: int = 0
    unit_id: str = ""
    cycle: str = ""
    subjects: tuple[tuple[str, str], ...] = ()
    records: TwoRecords | None = None
    created_at: int = 0
    state: State = State.DRAFT
    version: int = 0
    ready_at: int = 0
    opened_at: int = 0
    closes_at: int = 0
    closes_itself: bool = False
    closed_at: int = 0
    published_at: int = 0
    archived_at: int = 0
    keep_days: int = 0
    reduced_at: int = 0
    receipt_key: str = field(default="", repr=False)
    pass_key: str = field(default="", repr=False)

    @property
    def is_setup(self) -> bool:
        """Whether the Setup event stands on the board, so that the sheet can no longer change."""
        return self.ready_at > 0

    @property
    def printed(self) -> int:
        """How many codes are printed on slips; the others are in the pool."""
        return self.codes + self.spares - self.pooled

    def subject(self, title: str) -> str:
        """Give who of the register stands on a line, empty when nobody does."""
        return dict(self.subjects).get(title, "")

    @property
    def mode(self) -> str:
        """Who can count: `tellers` with the server, or in `quick` mode the server alone."""
        return "tellers" if self.tellers else "quick"


def check_session(session: Session) -> Session:
    """Give the session back with tidied texts. Raises MalformedForm naming the field, MalformedSheet for the sheet."""
    title, description, unit = (_tidy_field(session, name) for name in ("title", "description", "unit"))
    if not title:
        raise MalformedForm("The title is missing.", "title")
    if session.occasion not in OCCASIONS:
        raise MalformedForm("There is no such occasion.", "occasion")
    if session.language not in LANGUAGES:
        raise MalformedForm("The language must be vi or en.", "language")
    if session.codes < 1:
        raise MalformedForm("At least one code is needed.", "codes")
    if session.spares < 0:
        raise MalformedForm("The number of spares cannot be negative.", "spares")
    if session.codes + session.spares > MOST_CODES:
        raise MalformedForm(f"At most {MOST_CODES} codes can be made for one session.", "codes")
    if not 0 <= session.pooled <= session.codes + session.spares:
        raise MalformedForm("The codes that are not printed must be some of all codes.", "pooled")
    sheet = session.sheet
    checked = make_sheet(sheet.people, sheet.scale, blank=sheet.blank, choose=sheet.choose, labels=sheet.labels)
    require_castable(checked)
    check_rule_fits(session.rule, checked)
    tellers, threshold = check_tellers(session.tellers, session.threshold, checked)
    # Whoever was taken off the sheet, or is called otherwise there, is nobody of the register any more.
    titles = {person.title for person in checked.people}
    subjects = tuple(subject for subject in session.subjects if subject[0] in titles)
    records = session.records if checked.scale in CLASSIFICATIONS else None
    return replace(
        session,
        sheet=checked,
        title=title,
        description=description,
        unit=unit,
        tellers=tellers,
        threshold=threshold,
        subjects=subjects,
        records=records,
    )


def _tidy_field(session: Session, name: str) -> str:
    try:
        return tidy(getattr(session, name))
    except MalformedSheet as refusal:
        raise MalformedForm(f"{name}: {refusal}.", name) from None


# What the store keeps in fields of its own, because scripts change it without reading the document.
LIVE_FIELDS: Final = frozenset(
    {
        *("state", "version", "ready_at", "opened_at", "closes_at", "closes_itself", "closed_at", "published_at"),
        *("archived_at", "keep_days", "reduced_at", "receipt_key", "pass_key"),
    }
)


def session_to_json(session: Session) -> str:
    """Write what the chair entered as compact JSON; the live fields are kept beside it."""
    document = {name: value for name, value in asdict(session).items() if name not in LIVE_FIELDS}
    document["rule"] = rule_to_value(session.rule)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def session_from_json(text: str, live: dict[str, Any]) -> Session:
    """Read what `session_to_json` wrote and add the live fields (`LIVE_FIELDS`)."""
    document = {name: value for name, value in json.loads(text).items() if name not in LIVE_FIELDS}
    sheet = document.pop("sheet")
    people = tuple(Person(**person) for person in sheet.pop("people"))
    labels, choose = tuple(sheet.pop("labels")), sheet.pop("choose")
    if isinstance(choose, int):
        # Once there was one number, which held for every group, 0 on other scales.
        choose = (choose,) * len(Sheet(people).groups) if choose else ()
    tellers = tuple(Teller(**teller) for teller in document.pop("tellers", ()))
    rule = rule_from_value(document.pop("rule")) if "rule" in document else COUNT_ONLY
    subjects = tuple((title, identifier) for title, identifier in document.pop("subjects", ()))
    records = document.pop("records", None)
    return Session(
        sheet=Sheet(people=people, labels=labels, choose=tuple(choose), **sheet),
        tellers=tellers,
        rule=rule,
        subjects=subjects,
        records=TwoRecords(**records) if records else None,
        **document,
        **live,
    )
