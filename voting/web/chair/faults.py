"""What is wrong with a form, field by field, in the words of the person who filled it in.

The domain gives its reasons in English; here they are looked up in the catalogue, with numbers taken out and put back.
A reason that the catalogue does not have is shown as it is.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from voting.errors import MalformedForm, MalformedSheet
from voting.web.languages import N_, gettext

_NUMBER: Final = re.compile(r"(?<![\w-])\d+(?:,\d{3})*")
_PLACES: Final = ("first", "second", "third")

REASONS: Final = (
    N_("the name is missing"),
    N_("the same as line %(first)s"),
    N_("more than %(first)s lines"),
    N_("nobody is on the sheet"),
    N_("on the roster already"),
    N_("a text holds an invisible control character"),
    N_("a text is longer than %(first)s characters"),
    N_("the number to choose must be between %(first)s and %(second)s"),
    N_("the number to choose of group %(first)s must be between %(second)s and %(third)s"),
    N_("the number to choose: %(first)s numbers, but %(second)s groups"),
    N_("own labels: between %(first)s and %(second)s are needed"),
    N_("own labels: two are the same"),
    N_("too many lines and levels"),
    N_("the quotation marks do not match"),
    N_("more than two columns, and no header row says which holds the name"),
    N_("The file is larger than %(first)s MB."),
    N_("The text is longer than %(first)s MB."),
    N_("The file has more than %(first)s rows."),
    N_("This is neither an .xlsx workbook nor a CSV file."),
    N_("The file is not text in UTF-8. In the spreadsheet program choose “CSV UTF-8” or save it as .xlsx."),
    N_("This is not an .xlsx workbook; save it as .xlsx or CSV."),
    N_("This is a workbook of the old kind (.xls); save it as .xlsx."),
    N_("The workbook is protected by a password; save it without one."),
    N_("The workbook cannot be read: it is damaged, or not an .xlsx file."),
    N_("The workbook has no visible sheet."),
    N_("The workbook holds too much; copy the two columns of names and positions into a new one."),
    N_("The title is missing."),
    N_("There is no such occasion."),
    N_("The language must be vi or en."),
    N_("At least one code is needed."),
    N_("The number of spares cannot be negative."),
    N_("At most %(first)s codes can be made for one session."),
    N_("The codes that are not printed must be some of all codes."),
    N_("At most %(first)s tellers can hold the key."),
    N_("Two tellers have the same name."),
    N_("There can be only one head teller."),
    N_("A teller may not stand on the sheet."),
    N_("The number of tellers needed must be between %(first)s and their number."),
    N_("The name of a teller is missing."),
    N_("There is no such role."),
    N_("A password has %(first)s to %(second)s characters."),
    N_("Enter between %(first)s and %(second)s minutes."),
    N_("Enter between %(first)s and %(second)s minutes, or a time of the day in hours and minutes."),
    N_("That time has passed, or is more than %(first)s hours ahead: then enter minutes."),
    N_("At least %(first)s seconds must be left."),
    N_("You have one of this name already."),
    N_("At most %(first)s can be kept."),
    N_("The name is missing."),
    N_("There is no such number of days."),
    N_("between %(first)s and %(second)s slips"),
    N_("a whole number in digits"),
    N_("The reason is missing."),
    N_("It is not said where the new code comes from."),
    N_("A ballot code must not stand in the remark."),
    N_("No slips are printed in this session."),
)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the field it belongs to and what to do. `line`: of the list of people, 0 when none."""

    field: str
    words: str
    line: int = 0


def in_words(reason: str, table: Collection[str] = REASONS) -> str:
    """Say a reason of the domain in the language of this request. `table`: the msgids among which it is looked up."""
    numbers: list[str] = []

    def place(match: re.Match[str]) -> str:
        numbers.append(match[0])
        return f"%({_PLACES[len(numbers) - 1]})s" if len(numbers) <= len(_PLACES) else match[0]

    message = _NUMBER.sub(place, reason)
    if message not in table:
        return reason
    # One that is grouped in the reason is grouped as the language of the request does; a year stays as it is.
    values = [int(number.replace(",", "")) if "," in number else number for number in numbers]
    return gettext(message, **dict(zip(_PLACES, values, strict=False)))


def faults_of(refusal: MalformedForm | MalformedSheet, field: str = "people") -> tuple[Fault, ...]:
    """Turn a refusal of the domain into faults. `field`: where the faults of a list of people are shown."""
    if isinstance(refusal, MalformedForm):
        reason = str(refusal)
        if reason.startswith(f"{refusal.field}: "):
            reason = reason.removeprefix(f"{refusal.field}: ").removesuffix(".")
        return (Fault(refusal.field, in_words(reason)),)
    return tuple(_of_line(number, reason, field) for number, reason in refusal.lines) or (
        Fault(field, in_words(str(refusal))),
    )


def _of_line(number: int, reason: str, field: str) -> Fault:
    if number:
        return Fault(field, gettext("Line %(number)s: %(reason)s", number=number, reason=in_words(reason)), number)
    if reason.startswith(("labels: ", "own labels: ")):
        return Fault("labels", in_words(reason.removeprefix("labels: ")))
    if reason.startswith("the number to choose"):
        return Fault("choose", in_words(reason))
    return Fault(field, in_words(reason))
