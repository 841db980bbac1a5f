"""The pass key of a session, as every phone finds it on the board: one for all, so none is marked (docs/adr/0011).

The line stands in the description of the election, to which every ballot commits; so a service that shows one phone
another key must show it another election as well, and then takes no ballot from it that the board could hold.
"""

from typing import Final

from voting.domain.scales import Language
from voting.protocol.passes import hash_of_key

_NAMED: Final[dict[Language, str]] = {
    "vi": "Khóa phát mã qua đường dẫn cá nhân",
    "en": "Key by which codes are given out to personal links",
}


def line_on_board(uuid: str, pass_key: str, language: Language) -> str:
    """Name the key by its hash; nothing where no code can be claimed. It is the last line of the description.

    Phones look at the end of the last line and nowhere else (browser/protocol/passes.js), since only there can but one
    key be named: two lines would let a service keep two keys.
    """
    return f"{_NAMED[language]}: SHA-256 {hash_of_key(uuid, pass_key)}" if pass_key else ""
