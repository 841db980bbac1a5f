"""What a chair typed into the form of a session, before it is one: texts as they came, and what is wrong with them."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

from werkzeug.datastructures import FileStorage

from voting.documents.spreadsheets import read_pasted, read_people, take_headings, under_headings
from voting.domain.rulebook import rule_of
from voting.domain.rules import COUNT_ONLY, Rule
from voting.domain.scales import LANGUAGES, SCALES, Language
from voting.domain.sessions import MOST_CODES, Session, check_session
from voting.domain.sheets import MOST_LINES, Person, Sheet
from voting.domain.tellers import MOST_TELLERS, Teller
from voting.errors import MalformedForm, MalformedRule, MalformedSheet
from voting.web.chair.faults import Fault, faults_of
from voting.web.languages import gettext

LONGEST_NUMBER: Final = 6
_SAME_AS: Final = re.compile(r"(the same as line )(\d+)")


class EntriesRefused(Exception):
    """The form cannot become a session. `faults`: everything that is wrong, in the order of the form."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("The form cannot be used.")
        self.faults = faults


@dataclass(frozen=True)
class Entries:
    """The fields of the form, as texts. `people`: one line each, `name TAB position`; `version` of the draft read.

    `rule`: the identifier of a shipped rule, or of the draft's own copy of one.
    `mode`: who holds the key, `tellers` or `quick`, empty when nothing was chosen. `tellers`: one line each, `name TAB
    role`; the form has a row of two fields for each instead.
    """

    title: str = ""
    description: str = ""
    unit: str = ""
    unit_id: str = ""
    occasion: str = "other"
    language: str = "vi"
    scale: str = "confidence"
    choose: str = "1"
    labels: str = ""
    blank: bool = False
    codes: str = ""
    spares: str = "0"
    pooled: str = "0"
    rule: str = COUNT_ONLY.id
    people: str = ""
    mode: str = ""
    tellers: str = ""
    threshold: str = ""
    version: str = "0"

    @classmethod
    def of_form(cls, form: Mapping[str, str]) -> Self:
        """Take the fields from a sent form; the file is not among them."""
        texts = {
            name: form[name].replace("\r\n", "\n")
            for name in cls.__dataclass_fields__
            if name != "blank" and name in form
        }
        texts.setdefault("tellers", _rows_of_tellers(form))
        return cls(**texts, blank=form.get("blank") == "yes")

    @classmethod
    def of_session(cls, session: Session) -> Self:
        """Fill the form from a draft."""
        sheet = session.sheet
        return cls(
            title=session.title,
            description=session.description,
            unit=session.unit,
            unit_id=session.unit_id,
            occasion=session.occasion,
            language=session.language,
            scale=sheet.scale,
            choose=", ".join(map(str, sheet.choose if len(set(sheet.choose)) > 1 else sheet.choose[:1])) or "1",
            labels="\n".join(sheet.labels),
            blank=sheet.blank,
            codes=str(session.codes),
            spares=str(session.spares),
            pooled=str(session.pooled),
            rule=session.rule.id,
            people=people_as_text(sheet.people, sheet.scale),
            mode=session.mode,
            tellers="\n".join(f"{teller.name}\t{teller.role}" for teller in session.tellers),
            threshold=str(session.threshold or ""),
            version=str(session.version),
        )

    def with_file(self, file: FileStorage) -> Self:
        """Replace the people by those of an uploaded CSV or XLSX file. Raises EntriesRefused naming its bad lines."""
        try:
            numbered = read_people(file.read(), file.filename or "")
        except MalformedSheet as refusal:
            raise EntriesRefused(faults_of(refusal, "file")) from None
        return replace(self, people=people_as_text((person for _, person in numbered), self.scale))

    def listed(self) -> tuple[tuple[int, Person], ...]:
        """Read (line number, person) from the text. Raises EntriesRefused naming the bad lines.

        A motion is a sentence and may hold commas and semicolons, so only a tab ends it.
        """
        try:
            return _motions(self.people) if self.scale == "motion" else read_pasted(self.people)
        except MalformedSheet as refusal:
            raise EntriesRefused(faults_of(refusal)) from None

    @property
    def tellers_listed(self) -> tuple[Teller, ...]:
        """Give the tellers as they were typed, unchecked."""
        lines = (line.partition("\t") for line in self.tellers.split("\n"))
        return tuple(Teller(name, role) for name, _, role in lines if name.strip())

    def to_session(self, base: Session) -> Session:
        """Put the entries into a draft. Raises EntriesRefused with every fault that can be seen at once."""
        faults: list[Fault] = []
        if not self.title.strip():
            faults.append(Fault("title", gettext("The title is missing.")))
        listed: tuple[tuple[int, Person], ...] = ()
        try:
            listed = self.listed()
        except EntriesRefused as refusal:
            faults.extend(refusal.faults)
        most = len(listed) or MOST_LINES
        # One number for all groups, or one for each of them in their order.
        numbers = re.split(r"[\s,;]+", self.choose.strip()) if self._chooses_people else []
        choose = tuple(_number(number, "choose", 1, most, faults) for number in numbers)
        codes = _number(self.codes, "codes", 1, MOST_CODES, faults)
        spares = _number(self.spares, "spares", 0, MOST_CODES, faults)
        pooled = _number(self.pooled, "pooled", 0, codes + spares or MOST_CODES, faults)
        rule = self._rule(base, faults)
        tellers, threshold = self._key_holders(faults)
        if faults:
            raise EntriesRefused(tuple(faults))
        people = tuple(person for _, person in listed)
        sheet = Sheet(people, self.scale, self.blank, choose, tuple(self.labels.split("\n")))
        draft = replace(
            base,
            title=self.title,
            description=self.description,
            unit=self.unit,
            occasion=self.occasion,
            language=_language(self.language),
            sheet=sheet,
            codes=codes,
            spares=spares,
            pooled=pooled,
            rule=rule,
            tellers=tellers,
            threshold=threshold,
        )
        try:
            return check_session(draft)
        except MalformedSheet as refusal:
            lines = _lines_of_text(refusal, [number for number, _ in listed])
            raise EntriesRefused(faults_of(MalformedSheet(str(refusal), lines))) from None
        except MalformedForm as refusal:
            raise EntriesRefused(faults_of(refusal)) from None
        except MalformedRule:
            raise EntriesRefused((_unfit(),)) from None

    def _rule(self, base: Session, faults: list[Fault]) -> Rule:
        """Find the rule that was chosen: a shipped one, or the one that the draft has already, changed or not."""
        try:
            rule = base.rule if self.rule == base.rule.id else rule_of(self.rule)
        except MalformedRule:
            faults.append(Fault("rule", gettext("Please choose a rule.")))
            return COUNT_ONLY
        if rule.scales and self.scale not in rule.scales:
            faults.append(_unfit())
        return rule

    def _key_holders(self, faults: list[Fault]) -> tuple[tuple[Teller, ...], int]:
        """Give the tellers and the threshold, 0 for the one that is proposed; none of both in quick mode."""
        if self.mode == "quick":
            return (), 0
        tellers = self.tellers_listed
        if self.mode != "tellers":
            faults.append(Fault("mode", gettext("Please choose who holds the key.")))
        elif not tellers:
            faults.append(Fault("tellers", gettext("Please enter at least one teller, or choose quick mode.")))
        elif self.threshold.strip():
            return tellers, _number(self.threshold, "threshold", 1, len(tellers), faults)
        return tellers, 0

    @property
    def _chooses_people(self) -> bool:
        scale = SCALES.get(self.scale)
        return scale is not None and scale.chooses_people


def people_as_text(people: Iterable[Person], scale: str) -> str:
    """Write people one a line below the heading of their group, as `Entries.listed` reads them."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    group = ""
    for person in people:
        if person.group != group:
            group = person.group
            out.write(f"# {group}".rstrip() + "\n")
        if person.name.startswith("#"):
            out.write(" ")  # a name, not a heading
        cells = [person.name, person.position] if person.position else [person.name]
        if scale == "motion":
            out.write("\t".join(cells) + "\n")
        else:
            writer.writerow(cells)
    return out.getvalue().rstrip("\n")


def _lines_of_text(refusal: MalformedSheet, numbers: list[int]) -> tuple[tuple[int, str], ...]:
    """Name the lines of the text, where a refusal names the places on the sheet: headings and empty lines are none."""

    def line_of(place: str | int) -> int:
        return numbers[int(place) - 1] if int(place) else 0

    return tuple(
        (line_of(place), _SAME_AS.sub(lambda found: f"{found[1]}{line_of(found[2])}", reason))
        for place, reason in refusal.lines
    )


def _motions(text: str) -> tuple[tuple[int, Person], ...]:
    body, headings = take_headings(text)
    lines = (line.partition("\t") for line in body.split("\n"))
    motions = tuple((n, Person(words, more)) for n, (words, _, more) in enumerate(lines, 1) if words.strip())
    return under_headings(motions, headings)


def _rows_of_tellers(form: Mapping[str, str]) -> str:
    rows = ((form.get(f"teller_{row}", ""), form.get(f"role_{row}", "")) for row in range(1, MOST_TELLERS + 1))
    return "\n".join(f"{' '.join(name.split())}\t{role.strip()}" for name, role in rows if name.strip())


def _unfit() -> Fault:
    words = gettext("This rule was not made for the way of voting chosen above. Please choose another one.")
    return Fault("rule", words)


def _number(text: str, field: str, least: int, most: int, faults: list[Fault]) -> int:
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER and least <= int(text) <= most:
        return int(text)
    faults.append(
        Fault(field, gettext("Please enter a number between %(least)s and %(most)s.", least=least, most=most))
    )
    return 0


def _language(text: str) -> Language:
    return next((known for known in LANGUAGES if known == text), LANGUAGES[0])
