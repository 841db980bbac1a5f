"""What the service tells a teller's device about the key ceremony, read as strictly as everything from outside.

A view is a claim. Its form is checked here; whether the messages in it hold, `taking_part.advance` checks.
"""

from dataclasses import dataclass, field
from typing import Any

from voting.errors import Malformed
from voting.protocol import canonical, schema
from voting.protocol.ceremony import STEPS, Round

DONE = "done"
_NAMES = (
    *("uuid", "title", "language", "state", "round", "size", "threshold", "index", "name", "role", "tellers"),
    *("step", "fault", "certificates", "commitments", "reveals", "parcels", "keys", "posted", "box", "tallied"),
)


@dataclass(frozen=True, slots=True)
class Member:
    """A teller as the others see one: how many of the steps are done, and whether the tally was decrypted."""

    name: str
    joined: bool
    steps: int
    decrypted: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a round was stopped: `against` whom, said `by` whom (indices from 1; 0 = the service)."""

    step: str
    against: int
    by: int
    reason: str


@dataclass(frozen=True, slots=True)
class View:
    """The session for the teller with this index. `step` is the one under way, "done" when all keys are in.

    Messages are there when all of their step are in: one of each teller, in order; `parcels` are those for this one.
    `tallied`: the encrypted tally stands on the board.
    """

    state: str
    title: str
    round: Round
    index: int
    tellers: tuple[Member, ...]
    step: str
    fault: Fault | None
    certificates: tuple[bytes, ...] = field(repr=False)
    commitments: tuple[bytes, ...] = field(repr=False)
    reveals: tuple[bytes, ...] = field(repr=False)
    parcels: tuple[bytes, ...] = field(repr=False)
    keys: tuple[bytes, ...] = field(repr=False)
    posted: frozenset[str]
    box: bytes | None = field(repr=False)
    tallied: bool

    def name(self, index: int) -> str:
        """Give the name of a teller; the service, which is no teller, has the index 0."""
        return self.tellers[index - 1].name if index else "the service"


def parse_view(value: dict[str, Any]) -> View:
    """Read a view. Raises `Malformed` naming the field. What later versions add is not looked at."""
    for name in _NAMES:
        if name not in value:
            raise Malformed(f"view: {name} is missing")
    tellers = tuple(
        _member(entry, f"tellers[{i}]") for i, entry in enumerate(schema.array(value["tellers"], "tellers"))
    )
    size = schema.integer(value["size"], "size", 1)
    threshold = schema.integer(value["threshold"], "threshold", 1)
    index = schema.integer(value["index"], "index", 1)
    if size != len(tellers) or threshold > size or index > size:
        raise Malformed("view: size, threshold and index do not fit the tellers")
    step = schema.text(value["step"], "step")
    if step not in (*STEPS, DONE):
        raise Malformed("step: there is no such step")
    box = value["box"]
    return View(
        state=_line(value["state"], "state"),
        title=_line(value["title"], "title"),
        round=Round(schema.text(value["uuid"], "uuid"), schema.integer(value["round"], "round", 1), size, threshold),
        index=index,
        tellers=tellers,
        step=step,
        fault=None if value["fault"] is None else _fault(value["fault"], size),
        certificates=_documents(value["certificates"], "certificates", size),
        commitments=_documents(value["commitments"], "commitments", size),
        reveals=_documents(value["reveals"], "reveals", size),
        parcels=_documents(value["parcels"], "parcels", size),
        keys=_documents(value["keys"], "keys", size),
        posted=frozenset(schema.text(name, "posted") for name in schema.array(value["posted"], "posted")),
        box=None if box is None else canonical.encode(schema.text(box, "box")),
        tallied=_truth(value["tallied"], "tallied"),
    )


def _documents(value: object, where: str, size: int) -> tuple[bytes, ...]:
    texts = schema.array(value, where)
    if len(texts) not in (0, size):
        raise Malformed(f"{where}: neither none nor one of each teller")
    return tuple(canonical.encode(schema.text(text, f"{where}[{i}]")) for i, text in enumerate(texts))


def _member(value: object, where: str) -> Member:
    parts = _object(value, where, "name", "joined", "steps", "decrypted")
    return Member(
        _line(parts["name"], where),
        _truth(parts["joined"], where),
        schema.integer(parts["steps"], where),
        _truth(parts["decrypted"], where),
    )


def _fault(value: object, size: int) -> Fault:
    parts = _object(value, "fault", "step", "against", "by", "reason")
    against, by = schema.integer(parts["against"], "fault.against", 1), schema.integer(parts["by"], "fault.by")
    if max(against, by) > size:
        raise Malformed("fault: there is no such teller")
    return Fault(_line(parts["step"], "fault.step"), against, by, _line(parts["reason"], "fault.reason"))


def _truth(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise Malformed(f"{where}: not true or false")
    return value


def _line(value: object, where: str) -> str:
    """Check a text to be shown to people: what a terminal would obey could disguise what else it shows."""
    line = schema.text(value, where)
    if not line.isprintable():
        raise Malformed(f"{where}: holds control characters")
    return line


def _object(value: object, where: str, *names: str) -> dict[str, Any]:
    if not isinstance(value, dict) or any(name not in value for name in names):
        raise Malformed(f"{where}: not an object with {', '.join(names)}")
    return value
