"""The election document: what is asked, under which key (PROTOCOL.md, "Documents")."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from voting.errors import Malformed, MalformedArchive
from voting.protocol import canonical, codes, group, schema
from voting.protocol.group import Point

MAX_ELECTION_BYTES = 1024 * 1024
# A number of choices far above any sheet, so that no document makes a checker work for hours.
MAX_ANSWERS = 1000


@dataclass(frozen=True)
class Question:
    """One line of the sheet: choose `min` to `max` of `answers`, or leave it blank where `blank` allows."""

    text: str
    answers: tuple[str, ...]
    min: int
    max: int
    blank: bool = False

    @property
    def choices(self) -> int:
        """Count the ciphertexts of an answer: one for each of `answers`, and a leading one where blank is allowed."""
        return len(self.answers) + self.blank

    def to_value(self) -> dict[str, Any]:
        """Write the question as the format does."""
        blank = {"blank": True} if self.blank else {}
        return {"answers": list(self.answers), **blank, "min": self.min, "max": self.max, "question": self.text}


@dataclass(frozen=True)
class Election:
    """What every ballot commits to. Build it, or read it with `parse_election`."""

    uuid: str
    name: str
    description: str
    public_key: Point
    questions: tuple[Question, ...]
    administrator: str | None = None
    credential_authority: str | None = None

    def to_bytes(self) -> bytes:
        """Write the document; `fingerprint` is of exactly these bytes."""
        return self._raw

    @cached_property
    def fingerprint(self) -> str:
        """Hash the document: `phi`, unpadded Base64 of its SHA-256."""
        return canonical.base64_sha256(self._raw)

    @cached_property
    def _raw(self) -> bytes:
        value: dict[str, Any] = {
            "version": 1,
            "description": self.description,
            "name": self.name,
            "group": "Ed25519",
            "public_key": group.point_to_hex(self.public_key),
            "questions": [question.to_value() for question in self.questions],
            "uuid": self.uuid,
        }
        if self.administrator is not None:
            value["administrator"] = self.administrator
        if self.credential_authority is not None:
            value["credential_authority"] = self.credential_authority
        return canonical.to_bytes(value)


def parse_election(raw: bytes) -> Election:
    """Read an election document. Raises `MalformedArchive` unless it is canonical and of the kind that we use."""
    try:
        return _election(canonical.from_bytes(raw, limit=MAX_ELECTION_BYTES))
    except Malformed as refusal:
        raise MalformedArchive(str(refusal)) from None


def _election(value: object) -> Election:
    authors = ("administrator", "credential_authority")
    names = ("version", "description", "name", "group", "public_key", "questions", "uuid")
    parts = schema.fields(value, "election", *names, *authors, optional=authors)
    schema.literal(parts["version"], "election.version", 1)
    schema.literal(parts["group"], "election.group", "Ed25519")
    uuid = schema.text(parts["uuid"], "election.uuid")
    if not codes.is_uuid(uuid):
        raise Malformed("election.uuid: not 14 Base58 characters")
    questions = schema.array(parts["questions"], "election.questions")
    if not questions:
        raise Malformed("election.questions: none")
    return Election(
        uuid=uuid,
        name=schema.text(parts["name"], "election.name"),
        description=schema.text(parts["description"], "election.description"),
        public_key=schema.point(parts["public_key"], "election.public_key"),
        questions=tuple(_question(value, f"election.questions[{i}]") for i, value in enumerate(questions)),
        **{author: schema.text(parts[author], f"election.{author}") for author in authors if author in parts},
    )


def _question(value: object, where: str) -> Question:
    if type(value) is dict and "type" in value:
        raise Malformed(f"{where}: only homomorphic questions are used here")
    parts = schema.fields(value, where, "answers", "blank", "min", "max", "question", optional=("blank",))
    if "blank" in parts:
        schema.literal(parts["blank"], f"{where}.blank", True)
    answers = schema.array(parts["answers"], f"{where}.answers")
    if not 0 < len(answers) <= MAX_ANSWERS:
        raise Malformed(f"{where}.answers: not 1 to {MAX_ANSWERS}")
    most = schema.integer(parts["max"], f"{where}.max")
    if most > len(answers):
        raise Malformed(f"{where}.max: more than there are answers")
    least = schema.integer(parts["min"], f"{where}.min")
    if least > most:
        raise Malformed(f"{where}.min: more than max")
    return Question(
        text=schema.text(parts["question"], f"{where}.question"),
        answers=tuple(schema.text(answer, f"{where}.answers[{i}]") for i, answer in enumerate(answers)),
        min=least,
        max=most,
        blank="blank" in parts,
    )
