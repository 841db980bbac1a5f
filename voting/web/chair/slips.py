"""The slips: made, streamed to the printer's page, forgotten. Their codes are in this one answer and nowhere else."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from flask import Response, redirect, request, stream_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from voting.documents import qr
from voting.domain.issuing import make_codes
from voting.web.access import chair_only
from voting.web.chair.batches import mark_of, require_same_batch
from voting.web.chair.blueprint import blueprint
from voting.web.chair.ownership import own_session
from voting.web.site import base_address, house

PER_PAGE: Final = 8


@dataclass(frozen=True)
class Slip:
    """One slip: its number, the code with its QR code, and whether it is one of the spares."""

    number: int
    code: str = field(repr=False)
    qr_svg: Markup = field(repr=False)
    spare: bool


@blueprint.get("/sessions/<session:uuid>/slips")
@chair_only
def leave(uuid: str) -> AnyResponse:
    """Lead back to the session: slips are shown once."""
    own_session(uuid)
    return redirect(url_for("chair.page", uuid=uuid), 303)


@blueprint.post("/sessions/<session:uuid>/slips")
@chair_only
def make(uuid: str) -> Response:
    """Make the codes and stream the slips; slips that were made before are worthless from now on."""
    session = own_session(uuid)
    require_same_batch(session, request.form.get("batch", ""))
    again = bool(house().store.held_credentials(uuid))
    codes = make_codes(house(), uuid)
    base = base_address()
    slips = draw_slips(codes, f"{base}/v/{uuid}", expected=session.codes)
    response = Response(
        stream_template(
            "slips/slips.html",
            session=session,
            pages=_pages(slips),
            count=len(codes),
            batch=mark_of(codes.credentials),
            again=again,
            host=base.partition("://")[2],
        )
    )
    response.headers["Cache-Control"] = "no-store"
    # A proxy that collects the answer first would make the printer wait.
    response.headers["X-Accel-Buffering"] = "no"
    return response


def draw_slips(codes: tuple[str, ...], address: str, *, expected: int) -> Iterator[Slip]:
    """Draw the slips of the codes one by one; those after the first `expected` are spares."""
    for number, code in enumerate(codes, 1):
        picture = Markup(qr.svg(f"{address}#{code}"))  # noqa: S704  our own drawing
        yield Slip(number, code, picture, number > expected)


def _pages(slips: Iterator[Slip]) -> Iterator[list[Slip]]:
    while page := list(islice(slips, PER_PAGE)):
        yield page
