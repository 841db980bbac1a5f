"""Take part in the key ceremony until the key is made, and say who is waited for or to blame, by name."""

import re
from collections.abc import Callable
from time import sleep
from typing import Final

import click

from voting.commands.teller_client import TellerDevice
from voting.domain.sessions import State
from voting.errors import BadMessage, BadProof, CeremonyStopped, WrongState
from voting.protocol.archive import read_archive
from voting.protocol.ceremony import STEPS, TellerKeys
from voting.protocol.closed_board import tellers_of_board
from voting.protocol.taking_part import Accuse, Done, Lying, Post
from voting.protocol.teller_view import View

PAUSE: Final = 0.5  # seconds between two looks while others are waited for
_PART: Final = re.compile(r"\[(\d+)\]", re.ASCII)


def join_ceremony(device: TellerDevice, keys: TellerKeys, pause: Callable[[float], None] = sleep) -> str:
    """Make the key with the others; gives the fingerprint. Progress goes to standard error, a line for each step.

    Raises CeremonyStopped naming who is blamed, BadMessage when this device blames somebody, BadProof when the server
    passes on what does not hold.
    """
    told = ""
    while True:
        view = device.view()
        if view.state == State.CANCELLED:
            raise WrongState("The session was cancelled.", view.state)
        if view.state != State.DRAFT:
            return tellers_of_board(read_archive(device.archive()).records, view.round.uuid, keys).fingerprint
        if view.fault:
            raise CeremonyStopped(_stopped(view))
        move = device.move(view)
        if isinstance(move, Done):
            return move.fingerprint
        if isinstance(move, Accuse):
            raise BadMessage(
                f"The share that {view.name(move.against)} has sent is not the one committed to. The server and the "
                "chair were told, and the round is stopped. Call this again when the chair has begun another."
            )
        if isinstance(move, Lying):
            raise BadProof(_lying(view, move), move.where)
        if isinstance(move, Post):
            click.echo(f"Step {STEPS.index(move.step) + 1} of {len(STEPS)} ({move.step}): done", err=True)
            continue
        waiting = _waiting(view)
        if waiting != told:
            click.echo(waiting, err=True)
            told = waiting
        pause(PAUSE)


def _waiting(view: View) -> str:
    own = view.tellers[view.index - 1].steps
    late = [member.name for member in view.tellers if not member.joined or member.steps < own]
    return f"Waiting for {', '.join(late)} …" if late else "Waiting …"


def _stopped(view: View) -> str:
    fault = view.fault
    assert fault is not None  # noqa: S101  the caller has looked
    by, against = view.name(fault.by), view.name(fault.against)
    return (
        f"The round was stopped in the step {fault.step}: {by} says that what {against} sent is bad. The chair "
        "replaces a teller or begins another round; call this again then."
    )


def _lying(view: View, move: Lying) -> str:
    """Name the part and the teller that it is said to come from: the server should have refused it."""
    part = _PART.search(move.where)
    index = int(part[1]) + 1 if part else 0
    whose = f" (said to come from {view.name(index)})" if 0 < index <= len(view.tellers) else ""
    return (
        f"What the server passes on does not hold: {move.where}{whose}. It should have refused it or has changed it, "
        "or this is not the key that this teller began with. Nothing more was sent: tell the chair and the others."
    )
