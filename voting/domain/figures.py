"""The figures of a meeting and of one line of its sheet: whole numbers that percentages and conclusions are made of."""

from dataclasses import dataclass, fields

from voting.errors import MalformedFigures


@dataclass(frozen=True)
class Figures:
    """How many there were. None: nobody has entered it. `valid`: ballots that are not invalid as a whole."""

    members: int | None = None
    convened: int | None = None
    present: int | None = None
    excused: int | None = None
    issued: int | None = None
    collected: int | None = None
    valid: int | None = None

    @property
    def convened_less_excused(self) -> int | None:
        """Give those convened without those who were excused; None while one of the two is missing."""
        return None if self.convened is None or self.excused is None else self.convened - self.excused


@dataclass(frozen=True)
class Line:
    """What was counted for one line: `votes` of each level, or of each candidate where people are chosen.

    `blank`: ballots that left the line without an answer; `invalid`: valid ballots that are invalid on this line. On a
    sheet of levels `sum(votes) + blank + invalid` is the number of valid ballots.
    """

    votes: tuple[int, ...]
    blank: int = 0
    invalid: int = 0


# Each is at least the one that follows, as far as they are known (RULES, "What to get right").
_DESCENDING = ("members", "convened", "present", "issued", "collected", "valid")


def disagreements(figures: Figures) -> tuple[tuple[str, str], ...]:
    """List what cannot be, as (smaller figure by name, larger one that it should not be less than)."""
    known = [(name, number) for name in _DESCENDING if (number := getattr(figures, name)) is not None]
    found = [
        (name, later)
        for place, (name, number) in enumerate(known)
        for later, other in known[place + 1 :]
        if number < other
    ]
    expected = figures.convened_less_excused
    if expected is not None and expected < 0:
        found.append(("convened", "excused"))
    # Who is excused is not there: the others are at least those present, and at least the ballots.
    found += [
        ("convened_less_excused", name)
        for name, number in known
        if expected is not None and name not in ("members", "convened") and expected < number
    ]
    return tuple(found)


def check_figures(figures: Figures) -> Figures:
    """Give the figures back when they agree with each other. Raises MalformedFigures naming those that do not."""
    faults = [
        (field.name, "below zero")
        for field in fields(figures)
        if (number := getattr(figures, field.name)) is not None and number < 0
    ]
    faults += [(name, f"less than {other}") for name, other in disagreements(figures)]
    if faults:
        summary = "; ".join(f"{name} is {why}" for name, why in faults)
        raise MalformedFigures(f"The figures do not agree: {summary}.", tuple(faults))
    return figures
