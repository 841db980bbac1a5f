"""Exponential ElGamal: `alpha = g^r`, `beta = y^r g^m` (PROTOCOL.md, "Encryption and proofs")."""

from collections.abc import Iterable
from dataclasses import dataclass

from voting.protocol import group, schema
from voting.protocol.group import Point, Scalar


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """One encrypted number."""

    alpha: Point
    beta: Point


def encrypt(public_key: Point, message: int, randomness: Scalar) -> Ciphertext:
    """Encrypt a small number, not negative, under `public_key` with `randomness`, which is used once and forgotten."""
    beta = group.add(group.multiply(public_key, randomness), group.power_of_generator(message))
    return Ciphertext(group.power_of_generator(randomness), beta)


def product(ciphertexts: Iterable[Ciphertext]) -> Ciphertext:
    """Compose ciphertexts: the result encrypts the sum of their numbers."""
    listed = tuple(ciphertexts)
    return Ciphertext(
        group.product(ciphertext.alpha for ciphertext in listed),
        group.product(ciphertext.beta for ciphertext in listed),
    )


def ciphertext_to_value(ciphertext: Ciphertext) -> dict[str, str]:
    """Write a ciphertext as the format does."""
    return {"alpha": group.point_to_hex(ciphertext.alpha), "beta": group.point_to_hex(ciphertext.beta)}


def tallied_ciphertext(value: object, where: str) -> Ciphertext:
    """Read a ciphertext of an encrypted tally, the one place where the identity is legal. Raises `Malformed`."""
    parts = schema.fields(value, where, "alpha", "beta")
    return Ciphertext(
        schema.point_or_identity(parts["alpha"], f"{where}.alpha"),
        schema.point_or_identity(parts["beta"], f"{where}.beta"),
    )
