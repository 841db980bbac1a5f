"""The page of the desk at the door, and the API of its device (docs/adr/0010).

The link is in the address's fragment and comes here once, in the body of a claim; from then on the device shows who it
is by the secret that it has drawn. A code is in the one answer that gives it out: no path, no log and no cookie holds
it, and nobody keeps that answer.
"""

from typing import Final

from flask import Blueprint, Response, render_template

from voting.documents import qr
from voting.domain.desks import Desk, claim_desk
from voting.domain.handing import draw_at_desk, void_untaken
from voting.errors import UnknownDesk
from voting.protocol import schema
from voting.protocol.canonical import from_bytes, to_bytes
from voting.web.access import desk_only, public
from voting.web.bodies import read_body
from voting.web.site import base_address, house, site

MOST_BYTES: Final = 1024
_ROOT: Final = "/api/sessions/<session:uuid>/desk"

blueprint = Blueprint("desk", __name__)


@blueprint.get("/d/<session:uuid>")
@public
def page(uuid: str) -> str:
    """Show the page of the desk, without a title while the session is a draft. Raises UnknownSession."""
    session = house().store.session(uuid)
    title = session.title if session.is_setup else ""
    host = base_address().partition("://")[2]
    return render_template("desk/desk.html", uuid=uuid, title=title, host=host)


@blueprint.post(_ROOT)
@public
def claim(uuid: str) -> Response:
    """Bind a device to the desk whose link it has: 201, or 200 when it was bound before."""
    parts = schema.fields(_body(), "claim", "link", "device")
    link, device = (schema.text(parts[name], name) for name in ("link", "device"))
    try:
        is_new = claim_desk(house(), uuid, link, device)
    except UnknownDesk:
        site().desk_limits.count_failure(uuid)
        raise
    return _json({}, status=201 if is_new else 200)


@blueprint.get(_ROOT)
@desk_only
def view(uuid: str, desk: Desk) -> Response:
    """Give what the desk needs to know now: the state, and how many codes are left in the pool."""
    record = house().store.handing(uuid)
    return _json({"state": str(record.state), "left": record.in_pool})


@blueprint.post(f"{_ROOT}/next")
@desk_only
def draw(uuid: str, desk: Desk) -> Response:
    """Draw a code, with the outline of the QR code that leads to it; it is not drawn again by asking again."""
    site().desk_limits.count_draw(desk.hash)
    drawn = draw_at_desk(house(), uuid, desk)
    size, path = qr.outline(f"{base_address()}/v/{uuid}#{drawn.code}")
    return _json({"code": drawn.code, "left": drawn.left, "qr": {"size": size, "path": path}}, status=201)


@blueprint.post(f"{_ROOT}/untaken")
@desk_only
def untaken(uuid: str, desk: Desk) -> Response:
    """Void a code that was shown and that nobody took; it is turned into its public credential and forgotten."""
    code = schema.text(schema.fields(_body(), "untaken", "code")["code"], "code")
    void_untaken(house(), uuid, desk, code)
    site().figures.forget(uuid)
    return _json({})


def _body() -> object:
    return from_bytes(read_body(MOST_BYTES), limit=MOST_BYTES)


def _json(value: object, *, status: int = 200) -> Response:
    response = Response(to_bytes(value), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
