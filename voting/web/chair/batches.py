"""The mark of a batch of slips: four signs that tell two batches on one table apart.

It is the beginning of the SHA-256 of the list of public credentials, as it stands on the board later: it tells nothing
about a code, and anyone can compare it with `credentials` in the board's setup data.
"""

from typing import Final

from voting.domain.sessions import Session, State
from voting.errors import ChangedMeanwhile
from voting.protocol.board import line_to_record
from voting.protocol.canonical import sha256_hex
from voting.protocol.codes import credentials_to_bytes
from voting.web.site import house

LENGTH: Final = 4
_CREDENTIALS: Final = 2  # among the documents of the Setup record


def batch_of(session: Session) -> str:
    """Give the mark of the slips that count for a session; empty while none were made."""
    if session.is_setup:
        record = line_to_record(next(house().store.records(session.uuid, 0, 0)), 0)
        return sha256_hex(record.documents[_CREDENTIALS])[:LENGTH].upper()
    if session.state != State.DRAFT:
        return ""
    return mark_of(house().store.held_credentials(session.uuid))


def mark_of(credentials: tuple[str, ...]) -> str:
    """Give the mark of the slips with these sorted credentials; empty for none."""
    return sha256_hex(credentials_to_bytes(credentials))[:LENGTH].upper() if credentials else ""


def require_same_batch(session: Session, batch: str) -> tuple[str, ...]:
    """Refuse a form of a page that spoke of other slips than those a draft has now.

    So a reloaded page of slips does not make the printed ones worthless, and a page left open does not confirm slips
    that somebody replaced in between. Gives the credentials of the slips, none when the session is no draft any more.
    Raises ChangedMeanwhile.
    """
    if session.state != State.DRAFT:
        return ()
    credentials = house().store.held_credentials(session.uuid)
    if batch != mark_of(credentials):
        raise ChangedMeanwhile("Other slips were made in between.")
    return credentials
