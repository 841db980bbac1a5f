"""Whether the service can take a ballot now, for supervisors and load balancers."""

from flask import Blueprint, Response

from voting.errors import Refusal
from voting.web.access import public
from voting.web.site import site

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def answer() -> Response:
    """Answer 200 when the store gives a sign of life, 503 when it does not."""
    try:
        site().ping()
    except Refusal:
        return Response("the store does not answer\n", 503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")
