"""Ballots: made on a phone or by `make_ballot`, read strictly, and checked proof by proof.

The checks run from cheap to dear: size, JSON, shape, election, points, signature, proofs. `parse_ballot` does the cheap
half, enough to look up the credential; only `check_ballot` and `open_ballot` give a `Ballot`, which may be counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from voting.errors import BadProof, Malformed, MalformedBallot, MalformedForm, WrongElection
from voting.protocol import canonical, codes, encryption, group, proofs, schema
from voting.protocol.election import Election, Question
from voting.protocol.encryption import Ciphertext
from voting.protocol.group import Point
from voting.protocol.proofs import Opening, Proof

# The longest a proof and a choice with its proofs can be, with the comma that follows.
_PROOF_BYTES = len('{"challenge":"","response":""},') + 2 * len(str(group.Q))
_CHOICE_BYTES = len('{"alpha":"","beta":""},[,],') + 2 * 64 + 2 * _PROOF_BYTES
_FRAME_BYTES = 512

_SIGNATURE_FIELD = b',"signature":'


@dataclass(frozen=True, slots=True)
class UncheckedAnswer:
    """An answer of the right shape: choices as pairs in hex that may not be points, proofs that may not hold."""

    choices: tuple[tuple[str, str], ...]
    individual_proofs: tuple[tuple[Proof, ...], ...]
    overall_proof: tuple[Proof, ...]
    blank_proof: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class UncheckedBallot:
    """A canonical ballot of the right shape for its election, of which no proof was checked. `credential` is hex."""

    raw: bytes
    credential: str
    answers: tuple[UncheckedAnswer, ...]
    signature_hash: str
    signature: Proof


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot of which every proof holds. `credential` is hex, `tracker` unpadded Base64, `answers` the choices."""

    raw: bytes
    credential: str
    tracker: str
    answers: tuple[tuple[Ciphertext, ...], ...]


def largest_ballot(questions: Sequence[Question]) -> int:
    """Bound the bytes that a ballot of an election with these questions can have."""
    return _FRAME_BYTES + sum(
        128 + question.choices * _CHOICE_BYTES + (question.max - question.min + 1 + 3 * question.blank) * _PROOF_BYTES
        for question in questions
    )


# ---- making


def make_ballot(election: Election, code: str, choices: Sequence[Sequence[int]]) -> bytes:
    """Encrypt, prove and sign a ballot. `choices`: one list of 0/1 per question, blank first where it is allowed.

    Raises `MalformedForm` when the choices are not ones that the sheet allows, `MalformedCode` for a bad code.
    """
    _check_choices(election, choices)
    private = codes.private_credential(election.uuid, codes.parse_code(code))
    credential = group.point_to_hex(group.power_of_generator(private))
    context = f"{election.fingerprint}|{credential}"
    body = {
        "election_uuid": election.uuid,
        "election_hash": election.fingerprint,
        "credential": credential,
        "answers": [
            _answer_to_value(context, election.public_key, question, line)
            for question, line in zip(election.questions, choices, strict=True)
        ],
    }
    hashed = canonical.base64_sha256(canonical.to_bytes(body))
    signature = proofs.proof_to_value(proofs.prove_knowledge(f"sig|{hashed}|", private))
    return canonical.to_bytes({**body, "signature": {"hash": hashed, "proof": signature}})


def _check_choices(election: Election, choices: Sequence[Sequence[int]]) -> None:
    if len(choices) != len(election.questions):
        raise MalformedForm("a ballot answers every question", "choices")
    for index, (question, line) in enumerate(zip(election.questions, choices, strict=True)):
        where = f"choices[{index}]"
        if len(line) != question.choices or any(type(choice) is not int or choice not in (0, 1) for choice in line):
            raise MalformedForm(f"{where}: not {question.choices} numbers that are 0 or 1", where)
        chosen = sum(line[question.blank :])
        if question.blank and line[0]:
            if chosen:
                raise MalformedForm(f"{where}: blank, and yet something is chosen", where)
        elif not question.min <= chosen <= question.max:
            raise MalformedForm(f"{where}: not {question.min} to {question.max} chosen", where)


def _answer_to_value(context: str, public_key: Point, question: Question, line: Sequence[int]) -> dict[str, Any]:
    openings = [Opening(group.random_scalar(), choice) for choice in line]
    encrypted = [encryption.encrypt(public_key, opening.message, opening.randomness) for opening in openings]
    individual = [
        proofs.prove_one_of(context, public_key, ciphertext, opening, range(2))
        for ciphertext, opening in zip(encrypted, openings, strict=True)
    ]
    full = _full_context(context, [_hex(ciphertext) for ciphertext in encrypted])
    allowed = range(question.min, question.max + 1)
    others = _summed(openings[question.blank :])
    if question.blank:
        overall = proofs.prove_blank_or_one_of(full, public_key, openings[0], others, allowed)
        blank = {"blank_proof": _to_values(proofs.prove_blank(full, public_key, openings[0], others))}
    else:
        total = encryption.product(encrypted)
        overall = proofs.prove_one_of(full, public_key, total, others, allowed)
        blank = {}
    return {
        "choices": [encryption.ciphertext_to_value(ciphertext) for ciphertext in encrypted],
        "individual_proofs": [_to_values(pair) for pair in individual],
        "overall_proof": _to_values(overall),
        **blank,
    }


def _summed(openings: Sequence[Opening]) -> Opening:
    randomness = 0
    for opening in openings:
        randomness = group.scalar_add(randomness, opening.randomness)
    return Opening(randomness, sum(opening.message for opening in openings))


def _to_values(several: Sequence[Proof]) -> list[dict[str, str]]:
    return [proofs.proof_to_value(proof) for proof in several]


def _hex(ciphertext: Ciphertext) -> tuple[str, str]:
    return group.point_to_hex(ciphertext.alpha), group.point_to_hex(ciphertext.beta)


def _full_context(context: str, choices: Sequence[tuple[str, str]]) -> str:
    return f"{context}|{','.join(f'{alpha},{beta}' for alpha, beta in choices)}"


# ---- reading


def parse_ballot(raw: bytes, election: Election) -> UncheckedBallot:
    """Read a ballot to the letter, without its proofs. Raises `MalformedBallot`, or `WrongElection`."""
    try:
        return _ballot(raw, election)
    except Malformed as refusal:
        raise MalformedBallot(str(refusal)) from None


def _ballot(raw: bytes, election: Election) -> UncheckedBallot:
    value = canonical.from_bytes(raw, limit=largest_ballot(election.questions))
    names = ("election_uuid", "election_hash", "credential", "answers", "signature")
    parts = schema.fields(value, "ballot", *names)
    if (
        schema.text(parts["election_uuid"], "election_uuid") != election.uuid
        or schema.text(parts["election_hash"], "election_hash") != election.fingerprint
    ):
        raise WrongElection("the ballot was made for another session")
    credential = schema.text(parts["credential"], "credential")
    if not group.is_point_text(credential):
        raise Malformed("credential: not 64 lower-case hex digits")
    answers = schema.array(parts["answers"], "answers", len(election.questions))
    signature = schema.fields(parts["signature"], "signature", "hash", "proof")
    return UncheckedBallot(
        raw=raw,
        credential=credential,
        answers=tuple(
            _answer(answer, question, f"answers[{i}]")
            for i, (answer, question) in enumerate(zip(answers, election.questions, strict=True))
        ),
        signature_hash=schema.base64_sha256(signature["hash"], "signature.hash"),
        signature=proofs.proof_from_value(signature["proof"], "signature.proof"),
    )


def _answer(value: object, question: Question, where: str) -> UncheckedAnswer:
    names = ["choices", "individual_proofs", "overall_proof"]
    if question.blank:
        names.append("blank_proof")
    parts = schema.fields(value, where, *names)
    choices = schema.array(parts["choices"], f"{where}.choices", question.choices)
    individual = schema.array(parts["individual_proofs"], f"{where}.individual_proofs", question.choices)
    return UncheckedAnswer(
        choices=tuple(_choice(choice, f"{where}.choices[{i}]") for i, choice in enumerate(choices)),
        individual_proofs=tuple(
            _proofs(pair, f"{where}.individual_proofs[{i}]", 2) for i, pair in enumerate(individual)
        ),
        overall_proof=_proofs(
            parts["overall_proof"], f"{where}.overall_proof", question.max - question.min + 1 + question.blank
        ),
        blank_proof=_proofs(parts["blank_proof"], f"{where}.blank_proof", 2) if question.blank else (),
    )


def _choice(value: object, where: str) -> tuple[str, str]:
    parts = schema.fields(value, where, "alpha", "beta")
    alpha, beta = schema.text(parts["alpha"], where), schema.text(parts["beta"], where)
    if not (group.is_point_text(alpha) and group.is_point_text(beta)):
        raise Malformed(f"{where}: not 64 lower-case hex digits")
    return alpha, beta


def _proofs(value: object, where: str, length: int) -> tuple[Proof, ...]:
    listed = schema.array(value, where, length)
    return tuple(proofs.proof_from_value(proof, f"{where}[{i}]") for i, proof in enumerate(listed))


# ---- checking


def open_ballot(raw: bytes, election: Election) -> Ballot:
    """Read a ballot and check every proof in it.

    Raises `MalformedBallot`, `WrongElection`, or `BadProof` whose `where` names the answer.
    """
    return check_ballot(parse_ballot(raw, election), election)


def recall_ballot(raw: bytes, election: Election) -> Ballot:
    """Read a ballot that was checked when it was cast and has been on our own board since: form and points, no proofs.

    Only for adding up at the close; before anything is decrypted the whole board is verified. Raises `MalformedBallot`.
    """
    return _with_points(parse_ballot(raw, election))


def check_ballot(unchecked: UncheckedBallot, election: Election) -> Ballot:
    """Check points, signature and proofs of a ballot that `parse_ballot` read for the same `election`.

    Raises `MalformedBallot` for what is no point of the group, `BadProof` otherwise.
    """
    _check_signature_hash(unchecked)
    ballot = _with_points(unchecked)
    credential = group.point_from_hex(ballot.credential)
    proofs.check_knowledge(f"sig|{unchecked.signature_hash}|", credential, unchecked.signature, "signature")
    context = f"{election.fingerprint}|{unchecked.credential}"
    for i, (question, answer) in enumerate(zip(election.questions, unchecked.answers, strict=True)):
        _check_answer(context, election.public_key, question, answer, ballot.answers[i], f"answers[{i}]")
    return ballot


def _with_points(unchecked: UncheckedBallot) -> Ballot:
    try:
        schema.point(unchecked.credential, "credential")
        answers = tuple(
            tuple(_ciphertext(choice, f"answers[{i}].choices[{j}]") for j, choice in enumerate(answer.choices))
            for i, answer in enumerate(unchecked.answers)
        )
    except Malformed as refusal:
        raise MalformedBallot(str(refusal)) from None
    return Ballot(
        raw=unchecked.raw,
        credential=unchecked.credential,
        tracker=canonical.base64_sha256(unchecked.raw),
        answers=answers,
    )


def _check_signature_hash(unchecked: UncheckedBallot) -> None:
    unsigned = unchecked.raw[: unchecked.raw.rindex(_SIGNATURE_FIELD)] + b"}"
    if unchecked.signature_hash != canonical.base64_sha256(unsigned):
        raise BadProof("signature is of another ballot", "signature")


def _ciphertext(choice: tuple[str, str], where: str) -> Ciphertext:
    return Ciphertext(schema.point(choice[0], f"{where}.alpha"), schema.point(choice[1], f"{where}.beta"))


def _check_answer(
    context: str,
    public_key: Point,
    question: Question,
    answer: UncheckedAnswer,
    choices: tuple[Ciphertext, ...],
    where: str,
) -> None:
    for i, (ciphertext, pair) in enumerate(zip(choices, answer.individual_proofs, strict=True)):
        proofs.check_one_of(context, public_key, ciphertext, range(2), pair, f"{where}.individual_proofs[{i}]")
    full = _full_context(context, answer.choices)
    allowed = range(question.min, question.max + 1)
    others = encryption.product(choices[question.blank :])
    overall = f"{where}.overall_proof"
    if question.blank:
        proofs.check_blank(full, public_key, choices[0], others, answer.blank_proof, f"{where}.blank_proof")
        proofs.check_blank_or_one_of(full, public_key, choices[0], others, allowed, answer.overall_proof, overall)
    else:
        proofs.check_one_of(full, public_key, others, allowed, answer.overall_proof, overall)
