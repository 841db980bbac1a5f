"""The zero-knowledge proofs of PROTOCOL.md: a prover and a checker for each kind.

Provers know the randomness, so the branches that they simulate need fixed bases only: `alpha^c = g^(rc)` and
`(beta/g^M)^c = y^(rc) g^((m-M)c)`. Checkers rebuild the commitments, hash the whole statement and compare; they
raise `BadProof` naming `where`. Names of variables are those of PROTOCOL.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from voting.errors import BadProof
from voting.protocol import group, schema
from voting.protocol.encryption import Ciphertext
from voting.protocol.group import Point, Scalar


@dataclass(frozen=True, slots=True)
class Proof:
    """A challenge and the response to it."""

    challenge: Scalar
    response: Scalar


@dataclass(frozen=True, slots=True)
class Opening:
    """What the maker of a ciphertext knows of it: the randomness and the number."""

    randomness: Scalar
    message: int


def proof_to_value(proof: Proof) -> dict[str, str]:
    """Write a proof as the format does."""
    return {"challenge": str(proof.challenge), "response": str(proof.response)}


def proof_from_value(value: object, where: str) -> Proof:
    """Read a proof. Raises `Malformed` naming `where`."""
    parts = schema.fields(value, where, "challenge", "response")
    return Proof(
        schema.scalar(parts["challenge"], f"{where}.challenge"),
        schema.scalar(parts["response"], f"{where}.response"),
    )


# ---- knowledge of a discrete logarithm: signatures and keys


def prove_knowledge(prefix: str, private: Scalar) -> Proof:
    """Prove knowledge of `private`, bound to `prefix` (`sig|hash|`, `sigmsg|M|` or `pok|Ed25519|X|`)."""
    w = group.random_scalar()
    challenge = group.hash_to_scalar(prefix + group.point_to_hex(group.power_of_generator(w)))
    return Proof(challenge, _response(w, private, challenge))


def check_knowledge(prefix: str, public: Point, proof: Proof, where: str) -> None:
    """Check a proof of `prove_knowledge` for `public`."""
    a = group.commitment(proof.response, public, proof.challenge)
    if group.hash_to_scalar(prefix + group.point_to_hex(a)) != proof.challenge:
        raise BadProof(f"{where} does not hold", where)


# ---- a ciphertext encrypts one of some numbers


def prove_one_of(
    context: str, public_key: Point, ciphertext: Ciphertext, opening: Opening, candidates: range
) -> tuple[Proof, ...]:
    """Prove that `ciphertext` encrypts one of `candidates` (`iprove`), which it must; `context` is `S`."""
    branches = [(opening.randomness, opening.message - candidate) for candidate in candidates]
    return _prove_any(_one_of_prefix(context, ciphertext), public_key, branches, candidates.index(opening.message))


def check_one_of(
    context: str,
    public_key: Point,
    ciphertext: Ciphertext,
    candidates: range,
    proofs: Sequence[Proof],
    where: str,
) -> None:
    """Check the proofs of `prove_one_of`, one for each of `candidates`."""
    _check_any(
        _one_of_prefix(context, ciphertext),
        public_key,
        _divided(ciphertext, candidates),
        proofs,
        where,
    )


# ---- lines that may be left blank


def prove_blank(context: str, public_key: Point, blank: Opening, others: Opening) -> tuple[Proof, ...]:
    """Prove that the line is not blank or that nothing is chosen on it: `m0=0 or ms=0` (`bproof0`)."""
    branches = [(blank.randomness, blank.message), (others.randomness, others.message)]
    return _prove_any(f"bproof0|{context}|", public_key, branches, 0 if blank.message == 0 else 1)


def check_blank(
    context: str,
    public_key: Point,
    blank: Ciphertext,
    others: Ciphertext,
    proofs: Sequence[Proof],
    where: str,
) -> None:
    """Check the pair of proofs of `prove_blank`."""
    _check_any(f"bproof0|{context}|", public_key, [blank, others], proofs, where)


def prove_blank_or_one_of(
    context: str, public_key: Point, blank: Opening, others: Opening, candidates: range
) -> tuple[Proof, ...]:
    """Prove that the line is blank or its choices sum to one of `candidates` (`bproof1`)."""
    branches = [(blank.randomness, blank.message - 1)]
    branches += [(others.randomness, others.message - candidate) for candidate in candidates]
    true = 0 if blank.message == 1 else 1 + candidates.index(others.message)
    return _prove_any(f"bproof1|{context}|", public_key, branches, true)


def check_blank_or_one_of(
    context: str,
    public_key: Point,
    blank: Ciphertext,
    others: Ciphertext,
    candidates: range,
    proofs: Sequence[Proof],
    where: str,
) -> None:
    """Check the proofs of `prove_blank_or_one_of`: one for the blank, then one for each of `candidates`."""
    statements = [*_divided(blank, range(1, 2)), *_divided(others, candidates)]
    _check_any(f"bproof1|{context}|", public_key, statements, proofs, where)


# ---- decryption


def prove_decryption(fingerprint: str, private_key: Scalar, alpha: Point) -> tuple[Point, Proof]:
    """Compute the decryption factor `F = alpha^x` and prove that it is; `fingerprint` is `phi`."""
    public_key = group.power_of_generator(private_key)
    prefix = f"decrypt|{fingerprint}|{group.point_to_hex(public_key)}|"
    return group.multiply(alpha, private_key), prove_same_exponent(prefix, private_key, alpha)


def check_decryption(
    fingerprint: str, public_key: Point, alpha: Point, factor: Point, proof: Proof, where: str
) -> None:
    """Check that `factor` is `alpha` raised to the private key of `public_key`."""
    prefix = f"decrypt|{fingerprint}|{group.point_to_hex(public_key)}|"
    check_same_exponent(prefix, public_key, alpha, factor, proof, where)


# ---- one exponent on two bases (Chaum and Pedersen)


def prove_same_exponent(prefix: str, private: Scalar, base: Point) -> Proof:
    """Prove that `g^private` and `base^private` have one exponent, bound to `prefix`, which names what is stated."""
    w = group.random_scalar()
    challenge = group.hash_to_scalar(prefix + _joined(group.power_of_generator(w), group.multiply(base, w)))
    return Proof(challenge, _response(w, private, challenge))


def check_same_exponent(prefix: str, public: Point, base: Point, power: Point, proof: Proof, where: str) -> None:
    """Check a proof of `prove_same_exponent` for `public` on the generator and `power` on `base`."""
    a = group.commitment(proof.response, public, proof.challenge)
    b = group.commitment_on(base, proof.response, power, proof.challenge)
    if group.hash_to_scalar(prefix + _joined(a, b)) != proof.challenge:
        raise BadProof(f"{where} does not hold", where)


# ---- "one of these encrypts zero", which all proofs on choices come down to


def _prove_any(prefix: str, public_key: Point, branches: Sequence[tuple[Scalar, int]], true: int) -> tuple[Proof, ...]:
    """Prove that one of the ciphertexts encrypts zero. A branch is (randomness, encrypted number); `true` has 0."""
    proofs: list[Proof] = []
    commitments: list[str] = []
    w = group.random_scalar()
    for index, (randomness, message) in enumerate(branches):
        if index == true:
            proofs.append(Proof(0, 0))
            commitments.append(_joined(group.power_of_generator(w), group.multiply(public_key, w)))
            continue
        proof = Proof(group.random_scalar(), group.random_scalar())
        exponent = group.scalar_add(proof.response, group.scalar_multiply(randomness, proof.challenge))
        shift = group.power_of_generator(group.scalar_multiply(message % group.Q, proof.challenge))
        proofs.append(proof)
        commitments.append(
            _joined(group.power_of_generator(exponent), group.add(group.multiply(public_key, exponent), shift))
        )
    total = group.hash_to_scalar(prefix + ",".join(commitments))
    challenge = (total - sum(proof.challenge for proof in proofs)) % group.Q
    proofs[true] = Proof(challenge, _response(w, branches[true][0], challenge))
    return tuple(proofs)


def _check_any(
    prefix: str, public_key: Point, statements: Sequence[Ciphertext], proofs: Sequence[Proof], where: str
) -> None:
    """Check that one of `statements` encrypts zero; there must be one proof for each."""
    if len(proofs) != len(statements):
        raise BadProof(f"{where} has not {len(statements)} proofs", where)
    commitments = ",".join(
        _joined(
            group.commitment(proof.response, statement.alpha, proof.challenge),
            group.commitment_on(public_key, proof.response, statement.beta, proof.challenge),
        )
        for statement, proof in zip(statements, proofs, strict=True)
    )
    total = sum(proof.challenge for proof in proofs) % group.Q
    if group.hash_to_scalar(prefix + commitments) != total:
        raise BadProof(f"{where} does not hold", where)


def _divided(ciphertext: Ciphertext, candidates: range) -> list[Ciphertext]:
    """Divide `beta` by `g^M` for each candidate `M`: encrypts zero if `ciphertext` encrypts `M`."""
    statements: list[Ciphertext] = []
    beta = ciphertext.beta
    if candidates.start:
        beta = group.subtract(beta, group.power_of_generator(candidates.start))
    for _ in candidates:
        statements.append(Ciphertext(ciphertext.alpha, beta))
        if len(statements) < len(candidates):
            beta = group.subtract(beta, group.GENERATOR)
    return statements


def _one_of_prefix(context: str, ciphertext: Ciphertext) -> str:
    return f"prove|{context}|{_joined(ciphertext.alpha, ciphertext.beta)}|"


def _response(w: Scalar, private: Scalar, challenge: Scalar) -> Scalar:
    return group.scalar_subtract(w, group.scalar_multiply(private, challenge))


def _joined(left: Point, right: Point) -> str:
    return f"{group.point_to_hex(left)},{group.point_to_hex(right)}"
