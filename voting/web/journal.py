"""The log: JSON, one line an event, and of an event only what is on the list below (FAULTS W9, P4).

No address, no browser, no path (it may hold an identifier), no body, and no text of an exception (it may quote what it
choked on): the route's pattern, the kind of the exception and where it was raised are enough to mend a fault.
"""

import sys
import traceback
from secrets import token_hex

import structlog
from flask import request


def note_fault(error: BaseException) -> str:
    """Write down an exception that nobody expected, and give the number under which it stands in the log."""
    number = token_hex(4)
    places = [f"{frame.filename}:{frame.lineno}:{frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    _log().error(
        "fault",
        number=number,
        route=request.url_rule.rule if request.url_rule else None,
        method=request.method if request.url_rule else None,
        kind=type(error).__name__,
        places=places[-8:],
    )
    return number


def note_failed_count(error: BaseException) -> None:
    """Write down that a count which began by itself did not end well: the kind of the reason and no more.

    The chair is told the reason in words, by the page of the session.
    """
    _log().error("count-failed", kind=type(error).__name__)


def note_failed_task(event: str, error: BaseException) -> None:
    """Write down that something did not succeed which the service does by itself: the kind of reason and no more."""
    _log().error(event, kind=type(error).__name__)


def _log() -> structlog.typing.WrappedLogger:
    # Bound when used: whoever starts the service may have put another stream in place of stderr.
    return structlog.wrap_logger(
        structlog.WriteLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
    )
