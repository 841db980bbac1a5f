"""What the room sees: the public board with its trackers, and the projector's page."""

from typing import Any, Final

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup

from voting.documents import qr
from voting.documents.charts import Chart
from voting.domain.boards import Head, public_head, tracker_list
from voting.domain.ceremony import teller_fingerprint
from voting.domain.house import House
from voting.domain.results import public_result_of
from voting.domain.scales import scale_of
from voting.domain.sessions import Session, State
from voting.errors import NotFound, UnknownTracker
from voting.web.access import public
from voting.web.charts import charts_for_wall
from voting.web.languages import gettext, language
from voting.web.result_words import spoken, told, words_for_scripts
from voting.web.site import base_address, house

PER_PAGE: Final = 200

blueprint = Blueprint("board", __name__)


@blueprint.get("/s/<session:uuid>")
@public
def page(uuid: str) -> str:
    """Show the board: figures, trackers, archive, and the result once it is published. Raises UnknownSession."""
    session = _shown(house(), uuid)
    trackers = list(enumerate(tracker_list(house(), uuid), 1)) if session.is_setup else []
    pages = max(1, -(-len(trackers) // PER_PAGE))
    number = min(max(request.args.get("page", 1, int), 1), pages)
    tracker = "".join(request.args.get("tracker", "").split())[:80]
    head = _head(house(), session)
    return render_template(
        "board/board.html",
        uuid=uuid,
        title=session.title,
        state=str(session.state),
        ballots=len(trackers),
        codes=session.codes + session.spares,
        head=head.hash if head else None,
        height=head.height if head else None,
        archive=session.is_setup,
        **_result(house(), session),
        trackers=trackers[(number - 1) * PER_PAGE : number * PER_PAGE],
        page=number,
        pages=pages,
        tracker=tracker,
        found=_height_of(house(), uuid, tracker),
        mode_of=session,
        fingerprint=_fingerprint(house(), session),
    )


@blueprint.get("/s/<session:uuid>/screen")
@public
def screen(uuid: str) -> str:
    """Show the projector's page. Raises UnknownSession."""
    return screen_page(_shown(house(), uuid))


def screen_page(session: Session, agenda: str = "") -> str:
    """Show the projector's page of a session; with an agenda it moves on when another session of that is held."""
    address = base_address() + url_for("landing.page")
    return render_template(
        "screen/screen.html",
        uuid=session.uuid,
        agenda=agenda,
        title=session.title,
        state=str(session.state),
        levels=[] if scale_of(session.sheet.scale).chooses_people else session.sheet.level_labels(language()),
        mode_of=session,
        result_words=words_for_scripts(),
        charts=_charts(house(), session),
        fingerprint=_fingerprint(house(), session),
        qr_svg=Markup(qr.svg(address, gettext("QR code of the address"))),  # noqa: S704  our own drawing
        address=address.partition("://")[2].partition("?")[0].rstrip("/"),
    )


def _shown(house: House, uuid: str) -> Session:
    """Read a session that the room may see: a draft is the chair's alone."""
    session = house.store.session(uuid)
    if session.state == State.DRAFT or (session.state == State.CANCELLED and not session.is_setup):
        raise NotFound("The board begins when the session is ready.")
    return session


def _head(house: House, session: Session) -> Head | None:
    return public_head(house, session.uuid) if session.is_setup else None


def _fingerprint(house: House, session: Session) -> str | None:
    return teller_fingerprint(house, session.uuid) if session.tellers and session.is_setup else None


def _charts(house: House, session: Session) -> tuple[tuple[str, Chart], ...]:
    if session.state != State.PUBLISHED:
        return ()
    return charts_for_wall(spoken(public_result_of(house, session.uuid), session).rows)


def _result(house: House, session: Session) -> dict[str, Any]:
    if session.state != State.PUBLISHED:
        return {"result": None}
    result = spoken(public_result_of(house, session.uuid), session)
    return {"result": result, "told": told(result), "sort": request.args.get("order") == "share"}


def _height_of(house: House, uuid: str, tracker: str) -> int | None:
    try:
        return house.store.height_of(uuid, tracker) if tracker else None
    except UnknownTracker:
        return None
