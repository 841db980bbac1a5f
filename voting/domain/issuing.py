"""From a draft to a session that is ready: codes are shown once, then forgotten; keys are made; the board begins.

Two steps, so that a page lost at the printer costs nothing: `make_codes` keeps only public credentials beside the draft
and may be called again; `confirm_codes` puts the last ones on the board, after which nothing changes.
"""

from collections.abc import Iterable

from voting.domain.ceremony_state import made_key
from voting.domain.house import House
from voting.domain.pass_commitment import line_on_board as line_of_pass_key
from voting.domain.ports import CeremonyRecord
from voting.domain.rule_commitment import line_on_board as line_of_rule
from voting.domain.sessions import Session, State, require_step
from voting.domain.sheets import questions
from voting.errors import TellersNotReady, WrongState
from voting.protocol.board import Record, record_to_line, setup_record
from voting.protocol.codes import credentials_to_bytes, draw_code, public_credential
from voting.protocol.election import Election
from voting.protocol.group import point_to_hex
from voting.protocol.passes import draw_pass_key, pass_public_key
from voting.protocol.pedersen import Pedersen
from voting.protocol.receipts import draw_receipt_key, receipt_public_key
from voting.protocol.trustees import Trustees, draw_private_key, make_single


class Codes(tuple[str, ...]):
    """The codes of a batch that are printed; `credentials` are those of all its codes, sorted, as on the board."""

    credentials: tuple[str, ...]


def make_codes(house: House, uuid: str) -> Codes:
    """Draw the codes of a draft, spares included, and hold their public credentials; earlier ones become worthless.

    Those for slips are returned and kept nowhere; those of the pool are kept, each sealed alone. Raises WrongState,
    TellersNotReady, ChangedMeanwhile, UnknownSession.
    """
    record = house.store.ceremony(uuid)
    session = record.session
    require_step(session.state, State.READY)
    _tellers_key(record)
    drawn = tuple(draw_code() for _ in range(session.codes + session.spares))
    codes = Codes(drawn[: session.printed])
    codes.credentials = credentials_of(uuid, drawn)
    pool = [house.sealer.seal(code.encode(), code_purpose(uuid)) for code in drawn[session.printed :]]
    house.store.hold_credentials(uuid, session.version, codes.credentials, pool)
    return codes


def credentials_of(uuid: str, codes: Iterable[str]) -> tuple[str, ...]:
    """Give the public credentials of codes in sorted order, as they stand on the board."""
    return tuple(sorted(point_to_hex(public_credential(uuid, code)) for code in codes))


def confirm_codes(house: House, uuid: str, credentials: tuple[str, ...] | None = None) -> Session:
    """Make the session ready with the codes made last: keys sealed, credentials listed, Setup on the board.

    `credentials`: those of the slips that the caller has in hand, sorted. Raises ChangedMeanwhile when the last ones
    are others, WrongState when it is no draft or no codes were made since its last change, TellersNotReady.
    """
    record = house.store.ceremony(uuid)
    session = record.session
    require_step(session.state, State.READY)
    tellers = _tellers_key(record)
    if credentials is None:
        credentials = house.store.held_credentials(uuid)
    if len(credentials) != session.codes + session.spares:
        raise WrongState("The slips must be made first.", session.state)
    trustee_key, receipt_key = draw_private_key(), draw_receipt_key()
    trustees = Trustees((make_single(trustee_key), *tellers))
    pass_key = draw_pass_key() if session.pooled else None
    public_pass_key = "" if pass_key is None else pass_public_key(pass_key)
    house.store.make_ready(
        session,
        setup=record_to_line(_first_record(session, trustees, credentials, public_pass_key)),
        credentials=credentials,
        trustee_box=house.sealer.seal(str(trustee_key).encode(), trustee_purpose(uuid)),
        receipt_box=house.sealer.seal(receipt_key, receipt_purpose(uuid)),
        receipt_key=receipt_public_key(receipt_key),
        pass_box=b"" if pass_key is None else house.sealer.seal(str(pass_key).encode(), pass_purpose(uuid)),
        pass_key=public_pass_key,
        at=house.clock(),
        round=record.round if tellers else 0,
    )
    return house.store.session(uuid)


def _tellers_key(record: CeremonyRecord) -> tuple[Pedersen, ...]:
    """Give the tellers' entry among the trustees, none in quick mode. Raises TellersNotReady."""
    if not record.session.tellers:
        return ()
    pedersen = made_key(record)
    if pedersen is None:
        raise TellersNotReady("The tellers must make their key first.")
    return (pedersen,)


def _first_record(session: Session, trustees: Trustees, credentials: tuple[str, ...], pass_key: str) -> Record:
    election = Election(
        uuid=session.uuid,
        name=session.title,
        description=_described(session, pass_key),
        public_key=trustees.public_key,
        questions=questions(session.sheet, session.language),
    )
    return setup_record(election.to_bytes(), trustees.to_bytes(), credentials_to_bytes(credentials))


def _described(session: Session, pass_key: str) -> str:
    """Give the description that stands on the board: the chair's, and what every ballot thereby commits to as well."""
    lines = (
        *(session.description, line_of_rule(session.rule, session.language)),
        line_of_pass_key(session.uuid, pass_key, session.language),
    )
    return "\n".join(line for line in lines if line)


def void_code(house: House, uuid: str, credential: str, *, found: bool = False) -> None:
    """Declare an unused code void by its public credential; `found`: that of a slip which had been noted as lost.

    Raises UnknownCode, CodeUsed, VoidCode, WrongState.
    """
    house.store.void(uuid, credential, found=found)


def code_purpose(uuid: str) -> str:
    """Name the boxes of the codes in the pool: none of them says which."""
    return f"code|{uuid}"


def trustee_purpose(uuid: str) -> str:
    """Name the box of the server's trustee key."""
    return f"trustee|{uuid}"


def pass_purpose(uuid: str) -> str:
    """Name the box of the session's pass key."""
    return f"pass|{uuid}"


def receipt_purpose(uuid: str) -> str:
    """Name the box of the session's receipt key."""
    return f"receipt|{uuid}"
