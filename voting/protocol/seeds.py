"""The seed of a teller, its only secret, and the keys that follow from it (PROTOCOL.md, "Threshold tellers")."""

from dataclasses import dataclass, field

from voting.errors import Malformed, MalformedCode
from voting.protocol import codes, group
from voting.protocol.group import Point, Scalar


@dataclass(frozen=True, slots=True)
class TellerKeys:
    """All that follows from a teller's seed. Only the two public keys are shown."""

    seed: str = field(repr=False)
    signing: Scalar = field(repr=False)
    decryption: Scalar = field(repr=False)
    verification_key: Point
    encryption_key: Point

    @classmethod
    def of(cls, seed: str) -> "TellerKeys":
        """Derive the keys. Raises `Malformed` when `seed` is none."""
        seed = parse_seed(seed)
        signing, decryption = (group.hash_to_scalar(f"{purpose}|{seed}") for purpose in ("sk", "dk"))
        return cls(seed, signing, decryption, group.power_of_generator(signing), group.power_of_generator(decryption))


def draw_seed() -> str:
    """Draw the secret of a teller: 22 Base58 characters, 128 bits."""
    return codes.draw_code().replace("-", "")


def parse_seed(text: str) -> str:
    """Read a typed seed: spaces and hyphens may stand anywhere. Raises `Malformed`, whose text does not repeat it."""
    try:
        return codes.parse_code(text).replace("-", "")
    except MalformedCode:
        raise Malformed("a teller's key has 22 letters and digits, without 0, O, I and l") from None
