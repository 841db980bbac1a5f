"""The rule that was chosen before the first ballot, as anybody can compare it later: its exact bytes and their hash.

The line stands in the description of the election, to which every ballot commits; so a rule cannot be exchanged when
the result is known.
"""

from typing import Final

from voting.domain.rules import COUNT_ONLY, Rule, rule_to_value
from voting.domain.scales import Language
from voting.protocol.canonical import sha256_hex, to_bytes

_NAMED: Final[dict[Language, str]] = {"vi": "Quy định áp dụng", "en": "Rule"}


def rule_bytes(rule: Rule) -> bytes:
    """Give the exact bytes that are served and hashed."""
    return to_bytes(rule_to_value(rule))


def line_on_board(rule: Rule, language: Language) -> str:
    """Name the rule and the SHA-256 of its bytes; nothing for a count without a conclusion."""
    if rule == COUNT_ONLY:
        return ""
    return f"{_NAMED[language]}: {rule.names[language]} ({rule.id}), SHA-256 {sha256_hex(rule_bytes(rule))}"
