"""Making, changing and giving up a session, before the first ballot."""

from dataclasses import replace
from itertools import zip_longest

from voting.domain.house import House
from voting.domain.sessions import Session, State, check_session, require_step
from voting.errors import WrongState
from voting.protocol.codes import draw_uuid


def create_session(house: House, session: Session) -> Session:
    """Put a checked draft into the store, under a new identifier when it has none.

    Raises MalformedForm, MalformedSheet, ChangedMeanwhile when a session has the identifier already.
    """
    uuid = session.uuid or draw_uuid()
    draft = check_session(replace(session, uuid=uuid, state=State.DRAFT, version=0, created_at=house.clock()))
    house.store.add_session(draft)
    return draft


def change_session(house: House, session: Session) -> Session:
    """Save a changed draft; slips made for an earlier version become worthless.

    When tellers or threshold differ, the next round of their key ceremony begins, and the links of the places where
    somebody else stands now, or nobody, end.
    Raises MalformedForm, MalformedSheet, ChangedMeanwhile when the draft is not the one that was read, WrongState.
    """
    if session.state != State.DRAFT:
        raise WrongState("Only a draft can be changed.", session.state)
    checked, before = check_session(session), house.store.session(session.uuid)
    restart = (checked.tellers, checked.threshold) != (before.tellers, before.threshold)
    places = enumerate(zip_longest(before.tellers, checked.tellers), 1)
    return house.store.save_draft(
        checked, restart=restart, unlink=[index for index, (old, new) in places if old is not None and old != new]
    )


def copy_session(house: House, uuid: str, *, chair: str) -> Session:
    """Make a new draft of `chair` with the entries of another session; codes, ballots and result are not copied."""
    return create_session(house, copy_of(house.store.session(uuid), chair=chair))


def copy_of(original: Session, *, chair: str) -> Session:
    """Give a draft of `chair` with the entries of another session, which is in no store yet."""
    return Session(
        uuid="",
        title=original.title,
        sheet=original.sheet,
        description=original.description,
        unit=original.unit,
        occasion=original.occasion,
        language=original.language,
        codes=original.codes,
        spares=original.spares,
        pooled=original.pooled,
        rule=original.rule,
        # In a unit the roles say who runs it.
        chair="" if original.unit_id else chair,
        tellers=original.tellers,
        threshold=original.threshold,
        unit_id=original.unit_id,
        subjects=original.subjects,
    )


def cancel_session(house: House, uuid: str) -> None:
    """Give a session up for ever; the server's key is destroyed, so that its ballots stay unread. Raises WrongState."""
    require_step(house.store.session(uuid).state, State.CANCELLED)
    house.store.cancel(uuid)
