"""The second vote: those whose outcome proposes one, on a new draft with the rule that the first rule names for it."""

from dataclasses import replace
from typing import Final

from voting.domain.drafting import copy_of, create_session
from voting.domain.house import House
from voting.domain.results import Result, result_of
from voting.domain.rulebook import rule_of
from voting.domain.rules import COUNT_ONLY, Rule
from voting.domain.scales import SCALES
from voting.domain.sessions import Session
from voting.domain.sheets import LONGEST_TEXT, Person, Sheet
from voting.errors import WrongState

DEFAULT_SCALE: Final = "vote_of_confidence"


def concerned(session: Session, result: Result) -> tuple[Person, ...]:
    """List the people for whom the result proposes a second vote, in the order of the sheet."""
    titles = {row.title for row in result.rows if row.outcome and row.outcome.second_vote}
    titles |= {cell.label for row in result.rows for cell in row.cells if cell.outcome and cell.outcome.second_vote}
    return tuple(person for person in session.sheet.people if person.title in titles)


def prepare_second_vote(house: House, uuid: str, *, chair: str) -> Session:
    """Make the draft of the second vote: the people concerned, the second rule, all else as in the first vote.

    Raises NotPublished before the count, WrongState when nobody is proposed for one, MalformedRule.
    """
    session = house.store.session(uuid)
    people = concerned(session, result_of(house, uuid))
    if not people:
        raise WrongState("The result proposes no second vote.", session.state)
    rule = rule_of(session.rule.second_rule) if session.rule.second_rule else COUNT_ONLY
    scale = _scale_for(rule)
    title = f"{SCALES[scale].names[session.language].partition(' (')[0]}: {session.title}"[:LONGEST_TEXT].rstrip()
    sheet = Sheet(people, scale, session.sheet.blank)
    if SCALES[scale].chooses_people:
        # Of a first vote on levels there is no number, and the usual question is who of two shall have the post.
        numbers = dict(zip((heading for heading, _ in session.sheet.groups), session.sheet.choose, strict=False))
        fitting = (min(numbers.get(heading, 1), len(people)) for heading, people in sheet.groups)
        sheet = replace(sheet, choose=tuple(fitting))
    return create_session(house, replace(copy_of(session, chair=chair), title=title, sheet=sheet, rule=rule))


def _scale_for(rule: Rule) -> str:
    return rule.scales[0] if rule.scales else DEFAULT_SCALE
