"""Read a session from a TOML file. Whatever cannot be meant is refused by name, with its place in the file."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from voting.domain.rulebook import borrowed_names, rule_from_table, rule_of
from voting.domain.rules import COUNT_ONLY, OWN, Rule
from voting.domain.sessions import Session, check_session
from voting.domain.sheets import Person, make_sheet
from voting.domain.tellers import ROLES, Teller
from voting.errors import MalformedForm, MalformedRule, MalformedSheet

MOST_BYTES: Final = 1024 * 1024
_TEXTS: Final = ("title", "description", "unit", "occasion", "language", "scale")
_NUMBERS: Final = ("codes", "spares", "pooled", "threshold")
_KNOWN: Final = (*_TEXTS, *_NUMBERS, "choose", "blank", "labels", "people", "tellers", "rule")
_KINDS: Final = {str: "a text in quotation marks", int: "a whole number", bool: "true or false", list: "a list"}


def read_session_file(path: Path) -> Session:
    """Read and check a session without UUID. Raises MalformedForm and MalformedSheet naming what to change."""
    try:
        return _session(_parse(path))
    except MalformedSheet as refusal:
        # In this file a person has no line number of its own.
        faults = [f"person {number}: {why}" if number else why for number, why in refusal.lines]
        placed = any(number for number, _ in refusal.lines)
        raise MalformedSheet(f"{path}: {'; '.join(faults) + '.' if placed else refusal}", refusal.lines) from None
    except MalformedForm as refusal:
        raise MalformedForm(f"{path}: {refusal}", refusal.field) from None
    except MalformedRule as refusal:
        place = f"rule.{refusal.field}" if refusal.field else "rule"
        raise MalformedRule(f"{path}: {place}: {refusal}", refusal.field, str(path)) from None


def _session(document: dict[str, Any]) -> Session:
    for name in document:
        if name not in _KNOWN:
            raise MalformedForm(f"there is no entry called {name!r}; there are: {', '.join(_KNOWN)}.", name)
    texts = {name: _entry(document, name, str) for name in _TEXTS if name in document}
    numbers = {name: _entry(document, name, int) for name in _NUMBERS if name in document}
    if not texts.get("title", "").strip():
        raise MalformedForm('the title is missing. Write a line such as: title = "Confidence vote"', "title")
    sheet = make_sheet(
        _people(_entry(document, "people", list, [])),
        texts.pop("scale", "confidence"),
        blank=_entry(document, "blank", bool, False),
        choose=_choose(document.get("choose", 0)),
        labels=_labels(_entry(document, "labels", list, [])),
    )
    tellers = _tellers(_entry(document, "tellers", list, []))
    if "threshold" in numbers and not (tellers and numbers["threshold"] > 0):
        raise MalformedForm("threshold is how many of the [[tellers]] are needed to count, 1 or more.", "threshold")
    draft = Session("", "", sheet, tellers=tellers, rule=_rule(document.get("rule", COUNT_ONLY.id)))
    return check_session(replace(draft, **texts, **numbers))


def _parse(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise MalformedForm("the file is larger than 1 MB.", "file")
        # The line end keeps the parser from calling the last line "end of document".
        return tomllib.loads(path.read_text("utf-8") + "\n")
    except OSError as error:
        raise MalformedForm(f"the file cannot be read: {error.strerror}.", "file") from None
    except UnicodeDecodeError:
        raise MalformedForm("the file is not text in UTF-8.", "file") from None
    except tomllib.TOMLDecodeError as error:
        raise MalformedForm(f"this is not TOML: {error}.", "file") from None
    except RecursionError:
        raise MalformedForm("this is not TOML: the nesting is too deep.", "file") from None


def _entry(document: dict[str, Any], name: str, kind: type, default: Any = None) -> Any:
    value = document.get(name, default)
    # `true` would pass for a number: bool is a kind of int.
    if type(value) is not kind:
        raise MalformedForm(f"{name} must be {_KINDS[kind]}.", name)
    return value


def _rule(entry: Any) -> Rule:
    """Find a shipped rule by its identifier, or read the table of a whole one: it is the session's own."""
    if isinstance(entry, str):
        return rule_of(entry)
    if not isinstance(entry, dict):
        raise MalformedForm("rule must be the identifier of a rule in quotation marks, or a table [rule].", "rule")
    # Never under the bare identifier of a shipped rule, whatever the file says.
    rule = rule_from_table({**entry, "id": OWN + str(entry.get("id", "file")).removeprefix(OWN)})
    for field in borrowed_names(rule):
        raise MalformedRule("A rule that is shipped has this name. Please give this one a name of its own.", field)
    return rule


def _choose(entry: Any) -> int | list[int]:
    """Take one number for all groups, or a list with one for each of them."""
    if type(entry) is int:
        return entry
    if isinstance(entry, list) and all(type(number) is int for number in entry):
        return entry
    raise MalformedForm("choose must be a whole number, or a list with one for each group.", "choose")


def _people(entries: list[Any]) -> list[Person]:
    faults: list[tuple[int, str]] = []
    people = [
        Person(entry.get("name", ""), entry.get("position", ""), entry.get("group", ""))
        for _, entry in _tables(entries, "people", ("name", "position", "group"), faults)
    ]
    if faults:
        raise MalformedSheet("The sheet cannot be used", tuple(faults))
    return people


def _tellers(entries: list[Any]) -> tuple[Teller, ...]:
    faults: list[tuple[int, str]] = []
    tellers = []
    for number, entry in _tables(entries, "tellers", ("name", "role"), faults):
        teller = Teller(entry.get("name", ""), entry.get("role", "member"))
        if not teller.name.strip():
            faults.append((number, "the name is missing"))
        if teller.role not in ROLES:
            faults.append((number, f"there is no role {teller.role!r}; there are: {', '.join(ROLES)}"))
        tellers.append(teller)
    if faults:
        raise MalformedForm("; ".join(f"teller {number}: {why}" for number, why in faults) + ".", "tellers")
    return tuple(tellers)


def _tables(
    entries: list[Any], kind: str, known: tuple[str, ...], faults: list[tuple[int, str]]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield, with their number, the entries of [[kind]] that hold texts of known names alone; others are `faults`."""
    for number, entry in enumerate(entries, 1):
        unknown = [name for name in entry if name not in known] if isinstance(entry, dict) else []
        if not isinstance(entry, dict):
            faults.append((number, f'write [[{kind}]] and below it name = "…"'))
        elif unknown:
            faults.append((number, f"there is no entry called {unknown[0]!r}; there are: {', '.join(known)}"))
        elif not all(isinstance(value, str) for value in entry.values()):
            faults.append((number, f"{', '.join(known[:-1])} and {known[-1]} must be texts in quotation marks"))
        else:
            yield number, entry


def _labels(entries: list[Any]) -> list[str]:
    if not all(isinstance(entry, str) for entry in entries):
        raise MalformedForm("labels must be a list of texts.", "labels")
    return entries
