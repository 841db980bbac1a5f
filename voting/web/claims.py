"""The page on which an attendee claims a code, and the two requests behind it that nothing connects (docs/adr/0011).

The link is in the address's fragment and comes here once, in the body of the claim. The pass comes with nothing else:
no cookie, no secret of a device, no word of the claim. Neither is logged or kept, and what is limited is counted only
when it was wrong: a count of what went well would say when.
"""

from typing import Final

from flask import Blueprint, Response, render_template

from voting.domain.claims import claim, redeem
from voting.errors import BadPass, UnknownClaim
from voting.protocol import schema
from voting.protocol.canonical import from_bytes, to_bytes
from voting.protocol.group import point_to_hex
from voting.protocol.proofs import proof_to_value
from voting.web.access import public
from voting.web.bodies import read_body
from voting.web.site import house, site

MOST_BYTES: Final = 1024
_ROOT: Final = "/api/sessions/<session:uuid>"

blueprint = Blueprint("claims", __name__)


@blueprint.get("/c/<session:uuid>")
@public
def page(uuid: str) -> str:
    """Show the page of a session's claims, without a title while it is a draft. Raises UnknownSession."""
    session = house().store.session(uuid)
    return render_template("claim/claim.html", uuid=uuid, title=session.title if session.is_setup else "")


@blueprint.post(f"{_ROOT}/claims")
@public
def take_claim(uuid: str) -> Response:
    """Sign what the phone of an attendee has blinded: 201, or 200 when this phone has claimed before."""
    link, blinded = _texts("claim", "link", "blinded")
    try:
        answer = claim(house(), uuid, link, blinded)
    except UnknownClaim:
        site().claim_limits.count_failure(uuid)
        raise
    blind_pass = answer.blind_pass
    value = {"signed": point_to_hex(blind_pass.signed), "proof": proof_to_value(blind_pass.proof)}
    return _json(value, again=answer.repeated)


@blueprint.post(f"{_ROOT}/passes")
@public
def take_pass(uuid: str) -> Response:
    """Give the code that a pass leads to: 201, or 200 when it was given out for this pass before."""
    token, signed = _texts("pass", "token", "signed")
    try:
        claimed = redeem(house(), uuid, token, signed)
    except BadPass:
        site().claim_limits.count_failure(uuid)
        raise
    return _json({"code": claimed.code}, again=claimed.repeated)


def _texts(where: str, *names: str) -> tuple[str, ...]:
    parts = schema.fields(from_bytes(read_body(MOST_BYTES), limit=MOST_BYTES), where, *names)
    return tuple(schema.text(parts[name], name) for name in names)


def _json(value: object, *, again: bool) -> Response:
    response = Response(to_bytes(value), 200 if again else 201, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
