"""Paper ballots beside the phones: the page where the chair enters what the tellers counted by hand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Self

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from voting.domain.organisation.roles import Act
from voting.domain.paper import FEW, STATES, PaperLine, PaperTally, paper_of, questions_of, record_paper
from voting.domain.scales import scale_of
from voting.domain.sessions import Session
from voting.domain.sheets import Person
from voting.errors import MalformedFigures
from voting.web.access import chair_only
from voting.web.chair.blueprint import blueprint
from voting.web.chair.faults import REASONS as COMMON_REASONS
from voting.web.chair.faults import Fault, in_words
from voting.web.chair.ownership import own_session
from voting.web.chair.words import ROLE_WORDS
from voting.web.languages import N_, gettext
from voting.web.site import house

LONGEST_NUMBER: Final = 6
BALLOTS: Final = ("issued", "collected", "invalid")
REST: Final = ("blank", "invalid")

REASONS: Final = (
    N_("a whole number is needed"),
    N_("between %(first)s and %(second)s ballots"),
    N_("more than the %(first)s issued"),
    N_("more than the %(first)s collected"),
    N_("a figure is negative"),
    N_("together %(first)s, but valid ballots: %(second)s"),
    N_("blank and invalid together %(first)s, but valid ballots: %(second)s"),
    N_("votes for somebody: %(first)s, but ballots that choose anybody: %(second)s"),
    N_("votes: %(first)s, but there must be between %(second)s and %(third)s"),
    N_("nobody signs it off"),
    N_("only tellers of this session can sign it off"),
    N_("two tellers must sign it off"),
    N_("the head teller must sign it off"),
    N_("more than %(first)s names"),
    N_("whoever stands on the sheet cannot sign it off"),
)
"""Why figures cannot be right, as msgids: what voting/domain/paper.py says, with its numbers taken out."""

Page = str | tuple[str, int] | Response


@dataclass(frozen=True)
class Asked:
    """One line of the form: its number from 1, its title and heading, and the words of its answers."""

    number: int
    name: str
    position: str
    group: str
    answers: tuple[str, ...]

    @property
    def field(self) -> str:
        """Name the line as the faults of the domain do."""
        return f"line_{self.number}"

    @property
    def fields(self) -> tuple[str, ...]:
        """Name the fields of its votes, in the order of the answers."""
        return tuple(f"{self.field}_{place}" for place in range(1, len(self.answers) + 1))


@dataclass(frozen=True)
class Entries:
    """The form as it was typed: texts by field, the names that sign off, and the version that was read."""

    texts: dict[str, str]
    signers: tuple[str, ...] = ()
    version: str = "0"

    @classmethod
    def of_form(cls, form: MultiDict[str, str]) -> Self:
        """Take the fields from a sent form; names are boxes that were ticked, or lines of a text."""
        signers = [line.strip() for text in form.getlist("signers") for line in text.splitlines()]
        return cls(form.to_dict(), tuple(filter(None, signers)), form.get("version", "0"))

    @classmethod
    def of_tally(cls, tally: PaperTally | None, version: int) -> Self:
        """Fill the form from what was recorded."""
        if tally is None:
            return cls({}, (), str(version))
        texts = {name: str(getattr(tally, name)) for name in BALLOTS}
        for number, line in enumerate(tally.lines, 1):
            texts |= {f"line_{number}_{place}": str(votes) for place, votes in enumerate(line.votes, 1)}
            texts |= {f"line_{number}_{name}": str(getattr(line, name)) for name in REST}
        return cls(texts, tally.signers, str(version))

    def to_tally(self, asked: tuple[Asked, ...]) -> PaperTally:
        """Read the figures; an empty field of a line is 0. Raises MalformedFigures naming what is no number."""
        faults: list[tuple[str, str]] = []
        issued, collected = (self._number(name, name, faults, needed=True) for name in ("issued", "collected"))
        invalid = self._number("invalid", "invalid", faults)
        lines = tuple(
            PaperLine(
                tuple(self._number(name, line.field, faults) for name in line.fields),
                *(self._number(f"{line.field}_{name}", line.field, faults) for name in REST),
            )
            for line in asked
        )
        if faults:
            raise MalformedFigures("A field is no whole number.", tuple(dict.fromkeys(faults)))
        return PaperTally(issued, collected, invalid, lines, self.signers)

    def _number(self, name: str, field: str, faults: list[tuple[str, str]], *, needed: bool = False) -> int:
        text = self.texts.get(name, "").strip()
        if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER:
            return int(text)
        if text or needed:
            faults.append((field, "a whole number is needed"))
        return 0


@blueprint.get("/sessions/<session:uuid>/paper")
@chair_only
def ask_paper(uuid: str) -> Page:
    """Show what was recorded of paper ballots; before the close and after publishing there is nothing to enter."""
    session = own_session(uuid, Act.COUNT)
    if session.state not in STATES:
        return _to_page(uuid)
    return _form(session, Entries.of_tally(*paper_of(house(), uuid)))


@blueprint.post("/sessions/<session:uuid>/paper")
@chair_only
def enter_paper(uuid: str) -> Page:
    """Record the count of the paper ballots, or show what cannot be right beside its field."""
    session = own_session(uuid, Act.COUNT)
    entries = Entries.of_form(request.form)
    try:
        record_paper(house(), uuid, entries.to_tally(asked_of(session)), _version(entries))
    except MalformedFigures as refusal:
        return _form(session, entries, tuple(_faults(session, refusal))), 400
    flash(gettext("The paper ballots are recorded."), "ok")
    return _to_page(uuid)


@blueprint.post("/sessions/<session:uuid>/paper/none")
@chair_only
def drop_paper(uuid: str) -> Response:
    """Record that there were no paper ballots after all."""
    own_session(uuid, Act.COUNT)
    record_paper(house(), uuid, None, _version(Entries.of_form(request.form)))
    flash(gettext("No paper ballots are counted in this session."), "ok")
    return _to_page(uuid)


def asked_of(session: Session) -> tuple[Asked, ...]:
    """List the lines of the form, one for each question of the sheet."""
    questions = questions_of(session)
    people: Iterable[Person] = session.sheet.people
    if scale_of(session.sheet.scale).chooses_people:
        headings = [heading for heading, _ in session.sheet.groups]
        people = [Person(q.text.removeprefix(f"{h}: "), "", h) for q, h in zip(questions, headings, strict=True)]
    return tuple(
        Asked(number, person.name, person.position, person.group, question.answers)
        for number, (question, person) in enumerate(zip(questions, people, strict=True), 1)
    )


def _faults(session: Session, refusal: MalformedFigures) -> Iterator[Fault]:
    names = {line.field: line.name for line in asked_of(session)}
    for field, reason in refusal.faults:
        words = in_words(reason, (*COMMON_REASONS, *REASONS))
        yield Fault(field, f"{names[field]}: {words}" if field in names else words)


def _version(entries: Entries) -> int:
    text = entries.version
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _form(session: Session, entries: Entries, faults: tuple[Fault, ...] = ()) -> str:
    return render_template(
        "chair/paper.html",
        session=session,
        entries=entries,
        faults=faults,
        asked=asked_of(session),
        chooses=scale_of(session.sheet.scale).chooses_people,
        recorded=paper_of(house(), session.uuid)[0] is not None,
        ballots=house().store.turnout(session.uuid).ballots,
        roles={name: gettext(words) for name, words in ROLE_WORDS.items()},
        few=FEW,
    )


def _to_page(uuid: str) -> Response:
    return redirect(url_for("chair.page", uuid=uuid), 303)
