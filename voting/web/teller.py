"""The teller's page, and the API of a teller's device (docs/architecture.md, "tellers"; docs/adr/0008).

The link is in the address's fragment and comes here once, in the body of a claim, to be exchanged for a secret that
the device has drawn. From then on every request carries that secret in its head. Neither is logged or kept in clear,
and no cookie is involved. Messages are passed on to the domain as the bytes that came.
"""

import re
from typing import Final

from flask import Blueprint, Response, render_template, request

from voting.domain.ceremony import accuse, take_message, teller_view
from voting.domain.counting import largest_decryption, take_decryption
from voting.domain.links import BoundDevice, bound_device, claim_link
from voting.errors import BadMessage, Malformed, UnknownDevice, UnknownLink
from voting.protocol import schema
from voting.protocol.canonical import from_bytes, to_bytes
from voting.protocol.ceremony import STEPS
from voting.web.access import public, teller_only
from voting.web.bodies import read_body
from voting.web.site import house, site

MOST_BYTES: Final = {"certificate": 8192, "commitment": 8192, "reveal": 65536, "key": 8192}
"""For each step, more than any message of nine tellers needs."""
MOST_SMALL_BYTES: Final = 1024
"""For a claim or an accusation."""

_ROOT: Final = "/api/sessions/<session:uuid>/tellers"
_ROUND: Final = re.compile("[1-9][0-9]{0,8}", re.ASCII)

blueprint = Blueprint("teller", __name__)


@blueprint.get("/t/<session:uuid>")
@public
def page(uuid: str) -> str:
    """Show the teller's page, without a title while the session is a draft. Raises UnknownSession."""
    session = house().store.session(uuid)
    title = session.title if session.is_setup else ""
    return render_template("teller/teller.html", uuid=uuid, title=title)


@blueprint.post(_ROOT)
@public
def claim(uuid: str) -> Response:
    """Bind a device to the teller whose link it has: 201, or 200 when it was bound before."""
    parts = schema.fields(_small_body(), "claim", "link", "device")
    link, device = (schema.text(parts[name], name) for name in ("link", "device"))
    before = _index_of(uuid, device)
    try:
        index = claim_link(house(), uuid, link, device)
    except UnknownLink:
        site().link_limits.count_failure(uuid)
        raise
    return _json({"index": index}, again=before == index)


def _index_of(uuid: str, device: str) -> int | None:
    try:
        return bound_device(house(), uuid, device).index
    except UnknownDevice:
        return None


@blueprint.get(f"{_ROOT}/me")
@teller_only
def view(uuid: str, device: BoundDevice) -> Response:
    """Give what the device of a teller needs to know now."""
    site().counts.resume(uuid)
    return _json(teller_view(house(), uuid, device.index), again=True)


@blueprint.post(f"{_ROOT}/me/<any({', '.join(STEPS)}):step>")
@teller_only
def message(uuid: str, device: BoundDevice, step: str) -> Response:
    """Take the message of a step of the key ceremony: 201, or 200 when the same stood there."""
    number = request.args.get("round", "")
    if not _ROUND.fullmatch(number):
        raise Malformed("The address does not name the round.")
    raw = read_body(MOST_BYTES[step])
    is_new = take_message(house(), uuid, device, int(number), step, raw)
    return _json({}, again=not is_new)


@blueprint.post(f"{_ROOT}/me/accusation")
@teller_only
def accusation(uuid: str, device: BoundDevice) -> Response:
    """Take the word of a teller that the parcel of another one is bad: it stops the round."""
    parts = schema.fields(_small_body(), "accusation", "round", "against")
    number, against = (schema.integer(parts[name], name, 1) for name in ("round", "against"))
    accuse(house(), uuid, device, number, against)
    return _json({})


@blueprint.post(f"{_ROOT}/me/decryption")
@teller_only
def decryption(uuid: str, device: BoundDevice) -> Response:
    """Take a teller's partial decryption: 201, or 200 when one stood there. With the last needed the count begins."""
    site().decryption_limits.require_few(device.hash)
    raw = read_body(largest_decryption(house(), uuid))
    try:
        progress = take_decryption(house(), uuid, device, raw)
    except BadMessage:
        site().decryption_limits.count_bad(device.hash)
        raise
    site().figures.forget(uuid)
    if progress.repeated:
        site().counts.resume(uuid)
    elif progress.present >= progress.needed:
        site().counts.begin(uuid)
    return _json({"present": progress.present, "needed": progress.needed}, again=progress.repeated)


def _small_body() -> object:
    return from_bytes(read_body(MOST_SMALL_BYTES), limit=MOST_SMALL_BYTES)


def _json(value: object, *, again: bool = False) -> Response:
    """Answer 201, or 200 when nothing new came about; kept by nobody."""
    response = Response(to_bytes(value), 200 if again else 201, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
