"""The sheet: who or what is voted on, on which scale. It becomes the questions of the election, one for one."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from voting.domain.scales import Language, Scale, scale_of
from voting.errors import MalformedSheet
from voting.protocol.ballots import largest_ballot
from voting.protocol.election import Question

MOST_LINES: Final = 100
MOST_BALLOT_BYTES: Final = 256 * 1024
MOST_LABELS: Final = 10
LONGEST_TEXT: Final = 200
# Characters that change the direction or the look of the text around them: a name must not be able to disguise another.
_FORBIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True)
class Person:
    """One line: a person with a position, or a motion (then `position` is empty).

    `group`: the heading of the sheet that the line stands on, where a session has several (a group of similar posts).
    """

    name: str
    position: str = ""
    group: str = ""

    @property
    def title(self) -> str:
        """The line as it stands in the election: `name — position`."""
        return f"{self.name} — {self.position}" if self.position else self.name


@dataclass(frozen=True)
class Sheet:
    """A checked sheet; `make_sheet` is the only way to one that may be voted on.

    `blank`: whether a line may be left without an answer. `choose`: the k of "choose up to k" for each of the `groups`,
    empty on other scales. `labels`: the levels of an own scale, best first; empty on other scales.
    """

    people: tuple[Person, ...]
    scale: str = "confidence"
    blank: bool = False
    choose: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def groups(self) -> tuple[tuple[str, tuple[Person, ...]], ...]:
        """List the sheets that are voted on in one go, as (heading, people); one without a heading when not divided."""
        divided: dict[str, list[Person]] = {}
        for person in self.people:
            divided.setdefault(person.group, []).append(person)
        return tuple((heading, tuple(people)) for heading, people in divided.items())

    def level_labels(self, language: Language) -> tuple[str, ...]:
        """Give the words of the answers of one line, in the order of the election."""
        scale = scale_of(self.scale)
        if scale.chooses_people:
            return tuple(person.title for person in self.people)
        return self.labels if scale.has_own_labels else scale.labels[language]


def tidy(text: str, longest: int = LONGEST_TEXT) -> str:
    """Bring a typed text to NFC with single spaces. Raises MalformedSheet for control and direction characters."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if any(unicodedata.category(character) in _FORBIDDEN_CATEGORIES for character in text):
        raise MalformedSheet("a text holds an invisible control character")
    if len(text) > longest:
        raise MalformedSheet(f"a text is longer than {longest} characters")
    return text


def make_sheet(
    people: Iterable[Person],
    scale: str = "confidence",
    *,
    blank: bool = False,
    choose: int | Sequence[int] = (),
    labels: Iterable[str] = (),
) -> Sheet:
    """Check a sheet and tidy its texts. `choose`: one number for each group, or a single one that holds for all.

    Raises MalformedSheet naming every bad line (1-based) at once.
    """
    kind = scale_of(scale)
    faults: list[tuple[int, str]] = []
    lines: list[Person] = []
    seen: dict[str, int] = {}
    for number, person in enumerate(people, 1):
        if number > MOST_LINES:
            faults.append((number, f"more than {MOST_LINES} lines"))
            break
        try:
            line = Person(tidy(person.name), tidy(person.position), tidy(person.group))
        except MalformedSheet as refusal:
            faults.append((number, str(refusal)))
            continue
        first = seen.setdefault(line.title.casefold(), number)
        if not line.name:
            faults.append((number, "the name is missing"))
        elif first != number:
            faults.append((number, f"the same as line {first}"))
        lines.append(line)
    if not lines and not faults:
        faults.append((0, "nobody is on the sheet"))
    own = _own_labels(kind, labels, faults)
    sheet = Sheet(_by_groups(lines), scale, blank, (), own)
    if kind.chooses_people:
        sheet = replace(sheet, choose=_of_each_group(sheet, choose, faults))
    if faults:
        summary = "; ".join(f"line {n}: {why}" if n else why for n, why in faults[:5])
        raise MalformedSheet(f"The sheet cannot be used: {summary}.", tuple(faults))
    return sheet


def _of_each_group(sheet: Sheet, choose: int | Sequence[int], faults: list[tuple[int, str]]) -> tuple[int, ...]:
    """Give the number to choose of each group."""
    numbers = (choose,) if isinstance(choose, int) else tuple(choose)
    groups = [len(people) for _, people in sheet.groups] or [1]
    if len(numbers) <= 1:
        numbers = (numbers or (0,)) * len(groups)
        if not 1 <= numbers[0] <= min(groups):
            faults.append((0, f"the number to choose must be between 1 and {min(groups)}"))
    elif len(numbers) != len(groups):
        faults.append((0, f"the number to choose: {len(numbers)} numbers, but {len(groups)} groups"))
    else:
        for place, (number, most) in enumerate(zip(numbers, groups, strict=True), 1):
            if not 1 <= number <= most:
                faults.append((0, f"the number to choose of group {place} must be between 1 and {most}"))
    return numbers


def _by_groups(lines: list[Person]) -> tuple[Person, ...]:
    """Bring the lines of a group together, groups in the order in which they first appear."""
    order = list(dict.fromkeys(line.group for line in lines))
    return tuple(sorted(lines, key=lambda line: order.index(line.group)))


def _own_labels(kind: Scale, labels: Iterable[str], faults: list[tuple[int, str]]) -> tuple[str, ...]:
    if not kind.has_own_labels:
        return ()
    try:
        own = tuple(text for text in map(tidy, labels) if text)
    except MalformedSheet as refusal:
        faults.append((0, f"labels: {refusal}"))
        return ()
    if not 2 <= len(own) <= MOST_LABELS:
        faults.append((0, f"own labels: between 2 and {MOST_LABELS} are needed"))
    elif len({label.casefold() for label in own}) < len(own):
        faults.append((0, "own labels: two are the same"))
    return own


def require_castable(sheet: Sheet) -> None:
    """Refuse a sheet whose ballots would be larger than a phone may send. Raises MalformedSheet."""
    if largest_ballot(questions(sheet, "vi")) > MOST_BALLOT_BYTES:
        raise MalformedSheet(
            "The sheet cannot be used: its encrypted ballot would be larger than 256 KB. Use fewer lines or levels.",
            ((0, "too many lines and levels"),),
        )


def questions(sheet: Sheet, language: Language) -> tuple[Question, ...]:
    """Turn a sheet into the questions of its election, in the order of the sheet (PROTOCOL: `question`)."""
    if scale_of(sheet.scale).chooses_people:
        return tuple(
            Question(_how_many(group, most, language), tuple(person.title for person in people), 1, most, sheet.blank)
            for (group, people), most in zip(sheet.groups, sheet.choose, strict=True)
        )
    answers = sheet.level_labels(language)
    return tuple(Question(person.title, answers, 1, 1, sheet.blank) for person in sheet.people)


def _how_many(group: str, most: int, language: Language) -> str:
    heading = {"vi": f"Chọn tối đa {most} người", "en": f"Choose up to {most}"}[language]
    return f"{group}: {heading}" if group else heading
