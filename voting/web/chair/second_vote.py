"""The button that makes the draft of a second vote out of a result."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from voting.domain.second_vote import prepare_second_vote
from voting.web.access import chair_only, this_chair
from voting.web.chair.blueprint import blueprint
from voting.web.chair.ownership import own_session
from voting.web.languages import gettext
from voting.web.site import house


@blueprint.post("/sessions/<session:uuid>/second-vote")
@chair_only
def second_vote(uuid: str) -> Response:
    """Make the draft and lead to its form, where it can still be changed."""
    own_session(uuid)
    draft = prepare_second_vote(house(), uuid, chair=this_chair().name)
    flash(gettext("This is the draft of the second vote. Please check it: nothing is issued yet."), "ok")
    return redirect(url_for("chair.edit", uuid=draft.uuid), 303)
