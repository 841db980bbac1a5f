"""What is wrong with a form of the organisation, in the words of the person who filled it in.

The reasons of the domain are looked up here as those of the chair's forms are in `voting/web/chair/faults.py`.
"""

from typing import Final

from voting.errors import MalformedForm, MalformedRegister, MalformedSheet
from voting.web.chair.faults import REASONS, Fault, in_words
from voting.web.chair.faults import faults_of as faults_of_form
from voting.web.languages import N_, gettext

UNITS: Final = (
    N_("There is a unit of this name beside it already."),
    N_("Another unit has this code already."),
    N_("There is no such unit to belong to."),
    N_("A unit cannot belong to itself or to one below it."),
    N_("The tree can have at most %(first)s levels."),
    N_("At most %(first)s units can be kept."),
    N_("The unit above is missing."),
    N_("The unit at the top cannot be moved."),
    N_("The unit at the top cannot be removed."),
    N_("Other units belong to this one."),
    N_("People of the register belong to this unit."),
    N_("Accounts have a role in this unit."),
    N_("Votes belong to this unit."),
    N_("A stored vote cannot be read, and may belong to this unit."),
    N_("Cycles are about this unit."),
)
ROLES: Final = (
    N_("There is no account of this name."),
    N_("There is an account of this name already."),
    N_("A name has %(first)s to %(second)s of: a-z, %(third)s-9, dot, dash, underscore."),
    N_("The last administrator at the top cannot be taken away."),
    N_("The owner of this account has not chosen a password yet; a role here has to wait for that."),
)
IMPORT: Final = (
    N_("the name of the unit is missing"),
    N_("there is no unit of this code or name to belong to"),
    N_("several units are called so; give the code or the whole path"),
    N_("the unit comes under itself"),
    N_("the name stands under the same unit in line %(first)s"),
    N_("the code stands in line %(first)s"),
    N_("the unit stands in line %(first)s"),
    N_("there is a unit of this name under the same one, with another code"),
    N_("there is a unit of this name under the same one"),
    N_("this unit lies outside of what can be changed here"),
    N_("the tree can have at most %(first)s levels"),
    N_("the unit at the top cannot be moved"),
    N_("No unit is in the file."),
    N_("No header row says which column holds the name."),
    N_("At most %(first)s units can be kept."),
)
NOTICES: Final = (
    N_("There is no petition to answer."),
    N_("The petition was answered already."),
    N_("A petition was sent already, and cannot be changed."),
    N_("The text is missing."),
    N_("A ballot code or a personal link must not stand here."),
)
OFFICIALS: Final = (
    N_("At most %(first)s people can be kept in the register."),
    N_("A person can have at most %(first)s posts."),
    N_("All posts together are longer than %(first)s characters."),
    N_("There is no such unit."),
    N_("Somebody else in the register has this number."),
    N_("The personal data of this person were erased."),
    N_("Neither record has this post."),
    N_("Nobody is in the file."),
    N_("Please choose a file."),
    N_("somebody has this number in a unit that lies outside of what can be changed here"),
    N_("it is not decided yet who this is"),
    N_("the same person as in line %(first)s"),
    N_("the same number as in line %(first)s"),
    N_("there is no unit of this code or name"),
    N_("nobody of this unit was chosen"),
    N_("the column of Party members says neither yes nor no"),
)
REVIEWS: Final = (
    N_("This vote belongs to no unit of the organisation."),
    N_("There is no such line in this vote."),
    N_("Only a unit above that of the vote is competent to conclude on it."),
    N_("The level must be between %(first)s and %(second)s."),
    N_("A conclusion that names no level must be given in words."),
    N_("A conclusion that is not what the vote proposes needs a reason."),
    N_("This is not a day of the calendar."),
    N_("That day lies before the publishing of the result."),
    N_("That day lies in the future."),
)
TWO_RECORDS: Final = (
    N_("Only a classification can serve both records."),
    N_("Fewer than four fifths of the staff are Party members: each record needs a vote of its own."),
    N_("The citation is missing."),
)
CYCLES: Final = (
    N_("The year must lie between %(first)s and %(second)s."),
    N_("The end lies before the start: the dates are reversed."),
    N_("This way of voting gives nobody a level."),
    N_("There is no such rule for this way of voting."),
    N_("Choose a rule."),
    N_("At least one unit is needed."),
    N_("There is no such unit."),
    N_("A unit lies outside of the one that the cycle belongs to."),
    N_("The steps are not in their order, each once."),
    N_("There is no such step."),
    N_("Say in the note why the step is left out."),
    N_("A ballot code must not stand here."),
    N_("The drafts are made already, so this stays."),
    N_("A unit that has a session stays in the cycle."),
    N_("Sessions belong to this cycle."),
    N_("The procedure of this cycle does not have this step."),
)
KEEPING: Final = (
    N_("Enter a whole number between %(first)s and %(second)s."),
    N_("Choose who deletes."),
    N_("The person stands on a list that is not public yet."),
    N_("A stored vote cannot be read, and the person may stand on its list."),
)
ALL: Final = frozenset(
    (*CYCLES, *KEEPING, *NOTICES, *REASONS, *UNITS, *ROLES, *IMPORT, *OFFICIALS, *REVIEWS, *TWO_RECORDS)
)


def faults_of(refusal: MalformedRegister | MalformedForm | MalformedSheet, field: str = "") -> tuple[Fault, ...]:
    """Turn a refusal of the domain into faults. `field`: where those are shown that name none, such as a file's."""
    if not isinstance(refusal, MalformedRegister):
        return faults_of_form(refusal, field)
    if refusal.lines:
        return tuple(_of_line(number, reason, refusal.field or field) for number, reason in refusal.lines)
    reason = str(refusal)
    if refusal.field and reason.startswith(f"{refusal.field}: "):
        reason = reason.removeprefix(f"{refusal.field}: ").removesuffix(".")
    return (Fault(refusal.field or field, in_words(reason, ALL)),)


def _of_line(number: int, reason: str, field: str) -> Fault:
    words = in_words(reason, ALL)
    if not number:
        return Fault(field, words)
    return Fault(field, gettext("Line %(number)s: %(reason)s", number=number, reason=words), number)
