"""The page on the attendee's phone: an empty form. The code is in the address's fragment and never comes here."""

from flask import Blueprint, render_template

from voting.web.access import public
from voting.web.languages import level_words
from voting.web.result_words import words_for_scripts
from voting.web.site import house

blueprint = Blueprint("phone", __name__)


@blueprint.get("/v/<session:uuid>")
@public
def page(uuid: str) -> str:
    """Show the phone page of a session, without a title while it is a draft. Raises UnknownSession."""
    return _page(uuid, lent=False)


@blueprint.get("/v/<session:uuid>/shared")
@public
def shared(uuid: str) -> str:
    """Show the same page for a device that several people use one after another: it keeps nothing of any of them."""
    return _page(uuid, lent=True)


def _page(uuid: str, *, lent: bool) -> str:
    session = house().store.session(uuid)
    title = session.title if session.is_setup else ""
    # What a draft says of who holds the key may still change, so this page, which stays open, says nothing of it.
    mode_of = session if session.is_setup else None
    return render_template(
        "phone/phone.html",
        uuid=uuid,
        title=title,
        levels=level_words(),
        mode_of=mode_of,
        lent=lent,
        result_words=words_for_scripts(),
    )
