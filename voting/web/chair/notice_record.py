"""What was made known to the persons of a vote and what they answered, as it stands among the papers of the session.

It is for who may read personal notices: a head teller writes the minutes, and has no part in this.
"""

from collections.abc import Mapping
from datetime import datetime

from voting.documents.minutes import Block, Fact, Facts, Heading
from voting.documents.tables import Table
from voting.domain.organisation.notices import Notice, notices_of_session
from voting.domain.organisation.roles import Act
from voting.domain.sessions import Session
from voting.web.languages import gettext, moment
from voting.web.organisation.access import standing
from voting.web.site import house


def readable_notices(session: Session) -> Mapping[str, Notice]:
    """Give the notices of a session by the title of the line; none to an account that may not read them."""
    if not standing().may(Act.TRACE, session.unit_id):
        return {}
    return notices_of_session(house(), session.uuid)


def notices_table(session: Session, notices: Mapping[str, Notice]) -> Table:
    """Lay the notices out in the order of the sheet, with the times of this machine's clock."""
    columns = (
        gettext("Full name"),
        gettext("Position"),
        gettext("Made known on"),
        gettext("Read on"),
        gettext("Petition"),
        gettext("Petition sent on"),
        gettext("Answer"),
        gettext("Answered on"),
    )
    rows = tuple(
        (
            *(person.name, person.position, _time(notice.made_at), _time(notice.acknowledged_at)),
            *(notice.petition, _time(notice.petitioned_at), notice.answer, _time(notice.answered_at)),
        )
        for person in session.sheet.people
        if (notice := notices.get(person.title))
    )
    return Table("notices", columns, rows)


def notice_section(notice: Notice | None) -> tuple[Block, ...]:
    """Write the section of the person's sheet; nothing while nothing was made known."""
    if notice is None:
        return ()
    read = moment(notice.acknowledged_at) if notice.acknowledged_at else gettext("not confirmed yet")
    facts = [Fact(gettext("Made known on"), moment(notice.made_at)), Fact(gettext("Read on"), read)]
    if notice.petition:
        facts.append(_told(gettext("Petition"), notice.petitioned_at, notice.petition))
    if notice.answer:
        facts.append(_told(gettext("Answer of the chair"), notice.answered_at, notice.answer))
    return Heading(gettext("Made known to the person")), Facts(tuple(facts))


def _told(name: str, at: int, text: str) -> Fact:
    return Fact(name, moment(at), tuple(line for line in text.split("\n") if line))


def _time(at: int) -> str:
    return f"{datetime.fromtimestamp(at):%Y-%m-%d %H:%M}" if at else ""
